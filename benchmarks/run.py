"""How much our work costs, as a ratio to a peer that does the least that could be called the same.

Both run in fresh interpreters, and processor time is compared, children included, so that the
ratio holds on a slow or busy machine too. `python -m benchmarks.run --help` tells the sizes.
"""

import argparse

from benchmarks import (
    checking,
    counting,
    intake,
    linking,
    microdata,
    noise,
    patterns,
    pseudonyms,
    rules,
    sealing,
    texts,
)

REPEATS = 5
# What takes a minute or more is run fewer times, and above a million rows once.
LONG = 3
SIZES = (1_000_000, 10_000_000)
JUDGED = 1_000_000


def main(arguments: list[str] | None = None) -> None:
    """Print each figure with its commands."""
    parser = argparse.ArgumentParser(description="Measure, as ratios to a peer in the same run.")
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES, help="sizes of the register")
    parser.add_argument("--judged", type=int, default=JUDGED, help="rows for the rules")
    parser.add_argument("--repeats", type=int, default=REPEATS, help="runs of each short case")
    parser.add_argument("--seeds", type=int, default=LONG, help="runs of synthetic rows")
    asked = parser.parse_args(arguments)
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
    microdata.main(asked.seeds)


if __name__ == "__main__":
    main()
