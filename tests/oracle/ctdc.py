"""What the k-anonymised records of the Counter Trafficking Data Collaborative must become.

python -m tests.oracle.ctdc sources/samples/ctdc/ctdc_global_k_anonymised_2017.csv.gz
"""

import csv
import gzip
import sys
from collections import Counter
from pathlib import Path

Row = dict[str, str]
Cells = Counter[tuple[str, str, str, str, str]]

SAID_NOTHING = ("", "Missing", "Unknown")
SEX = {"Female": "F", "Male": "M"}
# The narrowest of the bands 0-14, 15-17, 18-24, 25-34, 35+, 0-17, 18+ that holds all of it.
BAND = {
    "0--8": "Y0T14",
    "9--17": "Y0T17",
    "18--20": "Y18T24",
    "21--23": "Y18T24",
    "24--26": "Y_GE18",
    "27--29": "Y25T34",
    "30--38": "Y_GE18",
    "39--47": "Y_GE35",
    "48+": "Y_GE35",
    "Minor": "Y0T17",
    "Adult": "Y_GE18",
}
PURPOSE = {
    "isSexualExploit": ("P1",),
    "isForcedLabour": ("P2",),
    "isSexAndLabour": ("P1", "P2"),
    "isOtherExploit": ("P9",),
    "isForcedMarriage": ("tipstat:forced_marriage",),
    "isForcedMilitary": ("tipstat:forced_military",),
    "isOrganRemoval": ("P5",),
    "typeOfLabourBegging": ("tipstat:begging",),
    "typeOfSexProstitution": ("tipstat:prostitution",),
    "typeOfSexPornography": ("tipstat:sexual_material",),
    "typeOfSexRemoteInteractiveServices": ("tipstat:sexual_material",),
    "typeOfSexPrivateSexualServices": ("P1",),
}
# The countries of exploitation in the file, and those of citizenship that are not among them.
ALPHA3: dict[str, str] = {}
for line in (
    "AE=ARE AF=AFG AL=ALB AR=ARG AT=AUT BA=BIH BG=BGR BH=BHR BY=BLR CN=CHN CY=CYP CZ=CZE DK=DNK",
    "EC=ECU EG=EGY GH=GHA HT=HTI ID=IDN IT=ITA JO=JOR JP=JPN KH=KHM KW=KWT KZ=KAZ LB=LBN LT=LTU",
    "MD=MDA MK=MKD MU=MUS MY=MYS OM=OMN PH=PHL PL=POL QA=QAT RO=ROU RU=RUS SA=SAU SG=SGP SL=SLE",
    "SN=SEN SY=SYR TH=THA TJ=TJK TM=TKM TR=TUR TT=TTO TW=TWN UA=UKR UG=UGA US=USA UZ=UZB ZA=ZAF",
    "BD=BGD BF=BFA BO=BOL CD=COD CI=CIV CO=COL ER=ERI GN=GIN GW=GNB KG=KGZ KR=KOR LA=LAO LK=LKA",
    "ML=MLI MM=MMR MX=MEX NE=NER NG=NGA NP=NPL VN=VNM NA=NAM",
):
    ALPHA3 |= {pair[:2]: pair[3:] for pair in line.split()}


def rows(file: Path) -> list[Row]:
    """The rows in which anything stands."""
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        return [row for row in csv.DictReader(lines) if any(row.values())]


def dated(row: Row) -> bool:
    """Whether the year of a row can be a year."""
    year = row["yearOfRegistration"]
    return len(year) == 4 and 2000 <= int(year) <= 2017


def country(text: str) -> str:
    """The code of a country, unknown where the row has none."""
    return "_U" if text in SAID_NOTHING else ALPHA3[text]


def band(row: Row) -> str:
    """The age group or, where it is unknown, whether the person was a child."""
    said = [row[name] for name in ("ageBroad", "majorityStatus") if row[name] not in SAID_NOTHING]
    return BAND[said[0]] if said else "_U"


def purposes(row: Row) -> set[str]:
    """All purposes that hold; unknown where none does."""
    held = {code for name, codes in PURPOSE.items() if row[name] == "1" for code in codes}
    return held or {"_U"}


def cells(file: Path) -> Cells:
    """Persons by country, year, sex, age band and each of their purposes; ``*`` for anyone once."""
    counted: Cells = Counter()
    for row in filter(dated, rows(file)):
        where, year = country(row["CountryOfExploitation"]), row["yearOfRegistration"]
        who = (where, year, SEX.get(row["gender"], "_U"), band(row))
        counted.update((*who, purpose) for purpose in (*purposes(row), "*"))
    return counted


def summary(file: Path) -> dict[str, int]:
    """The totals that do not change unless the file does."""
    read, kept = rows(file), [row for row in rows(file) if dated(row)]
    totals = {"read": len(read), "kept": len(kept)}
    for name, place in (("country", 0), ("sex", 2), ("age", 3)):
        silent = [n for c, n in cells(file).items() if c[-1] == "*" and c[place] == "_U"]
        totals[f"without {name}"] = sum(silent)
    for form in sorted({cell[-1] for cell in cells(file)}):
        totals[form] = sum(n for cell, n in cells(file).items() if cell[-1] == form)
    return totals


if __name__ == "__main__":
    for total, n in summary(Path(sys.argv[1])).items():
        print(f"{total:28} {n:>7}")
