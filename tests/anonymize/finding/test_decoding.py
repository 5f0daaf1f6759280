"""Words beside a name that no dictionary of the language has are of the name too."""

import pytest

from anonymize.finding.decoding import PERSON, extended
from anonymize.finding.tokens import tokens


def told(text: str, at: int, language: str | None) -> list[str]:
    """The words of the name of which the word ``at`` was found."""
    words = tokens(text)
    kinds = [PERSON * (place == at) for place in range(len(words))]
    found = extended(words, kinds, language)
    return [word.text for word, kind in zip(words, found, strict=True) if kind]


@pytest.mark.parametrize(
    ("text", "at", "name"),
    [
        ("yesterday Qembrit Ulfa Quennerby came", 2, ["Qembrit", "Ulfa", "Quennerby"]),
        ("yesterday Police Quennerby came", 2, ["Quennerby"]),
        ("yesterday qembrit Quennerby came", 2, ["Quennerby"]),
        ("yesterday Qembrit, Quennerby came", 3, ["Quennerby"]),
    ],
)
def test_a_name_goes_on_over_capitalised_words_that_are_in_no_dictionary(
    text: str, at: int, name: list[str]
) -> None:
    assert told(text, at, "en") == name


def test_where_a_language_has_no_dictionary_nothing_is_added() -> None:
    assert told("gestern kam Zwinker Quennerby", 3, "de") == ["Quennerby"]
