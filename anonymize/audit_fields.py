"""Fields and their codes as an attacker sees them: which codes are made of which others.

Tables may divide one code list differently: five ages in one, minors and adults in another; or tell
in one of which country somebody is, in another only whether of the one that reports. The *atoms* of
a field are the finest classes that all its tables together can tell apart.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

from data_contracts.model import UNKNOWN, CodeList, Dimension, Table
from data_contracts.questions import FOREIGN, NATIONAL, question

Pair: TypeAlias = tuple[str, str]
Codes: TypeAlias = frozenset[Pair]
# Of whom no country is known, and yet that it is the one that reports, or another.
ONE_OF_US, STRANGER = f"{UNKNOWN}&{NATIONAL}", f"{UNKNOWN}&{FOREIGN}"


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

    @cached_property
    def unknown(self) -> frozenset[str]:
        """The labels that say, in one domain or another, that it is not known."""
        return frozenset(own[UNKNOWN] for own in self.labels.values() if UNKNOWN in own)

    def wider(self, label: str) -> list[str]:
        """The labels that hold all of ``label`` and more."""
        return [one for one, held in self.holds.items() if held > self.holds[label]]

    def tells(self, label: str, whole: str) -> bool:
        """Whether a label says more of people than a wider one does.

        That it is not known says nothing, and of one's nationals nobody needs to be told the
        country.
        """
        more = self.holds[whole] - self.holds[label]
        return label not in self.unknown and more != {ONE_OF_US}


def fields(
    tables: Iterable[Table], several: frozenset[str], lists: Mapping[str, CodeList], home: str = ""
) -> dict[str, Field]:
    """The fields of ``tables`` by name; ``several`` take more than one answer.

    ``home`` is the country that reports, of which are those whom a table calls nationals. Without
    the code list of a field whose tables divide it differently, codes of one name are taken for the
    same and all others for apart.
    """
    found: dict[str, dict[tuple[str, ...], Dimension]] = {}
    for table in tables:
        for dimension in table.dimensions.values():
            found.setdefault(question(dimension), {})[dimension.codes] = dimension
    return {
        name: asked(name, list(domains.values()), name in several, lists, home)
        for name, domains in sorted(found.items())
    }


def asked(
    name: str, domains: list[Dimension], several: bool, lists: Mapping[str, CodeList], home: str
) -> Field:
    """One field from all its domains, of which some may tell only who is at home."""
    fine = [one for one in domains if one.home_of is None]
    made = field(name, fine or domains, several, lists)
    return at_home(made, [one for one in domains if one.home_of], home) if fine else made


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


def at_home(fine: Field, domains: list[Dimension], home: str) -> Field:
    """A field of countries, together with ``domains`` that only tell whether it is ``home``.

    Of whom the country is not known that may be known. The atoms are the same for each home.
    """
    if not domains:
        return fine
    nobody_knows = f"{UNKNOWN}&"
    one_of_us, stranger = ONE_OF_US, STRANGER
    renamed = {label: nobody_knows if label == UNKNOWN else label for label in fine.holds}
    countries = [atom for atom in fine.atoms if atom != UNKNOWN]
    holds = {atom: frozenset({atom}) for atom in (*countries, UNKNOWN, one_of_us, stranger)}
    for label, held in fine.holds.items():
        more = {one_of_us, stranger} if UNKNOWN in held else set()
        holds[renamed[label]] = held | more
    own = frozenset({home} & set(countries)) | {one_of_us}
    told = {NATIONAL: own, FOREIGN: frozenset({*countries, stranger}) - own}
    named = {UNKNOWN: UNKNOWN}
    for code, held in told.items():
        named[code] = next((one for one, known in holds.items() if known == held), code)
        holds[named[code]] = held
    labels = {
        codes: {code: renamed[label] for code, label in known.items()}
        for codes, known in fine.labels.items()
    }
    both = labels | {domain.codes: {c: named[c] for c in domain.codes} for domain in domains}
    return replace(fine, holds=holds, labels=both)
