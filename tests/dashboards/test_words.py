"""Every language says everything, with the same places to fill."""

import re
from pathlib import Path
from string import Formatter

import pytest

import dashboards
from dashboards.exports.words import languages, words

USED = re.compile(r"words\(\s*\"([a-z_A-Z]+)\"")


def places(message: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(message) if name}


def test_there_are_three_languages_and_english_comes_first() -> None:
    assert languages() == ("en", "es", "fr")


@pytest.mark.parametrize("language", languages())
def test_a_catalogue_has_the_keys_and_places_of_the_english_one(language: str) -> None:
    english = {key: places(text) for key, text in words("en").messages.items()}
    assert {key: places(text) for key, text in words(language).messages.items()} == english


@pytest.mark.parametrize("language", languages())
def test_no_message_is_empty(language: str) -> None:
    assert [key for key, text in words(language).messages.items() if not text.strip("'")] == []


def test_every_message_that_the_code_names_is_there() -> None:
    files = Path(dashboards.__file__).parent.rglob("*.py")
    named = {key for file in files for key in USED.findall(file.read_text(encoding="utf-8"))}
    assert len(named) > 40
    assert named - set(words("en").messages) == set()


@pytest.mark.parametrize(
    ("language", "number", "written"),
    [
        ("en", 1234567, "1,234,567"),
        ("en", 12.34, "12.3"),
        ("en", 0.314, "0.31"),
        ("es", 1234.5, "1\u202f234,5"),
        ("fr", 1000, "1\u202f000"),
    ],
)
def test_a_number_is_written_as_the_language_does(
    language: str, number: float, written: str
) -> None:
    assert words(language).number(number) == written


@pytest.mark.parametrize(
    ("language", "period", "said"),
    [("en", "2025-Q1", "Q1 2025"), ("fr", "2025-Q1", "T1 2025"), ("es", "2025", "2025")],
)
def test_a_period_is_said_as_the_language_does(language: str, period: str, said: str) -> None:
    assert words(language).period(period) == said
