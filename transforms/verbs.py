"""The named verbs of layouts: what a field's text needs that an equality cannot say.

A verb in ``TEXT`` takes the columns of its field and gives the field's text. ``split_labels``
and ``counts`` are called by ``conform``, because one gives several codes and one four columns.
"""

import re
from collections.abc import Callable, Iterable, Mapping

import polars as pl

from data_contracts.reading import date, spelt, whole
from data_contracts.words import spelling

# What no cell of a text file holds.
BETWEEN = "\x1f"


def age_at(birth: pl.Expr, event: pl.Expr) -> pl.Expr:
    """Completed years between two dates."""
    born, on = date(birth), date(event)
    # Polars counts months in eight bits, so no arithmetic with them: September times 100 is -124.
    before = on.dt.month() < born.dt.month()
    early = before | ((on.dt.month() == born.dt.month()) & (on.dt.day() < born.dt.day()))
    return (on.dt.year() - born.dt.year() - early.cast(pl.Int32)).cast(pl.String)


def age_zero_unknown(age: pl.Expr) -> pl.Expr:
    """An age in a register that writes 0 for unknown as well as for infants: 0 is unknown."""
    return pl.when(age != "0").then(age)


def first(text: pl.Expr, *_: pl.Expr) -> pl.Expr:
    """The column itself, for a field whose verb is not about its text."""
    return text


def first_given(*texts: pl.Expr) -> pl.Expr:
    """The first of several columns that says anything, in the order of the layout."""
    return pl.coalesce(*texts)


def year_only(year: pl.Expr) -> pl.Expr:
    """A year as its first day; other text as it is, for the rule on dates to find.

    Only for layouts of frequency year: of a date of theirs nothing but the year is kept.
    """
    return pl.when(year.str.contains(r"^[12]\d{3}$")).then(year + "-01-01").otherwise(year)


def flags(columns: Mapping[str, pl.Expr], meanings: Mapping[str, str]) -> pl.Expr:
    """One column per answer, with yes or no in it, as a list of answers: the names of the columns.

    ``meanings`` is each normalised word of the list ``yes_no`` to its code. Null where no column
    says yes; a word that is neither yes nor no stays, because it is no label of any list.
    """
    parts = []
    for name, text in columns.items():
        code = spelt(text).replace_strict(meanings, default=None, return_dtype=pl.String)
        answer = pl.when(code == "yes").then(pl.lit(name)).when(code.is_null()).then(text)
        parts.append(answer)
    joined = pl.concat_str(parts, separator=BETWEEN, ignore_nulls=True)
    return pl.when(joined != "").then(joined)


TEXT: dict[str, Callable[..., pl.Expr]] = {
    "age_at": age_at,
    "age_zero_unknown": age_zero_unknown,
    "first_given": first_given,
    "year_only": year_only,
}


def split_labels(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """The normalised labels of a comma list whose labels may contain commas, longest first.

    What matches no known label is cut at its next comma and returned as it is, normalised.
    """
    parts = re.split(r"\s*[,;|]\s*", spelling(text))
    labels: list[str] = []
    known = known if isinstance(known, (set, dict, frozenset)) else set(known)
    while parts:
        size = next((n for n in range(len(parts), 0, -1) if ", ".join(parts[:n]) in known), 1)
        labels.append(", ".join(parts[:size]))
        parts = parts[size:]
    return tuple(label for label in labels if label)


def whole_label(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """The text as one normalised label."""
    return (spelling(text),)


def flagged(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """The normalised labels of what ``flags`` joined."""
    return tuple(map(spelling, text.split(BETWEEN)))


PARTS = {"flags": flagged, "split_labels": split_labels}


def counts(text: pl.Series, censored: str | None) -> pl.DataFrame:
    """Counts written by an office as ``value``, ``lower``, ``upper``, ``obs_status``.

    ``censored`` is the publisher's mark for "too few to show", such as ``<5``: 1 to 4.
    """
    column, value = pl.col("text"), whole(pl.col("text"))
    hidden = (column == pl.lit(censored)).fill_null(False)
    most = column.str.strip_prefix("<").cast(pl.Int64, strict=False) - 1
    status = pl.when(hidden).then(pl.lit("Q")).when(value.is_not_null()).then(pl.lit("A"))
    return (
        text.str.strip_chars()
        .alias("text")
        .to_frame()
        .select(
            value=value,
            lower=pl.when(hidden).then(1).otherwise(value),
            upper=pl.when(hidden).then(most).otherwise(value),
            obs_status=status.otherwise(pl.lit("O")),
        )
    )


VERBS = frozenset(TEXT) | {"flags", "split_labels", "counts", "known_or_other"}
