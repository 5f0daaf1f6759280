"""Other editions of CTDC's records; every row here is invented."""

import csv
from pathlib import Path

import polars as pl
import pytest

from data_contracts.verdict import Verdict
from pipelines.intake import Job
from pipelines.sealed import take_in
from tests.oracle import ctdc
from tests.test_oracle_ctdc import FILE

SYNTHETIC = {
    "yearOfRegistration": "2021",
    "gender": "Woman",
    "ageBroad": "09--17",
    "citizenship": "NAM",
    "CountryOfExploitation": "MDA",
    "traffickMonths": "0--12 (0-1 yr)",
    "meansDebtBondageEarnings": "1",
    "meansThreats": "0",
    "meansAbusePsyPhySex": "",
    "meansFalsePromises": "1",
    "meansDrugsAlcohol": "",
    "meansDenyBasicNeeds": "",
    "meansExcessiveWorkHours": "",
    "meansWithholdDocs": "",
    "isForcedLabour": "1",
    "isSexualExploit": "0",
    "isOtherExploit": "",
    "recruiterRelationIntimatePartner": "",
    "recruiterRelationFriend": "1",
    "recruiterRelationFamily": "0",
    "recruiterRelationOther": "",
}
BLANK = dict.fromkeys(SYNTHETIC, "") | {"yearOfRegistration": "2021"}


def taken(rows: list[dict[str, str]], layout: str, out: Path) -> tuple[Verdict, pl.DataFrame]:
    """An edition taken in, and its safe rows."""
    with (out / "sent.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    verdict = take_in(Job(files=(out / "sent.csv",), layout=layout, out=out))
    return verdict, pl.read_parquet(out / "victims.parquet")


def codes(out: Path, field: str) -> list[str]:
    answers = pl.read_parquet(out / "victims_answers.parquet")
    return answers.filter(pl.col("field") == field)["code"].sort().to_list()


@pytest.mark.parametrize("name", ["typeOfSexProstitution", "sectorOfSexProstitution"])
def test_a_synthetic_edition_is_read_under_either_of_its_names(name: str, tmp_path: Path) -> None:
    sold = BLANK | {"isSexualExploit": "1", "gender": "Trans/Transgender/NonConforming", name: "1"}
    verdict, rows = taken([SYNTHETIC | {name: ""}, sold], "ctdc_synthetic", tmp_path)
    assert (verdict.rows_kept, verdict.unmapped) == (2, {})
    assert sorted(rows["country"]) == ["MDA", "_U"]
    assert rows.filter(pl.col("country") == "MDA").select(
        "period", "sex", "age_band", "citizenship"
    ).row(0) == ("2021", "F", "Y0T17", "NAM")
    assert codes(tmp_path, "exploitation") == ["P1", "P2", "tipstat:prostitution"]
    assert codes(tmp_path, "means") == ["M2", "M5"]
    assert codes(tmp_path, "recruitment") == ["tipstat:friends"]


def test_the_published_original_writes_gaps_as_minus_99_and_knows_slavery(tmp_path: Path) -> None:
    """The same people with the gaps of the original, and a column that later editions have."""
    raw = [row for row in ctdc.rows(FILE) if ctdc.dated(row)][:200]
    gaps = [{name: cell or "-99" for name, cell in row.items()} for row in raw]
    slaves = [row | {"isSlaveryAndPractices": "1"} for row in gaps]
    (tmp_path / "plain").mkdir()
    _, plain = taken(raw, "ctdc_global", tmp_path / "plain")
    verdict, rows = taken(slaves, "ctdc_global", tmp_path)
    key = ["country", "period", "sex", "age_band", "citizenship"]
    assert (verdict.rows_kept, verdict.unmapped) == (200, {})
    assert rows.select(key).sort(key).equals(plain.select(key).sort(key))
    assert codes(tmp_path, "exploitation").count("P3") == 200


def test_a_flag_that_is_neither_yes_nor_no_stops_its_row_only(tmp_path: Path) -> None:
    rows = [SYNTHETIC | {"typeOfSexProstitution": ""} for _ in range(60)]
    rows[3] = rows[3] | {"isForcedLabour": "7"}
    verdict, _ = taken(rows, "ctdc_synthetic", tmp_path)
    assert (verdict.rows_kept, verdict.set_aside) == (59, {"unmapped": 1})
    assert verdict.unmapped == {"isForcedLabour": {"7": 1}}
