"""One figure where several sources report the same: which is taken, and how the others differ.

Only what may be published comes in: protected tables of persons, and numbers that others have
published. So nothing here can tell more than they do. Sources are never added together, a number
that is hidden is never replaced by another source's, and units are never compared with each other.
"""

from collections.abc import Mapping

import polars as pl

from data_contracts.definitions import Concept
from data_contracts.model import TOTAL, UNKNOWN, Table
from data_contracts.precedence import Precedence
from data_contracts.questions import knows_less

PLACE = ("country", "period", "unit")
NUMBERS = ("value", "lower", "upper")
STATUS = ("obs_status", "conf_status")
ORIGIN = ("source", "table", "kind")
SAID = (*NUMBERS, *STATUS, *ORIGIN)
# Nobody says anything: there is no figure.
SILENT = ("O", "M")
ALONE, AGREE, DIFFER, UNSURE = "alone", "agree", "differ", "unknown"


def broken_down(registry: Mapping[str, Table]) -> dict[str, str]:
    """The fields by which any table of people is broken down, each with its code list."""
    tables = (table for table in registry.values() if table.kind != "programme")
    found = {d.field: d.codelist for table in tables for d in table.dimensions.values()}
    return dict(sorted(found.items()))


def key(registry: Mapping[str, Table]) -> list[str]:
    """The columns that name a figure: place, period, unit, and a code of every field."""
    return [*PLACE, *broken_down(registry)]


def figures(tables: Mapping[str, pl.DataFrame], registry: Mapping[str, Table]) -> pl.DataFrame:
    """Every figure of every source once, in long form: what a table does not ask is the total.

    ``tables`` may have several rows a cell, each of another source. A hidden cell is a figure
    whose value is not told; where another table of the source tells it, it is told.
    """
    by = key(registry)
    schema = {
        **dict.fromkeys(by, pl.String),
        **dict.fromkeys(NUMBERS, pl.Int64),
        **dict.fromkeys((*STATUS, *ORIGIN), pl.String),
    }
    parts = [
        _long(registry[name], frame).with_columns(
            pl.lit(TOTAL).alias(field) for field in by if field not in _asked(registry[name])
        )
        for name, frame in sorted(tables.items())
        if registry[name].kind != "programme"
    ]
    every = pl.concat([pl.DataFrame(schema=schema), *(part.select(*schema) for part in parts)])
    told = every.sort(pl.col("value").is_null(), "table", maintain_order=True)
    return told.unique([*by, "kind", "source"], keep="first").sort(*by, "kind", "source")


def _asked(table: Table) -> set[str]:
    return {*PLACE, *(dimension.field for dimension in table.dimensions.values())}


