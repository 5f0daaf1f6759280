"""Before publication a country sees what will be said of it, and everything it sent adds up."""

import csv
import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from data_contracts import load
from pipelines import (
    cards,
    fates,
    history,
    ledger,
    nodes,
    outputs,
    preview,
    reconciling,
    releases,
    speakers,
)
from pipelines.settings import Configuration, Workspace
from tests.pipelines.approving import MOMENT
from tests.pipelines.previews import DAY, NAMES, QUARTERS, RELEASE, year
from tests.pipelines.stored import store
from tests.pipelines.workspaces import copied, take_over

pytestmark = pytest.mark.xdist_group("preview")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return year(tmp_path_factory.mktemp("preview"))


@pytest.fixture
def place(made: Workspace, tmp_path: Path) -> Workspace:
    return copied(made, tmp_path / "region")


@pytest.fixture(scope="module")
def belmora(made: Workspace) -> reconciling.Account:
    return reconciling.account(made, RELEASE, "XAB")


def test_what_was_sent_is_set_aside_or_kept(belmora: reconciling.Account) -> None:
    order = sorted(belmora.sent, key=lambda one: (one.periods, one.fates == ("counted",)))
    assert [(one.rows, one.set_aside, one.kept, one.fates) for one in order] == [
        (5, {}, 5, ("counted",)),
        (25, {}, 25, ("counted",)),
        (45, {}, 45, ("counted",)),
        (65, {}, 65, ("replaced",)),
        (43, {"fault": 2, "scope": 1}, 40, ("counted",)),
    ]


def test_what_was_kept_is_a_person_or_of_one(belmora: reconciling.Account) -> None:
    (victims,) = belmora.became
    assert victims.model_dump() == {
        "dataset": "victims",
        "rows": 5 + 25 + 45 + 65 + 40,
        "waiting": 0,
        "replaced": 65,
        "not_counted": 0,
        "duplicates": 1,
        "persons": 5 + 25 + 45 + 39,
    }


def test_each_person_stands_in_a_total_that_is_published_or_hidden(
    made: Workspace, belmora: reconciling.Account
) -> None:
    own = [one for one in belmora.totals if one.unit == "victim_identified"]
    of = {(one.table, one.period): (one.counted, one.published) for one in own}
    periods, to_date = (*QUARTERS, "2023"), ("2023-P6M", "2023-P9M")
    asked = {(name, period) for name in NAMES for period in periods}
    assert set(of) == asked | {("victims", period) for period in to_date}
    exact = dict(zip((*periods, *to_date), (5, 25, 45, 39, 114, 30, 75), strict=True))
    for (_, period), (counted, published) in of.items():
        assert counted == exact[period]
        assert (published is None) == (period == "2023-Q1")
        assert published is None or abs(published - counted) < 5


def test_a_sum_says_how_many_are_shown_and_hidden(belmora: reconciling.Account) -> None:
    rows = [one for one in belmora.totals if one.table == "victims"]
    assert preview.sums(rows) == {"shown": 109, "hidden": 5, "all": 114}


def test_rows_of_another_country_are_not_in_it(made: Workspace) -> None:
    aranda = reconciling.account(made, RELEASE, "XAA")
    assert {one.layout for one in aranda.sent} == {"xaa_police", "xaa_shelters"}
    assert aranda.became[0].persons == 60 + 61 + 62 + 63 + 4 * 45


def test_a_quarter_that_no_table_shows_is_not_counted(place: Workspace) -> None:
    """The shelters of a quarter are missing, so the police alone do not make it complete."""
    store(place, "xaa_police", "2024-Q1", 30, DAY)
    slices = history.slices_as_of(place)
    speakers.write_slices(place[speakers.VINTAGES] / RELEASE / speakers.EVERY_SLICE, slices)
    (victims,) = reconciling.account(place, RELEASE, "XAA").became
    assert victims.not_counted == 30


@pytest.mark.parametrize("wrong", [{"rows_read": 6}, {"rows_out": {"victims": 4}}])
def test_what_does_not_add_up_is_our_fault(place: Workspace, wrong: dict[str, object]) -> None:
    lines = reconciling.account(place, RELEASE, "XAB").sent
    name = next(one.submission for one in lines if one.periods == ("2023-Q1",))
    file = place["verdicts"] / f"{name}.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | wrong))
    with pytest.raises(reconciling.DoesNotAdd, match="does not add up"):
        reconciling.account(place, RELEASE, "XAB")


