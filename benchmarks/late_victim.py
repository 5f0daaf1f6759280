"""Whether one late victim was taken in: an attacker compares what was published before and after.

Each trial is a country of its own with a published year and late records of its first quarter,
looked at twice: with the victim among them and without her, all else the same. So what differs is
hers alone, and the interval of the difference is a narrow one. The attacker knows her codes, how
many come late in general, and all numbers of the year before and after the revision; from as many
trials of her own she learns the best linear guess. Her advantage is how much oftener she says yes
where it is true than where it is not. The baseline takes every new number over, as a release does
that has no rule.
"""

from itertools import product
from math import sqrt
from typing import NamedTuple, TypeAlias

import numpy as np
import polars as pl

from anonymize.disclosure import draws, rounded
from anonymize.settling import may_move
from data_contracts import load

KEY, EPOCH, KEYS = b"invented rounding key" * 2, "1", 2**32
# Shares of two sexes and three forms; the victim has the first of each.
SEXES, FORMS = (0.6, 0.4), (0.5, 0.35, 0.15)
CELLS = tuple(product((0, 1, None), (0, 1, 2, None)))
QUARTER, YEAR = 60, 260
# How many others come late on average; and how differently, where not as by chance alone.
LATE, SPREAD = (0, 1, 3, 6, 12, 20, 40, 60, 80, 120), 2.0


# Number and key of each cell, a row a trial and a column a cell.
Counts: TypeAlias = tuple[np.ndarray, np.ndarray]


class Advantage(NamedTuple):
    """How much oftener a true guess is yes, with its interval of 95 %."""

    value: float
    lower: float
    upper: float


class People(NamedTuple):
    """Persons of all trials: the trial, the two codes and the key of each."""

    trial: np.ndarray
    sex: np.ndarray
    form: np.ndarray
    key: np.ndarray


def drawn(random: np.random.Generator, sizes: np.ndarray) -> People:
    """``sizes`` persons in each trial."""
    n = int(sizes.sum())
    sex, form = (random.choice(len(p), n, p=p) for p in (SEXES, FORMS))
    return People(np.repeat(np.arange(len(sizes)), sizes), sex, form, random.integers(0, KEYS, n))


def counted(people: People, trials: int) -> Counts:
    """Each of them in the cells of her codes and of their totals."""
    n, key = (np.zeros((trials, len(CELLS)), dtype=np.int64) for _ in range(2))
    for place, (sex, form) in enumerate(CELLS):
        mine = np.ones(len(people.trial), dtype=bool)
        for codes, code in ((people.sex, sex), (people.form, form)):
            mine &= True if code is None else codes == code
        n[:, place] = np.bincount(people.trial[mine], minlength=trials)
        np.add.at(key[:, place], people.trial[mine], people.key[mine])
    return n, key % KEYS


def cells(n: np.ndarray, key: np.ndarray) -> pl.DataFrame:
    """Cells in the form of a cube, every person a case of her own in one country."""
    place = np.tile(np.arange(n.shape[1]), n.shape[0])
    trial = np.repeat(np.arange(n.shape[0]), n.shape[1])
    some = np.minimum(n.ravel(), 1)
    return pl.DataFrame(
        {"trial": trial, "cell": place, "n": n.ravel(), "cell_key": key.ravel(), "max_case": some}
        | {"n_cases": n.ravel(), "n_countries": some, "max_country": n.ravel()}
        | {"part": np.where(place == len(CELLS) - 1, "_T", "part")}
    ).with_columns(
        # Each trial is a country of its own, with a limit of its own.
        unit=pl.lit("victim_identified"),
        country=pl.col("trial").cast(pl.String),
        period=pl.lit("2025"),
    )


def published(n: np.ndarray, key: np.ndarray) -> np.ndarray:
    """The numbers as a release has them; hidden ones as zero, which tells the attacker no less."""
    policy = load.policy()
    made = draws(cells(n, key), KEY, EPOCH, policy).select(value=rounded(policy))["value"]
    shown = made.to_numpy().reshape(n.shape)
    return np.where(shown > policy.hide_up_to, shown, 0)


def moving(n: np.ndarray, key: np.ndarray) -> np.ndarray:
    """The cells whose late persons would themselves be shown."""
    found = may_move(cells(n, key), ["part"], KEY, EPOCH, load.policy())
    moves = np.zeros(n.shape, dtype=bool)
    moves[found["trial"].to_numpy(), found["cell"].to_numpy()] = True
    return moves


