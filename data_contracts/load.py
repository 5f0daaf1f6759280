"""From the files in this folder, and the layouts beside ``sources``, to frozen records.

Everything is loaded strictly: a key that nobody reads is an error that names file and place.
"""

import csv
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from data_contracts import odcs
from data_contracts.layout import Layout
from data_contracts.matching import Matching
from data_contracts.microdata import Microdata
from data_contracts.model import CodeList, Contract, Table
from data_contracts.policy import Policy, Scope
from data_contracts.questions import can_be_taken_for, unclear
from data_contracts.sheets import Indicator
from data_contracts.words import spelling

HERE = Path(__file__).parent
LAYOUTS = HERE.parent / "sources" / "layouts"
LANGUAGES = ("en", "es", "fr")
# Files may come in more languages than pages and exports are shown in.
WRITTEN = (*LANGUAGES, "ar", "ru")
T = TypeVar("T")


class ContractInvalid(ValueError):
    """A file of promises breaks its own form; names the file and the places."""

    def __init__(self, file: Path, places: list[str]) -> None:
        super().__init__(f"{file.name} is not valid at: {'; '.join(places)}. Correct the file.")


class Unknown(LookupError):
    """No contract, layout, code list or table has that name; lists the names there are."""

    def __init__(self, what: str, name: str, known: list[str]) -> None:
        super().__init__(f"No {what} is called {name!r}. There are: {', '.join(sorted(known))}.")


class Missing(LookupError):
    """Files of promises are not there; names each, and what names it."""

    def __init__(self, files: Mapping[Path, str]) -> None:
        told = "; ".join(f"{_short(file)} ({why})" for file, why in files.items())
        super().__init__(
            f"Missing: {told}. These files are part of tipstat: put them back, or install it again."
        )


def _short(file: Path) -> str:
    """A file of ours by its place in the package, any other by its whole path."""
    root = HERE.parent
    return str(file.relative_to(root) if file.is_relative_to(root) else file)


def _places(error: ValidationError) -> list[str]:
    return [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()[:8]]


def read(file: Path) -> Any:
    """The content of a YAML file, by the parser in C where there is one: ten times faster.

    Raises ``Missing``.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    if not file.is_file():
        raise Missing({file: "needed here"})
    return loader(file.read_text(encoding="utf-8")).get_single_data()


def strict(file: Path, make: Callable[[Any], T]) -> T:
    """What ``make`` makes of a YAML file; raises ``ContractInvalid`` with the places."""
    try:
        return make(read(file))
    except ValidationError as error:
        raise ContractInvalid(file, _places(error)) from None
    except (ValueError, KeyError, TypeError, yaml.YAMLError) as error:
        raise ContractInvalid(file, [str(error)]) from None


def _named(folder: Path, ending: str) -> dict[str, Path]:
    return {file.name.removesuffix(ending): file for file in sorted(folder.glob(f"*{ending}"))}


def _pick(what: str, name: str, files: dict[str, Path]) -> Path:
    if name not in files:
        raise Unknown(what, name, list(files))
    return files[name]


def _contract(raw: dict[str, Any]) -> Contract:
    if places := odcs.violations(raw):
        raise ValueError(", ".join(places))
    return odcs.contract(raw)


@cache
def contract(name: str, folder: Path = HERE) -> Contract:
    """The contract of a dataset, checked against the standard's schema and then by us."""
    return strict(_pick("contract", name, _named(folder, ".odcs.yaml")), _contract)


def contracts(folder: Path = HERE) -> dict[str, Contract]:
    """Every contract by name."""
    return {name: contract(name, folder) for name in _named(folder, ".odcs.yaml")}


@cache
def layout(name: str, folder: Path = LAYOUTS) -> Layout:
    """The layout in ``<name>.yaml``; its name is its file's."""
    file = _pick("layout", name, _named(folder, ".yaml"))
    return strict(file, lambda raw: Layout.model_validate({"name": name} | raw))


def layouts(folder: Path = LAYOUTS) -> dict[str, Layout]:
    """Every layout by name."""
    return {name: layout(name, folder) for name in _named(folder, ".yaml")}


