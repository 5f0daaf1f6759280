"""Any file as texts with their places: what a person could have written somewhere in it.

Which format it is says its content; the ending of its name only tells prose from a table. Titles,
headers, names of sheets, comments and properties are texts as well as cells.
"""

import gzip
import io
import json
import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any, NamedTuple

from sources import streams
from sources.delimited import slowly
from sources.rows import Locked, Row, Unreadable

PARQUET, ZIP, OLE = b"PAR1", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MARKS = (",", ";", "\t", "|")
LINES, TABULAR, PROSE = (".jsonl", ".ndjson"), (".csv", ".tsv", ".tab"), (".md", ".markdown")
# Of UTF-32 first: the mark of UTF-16 begins one of its own.
WIDE = ((b"\xff\xfe\0\0", 32), (b"\0\0\xfe\xff", 32), (b"\xff\xfe", 16), (b"\xfe\xff", 16))
# So many signs that cannot be read, for each letter beyond ASCII that can, are but damage.
DAMAGED = 0.2
# The name of a column has no more digits.
FEW = 6
# So many lines, or bytes, tell how a text is written.
TOP, TELLING = 20, 1 << 16
HALF = re.compile("[\ud800-\udfff]")
# A paragraph is read as one text up to so many characters: names and addresses cross lines.
LONGEST = 4_000
MOST = 2**29


class Place(NamedTuple):
    """Where a text stands. ``row`` is the number that a spreadsheet shows; ``line`` that of an
    editor; a text over several lines begins in it."""

    sheet: str | None = None
    row: int | None = None
    line: int | None = None
    column: str | None = None


class Text(NamedTuple):
    """A text, its place, and the name of its column where it has one.

    The ``column`` of its place can be shown whatever the name is; the ``header`` only where it
    ``is_name``, and is not what stands in the first row of a table without names.
    """

    place: Place
    text: str
    header: str = ""
    is_name: bool = True


def texts(data: bytes, ending: str) -> Iterator[Text]:
    """The texts of a file, packed or not; raises ``Unreadable`` or ``Locked``."""
    plain = _unpacked(data) if data.startswith(streams.GZIP) else data
    if plain.startswith(OLE):
        raise Locked
    if plain.startswith((PARQUET, ZIP)):
        from sources import offices

        return offices.columns(plain) if plain.startswith(PARQUET) else offices.workbook(plain)
    return _written(decoded(plain), ending)


def _unpacked(data: bytes) -> bytes:
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
        try:
            plain = packed.read(MOST + 1)
        except (OSError, EOFError):
            raise Unreadable from None
    if len(plain) > MOST:
        raise Unreadable
    return plain


def decoded(data: bytes) -> str:
    """Bytes as text: UTF-8, UTF-16 or UTF-32 with its mark, or an old code page, told by its
    letters. What is damaged in a text of Unicode is replaced, and the rest is read."""
    for mark, bits in WIDE:
        if data.startswith(mark):
            return HALF.sub("\ufffd", data.decode(f"utf-{bits}", errors="replace"))
    if b"\0" in data[:TELLING]:
        raise Unreadable
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("utf-8-sig", errors="replace")
    # Pairs of letters of an old page are hardly ever letters of UTF-8.
    damaged, whole = text.count("\ufffd"), len(re.findall(r"[^\x00-\x7f\ufffd]", text))
    if damaged < DAMAGED * whole:
        return text
    return data.decode(code_page(data[:TELLING]), errors="replace")


def code_page(data: bytes) -> str:
    """Western, Cyrillic or Arabic, by how many letters are beyond ASCII, and which.

    Small Cyrillic letters are the last 32 signs of their page; Arabic ones are spread.
    """
    high = sum(byte >= 0xC0 for byte in data)
    letters = high + sum(bytes((byte,)).isalpha() for byte in data if byte < 0x80)
    if 2.5 * high < letters:
        return "cp1252"
    return "cp1251" if sum(byte >= 0xE0 for byte in data) > 0.7 * high else "cp1256"


