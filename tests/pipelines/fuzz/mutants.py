"""Files as somebody sends them, broken in every way that came to mind, the same for each seed."""

import gzip
import io
import lzma
import random
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping


class Chance(random.Random):
    """What decides, the same for each seed; nothing here is secret."""


Mutation = Callable[[bytes, Chance], bytes]
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, ValueError, KeyError, EOFError, OSError),
    *(RuntimeError, OverflowError),
)
ZIP = b"PK\x03\x04"
ODD = (b"\0", b"\xff", b'"', b"\r", b"\n", b",", b";", b"\t", b"=", b"\xef\xbb\xbf", b"\xc3", b"'")
ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1251", "latin-1", "cp1252", "utf-7")
CELLS = ("9" * 400, "-0", "1e999", "NaN", "=1+1", "'" * 9, "0001-01-01", "\u202e", "2023-02-31")
TAGS = (b"<c ", b"<row ", b"</row>", b"<v>", b"</v>", b"<si>", b"<t>", b'r="', b'=""', b"<sheet ")


def flipped(data: bytes, chance: Chance) -> bytes:
    """Some bits changed."""
    made = bytearray(data)
    for _ in range(chance.choice((1, 2, 8, 64)) if made else 0):
        made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
    return bytes(made)


def cut(data: bytes, chance: Chance) -> bytes:
    """The beginning, the end or something between is missing."""
    first, last = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    return chance.choice((data[first:], data[:last], data[:first] + data[last:]))


def spliced(data: bytes, chance: Chance) -> bytes:
    """A piece once more somewhere else."""
    first, last = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    place = chance.randrange(len(data) + 1)
    return data[:place] + data[first:last] * chance.choice((1, 2, 50)) + data[place:]


def inserted(data: bytes, chance: Chance) -> bytes:
    """Signs that mean something to a reader, anywhere."""
    for _ in range(chance.choice((1, 3, 20))):
        place = chance.randrange(len(data) + 1)
        data = data[:place] + chance.choice(ODD) * chance.choice((1, 1, 9)) + data[place:]
    return data


def encoded(data: bytes, chance: Chance) -> bytes:
    """All of it, or its second half, in another encoding."""
    half = chance.choice((0, len(data) // 2))
    text = data[half:].decode("utf-8", "replace")
    return data[:half] + text.encode(chance.choice(ENCODINGS), "replace")


def compressed(data: bytes, chance: Chance) -> bytes:
    """Compressed, and then perhaps damaged."""
    return chance.choice((flipped, cut, untouched))(gzip.compress(data), chance)


def untouched(data: bytes, _: Chance) -> bytes:
    """As it was."""
    return data


def lines(data: bytes, chance: Chance) -> bytes:
    """Lines in another order, twice, or missing; the header too."""
    rows = data.split(b"\n")
    for _ in range(chance.choice((1, 2, 5))):
        one, other = (chance.randrange(len(rows)) for _ in range(2))
        rows[one], rows[other] = rows[other], chance.choice((rows[one], rows[other], b""))
    return b"\n".join(rows)


def columns(data: bytes, chance: Chance) -> bytes:
    """Cells of each line in another order, so that names stand where codes should."""
    mark = max((b",", b";"), key=data.count)
    rows = [row.split(mark) for row in data.split(b"\n")]
    order = list(range(max(map(len, rows))))
    chance.shuffle(order)
    head = chance.choice((0, 1))
    mixed = [[row[n] for n in order if n < len(row)] for row in rows[head:]]
    return b"\n".join(mark.join(row) for row in [*rows[:head], *mixed])


def cells(data: bytes, chance: Chance) -> bytes:
    """Cells that no list has."""
    mark = max((b",", b";"), key=data.count)
    rows = [row.split(mark) for row in data.split(b"\n")]
    for _ in range(chance.choice((1, 5, 30))):
        row = chance.choice(rows)
        row[chance.randrange(len(row))] = chance.choice(CELLS).encode()
    return b"\n".join(map(mark.join, rows))


def part(data: bytes, chance: Chance) -> bytes:
    """A part of a workbook damaged, the archive itself sound."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(sorted(parts))
    ways = (flipped, cut, spliced, inserted, tagged, tagged, renumbered)
    return _packed({**parts, name: chance.choice(ways)(parts[name], chance)}, chance)


def _packed(parts: Mapping[str, bytes], chance: Chance) -> bytes:
    names = sorted(parts)
    if chance.random() < 0.3:
        names.remove(chance.choice(names))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", chance.choice((0, 8, 12, 14))) as archive:
        for name in names:
            archive.writestr(name, parts[name])
    return out.getvalue()


def tagged(data: bytes, chance: Chance) -> bytes:
    """Marks of XML where none should be, or missing."""
    tag, other = (chance.choice(TAGS) for _ in range(2))
    return data.replace(tag, chance.choice((b"", other, tag * 3)), chance.choice((1, 9, -1)))


def renumbered(data: bytes, chance: Chance) -> bytes:
    """Cells and strings with numbers far away."""
    old = chance.choice((b'r="', b"<v>", b'count="', b's="'))
    return data.replace(old, old + chance.choice((b"9", b"99999999", b"-", b"XFD")), 2)


ANY: tuple[Mutation, ...] = (flipped, cut, spliced, inserted, compressed)
TEXT: tuple[Mutation, ...] = (*ANY, encoded, lines, lines, columns, columns, cells, cells)
PACKED: tuple[Mutation, ...] = (*ANY, part, part, part, part, part)


def mutant(data: bytes, chance: Chance) -> bytes:
    """A file broken once, or sometimes twice."""
    for _ in range(chance.choice((1, 1, 1, 2))):
        ways = PACKED if data.startswith(ZIP) and zipfile.is_zipfile(io.BytesIO(data)) else TEXT
        try:
            data = chance.choice(ways)(data, chance)
        except BROKEN:
            data = flipped(data, chance)
    return data


def mutants(files: list[bytes], seed: int) -> Iterator[bytes]:
    """One submission after another: one of its files broken, the others sound."""
    chance = Chance(seed)
    broken = chance.randrange(len(files))
    for place, data in enumerate(files):
        yield mutant(data, chance) if place == broken else data
