"""What a changed contract breaks of rows that are stored, kind by kind."""

from typing import Any

import pytest

from data_contracts import load
from data_contracts.model import CodeList, Contract, Field
from data_contracts.promise import Break, Promise, breaks

LISTS = {
    "sex": CodeList(name="sex", codes=("F", "M", "_U")),
    "means": CodeList(name="means", codes=("force", "fraud", "_U")),
}


def field(name: str, **facts: Any) -> Field:
    """A kept field of text over a list, unless ``facts`` say otherwise."""
    usual = {"logicalType": "string", "treatment": "keep"}
    return Field.model_validate({"name": name} | usual | facts)


FIELDS = {
    "record": field("record", treatment="pseudonymise", primaryKey=True, primaryKeyPosition=1),
    "sex": field("sex", codelist="sex"),
    "day": field("day", logicalType="date", treatment="generalise:quarter", safe_name="period"),
    "age": field("age", logicalType="integer"),
    "means": field("means", logicalType="array", codelist="means", items={"logicalType": "string"}),
    "name": field("name", treatment="link", link_role="family_name"),
    "note": field("note", treatment="drop"),
}
HELD: dict[str, set[str | None]] = {
    "record": {"r1", "r2"},
    "sex": {"F", None},
    "period": {"2024-Q1"},
    "age": {"3"},
    "means": {"force"},
}


def promise(fields: dict[str, Field] = FIELDS, lists: dict[str, CodeList] = LISTS) -> Promise:
    made = Contract(
        name="victims",
        version="1",
        kind="persons",
        description="",
        grain="",
        answers="victims_answers",
        fields=tuple(fields.values()),
    )
    return Promise.of(made, lists)


def broken(now: Promise | None, held: dict[str, set[str | None]] | None = None) -> list[Break]:
    """What rows written under the first contract break of ``now``."""
    inside = HELD if held is None else held
    return list(breaks(promise(), now, lambda name: frozenset(inside.get(name, {None}))))


def changed(name: str, **facts: Any) -> dict[str, Field]:
    """The fields, one of them declared in another way."""
    raw = FIELDS[name].model_dump(by_alias=True) | facts
    return FIELDS | {name: Field.model_validate(raw)}


def without(name: str) -> dict[str, Field]:
    return {n: f for n, f in FIELDS.items() if n != name}


def fewer(name: str, *codes: str) -> dict[str, CodeList]:
    return LISTS | {name: CodeList(name=name, codes=codes)}


NEW = field("place", codelist="sex")
FINE = {
    "nothing": promise(),
    "a field is added": promise(FIELDS | {"place": NEW}),
    "a code is added": promise(lists=fewer("sex", "F", "M", "X", "_U")),
    "words and order change": promise(
        dict(reversed(changed("sex", businessName="Gender", description="Other").items()))
    ),
    "a field that is dropped is gone": promise(without("note")),
    "a code is gone that no row holds": promise(lists=fewer("sex", "F", "_U")),
    "an answer is gone that no row gives": promise(lists=fewer("means", "force", "_U")),
    "the column is filled by another field": promise(
        without("day") | {"quarter": FIELDS["day"].model_copy(update={"name": "quarter"})}
    ),
    "a field is required that every row has": promise(changed("day", required=True)),
}


@pytest.mark.parametrize("now", FINE.values(), ids=FINE)
def test_what_stored_rows_do_not_notice_breaks_nothing(now: Promise) -> None:
    assert broken(now) == []


BREAKING = {
    "a field is gone": (promise(without("sex")), "sex", None, "gone or has another name"),
    "a field is renamed": (
        promise(without("sex") | {"gender": field("gender", codelist="sex")}),
        *("sex", None, "gone or has another name"),
    ),
    "answers are gone": (
        promise(without("means") | {"ways": FIELDS["means"].model_copy(update={"name": "ways"})}),
        *("means", None, "gone or has another name"),
    ),
    "a link field is gone": (promise(without("name")), "name", None, "gone or has another name"),
    "a code is gone": (promise(lists=fewer("sex", "M", "_U")), "sex", "F", "gone from sex.csv"),
    "an answer is gone": (
        promise(lists=fewer("means", "fraud", "_U")),
        *("means", "force", "gone from means.csv"),
    ),
    "another type": (promise(changed("age", logicalType="number")), "age", None, "type was"),
    "another list": (promise(changed("sex", codelist="means")), "sex", None, "codelist was sex"),
    "another treatment": (
        promise(changed("age", treatment="generalise:age_band")),
        *("age", None, "treatment was keep and is generalise:age_band"),
    ),
    "another column": (promise(changed("age", safe_name="years")), "age", None, "safe was age"),
    "a field is dropped": (promise(changed("age", treatment="drop")), "age", None, "gone or has"),
    "one answer only": (
        promise(
            changed("means", logicalType="string", items=None)
            | {"ways": FIELDS["means"].model_copy(update={"name": "ways"})}
        ),
        *("means", None, "many was True and is False"),
    ),
    "another key": (promise(changed("sex", primaryKey=True)), "record, sex", None, "key changed"),
    "required": (promise(changed("sex", required=True)), "sex", None, "required now"),
    "a required field is new": (
        promise(FIELDS | {"place": NEW.model_copy(update={"required": True})}),
        *("place", None, "required now"),
    ),
    "the dataset is gone": (None, "*", None, "the contract is gone"),
}


@pytest.mark.parametrize(("now", "name", "code", "says"), BREAKING.values(), ids=BREAKING)
def test_each_kind_of_break_names_dataset_field_and_code_and_what_to_do(
    now: Promise | None, name: str, code: str | None, says: str
) -> None:
    found = [one for one in broken(now) if says in one.what]
    assert [(one.dataset, one.field, one.code) for one in found] == [("victims", name, code)]
    assert found[0].remedy.endswith(".")
    assert str(found[0]).startswith(f"victims.{name}")


def test_a_field_that_no_row_ever_filled_may_go() -> None:
    empty: dict[str, set[str | None]] = {"sex": {None}, "age": set()}
    assert broken(promise(without("sex")), empty) == []
    assert broken(promise(changed("age", logicalType="number")), empty) == []


def test_the_name_of_a_promise_is_that_of_what_it_says() -> None:
    same = (FINE["nothing"], FINE["a field that is dropped is gone"])
    assert {one.content for one in same} == {promise().content}
    others = [now.content for now, *_ in BREAKING.values() if now]
    assert promise().content not in others
    assert Promise.model_validate_json(promise().model_dump_json()) == promise()


def test_every_contract_makes_a_promise() -> None:
    for name, contract in load.contracts().items():
        made = Promise.of(contract, load.codelists())
        assert made.dataset == name
        assert list(breaks(made, made, lambda _: frozenset({"x", None}))) == []
