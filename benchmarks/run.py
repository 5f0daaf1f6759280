"""What our work costs, what attackers make of its results, and what is left of use in them.

Costs are ratios to a peer that does the least that could be called the same: both run in fresh
interpreters, and processor time is compared, children included, so that the ratio holds on a slow
or busy machine too. The other parts are of invented persons, over stated seeds. `python -m
benchmarks.run attacks` runs one part; `--help` tells the parts and sizes.
"""

import argparse
from collections.abc import Callable

from benchmarks import (
    attacks,
    auditing,
    checking,
    counting,
    headlines,
    intake,
    late_victim,
    linking,
    microdata,
    microdata_attacks,
    noise,
    patterns,
    pseudonyms,
    rules,
    sealing,
    texts,
    usefulness,
)

REPEATS = 5
# What takes a minute or more is run fewer times, and above a million rows once.
LONG = 3
SIZES = (1_000_000, 10_000_000)
JUDGED = 1_000_000
SEEDS = 10
COUNTRIES, VICTIMS = 12, 420


def costs(asked: argparse.Namespace) -> None:
    """Processor time beside peers."""
    checking.main(asked.repeats)
    texts.main()
    patterns.main(patterns.SHORT)
    linking.beside()
    noise.main()
    sealing.main(min(asked.repeats, LONG))
    rules.main(asked.judged, asked.repeats)
    pseudonyms.main(asked.rows, min(asked.repeats, LONG))
    counting.main(asked.rows, min(asked.repeats, LONG))
    intake.main(asked.rows, min(asked.repeats, LONG))


def audit(asked: argparse.Namespace) -> None:
    """What the audit and the repair cost and leave, on small cubes and on a large release."""
    sizes = {"cubes": asked.cubes, "seeds": asked.seeds, "cells": asked.cells}
    auditing.main([word for name, size in sizes.items() for word in (f"--{name}", str(size))])


def attacked(asked: argparse.Namespace) -> None:
    """Attacks beside baselines, each on the gate as it is and without one protection."""
    attacks.main(["--seeds", str(2 * asked.seeds)])
    late_victim.main(asked.trials)


def useful(asked: argparse.Namespace) -> None:
    """What can be read of each table, and how many headlines."""
    usefulness.main(COUNTRIES, VICTIMS, 1)
    headlines.main(asked.seeds)


def synthetic(asked: argparse.Namespace) -> None:
    """Synthetic rows beside a peer, and attacks on them."""
    microdata.main(asked.seeds)
    microdata_attacks.main(asked.seeds)


PARTS: dict[str, Callable[[argparse.Namespace], None]] = {
    "costs": costs,
    "audit": audit,
    "attacks": attacked,
    "usefulness": useful,
    "microdata": synthetic,
}


def main(arguments: list[str] | None = None) -> None:
    """Print each figure with its commands."""
    parser = argparse.ArgumentParser(description="Measure what it costs, withstands and tells.")
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all by itself")
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES, help="sizes of the register")
    parser.add_argument("--judged", type=int, default=JUDGED, help="rows for the rules")
    parser.add_argument("--repeats", type=int, default=REPEATS, help="runs of each short case")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="twice as many of attacks")
    parser.add_argument("--cubes", type=int, default=100, help="small cubes to be repaired")
    parser.add_argument("--cells", type=int, default=100_000, help="cells of a large release")
    parser.add_argument("--trials", type=int, default=10_000, help="late victims")
    asked = parser.parse_args(arguments)
    unknown = set(asked.parts) - PARTS.keys()
    if unknown:
        parser.error(
            f"no part is called {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}"
        )
    for part in asked.parts or PARTS:
        print(f"\n# {part}", flush=True)
        PARTS[part](asked)


if __name__ == "__main__":
    main()
