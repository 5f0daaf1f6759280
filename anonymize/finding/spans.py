"""Where in a text personal data stand, and of which kind; never what they are."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

# Where two recognisers claim the same letters equally, the kind that stands first is told.
KINDS = (
    "EMAIL",
    "URL",
    "HANDLE",
    "BANK_ACCOUNT",
    "CARD",
    "CRYPTO",
    "COORDINATES",
    "IP",
    "DEVICE",
    "PASSPORT",
    "PHONE",
    "PLATE",
    "CASE_NUMBER",
    "BIRTH_DATE",
    "ID_NUMBER",
    "ADDRESS",
    "PERSON",
)
RANK = {kind: rank for rank, kind in enumerate(KINDS)}


class Span(NamedTuple):
    """From ``start`` up to but not including ``end``, in code points of the text as given."""

    start: int
    end: int
    kind: str


def merged(spans: Iterable[Span]) -> list[Span]:
    """In order of their place and apart: those that overlap are one, of the longest one's kind."""
    found: list[Span] = []
    longest: list[Span] = []
    for span in sorted(spans):
        if found and span.start < found[-1].end:
            longest[-1] = min(longest[-1], span, key=_standing)
            end = max(found[-1].end, span.end)
            found[-1] = Span(found[-1].start, end, longest[-1].kind)
        else:
            found.append(span)
            longest.append(span)
    return found


def _standing(span: Span) -> tuple[int, int]:
    return span.start - span.end, RANK[span.kind]


def redacted(text: str, spans: Sequence[Span]) -> str:
    """The text with the kind of what stood there, in brackets, in place of each span."""
    parts, done = [], 0
    for span in merged(spans):
        parts += [text[done : span.start], f"[{span.kind}]"]
        done = span.end
    return "".join([*parts, text[done:]])
