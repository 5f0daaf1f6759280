"""What an agency comes to know of a person: one report, with its gaps and its mistakes.

Shares are those of a region that never was; they are chosen so that everything is common enough
to be met in a small region.
"""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass

from data_contracts.periods import window
from sources.synthetic import letters
from sources.synthetic.agencies import (
    AGENCIES,
    LABOUR,
    Agency,
)
from sources.synthetic.chance import dice, digits, misspelt, name, token
from sources.synthetic.people import AREAS, RETURNED, Person, day_between
from sources.synthetic.spoken import text, words

# Shares of victims: reported by both agencies of their country; of those, one quarter late.
OVERLAP = {"XAA": 0.15, "XAD": 0.20}
LATE = 0.20
# How often an agency writes rows about something else than trafficking.
OUT_OF_SCOPE = {"xaa_police": 0.03, "xab_ministry": 0.03, "xad_labour": 0.25}
# What the second agency gets wrong of a person's identity, and how often.
WRONG: dict[str, tuple[tuple[str, float], ...]] = {
    "xaa_shelters": (("typo", 0.20), ("swapped", 0.06), ("birthday", 0.04)),
    "xad_labour": (
        ("typo", 0.14),
        ("transliteration", 0.20),
        ("swapped", 0.08),
        ("birthday", 0.05),
    ),
}


@dataclass(frozen=True)
class Visit:
    """A person becomes known to an agency: late perhaps, perhaps back home after another country.

    ``distortion`` is what the agency gets wrong of the person's identity.
    """

    person: Person
    agency: Agency
    unit: str
    is_again: bool = False
    is_late: bool = False
    is_in_scope: bool = True
    distortion: str = ""

    @property
    def is_home(self) -> bool:
        """Whether the person, found abroad, is met by an agency of her own country."""
        return self.agency.country != self.person.country


@dataclass(frozen=True)
class Report:
    """One row of an agency's file about a person; ``tokens`` are the unique strings in it."""

    visit: Visit
    on: dt.date
    fiscal: str
    number: str
    case: str
    family: str
    given: str
    born: dt.date | None
    area: str
    phone: str
    address: str
    narrative: str
    note: str
    tokens: tuple[str, ...]

    @property
    def person(self) -> Person:
        return self.visit.person


def wrong(agency: Agency, chance: random.Random) -> str:
    """What an agency gets wrong of a person whom another one has right; mostly nothing."""
    drawn = chance.random()
    for what, share in WRONG[agency.layout]:
        if drawn < share:
            return what
        drawn -= share
    return ""


def both(person: Person, second: Agency, unit: str, chance: random.Random) -> Iterator[Visit]:
    """A victim who is reported by the first agency of the country and by a second."""
    late, distortion = chance.random() < LATE, wrong(second, chance)
    if distortion == "birthday" and not person.born:
        distortion = ""
    yield Visit(person, AGENCIES[person.country][0], person.unit)
    yield Visit(person, second, unit, is_again=True, is_late=late, distortion=distortion)


def victim_visits(seed: int, person: Person) -> Iterator[Visit]:
    """Where a victim is reported in the country where she was found."""
    chance, known, country = dice(seed, "visits", person.id), person.unit, person.country
    overlaps = chance.random() < OVERLAP.get(country, 0)
    finders = [agency for agency in AGENCIES[country] if "victims" in agency.sends]
    first, second = finders[0], finders[-1]
    # Labour inspectors meet nobody who was exploited abroad, and recognise nobody as a victim.
    meets = second is not LABOUR or person.destination == country
    unit = "victim_presumed" if second is LABOUR else known
    if overlaps and meets:
        yield from both(person, second, unit, chance)
        return
    agency = first if not meets or chance.random() < 0.55 else second
    inside = chance.random() >= OUT_OF_SCOPE.get(agency.layout, 0)
    yield Visit(person, agency, unit if agency is second else known, is_in_scope=inside)


def is_returned(seed: int, person: Person) -> bool:
    """Whether a person found abroad will be met again by an agency of her own country."""
    return person.is_abroad and dice(seed, "returned", person.id).random() < RETURNED


