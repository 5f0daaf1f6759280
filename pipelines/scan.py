"""`tipstat scan`: where personal data stand in files that nobody has read; the parent's side.

Files are opened in sealed children only. What comes back are places and types.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from anonymize.finding.languages import confident
from pipelines import children
from pipelines.errors import WRONG_USAGE, Refusal
from pipelines.scanning import UNREAD, Find, Question, finds_of, in_order

# Beyond these, a second for so many bytes: models read slowly.
SECONDS, BYTES_A_SECOND = 900, 5_000
# A further process is worth its start for so many bytes.
WORTH = 2**20
# Of a folder, what no person wrote.
SKIPPED = (".git", "__pycache__", ".venv", "node_modules")


class NothingThere(Refusal):
    """There is no such file or folder."""

    exit_code = WRONG_USAGE


def files_in(path: Path) -> list[Path]:
    """The file itself, or all files below a folder in their order; links are not followed."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise NothingThere(f"There is no file or folder {path}.")
    every = sorted(one for one in path.rglob("*") if one.is_file() and not one.is_symlink())
    return [one for one in every if not set(one.relative_to(path).parts) & set(SKIPPED)]


def scan(path: Path, language: str | None = None) -> dict[str, Any]:
    """All finds as objects of ``--json``, with what else a person must know.

    Raises ``NothingThere``.
    """
    files = files_in(path)
    finds = _found(files, language)
    told = [_told(files[find.file], find) for find in finds]
    return {
        "found": [one for one in told if one["type"] != UNREAD],
        "unreadable": [one["file"] for one in told if one["type"] == UNREAD],
        "files": len(files),
        "language": language,
        "confident": confident(language),
    }


def _told(file: Path, find: Find) -> dict[str, Any]:
    """A find as one object; what a format does not have is left out."""
    facts = find._asdict() | {"file": str(file)}
    return {name: fact for name, fact in facts.items() if fact is not None}


def _found(files: Sequence[Path], language: str | None) -> list[Find]:
    """The finds in the order of the files; a file that ends its child is unreadable."""
    if not files:
        return []
    size = sum(file.stat().st_size for file in files)
    parts = min(os.cpu_count() or 1, 1 + size // WORTH)
    asked = [
        Question(files=tuple(f.absolute() for f in files), language=language, part=n, parts=parts)
        for n in range(parts)
    ]
    try:
        with ThreadPoolExecutor(parts) as pool:
            return in_order(pool.map(lambda one: _asked(one, size), asked))
    except children.Ended:
        if len(files) == 1:
            return [Find(0, None, None, None, None, 0, 0, UNREAD)]
    each = (_found([file], language) for file in files)
    return [find._replace(file=n) for n, finds in enumerate(each) for find in finds]


def _asked(question: Question, size: int) -> list[Find]:
    seconds = SECONDS + size // BYTES_A_SECOND
    said = children.ask(
        "scan",
        question.model_dump_json(),
        cpu_seconds=seconds,
        seconds=4 * seconds,
        reads=question.files,
    )
    return finds_of(said)
