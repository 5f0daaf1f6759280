"""What became of everything that a country sent, up to what a release publishes or hides.

Exact counts: they are for that country's own hands, and for nobody else's; no release has them.
Rows add up or nothing is told: what was read is set aside, refused or kept; what was kept for a
dataset waits, is replaced by a later submission, not counted, of a person counted already, or a
person; and each person counted stands in a total that the release shows or hides.
"""

import datetime as dt
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

from data_contracts import load
from data_contracts.model import TOTAL, Frozen
from data_contracts.periods import quarters
from pipelines import differences, fates, history, outputs, releases, steps
from pipelines.errors import OUR_FAULT, WRONG_USAGE, Refusal
from pipelines.fates import Sent
from pipelines.settings import Workspace
from transforms.vintage import Slices

PLACE = ["unit", "period"]
TOTALS = {"table": pl.String, "unit": pl.String, "period": pl.String, "n": pl.Int64}
COUNTING = ".reconciled-"


class DoesNotAdd(Refusal):
    """Counts that must add up do not."""

    exit_code = OUR_FAULT


class NothingSent(Refusal):
    """A country has sent no records, and no release has any of it."""

    exit_code = WRONG_USAGE


class Became(Frozen):
    """The rows of one dataset of persons, each in one of these; ``persons`` by quarter or year.

    ``waiting``: their period is published already, or they came after the release was counted.
    ``replaced``: a later submission speaks for their period. ``not_counted``: their series is not
    complete, or consent does not let us count them. ``duplicates``: of a person who is counted.
    """

    dataset: str
    rows: int
    waiting: int
    replaced: int
    not_counted: int
    duplicates: int
    persons: int


class Total(Frozen):
    """A total of a table: the persons counted exactly, and what is published of them.

    ``status`` is that of the released cell: ``O`` where a coarser rung of detail is published.
    """

    table: str
    unit: str
    period: str
    counted: int
    published: int | None
    status: str


class Account(Frozen):
    """All of it, of one country and release."""

    release: str
    country: str
    sent: tuple[Sent, ...]
    became: tuple[Became, ...]
    totals: tuple[Total, ...]


class Counted(NamedTuple):
    """The records of a dataset that speak, those that are counted, and the totals of its tables."""

    records: pl.DataFrame
    counted: pl.DataFrame
    totals: pl.DataFrame


def account(workspace: Workspace, release: str, country: str) -> Account:
    """What became of what ``country`` sent until ``release`` was published, else until now.

    Raises ``NothingSent``, ``DoesNotAdd``.
    """
    folder = releases.served(workspace.root, release)
    every = history.slices_as_of(workspace, release)
    slices = {piece: every[piece] for piece in fates.own(every, country)}
    lines = tuple(fates.sent(workspace, slices, country, _until(folder)))
    if not lines:
        raise NothingSent(f"{release} holds no records of {country}: see `tipstat submissions`.")
    counts = counted(workspace, release, slices) if slices else {}
    fed = sorted({*counts, *(name for one in lines for name in one.out)})
    totals = [one for part in counts.values() for one in _totals(part.totals, folder, country)]
    whole = Account(
        release=release,
        country=country,
        sent=lines,
        became=tuple(_became(name, lines, counts.get(name)) for name in fed),
        totals=tuple(totals),
    )
    check(whole, counts)
    return whole


def _until(folder: Path) -> dt.datetime | None:
    """When a release was published; None of a candidate."""
    when = releases.manifest(folder)["published"]
    return dt.datetime.fromisoformat(when) if when else None


def counted(workspace: Workspace, release: str, slices: Slices) -> dict[str, Counted]:
    """The persons of each dataset as they were counted for a release, counted once more."""
    for left in workspace.root.glob(f"{COUNTING}*"):
        shutil.rmtree(left)  # a killed process left rows there
    with tempfile.TemporaryDirectory(dir=workspace.root, prefix=COUNTING) as name:
        place, keys = Path(name), history.keys_as_of(workspace, release)
        cores = history.rebuilt(workspace, slices, keys, place / "core")
        (place / "cube").mkdir()
        steps.count(workspace, cores, slices, place / "cube", release)
        held = [one for one in steps.held(cores) if load.contract(one).kind == "persons"]
        return {dataset: _counted(cores[dataset], dataset, place / "cube") for dataset in held}


