"""Ladders of detail: tables of the same people, from the most cells to the fewest."""

from fractions import Fraction
from functools import cache
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
    def two_rungs_or_more(self) -> Self:
        if short := sorted(name for name, rungs in self.root.items() if len(rungs) < 2):
            raise ValueError(f"ladders of one rung: {', '.join(short)}")
        return self


def unfit(ladders: Ladders, registry: dict[str, Table]) -> list[str]:
    """What is wrong with ladders beside the registry; nothing where each rung has fewer cells."""
    wrong = []
    for name, rungs in ladders.root.items():
        unknown = [
            rung.table
            for rung in rungs
            if rung.table not in registry or rung.frequency not in registry[rung.table].frequencies
        ]
        if unknown:
            wrong.append(f"{name}: {', '.join(unknown)} is not registered in that frequency")
            continue
        sizes = [rung.cells(registry[rung.table]) for rung in rungs]
        if sizes != sorted(set(sizes), reverse=True):
            wrong.append(f"{name}: a rung has as many cells as the one before, or more: {sizes}")
        if len({registry[rung.table].dataset for rung in rungs}) > 1:
            wrong.append(f"{name}: its rungs count different datasets")
    return wrong


@cache
def ladders(folder: Path = HERE) -> Ladders:
    """The ladders of ``ladders.yaml``; raises ``ContractInvalid``."""
    return strict(folder / "ladders.yaml", Ladders.model_validate)
