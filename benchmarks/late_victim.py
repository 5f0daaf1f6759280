"""Whether one late victim was taken in: an attacker compares what was published before and after.

Each trial is a country of its own with a published year and late records of its first quarter. A
coin decides whether the victim is among them. The attacker knows her codes, how many come late in
general, and all numbers of the year before and after the revision; from as many trials of her own
she learns the best linear guess. Her advantage is how much oftener she says yes where it is true
than where it is not. The baseline takes every new number over, as a release does that has no rule.
"""

from itertools import product
from math import sqrt
from typing import NamedTuple

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


def counted(people: People, trials: int) -> tuple[np.ndarray, np.ndarray]:
    """Number and key of each cell, a row a trial and a column a cell."""
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
    """What the attacker sees, a row a trial, and whether the victim was late.

    She sees before and after of each cell of the quarter and of the year; ``late`` others come on
    average, by Poisson, or with a mean that is itself gamma of the shape ``spread``.
    """
    random = np.random.default_rng(seed)
    coin = random.integers(0, 2, number).astype(bool)
    mean = late if spread is None else random.gamma(spread, late / spread, number)
    others = drawn(random, random.poisson(mean, number))
    mine, first = np.flatnonzero(coin), np.zeros(coin.sum(), dtype=np.int64)
    victim = People(mine, first, first, random.integers(0, KEYS, len(mine)))
    late_ones = People(*map(np.concatenate, zip(others, victim, strict=True)))
    came = counted(late_ones, number)
    moves = moving(*came) if ruled else np.ones(came[0].shape, dtype=bool)
    quarter = counted(drawn(random, random.poisson(QUARTER, number)), number)
    rest = counted(drawn(random, random.poisson(YEAR - QUARTER, number)), number)
    year = tuple(a + b for a, b in zip(quarter, rest, strict=True))
    seen = []
    for old in (quarter, (year[0], year[1] % KEYS)):
        before = published(*old)
        after = published(old[0] + came[0], (old[1] + came[1]) % KEYS)
        seen += [before, np.where(moves, after, before)]
    return features(seen), coin


def features(seen: list[np.ndarray]) -> np.ndarray:
    """Changes of quarter and year, whether they changed at all, and the numbers themselves."""
    changes = [after - before for before, after in zip(seen[::2], seen[1::2], strict=True)]
    parts = [*changes, *(np.sign(np.abs(change)) for change in changes), *seen[1::2]]
    return np.concatenate([*parts, np.ones((len(seen[0]), 1))], axis=1).astype(float)


def advantage(
    number: int, late: float, seed: int, ruled: bool = True, spread: float | None = None
) -> Advantage:
    """The attacker's advantage in ``number`` trials, after learning from as many others."""
    known, truth = trials(number, late, seed, ruled, spread)
    guess = np.linalg.lstsq(known, truth.astype(float), rcond=1e-9)[0]
    asked, coin = trials(number, late, seed + 1_000_003, ruled, spread)
    says = asked @ guess > np.median(known @ guess)
    yes, no = says[coin], says[~coin]
    value = float(yes.mean() - no.mean())
    error = 1.96 * sqrt(yes.var() / len(yes) + no.var() / len(no))
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
