"""How the cells of one sheet hang together, whatever its numbers: shared by all sheets alike.

A *level* is a set of fields, each with the labels of a domain; its cells are their full cross. The
finest levels of a clique are joint cells; every published cell is a sum of them. A question of
several answers splits no cell: it bounds it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, combinations, product
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from anonymize.audit_cliques import Clique, cliques
from anonymize.audit_fields import Codes, Field, Pair
from data_contracts.model import TOTAL, UNKNOWN, Table

Level: TypeAlias = frozenset[tuple[str, tuple[str, ...]]]
Integers: TypeAlias = NDArray[np.int64]

# Instead of infinity, in whole numbers; no country counts that many.
BOUNDLESS = 1_000_000


class Rows(NamedTuple):
    """Rows, ``lower`` ≤ sum of ``times`` x cell ≤ ``upper``; row i begins at ``start[i]``."""

    start: Integers
    cell: Integers
    times: Integers
    lower: Integers
    upper: Integers

    def __len__(self) -> int:
        return len(self.lower)


@dataclass
class Writer:
    """Rows as they are written down, each once."""

    rows: dict[tuple[tuple[int, int], ...], tuple[int, int]] = field(default_factory=dict)

    def add(self, terms: Mapping[int, int], lower: int, upper: int) -> None:
        key = tuple(sorted(terms.items()))
        low, high = self.rows.get(key, (-BOUNDLESS, BOUNDLESS))
        self.rows[key] = max(low, lower), min(high, upper)

    def done(self) -> Rows:
        entries = list(chain.from_iterable(self.rows))
        return Rows(
            np.cumsum([0, *map(len, self.rows)]),
            np.array([cell for cell, _ in entries], dtype=np.int64),
            np.array([times for _, times in entries], dtype=np.int64),
            np.array([low for low, _ in self.rows.values()], dtype=np.int64),
            np.array([high for _, high in self.rows.values()], dtype=np.int64),
        )


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
        return np.array([all(label != UNKNOWN for _, label in codes) for codes in self.codes])


def named(pairs: Iterable[Pair]) -> Codes:
    """A cell's codes without totals."""
    return frozenset(pair for pair in pairs if pair[1] != TOTAL)


def cells(level: Level) -> Iterator[Codes]:
    """The full cross of a level."""
    domains = [[(name, label) for label in labels] for name, labels in sorted(level)]
    return map(frozenset, product(*domains))


def level_of(table: Table, fields: Mapping[str, Field]) -> Level:
    """The finest cells of a table."""
    return frozenset((d.field, fields[d.field].domain(d)) for d in table.dimensions.values())


def subsets(level: Level) -> Iterator[Level]:
    every = sorted(level)
    return map(frozenset, chain(*(combinations(every, n) for n in range(len(every) + 1))))


def shape(tables: Sequence[Table], fields: Mapping[str, Field]) -> Shape:
    """The shape of a sheet in which ``tables`` stand."""
    levels = {table.name: level_of(table, fields) for table in tables}
    sizes = {name: len(known.atoms) + known.several for name, known in fields.items()}
    found, is_tree = cliques((fields_of(level) for level in levels.values()), sizes)
    margins = sorted({part for level in levels.values() for part in subsets(level)}, key=sorted)
    number: dict[Codes, int] = {}
    for level in margins:
        for codes in cells(level):
            number.setdefault(codes, len(number))
    published = len(number)
    program, splits = Writer(), Writer()
    for clique in found:
        inside = [level for level in margins if fields_of(level) <= clique]
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


def fields_of(level: Level) -> Clique:
    return frozenset(name for name, _ in level)


def shared(common: Clique, inside: Sequence[Level], fields: Mapping[str, Field]) -> list[Level]:
    """The levels on which two cliques must agree: all fields of one answer that they share."""
    single = frozenset((n, fields[n].atoms) for n in common if not fields[n].several)
    many = sorted(
        {
            pair
            for level in inside
            for pair in level
            if pair[0] in common and fields[pair[0]].several
        }
    )
    return [single, *(single | {pair} for pair in many)]


def rows_of(
    table: Table, fields: Mapping[str, Field], number: Mapping[Codes, int]
) -> dict[tuple[str, ...], int]:
    """The cell of each row of a table, by the row's codes in the order of its dimensions."""
    dimensions = list(table.dimensions.values())
    labels = [{TOTAL: TOTAL} | dict(fields[d.field].labels[d.codes]) for d in dimensions]
    return {
        codes: number[
            named((d.field, of[c]) for d, of, c in zip(dimensions, labels, codes, strict=True))
        ]
        for codes in product(*labels)
    }


