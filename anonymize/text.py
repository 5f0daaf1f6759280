"""Personal data in text: the door to what finds them.

Texts that nobody has read may name a person: labels that did not map, a reason, an institutional
text. What is told of a find is its place and kind, never the words. This is a second line, never
the only one: free text about persons is dropped whatever is found in it.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from anonymize.finding.names import names
from anonymize.finding.reading import read, spans_of
from anonymize.finding.recognisers import RECOGNISERS
from anonymize.finding.shards import sharded
from anonymize.finding.spans import Span, merged, redacted

__all__ = ["Span", "found", "identifying", "kinds", "patterns", "redacted", "streamed"]


def patterns(texts: Iterable[str]) -> list[list[Span]]:
    """The spans in each text of what patterns and check digits tell; no model is loaded."""
    return [merged(spans_of(RECOGNISERS, read(text))) for text in texts]


def found(
    texts: Sequence[str],
    language: str | None = None,
    processes: int = 1,
    models: bool = False,
) -> list[list[Span]]:
    """The spans in each text of all personal data, names too; several processes share the texts.

    ``language`` is a code of ISO 639-1, such as es; without one each text tells its own. With
    ``models`` packaged language models are asked about doubtful texts: never in a sealed process.
    """
    return list(streamed(texts, language, processes, models))


def streamed(
    texts: Iterable[str],
    language: str | None = None,
    processes: int = 1,
    models: bool = False,
) -> Iterator[list[Span]]:
    """What ``found`` says of each text, in order, without holding all of them."""
    return sharded(partial(_together, language=language, models=models), texts, processes)


def _together(texts: list[str], language: str | None, models: bool) -> list[list[Span]]:
    both = zip(patterns(texts), names(texts, language, models), strict=True)
    return [merged([*pattern, *name]) for pattern, name in both]


def kinds(text: str, language: str | None = None) -> tuple[str, ...]:
    """The kinds of personal data found in a text, such as PHONE; nothing of what it was."""
    return tuple(sorted({span.kind for span in found([text], language)[0]}))


def identifying(texts: Iterable[str]) -> Iterator[str]:
    """The texts in which something that identifies a person was found; nothing of what it was."""
    every = list(texts)
    yield from (text for text, here in zip(every, found(every), strict=True) if here)
