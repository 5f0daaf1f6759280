"""What became of files that were sent: verdicts, receipts, and who is asked about them."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.markup import escape

from pipelines import intake
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
        for one, state in found.get("states", {found["submission"]: found["state"]}).items():
            OUT.print(f"Received as [bold]{one}[/] ({state}).")
            OUT.print(STATES[state])
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
    for one in (s for s in found if s["withdrawn"]):
        when = f"was withdrawn on {one['withdrawn']}: ask whether it is theirs."
        OUT.print(f"{one['submission'][:8]} came from a sender that {when}")
    resend([{**one, "reason": one["resend"]} for one in found if one["resend"]])


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
