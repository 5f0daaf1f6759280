"""`tipstat scan`: where personal data stand in files that nobody has read; the parent's side.

Files are opened in sealed children only. What comes back are places and types.
"""

import os
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from anonymize.finding.languages import confident
from pipelines import children
from pipelines.errors import WRONG_USAGE, Refusal
from pipelines.scanning import UNREAD, Answer, Find, Question, answered, together

# Beyond these, a second for so many bytes: models read slowly.
SECONDS, BYTES_A_SECOND = 900, 5_000
# A further process is worth its start for so many bytes.
WORTH = 2**20
# Of a folder, what no person wrote.
SKIPPED = (".git", "__pycache__", ".venv", "node_modules")


class NothingThere(Refusal):
    """There is no such file or folder."""

    exit_code = WRONG_USAGE


class NoLanguage(Refusal):
    """What was named is no code of a language."""

    exit_code = WRONG_USAGE


def files_in(path: Path) -> tuple[list[Path], list[Path]]:
    """The file itself, or all files below a folder in their order, and what was not looked into.

    That are links, which are not followed, folders that cannot be opened, and what is no file.
    """
    if path.is_file():
        return [path], []
    if not path.is_dir():
        raise NothingThere(f"There is no file or folder {path}.")
    every, left = list[Path](), list[Path]()

    def closed(error: OSError) -> None:
        left.append(Path(error.filename))

    for folder, below, names in os.walk(path, onerror=closed):
        below[:] = [name for name in below if name not in SKIPPED]
        left += (one for name in below if (one := Path(folder, name)).is_symlink())
        for one in (Path(folder, name) for name in names):
            (every if one.is_file() and not one.is_symlink() else left).append(one)
    return sorted(every), sorted(left)


def code_of(language: str | None) -> str | None:
    """The code of ISO 639-1 in what was named, such as es in es-MX; raises ``NoLanguage``."""
    code = language and re.split("[-_]", language.lower())[0]
    if code is None or re.fullmatch("[a-z]{2}", code):
        return code
    raise NoLanguage(f"{language} is no code of a language: say two letters, such as es.")


def scan(path: Path, language: str | None = None) -> dict[str, Any]:
    """All finds as objects of ``--json``, with what else a person must know.

    Raises ``NothingThere`` and ``NoLanguage``.
    """
    language = code_of(language)
    files, left = files_in(path)
    finds, unsure = _found(files, language)
    told = [_told(files[find.file], find) for find in finds]
    return {
        "found": [one for one in told if one["type"] != UNREAD],
        "unreadable": [
            *(one["file"] for one in told if one["type"] == UNREAD),
            *map(str, left),
        ],
        "files": len(files) + len(left),
        "language": language,
        "unsure": [one._asdict() | {"file": str(files[one.file])} for one in unsure],
        "confident": confident(language),
    }


def _told(file: Path, find: Find) -> dict[str, Any]:
    """A find as one object; what a format does not have is left out."""
    facts = find._asdict() | {"file": str(file)}
    return {name: fact for name, fact in facts.items() if fact is not None}


def _found(files: Sequence[Path], language: str | None) -> Answer:
    """The finds in the order of the files; a file that ends its child is unreadable."""
    if not files:
        return Answer([], [])
    size = sum(file.stat().st_size for file in files)
    parts = min(os.cpu_count() or 1, 1 + size // WORTH)
    asked = [
        Question(files=tuple(f.absolute() for f in files), language=language, part=n, parts=parts)
        for n in range(parts)
    ]
    try:
        with ThreadPoolExecutor(parts) as pool:
            return together(pool.map(lambda one: _asked(one, size), asked))
    except children.Ended:
        if len(files) == 1:
            return Answer([Find(0, None, None, None, None, 0, 0, UNREAD)], [])
    # Halves, so that of thousands of files few are read again.
    middle = len(files) // 2
    before, after = (_found(half, language) for half in (files[:middle], files[middle:]))
    return Answer(
        [*before.finds, *(one._replace(file=one.file + middle) for one in after.finds)],
        [*before.unsure, *(one._replace(file=one.file + middle) for one in after.unsure)],
    )


def _asked(question: Question, size: int) -> Answer:
    seconds = SECONDS + size // BYTES_A_SECOND
    said = children.ask(
        "scan",
        question.model_dump_json(),
        cpu_seconds=seconds,
        seconds=4 * seconds,
        reads=question.files,
    )
    return answered(said)
