"""Clopper-Pearson bounds in plain Python: sure but for one chance in a thousand."""

import math

SURE = 0.001


def _tail(seen: int, of: int, p: float) -> float:
    """The chance of ``seen`` or fewer of ``of``, each with chance ``p``."""
    if p <= 0:
        return 1.0
    if p >= 1:
        return float(seen >= of)
    log_p, log_q = math.log(p), math.log1p(-p)
    whole = math.lgamma(of + 1)
    spread = 12 * math.sqrt(of * p * (1 - p)) + 40
    start = max(0, math.floor(of * p - spread))
    if seen > of * p + spread:
        return 1.0
    return min(
        1.0,
        math.fsum(
            math.exp(
                whole - math.lgamma(k + 1) - math.lgamma(of - k + 1) + k * log_p + (of - k) * log_q
            )
            for k in range(start, seen + 1)
        ),
    )


def at_most(seen: int, of: int) -> float:
    """The largest chance of which ``seen`` of ``of`` is no surprise."""
    if seen >= of:
        return 1.0
    low, high = seen / of, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _tail(seen, of, middle) > SURE else (low, middle)
    return high


def at_least(seen: int, of: int) -> float:
    """The smallest chance of which ``seen`` of ``of`` is no surprise."""
    return 1 - at_most(of - seen, of)
