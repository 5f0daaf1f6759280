"""What arrived: the files of a submission as frames of text, and the quarters they tell of."""

from collections import Counter
from collections.abc import Iterable

import polars as pl

from data_contracts import load, periods, reading
from data_contracts.concordance import concordance
from data_contracts.layout import Feed, Layout
from data_contracts.model import CodeList, Contract
from data_contracts.verdict import Fault
from pipelines import keystore
from pipelines.intake import Job
from sources import readers
from transforms.conform import Reader, Standards, named, picked

MOST_COLUMNS = 6
READING = (readers.Unreadable, readers.Empty, readers.NoHeader, readers.Locked)
Frames = dict[str, pl.DataFrame]


class Refused(ValueError):
    """The submission as a whole cannot be taken; ``code`` says why."""

    def __init__(self, code: str, file: str | None = None, column: str | None = None) -> None:
        super().__init__(code)
        self.fault = Fault(code=code, file=file, column=column)


def contents(job: Job) -> list[bytes]:
    """The bytes of the submission's files, opened when they lie sealed in the inbox."""
    data = [file.read_bytes() for file in job.files]
    return [keystore.opened(d, job.keys) for d in data] if job.sealed and job.keys else data


def matching(data: bytes, layout: Layout) -> tuple[str, pl.DataFrame]:
    """The layout's name for a file, by the columns it has, and its rows as text."""
    lacking: list[tuple[float, list[str]]] = []
    other = ""
    for name in sorted(layout.files, key=lambda name: -len(layout.columns(name))):
        wanted = layout.required(name)
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
        Reader(load.contract(dataset), feed, layout, lists, standards_of(feed, dataset, lists))
        for dataset, feed in layout.feeds.items()
        if feed.file in frames
    ]


def standards_of(feed: Feed, dataset: str, lists: dict[str, CodeList]) -> Standards:
    """The words of the standards that a feed follows, for the lists of its fields."""
    fields = load.contract(dataset).by_name
    named = {(s.standard, fields[n].codelist) for n, s in feed.fields.items() if s.standard}
    return {(s, of): concordance(s).labels(lists[of]) for s, of in named if s and of}


def _event(contract: Contract) -> str | None:
    dates = [f.name for f in contract.fields if f.safe == "period" and f.type == "date"]
    return dates[0] if dates else None


def dated(frames: Frames, feeds: list[Reader]) -> Counter[str]:
    """The quarters in which the events of a submission are dated, with how many are."""
    found: Counter[str] = Counter()
    for reader in feeds:
        if (name := _event(reader.contract)) and name in reader.feed.fields:
            texts = named(picked(frames[reader.feed.file], reader), reader)
            day = reading.date(pl.col(name))
            quarter = pl.format("{}-Q{}", day.dt.year(), day.dt.quarter())
            found.update(texts.select(quarter)[name].drop_nulls().to_list())
    return found


def period_of(job: Job, frames: Frames, feeds: list[Reader]) -> str | None:
    """The period as named, else the one quarter, or year, in which all events are dated."""
    layout = feeds[0].layout
    if job.period or layout.replaces == "source":
        return job.period
    quarters = dated(frames, feeds)
    found = set(quarters) if layout.frequency == "quarter" else {q[:4] for q in quarters}
    if len(found) != 1:
        raise Refused("PERIOD-01" if found else "PERIOD-02")
    return found.pop()


def elsewhere(period: str, quarters: Counter[str]) -> tuple[str, ...]:
    """The quarters in which most events are dated, when few are dated in ``period``."""
    inside = sum(quarters[quarter] for quarter in periods.quarters(period))
    if 2 * inside >= quarters.total():
        return ()
    # One mistyped year should not make the answer longer.
    return tuple(sorted(q for q, n in quarters.items() if n * 10 >= quarters.total()))


def reported(frames: Frames, feeds: list[Reader], period: str | None) -> tuple[str, ...]:
    """The periods that a submission reports; none where its rows say their own.

    A year's file of a quarterly register reports the quarters that it has rows of: a quarter
    without any is not a report of nothing. An annual register reports its year, never quarters.
    """
    if period is None:
        return ()
    if periods.frequency(period) == feeds[0].layout.frequency:
        return (period,)
    found = dated(frames, feeds)
    return tuple(quarter for quarter in periods.quarters(period) if quarter in found)


def cases_of(frames: Frames, feeds: list[Reader]) -> frozenset[str] | None:
    """The case numbers of the submission's own cases; None when it sends no cases."""
    for reader in feeds:
        if reader.contract.name == "cases":
            rows = picked(frames[reader.feed.file], reader)
            key = next(f.name for f in reader.contract.fields if f.primary_key)
            return frozenset(named(rows, reader)[key].drop_nulls())
    return None
