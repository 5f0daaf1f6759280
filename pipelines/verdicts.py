"""The verdict on all files of a submission, from the accounts of their rows."""

from collections.abc import Iterable

import polars as pl

from data_contracts import load
from data_contracts.layout import Layout
from data_contracts.verdict import Fault, Verdict
from pipelines import unmapped
from pipelines.accounts import REASONS, Ledger
from pipelines.arrivals import elsewhere, reported
from pipelines.intake import MOST_FAULTS, Job


def verdict_of(ledger: Ledger, layout: Layout, period: str | None, job: Job) -> Verdict:
    """The answer: how many rows were read, kept and set aside for which reason."""
    by = ledger.totals()
    kept = by.pop("kept", 0)
    wrong = by.total() - by["scope"]
    every = [fault for account in ledger.accounts for fault in account.faults()]
    # What sets rows aside is told before what only asks.
    found = sorted(every, key=lambda fault: fault.severity == "comment")
    unsafe = [fault for account in ledger.accounts for fault in account.leaks()]
    nil = () if kept or wrong else (Fault(code="NIL-01", severity="comment"),)
    above = wrong > load.policy().max_set_aside * max(kept + wrong, 1)
    days = ledger.dated()
    away = elsewhere(period, days) if period and above else ()
    general = (*nil, *[Fault(code="PERIOD-03")][: len(away)])
    slices = {a.by.reader.contract.name: a.slices for a in ledger.accounts}
    return Verdict(
        verdict="faults" if unsafe or above else "comments" if found or nil else "ok",
        dated=away,
        rows_read=ledger.rows_read,
        rows_kept=kept,
        set_aside={reason: by[reason] for reason in REASONS if by.get(reason)},
        rows_out={name: int(rows["n"].sum()) for name, rows in slices.items()},
        unmapped=unmapped.listed(ledger, layout.public),
        personal=unmapped.personal(ledger),
        faults=(*general, *unsafe, *found[:MOST_FAULTS]),
        comments=ledger.comments() | dict.fromkeys(fault.code for fault in nil),
        countries=_countries(slices.values(), layout, job),
        periods=reported(days, layout, period) or _said(slices.values(), "period"),
    )


def _countries(slices: Iterable[pl.DataFrame], layout: Layout, job: Job) -> tuple[str, ...]:
    """The country that reports or, where rows say theirs, those they say, unknown among them."""
    named = layout.country or job.country
    return (named,) if layout.person and named else _said(slices, "country")


def _said(slices: Iterable[pl.DataFrame], name: str) -> tuple[str, ...]:
    return tuple(sorted({text for rows in slices for text in rows[name].drop_nulls()}))
