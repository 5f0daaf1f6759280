"""Invented countries whose truth is known, for attacks to be judged by.

As stated: a country has a number of persons in its year, drawn evenly on the scale of logarithms
between ``least`` and ``most``. Codes follow 1/rank in an order of the country's own, and with
probability a half a code hangs on the first one, so that tables are skewed, differ, and
are not independent. Each person is in one quarter. Cases hold one to eight persons. All of it
follows from the seed, and nobody in it exists.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import polars as pl

from data_contracts.model import TOTAL, CodeList, Contract, Table

UNIT, YEAR = "identified", "2025"
QUARTERS = tuple(f"{YEAR}-Q{number}" for number in range(1, 5))
PERIODS = (YEAR, *QUARTERS)
CASES = (1, 1, 1, 2, 2, 3, 5, 8)
Chance: TypeAlias = np.random.Generator


@dataclass(frozen=True)
class Registry:
    """What is counted: fields with their codes, and tables as the fields that they cross."""

    fields: Mapping[str, tuple[str, ...]]
    tables: tuple[tuple[str, ...], ...]
    sensitive: frozenset[str] = frozenset()
    frequencies: tuple[str, ...] = ("quarter", "year")

    @cached_property
    def specs(self) -> dict[str, Table]:
        """The tables by name, as ``tables.yaml`` would register them."""
        return {"by_" + "_".join(fields): self.spec(fields) for fields in self.tables}

    def spec(self, fields: tuple[str, ...]) -> Table:
        """One table; a code list has the name of its field."""
        dimensions = {
            name: {
                "field": name,
                "codelist": name,
                "codes": self.fields[name],
                "sensitive": name in self.sensitive,
            }
            for name in fields
        }
        name = "by_" + "_".join(fields)
        told = {"name": name, "title": {"en": name}, "kind": "persons", "dataset": "victims"}
        counted = {"units": (UNIT,), "frequencies": self.frequencies, "regional": ("year",)}
        return Table.model_validate(told | counted | {"dimensions": dimensions, "tier": "public"})

    @cached_property
    def lists(self) -> dict[str, CodeList]:
        return {name: CodeList(name=name, codes=codes) for name, codes in self.fields.items()}

    @property
    def contracts(self) -> dict[str, Contract]:
        told = {"name": "victims", "version": "1.0.0", "kind": "persons", "description": ""}
        return {"victims": Contract.model_validate(told | {"grain": "a person", "fields": ()})}


SEX, AGE = ("F", "M"), ("Y0T17", "Y18T29", "Y_GE30")
CITIZENSHIP, FORM = ("national", "near", "far", "elsewhere"), ("P1", "P2", "P3", "P9")
# Linked by what they share, so that one helps to see through another.
LINKED = Registry(
    {"sex": SEX, "age": AGE, "citizenship": CITIZENSHIP, "form": FORM},
    (("sex", "age"), ("sex", "form"), ("age", "citizenship"), ("form", "citizenship")),
    frozenset({"citizenship"}),
)
PLAIN = Registry({"sex": SEX, "age": AGE}, (("sex", "age"),))
YEARLY = Registry(
    {"sex": SEX, "age": AGE, "form": FORM}, (("sex", "age"), ("form", "sex")), frequencies=("year",)
)


@dataclass(frozen=True)
class World:
    """Records of persons as the line has them after both are linked, and what is counted."""

    registry: Registry
    records: pl.DataFrame
    regional: bool = False

    @property
    def countries(self) -> list[str]:
        return self.records["country"].unique().sort().to_list()

    def series(self, periods: tuple[str, ...] = PERIODS) -> pl.DataFrame:
        """Every series that is complete; the region's by year alone."""
        own = [(country, UNIT, period) for country in self.countries for period in periods]
        region = [(TOTAL, UNIT, YEAR)] if self.regional else []
        return pl.DataFrame(own + region, schema=["country", "unit", "period"], orient="row")


def world(
    registry: Registry,
    seed: int,
    countries: int = 1,
    least: int = 20,
    most: int = 400,
    regional: bool = False,
) -> World:
    """A world of so many countries; ``least`` and ``most`` are persons of one in its year."""
    chance = np.random.default_rng(seed)
    sizes = np.exp(chance.uniform(np.log(least), np.log(most + 1), countries)).astype(int)
    parts = [persons(registry, named(n), int(size), chance) for n, size in enumerate(sizes)]
    return World(registry, numbered(pl.concat(parts)), regional)


def numbered(records: pl.DataFrame) -> pl.DataFrame:
    """The records with the columns that do not differ, and with a number each."""
    return records.drop("record", strict=False).with_columns(
        pl.int_range(pl.len()).cast(pl.String).alias("record"),
        unit=pl.lit(UNIT),
        source=pl.lit("agency"),
    )


def named(number: int) -> str:
    """A code that ISO leaves to its users: XAA, XAB and on."""
    return f"X{chr(65 + number // 26)}{chr(65 + number % 26)}"


def persons(registry: Registry, country: str, size: int, chance: Chance) -> pl.DataFrame:
    """The records of one country."""
    case = cases(size, chance)
    columns: dict[str, object] = {
        "country": [country] * size,
        "period": np.array(QUARTERS)[chance.integers(0, 4, size)],
        "person_key": chance.integers(0, 2**32, size),
        "case": [f"{country}-{number}" for number in case],
    }
    first = np.zeros(size, dtype=int)
    for place, (name, codes) in enumerate(registry.fields.items()):
        drawn = chance.choice(len(codes), size, p=skewed(len(codes), chance))
        if place:
            tied = chance.permutation(max(map(len, registry.fields.values())))[first]
            drawn = np.where(chance.random(size) < 0.5, tied % len(codes), drawn)
        else:
            first = drawn
        columns[name] = np.array(codes)[drawn]
    return pl.DataFrame(columns)


def skewed(number: int, chance: Chance) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Probabilities as 1/rank, in an order of their own."""
    weights = 1 / np.arange(1, number + 1)
    return chance.permutation(weights / weights.sum())


def cases(size: int, chance: Chance) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The number of the case of each person."""
    sizes = chance.choice(CASES, size)
    return np.repeat(np.arange(size), sizes)[:size]
