"""Columns that nobody declared are dropped and reported; names in this file are invented."""

import string
from collections import Counter
from pathlib import Path

import pytest

from data_contracts import load
from data_contracts.verdict import Verdict
from pipelines import accounts, explain, intake, strangers, unmapped
from tests.commands.typing_in import SAMPLES

MAIL = "rosa.vialta@example.org"
OFFICE = "xaa_assistance"
LINEA = tuple(SAMPLES / f"2020Q1_{name}.csv" for name in ("denuncias", "referidos"))


def sent(folder: Path, column: str, cell: str = "x") -> Verdict:
    """The verdict over a list of an invented office, with a column that nobody asks for."""
    names = sorted(load.layout(OFFICE).columns("steps"))
    rows = [[*names, column], [*("1" for _ in names), cell]]
    text = "\n".join(";".join(f'"{cell}"' for cell in row) for row in rows)
    (folder / "list.csv").write_text(text, encoding="utf-8")
    job = intake.Job(files=(folder / "list.csv",), layout=OFFICE, period="2025-Q1")
    return intake.start(job)


def test_a_column_that_nobody_asks_for_is_reported_by_a_name_made_of_words_of_forms(
    tmp_path: Path,
) -> None:
    found = sent(tmp_path, "Número de página")
    assert found.undeclared == {"steps": {"Número de página": ()}}


@pytest.mark.parametrize("name", ["Rosa Vialta", "Xhq7", MAIL, "Observaciones Vialta"])
def test_a_name_that_could_be_somebody_s_is_not_shown_only_where_it_stands(
    tmp_path: Path, name: str
) -> None:
    found = sent(tmp_path, name)
    place = len(load.layout(OFFICE).columns("steps")) + 1
    assert found.undeclared == {"steps": {f"column {place}": ()}}
    assert name not in found.model_dump_json()


def test_what_kind_of_data_a_dropped_column_holds_is_told_and_nothing_of_it(
    tmp_path: Path,
) -> None:
    found = sent(tmp_path, "Observaciones", cell=f"tel. ou {MAIL}")
    assert found.undeclared == {"steps": {"Observaciones": ("EMAIL",)}}
    assert MAIL not in found.model_dump_json()


def test_a_public_register_s_columns_are_named() -> None:
    job = intake.Job(files=LINEA, layout="argentina_linea145", period="2020-Q1")
    found = intake.start(job).undeclared
    assert set(found["persons"]) == {"provincia", "localidad", "embarazada", "discapacidad"}
    assert "hora_ingreso" in found["complaints"]
    assert "tema" not in found["complaints"]


def test_a_file_without_strangers_reports_none() -> None:
    file = Path(load.LAYOUTS).parent / "samples" / "glotip" / "data_glotip_original_layout_MDA.xlsx"
    found = intake.start(intake.Job(files=(file,), layout="unodc_glotip"))
    assert found.rows_read
    assert found.undeclared == {"data": found.undeclared["data"]} if found.undeclared else True


def ledger(**labels: int) -> accounts.Ledger:
    """A ledger in which labels of one column did not map."""
    made = accounts.Ledger([])
    made.labels["País"] = Counter({label.replace("_at_", "@"): n for label, n in labels.items()})
    made.rows_with["País"] = sum(labels.values())
    return made


def test_a_label_that_may_name_somebody_is_counted_under_its_kind_and_not_listed() -> None:
    made = ledger(Atlantida=2, rosa_at_vialta_example=1)
    made.labels["País"][MAIL] = 3
    assert unmapped.listed(made, public=True) == {
        "País": {"(EMAIL)": 3, "Atlantida": 2, "rosa@vialta_example": 1}
    }
    assert unmapped.listed(made, public=False) == {"País": 3}
    assert unmapped.personal(made) == {"País": {"EMAIL": 3}}


def test_labels_beyond_the_commonest_are_only_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unmapped, "MOST_LABELS", 1)
    assert unmapped.listed(ledger(a=1, b=5, c=2), public=True) == {"País": {"b": 5, "(others)": 3}}


@pytest.mark.parametrize("language", explain.LANGUAGES)
def test_notes_are_told_in_every_language_with_names_and_kinds_only(language: str) -> None:
    found = Verdict(
        verdict="ok",
        personal={"País": {"EMAIL": 3}},
        undeclared={"persons": {"column 7": ("PHONE",), "Notas": ()}},
    )
    told = explain.notes(found, language)
    assert [one["note"] for one in told] == ["undeclared", "personal_column", "personal_labels"]
    assert ["7" in one["message"] for one in told] == [True, True, False]
    assert all("{" not in one["message"] + one["remedy"] for one in told)
    texts = [text for pair in explain.known_notes(language).values() for text in pair]
    named = {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name}
    assert named == {"file", "column", "kinds"}


def test_the_words_of_forms_are_no_names_of_persons_here() -> None:
    """The vocabulary may show a header: it has no word that these invented persons have."""
    names = {"rosa", "vialta", "pelinar", "suranda", "lindero"}
    assert not names & strangers.vocabulary()
