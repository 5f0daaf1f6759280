"""Personal data in text: the door to what finds them.

Texts that nobody has read may name a person: labels that did not map, a reason, an institutional
text. What is told of a find is its place and kind, never the words. This is a second line, never
the only one: free text about persons is dropped whatever is found in it.
"""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from anonymize.finding.names import names
from anonymize.finding.reading import read, spans_of
from anonymize.finding.recognisers import RECOGNISERS
from anonymize.finding.spans import Span, merged, redacted

__all__ = ["Span", "found", "identifying", "kinds", "patterns", "redacted"]


def patterns(texts: Iterable[str]) -> list[list[Span]]:
    """The spans in each text of what patterns and check digits tell; no model is loaded."""
    return [merged(spans_of(RECOGNISERS, read(text))) for text in texts]


def found(
    texts: Sequence[str], language: str | None = None, processes: int = 1
) -> list[list[Span]]:
    """The spans in each text of all personal data, names too; several processes share the texts.

    ``language`` is a code of ISO 639-1, such as es; without one no model is loaded.
    """
    if processes > 1 and len(texts) > processes:
        return _shared(texts, language, processes)
    both = zip(patterns(texts), names(texts, language), strict=True)
    return [merged([*pattern, *name]) for pattern, name in both]


def _shared(texts: Sequence[str], language: str | None, processes: int) -> list[list[Span]]:
    size = -(-len(texts) // processes)
    parts = [texts[start : start + size] for start in range(0, len(texts), size)]
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        answers = pool.map(partial(found, language=language), parts)
        return [one for answer in answers for one in answer]


def kinds(text: str, language: str | None = None) -> tuple[str, ...]:
    """The kinds of personal data found in a text, such as PHONE; nothing of what it was."""
    return tuple(sorted({span.kind for span in found([text], language)[0]}))


def identifying(texts: Iterable[str]) -> Iterator[str]:
    """The texts in which something that identifies a person was found; nothing of what it was."""
    every = list(texts)
    yield from (text for text, here in zip(every, found(every), strict=True) if here)
