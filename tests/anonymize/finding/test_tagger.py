"""The network says what plain arithmetic says; words look the same however they are stored."""

from math import exp

import pytest

from anonymize.finding.features import TABLE, WIDTH, capitals, own, places
from anonymize.finding.lists import anywhere, common, dictionaries, listed, plain
from anonymize.finding.tagger import PIECE, REACH, probabilities, weights
from anonymize.finding.tokens import tokens

WORDS = ["My", "name", "is", "Marisol", "Quennerby", "and", "I", "want", "to", "report", "."]


def layer(
    rows: list[list[float]], matrix: list[list[float]], bias: list[float]
) -> list[list[float]]:
    """Each row with two neighbours on either side, times a matrix; nothing below zero."""
    nothing = [0.0] * len(rows[0])
    padded = [nothing] * REACH + rows + [nothing] * REACH
    made = []
    for at in range(len(rows)):
        wide = [value for row in padded[at : at + 2 * REACH + 1] for value in row]
        sums = [
            sum(v * line[to] for v, line in zip(wide, matrix, strict=True))
            for to in range(len(bias))
        ]
        made.append([max(0.0, one + add) for one, add in zip(sums, bias, strict=True)])
    return made


def test_the_network_is_what_plain_arithmetic_makes_of_its_weights() -> None:
    known = weights()
    rows = []
    for word in WORDS:
        drawn = [
            known.table[place].tolist() for place in places(word, "en", own(word, known.vocabulary))
        ]
        rows.append([sum(column) for column in zip(*drawn, strict=True)])
    hidden = layer(rows, known.first.tolist(), known.first_bias.tolist())
    deep = layer(hidden, known.second.tolist(), known.second_bias.tolist())
    told = probabilities([WORDS], ["en"])[0]
    for row, answer in zip(deep, told, strict=True):
        lines = list(zip(row, known.last.tolist(), strict=True))
        scores = [
            sum(v * line[to] for v, line in lines) + known.last_bias.tolist()[to] for to in range(3)
        ]
        powers = [exp(score) for score in scores]
        assert answer.tolist() == pytest.approx([power / sum(powers) for power in powers], abs=1e-4)
    assert told.argmax(axis=1).tolist() == [0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0]


def test_neighbours_in_other_texts_are_no_neighbours() -> None:
    together = probabilities([WORDS, ["Call", "Ana"], [], WORDS], ["en", "en", None, "en"])
    assert [len(one) for one in together] == [len(WORDS), 2, 0, len(WORDS)]
    assert together[0] == pytest.approx(together[3], abs=1e-5)


def test_where_a_long_text_is_cut_nothing_is_lost() -> None:
    long = WORDS * (PIECE // len(WORDS) + 20)
    told = probabilities([long], ["en"])[0]
    middle = told[len(WORDS) * 5 : len(WORDS) * 6]
    for start in range(len(WORDS) * 5, len(long) - 2 * len(WORDS), len(WORDS)):
        assert told[start : start + len(WORDS)] == pytest.approx(middle, abs=1e-4)


@pytest.mark.parametrize(
    "word", ["Ana", "de", "XIV", "O'Neill", "\n\n", "7", "2024", "-", "王", "ناصر", "i̇"]
)
def test_every_word_has_its_places_in_the_table(word: str) -> None:
    for language in ("en", "it", None):
        found = places(word, language, 0)
        assert len(found) == WIDTH
        assert all(0 <= place < TABLE for place in found)


def test_capitals_are_told_apart() -> None:
    words = ["ana", "Ana", "ANA", "McX", "A", "7", "a", "Ana-María", "O'Neill"]
    assert [capitals(word) for word in words] == [0, 1, 2, 3, 4, 5, 6, 1, 1]


def test_a_dictionary_knows_its_words_in_all_their_forms_and_few_others() -> None:
    assert all(common(word, "es") for word in ["casa", "presentaba", "trabajos", "mujer"])
    assert all(common(word, "ru") for word in ["дом", "дома", "торговля"])
    made_up = [f"{a}{b}{c}zq" for a in "bcdfghkl" for b in "aeiou" for c in "mnprstv"]
    assert sum(common(word, "es") for word in made_up) < 0.06 * len(made_up)
    assert anywhere("casa")
    assert "it" not in dictionaries()


def test_accents_and_capitals_do_not_hide_a_listed_name() -> None:
    assert plain("ÁNGELA") == plain("angela")
    assert listed()[plain("José")] & 1
    assert listed()[plain("Иванова")] & 2


def test_tokens_lie_where_they_say_and_marks_stay_with_their_word() -> None:
    text = "O'Neill, Ana-María\n सुनीता 12a José"
    found = tokens(text)
    assert all(text[token.start : token.end] == token.text for token in found)
    assert [token.text.strip() for token in found] == [
        "O'Neill", ",", "Ana-María", "", "सुनीता", "12", "a", "José",
    ]  # fmt: skip
