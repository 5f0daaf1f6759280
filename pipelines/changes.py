"""What one release says otherwise than another, in the lines that people read."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

DASH, ARROW = "\u2013", "\u2192"
MARKS = {"Q": "[c]", "O": "[x]", "M": "[z]"}
BESIDE = ("definitions", "concordances", "precedence.yaml", "ladders.yaml")


def said(cell: Mapping[str, Any]) -> str:
    """A cell as pages show it; what a publisher hid with the interval that it leaves."""
    if cell["value"] is not None:
        return str(cell["value"])
    is_bounded = cell["obs_status"] == "Q" and cell["upper"] is not None
    if is_bounded:
        return f"{cell['lower']}{DASH}{cell['upper']}"
    return MARKS.get(cell["obs_status"], DASH)


def promises(found: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """What kind of promise is another one, and which, of the answer of ``release diff``."""
    folders = found["promises"]
    yield "policy", list(_pairs(found["policy"]))
    yield "registry", _names(found["registry"])
    yield "contracts", [*_pairs(found["contracts"]), *_unversioned(found)]
    yield "codes", list(found["codes"])
    yield "labels", _names(folders["labels"])
    yield "sheets", _names(folders["indicators"])
    yield "definitions", [name for folder in BESIDE for name in _names(folders[folder])]


def _pairs(values: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Each value with what it was and is; a dash where it was, or is, not there."""
    for name, of in values.items():
        was, now = (DASH if of[when] is None else of[when] for when in ("before", "after"))
        yield f"{name}: {was} {ARROW} {now}"


def _unversioned(found: Mapping[str, Any]) -> Iterator[str]:
    """Contracts that say something else under the same version."""
    names = (name.partition(".")[0] for name in _names(found["promises"]["contracts"]))
    yield from (name for name in names if name not in found["contracts"])


def _names(changes: Mapping[str, Iterable[str]]) -> list[str]:
    return sorted({name for names in changes.values() for name in names})
