"""What the noise promises: epsilon, delta and rho, for one person and for a case.

rho (zero-concentrated differential privacy, Bun and Steinke 2016) adds up over everything that is
counted: a table whose counts get discrete Gaussian noise of variance v costs d²/(2v), where d is
by how much one person can change the table (the root of the squared differences of its counts).
It is kept in millionths, as integers, so that a ledger adds up exactly.
"""

import math
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

# One person more can push another one of her case out of the file, so she moves two rows.
ROWS_MOVED = 2
MILLION = 1_000_000
# A bound holds at every order; these are close enough together that the best is nearly met.
ORDERS = tuple(1 + 10 ** (step / 100) for step in range(-200, 401))


def delta_of(rho: float, epsilon: float) -> float:
    """The chance with which a cost of ``rho`` may break ``epsilon``.

    Canonne, Kamath and Steinke 2020, corollary 13; every order gives an upper bound.
    """
    if rho == 0:
        return 0.0
    return math.exp(min(_log_delta(order, rho, epsilon) for order in ORDERS))


def _log_delta(order: float, rho: float, epsilon: float) -> float:
    rest = (order - 1) * (order * rho - epsilon)
    return rest - math.log(order - 1) + order * math.log1p(-1 / order)


def epsilon_of(rho: float, delta: float) -> float:
    """The factor, as a logarithm, that a cost of ``rho`` keeps but for a chance of ``delta``."""
    if rho == 0:
        return 0.0
    return max(0.0, min(_epsilon(order, rho, delta) for order in ORDERS))


def _epsilon(order: float, rho: float, delta: float) -> float:
    slack = math.log(order - 1) - order * math.log1p(-1 / order)
    return order * rho - (math.log(delta) + slack) / (order - 1)


@cache
def affordable(epsilon: float, delta: float) -> int:
    """The most millionths of rho that keep ``epsilon`` and ``delta``, rounded down."""
    low, high = 0, math.ceil(epsilon * MILLION)
    while high - low > 1:
        middle = (low + high) // 2
        keeps = delta_of(middle / MILLION, epsilon) <= delta
        low, high = (middle, high) if keeps else (low, middle)
    return low


def variances(cells: Mapping[str, int], millionths: int) -> dict[str, int]:
    """The variance of the noise of each table, given its number of cells, for so much rho in all.

    A larger table gets a larger part, by the root of its cells: its error is spread over more of
    them. Rounded up, so that all tables together cost no more; see ``cost``.
    """
    roots = {name: math.isqrt(count * MILLION) for name, count in cells.items()}
    whole = sum(roots.values())
    return {
        name: -(-ROWS_MOVED * MILLION * whole // (2 * millionths * root))
        for name, root in roots.items()
    }


def cost(noise: Mapping[str, int]) -> float:
    """The rho of tables with these variances, for one person."""
    return math.fsum(ROWS_MOVED / (2 * variance) for variance in noise.values())


class Promise(NamedTuple):
    """What is promised about one person, and what is left of it for a case and for a raid."""

    epsilon: float
    delta: float
    case_epsilon: float
    raid: int
    raid_epsilon: float


def promise(millionths: int, delta: float, per_case: int, raid: int) -> Promise:
    """The promise of so much rho, at the same delta.

    A whole case moves at most ``per_case`` rows, all the same way and perhaps into one cell; that
    is per_case²/ROWS_MOVED times the rho of a person. Of ``raid`` persons who share no case number
    each can move two rows; that is raid² times (group privacy).
    """
    rho = millionths / MILLION
    return Promise(
        epsilon_of(rho, delta),
        delta,
        epsilon_of(rho * max(1, per_case**2 / ROWS_MOVED), delta),
        raid,
        epsilon_of(rho * raid**2, delta),
    )


def sure(epsilon: float) -> float:
    """How sure somebody for whom it stood even can be afterwards that a person is in the data."""
    return 1 / (1 + math.exp(-epsilon))
