"""From records of persons to one row each, over declared codes, with few persons of a case.

Nothing here is published. What one person can change is what matters: her own row, and at most one
other of her case (``capped``).
"""

from collections.abc import Mapping

import polars as pl

from data_contracts.microdata import NO, YES, Column, Microdata
from data_contracts.model import UNKNOWN, CodeList

RECORD = ["country", "source", "record"]
ORDER = ["period", *RECORD]


def rolled(column: Column, codes: CodeList) -> dict[str, str | None]:
    """Each code of a list to the declared code that holds it, else to the rest, else to unknown.

    Of several answers a code that no column holds has none: it is known, and not shown.
    """
    fallback = column.rest or (None if column.many else UNKNOWN)

    def held(code: str) -> str | None:
        own = (one for one in (code, *codes.ancestors(code)) if one in column.codes)
        return next(own, fallback)

    return {code: UNKNOWN if code == UNKNOWN else held(code) for code in codes.codes}


def one_row(
    records: pl.DataFrame,
    answers: pl.DataFrame,
    declared: Microdata,
    lists: Mapping[str, CodeList],
) -> pl.DataFrame:
    """``person``, ``case`` and the columns of ``declared``: one row a person.

    ``records`` has ``person`` (a number that follows from a key, not from what is recorded),
    ``case`` (no two countries have the same), ``period``, ``country``, ``source``, ``record`` and
    a column per question with one answer; ``answers`` has ``country``, ``source``, ``record``,
    ``field``, ``code``. Only records that consent allows to be put to the use ``microdata`` belong
    here. Who has several has the first known answer to each question with one answer, and all
    answers to the others.
    """
    ordered = records.sort(*ORDER)
    single = [column for column in declared.columns if not column.many]
    told = ordered.with_columns(_told(column, lists) for column in single)
    first = (pl.col(c.field).filter(pl.col(c.field) != UNKNOWN).first() for c in single)
    rows = told.group_by("person", maintain_order=True).agg(
        pl.col("case").drop_nulls().first(), *first
    )
    filled = rows.with_columns(pl.col(c.field).fill_null(UNKNOWN) for c in single)
    given = records.select("person", *RECORD).join(answers, on=RECORD)
    for column in declared.columns:
        if column.many:
            filled = _spread(filled, given, column, lists)
    return filled.select("person", "case", *declared.domains).sort("person")


def _told(column: Column, lists: Mapping[str, CodeList]) -> pl.Expr:
    codes = rolled(column, lists[column.codelist])
    return pl.col(column.field).replace_strict(codes, default=UNKNOWN, return_dtype=pl.String)


def _spread(
    rows: pl.DataFrame, given: pl.DataFrame, column: Column, lists: Mapping[str, CodeList]
) -> pl.DataFrame:
    """Add a column 0/1 per declared code, and one for whom no answer is known."""
    mine = given.filter(pl.col("field") == column.field).select("person", "code")
    known = mine.filter(pl.col("code").is_not_null() & (pl.col("code") != UNKNOWN))
    codes = rolled(column, lists[column.codelist])
    held = known.with_columns(
        pl.col("code").replace_strict(codes, default=None, return_dtype=pl.String)
    )

    def marked(persons: pl.Series, name: str) -> pl.Expr:
        is_one = pl.col("person").is_in(persons.unique().implode())
        return pl.when(is_one).then(pl.lit(YES)).otherwise(pl.lit(NO)).alias(name)

    silent = rows.join(known, on="person", how="anti")["person"]
    return rows.with_columns(
        *(
            marked(held.filter(pl.col("code") == code)["person"], f"{column.field}={code}")
            for code in column.codes
        ),
        marked(silent, f"{column.field}={UNKNOWN}"),
    )


def capped(rows: pl.DataFrame, per_case: int) -> pl.DataFrame:
    """At most so many persons of each case, by the order of their numbers.

    One person more can push out one other, so she moves two rows: her own and that one. Persons
    without a case number are each a case of their own; nobody knows who belongs together.
    """
    place = pl.col("person").rank("ordinal").over("case")
    return rows.filter(pl.col("case").is_null() | (place <= per_case))
