"""Workspaces for tests, and what is in them."""

import hashlib
from pathlib import Path

from pipelines import keystore
from pipelines.settings import Configuration, Workspace

TWO = ("invented:Reviewer Aster", "invented:Reviewer Birch")
DEMO = Configuration(
    title="Invented region", mode="demo", reviewers=TWO, raw_files=("XAA", "XAB"), children=2
)


def workspace(root: Path, **changed: object) -> Workspace:
    """A workspace for invented countries; ``changed`` says what is different."""
    return keystore.new(root, Configuration.model_validate(DEMO.model_dump() | changed))


def tree(folder: Path, *but: str) -> dict[str, str]:
    """Every file and folder below ``folder`` by its path, with the hash of what is in it.

    ``but`` are folders directly below that are left out.
    """
    inside = {path.relative_to(folder): path for path in sorted(folder.rglob("*"))}
    return {
        str(name): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        for name, path in inside.items()
        if name.parts[0] not in but
    }
