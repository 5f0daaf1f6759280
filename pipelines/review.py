"""Who may publish what: the rules that stand between a candidate and a release.

There is no override. What a rule refuses is corrected, and a new candidate made.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from data_contracts.model import TOTAL
from pipelines import alike
from pipelines.alike import INVENTED_ID
from pipelines.errors import ENVIRONMENT, WRONG_DATA, WRONG_USAGE, Refusal

# ISO leaves XAA and its neighbours to users; tipstat's invented countries are among them.
INVENTED_COUNTRY = "XA"
# What an audit reports; nothing else of it goes into a release. Times differ between runs.
AUDITED = (
    *("cells", "hidden", "targets", "failing", "narrow", "present", "uncertified"),
    *("public_elsewhere", "narrowest", "model", "releases"),
)
# What must be none of, and what each says.
NONE_OF = {
    "failing": "say too much about a few people",
    "uncertified": "could not be certified",
}


class AuditFailed(Refusal):
    """The audit found cells that say too much, could not certify some, or was not made."""

    exit_code = WRONG_DATA


class NotReviewed(Refusal):
    """The reviewers are too few, not named in the configuration, or not independent."""

    exit_code = WRONG_USAGE


class ModeBroken(Refusal):
    """A release holds what the mode of its workspace does not allow."""

    exit_code = ENVIRONMENT


def fits_mode(manifest: Mapping[str, Any]) -> None:
    """Raise ``ModeBroken`` unless the sources are such as the mode allows."""
    mode, invented, sources = manifest["mode"], manifest["invented"], manifest["sources"]
    if mode not in ("open", "demo", "closed"):
        raise ModeBroken(f"There is no mode {mode!r}: write open, demo or closed in tipstat.toml.")
    if mode == "demo" and not invented:
        raise ModeBroken("A demo publishes invented data only: use mode open or closed.")
    if mode == "open" and (secret := [s["source"] for s in sources if s.get("public") is not True]):
        raise ModeBroken(
            f"Mode open publishes from public sources only, and {', '.join(secret)} is not said to "
            "be public in its layout: use mode closed, with two reviewers."
        )
    if invented and (real := [s["source"] for s in sources if "invent" not in s["title"].lower()]):
        raise ModeBroken(f"In an invented release, the title of {', '.join(real)} must say so.")
    places = [c for c in manifest["countries"] if c != TOTAL]
    if other := [c for c in places if c.startswith(INVENTED_COUNTRY) != invented]:
        raise ModeBroken(
            f"Invented and real countries never share a release: take {', '.join(other)} out."
        )


def audited(audit: Mapping[str, Any]) -> None:
    """Raise ``AuditFailed`` unless the audit was made and found nothing."""
    for found, says in NONE_OF.items():
        count = audit.get(found)
        if type(count) is not int:
            raise AuditFailed(f"The audit does not report {found}: run `tipstat run` again.")
        if count:
            raise AuditFailed(
                f"{count} cells {says}: `tipstat audit` names them, and nothing overrides it. "
                "Hide more (policy.yaml), leave a table out (tables.yaml), or, where a year is "
                "revised, leave it as it is: run again without --revision."
            )


def reviewed(
    mode: str, author: str, reviewers: Iterable[str], named: Collection[str]
) -> tuple[str, ...]:
    """The reviewers, when they may release what ``author`` made; else ``NotReviewed``.

    ``demo`` needs two invented reviewers, ``closed`` two that the configuration names. ``open``
    republishes what is public and needs none; whoever is given is held to the same independence.
    """
    ids = tuple(reviewer.strip() for reviewer in reviewers)
    people = {alike.person(reviewer) for reviewer in ids}
    if len(people) < len(ids) or "" in people:
        raise NotReviewed("The reviewers must be different people: give each once.")
    if alike.person(author) in people:
        raise NotReviewed(f"{author} made this release and cannot review it: ask somebody else.")
    if mode != "open" and len(ids) < 2:
        raise NotReviewed(
            "Two reviewers are needed: each approves it with `tipstat release review`, or on the "
            "pages of `tipstat portal`."
        )
    if wrong := [i for i in ids if i.startswith(INVENTED_ID) != (mode == "demo")]:
        whose = "is not an invented reviewer" if mode == "demo" else "is invented"
        raise NotReviewed(f"In mode {mode}, {', '.join(wrong)} cannot review: {whose}.")
    if mode == "closed" and (unknown := [i for i in ids if i not in named]):
        raise NotReviewed(f"{', '.join(unknown)} is not among the reviewers in tipstat.toml.")
    return ids
