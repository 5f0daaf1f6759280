"""What happens inside the sealed child, in one order and nowhere else.

Read as text, judge what was received, conform, judge relations, protect, judge what is safe,
write. A row is kept when it fed a contract, or set aside with exactly one reason.
"""

import io
from dataclasses import replace
from pathlib import Path

import polars as pl

from anonymize.identity import Keys, Origin
from anonymize.records import protect
from data_contracts import load, periods
from data_contracts.checks import Context, broken, faults, foreign_answers, rules
from data_contracts.model import UNKNOWN
from data_contracts.verdict import Fault, Verdict
from pipelines import arrivals, keystore, whole
from pipelines.accounts import Fed, verdict_of
from pipelines.intake import PERSONS, Job
from transforms.conform import Reader, conform, in_scope, named, picked, undeclared, unmapped


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


def _undeclared(frame: pl.DataFrame, reader: Reader) -> pl.DataFrame:
    found = undeclared(frame, reader.feed)
    return found.select("row", code=pl.lit("ROW-02"), column="column", reason=pl.lit("unmapped"))


def fed(frame: pl.DataFrame, reader: Reader, context: Context, keys: Keys, origin: Origin) -> Fed:
    """One feed from text to safe rows; what is broken at a stage does not reach the next."""
    contract, lists = reader.contract, reader.lists
    taken = picked(frame, reader)
    inside = in_scope(named(taken, reader), reader)
    labels = unmapped(inside, reader)
    received = broken(inside, rules(contract, lists, "received", context))
    told = taken.join(inside, on="row", how="semi")
    found = pl.concat([_foreign(labels), received, _ragged(taken), _undeclared(told, reader)])
    conformed = conform(_without(inside, found), reader)
    related = broken(conformed.rows, rules(contract, lists, "related", context))
    rows = _without(conformed.rows, related)
    safe = protect(rows, conformed.answers, contract, keys, origin)
    unsafe = broken(safe.rows, rules(contract, lists, "safe", context))
    foreign = foreign_answers(safe.answers, contract, lists)
    listed = (
        Fault(code=f"{name.upper()}-03", file=reader.feed.file, column=name) for name in foreign
    )
    # In the order of the file, and the same each time.
    ordered = pl.concat([found, related]).sort("row", "code", "column")
    return Fed(reader, ordered, labels, safe, (*faults(unsafe, reader.feed.file, {}), *listed))


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


def keep(feeds: list[Fed], out: Path, keys: Path) -> None:
    """What persons are recognised by, encrypted to the intake: only ``matching`` opens it."""
    for number, one in enumerate(feeds):
        if len(one.safe.known):
            data = io.BytesIO()
            one.safe.known.write_parquet(data, statistics=False)
            whole.write(out / f"{PERSONS}.{number}.age", keystore.sealed(data.getvalue(), keys))


def _taken(job: Job) -> tuple[Verdict, list[Fed]]:
    layout, lists = load.layout(job.layout), load.codelists()
    frames = arrivals.assigned(arrivals.contents(job), layout)
    feeds = arrivals.readers_of(layout, lists, frames)
    period = arrivals.period_of(job, frames, feeds)
    context = Context(load.policy(), periods.window(period) if period else None)
    context = replace(context, cases=arrivals.cases_of(frames, feeds), censored=layout.censored)
    country = layout.country or job.country
    keeper = layout.keeper(country) if layout.person and job.out else None
    keys = keystore.of_keeper(job.keys, keeper) if job.keys and keeper else keystore.passing()
    origin = Origin(
        layout.source, country or UNKNOWN, layout.person or "row", layout.frequency, layout.case
    )
    made = [fed(frames[r.feed.file], r, context, keys, origin) for r in feeds]
    return verdict_of(frames, made, period, job), made


def take_in(job: Job) -> Verdict:
    """Take one submission in; writes nothing unless the verdict accepts it."""
    try:
        verdict, made = _taken(job)
    except arrivals.Refused as error:
        return Verdict(verdict="faults", faults=(error.fault,))
    if job.out and verdict.verdict != "faults":
        write(made, job.out)
        if job.keys:
            keep(made, job.out, job.keys)
    return verdict
