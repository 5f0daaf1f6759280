"""What the World Bank's table of populations must become: its countries, without their groups.

python -m tests.oracle.population sources/samples/population/world_bank_population_total.csv
"""

import csv
import json
import sys
from pathlib import Path

Row = dict[str, str]

# The bank's own codes: regions, income and lending groups, and two places without an ISO code.
GROUPS = {
    "AFE", "AFW", "ARB", "CEB", "CSS", "EAP", "EAR", "EAS", "ECA", "ECS", "EMU", "EUU", "FCS",
    "HIC", "HPC", "IBD", "IBT", "IDA", "IDB", "IDX", "LAC", "LCN", "LDC", "LIC", "LMC", "LMY",
    "LTE", "MEA", "MIC", "MNA", "NAC", "OED", "OSS", "PRE", "PSS", "PST", "SAS", "SSA", "SSF",
    "SST", "TEA", "TEC", "TLA", "TMN", "TSA", "TSS", "UMC", "WLD", "CHI", "XKX",
}  # fmt: skip


def rows(file: Path) -> list[Row]:
    """The rows of the file."""
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def countries(file: Path) -> dict[tuple[str, str], int]:
    """Country and year to persons; the file writes whole numbers only."""
    found = [row for row in rows(file) if row["Country Code"] not in GROUPS]
    return {(row["Country Code"], row["Year"]): int(row["Value"]) for row in found}


def summary(file: Path) -> dict[str, object]:
    """The totals that the tests hold as literals."""
    every, kept = rows(file), countries(file)
    return {
        "read": len(every),
        "kept": len(kept),
        "aside": {"scope": len(every) - len(kept)},
        "countries": len({country for country, _ in kept}),
        "sum": sum(kept.values()),
        "Argentina 2020": kept["ARG", "2020"],
    }


if __name__ == "__main__":
    print(json.dumps(summary(Path(sys.argv[1])), indent=1))
