"""Words that are put together are known by their parts, and by nothing less."""

import pytest

from anonymize.finding.composed import LONGEST_COMPOUND, composed
from anonymize.finding.lists import common

KNOWN = frozenset(("opfer", "schutz", "stelle", "محكمة", "ضحايا")).__contains__


@pytest.mark.parametrize("word", ["opferschutz", "opferschutzstelle", "schutzesstelle"])
def test_a_german_compound_is_known_by_its_words(word: str) -> None:
    assert composed(word, "de", KNOWN)


@pytest.mark.parametrize("word", ["opferxyz", "opferholm", "opfers", "xopferschutz"])
def test_a_word_of_which_a_part_is_unknown_is_unknown(word: str) -> None:
    assert not composed(word, "de", KNOWN)


@pytest.mark.parametrize("word", ["المحكمة", "والمحكمة", "للضحايا", "بالضحايا", "فالضحايا"])
def test_particles_and_article_before_an_arabic_word_are_taken_off(word: str) -> None:
    assert composed(word, "ar", KNOWN)


@pytest.mark.parametrize("word", ["aaaa" * 18 + "xyz", "schutz" * 12 + "xyz", "a" * 100_000])
def test_a_word_made_to_be_taken_apart_for_ever_is_not(word: str) -> None:
    asked: list[str] = []

    def known(part: str) -> bool:
        asked.append(part)
        # Seven joints at each place of each end of the longest word.
        assert len(asked) <= 7 * LONGEST_COMPOUND**2
        return set(part) == {"a"} or part in ("schutz", "schutzschutz")

    assert not composed(word, "de", known)


def test_other_languages_put_no_words_together() -> None:
    assert not composed("opferschutz", "en", KNOWN)
    assert not composed("نالمحكمة", "ar", KNOWN)


def test_the_dictionaries_know_what_is_put_together_of_their_words() -> None:
    assert common("Arbeitsausbeutung", "de")
    assert common("والوزارة", "ar")
    assert not common("Xqwertzholm", "de")
