"""What tables of scores by country must become: a number for each series, country and year.

python -m tests.oracle.scores sources/samples/us_tip_report
"""

import csv
import json
import sys
from pathlib import Path

Score = tuple[str, str, str, float | None]

RANK = {
    "Tier 1": 1.0, "Tier 2": 2.0, "Watchlist": 2.5, "Tier 3": 3.0,
    "1": 1.0, "2": 2.0, "2w": 2.5, "2.5": 2.5, "3": 3.0,
    "NA": None, "-": None, "": None,
}  # fmt: skip
# Countries that the 3P table names without their code.
NAMED = {
    "Dominica": "DMA", "Seychelles": "SYC", "Macau": "MAC", "Comoros": "COM", "Samoa": "WSM",
    "MarshallIs": "MHL", "Hong Kong": "HKG", "Serbia": "SRB", "CapeVerde": "CPV",
    "St.Kitts&Nevis": "KNA", "Tonga": "TON", "St.Lucia": "LCA", "Sao Tome": "STP",
    "Palau": "PLW", "Vanuatu": "VUT",
}  # fmt: skip
KOSOVO = ("KOS", "XKX")
FILES = {
    "us_tip_tiers": ("tip_tiers_1999_onwards.csv", "iso", "tier"),
    "us_tip_tiers_long": ("tip_tier_2002_2017_long.csv", "iso3", "tip_tier"),
}
SCORES = ("prosecution", "prevention", "protection")


def rows(file: Path) -> list[dict[str, str]]:
    """The rows of the file."""
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def tiers(folder: Path, layout: str) -> tuple[list[Score], dict[str, int]]:
    """The tiers of a compilation, and the rows set aside by reason."""
    name, country, tier = FILES[layout]
    scores, aside = [], {"fault": 0, "scope": 0}
    for row in rows(folder / name):
        code = row[country]
        if code and code not in KOSOVO:
            scores.append(("us_tip_tier", code, row["year"], RANK[row[tier].strip()]))
        else:
            aside["scope" if code else "fault"] += 1
    return scores, {reason: n for reason, n in aside.items() if n}


def number(text: str) -> float | None:
    """A score; R writes NA for none."""
    return None if text == "NA" else float(text)


def index(folder: Path) -> tuple[list[Score], dict[str, int]]:
    """Five scores a row of the 3P table, and the rows set aside by reason."""
    scores: list[Score] = []
    aside = 0
    for row in rows(folder / "policy_index_3p.csv"):
        code = NAMED[row["countryname"]] if row["iso"] == "NA" else row["iso"]
        if code in KOSOVO:
            aside += 1
            continue
        place = (code, row["year"])
        scores.append(("us_tip_tier", *place, RANK[row["tier"]]))
        scores.append(("index_3p", *place, number(row["p"])))
        scores += [(f"index_3p_{name}", *place, number(row[name])) for name in SCORES]
    return scores, {"scope": aside}


def summary(folder: Path) -> dict[str, object]:
    """Scores, scores that are there, and rows set aside, by table."""
    tables = {name: tiers(folder, name) for name in FILES} | {"us_3p_index": index(folder)}
    return {
        name: (len(scores), sum(score[3] is not None for score in scores), aside)
        for name, (scores, aside) in tables.items()
    }


if __name__ == "__main__":
    print(json.dumps(summary(Path(sys.argv[1])), indent=1))
