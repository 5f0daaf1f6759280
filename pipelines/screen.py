"""Answers for a person at a terminal: short tables, plain words, nothing to decode."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape

from pipelines import intake, screen_sealing
from pipelines import screen_keys as keys
from pipelines.progress import heard
from pipelines.screen_releases import (
    audit,
    publish,
    release_diff,
    release_list,
    release_show,
    revisions,
    vintages,
    waiting,
    warehouse,
)
from pipelines.screen_scan import scan
from pipelines.terminal import MOST_LINES, OUT, few, grid, many

MOST_LABELS = 12
REASONS = {
    "scope": "not about trafficking, or not counted by this layout",
    "unmapped": "a label is in no list",
    "fault": "faulty",
    "period": "outside the period",
    "consent": "the person did not agree to be counted",
    "relation": "refers to a case that was not sent",
    "implausible": "a number no country can report",
    "contradiction": "a figure that its unit or its status contradicts",
    "conflict": "contradicts itself, or another row of the same series or client",
    "repeated": "repeated",
}
STATES = {
    "received": "It was not read to the end: the next run reads it.",
    "accepted": "It counts, from the next run on.",
    "waiting": "Its period is published already: it waits for the annual revision.",
    "superseded": "A later submission of the same period took its place.",
    "refused": "It was refused.",
}
VERDICTS = {
    "ok": "[green]ok[/]",
    "comments": "[yellow]ok, with comments[/]",
    "faults": "[red]refused[/]",
}


@contextmanager
def progress() -> Iterator[None]:
    """What happens, in words, one line each, even while libraries are kept from stderr."""
    told = Console(file=sys.stderr, highlight=False)
    with heard(lambda words: told.print(f"[dim]…[/] {words}")):
        yield


def verdict(found: Mapping[str, Any]) -> None:
    """What became of the rows, what did not map, and what to mend."""
    OUT.print(f"Verdict: {VERDICTS[found['verdict']]}")
    if found["rows_read"]:
        to = [f"{n} go to {name}" for name, n in found["rows_out"].items() if n]
        kept = f"{found['rows_kept']} kept" + (f": {', '.join(to)}" if to else "")
        OUT.print(f"{many(found['rows_read'], 'row')} read\n  {kept}")
    for reason, n in found["set_aside"].items():
        OUT.print(f"  {n} set aside: {REASONS[reason]}")
    for column, labels in found["unmapped"].items():
        OUT.print(f"Labels in {column} that are in no list: {unmapped(labels)}", markup=False)
    faults(found["faults"])
    for note in found["notes"]:
        OUT.print(f"\n{note['message']} {note['remedy']}", markup=False, style="dim")


def checked(found: Mapping[str, Any]) -> None:
    """What became of the rows, and which rates nobody can compute yet."""
    verdict(found)
    lacking(found["lacking"])


def unmapped(labels: Mapping[str, int] | int) -> str:
    """Labels with their rows, the most frequent first; or only how many rows have one."""
    if isinstance(labels, int):
        return many(labels, "row")
    often = sorted(labels.items(), key=lambda pair: (-pair[1], pair[0]))
    first = ", ".join(f"“{label}” ({n})" for label, n in often[:MOST_LABELS])
    return first + (f" and {len(labels) - MOST_LABELS} more" if len(labels) > MOST_LABELS else "")


def faults(found: Sequence[Mapping[str, Any]]) -> None:
    """Each fault once, with the rows it is in and its remedy."""
    by: dict[tuple[str, str, str, str], tuple[set[str], set[int]]] = {}
    for fault in found:
        key = (fault["severity"], fault["file"] or "", fault["message"], fault["remedy"])
        codes, rows = by.setdefault(key, (set(), set()))
        codes.add(fault["code"])
        rows |= {fault["row"]} - {None}
    for (severity, file, message, remedy), (codes, rows) in [*by.items()][:MOST_LINES]:
        asks = "[yellow]Comment:[/] " if severity == "comment" else ""
        OUT.print(f"\n{asks}[bold]{escape(message)}[/] {escape(remedy)}")
        where = [*sorted(codes), *place(file, sorted(rows))]
        kept = ["kept"] if asks and rows else []
        OUT.print(f"  {', '.join([*where, *kept])}", style="dim")
    if len(by) > MOST_LINES:
        OUT.print(f"and {len(by) - MOST_LINES} more kinds of fault; --json lists them all")
    if len(found) >= intake.MOST_FAULTS:
        OUT.print(f"Only the first {intake.MOST_FAULTS} faults are listed.")


def place(file: str, rows: Sequence[int]) -> list[str]:
    """The file and the rows of a fault, as far as it has them."""
    numbers = [f"row{'s' if len(rows) > 1 else ''} {few(rows)}"] if rows else []
    return [*filter(None, [file]), *numbers]


def submit(found: Mapping[str, Any]) -> None:
    """A receipt, or why there is none."""
    verdict(found["check"])
    if found["submission"]:
        OUT.print(f"Received as [bold]{found['submission']}[/] ({found['state']}).")
        OUT.print(STATES[found["state"]])
        OUT.print(f"Fingerprint of the files: {found['sha256'][:16]}…")
    else:
        # A package, or a file that could not be read, was told already what to do.
        again = " Correct the file and send it again." if found["check"]["rows_read"] else ""
        OUT.print(f"Not received; nothing of it was kept.{again}")


def submissions(found: Sequence[Mapping[str, Any]]) -> None:
    """Who has sent what."""
    rows = [
        (s["source"], few(s["countries"]), few(s["periods"]), s["state"], s["rows"], s["due"],
         s["submission"][:8])
        for s in found
    ]  # fmt: skip
    headings = ("source", "countries", "periods", "state", "rows", "due", "submission")
    OUT.print(grid(headings, rows) if rows else "Nothing has been submitted yet.")
    for one in (s for s in found if s["comments"]):
        OUT.print(f"{one['submission'][:8]} is asked about: {comments(one['comments'])}")
    for one in (s for s in found if s["reason"]):
        OUT.print(f"{one['submission'][:8]} says why: {escape(one['reason'])}")
    resend([{**one, "reason": one["resend"]} for one in found if one["resend"]])


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
    if found["release"] is None:
        OUT.print("Nothing is new: no release candidate was made.")
        OUT.print(
            "See `tipstat release list` for what is there, `tipstat submissions` for who waits."
        )
        return
    OUT.print(f"Release candidate: [bold]{found['release']}[/]")
    OUT.print(f"Look at it: tipstat release show {found['release']}")


def lacking(found: Sequence[Mapping[str, Any]]) -> None:
    """The indicators that have no denominator, and what to submit for them."""
    for one in found:
        where = f" of {few(one['countries'])}" if one["countries"] else ""
        when = f" in {few(one['periods'])}" if one["periods"] else ""
        OUT.print(
            f"Not available: {one['indicator']}{where}{when}, for the table {one['table']} has "
            f"nothing to divide by. {one['remedy']}",
            markup=False,
        )


def comments(asked: Mapping[str, int | None]) -> str:
    """Codes that ask, with the rows that each is about, if it is about rows."""
    return few([f"{code} ({many(n, 'row')})" if n else code for code, n in asked.items()])


def unanswered(found: Sequence[Mapping[str, Any]]) -> None:
    """Who is asked about what was sent, and has not said why."""
    for one in found:
        what = f"{one['source']} {few(one['countries'])} {few(one['periods'])}"
        OUT.print(f"To be explained: {what}: {comments(one['comments'])}", markup=False)


def resend(found: Sequence[Mapping[str, Any]]) -> None:
    """Who has to send again what a changed mapping concerns."""
    for one in found:
        what = f"{one['source']} {few(one['countries'])} {few(one['periods'])}"
        OUT.print(f"To be sent again: {what}: {one['reason']}.", markup=False)


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
    facts = [name for name in made[0] if name not in ("release", "folder")]
    rows = [(fact.replace("_", " "), *(one[fact] for one in made)) for fact in facts]
    OUT.print()
    OUT.print(grid(("release", *(one["release"] for one in made)), rows))
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
    "demo": demo,
    "scan": scan,
}


def show(command: str, facts: Any) -> None:
    """Print the answer of a command."""
    SCREENS[command](facts)
