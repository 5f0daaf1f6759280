"""What became of every row: kept, or set aside with one reason; and the verdict of it all."""

from collections import Counter
from dataclasses import dataclass

import polars as pl

from anonymize.records import Safe
from data_contracts import load
from data_contracts.checks import faults
from data_contracts.layout import Layout
from data_contracts.verdict import Fault, Verdict
from pipelines.arrivals import Frames, dated, elsewhere, reported
from pipelines.intake import MOST_FAULTS, Job
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


@dataclass(frozen=True)
class Fed:
    """What one feed made of its file."""

    reader: Reader
    found: pl.DataFrame
    labels: pl.DataFrame
    safe: Safe
    unsafe: tuple[Fault, ...]

    @property
    def file(self) -> str:
        return self.reader.feed.file


def accounted(frame: pl.DataFrame, feeds: list[Fed]) -> dict[str, int]:
    """The rows of one file by what became of them: ``kept``, or the first reason that applies."""
    kept = pl.concat([f.safe.rows.select("row") for f in feeds]).with_columns(rank=pl.lit(-1))
    rank = pl.col("reason").replace_strict(
        {reason: n for n, reason in enumerate(REASONS)}, return_dtype=pl.Int32
    )
    reasons = pl.concat([f.found.select("row", rank=rank) for f in feeds])
    scope = frame.select("row", rank=pl.lit(len(REASONS) - 1))
    first = pl.concat([kept, reasons, scope]).group_by("row").agg(pl.col("rank").min())
    names = {-1: "kept"} | dict(enumerate(REASONS))
    return {names[rank]: n for rank, n in first["rank"].value_counts().iter_rows()}


def totals(frames: Frames, feeds: list[Fed]) -> dict[str, int]:
    """All rows of the submission by what became of them."""
    summed: dict[str, int] = {}
    for file, frame in frames.items():
        for name, n in accounted(frame, [f for f in feeds if f.file == file]).items():
            summed[name] = summed.get(name, 0) + n
    return summed


def columns_of(reader: Reader) -> dict[str, str]:
    """Each field to the column in which the source writes it."""
    named = {n: s.columns[0] for n, s in reader.feed.fields.items() if s.columns}
    return {n: named.get(n, n) for n in reader.contract.by_name}


def listed(feeds: list[Fed], public: bool, scan: bool) -> dict[str, dict[str, int] | int]:
    """What did not map, by column: labels with their rows where the source is public, else rows.

    Labels in which personal data are found are counted together, not shown.
    """
    columns = [f.labels.with_columns(_column(f.reader), file=pl.lit(f.file)) for f in feeds]
    rows = pl.concat(columns).select("file", "row", "column", "label").unique()
    out: dict[str, dict[str, int] | int] = {}
    for (column,), part in rows.sort("column").group_by("column", maintain_order=True):
        if not public:
            out[str(column)] = part.select("file", "row").n_unique()
            continue
        counts = dict(part["label"].value_counts().sort("label").iter_rows())
        out[str(column)] = _scanned(counts) if scan else counts
    return out


def _column(reader: Reader) -> pl.Expr:
    names = columns_of(reader)
    return pl.col("field").replace_strict(names, return_dtype=pl.String).alias("column")


def _scanned(labels: dict[str, int]) -> dict[str, int]:
    from anonymize.text import identifying

    found = set(identifying(labels))
    clean = {label: n for label, n in labels.items() if label not in found}
    withheld = sum(labels[label] for label in found)
    return clean | ({"(withheld)": withheld} if withheld else {})


def verdict_of(frames: Frames, feeds: list[Fed], period: str | None, job: Job) -> Verdict:
    """The answer: how many rows were read, kept and set aside for which reason."""
    layout = feeds[0].reader.layout
    by = totals(frames, feeds)
    kept = by.pop("kept", 0)
    in_scope, wrong = kept + sum(by.values()) - by.get("scope", 0), sum(by.values())
    wrong -= by.get("scope", 0)
    found = [f for one in feeds for f in faults(one.found, one.file, columns_of(one.reader))]
    unsafe = [f for one in feeds for f in one.unsafe]
    nil = () if kept or wrong else (Fault(code="NIL-01", severity="comment"),)
    above = wrong > load.policy().max_set_aside * max(in_scope, 1)
    days = dated(frames, [one.reader for one in feeds]) if above else Counter()
    away = elsewhere(period, days) if period else ()
    general = (*nil, *[Fault(code="PERIOD-03")][: len(away)])
    rows = [one.safe.rows for one in feeds]
    return Verdict(
        verdict="faults" if unsafe or above else "comments" if found or nil else "ok",
        dated=away,
        rows_read=sum(map(len, frames.values())),
        rows_kept=kept,
        set_aside={reason: by[reason] for reason in REASONS if by.get(reason)},
        rows_out={one.reader.contract.name: len(one.safe.rows) for one in feeds},
        unmapped=listed(feeds, layout.public, job.out is not None),
        faults=(*general, *unsafe, *found[:MOST_FAULTS]),
        countries=_countries(rows, layout, job),
        periods=reported(frames, [one.reader for one in feeds], period) or _periods(rows),
    )


def _countries(rows: list[pl.DataFrame], layout: Layout, job: Job) -> tuple[str, ...]:
    """The country that reports or, where rows say theirs, those they say, unknown among them."""
    named = layout.country or job.country
    if layout.person and named:
        return (named,)
    return tuple(sorted({c for r in rows for c in r["country"].unique()}))


def _periods(rows: list[pl.DataFrame]) -> tuple[str, ...]:
    return tuple(sorted({p for r in rows for p in r["period"].unique()}))
