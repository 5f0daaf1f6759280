"""Names in plain letters, as they sound, and their bones; all of them invented."""

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymize.latin import bones, latin, letters, sound
from data_contracts import load
from tests.tables import table

with Path(__file__).with_name("written.csv").open(encoding="utf-8", newline="") as lines:
    WRITTEN = [(row["text"], row["plain"]) for row in csv.DictReader(lines)]


@pytest.mark.parametrize(("text", "plain"), WRITTEN)
def test_a_name_of_any_script_is_written_in_plain_letters(text: str, plain: str) -> None:
    assert latin(text) == plain


@given(st.text(max_size=20))
def test_plain_letters_stay_as_they_are(text: str) -> None:
    once = latin(text)
    assert latin(once) == once


@given(st.text("abcdefghijklmnopqrstuvwxyz", max_size=12))
def test_bones_are_consonants_after_the_first_letter(word: str) -> None:
    assert not re.search("[aeiouy]", bones(word)[1:])


ALIKE = table("""
one       | two
choubira  | shubira
djamil    | jamil
khalid    | khaled
sayif     | saif
zakarya   | sakariya
yusuf     | youssouf
tshemal   | chemal
hamza     | hamzah
sisin     | ssn
khouhon   | khhn
""")


@pytest.mark.parametrize(("one", "two"), ALIKE.rows())
def test_what_offices_write_for_one_sound_has_the_same_bones(one: str, two: str) -> None:
    assert bones(one) == bones(two)
    assert bones(sound(one)) == bones(one)


@pytest.mark.parametrize(("one", "two"), [("marek", "nerek"), ("ana", "na"), ("tolin", "tolim")])
def test_different_names_have_different_bones(one: str, two: str) -> None:
    assert bones(one) != bones(two)


def test_each_letter_stands_once_in_small_plain_form() -> None:
    rows = load.latin()
    assert len({row["letter"] for row in rows}) == len(rows) == len(letters())
    assert all(len(row["letter"]) == 1 for row in rows)
    assert all(re.fullmatch("[a-z]*", row["latin"]) for row in rows)
    assert {row["script"] for row in rows} == {"Arabic", "Cyrillic", "Greek", "Latin"}
