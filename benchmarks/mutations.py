"""Each rule of the gate out is taken away, one at a time, in a copy: does its test fail?

``python -m benchmarks.mutations`` prints a line for each of ``mutations.yaml``, and ends with 1
where a test passes although its rule is gone. Words after it choose the rows that have one of them.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import yaml

ROOT = Path(__file__).parents[1]
LISTED = Path(__file__).with_suffix(".yaml")
PARTS = (
    "anonymize",
    "benchmarks",
    "dashboards",
    "data_contracts",
    "pipelines",
    "sources",
    "tests",
    "transforms",
)
FAILED = 1


class Mutation(NamedTuple):
    """A rule by its number in words, the text that makes it, and the test that guards it."""

    rule: int
    without: str
    file: str
    test: str
    old: str
    new: str


def listed() -> list[Mutation]:
    """The mutations of ``mutations.yaml``."""
    return [Mutation(**row) for row in yaml.safe_load(LISTED.read_text(encoding="utf-8"))]


def mutated(text: str, one: Mutation) -> str:
    """The text of a file without the rule; raises ``LookupError`` unless the rule stands in it."""
    if one.old not in text:
        raise LookupError(f"{one.file} has no {one.old!r}. Correct {LISTED.name}.")
    return text.replace(one.old, one.new)


def is_noticed(one: Mutation, tree: Path) -> bool:
    """Whether the test of a rule fails in the copy ``tree`` without it; the copy is mended."""
    file = tree / one.file
    text = file.read_text(encoding="utf-8")
    file.write_text(mutated(text, one), encoding="utf-8")
    try:
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", one.test]
        told = subprocess.run(command, cwd=tree, check=False, capture_output=True, env=_bare())
    finally:
        file.write_text(text, encoding="utf-8")
    return told.returncode == FAILED


def _bare() -> dict[str, str]:
    return {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}


def chosen(words: Sequence[str]) -> list[Mutation]:
    """The mutations that say one of ``words`` of their rule; without words all of them."""
    return [one for one in listed() if not words or any(word in one.without for word in words)]


def main(words: Sequence[str] = ()) -> int:
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        for part in PARTS:
            shutil.copytree(ROOT / part, tree / part, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", tree)
        found = {}
        for one in chosen(words):
            found[one] = is_noticed(one, tree)
            said = "fails" if found[one] else "PASSES"
            print(f"{one.rule} {one.without}: {one.test.rpartition('::')[2]} {said}", flush=True)
    return int(not all(found.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
