"""Skipping by content: an artefact lies under the hash of what made it.

What made it are the contents of its inputs, the contracts and the code. A file that was only
touched changes nothing; an artefact whose contents come out the same changes nothing after it.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

from pipelines import whole
from pipelines.settings import Workspace

if TYPE_CHECKING:
    import polars as pl

FOLDER = "assets"
CONTENT = ".content"
# What lies in a folder of this name goes along with an artefact and is none of its content.
ASIDE = "aside"
PACKAGES = ("data_contracts", "anonymize", "transforms", "pipelines", "sources")


class Artefact(NamedTuple):
    """A finished folder; ``content`` is the hash of what is in it, ``skipped`` whether it stood."""

    path: Path
    content: str
    skipped: bool


@cache
def recipe() -> str:
    """The hash of the contracts and of the code that turns inputs into artefacts."""
    return _of_packages(PACKAGES, ("*.py", "*.yaml", "*.csv"))


@cache
def promises() -> str:
    """The hash of the contracts, lists, labels and thresholds that a release brings along."""
    return _of_packages(("data_contracts",), ("*.yaml", "*.csv"))


def _of_packages(packages: Iterable[str], patterns: Iterable[str]) -> str:
    top = Path(__file__).parent.parent
    return hashed(
        file
        for package in packages
        for pattern in patterns
        for file in sorted((top / package).rglob(pattern))
        if "samples" not in file.parts
    )


def parquet(frame: "pl.DataFrame", file: Path | IO[bytes]) -> None:
    """Write a frame; without statistics, because smallest and largest values are of somebody."""
    frame.write_parquet(file, statistics=False)


def hashed(files: Iterable[Path]) -> str:
    """One hash of the names and contents of ``files``, in their order."""
    whole = hashlib.sha256()
    for file in files:
        whole.update(file.name.encode() + b"\0")
        whole.update(hash_of(file))
    return whole.hexdigest()


def hash_of(file: Path) -> bytes:
    """The hash of the contents of a file, whatever its name."""
    return hashlib.sha256(file.read_bytes()).digest()


def content(folder: Path) -> str:
    """The hash of what is in a folder, but for what is laid aside."""
    files = sorted(f for f in folder.rglob("*") if f.is_file() and f.name != CONTENT)
    return hashed(f for f in files if ASIDE not in f.relative_to(folder).parts)


def finished(path: Path) -> Artefact:
    """The artefact in a folder that was finished before."""
    return Artefact(path, (path / CONTENT).read_text(encoding="utf-8"), True)


def once(
    workspace: Workspace,
    step: str,
    inputs: Mapping[str, str],
    make: Callable[[Path], None],
    made_by: Callable[[], str] = recipe,
    stands: Callable[[Path], bool] = Path.exists,
) -> Artefact:
    """The artefact of ``step``, made by ``make(folder)`` only if an input or the code is new.

    ``inputs`` has the content of each input by its name; ``made_by`` what else it depends on;
    ``stands`` whether what it left outside its folder is still there.
    """
    told = "\n".join(f"{name} {value}" for name, value in sorted(inputs.items()))
    version = hashlib.sha256(f"{step}\n{made_by()}\n{told}".encode()).hexdigest()[:32]
    path = workspace[FOLDER] / step / version
    if path.exists() and stands(path):
        return finished(path)
    with whole.folder(path, replace=True) as draft:
        make(draft)
        (draft / CONTENT).write_text(content(draft), encoding="utf-8")
    return finished(path)._replace(skipped=False)
