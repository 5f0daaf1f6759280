"""What a population misses of what is published, and what one person more or less would cost it.

A cell outside its bounds costs what it is outside; nested cells that must differ cost one while
they do not. Inside its bounds a shown cell is drawn to its middle, where moves are free.
"""

import numpy as np

from anonymize.audit_population import Population
from anonymize.audit_rows import Integers

BASIN = 12
# So much steeper are the cells of the region: what is left there to its ends is all that a country
# can move by itself.
REGIONAL = 4
# Where in its width a shown cell of the region stands in each base. Eight wide, it leaves five
# above and three below; in the second base, for what is too close to the upper end in the first,
# seven and one.
REGION = (0.375, 0.125)


class Burden:
    """A population, what each of its cells is bounded by, and what it misses.

    ``apart`` has three rows: cells, others inside them, and by how much they must be larger.
    """

    def __init__(self, population: Population, apart: Integers) -> None:
        self.population, self.apart = population, apart
        self.lower, self.upper = population.lower.copy(), population.upper.copy()
        self.more, self.fewer = np.zeros_like(self.lower), np.zeros_like(self.lower)
        self.uphill, self.downhill = np.zeros(len(self.lower)), np.zeros(len(self.lower))
        self.steep = np.zeros(len(self.lower))
        self.is_part = np.zeros(len(self.lower), dtype=bool)
        self.level()

    def draw(self, parts: Integers) -> None:
        """Draw the parts of the region too, where they are hidden and small."""
        self.is_part[parts] = True
        self.level()

    def narrow(self, room: int) -> None:
        """Keep what is drawn of the region off its ends, and ``room`` above what is hidden."""
        drawn = self.population.is_regional & (self.steep > 0)
        shown, hidden = (
            np.flatnonzero(drawn & is_so) for is_so in (self.lower > 0, self.lower <= 0)
        )
        self.lower[shown] += 1
        self.upper[shown] -= 1
        self.upper[hidden] -= room
        self.refresh(np.concatenate([shown, hidden]))

    def refresh(self, cells: Integers) -> None:
        """What one person more or less in a cell costs, anew for ``cells``."""
        count, low, high = self.population.count[cells], self.lower[cells], self.upper[cells]
        self.more[cells] = (count >= high).astype(np.int64) - (count < low)
        self.fewer[cells] = (count <= low).astype(np.int64) - (count > high)
        far, steep = count - self.goal[cells], self.steep[cells]
        self.uphill[cells], self.downhill[cells] = (2 * far + 1) * steep, (1 - 2 * far) * steep

    def level(self, share: float = REGION[0]) -> None:
        """Draw each shown cell to its middle, where moves are free.

        A shown cell of the region is drawn to a ``share`` of its width, so that a country without
        anybody in it can add what is wide; a hidden one that is small, and such a part of one, to a
        quarter of what it can be. No other cell of a country is drawn.
        """
        width, regional = self.upper - self.lower, self.population.is_regional
        is_close = width <= 2 * BASIN
        is_shown = (self.lower > 0) & is_close
        shares = np.where(is_shown, np.where(regional, share, 0.5), 0.25)
        is_drawn = is_shown | ((regional | self.is_part) & is_close)
        self.goal = np.where(is_drawn, self.lower + shares * width, 0)
        steep = np.where(regional, REGIONAL, 1.0) / np.clip(width, 1, 2 * BASIN) ** 2
        self.steep = np.where(is_drawn, steep, 0)
        self.refresh(np.arange(len(self.lower)))

    def rise(self, cells: Integers, change: Integers) -> float:
        """How much further from their goals a change takes cells."""
        far = self.population.count[cells] - self.goal[cells]
        return float((self.steep[cells] * change * (2 * far + change)).sum())

    @property
    def same(self) -> Integers:
        """Which pairs that must differ do not."""
        count = self.population.count
        whole, part, gap = self.apart
        return np.flatnonzero(count[whole] < count[part] + gap)

    @property
    def missed(self) -> Integers:
        """The cells outside their bounds."""
        count = self.population.count
        return np.flatnonzero((count < self.lower) | (count > self.upper))

    @property
    def fits(self) -> bool:
        return not len(self.missed) and not len(self.same)

    def outside(self, cells: Integers, count: Integers) -> int:
        low, high = self.lower[cells], self.upper[cells]
        return int((np.maximum(low - count, 0) + np.maximum(count - high, 0)).sum())
