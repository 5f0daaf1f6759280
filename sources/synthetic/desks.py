"""An agency's desk: the open files of one submission, row after row, with their truth."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from sources.synthetic import faults
from sources.synthetic.cells import form
from sources.synthetic.chance import dice, digest
from sources.synthetic.clerks import Clerk, Row
from sources.synthetic.files import FIRST_ROW, Place, Write, opened
from sources.synthetic.reports import fiscal
from sources.synthetic.spoken import words
from sources.synthetic.timetable import AGAIN, Slot
from sources.synthetic.truth import Spot, Truth

# Of a first version, one row in so many is missing, and one in so many has another status.
FORGOTTEN, UNDECIDED = 12, 10
SUPERSEDED = "superseded"


@dataclass(frozen=True)
class Submission:
    """The files that one source sends at a time, in the order of its layout, and the day of it.

    ``period`` is as the source calls it.
    """

    layout: str
    country: str | None
    period: str | None
    files: tuple[Path, ...]
    sent: dt.date


@dataclass
class Sheet:
    """One open file: where the next row goes, and how many rows a fault could have befallen."""

    place: Place
    dataset: str
    write: Write
    row: int
    file: str
    fit: int = 0


class Desk:
    """The files of one submission while they are written; a revised one has a first version."""

    def __init__(self, truth: Truth, seed: int, slot: Slot) -> None:
        self.truth, self.seed, self.slot, agency = truth, seed, slot, slot.agency
        chance = dice(seed, "clerk", agency.layout, slot.period)
        self.clerk = Clerk(agency.language, agency.blank, agency.days, chance)
        self._stack = ExitStack()
        versions = 2 if slot.incident == "revised" else 1
        self._sheets = [
            {name: self._sheet(name, version) for name in agency.sends}
            for version in range(1, versions + 1)
        ]

    def _sheet(self, dataset: str, version: int) -> Sheet:
        agency = self.slot.agency
        # The version that counts has the plain name.
        first = version == 1 and self.slot.incident == "revised"
        title = f"{agency.sends[dataset]}{'-v1' if first else ''}"
        place = Place(self.seed, self.truth.root, agency, self.slot.period, title)
        write = self._stack.enter_context(opened(place, tuple(form(agency.layout, dataset))))
        self.truth.tell_canaries(place.secrets())
        file = place.path().relative_to(self.truth.root).as_posix()
        return Sheet(place, dataset, write, FIRST_ROW[agency.form], file)

    def put(self, dataset: str, row: Row, is_fit: bool) -> tuple[Spot, Row]:
        """Write a row; where it stands, and how: now and then a ``fit`` one is spoilt first."""
        final = self._sheets[-1][dataset]
        final.fit += is_fit
        rows = [row]
        if is_fit and final.fit % faults.EVERY == faults.FIRST:
            turn = self.truth.next_turn(self.slot.agency.layout, dataset)
            rows = faults.spoilt(self.slot, dataset, row, turn, self.seed)
        spots = [self._write(final, one) for one in rows]
        for earlier in self._sheets[:-1]:
            for one in rows if dataset == "cases" else self._before(dataset, rows):
                self._write(earlier[dataset], _superseded(one))
        return spots[0], rows[0]

    def _write(self, sheet: Sheet, row: Row) -> Spot:
        sheet.write(row.cells)
        spot = (sheet.file, sheet.row)
        self.truth.tell_row(spot, sheet.dataset, row)
        if kind := faults.known(self.slot.agency.layout, sheet.dataset, row.set_aside):
            self.truth.tell_fault(*spot, kind.kind, kind.column, kind.code, kind.reason)
        sheet.row += 1
        return spot

    def _before(self, dataset: str, rows: Sequence[Row]) -> Iterator[Row]:
        """The rows as the first version had them: some not yet, some with another status."""
        holds = list(form(self.slot.agency.layout, dataset).values())
        for row in rows:
            number = digest(self.seed, "revised", *row.tokens)
            if number % FORGOTTEN == 0:
                continue
            if number % UNDECIDED == 1 and row.unit == "victim_identified":
                word = words(self.clerk.language)["unit", "victim_presumed"][0]
                cells = [
                    word if what == "unit" else c for what, c in zip(holds, row.cells, strict=True)
                ]
                row = replace(row, cells=tuple(cells), unit="victim_presumed")
            yield row

    def close(self) -> Iterator[Submission]:
        """Finish the files: one submission, or the first version and the revised one."""
        self._stack.close()
        agency, period = self.slot.agency, self.slot.period
        named = fiscal(period) if agency.layout == "xac_prosecution" else period
        for again, sheets in enumerate(self._sheets):
            files = tuple(sheet.place.path() for sheet in sheets.values())
            day = self.slot.sent + again * AGAIN
            yield Submission(agency.layout, agency.country, named, files, day)


def _superseded(row: Row) -> Row:
    """A sound row of a version that was replaced is not counted."""
    return row if row.set_aside else replace(row, set_aside=SUPERSEDED)
