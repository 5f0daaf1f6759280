"""What is exported is what the release declares, or nothing at all."""

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import yaml

from dashboards.explorer import releases as explored
from dashboards.exports.csv import export
from dashboards.exports.sweep import ForeignText
from tests.dashboards import fixture


def rows(file: Path) -> list[dict[str, str]]:
    """The rows of an exported file as text."""
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_a_file_a_table_the_indicators_and_a_readme_are_written(
    release: Path, tmp_path: Path
) -> None:
    made = export(release, tmp_path / "out")
    beside = ("indicators", "observations", "differences", "mirror", "flags", "conformance")
    expected = {f"invented_{name}.csv" for name in (*fixture.tables(), *beside)}
    assert {file.name for file in made} == expected | {"invented_README.txt"}
    assert {file.name for file in (tmp_path / "out").iterdir()} == {file.name for file in made}


def for_partners(release: Path, name: str) -> None:
    """Say in a release that a table is for partners."""
    file = release / "tables.yaml"
    registry = yaml.safe_load(file.read_text())
    registry[name]["tier"] = "partner"
    file.write_text(yaml.safe_dump(registry, allow_unicode=True))


def test_partners_get_every_table_and_the_public_those_for_it(tmp_path: Path) -> None:
    release = fixture.release(tmp_path)
    for_partners(release, "victims_by_sex_age")
    export(release, tmp_path / "public")
    export(release, tmp_path / "partner", tier="partner")
    public, partner = (
        {file.name: file.read_bytes() for file in (tmp_path / tier).iterdir()}
        for tier in ("public", "partner")
    )
    assert partner.keys() - public.keys() == {"invented_victims_by_sex_age.csv"}
    readme = "invented_README.txt"
    assert b"victims_by_sex_age.csv" not in public[readme]
    assert b"victims_by_sex_age.csv" in partner[readme]
    assert {n for n in public if public[n] != partner[n]} == {readme}
    (opened,) = explored.find([release])
    assert set(opened.tables) == set(fixture.SAID["tables"]) - {"victims_by_sex_age"}
    with pytest.raises(KeyError):
        opened.table("victims_by_sex_age")


def test_a_hidden_or_missing_number_is_an_empty_value_with_its_status(
    release: Path, tmp_path: Path
) -> None:
    export(release, tmp_path / "out")
    written = rows(tmp_path / "out" / "invented_absences.csv")
    found = {row["period"]: (row["value"], row["upper"], row["obs_status"]) for row in written}
    assert found["2016"] == ("", "", "Q")
    assert found["2017"] == ("", "4", "Q")
    assert found["2018"] == ("", "", "O")
    assert found["2020"] == ("0", "0", "A")


@pytest.mark.parametrize(
    ("language", "label"), [("en", "Female"), ("es", "Mujer"), ("fr", "Femme")]
)
def test_labels_stand_beside_their_codes_in_the_language(
    release: Path, tmp_path: Path, language: str, label: str
) -> None:
    export(release, tmp_path / "out", language)
    row = next(
        row
        for row in rows(tmp_path / "out" / "invented_victims_by_sex_age.csv")
        if row["sex"] == "F"
    )
    assert row["sex_label"] == label
    assert list(row)[:7] == [
        "country",
        "country_label",
        "period",
        "unit",
        "unit_label",
        "sex",
        "sex_label",
    ]


def test_all_rows_are_there_and_the_text_is_plain_rfc_4180(release: Path, tmp_path: Path) -> None:
    export(release, tmp_path / "out")
    raw = (tmp_path / "out" / "invented_victims.csv").read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == raw.count(b"\n") == 1 + len(fixture.tables()["victims"])


def test_what_is_not_comparable_is_said_in_codes_and_words(release: Path, tmp_path: Path) -> None:
    export(release, tmp_path / "out")
    (row,) = (
        row
        for row in rows(tmp_path / "out" / "invented_flags.csv")
        if (row["country"], row["flag"]) == ("XAA", "break")
    )
    assert (row["code"], row["code_label"]) == (
        "tipstat:no_difference",
        "As the Protocol defines it",
    )
    assert (row["concept"], row["first"], row["last"]) == ("victim", "2024", "2024")
    assert row["concept_label"] == "Who counts as a victim"


