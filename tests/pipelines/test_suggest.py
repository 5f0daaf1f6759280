"""A draft layout: most of it right, all of it to be confirmed, and nothing of anybody in it."""

import json
import re
from pathlib import Path

import pytest

from data_contracts import load
from pipelines import cli, suggest
from transforms.suggest import draft

SAMPLES = Path(__file__).parents[2] / "sources" / "samples"
KNOWN = suggest.words()
REAL = [
    ("argentina_linea145", "argentina_linea145/2020Q1_referidos.csv"),
    ("ctdc_global", "ctdc/ctdc_global_k_anonymised_2017.csv.gz"),
    ("unodc_glotip", "glotip/data_glotip_original_layout_MDA.xlsx"),
    *(
        (f"sdg_16_2_2_{name.lower()}", f"sdg_16_2_2/{name}_indicator_16-2-2.csv")
        for name in ("CAN", "GBR", "JAM", "KAZ", "MDA", "UKR")
    ),
]
# Of the columns that the layouts of these files read, how many a draft gives the same field.
RIGHT = 0.85

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


def confirmed(text: str) -> str:
    """The draft after a person has looked at every line."""
    return re.sub(r"  # confirm.*", "", text.replace("unconfirmed: true\n", ""))


def agreed(layout: str, file: str) -> tuple[int, int]:
    """Columns to which the draft gives the field that the layout gives them, and all of them."""
    _, frame = suggest.framed((SAMPLES / file).read_bytes(), KNOWN)
    made = draft(frame, load.contracts(), KNOWN)
    feed = load.layout(layout).feeds[made.contract]
    meant = {
        (name, column)
        for name, source in feed.fields.items()
        for column in source.columns
        if column in frame.columns
    }
    found = {(one.name, column) for one in made.suggestions for column in one.columns}
    return len({column for _, column in meant & found}), len({column for _, column in meant})


def test_most_columns_of_the_samples_get_the_field_that_their_layout_gives_them() -> None:
    right, every = (
        sum(n) for n in zip(*(agreed(layout, file) for layout, file in REAL), strict=True)
    )
    assert every > 70
    assert right >= RIGHT * every


@pytest.mark.parametrize(("layout", "file"), REAL)
def test_a_draft_loads_once_it_is_confirmed_and_not_before(
    layout: str, file: str, tmp_path: Path
) -> None:
    made = suggest.drafted((SAMPLES / file).read_bytes(), "en")
    for name, text in (("draft", made.text), ("ours", confirmed(made.text))):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(load.ContractInvalid, match="unconfirmed"):
        load.layout("draft", tmp_path)
    loaded = load.layout("ours", tmp_path)
    assert set(loaded.feeds) == {made.facts["contract"]}
    assert loaded.country is None


def test_a_register_becomes_a_draft_with_a_score_on_every_line(register: Path) -> None:
    made = suggest.suggest(register, None, "en")
    assert {one["name"]: one["columns"] for one in made["suggestions"]} == {
        "identified_on": ["Date of identification"],
        "sex": ["Sex"],
        "age": ["Date of birth", "Date of identification"],
        "citizenship": ["Nationality"],
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
    assert all(re.search(r"# confirm: \d+", row) for row in lines)


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
