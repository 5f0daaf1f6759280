"""How many links are right and how many pairs are found, through the real sealed process.

``python -m benchmarks.linking registers`` draws registers of invented people (``tests/linking``);
``... region`` sends the invented region's own files through the intake and scores the pairs that
its truth tells, and the exact tokens across borders. ``... beside`` compares one small register
with what equality finds. Shares, not times, are the figures.
"""

import argparse
import datetime as dt
import io
import resource
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from benchmarks.measure import used
from pipelines import inbox, keystore, matching, steps, submissions
from pipelines.settings import Configuration, Workspace
from sources import synthetic
from sources.synthetic import Region
from sources.synthetic.people import COUNTRIES
from tests.linking import planted
from tests.linking.people import records, true_pairs

SIZES = (3_000, 10_000, 30_000, 100_000)
SEEDS = (21, 22, 23)
# Of this size the two countries with two agencies have more than 5,000 pairs.
REGION = 5_600
PAIRS = 6
# Whoever has no more than a spreadsheet finds the pairs that are equal in one of these.
EQUAL = (("document",), ("family_name", "given_name", "birth_date"))
SHORT, SHORT_SEED = 3_000, 31
Pairs = set[tuple[str, str]]


def accuracy(found: Pairs, truth: Pairs) -> str:
    """Precision and recall of pairs, in words."""
    right = len(found & truth)
    return f"precision {right / len(found):.4f}, recall {right / len(truth):.4f}"


def sealed_register(place: Workspace, frame: pl.DataFrame) -> Path:
    """A drawn register as the intake leaves what its persons are recognised by."""
    known = frame.drop("person").rename({"key": "record"}).with_columns(dataset=pl.lit("victims"))
    data = io.BytesIO()
    known.write_parquet(data)
    file = place[inbox.INBOX] / "register.persons.0.age"
    file.write_bytes(keystore.sealed(data.getvalue(), place["keys"]))
    return file


def found_by_child(place: Workspace, files: tuple[Path, ...]) -> Pairs:
    """The pairs of records that the sealed process takes for one person."""
    out = place.root / "groups.parquet"
    job = matching.Job(submissions={"s": files}, keys=place["keys"], out=out)
    matching.start(job, "XAA")
    groups = pl.read_parquet(out).select(key="record", person=pl.col("group").cast(pl.String))
    return true_pairs(groups)


def register(size: int, seed: int) -> None:
    """Match one drawn register and print how well that went."""
    frame = records(seed, size, size // PAIRS)
    truth = true_pairs(frame)
    with TemporaryDirectory() as folder:
        configuration = Configuration(title="Benchmark", mode="demo")
        place = keystore.new(Path(folder) / "region", configuration)
        file = sealed_register(place, frame)
        before = used()
        found = found_by_child(place, (file,))
    taken, held = used() - before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"{size} records, seed {seed}: {accuracy(found, truth)} of {len(truth)} pairs, "
        f"{taken:.0f} s, at most {held:.0f} MiB so far",
        flush=True,
    )


def equal(frame: pl.DataFrame) -> Pairs:
    """The pairs of records with one document, or with the same names and birth date as typed."""
    found: Pairs = set()
    for columns in EQUAL:
        known = frame.drop_nulls(columns).select("key", *columns)
        both = known.join(known, on=columns, suffix="_other")
        pairs = both.filter(pl.col("key") < pl.col("key_other"))
        found.update(pairs.select("key", "key_other").iter_rows())
    return found


def beside(size: int = SHORT, seed: int = SHORT_SEED) -> float:
    """Print, and return, how many times the pairs that equality finds are found of one register."""
    frame = records(seed, size, size // PAIRS)
    truth, plain = true_pairs(frame), equal(frame)
    with TemporaryDirectory() as folder:
        configuration = Configuration(title="Benchmark", mode="demo")
        place = keystore.new(Path(folder) / "region", configuration)
        found = found_by_child(place, (sealed_register(place, frame),))
    times = len(found & truth) / len(plain & truth)
    print(
        f"{size} records, {len(truth)} pairs: {accuracy(found, truth)}; by equality "
        f"{accuracy(plain, truth)}: {times:.2f} times as many right ones"
    )
    return times


def send(place: Workspace, region: Region) -> None:
    """Submit everything that the region's agencies send, and take it in."""
    now = dt.datetime(2027, 1, 1, tzinfo=dt.UTC)
    for number, one in enumerate(region.submissions):
        if one.country:
            at = now + dt.timedelta(seconds=number)
            submissions.submit(place, one.files, one.layout, one.period, one.country, at)
    steps.take_in(place)


def region(size: int) -> None:
    """Match the invented region's own pairs, and print how well that went."""
    with TemporaryDirectory() as folder:
        made = synthetic.write(Path(folder) / "region", size=size)
        configuration = Configuration(
            title="Benchmark", mode="demo", raw_files=COUNTRIES, children=2
        )
        place = keystore.new(Path(folder) / "workspace", configuration)
        send(place, made)
        truth = planted.planted(place, made)
        before = used()
        within = planted.score(planted.in_sealed_process(place), truth, "within")
        taken = used() - before
        across = planted.score(planted.by_token(place), truth, "across")
    for name, found in (("within a country", within), ("across borders, exact token", across)):
        print(
            f"{name}: precision {found.precision:.4f}, recall {found.recall:.4f} "
            f"of {found.planted} pairs"
        )
    print(f"The sealed processes took {taken:.0f} s.")


def main(arguments: list[str] | None = None) -> None:
    """Print precision and recall of what is asked for."""
    parser = argparse.ArgumentParser(description="How well the same person is found twice.")
    parser.add_argument("what", choices=("registers", "region", "beside"))
    parser.add_argument("--records", type=int, nargs="+", default=SIZES, help="sizes of registers")
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS, help="of the registers")
    parser.add_argument("--size", type=int, default=REGION, help="victims a country and year")
    asked = parser.parse_args(arguments)
    if asked.what == "region":
        region(asked.size)
    elif asked.what == "beside":
        beside()
    else:
        for size in asked.records:
            for seed in asked.seeds:
                register(size, seed)


if __name__ == "__main__":
    main()
