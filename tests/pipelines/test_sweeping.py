"""No candidate is written that holds a string which nobody declared, wherever it is."""

import io
import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymize import audit_model
from pipelines import drafts, releases
from pipelines.errors import OUR_FAULT
from pipelines.sweeping import Foreign, sweep
from tests.pipelines.drafting import SOURCE, draft, promises, victims
from tests.policies import POLICY

SETTINGS = ("Invented countries", "operator", "demo")
ID = "INVENTED-2025Q4-v1"
FORMED = ("CHECKSUMS.txt",)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of a candidate."""
    return drafts.candidate(ID, draft(), promises(tmp_path_factory.mktemp("promises")))


def promised(files: dict[str, bytes]) -> dict[str, bytes]:
    own = ("README.md", "CHECKSUMS.txt", "manifest.json", "datapackage.json")
    return {n: data for n, data in files.items() if n not in own and not n.endswith("parquet")}


def texts(data: bytes) -> list[str]:
    return [
        name for name, of in pl.read_parquet(io.BytesIO(data)).schema.items() if of == pl.String
    ]


def in_frame(data: bytes, planted: str, turn: int) -> bytes:
    """A frame with a string in a cell, in the name of a column or in its footer."""
    frame, made = pl.read_parquet(io.BytesIO(data)), io.BytesIO()
    column, row = texts(data)[turn % len(texts(data))], turn % len(frame)
    there = pl.when(pl.int_range(pl.len()) == row).then(pl.lit(planted))
    kind, about = turn % 3, {"title": "Victims by sex"}
    if kind == 0:
        frame = frame.with_columns(there.otherwise(column).alias(column))
    elif kind == 1:
        frame = frame.rename({column: planted})
    else:
        about[("title", "note", "made")[turn % 5 % 3]] = planted
    frame.write_parquet(made, metadata=about)
    return made.getvalue()


def in_json(data: bytes, planted: str, turn: int) -> bytes:
    """A document with a string as a key or as a value, at its top or in a list of it."""
    said = json.loads(data)
    lists = [key for key, value in said.items() if isinstance(value, list)]
    if turn % 3 == 0:
        said[planted] = 1
    elif turn % 3 == 1:
        said["title"] = planted
    else:
        said[lists[turn % len(lists)]].append({"title": [planted]})
    return json.dumps(said).encode()


def in_text(data: bytes, planted: str, turn: int) -> bytes:
    lines = data.decode().split("\n")
    lines.insert(turn % len(lines), planted)
    return "\n".join(lines).encode()


@settings(max_examples=150, deadline=None)
@given(
    turn=st.integers(0, 10**6),
    planted=st.text(st.characters(codec="utf-8", exclude_characters="\r\n")),
)
def test_whatever_is_planted_wherever_in_a_candidate_it_is_found(
    sound: dict[str, bytes], turn: int, planted: str
) -> None:
    name = sorted(sound)[turn % len(sound)]
    form = {".parquet": in_frame, ".json": in_json}.get(Path(name).suffix, in_text)
    spoilt = sound | {name: form(sound[name], f"Maribel {planted}", turn)}
    with pytest.raises(Foreign) as raised:
        sweep(spoilt, promised(sound), SETTINGS)
    assert name in str(raised.value)
    assert "Maribel" not in str(raised.value)


def test_what_is_sound_passes(sound: dict[str, bytes]) -> None:
    sweep(sound, promised(sound), SETTINGS)


@pytest.mark.parametrize("number", ["30111222", "2025-01-01 30111222", "TIP-30111222"])
def test_a_number_of_a_document_is_no_form(sound: dict[str, bytes], number: str) -> None:
    with pytest.raises(Foreign, match=r"README\.md"):
        sweep(sound | {"README.md": number.encode()}, promised(sound), SETTINGS)


@pytest.mark.parametrize(
    "changed",
    [
        {"sources": [SOURCE | {"publisher": "Police of Maribel (invented)"}]},
        {"tables": {"victims_by_sex": victims().with_columns(source=pl.lit("Maribel"))}},
        {"periods": ["2025", "Maribel"]},
        {"audit": {"model": "Maribel"}},
    ],
)
def test_a_draft_that_says_more_than_was_declared_is_not_written(
    changed: dict[str, object], root: Path, words: Path
) -> None:
    with pytest.raises(Foreign) as raised:
        releases.write(root, draft(**changed), words)
    assert raised.value.exit_code == OUR_FAULT
    assert "Maribel" not in str(raised.value)
    assert not (root / "candidates").exists()


@pytest.mark.parametrize("is_known", [False, True])
def test_whatever_an_audit_says_of_its_model_passes(is_known: bool, words: Path) -> None:
    said = audit_model.described([], is_known, POLICY)
    assert drafts.candidate(ID, draft(audit={"model": said}), words)
