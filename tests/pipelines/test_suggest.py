"""A draft layout: most of it right, all of it to be confirmed, and nothing of anybody in it."""

import json
import re
from pathlib import Path

import pytest

from pipelines import cli, suggest, unfamiliar

REGISTER = """Nr;Surname;First name;Date of birth;Sex;Nationality;Type of exploitation;Date of \
identification;Mobile phone;Notes;Colour of the door
1;Invented-Alder;Invented-Ana;2001-02-03;Female;Romannia;Forced laboar;2026-01-05;+000 111;\
Invented-Ana told us about her aunt in the invented town of Elm;Invented-Green
2;Invented-Birch;Invented-Bo;1990-02-03;Male;Romania;Sexual exploitation;2026-02-05;+000 222;\
Invented-Bo said nothing at all about what had happened;Invented-Red
"""


@pytest.fixture
def register(tmp_path: Path) -> Path:
    file = tmp_path / "register.csv"
    file.write_text(REGISTER, encoding="utf-8")
    return file


def test_a_register_becomes_a_draft_with_a_score_on_every_line(register: Path) -> None:
    made = suggest.suggest(register, None, "en")
    assert {one["name"]: one["columns"] for one in made["suggestions"]} == {
        "identified_on": ["Date of identification"],
        "sex": ["Sex"],
        "age": ["Date of birth", "Date of identification"],
        "citizenship": ["Nationality"],
        "citizenship_group": ["Nationality"],
        "exploitation": ["Type of exploitation"],
        "family_name": ["Surname"],
        "given_name": ["First name"],
        "birth_date": ["Date of birth"],
        "phone": ["Mobile phone"],
        "narrative": ["Notes"],
    }
    assert 'delimiter: ";"' in made["layout"]
    assert "person: identity" in made["layout"]
    lines = [row for row in made["layout"].splitlines() if "from:" in row]
    assert all(re.search(r"# confirm: \d+ of 100", row) for row in lines)


def test_a_label_that_is_nearly_one_is_suggested_and_a_country_never(register: Path) -> None:
    made = suggest.suggest(register, None, "en")
    by = {one["name"]: one for one in made["suggestions"]}
    assert by["exploitation"]["near"] == {"forced laboar": "P2"}
    assert (by["citizenship"]["near"], by["citizenship"]["unknown"]) == ({}, 1)
    assert "omannia" not in made["layout"]


def test_nothing_that_is_in_a_cell_comes_back_unless_a_list_has_it(register: Path) -> None:
    told = json.dumps(suggest.suggest(register, None, "en"))
    for word in ("Invented", "invented", "000", "aunt", "2001", "Elm"):
        assert word not in told


def test_what_looks_personal_or_like_nothing_is_not_selected(register: Path) -> None:
    register.write_text(REGISTER.replace("Colour of the door", "E-mail"), encoding="utf-8")
    assert suggest.suggest(register, None, "en")["not_selected"]["E-mail"] == (
        "looks like personal data"
    )


def test_a_file_without_a_header_is_refused_and_its_first_person_is_not_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "list.csv"
    people = ("Invented-Alder,Rolf,Female,Romania,{}", "Invented-Birch,Bo,Male,Romania,{}")
    file.write_text("\n".join(line.format("2026-01-05,Prostitution") for line in people))
    with pytest.raises(SystemExit) as ended:
        cli.main(["layout", "suggest", str(file)])
    said = capsys.readouterr()
    assert (ended.value.code, "Invented" in said.out + said.err) == (1, False)


@pytest.mark.parametrize(
    "people",
    [
        "Invented-Alder,Female,Sexual exploitation,Dossier 12\nInvented-Birch,Male,Police,Case 7",
        "Invented-Alder,Country of residence,Sex work,17\nInvented-Birch,Origin,Age,18",
        "Invented-Alder,Origin,Status,2001-02-03\nInvented-Birch,Origin,Status,2001-02-04",
    ],
)
def test_a_person_whose_row_has_words_of_ours_is_no_header(people: str, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(people, encoding="utf-8")
    with pytest.raises(unfamiliar.NoSuggestion):
        suggest.suggest(file, None, "en")


def test_words_of_ours_over_columns_of_numbers_are_a_header(tmp_path: Path) -> None:
    file = tmp_path / "courts.csv"
    file.write_text("Year;Persons prosecuted;Persons convicted\n2019;30;12\n2020;44;<5\n")
    made = suggest.suggest(file, None, "en")
    assert made["contract"] == "aggregates"
    assert 'unpivot: ["Persons prosecuted", "Persons convicted"]' in made["layout"]


def test_a_list_in_words_that_are_nearly_ours_is_one_of_victims(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(
        "Identifiant;Date de l'audition;Sexe de la victime;Nationalité de la victime;"
        "Âge au moment des faits;Forme de l'exploitation\n"
        "1;03/01/2024;Femme;Roumanie;17;Exploitation sexuelle\n"
        "2;09/01/2024;Homme;Maroc;30;Travail forcé\n",
        encoding="utf-8",
    )
    made = suggest.suggest(file, None, "fr")
    read = {one["name"]: one["columns"] for one in made["suggestions"]}
    assert made["contract"] == "victims"
    assert read["age"] == ["Âge au moment des faits"]
    assert read["identified_on"] == ["Date de l'audition"]


def test_names_in_a_column_that_seems_to_hold_codes_are_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    # A column that is called as a field of codes; one of the names is nearly a code's label.
    rows = "\n".join(f"{n},Invented-{n},2026-01-05" for n in range(8))
    file.write_text(f"Nr,Sex,Date of identification\n{rows}\n9,Femalee,2026-01-05\n")
    told = json.dumps(suggest.suggest(file, None, "en"))
    assert ("Invented" in told, "emalee" in told) == (False, False)


def test_columns_of_who_reported_are_not_those_of_the_victim(tmp_path: Path) -> None:
    file = tmp_path / "calls.csv"
    file.write_text(
        "Case number,Date of report,Channel,Sex of caller,Age of caller,Caller nationality\n"
        "1,2026-01-05,Hotline,Female,31,Romania\n2,2026-01-06,Hotline,Male,44,Moldova\n"
    )
    made = suggest.suggest(file, None, "en")
    assert made["contract"] == "cases"
    assert set(made["not_selected"].values()) == {
        "about who reported, not about whom the row counts"
    }


def test_a_draft_never_replaces_a_file(register: Path, tmp_path: Path) -> None:
    out = tmp_path / "ours.yaml"
    words = ["layout", "suggest", str(register), "-o", str(out)]
    with pytest.raises(SystemExit) as first:
        cli.main(words)
    with pytest.raises(SystemExit) as second:
        cli.main(words)
    assert (first.value.code, second.value.code) == (0, 2)
    assert out.read_text(encoding="utf-8").startswith("# A draft.")


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(suggest.NotThere):
        suggest.suggest(tmp_path / "none.csv", None, "en")
