"""Contracts that no longer fit what is stored, and mappings that changed since it was read."""

from pathlib import Path

import polars as pl
import pytest

from data_contracts import load
from data_contracts.model import CodeList, Contract
from pipelines import cli, inbox, promises, steps, takings
from pipelines.settings import Workspace
from tests.pipelines.first_quarter import LAYOUT, PIECE, QUARTER, only, victims
from tests.pipelines.workspaces import copied, tree
from transforms.vintage import Slice

pytestmark = pytest.mark.xdist_group("tiny")


@pytest.fixture
def place(first_quarter: Workspace, tmp_path: Path) -> Workspace:
    return copied(first_quarter, tmp_path / "region")


def check(place: Workspace) -> None:
    promises.unbroken(place, {one.submission: one.layout for one in inbox.received(place)})


def with_contract(monkeypatch: pytest.MonkeyPatch, changed: Contract | None) -> None:
    """The contract of victims as changed; gone where it is none."""
    every = {n: c for n, c in load.contracts().items() if n != "victims"}
    every |= {"victims": changed} if changed else {}
    monkeypatch.setattr(load, "contracts", lambda: every)


def with_codes(monkeypatch: pytest.MonkeyPatch, name: str, *gone: str) -> None:
    """A code list without some of its codes."""
    lists = load.codelists()
    codes = tuple(code for code in lists[name].codes if code not in gone)
    changed = lists | {name: CodeList(name=name, codes=codes)}
    monkeypatch.setattr(load, "codelists", lambda: changed)


def test_what_was_stored_under_the_present_contracts_fits(place: Workspace) -> None:
    check(place)
    (file,) = (f for f in place[promises.FOLDER].glob("*.json") if '"victims"' in f.read_text())
    found = takings.last(place, only(place).submission)
    assert found
    assert found.promises["victims"] == file.stem


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"sex": None}, r"victims\.sex: the field is gone"),
        ({"case": {"treatment": "drop"}}, r"victims\.case: the field is gone"),
        ({"identified_on": {"treatment": "generalise:year"}}, r"victims\.identified_on: treatment"),
        ({"birth_date": None}, r"victims\.birth_date: the field is gone"),
        ({"record": {"primary_key": False}}, r"victims\.record: the key changed"),
        ({"recruitment": {"codelist": "means"}}, r"victims\.recruitment: codelist was recruitment"),
    ],
)
def test_a_contract_that_breaks_what_is_stored_is_refused_with_the_list(
    changed: dict[str, object], says: str, place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_contract(monkeypatch, victims(**changed))
    with pytest.raises(promises.PromiseBroken, match=says) as refused:
        check(place)
    assert refused.value.exit_code == 3


def test_a_code_that_stored_rows_hold_cannot_go_and_one_that_none_holds_can(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = pl.read_parquet(next((place["safe"] / "victims").iterdir()))["sex"]
    assert "F" in held
    assert "tipstat:other_sex" not in held
    with_codes(monkeypatch, "sex", "tipstat:other_sex")
    check(place)
    with_codes(monkeypatch, "sex", "F")
    with pytest.raises(promises.PromiseBroken, match=r"victims\.sex F: the code is gone"):
        check(place)


def test_an_answer_that_was_given_cannot_go(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_codes(monkeypatch, "exploitation", "P1")
    with pytest.raises(promises.PromiseBroken) as refused:
        check(place)
    told = str(refused.value)
    assert "victims.exploitation P1: the code is gone from exploitation.csv" in told
    assert "cases.exploitation P1" in told
    assert "valid_to" in told


def test_a_layout_that_was_used_cannot_go(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {name: one for name, one in load.layouts().items() if name != LAYOUT}
    monkeypatch.setattr(load, "layouts", lambda: known)
    with pytest.raises(promises.PromiseBroken, match=f"layout {LAYOUT} is gone"):
        check(place)


def test_a_dataset_that_is_stored_cannot_go(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_contract(monkeypatch, None)
    with pytest.raises(promises.PromiseBroken, match=r"victims\.\*: the contract is gone"):
        check(place)


def test_a_run_is_refused_before_anything_is_made(
    place: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tree(place.root, "dagster", ".lock")
    with_codes(monkeypatch, "sex", "F")
    with pytest.raises(SystemExit) as ended:
        cli.main(["run", "--workspace", str(place.root)])
    assert ended.value.code == 3
    told = capsys.readouterr().err
    assert "victims.sex F: the code is gone" in told
    assert "nothing was made or changed" in told
    assert tree(place.root, "dagster", ".lock") == before


def test_rows_that_were_stored_before_a_field_was_added_are_counted_without_it(
    place: Workspace, tmp_path: Path
) -> None:
    one = only(place).submission
    file = place["safe"] / "victims" / f"{one}.parquet"
    own = load.contract("victims")
    added = own.by_name["sex"].model_copy(update={"name": "added"})
    number = own.by_name["sex"].model_copy(
        update={"name": "number", "type": "integer", "codelist": None}
    )
    wider = own.model_copy(update={"fields": (*own.fields, added, number)})
    second = f"{one}-2"
    newer = pl.read_parquet(file).with_columns(added=pl.lit("F"), number=pl.lit(3, pl.Int64))
    for name in ("victims", "victims_answers"):
        there = place["safe"] / name / f"{one}.parquet"
        (place["safe"] / name / f"{second}.parquet").write_bytes(there.read_bytes())
    newer.with_columns(period=pl.lit("2023-Q2")).write_parquet(
        place["safe"] / "victims" / f"{second}.parquet"
    )
    slices = {PIECE: one, Slice("victims", LAYOUT, "XAB", "2023-Q2"): second}
    steps.core(place, wider, slices, None, tmp_path)
    rows = steps.rows(tmp_path)
    counts = rows.group_by("period").agg(pl.len(), pl.col("added", "number").count()).sort("period")
    n = newer.height
    assert counts.rows() == [(QUARTER, n, 0, 0), ("2023-Q2", n, n, n)]
    assert rows.schema["number"] == pl.Int64
