"""Answers about nodes, cards and packages for a person at a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.terminal import OUT, few, grid, many

GROUP = 4


def spoken(fingerprint: str) -> str:
    """A fingerprint as it is read aloud: in groups of four."""
    return " ".join(fingerprint[n : n + GROUP] for n in range(0, len(fingerprint), GROUP))


def _plain(*lines: str) -> None:
    for line in lines:
        OUT.print(line, markup=False, soft_wrap=True)


def init(found: Mapping[str, Any]) -> None:
    """The new workspace, its card, and what must be taken away from it."""
    _plain(f"A workspace is ready in {found['workspace']}. Back up its folder keys.")
    _plain(
        f"Its card, for those with whom you exchange packages, is {found['card']}; it holds public "
        f"keys only. Fingerprint: {spoken(found['fingerprint'])}"
    )
    if found["region"]:
        _plain(
            f"It seals for the region whose card says {spoken(found['region'])}. Compare that with "
            "the region by telephone before you seal: whoever made it can read what you send."
        )
    if found["recovery"]:
        _plain(
            f"The country's recovery key is {found['recovery']}. It opens every package of this "
            "node: move it to a place without a network, and delete it here."
        )


def package(found: Mapping[str, Any]) -> None:
    """Where a package lies and what to compare."""
    if not found["package"]:
        OUT.print("[bold]Nothing was sealed.[/] Correct the files and seal again.")
        return
    _plain(f"Sealed: {found['package']}, to be submitted until {found['expires'][:10]}.")
    _plain(f"Fingerprint: {spoken(found['sha256'][:32])}")
    if found["report"]:
        _plain(f"What leaves and what does not: {found['report']}")
    if found["matched"]:
        _plain(f"Records of {found['matched']} persons were brought together by comparing lists.")
    _remains(found["lying"])


def _remains(lying: Sequence[Mapping[str, Any]]) -> None:
    """What lies in the country's inbox still, since when, and how it goes."""
    if not lying:
        return
    files = many(sum(one["files"] for one in lying), "raw file")
    _plain(f"In this inbox lie, encrypted, {files}, the oldest since {lying[0]['received'][:10]}.")
    done = sorted({period for one in lying if one["sealed"] for period in one["periods"]})
    if done:
        _plain(
            f"Sealed already: {few(done)}. They stay until you destroy them. Once the region says "
            f"that it took the package: tipstat destroy --period {done[0]}"
        )


def destroy(found: Mapping[str, Any]) -> None:
    """What was destroyed, and what was not."""
    files = many(sum(one["files"] for one in found["destroyed"]), "raw file")
    _plain(f"Destroyed: {files} of {many(len(found['destroyed']), 'submission')}.")
    if found["left"]:
        _plain(
            f"{many(len(found['left']), 'submission')} of the period stay: no package has them "
            "yet, see tipstat seal."
        )


def senders(found: Sequence[Mapping[str, Any]]) -> None:
    """Whose packages are taken and whose not."""
    rows = [
        (one["country"], one["title"], spoken(one["fingerprint"]), len(one["packages"]),
         (one["withdrawn"] or "")[:10])
        for one in found
    ]  # fmt: skip
    heads = ("country", "title", "fingerprint", "packages", "withdrawn")
    OUT.print(grid(heads, rows) if rows else "Nobody is welcome yet: tipstat welcome CARD")


def withdraw(found: Mapping[str, Any]) -> None:
    """From now on nothing is taken; what came before is for a person to judge."""
    _plain(
        f"Nothing that this key of {found['title']} ({found['country']}) signed is taken any more, "
        f"since {found['withdrawn'][:10]}."
    )
    for one in found["packages"]:
        slices = few([f"{s['layout']} {s['period'] or ''}".strip() for s in one["slices"]])
        _plain(f"It sent on {(one['received'] or 'an unknown day')[:10]}: {slices}")
    if found["packages"]:
        _plain(
            "That stays and counts. Ask the sender by another way which of it is theirs, and let "
            "them seal the others again under a new key."
        )
    _plain("The sender's next steps: tipstat keys rotate signing, tipstat card -o CARD.")


def card(found: Mapping[str, Any]) -> None:
    """A card, with the fingerprint to be compared."""
    _plain(f"{found['title']}: {found['role']} node {found['country']}".rstrip())
    _plain(f"Fingerprint: {spoken(found['fingerprint'])}")


def welcome(found: Mapping[str, Any]) -> None:
    """Whose packages are taken, or for which region is sealed, from now on."""
    if found["role"] == "regional":
        _plain(f"What is sealed here from now on can be opened by {found['title']}.")
    else:
        _plain(f"Packages of {found['title']} ({found['country']}) are taken from now on.")
    _plain(f"Compare with them by telephone: {spoken(found['fingerprint'])}")
