"""What stands in the tables of a release against what the raw files say.

    python -m tests.oracle.release RELEASE sources/samples

Each function returns the disagreements as sentences that name cells, and how many cells it
compared with which outcome. Polars opens the Parquet files and does nothing else.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from tests.oracle import glotip, linea145, national, population

Cell = dict[str, Any]
Codes = Callable[[linea145.Row], Iterable[str]]

QUARTERS = ("2020Q1", "2020Q2", "2020Q3", "2020Q4")
BASE = 5


class Compared(NamedTuple):
    """Disagreements, and cells by outcome."""

    wrong: list[str]
    outcomes: dict[str, int]


def cells(release: Path, table: str) -> list[Cell]:
    """The cells of a table of a release."""
    return pl.read_parquet(release / "tables" / f"{table}.parquet").to_dicts()


def said(cell: Cell) -> tuple[Any, ...]:
    """What a cell says."""
    return tuple(cell[c] for c in ("value", "lower", "upper", "obs_status", "conf_status"))


def as_published(number: int | None) -> tuple[Any, ...]:
    """What a cell must say of a number that a publisher gave, or hid as ``<5``."""
    return (None, 1, 4, "Q", "C") if number is None else (number, number, number, "A", "F")


def compared(table: str, found: list[Cell], names: list[str], due: dict[Any, Any]) -> Compared:
    """Cells, named by the columns ``names``, against the numbers that are ``due``."""
    silent = (None, None, None, "O", "F")
    wrong, outcomes, seen = [], Counter[str](), set()
    for cell in found:
        key = tuple(cell[name] for name in names)
        expected = as_published(due[key]) if key in due else silent
        if key in due and (table, cell["country"], cell["period"]) in BREAKS:
            expected = (*expected[:3], "B", expected[4])
        outcomes[expected[3]] += 1
        seen.add(key)
        if said(cell) != expected:
            wrong.append(f"{table} {key}: {said(cell)}, not {expected}")
    wrong += [f"{table} {key}: absent" for key in due if key not in seen]
    return Compared(wrong, dict(sorted(outcomes.items())))


def glotip_tables(release: Path, file: Path) -> dict[str, Compared]:
    """The three tables of UNODC's numbers."""
    kept, _ = glotip.sorted_out(glotip.rows(file))
    justice = {"offence", "suspect", "prosecuted", "convicted"}
    specs = {
        "glotip_victims_by_sex_age": ("Total", ("Sex", "Age"), {"victim_identified"}),
        "glotip_victims_by_exploitation": ("by form of exploitation", (), {"victim_identified"}),
        "glotip_justice": ("Total", ("Sex",), justice),
    }
    out = {}
    for table, (dimension, broken_down, units) in specs.items():
        found = [{"exploitation": "_T", "sex": "_T", "age_band": "_T"} | cell
                 for cell in cells(release, table)]  # fmt: skip
        names = ["country", "unit", "period", "exploitation", "sex", "age_band"]
        rows = glotip.in_table(kept, dimension, *broken_down)
        if dimension != "Total":  # The total of a table of forms is the plain total.
            rows |= glotip.in_table(kept, "Total")
        due = {key: glotip.value(row) for key, row in rows.items() if key[1] in units}
        out[table] = compared(table, found, names, due)
    return out


def population_table(release: Path, file: Path) -> Compared:
    """The population of countries, year by year."""
    found = cells(release, "population")
    return compared("population", found, ["country", "period"], population.countries(file))


# The United Kingdom's first year, 2009, is a part of one: the next is not comparable with it.
BREAKS = {("sdg_victims_by_sex_age", "GBR", "2010")}
NATIONAL = {
    "sdg_victims_by_sex_age": ({"victim_presumed"}, ("sex", "age_band")),
    "police_incidents": ({"incident", "charged"}, ("age_band",)),
}


