"""What output checkers look at before a candidate is published.

Everything is computed from what would be published, from the audit and from the log; no record
and no exact count is read here.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import polars as pl

from data_contracts.model import TOTAL
from pipelines import changes as told
from pipelines import comments, outputs, preview, releases, review, reviews
from pipelines.settings import Workspace

MOST_CELLS = 50
# Not available, not applicable: nothing is said of them, and nothing hidden.
ABSENT = ("O", "M")
WAYS = ("added", "removed", "shown", "hidden", "changed", "flagged")
FIGURES = [name for name in review.AUDITED if name != "model"]
# The differences between two releases, the later one with its checksum.
Changes = Callable[[str, str, str], Mapping[str, Any]]


def facts(workspace: Workspace, release: str, language: str, changes: Changes) -> dict[str, Any]:
    """What the page of a candidate shows; raises where there is none, or its log is forged."""
    folder = releases.candidate(workspace.root, release)
    reviews.unaltered(folder)
    manifest, own = releases.manifest(folder), reviews.fingerprint(folder)
    decided = reviews.logged(workspace.root, release)
    tables = outputs.tables_in(folder / outputs.TABLES)
    said, audit = manifest["tables"], manifest["audit"]
    before = _served(workspace)
    was = releases.manifest(releases.served(workspace.root, before))["tables"] if before else {}
    titles = {n: t["title"].get(language, t["title"]["en"]) for n, t in {**was, **said}.items()}
    return {
        **{name: manifest[name] for name in ("release", "title", "created", "author")},
        "candidate": own,
        "changes": _told(changes(before, release, own), titles, {**was, **said}, language)
        if before
        else None,
        "revisions": sorted(_reasons(manifest["revisions"]).items()),
        "hidden": [[titles[name], *_share(*counted(tables[name]))] for name in said],
        "countries": list(_countries(tables, said, language)),
        "audit": [(name, audit[name]) for name in FIGURES if name in audit],
        "model": audit.get("model", ""),
        "safe": _is_safe(audit),
        "microdata": [dict(_synthetic(one)) for one in manifest["microdata"]],
        "questions": list(_questions(workspace)),
        "reviews": [one for one in decided if one["candidate"] == own],
    }


def _served(workspace: Workspace) -> str | None:
    """The last release that is served."""
    every = releases.listed(workspace.root)
    return next((str(r["release"]) for r in every[::-1] if r["state"] == "published"), None)


def _told(
    found: Mapping[str, Any], titles: Mapping[str, str], said: Mapping[str, Any], language: str
) -> dict[str, Any]:
    """The differences of two releases as the page shows them."""
    tables = [
        [titles.get(name, name), *(counts[way] for way in WAYS)]
        for name, counts in found["tables"].items()
        if any(counts[way] for way in WAYS)
    ]
    cells = [
        {
            "title": titles.get(one["table"], one["table"]),
            "place": list(_place(one, said.get(one["table"], {}), language)),
            "was": told.said(one["before"]),
            "now": told.said(one["after"]),
        }
        for one in found["cells"][:MOST_CELLS]
    ]
    more = max(len(found["cells"]) - MOST_CELLS, 0)
    reshaped = ("reshaped", [titles.get(name, name) for name in found["reshaped"]])
    promises = [(what, names) for what, names in (reshaped, *told.promises(found)) if names]
    facts = {"before": found["from"], "tables": tables, "cells": cells}
    facts |= {"indicators": [found["indicators"][way] for way in WAYS]}
    return facts | {"more": more, "promises": promises}


def _place(one: Mapping[str, Any], said: Mapping[str, Any], language: str) -> Iterator[str]:
    """Where a cell stands, in words."""
    yield preview.label(language, "country", one["country"])
    yield from (one["period"], preview.label(language, "unit", one["unit"]))
    lists = said.get("dimensions", {})
    for name, code in one["codes"].items():
        yield preview.label(language, lists.get(name, name), code)


def _reasons(revisions: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """How many cells, or whole tables, each reason is for."""
    found = Counter[str]()
    for one in revisions:
        found[one["reason"]] += one.get("cells", 1)
    return found


def counted(table: pl.DataFrame) -> tuple[int, int]:
    """How many cells of a table have a number or hide one, and how many hide it."""
    told = table.filter(~pl.col("obs_status").is_in(ABSENT))
    return told.height, told.filter(obs_status="Q").height


def _share(cells: int, hidden: int) -> tuple[int, int, str]:
    """Cells that would be published, how many of them hidden, and whole per cent."""
    share = f"{round(100 * hidden / cells)} %" if cells else ""
    return cells, hidden, share


def _countries(
    tables: Mapping[str, pl.DataFrame], said: Mapping[str, Any], language: str
) -> Iterator[list[Any]]:
    """What is hidden of each country in the tables of persons; what is not available apart."""
    own = [
        t.select("country", "obs_status") for n, t in tables.items() if said[n]["kind"] == "persons"
    ]
    if not own:
        return
    hidden = (pl.col("obs_status") == "Q").sum()
    asked = pl.concat(own).filter(~pl.col("obs_status").is_in(ABSENT))
    counted = asked.group_by("country").agg(cells=pl.len(), hidden=hidden).sort("country")
    for country, cells, n in counted.iter_rows():
        title = country if country == TOTAL else preview.label(language, "country", country)
        yield [title, *_share(cells, n)]


def _synthetic(cohort: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What a candidate holds of synthetic rows, its numbers as they are read."""
    yield "cohort", cohort["cohort"]
    if "file" not in cohort:
        return
    yield from (("file", cohort["file"]), ("rows", str(cohort["rows"])))
    yield from (("sure", str(cohort["sure"])), ("epsilon", f"{cohort['epsilon']:.1f}"))
    yield from (("one_in", f"{1 / cohort['delta']:.0f}"), ("delta", f"{cohort['delta']:g}"))
    yield from (("persons", str(cohort["persons_per_case"])), ("raid", str(cohort["raid"])))
    yield "case_epsilon", f"{cohort['case_epsilon']:.1f}"
    yield "raid_epsilon", f"{cohort['raid_epsilon']:.0f}"
    yield from ((use, str(n)) for use, n in cohort["pairs"].items())


def _is_safe(audit: Mapping[str, Any]) -> bool:
    try:
        review.audited(audit)
    except review.AuditFailed:
        return False
    return True


def _questions(workspace: Workspace) -> Iterator[str]:
    """What senders were asked and have not answered: codes and places, no counts."""
    for one in comments.unanswered(workspace):
        where = [one["source"], *one["countries"], *one["periods"]]
        yield f"{' '.join(where)}: {', '.join(sorted(one['comments']))}"
