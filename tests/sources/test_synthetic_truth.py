"""The truth about the invented region agrees with its files, which are recounted here."""

from collections import Counter
from itertools import product

import pytest

from data_contracts.periods import window
from data_contracts.words import spelling
from sources.synthetic import Region
from tests.sources.sent import WORDS, cells_of, cells_of_row, day, plain

SEX_COLUMN = {"police": "Sexo", "shelters": "Gender", "ministry": "Sexe"}
FORMS_COLUMN = {
    "police": ("Finalidad", "es"),
    "shelters": ("Forms of exploitation", "en"),
    "ministry": ("Exploitation", "fr"),
}
DATE_COLUMN = {
    ("police", "victims"): "Fecha de identificación",
    ("police", "perpetrators"): "Fecha de la medida",
    ("police", "cases"): "Fecha de denuncia",
    ("shelters", "victims"): "Admitted on",
    ("ministry", "victims"): "Date d'identification",
    ("ministry", "cases"): "Date du signalement",
}
SEX = {
    **dict.fromkeys(("mujer", "femenino", "female", "woman", "femme"), "F"),
    **dict.fromkeys(("hombre", "varon", "male", "man", "homme"), "M"),
    **dict.fromkeys(("transgenero", "transgender", "transgenre"), "tipstat:tnc"),
    **dict.fromkeys(("se desconoce", "not known", "inconnu"), "_U"),
}


def test_every_row_of_every_file_is_told_once(region: Region) -> None:
    told: dict[str, list[int]] = {}
    for row in plain(region.rows):
        told.setdefault(row["file"], []).append(int(row["row"]))
    sent = [f for s in region.submissions if s.country for f in s.files]
    assert told == {f.relative_to(region.folder).as_posix(): list(cells_of(f)) for f in sent}


def test_persons_in_the_files_are_the_persons_told(region: Region) -> None:
    persons = {row["person"]: row for row in plain(region.persons)}
    for row in plain(region.rows):
        cells = cells_of_row(region, row)
        if row["person"]:
            told = persons[row["person"]]
            assert SEX[spelling(cells[SEX_COLUMN[row["agency"]]])] == told["sex"]
            assert (told["dataset"], told["country"]) == (row["dataset"], row["country"])
        else:
            assert next(iter(cells.values())) == row["case"]


def test_forms_of_exploitation_told_are_the_words_in_the_files(region: Region) -> None:
    forms = {r["person"]: r["exploitation"].split("|") for r in plain(region.persons)}
    said: dict[str, dict[str, list[str]]] = {"es": {}, "en": {}, "fr": {}}
    for word in plain(WORDS):
        if word["list"] == "exploitation":
            for language, codes in said.items():
                codes[word["code"]] = [spelling(w) for w in word[language].split("|")]
    for row in plain(region.rows):
        if row["person"] and row["set_aside"] != "out_of_scope":
            column, language = FORMS_COLUMN[row["agency"]]
            words = [said[language].get(code, [""]) for code in forms[row["person"]]]
            written = spelling(cells_of_row(region, row)[column])
            assert written in {", ".join(choice) for choice in product(*words)}


def test_ages_told_follow_from_the_dates_in_the_files(region: Region) -> None:
    ages = {row["person"]: row["age"] for row in plain(region.persons)}
    checked = 0
    for row in plain(region.rows):
        if row["agency"] == "police" and row["dataset"] == "victims" and not row["set_aside"]:
            cells = cells_of_row(region, row)
            born, on = day(cells["Fecha de nacimiento"]), day(cells["Fecha de identificación"])
            if born and on:
                early = (on.month, on.day) < (born.month, born.day)
                assert str(on.year - born.year - early) == ages[row["person"]]
                checked += 1
            else:
                assert ages[row["person"]] == ""
    assert checked > 500


def test_a_planted_fault_can_be_seen_in_its_row(region: Region) -> None:
    seen = Counter[str]()
    for row in plain(region.rows):
        cells, fault = cells_of_row(region, row), row["set_aside"]
        on = day(cells[DATE_COLUMN[row["agency"], row["dataset"]]])
        start, end = window(row["period"])
        assert (on is None) == (fault == "missing_required")
        assert (on is not None and not start <= on <= end) == (fault == "outside_period")
        aside = any(
            str(c).startswith(("ver ficha de", "see file of", "voir dossier de"))
            for c in cells.values()
        )
        assert aside == (fault == "unknown_label")
        other = any("migrant" in str(c).lower() for c in cells.values())
        assert other == (fault == "out_of_scope")
        seen[fault] += 1
    assert min(seen[f] for f in ("missing_required", "outside_period", "unknown_label")) > 30
    assert seen["out_of_scope"] > 30


def test_faults_are_few_in_every_file(region: Region) -> None:
    rows = plain(region.rows)
    whole = Counter(row["file"] for row in rows)
    bad = Counter(row["file"] for row in rows if row["set_aside"] not in ("", "out_of_scope"))
    assert all(0 < bad[file] <= 0.08 * many for file, many in whole.items())


def test_nobody_is_accepted_before_a_sound_row(region: Region) -> None:
    first: dict[str, str] = {}
    for row in plain(region.rows):
        if row["person"] and not row["set_aside"]:
            first[row["person"]] = min(row["period"], first.get(row["person"], "9"))
    told = {r["person"]: r["accepted"] for r in plain(region.persons)}
    assert {p: q for p, q in told.items() if q} == first


def test_aranda_has_people_in_both_agencies_as_often_as_said(region: Region) -> None:
    aranda = [
        r
        for r in plain(region.persons)
        if r["person"].startswith("XAA") and r["dataset"] == "victims"
    ]
    both = {r["person"] for r in aranda if r["agencies"] == "police|shelters"}
    again = [r for r in plain(region.rows) if r["agency"] == "shelters" and r["person"] in both]
    late = [r for r in again if r["person"][4:11] != r["period"]]
    typos = [r for r in again if r["is_misspelt"] == "1"]
    assert len(both) / len(aranda) == pytest.approx(0.15, abs=0.03)
    assert len(again) == len(both)
    assert len(late) / len(both) == pytest.approx(0.2, abs=0.08)
    assert len(typos) / len(both) == pytest.approx(0.2, abs=0.08)


def test_a_person_has_the_same_name_in_both_agencies_except_for_the_typos(region: Region) -> None:
    police = {
        r["person"]: cells_of_row(region, r)
        for r in plain(region.rows)
        if (r["agency"], r["dataset"]) == ("police", "victims")
    }
    for row in plain(region.rows):
        if row["agency"] == "shelters" and row["person"] in police:
            here, there = cells_of_row(region, row), police[row["person"]]
            ours = f"{here['Surname']} {here['First name']}".lower()
            theirs = f"{there['Apellido']} {there['Nombres']}".lower()
            wrong = sum(a != b for a, b in zip(ours, theirs, strict=True))
            assert wrong == int(row["is_misspelt"])
            assert here["ID number"] in (there["Documento"], "N/A", "")
