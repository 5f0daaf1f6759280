"""A model of rows, fitted to noisy tables of pairs, and rows drawn from it.

The model is a mixture of some kinds of rows; within a kind the columns are independent. With P the
chances of all codes in each kind (kinds by codes, those of each column adding up to one) and w the
sizes of the kinds, all tables of pairs at once are P' diag(w) P. So they are never negative and
agree with each other by themselves, and one product of matrices sets them all beside what was
measured. Only noisy tables come in: floats, seeds and the number of steps cost no privacy here.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from anonymize.microdata_tables import Domains, Pair, Tables

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
# Chosen by measurement, see docs/methods-microdata.md.
KINDS, STEPS, RATE = 200, 1200, 0.1
# How far apart the kinds start; alike, they would stay alike.
SPREAD = 0.5
# Of a code at least so many persons are expected at first, so that its chance can grow.
LEAST = 0.25
# Adam (Kingma and Ba 2015): how long gradients and their squares are remembered.
GRADIENTS, SQUARES, TINY = 0.9, 0.999, 1e-12


def places(domains: Domains) -> dict[str, slice]:
    """Where the codes of each column stand among all codes."""
    ends = np.cumsum([len(codes) for codes in domains.values()]).tolist()
    return {n: slice(a, b) for n, a, b in zip(domains, [0, *ends[:-1]], ends, strict=True)}


@dataclass(frozen=True)
class Model:
    """``weights`` are the shares of the kinds, ``chances`` of all codes in each: kinds by codes."""

    domains: Domains
    weights: Floats
    chances: Floats

    def shares(self, pair: Pair) -> Floats:
        """The share of rows in each cell of a pair of columns."""
        where = places(self.domains)
        left, right = (self.chances[:, where[name]] for name in pair)
        cells: Floats = left.T @ (self.weights[:, None] * right)
        return cells


class _Columns:
    """The logits of the kinds become chances, column by column."""

    def __init__(self, domains: Domains) -> None:
        sizes = [len(codes) for codes in domains.values()]
        self.starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
        self.of = np.repeat(np.arange(len(sizes)), sizes)

    def chances(self, logits: Floats) -> Floats:
        grown = np.exp(logits - np.maximum.reduceat(logits, self.starts, axis=1)[:, self.of])
        return np.asarray(grown / self.sums(grown))

    def sums(self, values: Floats) -> Floats:
        """The sum over each column, beside each of its codes."""
        return np.asarray(np.add.reduceat(values, self.starts, axis=1)[:, self.of])


class _Adam:
    """Steps against a gradient, each parameter at a pace of its own."""

    def __init__(self, parameters: Floats) -> None:
        self.parameters = parameters
        self.mean, self.square = np.zeros_like(parameters), np.zeros_like(parameters)

    def step(self, gradient: Floats, rate: float, turn: int) -> None:
        self.mean += (1 - GRADIENTS) * (gradient - self.mean)
        self.square += (1 - SQUARES) * (gradient**2 - self.square)
        mean, square = self.mean / (1 - GRADIENTS**turn), self.square / (1 - SQUARES**turn)
        self.parameters -= rate * mean / (np.sqrt(square) + TINY)


def beside(tables: Tables) -> tuple[Floats, Floats]:
    """All measured tables as one matrix of shares, codes by codes, and the weight of each cell.

    A weight is the inverse of the variance. Pairs of a column with itself have none.
    """
    where, persons = places(tables.domains), max(tables.persons, 1.0)
    size = sum(len(codes) for codes in tables.domains.values())
    shares, weights = np.zeros((size, size)), np.zeros((size, size))
    for (a, b), counts in tables.counts.items():
        shares[where[a], where[b]] = counts / persons
        weights[where[a], where[b]] = 1 / tables.variance[a, b]
    return shares + shares.T, (weights + weights.T) / weights.max()


def single(tables: Tables) -> dict[str, Floats]:
    """The persons with each code of each column, from all its pairs, the exacter counting more."""
    sums = {name: np.zeros(len(codes)) for name, codes in tables.domains.items()}
    weights = dict.fromkeys(tables.domains, 0.0)
    for (a, b), counts in tables.counts.items():
        for name, axis in ((a, 1), (b, 0)):
            weight = 1 / (tables.variance[a, b] * counts.shape[axis])
            sums[name] += counts.sum(axis=axis) * weight
            weights[name] += weight
    return {name: told / weights[name] for name, told in sums.items()}


def fitted(tables: Tables, seed: int, kinds: int = KINDS, steps: int = STEPS) -> Model:
    """The mixture whose tables are nearest to the measured ones, by weighted least squares."""
    shares, cell_weights = beside(tables)
    columns, generator = _Columns(tables.domains), np.random.default_rng(seed)
    start = np.concatenate([np.log(np.maximum(c, LEAST)) for c in single(tables).values()])
    logits = _Adam(start + generator.normal(0, SPREAD, (kinds, len(start))))
    sizes = _Adam(np.zeros((1, kinds)))
    for turn in range(1, steps + 1):
        chances, weights = columns.chances(logits.parameters), _shares(sizes.parameters)
        wrong = cell_weights * (chances.T @ (weights.T * chances) - shares)
        pull = chances @ wrong
        uphill = chances * 4 * weights.T * pull
        of_sizes = 2 * (pull * chances).sum(axis=1)[None, :]
        rate = RATE * min(1.0, 2 * (1 - turn / steps) + 0.01)
        logits.step(uphill - chances * columns.sums(uphill), rate, turn)
        sizes.step(weights * (of_sizes - (weights * of_sizes).sum()), rate, turn)
    return Model(tables.domains, _shares(sizes.parameters)[0], columns.chances(logits.parameters))


def _shares(logits: Floats) -> Floats:
    grown = np.exp(logits - logits.max())
    return np.asarray(grown / grown.sum())


def drawn(model: Model, rows: int, seed: int) -> pl.DataFrame:
    """So many rows of the model, in random order.

    Every kind and every code of it get their shares to within one row; drawing each row by itself
    would add the error of a sample to that of the noise.
    """
    generator = np.random.default_rng(seed)
    of_kinds = apportioned(model.weights, rows, generator)
    mixed = generator.permutation(rows)
    made = {
        name: _column(model.chances[:, place], of_kinds, generator)[mixed]
        for name, place in places(model.domains).items()
    }
    frame = pl.DataFrame(made)
    return frame.with_columns(
        pl.col(name).replace_strict(range(len(codes)), codes, return_dtype=pl.String)
        for name, codes in model.domains.items()
    )


def _column(chances: Floats, of_kinds: Whole, generator: np.random.Generator) -> Whole:
    """The places of one column in its domain, kind after kind, mixed within each."""
    parts = [
        generator.permutation(np.repeat(np.arange(len(one)), apportioned(one, int(n), generator)))
        for one, n in zip(chances, of_kinds, strict=True)
    ]
    return np.concatenate(parts)


def apportioned(shares: Floats, total: int, generator: np.random.Generator) -> Whole:
    """Whole numbers with the sum ``total``, each one next to its share (systematic sampling)."""
    ends = np.cumsum(shares) / shares.sum() * total
    ends[-1] = total
    reached = np.floor(ends + generator.random()).astype(np.int64)
    reached[-1] = total
    return np.asarray(np.diff(np.minimum(reached, total), prepend=0))
