"""A changed mapping reads again what is kept; what is published stays as it was read."""

import datetime as dt
import json
from pathlib import Path

import polars as pl
import pytest

from data_contracts import load
from data_contracts.layout import Layout
from data_contracts.model import CodeList
from pipelines import (
    cli,
    drafts,
    history,
    intake,
    promises,
    releases,
    sealed,
    speakers,
    steps,
    submissions,
    takings,
)
from pipelines.run import run
from pipelines.settings import Workspace
from tests.pipelines.first_quarter import LAYOUT, PIECE, QUARTER, only
from tests.pipelines.workspaces import copied, tree, workspace
from transforms.vintage import Slice, Slices

pytestmark = pytest.mark.xdist_group("tiny")


@pytest.fixture
def place(first_quarter: Workspace, tmp_path: Path) -> Workspace:
    return copied(first_quarter, tmp_path / "region")


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


def published(place: Workspace, slices: Slices) -> None:
    """A release that was counted from these slices, and says nothing."""
    own = place[speakers.VINTAGES] / "INVENTED-2023Q1-v1"
    own.mkdir(parents=True)
    speakers.write_slices(own / speakers.SLICES, slices)
    folder = place[releases.RELEASES] / own.name
    folder.mkdir(parents=True)
    facts = dict.fromkeys(drafts.FACTS) | {"release": own.name, "state": "published"}
    (folder / drafts.MANIFEST).write_text(json.dumps(facts | {"created": "2024-02-01T00:00:00Z"}))


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
    assert speakers.resend(place) == []
    assert speakers.states(place) == {one.submission: "accepted"}
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
    published(place, frozen)
    assert submissions.destroy(place, frozen) == 2
    with_layout(monkeypatch, **another_authority(load.layout(LAYOUT)))
    assert steps.take_in(place) == 0
    assert speaks(place) == one.submission
    (found,) = speakers.resend(place)
    assert found == {
        "submission": one.submission,
        "layout": LAYOUT,
        "source": LAYOUT,
        "countries": ("XAB",),
        "periods": (QUARTER,),
        "reason": speakers.DESTROYED,
    }


@pytest.mark.usefixtures("in_here")
def test_files_of_a_public_source_that_are_kept_are_read_again_and_what_is_published_stays(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = only(place).submission
    published(place, {PIECE: one})
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
    assert [found["reason"] for found in speakers.resend(place)] == [speakers.REFUSED]
    assert steps.take_in(place) == 0
    with pytest.raises(SystemExit) as ended:
        cli.main(["submissions", "--json", "--workspace", str(place.root)])
    assert ended.value.code == 0
    (listed,) = json.loads(capsys.readouterr().out)
    assert (listed["state"], listed["resend"]) == ("accepted", speakers.REFUSED)
    # Mended, it is read a third time; what was refused leaves nothing behind.
    monkeypatch.undo()
    monkeypatch.setattr(intake, "start", lambda job: sealed.take_in(job))
    with_layout(monkeypatch, **another_authority(load.layout(LAYOUT)))
    assert steps.take_in(place) == 1
    assert authorities(place, speaks(place)) == {"tipstat:police"}
    assert speakers.resend(place) == []


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
