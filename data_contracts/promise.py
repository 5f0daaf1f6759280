"""What a contract promised when rows were written under it, and what a later one breaks of that.

Only what the stored rows depend on is a promise: their columns, how each was protected, and the
codes that may stand in it. Titles, descriptions and labels can change freely; a field or a code
that is added breaks nothing, because a row that has no answer yet is unknown.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Self

from data_contracts.model import CodeList, Contract, Field, Frozen

# The codes that stored rows hold in a column, and None where a row has nothing.
Held = Callable[[str], frozenset[str | None]]


class Kept(Frozen):
    """One field in the stored rows: its column ``safe`` there, or a part of the link tokens."""

    safe: str
    type: str
    treatment: str
    codelist: str | None
    many: bool
    required: bool


class Promise(Frozen):
    """The fields of a dataset that stored rows depend on, its key, and its codes by list."""

    dataset: str
    fields: dict[str, Kept]
    key: tuple[str, ...]
    lists: dict[str, tuple[str, ...]]

    @classmethod
    def of(cls, contract: Contract, lists: Mapping[str, CodeList]) -> Self:
        """What a contract promises of the rows that are written under it."""
        fields = [f for f in contract.fields if f.treatment != "drop"]
        named = sorted({f.codelist for f in fields if f.codelist})
        return cls(
            dataset=contract.name,
            fields={f.name: _kept(f) for f in fields},
            key=contract.key,
            lists={name: tuple(sorted(lists[name].codes)) for name in named},
        )

    def holds(self, old: Kept) -> bool:
        """Whether another field fills the same column: an age group fills the band of an age."""
        return old.treatment != "link" and old.safe in {new.safe for new in self.fields.values()}

    @property
    def content(self) -> str:
        """A name that only this promise has."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:32]


class Break(Frozen):
    """One thing that stored rows no longer keep; ``code`` where it is about one code of a list."""

    dataset: str
    field: str
    code: str | None = None
    what: str
    remedy: str

    def __str__(self) -> str:
        code = f" {self.code}" if self.code else ""
        return f"{self.dataset}.{self.field}{code}: {self.what}. {self.remedy}"


def _kept(field: Field) -> Kept:
    return Kept(
        safe=field.safe,
        type=field.type,
        treatment=field.treatment,
        codelist=field.codelist,
        many=field.many,
        required=field.required,
    )


def breaks(before: Promise, now: Promise | None, held: Held) -> Iterator[Break]:
    """What rows written under ``before`` break of ``now``; ``held`` looks into them."""
    if now is None:
        remedy = "Put its file back; an empty dataset costs nothing."
        yield Break(dataset=before.dataset, field="*", what="the contract is gone", remedy=remedy)
        return
    if before.key != now.key:
        yield Break(
            dataset=now.dataset,
            field=", ".join(sorted({*before.key, *now.key})),
            what="the key changed",
            remedy="Keep the primary key; what tells rows apart otherwise is another dataset.",
        )
    for name, old in before.fields.items():
        yield from _field(name, old, before, now, held)
    for name, new in now.fields.items():
        asked = name in before.fields and before.fields[name].required
        if new.required and not asked and None in held(new.safe):
            what = "the field is required now, and stored rows do not have it"
            remedy = "Leave it optional; whoever sends it can be asked for it by a rule."
            yield Break(dataset=now.dataset, field=name, what=what, remedy=remedy)


def _field(name: str, old: Kept, before: Promise, now: Promise, held: Held) -> Iterator[Break]:
    """What becomes of one field of the stored rows."""
    new = now.fields.get(name)
    told = old.treatment == "link" or bool(held(old.safe) - {None})
    if new is None:
        if told and not now.holds(old):
            what = "the field is gone or has another name, and stored rows hold it"
            remedy = "Keep it, and add the new field beside it."
            yield Break(dataset=now.dataset, field=name, what=what, remedy=remedy)
        return
    for fact in ("safe", "type", "treatment", "many", "codelist"):
        was, becomes = getattr(old, fact), getattr(new, fact)
        if was != becomes and told:
            what = f"{fact} was {was} and is {becomes}, and rows were stored under the first"
            remedy = "Keep it as it was, and add a field of the new kind beside it."
            yield Break(dataset=now.dataset, field=name, what=what, remedy=remedy)
    if old.codelist and old.codelist == new.codelist:
        yield from _codes(name, old, before, now, held)


def _codes(name: str, old: Kept, before: Promise, now: Promise, held: Held) -> Iterator[Break]:
    """Codes that are on the list no more and that stored rows hold."""
    listed = str(old.codelist)
    if removed := {*before.lists[listed]} - {*now.lists[listed]}:
        for code in sorted({code for code in held(old.safe) if code in removed}):
            yield Break(
                dataset=now.dataset,
                field=name,
                code=code,
                what=f"the code is gone from {listed}.csv, and stored rows hold it",
                remedy="Keep the code and give it the day in valid_to on which it ended.",
            )
