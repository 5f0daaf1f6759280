"""How much of what came is known, field by field, from the cells that a release shows.

What is said of records in confidence must follow from published numbers: a share of records, even
in a wide band, changes when one person behind a hidden cell does.
"""

from collections.abc import Collection, Mapping

import polars as pl

from data_contracts.model import TOTAL, UNKNOWN, Contract, Table
from data_contracts.questions import knows_less
from transforms.conformance import COUNTED

AT = ("country", "period", "dataset", "field")
TOLD = pl.Schema(
    {**dict.fromkeys(AT, pl.String()), **dict.fromkeys(("rows", "least", "most"), pl.Int64())}
)


def margins(
    tables: Mapping[str, pl.DataFrame],
    registry: Mapping[str, Table],
    contracts: Mapping[str, Contract],
) -> pl.DataFrame:
    """Each code of each field by itself: place, ``unit``, ``codelist``, ``code`` and ``value``.

    Of tables of persons, the region apart, in units whose total is shown. A cell that stands in
    several tables says the same in all, and counts once. A table that counts people among the
    unknown of whom another one knows more is passed over: its codes divide theirs once more.
    """
    schema = {**dict.fromkeys((*AT, "unit", "codelist", "code"), pl.String), "value": pl.Int64}
    parts = [pl.DataFrame(schema=schema)]
    persons = {name: frame for name, frame in tables.items() if registry[name].kind == "persons"}
    for name, frame in sorted(persons.items()):
        spec = registry[name]
        answered = {n: known for n, known in spec.dimensions.items() if not knows_less(known)}
        for dimension, known in answered.items():
            others = [pl.col(n) == TOTAL for n in spec.dimensions if n != dimension]
            fields = {f.safe: f.name for f in reversed(contracts[spec.dataset].fields)}
            alone = frame.filter(pl.col("country") != TOTAL, *others).with_columns(
                dataset=pl.lit(spec.dataset),
                field=pl.lit(fields[known.field]),
                codelist=pl.lit(known.codelist),
                code=pl.col(dimension),
            )
            parts.append(alone.select(pl.col(n).cast(t) for n, t in schema.items()))
    every = pl.concat(parts).unique([*AT, "unit", "code"], maintain_order=True)
    whole = every.filter(pl.col("code") == TOTAL, pl.col("value") > 0)
    return every.join(whole, on=[*AT, "unit"], how="semi")


def counted(margins: pl.DataFrame, source: Mapping[tuple[str, str], str]) -> pl.DataFrame:
    """The shown codes in the form of ``conformance.counted``; hidden ones are left out.

    ``source`` names those behind a country and dataset.
    """
    names = pl.struct("country", "dataset").map_elements(
        lambda of: source.get((of["country"], of["dataset"]), ""), pl.String
    )
    shown = margins.filter(pl.col("value") > 0, pl.col("code") != TOTAL)
    summed = shown.group_by(*AT, "codelist", "code").agg(n=pl.col("value").sum())
    rows = told(margins, ()).group_by("country", "period", "dataset").agg(n=pl.col("rows").max())
    blank = [pl.lit("").alias(name) for name in ("field", "codelist", "code")]
    both = pl.concat([summed, rows.with_columns(blank).select(summed.columns)])
    return both.with_columns(source=names).select(
        pl.col(name).cast(of) for name, of in COUNTED.items()
    )


def told(margins: pl.DataFrame, several: Collection[str]) -> pl.DataFrame:
    """Of each field the persons, and the whole per cent with a known answer, least and most.

    Exactly, up to rounding, where those without an answer are shown. Where they are hidden, at
    least as many as stand in shown codes; of the fields in ``several``, in which a person may have
    more than one, as stand in the largest.
    """
    value, code = pl.col("value"), pl.col("code")
    known = value.filter(~code.is_in([TOTAL, UNKNOWN]))
    lacking = value.filter(code == UNKNOWN)
    by_unit = margins.group_by(*AT, "unit").agg(
        whole=value.filter(code == TOTAL).sum(),
        hidden=lacking.is_null().any() | (lacking.len() == 0),
        without=lacking.sum(),
        shown=known.sum(),
        largest=known.max().fill_null(0),
    )
    one = pl.when(pl.col("field").is_in(list(several))).then("largest").otherwise("shown")
    having = pl.when("hidden").then(one).otherwise(pl.col("whole") - pl.col("without"))
    sums = (
        by_unit.with_columns(having=having)
        .group_by(AT)
        .agg(pl.col("whole", "having").sum(), pl.col("hidden").any())
    )
    part, rows = 100 * pl.col("having"), pl.col("whole")
    nearest = ((2 * part + rows) // (2 * rows)).clip(0, 100)
    return (
        sums.with_columns(
            rows=rows,
            least=pl.when("hidden").then((part // rows).clip(0, 100)).otherwise(nearest),
            most=pl.when("hidden").then(100).otherwise(nearest),
        )
        .select(pl.col(name).cast(of) for name, of in TOLD.items())
        .sort(AT)
    )
