"""The invented people of one country and quarter, and the cases that hold them together.

Everything about a person follows from the seed and the person's id.
"""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from data_contracts.periods import window
from sources.synthetic.chance import dice, name, token


class Profile(NamedTuple):
    """Who is likely: the share of women and girls; the youngest, commonest and oldest age."""

    women: float
    ages: tuple[int, int, int]


# Per form of exploitation: how common it is in each country, and whom it befalls.
FORMS: dict[str, tuple[tuple[int, int, int, int, int], Profile]] = {
    "P1": ((20, 10, 16, 18, 24), Profile(0.92, (13, 20, 45))),
    "tipstat:prostitution": ((20, 12, 10, 14, 16), Profile(0.95, (14, 22, 45))),
    "tipstat:sexual_material": ((5, 2, 2, 4, 8), Profile(0.80, (7, 14, 25))),
    "P2": ((21, 34, 26, 38, 20), Profile(0.28, (14, 29, 58))),
    "tipstat:domestic_work": ((8, 12, 20, 4, 12), Profile(0.90, (13, 24, 55))),
    "tipstat:begging": ((6, 8, 8, 8, 2), Profile(0.50, (5, 11, 60))),
    "P3": ((2, 3, 4, 2, 1), Profile(0.45, (10, 25, 50))),
    "tipstat:forced_marriage": ((4, 6, 8, 2, 2), Profile(0.97, (12, 16, 26))),
    "P4": ((5, 4, 2, 2, 4), Profile(0.60, (12, 24, 50))),
    "P5": ((1, 1, 1, 1, 1), Profile(0.40, (18, 28, 45))),
    "tipstat:forced_criminality": ((6, 6, 2, 6, 9), Profile(0.20, (12, 17, 35))),
    "P9": ((2, 2, 1, 1, 1), Profile(0.50, (8, 25, 60))),
}
ACCUSED = Profile(0.30, (17, 32, 65))
COUNTRIES = ("XAA", "XAB", "XAC", "XAD", "XAE")
AREAS = {
    "XAA": ("XAA-1", "XAA-2", "XAA-3", "XAA-4"),
    "XAB": ("XAB-1", "XAB-2", "XAB-3"),
    "XAC": ("XAC-1", "XAC-2", "XAC-3"),
    "XAD": ("XAD-1", "XAD-2", "XAD-3", "XAD-4"),
    "XAE": ("XAE-1", "XAE-2"),
}
# Of a country's victims: its own citizens, those of each country of the region, and foreign ones.
CITIZENS = (66, 4, 4, 4, 4, 4, 6, 4, 4)
ABROAD = (
    0.06  # of a country's own citizens were exploited elsewhere in the region and found at home
)
RETURNED = 0.5  # of those found abroad are met again by an agency of their own country
FOREIGN = ("BOL", "NGA", "PHL")
ACTS = ("A1", "A2", "A3", "A4", "A5")
PLACES = ("tipstat:border", "tipstat:workplace", "tipstat:private_home", "tipstat:street")
MEANS = ("M1", "M2", "M3", "M4", "M5", "M7")
CHANNELS = ("tipstat:hotline", "tipstat:in_person", "tipstat:online", "tipstat:institution")
RECRUITERS = (
    "tipstat:family",
    "tipstat:friends",
    "tipstat:online_social_network",
    "tipstat:work",
)
AGED = ("XAB", "XAE")
ROLES = ("tipstat:recruiter", "tipstat:transporter", "tipstat:harboured", "tipstat:exploiter")
CASE_SIZES, CASE_WEIGHTS = (1, 2, 3, 5, 9), (0.58, 0.22, 0.12, 0.06, 0.02)
# A break: from this quarter on Dravena presumes only whom a prosecutor has heard. Nobody else is
# recorded any longer, so there are fewer victims, and more of them are identified ones.
NARROWED, STILL_MET = ("XAD", "2024-Q1"), 0.72
IDENTIFIED = {"XAD": 0.5}
USUALLY_IDENTIFIED = 0.7
SEASON = (0.92, 1.04, 1.10, 0.94)
GROWTH = 0.01


@dataclass(frozen=True)
class Case:
    """A report to an authority, with the form of exploitation that most of its people share.

    ``token``, ``story`` and ``note`` are unique strings for its number and its texts.
    """

    token: str
    country: str
    period: str
    place: int
    on: dt.date
    area: str
    form: str
    channel: str
    is_referred: bool
    victims: int
    accused: int
    story: str
    note: str

    @property
    def number(self) -> str:
        """How agencies refer to it."""
        return f"EXP-{self.period[:4]}-{self.token}"


@dataclass(frozen=True)
class Person:
    """A victim, or somebody accused; ``age`` is that on the day ``on``, or nobody knows it."""

    id: str
    country: str
    on: dt.date
    unit: str
    sex: str
    age: int | None
    born: dt.date | None
    citizenship: str
    origin: str
    destination: str
    area: str
    exploitation: tuple[str, ...]
    act: tuple[str, ...]
    means: tuple[str, ...]
    recruitment: tuple[str, ...]
    role: tuple[str, ...]
    place: str
    case: str
    family: str
    given: str
    document: str

    @property
    def is_abroad(self) -> bool:
        """Whether the person was found in another country of the region than her own."""
        return self.citizenship in COUNTRIES and self.citizenship != self.country


def is_narrowed(country: str, quarter: str) -> bool:
    """Whether the country presumes fewer people to be victims than it did before."""
    return country == NARROWED[0] and quarter >= NARROWED[1]


