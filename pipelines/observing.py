"""Several sources of one figure, side by side: made of what a run is about to publish."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from data_contracts import load
from data_contracts.definitions import concepts, definitions
from data_contracts.precedence import precedence
from pipelines import artefacts, steps
from pipelines.progress import say
from transforms import comparability, mirror, observations
from transforms.published import by_source

FILES = ("observations", "differences", "mirror")


def every_source(protected: Path, cores: Mapping[str, Path]) -> dict[str, pl.DataFrame]:
    """The protected tables of persons, and published ones with what each source says."""
    registry = load.tables()
    persons = {
        file.stem: pl.read_parquet(file)
        for file in sorted(protected.glob("*.parquet"))
        if registry[file.stem].kind == "persons"
    }
    passed = steps.of_kind("published", steps.held(cores))
    return persons | {
        name: by_source(table, steps.rows(cores[table.dataset])) for name, table in passed.items()
    }


def compared(tables: Mapping[str, pl.DataFrame]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The observations of ``tables`` and the differences between their sources."""
    registry, order = load.tables(), precedence()
    flags = comparability.flags(tables, registry, definitions(), concepts())
    figures = observations.figures(tables, registry)
    pairs = observations.differences(figures, order, flags, concepts())
    return observations.observed(figures, order, pairs), pairs


def flows(tables: Mapping[str, pl.DataFrame], cores: Mapping[str, Path]) -> pl.DataFrame:
    """What both ends of each flow report of it."""
    reports = list(mirror.of_tables(tables, load.tables()))
    if "aggregates" in steps.held(cores):
        reports += mirror.of_aggregates(steps.rows(cores["aggregates"]))
    return mirror.mirrored(reports, precedence(), load.policy().share_min_denominator)


def make(protected: Path, cores: Mapping[str, Path], out: Path) -> None:
    """Write what sources say of the same figures, and countries of the same flows."""
    say("Laying sources side by side")
    tables = every_source(protected, cores)
    taken, pairs = compared(tables)
    made = dict(zip(FILES, (taken, pairs, flows(tables, cores)), strict=True))
    for name, frame in made.items():
        artefacts.parquet(frame, out / f"{name}.parquet")


def read(folder: Path) -> dict[str, pl.DataFrame]:
    """What ``make`` wrote, by name."""
    return {name: pl.read_parquet(folder / f"{name}.parquet") for name in FILES}


def spoken(beside: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Every ``source`` that is named in what ``make`` wrote, with the ``country`` it speaks of."""
    sides = {
        "observations": [("source", "country")],
        "differences": [("other_source", "country")],
        "mirror": [(f"{side}_source", side) for side in ("origin", "destination")],
    }
    parts = [
        beside[name].select(source=source, country=country)
        for name, pairs in sides.items()
        for source, country in pairs
    ]
    return pl.concat(parts).drop_nulls().unique()
