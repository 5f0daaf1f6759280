"""One person does not become two by the way her name is written; two people stay two."""

import datetime as dt
from pathlib import Path

import pytest
from pydantic import ValidationError

from pipelines import keystore, reviewers, reviews, settings, signing
from pipelines.alike import person
from pipelines.review import NotReviewed, reviewed
from pipelines.settings import Configuration
from tests.pipelines.workspaces import DEMO, workspace

NOW = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
# The same name: capitals, blanks, order, what is not seen, wide letters, accents in two ways,
# Cyrillic and Greek letters that look the same, and the mark of who is invented.
WAYS = (
    "ANA DÍAZ",
    "  ana   díaz ",
    "Díaz, Ana",
    "Ana\u00a0Di\u0301az",
    "Ana\u200b Díaz",
    "".join(chr(ord(c) + 0xFEE0) for c in "ANADIAZ"),
    "Ana Diaz",
    "\u0410n\u0430 Díaz",
    "\u0391na Díaz",
    "invented:Ana Díaz",
)
OTHERS = ("Ana Díez", "Anna Díaz", "Ana Díaz Ba", "A. Díaz", "Анна Диас", "علي")
VOWELS = ("राम", "रोम")


@pytest.mark.parametrize("way", WAYS)
def test_a_name_written_otherwise_is_the_same_person(way: str) -> None:
    assert person(way) == person("Ana Díaz") == "anadiaz"


@pytest.mark.parametrize("other", OTHERS)
def test_another_name_is_another_person(other: str) -> None:
    assert person(other) not in ("", person("Ana Díaz"))


def test_vowels_of_indic_scripts_tell_people_apart() -> None:
    assert len({person(name) for name in VOWELS}) == len(VOWELS)


@pytest.mark.parametrize("nobody", ["", "  ", "...", "\u200b", "invented: "])
def test_what_is_no_name_is_nobody(nobody: str) -> None:
    assert person(nobody) == ""


@pytest.mark.parametrize("way", WAYS)
def test_the_author_does_not_review_under_another_spelling(way: str) -> None:
    with pytest.raises(reviews.IsAuthor, match="cannot review it"):
        reviews.may_decide(way, "Ana Díaz", (way,))
    with pytest.raises(NotReviewed, match="cannot review it"):
        reviewed("closed", "Ana Díaz", (way, "Kim Park"), (way, "Kim Park"))


@pytest.mark.parametrize("way", WAYS)
def test_two_spellings_are_one_reviewer(way: str) -> None:
    names = ("Ana Díaz", way)
    with pytest.raises(NotReviewed, match="different people"):
        reviewed("closed", "operator", names, names)
    with pytest.raises(ValidationError, match="may be one person"):
        Configuration(title="Region", mode="closed", reviewers=names)


def test_a_file_with_one_person_twice_says_what_is_wrong(tmp_path: Path) -> None:
    settings.create(tmp_path / "region", DEMO)
    file = tmp_path / "region" / settings.FILE
    aster, birch = DEMO.reviewers
    file.write_text(file.read_text(encoding="utf-8").replace(birch, aster.upper()))
    with pytest.raises(settings.BadConfiguration, match=r"not valid: two reviewers may be one"):
        settings.opened(tmp_path / "region")


def test_the_key_that_signs_releases_is_no_reviewers(tmp_path: Path) -> None:
    place = workspace(tmp_path / "region")
    card = tmp_path / "card.json"
    reviewers.make(place.configuration.reviewers[0], keystore.signing_key(place), card)
    with pytest.raises(reviewers.NoReviewer, match="signs the releases"):
        reviewers.welcome(place, card, NOW)
    assert reviewers.known(place["keys"]) == {}


def test_two_cards_of_one_key_are_not_both_welcome(tmp_path: Path) -> None:
    place, key = workspace(tmp_path / "region"), tmp_path / "one.pem"
    signing.create(key)
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    for name, card in zip(place.configuration.reviewers, (first, second), strict=True):
        reviewers.make(name, key, card)
    reviewers.welcome(place, first, NOW)
    with pytest.raises(reviewers.NoReviewer, match="another reviewer's already"):
        reviewers.welcome(place, second, NOW)
    assert list(reviewers.known(place["keys"])) == [place.configuration.reviewers[0]]
