"""How much of what a source sent other standards can say: a count per field, and shares of it.

A value is a code of ours that a source sent: unknown and total are none. It is mapped exactly, with
loss (the other's category holds more, or less), or not at all. Labels that no list knew never
became a code; the intake counted their rows.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from data_contracts.concordance import Concordance
from data_contracts.model import TOTAL, UNKNOWN, Contract, Field

PLACE = ("source", "country", "period", "dataset")
COUNTED = pl.Schema(
    {**dict.fromkeys((*PLACE, "field", "codelist", "code"), pl.String()), "n": pl.UInt32()}
)
STRADDLES = "straddles"
KINDS = ("exact", "lossy", "none")
JUDGED = pl.Schema(
    {
        **dict.fromkeys((*PLACE, "standard", "field", "flag"), pl.String()),
        **dict.fromkeys(("rows", "received", *KINDS, "straddling", "unmapped"), pl.Int64()),
    }
)
SHARES = ("received", *KINDS, "unmapped")
RELEASED = pl.Schema(
    {
        **dict.fromkeys((*PLACE, "standard", "field", "flag"), pl.String()),
        **{f"{name}_{end}": pl.Int64() for name in SHARES for end in ("from", "to")},
    }
)
BAND = re.compile(r"Y?(\d+)(?:T|--| to )(\d+)(?: years)?|Y_GE(\d+)|(\d+)\+|(\d+) years or over")
ENDLESS = 999


def coded(contract: Contract) -> list[Field]:
    """The fields of a contract that leave the gate in as codes of a list, a column each once."""
    columns = {field.safe: field for field in reversed(contract.fields) if field.leaves}
    return [field for field in reversed(columns.values()) if field.listed]


def counted(
    rows: pl.LazyFrame, answers: pl.LazyFrame | None, contract: Contract, whole: Iterable[str]
) -> pl.DataFrame:
    """How often each code stands in each field, by source, country and period.

    ``rows`` and ``answers`` are a dataset's core, with ``submission``. The country of a source in
    ``whole``, a publisher of the world's figures, is the total. A row with an empty field and
    code has the number of all rows; a field with several answers counts each of them, and under
    the code ``*`` the rows that have any.
    """
    world = pl.col("source").is_in(list(whole))
    placed = rows.with_columns(
        place=pl.when(world).then(pl.lit(TOTAL)).otherwise("country"),
        dataset=pl.lit(contract.name),
    )
    parts = [_of(placed, "", "", pl.lit(""))]
    present = set(rows.collect_schema().names())
    for field in coded(contract):
        if not field.many and field.safe in present:
            parts.append(_of(placed, field.name, field.listed or "", pl.col(field.safe)))
    if answers is not None:
        keys = ["submission", "record"]
        beside = answers.select(*keys, "field", "code").join(
            placed.select(*keys, "source", "place", "period", "dataset").unique(keys), on=keys
        )
        for field in coded(contract):
            if field.many:
                own = beside.filter(pl.col("field") == field.name)
                known = own.filter(~pl.col("code").is_in([UNKNOWN, TOTAL])).unique(keys)
                parts.append(_of(own, field.name, field.listed or "", pl.col("code")))
                parts.append(_of(known, field.name, field.listed or "", pl.lit("*")))
    return pl.concat(pl.collect_all(parts)).sort(COUNTED.names()[:-1], nulls_last=True)


def _of(frame: pl.LazyFrame, field: str, codelist: str, code: pl.Expr) -> pl.LazyFrame:
    named = frame.select(
        "source",
        "period",
        "dataset",
        country="place",
        field=pl.lit(field),
        codelist=pl.lit(codelist),
        code=code.cast(pl.String),
    )
    found = named.group_by(pl.all()).agg(pl.len().alias("n"))
    return found.select(pl.col(name).cast(of) for name, of in COUNTED.items())


def with_years(counts: pl.DataFrame) -> pl.DataFrame:
    """``counts`` and, for what is reported by quarter, its sums by year."""
    quarters = counts.filter(pl.col("period").str.contains("-Q"))
    years = quarters.with_columns(pl.col("period").str.head(4))
    keys = COUNTED.names()[:-1]
    return pl.concat([counts, years]).group_by(keys).agg(pl.col("n").sum()).select(COUNTED.names())


def overall(counts: pl.DataFrame) -> pl.DataFrame:
    """``counts`` over all periods, as the period ``_T``."""
    every = counts.with_columns(period=pl.lit(TOTAL))
    return every.group_by(COUNTED.names()[:-1]).agg(pl.col("n").sum()).select(COUNTED.names())


def ages(text: str) -> tuple[int, int] | None:
    """The first and last year of age of a band as codes and categories write it; else None."""
    if not (found := BAND.fullmatch(text)):
        return None
    first, last, *open_ended = found.groups()
    return (int(first), int(last)) if first else (int(next(filter(None, open_ended))), ENDLESS)


def straddles(code: str, codelist: str, concordance: Concordance) -> bool:
    """Whether an age band of ours lies across an edge of one of the standard's bands.

    Such a band is flagged and never split: nobody knows how many are on which side.
    """
    own = ages(code)
    if own is None:
        return False
    theirs = (ages(r.target) for r in concordance.relations if r.codelist == codelist)
    return any(_across(own, other) for other in theirs if other)


def _across(one: tuple[int, int], other: tuple[int, int]) -> bool:
    overlap = one[0] <= other[1] and other[0] <= one[1]
    inside = other[0] <= one[0] and one[1] <= other[1]
    holds = one[0] <= other[0] and other[1] <= one[1]
    return overlap and not inside and not holds


def judged(counts: pl.DataFrame, concordance: Concordance) -> pl.DataFrame:
    """How the values of each field map to one standard, for the fields whose list it treats.

    ``rows`` are all rows of the source and period, ``received`` those with a value in the field;
    ``exact``, ``lossy`` and ``none`` count values, of which a row may have several.
    ``unmapped`` is empty: the intake knows it. ``flag`` says of the field's list, whatever came,
    that some of its bands straddle the standard's.
    """
    treated = counts.filter(pl.col("codelist").is_in(list(concordance.treated)))
    known = treated.filter(
        pl.col("code").is_not_null() & ~pl.col("code").is_in([UNKNOWN, TOTAL, "*"])
    )
    matched = known.join(_matches(known, concordance), on=["codelist", "code", "period"])
    keys = [*PLACE, "field"]
    sums = [
        pl.col("n").filter(pl.col("kind") == kind).sum().cast(pl.Int64).alias(kind)
        for kind in KINDS
    ]
    straddling = pl.col("n").filter("across").sum().cast(pl.Int64).alias("straddling")
    values = matched.group_by(keys).agg(pl.col("n").sum().alias("values"), *sums, straddling)
    several = treated.filter(pl.col("code") == "*").select(*keys, having="n")
    total = counts.filter(pl.col("field") == "").select(*PLACE, rows="n")
    pairs = {(r.codelist, r.code) for r in concordance.relations}
    across = sorted({name for name, code in pairs if straddles(code, name, concordance)})
    flag = pl.when(pl.col("codelist").is_in(across)).then(pl.lit(STRADDLES)).otherwise(pl.lit(""))
    return (
        treated.select(*keys, flag=flag)
        .unique()
        .join(total, on=PLACE)
        .join(values, on=keys, how="left")
        .join(several, on=keys, how="left")
        .with_columns(pl.col("values", *KINDS, "straddling").fill_null(0))
        .with_columns(
            received=pl.coalesce("having", "values"),
            standard=pl.lit(concordance.standard),
            unmapped=pl.lit(None, pl.Int64),
        )
        .select(pl.col(name).cast(of) for name, of in JUDGED.items())
        .sort(*PLACE, "field")
    )


def _matches(known: pl.DataFrame, concordance: Concordance) -> pl.DataFrame:
    """``kind`` of the match of each code in each period, and whether it lies ``across`` a band."""
    loss = {"exact": "exact", "broader": "lossy", "narrower": "lossy", "none": "none"}
    latest = max(known["period"].str.head(4).replace(TOTAL, None).drop_nulls(), default="2000")
    rows = [
        (
            codelist,
            code,
            period,
            loss[concordance.match(codelist, code, latest if period == TOTAL else period)],
            straddles(code, codelist, concordance),
        )
        for codelist, code, period in known.select("codelist", "code", "period").unique().rows()
    ]
    texts = dict.fromkeys(("codelist", "code", "period", "kind"), pl.String)
    return pl.DataFrame(rows, schema={**texts, "across": pl.Boolean}, orient="row")


def with_unmapped(judgements: pl.DataFrame, unmapped: pl.DataFrame) -> pl.DataFrame:
    """``judgements`` with the rows that were set aside for a label of the field.

    ``unmapped`` has the place, ``field`` and ``unmapped`` rows; a place that it does not have at
    all is of a submission over several periods, of which nobody knows.
    """
    places = unmapped.select(PLACE).unique().with_columns(told=pl.lit(True))
    found = judgements.drop("unmapped").join(places, on=PLACE, how="left")
    own = unmapped.filter(pl.col("field") != "")
    joined = found.join(own, on=[*PLACE, "field"], how="left")
    zero = pl.when("told").then(pl.col("unmapped").fill_null(0))
    return joined.with_columns(unmapped=zero.cast(pl.Int64)).select(JUDGED.names())


def core_fields(contract: Contract, concordance: Concordance, filled: Iterable[str]) -> int | None:
    """Whole per cent of a standard's core fields among the ``filled`` ones; None if it has none.

    Its core fields are those of the contract whose list the standard treats.
    """
    core = {field.name for field in coded(contract) if field.listed in concordance.treated}
    return _percent(len(core & set(filled)), len(core)) if core else None


def _percent(part: int, whole: int) -> int:
    """Nearest whole per cent, but 0 and 100 only for none and all."""
    nearest = (200 * part + whole) // (2 * whole)
    return min(max(nearest, 1 if part else 0), 99 if part < whole else 100)


def share(part: int | None, whole: int, exact: bool) -> tuple[int | None, int | None]:
    """A share in per cent, from and to: a number where it may be exact, else a band of a quarter.

    The bands are wide on purpose: among fifty each holds a dozen persons, the lowest none as well
    and the highest all.
    """
    if part is None or whole == 0:
        return None, None
    if exact:
        return _percent(part, whole), _percent(part, whole)
    band = min(4 * part // whole, 3)
    return 25 * band, 100 if band == 3 else 25 * band + 24


def released(
    judgements: pl.DataFrame,
    exact: Iterable[str],
    shown: Iterable[Sequence[str]],
    said: pl.DataFrame,
    many: int,
    most_aside: int,
) -> pl.DataFrame:
    """``judgements`` as shares that may leave: exact ones of the public sources in ``exact``.

    Of all others what ``said`` has, which must follow from released cells: the keys of a judgement,
    its ``rows`` and kinds, and the ``least`` and ``most`` per cent that came. Only of the country,
    period and dataset in ``shown``, and no sums over all periods; ``shown`` must follow from what
    is released too. Kinds are said of ``many`` values or more, in bands. Rows that were set aside
    for a label are in no cell, so of those nothing is said but what holds for every submission
    that was accepted: they are at most ``most_aside`` per cent.
    """
    open_sources, places = set(exact), set(map(tuple, shown))
    rows = []
    for row in judgements.iter_rows(named=True):
        if row["source"] in open_sources and row["period"] != TOTAL:
            aside, every = row["unmapped"], row["rows"] or 0
            received = share(row["received"], every, True)
            unmapped = share(aside, every + (aside or 0), True)
            rows.append([*_named(row), *received, *_kinds(row, 0), *unmapped])
    for row in said.iter_rows(named=True):
        if (row["country"], row["period"], row["dataset"]) in places:
            received = (row["least"], row["most"])
            rows.append([*_named(row), *received, *_kinds(row, many), 0, most_aside])
    return pl.DataFrame(rows, schema=RELEASED, orient="row").sort(*PLACE, "standard", "field")


def _named(row: Mapping[str, str]) -> list[str]:
    return [row[name] for name in (*PLACE, "standard", "field", "flag")]


def _kinds(row: Mapping[str, int | None], many: int) -> list[int | None]:
    """The kinds among all values; exact where none are too few."""
    values = sum(row[kind] or 0 for kind in KINDS)
    enough = values if values >= many else 0
    bounds = [share(row[kind], enough, not many) for kind in KINDS]
    return [bound for pair in bounds for bound in pair]
