"""What UNODC's table of reported numbers must become.

python -m tests.oracle.glotip sources/samples/glotip/data_glotip_2025-04-14.csv.gz
"""

import csv
import gzip
import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

Row = dict[str, str]
Key = tuple[str, ...]

UNIT = {
    "Detected trafficking victims": "victim_identified",
    "Offences of trafficking in persons": "offence",
    "Persons brought into formal contact": "suspect",
    "Persons prosecuted": "prosecuted",
    "Persons convicted": "convicted",
}
SEX = {"Total": "_T", "Female": "F", "Male": "M", "Other": "tipstat:other_sex", "Unknown": "_U"}
AGE = {"Total": "_T", "0 to 17 years": "Y0T17", "18 years or over": "Y_GE18", "Unknown": "_U"}
FORM = {
    "Sexual exploitation": "P1",
    "Forced labour": "P2",
    "Other forms of exploitation": "tipstat:neither_sexual_nor_labour",
}
OF_A_COUNTRY = ("by citizenship", "by country of repatriation")

# Whose country, or which countries, nobody can tell from the label alone; and totals among parts.
NO_COUNTRY = {
    "nationals", "foreigners", "own country", "ciudadanos de su pa\ufffds", "abroad",
    "personnes de nationalit\ufffd \ufffdtrang\ufffdre", "africa", "africa others",
    "africa and middle east", "americas", "amercias", "asia", "other asia", "europe others",
    "other europe", "eu-28 others", "european economic area", "other central america and car",
    "other central america and caribbean", "caribbean (trinidad and tobago, barbados, etc)",
    "other countries (dominica, panama, french guiana, brazil, etc.)", "otros",
    "former yugoslavia", "stateless", "without", "disputed", "kosovar", "kosovo",
    "kosovo under unscr 1244", "total", "total por año",
}  # fmt: skip
# Cells of the questionnaire and counts where a country should stand, and a demonym of Niger or of
# Nigeria.
NO_LABEL = {"nigerin", "3 maliens", "2 maliens", "3 nig\ufffdriens et 1 tunisien", "pero"}
NOT_STATED = {
    "", "unknown", "n/a", "nationality", "(nationality not stated)", "no determinada",
    "no determinadas", "no determinado", "sin determinar", "desconocida", "desconocido",
    "no registra", "no information", "(especifique otras nacionalidades)",
    "(specify the country)", "(especifique el pa\ufffds)",
}  # fmt: skip
# The only country that one reporter writes in two ways in one year.
SAME = {"serbians": "serbia"}


def category(row: Row) -> str:
    """The category as one reader would name it: spelling apart, and "not stated" as one."""
    word = row["Category"].strip().lower()
    if row["Dimension"] not in OF_A_COUNTRY:
        return word
    return "not stated" if word in NOT_STATED else SAME.get(word, word)


def reason(row: Row) -> str | None:
    """Why a row is set aside by itself, whatever other rows say; or None."""
    word = category(row)
    if row["Dimension"] in OF_A_COUNTRY:
        if word in NO_COUNTRY:
            return "scope"
        if word.startswith("q6.1_") or word.isdigit() or word in NO_LABEL:
            return "unmapped"
    return None if row["Iso3_code"] else "fault"


def key(row: Row) -> Key:
    """What makes two rows say the same."""
    named = ("Iso3_code", "Indicator", "Dimension", "Sex", "Age", "Year")
    return (*(row[name] for name in named), category(row))


def sorted_out(rows: list[Row]) -> tuple[list[Row], dict[str, int]]:
    """The rows that count, and how many do not for each reason.

    Of rows that agree the first counts; of rows that contradict each other none does.
    """
    reasons = Counter(filter(None, map(reason, rows)))
    said: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        if reason(row) is None:
            said[key(row)].append(row)
    kept = []
    for group in said.values():
        agree = len({row["txtVALUE"] for row in group}) == 1
        reasons["repeated" if agree else "conflict"] += len(group) - agree
        kept += group[:1] if agree else []
    return kept, dict(sorted((+reasons).items()))


def by_name(rows: list[Row], every: list[Row]) -> Counter[str]:
    """Rows whose category is the very name of a reporting country, by that country's code."""
    codes = {row["Country"]: row["Iso3_code"] for row in every}
    return Counter(codes[row["Category"]] for row in rows if row["Category"] in codes)


def value(row: Row) -> int | None:
    """The published number; None where the publisher hides it."""
    text = row["txtVALUE"]
    return None if text == "<5" else int(text.replace(",", ""))


def total(rows: list[Row]) -> int:
    """The sum of the numbers that are published."""
    return sum(value(row) or 0 for row in rows)


def in_table(rows: list[Row], dimension: str, *broken_down: str) -> dict[Key, Row]:
    """Cells of one table by country, unit, year, category, sex and age.

    A column that is not ``broken_down`` must say ``Total``.
    """
    closed = {"Sex", "Age"} - set(broken_down)
    return {
        (
            row["Iso3_code"],
            UNIT[row["Indicator"]],
            row["Year"],
            FORM.get(row["Category"], "_T"),
            SEX[row["Sex"]],
            AGE[row["Age"]],
        ): row
        for row in rows
        if row["Dimension"] == dimension and all(row[name] == "Total" for name in closed)
    }


def rows(file: Path) -> list[Row]:
    """The rows of the file."""
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def summary(file: Path) -> dict[str, object]:
    """The totals that the tests hold as literals."""
    every = rows(file)
    kept, aside = sorted_out(every)
    of_unit = {unit: [r for r in kept if r["Indicator"] == unit] for unit in UNIT}
    of_dimension = {d: [r for r in kept if r["Dimension"] == d] for d in ("Total", *OF_A_COUNTRY)}
    return {
        "read": len(every),
        "kept": len(kept),
        "aside": aside,
        "countries": len({row["Iso3_code"] for row in kept}),
        "hidden by the publisher": sum(value(row) is None for row in kept),
        "rows by unit": {UNIT[unit]: len(found) for unit, found in of_unit.items()},
        "hidden by unit": {
            UNIT[unit]: sum(value(row) is None for row in found) for unit, found in of_unit.items()
        },
        "sum by unit": {UNIT[unit]: total(found) for unit, found in of_unit.items()},
        "sum of plain totals": total(
            [r for r in of_dimension["Total"] if r["Sex"] == r["Age"] == "Total"]
        ),
        "rows by citizenship": len(of_dimension["by citizenship"]),
        "rows by repatriation": len(of_dimension["by country of repatriation"]),
        "sum by form": {
            code: total([r for r in kept if FORM.get(r["Category"]) == code])
            for code in FORM.values()
        },
    }


if __name__ == "__main__":
    print(json.dumps(summary(Path(sys.argv[1])), indent=1))
