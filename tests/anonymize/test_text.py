"""What identifies a person is found in texts that nobody has read; all of it is invented."""

import socket
import subprocess
import sys

import pytest

from anonymize.finding.spans import merged
from anonymize.text import Span, found, identifying, kinds, patterns, redacted
from data_contracts import load
from data_contracts.words import spelling
from tests.network import attempts
from tests.tables import table

FOUND = table("""
what                      | text
e-mail                    | ana.inventada@example.org
e-mail in a sentence      | escribir a ana@example.org, por favor
e-mail of another script  | ana@пример.рф
telephone                 | +54 9 11 5555-0123
telephone in brackets     | (011) 5555-0123
telephone in a sentence   | llamar al 011 5555 0123
bank account              | GB82 WEST 1234 5698 7654 32
card                      | 4111 1111 1111 1111
handle                    | @ana_inventada
handle in a sentence      | en redes @ana_inventada
web address               | https://example.org/ana
web address without http  | www.example.org
profile                   | example.com/ana.inventada
number                    | 1234567
number in groups          | 1 234 567
number in a longer one    | 1000001
number that is near       | 100001
number and a word         | DNI12345678
passport                  | AB123456
passport, letter last     | X1234567Z
Arabic digits             | ١٢٣٤٥٦٧٨
Arabic digits in groups   | ١٢٣ ٤٥٦ ٧٨٩
Arabic digits in a word   | رقم١٢٣٤٥٦
Devanagari digits         | १२३४५६७८
birth date                | 1987-03-12
birth date, day first     | 12/03/1987
""")
KINDS = table("""
kind   | text
EMAIL  | ana@example.org
URL    | https://example.org/ana
HANDLE | @ana_inventada
""")
CLEAN = table("""
what                 | text
nothing              |
word                 | Mendicidad
sentence             | Trabajo, con o sin retención
thousands            | per 100 000
thousands by commas  | 100,000
base of a rate       | PER_100000_POP
year                 | 2025
range of years       | 15 - 17
ages                 | 18+ years
cell of a sheet      | Q6.1_21s_2019
number of a law      | Ley 26.364
too short a number   | 12345
mark of a handle     | a @ b
abbreviations        | Ns/Nc
""")


@pytest.mark.parametrize(("what", "text"), FOUND.rows())
def test_what_identifies_a_person_is_found_as_written_and_in_normal_form(
    what: str, text: str
) -> None:
    normal = spelling(text)
    assert list(identifying([text, normal])) == [text, normal], what


@pytest.mark.parametrize(("kind", "text"), KINDS.rows())
def test_what_is_found_is_known_by_its_kind(kind: str, text: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize(("what", "text"), CLEAN.rows())
def test_what_does_not_is_not(what: str, text: str | None) -> None:
    assert list(identifying([text or ""])) == [], what


def words() -> set[str]:
    """Every word of every list in every language, and every label of every layout."""
    rows = [row for name in load.codelists() for row in load.rows(name, load.HERE / "labels")]
    listed = {word for row in rows for of in load.WRITTEN for word in row[of].split("|")}
    layouts = load.layouts().values()
    own = {word for layout in layouts for labels in layout.labels.values() for word in labels}
    return listed | own


def test_no_label_is_taken_for_personal_data() -> None:
    known = words()
    assert len(known) > 1_000
    assert list(identifying(sorted(known | set(map(spelling, known))))) == []


def test_texts_come_back_in_their_order_and_nothing_of_what_was_found() -> None:
    texts = ["Trabajo", "ana@example.org", "Mendicidad", "12345678", "ana@example.org"]
    assert list(identifying(texts)) == ["ana@example.org", "12345678", "ana@example.org"]


def test_spans_are_places_in_the_text_as_given_and_can_be_cut_out() -> None:
    text = "Call Mrs Ana Inventada, ana@example.org"
    spans = found([text])[0]
    assert spans == [Span(9, 22, "PERSON"), Span(24, 39, "EMAIL")]
    assert redacted(text, spans) == "Call Mrs [PERSON], [EMAIL]"
    assert patterns([text]) == [[Span(24, 39, "EMAIL")]]


def test_several_processes_find_the_same_in_the_same_order() -> None:
    texts = [text for _, text in FOUND.rows()]
    assert found(texts, processes=2) == found(texts)


def test_what_overlaps_is_one_of_the_longest_kind() -> None:
    spans = [Span(5, 9, "PHONE"), Span(0, 6, "CARD"), Span(9, 12, "URL"), Span(9, 12, "EMAIL")]
    assert merged(spans) == [Span(0, 9, "CARD"), Span(9, 12, "EMAIL")]


def test_the_network_is_not_touched_and_no_model_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = attempts(monkeypatch)
    assert list(identifying(["ana@example.org", "https://example.org/ana"]))
    assert tried == []
    with pytest.raises(OSError, match="no network"):
        socket.getaddrinfo("example.org", 443)
    assert len(tried) == 1


def test_the_first_stage_loads_nothing_heavy() -> None:
    script = """
import sys
from anonymize.text import patterns
assert patterns(["ana@example.org", "+54 9 11 5555-0123"]) != [[], []]
sys.exit(" ".join({"presidio_analyzer", "spacy", "torch"} & set(sys.modules)) or 0)
"""
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
