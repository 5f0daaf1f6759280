"""Which fields are looked at together: cliques that hang together as a tree.

Numbers that agree on what the cliques of a tree share belong to some whole distribution, so
that nothing is missed by looking at each clique alone (Lauritzen, Graphical Models, 1996, ch. 3). A
set of tables that is no tree is made one by joining: one field after another is closed, the
cheapest first.

A field that tables divide differently is a *part* of the tree for each of its domains, so that a
clique of tables that know minors and adults alone has no cells by five ages. What one domain has to
do with the other is a clique of its own: it has all domains of the field.
"""

from collections.abc import Callable, Iterable, Mapping
from math import prod
from typing import TypeAlias

from anonymize.audit_fields import Field

MOST_CELLS = 4096

# A field and the labels of one of its domains; of several answers it has none.
Part: TypeAlias = tuple[str, tuple[str, ...]]
Clique: TypeAlias = frozenset[Part]


def cliques(
    tables: Iterable[Clique], volume: Callable[[Clique], int], most: int
) -> tuple[list[Clique], bool]:
    """The cliques of ``tables``, each a set of parts, and whether they are a tree.

    ``volume`` tells how many joint cells a clique has. A join of more than ``most`` fields or
    ``MOST_CELLS`` joint cells is not made; then the cliques are no tree.
    """
    found = maximal(tables)
    while core := residue(found):
        parts = sorted({part for clique in core for part in clique})
        joins = [(joined(core, part), part) for part in parts]
        fitting = [
            (size, part, union)
            for union, part in joins
            if len(names(union)) <= most and (size := volume(union)) <= MOST_CELLS
        ]
        union = min(fitting)[2] if fitting else smallest_pair(core, volume, most)
        if union is None:
            return sorted(found, key=sorted), False
        found = maximal([*found, union])
    return sorted(found, key=sorted), True


def names(clique: Clique) -> set[str]:
    """The fields of a clique."""
    return {name for name, _ in clique}


def classes(clique: Clique, fields: Mapping[str, Field]) -> dict[str, tuple[str, ...]]:
    """Of each field the labels by which a clique looks at it: of its only domain, else its atoms.

    Of several answers there are atoms alone.
    """
    own = dict(clique)
    twice = [name for name in own if sum(name == other for other, _ in clique) > 1]
    return {
        n: fields[n].atoms if n in twice else labels or fields[n].atoms for n, labels in own.items()
    }


def cells_of(clique: Clique, fields: Mapping[str, Field]) -> int:
    """How many joint cells a clique has."""
    found = classes(clique, fields)
    return prod(len(labels) + fields[name].several for name, labels in found.items())


def ties(tables: Iterable[Clique]) -> list[Clique]:
    """The domains of each field, where there are several: what one has to do with the others."""
    every = frozenset[Part]().union(*tables)
    found = (frozenset(part for part in every if part[0] == name) for name in sorted(names(every)))
    return [tie for tie in found if len(tie) > 1]


def maximal(sets: Iterable[Clique]) -> list[Clique]:
    """Those that lie in no other."""
    every = sorted(set(sets), key=lambda one: (-len(one), sorted(one)))
    kept: list[Clique] = []
    for one in every:
        if not any(one <= other for other in kept):
            kept.append(one)
    return kept


def joined(core: Iterable[Clique], part: Part) -> Clique:
    """All cliques with a part as one."""
    return frozenset[Part]().union(*(clique for clique in core if part in clique))


def smallest_pair(core: list[Clique], volume: Callable[[Clique], int], most: int) -> Clique | None:
    """The smallest union of two cliques that share a part, if any fits."""
    unions = [
        one | other
        for number, one in enumerate(core)
        for other in core[:number]
        if one & other and len(names(one | other)) <= most
    ]
    fitting = [u for u in unions if volume(u) <= MOST_CELLS]
    return min(fitting, key=lambda u: (volume(u), sorted(u)), default=None)


def residue(cliques: Iterable[Clique]) -> list[Clique]:
    """What is left when every leaf is taken off: nothing, if they are a tree.

    Graham's reduction: a part of one clique only goes, a clique inside another goes.
    """
    left = maximal(cliques)
    while True:
        shared = [
            frozenset(f for f in one if any(f in other for other in left if other is not one))
            for one in left
        ]
        fewer = [one for one in maximal(shared) if one]
        if fewer == left:
            return left
        left = fewer
