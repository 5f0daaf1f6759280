"""Whatever an office sends is read as text, or refused with one code that says why."""

import csv
import io
from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from data_contracts import load
from data_contracts.layout import FileSpec
from sources import readers, streams
from sources.rows import OURS, Empty, Locked, NoHeader, Unreadable
from tests.sources.files import BOOK, CSV, ODS, ROWS, WANTED, XLSX, book, packed, read
from tests.tables import table

REFUSALS = (Unreadable, Empty, NoHeader, Locked)
CANARY = "zqabcdefghij"


FORMS = {
    "plain": b"name,sex\nA,F\nB,M\n",
    "of Windows, cut at the end": b"name,sex\r\nA,F\r\nB,M",
    "of an old Macintosh": b"name,sex\rA,F\rB,M\r",
    "in quotes, with a mark": b'\xef\xbb\xbf"name","sex"\n"A","F"\n"B","M"\n',
    "in UTF-16": "name,sex\nA,F\nB,M\n".encode("utf-16"),
    "in UTF-16, large end first": b"\xfe\xff" + "name,sex\nA,F\nB,M\n".encode("utf-16-be"),
    "with blanks": b" name , sex \n  A,F  \nB,M,,\n",
    "compressed": packed(b"name,sex\nA,F\nB,M\n"),
    "compressed in parts": packed(b"name,sex\nA,F\n") + packed(b"B,M\n"),
    "workbook": BOOK,
    "compressed workbook": packed(BOOK),
    "OpenDocument": ODS,
    "second sheet": book(("Notes", [["name", "sex"], ["no", "no"]]), ("List", ROWS)),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_same_rows_are_read_from_every_form(form: str) -> None:
    assert_frame_equal(
        read(FORMS[form]),
        table(
            """
            row | ragged | short | name | sex
            2   | 0      | 0     | A    | F
            3   | 0      | 0     | B    | M
        """,
            ragged=pl.Boolean,
            short=pl.Boolean,
        ),
    )


UNREADABLE = {
    "a workbook locked by a password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, 4),
    "nothing": (b"", 2),
    "blanks": (b" \r\n\t\n", 2),
    "a mark of the encoding and no more": (b"\xef\xbb\xbf", 2),
    "separators only": (b",,\n,,\n", 2),
    "nothing, compressed": (packed(b""), 2),
    "a header only": (b"name,sex\n", 2),
    "a header and blank rows": (b"name,sex\n,\n , \n", 2),
    "an empty sheet": (book(("List", [])), 2),
    "a sheet with a header only": (book(("List", ROWS[:1])), 2),
    "a column missing": (b"name,age\nA,30\n", 3),
    "a column in other letters": (b"Name,Sex\nA,F\n", 3),
    "another separator": (b"name;sex\nA;F\n", 3),
    "the header too far down": (b"x\n" * 20 + b"name,sex\nA,F\n", 3),
    "no header": (b"A,F\nB,M\n", 3),
    "UTF-16 without its mark": ("name,sex\nA,F\n".encode("utf-16-le"), 15),
    "another encoding": ("name,sex\nAña,F\n".encode("latin-1"), 15),
    "half a letter": ("name,sex\nA,F\n".encode("utf-16")[:-1], 15),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), 15),
    "an archive of something else": (b"PK\x03\x04" + b"\0" * 200, 1),
    "a workbook cut off": (BOOK[:-300], 1),
    "a spreadsheet in OpenDocument, cut off": (ODS[:-300], 1),
    "a quotation that never ends": (b'name,sex\nA,"F\nB,M\nC,F\n', 1),
    "a cell as long as a book": (b"name,sex\nA," + b"F" * 200_000, 16),
    "a compressed file cut off": (packed(b"name,sex\nA,F\n" * 99)[:-20], 1),
    "a compressed file with a wrong sum": (packed(b"name,sex\nA,F\n")[:-8] + b"0" * 8, 1),
    "a damaged compressed file": (packed(b"name,sex\n" * 99)[:30] + b"\xff" * 40, 1),
    "what only begins like one": (b"\x1f\x8b", 1),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_what_cannot_be_read_is_refused_with_its_code(what: str) -> None:
    data, code = UNREADABLE[what]
    with pytest.raises(REFUSALS) as refused:
        read(data)
    assert getattr(refused.value, "code", "") == f"READ-{code:02}"


