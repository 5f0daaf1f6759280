"""Rules made from contracts, and what breaks them: code, column and row, never a value.

A rule is an expression that holds for a sound row. Rules of stage ``received`` judge texts as
they came, ``related`` judge what was conformed, across rows and files, ``safe`` judge what left
the gate in. ``expectations`` repeats the safe ones with another engine.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import polars as pl

from data_contracts import reading
from data_contracts.model import UNKNOWN, CodeList, Contract, Field, Policy, Stage
from data_contracts.periods import Window
from data_contracts.verdict import Fault

# Steps with which assistance begins, and how the steps after it are called.
BEGINNINGS = ("accepted", "served")
FOLLOW_UP = "follow_up_"
# Status of a figure that is not there, or not shown.
ABSENT = ("M", "O", "Q")
# The stages of a case in their order.
STAGES = {
    "tipstat:reported": 1,
    "tipstat:investigated": 2,
    "tipstat:prosecuted": 3,
    "tipstat:concluded": 4,
}
PSEUDONYM = r"^[0-9a-f]{32}$"
PERSON_KEYS = 2**32

# A column of the file that the layout does not know is filled.
UNDECLARED = "ROW-02"


@dataclass(frozen=True)
class Context:
    """What rules need to know besides the contract."""

    policy: Policy
    window: Window | None = None
    cases: frozenset[str] | None = None
    censored: str | None = None
    uncounted: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rule:
    """``holds`` is true or null for a sound row; ``reason`` is why others are set aside.

    ``required`` says that a frame without the column breaks the rule in every row. ``over`` are
    the columns by which a rule compares rows: it is judged once all rows of a submission are in.
    """

    code: str
    column: str
    holds: pl.Expr
    reason: str = "fault"
    required: bool = False
    over: tuple[str, ...] = ()


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


def in_period(contract: Contract, context: Context) -> Iterator[Rule]:
    """The event is dated in the period of the submission."""
    if context.window:
        for item in (f for f in contract.fields if f.safe == "period" and f.type == "date"):
            inside = reading.date(pl.col(item.name)).is_between(*context.window)
            yield Rule("IN_PERIOD-01", item.name, inside, "period")


def plausible_count(contract: Contract, context: Context) -> Iterator[Rule]:
    """A figure that a country can report; larger ones were references to cells, not counts."""
    most = context.policy.max_published_count
    figure = reading.number(pl.col("value"))
    yield Rule("PLAUSIBLE-01", "value", figure.is_between(0, most), "implausible")


def known_case(contract: Contract, context: Context) -> Iterator[Rule]:
    """The case of a person is among the cases of the same submission, where it has any."""
    if context.cases is not None and "case" in contract.by_name:
        yield Rule("KNOWN_CASE-01", "case", pl.col("case").is_in(list(context.cases)), "relation")


def consented(contract: Contract, context: Context) -> Iterator[Rule]:
    """What the person agreed to reaches statistics; of who was not asked, the layout says."""
    given = pl.col("consent").fill_null(UNKNOWN)
    yield Rule("CONSENTED-01", "consent", ~given.is_in(list(context.uncounted)), "consent")


def plausible_days(contract: Contract, context: Context) -> Iterator[Rule]:
    """A duration that one person can have had."""
    for name in ("days", "waiting_days"):
        possible = pl.col(name) <= context.policy.max_service_days
        yield Rule("PLAUSIBLE_DAYS-01", name, possible, "implausible")


def follow_up_after_service(contract: Contract, context: Context) -> Iterator[Rule]:
    """No follow-up before the first service of the same client in the same submission.

    Services of earlier submissions are not seen here, so a follow-up alone is sound.
    """
    day, known = pl.col("taken_on"), pl.col("client").is_not_null()
    served = pl.when(pl.col("unit").is_in(BEGINNINGS)).then(day)
    after = day >= served.min().over("client")
    late = pl.col("unit").str.starts_with(FOLLOW_UP) & known
    yield Rule("FOLLOW_UP-01", "taken_on", ~late | after, "conflict", over=("client",))


def outcome_at_the_end(contract: Contract, context: Context) -> Iterator[Rule]:
    """An outcome is known at a follow-up or a closure; beside another step it contradicts it."""
    ended = pl.col("unit").str.starts_with(FOLLOW_UP) | (pl.col("unit") == "closed")
    none = pl.col("outcome").is_null() | (pl.col("outcome") == UNKNOWN)
    yield Rule("OUTCOME_STEP-01", "outcome", ended | none, "conflict")


def proceedings_agree(contract: Contract, context: Context) -> Iterator[Rule]:
    """The stages of a case follow each other, and only a concluded one has an outcome."""
    reached = pl.col("proceedings").replace_strict(STAGES, default=None, return_dtype=pl.Int8)
    dates = ("registered_on", "investigated_on", "prosecuted_on", "concluded_on")
    for earlier, later in combinations(dates, 2):
        yield Rule("STAGES-01", later, pl.col(earlier) <= pl.col(later), "conflict")
    for stage, name in enumerate(dates[1:], 2):
        yield Rule("STAGES-02", name, pl.col(name).is_null() | (reached >= stage), "conflict")
    none = pl.col("outcome").is_null() | (pl.col("outcome") == UNKNOWN)
    yield Rule("STAGES-03", "outcome", none | (reached == len(STAGES)), "conflict")


def sentence_of_convicted(contract: Contract, context: Context) -> Iterator[Rule]:
    """Only the convicted have a sentence, and imprisonment ends with life."""
    months, convicted = pl.col("sentence_months"), pl.col("unit") == "convicted"
    yield Rule("SENTENCE-01", "sentence_months", months.is_null() | convicted, "conflict")
    longest = 12 * context.policy.max_sentence_years
    yield Rule("SENTENCE-02", "sentence_months", months <= longest, "implausible")


def unique_key(contract: Contract, context: Context) -> Iterator[Rule]:
    """One number a key: repeated with the same number, the first row stays; with others, none."""
    key = contract.key
    figures = pl.struct("value", "lower", "upper")
    agree = figures.n_unique().over(list(key)) == 1
    first = pl.int_range(pl.len()).over(list(key)) == 0
    yield Rule("UNIQUE_KEY-01", key[0], agree, "conflict", over=key)
    yield Rule("UNIQUE_KEY-02", key[0], first | ~agree, "repeated", over=key)


def sound_figure(contract: Contract, context: Context) -> Iterator[Rule]:
    """A figure is what its type and its status say; where they contradict it, nobody knows which.

    A count with a fraction discredits its whole series: where 1.7 persons stand beside 2.0, the
    2.0 are no persons either. So does a rate that no country has.
    """
    series = tuple(name for name in contract.key if name != "period")
    value, kind, status = pl.col("value"), pl.col("value_type"), pl.col("obs_status")
    fraction = ((kind == "count") & (value != value.round())).fill_null(False)
    whole = ~fraction.any().over(list(series))
    yield Rule("FIGURE-01", "value", whole, "contradiction", over=series)
    absent = status.is_in(ABSENT) & value.is_not_null()
    yield Rule("FIGURE-02", "value", ~absent, "contradiction")
    based = (kind != "rate") | pl.col("rate_base").is_not_null()
    yield Rule("FIGURE-03", "rate_base", based, "fault")
    above = ((kind == "rate") & (value > context.policy.max_rate_per_100000)).fill_null(False)
    possible = ~above.any().over(list(series))
    yield Rule("FIGURE-04", "value", possible, "contradiction", over=series)


def unique_record(contract: Contract, context: Context) -> Iterator[Rule]:
    """A record stands once in a submission; the first row stays."""
    # Judged before the gate, so by the names that the fields have there.
    key = tuple(item.name for item in contract.fields if item.primary_key)
    # By the column itself where it is one: a struct of ten million numbers takes gigabytes.
    whole = pl.col(key[0]) if len(key) == 1 else pl.struct(*key)
    sound = whole.is_first_distinct() | pl.col(key[0]).is_null()
    yield Rule("UNIQUE_RECORD-01", key[0], sound, "repeated", over=key)


VERBS: dict[str, Callable[[Contract, Context], Iterator[Rule]]] = {
    "in_period": in_period,
    "plausible_count": plausible_count,
    "known_case": known_case,
    "consented": consented,
    "plausible_days": plausible_days,
    "follow_up_after_service": follow_up_after_service,
    "outcome_at_the_end": outcome_at_the_end,
    "proceedings_agree": proceedings_agree,
    "sentence_of_convicted": sentence_of_convicted,
    "unique_key": unique_key,
    "sound_figure": sound_figure,
    "unique_record": unique_record,
}


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
        made += VERBS[rule.verb](contract, context)
    return tuple(made)


def broken(frame: pl.DataFrame, rules: Sequence[Rule]) -> pl.DataFrame:
    """``row``, ``code``, ``column``, ``reason`` of each rule that a row breaks."""
    holds = {str(n): _holds(rule, frame) for n, rule in enumerate(rules)}
    # All rules in one pass; nearly all rows break none of them.
    judged = frame.select("row", **holds) if rules else frame.select("row").clear()
    judged = judged.filter(~pl.all_horizontal(pl.lit(True), *holds))
    found = [_broken(judged, str(n), rule) for n, rule in enumerate(rules)]
    schema = {"row": pl.Int64, "code": pl.String, "column": pl.String, "reason": pl.String}
    return pl.concat([pl.DataFrame(schema=schema), *found])


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
            file=file,
            row=row,
            column=column if code == UNDECLARED else columns.get(column, column),
        )
        for row, code, column in found.select("row", "code", "column").iter_rows()
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
