"""Synthetic rows of a closed cohort: paid for, looked at once, kept, and shipped as they were kept.

In this order: the members are frozen, the price is in the ledger, the noisy tables are on disk.
All that follows sees noise only and may be done again by a run that was stopped. Who is stopped
between price and noisy tables has lost the rows of that cohort: they are never drawn again.
"""

import datetime as dt
import json
import math
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from anonymize import microdata
from anonymize.microdata_budget import sure
from anonymize.microdata_noise import system
from anonymize.microdata_report import verdict, words
from anonymize.microdata_rows import one_row
from anonymize.microdata_tables import Tables
from data_contracts import load
from data_contracts.microdata import Microdata
from data_contracts.model import TOTAL
from pipelines import budget, cohorts, datapackage, frames, releases, spans, steps, whole
from pipelines.progress import say
from pipelines.settings import Workspace
from pipelines.standing import TABLES

NOISY, ROWS, PAGE, FACTS = "noisy.json", "rows.parquet", "page.md", "facts.json"
# In an artefact: what a candidate says of its cohorts, and the files that it holds.
COHORTS, FILES = "cohorts.json", "microdata"
# What a run says of a cohort. Only of a closed one anything stands in a release.
MADE, TOO_FEW, LOST, OPEN, SMALL, UNASKED = "made", "too_few", "lost", "open", "small", "unasked"
COUNTED = "victims"
RECORD = ("country", "source", "record")


def bring_up(workspace: Workspace, core: Path, links: Path, protected: Path) -> None:
    """Note who was accepted, close the cohorts that are due, and make the rows of closed ones."""
    cohorts.note(workspace)
    keys = pl.read_parquet(links / steps.KEYS)
    for year in due(workspace, dt.datetime.now(dt.UTC)):
        if enough(workspace, protected):
            cohorts.close(workspace, year, keys)
    for year in cohorts.closed(workspace):
        if not (cohorts.folder(workspace, year) / FACTS).exists():
            _once(workspace, year, core, keys)


def due(workspace: Workspace, now: dt.datetime) -> list[str]:
    """The open cohorts to be closed: those of years that are over, where the operator wants rows,
    and the one that she names."""
    every = set(cohorts.accepted(workspace)["year"]) - set(cohorts.closed(workspace))
    over = {year for year in every if int(year) < now.year}
    asked = {workspace.closing} & every
    return sorted(asked | over if workspace.configuration.microdata else asked)


def enough(workspace: Workspace, protected: Path) -> bool:
    """Whether published numbers leave room for a cohort: nothing is spent on a plain no.

    They are of all periods, so that what earlier cohorts had is subtracted.
    """
    file = protected / TABLES / f"{COUNTED}.parquet"
    if not file.exists():
        return False
    # Who is in a span is in its years.
    shown = pl.read_parquet(file).filter(
        (pl.col("country") != TOTAL) & pl.col("value").is_not_null() & ~spans.IS_SPAN
    )
    is_year = pl.col("period").str.len_chars() == 4
    years = shown.filter(is_year)
    of_year = shown.filter(~is_year).with_columns(year=pl.col("period").str.slice(0, 4))
    key = ["country", "unit"]
    rest = of_year.join(years, left_on=[*key, "year"], right_on=[*key, "period"], how="anti")
    had = sum(one.get("rows", 0) for one in told_of(workspace))
    least = load.microdata().thresholds.min_persons.value
    return bool(int(years["value"].sum()) + int(rest["value"].sum()) - had >= least)


def _once(workspace: Workspace, year: str, core: Path, keys: pl.DataFrame) -> None:
    """The rows of a closed cohort, or that there are none; nothing where they were lost."""
    folder, declared = cohorts.folder(workspace, year), load.microdata()
    if not (folder / NOISY).exists():
        book, whose = workspace[cohorts.FOLDER] / budget.FILE, cohorts.spenders(workspace, year)
        known = seals(workspace)
        if budget.paid(budget.lines(book, known), whose):
            return
        say(f"Making synthetic rows of {cohorts.name(year)}")
        rows = behind(core, cohorts.persons(workspace, year, keys), declared)
        look(book, whose, rows, declared, folder / NOISY, known)
    finish(folder, cohorts.name(year), declared, workspace.invented)


def behind(core: Path, persons: pl.DataFrame, declared: Microdata) -> pl.DataFrame:
    """One row of each of ``persons`` who agreed to it, as ``microdata_rows.one_row`` has them."""
    agreed = steps.own(steps.agreed(pl.scan_parquet(core / steps.ROWS), "microdata")).collect()
    mine = agreed.join(persons, left_on="person_key", right_on="person", how="semi")
    fields = [column.field for column in declared.columns if not column.many]
    records = mine.select(
        *("period", *RECORD, *fields),
        person="person_key",
        case=pl.concat_str("country", "case", separator=" "),
    )
    columns, file = [*RECORD, "field", "code"], core / steps.ANSWERS
    answers = pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    if file.exists():
        answers = steps.own(pl.scan_parquet(file)).select(columns).collect()
    return one_row(records, answers, declared, load.codelists())