def volume(country: str, quarter: str, size: int, index: int) -> int:
    """Victims of the quarter: a mild growth over the quarters, and more of them in summer."""
    usual = size / 4 * (1 + GROWTH * index) * SEASON[int(quarter[-1]) - 1]
    return max(1, round(usual * (STILL_MET if is_narrowed(country, quarter) else 1)))


def day_between(start: dt.date, end: dt.date, chance: random.Random) -> dt.date:
    """Some day from the first to the last."""
    return start + dt.timedelta(days=chance.randint(0, (end - start).days))


def day_in(period: str, chance: random.Random) -> dt.date:
    """Some day of a quarter."""
    start, end = window(period)
    return day_between(start, end, chance)


def form_of(country: str, chance: random.Random) -> str:
    """A form of exploitation, as common as it is in the country."""
    place = COUNTRIES.index(country)
    weights = [common[place] for common, _ in FORMS.values()]
    return chance.choices(list(FORMS), weights)[0]


def case(seed: int, country: str, period: str, place: int, victims: int) -> Case:
    """The case at a place in the quarter's register."""
    chance = dice(seed, "case", country, period, place)
    return Case(
        token=token(seed, "case", country, period, place),
        country=country,
        period=period,
        place=place,
        on=day_in(period, chance),
        area=chance.choice(AREAS[country]),
        form=form_of(country, chance),
        channel=chance.choices(CHANNELS, (5, 3, 2, 2))[0],
        is_referred=chance.random() < 0.6,
        victims=victims,
        accused=chance.choices((0, 1, 2, 4), (0.55, 0.28, 0.12, 0.05))[0],
        story=token(seed, "story", country, period, place),
        note=token(seed, "note", country, period, place),
    )


def cases(seed: int, country: str, period: str, victims: int) -> Iterator[Case]:
    """Cases until ``victims`` people are in them; every third or so has no known victim."""
    chance, place = dice(seed, "cases", country, period), 0
    while victims > 0:
        empty = chance.random() < 0.3
        held = 0 if empty else min(victims, chance.choices(CASE_SIZES, CASE_WEIGHTS)[0])
        yield case(seed, country, period, place, held)
        victims, place = victims - held, place + 1


def born_before(on: dt.date, age: int, chance: random.Random) -> dt.date:
    """A birthday that makes a person ``age`` years old on a day."""
    latest = dt.date(on.year - age, on.month, min(on.day, 28))
    return latest - dt.timedelta(days=chance.randint(0, 360))


def sex_of(women: float, chance: random.Random) -> str:
    """The sex, unknown now and then."""
    drawn = chance.random()
    if drawn < 0.025:
        return "_U"
    if drawn < 0.04:
        return "tipstat:tnc"
    return "F" if chance.random() < women else "M"


def some(choices: tuple[str, ...], most: int, chance: random.Random) -> tuple[str, ...]:
    """None to ``most`` of the choices, in their order."""
    taken = chance.sample(choices, chance.randint(0, most))
    return tuple(choice for choice in choices if choice in taken)


def forms_of(main: str, chance: random.Random) -> tuple[str, ...]:
    """One form of exploitation, at times a second, at times none that is known."""
    drawn = chance.random()
    if drawn < 0.04:
        return ()
    second = chance.choice(list(FORMS))
    return (main, second) if drawn < 0.19 and second != main else (main,)


def person(seed: int, id: str, within: Case, unit: str, form: str, profile: Profile) -> Person:
    """A person of a case, who suffers or is accused of a form of exploitation."""
    chance, country = dice(seed, id), within.country
    low, high, usual = profile.ages[0], profile.ages[2], profile.ages[1]
    on = day_between(within.on, window(within.period).end, chance)
    age, is_dated = round(chance.triangular(low, high, usual)), chance.random() < 0.92
    # Some forms ask for an age in years, beside the date of birth.
    is_stated = is_dated or (country in AGED and chance.random() < 0.5)
    home = chance.choices((country, *COUNTRIES, *FOREIGN), CITIZENS)[0]
    away = chance.random() < ABROAD and home == country
    return Person(
        id=id,
        country=country,
        on=on,
        unit=unit,
        sex=sex_of(profile.women, chance),
        age=age if is_stated else None,
        born=born_before(on, age, chance) if is_dated else None,
        citizenship=home,
        origin=home if chance.random() < 0.9 else country,
        destination=chance.choice([c for c in COUNTRIES if c != country]) if away else country,
        area=within.area,
        exploitation=forms_of(form, chance),
        act=some(ACTS, 2, chance),
        means=some(MEANS, 3, chance),
        recruitment=some(RECRUITERS, 2, chance),
        role=some(ROLES, 2, chance),
        place=chance.choice(PLACES),
        case=within.number,
        family=name(seed, 6, "family", id),
        given=name(seed, 6, "given", id),
        document=token(seed, "document", id).upper() if chance.random() < 0.75 else "",
    )


def victim(seed: int, within: Case, number: int) -> Person:
    """A victim of a case; most suffer the form of exploitation that the case is about."""
    country = within.country
    id = f"{country}-{within.period}-V{within.place:06d}-{number}"
    chance = dice(seed, "victim", id)
    form = within.form if chance.random() < 0.85 else form_of(country, chance)
    identified = IDENTIFIED.get(country, USUALLY_IDENTIFIED)
    if is_narrowed(country, within.period):
        identified /= STILL_MET
    unit = "victim_identified" if chance.random() < identified else "victim_presumed"
    return person(seed, id, within, unit, form, FORMS[form][1])


def accused(seed: int, within: Case, number: int) -> Person:
    """Somebody accused in a case, at first a suspect."""
    id = f"{within.country}-{within.period}-A{within.place:06d}-{number}"
    return person(seed, id, within, "suspect", within.form, ACCUSED)
