"""Answers for a person at a terminal: short tables, plain words, nothing to decode."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape

from pipelines import screen_keys as keys
from pipelines import screen_reviews as reviews
from pipelines import screen_sealing
from pipelines.progress import heard
from pipelines.screen_releases import (
    audit,
    cohorts,
    publish,
    release_diff,
    release_list,
    release_show,
    revisions,
    vintages,
    waiting,
    warehouse,
    withdraw,
)
from pipelines.screen_scan import scan
from pipelines.screen_verdicts import (
    checked,
    lacking,
    resend,
    submissions,
    submit,
    unanswered,
    verdict,
)
from pipelines.terminal import OUT, few, grid

UNMOVED = (
    "{year} was compared with what was published of it. No number of it moves: too few came or "
    "left in each, so that a new one would tell of them. They wait on, and nothing is spent: "
    "{year} can be revised again at any time."
)


@contextmanager
def progress() -> Iterator[None]:
    """What happens, in words, one line each, even while libraries are kept from stderr."""
    told = Console(file=sys.stderr, highlight=False)
    with heard(lambda words: told.print(f"[dim]…[/] {words}")):
        yield


def run(found: Mapping[str, Any]) -> None:
    """What a run made."""
    assets = found["assets"]
    OUT.print(
        f"{len(assets['materialised'])} assets made, {len(assets['skipped'])} unchanged, "
        f"in {found['seconds']} s."
    )
    resend(found["resend"])
    waiting(found["waiting"])
    unanswered(found["unanswered"])
    lacking(found["lacking"])
    cohorts(found["microdata"])
    if found["release"] is None:
        if found["unmoved"]:
            OUT.print(UNMOVED.format(year=found["unmoved"]))
        OUT.print("Nothing is new: no release candidate was made.")
        OUT.print(
            "See `tipstat release list` for what is there, `tipstat submissions` for who waits."
        )
        return
    OUT.print(f"Release candidate: [bold]{found['release']}[/]")
    OUT.print(f"Look at it: tipstat release show {found['release']}")


def export(found: Mapping[str, Any]) -> None:
    """Which files were written."""
    for file in found["files"]:
        OUT.print(file, markup=False, soft_wrap=True)


def conformance(found: Sequence[Mapping[str, Any]]) -> None:
    """By source and standard, over all periods: what came in each field, and how it maps."""
    groups: dict[str, list[Sequence[object]]] = {}
    for one in (row for row in found if row["period"] == "_T"):
        heading = f"{one['standard']}: {one['dataset']} of {one['source']}, {one['country']}"
        values = sum(one[kind] for kind in ("exact", "lossy", "none"))
        parts = [(one["received"], one["rows"]), *((one[k], values) for k in ("exact", "lossy"))]
        shares = (f"{100 * part / whole:.0f}%" if whole else "" for part, whole in parts)
        across = "yes" if one["straddling"] else ""
        row = (one["field"], *shares, one["none"] or "", across, one["unmapped"] or "")
        groups.setdefault(heading, []).append(row)
    for heading, rows in sorted(groups.items()):
        OUT.print(f"[bold]{heading}[/]")
        heads = ("field", "received", "exact", "with loss", "none", "straddles", "unmapped")
        OUT.print(grid(heads, rows))
    if not groups:
        OUT.print("No standard treats anything of that.")


def layouts(found: Sequence[Mapping[str, Any]]) -> None:
    """The layouts there are."""
    rows = [(one["layout"], one["country"], one["frequency"], one["title"]) for one in found]
    OUT.print(grid(("layout", "country", "every", "title"), rows))


def layout(found: Mapping[str, Any]) -> None:
    """What a layout reads."""
    OUT.print(f"[bold]{found['name']}[/]: {found['title']}")
    for name, file in found["files"].items():
        OUT.print(f"file {name} ({' or '.join(file['formats'])}): {', '.join(file['columns'])}")
    for contract, file in found["feeds"].items():
        OUT.print(f"{file} feeds {contract}")


def suggested(found: Mapping[str, Any]) -> None:
    """The draft, or where it lies and what is left to do."""
    if not found["output"]:
        OUT.print(found["layout"], markup=False, soft_wrap=True)
        return
    OUT.print(f"The file looks like [bold]{found['contract']}[/].")
    rows = [(s["name"], few(s["columns"]), s["score"]) for s in found["suggestions"]]
    OUT.print(grid(("field", "column", "score of 100"), rows))
    for column, why in found["not_selected"].items():
        OUT.print(f"Not selected: {column}: {why}", markup=False)
    for field in found["required_missing"]:
        OUT.print(f"No column is like {field}, which is required.")
    OUT.print(f"The draft is in {found['output']}. Confirm each line in it.", markup=False)


def sealed(found: Mapping[str, Any]) -> None:
    """What became of the rows of each source, and the package."""
    for layout, one in found["sources"].items():
        OUT.print(f"[bold]{escape(layout)}[/]")
        verdict(one)
    screen_sealing.package(found)


def demo(found: Mapping[str, Any]) -> None:
    """What the demo made, where it is, and how to look at it."""
    made = found["releases"]
    facts = [name for name in made[0] if name not in ("release", "folder", "microdata")]
    rows = [(fact.replace("_", " "), *(one[fact] for one in made)) for fact in facts]
    OUT.print()
    OUT.print(grid(("release", *(one["release"] for one in made)), rows))
    for one in made:
        cohorts(one["microdata"], f"{one['release']}, ")
    OUT.print(f"\nMade in {found['seconds']} s. The releases are in:")
    for one in made:
        OUT.print(f"  {one['folder']}", markup=False, soft_wrap=True)
    OUT.print("The invented region, its countries and all people in it are invented.")
    OUT.print(f"Look at both: [bold]{found['explorer']}[/]", soft_wrap=True)


SCREENS: dict[str, Callable[[Any], None]] = {
    "check": checked,
    "submit": submit,
    "submissions": submissions,
    "run": run,
    "audit": audit,
    "release list": release_list,
    "release show": release_show,
    "release diff": release_diff,
    "release revisions": revisions,
    "release publish": publish,
    "release withdraw": withdraw,
    "release preview": reviews.preview,
    "release open": reviews.opened,
    "release review": reviews.review,
    "reviewer init": reviews.init,
    "reviewer welcome": reviews.welcome,
    "portal": reviews.portal,
    "portal link": reviews.link,
    "log show": reviews.log_show,
    "log verify": reviews.log_verify,
    "vintages": vintages,
    "warehouse": warehouse,
    "export": export,
    "keys init": keys.init,
    "keys show": keys.show,
    "keys check": keys.check,
    "keys rotate": keys.rotate,
    "keys hand": keys.hand,
    "layout list": layouts,
    "conformance": conformance,
    "layout show": layout,
    "layout suggest": suggested,
    "init": screen_sealing.init,
    "seal": sealed,
    "card": screen_sealing.card,
    "welcome": screen_sealing.welcome,
    "senders": screen_sealing.senders,
    "withdraw": screen_sealing.withdraw,
    "destroy": screen_sealing.destroy,
    "demo": demo,
    "scan": scan,
}


def show(command: str, facts: Any) -> None:
    """Print the answer of a command."""
    SCREENS[command](facts)