def test_what_speaks_is_what_the_core_holds(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two routes: the stored rows of each submission, and the core of all of them."""
    own = fates.sent

    def one_short(*asked: Any) -> Iterator[fates.Sent]:
        first, *rest = own(*asked)
        fed = first.out["victims"].model_copy(update={"rows": first.out["victims"].rows - 1})
        yield from (first.model_copy(update={"out": {"victims": fed}}), *rest)

    monkeypatch.setattr(fates, "sent", one_short)
    with pytest.raises(reconciling.DoesNotAdd, match="victims"):
        reconciling.account(place, RELEASE, "XAB")


def test_a_total_that_the_records_do_not_bear_out_is_our_fault(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciling, "_of_table", lambda name, cells: _one_more(name, cells))
    with pytest.raises(reconciling.DoesNotAdd, match="victims 2023"):
        reconciling.account(place, RELEASE, "XAB")


def _one_more(name: str, cells: pl.DataFrame) -> pl.DataFrame:
    whole = cells.filter(*(pl.col(d) == "_T" for d in load.tables()[name].dimensions))
    told = whole.with_columns(table=pl.lit(name), n=pl.col("n") + 1)
    return told.select("table", "unit", "period", "n")


def test_who_sent_nothing_sees_nothing(made: Workspace) -> None:
    with pytest.raises(reconciling.NothingSent, match="no records of XAE"):
        reconciling.account(made, RELEASE, "XAE")


def unpacked(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as pack:
        return {name: pack.read(name).decode() for name in pack.namelist()}


def test_without_a_card_the_operator_hands_it_over(place: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "xab.preview"
    made = preview.make(place, RELEASE, "XAB", out, "es", MOMENT)
    assert not made.sealed
    assert out.stat().st_mode & 0o777 == 0o600
    files = unpacked(out.read_bytes())
    rows = list(csv.reader(io.StringIO(files["reconciliation.csv"])))[1:]
    sums = Counter[str]()
    for what, *_, n in rows:
        sums[what.partition(":")[0].partition(",")[0]] += int(n)
    assert sums["sent"] == sums["set aside"] + sums["kept"] == 183
    assert "Solo para " in files["preview.html"]
    assert "[c]" in files["preview.html"]
    (line,) = ledger.lines(place.root)
    assert (line["what"], line["country"], line["sealed"]) == ("preview", "XAB", False)
    assert not {"sha256", "rows"} & set(line)


def test_every_cell_about_the_country_is_listed_and_no_other(
    place: Workspace, tmp_path: Path
) -> None:
    preview.make(place, RELEASE, "XAB", tmp_path / "out", "en", MOMENT)
    rows = list(csv.DictReader(io.StringIO(unpacked((tmp_path / "out").read_bytes())["cells.csv"])))
    tables = outputs.tables_in(releases.found(place.root, RELEASE) / "tables")
    own = {name: frame.filter(country="XAB") for name, frame in tables.items()}
    assert Counter(row["table"] for row in rows) == {n: t.height for n, t in own.items()}
    shown = [int(row["value"]) for row in rows if row["value"]]
    assert sorted(shown) == sorted(v for t in own.values() for v in t["value"].drop_nulls())


@pytest.mark.parametrize("language", preview.LANGUAGES)
def test_the_page_speaks_every_language_and_loads_nothing(
    made: Workspace, belmora: reconciling.Account, language: str
) -> None:
    folder = releases.found(made.root, RELEASE)
    told = unpacked(preview.packed(belmora, folder, language, True))["preview.html"]
    assert f'lang="{language}"' in told
    assert ('dir="rtl"' in told) == (language == "ar")
    assert "http" not in told
    assert "<script" not in told
    assert set(preview.messages()[language]) == set(preview.messages()["en"])


def welcomed(place: Workspace, root: Path) -> nodes.Node:
    """A node of Belmora whose card is welcome; all of them have one linking key."""
    configuration = Configuration(title=root.name, mode="demo", role="national", country="XAB")
    made = nodes.national(root, configuration, nodes.introduced(place).card)
    take_over(made.workspace, "linking", bytes([4]) * 32)
    made = nodes.introduced(made.workspace)
    cards.welcome(place, made.card)
    return made


def test_a_country_with_a_node_of_its_own_alone_can_open_it(
    place: Workspace, tmp_path: Path
) -> None:
    sealing = place.configuration.model_copy(update={"raw_files": ("XAA",)})
    place = place.model_copy(update={"configuration": sealing})
    ministry = welcomed(place, tmp_path / "ministry")
    out = tmp_path / "xab.preview"
    assert preview.make(place, RELEASE, "XAB", out, "en", MOMENT).sealed
    assert b"preview.html" not in out.read_bytes()
    files = preview.opened(ministry.workspace, out, tmp_path / "opened")
    assert [file.name for file in files] == list(preview.NAMES)
    assert "For Belmora (invented) only" in files[0].read_text()
    with pytest.raises(preview.NoPreview, match="sealed to another node"):
        preview.opened(place, out, tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_where_several_nodes_could_be_meant_one_is_named_and_alone_can_open_it(
    place: Workspace, tmp_path: Path
) -> None:
    """An agency beside raw files of others, then a ministry as well: nobody is guessed."""
    agency = welcomed(place, tmp_path / "agency")
    out, own = tmp_path / "xab.preview", cards.own(agency.workspace).fingerprint
    with pytest.raises(preview.NoPreview, match=f"--card.*agency: {own}"):
        preview.make(place, RELEASE, "XAB", out, "en", MOMENT)
    ministry = welcomed(place, tmp_path / "ministry")
    with pytest.raises(preview.NoPreview, match=r"agency: .*ministry: "):
        preview.make(place, RELEASE, "XAB", out, "en", MOMENT)
    with pytest.raises(preview.NoPreview):
        preview.make(place, RELEASE, "XAA", out, "en", MOMENT, own)
    assert (out.exists(), ledger.lines(place.root)) == (False, [])
    named = cards.own(ministry.workspace).fingerprint
    assert preview.make(place, RELEASE, "XAB", out, "en", MOMENT, named.upper()).sealed
    assert preview.opened(ministry.workspace, out, tmp_path / "opened")
    with pytest.raises(preview.NoPreview, match="sealed to another node"):
        preview.opened(agency.workspace, out, tmp_path / "other")
    assert [line["card"] for line in ledger.lines(place.root)] == [named]


def test_nothing_of_it_is_left_in_the_workspace_or_the_candidate(
    place: Workspace, tmp_path: Path
) -> None:
    before = {path for path in place.root.rglob("*") if "log" not in path.parts}
    (place.root / f"{reconciling.COUNTING}killed").mkdir()
    preview.make(place, RELEASE, "XAB", tmp_path / "out", "en", MOMENT)
    assert {path for path in place.root.rglob("*") if "log" not in path.parts} == before
