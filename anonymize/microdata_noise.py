"""Exact random integers for differential privacy: no floating point, no rounding.

Noise made of floating-point numbers can give away what it should cover, because not every number
can come out (Mironov 2012). The samplers are those of Canonne, Kamath and Steinke, "The Discrete
Gaussian for Differential Privacy" (2020), algorithms 1 to 3; they ask for uniform integers only.
Outside of tests these come from the generator of the operating system.
"""

from collections.abc import Iterable
from math import isqrt
from random import SystemRandom
from typing import Protocol


class Uniform(Protocol):
    """A source of uniform integers from 0 to ``stop`` - 1: ``random.SystemRandom`` is one."""

    def randrange(self, stop: int, /) -> int: ...


def system() -> Uniform:
    """The generator of the operating system; it has no seed that somebody could learn."""
    return SystemRandom()


def happens(up: int, of: int, bits: Uniform) -> bool:
    """True with probability ``up``/``of``."""
    return bits.randrange(of) < up


def fades(up: int, of: int, bits: Uniform) -> bool:
    """True with probability exp(-``up``/``of``), both of them non-negative integers."""
    while up > of:
        if not _fades_once(1, 1, bits):
            return False
        up -= of
    return _fades_once(up, of, bits)


def _fades_once(up: int, of: int, bits: Uniform) -> bool:
    """As ``fades`` for ``up`` up to ``of``: the sign of the first failure of a series of coins."""
    tosses = 1
    while happens(up, of * tosses, bits):
        tosses += 1
    return tosses % 2 == 1


def laplace(scale: int, bits: Uniform) -> int:
    """A discrete Laplace number: probability of x proportional to exp(-|x|/``scale``)."""
    while True:
        rest = bits.randrange(scale)
        if not fades(rest, scale, bits):
            continue
        whole = 0
        while fades(1, 1, bits):
            whole += 1
        size, is_minus = rest + scale * whole, happens(1, 2, bits)
        if size or not is_minus:  # a zero must not come out twice
            return -size if is_minus else size


def gaussian(variance: int, bits: Uniform) -> int:
    """A discrete Gaussian number: probability of x proportional to exp(-x²/(2 ``variance``))."""
    scale = isqrt(variance) + 1
    while True:
        drawn = laplace(scale, bits)
        far = abs(drawn) * scale - variance
        if fades(far * far, 2 * variance * scale * scale, bits):
            return drawn


def gaussians(variance: int, size: int, bits: Uniform) -> Iterable[int]:
    """So many independent discrete Gaussian numbers."""
    return (gaussian(variance, bits) for _ in range(size))
