"""Attacks on synthetic rows: singling out, linking, inferring, each against a hold-out.

After Giomi, Boenisch, Wehmeyer and Tasnádi, "A Unified Framework for Quantifying Privacy Risk in
Synthetic Data" (2022), written from its description. (Its authors' program, Anonymeter 1.1.0, asks
for a numpy older than ours, and its licence gives no right to a pending patent.) The same guesses
are made about persons behind the rows and about as many others of whom nothing went in. What is
guessed as well about those is no leak but knowledge of people in general; the risk is what is
guessed beyond it.
"""

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from anonymize.microdata_budget import affordable
from anonymize.microdata_noise import system
from anonymize.microdata_tables import Domains, coded
from benchmarks.microdata import DELTA, EPSILON, ours
from benchmarks.microdata_data import invented

Whole = npt.NDArray[np.int64]
# 95 % of a normal distribution lie within so many standard deviations.
SURE = 1.96
ATTACKS, NEIGHBOURS = 1_000, 5


class Risk(NamedTuple):
    """What is guessed about persons beyond what is guessed about others: 0 none, 1 everything.

    ``upper`` is the upper end of its interval of 95 % (Wilson's, both errors together).
    """

    risk: float
    upper: float
    about_persons: float
    about_others: float


def risk(hits: int, of: int, others: int, of_others: int) -> Risk:
    """Success about persons beside that about others; equation 3 of the paper."""
    (rate, margin), (base, slack) = _wilson(hits, of), _wilson(others, of_others)
    excess = (rate - base) / (1 - base)
    return Risk(excess, excess + math.hypot(margin, slack) / (1 - base), rate, base)


def _wilson(hits: int, of: int) -> tuple[float, float]:
    """The middle and half the width of Wilson's interval."""
    share, z2 = hits / of, SURE**2
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    width = SURE * math.sqrt(share * (1 - share) / of + z2 / (4 * of**2)) / (1 + z2 / of)
    return middle, width


class Told(NamedTuple):
    """Rows as places in their domains: synthetic ones, the persons behind them, and others."""

    rows: Whole
    persons: Whole
    others: Whole
    sizes: tuple[int, ...]


def told(rows: pl.DataFrame, persons: pl.DataFrame, others: pl.DataFrame, domains: Domains) -> Told:
    """The three frames for the attacks."""
    first, second, third = (
        np.column_stack(list(coded(frame, domains).values())) for frame in (rows, persons, others)
    )
    return Told(first, second, third, tuple(map(len, domains.values())))


def singling_out(of: Told, dice: np.random.Generator, columns: int = 5) -> Risk:
    """Combinations that one synthetic row alone has, tried on people: "one has just these"."""
    hits, misses, tried = 0, 0, 0
    for _ in range(20 * ATTACKS):
        picked = dice.choice(len(of.sizes), size=columns, replace=False)
        guess = of.rows[dice.integers(len(of.rows)), picked]
        if _having(of.rows, picked, guess) != 1:
            continue
        tried += 1
        hits += _having(of.persons, picked, guess) == 1
        misses += _having(of.others, picked, guess) == 1
        if tried == ATTACKS:
            break
    return risk(hits, max(tried, 1), misses, max(tried, 1))


def _having(people: Whole, columns: Whole, codes: Whole) -> int:
    return int((people[:, columns] == codes).all(axis=1).sum())


def linking(of: Told, dice: np.random.Generator) -> Risk:
    """The nearest rows by each half of a person's codes: "one row is in both, so they belong"."""
    mixed = dice.permutation(len(of.sizes))
    halves = mixed[: len(mixed) // 2], mixed[len(mixed) // 2 :]

    def linked(people: Whole) -> int:
        one, other = (_nearest(of, people, half, dice) for half in halves)
        return sum(bool(set(a) & set(b)) for a, b in zip(one.tolist(), other.tolist(), strict=True))

    return _both(of, dice, linked)


def inferring(of: Told, dice: np.random.Generator, secret: int) -> Risk:
    """A code from all her others, by most of the nearest rows: "she is like these"."""
    known = np.array([place for place in range(len(of.sizes)) if place != secret])

    def right(people: Whole) -> int:
        near = of.rows[_nearest(of, people, known, dice), secret]
        votes = np.stack([(near == code).sum(axis=1) for code in range(of.sizes[secret])], axis=1)
        return int((votes.argmax(axis=1) == people[:, secret]).sum())

    return _both(of, dice, right)


def _both(of: Told, dice: np.random.Generator, success: Callable[[Whole], int]) -> Risk:
    """The same number of guesses about persons and about others."""
    count = min(ATTACKS, len(of.persons), len(of.others))
    persons, others = (
        people[dice.choice(len(people), size=count, replace=False)]
        for people in (of.persons, of.others)
    )
    return risk(success(persons), count, success(others), count)


def _nearest(of: Told, people: Whole, columns: Whole, dice: np.random.Generator) -> Whole:
    """For each person the places of the rows with most codes in common, ties at random."""
    alike = np.zeros((len(people), len(of.rows)), dtype=np.float32)
    for column in columns:
        alike += people[:, column, None] == of.rows[None, :, column]
    alike += dice.random(alike.shape, dtype=np.float32) / 2
    return np.argpartition(-alike, NEIGHBOURS, axis=1)[:, :NEIGHBOURS].astype(np.int64)


def attacked(of: Told, seed: int) -> Mapping[str, Risk]:
    """Every attack; inferred are the column with most codes and the evenest one with two."""
    dice = np.random.default_rng(seed)
    most, flags = int(np.argmax(of.sizes)), np.flatnonzero(np.array(of.sizes) == 2)
    even = int(flags[np.argmin(np.abs(of.rows[:, flags].mean(axis=0) - 0.5))])
    return {
        "singling out": singling_out(of, dice),
        "linking": linking(of, dice),
        "inferring, most codes": inferring(of, dice, most),
        "inferring, two codes": inferring(of, dice, even),
    }


def main(seeds: int = 10, persons: int = 5_000) -> None:
    """Print each attack on our rows, and on a plain copy of the persons to show that it can see."""
    found: dict[str, list[Mapping[str, Risk]]] = {"rows": [], "a copy of the persons": []}
    for seed in range(seeds):
        people, domains = invented(2 * persons, seed)
        behind, others = people.head(persons), people.tail(persons)
        rows = ours(behind, domains, EPSILON, seed, system())
        found["rows"].append(attacked(told(rows, behind, others, domains), seed))
        copied = told(behind, behind, others, domains)
        found["a copy of the persons"].append(attacked(copied, seed))
    cost = affordable(EPSILON, DELTA)
    print(f"{persons} persons, {persons} others, {ATTACKS} guesses, {seeds} seeds, {cost} of rho")
    for what, runs in found.items():
        for attack in runs[0]:
            mean = np.mean([one[attack] for one in runs], axis=0)
            print(f"  {what}, {attack}: risk {mean[0]:.3f}, upper {mean[1]:.3f}, ", end="")
            print(f"persons {mean[2]:.3f}, others {mean[3]:.3f}")


if __name__ == "__main__":
    main()