def national_tables(release: Path, samples: Path) -> dict[str, Compared]:
    """The tables of national offices: whole countries' counts, no rates and no provinces."""
    kept = [cell for layout in national.TABLES for cell in national.sorted_out(samples, layout)[0]]
    whole = [cell for cell in kept if (cell.area, cell.value_type) == ("_T", "count")]
    out = {}
    for table, (units, dimensions) in NATIONAL.items():
        names = ["country", "period", "unit", *dimensions]
        due = {
            tuple(getattr(cell, name) for name in names): cell.value
            for cell in whole
            if cell.unit in units and cell.value is not None
        }
        out[table] = compared(table, cells(release, table), names, due)
    return out


def total(_: linea145.Row) -> list[str]:
    """The one code of a dimension that a row always has."""
    return ["_T"]


def of_sex(row: linea145.Row) -> list[str]:
    """The code of a table by sex, which has no code below "other"."""
    code = linea145.sex(row)
    return ["_T", "tipstat:other_sex" if code == "tipstat:tnc" else code]


def of_age(row: linea145.Row) -> list[str]:
    """The code of a table of children and adults."""
    band = linea145.age_band(row)
    return ["_T", band if band == "_U" else "Y0T17" if band in ("Y0T14", "Y15T17") else "Y_GE18"]


def of_age_band(row: linea145.Row) -> list[str]:
    """The code of a table of five ages."""
    return ["_T", linea145.age_band(row)]


def of_purpose(row: linea145.Row) -> list[str]:
    """The codes of a table by form of exploitation."""
    return ["_T", *linea145.broad_purposes(row)]


def of_purpose_group(row: linea145.Row) -> list[str]:
    """The codes of a table by three groups of forms: sexual, labour, and all others as one."""
    alone = ("_T", "P1", "P2", "_U")
    return [c if c in alone else "tipstat:neither_sexual_nor_labour" for c in of_purpose(row)]


def of_channel(row: linea145.Row) -> list[str]:
    """The codes of a table by channel."""
    return ["_T", linea145.channel(row)]


DIMENSIONS: dict[str, Codes] = {
    "sex": of_sex,
    "age_band": of_age,
    "exploitation": of_purpose,
    "channel": of_channel,
}
# Of a table that divides a question otherwise than the others do.
GROUPS: dict[str, dict[str, Codes]] = {
    "victims_by_exploitation_group": {"exploitation": of_purpose_group},
    "victims_by_age_group": {"age_band": of_age_band},
}
PERSONS = {
    "victims": ("victims", "victim_presumed"),
    "victims_by_sex_age": ("victims", "victim_presumed"),
    "victims_by_sex": ("victims", "victim_presumed"),
    "victims_by_age": ("victims", "victim_presumed"),
    "victims_by_age_group": ("victims", "victim_presumed"),
    "victims_by_exploitation": ("victims", "victim_presumed"),
    "victims_by_exploitation_group": ("victims", "victim_presumed"),
    "victims_by_exploitation_sex": ("victims", "victim_presumed"),
    "cases": ("cases", "report"),
    "cases_by_exploitation": ("cases", "report"),
    "cases_by_channel": ("cases", "report"),
    "perpetrators_by_sex_age": ("perpetrators", "suspect"),
    "victims_by_sex_age_exploitation": ("victims", "victim_presumed"),
    "perpetrators_by_exploitation": ("perpetrators", "suspect"),
}


def counted(
    quarters: dict[str, list[linea145.Row]], dimensions: list[str], table: str
) -> dict[tuple[str, ...], Counter[str]]:
    """Exact cells by period and codes: each a tally of persons by case, quarters and the year."""
    found: dict[tuple[str, ...], Counter[str]] = {}
    known = DIMENSIONS | GROUPS.get(table, {})
    for quarter, rows in quarters.items():
        for row in rows:
            codes = product(*(set(known[name](row)) for name in dimensions))
            for period, key in product((quarter, *holding(quarter)), codes):
                tally = found.setdefault((period, *key), Counter())
                tally[row["nro_registro_interno"]] += 1
    return found


