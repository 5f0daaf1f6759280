"""A text tells its language, and only some languages are taken without a person's look."""

import pytest

from anonymize.finding.languages import certain, confident, detected

TEXTS = [
    ("en", "The ministry has published what was asked for by the committee."),
    ("es", "La comisión pidió que se publicaran los datos de todas las provincias."),
    ("fr", "Le ministère a publié les chiffres que le comité avait demandés."),
    ("pt", "O ministério publicou os números que a comissão não tinha."),
    ("it", "Il ministero ha pubblicato i dati che erano stati chiesti dalla commissione."),
    ("ro", "Ministerul a publicat datele care au fost cerute de către comisie."),
    ("de", "Das Ministerium hat die Zahlen nicht veröffentlicht, die man wollte."),
    ("tr", "Bu veri daha önce de her yerde ve herkes için var."),
    ("hy", "Նախարարությունը հրապարակեց տվյալները"),
    ("ka", "სამინისტრომ გამოაქვეყნა მონაცემები."),
    ("he", "המשרד פרסם את הנתונים."),
]


@pytest.mark.parametrize(("language", "text"), TEXTS)
def test_a_sentence_tells_its_language(language: str, text: str) -> None:
    assert detected(text) == language


SHORT = [
    ("en", "date of birth"),
    ("es", "apellido y nombre del denunciante"),
    ("de", "Beratungsstelle für ausländische Arbeitskräfte"),
    ("tr", "mahkemenin verdiği kararlar"),
    ("ar", "مكتب المساعدة القانونية"),
    ("uk", "кримінальне провадження закрито"),
]


@pytest.mark.parametrize(("language", "text"), SHORT)
def test_a_few_words_tell_their_language_by_their_letters(language: str, text: str) -> None:
    assert detected(text) == language


@pytest.mark.parametrize(
    "text", ["abatavu b'abantu basangiddwa mu nnyumba", "abahohotewe bajyanywe mu kigo"]
)
def test_a_language_that_nobody_listened_to_is_taken_for_none(text: str) -> None:
    assert detected(text) is None


def test_letters_alone_make_no_text_trusted() -> None:
    assert detected("date of birth") == "en"
    assert certain("date of birth") is None
    assert certain("The ministry has published what was asked for.") == "en"


@pytest.mark.parametrize("text", ["", "XIV", "12 345", "Quennerby"])
def test_what_is_too_short_tells_none(text: str) -> None:
    assert detected(text) is None


def test_languages_that_were_not_measured_or_did_badly_wait_for_a_person() -> None:
    assert [confident(one) for one in ("en", "es", "ru")] == [True] * 3
    assert [confident(one) for one in (None, "ar", "ka", "zh", "xx")] == [False] * 5
