"""The peer: pac-synth 0.0.8 (Microsoft, MIT), the engine behind CTDC's public file.

It leaves attributes of some rows empty. In a column of flags that is a 0, as its own documents say;
in another one the attribute is drawn from those of the other rows, which is the kindest reading.
"""

from collections.abc import Mapping

import numpy as np
import polars as pl

from anonymize.microdata_tables import Domains
from benchmarks.microdata_data import FLAG

# Tried at 10,000 rows, see docs/methods-microdata.md; the best one of each data set.
GRID: dict[str, dict[str, str | int | bool]] = {
    "default": {},
    "fabrication_balanced": {"fabrication": "balanced"},
    "fabrication_minimize": {"fabrication": "minimize"},
    "fabrication_progressive": {"fabrication": "progressive"},
    "budget_balanced": {"accuracy": "balanced"},
    "budget_short": {"accuracy": "prioritize_short_combinations"},
    "counts": {"counts": True},
    "counts_short": {"counts": True, "accuracy": "prioritize_short_combinations"},
    "counts_balanced_100": {"counts": True, "accuracy": "balanced", "percentile": 100},
    "percentile_95": {"percentile": 95},
    "percentile_100": {"percentile": 100},
    "weight_80": {"weight": 80},
    "weight_100": {"weight": 100},
    "zeros": {"zeros": True},
    "zeros_short": {"zeros": True, "accuracy": "prioritize_short_combinations"},
    "zeros_counts": {"zeros": True, "counts": True},
    "single": {"length": 1},
}
DEFAULT: dict[str, str | int | bool] = {
    "length": 2,
    "accuracy": "prioritize_long_combinations",
    "fabrication": "uncontrolled",
    "zeros": False,
    "counts": False,
    "percentile": 99,
    "weight": 95,
}


def synthesised(
    real: pl.DataFrame,
    domains: Domains,
    epsilon: float,
    delta: float,
    chosen: Mapping[str, str | int | bool],
) -> pl.DataFrame:
    """Rows by the peer; its noise has no seed."""
    import pacsynth

    pacsynth.set_number_of_threads(1)
    options = DEFAULT | dict(chosen)
    flags = [name for name, codes in domains.items() if codes == FLAG]
    # To the peer a 0 is nothing at all, unless it is told that it matters; here it is an answer.
    answers = [name for name, codes in domains.items() if FLAG[0] in codes and codes != FLAG]
    dataset = pacsynth.Dataset(
        [list(domains), *map(list, real.select(*domains).iter_rows())],
        sensitive_zeros=[*answers, *(flags if options["zeros"] else [])],
    )
    asked = pacsynth.DpAggregateSeededParametersBuilder()
    asked = asked.epsilon(epsilon).delta(delta).reporting_length(options["length"])
    asked = asked.accuracy_mode(getattr(pacsynth.AccuracyMode, str(options["accuracy"]))())
    asked = asked.fabrication_mode(getattr(pacsynth.FabricationMode, str(options["fabrication"]))())
    asked = asked.use_synthetic_counts(options["counts"])
    asked = asked.percentile_percentage(options["percentile"])
    asked = asked.weight_selection_percentile(options["weight"])
    engine = pacsynth.DpAggregateSeededSynthesizer(asked.build())
    engine.fit(dataset)
    header, *rows = engine.sample()
    return filled(pl.DataFrame(rows, schema=header, orient="row"), domains)


def filled(rows: pl.DataFrame, domains: Domains) -> pl.DataFrame:
    """No attribute empty: flags are 0, others drawn from the attributes of the same column."""
    dice = np.random.default_rng(0)
    columns = {}
    for name, codes in domains.items():
        told = rows[name].replace({"": None})
        known = told.drop_nulls()
        others = known if len(known) else pl.Series(codes)
        drawn = others.gather(dice.integers(len(others), size=told.null_count()))
        spare = pl.Series([FLAG[0]] * told.null_count()) if codes == FLAG else drawn
        full = told.to_list()
        holes = [place for place, code in enumerate(full) if code is None]
        for place, code in zip(holes, spare, strict=True):
            full[place] = code
        columns[name] = full
    return pl.DataFrame(columns, schema=dict.fromkeys(domains, pl.String))
