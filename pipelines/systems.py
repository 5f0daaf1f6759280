"""What differs between Linux, macOS and Windows, and what the last two do not hold.

Linux is tested; the other two are the same recipe, untested. What is sealed less there is said
by name (``lacking``) and in words (``told``): nothing of it is ever so on Linux.
"""

import os
import stat
import sys
from pathlib import Path

import yaml

from data_contracts import load
from pipelines.errors import ENVIRONMENT, Refusal

NAMES = {"win32": "Windows", "darwin": "macOS"}
# Apple calls it deprecated and still ships it; it replaces itself by what it starts.
SANDBOX_EXEC = Path("/usr/bin/sandbox-exec")


class LinuxOnly(Refusal):
    """Records of persons are taken in by a region; here a child cannot be sealed well enough."""

    exit_code = ENVIRONMENT


def lacking() -> tuple[str, ...]:
    """What this system does not hold a sealed child to; nothing on Linux."""
    if sys.platform == "linux":
        return ()
    if sys.platform == "darwin":
        return ("files", "memory") if cuts_by_starting() else ("network", "files", "memory")
    return ("network", "files", "memory", "dump")


def told(language: str) -> list[str]:
    """The same as sentences in a language, with what to do about it; none on Linux."""
    if not (names := lacking()):
        return []
    file = load.HERE / "messages" / "systems.yaml"
    every = yaml.safe_load(file.read_text(encoding="utf-8"))
    words = every.get(language, every["en"])
    lead = words["lead"].format(system=NAMES.get(sys.platform, sys.platform))
    return [lead, *(words[name] for name in names)]


def warn(command: str, language: str) -> None:
    """Say it to whoever asked for ``command``, in the language of its answers."""
    # What scan and suggest are told is the language of the files.
    spoken = language if command in ("check", "submit", "seal") else "en"
    print(*told(spoken), sep="\n", file=sys.stderr, flush=True)


def of_region(is_national: bool) -> None:
    """Raise ``LinuxOnly`` where a region would take in records with less than the whole seal."""
    if lacking() and not is_national:
        raise LinuxOnly(
            "A regional node reads what others send on Linux only, where the process that reads "
            "is cut off from the network and from other files. Use a Linux machine; "
            "check, scan and seal work here."
        )


def cuts_by_starting() -> bool:
    """Whether a child loses the network by what starts it, ``sandbox-exec`` of macOS."""
    return sys.platform == "darwin" and SANDBOX_EXEC.exists()


def resident(pid: int) -> int:
    """The bytes of memory that a process and its threads have, swapped out ones too; 0 if gone."""
    if sys.platform != "linux":
        return _resident_elsewhere(pid)
    sizes = 0
    try:
        for line in Path("/proc", str(pid), "status").read_bytes().splitlines():
            if line.startswith((b"VmRSS:", b"VmSwap:")):
                sizes += int(line.split()[1]) * 1024
    except OSError:
        return 0
    return sizes


def _resident_elsewhere(pid: int) -> int:
    import psutil

    try:
        one = psutil.Process(pid)
        # What starts Python in a virtual environment of Windows only waits for the real one.
        is_starter = sys.platform == "win32" and sys.prefix != sys.base_prefix
        return sum(_bytes(p.memory_info()) for p in (one, *(one.children() * is_starter)))
    except psutil.Error:
        return 0


def _bytes(memory: object) -> int:
    """Windows tells what was swapped out within ``private``."""
    return max(getattr(memory, "rss", 0), getattr(memory, "private", 0))


def account() -> str:
    """What tells the folders of this account from those of others, where accounts share a place."""
    if sys.platform == "win32":
        return "own"
    return str(os.getuid())


def is_own(path: Path) -> bool:
    """Whether this account made a folder; Windows says so by where it lies, see ``exposed``."""
    if sys.platform == "win32":
        return True
    return path.lstat().st_uid == os.getuid()


def exposed(path: Path) -> str | None:
    """How to mend it where others may read a file or folder; None where they may not.

    On Windows modes mean nothing: what lies in the account's own folder is closed to other
    accounts by Windows, and nothing else counts as closed.
    """
    if sys.platform == "win32":
        home = Path.home().resolve()
        within = path.resolve().is_relative_to(home)
        return None if within else f"Move the workspace into your own folder, {home}"
    kind = path.stat().st_mode
    if not kind & 0o077:
        return None
    return f"Run: chmod {'700' if stat.S_ISDIR(kind) else '600'} {path}"


def mode(file: Path) -> str:
    """How a file is closed, as it is shown; on Windows by the account's folder or not."""
    if sys.platform == "win32":
        return "open to others" if exposed(file) else "in your own folder"
    return stat.filemode(file.stat().st_mode)
