"""Each defect of the published files, alone, in invented rows that the layouts of these files read.

``docs/sources.md`` lists the defects; a test below holds that what it names exists.
"""

import csv
import re
from pathlib import Path

import polars as pl
import pytest

from data_contracts.verdict import Verdict
from pipelines.intake import Job
from pipelines.sealed import take_in

ROOT = Path(__file__).parents[1]
LIST = ROOT / "docs" / "sources.md"
Rows = list[dict[str, str]]


def taken(out: Path, layout: str, *tables: Rows, period: str | None = None) -> Verdict:
    """Tables taken in as the sealed child does."""
    files = []
    for number, rows in enumerate(tables):
        files.append(out / f"{number}.csv")
        with files[-1].open("w", encoding="utf-8-sig", newline="") as lines:
            writer = csv.DictWriter(lines, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return take_in(Job(files=tuple(files), layout=layout, period=period, out=out))


def safe(out: Path, dataset: str) -> pl.DataFrame:
    return pl.read_parquet(out / f"{dataset}.parquet")


# UNODC's table

FIGURE = {
    "Iso3_code": "ROU", "Country": "Romania", "Region": "Europe", "Subregion": "Eastern Europe",
    "Indicator": "Detected trafficking victims", "Dimension": "by citizenship",
    "Category": "Moldova", "Sex": "Total", "Age": "Total", "Year": "2021",
    "Unit of measurement": "Counts", "txtVALUE": "7", "Source": "GLOTIP",
}  # fmt: skip
SOUND = [FIGURE | {"Year": str(year)} for year in range(2004, 2104)]


def glotip(out: Path, *changed: dict[str, str]) -> tuple[Verdict, pl.DataFrame]:
    """The verdict and the figures of 1999, beside enough sound rows."""
    rows = [FIGURE | {"Year": "1999"} | one for one in changed]
    verdict = taken(out, "unodc_glotip", [*SOUND, *rows])
    return verdict, safe(out, "aggregates").filter(pl.col("period") == "1999")


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("Romania", "ROU"),
        ("Romanian", "ROU"),
        ("rumana", "ROU"),
        ("Roumanie", "ROU"),
        ("Namibian", "NAM"),
        ("C\ufffdte d'Ivoire", "CIV"),
        ("", "_U"),
    ],
)
def test_a_demonym_another_language_and_a_damaged_letter_are_countries_by_table(
    label: str, code: str, tmp_path: Path
) -> None:
    _, found = glotip(tmp_path, {"Category": label})
    assert found["citizenship"].to_list() == [code]


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("Atlantean", "unmapped"),
        ("0", "unmapped"),
        ("Q6.1_21s_2019", "unmapped"),
        # Whose nationals depends on the row, and several countries at once are none.
        ("Ciudadanos de su pa\ufffds", "scope"),
        ("Africa", "scope"),
    ],
)
def test_what_is_in_no_table_is_set_aside_and_listed_for_review(
    label: str, reason: str, tmp_path: Path
) -> None:
    verdict, found = glotip(tmp_path, {"Category": label})
    listed = {"Category": {label.lower(): 1}} if reason == "unmapped" else {}
    assert (found.height, verdict.set_aside, verdict.unmapped) == (0, {reason: 1}, listed)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("<5", (None, 1, 4, "Q")),
        ("1,192", (1192, 1192, 1192, "A")),
        ("0", (0, 0, 0, "A")),
    ],
)
def test_too_few_is_an_interval_and_commas_set_off_thousands(
    text: str, cell: tuple[object, ...], tmp_path: Path
) -> None:
    _, found = glotip(tmp_path, {"txtVALUE": text})
    assert found.select("value", "lower", "upper", "obs_status").row(0) == cell


@pytest.mark.parametrize(
    "change", [{"txtVALUE": "61,212,019"}, {"Iso3_code": "", "Country": "Sark"}]
)
def test_a_number_no_country_reaches_and_a_place_without_a_code_are_set_aside(
    change: dict[str, str], tmp_path: Path
) -> None:
    verdict, found = glotip(tmp_path, change)
    assert (found.height, sum(verdict.set_aside.values()), verdict.verdict) == (0, 1, "comments")


def test_a_repeated_row_counts_once_and_of_contradicting_ones_none(tmp_path: Path) -> None:
    same = {"Category": "Ukraine"}
    verdict, found = glotip(tmp_path, same, same, {"txtVALUE": "8"}, {"txtVALUE": "9"})
    assert (found["citizenship"].to_list(), verdict.set_aside) == (
        ["UKR"],
        {"repeated": 1, "conflict": 2},
    )