def holding(quarter: str) -> list[str]:
    """The periods to date and the year that hold a quarter."""
    year, number = quarter.split("-Q")
    ends = {2: f"{year}-P6M", 3: f"{year}-P9M", 4: year}
    return [period for end, period in ends.items() if int(number) <= end]


# Of these it is told how far somebody or a case has come: more must be left outside the largest.
CLOSELY = {"victim_presumed", "suspect"}


def outcome(cell: Cell, cases: Counter[str]) -> str:
    """Whether a cell may say what it says of these persons; ``wrong`` when it may not.

    ``hidden further`` is a cell that no rule hides by itself: the audit asked for it.
    """
    persons, largest = sum(cases.values()), max(cases.values(), default=0)
    closely = cell["unit"] in CLOSELY
    value, *rest = said(cell)
    if value is not None:
        near = value % BASE == 0 and value > 2 * BASE and abs(value - persons) < BASE
        fair = rest == [value - BASE + 1, value + BASE - 1, "A", "F"]
        enough = len(cases) >= 3 and persons - largest >= (2 * BASE + 1 if closely else BASE)
        return "shown" if near and fair and enough else "wrong"
    if rest != [0, None, "Q", "C"]:
        return "wrong"
    if persons < 3 * BASE:
        return "hidden"
    by_rule = len(cases) < 3 or persons - largest < (3 * BASE if closely else BASE)
    return "hidden for its cases" if by_rule else "hidden further"


def persons_table(release: Path, samples: Path, table: str) -> Compared:
    """A table of Argentina's register: rounded near the exact count, or hidden with reason."""
    dataset, unit = PERSONS[table]
    found = [c for c in cells(release, table) if (c["country"], c["unit"]) == ("ARG", unit)]
    known = {*("value", "lower", "upper", "obs_status", "conf_status", "source", "within")}
    dimensions = [n for n in found[0] if n not in known | {"country", "period", "unit"}]
    quarters = {
        f"{name[:4]}-{name[4:]}": getattr(linea145.quarter(samples, name), dataset)
        for name in QUARTERS
    }
    exact = counted(quarters, dimensions, table)
    periods = {*quarters, *(period for quarter in quarters for period in holding(quarter))}
    wrong, outcomes = [], Counter[str]()
    for cell in (cell for cell in found if cell["period"] in periods):
        key = (cell["period"], *(cell[name] for name in dimensions))
        outcomes[result := outcome(cell, exact.get(key, Counter()))] += 1
        if result == "wrong":
            wrong.append(f"{table} {key}: {said(cell)}")
    present = {(cell["period"], *(cell[name] for name in dimensions)) for cell in found}
    # Crossings are counted by year only, and totals alone to date.
    kinds = {cell["period"][5:6] for cell in found}
    due = [key for key in exact if key[0][5:6] in kinds]
    wrong += [f"{table} {key}: absent" for key in due if key not in present]
    return Compared(wrong, dict(sorted(outcomes.items())))


def summary(release: Path, samples: Path) -> dict[str, dict[str, int]]:
    """Cells by outcome for each table; the disagreements go to standard error."""
    found = glotip_tables(release, samples / "glotip" / "data_glotip_2025-04-14.csv.gz")
    people = samples / "population" / "world_bank_population_total.csv"
    found["population"] = population_table(release, people)
    found |= national_tables(release, samples)
    for table in PERSONS:
        found[table] = persons_table(release, samples / "argentina_linea145", table)
    for sentence in (line for one in found.values() for line in one.wrong[:10]):
        print(sentence, file=sys.stderr)
    return {table: one.outcomes | {"wrong": len(one.wrong)} for table, one in found.items()}


if __name__ == "__main__":
    print(json.dumps(summary(Path(sys.argv[1]), Path(sys.argv[2])), indent=1))
