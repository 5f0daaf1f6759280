"""How many headline indicators an invented region can show: twelve countries of 20 to 400 victims.

Headlines are those of identified victims that the region has too: their number, and the shares of
women, of children and of nationals. The rules of the gate out are applied as in a run; the audit,
which hides more, is not. Each figure that is missing names the rule that takes it. Measured are a
first year, and the next of the same sizes: by then the first annual revision has put each country
on the rung of detail that its first year, as it was published, allows.
"""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import polars as pl

from anonymize import disclosure
from benchmarks.usefulness import why
from data_contracts import load
from data_contracts.ladders import ladders
from data_contracts.model import TOTAL, Table
from data_contracts.sheets import Indicator
from transforms import cube, ladder
from transforms.indicators import indicators
from transforms.ladder import Refused
from transforms.people import prepared

NAMES = (
    "victims_detected",
    "victims_female_share",
    "victims_child_share",
    "victims_national_share",
)
SIZES = tuple(round(float(n)) for n in np.geomspace(20, 400, 12))
KEY, EPOCH, UNIT = b"invented rounding key" * 2, "1", "victim_identified"
BEFORE, AFTER = "2025", "2026"
# Whom the second year is drawn of: other persons and mixes than any first year has.
OTHERS = 1_000
COUNTRIES = tuple(f"XA{chr(ord('A') + n)}" for n in range(len(SIZES)))
# What a ladder takes would be shown without it, or a rule would have hidden it anyway.
TAKEN, TAKEN_ANYWAY = "finer than its rung", "finer than its rung and hidden anyway"


class Figures(NamedTuple):
    """How many figures there could be, how many are shown, and what takes the others."""

    there: int
    shown: int
    taken_by: Counter[str]

    @property
    def per_cent(self) -> float:
        """Of the figures that there could be."""
        return 100 * self.shown / self.there


class Year(NamedTuple):
    """The tables of headlines in one year: exact cells as they were judged, and what is shown."""

    judged: dict[str, pl.DataFrame]
    shown: dict[str, pl.DataFrame]


def region(seed: int, year: str = BEFORE) -> pl.DataFrame:
    """Records of a year: cases of one to a few persons; mixes of codes vary by country."""
    random = np.random.default_rng(seed)
    parts = [country(random, name, size, year) for name, size in zip(COUNTRIES, SIZES, strict=True)]
    return pl.concat(parts).with_row_index("record").cast({"record": pl.String})


def country(random: np.random.Generator, name: str, size: int, year: str) -> pl.DataFrame:
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
            "period": [f"{year}-Q{n}" for n in random.integers(1, 5, size)],
            "source": ["police"] * size,
            "unit": [UNIT] * size,
            "person_key": random.integers(0, 2**32, size),
            "case": [f"{name}{n}" for n in cases[:size]],
            "sex": coded(women, "F", "M"),
            "age_band": coded(children, "Y0T17", "Y_GE18"),
            "citizenship_group": coded(own, "tipstat:national", "tipstat:foreign"),
        }
    )


def sheets() -> dict[str, Indicator]:
    """The reference sheets of the headlines."""
    return {name: load.indicators()[name] for name in NAMES}


def registry() -> dict[str, Table]:
    """The tables that they read."""
    return {one.table: load.tables()[one.table] for one in sheets().values()}


def counted(seed: int, year: str) -> Year:
    """The annual tables of one region, by the rules of the gate out."""
    core, policy = region(seed, year), load.policy()
    fields = {d.field for table in registry().values() for d in table.dimensions.values()}
    series = pl.DataFrame({"country": [*COUNTRIES, TOTAL], "unit": UNIT, "period": year})
    people, judged, shown = prepared(core, None, fields), {}, {}
    for name, table in registry().items():
        made = cube.count(table, people, load.codelists(), series)
        judged[name] = disclosure.judged(*made, table, KEY, EPOCH, policy)
        cells = disclosure.protect(judged[name], table, policy)
        shown[name] = cells.with_columns(source=pl.lit("police"))
    return Year(judged, shown)


def refused(year: Year) -> Refused:
    """What is too fine from the annual revision on, by the published tables of a year."""
    least = load.policy().min_per_cell
    return ladder.refused(ladder.stood(COUNTRIES, ladders(), year.shown, load.tables(), least))


def measured(seed: int) -> dict[str, Figures]:
    """The annual headlines of one region, by place and by whether a revision has been."""
    first, after = counted(seed, BEFORE), counted(seed + OTHERS, AFTER)
    return {
        **places(first, frozenset(), ""),
        **places(after, refused(first), ", after a revision"),
    }


def places(year: Year, closed: Refused, when: str) -> dict[str, Figures]:
    """The headlines of countries, and of the region."""
    found = indicators(sheets(), year.shown, registry(), load.policy())
    of = {"country": pl.col("country") != TOTAL, "region": pl.col("country") == TOTAL}
    return {
        f"{place}{when}": figures(found.filter(where), year.judged, closed)
        for place, where in of.items()
    }


def figures(found: pl.DataFrame, judged: Mapping[str, pl.DataFrame], closed: Refused) -> Figures:
    """The figures of ``found``, and what takes those that are not shown."""
    rows = found.select("indicator", "country", "value").rows()
    reasons = [taken(sheets()[name], place, value, judged, closed) for name, place, value in rows]
    missing = Counter(reason for reason in reasons if reason)
    return Figures(found.height, reasons.count(None), missing)


def taken(
    sheet: Indicator,
    country: str,
    value: float | None,
    judged: Mapping[str, pl.DataFrame],
    closed: Refused,
) -> str | None:
    """What takes a figure, nothing where it is shown: a rung before any rule."""
    if (country, sheet.table, "year") in closed:
        return TAKEN if value is not None else TAKEN_ANYWAY
    return reason(sheet, country, judged) if value is None else None


def reason(sheet: Indicator, country: str, judged: Mapping[str, pl.DataFrame]) -> str:
    """The rule that takes a figure: the one that hides its cell, else the share's."""
    table = load.tables()[sheet.table]
    rules = [pl.when(rule.fill_null(False)).then(pl.lit(name)) for name, rule in why(table).items()]
    codes = {name: (sheet.where or {}).get(name, TOTAL) for name in table.dimensions}
    cell = judged[sheet.table].filter(country=country, **codes)
    hidden = cell.select(pl.coalesce(rules)).item()
    return str(hidden or f"share of fewer than {load.policy().share_min_denominator}")


def summed(parts: list[Figures]) -> Figures:
    """The figures of several regions together."""
    by = sum((one.taken_by for one in parts), Counter[str]())
    return Figures(sum(p.there for p in parts), sum(p.shown for p in parts), by)


def main(seeds: int = 10) -> dict[str, float]:
    """Print how many annual headlines are shown, before and after the first annual revision."""
    print(f"{len(SIZES)} countries of {', '.join(map(str, SIZES))} victims, {seeds} seeds")
    made = [measured(seed) for seed in range(seeds)]
    told = {place: summed([one[place] for one in made]) for place in made[0]}
    for place, one in told.items():
        by = ", ".join(f"{why} {many}" for why, many in one.taken_by.most_common())
        print(f"{place}: {one.shown} of {one.there} ({one.per_cent:.1f} %); taken by: {by}")
    return {f"headlines, {place}": one.per_cent for place, one in told.items()}


if __name__ == "__main__":
    main()
