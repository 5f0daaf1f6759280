"""Contracts that no longer fit what is stored, and mappings that changed since it was read."""

import datetime as dt
import json
from pathlib import Path

import polars as pl
import pytest

from data_contracts import load
from data_contracts.layout import Layout
from data_contracts.model import CodeList, Contract
from pipelines import (
    cli,
    commands,
    history,
    intake,
    promises,
    releases,
    sealed,
    steps,
    submissions,
    takings,
)
from pipelines.run import run
from pipelines.settings import Workspace
from sources.synthetic import Region
from tests.pipelines.workspaces import copied, of_belmora, send, tree, workspace
from transforms.vintage import Slice

pytestmark = pytest.mark.xdist_group("tiny")
LAYOUT, QUARTER = "xab_ministry", "2023-Q1"
PIECE = Slice("victims", LAYOUT, "XAB", QUARTER)


@pytest.fixture(scope="module")
def taken(tiny: Region, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A quarter, taken in."""
    place = workspace(tmp_path_factory.mktemp("promises") / "region")
    one = next(one for one in of_belmora(tiny) if one.period == QUARTER)
    submissions.take_in(place, send(place, one))
    return place


@pytest.fixture
def place(taken: Workspace, tmp_path: Path) -> Workspace:
    return copied(taken, tmp_path / "region")


def only(place: Workspace) -> submissions.Received:
    (one,) = submissions.received(place)
    return one


def check(place: Workspace) -> None:
    promises.unbroken(place, {one.submission: one.layout for one in submissions.received(place)})


# Contracts


def with_contract(monkeypatch: pytest.MonkeyPatch, changed: Contract | None) -> None:
    """The contract of victims as changed; gone where it is none."""
    every = {n: c for n, c in load.contracts().items() if n != "victims"}
    every |= {"victims": changed} if changed else {}
    monkeypatch.setattr(load, "contracts", lambda: every)


def victims(**without: object) -> Contract:
    """The contract of victims with other facts in one of its fields, or without the field."""
    (name, facts), *_ = without.items()
    own = load.contract("victims")
    fields = [
        field.model_copy(update=facts) if field.name == name and isinstance(facts, dict) else field
        for field in own.fields
        if field.name != name or facts is not None
    ]
    return own.model_copy(update={"fields": tuple(fields)})


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


# Mappings


@pytest.fixture
def in_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child's work in this process, so that it reads the layouts that a test changed."""
    monkeypatch.setattr(intake, "start", lambda job: sealed.take_in(job))


def with_layout(monkeypatch: pytest.MonkeyPatch, **facts: object) -> Layout:
    """The ministry's layout, with other facts."""
    own, of = load.layout(LAYOUT), load.layout
    changed = Layout.model_validate(own.model_dump(by_alias=True) | facts)
    monkeypatch.setattr(load, "layout", lambda name: changed if name == LAYOUT else of(name))
    monkeypatch.setattr(load, "layouts", lambda: {LAYOUT: changed})
    return changed


def another_authority(layout: Layout) -> dict[str, object]:
    """Feeds in which the ministry is the police."""
    feeds = layout.model_dump(by_alias=True)["feeds"]
    feeds["victims"]["fields"]["authority"] = {"value": "tipstat:police"}
    return {"feeds": feeds}


def refusing(layout: Layout) -> dict[str, object]:
    """Feeds that ask for a column which the files have not."""
    feeds = layout.model_dump(by_alias=True)["feeds"]
    feeds["victims"]["fields"]["sex"] = {"from": "Genre"}
    return {"feeds": feeds}


def speaks(place: Workspace) -> str:
    return history.slices_as_of(place)[PIECE]


def authorities(place: Workspace, taking: str) -> set[str]:
    return set(pl.read_parquet(place["safe"] / "victims" / f"{taking}.parquet")["authority"])


def test_the_mapping_is_what_reads_a_file_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    own = load.layout(LAYOUT)
    before = promises.mapping(own)
    said = own.model_copy(update={"title": "Other", "licence": "Other", "publisher": "Other"})
    assert promises.mapping(said) == before
    changed = [
        own.model_copy(update={"missing": ("", "?")}),
        own.model_copy(update={"labels": {}}),
        Layout.model_validate(own.model_dump(by_alias=True) | another_authority(own)),
    ]
    assert before not in map(promises.mapping, changed)
    of = load.codelist

    def spelt(name: str, other: str) -> CodeList:
        found = of(other)
        more = found.spellings | {"weiblich": "F"}
        return found.model_copy(update={"spellings": more}) if name == other else found

    monkeypatch.setattr(load, "codelist", lambda name: spelt("sex", name))
    assert promises.mapping(own) != before
    monkeypatch.setattr(load, "codelist", lambda name: spelt("unit_of_nothing", name))
    assert promises.mapping(own) == before


@pytest.mark.usefixtures("in_here")
def test_a_changed_mapping_reads_again_what_is_kept_and_keeps_what_was_read(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = only(place)
    assert steps.take_in(place) == 0
    with_layout(monkeypatch, **another_authority(load.layout(LAYOUT)))
    assert steps.take_in(place) == 1
    first, second = one.submission, f"{one.submission}-2"
    assert takings.of(place, one.submission) == [first, second]
    assert speaks(place) == second
    assert authorities(place, first) == {"tipstat:government"}
    assert authorities(place, second) == {"tipstat:police"}
    assert steps.take_in(place) == 0
    assert steps.resend(place) == []
    assert commands._states(place) == {one.submission: "accepted"}
    assert history.slices_as_of(place, "2024-02-01")[PIECE] == first


@pytest.mark.usefixtures("in_here")
def test_a_changed_mapping_that_reads_the_same_rows_leaves_their_vintage(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = only(place).submission
    before = tree(place["safe"])
    changed = with_layout(monkeypatch, missing=("", "n.c.", "never written"))
    assert steps.take_in(place) == 1
    assert (takings.of(place, one), tree(place["safe"])) == ([one], before)
    found = takings.last(place, one)
    assert found
    assert (found.mapping, found.taken) == (promises.mapping(changed), None)
    assert steps.take_in(place) == 0


@pytest.mark.usefixtures("in_here")
def test_what_is_published_stays_as_it_was_read_and_its_sender_is_named(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = only(place)
    frozen = dict.fromkeys(history.slices_as_of(place), one.submission)
    own = place[steps.VINTAGES] / "INVENTED-2023Q1-v1"
    own.mkdir(parents=True)
    steps.write_slices(own / steps.SLICES, frozen)
    (place[releases.RELEASES] / own.name).mkdir(parents=True)
    assert submissions.destroy(place, frozen) == 2
    with_layout(monkeypatch, **another_authority(load.layout(LAYOUT)))
    assert steps.take_in(place) == 0
    assert speaks(place) == one.submission
    (found,) = steps.resend(place)
    assert found == {
        "submission": one.submission,
        "layout": LAYOUT,
        "source": LAYOUT,
        "countries": ("XAB",),
        "periods": (QUARTER,),
        "reason": steps.DESTROYED,
    }


@pytest.mark.usefixtures("in_here")
def test_files_of_a_public_source_that_are_kept_are_read_again_and_what_is_published_stays(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = only(place).submission
    own = place[steps.VINTAGES] / "INVENTED-2023Q1-v1"
    own.mkdir(parents=True)
    steps.write_slices(own / steps.SLICES, {PIECE: one})
    (place[releases.RELEASES] / own.name).mkdir(parents=True)
    with_layout(monkeypatch, **another_authority(load.layout(LAYOUT)))
    assert steps.take_in(place) == 1
    chosen = history.slices_as_of(place)
    cases = Slice("cases", LAYOUT, "XAB", QUARTER)
    assert (chosen[PIECE], chosen[cases]) == (one, f"{one}-2")


@pytest.mark.usefixtures("in_here")
def test_files_that_the_new_mapping_refuses_are_counted_as_before_and_asked_for(
    place: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    one = only(place).submission
    with_layout(monkeypatch, **refusing(load.layout(LAYOUT)))
    assert steps.take_in(place) == 1
    assert speaks(place) == one
    assert [found["reason"] for found in steps.resend(place)] == [steps.REFUSED]
    assert steps.take_in(place) == 0
    with pytest.raises(SystemExit) as ended:
        cli.main(["submissions", "--json", "--workspace", str(place.root)])
    assert ended.value.code == 0
    (listed,) = json.loads(capsys.readouterr().out)
    assert (listed["state"], listed["resend"]) == ("accepted", steps.REFUSED)
    # Mended, it is read a third time; what was refused leaves nothing behind.
    monkeypatch.undo()
    monkeypatch.setattr(intake, "start", lambda job: sealed.take_in(job))
    with_layout(monkeypatch, **another_authority(load.layout(LAYOUT)))
    assert steps.take_in(place) == 1
    assert authorities(place, speaks(place)) == {"tipstat:police"}
    assert steps.resend(place) == []


@pytest.mark.slow
def test_a_run_says_who_has_to_send_again(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = only(place)
    assert run(place).resend == ()
    for file in one.sealed_files(place):
        file.unlink()
    monkeypatch.setattr(promises, "mapping", lambda _: "another")
    outcome = run(place)
    assert [again["submission"] for again in outcome.resend] == [one.submission]
    assert set(outcome.assets.failed) == set()


def test_takings_stand_in_the_order_in_which_they_were_made(tmp_path: Path) -> None:
    place = workspace(tmp_path / "region")
    place[takings.VERDICTS].mkdir()
    names = ["a", *(f"a-{n}" for n in range(2, 12)), "ab"]
    for name in reversed(names):
        (place[takings.VERDICTS] / f"{name}.json").write_text("{}")
    assert takings.of(place, "a") == names[:-1]
    assert {takings.submission_of(name) for name in names[:-1]} == {"a"}


def test_a_taking_of_later_does_not_speak_for_the_days_before(place: Workspace) -> None:
    one = only(place).submission
    found = takings.last(place, one)
    assert found
    day = dt.datetime(2024, 3, 1, tzinfo=dt.UTC)
    later = found.model_copy(update={"taken": day})
    (place[takings.VERDICTS] / f"{one}-2.json").write_text(later.model_dump_json())
    assert history.slices_as_of(place, "2024-02-29")[PIECE] == one
    assert history.slices_as_of(place, "2024-03-01")[PIECE] == f"{one}-2"
