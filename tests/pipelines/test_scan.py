"""A scan says where personal data stand, and never what they are; all persons are invented."""

import gzip
import json
import os
from pathlib import Path

import polars as pl
import pytest

from anonymize import text
from anonymize.text import Span
from pipelines import children, scan, scanning
from pipelines.scanning import Question
from sources.texts import Place, Text
from tests.commands.typing_in import ended

MAIL = "vialta@example.org"
# Of three sentences no language is named: the second is of one in which names are missed.
ENGLISH = "The agency met with the office in May and said that the list of the year was complete."
ARABIC = "قالت الوزارة في تقريرها إن عدد الحالات في هذا العام أقل من عدد الحالات في العام الماضي"
UNTOLD = "lorem ipsum dolor amet consectetur adipiscing elit sed eiusmod tempor incididunt labore"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a table, a text, rows of JSON, Parquet, and a picture."""
    lines = ["Nombre,Obs", f"Rosa Pelinar,write to {MAIL}", "Sin dato,nothing", f"x,{MAIL}"]
    (tmp_path / "a.csv").write_text("\n".join(lines))
    (tmp_path / "b.md").write_text(f"# Notes\n\nFirst line\nand {MAIL} here\n")
    rows = [{"text": "clean"}, {"text": f"é {MAIL}", "of": MAIL}]
    (tmp_path / "c.jsonl.gz").write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    pl.DataFrame({"note": ["clean", MAIL]}).write_parquet(tmp_path / "d.parquet")
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "e.png").write_bytes(b"\x89PNG\0\0")
    return tmp_path


def lines(found: str) -> list[dict[str, object]]:
    """What was printed for machines."""
    return [json.loads(line) for line in found.splitlines()]


def test_every_find_has_its_file_place_and_type_and_no_text(folder: Path) -> None:
    end = ended(f"scan {folder} --json")
    n = len(MAIL)
    table, prose = {"file": f"{folder}/a.csv"}, {"file": f"{folder}/b.md"}
    rows, frame = {"file": f"{folder}/c.jsonl.gz"}, {"file": f"{folder}/d.parquet"}
    mail = {"type": "EMAIL"}
    assert lines(end.out) == [
        table | {"row": 2, "column": "Nombre", "start": 0, "end": 12, "type": "PERSON"},
        table | {"row": 2, "column": "Obs", "start": 9, "end": 9 + n, "type": "EMAIL"},
        table | {"row": 4, "column": "Obs", "start": 0, "end": n} | mail,
        prose | {"line": 4, "start": 4, "end": 4 + n} | mail,
        rows | {"row": 2, "column": "of", "start": 0, "end": n} | mail,
        rows | {"row": 2, "column": "text", "start": 2, "end": 2 + n} | mail,
        frame | {"row": 2, "column": "note", "start": 0, "end": n} | mail,
        {"file": f"{folder}/deeper/e.png", "type": "UNREADABLE"},
    ]
    assert end.code == 1
    assert MAIL not in end.out + end.err
    assert "Pelinar" not in end.out + end.err


def test_a_person_sees_how_much_is_where_and_what_to_do_but_nothing_that_was_found(
    folder: Path,
) -> None:
    end = ended(f"scan {folder}")
    assert end.code == 1
    assert "EMAIL" in end.out
    assert "What to do" in end.out
    assert "e.png" in end.out
    assert MAIL not in end.out + end.err
    assert "1 of 5 files could not be read" in end.err


def test_a_clean_file_is_said_to_be_clean(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("country,value\nXAA,12\n")
    assert ended(f"scan {tmp_path / 'a.csv'} --json") == (0, "", "")
    assert "Nothing was found in 1 file" in ended(f"scan {tmp_path}").out


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    end = ended(f"scan {tmp_path / 'gone.csv'}")
    assert (end.code, end.out) == (2, "")
    assert "gone.csv" in end.err


def test_a_header_that_may_be_a_name_is_told_by_its_letters(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f"{MAIL},b\n{MAIL},clean\n")
    found = lines(ended(f"scan {file} --json").out)
    assert [(one["row"], one["column"]) for one in found] == [(1, "A"), (2, "A")]
    # Nothing is found in a word that no form uses, and yet it may be somebody's.
    file.write_text(f"zqabcdefghij,Note\n{MAIL},{MAIL}\n")
    found = lines(ended(f"scan {file} --json").out)
    assert [one["column"] for one in found] == ["A", "Note"]


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("a.csv", "sold by uncle,34"),
        ("a.csv", "sold,b@example"),
        ("a.txt", "they kept her home,she"),
    ],
)
def test_the_first_row_of_a_table_without_names_is_not_shown(
    tmp_path: Path, name: str, first: str
) -> None:
    file = tmp_path / name
    file.write_text(f"{first}\n{MAIL},clean\n")
    found = lines(ended(f"scan {file} --json").out)
    assert [(one["row"], one["column"]) for one in found][-1] == (2, "A")
    file.write_text(f"Note 2020,Months 2021\n{MAIL},clean\n")
    found = lines(ended(f"scan {file} --json").out)
    assert [(one["row"], one["column"]) for one in found] == [(2, "Note 2020")]


def test_a_find_over_two_lines_is_told_for_each() -> None:
    lines = Text(Place(line=7), "at home\nin Vialta")
    seen = scanning.Seen(None)
    found = list(scanning._told(0, lines, Span(3, 10, "ADDRESS"), seen))
    assert [(one.line, one.start, one.end) for one in found] == [(7, 3, 7), (8, 0, 2)]


def test_several_children_find_together_what_one_finds(folder: Path) -> None:
    (folder / "b.md").write_text(f"{ARABIC}\n\n{ARABIC} {MAIL}\n")
    files = (folder / "a.csv", folder / "b.md", folder / "c.jsonl.gz")
    whole = scanning.answered(scanning.answer(Question(files=files).model_dump_json()).encode())
    parts = [
        scanning.answered(
            scanning.answer(Question(files=files, part=n, parts=3).model_dump_json()).encode()
        )
        for n in range(3)
    ]
    assert scanning.together(parts) == scanning.together([whole])
    assert sum(len(part.finds) for part in parts) == len(whole.finds) > 0
    assert whole.unsure == [(1, "ar", 2)]


def test_finds_of_one_place_always_come_in_one_order() -> None:
    finds = [scanning.Find(0, None, 1, None, "of", 0, end, "EMAIL") for end in range(1, 60)]
    parts = [scanning.Answer(some, []) for some in (finds[::-1], finds)]
    assert scanning.together(parts).finds == finds


def test_each_text_is_looked_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    real = text.found

    def counted(texts: list[str], language: str | None, models: bool) -> list[list[Span]]:
        looked.extend(texts)
        return real(texts, language, models=models)

    monkeypatch.setattr(scanning, "found", counted)
    (folder / "same.csv").write_text("Obs\n" + "again\n" * 12_000)
    scanning.answer(Question(files=(folder / "same.csv",)).model_dump_json())
    assert sorted(looked) == ["Obs", "Obs: again"]


def test_a_file_that_ends_its_child_is_unreadable_and_the_others_are_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = scan._asked

    def ends(question: Question, size: int) -> scanning.Answer:
        if any(file.name == "b.md" for file in question.files):
            raise children.Ended("code", 4)
        return real(question, size)

    monkeypatch.setattr(scan, "_asked", ends)
    answer = scan.scan(folder)
    assert [Path(one).name for one in answer["unreadable"]] == ["b.md", "e.png"]
    assert {Path(one["file"]).name for one in answer["found"]} == {
        "a.csv",
        "c.jsonl.gz",
        "d.parquet",
    }


def test_one_file_of_many_that_ends_its_child_costs_few_children(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(64):
        (tmp_path / f"{n:02}.md").write_text("clean")
    asked = list[int]()

    def ends(question: Question, size: int) -> scanning.Answer:
        asked.append(len(question.files))
        names = [file.name for file in question.files]
        if "37.md" in names:
            raise children.Ended("code", 4)
        at = names.index("50.md") if "50.md" in names else None
        finds = [] if at is None else [scanning.Find(at, None, None, 1, None, 0, 5, "PERSON")]
        return scanning.Answer(finds, [scanning.Unsure(n, "ar", 1) for n in [at] if n is not None])

    monkeypatch.setattr(scan, "_asked", ends)
    answer = scan.scan(tmp_path)
    assert [Path(one).name for one in answer["unreadable"]] == ["37.md"]
    assert [Path(one["file"]).name for one in answer["found"]] == ["50.md"]
    assert [Path(one["file"]).name for one in answer["unsure"]] == ["50.md"]
    assert len(asked) == 13


def test_what_is_not_followed_is_told(tmp_path: Path) -> None:
    folder, other = tmp_path / "folder", tmp_path / "other"
    (folder / ".git").mkdir(parents=True)
    (folder / ".git" / "x.md").write_text(MAIL)
    other.mkdir()
    (other / "b.md").write_text(MAIL)
    (folder / "link.md").symlink_to(other / "b.md")
    (folder / "more").symlink_to(other)
    os.mkfifo(folder / "pipe")
    answer = scan.scan(folder)
    assert (answer["found"], answer["files"]) == ([], 3)
    assert answer["unreadable"] == [str(folder / name) for name in ("link.md", "more", "pipe")]


def test_a_language_is_told_by_its_code_however_written_and_nothing_else_is_one(
    folder: Path,
) -> None:
    assert scan.scan(folder / "b.md", "ES-mx")["language"] == "es"
    end = ended(f"scan {folder} --language spanish")
    assert (end.code, end.out) == (2, "")
    assert "two letters" in end.err


def test_a_figure_is_nobody_s_unless_its_column_says_so(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("Monto,Documento\n" + "1234,1234\n12.5,12.5\n3 %,-\n")
    found = lines(ended(f"scan {file} --json").out)
    assert [(one["row"], one["column"], one["type"]) for one in found] == [
        (2, "Documento", "ID_NUMBER"),
        (3, "Documento", "ID_NUMBER"),
    ]


def test_what_is_remembered_is_forgotten_before_it_grows_too_large(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scanning, "REMEMBERED", 10)
    seen = scanning.Seen(None)
    seen.look(["a text of some letters", "b"])
    seen.look(["c"])
    assert list(seen.spans) == ["c"]


def spoken(file: Path, *words: str) -> list[tuple[object, object]]:
    """Which languages of how many texts a scan for machines is not sure of."""
    end = ended(f"scan {file} --json {' '.join(words)}")
    assert "UNSURE_LANGUAGE" not in end.out
    unsure = [one for one in lines(end.err) if one["type"] == "UNSURE_LANGUAGE"]
    assert {one["file"] for one in unsure} <= {str(file)}
    return [(one["language"], one["texts"]) for one in unsure]


def test_texts_in_whose_language_names_may_be_missed_are_told_by_file(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    texts = [ENGLISH, ARABIC, UNTOLD, ARABIC, "a short cell"]
    file.write_text("\n".join(json.dumps({"text": text}) for text in texts))
    assert spoken(file) == [("ar", 2), (None, 1)]
    assert spoken(file, "--language en") == []
    assert spoken(file, "--language sw") == [("sw", 4)]
    end = ended(f"scan {file}")
    assert (end.code, end.err) == (0, "")
    assert "3 texts in 1 file could not be told a language" in " ".join(end.out.split())
    assert "(ar: 2, not recognised: 1)" in " ".join(end.out.split())


def test_a_file_in_a_language_that_is_read_well_is_said_without_a_doubt(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"{ENGLISH}\n")
    assert spoken(tmp_path / "a.md") == []
    assert "Not sure" not in ended(f"scan {tmp_path}").out
