"""Names of persons in text: capitalised words after a form of address."""

import re
from collections.abc import Sequence

from anonymize.finding.spans import Span

ADDRESSED = re.compile(
    r"(?<!\w)(?:Mr|Mrs|Ms|Miss|Dr(?=\.)|Dra|Sr|Sra|Srta|Don|Doña|Mme|Mlle|Herr|Frau|Sig|Bay|Bayan)\.?\s"
    r"((?:[^\W\d_a-zà-ÿ][\w'-]+)(?:\s[^\W\d_a-zà-ÿ][\w'-]+){0,3})"
)


def names(texts: Sequence[str], language: str | None = None) -> list[list[Span]]:
    """The spans of names in each text; without a ``language`` no model is loaded."""
    return [[Span(*m.span(1), "PERSON") for m in ADDRESSED.finditer(text)] for text in texts]
