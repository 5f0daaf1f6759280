"""Submissions with strings planted wherever a file, and what is said with it, can hold one.

The rows are the invented region's; each submission gets strings of its own, which exist nowhere
else, not even in another run of the same test. Every other submission is of a kind that is refused.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineWorkbook

from sources.synthetic import Region, Submission, write
from sources.synthetic.chance import dice
from tests.leaks import workbooks
from tests.sources.sent import form, written

LAYOUTS = ("xaa_shelters", "xad_labour", "xad_police", "xaa_assistance", "xab_ministry")
ROWS = 60
# First and last letter of scripts in which names are written; the last has no small letters.
SCRIPTS = {
    "latin": "abcdefghijklmnopqrstuvwxyz",
    "marked": "áéíóúñçãõåøžšđłğşěřü",
    "cyrillic": "абвгдежзийклмнопрстуфхцчшщэюя",
    "greek": "αβγδεζηθικλμνξοπρτυφχψω",
    "arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "hebrew": "אבגדהוזחטיכלמנסעפצקרשת",
    "devanagari": "कखगघचछजझटठडढतथदधनपफबभमयरलवशषसह",
    "thai": "กขคงจฉชซญดตถทธนบปผพภมยรลวสหอ",
    "ethiopic": "ሀለሐመሠረሰቀበተኀነአከወዐዘየደገጠጰጸፀፈፐ",
    "georgian": "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
    "armenian": "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցփքօֆ",
    "hangul": "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허",
    "han": "人名地山水火木金土日月年時間車電話語学校先生何食飲大小中上下",
}
CODEPAGE = {"xad_labour": ("cyrillic", "latin")}


@dataclass(frozen=True)
class Planted:
    """One submission: the words to type, and by what they are known the strings in it."""

    words: tuple[str, ...]
    secrets: dict[str, str]


class Drawer:
    """Draws the strings of one submission and remembers them."""

    def __init__(self, seed: str, layout: str) -> None:
        self.dice = dice(0, seed)
        self.secrets: dict[str, str] = {}
        self.scripts = CODEPAGE.get(layout, tuple(SCRIPTS))

    def name(self, what: str) -> str:
        """Letters of some script."""
        letters = SCRIPTS[self.dice.choice(self.scripts)]
        return self._kept(what, "".join(self.dice.choices(letters, k=14)))

    def plain(self, what: str) -> str:
        """Letters and digits of the alphabet of addresses."""
        letters = SCRIPTS["latin"] + "0123456789"
        return self._kept(what, "zq" + "".join(self.dice.choices(letters, k=12)))

    def number(self, what: str) -> str:
        """Digits as a telephone's are grouped; known without what groups them."""
        digits = "".join(self.dice.choices("123456789", k=13))
        self._kept(what, digits)
        return f"+{digits[:2]} {digits[2]} ({digits[3:5]}) {digits[5:9]}-{digits[9:]}"

    def _kept(self, what: str, text: str) -> str:
        self.secrets[what] = text
        return text


def told(one: Submission, rows: list[list[str]], dataset: str, draw: Drawer) -> list[list[str]]:
    """The rows of a list, its header first, with a string in everything that rows can hold."""
    header, *body = [list(row) for row in rows]
    place = {what: header.index(c) for what, c in form(one.layout, dataset).items() if c in header}
    person, text = body[0], draw.name("narrative")
    held: dict[str, Callable[[], str]] = {
        "family": lambda: draw.name("family"),
        "given": lambda: draw.name("given"),
        "document": lambda: draw.plain("document"),
        "phone": lambda: draw.number("phone"),
        "address": lambda: f"{draw.name('address')} 17, {draw.plain('town')}",
        "record": lambda: draw.plain("record"),
        "client": lambda: draw.plain("client"),
        "case": lambda: draw.plain("case"),
        "narrative": lambda: f"She met {text} at {draw.plain('mail')}@example.org, twice.",
    }
    for what in held.keys() & place.keys():
        person[place[what]] = held[what]()
    for number, (what, form_of) in enumerate(
        (("sex", draw.name), ("on", draw.plain), ("born", draw.plain), ("citizenship", draw.name)),
        1,
    ):
        if what in place:
            body[number][place[what]] = form_of(f"unmapped {what}")
    person[-1] = f"{draw.name('undeclared text')} {draw.plain('undeclared mail')}@example.org"
    header += [f"Nota {draw.plain('header')}", draw.name("header alone")]
    body = [[*row, "", ""] for row in body]
    person = body[0]
    person[-2:] = [draw.number("undeclared number"), draw.name("undeclared name")]
    body[5][-1] = f"two\nlines {draw.name('second line')}"
    return [header, *body]


