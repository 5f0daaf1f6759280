"""The benchmarks run, on sizes that prove nothing but that they do; no test asserts a time."""

import csv
from pathlib import Path

import polars as pl
import pytest

from benchmarks import intake, linking, patterns, register, rules


def test_a_register_has_three_identity_columns_and_thirty_fields_and_is_the_same_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register, "AT_ONCE", 40)
    one, other = (register.write(tmp_path / name, 100).read_bytes() for name in ("one", "other"))
    rows = list(csv.DictReader(one.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert one == other
    assert len(rows) == 100
    assert set(rows[0]) > set(register.IDENTITY)
    assert len(rows[0]) == 33


def test_a_register_goes_through_the_intake_with_its_shares(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    intake.main([300], 1)
    told = capfd.readouterr().out
    for figure in (
        "times Polars",
        "MiB resident",
        "microseconds a row",
        "300 rows kept",
        "protect",
    ):
        assert figure in told


def test_each_of_three_judges_twenty_rules() -> None:
    medians = rules.main(500, 1)
    assert set(medians) == {"tipstat", "pandera", "great_expectations"}
    assert all(taken > 0 for taken in medians.values())


def test_matching_finds_more_right_pairs_than_equality(capfd: pytest.CaptureFixture[str]) -> None:
    assert linking.beside(300, 31) > 1
    assert "50 pairs" in capfd.readouterr().out


def test_equality_finds_one_document_or_the_same_names_and_birth_date() -> None:
    rows = [
        ("1", "Vial", "Ana", "1990-01-02", "X1"),
        ("2", "Vial", "Ana", "1990-01-02", None),
        ("3", "Other", "Ana", None, "X1"),
        ("4", "Vial", "Ana", None, None),
    ]
    columns = ("key", "family_name", "given_name", "birth_date", "document")
    assert linking.equal(pl.DataFrame(rows, schema=columns, orient="row")) == {
        ("1", "2"),
        ("1", "3"),
    }


def test_patterns_tell_recall_by_kind_and_their_pace_beside_presidio(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(patterns, "COUNTRIES", ("en_US", "es_AR"))
    patterns.main(2)
    told = capfd.readouterr().out
    assert [line.split()[0] for line in told.splitlines()[:-1]] == [*patterns.SENTENCES]
    assert "of Presidio's take" in told
