"""Numbers that others publish of the same people, as facts. All data are invented."""

from itertools import product
from typing import Any

import polars as pl
import pytest

from anonymize.audit import Report
from anonymize.repair import secure
from data_contracts.model import Table
from data_contracts.questions import can_be_taken_for
from tests.anonymize.drawings import CONTRACTS, SEX, drawn, spec, specs
from tests.anonymize.test_audit import attacked, found
from tests.policies import POLICY

BY_SEX = spec("by_sex", sex=SEX)
OTHERS = {"kind": "published", "taken_for": "by_sex"}
KNOWN = specs(
    BY_SEX,
    spec("office").model_copy(update=OTHERS),
    spec("office_by_sex", sex=SEX).model_copy(update=OTHERS),
)
# Six to fourteen men by these alone.
OURS = "sex | value\n_T | 45\nF | 30\nM |"
HIDDEN = ("hidden", "2025-Q1", "M")


def office(drawing: str, least: int | None = None) -> pl.DataFrame:
    """A table of others: exact numbers, or from ``least`` to what is drawn."""
    told = drawn(drawing)
    if least is None:
        return told.with_columns(lower="value", upper="value")
    unknown = pl.lit(None, dtype=pl.Int64)
    return told.with_columns(lower=pl.lit(least), upper="value", value=unknown)


def total(number: int, least: int | None = None) -> dict[str, pl.DataFrame]:
    return {"office": office(f"value\n{number}", least)}


def beside(ours: str, others: dict[str, pl.DataFrame], **options: Any) -> Report:
    return attacked({"by_sex": drawn(ours)} | others, KNOWN, **options)


def test_a_total_of_others_and_ours_give_away_what_neither_does_alone() -> None:
    assert found(beside(OURS, {})) == []
    report = beside(OURS, total(48))
    (hidden,) = [one for one in report.failures if one.kind == "hidden"]
    assert (hidden.dims, hidden.lower, hidden.upper, hidden.reason) == (
        {"sex": "M"},
        14,
        14,
        "narrow",
    )
    # The number itself everybody has from its publisher.
    assert report.public_elsewhere == 1
    assert ("shown", "2025-Q1", "_T") not in found(report)


@pytest.mark.parametrize(("least", "fails"), [(48, True), (46, True), (41, False)])
def test_a_number_that_others_hide_in_part_is_known_between_its_ends(
    least: int, fails: bool
) -> None:
    assert (HIDDEN in found(beside(OURS, total(48, least)))) == fails


def test_a_number_that_cannot_be_of_the_same_people_is_no_fact() -> None:
    report = beside(OURS, total(60))
    assert (report.failing, report.public_elsewhere) == (0, 0)


def test_a_total_is_a_fact_whichever_table_of_ours_has_it() -> None:
    report = attacked({"total": drawn("value\n45")} | total(48), KNOWN | specs(spec("total")))
    assert (report.failing, report.public_elsewhere) == (0, 1)


def test_what_is_no_fact_leaves_others_standing() -> None:
    told = total(48) | {"office_by_sex": office("sex | value\nF | 90")}
    assert HIDDEN in found(beside(OURS, told))


def test_numbers_that_cannot_be_of_the_same_people_together_are_no_facts() -> None:
    """Each fits ours, but 26 women and 31 men are not 74."""
    ours = "sex | value\n_T | 70\nF | 30\nM | 35"
    report = beside(ours, {"office_by_sex": office("sex | value\n_T | 74\nF | 26\nM | 31")})
    assert (report.failing, report.public_elsewhere) == (0, 0)


def test_what_others_alone_give_away_is_public_elsewhere() -> None:
    told = {"office_by_sex": office("sex | value\n_T | 44\nF | 31\nM | x")}
    report = beside(OURS, told)
    # Three cells, and the total without either: 13 men follow from theirs alone.
    assert (report.failing, report.public_elsewhere) == (0, 5)


def test_others_are_believed_rather_than_that_a_hidden_number_is_small() -> None:
    ours = "sex | value\n_T | 60\nF | 20\nM |"
    report = beside(ours, {"office_by_sex": office("sex | value\nM | 40")})
    # The men, and all without the women.
    assert (report.failing, report.public_elsewhere) == (0, 2)


