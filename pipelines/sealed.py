"""What happens inside the sealed child, in one order and nowhere else.

Read as text, judge what was received, conform, judge relations, protect, judge what is safe,
write. A row is kept when it fed a contract, or set aside with exactly one reason. Files come
frame by frame, so that a child needs no more memory for a large one.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from anonymize.identity import CountryKeys, Origin, RegionKeys
from anonymize.records import Occurrences, Safe
from data_contracts import load, periods
from data_contracts.layout import Layout
from data_contracts.model import UNKNOWN, Contract
from data_contracts.rules import Context
from data_contracts.verdict import Verdict
from pipelines import admission, arrivals, keystore, settings, strangers, systems
from pipelines.accounts import Account, Ledger
from pipelines.arrivals import Files
from pipelines.feeding import Feeding, fed
from pipelines.intake import PERSONS, Job
from pipelines.spool import Recognised, Spool
from pipelines.verdicts import verdict_of


class Writing:
    """What leaves the gate on its way to the files of its datasets; without ``out`` nowhere."""

    def __init__(self, feedings: Sequence[Feeding], job: Job) -> None:
        self.spools: list[dict[str, Spool | Recognised]] = []
        for number, by in enumerate(feedings):
            self.spools.append(_spools(by.reader.contract, number, job) if job.out else {})

    def add(self, feed: int, safe: Safe) -> None:
        """Take what a feed made of a frame."""
        for kind, spool in self.spools[feed].items():
            spool.add(getattr(safe, kind))

    def write(self, gone: Sequence[pl.DataFrame]) -> None:
        """Safe Parquet of all that is kept; no statistics. ``gone`` are the rows of no feed."""
        for rows, spools in zip(gone, self.spools, strict=True):
            for spool in spools.values():
                spool.write(rows)

    def clear(self) -> None:
        """Nothing is left of what was not accepted."""
        for spool in (spool for spools in self.spools for spool in spools.values()):
            spool.clear()


def _spools(contract: Contract, number: int, job: Job) -> dict[str, Spool | Recognised]:
    """Where each part of ``Safe`` goes; a national node keeps rows in its packages only."""
    out = job.out or Path()
    spools: dict[str, Spool | Recognised] = {}
    if job.sealing or not _is_national(job):
        spools["rows"] = Spool(contract.name, out)
        if contract.answers:
            spools["answers"] = Spool(contract.answers, out)
    if job.keys:
        spools["known"] = Recognised(f"{PERSONS}.{number}", out, job.keys)
    return spools


def _is_national(job: Job) -> bool:
    return job.keys is not None and settings.opened(job.keys.parent).is_national


def _keys(job: Job, keeper: str | None) -> tuple[CountryKeys, RegionKeys]:
    """The keys of a country and of its region; passing ones for what is not kept here."""
    country, region = keystore.passing()
    if not job.keys or not keeper:
        return country, region
    country = keystore.of_country(job.keys, keeper)
    return country, region if _is_national(job) else keystore.of_region(job.keys)


def _feedings(job: Job, layout: Layout, files: Files) -> tuple[list[Feeding], str | None]:
    """What each feed needs, and the period that the submission is for."""
    feeds = arrivals.readers_of(layout, load.codelists(), files)
    period = arrivals.period_of(job, files, feeds)
    context = Context(load.policy(), periods.window(period) if period else None)
    context = replace(context, uncounted=layout.uncounted(load.consent()))
    context = replace(context, cases=arrivals.cases_of(files, feeds), censored=layout.censored)
    country = layout.country or job.country
    context = replace(context, country=country)
    keeper = layout.keeper(country) if layout.person and job.out else None
    keys, region = _keys(job, keeper)
    origin = Origin(
        layout.source, country or UNKNOWN, layout.person or "row", layout.frequency, layout.case
    )
    feeding = Feeding(feeds[0], context, keys, region, origin, is_travelling=job.sealing)
    return [replace(feeding, reader=reader) for reader in feeds], period


def _through(files: Files, feedings: Sequence[Feeding], writing: Writing) -> Ledger:
    """All frames of all files through their feeds."""
    ledger = Ledger([Account(replace(by, seen=Occurrences())) for by in feedings])
    for name, file in files.items():
        for frame in file.frames():
            made = {n: fed(frame, a.by) for n, a in enumerate(ledger.accounts) if a.by.file == name}
            ledger.add(name, frame, list(made.values()))
            for number, one in made.items():
                writing.add(number, one.safe)
    ledger.close()
    return ledger


def _may_strip(job: Job, layout: Layout) -> bool:
    """Whether this node may strip raw records; asked here too, whatever the parent let through."""
    here = settings.opened(job.keys.parent) if job.keys else None
    return here is not None and admission.may_strip(layout, job.country, here)


def _taken(job: Job) -> Verdict:
    layout = load.layout(job.layout).of(job.country)
    if job.keys and job.out and not _may_strip(job, layout):
        raise arrivals.Refused("RAW-01")
    files = arrivals.assigned(job, layout)
    feedings, period = _feedings(job, layout, files)
    gone, verdict = _judged(job, layout, files, feedings, period)
    if verdict is None:
        # Rows without numbers are told apart by their place among equal ones: without those gone.
        again = [replace(by, gone=g) for by, g in zip(feedings, gone, strict=True)]
        gone, verdict = _judged(job, layout, files, again, period)
    found = verdict or Verdict(verdict="faults")
    return found.model_copy(update={"undeclared": strangers.undeclared(files, layout)})


def _judged(
    job: Job, layout: Layout, files: Files, feedings: Sequence[Feeding], period: str | None
) -> tuple[list[pl.DataFrame], Verdict | None]:
    """The rows of each feed that contradict others, the verdict, and what it accepts written.

    No verdict when rows were numbered by others that are gone.
    """
    writing, accepted = Writing(feedings, job), False
    try:
        ledger = _through(files, feedings, writing)
        gone = [account.gone for account in ledger.accounts]
        if any(account.renumbers for account in ledger.accounts):
            return gone, None
        verdict = verdict_of(ledger, layout, period, job)
        # What is known of each of millions of rows would not fit beside those that are written.
        del ledger
        if accepted := verdict.verdict != "faults":
            writing.write(gone)
        return gone, verdict
    finally:
        if not accepted:
            writing.clear()


def take_in(job: Job) -> Verdict:
    """Take one submission in; writes nothing unless the verdict accepts it."""
    try:
        return _taken(job)
    except arrivals.Refused as error:
        return Verdict(verdict="faults", faults=(error.fault,))


def answer(question: str) -> str:
    """The verdict over one job, both as JSON; in the sealed child."""
    job = Job.model_validate_json(question)
    if job.keys:
        settings.hand(job.keys, job.secrets)
    if job.out:
        systems.of_region(_is_national(job))
    return take_in(job).model_dump_json()
