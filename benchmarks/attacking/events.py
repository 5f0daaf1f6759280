"""One raid: whether the tables show that it happened, and how many it had.

In the third quarter of each country a coin puts one case of ``SIZES`` persons of one citizenship
and one form. The attacker knows both, and looks at the cells that would hold them all: at the
one that has fewest others in it. Baselines: how often the same attack sees a raid where there
was none, and the middle of the possible sizes.
"""

from typing import NamedTuple

import numpy as np
import polars as pl

from benchmarks.attacking.cells import Cell, Values, by_country
from benchmarks.attacking.gates import Gate, published
from benchmarks.attacking.scores import Trial
from benchmarks.attacking.worlds import QUARTERS, World, numbered

SIZES = range(20, 41)
QUARTER = QUARTERS[2]
KNOWN = ("citizenship", "form")
# What a hidden number is taken for.
HIDDEN = 3.0
WITHIN = (1, 4)


class Raid(NamedTuple):
    """What is known of a raid; no size where it did not happen."""

    codes: dict[str, str]
    size: int


class Told(NamedTuple):
    """Of those that happened, whether it was seen, and whether its size is right.

    Within one person, and within four: as closely as a rounded number of its own would tell it.
    """

    seen: Trial
    size: Trial
    about: Trial


def attack(world: World, gate: Gate, seed: int) -> Told:
    """The decisions of all countries of a world of which the registry has ``KNOWN``."""
    raided, raids = with_raids(world, seed)
    release = published(raided, gate, seed)
    values = by_country(release.tables, world.registry.specs)
    guesses = {country: estimate(values[country], raid.codes) for country, raid in raids.items()}
    likely = SIZES[len(SIZES) // 2]
    seen = {country for country, guess in guesses.items() if guess > likely / 2}
    happened = {country: raid.size for country, raid in raids.items() if raid.size}
    alarms = len(seen - happened.keys()) / max(len(raids) - len(happened), 1)
    number = len(happened)
    return Told(
        Trial(number, len(seen & happened.keys()), alarms * number),
        *(sized(guesses, happened, within) for within in WITHIN),
    )


def sized(guesses: dict[str, float], happened: dict[str, int], within: int) -> Trial:
    """How many sizes are guessed; the baseline says the middle one."""
    likely = SIZES[len(SIZES) // 2]
    made = {one: round(np.clip(guesses[one], SIZES[0], SIZES[-1])) for one in happened}
    right = sum(abs(made[one] - size) <= within for one, size in happened.items())
    plain = sum(abs(likely - size) <= within for size in happened.values())
    return Trial(len(happened), right, plain)


def with_raids(world: World, seed: int) -> tuple[World, dict[str, Raid]]:
    """The world with a raid where the coin says so."""
    chance = np.random.default_rng([seed, 3])
    fields = world.registry.fields
    parts, raids = [world.records], {}
    for country in world.countries:
        codes = {name: str(chance.choice(fields[name])) for name in KNOWN}
        size = int(chance.choice(SIZES)) * int(chance.integers(2))
        raids[country] = Raid(codes, size)
        drawn = {
            name: [codes[name]] * size if name in codes else chance.choice(of, size)
            for name, of in fields.items()
        }
        raid = pl.DataFrame(drawn, schema=dict.fromkeys(drawn, pl.String)).with_columns(
            country=pl.lit(country),
            period=pl.lit(QUARTER),
            case=pl.lit(f"{country}-raid"),
            person_key=pl.Series(chance.integers(0, 2**32, size), dtype=pl.Int64),
        )
        parts.append(numbered(raid).select(world.records.columns))
    return World(world.registry, numbered(pl.concat(parts))), raids


def estimate(values: Values, codes: dict[str, str]) -> float:
    """How many more than in other quarters, where fewest others stand beside them; else none."""
    found = []
    for kind in ((), ("citizenship",), ("form",), KNOWN):
        pairs = frozenset((name, codes[name]) for name in kind)
        value = values.get(Cell(QUARTER, pairs))
        if value is not None:
            others = [values[Cell(q, pairs)] for q in QUARTERS if q != QUARTER]
            usual = float(np.mean([HIDDEN if other is None else other for other in others]))
            found.append((usual, value - usual))
    return min(found)[1] if found else 0.0
