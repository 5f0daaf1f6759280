"""Every string of an export is declared: what is foreign stops it, wherever in a release it is."""

import json
import shutil
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.exports import csv
from dashboards.exports.sweep import ForeignText, prose, sweep
from dashboards.exports.vocabulary import vocabulary

WORDS = {"sex": frozenset({"F", "M", "_T"}), "sex_label": frozenset({"Female", "=1+1"})}
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), min_size=1)


def written(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame as it stands in its file."""
    return csv.read(csv.text(frame).encode())


@given(st.text(min_size=1))
def test_any_string_passes_exactly_when_it_is_declared(planted: str) -> None:
    frame = pl.DataFrame({"sex": ["F", planted]})
    if planted in WORDS["sex"]:
        sweep("victims", frame, WORDS)
    else:
        with pytest.raises(ForeignText, match="victims, row 3, column sex "):
            sweep("victims", frame, WORDS)


def test_a_declared_string_that_a_spreadsheet_would_run_is_refused() -> None:
    with pytest.raises(ForeignText):
        sweep("victims", pl.DataFrame({"sex_label": ["=1+1"]}), WORDS)


@pytest.mark.parametrize("number", [-1.5, None, 0, 1e-7, 123_456_789])
def test_numbers_pass_where_numbers_are_declared(number: float | None) -> None:
    sweep("victims", written(pl.DataFrame({"value": [number]})), WORDS)


@pytest.mark.parametrize("column", ["document", "sex"])
def test_numbers_pass_nowhere_else(column: str) -> None:
    with pytest.raises(ForeignText):
        sweep("victims", written(pl.DataFrame({column: [30111222]})), WORDS)


@pytest.mark.parametrize("text", ["Maribel", "inf", "NaN", "1 2", "12345678901234567"])
def test_no_text_passes_as_a_number(text: str) -> None:
    with pytest.raises(ForeignText):
        sweep("victims", pl.DataFrame({"value": [text]}), WORDS)


def test_a_header_is_never_quoted() -> None:
    with pytest.raises(ForeignText, match="row 1, column 2 ") as raised:
        sweep("victims", pl.DataFrame({"sex": ["F"], "Maribel": ["F"]}), WORDS)
    assert "Maribel" not in str(raised.value)


@given(NAMES)
def test_a_line_passes_exactly_when_all_of_it_is_said(planted: str) -> None:
    said = ("Victims by sex", "Victims", "release")
    prose("README.txt", "\nVictims by sex, release (2025-01-31).\n", said)
    if any(letter.isalnum() for letter in planted):
        with pytest.raises(ForeignText, match=r"README\.txt, row "):
            prose("README.txt", f"Victims by sex: Victims{planted}", said)


PLACES = [
    *((f"tables/{name}", column) for name in ("victims", "population") for column in ("country",)),
    *(("tables/victims_by_sex_age", c) for c in ("sex", "age_band", "period", "unit", "source")),
    *(("tables/absences", c) for c in ("obs_status", "conf_status")),
    *(("indicators", c) for c in ("indicator", "country", "source")),
    *(("flags", c) for c in ("flag", "concept")),
    *(("mirror", c) for c in ("origin", "by", "status")),
    *(("observations", c) for c in ("table", "agreement", "sex")),
]


@pytest.fixture(scope="module")
def own(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the release, to plant in."""
    return Path(shutil.copytree(release, tmp_path_factory.mktemp("planted") / "release"))


def spoilt(frame: pl.DataFrame, column: str, planted: str, row: int) -> pl.DataFrame:
    """The frame with a string in one cell, or without a row with a column of that name."""
    if row < 0:
        return frame.with_columns(pl.lit("F").alias(planted))
    there = pl.int_range(pl.len()) == row % len(frame)
    return frame.with_columns(pl.when(there).then(pl.lit(planted)).otherwise(column).alias(column))


@settings(max_examples=25)
@given(place=st.sampled_from(PLACES), planted=NAMES, row=st.integers(-1, 10**6))
def test_whatever_is_planted_wherever_in_a_release_nothing_is_exported(
    own: Path, place: tuple[str, str], planted: str, row: int
) -> None:
    file, sound = own / f"{place[0]}.parquet", (own / f"{place[0]}.parquet").read_bytes()
    spoilt(pl.read_parquet(file), place[1], f"Maribel{planted}", row).write_parquet(file)
    with pytest.raises(ForeignText, match=rf"{file.stem}\.csv, row \d+, column ") as raised:
        csv.export(own, own.parent / "out")
    file.write_bytes(sound)
    assert "Maribel" not in str(raised.value)
    assert [found.name for found in own.parent.iterdir()] == ["release"]


@pytest.mark.parametrize("what", ["name", "title"])
def test_a_table_is_called_as_the_registry_calls_it(
    what: str, release: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(release, tmp_path / "release")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    if what == "name":
        manifest["tables"]["maribel"] = manifest["tables"].pop("victims")
    else:
        manifest["tables"]["victims"]["title"]["en"] = "Victims, first of all Maribel"
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ForeignText, match=r"manifest\.json|README\.txt"):
        csv.export(folder, tmp_path / "out")
    assert [found.name for found in tmp_path.iterdir()] == ["release"]


@pytest.mark.parametrize("language", ["en", "es", "fr"])
def test_what_is_sound_passes_in_every_language(
    language: str, release: Path, tmp_path: Path
) -> None:
    assert csv.export(release, tmp_path / "out", language)
    names = {one.name for one in csv.tables(release, vocabulary(release, language))}
    assert {"victims", "indicators", "mirror"} <= names
