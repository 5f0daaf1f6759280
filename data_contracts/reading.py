"""How a text is read, as Polars expressions: once for the rules, the same for the transforms."""

from collections.abc import Callable

import polars as pl

DATES = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y")
TIMES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M")
WHOLE = r"^\d+$|^\d{1,3}(,\d{3})+$"
NUMBER = r"^-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?([eE]\+?\d{1,2})?$"
PERIOD = r"^[12][0-9]{3}(?:-Q[1-4])?$"
# "01/02/20" is a day of the year 20 to a parser; nobody in these files was born before this.
EARLIEST = 1900
# A word of ASCII without blanks.
WORD = r"^[!-~]*$"
# So many texts tell whether a column repeats itself.
SAMPLE = 1_000


def once(text: pl.Expr, read: Callable[[pl.Expr], pl.Expr], kind: type[pl.DataType]) -> pl.Expr:
    """``read`` of each distinct text, put in place of it; the same as ``read`` of every row.

    Registers repeat themselves: a million rows have some hundred days and a dozen labels.
    """

    def apply(texts: pl.Series) -> pl.Series:
        some = texts.head(SAMPLE)
        if 2 * some.n_unique() > len(some):
            return _read(texts, read)
        distinct = texts.drop_nulls().unique()
        return texts.replace_strict(
            distinct, _read(distinct, read), default=None, return_dtype=kind
        )

    return text.map_batches(apply, return_dtype=kind())


def _read(texts: pl.Series, read: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    return texts.to_frame("text").select(read(pl.col("text")).alias("text"))["text"]


def spelt(column: pl.Expr) -> pl.Expr:
    """The normal form of a text, as ``words.spelling`` makes it."""
    return once(column, _spelt, pl.String)


def _spelt(text: pl.Expr) -> pl.Expr:
    # Nearly all texts are plain words, of which only the case can differ.
    lower = text.str.to_lowercase()
    other = pl.when(~text.str.contains(WORD)).then(text)
    plain = other.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()
    blanks = plain.str.replace_all(r"[\s\x1c-\x1f]+", " ").str.strip_chars()
    return pl.coalesce(blanks, lower)


def date(text: pl.Expr) -> pl.Expr:
    """A date in ISO form or day first, with or without a time; null when it is neither.

    A year has four digits: which century two of them mean, nobody can know.
    """
    return once(text, _date, pl.Date)


def _date(text: pl.Expr) -> pl.Expr:
    dates = [text.str.to_date(form, strict=False, exact=True) for form in DATES]
    times = [text.str.to_datetime(form, strict=False, exact=True).dt.date() for form in TIMES]
    read = pl.coalesce(*dates, *times)
    return pl.when(read.dt.year() >= EARLIEST).then(read)


def whole(text: pl.Expr) -> pl.Expr:
    """A whole number, thousands set off by commas or not; ``1,5`` is not 15 but unreadable."""
    digits = pl.when(text.str.contains(WHOLE)).then(text.str.replace_all(",", ""))
    return digits.cast(pl.Int64, strict=False)


def number(text: pl.Expr) -> pl.Expr:
    """A number with a decimal point, thousands set off by commas or not; null when it is none."""
    digits = pl.when(text.str.contains(NUMBER)).then(text.str.replace_all(",", ""))
    return digits.cast(pl.Float64, strict=False)


def period(text: pl.Expr) -> pl.Expr:
    """A year or a quarter as we write them; null when it is neither."""
    return pl.when(text.str.contains(PERIOD)).then(text)