def test_one_hidden_number_that_others_say_is_large_ends_no_belief_in_another() -> None:
    ours = """
        period  | sex | value
        2025    | _T  | 105
        2025    | F   | 65
        2025    | M   | 40
        2025-Q1 | _T  | 45
        2025-Q1 | F   | 30
        2025-Q1 | M   |
        2025-Q2 | _T  | 45
        2025-Q2 | F   | 30
        2025-Q2 | M   |
    """
    large = {"office_by_sex": office("sex | value\nM | 20")}
    told = large | {"office": office("period | value\n2025-Q2 | 48")}
    assert ("hidden", "2025-Q2", "M") not in found(beside(ours, large))
    assert ("hidden", "2025-Q2", "M") in found(beside(ours, told))


def test_what_others_give_away_does_not_tell_why_a_cell_is_hidden() -> None:
    ours = drawn("sex | value\n_T | 20\nF |\nM |")
    told = total(21) | {"office_by_sex": office("sex | value\nF | 9")}
    every = set()
    for sexes in ([], ["F"], ["M"], ["F", "M"]):
        keys = ours.filter(pl.col("sex").is_in(sexes)).select(BY_SEX.key)
        report = attacked({"by_sex": ours} | told, KNOWN, other_rule={"by_sex": keys})
        every.add((report.failing, report.public_elsewhere))
    # All of both sexes, and each difference of two.
    assert every == {(0, 5)}


def test_the_newest_number_of_others_counts_and_that_of_an_earlier_release_too() -> None:
    earlier = [{"by_sex": drawn(OURS)} | total(48)]
    assert HIDDEN in found(beside(OURS, {}, earlier=earlier))
    assert found(beside(OURS, total(43), earlier=earlier)) == []


def test_the_repair_holds_against_both() -> None:
    def hidden(others: dict[str, pl.DataFrame]) -> list[str]:
        tables = {"by_sex": drawn(OURS)} | others
        made, report = secure(tables, KNOWN, POLICY, contracts=CONTRACTS, lists={})
        assert report.failing == 0
        assert attacked(made.tables, KNOWN).failing == 0
        assert set(made.tables) == set(tables)
        sexes: list[str] = made.hidden["by_sex"]["sex"].to_list()
        return sexes

    assert hidden({}) == []
    assert hidden(total(48)) == ["F"]


def test_records_that_are_public_anyhow_need_no_second_attack() -> None:
    report = beside(OURS, total(48), public=frozenset({("victims", "XAA")}))
    assert (report.failing, report.public_elsewhere) == (0, 0)


def enumerated(ours: tuple[int, int], theirs: int) -> tuple[int, int] | None:
    """Between what the hidden men are, by trying all numbers of women and men."""
    every = [
        men
        for women, men in product(range(ours[1] - 4, ours[1] + 5), range(15))
        if women + men == theirs
        and abs(women + men - ours[0]) <= 4
        # Unequal numbers are not of the same people, and neither are a shown one and a small one.
        and (men >= 1 or ours[0] == ours[1])
        and women >= 1
    ]
    return (min(every), max(every)) if every else None


@pytest.mark.parametrize("ours", [(45, 35), (40, 35), (45, 30), (35, 35), (40, 30)])
def test_what_is_known_of_a_hidden_number_is_what_enumeration_finds(ours: tuple[int, int]) -> None:
    drawing = f"sex | value\n_T | {ours[0]}\nF | {ours[1]}\nM |"
    for theirs in range(ours[0] - 4, ours[0] + 5):
        ends = enumerated(ours, theirs)
        fails = ends is not None and (ends[1] - ends[0] < 5 or (ends[0] >= 1 and ends[1] <= 10))
        report = beside(drawing, total(theirs))
        hidden = [(one.lower, one.upper) for one in report.failures if one.kind == "hidden"]
        assert hidden == ([ends] if fails else []), theirs


def test_a_table_is_taken_for_one_of_persons_with_its_dimensions() -> None:
    def published(**changes: Any) -> Table:
        return KNOWN["office_by_sex"].model_copy(update=changes)

    assert can_be_taken_for(published(), BY_SEX)
    assert can_be_taken_for(KNOWN["office"], BY_SEX)
    assert not can_be_taken_for(published(), spec("total"))
    assert not can_be_taken_for(published(units=("suspect",)), BY_SEX)
    assert not can_be_taken_for(published(kind="persons"), BY_SEX)
    assert not can_be_taken_for(published(), KNOWN["office_by_sex"])
    strange = {**SEX, "codes": ("X",)}
    assert not can_be_taken_for(spec("o", sex=strange).model_copy(update=OTHERS), BY_SEX)
