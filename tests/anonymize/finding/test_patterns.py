"""What identifies a person is found in texts of thirty languages, and little else; all invented."""

import re
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymize.finding.spans import KINDS, Span
from anonymize.text import patterns
from tests.anonymize.finding.marked import Marked, clean, marked

MARKED = marked()
FEWEST_LANGUAGES = 30
SIGNS = "0123456789 -+().,/@:#*xABXZabcdnoéñ٣\u0301\u200b\u00a0\n<"
HOSTILE = [
    *(
        "1",
        "1 ",
        "1-",
        "12 ",
        "+1",
        "(1",
        "1.2 ",
        "99999 A",
        "A1",
        "a.b",
        "a@",
        "@a",
        "a.",
        "x*",
        "-",
    ),
    *(
        "calle ",
        "Calle Mayor ",
        "street ",
        "1 Old ",
        "tel ",
        "DNI ",
        "dni n ",
        "http://",
        "://",
        "::",
    ),
    *(
        "www.",
        "born ",
        "at ",
        "a at b dot ",
        "GB82",
        "<",
        "A<",
        "°",
        "1°",
        "1.234, ",
        " ",
        "\n",
        "é",
    ),
    *("e\u0301", "\u200b", "٣", "路", "路1号", "de la ", "N.", "S/N ", "1/", "ab-", "Aa ", "A. "),
]


def holds(spans: list[Span], one: Marked) -> bool:
    """Whether every letter and digit between the marks is in a span."""
    places = (place for place in range(one.start, one.end) if one.text[place].isalnum())
    return all(any(span.start <= place < span.end for span in spans) for place in places)


@pytest.mark.parametrize("one", MARKED, ids=lambda one: f"{one.language}-{one.kind}")
def test_what_is_marked_is_found_whole_with_its_kind_and_nothing_beside_it(one: Marked) -> None:
    spans = patterns([one.text])[0]
    assert holds(spans, one)
    assert one.kind in {span.kind for span in spans}
    assert all(span.start < one.end and span.end > one.start for span in spans)


def test_the_texts_are_of_many_languages_and_of_every_kind_but_names() -> None:
    assert len({one.language for one in MARKED}) >= FEWEST_LANGUAGES
    assert {one.kind for one in MARKED} == set(KINDS) - {"PERSON"}


@pytest.mark.parametrize("text", clean())
def test_numbers_of_reports_and_laws_are_nobody_s(text: str) -> None:
    assert patterns([text]) == [[]]


def test_composed_and_decomposed_texts_give_the_same_words() -> None:
    for one in MARKED:
        text = unicodedata.normalize("NFD", one.text)
        found = [_cut(text, span) for span in patterns([text])[0]]
        assert found == [_cut(one.text, span) for span in patterns([one.text])[0]], one


def _cut(text: str, span: Span) -> tuple[str, str]:
    return unicodedata.normalize("NFC", text[span.start : span.end]), span.kind


def test_signs_that_do_not_show_hide_nothing() -> None:
    for one in MARKED:
        hidden = re.sub(r"(?<=\d)(?=\d)", "\u200b", one.text)
        whole = [re.sub("\u200b", "", hidden[s.start : s.end]) for s in patterns([hidden])[0]]
        assert whole == [one.text[s.start : s.end] for s in patterns([one.text])[0]], one


@given(st.text(SIGNS, max_size=80) | st.text(max_size=60))
def test_every_span_lies_in_its_text_apart_and_in_order(text: str) -> None:
    spans = patterns([text])[0]
    edges = [edge for span in spans for edge in (span.start, span.end)]
    assert edges == sorted(edges)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)


def spent(text: str) -> float:
    """Seconds of processor time to read a text once."""
    begun = time.process_time()
    patterns([text])
    return time.process_time() - begun


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_grows_with_the_text_however_it_is_made(piece: str) -> None:
    patterns([piece])
    short, long = (piece * (size // len(piece)) for size in (8_000, 64_000))
    few = min(spent(short) for _ in range(3))
    # Eight times the text; a quadratic pattern would take sixty-four times as long.
    assert min(spent(long) for _ in range(2)) < 24 * few + 0.05