def _counted(core: Path, dataset: str, cube: Path) -> Counted:
    records = pl.read_parquet(core / steps.ROWS)
    tables = [n for n, t in load.tables().items() if t.dataset == dataset and t.kind == "persons"]
    made = {n: pl.read_parquet(f) for n in tables if (f := cube / f"{n}.parquet").exists()}
    series = [
        pl.read_parquet(cube / steps.AVAILABLE / f"{n}.parquet").select("country", *PLACE)
        for n in made
    ]
    empty = pl.DataFrame(schema=dict.fromkeys(["country", *PLACE], pl.String))
    shown = pl.concat([empty, *series]).unique()
    countable = steps.countable(records.lazy()).collect()
    kept = countable.join(shown, on=["country", *PLACE], how="semi")
    rows = [_of_table(name, table) for name, table in made.items()]
    return Counted(records, kept, pl.concat(rows) if rows else pl.DataFrame(schema=TOTALS))


def _of_table(name: str, cells: pl.DataFrame) -> pl.DataFrame:
    """The total of each unit and period of a table of the cube."""
    dimensions = list(load.tables()[name].dimensions)
    whole = cells.filter(pl.col("country") != TOTAL, *(pl.col(d) == TOTAL for d in dimensions))
    return whole.with_columns(table=pl.lit(name)).select(*TOTALS)


def _became(dataset: str, every: Sequence[Sent], one: Counted | None) -> Became:
    fed = [each.out[dataset] for each in every if dataset in each.out]
    records, kept = (one.records.height, one.counted.height) if one else (0, 0)
    persons = one.counted.select(*PLACE, "person_key").n_unique() if one else 0
    return Became(
        dataset=dataset,
        rows=sum(part.rows for part in fed),
        waiting=sum(part.waiting for part in fed),
        replaced=sum(part.replaced for part in fed),
        not_counted=records - kept,
        duplicates=kept - persons,
        persons=persons,
    )


def _totals(totals: pl.DataFrame, folder: Path, country: str) -> Iterator[Total]:
    tables = outputs.tables_in(folder / outputs.TABLES)
    for row in totals.sort("table", "unit", "period").iter_rows(named=True):
        if (table := tables.get(row["table"])) is None:
            continue
        dimensions = set(differences.key(table)) - {"country", *PLACE}
        place = {"country": country, "unit": row["unit"], "period": row["period"]}
        own = table.filter(**(place | dict.fromkeys(dimensions, TOTAL)))
        ((shown, status),) = own.select("value", "obs_status").iter_rows()
        facts = {name: row[name] for name in ("table", *PLACE)} | {"counted": row["n"]}
        yield Total(**facts, published=shown, status=status)


def check(found: Account, counts: Mapping[str, Counted]) -> None:
    """Raise ``DoesNotAdd`` unless everything adds up, by two routes where there are two."""
    wrong = [one.layout for one in found.sent if not _adds(one)]
    # What spoke is counted in the stored rows of each submission, and in the core of all of them.
    wrong += [one.dataset for one in found.became if one.rows != sum(_parts(one))]
    for dataset, one in counts.items():
        wrong += [f"{dataset}: {place}" for place in _differing(one)]
    if wrong:
        raise DoesNotAdd(f"What {found.country} sent does not add up ({', '.join(wrong[:5])}).")


def _adds(one: Sent) -> bool:
    whole = one.rows == one.kept + one.refused + sum(one.set_aside.values())
    return whole and all(min(fed.waiting, fed.replaced) >= 0 for fed in one.out.values())


def _parts(one: Became) -> tuple[int, ...]:
    return one.waiting, one.replaced, one.not_counted, one.duplicates, one.persons


def _differing(one: Counted) -> list[str]:
    """Units and periods in which a table counts other persons than the records have."""
    by_period = one.counted.group_by(PLACE).agg(m=pl.col("person_key").n_unique())
    years = one.counted.with_columns(period=pl.col("period").str.slice(0, 4))
    yearly = years.group_by(PLACE).agg(m=pl.col("person_key").n_unique())
    whole = [p for p in one.totals["period"].unique() if "-" not in p and _has_all(p, one)]
    expected = pl.concat([by_period, yearly.filter(pl.col("period").is_in(whole))]).unique(PLACE)
    asked = one.totals.filter(pl.col("period").str.contains("-Q") | pl.col("period").is_in(whole))
    joined = asked.join(expected, on=PLACE, how="left").with_columns(pl.col("m").fill_null(0))
    other = joined.filter(pl.col("n") != pl.col("m"))
    return [f"{table} {period}" for table, period in other.select("table", "period").iter_rows()]


def _has_all(year: str, one: Counted) -> bool:
    """Whether a year is the sum of quarters that are all counted."""
    return set(quarters(year)) <= set(one.totals["period"])
