"""Who is who, from what lies sealed to one key a person; everybody here is invented."""

import datetime as dt
import io
import json
from pathlib import Path

import duckdb
import polars as pl
import pytest

from anonymize.matching import DUCKDB
from anonymize.records import KNOWN
from data_contracts.verdict import Verdict
from pipelines import inbox, keystore, links, matching, steps, whole
from pipelines.settings import Workspace
from tests.pipelines.workspaces import tree, workspace
from tests.tables import table
from transforms.vintage import Slice, Slices

NAMED = """
    record | family_name  | given_name | birth_date | document | sex | person_key | link_token
    a      | Zqmarandilo  | Zqsovelina | 1994-05-17 |          | F   | 1          | A
    b      | Zqtolvanire  | Zqkemarin  | 2001-11-30 | 77120943 | M   | 2          | B
"""
TWICE = """
    record | family_name  | given_name  | birth_date | document | sex | person_key | link_token
    c      | Zqmarandillo | ZQSOVELINA  | 1994-05-17 |          | F   | 3          | C
    d      | Zqhurobesna  | Zqdaliminor | 1988-01-09 |          | F   | 4          | D
"""
SENT = {"s1": ("xaa_police", NAMED), "s2": ("xaa_shelters", TWICE)}


def sealed(place: Workspace, name: str, drawing: str) -> Path:
    """What the intake keeps of the drawn persons, in the inbox."""
    known = table(drawing, document=pl.String).with_columns(dataset=pl.lit("victims"))
    data = io.BytesIO()
    known.select("dataset", "record", *KNOWN).write_parquet(data)
    file = place[inbox.INBOX] / f"{name}.persons.0.age"
    whole.write(file, keystore.sealed(data.getvalue(), place["keys"]))
    return file


def accepted(place: Workspace, name: str, layout: str, drawing: str) -> None:
    """A submission of the drawn persons after its intake."""
    sealed(place, name, drawing)
    received = inbox.Received(
        submission=name,
        layout=layout,
        period="2024-Q1",
        country="XAA",
        sha256="0" * 64,
        files=1,
        received=dt.datetime(2024, 4, int(name[1:]), tzinfo=dt.UTC),
    )
    whole.write(place["inbox"] / f"{name}.json", received.model_dump_json().encode())
    verdict = Verdict(
        verdict="ok", countries=("XAA",), periods=("2024-Q1",), rows_out={"victims": 2}
    )
    whole.write(place["verdicts"] / f"{name}.json", verdict.model_dump_json().encode())
    safe = table(drawing).select("record", "person_key", "link_token")
    own = {"source": layout, "country": "XAA", "period": "2024-Q1"}
    (place["safe"] / "victims").mkdir(parents=True, exist_ok=True)
    safe.with_columns(**{k: pl.lit(v) for k, v in own.items()}).write_parquet(
        place["safe"] / "victims" / f"{name}.parquet"
    )


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    made = workspace(tmp_path / "region")
    keystore.welcome(made, "XAA")
    for name, (layout, drawing) in SENT.items():
        accepted(made, name, layout, drawing)
    return made


def slices() -> Slices:
    return {Slice("victims", of, "XAA", "2024-Q1"): name for name, (of, _) in SENT.items()}


def made(place: Workspace, out: Path) -> list[tuple[int, int]]:
    """The keys of who is counted under another than her own."""
    out.mkdir()
    links.make(place, slices(), out)
    return pl.read_parquet(out / steps.KEYS).rows()


def test_one_person_in_two_lists_has_the_key_of_the_list_that_came_first(
    place: Workspace, tmp_path: Path
) -> None:
    assert made(place, tmp_path / "out") == [(3, 1)]
    assert pl.read_parquet(tmp_path / "out" / links.PENDING).is_empty()


def test_the_same_lists_give_the_same_bytes_and_nothing_but_keys_is_left(
    place: Workspace, tmp_path: Path
) -> None:
    before = tree(place.root)
    made(place, tmp_path / "one")
    made(place, tmp_path / "two")
    assert tree(tmp_path / "one") == tree(tmp_path / "two")
    assert set(tree(tmp_path / "one")) == {steps.KEYS, links.PENDING, links.WAITING}
    assert tree(place.root) == before


def test_without_the_names_everybody_has_her_own_key(place: Workspace, tmp_path: Path) -> None:
    for one in inbox.received(place):
        for file in one.sealed_persons(place):
            file.unlink()
    assert made(place, tmp_path / "out") == []


def test_a_list_that_does_not_count_is_not_compared(place: Workspace, tmp_path: Path) -> None:
    only = {piece: name for piece, name in slices().items() if name == "s1"}
    links.make(place, only, tmp_path)
    assert pl.read_parquet(tmp_path / steps.KEYS).is_empty()


def test_what_can_be_compared_and_what_is_published_decide_whether_it_is_done_again(
    place: Workspace,
) -> None:
    before = links.content(place)
    assert links.content(place) == before
    inbox.received(place)[0].sealed_persons(place)[0].unlink()
    assert links.content(place) != before


def job(place: Workspace, out: Path) -> matching.Job:
    files = {one.submission: one.sealed_persons(place) for one in inbox.received(place)}
    return matching.Job(submissions=files, keys=place["keys"], out=out)


def test_only_pseudonyms_and_two_counts_leave_the_sealed_process(
    place: Workspace, tmp_path: Path
) -> None:
    asked = job(place, tmp_path / "groups.parquet")
    assert matching.start(asked, "XAA") == matching.Matched(records=4, repeated=2)
    assert pl.read_parquet(asked.out).rows() == [
        ("victims", "s1", "a", 0),
        ("victims", "s2", "c", 0),
    ]
    names = [
        w for _, drawing in SENT.values() for w in drawing.split() if w.lower().startswith("zq")
    ]
    data = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()).lower()
    assert len(names) == 8
    assert not any(name.lower().encode() in data for name in names)


def test_what_cannot_be_compared_is_refused_in_words_that_tell_nothing(
    place: Workspace, tmp_path: Path
) -> None:
    sealed(place, "s2", NAMED).write_bytes(b"Zqmarandilo is not sealed")
    with pytest.raises(matching.Unmatched, match="XAA could not be compared") as refused:
        matching.start(job(place, tmp_path / "groups.parquet"), "XAA")
    assert "Zq" not in str(refused.value)
    assert refused.value.__suppress_context__
    assert not (tmp_path / "groups.parquet").exists()


def test_nothing_that_is_compared_is_spilled_to_a_disk() -> None:
    with duckdb.connect(":memory:", config=DUCKDB) as connection:
        asked = (
            "SELECT name, value FROM duckdb_settings() WHERE name IN ('temp_directory', 'threads')"
        )
        assert dict(connection.sql(asked).fetchall()) == {"temp_directory": "", "threads": "1"}


def test_what_the_child_is_told_names_nobody(place: Workspace, tmp_path: Path) -> None:
    told = json.loads(job(place, tmp_path / "groups.parquet").model_dump_json())
    assert told.pop("secrets") == {}
    assert set(told) == {"submissions", "keys", "out"}
    assert "zq" not in str(told).lower()
