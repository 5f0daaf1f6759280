"""What arrived: the files of a submission as frames of text, and the quarters they tell of."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import polars as pl

from data_contracts import load, periods, reading
from data_contracts.concordance import concordance
from data_contracts.layout import Feed, FileSpec, Layout
from data_contracts.model import CodeList
from data_contracts.verdict import Fault
from pipelines import unsealing
from pipelines.intake import Job
from sources import readers
from sources.rows import Asked, NoHeader
from sources.streams import Rewinding
from transforms.conform import Reader, Standards, picked, text_of

MOST_COLUMNS = 6


class Refused(ValueError):
    """The submission as a whole cannot be taken; ``code`` says why."""

    def __init__(self, code: str, file: str | None = None, column: str | None = None) -> None:
        super().__init__(code)
        self.fault = Fault(code=code, file=file, column=column)


@dataclass
class Arrived:
    """One file that was sent: its rows in frames of text, as often as they are asked for.

    ``has`` are its columns. ``begun`` are the frames of the reading that told which file it is:
    nobody reads a pipe twice.
    """

    path: Path
    number: int
    job: Job
    spec: FileSpec
    asked: Asked
    has: frozenset[str] = frozenset()
    begun: Iterator[pl.DataFrame] | None = None

    def frames(self) -> Iterator[pl.DataFrame]:
        """All frames in the order of the file; raises ``Refused`` where it turns unreadable."""
        frames, self.begun = self.begun or self._frames(), None
        try:
            yield from (readers.complete(frame, self.spec) for frame in frames)
        except readers.REFUSALS as error:
            raise Refused(error.code, f"file {self.number}") from None

    def _frames(self) -> Iterator[pl.DataFrame]:
        with unsealing.opened(self.path, _keys(self.job)) as stream:
            yield from readers.opened(stream, self.spec, self.asked)


Files = dict[str, Arrived]


def _keys(job: Job) -> Path | None:
    return job.keys if job.sealed else None


def _closing(stack: ExitStack, frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    with stack:
        yield from frames


def _taken(layout: Layout, name: str) -> frozenset[str] | None:
    """The columns of a file that somebody reads; all where a new one must be noticed."""
    closed = any(f.file == name and f.ignored is not None for f in layout.feeds.values())
    return None if closed else frozenset(layout.columns(name))


def matching(path: Path, number: int, job: Job, layout: Layout) -> tuple[str, Arrived]:
    """The layout's name for a file, by the columns it has, and its rows as text."""
    lacking: list[tuple[float, list[str]]] = []
    other = ""
    with ExitStack() as stack:
        stream = Rewinding(stack.enter_context(unsealing.opened(path, _keys(job))))
        for name in sorted(layout.files, key=lambda name: -len(layout.columns(name))):
            wanted, spec = layout.required(name), layout.files[name]
            asked = Asked(wanted, _taken(layout, name))
            stream.rewind()
            frames = readers.opened(stream, spec, asked)
            try:
                first = next(frames)
            except NoHeader as error:
                lacking.append((len(error.missing) / len(wanted), sorted(error.missing)))
            except readers.REFUSALS as error:
                other = error.code
            else:
                stream.go_on()
                begun = _closing(stack.pop_all(), chain([first], frames))
                has = frozenset(first.columns)
                return name, Arrived(path, number, job, spec, asked, has, begun)
    raise (Refused(other) if other else _headless(*min(lacking))) from None


def _headless(share: float, missing: list[str]) -> Refused:
    """No header: which of the layout's columns the nearest row lacks, or that it has none."""
    named = ", ".join([*missing[:MOST_COLUMNS], *["…"][: len(missing) > MOST_COLUMNS]])
    return Refused("READ-03" if share < 1 else "READ-07", column=named)


def assigned(job: Job, layout: Layout) -> Files:
    """Each file of the layout to what was sent for it."""
    files: Files = {}
    for number, path in enumerate(job.files, start=1):
        try:
            name, file = matching(path, number, job, layout)
        except Refused as error:
            raise Refused(error.fault.code, f"file {number}", error.fault.column) from None
        if name in files:
            raise Refused("READ-06", name)
        files[name] = file
    for name, spec in layout.files.items():
        if name not in files and not spec.optional:
            raise Refused("READ-05", name)
    return files


def readers_of(layout: Layout, lists: dict[str, CodeList], files: Files) -> list[Reader]:
    """One reader for each feed whose file was sent, with the columns that its rows must fill."""
    return [
        Reader(load.contract(dataset), feed, layout, lists, standards_of(feed, dataset, lists))
        for dataset, feed in layout.feeds.items()
        if feed.file in files and files[feed.file].has.issuperset(feed.filled)
    ]


def standards_of(feed: Feed, dataset: str, lists: dict[str, CodeList]) -> Standards:
    """The words of the standards that a feed follows, for the lists of its fields."""
    fields = load.contract(dataset).by_name
    named = {(s.standard, fields[n].codelist) for n, s in feed.fields.items() if s.standard}
    return {(s, of): concordance(s).labels(lists[of]) for s, of in named if s and of}


def _event(reader: Reader) -> str | None:
    dates = [f.name for f in reader.contract.fields if f.safe == "period" and f.type == "date"]
    return next((name for name in dates if name in reader.feed.fields), None)


def dated(frame: pl.DataFrame, reader: Reader) -> Counter[str]:
    """The quarters in which the events of picked rows are dated, with how many are."""
    if not (name := _event(reader)):
        return Counter()
    # Each text is read once: a register has few days and many rows.
    texts = frame.select(text_of(name, reader))[name].value_counts(name="n")
    day = reading.date(pl.col(name))
    quarter = pl.format("{}-Q{}", day.dt.year(), day.dt.quarter())
    found = texts.select(quarter.alias("quarter"), "n").drop_nulls().group_by("quarter").sum()
    return Counter(dict(found.iter_rows()))


def survey(files: Files, feeds: list[Reader]) -> Counter[str]:
    """The quarters in which the events of a whole submission are dated."""
    found: Counter[str] = Counter()
    for reader in feeds:
        for frame in files[reader.feed.file].frames() if _event(reader) else ():
            found.update(dated(picked(frame, reader), reader))
    return found


def period_of(job: Job, files: Files, feeds: list[Reader]) -> str | None:
    """The period as named, else the one quarter, or year, in which all events are dated."""
    layout = feeds[0].layout
    if job.period or layout.replaces == "source":
        return job.period
    quarters = survey(files, feeds)
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


def reported(found: Counter[str], layout: Layout, period: str | None) -> tuple[str, ...]:
    """The periods that a submission reports; none where its rows say their own.

    A year's file of a quarterly register reports the quarters that it has rows of, ``found``: a
    quarter without any is not a report of nothing. An annual register reports its year, never
    quarters.
    """
    if period is None:
        return ()
    if periods.frequency(period) == layout.frequency:
        return (period,)
    return tuple(quarter for quarter in periods.quarters(period) if quarter in found)


def cases_of(files: Files, feeds: list[Reader]) -> frozenset[str] | None:
    """The case numbers of the submission's own cases; None when it sends no cases."""
    for reader in feeds:
        if reader.contract.name == "cases":
            key = next(f.name for f in reader.contract.fields if f.primary_key)
            frames = files[reader.feed.file].frames()
            rows = (picked(frame, reader) for frame in frames)
            texts = (row.select(text_of(key, reader))[key].drop_nulls() for row in rows)
            return frozenset(text for some in texts for text in some)
    return None
