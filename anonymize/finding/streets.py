"""Street addresses: a word for a street, the name before or after it, numbers, and what follows.

A street is taken without a number where its word means little else ("calle Mayor"); where it means
much else ("via", "place", "drive") only with one. What follows, a flat or a postcode with its town,
belongs to it, on the next line too.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from anonymize.finding import street_forms as forms
from anonymize.finding.cues import Cue
from anonymize.finding.postcodes import postcodes
from anonymize.finding.reading import Reading
from anonymize.finding.spans import Span

WINDOW, FARTHER = 70, 120
HOLDING = re.compile(r"\d|[^\W\d_]{3}")


def _is_year(house: str) -> bool:
    return forms.YEAR.match(house.lstrip(" ,.")) is not None


def _tailed(text: str, end: int) -> int:
    """Where an address ends: after flats, floors, and a postcode with its town."""
    if tail := forms.TAIL.match(text, end):
        end = tail.end()
    if city := forms.CITY.match(text, end):
        end = city.end()
    return end


def _street(reading: Reading, cue: Cue, is_weak: bool) -> Span | None:
    """A word for a street, then its name; in French, the number stands before."""
    text, house = reading.text, None
    before = forms.BEFORE_RUE.search(text, max(0, cue.start - 24), cue.start)
    match = forms.FORWARD.match(text, cue.end) or forms.JUST_NUMBER.match(text, cue.end)
    if match is None and not is_weak:
        match = _small(text, cue.end)
    if match is None or forms.SENTENCE.match(match["name"]):
        return None
    house = match["house"] and not _is_year(match["house"])
    if not match["name"] and (is_weak or not house):
        return None
    if not house and is_weak and not before:
        return None
    end = match.end() if house else match.end("name")
    start = before.start() if before else _with_city(text, cue.start)
    return Span(start, _tailed(text, end), "ADDRESS")


def _with_city(text: str, start: int) -> int:
    """Where an address begins that names its city first, as in Russian."""
    begin = max(0, start - WINDOW)
    city = forms.CITY_BEFORE.search(text[begin:start])
    return begin + city.start() if city else start


def _small(text: str, place: int) -> re.Match[str] | None:
    """A name in small letters is one only with a number that is no year."""
    match = forms.FORWARD_SMALL.match(text, place)
    if match is None or forms.SENTENCE.search(match["name"]) or _is_year(match["house"]):
        return None
    return match


def _road(reading: Reading, cue: Cue, is_weak: bool) -> Span | None:
    """A name, then the word for a street, then in some countries the number."""
    text, begin = reading.text, max(0, cue.start - WINDOW)
    before = _before(text[begin : cue.start], is_weak)
    if before is None:
        return None
    end = cue.end + (text[cue.end : cue.end + 1] == ".")
    after = forms.AFTER.match(text, cue.end)
    if after and not _is_year(after.group()):
        end = after.end()
    elif is_weak and not before["house"]:
        return None
    return Span(begin + before.start(), _tailed(text, end), "ADDRESS")


def _suffix(reading: Reading, cue: Cue, is_weak: bool) -> Span | None:
    """One of the many words with which an English street can end, in capitals like its name."""
    return _road(reading, cue, is_weak) if reading.text[cue.start].isupper() else None


def _before(window: str, is_weak: bool) -> re.Match[str] | None:
    """The name of a street before its word: with capitals, or in small letters with a number."""
    before = forms.BEFORE.search(window)
    if before and (before["house"] or not is_weak):
        return None if forms.SENTENCE.fullmatch(before.group().lower().rstrip()) else before
    before = forms.BEFORE_SMALL.search(window)
    if before is None or _is_year(before["house"]) or forms.SENTENCE.search(before.group()):
        return None
    return before


def _compound(reading: Reading, cue: Cue, _: bool) -> Span | None:
    """The end of a longer word, with its number: "Lindenstrasse 5", "Keizersgracht 12"."""
    text, start = reading.text, cue.start
    while (
        start and cue.start - start < 30 and (text[start - 1].isalpha() or text[start - 1] == "-")
    ):
        start -= 1
    house = forms.AFTER.match(text, cue.end)
    if start == cue.start and house and text[start].isupper():
        return _road(reading, cue, False)
    if start == cue.start or house is None or _is_year(house.group()):
        return None
    return Span(start, _tailed(text, house.end()), "ADDRESS") if text[start].isupper() else None


def _valued(reading: Reading, cue: Cue, _: bool) -> Span | None:
    """A flat, a floor or a post box, with its number; before a flat, a name and a number."""
    text, value = reading.text, forms.VALUED.match(reading.text, cue.end)
    if value is None or forms.YEAR.search(value.group()):
        return None
    if cue.tells == "unit" and not any(map(str.isdigit, value.group())):
        return None
    begin = max(0, cue.start - WINDOW)
    before = forms.BEFORE_UNIT.search(text[begin : cue.start]) if cue.tells == "unit" else None
    start = begin + before.start() if before else cue.start
    return Span(start, _tailed(text, value.end()), "ADDRESS")


def _home(reading: Reading, cue: Cue, _: bool) -> Span | None:
    """What is written after "address:", or a name and a number after "lives at"."""
    line = forms.LINE.match(reading.text, cue.end) or forms.HOME.match(reading.text, cue.end)
    if line is None or _is_year(line["line"]) or not HOLDING.search(line["line"]):
        return None
    return Span(line.start("line"), _tailed(reading.text, line.end("line")), "ADDRESS")


def _chinese(reading: Reading, cue: Cue, _: bool) -> Span | None:
    """City, street and number in one, then the building or room."""
    text, begin = reading.text, max(0, cue.start - 40)
    before = forms.HAN.search(text[begin : cue.start])
    if before is None:
        return None
    after = forms.HAN_TAIL.match(text, cue.end)
    return Span(begin + before.start(), after.end() if after else cue.end, "ADDRESS")


def _before_towns(text: str, codes: Iterable[Span]) -> Iterator[Span]:
    """A name and a number, with no word for a street, before a postcode and its town."""
    places = [match.start() for match in forms.NEAR_TOWN.finditer(text)]
    for place in [*places, *(code.start for code in codes)]:
        begin = max(0, place - FARTHER)
        if name := forms.BEFORE_POSTCODE.search(text[begin:place]):
            code = forms.CODE.match(text, place)
            yield Span(begin + name.start(), code.end() if code else place, "ADDRESS")


WAYS: dict[str, tuple[Callable[[Reading, Cue, bool], Span | None], bool]] = {
    "street": (_street, False),
    "street?": (_street, True),
    "road": (_road, False),
    "road?": (_road, True),
    "suffix": (_suffix, True),
    "compound": (_compound, False),
    "unit": (_valued, False),
    "box": (_valued, False),
    "home": (_home, False),
    "hao": (_chinese, False),
}


def streets(reading: Reading) -> Iterator[Span]:
    """Street addresses, post boxes, and postcodes of a form that nothing else has."""
    for cue in reading.cues:
        if way := WAYS.get(cue.tells):
            find, is_weak = way
            if span := find(reading, cue, is_weak):
                yield span
    if reading.has_digits:
        codes = list(postcodes(reading))
        yield from codes
        yield from _before_towns(reading.text, codes)
