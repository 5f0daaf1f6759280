"""What releases hold and how they came about, for a person at a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.markup import escape

from data_contracts import load
from pipelines import changes
from pipelines.screen_reviews import of_candidate
from pipelines.terminal import MOST_LINES, OUT, few, grid, many

PLACE = ("table", "country", "period", "unit")


def release_list(found: Sequence[Mapping[str, Any]]) -> None:
    """Candidates and releases."""
    names = ("release", "state", "mode", "created")
    OUT.print(grid(names, [[one[n] for n in names] for one in found]) if found else "None yet.")


def release_show(found: Mapping[str, Any]) -> None:
    """What a release holds."""
    OUT.print(f"[bold]{found['release']}[/], {found['state']}, mode {found['mode']}")
    if found["state"] == "withdrawn":
        OUT.print(f"Withdrawn on {found['withdrawn'][:10]}: {found['reason']}", markup=False)
        return
    OUT.print(f"countries: {few(found['countries'])}\nperiods: {few(found['periods'])}")
    rows = [(n, t["kind"], t["cells"], t["hidden"]) for n, t in found["tables"].items()]
    OUT.print(grid(("table", "kind", "cells", "hidden"), rows))
    synthetic(found["microdata"])
    if found["state"] == "candidate":
        of_candidate(found)


PROMISES = {
    "policy": "thresholds",
    "registry": "tables declared otherwise",
    "contracts": "contracts",
    "codes": "code lists",
    "labels": "labels",
    "sheets": "indicators declared otherwise",
    "definitions": "definitions, concordances, precedence or ladders",
}


def synthetic(found: Sequence[Mapping[str, Any]]) -> None:
    """Which synthetic rows a release holds, and what is promised about them."""
    for one in found:
        if one["state"] != "made":
            OUT.print(f"{one['cohort']}: {became(one['state'])}", markup=False)
            continue
        OUT.print(
            f"{one['file']}: {one['rows']} synthetic rows, none of a person. Who held it for even "
            f"that a person is behind them is at most {one['sure']} in 100 sure (epsilon "
            f"{one['epsilon']:.2f}, delta {one['delta']:g}; for all persons of one case epsilon "
            f"{one['case_epsilon']:.1f}, for a raid of {one['raid']} without a case number "
            f"{one['raid_epsilon']:.0f}: nothing). Read {one['page']} first.",
            markup=False,
        )


# What became of a cohort; how many persons it has is not said.
COHORTS = {
    "made": "synthetic rows are made, once and for good.",
    "too_few": "no synthetic rows. By the noisy count fewer than {least:,} persons agreed to them.",
    "lost": "no synthetic rows. A run was stopped after they were paid for; they are never drawn "
    "again.",
    "open": "no synthetic rows yet. Its year is not over; `tipstat run --cohort` closes it now.",
    "small": "no synthetic rows yet. What is published comes to fewer than {least:,} persons; "
    "nothing was spent.",
    "unasked": "no synthetic rows. Nobody asked for them: `tipstat run --cohort` does. Fewer than "
    "{least:,} persons who agree get none.",
}


def cohorts(found: Sequence[Mapping[str, Any]], where: str = "") -> None:
    """What became of each cohort; those of which nobody asked for rows in one line."""
    alike: dict[str, list[str]] = {}
    for one in found:
        alike.setdefault(one["state"], []).append(one["cohort"])
    for state, names in alike.items():
        OUT.print(f"{where}{few(names)}: {became(state)}", markup=False)


def became(state: str) -> str:
    """What became of a cohort, with the threshold where it is what matters."""
    return COHORTS[state].format(least=load.microdata().thresholds.min_persons.value)


def release_diff(found: Mapping[str, Any]) -> None:
    """How many cells of each table say something else, the first of them, and what was promised."""
    OUT.print(f"From [bold]{found['from']}[/] to [bold]{found['to']}[/]")
    every = {**found["tables"], "indicators": found["indicators"]}
    moved = {name: ways for name, ways in every.items() if any(ways.values())}
    rows = [(name, *(n or "" for n in ways.values())) for name, ways in moved.items()]
    same = len(every) - len(moved)
    if rows:
        OUT.print(grid(("cells of", *found["indicators"]), rows))
    OUT.print(f"{many(same, 'table')} as before." if moved else "Every number is the same.")
    for name in found["reshaped"]:
        OUT.print(f"{name} has other dimensions now and is not compared.", markup=False)
    for one in found["cells"][:MOST_LINES]:
        where = " ".join(map(str, [one[n] for n in PLACE] + [*one["codes"].values()]))
        was, now = (changes.said(one[when]) for when in ("before", "after"))
        OUT.print(f"{one['change']}: {where}: {was} \u2192 {now}", markup=False)
    if len(found["cells"]) > MOST_LINES:
        OUT.print(f"and {len(found['cells']) - MOST_LINES} more; --json lists them all")
    for what, names in changes.promises(found):
        if names:
            OUT.print(f"{PROMISES[what]}: {', '.join(names)}", markup=False)


def revisions(found: Sequence[Mapping[str, Any]]) -> None:
    """Each revised cell with what earlier releases said of it, the oldest first."""
    for one in found[:MOST_LINES]:
        where = " ".join([one["table"], one["country"], one["period"], *one["codes"].values()])
        said = ", ".join(f"{v['release']}: {v['value']}" for v in one["vintages"])
        OUT.print(f"{where}: {said}", markup=False)
    OUT.print(f"{many(len(found), 'cell')} revised.")


def vintages(found: Sequence[Mapping[str, Any]]) -> None:
    """Which submission speaks for which slice."""
    names = ("dataset", "source", "country", "period", "received", "published")
    rows = [
        (
            *(one[n] for n in names[:4]),
            one["received"][:10],
            "yes" if one["published"] else "",
            one["submission"][:8],
        )
        for one in found
    ]
    OUT.print(grid((*names, "submission"), rows) if rows else "Nothing had been accepted by then.")


def warehouse(found: Mapping[str, Any]) -> None:
    """Where the file is, and whom it is for."""
    OUT.print(f"Written: {found['file']}", markup=False, soft_wrap=True)
    OUT.print("It holds records of persons: it is as confidential as the workspace.")


def publish(found: Mapping[str, Any]) -> None:
    """Where the release is."""
    OUT.print(f"Published: [bold]{found['release']}[/]\n{escape(found['folder'])}", soft_wrap=True)


def withdraw(found: Mapping[str, Any]) -> None:
    """What readers find now under the id."""
    OUT.print(f"Withdrawn: {found['release']}. Readers find the reason under its id.", markup=False)
    OUT.print("What it showed stays known to the audit; tell those who have copies.")


def waiting(found: Mapping[str, int]) -> None:
    """How many persons are counted twice until the annual revision."""
    if found:
        by = ", ".join(f"{country} {n}" for country, n in found.items())
        OUT.print(
            f"{many(sum(found.values()), 'published person')} turned out to be the same as another "
            f"({by}). Published numbers do not move: they wait for the annual revision. Keep these "
            "counts to yourself; no release has them."
        )


AUDITED = {
    "cells": "numbers in the tables of persons",
    "hidden": "of them hidden",
    "targets": "numbers and differences attacked",
    "failing": "of them not safe: told too closely, or without proof of the opposite",
    "narrow": "of these told too closely",
    "uncertified": "of these without proof",
    "present": "hidden numbers known not to be zero",
    "public_elsewhere": "that public records or numbers give away anyhow",
    "narrowest": "width of the closest interval around one of them",
    "releases": "releases looked at together",
    "seconds": "seconds",
}


def audit(found: Mapping[str, Any]) -> None:
    """The verdict of the attack, in a sentence, then in figures, then what it holds for."""
    if "withdrawn" in found:
        gone = f"It was withdrawn: {found['withdrawn']} Whoever has seen it knows what it showed."
        OUT.print(gone, markup=False)
    none = "No hidden number can be worked out closely from what is shown."
    told = f"Of the numbers and differences {found['failing']} are not safe."
    OUT.print(told if found["failing"] else none)
    rows = [(found[name], words) for name, words in AUDITED.items() if found[name] is not None]
    OUT.print(grid(("", ""), rows))
    OUT.print(found["model"], style="dim")
    for one in found["failures"][:MOST_LINES]:
        where = " ".join([one["country"], one["period"], one["unit"], *one["dims"].values()])
        but = f", without {' '.join(one['without'].values())}" if one["without"] else ""
        OUT.print(f"fails: {one['table']}: {where}{but} ({one['reason']})", markup=False)
