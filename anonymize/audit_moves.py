"""Moves of a population: persons that change a code or a quarter, come or go."""

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from anonymize.audit_fields import Field
from anonymize.audit_population import ANSWERS, Population, width
from anonymize.audit_rows import Integers
from data_contracts.model import UNKNOWN

TRIED = 24
NOBODY = -1


class Moves(NamedTuple):
    """Proposals of one home, a row each: who (``NOBODY`` comes), and what it is afterwards.

    A presence of zero goes.
    """

    home: int
    who: Integers
    codes: Integers
    presence: Integers


@dataclass(frozen=True)
class Wish:
    """A cell that should grow or shrink: its home, the quarters it covers, its codes."""

    home: int
    mask: int
    codes: tuple[tuple[Field, tuple[int, ...]], ...]
    is_up: bool


class Mover:
    """Proposes moves that make a cell grow or shrink by one."""

    def __init__(self, population: Population, seed: int) -> None:
        self.population, self.chance = population, np.random.default_rng(seed)
        self.atoms = {
            field.name: {atom: n for n, atom in enumerate(field.atoms)}
            for field in population.form.fields
        }

    @cached_property
    def sheet_homes(self) -> list[list[tuple[int, int]]]:
        """Of each sheet the homes that it counts, each with the sheet's quarters."""
        found: list[list[tuple[int, int]]] = [[] for _ in self.population.sheets]
        for number, home in enumerate(self.population.homes):
            for sheet, mask in zip(home.sheets, home.masks, strict=True):
                found[sheet].append((number, mask))
        return found

    def wish(self, cell: int, is_up: bool, allowed: frozenset[int] | None = None) -> Wish | None:
        """A cell by its number in the population as a wish, for one of its ``allowed`` homes."""
        population = self.population
        sheet = int(np.searchsorted(population.start, cell, side="right")) - 1
        homes = [one for one in self.sheet_homes[sheet] if allowed is None or one[0] in allowed]
        if not homes:
            return None
        home, mask = homes[self.chance.integers(len(homes))]
        shape = population.sheets[sheet].shape
        codes = shape.codes[cell - int(population.start[sheet])]
        parts = tuple(
            (
                shape.fields[name],
                tuple(sorted(self.atoms[name][atom] for atom in shape.fields[name].holds[label])),
            )
            for name, label in sorted(codes)
        )
        return Wish(home, mask, parts, is_up)

    def members(self, wish: Wish, own: Integers) -> Any:
        """Which of the persons ``own`` have the codes of a wish, in whatever quarter."""
        fits = np.ones(len(own), dtype=bool)
        for field, atoms in wish.codes:
            places = self.population.form.columns[field.name]
            has = np.zeros(len(own), dtype=bool)
            for column, atom in product(places, atoms):
                has |= self.population.codes[own, column] == atom
            fits &= has
        return fits

    def moves(self, wish: Wish) -> Moves:
        """Proposals for a wish."""
        own = np.flatnonzero((self.population.home == wish.home) & (self.population.presence > 0))
        fits = self.members(wish, own)
        is_in = (self.population.presence[own] & wish.mask) != 0
        return self.up(wish, own, fits, is_in) if wish.is_up else self.down(wish, own[fits & is_in])

    def up(self, wish: Wish, own: Integers, fits: Any, is_in: Any) -> Moves:
        """Others take the codes, people with the codes come in these quarters, or new ones come."""
        others = self.some(own[is_in & ~fits], TRIED)
        elsewhere = self.some(own[fits & ~is_in], TRIED // 3)
        copied = self.some(own, TRIED // 3) if len(own) else np.zeros(0, dtype=np.int64)
        who = np.concatenate([others, elsewhere, np.full(len(copied) or 1, NOBODY)])
        codes = np.concatenate(
            [
                self.population.codes[np.concatenate([others, elsewhere, copied])],
                self.anybody(0 if len(copied) else 1),
            ]
        )
        for field, atoms in wish.codes:
            self.take(codes, field, atoms)
        presence = np.concatenate(
            [
                self.population.presence[others],
                self.population.presence[elsewhere],
                np.zeros(len(who) - len(others) - len(elsewhere), dtype=np.int64),
            ]
        )
        late = np.arange(len(who)) >= len(others)
        presence = np.where(late, presence | self.quarter(wish.mask, len(who)), presence)
        return Moves(wish.home, who, codes, presence)

    def down(self, wish: Wish, members: Integers) -> Moves:
        """Members take another code, or are not there in these quarters, or not at all."""
        who = self.some(members, TRIED)
        codes, presence = self.population.codes[who].copy(), self.population.presence[who].copy()
        third = self.chance.integers(0, 3 if wish.codes else 1, len(who))
        if wish.codes:
            which = self.chance.integers(0, len(wish.codes), len(who))
            for number, (field, atoms) in enumerate(wish.codes):
                rows = np.flatnonzero((third > 0) & (which == number))
                codes[rows] = self.without(codes[rows], field, atoms)
        gone = presence & ~wish.mask
        elsewhere = self.quarter(
            ((1 << self.population.homes[wish.home].quarters) - 1) & ~wish.mask, len(who)
        )
        moved = np.where(self.chance.random(len(who)) < 0.5, gone, gone | elsewhere)
        return Moves(wish.home, who, codes, np.where(third == 0, moved, presence))

    def some(self, people: Integers, number: int) -> Integers:
        """A few of ``people``, by chance."""
        if len(people) <= number:
            return people
        picked: Integers = people[self.chance.integers(0, len(people), number)]
        return np.unique(picked)

    def quarter(self, mask: int, number: int) -> Integers:
        """For each one quarter of a mask; none of an empty one."""
        bits = np.array([1 << n for n in range(mask.bit_length()) if mask >> n & 1] or [0])
        return bits[self.chance.integers(0, len(bits), number)]

    def anybody(self, number: int) -> Integers:
        """Persons with random codes and one answer to each question of several."""
        codes = np.zeros((number, self.population.form.width), dtype=np.int64)
        for field in self.population.form.fields:
            first, *more = self.population.form.columns[field.name]
            codes[:, first] = self.chance.integers(0, len(field.atoms), number)
            codes[:, more] = len(field.atoms)
        return codes

    def take(self, codes: Integers, field: Field, atoms: tuple[int, ...]) -> None:
        """Give everybody one of ``atoms``; an answer is added to those there are, while it can."""
        columns = self.population.form.columns[field.name]
        given = np.array(atoms)[self.chance.integers(0, len(atoms), len(codes))]
        if not field.several:
            codes[:, columns[0]] = given
            return
        has = np.isin(codes[:, columns], atoms).any(axis=1)
        rows = np.flatnonzero(~has)
        nothing, unknown = len(field.atoms), self.atoms[field.name].get(UNKNOWN, NOBODY)
        own = codes[np.ix_(rows, np.array(columns))]
        alone = (
            (own[:, 0] == unknown)
            | (given[rows] == unknown)
            | (self.chance.random(len(rows)) < 0.3)
        )
        own[alone] = nothing
        full = (own != nothing).all(axis=1)
        slot = np.where(
            full, self.chance.integers(0, ANSWERS, len(rows)), (own == nothing).argmax(axis=1)
        )
        own[np.arange(len(rows)), slot] = given[rows]
        codes[np.ix_(rows, np.array(columns))] = packed(own, nothing)

    def without(self, codes: Integers, field: Field, atoms: tuple[int, ...]) -> Integers:
        """Everybody with another code instead, or without the answer."""
        columns = self.population.form.columns[field.name]
        rest = [n for n in range(len(field.atoms)) if n not in atoms]
        if not rest:
            return codes
        given = np.array(rest)[self.chance.integers(0, len(rest), len(codes))]
        if not field.several:
            codes[:, columns[0]] = given
            return codes
        nothing, unknown = width(field) - 1, self.atoms[field.name].get(UNKNOWN, NOBODY)
        own = codes[:, columns]
        own[np.isin(own, atoms)] = nothing
        own = packed(own, nothing)
        empty = own[:, 0] == nothing
        own[empty, 0] = np.where(
            (unknown >= 0) & (unknown not in atoms) & (self.chance.random(empty.sum()) < 0.5),
            unknown,
            given[empty],
        )
        codes[:, columns] = own
        return codes


def packed(own: Integers, nothing: int) -> Integers:
    """Answers first, each once, then nothing."""
    own = np.sort(own, axis=1)
    own[:, 1:] = np.where(own[:, 1:] == own[:, :-1], nothing, own[:, 1:])
    return np.sort(own, axis=1)
