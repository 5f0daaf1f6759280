"""The named verbs of layouts: what a field's text needs that an equality cannot say.

A verb in ``TEXT`` takes the columns of its field and gives the field's text. ``split_labels``
and ``counts`` are called by ``conform``, because one gives several codes and one four columns.
"""

import re
from collections.abc import Callable, Iterable

import polars as pl

from data_contracts.reading import date, whole
from data_contracts.words import spelling


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


TEXT: dict[str, Callable[..., pl.Expr]] = {
    "age_at": age_at,
    "age_zero_unknown": age_zero_unknown,
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


VERBS = frozenset(TEXT) | {"split_labels", "counts", "known_or_other"}
