"""A country with two agencies, its region, and what they do with packages; all invented."""

import datetime as dt
import shutil
from pathlib import Path

from data_contracts.verdict import Verdict
from pipelines import cards, nodes, receiving, sealing
from pipelines.packages import Manifest
from pipelines.settings import Configuration, Workspace
from tests.pipelines.workspaces import DEMO

NOW = dt.datetime.now(dt.UTC)
PERIOD = "2024-Q1"


def region(root: Path, **changed: object) -> Workspace:
    """A regional node that takes no raw files, unless ``changed`` says so."""
    said = Configuration.model_validate(DEMO.model_dump() | {"raw_files": ()} | changed)
    return nodes.regional(root, said).workspace


def ministry(root: Path, of: Workspace, country: str = "XAA") -> Workspace:
    """A national node of a country, welcome at its region."""
    said = Configuration(title="Aranda", mode="demo", role="national", country=country)
    made = nodes.national(root, said, of["card.json"])
    cards.welcome(of, made.card)
    return made.workspace


def packed(at: Workspace, files: tuple[Path, ...], layout: str, to: Path) -> sealing.Packed:
    """A package of the files of one agency."""
    return sealing.seal(at, sealing.given(at, files, layout, PERIOD), to, None, "en")


def taken(at: Workspace, package: Path, now: dt.datetime | None = None) -> Verdict:
    """What a region says of a package."""
    _, _, verdict = receiving.receive(at, package, now or dt.datetime.now(dt.UTC))
    return verdict


def code(verdict: Verdict) -> str:
    """Why a package is refused."""
    assert verdict.verdict == "faults"
    return verdict.faults[0].code


def copied(at: Workspace, to: Path) -> Workspace:
    """The same node once more."""
    shutil.copytree(at.root, to)
    return at.model_copy(update={"root": to})


def manifest_of(package: Path, at: Workspace) -> Manifest:
    """What a package says of itself, opened with the recovery key of the country ``at``."""
    import pyrage

    from pipelines import packages

    pair = pyrage.x25519.Identity.from_str((at.root / nodes.RECOVERY_FILE).read_text())
    with packages.opened(package, pair) as reading:
        for _ in reading.members():
            pass
        return reading.manifest
