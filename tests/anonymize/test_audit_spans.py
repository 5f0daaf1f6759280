"""Counts that span years, beside the years that they hold. All data are invented."""

from collections.abc import Sequence

import polars as pl
import pytest

from anonymize.audit import Report
from anonymize.repair import secure
from tests.anonymize.drawings import CONTRACTS, SEX, drawn, spec, specs
from tests.anonymize.test_audit import attacked
from tests.policies import POLICY

Release = dict[str, pl.DataFrame]
COUNTED = ("quarter", "year", "span")
YEARLY = specs(spec("total").model_copy(update={"frequencies": COUNTED}), spec("by_sex", sex=SEX))
SPAN = """
    period   | value
    2022     | {}
    2023     | {}
    2024     | {}
    2022-P3Y | {}
"""


def total(*values: int | str, more: str = "") -> Release:
    return {"total": drawn(SPAN.format(*values) + more)}


def shown(release: Release, earlier: Sequence[Release] = ()) -> tuple[set[str], Report]:
    """The spans that a repair leaves, and its report."""
    mended, report = secure(release, YEARLY, POLICY, contracts=CONTRACTS, lists={}, earlier=earlier)
    there = mended.tables["total"].drop_nulls("value")["period"]
    gone = set(mended.hidden["total"]["period"])
    periods = set(release["total"].drop_nulls("value")["period"])
    assert periods - set(there) == gone
    return {one for one in there if one.endswith("Y")}, report


@pytest.mark.parametrize(
    ("values", "stays"),
    [
        ((50, 60, 40, 150), True),
        ((50, 60, 40, 130), True),
        # At least 151 in all: the year of 50 would have 51 or more beside 64 and 44 at most.
        ((50, 60, 40, 165), False),
        ((50, 60, 40, 200), False),
        ((50, 60, 40, 55), False),
        ((50, "", "", 60), True),
        ((50, "", "", 50), True),
        # With 22 at least in the other two, none of them can be empty.
        ((50, "", "", 80), False),
        (("", "", "", 25), True),
        (("", "", "", 40), False),
        ((15, "", "", 25), False),
        ((20, "", "", 25), True),
    ],
)
def test_a_span_is_shown_where_no_year_can_tell_it_from_none(
    values: tuple[int | str, ...], stays: bool
) -> None:
    spans, report = shown(total(*values))
    assert spans == ({"2022-P3Y"} if stays else set())
    assert (report.failing, report.uncertified) == (0, 0)


@pytest.mark.parametrize("values", [(50, 60, 40, 165), (50, 60, 40, 200), ("", "", "", 40)])
def test_a_span_that_tells_of_its_years_is_found(values: tuple[int | str, ...]) -> None:
    report = attacked(total(*values), YEARLY)
    assert report.failing
    assert {one.table for one in report.failures} == {"total"}


def test_of_nested_spans_the_longer_one_goes() -> None:
    """Twelve to twenty in the first year and two spans that differ by 35 at most."""
    nested = "    2023-P2Y | 95\n"
    spans, report = shown(total(20, 60, 40, 135, more=nested))
    assert spans == {"2023-P2Y"}
    assert report.failing == 0
    assert shown(total(20, 60, 40, 115, more=nested))[0] == {"2022-P3Y", "2023-P2Y"}


def test_a_span_that_was_published_is_known_for_good() -> None:
    """It is not hidden again, but what it tells is found."""
    unsafe = total(50, 60, 40, 165)
    spans, report = shown(unsafe, [unsafe])
    assert spans == {"2022-P3Y"}
    assert report.failing
    hidden = total(50, 60, 40, "")
    assert attacked(hidden, YEARLY).failing == 0
    assert attacked(hidden, YEARLY, earlier=[unsafe]).failing


def test_a_year_hidden_for_another_reason_is_no_more_than_its_span() -> None:
    """Nobody knows that it is small, but the women in it are at most all who are in the span."""
    cells = total("", 20, 20, 55)
    sexes = drawn("sex | value\n_T |\nF | 50\nM |", period="2022")
    other = {"total": cells["total"].filter(period="2022").select("country", "period", "unit")}
    other["by_sex"] = sexes.filter(sex="_T").select("country", "period", "unit", "sex")
    told = {"by_sex": sexes, **cells}
    is_span = pl.col("period").str.ends_with("Y")
    alone = {"by_sex": sexes, "total": cells["total"].filter(~is_span)}
    assert attacked(alone, YEARLY, other_rule=other).failing == 0
    report = attacked(told, YEARLY, other_rule=other)
    assert report.failing == 0
    assert attacked(told | total("", 20, 20, 50), YEARLY, other_rule=other).failing == 0


@pytest.mark.parametrize(("women", "men", "stays"), [(30, 25, False), (30, 15, True)])
def test_women_of_one_year_are_no_men_of_another(women: int, men: int, stays: bool) -> None:
    """A span of 45 is 49 at most; 26 women at least leave no room for 29 men."""
    sexes = "sex | value\n_T | {}\nF | {}\nM | {}"
    by_sex = drawn(sexes.format(35, women, ""), period="2022").vstack(
        drawn(sexes.format(35, "", men), period="2023")
    )
    spans, report = shown({"by_sex": by_sex, **total(35, 35, "", 45)})
    assert spans == ({"2022-P3Y"} if stays else set())
    assert report.failing == 0


def test_spans_count_among_the_targets() -> None:
    alone = attacked({"total": total(50, 60, 40, 150)["total"].filter(period="2022")}, YEARLY)
    report = attacked(total(50, 60, 40, 150), YEARLY)
    # The span, its sum of years less itself, and itself less each year.
    assert report.targets == 3 * alone.targets + 5
    assert (report.cells, report.hidden) == (4, 0)


def test_another_country_and_unit_is_no_year_of_a_span() -> None:
    apart = drawn("period | value\n2023 | 60\n2024 | 40", unit="presumed")
    cells = total(50, 60, 40, 150)["total"]
    both = cells.vstack(apart.select(cells.columns))
    assert attacked({"total": both}, YEARLY).failing == 0
