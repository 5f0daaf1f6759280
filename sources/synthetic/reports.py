"""What an agency comes to know of a person: one report, with its gaps and its mistakes.

Shares are those of a region that never was; they are chosen so that every fault is common
enough to be met in a small region.
"""

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from data_contracts.periods import window
from sources.synthetic.chance import dice, digits, misspelt, name, token
from sources.synthetic.people import Person, day_between

OVERLAP = 0.15  # of Aranda's victims are reported by police and by shelters
LATE = 0.20  # of those come to the shelter one quarter later
TYPO = 0.20  # of those have a misspelt name at the shelter
OUT_OF_SCOPE = 0.03  # of single reports by police and ministry are about another crime
FAULTS = ("outside_period", "unknown_label", "missing_required")
ROWS_PER_FAULT, FEWEST_FOR_A_FAULT = 25, 12

STREET = {"es": "Calle {} {}", "en": "{1} {0} Street", "fr": "{1}, rue {0}"}
STORY = {
    "es": "{0} {1} relata que le ofrecieron trabajo; dejó el teléfono {2} («{3}»).\nSin testigos.",
    "en": "{0} {1} says that she was promised work, and left the number {2}; file {3}.",
    "fr": "{0} {1} raconte qu'on lui a promis un emploi, au numéro {2}. Note {3}.",
}
ASIDE = {"es": "ver ficha de {}", "en": "see file of {}", "fr": "voir dossier de {}"}
LANGUAGE = {"police": "es", "shelters": "en", "ministry": "fr"}


@dataclass(frozen=True)
class Visit:
    """A person becomes known to an agency, perhaps one quarter late or under a wrong name."""

    person: Person
    agency: str
    unit: str
    is_again: bool = False
    is_late: bool = False
    is_misspelt: bool = False
    is_in_scope: bool = True


@dataclass(frozen=True)
class Report:
    """One row of an agency's file about a person; ``set_aside`` is why it will not be counted.

    ``tokens`` are the unique strings of this row that no other row and no list of people has.
    """

    visit: Visit
    on: dt.date | None
    number: str
    case: str
    family: str
    given: str
    phone: str
    address: str
    narrative: str
    note: str
    tokens: tuple[str, ...]
    set_aside: str = ""
    odd_citizenship: str = ""

    @property
    def person(self) -> Person:
        return self.visit.person


def victim_visits(seed: int, person: Person) -> Iterator[Visit]:
    """Where a victim is reported: Aranda has two agencies, Belmora a ministry."""
    chance, known = dice(seed, "visits", person.id), person.unit
    inside = chance.random() >= OUT_OF_SCOPE
    if person.country == "XAB":
        yield Visit(person, "ministry", known, is_in_scope=inside)
    elif chance.random() < OVERLAP:
        late, typo = chance.random() < LATE, chance.random() < TYPO
        yield Visit(person, "police", known)
        yield Visit(person, "shelters", known, is_again=True, is_late=late, is_misspelt=typo)
    elif chance.random() < 0.55:
        yield Visit(person, "police", known, is_in_scope=inside)
    else:
        yield Visit(person, "shelters", known)


def accused_visits(seed: int, person: Person) -> Iterator[Visit]:
    """A suspect's way through justice; here it never takes longer than the quarter."""
    chance = dice(seed, "visits", person.id)
    yield Visit(person, "police", "suspect")
    if chance.random() < 0.45:
        yield Visit(person, "police", "prosecuted", is_again=True)
        if chance.random() < 0.4:
            yield Visit(person, "police", "convicted", is_again=True)


def day_of(visit: Visit, period: str, chance: random.Random) -> dt.date:
    """The day of the report, in the period, and not before the person was first known."""
    start, end = window(period)
    if not visit.is_again:
        return visit.person.on
    return day_between(max(start, visit.person.on), end, chance)


def names(visit: Visit, chance: random.Random) -> tuple[str, str]:
    """Family and given name as the agency writes them: police in capitals, shelters by ear."""
    family, given = visit.person.family, visit.person.given
    if visit.is_misspelt and chance.random() < 0.6:
        family = misspelt(family, chance)
    elif visit.is_misspelt:
        given = misspelt(given, chance)
    return (family.upper() if visit.agency == "police" else family), given


def new_spellings(visit: Visit, family: str, given: str) -> Iterator[str]:
    """The names that no other report has in this spelling."""
    if visit.agency != "police" or not visit.is_again:
        yield family
    if given != visit.person.given:
        yield given


def report(seed: int, visit: Visit, period: str) -> Report:
    """What the agency writes down in the period; some of it stays blank."""
    key = (visit.person.id, visit.agency, visit.unit)
    chance, language = dice(seed, *key), LANGUAGE[visit.agency]
    family, given = names(visit, chance)
    record, secret, note = (token(seed, what, *key) for what in ("record", "story", "note"))
    phone = digits(seed, *key) if chance.random() < 0.6 else ""
    street = name(seed, 6, "street", *key) if chance.random() < 0.7 else ""
    story = STORY[language].format(given, family, phone or "-", secret)
    has_story, knows_case = chance.random() < 0.85, not visit.is_late and chance.random() < 0.5
    own = (*new_spellings(visit, family, given), record, phone, street, note)
    return Report(
        visit=visit,
        on=day_of(visit, period, chance),
        number=f"{visit.agency[0].upper()}-{record}",
        case=visit.person.case if visit.agency != "shelters" or knows_case else "",
        family=family,
        given=given,
        phone=f"+999 {phone}" if phone else "",
        address=STREET[language].format(street, chance.randint(1, 999)) if street else "",
        narrative=story if has_story else "",
        note=note,
        tokens=tuple(filter(None, (*own, secret if has_story else ""))),
        set_aside="" if visit.is_in_scope else "out_of_scope",
    )


def spoilt(seed: int, found: Report, fault: str) -> Report:
    """A report with a fault for which the intake sets it aside."""
    if fault == "missing_required":
        return replace(found, on=None, set_aside=fault)
    if fault == "outside_period":
        early = found.person.on - dt.timedelta(days=200)
        return replace(found, on=early, set_aside=fault)
    secret = token(seed, "odd", found.number)
    odd = ASIDE[LANGUAGE[found.visit.agency]].format(secret)
    tokens = (*found.tokens, secret)
    return replace(found, odd_citizenship=odd, set_aside=fault, tokens=tokens)


def spoilable(rows: int, fit: list[int], chance: random.Random) -> dict[int, str]:
    """A fault for some of the ``fit`` rows: few enough that no file is refused for them."""
    many = max(rows // ROWS_PER_FAULT, int(rows >= FEWEST_FOR_A_FAULT))
    return {n: chance.choice(FAULTS) for n in chance.sample(fit, min(many, len(fit)))}


def with_faults(seed: int, reports: Sequence[Report], alone: set[str]) -> list[Report]:
    """The reports, some of them spoilt: only of people ``alone``, who have no other report.

    So a person is either counted in full or not at all, and the truth stays easy to tell.
    """
    fit = [n for n, r in enumerate(reports) if r.person.id in alone and not r.set_aside]
    chance = dice(seed, "faults", *(r.number for r in reports[:1]))
    spoil = spoilable(len(reports), fit, chance)
    return [spoilt(seed, r, spoil[n]) if n in spoil else r for n, r in enumerate(reports)]
