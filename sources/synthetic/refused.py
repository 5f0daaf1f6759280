"""Submissions that an intake should refuse as a whole, made of files that it accepts.

One a kind, of the first submission of an agency, in ``refused/<kind>/``; a short list of
countries gives those of its own agencies.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from sources.synthetic.desks import Submission
from sources.synthetic.faults import Kind, whole_files
from sources.synthetic.timetable import shifted
from sources.synthetic.truth import Truth

Files = dict[str, bytes]
LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2048)  # what a password makes of a workbook
FIRST_MONTH = re.compile(rb"(\d{4})-(01|04|07|10)-")
TORN = 400  # bytes that a broken line lost


def locked(files: Files) -> Files:
    """Workbooks behind a password."""
    return dict.fromkeys(files, LOCKED)


def empty(files: Files) -> Files:
    """Lists with a header and no rows."""
    return {name: data[: data.index(b"\n") + 1] for name, data in files.items()}


def header_changed(files: Files) -> Files:
    """A form of which one column has another name now."""
    return {n: data.replace(b"Statut,", b"Statut actuel,", 1) for n, data in files.items()}


def file_missing(files: Files) -> Files:
    """The last file forgotten."""
    return dict(list(files.items())[:-1])


def file_twice(files: Files) -> Files:
    """The first file once more, in place of the last."""
    (first, data), *rest = files.items()
    return {first: data, **dict(rest[:-1]), f"copy_of_{first}": data}


def cut_off(files: Files) -> Files:
    """Files of which the end is missing."""
    return {name: data[:-TORN] for name, data in files.items()}


def mostly_wrong(files: Files) -> Files:
    """A country's name misspelt in every row."""
    old, new = (word.encode("cp1251") for word in ("Дравена;", "Драввена;"))
    return {name: data.replace(old, new) for name, data in files.items()}


def several_quarters(files: Files) -> Files:
    """Days of the quarter's first month written as of another quarter."""
    return {name: FIRST_MONTH.sub(_later, data) for name, data in files.items()}


def _later(found: re.Match[bytes]) -> bytes:
    return b"%s-%02d-" % (found[1], (int(found[2]) + 3) % 12)


def unchanged(files: Files) -> Files:
    """The files as they are: something else is wrong."""
    return files


MAKE: Mapping[str, Callable[[Files], Files]] = {
    "locked": locked,
    "empty": empty,
    "header_changed": header_changed,
    "file_missing": file_missing,
    "file_twice": file_twice,
    "cut_off": cut_off,
    "mostly_wrong": mostly_wrong,
    "several_quarters": several_quarters,
}


def named(kind: Kind, good: Submission) -> Submission:
    """The submission under the period, or as that of the layout, that it is sent for."""
    match kind.kind:
        case "wrong_quarter":
            return replace(good, period=shifted(good.period or "", 5))
        case "several_quarters":
            return replace(good, period=None)
    return good


def submission(root: Path, kind: Kind, good: Submission) -> Submission:
    """One refused submission, its files written."""
    folder = root / "refused" / kind.kind
    folder.mkdir(parents=True, exist_ok=True)
    made = MAKE.get(kind.kind, unchanged)({f.name: f.read_bytes() for f in good.files})
    for name, data in made.items():
        folder.joinpath(name).write_bytes(data)
    paths = tuple(folder / name for name in made)
    return replace(named(kind, good), layout=kind.layout, files=paths)


def refused(truth: Truth, sent: Sequence[Submission]) -> list[Submission]:
    """A refused submission of every kind, told to the truth."""
    first = {one.layout: one for one in reversed(sent)}
    # Lists that are sent under the name of another source's layout.
    first["other_layout"] = first.get("xaa_police", sent[0])
    out = []
    for kind in whole_files():
        good = first.get("other_layout" if kind.kind == "other_layout" else kind.layout)
        if good and kind.layout in first:
            out.append(submission(truth.root, kind, good))
            truth.tell_fault(f"refused/{kind.kind}", "", kind.kind, "", kind.code, kind.reason)
    return out
