"""Fields and their codes as an attacker sees them: which codes are made of which others.

Tables may divide one code list differently: five ages in one, minors and adults in another. The
*atoms* of a field are the finest classes that all its tables together can tell apart.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from data_contracts.model import UNKNOWN, CodeList, Dimension, Table

Pair: TypeAlias = tuple[str, str]
Codes: TypeAlias = frozenset[Pair]


@dataclass(frozen=True)
class Field:
    """One field: its atoms, which atoms each label holds, and whether answers may be several.

    A *label* names a set of atoms: the code itself, unless two domains mean different sets by
    one code. Of a field of several answers, whoever gives any of a label's atoms stands in it once.
    """

    name: str
    several: bool
    holds: Mapping[str, frozenset[str]]
    labels: Mapping[tuple[str, ...], Mapping[str, str]]

    @cached_property
    def atoms(self) -> tuple[str, ...]:
        return tuple(label for label, held in self.holds.items() if held == {label})

    def domain(self, dimension: Dimension) -> tuple[str, ...]:
        """The labels of a dimension's codes, in the order of its codes."""
        return tuple(self.labels[dimension.codes].values())

    def wider(self, label: str) -> list[str]:
        """The labels that hold all of ``label`` and more."""
        return [one for one, held in self.holds.items() if held > self.holds[label]]


def fields(
    tables: Iterable[Table], several: frozenset[str], lists: Mapping[str, CodeList]
) -> dict[str, Field]:
    """The fields of ``tables`` by name; ``several`` take more than one answer.

    Without the code list of a field whose tables divide it differently, codes of one name are
    taken for the same and all others for apart.
    """
    found: dict[str, dict[tuple[str, ...], Dimension]] = {}
    for table in tables:
        for dimension in table.dimensions.values():
            found.setdefault(dimension.field, {})[dimension.codes] = dimension
    return {
        name: field(name, list(domains.values()), name in several, lists)
        for name, domains in sorted(found.items())
    }


def field(
    name: str, domains: list[Dimension], several: bool, lists: Mapping[str, CodeList]
) -> Field:
    """One field from all its domains."""
    if len(domains) == 1 or domains[0].codelist not in lists:
        same = {one: frozenset({one}) for domain in domains for one in domain.codes}
        return Field(name, several, same, {d.codes: {c: c for c in d.codes} for d in domains})
    holders = [held_by(domain, lists[domain.codelist]) for domain in domains]
    every = dict.fromkeys(code for holder in holders for code in holder)
    classes = {code: tuple(holder.get(code, code) for holder in holders) for code in every}
    names = named(classes, domains)
    sets = [
        {code: frozenset(names[c] for c in names if c[n] == code) for code in domain.codes}
        for n, domain in enumerate(domains)
    ]
    holds = {atom: frozenset({atom}) for atom in names.values()}
    labels: dict[tuple[str, ...], dict[str, str]] = {}
    for number, (domain, held) in enumerate(zip(domains, sets, strict=True)):
        labels[domain.codes] = {}
        for code, atoms in held.items():
            label = next((one for one, known in holds.items() if known == atoms), None)
            label = label or (code if code not in holds else f"{code}@{number}")
            holds[label] = atoms or frozenset({label})
            labels[domain.codes][code] = label
    return Field(name, several, holds, labels)


def held_by(domain: Dimension, codelist: CodeList) -> dict[str, str]:
    """Each code of the list by the code of the domain that holds it."""
    return codelist.rolled(domain.codes, domain.rest) | {UNKNOWN: UNKNOWN}


def named(
    classes: Mapping[str, tuple[str, ...]], domains: list[Dimension]
) -> dict[tuple[str, ...], str]:
    """Each distinct class with a name: the code that means it alone, else all its codes."""
    distinct = dict.fromkeys(classes.values())
    names: dict[tuple[str, ...], str] = {}
    for one in distinct:
        alone = [c for n, c in enumerate(one) if sum(other[n] == c for other in distinct) == 1]
        free = [code for code in alone if code not in names.values()]
        names[one] = free[0] if free else "&".join(one)
    return names
