"""What is done for a victim, step by step over the quarters, from a screening to two years after.

Nothing of it depends on who the person is. One in five cannot be found again when a follow-up is
due, which is an outcome of its own.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sources.synthetic.agencies import ASSISTANCE
from sources.synthetic.cells import form
from sources.synthetic.chance import dice, name, token
from sources.synthetic.clerks import Cell, Clerk, Row
from sources.synthetic.people import Person

ASSISTED = 0.6
LOST = 0.2
FOLLOW_UPS = (3, 6, 12, 24)
SERVICES = (
    *("tipstat:accommodation", "tipstat:psychological", "tipstat:legal"),
    *("tipstat:health", "tipstat:livelihood"),
)
OUTCOMES = ("tipstat:independent", "tipstat:assisted", "tipstat:at_risk", "tipstat:moved")
LIKELY = (10, 6, 2, 2)


@dataclass(frozen=True)
class Step:
    """A step for a person: what, when, by whom for whom, and what came of it."""

    unit: str
    on: dt.date
    services: tuple[str, ...] = ()
    days: int | None = None
    waited: int | None = None
    outcome: str = ""


def steps(seed: int, person: Person) -> Iterator[Step]:
    """The steps for a person, in their order; none for two in five."""
    chance, day = dice(seed, "assistance", person.id), person.on
    if chance.random() >= ASSISTED:
        return
    yield Step("screened", day)
    yield Step("presumed", day)
    if person.unit == "victim_identified":
        yield Step("identified", day)
    yield Step("referred", day)
    waited = chance.randint(1, 60)
    day += dt.timedelta(days=waited)
    if chance.random() < 0.12:
        yield Step("refused", day, waited=waited)
        return
    yield Step("accepted", day, waited=waited)
    many = chance.randint(1, 3)
    given = tuple(s for s in SERVICES if s in chance.sample(SERVICES, many))
    days = chance.randint(5, 300)
    yield Step("served", day, given, days)
    day += dt.timedelta(days=days)
    yield Step("closed", day, outcome=chance.choices(OUTCOMES, LIKELY)[0])
    for months in FOLLOW_UPS:
        lost = chance.random() < LOST
        found = "tipstat:lost" if lost else chance.choices(OUTCOMES, LIKELY)[0]
        yield Step(
            f"follow_up_{months}", day + dt.timedelta(days=365 * months // 12), outcome=found
        )


def quarter(day: dt.date) -> str:
    """The quarter of a day."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


@dataclass(frozen=True)
class Help:
    """A step as the office writes it down."""

    person: Person
    step: Step
    number: str
    client: str
    report: str
    note: str


STEP: Mapping[str, Callable[[Help, Clerk], Cell]] = {
    "record": lambda h, c: h.number,
    "client": lambda h, c: h.client,
    "step": lambda h, c: c.one("step", h.step.unit),
    "on": lambda h, c: c.day(h.step.on),
    "family": lambda h, c: h.person.family,
    "given": lambda h, c: h.person.given,
    "born": lambda h, c: c.day(h.person.born),
    "document": lambda h, c: h.person.document or c.gap(),
    "sex": lambda h, c: c.one("sex", h.person.sex),
    "citizenship": lambda h, c: c.one("country", h.person.citizenship),
    "exploitation": lambda h, c: c.all("exploitation", h.person.exploitation),
    "area": lambda h, c: c.one("area", h.person.area),
    "sends": lambda h, c: c.one("authority", "tipstat:police"),
    "takes": lambda h, c: c.one("authority", "tipstat:ngo"),
    "services": lambda h, c: c.all("service", h.step.services),
    "days": lambda h, c: c.gap() if h.step.days is None else str(h.step.days),
    "waited": lambda h, c: c.gap() if h.step.waited is None else str(h.step.waited),
    "outcome": lambda h, c: c.one("service_outcome", h.step.outcome) if h.step.outcome else c.gap(),
    "narrative": lambda h, c: h.report,
    "note": lambda h, c: h.note,
}


def row(seed: int, person: Person, step: Step, clerk: Clerk) -> Row:
    """A step in the office's list."""
    key = (person.id, step.unit)
    number, note = token(seed, "step", *key), token(seed, "step note", *key)
    told = name(seed, 6, "step report", *key)
    client = token(seed, "client", person.id)
    report = clerk.text("report").format(told)
    found = Help(person, step, f"A-{number}", f"L-{client}", report, note)
    holds = form(ASSISTANCE.layout, "services").values()
    own = (person.family, person.given, person.document, number, client, told, note)
    return Row(
        cells=tuple(STEP[what](found, clerk) for what in holds),
        tokens=tuple(filter(None, own)),
        person=person.id,
        unit=step.unit,
    )
