"""What became of every row: kept, or set aside with one reason.

Frames come one by one and only what the verdict needs of them stays: per row its number and one
byte a feed, counts of labels, and the first faults.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from data_contracts.checks import FOUND, broken, faults
from data_contracts.verdict import Fault
from pipelines.feeding import ROW, Fed, Feeding, parted
from pipelines.intake import MOST_FAULTS
from transforms.conform import Reader

REASONS = (
    "unmapped",
    "fault",
    "period",
    "consent",
    "relation",
    "implausible",
    "contradiction",
    "conflict",
    "repeated",
    "scope",
)
KEPT = -1
RANKS = {reason: rank for rank, reason in enumerate(REASONS)}
SCOPE = RANKS["scope"]
PLACE = ("row", "code", "column")
# Of ten million rows each may be asked about.
SMALL = pl.Schema(
    {"row": pl.UInt32()} | dict.fromkeys(("code", "column", "reason"), pl.Categorical())
)
OF_SLICE = ("country", "period")


def _ranked(found: pl.DataFrame) -> pl.DataFrame:
    """``row`` and the first reason that applies to it."""
    rank = pl.col("reason").replace_strict(RANKS, return_dtype=pl.Int8)
    return found.select("row", rank=rank).group_by("row").agg(pl.col("rank").min())


def became(frame: pl.DataFrame, one: Fed) -> pl.Series:
    """For each row of a frame the rank of what one feed made of it."""
    kept = one.safe.rows.select("row", rank=pl.lit(KEPT, pl.Int8)).unique()
    ranks = pl.concat([kept, _ranked(one.found)])
    found = frame.select("row").join(ranks, on="row", how="left", maintain_order="left")
    return found["rank"].fill_null(SCOPE).rename(one.by.reader.contract.name)


def _first(found: list[pl.DataFrame]) -> pl.DataFrame:
    """What is told of what broke: in the order of the file, and the same each time."""
    return pl.concat(found).sort(*PLACE).head(MOST_FAULTS)


@dataclass
class Account:
    """What one feed made of all frames so far."""

    by: Feeding
    found: pl.DataFrame | None = None
    compared: list[pl.DataFrame] = field(default_factory=list)
    unnumbered: list[pl.Series] = field(default_factory=list)
    kept: list[pl.DataFrame] = field(default_factory=list)
    unsafe: list[pl.DataFrame] = field(default_factory=list)
    foreign: set[str] = field(default_factory=set)
    dated: Counter[str] = field(default_factory=Counter)
    whole: pl.DataFrame | None = None
    asked: list[pl.DataFrame] = field(default_factory=list)

    def add(self, one: Fed) -> None:
        """Keep what is needed of a frame."""
        self.found = _first([*([] if self.found is None else [self.found]), one.found])
        if self.by.rules(whole=True):
            self.compared.append(one.compared)
            self.unnumbered.append(one.safe.unnumbered)
        of = pl.col("country", "period").cast(pl.Categorical)
        self.kept.append(one.safe.rows.select(pl.col("row").cast(pl.UInt32), of))
        self.unsafe.append(one.unsafe.head(MOST_FAULTS))
        self.asked.append(one.comments.cast(SMALL))
        self.foreign |= set(one.foreign)
        self.dated.update(one.dated)

    def close(self) -> None:
        """Judge the rules over all rows, once all rows are in."""
        rules = self.by.rules(whole=True)
        rows = pl.concat(self.compared) if rules else pl.DataFrame(schema=ROW)
        self.whole, asked = parted(broken(rows, rules))
        self.asked.append(asked.cast(SMALL))
        self.compared = []

    @property
    def gone(self) -> pl.DataFrame:
        """The rows that contradict or repeat others."""
        return pl.DataFrame(schema=ROW) if self.whole is None else self.whole.select("row").unique()

    @cached_property
    def comments(self) -> pl.DataFrame:
        """What is asked about the rows that are kept, in the order of the file."""
        asked, row = pl.concat(self.asked), pl.col("row").cast(pl.UInt32)
        if asked.is_empty():
            return asked
        kept = pl.concat(self.kept).join(self.gone.select(row), on="row", how="anti")
        return asked.join(kept, on="row", how="semi").sort(*PLACE)

    @property
    def renumbers(self) -> bool:
        """Whether a row has gone by whose place among equal ones others were numbered."""
        gone = self.gone.join(self.by.gone, on="row", how="anti")["row"].implode()
        return any(bool(rows.is_in(gone).any()) for rows in self.unnumbered)

    @property
    def slices(self) -> pl.DataFrame:
        """``country``, ``period`` and the number of rows that are kept of each."""
        gone = pl.col("row").is_in(self.gone["row"].cast(pl.UInt32).implode())
        rows = pl.concat(self.kept).filter(~gone)
        return rows.group_by(OF_SLICE).agg(n=pl.len()).cast(dict.fromkeys(OF_SLICE, pl.String))

    def faults(self) -> list[Fault]:
        """The first that is told of what broke, then of what is asked."""
        found = [f for f in (self.found, self.whole) if f is not None]
        told = pl.concat([_first(found), self.comments.head(MOST_FAULTS).cast(FOUND)])
        return list(faults(told, self.by.file, columns_of(self.by.reader)))

    def leaks(self) -> Iterator[Fault]:
        """What would have left the gate in and must not."""
        unsafe = pl.concat(self.unsafe).join(self.gone, on="row", how="anti")
        yield from faults(unsafe.head(MOST_FAULTS), self.by.file, {})
        for name in sorted(self.foreign):
            yield Fault(code=f"{name.upper()}-03", file=self.by.file, column=name)


@dataclass
class Ledger:
    """The rows of all files of a submission, as their frames come by."""

    accounts: list[Account]
    became: dict[str, list[pl.DataFrame]] = field(default_factory=dict)
    labels: dict[str, Counter[str]] = field(default_factory=dict)
    rows_with: Counter[str] = field(default_factory=Counter)

    def of(self, file: str) -> list[Account]:
        """The accounts of the feeds of one file."""
        return [account for account in self.accounts if account.by.file == file]

    def add(self, file: str, frame: pl.DataFrame, made: list[Fed]) -> None:
        """Enter one frame of a file, and what each of the file's feeds made of it."""
        for account, one in zip(self.of(file), made, strict=True):
            account.add(one)
        ranks = pl.DataFrame([frame["row"].cast(pl.UInt32), *(became(frame, one) for one in made)])
        self.became.setdefault(file, []).append(ranks)
        columns = [one.labels.with_columns(_column(one.by.reader)) for one in made]
        for (column,), part in _labels(columns).group_by("column"):
            self.rows_with[str(column)] += part["row"].n_unique()
            counts = dict(part["label"].value_counts().iter_rows())
            self.labels.setdefault(str(column), Counter()).update(counts)

    def close(self) -> None:
        """Judge what only all rows together tell."""
        for account in self.accounts:
            account.close()

    @property
    def rows_read(self) -> int:
        return sum(len(frame) for frames in self.became.values() for frame in frames)

    def totals(self) -> Counter[str]:
        """All rows by what became of them: ``kept``, or the first reason that applies."""
        found: Counter[int] = Counter()
        for file, frames in self.became.items():
            ranks = pl.concat(frames)
            for account in self.of(file):
                ranks = _corrected(ranks, account)
            first = ranks.select(rank=pl.min_horizontal(pl.exclude("row")))["rank"]
            found.update(dict(first.value_counts().iter_rows()))
        names = {KEPT: "kept"} | dict(enumerate(REASONS))
        return Counter({names[rank]: n for rank, n in found.items()})

    def comments(self) -> dict[str, int | None]:
        """Each code that asks about rows, with how many of those that are kept."""
        found = pl.concat([account.comments for account in self.accounts])
        rows = found.group_by("code").agg(pl.col("row").n_unique()).cast({"code": pl.String})
        return dict(sorted(rows.iter_rows()))

    def dated(self) -> Counter[str]:
        """The quarters in which events are dated, with how many are."""
        return sum((account.dated for account in self.accounts), Counter())


def _corrected(ranks: pl.DataFrame, account: Account) -> pl.DataFrame:
    """Ranks in which what the rules over all rows found counts too."""
    if account.whole is None or account.whole.is_empty():
        return ranks
    name = account.by.reader.contract.name
    whole = _ranked(account.whole).select(pl.col("row").cast(pl.UInt32), whole="rank")
    found = ranks.join(whole, on="row", how="left", maintain_order="left")
    known = pl.when(pl.col(name) != KEPT).then(pl.col(name))
    # A row that only contradicts others was kept until now.
    rank = pl.when(pl.col("whole").is_null()).then(pl.col(name))
    return found.with_columns(rank.otherwise(pl.min_horizontal(known, "whole")).alias(name)).drop(
        "whole"
    )


def columns_of(reader: Reader) -> dict[str, str]:
    """Each field to the column in which the source writes it."""
    named = {n: s.columns[0] for n, s in reader.feed.fields.items() if s.columns}
    return {n: named.get(n, n) for n in reader.contract.by_name}


def _column(reader: Reader) -> pl.Expr:
    names = columns_of(reader)
    return pl.col("field").replace_strict(names, return_dtype=pl.String).alias("column")


def _labels(columns: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(columns).select("row", "column", "label").unique()
