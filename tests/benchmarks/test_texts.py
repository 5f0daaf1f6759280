"""Recall counts what is covered whole, and clean words are those that no label touches."""

from collections.abc import Sequence

import pytest

from benchmarks import texts
from benchmarks.texts import Labelled, Score, rows, score


def test_a_name_counts_when_all_its_letters_are_covered_and_towns_do_not_count() -> None:
    one = Labelled(
        "Ana Inventada of Quito called 555",
        ((0, 13, "PERSON"), (17, 22, "LOCATION"), (30, 33, "PHONE_NUMBER")),
    )
    half = score([one], [[(0, 3), (30, 33)]])
    assert half.there == {"name": 1, "phone": 1}
    assert half.covered == {"name": 0, "phone": 1}
    assert (half.clean, half.struck) == (2, 0)
    whole = score([one], [[(0, 3), (4, 13), (14, 16)]])
    assert whole.covered["name"] == 1
    assert whole.struck == 1


def test_the_table_tells_the_number_of_cases() -> None:
    one = Labelled("Ana called", ((0, 3, "PERSON"),))
    mine, peer = score([one], [[(0, 3)]]), score([one], [[]])
    assert rows("made", mine, peer) == [
        "| made | name | 1 | 1.000 | 0.000 |",
        "| made | clean words struck | 1 | 0.00 % | 0.00 % |",
    ]


def test_a_file_is_measured_with_its_language_guessed_and_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str | None] = []

    def ours(plain: Sequence[str], language: str | None = None) -> list[list[tuple[int, int]]]:
        asked.append(language)
        return [[] for _ in plain]

    monkeypatch.setattr(texts, "ours", ours)
    file = next(one for one in texts.SAMPLES if one.name.startswith("english"))
    lines = texts.file_rows(file, lambda plain: [[(0, len(one))] for one in plain])
    assert asked == [None, "en"]
    assert "| english_generated_small | name | 55 | 0.000 | 0.000 | 1.000 |" in lines


def measured(file: str) -> Score:
    """What is found in one of the bundled files."""
    read = texts.labelled(next(one for one in texts.SAMPLES if one.name.startswith(file)))
    told = texts.ours([one.text for one in read])
    return score(read, told)


def test_of_published_english_texts_nine_names_in_ten_are_found() -> None:
    one = measured("english")
    assert one.covered["name"] >= 0.9 * one.there["name"]
    assert one.struck <= 0.03 * one.clean


def test_of_published_spanish_texts_nine_names_in_ten_are_found() -> None:
    one = measured("spanish")
    assert one.there["name"] == 1_000
    assert one.covered["name"] >= 0.95 * one.there["name"]
    assert one.struck <= 0.03 * one.clean
