"""A country quarter by quarter: who becomes known where, into which files, with which truth."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sources.synthetic import people, reports
from sources.synthetic.chance import dice
from sources.synthetic.clerks import Clerk, Row
from sources.synthetic.files import Place, Sent, csv_file, xlsx_file
from sources.synthetic.forms import columns, person_row
from sources.synthetic.people import Case, Person
from sources.synthetic.registers import COLUMNS, case_rows
from sources.synthetic.reports import LANGUAGE, Visit
from sources.synthetic.truth import Truth

AGENCIES = {"XAA": ("police", "shelters"), "XAB": ("ministry",)}
BLANK = {"police": "N/D", "shelters": "N/A", "ministry": "n.c."}
MARK = {"police": ";", "ministry": ","}
# What each agency sends in a quarter, in the order in which its layout names the files.
SENDS = {
    "police": {"victims": "victimas", "perpetrators": "imputados", "cases": "denuncias"},
    "shelters": {"victims": "residents"},
    "ministry": {"victims": "victimes", "cases": "signalements"},
}


@dataclass(frozen=True)
class Submission:
    """The files that one source sends at a time, in the order of its layout."""

    layout: str
    country: str | None
    period: str | None
    files: tuple[Path, ...]


@dataclass(frozen=True)
class Quarter:
    """What is known in one country and quarter, before anybody writes it down."""

    seed: int
    country: str
    period: str
    cases: Sequence[Case]
    persons: dict[str, list[Person]]
    visits: dict[str, list[Visit]]

    def alone(self) -> set[str]:
        """The people with a single report, now or later."""
        known = Counter(v.person.id for visits in self.visits.values() for v in visits)
        return {person for person, times in known.items() if times == 1}

    def late(self) -> list[Visit]:
        """Who will come to an agency in the next quarter."""
        return [visit for visit in self.visits["victims"] if visit.is_late]

    def arriving(self, dataset: str, agency: str, late: Sequence[Visit]) -> list[Visit]:
        """Who comes to an agency in this quarter, those who are late for the last one first."""
        now = [visit for visit in self.visits[dataset] if not visit.is_late]
        before = late if dataset == "victims" else ()
        return [visit for visit in (*before, *now) if visit.agency == agency]


def known(seed: int, country: str, period: str, victims: int, is_last: bool) -> Quarter:
    """The cases, people and visits of a quarter; after the last one nobody comes late."""
    cases = list(people.cases(seed, country, period, victims))
    held = (case for case in cases for _ in range(case.victims))
    blamed = (case for case in cases for _ in range(case.accused if country == "XAA" else 0))
    persons = {
        "victims": [people.victim(seed, case, n) for n, case in enumerate(held, 1)],
        "perpetrators": [people.accused(seed, case, n) for n, case in enumerate(blamed, 1)],
    }
    visits = {
        "victims": [v for p in persons["victims"] for v in reports.victim_visits(seed, p)],
        "perpetrators": [
            v for p in persons["perpetrators"] for v in reports.accused_visits(seed, p)
        ],
    }
    visits["victims"] = [v for v in visits["victims"] if not (v.is_late and is_last)]
    return Quarter(seed, country, period, cases, persons, visits)


def rows_of(found: Quarter, agency: str, dataset: str, late: Sequence[Visit]) -> list[Row]:
    """The rows of one file."""
    seed, period = found.seed, found.period
    chance = dice(seed, "clerk", found.country, agency, dataset, period)
    clerk = Clerk(LANGUAGE[agency], BLANK[agency], chance)
    if dataset == "cases":
        return case_rows(seed, found.cases, clerk)
    arriving = found.arriving(dataset, agency, late)
    told = [reports.report(seed, visit, period) for visit in arriving]
    sent = reports.with_faults(seed, told, found.alone())
    return [person_row(agency, dataset, report, clerk) for report in sent]


def send(root: Path, found: Quarter, agency: str, dataset: str, rows: Sequence[Row]) -> Sent:
    """One file of an agency, in its format."""
    folder = f"{found.country}/{agency}/{found.period}"
    place = Place(found.seed, root, folder, SENDS[agency][dataset])
    header = COLUMNS[LANGUAGE[agency]] if dataset == "cases" else columns(agency, dataset)
    if agency == "shelters":
        return xlsx_file(place, header, rows)
    return csv_file(place, header, rows, MARK[agency])


def tell_persons(truth: Truth, found: Quarter, refused: set[str]) -> None:
    """The people of the quarter; who has no sound row is accepted in no quarter."""
    for dataset, persons in found.persons.items():
        agencies: dict[str, list[str]] = {person.id: [] for person in persons}
        for visit in found.visits[dataset]:
            if visit.agency not in agencies[visit.person.id]:
                agencies[visit.person.id].append(visit.agency)
        for person in persons:
            accepted = "" if person.id in refused else found.period
            truth.tell_person(person, dataset, accepted, agencies[person.id])


def send_quarter(
    truth: Truth, root: Path, found: Quarter, late: Sequence[Visit]
) -> Iterator[Submission]:
    """Write a quarter's files and its truth; one submission an agency."""
    refused: set[str] = set()
    for agency in AGENCIES[found.country]:
        paths = []
        for dataset in SENDS[agency]:
            rows = rows_of(found, agency, dataset, late)
            sent = send(root, found, agency, dataset, rows)
            truth.tell_file(root, sent, dataset)
            paths.append(sent.path)
            refused |= {row.person for row in rows if row.set_aside}
        layout = f"{found.country.lower()}_{agency}"
        yield Submission(layout, found.country, found.period, tuple(paths))
    tell_persons(truth, found, refused)


def send_all(
    truth: Truth, root: Path, country: str, seed: int, size: int, periods: Sequence[str]
) -> Iterator[Submission]:
    """All submissions of a country; of the quarter before, only those who come late are held."""
    late: list[Visit] = []
    for index, period in enumerate(periods):
        victims = people.volume(size, index)
        found = known(seed, country, period, victims, is_last=period == periods[-1])
        yield from send_quarter(truth, root, found, late)
        late = found.late()
        del found  # or it would be held until the next quarter is complete
