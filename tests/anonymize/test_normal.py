"""How names and numbers are compared; every name here is invented."""

from random import Random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymize.normal import (
    GIVEN_PARTICLES,
    PARTICLES,
    compact,
    compact_numbers,
    normal_names,
    normalised,
)
from tests.tables import table

# What is written here with escapes looks like something else, or is not seen.
SAME = table("""
one                | other
María Pérez        | Maria Perez
María Pérez        | PÉREZ, MARÍA
María Pérez        | pérez maría
María José         | José María
O'Brien            | O BRIEN
O\u2019Brien      | O`Brien
Jean-Luc           | Luc  Jean
Strauß             | STRAUSS
İpek               | ipek
I\u015eIK               | \u0131\u015f\u0131k
Ma\u00adri\u200da| maria
\ufb01ona         | Fiona
\uff21\uff4e\uff41 | Ana
Αλέξης             | ΑΛΕΞΗΣ
Αλέξης             | Alexis
Μαρία Παπαδοπούλου | Maria Papadopoulou
\u041c\u0430\u0440\u0438\u044f \u0418\u0432\u0430\u043d\u043e\u0432\u0430      | Maria Ivanova
\u041c\u0430\u0440\u0438\u044f              | Mariya
Наталья            | Natalia
Юлия               | Yuliya
Евгений            | Evgeny
Семён              | Семен
Андрей             | Andrey
\u041c\u0430\u0440'\u044f\u043d\u0430            | Mariana
\u041c\u0430\u0440\u02bc\u044f\u043d\u0430      | \u041c\u0430\u0440\u2019\u044f\u043d\u0430
Łukasz             | Lukasz
Søren              | Soren
de la Cruz         | Cruz
De La Cruz         | de-la-cruz
van der Berg       | Berg
von Musterfrau     | MUSTERFRAU
da Silva           | Silva
Garcia y Vega      | García Vega
bin Salim          | Salim
al-Mansur          | Mansur
Al Mansur          | al-Mansur
\u0627\u062d\u0645\u062f | \u0623\u062d\u0645\u062f
\u0641\u0627\u0637\u0645\u0629 | \u0641\u0627\u0637\u0645\u0647
\u0645\u0640\u062d\u0645\u0640\u062f | \u0645\u062d\u0645\u062f
\u0645\u064f\u062d\u064e\u0645\u0651\u064e\u062f | \u0645\u062d\u0645\u062f
\u0639\u0644\u06cc | \u0639\u0644\u064a
\u0645\u0635\u0637\u0641\u0649 | \u0645\u0635\u0637\u0641\u064a
\u0627\u0644\u0645\u0646\u0635\u0648\u0631 | \u0645\u0646\u0635\u0648\u0631
\u06a9\u0631\u06cc\u0645 | \u0643\u0631\u064a\u0645
क्षमा              | क्षमा
ज़ारा               | जारा
\u304b\u3099      | \u304c
""")
DIFFERENT = table("""
one         | other
María       | Mario
Maria       | Maria Maria
Maria       | Marina
राम         | मार
क्षमा       | कषमा
กานต์       | กันต์
สุดา        | สูดา
Ana         | Anna
Ivan        | Ivana
Иван        | Иванна
Ольга       | Олег
Юрий        | Юлия
Zoe         | Zo
Rafael      | Rafal
Miguel      | Migul
Van Anh     | Lan Anh
Olsen       | Olson
Salim       | Salem
de Vries    | de Vos
Li          | La
\u304b      | \u304c
\u0639\u0645\u0631 | \u0639\u0627\u0645\u0631
\u0639\u0644\u064a | \u0644\u064a
\u0633\u0627\u0644\u0645 | \u0635\u0627\u0644\u062d
\u0633\u0627\u0644\u0645 | \u0633\u0644\u064a\u0645
\u062d\u0633\u0646 | \u062d\u0633\u064a\u0646
\u0637\u0627\u0631\u0642 | \u062a\u0627\u0631\u0642
王伟         | 王芳
सुर          | सूर
\u0643\u0631\u064a\u0645 | \u0643\u0631\u0645
김민수       | 김민서
""")


@pytest.mark.parametrize(("one", "other"), SAME.rows())
def test_what_offices_write_differently_does_not_distinguish_names(one: str, other: str) -> None:
    assert normalised(one) == normalised(other) != ""


@pytest.mark.parametrize(("one", "other"), DIFFERENT.rows())
def test_plainly_different_names_stay_different(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


@pytest.mark.parametrize("name", ["Van Anh", "Do Thi", "Ben Ali", "Le Thu"])
def test_what_is_a_particle_of_family_names_may_be_a_given_name(name: str) -> None:
    assert len(normalised(name, GIVEN_PARTICLES).split()) == 2


@pytest.mark.parametrize("particle", sorted(PARTICLES))
def test_a_name_that_is_nothing_but_a_particle_is_a_name(particle: str) -> None:
    assert normalised(particle) != ""


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


NUMBERS = table("""
one         | other
AB 123.456  | ab-123456
\u0410\u0412 123456   | AB 123456
\u0391\u0392123456    | AB123456
\u0661\u0662\u0663 | 123
\u06f1\u06f2\u06f3 | 123
\u0967\u0968\u0969 | 123
\uff11\uff12\uff13 | 123
""")


@pytest.mark.parametrize(("one", "other"), NUMBERS.rows())
def test_digits_of_any_script_and_twins_of_letters_do_not_distinguish_documents(
    one: str, other: str
) -> None:
    assert compact(one) == compact(other) != ""


TYPED = st.text(
    st.sampled_from([*"aeixyoldnVAN09 -'`.,", "\u2019", "é", "я", "\u064a"]), max_size=9
)


@given(st.lists(TYPED | st.text(max_size=6), max_size=6, unique=True))
def test_many_are_compared_as_one_is(texts: list[str]) -> None:
    column = pl.Series("text", texts, pl.String)
    assert normal_names(column).to_list() == [normalised(text) for text in texts]
    assert normal_names(column, GIVEN_PARTICLES).to_list() == [
        normalised(text, GIVEN_PARTICLES) for text in texts
    ]
    assert compact_numbers(column).to_list() == [compact(text) for text in texts]
