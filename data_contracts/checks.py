"""Rules made from contracts, and what breaks them: code, column and row, never a value.

A rule is an expression that holds for a sound row. Rules of stage ``received`` judge texts as
they came, ``related`` judge what was conformed, across rows and files, ``safe`` judge what left
the gate in. ``expectations`` repeats the safe ones with another engine.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import polars as pl

from data_contracts import reading
from data_contracts.model import CodeList, Contract, Field, Quality, Stage
from data_contracts.rules import COMMENT, VERBS, Context, Rule
from data_contracts.verdict import Fault

PSEUDONYM = r"^[0-9a-f]{32}$"
PERSON_KEYS = 2**32

# A column of the file that the layout does not know is filled.
UNDECLARED = "ROW-02"
# What is told of a rule that a row breaks.
FOUND = pl.Schema(
    {"row": pl.Int64(), "code": pl.String(), "column": pl.String(), "reason": pl.String()}
)


def _received(item: Field, context: Context) -> Iterator[Rule]:
    name, text = item.name, pl.col(item.name)
    if item.required:
        yield Rule(f"{name.upper()}-01", name, text.is_not_null(), required=True)
    readers = {"date": reading.date, "integer": reading.whole, "number": reading.number}
    if item.type in readers:
        # Without a mark, a plain comparison is null, and null is taken for sound.
        read = readers[item.type](text).is_not_null() | text.eq_missing(context.censored)
        yield Rule(f"{name.upper()}-04", name, read | text.is_null())
    if item.treatment == "generalise:period":
        yield Rule(f"{name.upper()}-04", name, reading.period(text).is_not_null() | text.is_null())


def _safe(item: Field, lists: Mapping[str, CodeList]) -> Iterator[Rule]:
    name, column = item.safe, pl.col(item.safe)
    if codes := item.held(lists):
        yield Rule(f"{name.upper()}-03", name, column.is_in(codes))
    if item.is_period:
        yield Rule(f"{name.upper()}-03", name, column.str.contains(reading.PERIOD))
    if item.treatment == "pseudonymise":
        yield Rule(f"{name.upper()}-03", name, column.str.contains(PSEUDONYM))
    if item.required:
        yield Rule(f"{name.upper()}-05", name, column.is_not_null(), required=True)


def _added(contract: Contract) -> Iterator[Rule]:
    """What the gate in adds to the fields: who sent the row and, for persons, whose it is."""
    persons = contract.kind == "persons"
    for name in ("source", "country", "record", "person_key") if persons else ("source",):
        yield Rule(f"{name.upper()}-05", name, pl.col(name).is_not_null(), required=True)
    if persons:
        inside = pl.col("person_key").is_between(0, PERSON_KEYS - 1)
        yield Rule("PERSON_KEY-03", "person_key", inside)


def rules(
    contract: Contract, lists: Mapping[str, CodeList], stage: Stage, context: Context
) -> tuple[Rule, ...]:
    """All rules of a contract at a stage: from its fields, and from the verbs it names."""
    made: list[Rule] = []
    if stage == "received":
        made += [rule for item in contract.fields for rule in _received(item, context)]
    if stage == "safe":
        made += [r for item in contract.kept for r in _safe(item, lists)]
        made += _added(contract)
    for rule in (q for q in contract.quality if q.stage == stage):
        made += _named(rule, contract, context)
    return tuple(made)


def _named(rule: Quality, contract: Contract, context: Context) -> Iterator[Rule]:
    """What the verb of a rule makes; as comments where the contract says so."""
    for made in VERBS[rule.verb](contract, context):
        yield replace(made, reason=COMMENT) if rule.severity == "comment" else made


def broken(frame: pl.DataFrame, rules: Sequence[Rule]) -> pl.DataFrame:
    """``row``, ``code``, ``column``, ``reason`` of each rule that a row breaks, comments too."""
    holds = {str(n): _holds(rule, frame) for n, rule in enumerate(rules)}
    # All rules in one pass; nearly all rows break none of them.
    judged = frame.select("row", **holds) if rules else frame.select("row").clear()
    judged = judged.filter(~pl.all_horizontal(pl.lit(True), *holds))
    found = [_broken(judged, str(n), rule) for n, rule in enumerate(rules)]
    return pl.concat([pl.DataFrame(schema=FOUND), *found])


def _holds(rule: Rule, frame: pl.DataFrame) -> pl.Expr:
    lacking = not set(rule.holds.meta.root_names()) <= set(frame.columns)
    return pl.lit(not rule.required) if lacking else rule.holds.fill_null(True)


def _broken(judged: pl.DataFrame, name: str, rule: Rule) -> pl.DataFrame:
    return judged.filter(~pl.col(name)).select(
        pl.col("row").cast(pl.Int64),
        code=pl.lit(rule.code),
        column=pl.lit(rule.column),
        reason=pl.lit(rule.reason),
    )


def faults(found: pl.DataFrame, file: str, columns: Mapping[str, str]) -> tuple[Fault, ...]:
    """What broke, as faults that name the layout's own file and column.

    ``columns`` is field to column; a column that no field knows may have the name of another.
    """
    return tuple(
        Fault(
            code=code,
            severity="comment" if reason == COMMENT else "error",
            file=file,
            row=row,
            column=column if code == UNDECLARED else columns.get(column, column),
        )
        for row, code, column, reason in found.select(*FOUND).iter_rows()
    )


def foreign_answers(
    answers: pl.DataFrame, contract: Contract, lists: Mapping[str, CodeList]
) -> tuple[str, ...]:
    """The fields of which some answer is no code of the field's list, or is of no such field."""
    codes = {f.name: f.held(lists) for f in contract.many if f.leaves}
    known = [(name, code) for name, listed in codes.items() for code in listed]
    schema = {"field": pl.String, "code": pl.String}
    foreign = answers.join(
        pl.DataFrame(known, schema=schema, orient="row"), on=["field", "code"], how="anti"
    )
    return tuple(foreign["field"].unique().sort())
