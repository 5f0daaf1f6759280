"""Several files that change together: all of them or none, whenever the process is killed.

The new files are written into a folder of their own. A list of what goes where, written last, is
the moment of the change: without it nothing happened, with it whoever locks the workspace next
finishes what a killed process began. Everything lies on one disk, so a move is a rename.
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines import whole
from pipelines.errors import unwritable

FOLDER, READY = ".change", "ready.json"


class Change:
    """What is to replace which files of a workspace, and what is to go."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.moves: list[tuple[str, str]] = []
        self.gone: list[str] = []

    def draft(self, target: Path, mode: int = 0o600) -> Path:
        """An empty file to write what shall stand at ``target``."""
        draft = self.root / FOLDER / f"{len(self.moves)}"
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
        self.moves.append((draft.name, str(target.relative_to(self.root))))
        return draft

    def take(self, file: Path, target: Path) -> None:
        """A file on the same disk shall stand at ``target``; from now on it is a draft."""
        file.replace(self.draft(target))

    def write(self, target: Path, data: bytes) -> None:
        """``data`` shall stand at ``target``."""
        self.draft(target).write_bytes(data)

    def remove(self, target: Path) -> None:
        """A file or folder shall go."""
        self.gone.append(str(target.relative_to(self.root)))

    def commit(self) -> None:
        """From here on the change has happened, whoever carries it out."""
        folder = self.root / FOLDER
        for name, _ in self.moves:
            with (folder / name).open("r+b") as stream:  # Windows flushes what may be written
                os.fsync(stream.fileno())
        told = {"moves": self.moves, "gone": self.gone}
        whole.write(folder / READY, json.dumps(told).encode())


@contextmanager
def changed(root: Path) -> Iterator[Change]:
    """Fill a ``Change``; when the block ends well it happens, else nothing does."""
    finish(root)
    try:
        (root / FOLDER).mkdir(mode=0o700)
        change = Change(root)
        yield change
        change.commit()
        finish(root)
    except OSError as error:
        raise unwritable(root, error) from None
    finally:
        if not (root / FOLDER / READY).exists():
            shutil.rmtree(root / FOLDER, ignore_errors=True)


def finish(root: Path) -> None:
    """Carry out what a killed process decided, or clear what it did not."""
    folder = root / FOLDER
    if (folder / READY).exists():
        told = json.loads((folder / READY).read_bytes())
        for name, target in told["moves"]:
            if (folder / name).exists():
                (root / target).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).replace(root / target)
        for target in told["gone"]:
            _remove(root / target)
        # The list goes first: a folder without it is one in which nothing was decided.
        (folder / READY).unlink()
    shutil.rmtree(folder, ignore_errors=True)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
