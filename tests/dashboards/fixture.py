"""A small invented release built by hand, with every kind of absence side by side."""

import json
import shutil
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path

import polars as pl
import yaml

from tests.dashboards import several
from tests.tables import table

COUNTRIES = ("XAA", "XAB", "_T")
YEARS = (2023, 2024, 2025)
SEX = {"_T": 1.0, "F": 0.71, "M": 0.24, "tipstat:other_sex": 0.01, "_U": 0.04}
AGE = {"_T": 1.0, "Y0T17": 0.31, "Y_GE18": 0.6, "_U": 0.09}
FORMS = {"_T": 1.0, "P1": 0.52, "P2": 0.36, "P3": 0.03, "P4": 0.05, "P5": 0.002, "P9": 0.1}
DIMENSIONS = {"sex": SEX, "age_band": AGE, "exploitation": FORMS}
# Persons in the first quarter, and how many more each quarter.
SIZES = {("XAA", "victim_identified"): (88, 3), ("XAB", "victim_identified"): (9, 2)}
SIZES |= {("XAA", "victim_presumed"): (140, -4), ("XAB", "victim_presumed"): (31, 0)}

ABSENCES = table("""
    period | value | lower | upper | obs_status
    2015   | 120   | 116   | 124   | A
    2016   |       | 0     |       | Q
    2017   |       | 1     | 4     | Q
    2018   |       |       |       | O
    2019   |       |       |       | M
    2020   | 0     | 0     | 0     | A
    2021   | 90    | 90    | 90    | E
    2022   | 95    | 95    | 95    | A
    2023   | 140   | 136   | 144   | B
    2024   | 155   | 151   | 159   | A
    2025   | 175   | 171   | 179   | P
""")
PUBLISHED = table("""
    country | period | exploitation | value | lower | upper | obs_status
    XAA     | 2023   | _T           | 1204  | 1204  | 1204  | A
    XAA     | 2023   | P1           | 1180  | 1180  | 1180  | A
    XAA     | 2023   | P2           | 21    | 21    | 21    | A
    XAA     | 2023   | P5           | 0     | 0     | 0     | A
    XAA     | 2023   | P9           |       | 1     | 4     | Q
    XAB     | 2023   | _T           | 17    | 17    | 17    | A
    XAB     | 2023   | P1           |       |       |       | O
    XAB     | 2023   | P2           | 12    | 12    | 12    | A
    XAB     | 2023   | P5           |       | 1     | 4     | Q
    XAB     | 2023   | P9           |       | 1     | 4     | Q
""")
INDICATORS = table("""
    indicator       | country | period | value | lower | upper | obs_status
    victims         | XAA     | 2023   | 375   | 371   | 379   | A
    victims         | XAA     | 2024   | 420   | 416   | 424   | A
    victims         | XAA     | 2025   | 470   | 466   | 474   | A
    female_share    | XAA     | 2023   | 70.7  | 69.3  | 72.1  | A
    female_share    | XAA     | 2024   | 71.4  | 70.1  | 72.7  | A
    female_share    | XAA     | 2025   | 71.3  | 70.0  | 72.5  | A
    organ_share     | XAA     | 2023   |       |       |       | Q
    organ_share     | XAA     | 2024   |       |       |       | Q
    organ_share     | XAA     | 2025   |       |       |       | O
    victims         | XAB     | 2023   | 50    | 46    | 54    | A
    victims         | XAB     | 2024   |       | 0     |       | Q
    victims         | XAB     | 2025   | 115   | 111   | 119   | A
""")
FLAGS = table("""
    table   | country | concept | flag       | code                         | first | last
    victims | XAB     | victim  | difference | tipstat:preliminary_decision | 2023  | 2025-Q4
    victims | XAA     | victim  | difference | tipstat:court_decision       | 2023  | 2023-Q4
    victims | XAA     | victim  | break      | tipstat:no_difference        | 2024  | 2024
    victims | _T      | victim  | break      | tipstat:no_difference        | 2024  | 2024
""")
# Of XAA there are bands, of XAB, whose source is public, whole per cent.
CONFORMING = table(
    """
    source       | country | period  | standard | field        | received | exact | lossy | none
    xa_registers | XAA     | 2025    | ictip    |              | 100-100  |       |       |
    xa_registers | XAA     | 2025    | ctdc     |              | 82-82    |       |       |
    xa_registers | XAA     | 2025    | ctdc     | sex          | 75-100   | 75-100| 0-24  | 0-24
    xa_registers | XAA     | 2025    | ctdc     | age          | 75-100   | 0-24  | 75-100| 0-24
    xa_registers | XAA     | 2025    | ictip    | exploitation | 50-74    | 50-74 | 0-24  | 25-49
    xa_registers | XAA     | 2025    | ictip    | means        | 25-49    |       |       |
    xa_report    | XAB     | 2024    | ctdc     |              | 60-60    |       |       |
    xa_report    | XAB     | 2024    | ctdc     | sex          | 93-93    | 97-97 | 3-3   | 0-0
    xa_report    | XAB     | 2024    | glotip   | exploitation | 88-88    | 71-71 | 0-0   | 29-29
""",
    period=pl.String,
)
HERE = Path(__file__).parent
LABELS = HERE.parents[1] / "data_contracts" / "labels"
SAID = yaml.safe_load((HERE / "release.yaml").read_text(encoding="utf-8"))
PERIODS = [f"{year}-Q{quarter}" for year in YEARS for quarter in (1, 2, 3, 4)]
PERIODS += [str(year) for year in range(2015, 2026)]


