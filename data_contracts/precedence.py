"""Whose figure is taken where several sources report the same one; declared, with reasons."""

from functools import cache
from pathlib import Path
from typing import Self

from pydantic import RootModel, model_validator

from data_contracts.load import HERE, strict
from data_contracts.model import Frozen

RECORDS = "records"


class Step(Frozen):
    """Sources that are asked one after the other, and why they stand here."""

    sources: tuple[str, ...]
    reason: str


class Precedence(RootModel[tuple[Step, ...]]):
    """The declared order of sources, the first to be asked first."""

    @property
    def order(self) -> tuple[str, ...]:
        """Every named source in its order, ``records`` among them."""
        return tuple(source for step in self.root for source in step.sources)

    def ranked(self, sources: set[tuple[str, str]]) -> list[tuple[str, str]]:
        """Pairs of a table's kind and a source, the one that is asked first at the front.

        Records of a source that is not named are ``records``; other publishers that are not
        named come last.
        """
        place = {source: number for number, source in enumerate(self.order)}

        def rank(pair: tuple[str, str]) -> tuple[int, str, str]:
            kind, source = pair
            last = place[RECORDS] if kind == "persons" else len(place)
            return place.get(source, last), source, kind

        return sorted(sources, key=rank)

    @model_validator(mode="after")
    def each_source_once(self) -> Self:
        named = self.order
        if twice := sorted({source for source in named if named.count(source) > 1}):
            raise ValueError(f"named twice: {', '.join(twice)}")
        if RECORDS not in named:
            raise ValueError(f"say where {RECORDS} stand")
        return self


@cache
def precedence(folder: Path = HERE) -> Precedence:
    """The order of ``precedence.yaml``; raises ``ContractInvalid``."""
    return strict(folder / "precedence.yaml", Precedence.model_validate)
