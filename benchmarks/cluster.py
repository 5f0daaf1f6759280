"""The registry counted by Spark: a standalone master and two workers on this machine.

Not among the figures of `make bench`: it needs Java and many minutes, nearly all of them planning.
`python -m benchmarks.cluster --help` tells the sizes.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import counting, people
from data_contracts import load
from pipelines import engines, steps
from pipelines.settings import Configuration
from tests.cluster import HOST, cluster
from transforms import cube

TICKS, KIB = os.sysconf("SC_CLK_TCK"), 1024


def parents() -> dict[int, int]:
    """Every process of this machine, with its parent."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # After the name, which may hold anything: state, parent.
            found[int(folder.name)] = int(
                folder.joinpath("stat").read_text().rsplit(")")[-1].split()[1]
            )
        except OSError:
            continue
    return found


def below(process: int) -> Iterator[int]:
    """A process and all that it started."""
    every, todo = parents(), [process]
    while todo:
        one = todo.pop()
        yield one
        todo += [child for child, parent in every.items() if parent == one]


def used() -> tuple[float, float]:
    """Processor seconds and most resident mebibytes of this process and all below, summed."""
    seconds = resident = 0.0
    for process in below(os.getpid()):
        folder = Path(f"/proc/{process}")
        fields = folder.joinpath("stat").read_text().rsplit(")")[-1].split()
        seconds += sum(map(int, fields[11:13])) / TICKS
        lines = folder.joinpath("status").read_text().splitlines()
        resident += sum(int(line.split()[1]) / KIB for line in lines if line.startswith("VmHWM"))
    return seconds, resident


def measured(core: Path, rows: int, master: str, names: Sequence[str]) -> None:
    """Print what each table costs, one after the other."""
    tables = {name: counting.tables()[name] for name in names}
    told = {"title": "Benchmark", "mode": "demo", "engine": "spark"}
    place = {"spark_master": master, "shared": str(core / "shared")}
    print(f"{rows:,} records on a master and two workers of one core and one GiB each:", flush=True)
    with engines.opened(Configuration.model_validate(told | place)) as running:
        counted = steps.people_of(core, tables.values(), running)
        for name, table in tables.items():
            began, before = time.monotonic(), used()[0]
            made = cube.count(table, counted, load.codelists(), counting.series()).cells
            after, resident = used()
            print(
                f"  {name}: {len(made):,} cells, {time.monotonic() - began:.0f} s, "
                f"{after - before:.0f} s of processor; {resident:,.0f} MiB in all processes",
                flush=True,
            )


def main(arguments: list[str] | None = None) -> None:
    """Print every size, each on a cluster of its own."""
    parser = argparse.ArgumentParser(description="Measure counting on a small Spark cluster.")
    parser.add_argument("--rows", type=int, nargs="+", default=(100_000, 1_000_000))
    parser.add_argument("--tables", nargs="+", default=sorted(counting.tables()))
    asked = parser.parse_args(arguments)
    os.environ["SPARK_LOCAL_IP"] = HOST
    for rows in asked.rows:
        with tempfile.TemporaryDirectory() as place, cluster(Path(place)) as (master, _):
            core = people.write(Path(place) / "core", rows)
            measured(core, rows, master, asked.tables)


if __name__ == "__main__":
    main()