def trials(
    number: int, late: float, seed: int, ruled: bool, spread: float | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """What the attacker sees, a row a trial, without the victim, and with her among the late.

    She sees before and after of each cell of the quarter and of the year; ``late`` others come on
    average, by Poisson, or with a mean that is itself gamma of the shape ``spread``.
    """
    random = np.random.default_rng(seed)
    mean = late if spread is None else random.gamma(spread, late / spread, number)
    others = counted(drawn(random, random.poisson(mean, number)), number)
    first = np.zeros(number, dtype=np.int64)
    victim = People(np.arange(number), first, first, random.integers(0, KEYS, number))
    quarter = counted(drawn(random, random.poisson(QUARTER, number)), number)
    rest = counted(drawn(random, random.poisson(YEAR - QUARTER, number)), number)
    old = quarter, both(quarter, rest)
    without = seen(old, others, ruled)
    return without, seen(old, both(others, counted(victim, number)), ruled)


def both(some: Counts, more: Counts) -> Counts:
    """Numbers and keys of two sets of people that have nobody in common."""
    return some[0] + more[0], (some[1] + more[1]) % KEYS


def seen(old: tuple[Counts, ...], came: Counts, ruled: bool) -> np.ndarray:
    """What a release shows of each period before and after people came."""
    moves = moving(*came) if ruled else np.ones(came[0].shape, dtype=bool)
    shown = []
    for period in old:
        before, after = published(*period), published(*both(period, came))
        shown += [before, np.where(moves, after, before)]
    return features(shown)


def features(shown: list[np.ndarray]) -> np.ndarray:
    """Changes of quarter and year, whether they changed at all, and the numbers themselves."""
    changes = [after - before for before, after in zip(shown[::2], shown[1::2], strict=True)]
    parts = [*changes, *(np.sign(np.abs(change)) for change in changes), *shown[1::2]]
    return np.concatenate([*parts, np.ones((len(shown[0]), 1))], axis=1).astype(float)


def advantage(
    number: int, late: float, seed: int, ruled: bool = True, spread: float | None = None
) -> Advantage:
    """The attacker's advantage in ``number`` trials, after learning from as many others."""
    known = np.concatenate(trials(number, late, seed, ruled, spread))
    truth = np.repeat([0.0, 1.0], number)
    guess = np.linalg.lstsq(known, truth, rcond=1e-9)[0]
    limit = np.median(known @ guess)
    no, yes = (
        asked @ guess > limit for asked in trials(number, late, seed + 1_000_003, ruled, spread)
    )
    return matched(int((yes & ~no).sum()), int((no & ~yes).sum()), number)


def matched(only_one: int, only_other: int, pairs: int) -> Advantage:
    """How much oftener one of two answers to the same ``pairs`` of trials is yes.

    By Agresti and Min (Statistics in Medicine 24, 2005): half a pair more of each kind, so that an
    interval has a width where no pair differs.
    """
    one, other, number = only_one + 0.5, only_other + 0.5, pairs + 2
    value = (one - other) / number
    error = 1.96 * sqrt(one + other - (one - other) ** 2 / number) / number
    return Advantage(value, value - error, value + error)


def main(number: int = 10_000) -> dict[str, float]:
    """Print the advantage with and without the rule, by how many others come late."""
    print(f"{number:,} trials, a quarter of {QUARTER} and a year of {YEAR} persons")
    worst = {}
    for spread in (None, SPREAD):
        found = [_line(number, late, spread) for late in LATE]
        known = "Poisson" if spread is None else f"gamma of shape {spread:g}"
        worst[f"late victim, {known}, upper limit"] = max(found)
    return worst


def _line(number: int, late: float, spread: float | None) -> float:
    """Print the advantage where ``late`` others come; its upper limit under the rule."""
    with_rule, without = (advantage(number, late, 7, ruled, spread) for ruled in (True, False))
    about = "" if spread is None else ", spread"
    told = f"{_told(with_rule)}, without the rule {_told(without)}"
    print(f"{late:>3} others late{about}: {told}", flush=True)
    return with_rule.upper


def _told(found: Advantage) -> str:
    return f"{found.value:+.3f} [{found.lower:+.3f}, {found.upper:+.3f}]"


if __name__ == "__main__":
    main()
