"""An invented release, written and published."""

from pathlib import Path
from typing import Any

from pipelines import releases, signing
from tests.pipelines.drafting import LATER, REVIEWERS

ID = "INVENTED-2025Q4-v1"


def publish(root: Path, release: str = ID, **changed: Any) -> Path:
    usual = {"now": LATER, "key": root / "keys/signing.key", "named": REVIEWERS}
    return releases.publish(root, release, **{**usual, **changed})


def everything(root: Path) -> dict[str, bytes]:
    return signing.contents(root)
