"""The region quarter by quarter: who becomes known where, into which files, with which truth.

All countries go through a quarter before the next one begins, because people found abroad are
met again at home. What is held of a person until then is how to draw her again, no more.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sources.synthetic import assistance, cells, people, reports
from sources.synthetic.agencies import AGENCIES, ASSISTANCE, Agency
from sources.synthetic.desks import Desk, Submission
from sources.synthetic.people import Case, Person
from sources.synthetic.reports import Visit
from sources.synthetic.timetable import JOINED, incident, reported, shifted, slots
from sources.synthetic.truth import Spot, Truth

SILENT = ("missing", "nil")


class Ref(NamedTuple):
    """A victim of a case, by all that is needed to draw her again."""

    country: str
    period: str
    place: int
    held: int
    number: int

    def person(self, seed: int) -> Person:
        """The same person as before."""
        case = people.case(seed, self.country, self.period, self.place, self.held)
        return people.victim(seed, case, self.number)


class Seen(NamedTuple):
    """A row about a victim that counts: who she is, and where the row stands."""

    ref: Ref
    spot: Spot


@dataclass
class Country:
    """A country while it is written: its open desks, and who will come in which quarter.

    ``since`` is the first quarter of the region.
    """

    code: str
    quarters: list[str]
    since: str
    desks: dict[str, Desk] = field(default_factory=dict)
    coming: dict[str, list[Seen]] = field(default_factory=lambda: defaultdict(list))
    # Whom the office of assistance will serve, each in eight bytes: they are many, for years.
    assisted: "dict[str, array[int]]" = field(
        default_factory=lambda: defaultdict(lambda: array("q"))
    )

    def packed(self, ref: Ref) -> int:
        """A victim of this country as one number."""
        quarter = self.quarters.index(ref.period)
        return ((quarter << 32 | ref.place) << 8 | ref.held) << 8 | ref.number

    def unpacked(self, packed: int) -> Ref:
        """The victim that ``packed`` stands for."""
        place, held, number = packed >> 16 & 0xFFFFFFFF, packed >> 8 & 0xFF, packed & 0xFF
        return Ref(self.code, self.quarters[packed >> 48], place, held, number)

    def has(self, agency: Agency, quarter: str) -> bool:
        """Whether an agency has begun to report."""
        return quarter >= self.since or agency.layout not in JOINED

    def takes(self, agency: Agency, quarter: str) -> bool:
        """Whether an agency sends rows about victims in a quarter."""
        if quarter not in self.quarters or not self.has(agency, quarter):
            return False
        return incident(agency, self.quarters.index(quarter)) not in SILENT


class Writer:
    """Writes a region; ``size`` is the number of victims a country and year."""

    def __init__(self, truth: Truth, seed: int, size: int, codes: Sequence[str]) -> None:
        self.truth, self.seed, self.size, self.codes = truth, seed, size, codes

    def send(self, periods: Sequence[str]) -> Iterator[Submission]:
        """All submissions, country by country within a quarter."""
        region = {code: Country(code, reported(code, periods), periods[0]) for code in self.codes}
        for quarter in sorted({q for one in region.values() for q in one.quarters}):
            for here in region.values():
                if quarter in here.quarters:
                    yield from self._quarter(region, here, quarter)

    def _quarter(
        self, region: dict[str, Country], here: Country, quarter: str
    ) -> Iterator[Submission]:
        index = here.quarters.index(quarter)
        due = [s for s in slots(here.code, index, quarter) if here.has(s.agency, quarter)]
        todo = [s for s in due if s.incident != "missing"]
        for slot in todo:
            if slot.agency.layout not in here.desks:
                here.desks[slot.agency.layout] = Desk(self.truth, self.seed, slot)
        for seen in here.coming.pop(quarter, ()):
            self._meet_again(here, seen, quarter)
        for packed in here.assisted.pop(quarter, ()):
            self._assist(here, here.unpacked(packed).person(self.seed), quarter)
        victims = people.volume(here.code, quarter, self.size, index)
        for place, case in enumerate(people.cases(self.seed, here.code, quarter, victims)):
            self._case(region, here, case, place)
        for slot in todo:
            if slot.is_closed_by(quarter):
                yield from here.desks.pop(slot.agency.layout).close()

    def _case(self, region: dict[str, Country], here: Country, case: Case, place: int) -> None:
        """A case in the registers, and its people in the lists."""
        for desk in here.desks.values():
            if "cases" in desk.slot.agency.sends:
                row = cells.case_row(desk.slot.agency, case, desk.clerk)
                # A case that a person's record refers to must not be missed.
                desk.put("cases", row, is_fit=not case.victims and not case.accused)
        for number in range(1, case.victims + 1):
            person = people.victim(self.seed, case, number)
            ref = Ref(case.country, case.period, place, case.victims, number)
            self._victim(region, here, person, ref)
        if "perpetrators" in AGENCIES[here.code][0].sends:
            for number in range(1, case.accused + 1):
                self._accused(here, people.accused(self.seed, case, number), case.period)

    def _victim(self, region: dict[str, Country], here: Country, person: Person, ref: Ref) -> None:
        """A victim in the lists of this quarter, and in those of the next one or at home."""
        after = shifted(ref.period, 1)
        visits = [
            visit
            for visit in reports.victim_visits(self.seed, person)
            if here.takes(visit.agency, after if visit.is_late else ref.period)
            or (not visit.is_in_scope and here.has(visit.agency, ref.period))
        ]
        if visits and visits[0].is_late:
            visits = []
        home = region.get(person.citizenship) if person.is_abroad else None
        goes_home = home is not None and reports.is_returned(self.seed, person)
        alone = len(visits) == 1 and not goes_home
        now = [v for v in visits if not v.is_late]
        sound = [Seen(ref, s) for s in self._put(here, now, "victims", ref.period, alone) if s]
        self._tell(here, person, "victims", visits, ref.period if sound else "")
        if not sound:
            return
        self._flow(person)
        if ASSISTANCE.layout in here.desks and visits[0].is_in_scope:
            self._plan(here, person, ref)
        here.coming[after].extend(sound[: len(visits) - len(now)])
        if home and goes_home:
            home.coming[after].extend(sound[:1])

    def _plan(self, here: Country, person: Person, ref: Ref) -> None:
        """The steps of assistance in this quarter, and in which others there will be some."""
        steps = assistance.steps(self.seed, person)
        for quarter in sorted({assistance.quarter(step.on) for step in steps}):
            if quarter == ref.period:
                self._assist(here, person, quarter)
            elif quarter in here.quarters:
                here.assisted[quarter].append(here.packed(ref))

    def _assist(self, here: Country, person: Person, quarter: str) -> None:
        """The steps for a person in a quarter."""
        desk = here.desks[ASSISTANCE.layout]
        for step in assistance.steps(self.seed, person):
            if assistance.quarter(step.on) == quarter:
                row = assistance.row(self.seed, person, step, desk.clerk)
                desk.put("services", row, is_fit=False)

    def _flow(self, person: Person) -> None:
        if person.is_abroad:
            self.truth.tell_flow(person, person.country, "found_there")
        if person.destination != person.country:
            self.truth.tell_flow(person, person.destination, "known_at_home_only")

    def _accused(self, here: Country, person: Person, quarter: str) -> None:
        """Somebody accused, with a row for each step in justice."""
        visits = [
            v for v in reports.accused_visits(self.seed, person) if here.takes(v.agency, quarter)
        ]
        spots = self._put(here, visits, "perpetrators", quarter, len(visits) == 1)
        self._tell(here, person, "perpetrators", visits, quarter if any(spots) else "")

    def _put(
        self, here: Country, visits: Sequence[Visit], dataset: str, quarter: str, alone: bool
    ) -> list[Spot | None]:
        """Write the rows of visits; where each sound one stands, and pairs of them."""
        spots: list[Spot | None] = []
        for visit in visits:
            desk = here.desks[visit.agency.layout]
            told = reports.report(self.seed, visit, quarter)
            row = cells.person_row(desk.slot.agency, dataset, told, desk.clerk)
            spot, row = desk.put(dataset, row, alone and visit.is_in_scope)
            if spots and spots[0] and dataset == "victims":
                self.truth.tell_pair(row, "within", spots[0], spot)
            spots.append(None if row.set_aside else spot)
        return spots

    def _meet_again(self, here: Country, seen: Seen, quarter: str) -> None:
        """Somebody who comes late to a second agency, or home from another country."""
        person, is_home = seen.ref.person(self.seed), seen.ref.country != here.code
        visit = reports.home_visit(person) if is_home else self._late(person)
        if not here.takes(visit.agency, quarter):
            return
        desk = here.desks[visit.agency.layout]
        told = reports.report(self.seed, visit, quarter)
        row = cells.person_row(desk.slot.agency, "victims", told, desk.clerk)
        spot, row = desk.put("victims", row, is_fit=False)
        self.truth.tell_pair(row, "across" if is_home else "within", seen.spot, spot)
        if is_home:
            self.truth.tell_flow(person, person.country, "of_them_known_at_home")

    def _late(self, person: Person) -> Visit:
        return next(v for v in reports.victim_visits(self.seed, person) if v.is_late)

    def _tell(
        self, here: Country, person: Person, dataset: str, visits: Iterable[Visit], quarter: str
    ) -> None:
        """A person to the truth; the first sound row is of ``quarter``, or there is none."""
        agencies = list(dict.fromkeys(visit.agency.name for visit in visits))
        is_annual = AGENCIES[here.code][0].is_annual
        self.truth.tell_person(person, dataset, quarter[:4] if is_annual else quarter, agencies)
