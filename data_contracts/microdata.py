"""What a row of synthetic microdata has and what may be spent on it; see ``microdata.yaml``."""

from typing import Self

from pydantic import Field as Key
from pydantic import model_validator

from data_contracts.model import UNKNOWN, Frozen

YES, NO = "1", "0"


class Share(Frozen):
    """A positive number and why it is so."""

    value: float = Key(gt=0)
    reason: str


class Number(Frozen):
    """A number of persons and why it is so."""

    value: int = Key(gt=0)
    reason: str


class Pool(Frozen):
    """What the persons behind one file have in common, and why."""

    value: str = Key(pattern=r"^[a-z]+$")
    reason: str


class Thresholds(Frozen):
    """``epsilon`` and ``delta`` of one person over all releases, and the sizes that count.

    ``pool`` is the name of all countries together whose records a region receives.
    """

    epsilon: Share
    delta: Share
    persons_per_case: Number
    min_persons: Number
    raid: Number
    pool: Pool


class Column(Frozen):
    """A question: the field of the contract, and its public codes.

    A code that is not among ``codes`` rolls up to its nearest parent that is, else to ``rest``,
    else to unknown. ``many`` questions have one column 0/1 for each code.
    """

    field: str
    codelist: str
    codes: tuple[str, ...] = Key(min_length=2)
    rest: str | None = None
    many: bool = False

    @model_validator(mode="after")
    def every_answer_has_a_place(self) -> Self:
        if len(set(self.codes)) < len(self.codes):
            raise ValueError("a code stands twice")
        if self.rest is not None and self.rest not in self.codes:
            raise ValueError("the rest is one of the codes")
        if self.many and UNKNOWN in self.codes:
            raise ValueError("that nothing is known has a column of its own")
        return self

    @property
    def domains(self) -> dict[str, tuple[str, ...]]:
        """The columns of a row for this question, and what each can hold."""
        if self.many:
            return {f"{self.field}={code}": (NO, YES) for code in (*self.codes, UNKNOWN)}
        return {self.field: self.codes}


class Microdata(Frozen):
    """The whole declaration; ``domains`` are those of a row."""

    thresholds: Thresholds
    columns: tuple[Column, ...] = Key(min_length=2)

    @property
    def domains(self) -> dict[str, tuple[str, ...]]:
        """All columns of a row, and what each can hold; nothing in it comes from records."""
        return {name: codes for one in self.columns for name, codes in one.domains.items()}
