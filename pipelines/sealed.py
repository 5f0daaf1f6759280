"""What happens inside the sealed child, in one order and nowhere else.

Read as text, judge what was received, conform, judge relations, protect, judge what is safe,
write. A row is kept when it fed a contract, or set aside with exactly one reason.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from anonymize.identity import Keys, Origin
from anonymize.records import Safe, protect
from data_contracts import load, periods, reading
from data_contracts.checks import Context, broken, faults, rules
from data_contracts.model import CodeList, Contract, Fault, Layout, Verdict
from pipelines import keystore, whole
from pipelines.intake import MOST_FAULTS, Job
from sources import readers
from transforms.conform import Reader, conform, in_scope, named, picked, unmapped

REASONS = (
    "unmapped",
    "fault",
    "period",
    "relation",
    "implausible",
    "conflict",
    "repeated",
    "scope",
)
MOST_COLUMNS = 6
READING = (readers.Unreadable, readers.Empty, readers.NoHeader, readers.Locked)
Frames = dict[str, pl.DataFrame]


class Refused(ValueError):
    """The submission as a whole cannot be taken; ``code`` says why."""

    def __init__(self, code: str, file: str | None = None, column: str | None = None) -> None:
        super().__init__(code)
        self.fault = Fault(code=code, file=file, column=column)


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


def contents(job: Job) -> list[bytes]:
    """The bytes of the submission's files, opened when they lie sealed in the inbox."""
    data = [file.read_bytes() for file in job.files]
    return [keystore.opened(d, job.keys) for d in data] if job.sealed and job.keys else data


def matching(data: bytes, layout: Layout) -> tuple[str, pl.DataFrame]:
    """The layout's name for a file, by the columns it has, and its rows as text."""
    lacking: list[tuple[float, list[str]]] = []
    other = ""
    for name in sorted(layout.files, key=lambda name: -len(layout.columns(name))):
        wanted = frozenset(layout.columns(name))
        try:
            return name, readers.read(data, layout.files[name], wanted)
        except readers.NoHeader as error:
            lacking.append((len(error.missing) / len(wanted), sorted(error.missing)))
        except READING as error:
            other = error.code
    raise (Refused(other) if other else _headless(*min(lacking))) from None


def _headless(share: float, missing: list[str]) -> Refused:
    """No header: which of the layout's columns the nearest row lacks, or that it has none."""
    named = ", ".join([*missing[:MOST_COLUMNS], *["…"][: len(missing) > MOST_COLUMNS]])
    return Refused("READ-03" if share < 1 else "READ-07", column=named)


def assigned(contents: Iterable[bytes], layout: Layout) -> Frames:
    """Each file of the layout to the rows that were sent for it."""
    frames: Frames = {}
    for number, data in enumerate(contents, start=1):
        try:
            name, frame = matching(data, layout)
        except Refused as error:
            raise Refused(error.fault.code, f"file {number}", error.fault.column) from None
        if name in frames:
            raise Refused("READ-06", name)
        frames[name] = frame
    for name, spec in layout.files.items():
        if name not in frames and not spec.optional:
            raise Refused("READ-05", name)
    return frames


def readers_of(layout: Layout, lists: dict[str, CodeList], frames: Frames) -> list[Reader]:
    """One reader for each feed whose file was sent."""
    return [
        Reader(load.contract(dataset), feed, layout, lists)
        for dataset, feed in layout.feeds.items()
        if feed.file in frames
    ]


def _event(contract: Contract) -> str | None:
    dates = [f.name for f in contract.fields if f.safe == "period" and f.type == "date"]
    return dates[0] if dates else None


def dated(frames: Frames, feeds: list[Reader]) -> Counter[str]:
    """The quarters in which the events of a submission are dated, with how many are."""
    found: Counter[str] = Counter()
    for reader in feeds:
        if (name := _event(reader.contract)) and name in reader.feed.fields:
            texts = named(picked(frames[reader.feed.file], reader.feed, reader.lists), reader)
            day = reading.date(pl.col(name))
            quarter = pl.format("{}-Q{}", day.dt.year(), day.dt.quarter())
            found.update(texts.select(quarter)[name].drop_nulls().to_list())
    return found


def period_of(job: Job, frames: Frames, feeds: list[Reader]) -> str | None:
    """The period as named, else the one quarter in which all events are dated."""
    if job.period or feeds[0].layout.replaces == "source":
        return job.period
    quarters = dated(frames, feeds)
    if len(quarters) != 1:
        raise Refused("PERIOD-01" if quarters else "PERIOD-02")
    return next(iter(quarters))