def persons(dimensions: tuple[str, ...]) -> pl.DataFrame:
    """A protected table: multiples of five, hidden up to ten, a quarter and its year missing."""
    rows = [
        {
            "country": country,
            "period": period,
            "unit": unit,
            **dict(zip(dimensions, key, strict=True)),
        }
        | cell(
            number(country, unit, period) * share,
            country == "XAB" and period in ("2024-Q3", "2024"),
        )
        for country, unit in product(COUNTRIES, ("victim_identified", "victim_presumed"))
        for period in (*PERIODS[:12], *map(str, YEARS))
        for key, share in shares(dimensions)
    ]
    return pl.DataFrame(rows, infer_schema_length=None).with_columns(source=pl.lit("xa_registers"))


def shares(dimensions: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], float]]:
    """Each group and its share of all."""
    for group in product(*(DIMENSIONS[name].items() for name in dimensions)):
        share = 1.0
        for _, part in group:
            share *= part
        yield tuple(code for code, _ in group), share


def number(country: str, unit: str, period: str) -> float:
    """How many persons there are; a region is its countries, a year its quarters."""
    if country == "_T":
        return sum(number(code, unit, period) for code in ("XAA", "XAB"))
    year, _, quarter = period.partition("-Q")
    if not quarter:
        return sum(number(country, unit, f"{year}-Q{q}") for q in range(1, 5))
    first, more = SIZES[country, unit]
    return first + more * (4 * (int(year) - YEARS[0]) + int(quarter) - 1)


def cell(exact: float, is_missing: bool) -> dict[str, object]:
    """A cell as the gate out writes it."""
    value = 5 * round(exact / 5)
    if is_missing:
        return absent("O", "F", None)
    if value <= 10:
        return absent("Q", "C", 0)
    shown = {"value": value, "lower": value - 4, "upper": value + 4}
    return shown | {"obs_status": "A", "conf_status": "F"}


def absent(obs_status: str, conf_status: str, lower: int | None) -> dict[str, object]:
    """A cell without a number."""
    gap = {"value": None, "lower": lower, "upper": None}
    return gap | {"obs_status": obs_status, "conf_status": conf_status}


def free(frame: pl.DataFrame, unit: str) -> pl.DataFrame:
    """A drawing as a released table of published numbers."""
    hidden = pl.col("obs_status") == "Q"
    order = ["country", "period", "unit", *(c for c in frame.columns if c in DIMENSIONS)]
    measures = ["value", "lower", "upper", "obs_status", "conf_status", "source"]
    return frame.with_columns(
        pl.col("period").cast(pl.String),
        unit=pl.lit(unit),
        conf_status=pl.when(hidden).then(pl.lit("C")).otherwise(pl.lit("F")),
        source=pl.lit("xa_report"),
    ).select(*order, *measures)


def population() -> pl.DataFrame:
    """Exact numbers that describe no victim."""
    rows = [
        {"country": country, "period": str(year), "value": size + 20_000 * place}
        for country, size in (("XAA", 8_400_000), ("XAB", 2_150_000))
        for place, year in enumerate(YEARS)
    ]
    value = pl.col("value")
    return free(
        pl.DataFrame(rows).with_columns(lower=value, upper=value, obs_status=pl.lit("A")),
        "resident",
    )


def tables() -> dict[str, pl.DataFrame]:
    """Every table of the release by name."""
    return {
        "victims": persons(()),
        "victims_by_sex_age": persons(("sex", "age_band")),
        "victims_by_exploitation": persons(("exploitation",)),
        "published_by_exploitation": free(PUBLISHED, "victim_identified"),
        "absences": free(ABSENCES.with_columns(country=pl.lit("XAA")), "victim_identified"),
        "population": population(),
    }


