"""How the treatment of each field came to be: the first one, and every change with its decision.

The log is kept in ``changes.yaml``. A change has the version of the contract from which it holds.
"""

import datetime as dt
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from pydantic import Field as Key
from pydantic import field_validator

from data_contracts import load
from data_contracts.model import Contract, Field, Frozen

NONE = "none"
INTRODUCTION = """# What the gate in does with each field

Made from the contracts and `data_contracts/changes.yaml` by
`python -m data_contracts.changes`; a test holds it to them. What leaves is what a later step, a
release or a reader can see. Whatever is not in these tables is dropped, and its column reported
to the sender.
"""


class First(Frozen):
    """Each treatment of the first version that was logged, to its fields."""

    version: str
    date: dt.date
    decision: int
    treatments: dict[str, tuple[str, ...]]

    @field_validator("treatments", mode="before")
    @classmethod
    def fields_stand_between_blanks(cls, raw: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
        return {treatment: tuple(fields.split()) for treatment, fields in raw.items()}


class Change(Frozen):
    """A treatment that became another one; ``none`` where the field was not there, or is gone."""

    version: str
    date: dt.date
    field: str
    before: str = Key(alias="from")
    after: str = Key(alias="to")
    decision: int


class Log(Frozen):
    """The treatments of one contract over time; raises ValueError for a step that does not fit."""

    first: First
    changes: tuple[Change, ...] = ()

    def last(self) -> dict[str, str]:
        """Each field to its treatment after the last change."""
        now = {field: of for of, fields in self.first.treatments.items() for field in fields}
        version = self.first.version
        for change in self.changes:
            if now.get(change.field, NONE) != change.before or change.before == change.after:
                raise ValueError(f"{change.field} was not {change.before} before {change.version}")
            if ordered(change.version) < ordered(version):
                raise ValueError(f"{change.version} comes after {version}")
            version = change.version
            now[change.field] = change.after
        if self.changes and ordered(version) == ordered(self.first.version):
            raise ValueError(f"a change needs a version after {version}")
        return {field: of for field, of in now.items() if of != NONE}

    @property
    def version(self) -> str:
        """The version of the contract from which the last treatments hold."""
        return self.changes[-1].version if self.changes else self.first.version

    @property
    def decisions(self) -> set[int]:
        """The numbers of all decisions that are named."""
        return {self.first.decision, *(change.decision for change in self.changes)}


def ordered(version: str) -> tuple[int, ...]:
    """A version as numbers, so that 1.10 comes after 1.9."""
    return tuple(map(int, version.split(".")))


@cache
def logs(folder: Path = load.HERE) -> dict[str, Log]:
    """The log of each contract."""
    file = folder / "changes.yaml"
    return load.strict(file, lambda raw: {n: Log.model_validate(one) for n, one in raw.items()})


def page() -> str:
    """The treatments of all contracts and their changes, as a page in Markdown."""
    parts = ("\n".join(_section(contract, logs()[n])) for n, contract in load.contracts().items())
    return "\n".join((INTRODUCTION, *parts))


def _section(contract: Contract, log: Log) -> Iterator[str]:
    yield f"## {contract.name} {contract.version}\n"
    yield "| field | treatment | leaves as | of the list |\n| --- | --- | --- | --- |"
    yield from (_row(field) for field in contract.fields)
    yield "\n| version | day | field | was | is | decision |\n| --- | --- | --- | --- | --- | --- |"
    first = log.first
    yield f"| {first.version} | {first.date} | all | | first log | {first.decision} |"
    for one in log.changes:
        told = (one.version, one.date, one.field, one.before, one.after, one.decision)
        yield f"| {' | '.join(map(str, told))} |"
    yield ""


def _row(field: Field) -> str:
    safe = field.safe if field.leaves else "(nothing)"
    return f"| {field.name} | {field.treatment} | {safe} | {field.listed or ''} |"


if __name__ == "__main__":
    sys.stdout.write(page())
