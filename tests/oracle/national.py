"""What the tables of national offices must become: each published figure as one cell, or set aside.

python -m tests.oracle.national sources/samples
"""

import csv
import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

Row = dict[str, str]


class Cell(NamedTuple):
    """A figure in the common schema; what a table does not break down is the total."""

    country: str
    period: str
    unit: str
    value_type: str
    value: float | None
    obs_status: str
    rate_base: str | None = None
    area: str = "_T"
    sex: str = "_T"
    age_band: str = "_T"
    exploitation: str = "_T"
    destination: str = "_T"


RESIDENTS = "tipstat:100000_residents"
SEX = {"": "_T", "Female": "F", "Male": "M", "Women": "F", "Men": "M"}
AGE = {
    "": "_T", "0 to 14": "Y0T14", "15 to 17": "Y15T17", "18 to 24": "Y18T24",
    "25 to 34": "Y25T34", "35 to 44": "Y35T44", "45 to 54": "Y45T54", "55 to 64": "Y55T64",
    "65 to 74": "Y65T74", "75 and over": "Y_GE75", "Age not known": "_U",
    "Adults": "Y_GE18", "Children": "Y0T17", "Adult": "Y_GE18", "Juvenile": "Y0T17",
}  # fmt: skip
FORM = {
    "": "_T", "Sexual": "P1", "Work": "P2", "Begging": "tipstat:begging", "Mixt": "tipstat:mixed",
    "Surrogate": "tipstat:surrogacy",
    "Engaging in criminal activities": "tipstat:forced_criminality",
    "Sampling of human organs, tissues or cells": "P5",
}  # fmt: skip
DESTINATION = {
    "": "_T", "Republic of Moldova": "MDA", "Russian Federation": "RUS", "Germany": "DEU",
    "Poland": "POL", "Turkey": "TUR", "Italy": "ITA", "Portugal": "PRT", "Spain": "ESP",
    "Cyprus": "CYP", "Romania": "ROU", "Greece": "GRC", "Czech": "CZE",
}  # fmt: skip
JAMAICA: dict[str, dict[str, Any]] = {
    "Total": {},
    "Male": {"sex": "M"},
    "Female": {"sex": "F"},
    "17 Years and Under": {"age_band": "Y0T17"},
    "18 Years and Older": {"age_band": "Y_GE18"},
    "Type of Exploitation - Sexual": {"exploitation": "P1"},
    "Type of Exploitation - Labour": {"exploitation": "P2"},
}
# Numbers of the office's own names, as ISO 3166-2 numbers them.
UKRAINE = {
    "11": "05", "12": "07", "13": "12", "14": "14", "15": "18", "16": "21", "17": "23", "18": "26",
    "19": "32", "20": "35", "21": "09", "22": "46", "23": "48", "24": "51", "25": "53", "26": "56",
    "27": "59", "28": "61", "29": "63", "30": "65", "31": "68", "32": "71", "33": "77", "34": "74",
    "Ky": "30", "ci": "40", "au": "43",
}  # fmt: skip
STATCAN: dict[str, tuple[str, str, str, str | None]] = {
    "Actual incidents": ("incident", "count", "_T", None),
    "Rate per 100,000 population": ("incident", "rate", "_T", RESIDENTS),
    "Total, persons charged": ("charged", "count", "_T", None),
    "Rate, total persons charged per 100,000 population aged 12 years and over": (
        *("charged", "rate", "_T", "tipstat:100000_aged_12"),
    ),
    "Total, adult charged": ("charged", "count", "Y_GE18", None),
    "Rate, adult charged per 100,000 population aged 18 years and over": (
        *("charged", "rate", "Y_GE18", RESIDENTS),
    ),
    "Total, youth charged": ("charged", "count", "Y12T17", None),
    "Rate, youth charged per 100,000 population aged 12 to 17 years": (
        *("charged", "rate", "Y12T17", RESIDENTS),
    ),
}


