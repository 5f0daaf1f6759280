"""The last look at what is exported: every string in it is one that the release declares.

What is looked at is what was written, read back as text, so that a form of export needs nothing
but a way to be read: rows and columns of text, or lines of prose. An error names file, row and
column, never the string.
"""

import re
from collections.abc import Iterable, Mapping

import polars as pl

SHARES = r"(received|exact|lossy|none|unmapped)_(from|to)"
COUNTED = re.compile(
    rf"(other_|origin_|destination_)?(value|lower|upper)|others|difference|\w+_pct|{SHARES}"
)
NUMBER = r"^-?\d{1,15}(\.\d+)?(e-?\d+)?$"
# What a spreadsheet would run as a formula.
FORMULA = r"^[=+\-@\t\r]"
# Not a word: dates, and the marks and blanks around words.
DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
MARKS = re.compile(r"[\W_]*")

Allowed = Mapping[str, frozenset[str]]


class ForeignText(ValueError):
    """A release holds a string that its lists do not have; names the place, never the string."""

    def __init__(self, file: str, row: int, column: str) -> None:
        super().__init__(
            f"Nothing was exported: {file}, row {row}, {column} has text that is in none of the"
            " release's code lists, labels, sources or periods. Build the release again."
        )


def sweep(file: str, cells: pl.DataFrame, words: Allowed) -> None:
    """Refuse a column, string or formula that ``words`` does not declare; raises ForeignText.

    ``cells`` are as they were written: text, empty where nothing is said. A number is only looked
    for where numbers are declared: a document number in a column of codes is foreign text too.
    """
    for place, name in enumerate(cells.columns, 1):
        if not (is_number := bool(COUNTED.fullmatch(name))) and name not in words:
            raise ForeignText(file, 1, f"column {place}")
        distinct = cells[name].drop_nulls().unique()
        numbers = distinct.str.contains(NUMBER)
        known = numbers if is_number else distinct.is_in([*words[name]])
        runs = ~numbers & distinct.str.contains(FORMULA)
        if (foreign := distinct.filter(~known | runs)).len():
            rows = cells[name].is_in(foreign.implode()).arg_true()
            raise ForeignText(file, int(rows[0]) + 2, f"column {name}")


def prose(file: str, text: str, said: Iterable[str]) -> None:
    """Refuse a line in which anything but what is ``said`` stands; raises ForeignText.

    The longest that is said is taken first, whole words only.
    """
    phrases = (re.sub(r"^\W+|\W+$", "", phrase) for phrase in said)
    longest = sorted(filter(None, phrases), key=len, reverse=True)
    known = re.compile("|".join(rf"(?<!\w){re.escape(one)}(?!\w)" for one in longest) or "(?!)")
    for row, line in enumerate(text.splitlines(), 1):
        if not MARKS.fullmatch(DATE.sub(" ", known.sub(" ", line))):
            raise ForeignText(file, row, "the line")
