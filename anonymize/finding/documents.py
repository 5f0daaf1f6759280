"""Documents, files and vehicles: what a word announces, and forms that nothing else has."""

import re
from collections.abc import Iterator

from anonymize.finding.groups import DATE, LINK
from anonymize.finding.phones import YEARS
from anonymize.finding.reading import Reading
from anonymize.finding.spans import Span
from anonymize.finding.words import alternatives

# After the word: signs and small words, then what was announced: letters and digits in groups.
AFTER = re.compile(rf"[^\w\n]{{0,6}}\n?[ \t]{{0,4}}(?:{LINK}[^\w\n]{{0,4}}){{0,5}}")
GROUP = r"[^\W\d_]{0,8}\d[^\W_]{0,24}(?:[./-][^\W_]{1,16}){0,6}"
BETWEEN = rf"(?:(?:№|{alternatives('house')})\.? ?|- |/ )?"
VALUE = re.compile(
    rf"(?:[^\W\d_]{{1,8}}[./-]){{0,3}}(?:[A-Z\u0410-\u042f]{{1,6}} (?:№ ?)?)?{GROUP}"
    rf"(?: {BETWEEN}(?:[A-Z\u0410-\u042f]{{1,3}} )?{GROUP}){{0,5}}(?:[ -][A-Z](?!\w))?"
)
# What a vehicle bears: short groups of capitals and digits, single letters of other scripts.
SERIES = r"(?:[A-Z0-9\u0410-\u042f\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff]{1,7}|[^\W\d_](?!\w))"
MARK = re.compile(rf"{SERIES}(?:[ ./·•-]{{0,2}}{SERIES}){{0,4}}(?!\w)")
MIXED = re.compile(r"(?=[A-Z]*\d)(?=\d*[A-Z])[A-Z0-9]{6,14}")
# Italian and Mexican persons, Indian taxpayers, British drivers.
STRONG = re.compile(
    r"[A-Z](?<![^\W_][A-Z])(?:[A-Z]{5}\d\d[A-Z]\d\d[A-Z]\d{3}[A-Z]|[A-Z]{3}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d"
    r"|[A-Z]{4}\d{4}[A-Z]|[A-Z]{1,4}9{0,3}\d{6}[A-Z9]{2}\d[A-Z]{2})(?![^\W_])"
)
NUMBERED = re.compile(rf"[:#№º°]|(?<!\w)(?:{alternatives('house')}|br)(?!\w)")
# What is announced, its kind, the fewest digits and the fewest letters and digits in all.
LEAST = {
    "id": ("ID_NUMBER", 4, 4),
    "passport": ("PASSPORT", 5, 6),
    "account": ("BANK_ACCOUNT", 6, 6),
    "case": ("CASE_NUMBER", 2, 4),
    "plate": ("PLATE", 2, 4),
    "vehicle": ("PLATE", 1, 4),
    "device": ("DEVICE", 6, 8),
}
DATED = re.compile(DATE)
# A line of the zone that machines read (ICAO 9303): two of 44 or 36 signs, or three of 30.
MACHINE_LINE = re.compile(r"[A-Z0-9<]{28,46}+(?![A-Z0-9<])")
CASE = re.compile(
    r"-(?:19|20)\d\d-\d{3,8}(?!\d)|/(?:19|20)\d\d/\d{2,8}(?!\d)|-\d{3,8}[-/](?:19|20)\d\d(?!\d)"
)
PREFIX = re.compile(r"(?<![\w/-])[A-Z]{2,6}(?:[-/][A-Z]{1,5})?\Z")
# Documents of states and of the United Nations are cited in the same form.
CITED = {
    "A",
    "S",
    "E",
    "COM",
    "SWD",
    "SEC",
    "CTOC",
    "ISO",
    "IEC",
    "EN",
    "DIN",
    "RES",
    "UNODC",
    "CAT",
}
CITED |= {
    "CVE",
    "RFC",
    "PEP",
    "GHSA",
    "UTF",
    "CP",
    "SHA",
    "AES",
    "IEEE",
    "WHO",
    "CEDAW",
    "CRC",
    "CCPR",
    "HRC",
    "COVID",
    "SARS",
    "JOIN",
    "CELEX",
    "ETS",
    "CETS",
    "ICC",
}
# The first letter stands before the choice, so that texts are searched for it alone.
PLATE = re.compile(
    r"[A-Z](?:[A-Z](?P<sign>[ -]?)\d{3}(?P=sign)[A-Z]{2}(?![A-Za-z0-9]|/\w)"
    r"|\d{3}[A-Z]{2} ?\d{2,3}(?!\d)"
    r"|[A-Z]\d{2} [A-Z]{3}(?![A-Za-z0-9])|[A-Z][ -]?\d{2}[ -][A-Z]{1,2}[ -]\d{4}(?!\d)"
    r"|[A-Z]{2}\d[A-Z]\d{2}(?![A-Za-z0-9])"
    r"|(?<=[ABCEHIKMOPTX])[ABCEHIKMOPTX] ?\d{4} ?[ABCEHIKMOPTX]{2}(?![A-Za-z0-9]))"
)
SPANISH_PLATE = re.compile(r"\d{4}(?<!\w\w{4})[ -]?[BCDFGHJKLMNPRSTVWXYZ]{3}(?![A-Za-z0-9])")


