"""The sealed child's side, whatever its work: sealed first, then ready, then told what to do, once.

The question comes on standard input with the files that it is about; before any of them is opened
the process confines itself to them. Only codes and counts are answered.
"""

import importlib
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from data_contracts import load
from pipelines.errors import NO_MEMORY, OUR_FAULT, Refusal

if sys.platform == "linux":
    from pipelines import sandbox
else:
    from pipelines import elsewhere as sandbox

# Each module has a function ``answer``, from a question to what is said, both JSON.
WORKS = {
    "intake": "pipelines.sealed",
    "matching": "pipelines.matching",
    "receiving": "pipelines.unpacking",
    "renewal": "pipelines.renewal",
    "scan": "pipelines.scanning",
    "sealing": "pipelines.packing",
    "suggest": "pipelines.suggest",
}


def _ready() -> None:
    """Import and read what every work needs, but nothing that starts a thread, as Polars does.

    Threads that are there before the process confines itself would not be confined.
    """
    for name in ("jsonschema_rs", "numpy", "pyrage", "python_calamine"):
        importlib.import_module(name)
    for promises in (load.policy, load.consent, load.codelists, load.contracts):
        promises()


def _at_home(own: Path) -> None:
    """Whatever a library puts aside, it puts where nothing stays."""
    os.chdir(own)
    for name in ("TMPDIR", "TEMP", "TMP"):
        os.putenv(name, str(own))
    tempfile.tempdir = str(own)


def main() -> None:
    """Seal, get ready, wait for the question, confine to its files, answer it."""
    sandbox.seal()
    os.umask(0o077)
    _ready()
    # A parent that has nothing to ask has gone, or needs us no more.
    if not (told := sys.stdin.buffer.read()):
        return
    order = json.loads(told)
    own = Path(order["private"])
    _at_home(own)
    sandbox.bound(order["cpu_seconds"])
    sandbox.confine(map(Path, order["reads"]), [*map(Path, order["writes"]), own])
    answer: Callable[[str], str] = importlib.import_module(WORKS[order["work"]]).answer
    sys.exit(_answered(answer, order["question"]))


def _answered(answer: Callable[[str], str], question: str) -> int:
    try:
        said = answer(question)
    except Refusal as refusal:
        return refusal.exit_code
    except MemoryError:
        return NO_MEMORY
    except Exception:  # whatever a file does to a reader, its words stay here
        return OUR_FAULT
    # As bytes: Windows would write text in the letters of its console.
    sys.stdout.buffer.write(said.encode())
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    main()
