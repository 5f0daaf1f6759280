"""Reviewers, their decisions and the log of them, for a person at a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.screen_sealing import spoken
from pipelines.terminal import OUT, many

# What of a line is for people; its signature and hashes are for `log verify`.
TOLD = ("release", "decision", "comment", "reason", "reviewer", "country")


def init(found: Mapping[str, Any]) -> None:
    """What to keep, what to give away, what to read on the telephone."""
    OUT.print(f"Keep to yourself: {found['key']}", markup=False, soft_wrap=True)
    OUT.print(f"Give to the operator: {found['card']}", markup=False, soft_wrap=True)
    said = spoken(found["fingerprint"])
    OUT.print(f"Fingerprint of the card: {said}", markup=False, soft_wrap=True)


def welcome(found: Mapping[str, Any]) -> None:
    """Whose reviews count now."""
    OUT.print(f"Counts from now on: {found['reviewer']}", markup=False)
    said = spoken(found["fingerprint"])
    OUT.print(f"Compare by telephone: {said}", markup=False, soft_wrap=True)


def review(found: Mapping[str, Any]) -> None:
    """What was decided about which candidate."""
    did = "approved" if found["decision"] == "approve" else "rejected"
    OUT.print(f"{found['reviewer']} {did} {found['release']}.", markup=False)
    OUT.print(f"Candidate {found['candidate']}", markup=False, soft_wrap=True)


def preview(found: Mapping[str, Any]) -> None:
    """Where the preview is, and who may have it."""
    OUT.print(f"Written: {found['file']}", markup=False, soft_wrap=True)
    if found["sealed"]:
        OUT.print(f"Only the node of {found['country']} can open it: tipstat release open")
        return
    OUT.print(f"It holds exact counts of {found['country']}: give it to nobody else.")


def opened(found: Mapping[str, Any]) -> None:
    """Where the page and the lists are."""
    for file in found["files"]:
        OUT.print(f"Written: {file}", markup=False, soft_wrap=True)


def of_candidate(found: Mapping[str, Any]) -> None:
    """The checksum of a candidate, and what reviewers decided about it."""
    OUT.print(f"candidate {found['candidate']}", markup=False, soft_wrap=True)
    for one in found["reviews"]:
        OUT.print(f"{one['at']} {one['who']}: {one['decision']} {one['comment']}", markup=False)


def portal(_: None) -> None:
    """It has stopped; who was in is out."""
    OUT.print("Stopped. Whoever was in is out; what was decided is in the log.")


def link(found: Mapping[str, Any]) -> None:
    """The link, to be opened once and shown to nobody."""
    OUT.print("Open it yourself, within ten minutes; whoever has it can decide in your name.")
    OUT.print(found["link"], markup=False, soft_wrap=True, highlight=False)


def log_show(found: Sequence[Mapping[str, Any]]) -> None:
    """The lines of the log, one a line however long: moments and ids are not broken."""
    for one in found:
        when = one["at"][:16].replace("T", " ")
        said = [one.get(fact, "") for fact in TOLD]
        words = ", ".join(filter(None, [one["who"], one["what"], *said]))
        OUT.print(f"{one['n']}  {when} UTC  {words}", markup=False, soft_wrap=True)
    if not found:
        OUT.print("None yet.")


def log_verify(found: Mapping[str, Any]) -> None:
    """What is wrong with the log, else its last line to be noted down elsewhere."""
    for one in found["problems"]:
        OUT.print(f"line {one['line']}: {one['problem']}", markup=False)
    if not found["problems"]:
        OUT.print(f"{many(found['line'], 'line')}, as they were written.")
        OUT.print(f"Note down elsewhere: {found['line']} {found['hash']}", soft_wrap=True)
