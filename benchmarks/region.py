"""The people of an invented region as the core has them, each recorded once with nothing missing.

They are the demo's: its victims, the reports by which they became known, the accused, and the steps
of assistance. Nobody draws what the demo does not: incidents and offences, how proceedings go and
end, sentences, who is only named as a perpetrator, how long a service was waited for, and other
referrals than from one kind of organisation to one.
"""

from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import Any, NamedTuple, TypeAlias

import polars as pl

from anonymize.generalise import age_band
from data_contracts.periods import quarters, span, to_date
from sources.synthetic import assistance, reports
from sources.synthetic import people as invented
from transforms.people import People, prepared

YEARS = ("2023", "2024", "2025")
QUARTERS = tuple(quarter for year in YEARS for quarter in quarters(year))
TO_DATE = tuple(period for year in YEARS for period in to_date(year))
SPAN = span(int(YEARS[0]), int(YEARS[-1]))
# Whom a service follows for two years became known up to three years before.
BEFORE = tuple(quarter for year in ("2020", "2021", "2022") for quarter in quarters(year))
AUTHORITIES = {
    "xaa_police": "tipstat:police",
    "xaa_shelters": "tipstat:ngo",
    "xab_ministry": "tipstat:government",
    "xac_prosecution": "tipstat:justice",
    "xad_police": "tipstat:police",
    "xad_labour": "tipstat:labour_inspection",
    "xae_commission": "tipstat:government",
}

Codes: TypeAlias = dict[str, str | int | None]


class Row(NamedTuple):
    """A record: who, or what, became known when and as what; its code or codes by field."""

    period: str
    unit: str
    who: str
    case: str
    codes: Codes
    several: Mapping[str, tuple[str, ...]]


class Land(NamedTuple):
    """A country: its victims a year, which of the demo's it is like, and the seed of its people."""

    name: str
    size: int
    like: str
    seed: int


class Drawn(NamedTuple):
    """The persons of a dataset, and the same as if all records were of the last year."""

    people: People
    as_year: People


class Region(NamedTuple):
    """What was drawn of each dataset, and the victims a year of each country."""

    datasets: Mapping[str, Drawn]
    sizes: Mapping[str, int]


def sizes(countries: int, size: int) -> dict[str, int]:
    """Victims a year by country: all alike, or from 20 to 400 in even steps of proportion."""
    names = [f"XA{chr(ord('A') + number)}" for number in range(countries)]
    if countries <= len(invented.COUNTRIES):
        return dict.fromkeys(names, size)
    return {name: round(20 * 20 ** (n / (countries - 1))) for n, name in enumerate(names)}