def flags() -> pl.DataFrame:
    """What the release says about definitions."""
    every = FLAGS.with_columns(unit=pl.lit("victim_identified"), source=pl.lit("xa_registers"))
    return every.with_columns(pl.col("first", "last").cast(pl.String))


def conforming() -> pl.DataFrame:
    """What the release says about standards."""
    shares = ("received", "exact", "lossy", "none")
    bounds = [
        pl.col(share)
        .str.split_exact("-", 1)
        .struct.field(f"field_{place}")
        .cast(pl.Int64)
        .alias(f"{share}_{end}")
        for share in shares
        for place, end in enumerate(("from", "to"))
    ]
    silent = [pl.lit(None, pl.Int64).alias(f"unmapped_{end}") for end in ("from", "to")]
    across = pl.when(pl.col("field") == "age").then(pl.lit("straddles")).otherwise(pl.lit(""))
    made = CONFORMING.with_columns(*bounds, *silent, dataset=pl.lit("victims"), flag=across)
    return made.drop(shares).with_columns(pl.col("field").fill_null(""))


def entry(name: str, frame: pl.DataFrame) -> dict[str, object]:
    """What the manifest says about a table."""
    return {
        **SAID["tables"][name],
        "units": frame["unit"].unique().sort().to_list(),
        "dimensions": {column: column for column in frame.columns if column in DIMENSIONS},
        "cells": len(frame),
        "hidden": len(frame.filter(obs_status="Q")),
    }


def manifest(made: Mapping[str, pl.DataFrame], release: str, invented: bool) -> dict[str, object]:
    """What the release says about itself."""
    return {
        "release": release,
        "title": "Trafficking in persons in an invented region",
        "mode": "demo",
        "invented": invented,
        "state": "published",
        "created": "2026-02-01T09:00:00Z",
        "published": "2026-02-03T09:00:00Z",
        "reviewers": [],
        "tables": {name: entry(name, made[name]) for name in sorted(made)},
        "countries": ["XAA", "XAB"],
        "periods": PERIODS,
        "policy": {},
        "sources": SAID["sources"],
        "audit": {},
        "files": {},
    }


def write_lists(folder: Path) -> None:
    """Code lists, labels and reference sheets."""
    for kind in ("codelists", "indicators", "tables"):
        (folder / kind).mkdir(parents=True)
    shutil.copytree(HERE / "labels", folder / "labels")
    (folder / "contracts").mkdir()
    shutil.copy(LABELS.parent / "victims.odcs.yaml", folder / "contracts")
    for name in ("concept", "definition"):
        shutil.copy(LABELS / f"{name}.csv", folder / "labels")
    for file in (folder / "labels").iterdir():
        pl.read_csv(file).select("code").write_csv(folder / "codelists" / file.name)
    for name, codes in {"obs_status": "AQOMPBE", "conf_status": "FC"}.items():
        pl.DataFrame({"code": list(codes)}).write_csv(folder / "codelists" / f"{name}.csv")
    registry = yaml.safe_dump(SAID["tables"], sort_keys=False, allow_unicode=True)
    (folder / "tables.yaml").write_text(registry, encoding="utf-8")
    for name, sheet in SAID["indicators"].items():
        said = {key: f"{text}." for key, text in sheet["title"].items()}
        measured = {"table": "victims", "unit": "victim_identified"}
        sheet |= measured | {"definition": said, "caution": said}
        text = yaml.safe_dump(sheet, allow_unicode=True)
        (folder / "indicators" / f"{name}.yaml").write_text(text, encoding="utf-8")


def release(parent: Path, name: str = "INVENTED-2025Q4-v1", invented: bool = True) -> Path:
    """Write the release ``name`` below ``parent``; its folder."""
    folder, made = parent / name, tables()
    write_lists(folder)
    for table_name, frame in made.items():
        frame.write_parquet(folder / "tables" / f"{table_name}.parquet")
    flags().write_parquet(folder / "flags.parquet")
    conforming().write_parquet(folder / "conformance.parquet")
    several.differences().write_parquet(folder / "differences.parquet")
    several.observations().write_parquet(folder / "observations.parquet")
    several.mirror().write_parquet(folder / "mirror.parquet")
    values = free(INDICATORS, "").with_columns(INDICATORS["indicator"]).drop("unit")
    floats = pl.col("value", "lower", "upper").cast(pl.Float64)
    values.select("indicator", pl.exclude("indicator")).with_columns(floats).write_parquet(
        folder / "indicators.parquet"
    )
    text = json.dumps(manifest(made, name, invented), ensure_ascii=False, indent=1)
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    return folder
