"""Tables of persons through the gate out: from a folder of the cube to the form of a release."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from anonymize import alike, disclosure
from data_contracts import load
from data_contracts.model import TOTAL, UNKNOWN, Table
from data_contracts.periods import frequency, is_span, quarters, to_date, years
from pipelines import steps
from pipelines.standing import Settled
from transforms import cube, vintage
from transforms.vintage import Slices

EPOCH = "1"
# Beside the cube: the spans of years that were published, by table.
SPANS = "spans.json"
SOURCES = {"country": pl.String, "period": pl.String, "source": pl.String}


def span(slices: Slices) -> tuple[list[str], list[str]]:
    """The countries that sent records, and all periods from their first to their last.

    Quarters only where anybody reports by quarter: an annual source leaves none open.
    """
    dated = [piece for piece in slices if piece.period and piece.country != UNKNOWN]
    countries = sorted({piece.country for piece in dated})
    covered = sorted({quarter for piece in dated for quarter in quarters(piece.period)})
    if not covered:
        return countries, []
    years = [str(year) for year in range(int(covered[0][:4]), int(covered[-1][:4]) + 1)]
    own = sorted({piece.period for piece in dated if "-Q" in piece.period})
    inside = [q for year in years for q in quarters(year) if own and own[0] <= q <= own[-1]]
    dates = [one for year in years for one in to_date(year) if set(quarters(one)) <= set(inside)]
    return countries, sorted([*inside, *dates, *years])


def sources_of(table: Table, slices: Slices, spans: Sequence[str] = ()) -> pl.DataFrame:
    """The sources behind the cells of a table, as one name for each ``country`` and ``period``.

    Behind the region's are those of all its countries; behind a span's those of all its years.
    """
    spoken = vintage.speakers(piece for piece in slices if piece.dataset == table.dataset)
    for country, year in [place for place in spoken if len(place[1]) == 4]:
        for span in (one for one in spans if year in years(one)):
            spoken.setdefault((country, span), set()).update(spoken[country, year])
    for (country, period), names in list(spoken.items()):
        if frequency(period) in table.regional and country in (table.countries or {country}):
            spoken.setdefault((TOTAL, period), set()).update(names)
    rows = [(*place, "+".join(sorted(names))) for place, names in sorted(spoken.items())]
    return pl.DataFrame(rows, schema=SOURCES, orient="row")


def of_persons(
    names: Iterable[str], cube_folder: Path, slices: Slices, key: bytes
) -> dict[str, Settled]:
    """Tables of persons in the form of a release, and the keys of what other rules alone hid.

    All tables that are published together: a number may say too much beside another table's.
    """
    registry, policy = load.tables(), load.policy()
    cubes = {name: judged(registry[name], cube_folder, key) for name in names}
    asked = alike.compared(cubes, registry, load.codelists(), policy)
    return {n: protected(registry[n], one, cube_folder, slices) for n, one in asked.items()}


def judged(table: Table, cube_folder: Path, key: bytes) -> pl.DataFrame:
    """The exact cells of a table with all that the rules ask of it alone."""
    cells = pl.read_parquet(cube_folder / f"{table.name}.parquet")
    behind = pl.read_parquet(cube_folder / steps.BEHIND / f"{table.name}.parquet")
    return disclosure.judged(cells, behind, table, key, EPOCH, load.policy())


def protected(table: Table, asked: pl.DataFrame, cube_folder: Path, slices: Slices) -> Settled:
    """A table in the form of a release, and the keys of what other rules alone hid."""
    policy = load.policy()
    available = pl.read_parquet(cube_folder / steps.AVAILABLE / f"{table.name}.parquet")
    shown = disclosure.protect(asked, table, policy)
    countries, periods = span(slices)
    spans = spans_of(table.name, cube_folder, available)
    absent = disclosure.missing(never_there(table, available, countries, [*periods, *spans]))
    frame = pl.concat([shown, absent.select(shown.columns)])
    named = frame.join(
        sources_of(table, slices, spans),
        on=["country", "period"],
        how="left",
        maintain_order="left",
    )
    return Settled(named, disclosure.hidden_by_other_rule(asked, table, policy))


def spans_of(name: str, cube_folder: Path, available: pl.DataFrame) -> list[str]:
    """The spans of years of a table: those that are counted, and those that were published."""
    file = cube_folder / SPANS
    before = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    now = filter(is_span, available["period"].unique())
    return sorted({*before.get(name, ()), *now})


def never_there(
    table: Table, available: pl.DataFrame, countries: Sequence[str], periods: Sequence[str]
) -> pl.DataFrame:
    """The keys of the cells that nobody reported, the region's among them where it has any."""
    own = [one for one in countries if one in (table.countries or countries)]
    absent = cube.absent(table, available, own, periods)
    if TOTAL not in available["country"]:
        return absent
    regional = table.model_copy(update={"frequencies": table.regional})
    return pl.concat([absent, cube.absent(regional, available, [TOTAL], periods)])
