"""Synthetic microdata beside pac-synth at the same epsilon, delta and domains.

Each run is a process of its own. Ours gives noise for the two rows that a person moves under the
cap of a case; the peer has no cap and counts one, so it has the easier task.
"""

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

import polars as pl

from anonymize.microdata_budget import affordable
from anonymize.microdata_model import drawn, fitted
from anonymize.microdata_noise import Uniform, system
from anonymize.microdata_report import errors
from anonymize.microdata_tables import Domains, measured
from benchmarks import microdata_peer
from benchmarks.measure import ROOT
from benchmarks.microdata_data import DATA
from benchmarks.microdata_scores import scores

OURS = "tipstat"
BEST = {"ctdc": "counts_short", "invented": "zeros"}
EPSILON, DELTA, SEEDS = 2.0, 1e-6, 10
FIGURES = ("apart", "error", "fabricated", "rows_fabricated", "missed", "seconds", "mebibytes")


def ours(
    real: pl.DataFrame, domains: Domains, epsilon: float, seed: int, bits: Uniform
) -> pl.DataFrame:
    """Rows by our engine, without the cap and the size test: those are no matter of the engine."""
    tables = measured(real, domains, affordable(epsilon, DELTA), bits)
    return drawn(fitted(tables, seed), round(tables.persons), seed)


def run(who: str, data: str, seed: int, epsilon: float, rows: int | None) -> dict[str, float]:
    """One run in this process: the scores, seconds of processor and mebibytes resident.

    Of fewer ``rows`` than there are each seed takes others.
    """
    everybody, domains = DATA[data]()
    real = everybody.sample(rows or len(everybody), shuffle=True, seed=seed)
    before = time.process_time()
    if who == OURS:
        made = ours(real, domains, epsilon, seed, system())
    else:
        chosen = microdata_peer.GRID[who]
        made = microdata_peer.synthesised(real, domains, epsilon, DELTA, chosen)
    taken = time.process_time() - before
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return scores(real, made, domains)._asdict() | {"seconds": taken, "mebibytes": held}


def apart(who: str, data: str, seed: int, epsilon: float, rows: int | None) -> dict[str, float]:
    """As ``run``, in a fresh interpreter."""
    asked = json.dumps([who, data, seed, epsilon, rows])
    command = [sys.executable, "-m", "benchmarks.microdata", asked]
    told = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout
    found: dict[str, float] = json.loads(told)
    return found


def compared(data: str, seeds: int, epsilon: float, rows: int | None) -> Mapping[str, float]:
    """Print what both come to on one data set; the ratio of our errors to the peer's."""
    runs: dict[str, list[dict[str, float]]] = {OURS: [], BEST[data]: []}
    for seed in range(seeds):
        for who, found in runs.items():
            found.append(apart(who, data, seed, epsilon, rows))
    print(f"{data}, {rows or 'all'} rows, epsilon {epsilon:g}, delta {DELTA:g}, {seeds} seeds")
    medians = {who: _medians(found) for who, found in runs.items()}
    for who, found in runs.items():
        worst = max(one["apart"] for one in found)
        told = ", ".join(f"{name} {medians[who][name]:.4g}" for name in FIGURES)
        print(f"  {'pac-synth ' * (who != OURS)}{who}: {told}; worst apart {worst:.4g}")
    ratios = {name: medians[OURS][name] / medians[BEST[data]][name] for name in ("apart", "error")}
    print(f"  ours over peer: {', '.join(f'{n} {r:.2f}' for n, r in ratios.items())}\n", flush=True)
    return ratios


def _medians(found: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: statistics.median(one[name] for one in found) for name in FIGURES}


def told(data: str, seeds: int = 3) -> None:
    """Print how near the errors that a page tells are to the true ones, over pairs and seeds."""
    real, domains = DATA[data]()
    for seed in range(seeds):
        tables = measured(real, domains, affordable(EPSILON, DELTA), system())
        model = fitted(tables, seed)
        rows = drawn(model, round(tables.persons), seed)
        expected = statistics.mean(errors(model, tables, seed).values())
        true = scores(real, rows, domains).apart
        print(f"{data}: told {expected:.5f}, true {true:.5f}, true over told {true / expected:.2f}")


def main(seeds: int = SEEDS, epsilon: float = EPSILON, rows: int | None = None) -> None:
    """Print both data sets."""
    for data in DATA:
        compared(data, seeds, epsilon, rows)
        told(data)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(run(*json.loads(sys.argv[1]))))
    else:
        main()