def test_each_refusal_has_a_code_of_its_own() -> None:
    codes = (Unreadable.code, Empty.code, NoHeader.code)
    assert (*codes, Locked.code) == ("READ-01", "READ-02", "READ-03", "READ-04")


@pytest.mark.parametrize(
    ("data", "spec"),
    [(BOOK, CSV), (FORMS["plain"], XLSX), (ODS, XLSX)],
    ids=("workbook", "text", "ods"),
)
def test_a_format_that_the_layout_does_not_take_is_refused(data: bytes, spec: FileSpec) -> None:
    with pytest.raises(Unreadable):
        read(data, spec)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: f"name,sex\nA,F\n{text},M\n".encode("utf-16")[:-1],
        lambda text: f"{text},sex\n{text},F\n".encode(),
        lambda text: f'name,sex\n"{text}'.encode(),
        lambda text: f"name,sex\n{text * 20_000},F".encode(),
        lambda text: b"\x1f\x8b" + text.encode(),
        lambda text: b"PK\x03\x04" + text.encode(),
        lambda text: b"\xff" + text.encode(),
    ],
)
def test_a_refusal_holds_no_cell_and_hides_no_other_error(damage: Callable[[str], bytes]) -> None:
    with pytest.raises(REFUSALS) as refused:
        read(damage(CANARY))
    error = refused.value
    assert CANARY not in repr(error) + repr(vars(error))
    assert error.__cause__ is None
    assert error.__context__ is None or error.__suppress_context__


def limited(monkeypatch: pytest.MonkeyPatch, **limits: int) -> None:
    """The policy with other limits, and nothing harmless."""
    policy = load.policy().model_copy(update=limits)
    monkeypatch.setattr(load, "policy", lambda: policy)
    monkeypatch.setattr(streams, "HARMLESS", 0)


@pytest.mark.parametrize("pack", [bytes, packed])
def test_a_file_has_at_most_as_many_bytes_as_the_policy_says(
    pack: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    data = b"name,sex\nA,F\n"
    limited(monkeypatch, max_file_bytes=len(data))
    assert len(read(pack(data))) == 1
    limited(monkeypatch, max_file_bytes=len(data) - 1)
    with pytest.raises(Unreadable):
        read(pack(data))


def test_a_file_unpacks_to_so_many_times_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"name,sex\n" + b"A,F\n" * 1_000
    times = len(data) // len(packed(data))
    limited(monkeypatch, max_expansion=times + 1)
    assert len(read(packed(data))) == 1_000
    limited(monkeypatch, max_expansion=times - 1)
    with pytest.raises(Unreadable):
        read(packed(data))


def test_a_workbook_is_held_in_memory_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "UNPACKED_LIMIT", len(BOOK))
    assert len(read(packed(BOOK))) == 2
    monkeypatch.setattr(readers, "UNPACKED_LIMIT", len(BOOK) - 1)
    with pytest.raises(Unreadable):
        read(packed(BOOK))


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
MAGIC = st.sampled_from(
    [b"", b"PK\x03\x04", b"\x1f\x8b", b"\xff\xfe", b"\xef\xbb\xbf", b"name,sex"]
)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1), st.sampled_from((",", ";", "\t", "|")))
def test_what_was_written_by_the_rules_is_read_back(rows: list[tuple[str, str]], mark: str) -> None:
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter=mark, quoting=csv.QUOTE_ALL)
    writer.writerows([("name", "sex"), *rows])
    spec = FileSpec(formats=("csv",), delimiter=mark)
    kept = [(a.strip(), b.strip()) for a, b in rows if a.strip() or b.strip()]
    data = lines.getvalue().encode()
    if kept:
        assert read(data, spec).select("name", "sex").rows() == kept
    else:
        with pytest.raises(Empty):
            read(data, spec)


@given(MAGIC, st.binary())
def test_any_bytes_are_read_or_refused(start: bytes, rest: bytes) -> None:
    try:
        found = read(start + rest)
    except REFUSALS:
        return
    assert set(found.columns) >= {*OURS, *WANTED}
