"""How the cells of one sheet hang together, whatever its numbers: shared by all sheets alike.

A *level* is a set of fields, each with the labels of a domain; its cells are their full cross. The
finest levels of a clique are joint cells; every published cell is a sum of them. A question of
several answers splits no cell: it bounds it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain, combinations, product

import numpy as np
from numpy.typing import NDArray

from anonymize.audit_clamp import Clamp, Level, cells
from anonymize.audit_cliques import Clique, cells_of, classes, cliques, ties
from anonymize.audit_fields import Codes, Field, Pair
from anonymize.audit_rows import Integers, Rows, Writer
from data_contracts.model import TOTAL, Table
from data_contracts.questions import question


@dataclass(frozen=True)
class Shape:
    """Cells of a sheet by their codes, the ``published`` first, and the rows over them.

    ``program`` says all there is to say, each thing once; ``splits`` says it in every way, which
    is what intervals need. ``is_tree``: whether the cliques miss nothing.
    """

    fields: Mapping[str, Field]
    number: Mapping[Codes, int]
    published: int
    program: Rows
    splits: Rows
    levels: tuple[Level, ...]
    cliques: tuple[Clique, ...]
    is_tree: bool
    places: Mapping[str, Mapping[tuple[str, ...], int]]
    dimensions: Mapping[str, tuple[str, ...]]

    def __len__(self) -> int:
        return len(self.number)

    @cached_property
    def codes(self) -> list[Codes]:
        """The codes of each published cell."""
        return list(self.number)[: self.published]

    @cached_property
    def nested(self) -> Integers:
        """Pairs of published cells of which the first holds all people of the second, by row."""
        pairs = [(whole, part) for part in range(self.published) for whole in self.holders(part)]
        return np.array(pairs, dtype=np.int64).reshape(-1, 2)

    def holders(self, part: int) -> list[int]:
        """The published cells that hold a cell and more."""
        ways = [
            [None, (name, label), *((name, wide) for wide in self.fields[name].wider(label))]
            for name, label in sorted(self.codes[part])
        ]
        sets = (frozenset(filter(None, chosen)) for chosen in product(*ways))
        found = (self.number.get(codes, len(self)) for codes in sets)
        return [one for one in found if one < self.published and one != part]

    @cached_property
    def is_known(self) -> NDArray[np.bool_]:
        """Of each published cell, whether none of its codes is unknown."""
        known = self.fields
        return np.array([all(v not in known[n].unknown for n, v in codes) for codes in self.codes])


def named(pairs: Iterable[Pair]) -> Codes:
    """A cell's codes without totals."""
    return frozenset(pair for pair in pairs if pair[1] != TOTAL)


def level_of(table: Table, fields: Mapping[str, Field]) -> Level:
    """The finest cells of a table."""
    return frozenset(
        (question(d), fields[question(d)].domain(d)) for d in table.dimensions.values()
    )


def subsets(level: Level) -> Iterator[Level]:
    every = sorted(level)
    return map(frozenset, chain(*(combinations(every, n) for n in range(len(every) + 1))))


def shape(tables: Sequence[Table], fields: Mapping[str, Field], most: int) -> Shape:
    """The shape of a sheet in which ``tables`` stand, of cliques of at most so many fields."""
    levels = {table.name: level_of(table, fields) for table in tables}
    wholes = [parts_of(level, fields) for level in levels.values()]
    found, is_tree = cliques([*wholes, *ties(wholes)], partial(cells_of, fields=fields), most)
    margins = sorted({part for level in levels.values() for part in subsets(level)}, key=sorted)
    number: dict[Codes, int] = {}
    for level in margins:
        for codes in cells(level):
            number.setdefault(codes, len(number))
    published = len(number)
    program, splits = Writer(), Writer()
    for clique in found:
        inside = [level for level in margins if parts_of(level, fields) <= clique]
        inside += [
            one
            for other in found
            if other != clique
            for one in shared(clique & other, inside, fields)
        ]
        Clamp(fields, number, program, splits).write(clique, list(dict.fromkeys(inside)))
    places = {table.name: rows_of(table, fields, number) for table in tables}
    return Shape(
        fields,
        number,
        published,
        program.done(),
        splits.done(),
        tuple(margins),
        tuple(found),
        is_tree,
        places,
        {table.name: tuple(table.dimensions) for table in tables},
    )


def parts_of(level: Level, fields: Mapping[str, Field]) -> Clique:
    """What a level needs of a clique: its domains, and its questions of several answers."""
    return frozenset((name, () if fields[name].several else labels) for name, labels in level)


def shared(common: Clique, inside: Sequence[Level], fields: Mapping[str, Field]) -> list[Level]:
    """The levels on which two cliques must agree: all parts of one answer that they share."""
    own = classes(common, fields)
    single = frozenset((n, labels) for n, labels in own.items() if not fields[n].several)
    many = sorted(
        {pair for level in inside for pair in level if pair[0] in own and fields[pair[0]].several}
    )
    return [single, *(single | {pair} for pair in many)]


def rows_of(
    table: Table, fields: Mapping[str, Field], number: Mapping[Codes, int]
) -> dict[tuple[str, ...], int]:
    """The cell of each row of a table, by the row's codes in the order of its dimensions."""
    dimensions = list(table.dimensions.values())
    labels = [{TOTAL: TOTAL} | dict(fields[question(d)].labels[d.codes]) for d in dimensions]
    return {
        codes: number[
            named((question(d), of[c]) for d, of, c in zip(dimensions, labels, codes, strict=True))
        ]
        for codes in product(*labels)
    }
