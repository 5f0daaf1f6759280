"""What must not be known too well: hidden and shown cells, nested differences, revisions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from anonymize.audit_links import differ, known, nestings
from anonymize.audit_rows import Integers
from anonymize.audit_sheets import NOW, SHOWN, Sheet
from anonymize.audit_system import System
from anonymize.audit_zeros import same_people
from data_contracts.model import TOTAL
from data_contracts.policy import Policy

Bools = NDArray[np.bool_]
Kind = Literal["hidden", "shown", "difference", "revision"]
HIDDEN_CELL, SHOWN_CELL, DIFFERENCE, REVISION = range(4)
# Further than any number of people.
FAR = 2**40
KINDS: tuple[Kind, ...] = ("hidden", "shown", "difference", "revision")


@dataclass
class Targets:
    """Each target's cell and the one it is without, or nowhere, as a population numbers them.

    ``least`` and ``most`` are values that it is known to be able to take, ``lowest`` and
    ``highest`` proven ends.
    """

    whole: Integers
    part: Integers
    kind: Integers
    least: Integers
    most: Integers
    lowest: Integers
    highest: Integers

    def __len__(self) -> int:
        return len(self.whole)

    def see(self, count: Integers, chosen: Integers | slice = slice(None)) -> None:
        """Learn from a population what is possible."""
        value = count[self.whole[chosen]] - count[self.part[chosen]]
        self.least[chosen] = np.minimum(self.least[chosen], value)
        self.most[chosen] = np.maximum(self.most[chosen], value)

    def is_wide(self, policy: Policy) -> Bools:
        """Whether values that are possible lie far enough apart, and do not tell of a few."""
        return ~narrow(self.least, self.most, policy) & ~few(self.least, self.most, policy)

    def is_narrow(self, policy: Policy) -> Bools:
        """Whether the proven ends are too close."""
        return narrow(self.lowest, self.highest, policy)

    def tells_a_few(self, policy: Policy) -> Bools:
        """Whether the proven ends prove that there is somebody, but few."""
        return few(self.lowest, self.highest, policy)


def narrow(lower: Integers, upper: Integers, policy: Policy) -> Bools:
    result: Bools = upper - lower < policy.narrowest_interval
    return result


def few(lower: Integers, upper: Integers, policy: Policy) -> Bools:
    """Proof of one person to ``few``, more of them or, between vintages, fewer."""
    result: Bools = ((lower >= 1) & (upper <= policy.few)) | (
        (upper <= -1) & (lower >= -policy.few)
    )
    return result


def targets(system: System, start: Integers, lower: Integers, upper: Integers) -> Targets:
    """All targets of a system; the ends are of its cells as a population has them."""
    nowhere = int(start[-1])
    single = list(cells(system.sheets, start, nowhere))
    parts = [np.array(single, dtype=np.int64).reshape(-1, 4), regions(system)]
    parts += [differences(system.sheets, start), *revisions(system.sheets, start)]
    whole, part, kind, floor = np.concatenate(parts).T
    lowest = np.maximum(lower[whole] - upper[part], floor)
    far = np.full(len(whole), FAR)
    return Targets(whole, part, kind, far, -far, lowest, upper[whole] - lower[part])


def cells(
    sheets: Sequence[Sheet], start: Integers, nowhere: int
) -> Iterator[tuple[int, int, int, int]]:
    """Every cell of the release under audit."""
    for number, sheet in enumerate(sheets):
        for cell in np.flatnonzero((sheet.is_now & NOW > 0) & (sheet.state > 0)).tolist():
            kind = SHOWN_CELL if sheet.state[cell] == SHOWN else HIDDEN_CELL
            yield int(start[number]) + cell, nowhere, kind, 0


def differences(sheets: Sequence[Sheet], start: Integers) -> Integers:
    """Every nested difference, within sheets and of periods within periods."""
    found = []
    for number, sheet in enumerate(sheets):
        pairs = sheet.shape.nested
        seen = (sheet.state[pairs[:, 0]] > 0) & (sheet.state[pairs[:, 1]] > 0)
        inside = pairs[seen]
        inside = inside[~same_people(sheet, inside)]
        found.append(np.column_stack([inside + start[number], differ(sheet, sheet, inside)]))
    for nesting in nestings(sheets):
        ends = nesting.pairs + start[[nesting.whole, nesting.part]]
        apart = differ(sheets[nesting.whole], sheets[nesting.part], nesting.pairs)
        found.append(np.column_stack([ends, apart]))
    every = np.concatenate(found)
    return np.column_stack([every[:, :2], np.full(len(every), DIFFERENCE), every[:, 2]])


def regions(system: System) -> Integers:
    """The region without each of its countries."""
    whole, part, apart = system.larger(with_equal=True)
    regional = np.array([sheet.place.country == TOTAL for sheet in system.sheets])
    sheet = np.searchsorted(system.start, np.stack([whole, part]), side="right") - 1
    chosen = regional[sheet[0]] & ~regional[sheet[1]]
    # Without its only country a region has nobody, as everybody knows.
    often = np.bincount(whole[chosen], minlength=int(system.start[-1]))
    chosen &= often[whole] > 1
    kind = np.full(len(whole), DIFFERENCE)
    found: Integers = np.column_stack([whole, part, kind, apart])[chosen]
    return found


def revisions(sheets: Sequence[Sheet], start: Integers) -> Iterator[Integers]:
    """What is known now against what was known of the same cell in each vintage before.

    Of a hidden number, too: what others leave open of it may be little.
    """
    by_place = {sheet.place: number for number, sheet in enumerate(sheets)}
    for number, sheet in enumerate(sheets):
        for vintage in range(sheet.place.vintage):
            before = by_place.get(sheet.place._replace(vintage=vintage))
            if before is None:
                continue
            own = known(sheets[before])
            pairs = [
                (start[number] + cell, start[before] + own[codes], REVISION, -FAR)
                for codes, cell in known(sheet).items()
                if codes in own
            ]
            yield np.array(pairs, dtype=np.int64).reshape(-1, 4)
