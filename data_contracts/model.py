"""The nouns of tipstat as frozen records: contracts, code lists, tables.

Only shapes belong here. Reading files is in ``load``, judging frames in ``checks``.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, field_validator, model_validator
from pydantic import Field as Key

TOTAL = "_T"
UNKNOWN = "_U"

Kind = Literal["persons", "published", "programme"]
Stage = Literal["received", "related", "safe"]
Severity = Literal["error", "comment"]
# Of dates, where it is not ours; see ``calendars``.
Calendar = Literal["umm_al_qura", "hijri_civil", "persian", "ethiopian", "buddhist"]
Frequency = Literal["quarter", "year"]
# The year to date, and spans of several years, are counted and never sent.
Counted = Literal["quarter", "year", "ytd", "span"]


class Frozen(BaseModel):
    """Immutable, and refuses a key that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Quality(Frozen):
    """A rule beyond types and code lists: a Python verb of ``rules`` and when it is judged.

    Who breaks an ``error`` is set aside; a ``comment`` keeps the row and asks its sender.
    """

    name: str
    verb: str
    stage: Stage
    severity: Severity = "error"
    description: str = ""


class Field(Frozen):
    """One ODCS property and what we add to it; a field without a treatment does not load.

    ``safe_name`` is the column that leaves the gate in where the treatment changes the meaning:
    a date becomes a ``period``. A field of type ``array`` takes several answers to one question;
    they live in the contract's answers table, never in a list column. ``codes`` are those of the
    list that the field may hold, where a list serves several datasets; without any, all that may
    be said.
    """

    name: str
    title: str = Key(default="", alias="businessName")
    description: str = ""
    type: Literal["string", "integer", "number", "date", "array"] = Key(alias="logicalType")
    items: dict[str, str] | None = None
    required: bool = False
    primary_key: bool = Key(default=False, alias="primaryKey")
    primary_key_position: int | None = Key(default=None, alias="primaryKeyPosition")
    treatment: str = Key(pattern=r"^(keep|drop|pseudonymise|link|code|generalise:[a-z_]+)$")
    codelist: str | None = None
    codes: tuple[str, ...] = ()
    link_role: Literal["family_name", "given_name", "birth_date", "document"] | None = None
    safe_name: str | None = None

    @property
    def leaves(self) -> bool:
        """Whether a column made of this field comes out of the gate in."""
        return self.treatment not in ("drop", "link")

    @property
    def many(self) -> bool:
        """Whether a row may have several answers."""
        return self.type == "array"

    @property
    def is_told(self) -> bool:
        """Whether the field is text of which declared keywords make codes at the gate in."""
        return self.treatment == "code"

    @property
    def safe(self) -> str:
        """The name of the column after the gate in."""
        return self.safe_name or self.name

    @property
    def is_period(self) -> bool:
        """Whether the safe column holds quarters or years."""
        return self.treatment in ("generalise:quarter", "generalise:period")

    @property
    def listed(self) -> str | None:
        """The code list of the safe column: a band has one although what it is made of has none."""
        _, _, verb = self.treatment.partition(":")
        return verb if verb.endswith("_band") or verb == "area" else self.codelist

    def held(self, lists: Mapping[str, "CodeList"]) -> tuple[str, ...]:
        """The codes that the safe column may hold; none where it holds no codes."""
        codes = self.codes or (lists[self.listed].said if self.listed else ())
        rare = lists[self.listed or ""].groups if self.treatment == "generalise:group" else {}
        return tuple(code for code in codes if code not in rare)

    @field_validator("codes", mode="before")
    @classmethod
    def codes_stand_between_blanks(cls, raw: Any) -> Any:
        return tuple(raw.split()) if isinstance(raw, str) else raw

    @model_validator(mode="after")
    def text_is_never_kept(self) -> Self:
        if self.type in ("string", "array") and self.treatment == "keep" and not self.codelist:
            raise ValueError("kept text needs a codelist; free text about a person is dropped")
        if (self.treatment == "link") != (self.link_role is not None):
            raise ValueError("a field has a link_role exactly when its treatment is link")
        return self

    @model_validator(mode="after")
    def codes_of_a_treatment_stand_in_a_list(self) -> Self:
        if self.treatment in ("code", "generalise:group") and not self.codelist:
            raise ValueError(f"{self.treatment} needs the codelist whose codes it gives")
        if self.treatment == "generalise:area" and (self.type, self.codelist) != ("string", None):
            raise ValueError("generalise:area reads the text of a place, which is in no codelist")
        return self


