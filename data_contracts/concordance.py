"""How our codes relate to the categories of another standard: data that its publisher may replace.

One file a standard, one row a code and category. Only the files and what they say belong here; how
much of a source they cover is counted in ``transforms.conformance``.
"""

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache, cached_property
from itertools import combinations
from pathlib import Path
from typing import Literal

from pydantic import ValidationError, field_validator, model_validator

from data_contracts import load
from data_contracts.load import ContractInvalid
from data_contracts.model import CodeList, Frozen
from data_contracts.periods import window

FOLDER = Path(__file__).parent / "concordances"
STANDARDS = ("ictip", "htcds", "ctdc", "glotip", "eurostat", "iccs", "sdmx")
REST = "*"

# The other's category means the same, holds more, holds less, or is not there; best first.
Match = Literal["exact", "broader", "narrower", "none"]
# Ours holds all of theirs.
HOLDING = ("exact", "narrower")
MATCHES: tuple[Match, ...] = ("exact", "broader", "narrower", "none")


class Relation(Frozen):
    """One code of one list to one category of the standard, and when that holds.

    The code ``*`` speaks for every code of its list without a row of its own.
    """

    codelist: str
    code: str
    target: str
    match: Match
    valid_from: date = date.min
    valid_to: date = date.max
    note: str = ""

    @field_validator("valid_from", "valid_to", mode="before")
    @classmethod
    def open_ended(cls, value: str, info: object) -> str | date:
        if value:
            return value
        return date.min if getattr(info, "field_name", "") == "valid_from" else date.max

    @model_validator(mode="after")
    def a_match_has_a_category(self) -> "Relation":
        if bool(self.target) == (self.match == "none"):
            raise ValueError("give a target exactly when the match is not none")
        if self.code == REST and self.match != "none":
            raise ValueError("the code * can only have the match none")
        if self.valid_from > self.valid_to:
            raise ValueError("valid_from is after valid_to")
        return self

    @property
    def key(self) -> tuple[str, str]:
        return self.codelist, self.code

    def meets(self, other: "Relation") -> bool:
        """Whether both hold on some day."""
        return self.valid_from <= other.valid_to and other.valid_from <= self.valid_to


class Concordance(Frozen):
    """Every relation of our codes to one standard."""

    standard: str
    relations: tuple[Relation, ...]

    @cached_property
    def _by_code(self) -> dict[tuple[str, str], list[Relation]]:
        found: dict[tuple[str, str], list[Relation]] = {}
        for relation in self.relations:
            found.setdefault(relation.key, []).append(relation)
        return found

    @cached_property
    def treated(self) -> frozenset[str]:
        """The lists of which the standard has at least one category."""
        return frozenset(r.codelist for r in self.relations if r.match != "none")

    def of(self, codelist: str, code: str, period: str) -> tuple[Relation, ...]:
        """The relations of a code on the last day of a period, ``2026-Q1`` or ``2026``."""
        own = self._by_code.get((codelist, code)) or self._by_code.get((codelist, REST), [])
        day = window(period).end
        return tuple(r for r in own if r.valid_from <= day <= r.valid_to)

    def labels(self, codelist: CodeList) -> dict[str, str]:
        """Each category of the standard to our code that holds all of it, the finest there is.

        A category that holds more than every code of ours is not there: to which part of it a
        person belongs, nobody can know.
        """
        found: dict[str, tuple[bool, int, str]] = {}
        for relation in self.relations:
            if relation.codelist == codelist.name and relation.match in HOLDING:
                depth = len(codelist.ancestors(relation.code))
                rank = (relation.match == "exact", depth, relation.code)
                found[relation.target] = max(rank, found.get(relation.target, rank))
        return {target: code for target, (_, _, code) in found.items()}

    def match(self, codelist: str, code: str, period: str) -> Match:
        """The closest of a code's matches at the end of a period; none without a relation."""
        found = {relation.match for relation in self.of(codelist, code, period)}
        return next((match for match in MATCHES if match in found), "none")


def _relation(number: int, row: Mapping[str, str]) -> Relation:
    try:
        return Relation.model_validate(row)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "row"
        raise ValueError(f"line {number}, {place}: {first['msg']}") from None


def _read(file: Path) -> Iterator[Relation]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines, restkey="further", restval="")
        if rows.fieldnames != list(Relation.model_fields):
            raise ValueError(f"the first line is not {','.join(Relation.model_fields)}")
        yield from (_relation(number, row) for number, row in enumerate(rows, 2))


def _strangers(relations: list[Relation], lists: Mapping[str, CodeList]) -> Iterator[str]:
    for number, relation in enumerate(relations, 2):
        if relation.codelist not in lists:
            yield f"line {number}: there is no list {relation.codelist!r}"
        elif relation.code not in (*lists[relation.codelist].said, REST):
            what = f"{relation.codelist} has no code {relation.code!r}"
            yield f"line {number}: {what} that may be said of somebody"


def _silent(relations: list[Relation], lists: Mapping[str, CodeList]) -> Iterator[str]:
    said = {relation.key for relation in relations}
    for name, of in lists.items():
        missing = [code for code in of.said if (name, code) not in said]
        if missing and (name, REST) not in said:
            yield f"{name} says nothing of {', '.join(missing[:8])}: add rows (match none)"


def _contradictions(relations: list[Relation]) -> Iterator[str]:
    by_code: dict[tuple[str, str], list[Relation]] = {}
    for relation in relations:
        by_code.setdefault(relation.key, []).append(relation)
    for (name, code), own in by_code.items():
        for one, other in combinations(own, 2):
            clash = one.target == other.target or "none" in (one.match, other.match)
            if clash and one.meets(other):
                yield f"{name} {code}: two rows of one day contradict or repeat each other"
                break


def _whole(standard: str, file: Path) -> Concordance:
    relations, lists = list(_read(file)), load.codelists()
    faults = [
        *_strangers(relations, lists),
        *_silent(relations, lists),
        *_contradictions(relations),
    ]
    if faults:
        raise ValueError("; ".join(faults[:8]))
    return Concordance(standard=standard, relations=tuple(relations))


@cache
def concordance(standard: str, own: Path | None = None) -> Concordance:
    """The concordance with a standard: the file in ``own``, a folder that replaces ours, or ours.

    Raises:
        Unknown: no standard has that name.
        ContractInvalid: the file breaks its form; names the lines.
    """
    if standard not in STANDARDS:
        raise load.Unknown("standard", standard, list(STANDARDS))
    name = f"{standard}.csv"
    file = own / name if own and (own / name).is_file() else FOLDER / name
    try:
        return _whole(standard, file)
    except (ValueError, csv.Error) as error:
        raise ContractInvalid(file, [str(error)]) from None


def concordances(own: Path | None = None) -> dict[str, Concordance]:
    """The concordance with every standard."""
    return {standard: concordance(standard, own) for standard in STANDARDS}