def rows(name: str, folder: Path) -> list[dict[str, str]]:
    """The rows of a CSV file of this package as text; ``NA`` is Namibia, not a gap."""
    with _pick("list", name, _named(folder, ".csv")).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _spellings(labels: Iterable[dict[str, str]]) -> dict[str, str]:
    return {
        spelling(word): row["code"]
        for row in labels
        for word in (row["code"], *(w for lang in WRITTEN for w in row.get(lang, "").split("|")))
        if word.strip()
    }


def _holders(name: str, facts: list[dict[str, str]], folder: Path) -> frozenset[str]:
    if wrong := [row["code"] for row in facts if row.get("only_holds") not in (None, "", "yes")]:
        places = [f"{code}, only_holds: yes or nothing" for code in wrong[:8]]
        raise ContractInvalid(folder / f"{name}.csv", places)
    return frozenset(row["code"] for row in facts if row.get("only_holds"))


@cache
def codelist(name: str, folder: Path = HERE) -> CodeList:
    """A code list with every spelling, in any language, that a file may use.

    For codes that only hold others no file may use any. Raises ``ContractInvalid``.
    """
    facts = rows(name, folder / "codelists")
    labels = rows(name, folder / "labels")
    holders = _holders(name, facts, folder / "codelists")
    return CodeList(
        name=name,
        codes=tuple(row["code"] for row in facts),
        parents={row["code"]: row["parent"] for row in facts if row["parent"]},
        holders=holders,
        groups={row["code"]: row["group"] for row in facts if row.get("group")},
        spellings=_spellings(row for row in labels if row["code"] not in holders),
    )


def countries(folder: Path = HERE) -> frozenset[str]:
    """The codes that are countries, and so may report: neither totals nor what holds several.

    Each is in a region of the world, or in the code for those that are in none; nothing else is.
    """
    return frozenset(codelist("country", folder).parents)


def codelists(folder: Path = HERE) -> dict[str, CodeList]:
    """Every code list by name."""
    return {name: codelist(name, folder) for name in _named(folder / "codelists", ".csv")}


@cache
def matching(folder: Path = HERE) -> Matching:
    """How much each likeness of two records says about whether they are of one person."""
    return strict(folder / "matching.yaml", Matching.model_validate)


@cache
def microdata(folder: Path = HERE) -> Microdata:
    """What a row of synthetic microdata has, and what may be spent on it."""
    return strict(folder / "microdata.yaml", Microdata.model_validate)


@cache
def latin(folder: Path = HERE) -> tuple[dict[str, str], ...]:
    """The letters by which names of several scripts are compared, with their script."""
    return tuple(rows("latin", folder))


@cache
def tables(folder: Path = HERE) -> dict[str, Table]:
    """The registry: every table that may be counted, by name."""

    def named(raw: dict[str, dict[str, Any]]) -> dict[str, Table]:
        every = {name: Table.model_validate({"name": name} | spec) for name, spec in raw.items()}
        for name, table in every.items():
            other = table.taken_for
            if other is not None and not (other in every and can_be_taken_for(table, every[other])):
                raise ValueError(f"{name}: taken_for names no persons table with its dimensions")
        if strange := unclear(every.values()):
            raise ValueError(
                f"{', '.join(strange)}: give countries with codes, here or in a table counted as "
                "often beside it, no region, one span"
            )
        return every

    return strict(folder / "tables.yaml", named)


@cache
def policy(folder: Path = HERE) -> Policy:
    """Every threshold; the file gives the reason beside each."""

    def values(raw: dict[str, dict[str, Any]]) -> Policy:
        if silent := [name for name, entry in raw.items() if set(entry) != {"value", "reason"}]:
            raise ValueError(f"{', '.join(silent)}: give a value and a reason, nothing else")
        return Policy.model_validate({name: entry["value"] for name, entry in raw.items()})

    return strict(folder / "policy.yaml", values)


@cache
def consent(folder: Path = HERE) -> dict[str, Scope]:
    """What each scope of consent allows, by its code."""
    return strict(
        folder / "consent.yaml",
        lambda raw: {code: Scope.model_validate(entry) for code, entry in raw.items()},
    )


@cache
def indicators(folder: Path = HERE) -> dict[str, Indicator]:
    """Every reference sheet by name; its name is its file's."""
    files = _named(folder / "indicators", ".yaml")
    return {name: strict(file, partial(_indicator, name)) for name, file in files.items()}


def _indicator(name: str, raw: dict[str, Any]) -> Indicator:
    return Indicator.model_validate({"name": name} | raw)
