"""How many headline indicators an invented region can show: twelve countries of 20 to 400 victims.

Headlines are those of identified victims that the region has too: their number, and the shares of
women, of children and of nationals. The rules of the gate out are applied as in a run; the audit,
which hides more, is not. Each figure that is missing names the rule that takes it.
"""

from collections import Counter
from typing import NamedTuple

import numpy as np
import polars as pl

from anonymize import disclosure
from benchmarks.usefulness import why
from data_contracts import load
from data_contracts.model import TOTAL
from data_contracts.sheets import Indicator
from transforms import cube
from transforms.indicators import indicators
from transforms.people import prepared

NAMES = (
    "victims_detected",
    "victims_female_share",
    "victims_child_share",
    "victims_national_share",
)
SIZES = tuple(round(float(n)) for n in np.geomspace(20, 400, 12))
KEY, EPOCH, YEAR, UNIT = b"invented rounding key" * 2, "1", "2025", "victim_identified"
COUNTRIES = tuple(f"XA{chr(ord('A') + n)}" for n in range(len(SIZES)))


class Figures(NamedTuple):
    """How many figures there could be, how many are shown, and what takes the others."""

    there: int
    shown: int
    taken_by: Counter[str]

    @property
    def per_cent(self) -> float:
        """Of the figures that there could be."""
        return 100 * self.shown / self.there


def region(seed: int) -> pl.DataFrame:
    """Records of a year: cases of one to a few persons; mixes of codes vary by country."""
    random = np.random.default_rng(seed)
    parts = [country(random, name, size) for name, size in zip(COUNTRIES, SIZES, strict=True)]
    return pl.concat(parts).with_row_index("record").cast({"record": pl.String})


def country(random: np.random.Generator, name: str, size: int) -> pl.DataFrame:
    """The records of one country; one in thirty cases is a raid of up to fifteen."""
    cases: list[int] = []
    while len(cases) < size:
        raid = random.random() < 1 / 30
        cases += [len(set(cases))] * int(random.integers(6, 16) if raid else random.geometric(0.6))
    women, children, own = random.beta(13, 7), random.beta(6, 14), random.beta(5, 5)

    def coded(share: float, one: str, other: str) -> list[str]:
        unknown = random.random(size) < 0.04
        codes = np.where(unknown, "_U", np.where(random.random(size) < share, one, other))
        return [str(code) for code in codes]

    return pl.DataFrame(
        {
            "country": [name] * size,
            "period": [f"{YEAR}-Q{n}" for n in random.integers(1, 5, size)],
            "source": ["police"] * size,
            "unit": [UNIT] * size,
            "person_key": random.integers(0, 2**32, size),
            "case": [f"{name}{n}" for n in cases[:size]],
            "sex": coded(women, "F", "M"),
            "age_band": coded(children, "Y0T17", "Y_GE18"),
            "citizenship_group": coded(own, "tipstat:national", "tipstat:foreign"),
        }
    )


def measured(seed: int) -> dict[str, Figures]:
    """The annual headlines of one region, by place: countries, and the region."""
    core, policy = region(seed), load.policy()
    sheets = {name: load.indicators()[name] for name in NAMES}
    registry = {one.table: load.tables()[one.table] for one in sheets.values()}
    fields = {d.field for table in registry.values() for d in table.dimensions.values()}
    series = pl.DataFrame({"country": [*COUNTRIES, TOTAL], "unit": UNIT, "period": YEAR})
    people, judged = prepared(core, None, fields), {}
    for name, table in registry.items():
        made = cube.count(table, people, load.codelists(), series)
        judged[name] = disclosure.judged(*made, table, KEY, EPOCH, policy)
    shown = {
        name: disclosure.protect(cells, registry[name], policy).with_columns(
            source=pl.lit("police")
        )
        for name, cells in judged.items()
    }
    found = indicators(sheets, shown, registry, policy)
    return {
        place: figures(found.filter(where), sheets, judged)
        for place, where in (
            ("country", pl.col("country") != TOTAL),
            ("region", pl.col("country") == TOTAL),
        )
    }


def figures(
    found: pl.DataFrame, sheets: dict[str, Indicator], judged: dict[str, pl.DataFrame]
) -> Figures:
    """The figures of ``found``, and what takes those that are not shown."""
    missing = found.filter(pl.col("value").is_null()).select("indicator", "country").rows()
    taken = Counter(reason(sheets[name], where, judged) for name, where in missing)
    return Figures(found.height, found.height - len(missing), taken)


def reason(sheet: Indicator, country: str, judged: dict[str, pl.DataFrame]) -> str:
    """The rule that takes a figure: the one that hides its cell, else the share's."""
    table = load.tables()[sheet.table]
    rules = [pl.when(rule.fill_null(False)).then(pl.lit(name)) for name, rule in why(table).items()]
    codes = {name: (sheet.where or {}).get(name, TOTAL) for name in table.dimensions}
    cell = judged[sheet.table].filter(country=country, **codes)
    hidden = cell.select(pl.coalesce(rules)).item()
    return str(hidden or f"share of fewer than {load.policy().share_min_denominator}")


def summed(parts: list[Figures]) -> Figures:
    """The figures of several regions together."""
    taken: Counter[str] = Counter()
    for one in parts:
        taken += one.taken_by
    return Figures(sum(p.there for p in parts), sum(p.shown for p in parts), taken)


def main(seeds: int = 10) -> dict[str, float]:
    """Print how many annual headlines are shown, by place and by country's size."""
    print(f"{len(SIZES)} countries of {', '.join(map(str, SIZES))} victims, {seeds} seeds")
    made = [measured(seed) for seed in range(seeds)]
    told = {place: summed([one[place] for one in made]) for place in made[0]}
    for place, one in told.items():
        by = ", ".join(f"{why} {many}" for why, many in one.taken_by.most_common())
        print(f"{place}: {one.shown} of {one.there} ({one.per_cent:.1f} %); taken by: {by}")
    return {f"headlines, {place}": one.per_cent for place, one in told.items()}


if __name__ == "__main__":
    main()
