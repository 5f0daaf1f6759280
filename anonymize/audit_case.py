"""One system under attack: from what is published to a verdict on each of its targets."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from anonymize.audit_before import newly_filled
from anonymize.audit_denial import to_blame
from anonymize.audit_pool import widen
from anonymize.audit_program import MOST_FOR_FEW, MOST_UNKNOWNS, ends
from anonymize.audit_propagation import Contradiction, narrowed
from anonymize.audit_rows import BOUNDLESS, Integers, Rows
from anonymize.audit_search import (
    COALITION,
    FEW_LEFT,
    IMPATIENT,
    INSIDERS,
    PATIENT,
    Search,
)
from anonymize.audit_sheets import OTHER, SMALL
from anonymize.audit_system import System, unequal
from anonymize.audit_targets import HIDDEN_CELL, Bools, Targets, targets
from anonymize.audit_theirs import Theirs
from anonymize.audit_walk import Stuck
from data_contracts.policy import Policy

# So few targets are quicker asked for one by one.
FEW_OPEN = 8
# From so many populations a region is attacked where no more targets than these have no verdict;
# from more for the sake of a few, where nothing can be hidden instead.
STARTS, LEFT, MOST_STARTS = 4, 1_000, 12


@dataclass
class Case:
    """A system, its walk, and after ``run`` the verdicts.

    ``theirs`` is what others tell by themselves to whoever attacks here, ``second`` the attack of
    who knows that; None where they tell nothing. ``filled`` has the cells that are newly known not
    to be empty, once somebody has asked. ``blamed`` has sheet and cell of what cannot hold, where
    no numbers at all satisfy what is believed; then there is no verdict. ``at_first`` has, by
    sheet, the cells that were believed small before anybody gave that up.
    """

    system: System
    policy: Policy
    seed: int
    efforts: tuple[int, ...]
    theirs: Theirs | None = None
    second: "Case | None" = None
    blamed: list[tuple[int, int]] = field(default_factory=list)
    at_first: tuple[Bools, ...] = ()
    search: Search = field(init=False)
    patience: int = field(init=False, default=PATIENT)
    filled: Bools | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.at_first = self.at_first or tuple(s.state == SMALL for s in self.system.sheets)

    def run(self, yielding: bool) -> None:
        """Attack; a ``yielding`` reader who finds a contradiction takes hidden cells as open."""
        self.patience = PATIENT if yielding else IMPATIENT
        if not self.attempt() and yielding and self.open_all():
            self.attempt()
        if yielding:
            self.look_around(MOST_STARTS)

    def look_around(self, starts: int) -> bool:
        """Look from other populations, too, where few targets of a region are left; whether so."""
        for more in range(1, starts):
            most = LEFT if more < STARTS else FEW_LEFT
            if self.blamed or not self.search.is_regional or not 0 < self.search.left <= most:
                return more > 1
            self.start_elsewhere(self.seed + more)
        return True

    def start_elsewhere(self, seed: int) -> None:
        """Try what has no verdict from another population.

        Where the first one stands at an edge of what its region allows, no country may be able to
        move far enough; in a population somewhere else it may be. What was found stays found.
        """
        old, (lower, upper) = self.search, self.search.ends
        new = Search(self.system, lower, upper, self.policy, seed)
        new.with_others, new.moved, new.targets = old.with_others, old.moved, old.targets
        new.against, new.patience = old.against, old.patience
        new.walker = new.whole()
        try:
            new.start()
        except Stuck:
            return
        self.search = new
        self.walk(lower, upper)

    def attempt(self) -> bool:
        """Attack with what is believed; whether that can be."""
        self.blamed, self.filled = self.places(to_blame(self.system)), None
        if self.blamed:
            return False
        try:
            lower, upper = narrowed(self.system.whole(True), self.system.lower, self.system.upper)
        except Contradiction as error:
            self.blamed = self.places(error.cells)
            return False
        self.search = Search(self.system, lower, upper, self.policy, self.seed)
        self.search.patience = self.patience
        try:
            self.search.start()
        except Stuck:
            population = self.search.walker.population
            missed = self.search.walker.missed
            sheet = np.searchsorted(population.start, missed, side="right") - 1
            self.blamed = list(
                zip(sheet.tolist(), (missed - population.start[sheet]).tolist(), strict=True)
            )
            self.blamed = self.blamed or [(0, 0)]
            return False
        self.walk(lower, upper)
        return True

    def walk(self, lower: Integers, upper: Integers) -> None:
        """Walk, then ask for exact ends of what is left open."""
        self.search.go(self.efforts)
        found, search = self.search.targets, self.search
        if search.is_regional:
            return
        rows = self.system.whole(False)
        nowhere = search.walker.population.nowhere
        place = np.append(self.unknown(np.arange(nowhere)), len(lower))
        widen(
            (rows, lower, upper),
            place,
            found,
            lambda: ~(found.is_wide(self.policy) | search.is_failed),
            lambda point: found.see(point[place]),
            self.seed,
            FEW_OPEN,
        )
        left = np.flatnonzero(~search.is_certified & ~search.is_failed)
        most = MOST_FOR_FEW if len(left) <= FEW_LEFT else MOST_UNKNOWNS
        for number in left.tolist():
            whole, part = int(found.whole[number]), int(found.part[number])
            # What shows one target shows something of all others.
            if found.is_wide(self.policy)[number]:
                continue
            cells = int(place[whole]), None if part == nowhere else int(place[part])
            if exact := ends(rows, lower, upper, *cells, most):
                found.lowest[number], found.highest[number] = exact.least, exact.most
                for point in exact.points:
                    found.see(np.append(point, 0)[place])
        wide = found.is_wide(self.policy)
        search.moved.note(np.flatnonzero(wide), frozenset(search.countries))

    def target(self, sheet: int, cell: int) -> int:
        """The number of the target that a cell of the release under audit is."""
        own, nowhere = int(self.system.start[sheet]) + cell, int(self.system.start[-1])
        found = (self.targets.whole == own) & (self.targets.part == nowhere)
        return int(np.flatnonzero(found)[0])

    def stretch(self, number: int) -> bool:
        """Learn of a cell how small and how large it can be, further than its verdict needs.

        Whether these are the very ends, which whoever tries harder does not find further apart.
        """
        found, search = self.targets, self.search
        if not search.is_regional:
            rows, cell = self.system.whole(False), self.unknown(found.whole[[number]])
            if exact := ends(rows, *search.ends, int(cell[0]), None):
                found.lowest[number], found.highest[number] = exact.least, exact.most
                found.least[number], found.most[number] = exact.least, exact.most
                return True
        sheet = np.searchsorted(self.system.start, found.whole[number], side="right") - 1
        search.stretch(number, self.system.sheets[sheet].place.country, self.efforts[-2])
        return False

    def unknown(self, cell: Integers) -> Integers:
        """The numbers of cells of the population in the system."""
        start = self.search.walker.population.start
        sheet = np.searchsorted(start, cell, side="right") - 1
        found: Integers = self.system.offset[sheet] + cell - start[sheet]
        return found

    def places(self, cells: Integers) -> list[tuple[int, int]]:
        """Sheet and cell of those cells of the system that are published."""
        sheets = np.searchsorted(self.system.offset, cells, side="right") - 1
        inside = cells - self.system.offset[sheets]
        every = zip(sheets.tolist(), inside.tolist(), strict=True)
        return [(s, c) for s, c in every if c < self.system.sheets[s].shape.published]

    def open_all(self) -> bool:
        """Give up the belief that hidden means small; whether there was any."""
        every = self.small(range(len(self.system.sheets)))
        self.hide(every)
        return bool(every)

    def small(self, sheets: Iterable[int]) -> list[tuple[int, int]]:
        """The hidden cells of sheets that are believed small."""
        return [
            (number, cell)
            for number in sheets
            for cell in np.flatnonzero(self.system.sheets[number].state == SMALL).tolist()
        ]

    def hide(self, cells: Iterable[tuple[int, int]]) -> None:
        """Cells are shown no longer, or known no longer to be small."""
        for sheet, cell in cells:
            self.system.sheets[sheet].hide(cell)
        self.renew()

    def renew(self) -> None:
        """What follows from the states of cells, anew."""
        system, links = self.system, self.system.links
        system.apart = tuple(map(unequal, system.sheets))
        if len(links):
            is_open = np.maximum.reduceat(
                (system.states[links.cell] == OTHER).astype(np.int64), links.start[:-1]
            )
            free = (is_open > 0) & (np.diff(links.start) == 2) & (links.lower == 1)
            least = np.where(free, 0, links.lower)
            system.links = Rows(links.start, links.cell, links.times, least, links.upper)

    def again(self) -> None:
        """Attack anew after more was hidden: only what had no good verdict is tried.

        Hiding only relaxes, so that every population that fitted still fits.
        """
        old = self.search
        lower, upper = narrowed(self.system.whole(True), self.system.lower, self.system.upper)
        new = Search(self.system, lower, upper, self.policy, self.seed)
        new.with_others, new.bases, new.moved = old.with_others, old.bases, old.moved
        new.targets.least, new.targets.most = old.targets.least, old.targets.most
        # What two countries together may learn is only reported, and not asked for each time.
        new.against = INSIDERS
        new.walker = new.whole()
        self.search, self.filled = new, None
        self.walk(lower, upper)

    def try_harder(self, efforts: tuple[int, ...]) -> bool:
        """Try what has no verdict with other efforts; whether anything was left to try."""
        if self.blamed or self.efforts == efforts or bool(self.is_safe.all()):
            return False
        self.efforts = efforts
        self.again()
        return True

    @property
    def is_safe(self) -> Bools:
        """Which targets are wide, for every insider too; none without a verdict."""
        if self.blamed:
            return np.zeros(len(self.targets), dtype=bool)
        return self.is_safe_by_itself | self.is_public_elsewhere

    @property
    def is_safe_by_itself(self) -> Bools:
        """The same, whatever others may tell."""
        return self.search.is_safe_from(INSIDERS) & ~self.is_newly_filled

    @property
    def is_public_elsewhere(self) -> Bools:
        """Which targets others give away without any number of ours."""
        if self.theirs is None:
            return np.zeros(len(self.targets), dtype=bool)
        return self.theirs.gives_away(self.targets, ~self.is_safe_by_itself, self.policy)

    @property
    def is_newly_filled(self) -> Bools:
        """Which hidden cells are proven not to be empty, where the releases before did not."""
        found = self.targets
        if self.blamed:
            return np.zeros(len(found), dtype=bool)
        if self.filled is None:
            self.filled = newly_filled(self.system, self.search.lower)
        new: Bools = np.append(self.filled, False)[found.whole] & (found.kind == HIDDEN_CELL)
        return new

    @property
    def coalition_learns(self) -> int:
        """How many targets two countries together may learn that one alone cannot."""
        if self.blamed or not self.search.is_regional:
            return 0
        return int((self.is_safe & ~self.search.is_safe_from(COALITION)).sum())

    @property
    def targets(self) -> Targets:
        """The targets, with a verdict or without."""
        if not self.blamed:
            return self.search.targets
        start = np.cumsum([0, *(s.shape.published for s in self.system.sheets)])
        open_ends = np.zeros(int(start[-1]) + 1, dtype=np.int64)
        return targets(self.system, start, open_ends, open_ends + BOUNDLESS)
