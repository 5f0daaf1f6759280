"""Files in the Human Trafficking Case Data Standard, in each form that its templates give them.

Everybody here is invented. The columns and values are those of the standard's own templates:
API names with values set apart by ``;``, the XLSForm's with blanks, labels with commas.
"""

import csv
from pathlib import Path

import polars as pl
import pytest
from xlsxwriter import Workbook

from data_contracts.verdict import Verdict
from pipelines.intake import Job
from pipelines.sealed import take_in

Rows = list[dict[str, str]]

# What becomes of three people: a child, an adult with gaps, a woman of two citizenships.
EXPECTED: dict[str, list[str | None]] = {
    "unit": ["victim_identified", "victim_presumed", "victim_presumed"],
    "period": ["2026-Q1", "2026-Q1", "2026-Q1"],
    "sex": ["F", "M", "tipstat:trans_feminine"],
    "age_band": ["Y15T17", "_U", "Y_GE35"],
    "citizenship": ["NAM", None, None],
    "authority": ["tipstat:police", "tipstat:ngo", "tipstat:government"],
    "consent": ["tipstat:statistics", None, "tipstat:statistics"],
}
ANSWERS = {
    ("exploitation", "P2"): 1,
    ("exploitation", "P1"): 2,
    ("exploitation", "tipstat:prostitution"): 1,
    ("means", "M1"): 1,
    ("means", "M2"): 2,
    ("means", "M5"): 1,
    ("recruitment", "tipstat:work"): 1,
    ("recruitment", "tipstat:newspaper"): 1,
}
API: Rows = [
    {
        "prs_FirstName": "Invented Ana",
        "prs_SecondName": "Invented Alder",
        "con_Consent": "TRUE",
        "prs_Birthdate": "2009-05-01",
        "prs_Gender": "Feminine",
        "prs_Citizenship": "NA",
        "prs_MobilePhone": "+000 000",
        "vic_TraffickingStatus": "ActualVictimOfTrafficking",
        "vic_TraffickingStatusDecisionMakingOrg": "Police",
        "vic_MethodOfRecruitment": "AtWork;ThroughANewspaperAdvert",
        "vic_MethodsOfControl": "PhysicalThreats;DebtBondage;FalsePromises",
        "vic_TypeOfExploitation": "ForcedLabour;SexualExploitation",
        "vic_TypeOfSexExploitation": "Prostitution",
        "cas_IncomingReferralDate": "2026-02-01",
        "cas_IncomingReferralDetails": "Invented Ana came with her aunt",
    },
    {
        "prs_FirstName": "Invented Bo",
        "prs_Gender": "Masculine",
        "vic_TraffickingStatus": "PossibleVictimOfTrafficking",
        "vic_TraffickingStatusDecisionMakingOrg": "NGO",
        "cas_IncomingReferralDate": "2026-03-31",
    },
    {
        "prs_FirstName": "Invented Cy",
        "con_Consent": "1",
        "prs_Birthdate": "1970-01-01",
        "prs_Gender": "TransgenderFeminine",
        "prs_Citizenship": "MD;RO",
        "vic_TraffickingStatus": "PossibleVictimOfTrafficking",
        "vic_TraffickingStatusDecisionMakingOrg": "NonPoliceGovernmentalOrganization",
        "vic_MethodsOfControl": "Other",
        "vic_TypeOfExploitation": "SexualExploitation",
        "vic_TypeOfSexExploitation": "PrivateSexualServices",
        "cas_IncomingReferralDate": "2026-01-01",
    },
    {
        "prs_FirstName": "Invented Ed",
        "prs_Gender": "Masculine",
        "vic_TraffickingStatus": "NotAVictimOfTrafficking",
        "cas_IncomingReferralDate": "2026-01-02",
    },
]
REFUSED = {
    "prs_FirstName": "Invented Di",
    "con_Consent": "FALSE",
    "prs_Gender": "Feminine",
    "vic_TraffickingStatus": "PossibleVictimOfTrafficking",
    "cas_IncomingReferralDate": "2026-01-02",
}
LABELS = {
    "prs_FirstName": "First Name",
    "prs_SecondName": "Second Name",
    "con_Consent": "Consent",
    "prs_Birthdate": "Birthdate",
    "prs_Gender": "Gender",
    "prs_Citizenship": "Citizenship",
    "prs_MobilePhone": "Mobile Phone",
    "vic_TraffickingStatus": "Trafficking Status",
    "vic_TraffickingStatusDecisionMakingOrg": "Trafficking Status Decision Making Organization",
    "vic_MethodOfRecruitment": "Method of Recruitment",
    "vic_MethodsOfControl": "Methods of Control",
    "vic_TypeOfExploitation": "Type of Exploitation",
    "vic_TypeOfSexExploitation": "Type of Sex Exploitation",
    "cas_IncomingReferralDate": "Incoming Referral Date",
    "cas_IncomingReferralDetails": "Incoming Referral Details",
}
VALUES = {
    "ActualVictimOfTrafficking": "Actual victim of trafficking",
    "PossibleVictimOfTrafficking": "Possible victim of trafficking",
    "NotAVictimOfTrafficking": "Not a victim of trafficking",
    "AtWork;ThroughANewspaperAdvert": "At work, Through a newspaper advert",
    "PhysicalThreats;DebtBondage;FalsePromises": "Physical threats, Debt bondage, False promises",
    "ForcedLabour;SexualExploitation": "Forced labour, Sexual exploitation",
    "SexualExploitation": "Sexual exploitation",
    "PrivateSexualServices": "Private Sexual Services",
    "TransgenderFeminine": "Transgender Feminine",
    "NonPoliceGovernmentalOrganization": "Non-police governmental organization",
    "NA": "Namibia",
    "MD;RO": "Moldova;Romania",
}
FORM = {
    "prs_FirstName": "prs_First_Name",
    "prs_SecondName": "prs_Second_Name",
    "vic_MethodsOfControl": "vic_Methods_of_Control",
}
TEMPLATE = {"vic_TraffickingStatusDecisionMakingOrg": "vic_TraffickinStatusDecisionMakingOrg"}