def read(file: Path) -> list[list[str]]:
    """The rows of a file of the region from its header on, as text."""
    if file.suffix in (".xlsx", ".ods"):
        book = CalamineWorkbook.from_path(file)
        return [list(map(str, row)) for row in book.get_sheet_by_index(0).to_python()[3:]]
    mark, encoding = written(file)
    with file.open(encoding=encoding, newline="") as lines:
        return list(csv.reader(lines, delimiter=mark))


def as_text(file: Path, like: Path, rows: list[list[str]], draw: Drawer) -> None:
    """Delimited text in the encoding of its sender, with cells beyond the header and a remark."""
    mark, encoding = written(like)
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter=mark, lineterminator="\n")
    rows[6] = [*rows[6], draw.name("cell beyond"), draw.plain("second cell beyond")]
    writer.writerows(rows)
    lines.write(f"# printed by {draw.name('remark')} for {draw.plain('second remark')}\n")
    file.write_bytes(lines.getvalue().encode(encoding, "replace"))


def planted(one: Submission, folder: Path, number: int, seed: str) -> Planted:
    """The files of a submission written anew, and the words that send them."""
    draw = Drawer(f"{seed} {number}", one.layout)
    here = folder / f"{number:04}"
    here.mkdir()
    files = []
    for turn, (like, dataset) in enumerate(zip(one.files, ("victims", "cases"), strict=False)):
        kind = "services" if one.layout == "xaa_assistance" else dataset
        own = draw if turn == 0 else Drawer(f"{seed} {number} again", one.layout)
        rows = told(one, read(like)[: ROWS + 1], kind, own)
        draw.secrets.update(
            {f"{what}, {dataset}": text for what, text in own.secrets.items()} if turn else {}
        )
        file = here / f"{draw.plain(f'file name {turn}')}{like.suffix}"
        makers = {".xlsx": workbooks.xlsx, ".ods": workbooks.ods}
        if maker := makers.get(like.suffix):
            maker(file, rows, draw, is_odd=number % 8 == 5)
        else:
            as_text(file, like, rows, draw)
        files.append(file)
    return refused(one, files, number, draw) if number % 2 else sent(one, files, number, draw)


def sent(one: Submission, files: list[Path], number: int, draw: Drawer) -> Planted:
    """As it should be sent; most will be accepted."""
    words = ["submit", *map(str, files), "--layout", one.layout, "--period", str(one.period)]
    words += [["--json"], [], ["--language", "es"]][number % 3]
    return Planted(tuple(words), dict(draw.secrets))


def refused(one: Submission, files: list[Path], number: int, draw: Drawer) -> Planted:
    """In one of the ways in which a submission is refused, or is only looked at."""
    words = list(sent(one, files, number, draw).words)
    match number // 2 % 6:
        case 0:
            whole = files[0].read_bytes()
            files[0].write_bytes(whole[:-60] if whole.startswith(b"PK") else bytes(9) + whole)
        case 1:
            words[words.index("--layout") + 1] = "xaa_police"
        case 2:
            words[0] = "check"
        case 3:
            words += [
                "--reason",
                f"Ask {draw.plain('reason')}@example.org, {draw.number('reason number')}",
            ]
        case 4:
            words[words.index("--period") + 1] = "2021-Q1"
        case _:
            files[0].write_bytes(b"\xd0\xcf\x11\xe0" + files[0].read_bytes())
    return Planted(tuple(words), dict(draw.secrets))


def many(folder: Path, count: int, seed: str) -> Iterator[Planted]:
    """So many submissions, from the lists of a small region."""
    region: Region = write(folder / "region", size=300, quarters=1)
    like = [one for name in LAYOUTS for one in region.submissions if one.layout == name]
    for number in range(count):
        yield planted(like[number // 2 % len(like)], folder, number, seed)
