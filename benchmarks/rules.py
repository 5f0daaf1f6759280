"""Twenty rules over a million rows: ours, pandera's and Great Expectations', on the same Parquet.

Each in an interpreter of its own that counts the processor time of judging alone, not of importing
or reading. Peers on their documented fast path: pandera lazily on Polars, Great Expectations on
pandas with yes or no as its answer.
"""

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.measure import ROOT

RULES, CODES = 20, tuple(f"tipstat:code_{n:02}" for n in range(12))
TIMED = """
import sys, time, polars as pl
frame = pl.read_parquet(sys.argv[1])
names, codes = [c for c in frame.columns if c != "row"], {codes!r}
{before}
began = time.process_time()
{judged}
print(time.process_time() - began)
"""
SCRIPTS = {
    "tipstat": (
        "from data_contracts.checks import broken\nfrom data_contracts.rules import Rule\n"
        "rules = [Rule(n, n, pl.col(n).is_in(codes)) for n in names]",
        "assert broken(frame, rules).is_empty()",
    ),
    "pandera": (
        "import pandera.polars as pa\n"
        "columns = {n: pa.Column(str, pa.Check.isin(codes), nullable=True) for n in names}\n"
        "schema = pa.DataFrameSchema(columns)",
        "schema.validate(frame, lazy=True)",
    ),
    "great_expectations": (
        "from data_contracts.expectations import without_spark\n"
        "with without_spark():\n"
        "    import great_expectations as gx\n"
        "source = gx.get_context(mode='ephemeral').data_sources.add_pandas('p')\n"
        "whole = source.add_dataframe_asset('f').add_batch_definition_whole_dataframe('all')\n"
        "batch = whole.get_batch({'dataframe': frame.to_pandas()})\n"
        "rule = gx.expectations.ExpectColumnValuesToBeInSet\n"
        "suite = gx.ExpectationSuite('s', [rule(column=n, value_set=codes) for n in names])",
        "assert batch.validate(suite, result_format='BOOLEAN_ONLY').success",
    ),
}


def frame(rows: int) -> pl.DataFrame:
    """Rows of codes, a tenth of them missing."""
    random, words = np.random.default_rng(3), pl.Series([*CODES, None])
    columns = {
        f"field_{n}": words.gather(random.integers(0, len(words), rows)) for n in range(RULES)
    }
    return pl.DataFrame(columns).with_row_index("row")


def judging(name: str, file: Path) -> float:
    """Processor seconds in which one of the three judges the file."""
    before, judged = SCRIPTS[name]
    script = TIMED.format(codes=CODES, before=before, judged=judged)
    command = [sys.executable, "-W", "ignore", "-c", script, str(file)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    return float(told.stdout.split()[-1])


def main(rows: int, repeats: int) -> dict[str, float]:
    """Print the medians and their ratios to ours."""
    with tempfile.TemporaryDirectory() as place:
        frame(rows).write_parquet(file := Path(place) / "rows.parquet")
        taken = [{name: judging(name, file) for name in SCRIPTS} for _ in range(repeats)]
    medians = {name: statistics.median(one[name] for one in taken) for name in SCRIPTS}
    print(f"{RULES} rules over {rows:,} rows, processor seconds of judging:")
    for name, median in medians.items():
        print(f"  {name:20} {median:7.2f} s, {median / medians['tipstat']:.1f} times ours")
    return medians
