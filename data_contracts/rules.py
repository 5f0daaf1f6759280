"""Rules that contracts name: what holds between the fields, rows and files of a dataset.

A verb makes rules; the contract says at which stage they are judged, and whether who breaks one is
set aside or asked about. What a single field must satisfy is in ``checks``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

import polars as pl

from data_contracts import places, reading
from data_contracts.model import UNKNOWN, Contract
from data_contracts.periods import Window
from data_contracts.policy import Policy

# Steps with which assistance begins, and how the steps after it are called.
BEGINNINGS = ("accepted", "served")
FOLLOW_UP = "follow_up_"
# The steps towards assistance in their order, and what stands before each, one of it.
STEPS = {
    "screened": 1,
    "presumed": 2,
    "identified": 3,
    "referred": 4,
    "accepted": 5,
    "refused": 5,
    "served": 6,
    "closed": 7,
}
BEFORE = {
    "presumed": ("screened",),
    "identified": ("presumed",),
    "referred": ("presumed", "identified"),
    "accepted": ("referred",),
    "refused": ("referred",),
    "served": ("accepted",),
    "closed": ("accepted", "served"),
}
# Status of a figure that is not there, or not shown.
ABSENT = ("M", "O", "Q")
# The stages of a case in their order.
STAGES = {
    "tipstat:reported": 1,
    "tipstat:investigated": 2,
    "tipstat:prosecuted": 3,
    "tipstat:concluded": 4,
}


# The reason of a rule that sets nothing aside: the row is kept, and its sender is asked about it.
COMMENT = "comment"


@dataclass(frozen=True)
class Context:
    """What rules need to know besides the contract."""

    policy: Policy
    window: Window | None = None
    cases: frozenset[str] | None = None
    censored: str | None = None
    uncounted: frozenset[str] = frozenset()
    country: str | None = None


@dataclass(frozen=True)
class Rule:
    """``holds`` is true or null for a sound row; ``reason`` is why others are set aside.

    A ``reason`` of ``COMMENT`` keeps them and asks. ``required`` says that a frame without the
    column breaks the rule in every row. ``over`` are the columns by which a rule compares rows: it
    is judged once all rows of a submission are in.
    """

    code: str
    column: str
    holds: pl.Expr
    reason: str = "fault"
    required: bool = False
    over: tuple[str, ...] = ()


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


def plausible_persons(contract: Contract, context: Context) -> Iterator[Rule]:
    """A cell of a table sent in confidence holds no more than a country can report."""
    possible = pl.col("persons").is_between(0, context.policy.max_published_count)
    yield Rule("PLAUSIBLE-01", "persons", possible, "implausible")


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


def steps_follow(contract: Contract, context: Context) -> Iterator[Rule]:
    """A step has the step before it, dated no later, where the submission shows the way to it.

    Most steps of a quarter began in an earlier one or with another agency, so a step that is alone
    is sound. A gap is one between two steps of the same client, of a kind that the source records.
    """
    unit, day, known = pl.col("unit"), pl.col("taken_on"), pl.col("client").is_not_null()
    rank = unit.replace_strict(STEPS, default=None, return_dtype=pl.Int8)
    lowest = {step: STEPS[before[0]] for step, before in BEFORE.items()}
    began = rank.min().over("client") < unit.replace_strict(
        lowest, default=None, return_dtype=pl.Int8
    )
    stands = {step: unit.is_in(before) for step, before in BEFORE.items()}
    recorded = pl.coalesce(pl.when(unit == s).then(there.any()) for s, there in stands.items())
    first = pl.coalesce(
        pl.when(unit == s).then(pl.when(there).then(day).min().over("client"))
        for s, there in stands.items()
    )
    gap = known & began & recorded & first.is_null()
    yield Rule("STEPS-01", "unit", ~gap, over=("client",))
    yield Rule("STEPS-02", "taken_on", ~known | (day >= first), over=("client",))


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


def placed(contract: Contract, context: Context) -> Iterator[Rule]:
    """A place is in a list of places, where nothing else says the area."""
    said = places.area(pl.col("locality"), context.country or UNKNOWN)
    known = (said != UNKNOWN) | (pl.col("area").fill_null(UNKNOWN) != UNKNOWN)
    yield Rule("PLACED-01", "locality", pl.col("locality").is_null() | known)


VERBS: dict[str, Callable[[Contract, Context], Iterator[Rule]]] = {
    "in_period": in_period,
    "plausible_count": plausible_count,
    "plausible_persons": plausible_persons,
    "known_case": known_case,
    "consented": consented,
    "plausible_days": plausible_days,
    "follow_up_after_service": follow_up_after_service,
    "steps_follow": steps_follow,
    "outcome_at_the_end": outcome_at_the_end,
    "proceedings_agree": proceedings_agree,
    "sentence_of_convicted": sentence_of_convicted,
    "unique_key": unique_key,
    "sound_figure": sound_figure,
    "unique_record": unique_record,
    "placed": placed,
}
