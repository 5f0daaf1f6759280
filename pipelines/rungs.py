"""Which rung of detail each country stands on, since the last annual revision.

What is finer is not counted for periods that no release has shown; what was published stays.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import polars as pl

from data_contracts import load
from data_contracts.ladders import ladders
from data_contracts.periods import frequency
from pipelines import artefacts, releases, speakers, standing, steps
from pipelines.settings import Workspace
from transforms import ladder
from transforms.ladder import Refused, Standing
from transforms.people import FAMILY

# Country, unit and year.
Series: TypeAlias = tuple[str, str, str]


def stood(workspace: Workspace) -> list[Standing]:
    """Every country on every ladder, as the last annual revision decided; none before the first."""
    past = speakers.published(workspace)
    revisions = [place for place, one in enumerate(past) if one.year]
    at = len(past) if workspace.revising else max(revisions, default=0)
    if not at:
        return []
    folder = releases.kept(workspace.root, past[at - 1].release) / standing.TABLES
    tables = {file.stem: pl.read_parquet(file) for file in sorted(folder.glob("*.parquet"))}
    countries = sorted({piece.country for one in past[:at] for piece in one.slices})
    least = load.policy().min_per_cell
    return ladder.stood(countries, ladders(), tables, load.tables(), least)


def refused(workspace: Workspace) -> Refused:
    """Country, table and frequency that are finer than the country's rung on some ladder."""
    return ladder.refused(stood(workspace))


def content(workspace: Workspace) -> dict[str, str]:
    """What a candidate says of rungs: those that an annual revision changes are released, too.

    Else a year in which nobody came late would leave every country on the finest for good.
    """
    closed = sorted(refused(workspace))
    return {"rungs": str(closed)} if closed else {}


def told(workspace: Workspace) -> list[dict[str, Any]]:
    """The rungs as a release says them."""
    return [
        {"country": s.country, "ladder": s.ladder, **s.rung.model_dump(), "reason": s.reason}
        for s in stood(workspace)
    ]


def hold_back(workspace: Workspace, cube: Path, taken: Mapping[str, set[Series]]) -> None:
    """Take out of a cube the series that are finer than their country's rung and not published.

    And those of years that are ``taken``: per table country, unit and year, see ``blocks``.
    """
    closed = refused(workspace)
    for name in sorted({table for _, table, _ in closed} | set(taken)):
        if (cube / f"{name}.parquet").exists():
            kept = _kept(workspace, name, cube, closed, taken.get(name, set()))
            for part in ("", steps.BEHIND, steps.AVAILABLE):
                file = cube / part / f"{name}.parquet"
                frame = pl.read_parquet(file)
                artefacts.parquet(frame.join(kept, on=FAMILY, how="semi"), file)


def _kept(
    workspace: Workspace, name: str, cube: Path, closed: Refused, taken: set[Series]
) -> pl.DataFrame:
    """The series of a table that are counted."""
    series = pl.read_parquet(cube / steps.AVAILABLE / f"{name}.parquet").select(FAMILY).unique()
    before = standing.said(workspace, name, load.tables()[name].key)
    shown = set(before.cells.select(FAMILY).unique().rows()) if before else set()
    rows = [
        (country, period, unit)
        for country, period, unit in series.rows()
        if (country, period, unit) in shown
        or (
            (country, name, frequency(period)) not in closed
            and (country, unit, period[:4]) not in taken
        )
    ]
    return pl.DataFrame(rows, schema=series.schema, orient="row")