# Argentina's register

COMPLAINT = {
    "nro_registro_interno": "7", "fecha_ingreso": "2020-02-01", "tema": "Trata",
    "subtema": "Explotación sexual", "via_ingreso": "Línea 145", "provincia_indec_id": "06",
    "derivacion_judicializa": "Si",
}  # fmt: skip
PERSON = {
    "nro_registro_interno": "7", "fecha_ingreso_denuncia": "2020-02-01", "tema": "Trata",
    "subtema": "Explotación sexual", "referido_tipo": "Victima directa",
    "nacionalidad": "Argentina", "genero": "Mujer", "edad_aparente": "17",
    "provincia_indec_id": "06",
}  # fmt: skip


def linea(out: Path, complaint: dict[str, str], person: dict[str, str]) -> Verdict:
    cases = [COMPLAINT | {"nro_registro_interno": str(100 + n)} for n in range(100)]
    tables = ([*cases, COMPLAINT | complaint], [PERSON | person])
    return taken(out, "argentina_linea145", *tables, period="2020-Q1")


@pytest.mark.parametrize(
    ("text", "code"), [("Si", "yes"), ("si", "yes"), (" SÍ ", "yes"), ("no", "no"), ("", None)]
)
def test_si_and_si_are_one_answer_and_a_blank_is_none(
    text: str, code: str | None, tmp_path: Path
) -> None:
    linea(tmp_path, {"derivacion_judicializa": text, "provincia_indec_id": "94"}, {})
    found = safe(tmp_path, "cases").filter(pl.col("area") == "AR-V")
    assert found["is_referred"].to_list() == [code]


@pytest.mark.parametrize(
    ("age", "band"), [("0", "_U"), ("", "_U"), ("17", "Y15T17"), ("1", "Y0T14")]
)
def test_an_age_of_0_is_unknown_and_not_an_infant(age: str, band: str, tmp_path: Path) -> None:
    linea(tmp_path, {}, {"edad_aparente": age})
    assert safe(tmp_path, "victims")["age_band"].to_list() == [band]


@pytest.mark.parametrize("text", ["Sin descripcion", "SIN DESCRIPCIÓN", "", "No refiere", "Otro"])
def test_words_for_nothing_are_nothing(text: str, tmp_path: Path) -> None:
    linea(tmp_path, {}, {"nacionalidad": text})
    assert safe(tmp_path, "victims")["citizenship"].to_list() == [None]


def test_free_text_in_a_coded_column_is_other_and_never_leaves(tmp_path: Path) -> None:
    told = "Institución - Invented-Alder"
    linea(tmp_path, {"via_ingreso": told, "provincia_indec_id": "94"}, {})
    found = safe(tmp_path, "cases")
    channels = found.filter(pl.col("area") == "AR-V")["channel"].to_list()
    assert channels == ["tipstat:other"]
    assert "Alder" not in (tmp_path / "cases.parquet").read_bytes().decode("latin-1")


@pytest.mark.parametrize("topic", ["Grooming", "COVID-19", "persona desaparecida"])
def test_not_every_row_of_the_register_is_trafficking(topic: str, tmp_path: Path) -> None:
    verdict = linea(tmp_path, {"subtema": topic}, {})
    assert verdict.set_aside["scope"] >= 1
    assert len(safe(tmp_path, "cases")) == 100


# The Counter Trafficking Data Collaborative


def test_na_is_namibia_and_missing_is_nobody(tmp_path: Path) -> None:
    sample = ROOT / "sources" / "samples" / "ctdc" / "ctdc_global_k_anonymised_2017.csv.gz"
    columns = pl.read_csv(sample, n_rows=0, infer_schema=False).columns
    row = dict.fromkeys(columns, "") | {"yearOfRegistration": "2016", "gender": "Female"}
    rows = [
        row | {"CountryOfExploitation": "NA", "citizenship": text} for text in ("NA", "Missing")
    ]
    taken(tmp_path, "ctdc_global", rows)
    found = safe(tmp_path, "victims").select("country", "citizenship")
    assert set(found.rows()) == {("NAM", "NAM"), ("NAM", None)}


# The list of all of them

NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def test_the_list_of_defects_names_layouts_and_tests_that_exist() -> None:
    text = LIST.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| ") and "tests/" in line]
    assert len(lines) > 25
    assert all(NAMED.search(line) for line in lines)
    for file, name in NAMED.findall(text):
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), name
    for layout in re.findall(r"^\| `(\w+)`", text, flags=re.M):
        assert (ROOT / "sources" / "layouts" / f"{layout}.yaml").is_file(), layout