def test_a_break_of_the_region_has_no_source_and_is_exported(release: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(release, tmp_path / "release")
    flags = pl.read_parquet(folder / "flags.parquet")
    regional = pl.when(pl.col("country") == "_T").then(pl.lit("")).otherwise("source")
    flags.with_columns(source=regional).write_parquet(folder / "flags.parquet")
    export(folder, tmp_path / "out")
    written = rows(tmp_path / "out" / "invented_flags.csv")
    assert [row["source"] for row in written if row["country"] == "_T"] == [""]


def test_what_fits_a_standard_is_said_in_bands_where_the_source_is_in_confidence(
    release: Path, tmp_path: Path
) -> None:
    export(release, tmp_path / "out")
    written = rows(tmp_path / "out" / "invented_conformance.csv")
    assert len(written) == len(fixture.conforming())
    (age,) = (row for row in written if row["field"] == "age")
    assert (age["standard"], age["flag"], age["country_label"]) == (
        "ctdc",
        "straddles",
        "Aranda (invented)",
    )
    assert [age[f"lossy_{end}"] for end in ("from", "to")] == ["75", "100"]
    assert [age[f"unmapped_{end}"] for end in ("from", "to")] == ["", ""]


WORDS_BESIDE = [
    *((name, column) for name in ("flags", "conformance") for column in ("source", "flag")),
    *(("flags", "concept"), ("flags", "code"), ("flags", "first"), ("flags", "table")),
    *(("conformance", "field"), ("conformance", "dataset"), ("conformance", "standard")),
]


@pytest.mark.parametrize(("name", "column"), WORDS_BESIDE)
def test_a_string_planted_beside_the_tables_stops_the_export(
    name: str, column: str, release: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(release, tmp_path / "release")
    file = folder / f"{name}.parquet"
    planted = pl.lit("Maribel Invented").alias(column)
    pl.read_parquet(file).with_columns(planted).write_parquet(file)
    with pytest.raises(ForeignText, match=f"{name}.csv, row 2, column {column} "):
        export(folder, tmp_path / "out")
    assert [found.name for found in tmp_path.iterdir()] == ["release"]


def test_files_of_real_data_are_not_called_invented(tmp_path: Path) -> None:
    made = export(fixture.release(tmp_path, "TIP-2020Q4-v1", invented=False), tmp_path / "out")
    assert [file.name for file in made if "invented" in file.name] == []


def test_the_readme_says_that_the_data_are_invented_and_how_to_cite(
    release: Path, tmp_path: Path
) -> None:
    export(release, tmp_path / "out", "fr")
    text = (tmp_path / "out" / "invented_README.txt").read_text(encoding="utf-8")
    assert "Données inventées" in text
    assert "INVENTED-2025Q4-v1" in text
    assert "CC BY 4.0" in text


def foreign_code(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(sex=pl.lit("Maribel Invented"))


def foreign_column(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(note=pl.lit("F"))


def document_as_code(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(sex=pl.lit(30111222))


def name_as_value(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(value=pl.lit("Maribel Invented"))


def name_as_source(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(source=pl.lit("Maribel Invented"))


@pytest.mark.parametrize(
    "planted", [foreign_code, foreign_column, document_as_code, name_as_value, name_as_source]
)
def test_a_planted_string_stops_the_export_and_nothing_is_left(
    planted: Callable[[pl.DataFrame], pl.DataFrame], release: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(release, tmp_path / "release")
    file = folder / "tables" / "victims_by_sex_age.parquet"
    planted(pl.read_parquet(file)).write_parquet(file)
    with pytest.raises(ForeignText) as raised:
        export(folder, tmp_path / "out")
    assert "Maribel" not in str(raised.value)
    assert "30111222" not in str(raised.value)
    assert [found.name for found in tmp_path.iterdir()] == ["release"]


def test_a_table_named_to_leave_the_folder_is_refused(release: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(release, tmp_path / "release")
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["tables"]["../victims"] = manifest["tables"].pop("victims")
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ForeignText):
        export(folder, tmp_path / "out")
