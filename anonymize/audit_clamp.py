"""How the levels of a clique hold each other, as rows over their cells.

A *level* is a set of fields, each with the labels of a domain; its cells are their full cross.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

from anonymize.audit_cliques import Clique, classes
from anonymize.audit_fields import Codes, Field
from anonymize.audit_rows import BOUNDLESS, Writer
from data_contracts.model import UNKNOWN

Level: TypeAlias = frozenset[tuple[str, tuple[str, ...]]]


def cells(level: Level) -> Iterator[Codes]:
    """The full cross of a level."""
    domains = [[(name, label) for label in labels] for name, labels in sorted(level)]
    return map(frozenset, product(*domains))


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
                for other in every:
                    self.group(level, several[0], other, level in joint)

    def many(self, level: Level) -> Level:
        """The fields of several answers of a level."""
        return frozenset(pair for pair in level if self.fields[pair[0]].several)

    def joint(self, clique: Clique, many: Level) -> Level:
        """The finest level of a clique with these questions of several answers."""
        own = classes(clique, self.fields)
        return many | {(n, labels) for n, labels in own.items() if not self.fields[n].several}

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
        """The label of a domain that holds an atom; None where the field is not looked at.

        Of several answers a level and its joint cells have the same labels.
        """
        if labels is None or self.fields[name].several:
            return atom if labels else None
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

    def group(self, level: Level, name: str, other: Level, for_program: bool) -> None:
        """Bind the groups of answers of a level to the answers of ``other``.

        A group has at least the people of each answer in it, and at most those of all together.
        """
        groups, answers = dict(level)[name], dict(other).get(name, ())
        rest = level - {(name, groups)}
        holds = self.fields[name].holds
        if not answers or other - {(name, answers)} != rest:
            return
        for label in (one for one in groups if one not in answers):
            near = [one for one in answers if holds[one] & holds[label]]
            inside = [one for one in near if holds[one] < holds[label]]
            for codes in cells(rest):
                whole = self.at(codes | {(name, label)})
                parts = {one: self.at(codes | {(name, one)}) for one in near}
                for writer in (self.splits, self.program)[: 1 + for_program]:
                    writer.add(dict.fromkeys(parts.values(), 1) | {whole: -1}, 0, BOUNDLESS)
                    for one in inside:
                        writer.add({whole: 1, parts[one]: -1}, 0, BOUNDLESS)

    def at(self, codes: Codes) -> int:
        return self.number.setdefault(codes, len(self.number))
