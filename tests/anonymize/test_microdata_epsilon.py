"""The promise about one person, tried out: two data sets one person apart, many runs, one attacker.

The attacker knows everything but whether she is there, looks along the one direction in which
the two data sets differ, and says "there" beyond a threshold. If epsilon and delta hold,
P(said when there) <= e^epsilon P(said when not) + delta. Clopper-Pearson bounds on both chances
give an epsilon that is surely exceeded; it must stay below the claimed one, at every delta.
"""

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl
import pytest

from anonymize import microdata_tables
from anonymize.microdata_budget import MILLION, epsilon_of
from anonymize.microdata_rows import capped
from anonymize.microdata_tables import blurred, counted, noise
from sources.synthetic.chance import dice
from tests.anonymize.intervals import at_least, at_most

DOMAINS = {"sex": ("F", "M"), "age": ("child", "adult"), "held": ("0", "1")}
RUNS, MILLIONTHS, PER_CASE = 12_000, 88_145, 5
DELTAS = (1e-6, 0.003, 0.02)
Exact = Mapping[tuple[str, str], np.ndarray[tuple[int, ...], np.dtype[np.int64]]]


def persons() -> pl.DataFrame:
    """A full case of five women, who know nothing of each other's numbers, and some others."""
    women = [(number, 7, "F", "adult", "0") for number in range(10, 15)]
    others = [(number, None, "M", "child", "0") for number in range(20, 60)]
    schema = ["person", "case", *DOMAINS]
    return pl.DataFrame([*women, *others], schema=schema, orient="row")


def with_her(number: int) -> pl.DataFrame:
    """One more of that case, unlike all others; a small number pushes another one out."""
    her = pl.DataFrame([(number, 7, "M", "child", "1")], schema=persons().schema, orient="row")
    return pl.concat([persons(), her])


def exact(people: pl.DataFrame) -> Exact:
    return counted(capped(people, PER_CASE).select(*DOMAINS), DOMAINS)


def looks(
    one: Exact, along: Exact, variance: Mapping[tuple[str, str], int], seed: int
) -> list[float]:
    """What the attacker sees in each run: the noisy tables, along the direction of her presence."""
    bits = dice(seed)
    found = []
    for _ in range(RUNS):
        told = blurred(one, DOMAINS, variance, bits).counts
        found.append(sum(float((told[p] * along[p]).sum()) / variance[p] for p in told))
    return found


def surely_exceeded(there: list[float], gone: list[float], delta: float) -> float:
    """The largest epsilon that the runs disprove; the threshold is chosen on the first half."""
    half = RUNS // 2
    best, found = -1.0, 0.0
    for threshold in np.quantile(there[:half], np.linspace(0.02, 0.98, 49)):
        low, high = _chances(there[:half], gone[:half], float(threshold))
        if low > delta and (low - delta) / high > best:
            best, found = (low - delta) / high, float(threshold)
    low, high = _chances(there[half:], gone[half:], found)
    return float(np.log(max(low - delta, 1e-9) / high))


def _chances(there: list[float], gone: list[float], threshold: float) -> tuple[float, float]:
    said, wrongly = (sum(x > threshold for x in runs) for runs in (there, gone))
    return at_least(said, len(there)), at_most(wrongly, len(gone))


def disproved(number: int, variance: Mapping[tuple[str, str], int]) -> dict[float, float]:
    """By delta the epsilon that surely does not hold for her with this number."""
    there, gone = exact(with_her(number)), exact(persons())
    along = {pair: there[pair] - gone[pair] for pair in there}
    seen, unseen = looks(there, along, variance, 1), looks(gone, along, variance, 2)
    return {delta: surely_exceeded(seen, unseen, delta) for delta in DELTAS}


def holds(found: Mapping[float, float]) -> bool:
    return all(found[d] <= epsilon_of(MILLIONTHS / MILLION, d) for d in DELTAS)


def test_nobody_can_tell_better_than_is_promised_whether_she_is_there() -> None:
    found = disproved(3, noise(DOMAINS, MILLIONTHS))
    assert holds(found)
    # The attack is no blind one: it comes to most of what is promised.
    assert found[0.02] > 0.4 * epsilon_of(MILLIONTHS / MILLION, 0.02)


def test_noise_of_half_the_size_would_be_found_out() -> None:
    halved = {pair: variance // 4 for pair, variance in noise(DOMAINS, MILLIONTHS).items()}
    assert not holds(disproved(3, halved))


def test_without_the_second_row_that_she_moves_the_promise_would_be_broken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The size of the error, told from the formula: it is too small for so few runs."""
    variance = noise(DOMAINS, MILLIONTHS)
    there, gone = exact(with_her(3)), exact(persons())
    moved = sum(float(((there[p] - gone[p]) ** 2).sum()) / (2 * variance[p]) for p in there)
    assert moved <= MILLIONTHS / MILLION
    monkeypatch.setattr("anonymize.microdata_budget.ROWS_MOVED", 1)
    careless = microdata_tables.noise(DOMAINS, MILLIONTHS)
    moved = sum(float(((there[p] - gone[p]) ** 2).sum()) / (2 * careless[p]) for p in there)
    assert moved > 1.5 * MILLIONTHS / MILLION


def test_without_the_cap_a_case_would_move_more_than_is_said() -> None:
    variance = noise(DOMAINS, MILLIONTHS)
    raid = pl.DataFrame(
        [(100 + k, 9, "M", "child", "1") for k in range(30)], schema=persons().schema, orient="row"
    )
    everybody = pl.concat([persons(), raid])

    def moved(keep: Callable[[pl.DataFrame], pl.DataFrame]) -> float:
        one, other = (counted(keep(p).select(*DOMAINS), DOMAINS) for p in (everybody, persons()))
        return sum(float(((one[p] - other[p]) ** 2).sum()) / (2 * variance[p]) for p in one)

    said = MILLIONTHS / MILLION * PER_CASE**2 / 2
    assert moved(lambda people: capped(people, PER_CASE)) <= said
    assert moved(lambda people: people) > said
