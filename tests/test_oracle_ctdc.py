"""The records of the Counter Trafficking Data Collaborative, against a second count.

The literals are what ``python -m tests.oracle.ctdc`` printed.
"""

from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from data_contracts.verdict import Verdict
from pipelines.intake import Job
from pipelines.sealed import take_in
from tests.oracle import ctdc

FILE = (
    Path(__file__)
    .parents[1]
    .joinpath("sources", "samples", "ctdc", "ctdc_global_k_anonymised_2017.csv.gz")
)
TOTALS = {
    "read": 47_104,
    "kept": 47_102,
    "without country": 11_782,
    "without sex": 255,
    "without age": 13_425,
    "*": 47_102,
    "P1": 12_904,
    "P2": 9_004,
    "P9": 7_782,
    "_U": 17_294,
    "tipstat:begging": 153,
    "tipstat:forced_marriage": 141,
    "tipstat:prostitution": 4_898,
    "tipstat:sexual_material": 56,
}
KEY = ["country", "period", "sex", "age_band"]


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Verdict]:
    out = tmp_path_factory.mktemp("ctdc")
    return out, take_in(Job(files=(FILE,), layout="ctdc_global", out=out))


@pytest.fixture(scope="module")
def victims(taken: tuple[Path, Verdict]) -> pl.DataFrame:
    return pl.read_parquet(taken[0] / "victims.parquet")


@pytest.fixture(scope="module")
def answers(taken: tuple[Path, Verdict]) -> pl.DataFrame:
    return pl.read_parquet(taken[0] / "victims_answers.parquet")


def answered(victims: pl.DataFrame, answers: pl.DataFrame, field: str) -> pl.DataFrame:
    """Each record with its answers to a question, unknown where it has none."""
    given = answers.filter(pl.col("field") == field).select("record", "code")
    return victims.join(given, on="record", how="left").with_columns(pl.col("code").fill_null("_U"))


def test_the_oracle_still_counts_what_it_counted() -> None:
    assert ctdc.summary(FILE) == TOTALS


def test_only_rows_whose_year_is_no_year_are_set_aside(taken: tuple[Path, Verdict]) -> None:
    """Two of the four odd rows are blank, which is no row; two have a number and no year."""
    verdict = taken[1]
    assert (verdict.verdict, verdict.rows_read, verdict.rows_kept) == ("comments", 47_104, 47_102)
    assert verdict.set_aside == {"fault": 2}
    assert [(f.code, f.row, f.column) for f in verdict.faults] == [
        ("IDENTIFIED_ON-04", row, "yearOfRegistration") for row in (47_106, 47_107)
    ]
    assert verdict.unmapped == {}


def test_every_victim_is_counted_as_in_the_raw_file(
    victims: pl.DataFrame, answers: pl.DataFrame
) -> None:
    filled = victims.with_columns(pl.col(KEY).fill_null("_U"))
    reached = Counter((*row, "*") for row in filled.select(KEY).iter_rows())
    reached += Counter(answered(filled, answers, "exploitation").select(*KEY, "code").iter_rows())
    assert reached == ctdc.cells(FILE)


def test_a_victim_without_a_country_is_kept_and_is_in_no_country(
    taken: tuple[Path, Verdict], victims: pl.DataFrame
) -> None:
    unknown = victims.filter(pl.col("country") == "_U")
    assert (len(unknown), unknown["destination"].null_count()) == (11_782, 11_782)
    assert victims["country"].null_count() == 0
    assert {"_U", "USA", "MDA"} <= set(taken[1].countries)


def test_countries_and_citizenships_are_those_of_the_raw_file(victims: pl.DataFrame) -> None:
    kept = [row for row in ctdc.rows(FILE) if ctdc.dated(row)]
    for column, field in (("CountryOfExploitation", "destination"), ("citizenship",) * 2):
        wanted = Counter(ctdc.country(row[column]) for row in kept)
        assert Counter(victims[field].fill_null("_U")) == wanted


def test_periods_are_years_and_every_victim_is_presumed(victims: pl.DataFrame) -> None:
    years = Counter(row["yearOfRegistration"] for row in ctdc.rows(FILE) if ctdc.dated(row))
    assert Counter(victims["period"]) == years
    assert set(victims["unit"]) == {"victim_presumed"}
    hotline = sum(row["Datasource"] == "Hotline" for row in ctdc.rows(FILE))
    assert Counter(victims["place"])["tipstat:hotline"] == hotline
    assert set(victims["age_basis"]) == {"tipstat:registration"}


def test_unknown_is_no_answer_beside_a_known_one(answers: pl.DataFrame) -> None:
    """Who wrote "Friend; Unknown" knows that it was a friend."""
    given = answers.filter(pl.col("field") == "recruitment")
    assert Counter(given["code"]) == {
        f"tipstat:{word}": sum(label in row["RecruiterRelationship"] for row in ctdc.rows(FILE))
        for word, label in (
            ("friends", "Friend"),
            ("family", "Family/Relative"),
            ("partner", "Intimate Partner"),
            ("other", "Other"),
        )
    }


def test_flags_of_means_are_answers_by_the_name_of_their_column(answers: pl.DataFrame) -> None:
    given = Counter(answers.filter(pl.col("field") == "means")["code"])
    rows = ctdc.rows(FILE)
    assert given["M5"] == sum(row["meansOfControlFalsePromises"] == "1" for row in rows)
    assert given["M3"] == sum(row["isAbduction"] == "1" for row in rows)
    force = ("Threats", "PhysicalAbuse", "SexualAbuse")
    assert given["M1"] == sum(
        any(row[f"meansOfControl{name}"] == "1" for name in force) for row in rows
    )
    other = [n for n in rows[0] if n.startswith("meansOf") or n == "isAbduction"]
    other.remove("meansOfControlNotSpecified")
    assert given["_U"] == sum(
        row["meansOfControlNotSpecified"] == "1" and all(row[n] != "1" for n in other)
        for row in rows
    )


def test_each_row_is_a_case_of_its_own(victims: pl.DataFrame) -> None:
    """Nobody knows which rows are one case, and all of them are public."""
    assert victims["case"].equals(victims["record"], check_names=False)
    assert victims["record"].n_unique() == len(victims)
