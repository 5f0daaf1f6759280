"""How much of each table can be read: the share of cells shown, and of persons in shown cells.

By table and frequency, of the cells of countries and of the region, before the audit and after; and
of the cells that a rule hides, which. It looks at the exact cube of a workspace of invented people
and at nothing else: such figures of real people would tell about them, and are never made.

    python -m benchmarks.usefulness DEMO/invented
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import polars as pl

from anonymize import disclosure
from data_contracts import load
from data_contracts.model import TOTAL, Table
from data_contracts.periods import frequency
from pipelines import artefacts, keystore, outputs, settings, steps

REASONS = ("small", "cases", "largest", "closely", "regional", "alike", "audit")


class NotInvented(ValueError):
    """Which cells are hidden for which rule is told of invented people only."""


class Read(NamedTuple):
    """A table in one frequency and place: cells and persons, and how much of them is shown."""

    table: str
    frequency: str
    place: str
    cells: int
    cells_pct: float
    persons_pct: float
    hidden: dict[str, int]


def latest(root: Path, step: str) -> Path:
    """The folder that the last run made of a step."""
    return max(
        (root / artefacts.FOLDER / step).iterdir(), key=lambda folder: folder.stat().st_mtime
    )


def why(table: Table) -> dict[str, pl.Expr]:
    """The rules by name, the first that hides a cell is counted."""
    policy = load.policy()
    regional = pl.col("country") == TOTAL
    countries = pl.col("n_countries") < policy.min_countries
    one = pl.col("outside_country") <= policy.hide_up_to
    return {
        "small": disclosure.too_few_persons(policy),
        "cases": pl.col("n_cases") < policy.min_cases,
        "largest": pl.col("n") - pl.col("max_case") < policy.min_outside_largest_case,
        "closely": disclosure.sensitive(table) & (pl.col("outside_case") <= policy.hide_up_to),
        "regional": regional & (countries | one),
        "alike": pl.col("beside") <= policy.alike_up_to,
    }


def cells(root: Path, name: str) -> pl.DataFrame:
    """The cells of a table: exact, the rule that hides each, and what was shown in the end."""
    table, cube, policy = load.tables()[name], latest(root, "cube"), load.policy()
    key = keystore.rounding(root / "keys")
    exact, behind = (
        pl.read_parquet(cube / part / f"{name}.parquet") for part in ("", steps.BEHIND)
    )
    judged = disclosure.judged(exact, behind, table, key, outputs.EPOCH, policy)
    named = [pl.when(rule.fill_null(False)).then(pl.lit(of)) for of, rule in why(table).items()]
    judged = judged.with_columns(reason=pl.coalesce(named))
    shown = pl.read_parquet(latest(root, "protected") / outputs.TABLES / f"{name}.parquet")
    keys = ["country", "period", "unit", *table.dimensions]
    both = judged.join(shown.select(*keys, "value"), on=keys)
    audited = pl.when(pl.col("value").is_null()).then(pl.lit("audit"))
    return both.with_columns(
        reason=pl.coalesce("reason", audited),
        place=pl.when(pl.col("country") == TOTAL)
        .then(pl.lit("region"))
        .otherwise(pl.lit("country")),
        frequency=pl.col("period").map_elements(frequency, pl.String),
    )


def read(root: Path) -> Iterator[Read]:
    """Every table of persons of the workspace."""
    for name in sorted(file.stem for file in latest(root, "cube").glob("*.parquet")):
        found = cells(root, name)
        for (of, place), part in found.group_by("frequency", "place", maintain_order=True):
            shown = part.filter(pl.col("value").is_not_null())
            persons = int(part["n"].sum())
            hidden = {why: part.filter(reason=why).height for why in REASONS}
            yield Read(
                name,
                str(of),
                str(place),
                part.height,
                round(100 * shown.height / part.height, 1),
                round(100 * int(shown["n"].sum()) / persons, 1) if persons else 0,
                {why: many for why, many in hidden.items() if many},
            )


def headlines(root: Path) -> dict[str, tuple[int, int]]:
    """Of annual indicators: how many figures are shown, and how many there could be, by place."""
    found = pl.read_parquet(latest(root, "indicators") / "indicators.parquet")
    years = found.filter(~pl.col("period").str.contains("-Q"), ~pl.col("obs_status").is_in(["O"]))
    own = {n for n, one in load.indicators().items() if load.tables()[one.table].kind == "persons"}
    mine = years.filter(pl.col("indicator").is_in(sorted(own)))
    places = {"country": pl.col("country") != TOTAL, "region": pl.col("country") == TOTAL}
    return {
        place: (mine.filter(where)["value"].drop_nulls().len(), mine.filter(where).height)
        for place, where in places.items()
    }


def main(root: Path) -> None:
    """Print a table in Markdown, and how many headline figures are shown."""
    if not settings.opened(root).invented:
        raise NotInvented(f"{root} holds records of real people. Measure a demo's workspace.")
    print("| table | | of | cells | shown | persons in shown | hidden by |")
    print("| --- | --- | --- | ---: | ---: | ---: | --- |")
    for one in read(root):
        by = ", ".join(f"{why} {many}" for why, many in one.hidden.items())
        print(
            f"| {one.table} | {one.frequency} | {one.place} | {one.cells:,} | {one.cells_pct} % "
            f"| {one.persons_pct} % | {by} |"
        )
    print(json.dumps(headlines(root)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="How much of each table can be read.")
    parser.add_argument("workspace", type=Path)
    main(parser.parse_args().workspace)
