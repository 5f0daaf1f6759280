"""Names and addresses are found in many languages and scripts; all people are invented."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonymize.finding.decoding import spans
from anonymize.finding.names import names
from anonymize.finding.spans import Span
from anonymize.finding.tokens import tokens

LINES = (Path(__file__).parent / "invented.txt").read_text(encoding="utf-8").splitlines()
CASES = [[cell.strip() for cell in line.split("|")] for line in LINES]


def cases(kind: str) -> list[tuple[str, str, str]]:
    """What, text and what is to be found in it, of the lines of a kind: person, address, clean."""
    return [(what, text, part) for of, what, text, part in CASES if of == kind]


def covered(text: str, told: list[Span], part: str) -> bool:
    """Whether each letter and digit of a part of a text is in one of the spans."""
    start = text.index(part)
    hidden = {at for span in told for at in range(span.start, span.end)}
    return all(at in hidden for at in range(start, start + len(part)) if text[at].isalnum())


@pytest.mark.parametrize(("what", "text", "who"), cases("person"))
def test_a_person_is_found_whole_in_any_language_and_script(what: str, text: str, who: str) -> None:
    assert covered(text, names([text])[0], who), what


@pytest.mark.parametrize(("what", "text", "where"), cases("address"))
def test_a_street_address_is_found_whole(what: str, text: str, where: str) -> None:
    assert covered(text, names([text])[0], where), what


@pytest.mark.parametrize(("what", "text", "part"), cases("clean"))
def test_institutional_text_and_labels_name_nobody(what: str, text: str, part: str) -> None:
    assert names([text]) == [[]], what
    assert part == ""


def test_who_is_named_once_for_certain_is_recognised_again() -> None:
    text = "seen by Vrbatova and 40 others; Vrbatova left"
    words = tokens(text)
    shares = np.tile(np.array([1, 0, 0], np.float32), (len(words), 1))
    assert spans(text, words, shares, None) == []
    shares[2] = 0, 1, 0
    assert spans(text, words, shares, None) == [Span(8, 16, "PERSON"), Span(32, 40, "PERSON")]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=60), max_size=6))
def test_spans_lie_inside_their_text_in_order_and_apart(texts: list[str]) -> None:
    for text, told in zip(texts, names(texts), strict=True):
        edges = [edge for span in told for edge in (span.start, span.end)]
        assert edges == sorted(edges)
        assert all(0 <= edge <= len(text) for edge in edges)
        assert all(span.start < span.end for span in told)


def test_a_text_is_judged_the_same_alone_and_among_others() -> None:
    texts = [text for _, text, _ in cases("person")]
    assert names(texts) == [names([text])[0] for text in texts]


def test_a_text_longer_than_a_piece_is_judged_as_its_parts_are() -> None:
    line = "My name is Marisol Quennerby and I want to report something.\n"
    told = names([line * 1_000])[0]
    assert len(told) == 1_000
    assert {span.end - span.start for span in told} == {len("Marisol Quennerby")}


def test_no_language_model_is_loaded_and_nothing_but_numpy() -> None:
    script = """
import sys
from anonymize.finding.names import names
assert names(["My name is Marisol Quennerby."]) != [[]]
heavy = {"spacy", "presidio_analyzer", "torch"}
sys.exit(" ".join(heavy & set(sys.modules)) or 0)
"""
    command = [sys.executable, "-c", script]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
