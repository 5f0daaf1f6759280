"""What stands in a cell of a form: which column holds what is data, in ``forms.csv``."""

import csv
import datetime as dt
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from sources.synthetic.agencies import Agency
from sources.synthetic.clerks import Cell, Clerk, Row
from sources.synthetic.people import Case
from sources.synthetic.reports import Report
from sources.synthetic.spoken import text

FORMS = Path(__file__).with_name("forms.csv")
CONSENTS = ("tipstat:statistics", "tipstat:statistics", "tipstat:legal_basis", "")


@cache
def form(layout: str, dataset: str) -> Mapping[str, str]:
    """Each column of a form to what it holds, in order; no layout reads the last one."""
    with FORMS.open(encoding="utf-8", newline="") as lines:
        rows = [
            r for r in csv.DictReader(lines) if (r["layout"], r["dataset"]) == (layout, dataset)
        ]
    return {row["column"]: row["holds"] for row in rows}


def years(born: dt.date | None, on: dt.date | None) -> int | None:
    """Completed years from a birthday to a day."""
    if not born or not on:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def age(found: Report, clerk: Clerk) -> str:
    """The age in years on the day of the report."""
    now = years(found.born, found.on)
    known = found.person.age if now is None else now
    return clerk.gap() if known is None else str(known)


def purpose(found: Report, clerk: Clerk) -> str:
    """The forms of exploitation, or another crime, where the form has no place of its own."""
    if found.visit.is_in_scope:
        return clerk.all("exploitation", found.person.exploitation)
    return clerk.one("scope", "outside")


PERSON: Mapping[str, Callable[[Report, Clerk], Cell]] = {
    "record": lambda r, c: r.number,
    "case": lambda r, c: r.case,
    "fiscal": lambda r, c: r.fiscal,
    "unit": lambda r, c: c.one("unit", r.visit.unit),
    "on": lambda r, c: c.day(r.on),
    "family": lambda r, c: r.family,
    "given": lambda r, c: r.given,
    "born": lambda r, c: c.day(r.born),
    "age": age,
    "document": lambda r, c: r.person.document or c.gap(),
    "sex": lambda r, c: c.one("sex", r.person.sex),
    "citizenship": lambda r, c: c.one("country", r.person.citizenship),
    "origin": lambda r, c: c.one("country", r.person.origin),
    "destination": lambda r, c: c.one("country", r.person.destination),
    "area": lambda r, c: c.one("area", r.area),
    "town": lambda r, c: c.one("town", r.area),
    "place": lambda r, c: c.one("place", r.person.place),
    "crime": lambda r, c: c.one("scope", "inside" if r.visit.is_in_scope else "outside"),
    "exploitation": lambda r, c: c.all("exploitation", r.person.exploitation),
    "purpose": purpose,
    "act": lambda r, c: c.all("act", r.person.act),
    "means": lambda r, c: c.all("means", r.person.means),
    "recruitment": lambda r, c: c.all("recruitment", r.person.recruitment),
    "role": lambda r, c: c.all("role", r.person.role),
    "consent": lambda r, c: c.one("consent", c.chance.choice(CONSENTS)),
    "phone": lambda r, c: r.phone,
    "address": lambda r, c: r.address,
    "narrative": lambda r, c: r.narrative,
    "note": lambda r, c: r.note,
}
CASE: Mapping[str, Callable[[Case, Clerk], Cell]] = {
    "record": lambda r, c: r.number,
    "on": lambda r, c: c.day(r.on),
    "channel": lambda r, c: c.one("channel", r.channel),
    "area": lambda r, c: c.one("area", r.area),
    "referred": lambda r, c: c.one("yes_no", "yes" if r.is_referred else "no"),
    "exploitation": lambda r, c: c.one("exploitation", r.form),
    "narrative": lambda r, c: text(c.language, "complaint").format(r.story),
    "note": lambda r, c: r.note,
}


def person_row(agency: Agency, dataset: str, found: Report, clerk: Clerk) -> Row:
    """A report on the agency's form."""
    holds = form(agency.layout, dataset).values()
    return Row(
        cells=tuple(PERSON[what](found, clerk) for what in holds),
        tokens=found.tokens,
        person=found.person.id,
        case=found.case,
        unit=found.visit.unit,
        set_aside="" if found.visit.is_in_scope else "out_of_scope",
        distortion=found.visit.distortion,
    )


def case_row(agency: Agency, case: Case, clerk: Clerk) -> Row:
    """A case in the agency's register."""
    holds = form(agency.layout, "cases").values()
    cells = tuple(CASE[what](case, clerk) for what in holds)
    return Row(cells, (case.token, case.story, case.note), case=case.number, unit="report")
