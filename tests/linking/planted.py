"""The pairs that the invented region's truth tells, and which of them a workspace finds."""

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from data_contracts import load
from pipelines import links, submissions, takings
from pipelines.settings import Workspace
from sources.synthetic import Region
from tests.sources.sent import cells_of_row, column, plain
from transforms import vintage

# Two records, each a country and a pseudonym.
Pair = frozenset[tuple[str, ...]]


@dataclass(frozen=True)
class Score:
    """Pairs found, of them right, and the planted ones with those of them that were found."""

    found: int
    right: int
    planted: int
    recovered: int

    @property
    def precision(self) -> float:
        """The share of the pairs found that are right."""
        return self.right / self.found

    @property
    def recall(self) -> float:
        """The share of the planted pairs that are found."""
        return self.recovered / self.planted


def pseudonym(key: bytes, source: str, number: str) -> str:
    """A record's number as the gate in makes it, without code of ours."""
    parts = ("record", "2", source, number)
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return hmac.new(key.hex().encode(), text.encode(), "sha256").hexdigest()[:32]


@dataclass(frozen=True)
class Planted:
    """Whose each sound record of a victim is, which agency wrote it, and the planted pairs."""

    person: dict[tuple[str, ...], str]
    source: dict[tuple[str, ...], str]
    within: frozenset[Pair]
    across: frozenset[Pair]


def planted(place: Workspace, region: Region) -> Planted:
    """The truth about the victims of a region, by the pseudonyms of a workspace."""
    person: dict[tuple[str, ...], str] = {}
    source: dict[tuple[str, ...], str] = {}
    spots = {}
    for row in plain(region.rows):
        if row["dataset"] != "victims" or row["set_aside"]:
            continue
        country, layout = row["country"], f"{row['country']}_{row['agency']}".lower()
        key = bytes.fromhex((place["keys"] / country / "identity.key").read_text())
        number = str(cells_of_row(region, row)[column(row, "record")])
        own = (country, pseudonym(key, layout, number))
        person[own], source[own], spots[row["file"], row["row"]] = row["person"], layout, own
    kinds: dict[str, set[Pair]] = {"within": set(), "across": set()}
    for pair in plain(region.truth / "pairs.csv"):
        two = spots[pair["file"], pair["row"]], spots[pair["other_file"], pair["other_row"]]
        kinds[pair["kind"]].add(frozenset(two))
    return Planted(person, source, frozenset(kinds["within"]), frozenset(kinds["across"]))


def current(place: Workspace) -> vintage.Slices:
    """Which submission speaks for which slice."""
    return vintage.current(submissions.accepted(place), load.layouts(), {})


def in_sealed_process(place: Workspace) -> Iterator[Pair]:
    """The pairs of victims of two agencies that each country's sealed process finds."""
    slices = current(place)
    countries = {taking: country for country, job in links.jobs(place).items() for taking in job}
    with TemporaryDirectory() as folder:
        groups = links.compared(place, slices, Path(folder))
    for _, group in groups.filter(dataset="victims").group_by("group"):
        records = group.select("submission", "record").unique().rows()
        yield from _pairs((countries[taking], record) for taking, record in records)


def by_token(place: Workspace) -> Iterator[Pair]:
    """The pairs of victims of two countries with one link token."""
    files = sorted((place[takings.SAFE] / "victims").glob("*.parquet"))
    rows = pl.concat(
        [pl.read_parquet(f, columns=["country", "record", "link_token"]) for f in files]
    )
    for _, group in rows.drop_nulls().unique().group_by("link_token"):
        yield from _pairs(group.select("country", "record").rows())


def _pairs(records: Iterable[tuple[str, ...]]) -> Iterator[Pair]:
    yield from map(frozenset, combinations(sorted(records), 2))


def score(found: Iterator[Pair], truth: Planted, kind: str) -> Score:
    """How many pairs of two agencies, of one country or of two, are right and were found."""
    is_across, known = kind == "across", truth.across if kind == "across" else truth.within
    asked = {
        pair
        for pair in found
        if pair <= truth.person.keys()
        and len({truth.source[one] for one in pair}) == 2
        and (len({country for country, _ in pair}) == 2) == is_across
    }
    right = {pair for pair in asked if len({truth.person[one] for one in pair}) == 1}
    return Score(len(asked), len(right), len(known), len(asked & known))
