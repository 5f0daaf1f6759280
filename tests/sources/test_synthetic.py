"""The invented region: the same every time, unique in every string, readable by its layouts."""

import datetime as dt
import hashlib
import os
import subprocess
import sys
import unicodedata
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from data_contracts import load
from data_contracts.words import spelling
from sources.synthetic import Region, write
from tests.sources.sent import WORDS, cells_of, cells_of_row, column, contents, holds, plain

IDENTIFYING = ("family", "given", "document", "phone", "address", "narrative", "client")
AGENCIES = {
    "xaa_police": "es",
    "xaa_shelters": "en",
    "xaa_assistance": "es",
    "xab_ministry": "fr",
    "xac_prosecution": "ar",
    "xad_police": "ru",
    "xad_labour": "ru",
    "xae_commission": "en",
}
NAMES = ("Aranda", "Belmora", "Calmira", "Dravena", "Elmoria")
BREAKS = str.maketrans(dict.fromkeys(';,.،"«»<>()-', " "))


def bytes_of(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(f.relative_to(folder)): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def test_the_same_arguments_give_the_same_bytes_in_any_process(tmp_path: Path) -> None:
    write(tmp_path / "here", size=60, quarters=4)
    script = f"""
import pathlib
from sources.synthetic import write
write(pathlib.Path({str(tmp_path / "there")!r}), size=60, quarters=4)
"""
    environment = os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    subprocess.run([sys.executable, "-c", script], check=True, env=environment)
    assert bytes_of(tmp_path / "here") == bytes_of(tmp_path / "there")


def test_another_seed_shares_no_unique_string(tmp_path: Path) -> None:
    one, other = (write(tmp_path / str(n), size=60, quarters=2, seed=n) for n in (1, 2))
    lines = [set(region.canaries.read_text().split()) for region in (one, other)]
    assert lines[0].isdisjoint(lines[1])


def test_submissions_are_one_an_agency_and_period_and_one_population(region: Region) -> None:
    sent = Counter((s.layout, s.country, len(s.files)) for s in region.submissions)
    assert sent == {
        ("xaa_police", "XAA", 3): 12,
        ("xaa_shelters", "XAA", 1): 12,
        ("xaa_assistance", "XAA", 1): 12,
        ("xab_ministry", "XAB", 2): 13,
        ("xac_prosecution", "XAC", 3): 7,
        ("xad_police", "XAD", 1): 20,
        ("xad_labour", "XAD", 1): 12,
        ("xae_commission", "XAE", 1): 3,
        ("invented_population", None, 1): 1,
    }


@pytest.mark.parametrize(
    ("first", "quarters", "last"),
    [("2023-Q1", 1, "2023-Q1"), ("2023-Q4", 2, "2024-Q1"), ("2023-Q2", 5, "2024-Q2")],
)
def test_quarters_follow_each_other_over_the_years(
    first: str, quarters: int, last: str, tmp_path: Path
) -> None:
    region = write(tmp_path, size=40, first=first, quarters=quarters, countries=("XAB",))
    periods = [s.period for s in region.submissions if s.layout == "xab_ministry"]
    assert (len(periods), periods[0], periods[-1]) == (quarters, first, last)
    assert {s.country for s in region.submissions} == {"XAB", None}


def test_unique_strings_are_long_and_found_in_the_files(region: Region) -> None:
    lines = set(region.canaries.read_text(encoding="utf-8").splitlines())
    assert len(lines) > 50_000
    assert min(map(len, lines)) >= 10
    text = "\n".join(contents(f) for s in region.submissions for f in s.files)
    words = set(text.replace("_", " ").translate(BREAKS).split())
    assert {line for line in lines if line not in words and line not in text} == set()


def test_a_unique_string_tells_one_person(region: Region) -> None:
    owners: dict[str, set[str]] = {}
    for row in plain(region.rows):
        if row["person"]:
            cells = cells_of_row(region, row)
            for what in ("family", "given", "document"):
                owners.setdefault(cells[column(row, what)].lower(), set()).add(row["person"])
    twice = {word for word, people in owners.items() if word and len(people) > 1}
    assert twice == set()
    letters = Counter(unicodedata.name(word[0]).split()[0] for word in owners if word)
    assert min(letters[name] for name in ("LATIN", "CYRILLIC", "ARABIC")) > 1_000


def test_every_identifying_cell_holds_a_unique_string(region: Region) -> None:
    known = set(region.canaries.read_text(encoding="utf-8").split())
    for row in plain(region.rows):
        if not row["person"]:
            continue
        cells = cells_of_row(region, row)
        extra = next(name for name in cells if column(row, "note") in name)  # no layout reads it
        named = [what for what in IDENTIFYING if what in holds(row)]
        assert len(named) > 4
        for name in (*(column(row, what) for what in named), extra):
            words = str(cells[name]).translate(BREAKS).split()
            assert not words or known.intersection(words), name
        assert known.intersection(extra.split())


def test_the_workbook_tells_no_more_of_its_making_than_unique_strings(region: Region) -> None:
    known = set(region.canaries.read_text(encoding="utf-8").split())
    file = next(s.files[0] for s in region.submissions if s.layout == "xaa_shelters")
    sheet = CalamineWorkbook.from_path(file).sheet_names[0]
    core = zipfile.ZipFile(file).read("docProps/core.xml").decode()
    author = core.split("<dc:creator>")[1].split("<")[0]
    assert {sheet.split()[1], author, file.stem.split("_")[1]} <= known
    assert ">2023-01-01T00:00:00Z<" in core


def test_some_days_in_the_workbook_are_real_dates_and_some_are_text(region: Region) -> None:
    file = next(s.files[0] for s in region.submissions if s.layout == "xaa_shelters")
    days = [cells["Admitted on"] for cells in cells_of(file).values() if cells["Admitted on"]]
    assert {type(day) for day in days} == {dt.date, str}


@pytest.mark.parametrize("size", [40, 400, 1000])
def test_the_size_is_the_number_of_victims_a_country_and_year(size: int, tmp_path: Path) -> None:
    region = write(tmp_path, size=size, quarters=4, countries=("XAA", "XAB"))
    rows = [r for r in plain(region.persons) if r["dataset"] == "victims"]
    many = Counter(r["country"] for r in rows)
    assert many["XAA"] == many["XAB"] == pytest.approx(size, rel=0.03)


def labels(name: str) -> list[tuple[str, str, str]]:
    """List, code and word of everything that the clerks of a language may write."""
    return [
        (row["list"], row["code"], w) for row in plain(WORDS) for w in row[name].split("|") if w
    ]


@pytest.mark.parametrize(("layout", "language"), AGENCIES.items())
def test_a_layout_understands_every_word_of_its_agency(layout: str, language: str) -> None:
    own: dict[tuple[str, str], set[str]] = {}
    for table in load.layout(layout).labels.values():
        for word, meaning in table.items():
            for field, codes in meaning.items() if isinstance(meaning, dict) else ():
                own.setdefault((field, spelling(word)), set()).update(codes)
    fields = {field for feed in load.layout(layout).feeds.values() for field in feed.fields}
    others = {"citizenship": "country", "is_referred": "yes_no", "outcome": "service_outcome"}
    fields |= {others[field] for field in fields & set(others)}
    if "client" in fields:
        fields = fields - {"unit"} | {"step"}
    for of, code, word in labels(language):
        if of not in fields:
            continue
        field = "unit" if of == "step" else of
        shared = load.codelist(field).spellings.get(spelling(word))
        assert own.get((field, spelling(word)), {shared}) == {code}, (of, word)


def test_a_layout_finds_its_columns_in_its_own_file_only(region: Region) -> None:
    first = {s.layout: s for s in reversed(region.submissions)}
    for sent in first.values():
        layout = load.layout(sent.layout)
        headers = [set(next(iter(cells_of(file).values()))) for file in sent.files]
        for place, file in enumerate(layout.files):
            fits = [number for number, found in enumerate(headers) if layout.columns(file) <= found]
            assert fits == [place]


def test_everything_beside_the_records_says_that_it_is_invented(region: Region) -> None:
    population = next(s.files[0] for s in region.submissions if s.country is None)
    names = {row["Country Name"] for row in plain(population)}
    assert names == {f"{name} (invented)" for name in NAMES}
    assert [row["Year"] for row in plain(population)][:4] == ["2022", "2023", "2024", "2025"]
    assert "invented" in (region.folder / "README.md").read_text()
    for sent in region.submissions:
        assert "invented" in load.layout(sent.layout).title