def _written(text: str, ending: str) -> Iterator[Text]:
    top = [line for line in text[:TELLING].splitlines() if line.strip()][:TOP]
    if ending in LINES or (ending not in PROSE and top and _is_object(top[0])):
        return objects(text)
    if ending == ".json":
        return document(text)
    mark = None if ending in PROSE else mark_of(top, ending in TABULAR)
    if not mark:
        return paragraphs(text)
    return cells(slowly([text.encode()], mark), most_words=99 if ending in TABULAR else 3)


def mark_of(top: list[str], is_table: bool) -> str | None:
    """What sets the cells of a table apart; None for prose, whose lines agree on no mark."""
    counts = {mark: [line.count(mark) for line in top] for mark in MARKS}
    agree = {mark: sum(map(bool, found)) for mark, found in counts.items()}
    best = max(MARKS, key=lambda mark: (agree[mark], sum(counts[mark])))
    if is_table:
        return best
    even = {mark for mark, found in counts.items() if found and len(set(found)) == 1 and found[0]}
    return best if best in even and len(top) > 1 else None


def paragraphs(text: str) -> Iterator[Text]:
    """Lines that follow each other, as one text under the number of the first."""
    held: list[str] = []
    start = size = 0
    for number, line in enumerate(chain(text.split("\n"), [""]), start=1):
        if held and (not line.strip() or size + len(line) > LONGEST):
            yield Text(Place(line=start), "\n".join(held))
            held, size = [], 0
        if line.strip():
            start = start if held else number
            held.append(line)
            size += len(line) + 1


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def objects(text: str) -> Iterator[Text]:
    """One JSON object a line: each text in it, under the names that lead to it."""
    keys: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            found = list(strings(json.loads(line))) if line.strip() else []
        except (ValueError, RecursionError):
            yield Text(Place(row=number), line)
        else:
            yield from _keyed(number, found, keys)


def document(text: str) -> Iterator[Text]:
    """One JSON value; the items of a list are its rows."""
    keys: dict[str, str] = {}
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        yield from paragraphs(text)
        return
    for number, item in enumerate(whole if isinstance(whole, list) else [whole], start=1):
        yield from _keyed(number, list(strings(item)), keys)


def _keyed(number: int, found: list[tuple[str, str]], keys: dict[str, str]) -> Iterator[Text]:
    """The texts of a row; each name of a column is a text too, where it comes first."""
    for name, said in found:
        if name and name not in keys:
            keys[name] = f"key {len(keys) + 1}"
            yield Text(Place(row=number, column="(key)"), name)
        yield Text(Place(row=number, column=keys.get(name)), said, name)


def strings(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Each text, whole number or day of a value as text, with the names that lead there."""
    match value:
        case str():
            # Half of a pair is no character: nobody could write it down again.
            yield name, HALF.sub("\ufffd", value)
        case float() | Decimal() if value == value // 1:
            yield name, str(int(value))
        case bool() | float() | None:
            return
        case bytes():
            yield name, value.decode(errors="replace")
        case int():
            yield name, str(value)
        case dict():
            for key, item in value.items():
                told = HALF.sub("\ufffd", str(key))
                yield from strings(item, f"{name}.{told}" if name else told)
        case date():
            yield name, value.isoformat()[:10]
        case list():
            for item in value:
                yield from strings(item, name)


def letters(place: int) -> str:
    """The name of a column in a spreadsheet: 0 is A, 26 is AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def names_columns(head: Row, most_words: int) -> bool:
    """Whether a row can be one of names: no cell of it is a number or longer than so many words."""
    return not any(
        "@" in cell
        or len(cell.split()) > most_words
        or (digits := sum(map(str.isdigit, cell))) > FEW
        or (digits and not any(map(str.isalpha, cell)))
        for cell in head
    )


def cells(rows: Iterable[Row], sheet: str | None = None, most_words: int = 99) -> Iterator[Text]:
    """The cells of a table, those of titles and header too, each under its column's letters."""
    numbered = iter(enumerate(rows, start=1))
    top = [row for row, _ in zip(numbered, range(TOP), strict=False)]
    head = max((row for _, row in top), key=lambda row: sum(map(bool, row)), default=())
    below, is_name = False, names_columns(head, most_words)
    for number, row in chain(top, numbered):
        for place, cell in enumerate(row):
            if cell:
                header = head[place] if below and place < len(head) else ""
                yield Text(Place(sheet, number, None, letters(place)), cell, header, is_name)
        below = below or row is head
