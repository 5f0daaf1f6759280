"""Whether the keyed draw is as random as it says: by remainder, and over sums of people.

Of each remainder r a share of r/base goes up, over sets of distinct people. And where the people
of a and b are those of c, whether a and b go up says nothing about c.
"""

from collections.abc import Callable, Iterable
from math import sqrt
from typing import NamedTuple, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from anonymize import disclosure
from benchmarks.attacking.gates import EPOCH, POLICY
from benchmarks.attacking.worlds import UNIT

Floats: TypeAlias = NDArray[np.float64]
Draw: TypeAlias = Callable[[pl.DataFrame, int], pl.DataFrame]
KEYS = 2**32
LARGEST = 60
# What one fair draw in a thousand exceeds.
LIMIT = 3.09


def real(sets: pl.DataFrame, seed: int) -> pl.DataFrame:
    """The gate's own draw."""
    return disclosure.draws(sets, seed.to_bytes(32, "big"), EPOCH, POLICY)


def unhashed(sets: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Unsafe: the sum of keys decides by itself, so that draws add up as people do."""
    return sets.with_columns(draw=pl.col("cell_key") * POLICY.base // KEYS)


def not_modulo(sets: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Unsafe: the sum is not taken modulo, and means of many keys lie in the middle."""
    return sets.with_columns(draw=pl.col("sum") * POLICY.base // (pl.col("n") * KEYS))


def sets(seed: int, triples: int) -> pl.DataFrame:
    """Three rows a triple, a, b and both together, of one to ``LARGEST`` people each side.

    ``sum`` is what their keys add up to, ``cell_key`` the same modulo 2^32, as the cube has it.
    """
    chance = np.random.default_rng(seed)
    sizes = chance.integers(1, LARGEST + 1, (triples, 2))
    keys = [[int(chance.integers(0, KEYS, n).sum()) for n in pair] for pair in sizes]
    number = np.column_stack([sizes, sizes.sum(axis=1)]).ravel()
    total = [key for a, b in keys for key in (a, b, a + b)]
    found = pl.DataFrame({"n": number, "sum": total}).cast(pl.Int64)
    return found.with_columns(unit=pl.lit(UNIT), cell_key=pl.col("sum") % KEYS)


def ups(drawn: pl.DataFrame) -> tuple[Floats, Floats]:
    """Per set whether it goes up, and how often it should; the gate rounds, this only looks."""
    told = drawn.select(
        up=disclosure.rounded(POLICY) > pl.col("n"), share=(pl.col("n") % POLICY.base) / POLICY.base
    )
    return told["up"].cast(pl.Float64).to_numpy(), told["share"].to_numpy()


class Surprise(NamedTuple):
    """A chi-square and its degrees of freedom; those of several seeds add up."""

    square: float
    freedom: int

    @property
    def z(self) -> float:
        """As far from what is expected as a normal number (Wilson and Hilferty, 1931)."""
        part = 2 / (9 * self.freedom)
        root: float = (self.square / self.freedom) ** (1 / 3)
        return (root - 1 + part) / sqrt(part)


def together(found: Iterable[Surprise]) -> Surprise:
    """That of independent seeds."""
    squares, freedoms = zip(*found, strict=True)
    return Surprise(sum(squares), sum(freedoms))


def by_remainder(drawn: pl.DataFrame) -> Surprise:
    """Of the numbers that go up, one degree of freedom for each remainder but zero.

    A multiple of the base that moves at all is infinitely surprising.
    """
    up, share = ups(drawn)
    if up[share == 0].any():
        return Surprise(float("inf"), 1)
    square, asked = 0.0, np.unique(share[share > 0])
    for expected in asked:
        own = up[share == expected]
        variance = own.size * expected * (1 - expected)
        square += float(own.sum() - own.size * expected) ** 2 / float(variance)
    return Surprise(square, len(asked))


def by_triple(drawn: pl.DataFrame) -> Surprise:
    """Of products of what went up less its share, of two and of all three of a, b and c.

    By remainders of a and b, because what hangs together at small ones does so inversely at
    large ones. In large numbers each sum of products is normal around zero.
    """
    up, share = (part.reshape(-1, 3) for part in ups(drawn))
    left, spread = up - share, share * (1 - share)
    square, freedom = 0.0, 0
    for pair in np.unique(share[:, :2], axis=0):
        own = (share[:, :2] == pair).all(axis=1)
        for members in ((0, 1), (0, 2), (1, 2), (0, 1, 2)):
            variance = spread[own][:, members].prod(axis=1).sum()
            if variance > 0:
                square += float(left[own][:, members].prod(axis=1).sum()) ** 2 / float(variance)
                freedom += 1
    return Surprise(square, freedom)


def attack(draw: Draw, seed: int, triples: int) -> tuple[Surprise, Surprise]:
    """Both figures of one seed; of the first, only the sets that share nobody."""
    drawn = draw(sets(seed, triples), seed)
    apart = drawn.filter(pl.int_range(pl.len()) % 3 < 2)
    return by_remainder(apart), by_triple(drawn)
