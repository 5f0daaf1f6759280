"""Numbers that stand for a person: long ones, however they are written."""

import re
from collections.abc import Iterator

from anonymize.finding.spans import Span

# Six digits in one piece (passports begin with letters), or seven however they are grouped:
# "per 100 000" is a label, and so is "PER_100000".
NUMBER = re.compile(r"(?!(?<!\d)100000(?!\d))\d{6}\w*|(?:\d[\s./()-]{0,2}){6}\d\w*")


def numbers(text: str) -> Iterator[Span]:
    """Six digits in one piece, seven in groups."""
    yield from (Span(*m.span(), "ID_NUMBER") for m in NUMBER.finditer(text))
