"""Ladders of detail: tables of the same people, from the most cells to the fewest."""

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from itertools import pairwise
from math import prod
from pathlib import Path
from typing import Literal, Self

from pydantic import RootModel, model_validator

from data_contracts.load import HERE, strict
from data_contracts.model import Frozen, Table

# How many cells of a series share the people of a year; three years have those of three.
A_YEAR = {"quarter": Fraction(4), "ytd": Fraction(2), "year": Fraction(1), "span": Fraction(1, 3)}


class Rung(Frozen):
    """A registered table in one frequency; ``span`` is three years."""

    table: str
    frequency: Literal["quarter", "ytd", "year", "span"]

    def cells(self, table: Table) -> Fraction:
        """How many cells share the people of a unit and year, totals not counted."""
        codes = (len(dimension.codes) for dimension in table.dimensions.values())
        return A_YEAR[self.frequency] * prod(codes)

    def is_span_of(self, table: str) -> bool:
        """Whether it is three years of a table."""
        return (self.table, self.frequency) == (table, "span")


class Ladders(RootModel[dict[str, tuple[Rung, ...]]]):
    """The rungs of each ladder, the finest first."""

    @model_validator(mode="after")
    def one_rung_or_more(self) -> Self:
        if bare := sorted(name for name, rungs in self.root.items() if not rungs):
            raise ValueError(f"ladders without a rung: {', '.join(bare)}")
        return self


def unfit(ladders: Ladders, registry: dict[str, Table]) -> list[str]:
    """What is wrong with ladders beside the registry.

    Nothing where each rung has fewer cells than the one before (or as many a year, after three
    years), the last is counted of everybody, and no table is left out whose detail could be too
    fine.
    """
    wrong = [
        f"{name}: {one}" for name, own in ladders.root.items() for one in _unfit(own, registry)
    ]
    finer = {rung for own in ladders.root.values() for rung in own[:-1]}
    lost = [name for name, own in ladders.root.items() if own[-1] in finer]
    wrong += [f"{name}: its last rung is finer than another on some ladder" for name in lost]
    missing = set(_with_detail(registry)) - {r for own in ladders.root.values() for r in own}
    return wrong + [f"{r.table}, {r.frequency}: on no ladder" for r in sorted(missing, key=str)]


def _unfit(rungs: tuple[Rung, ...], registry: dict[str, Table]) -> Iterator[str]:
    """What is wrong with one ladder."""
    unknown = [
        rung.table
        for rung in rungs
        if rung.table not in registry or rung.frequency not in registry[rung.table].frequencies
    ]
    if unknown:
        yield f"{', '.join(unknown)} is not registered in that frequency"
        return
    sizes = [(rung.cells(registry[rung.table]), rung.frequency == "span") for rung in rungs]
    if any(size <= after for size, after in pairwise(sizes)):
        told = ", ".join(str(size) for size, _ in sizes)
        yield f"a rung has as many cells as the one before, or more: {told}"
    if len({registry[rung.table].dataset for rung in rungs}) > 1:
        yield "its rungs count different datasets"


def _with_detail(registry: dict[str, Table]) -> Iterator[Rung]:
    """Every persons table with codes, or with several frequencies, in each of these.

    The span of a total stands in for no year: it is counted beside it.
    """
    for name, table in registry.items():
        own = set(table.frequencies) - (set() if table.dimensions else {"span"})
        frequencies = [of for of in A_YEAR if of in own]
        if table.kind == "persons" and (table.dimensions or len(frequencies) > 1):
            yield from (Rung.model_validate({"table": name, "frequency": of}) for of in frequencies)


@cache
def ladders(folder: Path = HERE) -> Ladders:
    """The ladders of ``ladders.yaml``; raises ``ContractInvalid``."""
    return strict(folder / "ladders.yaml", Ladders.model_validate)
