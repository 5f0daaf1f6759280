"""What a scope of consent allows is done, and nothing more."""

import duckdb
import narwhals as nw
import polars as pl
import pytest

from anonymize.consent import releasable
from data_contracts import load
from data_contracts.checks import broken, rules
from data_contracts.layout import Layout, UnknownConsent
from data_contracts.policy import Scope, Use
from data_contracts.rules import Context
from tests.tables import table

SCOPES = load.consent()
LAYOUT = load.layout("xaa_shelters")

# By hand: which uses each record allows, of a source that declares nothing and of one that says
# that who was not asked is recorded for assistance only.
RECORDS = table("""
record | source | consent                 | counts | microdata | sharing
r1     | open   | tipstat:sharing         | yes    | yes       | yes
r2     | open   | tipstat:microdata       | yes    | yes       | no
r3     | open   | tipstat:statistics      | yes    | no        | no
r4     | open   | tipstat:legal_basis     | yes    | no        | no
r5     | open   | tipstat:assistance_only | no     | no        | no
r6     | open   | tipstat:refused         | no     | no        | no
r7     | open   | _U                      | yes    | no        | no
r8     | open   |                         | yes    | no        | no
r9     | strict | _U                      | no     | no        | no
r10    | strict |                         | no     | no        | no
r11    | strict | tipstat:microdata       | yes    | yes       | no
r12    | public |                         | yes    | yes       | yes
r13    | public | tipstat:refused         | no     | no        | no
r14    | open   | tipstat:invented        | no     | no        | no
""")
UNKNOWN = {"strict": "tipstat:assistance_only", "public": "tipstat:sharing"}
USES: tuple[Use, ...] = ("counts", "microdata", "sharing")


def kept(native: object, use: Use) -> list[str]:
    """The records that may be put to ``use``, sorted by number."""
    left = nw.from_native(releasable(native, use, SCOPES, UNKNOWN)).lazy().collect("polars")
    return sorted(left.get_column("record").to_list(), key=lambda name: int(name[1:]))


@pytest.mark.parametrize("use", USES)
def test_a_record_is_put_only_to_the_uses_that_were_agreed_to(use: Use) -> None:
    expected = RECORDS.filter(pl.col(use) == "yes")["record"].to_list()
    assert kept(RECORDS, use) == expected


@pytest.mark.parametrize("use", USES)
def test_another_engine_keeps_the_same_records(use: Use) -> None:
    with duckdb.connect() as connection:
        connection.register("records", RECORDS.to_arrow())
        assert kept(connection.table("records"), use) == kept(RECORDS, use)


def test_where_a_dataset_does_not_ask_the_source_s_declaration_stands() -> None:
    rows = RECORDS.drop("consent").unique("source").sort("source")
    assert rows["source"].to_list() == ["open", "public", "strict"]
    left = releasable(rows, "counts", SCOPES, UNKNOWN)
    assert set(left.collect()["source"]) == {"open", "public"}


def test_every_scope_of_the_list_is_declared_with_its_reason() -> None:
    assert set(SCOPES) == set(load.codelist("consent").codes)
    assert all(len(scope.reason.split()) > 10 for scope in SCOPES.values())
    for scope in SCOPES.values():
        assert scope.uses == USES[: len(scope.uses)]


@pytest.mark.parametrize("name", load.layouts())
def test_what_a_layout_says_of_who_was_not_asked_is_a_scope_with_a_reason(name: str) -> None:
    if said := load.layout(name).unknown_consent:
        assert said.code in set(SCOPES) - {"_U"}
        assert said.reason


def uncounted(layout: Layout, scopes: dict[str, Scope]) -> list[int]:
    """The rows of ``RECORDS``, from 1, that the intake sets aside."""
    context = Context(load.policy(), uncounted=layout.uncounted(scopes))
    judged = rules(load.contract("victims"), load.codelists(), "related", context)
    frame = RECORDS.head(8).with_columns(row=pl.int_range(1, 9))
    return broken(frame, judged).filter(reason="consent")["row"].to_list()


def test_the_intake_sets_aside_whom_consent_does_not_let_us_count() -> None:
    assert uncounted(LAYOUT, SCOPES) == [5, 6]


def test_a_source_may_say_that_who_was_not_asked_is_not_counted() -> None:
    silent = UnknownConsent(code="tipstat:assistance_only", reason="Only to help them.")
    assert uncounted(LAYOUT.model_copy(update={"unknown_consent": silent}), SCOPES) == [5, 6, 7, 8]
