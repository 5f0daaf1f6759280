"""The one look at the data: every pair of columns counted over public codes, with noise.

Nothing else in the making of synthetic rows sees a person. Domains are declared: a code that
nobody has is counted as well, and a code that somebody has and nobody declared stops everything.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import polars as pl

from anonymize.microdata_budget import variances
from anonymize.microdata_noise import Uniform, gaussians

Domains = Mapping[str, tuple[str, ...]]
Pair = tuple[str, str]
Whole = npt.NDArray[np.int64]


class Undeclared(ValueError):
    """A column holds a code that its domain does not declare, or none at all."""

    def __init__(self, column: str) -> None:
        super().__init__(f"{column}: a cell is outside the declared domain. Roll its codes up.")


@dataclass(frozen=True)
class Tables:
    """Noisy counts of every pair of columns, by the names of both, and the variance of the noise.

    ``counts[a, b]`` has a row for each code of a and a column for each of b, and can be negative.
    """

    domains: Domains
    counts: Mapping[Pair, Whole]
    variance: Mapping[Pair, int]

    @property
    def persons(self) -> float:
        """How many rows there are, told from the noisy counts: every table counts all of them."""
        parts = [(int(c.sum()), 1 / (c.size * self.variance[p])) for p, c in self.counts.items()]
        return math.fsum(n * w for n, w in parts) / math.fsum(w for _, w in parts)

    @property
    def uncertainty(self) -> float:
        """The standard deviation of ``persons``."""
        weights = (1 / (c.size * self.variance[pair]) for pair, c in self.counts.items())
        return 1 / math.sqrt(math.fsum(weights))


def pairs(domains: Domains) -> list[Pair]:
    """All pairs of columns; which ones are counted does not follow from the data."""
    return list(combinations(domains, 2))


def noise(domains: Domains, millionths: int) -> dict[Pair, int]:
    """The variance of each pair's noise, so that all together cost so many millionths of rho."""
    named = {"\n".join(p): len(domains[p[0]]) * len(domains[p[1]]) for p in pairs(domains)}
    given = variances(named, millionths)
    return {pair: given["\n".join(pair)] for pair in pairs(domains)}


def coded(rows: pl.DataFrame, domains: Domains) -> dict[str, Whole]:
    """Each column as places in its domain; raises ``Undeclared``, and shows no cell."""
    found = {}
    for name, codes in domains.items():
        places = dict(zip(codes, range(len(codes)), strict=True))
        told = rows[name].replace_strict(places, default=None, return_dtype=pl.Int64)
        if told.null_count():
            raise Undeclared(name)
        found[name] = told.to_numpy()
    return found


def counted(rows: pl.DataFrame, domains: Domains) -> dict[Pair, Whole]:
    """The exact counts of every pair, in integers; never published."""
    places = coded(rows, domains)
    return {
        (a, b): _crossed(places[a], places[b], (len(domains[a]), len(domains[b])))
        for a, b in pairs(domains)
    }


def _crossed(left: Whole, right: Whole, shape: tuple[int, int]) -> Whole:
    cells = np.bincount(left * shape[1] + right, minlength=shape[0] * shape[1])
    return cells.reshape(shape).astype(np.int64)


def measured(rows: pl.DataFrame, domains: Domains, millionths: int, bits: Uniform) -> Tables:
    """Every pair of columns with discrete Gaussian noise, for so many millionths of rho."""
    return blurred(counted(rows, domains), domains, noise(domains, millionths), bits)


def blurred(
    exact: Mapping[Pair, Whole], domains: Domains, variance: Mapping[Pair, int], bits: Uniform
) -> Tables:
    """Exact tables with noise of these variances, every cell its own."""
    counts = {pair: _blurred(table, variance[pair], bits) for pair, table in exact.items()}
    return Tables(domains, counts, variance)


def _blurred(table: Whole, variance: int, bits: Uniform) -> Whole:
    drawn = np.fromiter(gaussians(variance, table.size, bits), dtype=np.int64, count=table.size)
    return table + drawn.reshape(table.shape)
