"""What lies on the disk while the intake works is as safe as what it leaves, and goes with it."""

from pathlib import Path

import polars as pl
import pytest

from data_contracts import load
from data_contracts.checks import rules
from data_contracts.rules import Context
from pipelines import spool
from pipelines.feeding import compared
from pipelines.spool import Spool

NOBODY = pl.DataFrame(schema={"row": pl.Int64})
RECORDS = [f"{number * 71 % 256:02x}{number:030x}" for number in range(40)]
ROWS = pl.DataFrame({"row": range(40), "record": RECORDS, "sex": ["M", "F"] * 20})
NUMBER = "Zqinvented 4711"


def spooled(out: Path, gone: pl.DataFrame = NOBODY) -> pl.DataFrame:
    """All rows through a spool, a few at a time; what its file holds."""
    one = Spool("victims", out)
    for part in ROWS.iter_slices(7):
        one.add(part)
    one.write(gone)
    return pl.read_parquet(out / "victims.parquet")


def test_rows_that_were_laid_down_are_those_that_were_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = spooled(tmp_path)
    monkeypatch.setattr(spool, "AT_ONCE", 10)
    assert spooled(tmp_path).equals(held)
    assert held["record"].to_list() == sorted(RECORDS)
    assert len(spooled(tmp_path, ROWS.select("row").head(3))) == 37


def test_nothing_that_was_laid_down_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "AT_ONCE", 10)
    refused = Spool("cases", tmp_path)
    refused.add(ROWS)
    assert list(tmp_path.rglob("*.arrow"))
    refused.clear()
    spooled(tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["victims.parquet"]


@pytest.mark.parametrize("name", ["victims", "cases", "perpetrators", "services"])
def test_of_a_text_that_rows_are_compared_by_only_a_hash_is_held(name: str) -> None:
    contract = load.contract(name)
    every = rules(contract, load.codelists(), "related", Context(load.policy()))
    whole = [rule for rule in every if rule.over]
    names = [field.name for field in contract.fields if field.type == "string"]
    texts = pl.DataFrame({"row": [1]} | {name: [NUMBER] for name in names})
    coded = {field.name: None for field in contract.fields if field.codelist}
    found = compared(texts.with_columns(**coded), whole, contract)
    assert whole
    assert len(found.columns) > 1
    assert NUMBER not in str(found.rows())
