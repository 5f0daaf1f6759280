"""The part of the Open Data Contract Standard that we keep, and how it becomes a ``Contract``.

A standard key that is missing here is refused: a promise nobody keeps is worse than none.
"""

import json
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any, Literal, Self

import jsonschema_rs
from pydantic import Field as Key
from pydantic import model_validator

from data_contracts.model import Contract, Field, Frozen, Kind, Quality, Severity


class Custom(Frozen):
    """One of our own properties, where the standard has no place for a fact."""

    property: str
    value: str


class Rule(Frozen):
    """A quality rule: a metric of the standard's library, or a Python verb of ours."""

    type: Literal["library", "custom"]
    name: str = ""
    description: str = ""
    metric: Literal["nullValues", "invalidValues", "duplicateValues"] | None = None
    arguments: dict[str, Any] = Key(default={})
    must_be: Literal[0] | None = Key(default=None, alias="mustBe")
    engine: Literal["tipstat"] | None = None
    implementation: str | None = None
    severity: Severity = "error"
    custom: tuple[Custom, ...] = Key(default=(), alias="customProperties")

    @model_validator(mode="after")
    def only_a_verb_comments(self) -> Self:
        """What the standard's library asks is asked again of what left the gate, and stops it."""
        if self.type == "library" and self.severity == "comment":
            raise ValueError("a rule of the library cannot be a comment: name a verb of ours")
        return self


class Relationship(Frozen):
    """A foreign key, on a property or on a table."""

    type: Literal["foreignKey"] = "foreignKey"
    origin: str | None = Key(default=None, alias="from")
    to: str


class Property(Frozen):
    """A column as the standard describes it."""

    name: str
    title: str = Key(default="", alias="businessName")
    description: str = ""
    type: str = Key(alias="logicalType")
    items: dict[str, str] | None = None
    required: bool = False
    unique: bool = False
    primary_key: bool = Key(default=False, alias="primaryKey")
    primary_key_position: int | None = Key(default=None, alias="primaryKeyPosition")
    relationships: tuple[Relationship, ...] = ()
    quality: tuple[Rule, ...] = ()
    custom: tuple[Custom, ...] = Key(default=(), alias="customProperties")


class Element(Frozen):
    """A table of a contract."""

    name: str
    title: str = Key(default="", alias="businessName")
    description: str = ""
    type: str = Key(default="object", alias="logicalType")
    grain: str = Key(default="", alias="dataGranularityDescription")
    properties: tuple[Property, ...]
    relationships: tuple[Relationship, ...] = ()
    quality: tuple[Rule, ...] = ()


class Description(Frozen):
    """What the dataset is for, how it is used, and what it cannot say."""

    purpose: str
    usage: str
    limitations: str


class Sla(Frozen):
    """A promise about time."""

    property: str
    value: str | int
    unit: str | None = None
    element: str | None = None
    description: str = ""


class ContractFile(Frozen):
    """A contract file, as far as we keep the standard."""

    api: Literal["v3.1.0"] = Key(alias="apiVersion")
    kind: Literal["DataContract"]
    id: str
    name: str
    version: str
    status: Literal["active"]
    description: Description
    custom: tuple[Custom, ...] = Key(default=(), alias="customProperties")
    sla: tuple[Sla, ...] = Key(default=(), alias="slaProperties")
    tables: tuple[Element, ...] = Key(alias="schema", min_length=1, max_length=2)


class Own(Frozen):
    """The closed set of contract properties that the standard has no place for."""

    kind: Kind


@cache
def standard() -> jsonschema_rs.Draft201909Validator:
    """The standard's own JSON schema, as its package brings it."""
    text = files("open_data_contract_standard").joinpath("schema.json").read_text("utf-8")
    return jsonschema_rs.Draft201909Validator(json.loads(text))


def violations(raw: dict[str, Any]) -> list[str]:
    """Places where ``raw`` breaks the standard's own JSON schema; unknown keys break it."""
    return sorted({_place(fault.instance_path) for fault in standard().iter_errors(raw)})


def _place(path: Iterable[str | int]) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)


def _field(column: Property) -> Field:
    own = {item.property: item.value for item in column.custom}
    metrics = {rule.metric for rule in column.quality}
    kept = column.model_dump(exclude={"custom", "relationships", "quality", "unique"})
    kept["required"] = column.required or "nullValues" in metrics
    return Field.model_validate(kept | own)


def _quality(rule: Rule) -> Quality:
    own = {item.property: item.value for item in rule.custom}
    named = {"verb": rule.implementation, "name": rule.name or rule.implementation}
    told = {"description": rule.description, "severity": rule.severity}
    return Quality.model_validate(own | named | told)


def contract(raw: dict[str, Any]) -> Contract:
    """The contract that ``raw`` describes; raises ValueError for a key that we do not keep."""
    file = ContractFile.model_validate(raw)
    table, *answers = file.tables
    own = Own.model_validate({item.property: item.value for item in file.custom})
    return Contract(
        name=file.name,
        version=file.version,
        kind=own.kind,
        description=file.description.purpose,
        grain=table.grain,
        fields=tuple(map(_field, table.properties)),
        answers=answers[0].name if answers else None,
        quality=tuple(_quality(rule) for rule in table.quality if rule.type == "custom"),
        sla={item.property: item.value for item in file.sla},
    )
