"""A register of invented persons in the columns of HTCDS, as large as asked, made column by column.

Three identity columns and thirty fields, with the missingness and the flags of CTDC's published
records. The same number of rows and the same seed give the same bytes. Nobody in it exists.
"""

from pathlib import Path

import numpy as np
import polars as pl

LAYOUT, COUNTRY, PERIOD = "htcds", "XAA", "2024-Q1"
AT_ONCE = 500_000
SYLLABLES = ("ba", "de", "ki", "lo", "mu", "na", "ra", "sel", "tor", "vin", "zu", "mir")
FAMILIES, GIVEN = 20_000, 4_000
SMALL = {
    "prs_Gender": ("Feminine", "Masculine", "Feminine", ""),
    "prs_Citizenship": ("XAA", "XAB", "XAC", "XAD", ""),
    "vic_TraffickingStatus": ("ActualVictimOfTrafficking", "PossibleVictimOfTrafficking"),
    "con_Consent": ("Yes", "True", "1"),
    "vic_TraffickingStatusDecisionMakingOrg": ("", "Police", "NGO", "CourtOrProsecution"),
    "vic_TypeOfExploitation": ("SexualExploitation", "ForcedLabour", "ForcedBegging", "Servitude"),
    "vic_MethodsOfControl": ("", "", "DebtBondage PhysicalAbuse", "TakesEarnings"),
    "vic_MethodOfRecruitment": ("", "AtWork", "", "ThroughFamilyOrFamilyEvents"),
}
FLAGS = tuple(f"flag_{number:02}" for number in range(20))
Random = np.random.Generator


def _words(count: int, random: Random) -> pl.Series:
    """Invented names of two to four syllables, some with an accent."""
    parts = random.choice(SYLLABLES, (count, 4))
    sizes = random.integers(2, 5, count)
    names = ["".join(row[:size]).title() for row, size in zip(parts, sizes, strict=True)]
    return pl.Series([n.replace("a", "á", 1) if i % 10 == 0 else n for i, n in enumerate(names)])


def _picked(words: pl.Series, rows: int, random: Random) -> pl.Series:
    """Few names are common and most are rare."""
    place = (len(words) * random.random(rows) ** 3).astype(np.uint32)
    return words.gather(pl.Series(place))


def _days(first: str, days: int, rows: int, random: Random) -> pl.Series:
    start = pl.Series([first]).str.to_date().cast(pl.Int32).item()
    numbers = pl.Series(start + random.integers(0, days, rows), dtype=pl.Int32)
    return numbers.cast(pl.Date).cast(pl.String)


def _part(start: int, rows: int, names: tuple[pl.Series, pl.Series]) -> pl.DataFrame:
    random = np.random.default_rng(start)
    columns = {
        "prs_FirstName": _picked(names[0], rows, random),
        "prs_SecondName": _picked(names[1], rows, random),
        "prs_IdentityNumber": pl.Series(random.integers(10**8, 10**9, rows)).cast(pl.String),
        "prs_Birthdate": _days("1960-01-01", 20_000, rows, random),
        "cas_IncomingReferralDate": _days("2024-01-01", 91, rows, random),
    }
    for name, words in SMALL.items():
        columns[name] = _picked(pl.Series(words), rows, random)
    for name in FLAGS:
        columns[name] = pl.Series(random.integers(0, 2, rows)).cast(pl.String)
    return pl.DataFrame(columns)


def write(file: Path, rows: int) -> Path:
    """A register of so many rows."""
    random = np.random.default_rng(7)
    names = _words(GIVEN, random), _words(FAMILIES, random)
    with file.open("wb") as out:
        for start in range(0, rows, AT_ONCE):
            part = _part(start, min(AT_ONCE, rows - start), names)
            part.write_csv(out, include_header=not start)
    return file