def look(
    book: Path,
    whose: Sequence[str],
    rows: pl.DataFrame,
    declared: Microdata,
    kept: Path,
    known: Sequence[str] = (),
) -> None:
    """Pay, then look once, then keep what was seen, which is noise.

    Raises ``Overspent`` and ``Damaged`` before anything is looked at.
    """
    cost = microdata.price(declared)
    line = budget.spend(book, whose, cost, cost, "synthetic rows", known)
    tables = microdata.looked(rows, declared, cost, system())
    pairs = [[*p, tables.variance[p], counts.tolist()] for p, counts in tables.counts.items()]
    domains = {name: list(codes) for name, codes in tables.domains.items()}
    seen = {"seal": line.seal, "millionths": cost, "domains": domains, "pairs": pairs}
    whole.write(kept, json.dumps(seen).encode())


def finish(folder: Path, name: str, declared: Microdata, invented: bool) -> None:
    """Rows, page and facts out of noisy tables; the facts come last, and then nothing changes."""
    seen = json.loads((folder / NOISY).read_bytes())
    domains = {column: tuple(codes) for column, codes in seen["domains"].items()}
    counts = {(a, b): np.array(n, dtype=np.int64) for a, b, _, n in seen["pairs"]}
    tables = Tables(domains, counts, {(a, b): variance for a, b, variance, _ in seen["pairs"]})
    facts: dict[str, Any] = {"cohort": name, "seal": seen["seal"]}
    try:
        found = microdata.made(tables, declared, seen["millionths"], system())
    except microdata.TooFew:
        facts |= {"state": TOO_FEW}
    else:
        facts |= _facts(found, name, declared)
        note = f" ({datapackage.INVENTED})" if invented else ""
        page = words(f"{name}{note}", found.persons, found.uncertainty, found.promise, found.pairs)
        about = {"title": f"{datapackage.SYNTHETIC}{note}"}
        whole.write(folder / ROWS, frames.parquet(found.rows, about))
        whole.write(folder / PAGE, page.encode())
    whole.write(folder / FACTS, json.dumps(facts, indent=1).encode())


def _facts(found: microdata.Synthetic, name: str, declared: Microdata) -> dict[str, Any]:
    """What a release says of its rows; all of it follows from noise or is declared."""
    use = Counter(map(verdict, found.pairs.values()))
    return {
        "state": MADE,
        "file": f"{FILES}/{name}.parquet",
        "page": f"{FILES}/{name}.md",
        "rows": found.persons,
        **found.promise._asdict(),
        "sure": math.ceil(100 * sure(found.promise.epsilon)),
        "persons_per_case": declared.thresholds.persons_per_case.value,
        "pairs": {how: use[how] for how in ("good", "rough", "unfit")},
    }


def told_of(workspace: Workspace) -> list[dict[str, Any]]:
    """What is known of each closed cohort that is settled, the first one first."""
    files = [cohorts.folder(workspace, year) / FACTS for year in cohorts.closed(workspace)]
    return [dict(json.loads(file.read_bytes())) for file in files if file.exists()]


def seals(workspace: Workspace) -> list[str]:
    """The lines of the ledger that rows were made of, as releases and we ourselves keep them."""
    every = (str(one["release"]) for one in releases.listed(workspace.root))
    manifests = (releases.manifest(releases.kept(workspace.root, name)) for name in every)
    said = [one for manifest in manifests for one in manifest["microdata"]]
    return sorted({str(one["seal"]) for one in [*said, *told_of(workspace)]})


def content(workspace: Workspace) -> dict[str, str]:
    """What ``lay`` depends on."""
    return {"cohorts": json.dumps(told_of(workspace))}


def lay(workspace: Workspace, out: Path) -> None:
    """Into ``out`` what a candidate says of its cohorts, and the rows and pages that it holds."""
    settled = told_of(workspace)
    (out / COHORTS).write_text(json.dumps(settled, indent=1), encoding="utf-8")
    (out / FILES).mkdir()
    for one in (one for one in settled if one["state"] == MADE):
        own = workspace[cohorts.FOLDER] / one["cohort"]
        shutil.copy(own / ROWS, out / one["file"])
        shutil.copy(own / PAGE, out / one["page"])


def said(artefact: Path) -> list[dict[str, Any]]:
    """What a candidate says of its cohorts."""
    found: list[dict[str, Any]] = json.loads((artefact / COHORTS).read_bytes())
    return found


def files(artefact: Path) -> Mapping[str, bytes]:
    """The rows and pages that a candidate holds, by their path in it."""
    every = sorted((artefact / FILES).iterdir())
    return {file.relative_to(artefact).as_posix(): file.read_bytes() for file in every}


def outcome(workspace: Workspace, now: dt.datetime) -> list[dict[str, str]]:
    """What became of each cohort, for the operator: ``cohort`` and ``state``."""
    settled = {one["cohort"]: one["state"] for one in told_of(workspace)}
    shut = [cohorts.name(year) for year in cohorts.closed(workspace)]
    found = {name: settled.get(name, LOST) for name in shut}
    for year in sorted({*cohorts.accepted(workspace)["year"], workspace.closing} - {""}):
        found.setdefault(cohorts.name(year), _unclosed(workspace, year, now))
    return [{"cohort": name, "state": state} for name, state in found.items()]


def _unclosed(workspace: Workspace, year: str, now: dt.datetime) -> str:
    """Why a cohort is not closed."""
    if year in (workspace.closing, *due(workspace, now)):
        return SMALL
    return OPEN if workspace.configuration.microdata else UNASKED
