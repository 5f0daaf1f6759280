"""How names and numbers are compared; every name here is invented."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymize.identity import compact, normalised
from tests.tables import table

SAME = table("""
one                | other
María Pérez        | Maria Perez
María Pérez        | PÉREZ, MARÍA
María Pérez        | pérez maría
María José         | José María
O'Brien            | O BRIEN
Jean-Luc           | Luc  Jean
Strauß             | STRAUSS
İpek               | ipek
Ma\u00adri\u200da     | maria
Αλέξης             | ΑΛΕΞΗΣ
क्षमा              | क्षमा
""")
DIFFERENT = table("""
one         | other
María       | Mario
Maria       | Maria Maria
राम         | मार
กานต์       | กันต์
Ana         | Anna
""")


@pytest.mark.parametrize(("one", "other"), SAME.rows())
def test_order_marks_case_and_punctuation_do_not_distinguish_names(one: str, other: str) -> None:
    assert normalised(one) == normalised(other) != ""


@pytest.mark.parametrize(("one", "other"), DIFFERENT.rows())
def test_letters_and_vowel_signs_do(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


@given(st.text())
def test_a_normal_form_is_its_own_and_has_sorted_words(text: str) -> None:
    words = normalised(text).split(" ")
    assert normalised(normalised(text)) == normalised(text)
    assert words == sorted(words)


@given(st.lists(st.text(), max_size=5), st.randoms(use_true_random=False))
def test_words_in_any_order_are_one_name(words: list[str], random: Random) -> None:
    shuffled = random.sample(words, len(words))
    assert normalised(" ".join(words)) == normalised(" ".join(shuffled))


@pytest.mark.parametrize("text", ["12.345.678", "12 345 678", "12-345-678", "12/345/678"])
def test_separators_do_not_distinguish_numbers(text: str) -> None:
    assert compact(text) == "12345678"


def test_the_order_of_digits_does() -> None:
    assert compact("2001-02-03") != compact("2001-03-02")
    assert compact("AB 12") != compact("12 AB")
