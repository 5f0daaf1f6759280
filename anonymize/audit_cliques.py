"""Which fields are looked at together: cliques that hang together as a tree.

Numbers that agree on what the cliques of a tree share belong to some whole distribution, so
that nothing is missed by looking at each clique alone (Lauritzen, Graphical Models, 1996, ch. 3). A
set of tables that is no tree is made one by joining: one field after another is closed, the
cheapest first.
"""

from collections.abc import Iterable, Mapping
from math import prod

MOST_FIELDS = 6
MOST_CELLS = 4096

Clique = frozenset[str]


def cliques(tables: Iterable[Clique], sizes: Mapping[str, int]) -> tuple[list[Clique], bool]:
    """The cliques of ``tables``, each a set of fields, and whether they are a tree.

    ``sizes`` has the number of codes of each field. A join of more than ``MOST_FIELDS`` fields
    or ``MOST_CELLS`` joint cells is not made; then the cliques are no tree.
    """
    found = maximal(tables)
    while core := residue(found):
        fields = sorted({field for clique in core for field in clique})
        joins = [(joined(core, field), field) for field in fields]
        fitting = [
            (size, field, union)
            for union, field in joins
            if len(union) <= MOST_FIELDS and (size := volume(union, sizes)) <= MOST_CELLS
        ]
        union = min(fitting)[2] if fitting else smallest_pair(core, sizes)
        if union is None:
            return sorted(found, key=sorted), False
        found = maximal([*found, union])
    return sorted(found, key=sorted), True


def volume(clique: Clique, sizes: Mapping[str, int]) -> int:
    """How many joint cells a clique has."""
    return prod(sizes[field] for field in clique)


def maximal(sets: Iterable[Clique]) -> list[Clique]:
    """Those that lie in no other."""
    every = sorted(set(sets), key=lambda one: (-len(one), sorted(one)))
    kept: list[Clique] = []
    for one in every:
        if not any(one <= other for other in kept):
            kept.append(one)
    return kept


def joined(core: Iterable[Clique], field: str) -> Clique:
    """All cliques with a field as one."""
    return frozenset().union(*(clique for clique in core if field in clique))


def smallest_pair(core: list[Clique], sizes: Mapping[str, int]) -> Clique | None:
    """The smallest union of two cliques that share a field, if any fits."""
    unions = [
        one | other
        for number, one in enumerate(core)
        for other in core[:number]
        if one & other and len(one | other) <= MOST_FIELDS
    ]
    fitting = [u for u in unions if volume(u, sizes) <= MOST_CELLS]
    return min(fitting, key=lambda u: (volume(u, sizes), sorted(u)), default=None)


def residue(cliques: Iterable[Clique]) -> list[Clique]:
    """What is left when every leaf is taken off: nothing, if they are a tree.

    Graham's reduction: a field of one clique only goes, a clique inside another goes.
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
