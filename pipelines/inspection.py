"""What can be told of a workspace's keys without telling a key, and what is wrong with them."""

from pathlib import Path
from typing import Any, NamedTuple

from pipelines import (
    bundles,
    keybook,
    keyrings,
    keystore,
    rotation,
    selftest,
    signing,
    systems,
    together,
)
from pipelines.errors import Refusal
from pipelines.settings import Workspace

ROLES = {
    "identity": "the country: its pseudonyms",
    "linking": "all countries: their half of link tokens",
    "region": "the region: its half of link tokens",
    "rounding": "the region: person keys and rounding; never rotated",
    "intake": "the intake of this node: opens what was sealed to it",
    "signing": "the publisher: signs releases",
}
KEPT = {"files": "file", "keyring": "keyring", "environment": "variable"}
GROUP = 4


class Problem(NamedTuple):
    """What is wrong with which key, and what mends it, in one sentence or two."""

    key: str
    problem: str


def fingerprint(check: str) -> str:
    """A self-test in groups, as it is read aloud."""
    return " ".join(check[n : n + GROUP] for n in range(0, len(check), GROUP))


def shown(workspace: Workspace) -> list[dict[str, Any]]:
    """Each key: generation, when that was made, fingerprint, role, where and how it is kept."""
    folder = workspace["keys"]
    book = keybook.read(folder)
    wrong = dict(_unproved(folder))
    rows = [
        {
            "key": name,
            "generation": len(own),
            "made": own[-1].made.isoformat(),
            "fingerprint": fingerprint(own[-1].check),
            "role": ROLES[name.rpartition("/")[2]],
            "kept": _kept(folder, book, name),
            "sound": name not in wrong,
        }
        for name, own in book.keys.items()
    ]
    return [*rows, _of_signing(workspace)]


def _kept(folder: Path, book: keybook.Book, name: str) -> str:
    keeper = keyrings.of(folder, book)
    mode = _mode(keeper.path(name)) if isinstance(keeper, keyrings.Files) else ""
    return f"{KEPT[book.backend]} {mode}".strip()


def _mode(file: Path) -> str:
    return systems.mode(file) if file.exists() else "missing"


def _of_signing(workspace: Workspace) -> dict[str, Any]:
    file = keystore.signing_key(workspace)
    name, earlier = rotation.SIGNING, len(list(file.parent.glob("signing-*.pub")))
    found: dict[str, Any] = {"key": name, "generation": earlier + 1, "made": None}
    found |= {"fingerprint": None, "role": ROLES[name], "kept": f"file {_mode(file)}"}
    try:
        public = signing.public(signing.key(file)).decode()
    except signing.NoSigningKey:
        return found | {"sound": False}
    print_of = fingerprint(keybook.check(name, public))
    return found | {"fingerprint": print_of, "sound": True}


def _unproved(folder: Path) -> list[Problem]:
    found = []
    for name in keybook.read(folder).keys:
        try:
            secrets = keystore.held(folder, name)
            if name == keystore.INTAKE:
                _same_pair(folder, secrets[-1])
        except Refusal as refusal:
            found.append(Problem(name, str(refusal)))
    return found


def _same_pair(folder: Path, secret: str) -> None:
    public = keyrings.guarded(folder / "intake.pub").read_bytes().strip()
    if public != keystore.public_half(secret):
        raise keyrings.NoKeys(
            f"{folder / 'intake.pub'} is not the public half of the intake's key: what is sealed "
            "with it cannot be opened. Restore it: tipstat keys init --restore BUNDLE"
        )


def problems(workspace: Workspace) -> list[Problem]:
    """Everything that is wrong: keys, their files, the machinery; nothing is changed."""
    folder = workspace["keys"]
    found = [
        Problem(name, "This machine computes it wrongly: reinstall tipstat, use no key here.")
        for name in selftest.failed()
    ]
    found += _unproved(folder)
    try:
        signing.key(keystore.signing_key(workspace))
    except signing.NoSigningKey as refusal:
        found.append(Problem(rotation.SIGNING, str(refusal)))
    if remedy := systems.exposed(folder):
        found.append(Problem("keys", f"Others may look into {folder}. {remedy}"))
    if (workspace.root / together.FOLDER / together.READY).exists():
        words = "A rotation was interrupted; it is finished by the next run: tipstat run"
        found.append(Problem("rotation", words))
    return found + _of_bundle(workspace)


def _of_bundle(workspace: Workspace) -> list[Problem]:
    try:
        match bundles.state_of(workspace):
            case "behind":
                words = "It does not hold the keys as they are. Run: tipstat keys init"
                return [Problem("recovery", words)]
            case "ahead":
                return [Problem("recovery", bundles.ahead(workspace["keys"]))]
    except Refusal as refusal:
        return [Problem("recovery", str(refusal))]
    return []
