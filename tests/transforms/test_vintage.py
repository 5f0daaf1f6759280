"""Which submission speaks for which slice, and whose rows the core has."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.tables import table
from tests.transforms.slicing import LAYOUTS, sent, slices
from transforms.vintage import Sent, Slice, complete, core, current, slices_of

# Who speaks


def test_the_latest_submission_of_a_slice_speaks_for_it() -> None:
    received = sent("""
        submission | layout   | datasets      | countries | periods
        s1         | police   | victims cases | XAA       | 2025-Q1
        s2         | shelters | victims       | XAA       | 2025-Q1
        s3         | police   | victims       | XAA       | 2025-Q1
        s4         | police   | victims       | XAA       | 2025-Q2
    """)
    assert current(received, LAYOUTS, {}) == slices("""
        dataset | source   | country | period  | submission
        cases   | police   | XAA     | 2025-Q1 | s1
        victims | police   | XAA     | 2025-Q1 | s3
        victims | police   | XAA     | 2025-Q2 | s4
        victims | shelters | XAA     | 2025-Q1 | s2
    """)


def test_a_year_speaks_for_its_four_quarters_and_a_later_quarter_for_itself() -> None:
    received = sent("""
        submission | layout | datasets | countries | periods
        s1         | police | victims  | XAA       | 2025
        s2         | police | victims  | XAA       | 2025-Q2
    """)
    assert current(received, LAYOUTS, {}) == slices("""
        dataset | source | country | period  | submission
        victims | police | XAA     | 2025-Q1 | s1
        victims | police | XAA     | 2025-Q2 | s2
        victims | police | XAA     | 2025-Q3 | s1
        victims | police | XAA     | 2025-Q4 | s1
    """)


def test_the_table_of_a_publisher_is_replaced_as_a_whole() -> None:
    received = sent("""
        submission | layout | datasets   | countries | periods
        s1         | office | aggregates | XAA XAB   | 2024 2025
        s2         | office | aggregates | XAA       | 2025
    """)
    whole = Slice("aggregates", "office", "", "")
    assert current(received, LAYOUTS, {}) == {whole: "s2"}
    assert list(slices_of(received[0], LAYOUTS["office"])) == [whole]


def test_a_table_of_one_country_replaces_that_country_only() -> None:
    received = sent("""
        submission | layout   | datasets   | countries | periods
        s1         | platform | aggregates | XAA       | 2024 2025
        s2         | platform | aggregates | XAB       | 2025
        s3         | platform | aggregates | XAA       | 2025
    """)
    assert current(received, LAYOUTS, {}) == {
        Slice("aggregates", "platform", "XAA", ""): "s3",
        Slice("aggregates", "platform", "XAB", ""): "s2",
    }


def test_an_annual_source_speaks_for_its_year_and_never_for_quarters() -> None:
    received = sent("""
        submission | layout | datasets | countries | periods
        s1         | union  | victims  | XAA       | 2024
        s2         | union  | victims  | XAA       | 2025
        s3         | union  | victims  | XAA       | 2024
    """)
    assert current(received, LAYOUTS, {}) == slices("""
        dataset | source | country | period  | submission
        victims | union  | XAA     | 2024  | s3
        victims | union  | XAA     | 2025  | s2
    """)


def test_the_records_of_a_publisher_are_replaced_as_a_whole_by_country_and_year() -> None:
    received = sent("""
        submission | layout | datasets | countries | periods
        s1         | world  | victims  | XAA XAB   | 2015 2016
        s2         | world  | victims  | XAB       | 2016 2017
    """)
    assert current(received, LAYOUTS, {}) == slices("""
        dataset | source | country | period | submission
        victims | world  | XAB     | 2016  | s2
        victims | world  | XAB     | 2017  | s2
    """)


def test_a_publisher_is_silent_about_the_years_of_which_the_country_speaks_itself() -> None:
    received = sent("""
        submission | layout | datasets | countries | periods
        s1         | police | victims  | XAA       | 2016-Q3
        s2         | world  | victims  | XAA XAB   | 2015 2016
        s3         | union  | victims  | XAB       | 2015
    """)
    assert current(received, LAYOUTS, {}) == slices("""
        dataset | source | country | period  | submission
        victims | police | XAA     | 2016-Q3 | s1
        victims | union  | XAB     | 2015   | s3
        victims | world  | XAA     | 2015   | s2
        victims | world  | XAB     | 2016   | s2
    """)


@pytest.mark.parametrize(
    ("published", "name", "period", "speaks"),
    [
        ("2025-Q2", "union", "2025", False),
        ("2025-Q2", "union", "2024", True),
        ("2025", "police", "2025-Q3", False),
        ("2025", "police", "2024-Q4", True),
        ("2025-Q2", "police", "2025-Q3", True),
    ],
)
def test_a_year_that_is_published_takes_no_quarter_and_a_quarter_no_year(
    published: str, name: str, period: str, speaks: bool
) -> None:
    frozen = {Slice("victims", "shelters", "XAA", published): "s0"}
    late = [Sent("s1", name, ("victims",), ("XAA",), (period,))]
    assert ("s1" in current(late, LAYOUTS, frozen).values()) == speaks


def test_what_is_published_stays_and_takes_no_other_source_either() -> None:
    received = sent("""
        submission | layout   | datasets | countries | periods
        s1         | police   | victims  | XAA       | 2025-Q1
        s2         | police   | victims  | XAA       | 2025-Q1
        s3         | shelters | victims  | XAA       | 2025-Q1
        s4         | shelters | victims  | XAA       | 2025-Q2
        s5         | shelters | cases    | XAA       | 2025-Q1
        s6         | shelters | victims  | XAB       | 2025-Q1
    """)
    frozen = {Slice("victims", "police", "XAA", "2025-Q1"): "s1"}
    chosen = current(received, LAYOUTS, frozen)
    assert chosen == slices("""
        dataset | source   | country | period  | submission
        cases   | shelters | XAA     | 2025-Q1 | s5
        victims | police   | XAA     | 2025-Q1 | s1
        victims | shelters | XAA     | 2025-Q2 | s4
        victims | shelters | XAB     | 2025-Q1 | s6
    """)


def test_of_nothing_nothing_speaks() -> None:
    assert current([], LAYOUTS, {}) == {}
    assert complete([]) == set()


# The current vintage


def vintage(chosen: dict[Slice, str], **parts: str) -> pl.DataFrame:
    """The core of drawn safe rows of victims."""
    frames = {name: table(drawing, period=pl.String).lazy() for name, drawing in parts.items()}
    return core(frames, chosen, "victims").collect()


def test_the_core_has_the_rows_of_each_slice_from_the_submission_that_speaks_for_it() -> None:
    chosen = slices("""
        dataset | source | country | period  | submission
        victims | police | XAA     | 2025-Q1 | s1
        victims | police | XAA     | 2025-Q2 | s2
        victims | police | XAB     | 2025-Q1 | s2
        victims | police | XAB     | 2025-Q2 | s1
        cases   | police | XAA     | 2025-Q2 | s1
        cases   | police | XAB     | 2025-Q2 | s3
    """)
    both = """
        country | period  | record
        XAA     | 2025-Q1 | r1
        XAA     | 2025-Q2 | r2
        XAB     | 2025-Q1 | r3
        XAB     | 2025-Q2 | r4
    """
    drawn = table("""
        country | period  | record | submission
        XAA     | 2025-Q1 | r1     | s1
        XAB     | 2025-Q2 | r4     | s1
        XAA     | 2025-Q2 | r2     | s2
        XAB     | 2025-Q1 | r3     | s2
    """)
    assert_frame_equal(vintage(chosen, s1=both, s2=both), drawn)


def test_a_yearly_number_stays_while_its_submission_speaks_for_the_whole_year() -> None:
    year = {Slice("victims", "police", "XAA", f"2025-Q{q}"): "s1" for q in range(1, 5)}
    rows = """
        country | period | record
        XAA     | 2025   | r1
        XAA     | 2024   | r2
    """
    assert vintage(year, s1=rows)["record"].to_list() == ["r1"]
    later = year | {Slice("victims", "police", "XAA", "2025-Q4"): "s2"}
    assert vintage(later, s1=rows, s2=rows)["record"].to_list() == []


def test_the_table_of_a_publisher_stays_whole_in_the_core() -> None:
    rows = """
        country | period | record
        XAA     | 2025   | r1
        XAB     | 1999   | r2
    """
    whole = {Slice("victims", "office", "", ""): "s1"}
    assert vintage(whole, s1=rows)["record"].to_list() == ["r1", "r2"]


def test_rows_of_an_annual_source_are_of_its_year_whenever_they_are_dated() -> None:
    rows = """
        country | period  | record
        XAA     | 2025-Q2 | r1
        XAA     | 2025    | r2
        XAA     | 2024-Q4 | r3
        XAB     | 2025-Q2 | r4
    """
    found = vintage({Slice("victims", "union", "XAA", "2025"): "s1"}, s1=rows)
    assert found.select("record", "period").rows() == [("r1", "2025"), ("r2", "2025")]