def _long(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    # Whose age no band tells are not those of whose age nothing is known, who have that code too.
    less = [name for name, dimension in table.dimensions.items() if knows_less(dimension)]
    told = [pl.col(name) != UNKNOWN for name in less]
    said = frame.filter(~pl.col("obs_status").is_in(SILENT), *told)
    fields = {name: dimension.field for name, dimension in table.dimensions.items()}
    return said.rename(fields).with_columns(
        pl.col(NUMBERS).cast(pl.Int64), table=pl.lit(table.name), kind=pl.lit(table.kind)
    )


def ranked(figures: pl.DataFrame, precedence: Precedence) -> pl.DataFrame:
    """``figures`` with ``rank``: the smaller is asked first."""
    pairs = figures.select("kind", "source").unique().rows()
    order = precedence.ranked({(kind, source) for kind, source in pairs})
    names = {"kind": [kind for kind, _ in order], "source": [source for _, source in order]}
    schema = dict.fromkeys(names, pl.String)
    return figures.join(
        pl.DataFrame(names, schema=schema).with_row_index("rank"), on=["kind", "source"]
    )


def differences(
    figures: pl.DataFrame,
    precedence: Precedence,
    flags: pl.DataFrame,
    concepts: Mapping[str, Concept],
) -> pl.DataFrame:
    """Each figure of a source that was not taken, beside the one that was.

    ``difference`` is the other value less the one taken, ``difference_pct`` in whole per cent of
    it; empty unless both are told. ``agreement`` says whether both can be true. ``definitions``
    says whether the sources define what they count alike, as far as ``flags`` know.
    """
    by = [name for name in figures.columns if name not in SAID]
    every = ranked(figures, precedence)
    first = every.sort("rank").unique(by, keep="first")
    rest = every.join(first.select(*by, "rank"), on=[*by, "rank"], how="anti")
    pairs = first.join(rest.rename({n: f"other_{n}" for n in SAID}).drop("rank"), on=by)
    change = pl.col("other_value") - pl.col("value")
    percent = pl.when(pl.col("value") > 0).then((100 * change / pl.col("value")).round())
    compared = pairs.with_columns(
        difference=change, difference_pct=percent.cast(pl.Int64), agreement=_agreement()
    )
    noted = defined_alike(compared, flags, concepts).drop("rank", "kind", "other_kind")
    return noted.sort(*by, "other_source", "other_table")


def _agreement() -> pl.Expr:
    """Whether two intervals overlap; where one has no end nobody can tell."""
    lower, upper = _bounds("")
    other_lower, other_upper = _bounds("other_")
    overlap = (lower <= other_upper) & (other_lower <= upper)
    unsure = upper.is_null() | other_upper.is_null()
    return (
        pl.when(unsure)
        .then(pl.lit(UNSURE))
        .when(overlap)
        .then(pl.lit(AGREE))
        .otherwise(pl.lit(DIFFER))
    )


def _bounds(side: str) -> tuple[pl.Expr, pl.Expr]:
    value = pl.col(f"{side}value")
    lower = pl.coalesce(f"{side}lower", value, pl.lit(0, pl.Int64))
    return lower, pl.coalesce(f"{side}upper", value)


def defined_alike(
    pairs: pl.DataFrame, flags: pl.DataFrame, concepts: Mapping[str, Concept]
) -> pl.DataFrame:
    """``pairs`` with ``definitions``: ``differ`` where not both depart alike from the Protocol.

    How a breakdown is defined concerns figures that are broken down by it.
    """
    rows = pairs.with_row_index("row")
    departs = flags.filter(flag="difference").with_columns(
        asked=pl.col("concept").replace_strict(
            {name: one.dimension for name, one in concepts.items()}, return_dtype=pl.String
        )
    )
    both = rows.select("row")
    for side in ("", "other_"):
        both = both.join(_codes(rows, departs, side), on="row", how="left")
    alike = pl.col("codes").eq_missing(pl.col("other_codes"))
    said = pl.when(alike).then(pl.lit("same")).otherwise(pl.lit(DIFFER))
    return rows.join(both.select("row", definitions=said), on="row").drop("row")


def _codes(rows: pl.DataFrame, departs: pl.DataFrame, side: str) -> pl.DataFrame:
    names = {"table": f"{side}table", "source": f"{side}source"}
    on = ["country", "unit", *names]
    own = rows.select(pl.exclude("table", "source"), **{n: pl.col(c) for n, c in names.items()})
    found = own.join(departs.select(*on, "asked", "code", "first", "last"), on=on)
    inside = pl.col("period").is_between(pl.col("first"), pl.col("last"))
    fields = [name for name in set(departs["asked"]) if name in rows.columns]
    by = [(pl.col("asked") == name) & (pl.col(name) != TOTAL) for name in fields]
    held = found.filter(inside, pl.any_horizontal(pl.col("asked") == "", *by))
    codes = pl.col("code").unique().sort().str.join("+").alias(f"{side}codes")
    return held.group_by("row").agg(codes)


def observed(
    figures: pl.DataFrame, precedence: Precedence, differences: pl.DataFrame
) -> pl.DataFrame:
    """One row a figure: of the source that comes first, whether it tells the number or hides it.

    ``others`` is how many more sources have it, ``agreement`` whether they say the same:
    ``differ`` where one cannot be true beside it, ``unknown`` where one is hidden.
    """
    by = [name for name in figures.columns if name not in SAID]
    said = pl.col("agreement")
    # The strongest word of all comparisons.
    word = (
        pl.when((said == DIFFER).any())
        .then(pl.lit(DIFFER))
        .when((said == UNSURE).any())
        .then(pl.lit(UNSURE))
        .otherwise(pl.lit(AGREE))
    )
    beside = differences.group_by(by).agg(others=pl.len().cast(pl.Int64), agreement=word)
    first = ranked(figures, precedence).sort("rank").unique(by, keep="first")
    return (
        first.join(beside, on=by, how="left")
        .with_columns(pl.col("others").fill_null(0), pl.col("agreement").fill_null(ALONE))
        .drop("rank", "kind")
        .sort(by)
    )
