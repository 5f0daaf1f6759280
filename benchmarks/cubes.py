"""Invented cubes with a known truth: persons, the registered tables they make, the real gate.

The generator, as stated: each country has a number of persons a year, drawn evenly on the scale
of logarithms between ``least`` and ``most``; a person enters in one quarter, with probability
``again`` in a later one too; codes follow 1/rank, shuffled per country, so that tables are skewed
and differ; every code after the first depends on the first with probability a half; an answer is
unknown with probability ``unknown``; a question of several answers gets one to three; cases
hold one to eight persons, a raid thirty; with probability ``abroad`` another country meets a
person too. All of it follows from the seed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from anonymize import disclosure
from data_contracts.model import TOTAL, UNKNOWN, CodeList, Contract, Table
from data_contracts.policy import Policy
from transforms.cube import count
from transforms.people import prepared

UNIT = "identified"
EPOCH = "1"


@dataclass(frozen=True)
class Register:
    """What is counted: single-answer fields with their codes, fields of several, and the tables."""

    single: Mapping[str, tuple[str, ...]]
    many: Mapping[str, tuple[str, ...]]
    tables: tuple[tuple[str, ...], ...]
    regional: tuple[str, ...] = ()

    @property
    def codes(self) -> dict[str, tuple[str, ...]]:
        return {**self.single, **self.many}

    @property
    def specs(self) -> dict[str, Table]:
        """The registry; a table is named by its fields."""
        return {"_".join(("by", *fields)): self.spec(fields) for fields in self.tables}

    def spec(self, fields: tuple[str, ...]) -> Table:
        name = "_".join(("by", *fields))
        dimensions = {f: {"field": f, "codelist": f, "codes": self.codes[f]} for f in fields}
        return Table.model_validate(
            {
                "name": name,
                "title": {"en": name},
                "kind": "persons",
                "dataset": "victims",
                "units": (UNIT,),
                "frequencies": ("quarter", "year"),
                "dimensions": dimensions,
                "tier": "public",
            }
        )

    @property
    def lists(self) -> dict[str, CodeList]:
        return {name: CodeList(name=name, codes=codes) for name, codes in self.codes.items()}

    @property
    def contracts(self) -> dict[str, Contract]:
        fields = [
            {"name": name, "logicalType": "array", "treatment": "keep", "codelist": name}
            for name in self.many
        ]
        whole = {"name": "victims", "version": "1.0.0", "kind": "persons", "description": ""}
        answers = {"answers": "victims_answers"} if fields else {}
        return {
            "victims": Contract.model_validate(
                whole | answers | {"grain": "a person", "fields": fields}
            )
        }


@dataclass(frozen=True)
class Size:
    """How many countries and years, and how many persons a country and year has."""

    countries: int = 1
    years: int = 1
    least: int = 20
    most: int = 400
    again: float = 0.08
    unknown: float = 0.05
    raid: float = 0.1
    abroad: float = 0.0


@dataclass(frozen=True)
class Cubes:
    """What a generated register gives: what is published, why the rest is hidden, the truth."""

    tables: dict[str, pl.DataFrame]
    other_rule: dict[str, pl.DataFrame]
    exact: dict[str, pl.DataFrame]


def cubes(register: Register, size: Size, policy: Policy, seed: int) -> Cubes:
    """The tables of ``register`` of invented persons, through the real gate."""
    return gated(register, size, policy, *records(register, size, seed), seed)


def records(register: Register, size: Size, seed: int) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """The records of invented persons, and their answers to questions that take several."""
    chance = np.random.default_rng(seed)
    persons = pl.concat(
        people_of(register, size, f"X{letters(number)}", chance) for number in range(size.countries)
    )
    if size.abroad:
        persons = pl.concat([persons, met_again(persons, size, chance)])
    numbered = persons.with_row_index("record")
    core = numbered.with_columns(pl.col("record").cast(pl.String), source=pl.lit("agency"))
    return core, answers_of(register, core, chance)


def met_again(persons: pl.DataFrame, size: Size, chance: Any) -> pl.DataFrame:
    """Some persons as the next country meets them, in the same quarter and under the same codes."""
    keys = persons["person_key"].unique(maintain_order=True)
    chosen = keys.filter(pl.Series(chance.random(len(keys)) < size.abroad))
    names = [f"X{letters(number)}" for number in range(size.countries)]
    following = dict(zip(names, [*names[1:], names[0]], strict=True))
    return persons.filter(pl.col("person_key").is_in(chosen.implode())).with_columns(
        pl.col("country").replace_strict(following), case=pl.format("{} abroad", "case")
    )


def gated(
    register: Register,
    size: Size,
    policy: Policy,
    core: pl.DataFrame,
    answers: pl.DataFrame | None,
    seed: int,
) -> Cubes:
    """Records through the real gate; ``seed`` is the rounding key."""
    held = prepared(core, answers, register.codes)
    exact = {}
    for name, spec in register.specs.items():
        available = series(core, size, is_regional=name in register.regional)
        cube = count(spec, held, register.lists, available)
        key = seed.to_bytes(32, "big")
        exact[name] = disclosure.judged(cube.cells, cube.behind, spec, key, EPOCH, policy)
    specs = register.specs
    return Cubes(
        {n: disclosure.protect(cube, specs[n], policy) for n, cube in exact.items()},
        {n: disclosure.hidden_by_other_rule(cube, specs[n], policy) for n, cube in exact.items()},
        exact,
    )


def letters(number: int) -> str:
    return chr(65 + number // 26) + chr(65 + number % 26)


def series(core: pl.DataFrame, size: Size, is_regional: bool) -> pl.DataFrame:
    """Every country, period and unit, the region where it is asked."""
    countries = [*core["country"].unique().sort(), *([TOTAL] if is_regional else [])]
    years = [2020 + year for year in range(size.years)]
    periods = [p for year in years for p in (f"{year}", *(f"{year}-Q{q}" for q in range(1, 5)))]
    return pl.DataFrame(
        [{"country": c, "unit": UNIT, "period": p} for c in countries for p in periods]
    )


def people_of(register: Register, size: Size, country: str, chance: Any) -> pl.DataFrame:
    """The records of one country, without those fields that take several answers."""
    number = int(np.exp(chance.uniform(np.log(size.least), np.log(size.most + 1))))
    frames = [year_of(register, size, number, 2020 + year, chance) for year in range(size.years)]
    return pl.concat(frames).with_columns(country=pl.lit(country), unit=pl.lit(UNIT))


def year_of(register: Register, size: Size, number: int, year: int, chance: Any) -> pl.DataFrame:
    quarter = chance.integers(1, 5, number)
    case = case_of(number, size.raid, chance)
    columns: dict[str, Any] = {
        "person_key": chance.integers(0, 2**32, number),
        "case": [f"{year}-{one}" for one in case],
        "quarter": np.where(
            np.bincount(case)[case] > 9, quarter[np.searchsorted(case, case)], quarter
        ),
    }
    first: Any = None
    for name, codes in register.single.items():
        drawn = chance.choice(len(codes), number, p=skewed(len(codes), chance))
        if first is None:
            first = drawn
        tied = (first * 7 + len(name)) % len(codes)
        drawn = np.where(chance.random(number) < 0.5, tied, drawn)
        names = np.array(codes)[drawn]
        lost = chance.random(number) < size.unknown if UNKNOWN in codes else np.zeros(number, bool)
        columns[name] = [
            None if gone else str(code) for code, gone in zip(names, lost, strict=True)
        ]
    once = pl.DataFrame(columns)
    later = once.filter(pl.Series(chance.random(number) < size.again), pl.col("quarter") < 4)
    rows = pl.concat([once, later.with_columns(quarter=pl.col("quarter") + 1)])
    return rows.with_columns(period=pl.format("{}-Q{}", pl.lit(year), "quarter")).drop("quarter")


def skewed(number: int, chance: Any) -> Any:
    """Probabilities as 1/rank, in an order of their own."""
    weights = 1 / np.arange(1, number + 1)
    return chance.permutation(weights / weights.sum())


def case_of(number: int, raid: float, chance: Any) -> Any:
    """The number of the case of each person, in order."""
    sizes: list[int] = [30] if chance.random() < raid else []
    while sum(sizes) < number:
        sizes.append(int(chance.choice([1, 1, 1, 2, 2, 3, 5, 8])))
    return np.repeat(np.arange(len(sizes)), sizes)[:number]


def answers_of(register: Register, core: pl.DataFrame, chance: Any) -> pl.DataFrame | None:
    """One to three answers a record to each question that takes several, or none at all."""
    rows = [
        (country, "agency", record, name, code)
        for name, codes in register.many.items()
        for country, record in core.select("country", "record").iter_rows()
        for code in some([one for one in codes if one != UNKNOWN], chance)
    ]
    names = ["country", "source", "record", "field", "code"]
    schema = dict.fromkeys(names, pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row") if register.many else None


def some(codes: list[str], chance: Any) -> Iterable[str]:
    """No answer for one in ten, else one to three, the first codes more often."""
    if chance.random() < 0.1:
        return ()
    weights = 1 / np.arange(1, len(codes) + 1)
    number = min(len(codes), int(chance.choice([1, 1, 1, 2, 3])))
    picked = chance.choice(codes, number, replace=False, p=weights / weights.sum())
    return list(map(str, picked))