def elsewhere(period: str, quarters: Counter[str]) -> tuple[str, ...]:
    """The quarters in which most events are dated, when few are dated in ``period``."""
    inside = sum(quarters[quarter] for quarter in periods.quarters(period))
    if 2 * inside >= quarters.total():
        return ()
    # One mistyped year should not make the answer longer.
    return tuple(sorted(q for q, n in quarters.items() if n * 10 >= quarters.total()))


def cases_of(frames: Frames, feeds: list[Reader]) -> frozenset[str] | None:
    """The case numbers of the submission's own cases; None when it sends no cases."""
    for reader in feeds:
        if reader.contract.name == "cases":
            rows = picked(frames[reader.feed.file], reader.feed, reader.lists)
            key = next(f.name for f in reader.contract.fields if f.primary_key)
            return frozenset(named(rows, reader)[key].drop_nulls())
    return None


def _without(frame: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    return frame.join(found, on="row", how="anti", maintain_order="left")


def _foreign(labels: pl.DataFrame) -> pl.DataFrame:
    return labels.select(
        "row",
        code=pl.format("{}-02", pl.col("field").str.to_uppercase()),
        column="field",
        reason=pl.lit("unmapped"),
    ).unique()


def _ragged(frame: pl.DataFrame) -> pl.DataFrame:
    rows = frame.filter("ragged").select("row")
    return rows.with_columns(code=pl.lit("ROW-01"), column=pl.lit(""), reason=pl.lit("fault"))


def fed(frame: pl.DataFrame, reader: Reader, context: Context, keys: Keys, origin: Origin) -> Fed:
    """One feed from text to safe rows; what is broken at a stage does not reach the next."""
    contract, lists = reader.contract, reader.lists
    taken = picked(frame, reader.feed, lists)
    inside = in_scope(named(taken, reader), reader)
    labels = unmapped(inside, reader)
    received = broken(inside, rules(contract, lists, "received", context))
    found = pl.concat([_foreign(labels), received, _ragged(taken)])
    conformed = conform(_without(inside, found), reader)
    related = broken(conformed.rows, rules(contract, lists, "related", context))
    rows = _without(conformed.rows, related)
    safe = protect(rows, conformed.answers, contract, keys, origin)
    unsafe = broken(safe.rows, rules(contract, lists, "safe", context))
    # In the order of the file, and the same each time.
    ordered = pl.concat([found, related]).sort("row", "code", "column")
    return Fed(reader, ordered, labels, safe, faults(unsafe, reader.feed.file, {}))


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
        countries=(layout.country or job.country or "",) if layout.person else _countries(rows),
        periods=periods.quarters(period) if period else _periods(rows),
    )


def _countries(rows: list[pl.DataFrame]) -> tuple[str, ...]:
    return tuple(sorted({c for r in rows for c in r["country"].unique()}))


def _periods(rows: list[pl.DataFrame]) -> tuple[str, ...]:
    return tuple(sorted({p for r in rows for p in r["period"].unique()}))


def write(feeds: list[Fed], out: Path) -> None:
    """Safe Parquet, sorted, so that the order of a file's rows is not kept; no statistics."""
    for one in feeds:
        contract = one.reader.contract
        frames = {contract.name: one.safe.rows.drop("row")}
        if contract.answers:
            frames[contract.answers] = one.safe.answers
        for name, frame in frames.items():
            with whole.file(out / f"{name}.parquet") as draft:
                frame.sort(sorted(frame.columns)).write_parquet(draft, statistics=False)


def _taken(job: Job) -> tuple[Verdict, list[Fed]]:
    layout, lists = load.layout(job.layout), load.codelists()
    frames = assigned(contents(job), layout)
    feeds = readers_of(layout, lists, frames)
    period = period_of(job, frames, feeds)
    context = Context(load.policy(), periods.window(period) if period else None)
    context = replace(context, cases=cases_of(frames, feeds), censored=layout.censored)
    country = layout.country or job.country or ""
    stays = job.keys if layout.person and job.out else None
    keys = keystore.of_country(stays, country) if stays else keystore.passing()
    origin = Origin(layout.source, country, layout.person or "row")
    made = [fed(frames[r.feed.file], r, context, keys, origin) for r in feeds]
    return verdict_of(frames, made, period, job), made


def take_in(job: Job) -> Verdict:
    """Take one submission in; writes nothing unless the verdict accepts it."""
    try:
        verdict, made = _taken(job)
    except Refused as error:
        return Verdict(verdict="faults", faults=(error.fault,))
    if job.out and verdict.verdict != "faults":
        write(made, job.out)
    return verdict