def announced_values(reading: Reading) -> Iterator[Span]:
    """What stands right after a word that announces it, such as "expediente" or "passport"."""
    for cue in reading.cues:
        if cue.tells not in LEAST:
            continue
        begin = AFTER.match(reading.lower, cue.end)
        form = MARK if cue.tells in ("plate", "vehicle") else VALUE
        value = form.match(reading.text, begin.end()) if begin else None
        if value is None:
            continue
        is_numbered = NUMBERED.search(reading.lower, cue.start, value.start()) is not None
        if _is_enough(value.group(), cue.tells, is_numbered):
            yield Span(*value.span(), LEAST[cue.tells][0])


def _is_enough(value: str, tells: str, is_numbered: bool) -> bool:
    """A bare year or a bare small number needs more than the word before it."""
    _, digits, signs = LEAST[tells]
    if DATED.match(value) or YEARS.fullmatch(value):
        return False
    held = sum(map(str.isalnum, value))
    if tells == "vehicle" and not any(map(str.isalpha, value)):
        return False
    if value.isdigit() and tells == "case":
        return is_numbered or len(value) >= signs
    if tells == "id" and is_numbered and MIXED.fullmatch(value):
        return True
    return sum(map(str.isdigit, value)) >= digits and held >= signs


def strong_forms(reading: Reading) -> Iterator[Span]:
    """Numbers whose letters and digits stand as in nothing else; a mistyped one is one too."""
    for match in STRONG.finditer(reading.text):
        yield Span(*match.span(), "ID_NUMBER")


def machine_lines(reading: Reading) -> Iterator[Span]:
    """The lines of a passport or card that machines read."""
    if "<" in reading.text:
        for match in MACHINE_LINE.finditer(reading.text):
            if "<" in match.group():
                yield Span(*match.span(), "PASSPORT")


def cases(reading: Reading) -> Iterator[Span]:
    """Numbers of files that begin with letters and hold a year, such as EXP-2024-00123."""
    text = reading.text
    for match in CASE.finditer(text):
        prefix = PREFIX.search(text[max(0, match.start() - 14) : match.start()])
        if prefix and not CITED & set(re.split("[/-]", prefix.group())):
            yield Span(match.start() - len(prefix.group()), match.end(), "CASE_NUMBER")


def plates(reading: Reading) -> Iterator[Span]:
    """Vehicles, in forms that nothing else has; others must be announced."""
    text = reading.text
    for match in PLATE.finditer(text):
        if not text[max(0, match.start() - 1) : match.start()].isalnum():
            yield Span(*match.span(), "PLATE")
    for match in SPANISH_PLATE.finditer(text):
        if not YEARS.fullmatch(match.group()[:4]):
            yield Span(*match.span(), "PLATE")


def documents(reading: Reading) -> Iterator[Span]:
    """Documents, files and vehicles."""
    yield from machine_lines(reading)
    if reading.has_digits:
        yield from announced_values(reading)
        yield from cases(reading)
        yield from plates(reading)
        yield from strong_forms(reading)