class Contract(Frozen):
    """What one dataset promises: its fields, how each is protected, and its rules."""

    name: str
    version: str
    kind: Kind
    description: str
    grain: str
    fields: tuple[Field, ...]
    answers: str | None = None
    quality: tuple[Quality, ...] = ()
    sla: dict[str, str | int] = {}

    @cached_property
    def by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}

    @property
    def single(self) -> tuple[Field, ...]:
        """Fields with one answer a row."""
        return tuple(field for field in self.fields if not field.many)

    @property
    def kept(self) -> tuple[Field, ...]:
        """For each column that leaves the gate in, the first field that fills it."""
        first: dict[str, Field] = {}
        for field in self.single:
            if field.leaves:
                first.setdefault(field.safe, field)
        return tuple(first.values())

    @property
    def many(self) -> tuple[Field, ...]:
        """Fields with several answers a row, as a file lists them."""
        return tuple(field for field in self.fields if field.many and not field.is_told)

    @property
    def told(self) -> tuple[Field, ...]:
        """Texts of which keywords make several answers a row."""
        return tuple(field for field in self.fields if field.many and field.is_told)

    @property
    def key(self) -> tuple[str, ...]:
        """The safe names of the fields that identify a row."""
        keyed = [field for field in self.fields if field.primary_key]
        return tuple(f.safe for f in sorted(keyed, key=lambda f: f.primary_key_position or 0))

    @model_validator(mode="after")
    def several_answers_have_a_table(self) -> Self:
        if bool(self.many) != bool(self.answers):
            raise ValueError("array fields and an answers table come together")
        if strays := {f.safe for f in self.told} - {f.name for f in self.many}:
            raise ValueError(f"text is coded to answers of no array field: {sorted(strays)}")
        return self


class CodeList(Frozen):
    """Codes with their facts, and every spelling by which a file may write them.

    ``holders`` only hold others, as regions of the world hold countries: tables have them, and no
    file may, so that they have no spelling. ``groups`` are codes too rare to be stored of a person
    where a field is ``generalise:group``, each with the code that stands for it then.
    """

    name: str
    codes: tuple[str, ...]
    parents: dict[str, str] = {}
    holders: frozenset[str] = frozenset()
    groups: dict[str, str] = {}
    spellings: dict[str, str] = {}

    @cached_property
    def said(self) -> tuple[str, ...]:
        """The codes that may be said of somebody, as nobody is of one that only holds others."""
        return tuple(code for code in self.codes if code not in self.holders)

    def rolled(self, domain: Iterable[str], rest: str | None = None) -> dict[str, str]:
        """Each code to the code of ``domain`` that holds it, itself or an ancestor, or ``rest``.

        Raises KeyError for a code that no code of the domain holds: a declared domain covers
        its list, or rows would silently fall out of the cube. The total is no part of itself.
        """
        inside = set(domain)
        return {code: self._held(code, inside, rest) for code in self.codes if code != TOTAL}

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The codes that hold a code, the nearest first."""
        parent = self.parents.get(code)
        return (parent, *self.ancestors(parent)) if parent else ()

    def _held(self, code: str, inside: set[str], rest: str | None) -> str:
        while code not in inside:
            if rest and code not in self.parents:
                return rest
            code = self.parents[code]
        return code


class Dimension(Frozen):
    """A dimension of a table: the field it counts over and its declared domain, total apart.

    ``rest`` is the code of the domain for all codes that no other one holds. ``home_of`` names a
    field of countries, of which this one tells only whether it is the one that reports.
    """

    field: str
    codelist: str
    codes: tuple[str, ...]
    sensitive: bool = False
    rest: str | None = None
    home_of: str | None = None

    @model_validator(mode="after")
    def the_rest_is_declared(self) -> Self:
        if self.rest and self.rest not in self.codes:
            raise ValueError(f"{self.rest} is the rest and none of the codes")
        return self


class Table(Frozen):
    """A publishable table; nothing is counted that is not registered here.

    The cells are the full cross of countries, periods, ``units`` and each dimension's codes with
    its total. A field with several answers counts a person once per answer, so that parts may sum
    to more than their total. ``countries`` are those whose series it has, where its domain is of
    one region; else all. ``regional`` are the frequencies in which it has all countries together.
    ``sensitive_units`` say something that is held more closely, as sensitive dimensions do.
    ``impossible`` are combinations of codes that nobody can have, whatever the records: structural
    zeros. ``taken_for`` names the persons table whose people a published one may be said to count.
    """

    name: str
    title: dict[str, str]
    kind: Kind
    dataset: str
    units: tuple[str, ...]
    frequencies: tuple[Counted, ...]
    dimensions: dict[str, Dimension]
    tier: Literal["public", "partner"]
    countries: tuple[str, ...] = ()
    regional: tuple[Frequency, ...] = ()
    sensitive_units: tuple[str, ...] = ()
    impossible: tuple[dict[str, str], ...] = ()
    taken_for: str | None = None

    @property
    def key(self) -> list[str]:
        """The columns that name a cell."""
        return ["country", "period", "unit", *self.dimensions]

    @property
    def is_sensitive(self) -> bool:
        """Whether any of its cells says something that is held more closely."""
        return bool(self.sensitive_units) or any(d.sensitive for d in self.dimensions.values())

    @model_validator(mode="after")
    def marks_are_of_its_own_units_and_codes(self) -> Self:
        if strange := set(self.sensitive_units) - set(self.units):
            raise ValueError(f"sensitive_units are none of the units: {sorted(strange)}")
        if not set(self.regional) <= set(self.frequencies):
            raise ValueError("regional names another frequency than the table's own")
        for zero in self.impossible:
            known = {name for name, code in zero.items() if self._declares(name, code)}
            if len(zero) < 2 or known != set(zero):
                raise ValueError("an impossible combination has codes of two or more dimensions")
        return self

    def _declares(self, name: str, code: str) -> bool:
        return name in self.dimensions and code in self.dimensions[name].codes
