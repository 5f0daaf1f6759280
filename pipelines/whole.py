"""Files and folders that appear whole or not at all.

Everything is written beside its place under a hidden name and renamed last, so a reader sees the
old or the new version, and a crash leaves the old one. One process writes at a time: the workspace
is locked by whoever calls.
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.errors import unwritable


def _beside(target: Path) -> Path:
    """A hidden name beside ``target``; what a killed process left under such a name is removed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    _clear(f".{target.name}.", target.parent)
    return target.with_name(f".{target.name}.{uuid.uuid4().hex}")


def _clear(start: str, parent: Path) -> None:
    """Remove whatever in ``parent`` has a name that begins with ``start``."""
    for left in parent.glob(f"{start}*"):
        shutil.rmtree(left) if left.is_dir() else left.unlink()


@contextmanager
def file(target: Path) -> Iterator[Path]:
    """A path to write to; it becomes ``target``, replacing it, when the block ends well."""
    draft = target
    try:
        draft = _beside(target)
        yield draft
        draft.replace(target)
    except Exception as error:
        raise unwritable(target, error) from None
    finally:
        if draft is not target:
            _clear(draft.name, draft.parent)


@contextmanager
def folder(target: Path, *, replace: bool = False) -> Iterator[Path]:
    """An empty folder to fill; it becomes ``target`` when the block ends well.

    A ``target`` that exists is replaced only on request; it never changes in place.
    """
    draft = target
    try:
        draft = _beside(target)
        draft.mkdir()
        yield draft
        _swap(draft, target) if replace and target.exists() else draft.rename(target)
    except Exception as error:
        raise unwritable(target, error) from None
    finally:
        if draft is not target:
            _clear(draft.name, draft.parent)


def _swap(draft: Path, target: Path) -> None:
    """``draft`` takes the place of ``target``, which ends under the hidden name of ``draft``."""
    old = draft.with_name(f"{draft.name}.old")
    target.rename(old)
    try:
        draft.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old)


def write(path: Path, data: bytes) -> None:
    """Replace the file at ``path`` by ``data``, safe on disk before it takes the name."""
    with file(path) as draft:
        _put(draft, data, 0o666)


def link(path: Path, target: str) -> None:
    """Point the link at ``path`` to ``target``, a name in the same folder; readers see either."""
    with file(path) as draft:
        draft.symlink_to(target)


def keep(path: Path, data: bytes) -> None:
    """Write a secret that only its owner may read, once: a file that exists is never replaced."""
    if path.exists():
        return
    draft = path
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = _beside(path)
        _put(draft, data, 0o600)
        # A rename would replace the secret of whoever was faster.
        os.link(draft, path)
    except FileExistsError:
        return
    except OSError as error:
        raise unwritable(path, error) from None
    finally:
        if draft is not path:
            _clear(draft.name, draft.parent)


def secret(path: Path, data: bytes) -> None:
    """Replace a secret that only its owner may read."""
    with file(path) as draft:
        _put(draft, data, 0o600)


def _put(path: Path, data: bytes, mode: int) -> None:
    """Write a new file, and see it safe on disk."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