def land(name: str, size: int, seed: int) -> Land:
    """Countries after the fifth are like the demo's, of other people."""
    number = ord(name[-1]) - ord("A")
    like = invented.COUNTRIES[number % len(invented.COUNTRIES)]
    return Land(name, size, like, seed + number // len(invented.COUNTRIES))


def cases(of: Land, before: tuple[str, ...] = ()) -> Iterator[invented.Case]:
    """The cases of a country, those of earlier quarters first where they are asked."""
    for index, period in enumerate((*before, *QUARTERS), -len(before)):
        volume = invented.volume(of.like, period, of.size, index)
        yield from invented.cases(of.seed, of.like, period, volume)


def victims(of: Land) -> Iterator[Row]:
    """Who was identified or presumed to be a victim, by whom."""
    for within in cases(of):
        for person in met(of, within):
            visit = next(reports.victim_visits(of.seed, person))
            codes = about(person) | {name: getattr(person, name) for name in WHERE}
            codes["authority"] = AUTHORITIES[visit.agency.layout]
            several = {name: getattr(person, name) for name in MANY}
            yield Row(within.period, person.unit, person.id, person.case, codes, several)


def met(of: Land, within: invented.Case) -> Iterator[invented.Person]:
    """The victims of a case."""
    for number in range(within.victims):
        yield invented.victim(of.seed, within, number)


def about(person: invented.Person) -> Codes:
    """What is asked of everybody."""
    home = "tipstat:national" if person.citizenship == person.country else "tipstat:foreign"
    return {"sex": person.sex, "age": person.age, "citizenship_group": home}


def reported(of: Land) -> Iterator[Row]:
    """The reports, of which some have no known victim."""
    for one in cases(of):
        told = {"exploitation": (one.form,)}
        yield Row(one.period, "report", one.number, one.number, {"channel": one.channel}, told)


def accused(of: Land) -> Iterator[Row]:
    """Suspects, and how far justice came with each."""
    for within in cases(of):
        for number in range(within.accused):
            person = invented.accused(of.seed, within, number)
            codes, case = about(person), person.case
            several = {"exploitation": person.exploitation, "role": person.role}
            for visit in reports.accused_visits(of.seed, person):
                yield Row(within.period, visit.unit, person.id, case, codes, several)


def assisted(of: Land) -> Iterator[Row]:
    """The steps of assistance that fall into the years, of whoever became known by then."""
    for within in cases(of, BEFORE):
        for person in met(of, within):
            for step in assistance.steps(of.seed, person):
                if (period := assistance.quarter(step.on)) in QUARTERS:
                    codes = about(person) | {"outcome": step.outcome or None}
                    several = {"service": step.services}
                    yield Row(period, step.unit, person.id, person.case, codes, several)


class Kind(NamedTuple):
    """How a dataset is drawn, its units, its questions of one answer and those of several."""

    rows: Callable[[Land], Iterator[Row]]
    units: tuple[str, ...]
    single: tuple[str, ...]
    many: tuple[str, ...]


ABOUT = ("sex", "age_band", "citizenship_group")
WHERE = ("citizenship", "origin", "destination", "place")
MANY = ("exploitation", "means", "recruitment")
STEPS = (
    "screened",
    "presumed",
    "identified",
    "referred",
    "accepted",
    "refused",
    "served",
    "closed",
)
FOLLOW_UPS = tuple(f"follow_up_{months}" for months in assistance.FOLLOW_UPS)
KINDS = {
    "victims": Kind(
        victims,
        ("victim_identified", "victim_presumed"),
        (*ABOUT, *WHERE, "authority"),
        MANY,
    ),
    "cases": Kind(reported, ("report",), ("channel",), ("exploitation",)),
    "perpetrators": Kind(
        accused, ("suspect", "prosecuted", "convicted"), ABOUT, ("exploitation", "role")
    ),
    "services": Kind(assisted, (*STEPS, *FOLLOW_UPS), (*ABOUT, "outcome"), ("service",)),
}


def drawn(countries: int, size: int, seed: int) -> Region:
    """Everything in three years."""
    of = sizes(countries, size)
    lands = [land(name, many, seed) for name, many in of.items()]
    return Region({name: dataset(kind, lands) for name, kind in KINDS.items()}, of)


def dataset(kind: Kind, lands: list[Land]) -> Drawn:
    """A dataset, ready to be counted."""
    found = [(one.name, row) for one in lands for row in kind.rows(one)]
    core = pl.DataFrame([record(*one) for one in found], infer_schema_length=None)
    if "age" in core.columns:
        core = core.with_columns(age_band=age_band(pl.col("age"))).drop("age")
    told = pl.DataFrame([one for pair in found for one in answers(*pair)])
    fields = (*kind.single, *kind.many)
    as_year = core.with_columns(period=pl.lit(YEARS[-1]))
    return Drawn(prepared(core, told, fields), prepared(as_year, told, fields))


def record(country: str, row: Row) -> dict[str, Any]:
    """A row as the core has it."""
    return {
        **{"country": country, "period": row.period, "unit": row.unit, "source": "police"},
        **{"record": name(country, row), "case": f"{country}{row.case}"},
        "person_key": int.from_bytes(sha256(f"{country}{row.who}".encode()).digest()[:4]),
        **row.codes,
    }


def answers(country: str, row: Row) -> Iterator[dict[str, str]]:
    """The answers of a row to questions that take several."""
    own = {"country": country, "source": "police", "record": name(country, row)}
    for field, codes in row.several.items():
        for code in codes:
            yield own | {"field": field, "code": code}


def name(country: str, row: Row) -> str:
    """A record's, of which a person has one for each unit."""
    return f"{country}{row.who} {row.unit}"
