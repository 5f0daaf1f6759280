"""The named verbs of layouts: what a field's text needs that an equality cannot say.

A verb in ``TEXT`` takes the columns of its field and gives the field's text. The others are
called by ``conform``, because they give several codes, the codes of a word, or four columns.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import chain

import polars as pl

from data_contracts.reading import date, number, spelt
from data_contracts.words import spelling

# What no cell of a text file holds.
BETWEEN = "\x1f"

# What stands for the text of a row that is about something else.
ELSEWHERE = "(elsewhere)"


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


def division_code(place: pl.Expr) -> pl.Expr:
    """The code of a place of Canada's geographical classification: ``48`` of ``Alberta [48]``.

    Two digits are a province or territory. More are a place inside one, which cannot stand
    beside it: ``inside a province``. A place without a code, as ``Canada``, stays as it is.
    """
    code = place.str.extract(r"\[([\d ]+)\]\s*$")
    province = code.str.contains(r"^\d{2}$")
    inside = pl.when(province).then(code).otherwise(pl.lit("inside a province"))
    return pl.when(code.is_null()).then(place).otherwise(inside)


def joined(*texts: pl.Expr) -> pl.Expr:
    """The lists of several columns as one list; null where none has any."""
    together = pl.concat_str(*texts, separator=";", ignore_nulls=True)
    return pl.when(together != "").then(together)


def one_answer(text: pl.Expr) -> pl.Expr:
    """A text that is no list: of several answers where one is asked for, none is known."""
    return pl.when(~text.str.contains(";", literal=True)).then(text)


def first_given(*texts: pl.Expr) -> pl.Expr:
    """The first of several columns that says anything, in the order of the layout."""
    return pl.coalesce(*texts)


def or_elsewhere(text: pl.Expr, other: pl.Expr) -> pl.Expr:
    """The column itself; where it is empty and the other is not, the row is about something else.

    Then the text is ``(elsewhere)``, which the layout puts out of scope. Where both are empty,
    the row lacks what it should say.
    """
    return pl.when(text.is_null() & other.is_not_null()).then(pl.lit(ELSEWHERE)).otherwise(text)


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
    "division_code": division_code,
    "first_given": first_given,
    "one_answer": one_answer,
    "or_elsewhere": or_elsewhere,
    "split_words": joined,
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


def split_words(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """As ``split_labels``; what is no known label is a list of words set apart by blanks.

    Forms on a telephone write several answers so, and their names have no blanks.
    """
    known = known if isinstance(known, (set, dict, frozenset)) else set(known)
    labels = (
        (label,) if label in known else tuple(label.split()) for label in split_labels(text, known)
    )
    return tuple(chain.from_iterable(labels))


def whole_label(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """The text as one normalised label."""
    return (spelling(text),)


def flagged(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """The normalised labels of what ``flags`` joined."""
    return tuple(map(spelling, text.split(BETWEEN)))


PARTS = {"flags": flagged, "split_labels": split_labels, "split_words": split_words}


def dimension_of_label(
    known: Mapping[str, Mapping[str, str]], field: str, total: str
) -> dict[str, tuple[str, ...]]:
    """Labels of a column that mixes dimensions, to the codes of ``field``.

    ``known`` has the spellings of each dimension's list. A label that one list knows is of that
    dimension, and the total of the others; one that all know as their total is the grand total.
    """
    meant: dict[str, tuple[str, ...]] = {}
    for word in {word for spellings in known.values() for word in spellings}:
        of = {name: spellings[word] for name, spellings in known.items() if word in spellings}
        if len(of) == 1 or set(of.values()) == {total}:
            meant[word] = (of.get(field, total),)
    return meant


def figures(text: pl.Series, status: pl.Series, censored: str | None) -> pl.DataFrame:
    """Figures published by an office as ``value``, ``lower``, ``upper``, ``obs_status``.

    ``censored`` is the publisher's mark for "too few to show", such as ``<5``: 1 to 4. An empty
    figure is never zero: it is hidden or not applicable where ``status`` says so, else not
    available. A figure without a status is a normal one.
    """
    column, value, said = pl.col("text"), number(pl.col("text")), pl.col("said")
    hidden = (column == pl.lit(censored)).fill_null(False)
    most = column.str.strip_prefix("<").cast(pl.Float64, strict=False) - 1
    absent = pl.when(said.is_in(["M", "Q"])).then(said).otherwise(pl.lit("O"))
    given = pl.when(value.is_not_null()).then(said.fill_null("A")).otherwise(absent)
    return pl.DataFrame({"text": text.str.strip_chars(), "said": status}).select(
        value=value,
        lower=pl.when(hidden).then(1.0).otherwise(value),
        upper=pl.when(hidden).then(most).otherwise(value),
        obs_status=pl.when(hidden).then(pl.lit("Q")).otherwise(given),
    )


# A country is read as whether it is the one that reports.
GROUPED = "national_or_foreign"
VERBS = frozenset(TEXT) | {
    "flags",
    "split_labels",
    "figures",
    "known_or_other",
    "dimension_of_label",
    GROUPED,
}