def rows(file: Path) -> list[Row]:
    """The rows of the file, below any blank lines."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(line for line in lines if line.strip()))


def figure(text: str, status: str = "A") -> tuple[float | None, str]:
    """A published number and its status; a blank is not available, never zero."""
    return (float(text), status) if text else (None, "O")


def united_kingdom(row: Row) -> Cell | str:
    value = figure(row["Value"])
    by: dict[str, Any] = {"sex": SEX[row["Sex"]], "age_band": AGE[row["Age"]]}
    return Cell("GBR", row["Year"], "victim_presumed", "count", *value, None)._replace(**by)


def moldova(row: Row) -> Cell | str:
    if row["Countries of destination"] == "Other":
        return "scope"
    value = figure(row["Value"])
    by: dict[str, Any] = {
        "sex": SEX[row["Sex"]],
        "age_band": AGE[row["Groups of persons"]],
        "exploitation": FORM[row["Forms of exploitation"]],
        "destination": DESTINATION[row["Countries of destination"]],
    }
    return Cell("MDA", row["Year"], "victim_identified", "rate", *value, RESIDENTS)._replace(**by)


def jamaica(row: Row) -> Cell | str:
    by = JAMAICA[row["Disaggregation Level"]]
    value = figure(row["Value"])
    return Cell("JAM", row["Year"], "victim_identified", "rate", *value, RESIDENTS)._replace(**by)


def canada(row: Row) -> Cell | str:
    return Cell("CAN", row["Year"], "incident", "count", *figure(row["Value"]))


def kazakhstan(row: Row) -> Cell | str:
    """Persons with fractions: which of the two is wrong, the unit or the number, nobody can say."""
    return "contradiction"


def canary_islands(row: Row) -> Cell | str:
    area = {"ES": "_T", "ES70": "ES-CN"}[row["general.territorio"]]
    value = figure(row["Value"])
    return Cell("ESP", row["Year"], "victim_identified", "rate", *value, RESIDENTS, area=area)


def ukraine(row: Row) -> Cell | str:
    area = f"UA-{UKRAINE[row['Region'][:2]]}" if row["Region"] else "_T"
    told = (*figure(row["Value"]), "tipstat:100000_not_stated")
    return Cell("UKR", row["Year"], "victim_identified", "rate", *told, area=area)


def statistics_canada(row: Row) -> Cell | str:
    if row["Statistics"] not in STATCAN:
        return "scope"
    unit, kind, age, base = STATCAN[row["Statistics"]]
    area = {"Alberta [48]": "CA-AB"}[row["GEO"]]
    value = figure(row["VALUE"])
    return Cell("CAN", row["REF_DATE"], unit, kind, *value, base, area=area, age_band=age)


def united_states(row: Row) -> Cell | str:
    if row["category"] in ("Race", "Ethnicity"):
        return "scope"
    named = row["category_value"]
    by: dict[str, Any] = (
        {"sex": SEX[named]} if row["category"] == "Gender" else {"age_band": AGE[named]}
    )
    value = figure(row["avg_data_value"], "E")
    area = f"US-{row['location']}"
    return Cell("USA", row["year"], "suspect", "count", *value, area=area)._replace(**by)


SDG, END = "sdg_16_2_2", "indicator_16-2-2"
TABLES: dict[str, tuple[str, Callable[[Row], Cell | str]]] = {
    "sdg_16_2_2_gbr": (f"{SDG}/GBR_{END}.csv", united_kingdom),
    "sdg_16_2_2_mda": (f"{SDG}/MDA_{END}.csv", moldova),
    "sdg_16_2_2_jam": (f"{SDG}/JAM_{END}.csv", jamaica),
    "sdg_16_2_2_can": (f"{SDG}/CAN_{END}.csv", canada),
    "sdg_16_2_2_kaz": (f"{SDG}/KAZ_{END}.csv", kazakhstan),
    "sdg_16_2_2_esp_istac": (f"{SDG}/ESP_ISTAC_{END}_serie_A.csv", canary_islands),
    "sdg_16_2_2_ukr": (f"{SDG}/UKR_{END}.csv", ukraine),
    "statcan_trafficking": ("statcan/trafficking_data.csv", statistics_canada),
    "fbi_trafficking_states": (
        *("us_fbi_ucr/us_state_trafficking_offences_demographics.csv", united_states),
    ),
}


def sorted_out(samples: Path, layout: str) -> tuple[list[Cell], dict[str, int]]:
    """The cells of a table, and how many rows are set aside for each reason."""
    file, made = TABLES[layout]
    found = [made(row) for row in rows(samples / file)]
    aside = Counter(one for one in found if isinstance(one, str))
    return [one for one in found if isinstance(one, Cell)], dict(aside)


def summary(samples: Path) -> dict[str, object]:
    """Rows kept, figures among them and their sum by table; the sums only serve to be compared."""
    told: dict[str, object] = {}
    for layout in TABLES:
        cells, aside = sorted_out(samples, layout)
        there = [cell.value for cell in cells if cell.value is not None]
        told[layout] = (len(cells), len(there), round(sum(there), 2), aside)
    return told


if __name__ == "__main__":
    print(json.dumps(summary(Path(sys.argv[1])), indent=1))
