"""Attacks on what the gate out lets through: how often each is right, beside a plain guess.

`python -m benchmarks.attacks` prints, as a Markdown table, every attack on the real gate, and with
fewer seeds on gates from which one protection was taken. A difference has a 95 % interval.
"""

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TypeAlias

from benchmarks.attacking import (
    coalitions,
    differencing,
    draws,
    events,
    guessing,
    insiders,
    latecomers,
    registers,
    revisions,
)
from benchmarks.attacking.gates import (
    BARE,
    DRAWN_ANEW,
    EXACT,
    NO_CASES,
    NO_COUNTRIES,
    NOTHING_HIDDEN,
    REAL,
    UNREPAIRED,
    Gate,
    NotMended,
    published,
)
from benchmarks.attacking.scores import Trial, score
from benchmarks.attacking.worlds import LINKED, QUARTERS, YEARLY, World, world

SEEDS, UNSAFE = 20, 5
TRIPLES = 4_000
COUNTRIES = 3
Named: TypeAlias = dict[str, Trial]
HEADER = "| attack | gate | seeds | guesses | right | baseline | points (95 %) |\n" + (
    "| --- | --- | ---: | ---: | ---: | ---: | ---: |"
)


def differenced(gate: Gate, seed: int) -> Named:
    """Half a year, then the whole: both releases against each other; nothing is the baseline."""
    seen = world(LINKED, seed, countries=2, least=60, most=1_000)
    first = published(seen, gate, seed, QUARTERS[:2])
    both = [first, published(seen, gate, seed, earlier=(first,))]
    found = differencing.attack(seen, gate, both)
    return {"differences of shown cells": Trial(found.tried, len(found.told), 0)}


def anew(has_rule: bool, gate: Gate, seed: int) -> Named:
    """An annual revision; without its rule every number is counted anew."""
    told = revisions.attack(world(LINKED, seed, least=200, most=1_000), gate, seed, has_rule)
    how = "" if has_rule else ", counted anew at once"
    return {
        f"a revised number changed by few{how}": told.changed,
        f"differences after a revision{how}": told.differences,
    }


def guessed(effort: guessing.Effort, gate: Gate, seed: int) -> Named:
    seen = many(seed)
    found = guessing.attack(seen, gate, published(seen, gate, seed), seed, effort)
    return {f"guess of 1 to 10 by {name}": trial for name, trial in found.items()}


def late(freezes: bool, gate: Gate, seed: int) -> Named:
    told = latecomers.attack(many(seed), gate, seed, freezes)
    return {"one late victim" + ("" if freezes else ", counted anew at once"): told}


def inside(gate: Gate, seed: int) -> Named:
    told = insiders.attack(many(seed), gate, seed)
    return {
        "insider, one number": told.one,
        "insider, all numbers": told.every,
        "insider, certain by all numbers": told.certain,
    }


def together(size: int, gate: Gate, seed: int) -> Named:
    seen = world(YEARLY, seed, countries=5, least=3, most=100, regional=True)
    told = coalitions.attack(seen, gate, seed, size)
    who = f"coalition of {size}"
    return {
        f"{who}, shown cells": told.proven,
        f"{who}, differences": told.differences,
        f"{who}, claims that hidden means small": told.small,
        f"{who}, guess of the others' 1 to 10": told.guess,
    }


def raided(gate: Gate, seed: int) -> Named:
    told = events.attack(many(seed), gate, seed)
    return {
        "a raid is seen": told.seen,
        "its size within 1": told.size,
        "its size within 4": told.about,
    }


def linked(gate: Gate, seed: int) -> Named:
    told = registers.attack(gate, seed)
    return {"register, 50 named": told.named, "register, certain": told.certain}


def many(seed: int) -> World:
    """As many countries as one seed has trials."""
    return world(LINKED, seed, countries=COUNTRIES)


Attack: TypeAlias = Callable[[Gate, int], Named]


def plan(effort: guessing.Effort) -> dict[str, tuple[tuple[Attack, tuple[Gate, ...]], ...]]:
    """Every attack, with the gate as it is and those that it must get through.

    The repair takes nearly all of the time, and can only hide more: where it is not what is tried,
    the gate before it stands for the real one.
    """
    return {
        "differencing": ((differenced, (REAL, DRAWN_ANEW, EXACT)),),
        "revision": ((partial(anew, True), (REAL,)), (partial(anew, False), (UNREPAIRED,))),
        "guessing": ((partial(guessed, effort), (REAL, NOTHING_HIDDEN, EXACT)),),
        "late": tuple((partial(late, freezes), (UNREPAIRED,)) for freezes in (True, False)),
        "insider": ((inside, (UNREPAIRED, EXACT)),),
        "coalition": tuple(
            (partial(together, size), (UNREPAIRED, NO_COUNTRIES, EXACT)) for size in (1, 2)
        ),
        "event": ((raided, (UNREPAIRED, NO_CASES, BARE)),),
        "register": ((linked, (UNREPAIRED, NOTHING_HIDDEN, BARE)),),
    }


def run(attack: Attack, gate: Gate, seeds: Iterable[int]) -> Iterator[str]:
    """The lines of one attack on one gate; what the repair cannot mend is not published."""
    trials: dict[str, list[Trial]] = defaultdict(list)
    held_back = 0
    for seed in seeds:
        try:
            told = attack(gate, seed)
        except NotMended:
            held_back += 1
            continue
        for name, trial in told.items():
            trials[name].append(trial)
    more = f", {held_back} more held back" if held_back else ""
    yield from (
        score(each).row(name + more, gate.name)
        for name, each in trials.items()
        if any(t.cells for t in each)
    )


def rounding(seeds: int) -> Iterator[str]:
    """How far the draw is from a fair one, in standard deviations, over all seeds."""
    for draw in (draws.real, draws.unhashed, draws.not_modulo):
        found = [draws.attack(draw, seed, TRIPLES) for seed in range(seeds)]
        by_remainder, by_triple = (draws.together(each) for each in zip(*found, strict=True))
        yield (
            f"| {draw.__name__} | {seeds} | {TRIPLES * seeds:,} | "
            f"{by_remainder.square:.0f} of {by_remainder.freedom} ({by_remainder.z:+.1f}) | "
            f"{by_triple.square:.0f} of {by_triple.freedom} ({by_triple.z:+.1f}) |"
        )


def main(arguments: list[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Attack the gate out, real and unsafe.")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="invented worlds of each attack")
    parser.add_argument("--unsafe", type=int, default=UNSAFE, help="worlds of unsafe gates")
    parser.add_argument(
        "--sweeps", type=int, default=guessing.Effort().sweeps, help="of each chain"
    )
    parser.add_argument("--only", nargs="+", help="names of attacks; rounding among them")
    asked = parser.parse_args(arguments)
    effort = guessing.Effort(sweeps=asked.sweeps)
    print(HEADER)
    for name, parts in plan(effort).items():
        for attack, gates in parts if not asked.only or name in asked.only else ():
            for gate in gates:
                seeds = asked.seeds if gate in (REAL, UNREPAIRED) else asked.unsafe
                for line in run(attack, gate, range(seeds)):
                    print(line, flush=True)
    if not asked.only or "rounding" in asked.only:
        print("\n| draw | seeds | triples | chi-square by remainder (z) | by triple (z) |")
        print("| --- | ---: | ---: | ---: | ---: |")
        for line in rounding(asked.seeds):
            print(line, flush=True)


if __name__ == "__main__":
    main()