def renamed(rows: Rows, names: dict[str, str]) -> Rows:
    """The rows with other names of columns."""
    return [{names.get(name, name): cell for name, cell in row.items()} for row in rows]


def spaced(rows: Rows) -> Rows:
    """Several answers as the XLSForm writes them; two citizenships cannot be chosen there."""
    kept = [row | {"prs_Citizenship": row.get("prs_Citizenship", "").split(";")[0]} for row in rows]
    kept[2]["prs_Citizenship"] = ""
    return [
        {n: cell.replace(";", " ") if n != "prs_MobilePhone" else cell for n, cell in row.items()}
        for row in kept
    ]


def grid(rows: Rows, names: list[str]) -> list[list[str]]:
    """Names and cells as lines of a sheet."""
    return [names, *([row.get(name, "") for name in names] for row in rows)]


def as_csv(path: Path, lines: list[list[str]]) -> Path:
    with path.with_suffix(".csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)
    return path.with_suffix(".csv")


def as_xlsx(path: Path, lines: list[list[str]]) -> Path:
    with Workbook(path.with_suffix(".xlsx")) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate(lines):
            sheet.write_row(number, 0, cells)
    return path.with_suffix(".xlsx")


NAMES = list(LABELS)
FILES = {
    "api": ("htcds", grid(API, NAMES)),
    "form": ("htcds", grid(renamed(spaced(API), FORM), [FORM.get(n, n) for n in NAMES])),
    "labels": (
        "htcds_labels",
        grid(
            renamed([{n: VALUES.get(c, c) for n, c in row.items()} for row in API], LABELS),
            list(LABELS.values()),
        ),
    ),
}


def taken(file: Path, layout: str, out: Path) -> Verdict:
    job = Job(files=(file,), layout=layout, period="2026-Q1", country="XAA", out=out)
    return take_in(job)


def sheet(out: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The safe rows in the order of their dates in the drawing above, and their answers."""
    rows = pl.read_parquet(out / "victims.parquet")
    order = {code: place for place, code in enumerate(EXPECTED["authority"])}
    rows = rows.sort(pl.col("authority").replace_strict(order, return_dtype=pl.Int64))
    return rows, pl.read_parquet(out / "victims_answers.parquet")


@pytest.mark.parametrize("write", [as_csv, as_xlsx], ids=["csv", "xlsx"])
@pytest.mark.parametrize("name", FILES)
def test_a_file_of_the_standard_becomes_victims(name: str, write: object, tmp_path: Path) -> None:
    layout, lines = FILES[name]
    assert callable(write)
    verdict = taken(write(tmp_path / "sent", lines), layout, tmp_path)
    assert verdict.set_aside == {"scope": 1}
    assert verdict.unmapped == {}
    rows, answers = sheet(tmp_path)
    assert {column: rows[column].to_list() for column in EXPECTED} == EXPECTED
    counts = answers.group_by("field", "code").len().iter_rows()
    assert {(field, code): n for field, code, n in counts} == ANSWERS


def test_the_second_row_of_the_template_is_no_person(tmp_path: Path) -> None:
    names = [TEMPLATE.get(name, name) for name in NAMES]
    lines = grid(renamed(API, TEMPLATE), names)
    lines.insert(1, list(LABELS.values()))
    verdict = taken(as_xlsx(tmp_path / "sent", lines), "htcds", tmp_path)
    assert verdict.set_aside == {"scope": 2}
    assert sheet(tmp_path)[0]["authority"].to_list() == EXPECTED["authority"]


def test_who_does_not_consent_is_not_counted(tmp_path: Path) -> None:
    lines = grid([*(API[:1] * 40), REFUSED], NAMES)
    verdict = taken(as_csv(tmp_path / "sent", lines), "htcds", tmp_path)
    assert (verdict.rows_kept, verdict.set_aside) == (40, {"consent": 1})


def test_no_name_telephone_or_story_leaves(tmp_path: Path) -> None:
    layout, lines = FILES["api"]
    taken(as_csv(tmp_path / "sent", lines), layout, tmp_path)
    for file in tmp_path.glob("*.parquet"):
        assert "Invented" not in pl.read_parquet(file).write_csv()
