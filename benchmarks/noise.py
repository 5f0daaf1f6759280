"""Random rounding by cell key against maximum-entropy noise of the same reach and variance.

Three figures of each: how much a published number leaves open about the count behind it (bits, of a
reader who holds every count for as likely), its variance, and how often two sets of persons that
are one person apart are published differently. The figures are computed from the two laws, and a
simulation with our own gate and keys of a million cells stands beside the last.
"""

import argparse
from collections.abc import Mapping
from hashlib import sha256
from math import exp, log2

import polars as pl

from anonymize.disclosure import draws, rounded
from data_contracts import load

REACH = 4
KEY = b"invented rounding key of a test."
Law = Mapping[int, float]


def noise(variance: float) -> Law:
    """The law on -4 to 4 with mean 0 and a variance that leaves most open: exp(-k²/s), normed."""
    low, high = 0.01, 1_000.0
    for _ in range(200):
        spread = (low + high) / 2
        weights = {k: exp(-k * k / spread) for k in range(-REACH, REACH + 1)}
        law = {k: weight / sum(weights.values()) for k, weight in weights.items()}
        if sum(p * k * k for k, p in law.items()) < variance:
            low = spread
        else:
            high = spread
    return law


def rounding(rest: int, base: int) -> Law:
    """What is added to a count with this remainder, and how probably."""
    return {base - rest: rest / base, -rest: 1 - rest / base} if rest else {0: 1.0}


def entropy(weights: Mapping[int, float]) -> float:
    """Bits of a law given by weights."""
    total = sum(weights.values())
    return -sum(w / total * log2(w / total) for w in weights.values() if w)


def left_open(base: int) -> float:
    """Bits about the count behind a rounded number: all counts that could have become it."""
    return entropy({k: rounding(k % base, base).get(-k, 0) for k in range(-REACH, REACH + 1)})


def differ(one: Law, two: Law) -> float:
    """How probably a count and the next one, each by its own law, are published differently."""
    return 1 - sum(p * two.get(k - 1, 0) for k, p in one.items())


def simulated(base: int, law: Law, cells: int) -> tuple[float, float]:
    """The share of cells that look different when one more person is in them: rounding, noise.

    Counts 15 to 114, a key each, and another once the person is in.
    """
    policy = load.policy()
    place = pl.DataFrame({"cell": range(cells)}).select(unit=pl.lit("report"), number="cell")
    before = place.with_columns(n=15 + pl.col("number") % 100, cell_key=pl.col("number") * 7919)
    after = before.with_columns(pl.col("n") + 1, pl.col("cell_key") + 104_729)
    shown = [
        draws(frame, KEY, "1", policy).select(rounded(policy)).to_series()
        for frame in (before, after)
    ]
    drawn = [pl.Series([added(law, key) for key in frame["cell_key"]]) for frame in (before, after)]
    noisy = [frame["n"] + more for frame, more in zip((before, after), drawn, strict=True)]
    changes = [int((one != two).sum()) for one, two in (shown, noisy)]
    return changes[0] / cells, changes[1] / cells


def added(law: Law, cell_key: int) -> int:
    """The noise of a cell, drawn from the law by its key."""
    chance = int.from_bytes(sha256(f"{cell_key}".encode()).digest()[:8]) / 2**64
    for k, p in law.items():
        if (chance := chance - p) < 0:
            return k
    return REACH


def main(cells: int = 1_000_000) -> None:
    """Print the figures of both."""
    base = load.policy().base
    rests = range(base)
    variance = sum(rest * (base - rest) for rest in rests) / base
    law = noise(variance)
    apart = sum(differ(rounding(r, base), rounding((r + 1) % base, base))
                for r in rests) / base  # fmt: skip
    mine, theirs = simulated(base, law, cells)
    for name, bits, visible, seen in (
        ("rounding to base 5", left_open(base), apart, mine),
        ("maximum-entropy noise", entropy(law), differ(law, law), theirs),
    ):
        print(
            f"{name}: {bits:.2f} bits left open, variance {variance:.1f}; one person more shows in "
            f"{visible:.0%} of cells (simulated on {cells:,}: {seen:.1%})"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Two ways of protecting a count, compared.")
    parser.add_argument("--cells", type=int, default=1_000_000)
    main(parser.parse_args().cells)