def home_visit(person: Person) -> Visit:
    """A person who was found abroad and is back, at the first agency of her own country."""
    agency = AGENCIES[person.citizenship][0]
    return Visit(person, agency, "victim_identified", is_again=True)


def accused_visits(seed: int, person: Person) -> Iterator[Visit]:
    """A suspect's way through justice; here it never takes longer than the quarter."""
    chance, agency = dice(seed, "visits", person.id), AGENCIES[person.country][0]
    yield Visit(person, agency, "suspect")
    if chance.random() < 0.45:
        yield Visit(person, agency, "prosecuted", is_again=True)
        if chance.random() < 0.4:
            yield Visit(person, agency, "convicted", is_again=True)


def day_of(visit: Visit, period: str, chance: random.Random) -> dt.date:
    """The day of the report, in the period, and not before the person was first known."""
    start, end = window(period)
    if not visit.is_again:
        return visit.person.on
    return day_between(max(start, visit.person.on), end, chance)


def names(visit: Visit, chance: random.Random) -> tuple[str, str]:
    """Family and given name as the agency writes them, in its own letters or wrongly."""
    family, given = visit.person.family, visit.person.given
    if visit.distortion == "typo" and chance.random() < 0.6:
        family = misspelt(family, chance)
    elif visit.distortion == "typo":
        given = misspelt(given, chance)
    elif visit.distortion == "swapped":
        family, given = given, family
    if visit.distortion == "transliteration":
        return letters.romanised(family), letters.romanised(given)
    said = visit.agency.letters
    family, given = letters.written(family, said), letters.written(given, said)
    return (family.upper() if visit.agency.is_in_capitals else family), given


def birthday(visit: Visit) -> dt.date | None:
    """The date of birth as the agency has it: day and month exchanged, or a day too late."""
    born = visit.person.born
    if not born or visit.distortion != "birthday":
        return born
    if born.day <= 12 and born.day != born.month:
        return born.replace(month=born.day, day=born.month)
    return born + dt.timedelta(days=1)


def fiscal(period: str) -> str:
    """A quarter as it is called where the year begins in July."""
    year, quarter = int(period[:4]), int(period[-1])
    first = year if quarter > 2 else year - 1
    return f"{first}/{(first + 1) % 100:02}-Q{(quarter + 1) % 4 + 1}"


def recruited(person: Person, agency: Agency) -> Iterator[str]:
    """Sentences on how the person was recruited, where the form has no place for it."""
    if agency is LABOUR:
        known = words(agency.language)
        yield from (known["recruited", code][0] for code in person.recruitment)


def report(seed: int, visit: Visit, period: str) -> Report:
    """What the agency writes down in the quarter; some of it stays blank."""
    person, agency = visit.person, visit.agency
    key = (person.id, agency.layout, visit.unit)
    chance = dice(seed, *key)
    family, given = names(visit, chance)
    record, secret, note = (token(seed, what, *key) for what in ("record", "story", "note"))
    phone = digits(seed, *key) if chance.random() < 0.6 else ""
    street = name(seed, 6, "street", *key) if chance.random() < 0.7 else ""
    story = text(agency.language, "story").format(given, family, phone or "-", secret)
    story = " ".join((story, *recruited(person, agency)))
    has_story, knows_case = chance.random() < 0.85, not visit.is_late and chance.random() < 0.5
    # A list without its own register of cases may not know the number of the case.
    case = person.case if not visit.is_home and ("cases" in agency.sends or knows_case) else ""
    place = letters.written(street, agency.letters) if street else ""
    own = (family, given, person.document, record, phone, place, note)
    return Report(
        visit=visit,
        on=day_of(visit, period, chance),
        fiscal=fiscal(period),
        number=f"{agency.name[0].upper()}-{record}",
        case=case,
        family=family,
        given=given,
        born=birthday(visit),
        area=chance.choice(AREAS[agency.country]) if visit.is_home else person.area,
        phone=f"+999 {phone}" if phone else "",
        address=text(agency.language, "street").format(place, chance.randint(1, 999))
        if street
        else "",
        narrative=story if has_story else "",
        note=note,
        tokens=tuple(filter(None, (*own, secret if has_story else ""))),
    )
