"""A scan as a person reads it, and as a machine does."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipelines.terminal import MOST_LINES, OUT, grid, many

SHOWN = ("file", "sheet", "column", "type")
UNSURE = (
    "How well names are found in texts of this language was not measured, or is not enough: before "
    "the files are passed on, a person who reads the language must look at them."
)
DOUBTFUL = (
    "Not sure: {texts} in {files} could not be told a language, or are in one in which too many "
    "names are missed ({languages}). Before you pass these files on, somebody who reads the "
    "language must look for names in them:"
)
UNSAID = (
    "No language was named: each text was taken for what it looks like. Names are found best where "
    "it is said, as in --language es."
)
UNTOLD = "not recognised"
ADVICE = (
    "What to do: open the files there, beginning with the first line. Remove the column, or "
    "replace what names a person by a code; then scan again. Nothing in the files was changed."
)


def lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """One JSON object a line: the finds, then what was not read."""
    for find in answer["found"]:
        yield json.dumps(find, ensure_ascii=False) + "\n"
    for file in answer["unreadable"]:
        yield json.dumps({"file": file, "type": "UNREADABLE"}, ensure_ascii=False) + "\n"


def unsure_lines(answer: Mapping[str, Any]) -> Iterator[str]:
    """One JSON object a file and language in which names may have been missed: no finds."""
    for one in answer["unsure"]:
        yield json.dumps(one | {"type": "UNSURE_LANGUAGE"}, ensure_ascii=False) + "\n"


def scan(answer: Mapping[str, Any]) -> None:
    """How much of what stands where, the most first, and what to do about it."""
    counts = Counter(tuple(find.get(name) for name in SHOWN) for find in answer["found"])
    if counts:
        first = {
            place: find.get("row") or find.get("line")
            for find in reversed(answer["found"])
            for place in [tuple(find.get(name) for name in SHOWN)]
        }
        rows = [(n, *place, first[place]) for place, n in counts.most_common(MOST_LINES)]
        OUT.print(grid(("places", *SHOWN, "first in row or line"), rows))
        if len(counts) > MOST_LINES:
            OUT.print(f"and {len(counts) - MOST_LINES} more lines; --json lists every place")
        OUT.print(f"\n{ADVICE}")
    else:
        OUT.print(f"Nothing was found in {many(answer['files'], 'file')}.")
    if answer["unreadable"]:
        OUT.print("\nNot read, because of no format that we know, locked, damaged, or a link:")
        for file in answer["unreadable"]:
            OUT.print(f"  {file}", markup=False, soft_wrap=True)
    doubts(answer["unsure"])
    if not answer["confident"]:
        OUT.print(f"\n{UNSURE if answer['language'] else UNSAID}")
    OUT.print("Names of files and pictures were not looked at.", style="dim")


def doubts(unsure: Sequence[Mapping[str, Any]]) -> None:
    """The files with texts in which names may have been missed, and their languages."""
    if not unsure:
        return
    files = dict.fromkeys(one["file"] for one in unsure)
    languages = Counter[str]()
    for one in unsure:
        languages[one["language"] or UNTOLD] += one["texts"]
    told = {
        "texts": many(languages.total(), "text"),
        "files": many(len(files), "file"),
        "languages": ", ".join(f"{name}: {n}" for name, n in languages.most_common()),
    }
    OUT.print(f"\n{DOUBTFUL.format(**told)}", markup=False)
    for file in [*files][:MOST_LINES]:
        OUT.print(f"  {file}", markup=False, soft_wrap=True)
    if len(files) > MOST_LINES:
        OUT.print(f"and {len(files) - MOST_LINES} more files; --json lists them all")