@dataclass(frozen=True)
class Clamp:
    """Writes down how the levels of a clique hold each other."""

    fields: Mapping[str, Field]
    number: dict[Codes, int]
    program: Writer
    splits: Writer

    def write(self, clique: Clique, levels: list[Level]) -> None:
        """All rows of one clique: its joint cells, and each level from a finer one."""
        joint = list(dict.fromkeys(self.joint(clique, self.many(level)) for level in levels))
        bare = self.joint(clique, frozenset())
        every = list(dict.fromkeys([*levels, *joint, bare]))
        for level in every:
            self.sum_up(level, every, self.joint(clique, self.many(level)))
            for several in self.many(level):
                self.bound(level - {several}, several, level in joint)

    def many(self, level: Level) -> Level:
        """The fields of several answers of a level."""
        return frozenset(pair for pair in level if self.fields[pair[0]].several)

    def joint(self, clique: Clique, many: Level) -> Level:
        """The finest level of a clique with these questions of several answers."""
        single = (name for name in clique if not self.fields[name].several)
        return many | {(name, self.fields[name].atoms) for name in single}

    def sum_up(self, level: Level, every: Sequence[Level], joint: Level) -> None:
        """Each cell of a level as the sum over one further field; once for the program."""
        finer = [one for one in every if one > level and len(one) == len(level) + 1]
        ways = [one - level for one in finer if not self.many(one - level)]
        for number, way in enumerate(sorted(ways, key=sorted)):
            ((name, labels),) = way
            for codes in cells(level):
                self.equal(codes, [codes | {(name, label)} for label in labels], number == 0)
        if level != joint and not ways:
            self.from_joint(level, joint)

    def from_joint(self, level: Level, joint: Level) -> None:
        """Each cell of a level as the sum of its joint cells."""
        parts: dict[Codes, list[Codes]] = {codes: [] for codes in cells(level)}
        domains = [
            [(atom, self.above(name, atom, dict(level).get(name))) for atom in labels]
            for name, labels in sorted(joint)
        ]
        names = [name for name, _ in sorted(joint)]
        for chosen in product(*domains):
            atoms = frozenset((name, atom) for name, (atom, _) in zip(names, chosen, strict=True))
            held = ((name, up) for name, (_, up) in zip(names, chosen, strict=True) if up)
            parts[frozenset(held)].append(atoms)
        for codes, found in parts.items():
            self.equal(codes, found, True)

    def above(self, name: str, atom: str, labels: tuple[str, ...] | None) -> str | None:
        """The label of a domain that holds an atom; None where the field is not looked at."""
        if labels is None:
            return None
        return next(one for one in labels if atom in self.fields[name].holds[one])

    def equal(self, whole: Codes, parts: Sequence[Codes], for_program: bool) -> None:
        if list(parts) == [whole]:
            return
        terms = dict.fromkeys(map(self.at, parts), 1) | {self.at(whole): -1}
        for writer in (self.splits, self.program)[: 1 + for_program]:
            writer.add(terms, 0, 0)

    def bound(self, level: Level, several: tuple[str, tuple[str, ...]], for_program: bool) -> None:
        """A whole is at most all answers together, and at least any with those without one."""
        name, labels = several
        for codes in cells(level):
            whole = self.at(codes)
            parts = {label: self.at(codes | {(name, label)}) for label in labels}
            without = {parts[UNKNOWN]: -1} if UNKNOWN in parts else {}
            for writer in (self.splits, self.program)[: 1 + for_program]:
                writer.add(dict.fromkeys(parts.values(), 1) | {whole: -1}, 0, BOUNDLESS)
                for part in parts.values():
                    writer.add({whole: 1, **without, part: -1}, 0, BOUNDLESS)

    def at(self, codes: Codes) -> int:
        return self.number.setdefault(codes, len(self.number))


def rows_from(entries: Sequence[tuple[Mapping[int, int], int, int]]) -> Rows:
    """Rows of terms with their ends."""
    writer = Writer()
    for terms, lower, upper in entries:
        writer.add(terms, lower, upper)
    return writer.done()


def stacked(parts: Sequence[tuple[Rows, int]]) -> Rows:
    """Rows of several sheets, the cells of each moved by its offset."""
    if not parts:
        return rows_from(())
    counts = np.concatenate([np.diff(rows.start) for rows, _ in parts])
    columns: list[Any] = [[getattr(rows, name) for rows, _ in parts] for name in Rows._fields[2:]]
    cell = np.concatenate([rows.cell + offset for rows, offset in parts])
    return Rows(np.concatenate([[0], np.cumsum(counts)]), cell, *map(np.concatenate, columns))
