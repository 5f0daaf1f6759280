"""The truth about the invented region agrees with its files, which are recounted here."""

from itertools import product

import pytest

from data_contracts.words import spelling
from sources.synthetic import Region
from tests.sources.sent import FAULTS, WORDS, cells_of, cells_of_row, column, day, plain, reported

FORMS_LANGUAGE = {
    ("XAA", "police"): "es",
    ("XAA", "shelters"): "en",
    ("XAB", "ministry"): "fr",
    ("XAC", "prosecution"): "ar",
    ("XAD", "police"): "ru",
    ("XAD", "labour"): "ru",
    ("XAE", "commission"): "en",
}
# Faults in these columns change what the test reads there.
SPOILT = {row["kind"]: row["code"].partition("-")[0] for row in plain(FAULTS)}
SEX = {
    **dict.fromkeys(("mujer", "femenino", "female", "woman", "femme"), "F"),
    **dict.fromkeys(("انثي", "أنثى", "انثى", "امراة", "женскии", "ж"), "F"),
    **dict.fromkeys(("hombre", "varon", "male", "man", "homme", "ذكر", "رجل"), "M"),
    **dict.fromkeys(("мужскои", "м"), "M"),
    **dict.fromkeys(("transgenero", "transgender", "transgenre", "трансгендер"), "tipstat:tnc"),
    "عابر او غير متطابق النوع الاجتماعي": "tipstat:tnc",
    **dict.fromkeys(("se desconoce", "not known", "inconnu", "неизвестно", "غير معروف"), "_U"),
}


def test_every_row_of_every_file_is_told_once(region: Region) -> None:
    told: dict[str, list[int]] = {}
    for row in plain(region.rows):
        told.setdefault(row["file"], []).append(int(row["row"]))
    sent = [f for s in region.submissions if s.country for f in s.files]
    assert told == {f.relative_to(region.folder).as_posix(): list(cells_of(f)) for f in sent}


def test_persons_in_the_files_are_the_persons_told(region: Region) -> None:
    persons = {row["person"]: row for row in plain(region.persons)}
    for row in reported(region):
        cells = cells_of_row(region, row)
        if row["person"]:
            told = persons[row["person"]]
            if SPOILT.get(row["set_aside"]) != "SEX":
                assert SEX[spelling(cells[column(row, "sex")])] == told["sex"]
            home = row["country"] == told["citizenship"] and row["country"] != told["country"]
            assert told["dataset"] == row["dataset"]
            assert home or told["country"] == row["country"]
        else:
            assert next(iter(cells.values())) == row["case"]


def test_forms_of_exploitation_told_are_the_words_in_the_files(region: Region) -> None:
    forms = {r["person"]: r["exploitation"].split("|") for r in plain(region.persons)}
    said: dict[str, dict[str, list[str]]] = {of: {} for of in FORMS_LANGUAGE.values()}
    for word in plain(WORDS):
        if word["list"] == "exploitation":
            for language, codes in said.items():
                codes[word["code"]] = [spelling(w) for w in word[language].split("|")]
    for row in reported(region):
        about = SPOILT.get(row["set_aside"]) != "EXPLOITATION"
        if row["person"] and row["set_aside"] != "out_of_scope" and about:
            language = FORMS_LANGUAGE[row["country"], row["agency"]]
            holds = "purpose" if row["agency"] == "ministry" else "exploitation"
            words = [said[language].get(code, [""]) for code in forms[row["person"]]]
            written = spelling(cells_of_row(region, row)[column(row, holds)])
            assert written in {", ".join(choice) for choice in product(*words)}


def test_ages_told_follow_from_the_dates_in_the_files(region: Region) -> None:
    ages = {row["person"]: row["age"] for row in plain(region.persons)}
    checked = 0
    for row in plain(region.rows):
        listed = row["person"][:3] == row["country"] == "XAA" and row["agency"] == "police"
        if listed and row["dataset"] == "victims" and not row["set_aside"]:
            cells = cells_of_row(region, row)
            born, on = day(cells["Fecha de nacimiento"]), day(cells["Fecha de identificación"])
            if born and on:
                early = (on.month, on.day) < (born.month, born.day)
                assert str(on.year - born.year - early) == ages[row["person"]]
                checked += 1
            else:
                assert ages[row["person"]] == ""
    assert checked > 500


def test_nobody_is_accepted_before_a_sound_row(region: Region) -> None:
    first: dict[str, str] = {}
    for row in reported(region):
        here = row["person"][:3] == row["country"]
        if here and row["set_aside"] in ("", "superseded"):
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
    again = [r for r in reported(region) if r["agency"] == "shelters" and r["person"] in both]
    late = [r for r in again if r["person"][4:11] != r["period"]]
    typos = [r for r in again if r["distortion"] == "typo"]
    assert len(both) / len(aranda) == pytest.approx(0.15, abs=0.03)
    assert len(again) == len(both)
    assert len(late) / len(both) == pytest.approx(0.2, abs=0.08)
    assert len(typos) / len(both) == pytest.approx(0.2, abs=0.08)
