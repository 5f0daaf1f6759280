"""The safe rules a second time, by Great Expectations: an opinion that shares no code with ours.

The only module that knows Great Expectations. It is imported late because it takes seconds, gets
pandas because it has no engine for Polars, and answers yes or no because its fuller results list
the values that fell over.
"""

import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import polars as pl

from data_contracts.checks import PERSON_KEYS, PSEUDONYM
from data_contracts.model import CodeList, Contract, Field
from data_contracts.reading import PERIOD

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.expectations import Expectation


class CheckCrashed(RuntimeError):
    """Great Expectations could not judge a rule, which is not the same as a broken rule."""


@contextmanager
def without_spark() -> Iterator[None]:
    """Great Expectations looks for Spark as it is imported: seconds, for frames of pandas."""
    wanted = "pyspark.sql.connect" if "pyspark" in sys.modules else "pyspark"
    modules: dict[str, Any] = sys.modules
    absent = wanted not in modules
    if absent:
        modules[wanted] = None
    try:
        yield
    finally:
        if absent:
            del modules[wanted]


def library() -> Any:
    """Great Expectations, imported as late as it is used."""
    with without_spark():
        import great_expectations
        import great_expectations.expectations
    return great_expectations


def crashed(info: dict[str, Any]) -> bool:
    """Great Expectations reports a crash as a failure, under one key per metric."""
    if "raised_exception" in info:
        return bool(info["raised_exception"])
    return any(bool(each.get("raised_exception", True)) for each in info.values())


def field_rules(field: Field, lists: Mapping[str, CodeList]) -> Iterator["Expectation"]:
    """What a safe column of this field must satisfy."""
    expect = library().expectations

    yield expect.ExpectColumnToExist(column=field.safe)
    if field.required:
        yield expect.ExpectColumnValuesToNotBeNull(column=field.safe)
    if codes := field.held(lists):
        yield expect.ExpectColumnValuesToBeInSet(column=field.safe, value_set=list(codes))
    if field.is_period:
        yield expect.ExpectColumnValuesToMatchRegex(column=field.safe, regex=PERIOD)
    if field.treatment == "pseudonymise":
        yield expect.ExpectColumnValuesToMatchRegex(column=field.safe, regex=PSEUDONYM)


def added_rules(contract: Contract) -> Iterator["Expectation"]:
    """What the gate in adds to the fields: who sent the row and, for persons, whose it is."""
    expect = library().expectations

    persons = contract.kind == "persons"
    for name in ("source", "country", "record", "person_key") if persons else ("source",):
        yield expect.ExpectColumnValuesToNotBeNull(column=name)
    if persons:
        yield expect.ExpectColumnValuesToBeBetween(
            column="person_key", min_value=0, max_value=PERSON_KEYS - 1
        )


def table_rules(contract: Contract) -> Iterator["Expectation"]:
    """What the rows of a safe frame must satisfy together: no column that names a person."""
    expect = library().expectations

    own = [field.safe for field in contract.kept]
    added = ["source", "country", "person_key", "link_token", "record"]
    extra = added if contract.kind == "persons" else ["source"]
    columns = sorted({*own, *extra})
    yield expect.ExpectTableColumnsToMatchSet(column_set=columns, exact_match=True)


def suite_of(
    contract: Contract, lists: Mapping[str, CodeList], columns: Collection[str]
) -> list["Expectation"]:
    """All rules that a frame with these columns can be asked.

    Of a column that is not there only that it be there: to ask for its values is a crash.
    """
    fields = list(contract.kept)
    asked = [rule for field in fields for rule in field_rules(field, lists)]
    asked += added_rules(contract)
    there = [rule for rule in asked if _can_be_asked(rule, columns)]
    return [*there, *table_rules(contract)]


def _can_be_asked(rule: "Expectation", columns: Collection[str]) -> bool:
    exists = rule.expectation_type == "expect_column_to_exist"
    return exists or getattr(rule, "column", None) in columns


def broken(
    frame: pl.DataFrame, contract: Contract, lists: Mapping[str, CodeList]
) -> list[tuple[str, str]]:
    """Column and rule, for each rule that a safe ``frame`` breaks; no counts, no values."""
    gx = library()
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("p").add_dataframe_asset("f")
    whole = asset.add_batch_definition_whole_dataframe("all")
    batch = whole.get_batch({"dataframe": frame.to_pandas()})
    rules = suite_of(contract, lists, frame.columns)
    suite = gx.ExpectationSuite("safe", expectations=rules)
    results = batch.validate(suite, result_format="BOOLEAN_ONLY").results
    return [found for result in results if (found := _judged(result))]


def _judged(result: "ExpectationValidationResult") -> tuple[str, str] | None:
    rule = result.expectation_config
    name = str(rule.type) if rule else ""
    column = str(rule.kwargs.get("column", "")) if rule else ""
    if crashed(result.exception_info or {}):
        raise CheckCrashed(f"{column}: {name}")
    return None if result.success else (column, name)
