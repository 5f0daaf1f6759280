"""The limits of the annual revision by a route of their own: in fractions, step by step."""

import hmac
from fractions import Fraction
from itertools import count

from tests.policies import POLICY


def least(key: bytes, unit: str, country: str, year: str, part: bool = False) -> int:
    """The rounded number above which who came and left lets a number move."""
    told = hmac.new(key, f"limit|1|{unit}|{country}|{year}".encode(), "sha256").digest()
    drawn = Fraction(int.from_bytes(told[:8], "big") + 1, 2**64)
    stays = 1 - Fraction(1, POLICY.move_step_one_in)
    steps = next(n for n in count() if drawn > stays ** (n + 1))
    return (30 if part else 10) + 5 * steps
