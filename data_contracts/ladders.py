"""Ladders of detail: tables of the same people, from the most cells to the fewest."""

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from math import prod
from pathlib import Path
from typing import Literal, Self

from pydantic import RootModel, model_validator

from data_contracts.load import HERE, strict
from data_contracts.model import Frozen, Table

A_YEAR = {"quarter": 4, "ytd": 2, "year": 1}


class Rung(Frozen):
    """A registered table in one frequency; a span of years stands in for no year."""

    table: str
    frequency: Literal["quarter", "ytd", "year"]

    def cells(self, table: Table) -> int:
        """How many cells share the people of a unit and year, totals not counted."""
        codes = (len(dimension.codes) for dimension in table.dimensions.values())
        return A_YEAR[self.frequency] * prod(codes)


class Ladders(RootModel[dict[str, tuple[Rung, ...]]]):
    """The rungs of each ladder, the finest first."""

    @model_validator(mode="after")
    def one_rung_or_more(self) -> Self:
        if bare := sorted(name for name, rungs in self.root.items() if not rungs):
            raise ValueError(f"ladders without a rung: {', '.join(bare)}")
        return self


def unfit(ladders: Ladders, registry: dict[str, Table]) -> list[str]:
    """What is wrong with ladders beside the registry.

    Nothing where each rung has fewer cells than the one before, the last is counted of everybody,
    and no table is left out whose detail could be too fine.
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
    sizes = [rung.cells(registry[rung.table]) for rung in rungs]
    if any(size <= after for size, after in pairwise(sizes)):
        yield f"a rung has as many cells as the one before, or more: {sizes}"
    if len({registry[rung.table].dataset for rung in rungs}) > 1:
        yield "its rungs count different datasets"


def _with_detail(registry: dict[str, Table]) -> Iterator[Rung]:
    """Every persons table with codes, or with several frequencies, in each of these."""
    for name, table in registry.items():
        frequencies = [of for of in A_YEAR if of in table.frequencies]
        if table.kind == "persons" and (table.dimensions or len(frequencies) > 1):
            yield from (Rung.model_validate({"table": name, "frequency": of}) for of in frequencies)


@cache
def ladders(folder: Path = HERE) -> Ladders:
    """The ladders of ``ladders.yaml``; raises ``ContractInvalid``."""
    return strict(folder / "ladders.yaml", Ladders.model_validate)
