"""The benchmarks run, on sizes that prove nothing but that they do; no test asserts a time."""

import csv
from pathlib import Path

import pytest

from benchmarks import intake, register, rules


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
