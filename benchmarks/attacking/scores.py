"""How often an attack is right, beside its baseline, and how sure that is over seeds."""

from collections.abc import Iterable, Sequence
from math import sqrt
from statistics import NormalDist
from typing import NamedTuple


class Trial(NamedTuple):
    """One seed: of ``cells`` guesses how many the attack had right, and how many the baseline."""

    cells: int
    right: float
    baseline: float


class Score(NamedTuple):
    """Shares over all seeds, and their difference with its 95 % interval."""

    seeds: int
    cells: int
    success: float
    baseline: float
    difference: float
    lower: float
    upper: float

    def row(self, attack: str, gate: str) -> str:
        """A line of a Markdown table, in per cent and points."""
        points = (
            f"{100 * self.difference:+.1f} ({100 * self.lower:+.1f} to {100 * self.upper:+.1f})"
        )
        shares = f"{100 * self.success:.1f} % | {100 * self.baseline:.1f} %"
        return f"| {attack} | {gate} | {self.seeds} | {self.cells:,} | {shares} | {points} |"


def added(trials: Iterable[Trial]) -> Trial:
    """Trials of one seed as one."""
    cells, right, baseline = 0, 0.0, 0.0
    for one in trials:
        cells, right, baseline = cells + one.cells, right + one.right, baseline + one.baseline
    return Trial(cells, right, baseline)


def score(trials: Sequence[Trial]) -> Score:
    """The difference of two shares whose guesses are alike within a seed.

    A ratio estimator, seeds being the clusters, with Student's quantile for their number
    (Cochran, Sampling Techniques, 1977, 6.3); at least two seeds, and a guess. Where every seed
    gives the same difference the interval has no width: read it beside the number of guesses.
    """
    cells = sum(trial.cells for trial in trials)
    right = sum(trial.right for trial in trials)
    baseline = sum(trial.baseline for trial in trials)
    difference, seeds = (right - baseline) / cells, len(trials)
    rests = [(t.right - t.baseline) - difference * t.cells for t in trials]
    spread = sqrt(seeds / (seeds - 1) * sum(rest * rest for rest in rests)) / cells
    half = quantile(seeds - 1) * spread
    return Score(
        seeds,
        cells,
        right / cells,
        baseline / cells,
        difference,
        difference - half,
        difference + half,
    )


def quantile(freedom: int) -> float:
    """Student's 97.5 % quantile by Cornish and Fisher, within 2 % from four degrees on.

    Abramowitz and Stegun, 26.7.5.
    """
    z = NormalDist().inv_cdf(0.975)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3
