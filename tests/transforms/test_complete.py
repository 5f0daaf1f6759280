"""Which periods of a country are complete, and by whom."""

from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.slicing import LAYOUTS, reported, sent
from transforms.vintage import Slice, complete, current


def test_a_quarter_in_which_an_agency_is_silent_is_not_complete() -> None:
    found = complete(
        reported("""
        source   | country | periods
        police   | XAA     | 2025-Q1 2025-Q2 2025-Q3
        shelters | XAA     | 2025-Q1 2025-Q3
    """)
    )
    assert found == {("XAA", "2025-Q1"), ("XAA", "2025-Q3")}


def test_a_new_agency_does_not_undo_the_quarters_before_it_began() -> None:
    found = complete(
        reported("""
        source   | country | periods
        police   | XAA     | 2025-Q1 2025-Q2
        shelters | XAA     | 2025-Q2
    """)
    )
    assert found == {("XAA", "2025-Q1"), ("XAA", "2025-Q2")}


def test_an_agency_that_stopped_reporting_leaves_every_later_quarter_open() -> None:
    found = complete(
        reported("""
        source   | country | periods
        police   | XAA     | 2025-Q1 2025-Q2 2025-Q3
        shelters | XAA     | 2025-Q1
    """)
    )
    assert found == {("XAA", "2025-Q1")}


def test_the_silence_of_one_country_is_not_that_of_another() -> None:
    found = complete(
        reported("""
        source | country | periods
        police | XAA     | 2025-Q1 2025-Q2
        police | XAB     | 2025-Q1
    """)
    )
    assert found == {("XAA", "2025-Q1"), ("XAA", "2025-Q2"), ("XAB", "2025-Q1")}


def test_a_report_that_there_was_nothing_is_a_report() -> None:
    """Its submission has the slice, and no rows."""
    received = sent("""
        submission | layout   | datasets | countries | periods
        s1         | police   | victims  | XAA       | 2025-Q1 2025-Q2
        s2         | shelters | victims  | XAA       | 2025-Q1
        s3         | shelters | victims  | XAA       | 2025-Q2
    """)
    assert ("XAA", "2025-Q2") in complete(current(received, LAYOUTS, {}))
    assert ("XAA", "2025-Q2") not in complete(current(received[:2], LAYOUTS, {}))


def test_a_year_is_complete_when_its_four_quarters_are() -> None:
    three = [Slice("victims", "police", "XAA", f"2025-Q{quarter}") for quarter in (1, 2, 4)]
    four = [*three, Slice("victims", "police", "XAA", "2025-Q3")]
    foreign = [*three, Slice("victims", "police", "XAB", "2025-Q3")]
    assert ("XAA", "2025") not in complete(three)
    assert ("XAA", "2025") not in complete(foreign)
    assert ("XAA", "2025") in complete(four)


def test_an_annual_report_completes_its_year_and_no_quarter() -> None:
    found = complete(
        reported("""
        source | country | periods
        union  | XAA     | 2024 2025
    """)
    )
    assert found == {("XAA", "2024"), ("XAA", "2025")}


def test_beside_an_annual_agency_years_wait_for_both_and_quarters_stay_open() -> None:
    found = complete(
        reported("""
        source | country | periods
        police | XAA     | 2023-Q1 2023-Q2 2023-Q3 2023-Q4 2024-Q1 2024-Q2 2024-Q3 2024-Q4 2025-Q1
        union  | XAA     | 2024
    """)
    )
    before = {("XAA", f"2023-Q{quarter}") for quarter in range(1, 5)}
    assert found == before | {("XAA", "2023"), ("XAA", "2024")}


def test_a_source_that_went_over_to_quarters_fills_both() -> None:
    found = complete(
        reported("""
        source | country | periods
        union  | XAA     | 2024 2025-Q1 2025-Q2
    """)
    )
    assert found == {("XAA", "2024"), ("XAA", "2025-Q1"), ("XAA", "2025-Q2")}


PIECES = st.builds(
    Slice,
    st.just("victims"),
    st.sampled_from(["police", "shelters", "clinics"]),
    st.sampled_from(["XAA", "XAB"]),
    st.sampled_from([f"202{y}-Q{q}" for y in (4, 5) for q in range(1, 5)]),
)


@given(st.lists(PIECES, max_size=30))
def test_a_complete_quarter_has_every_agency_that_ever_began_before(pieces: list[Slice]) -> None:
    done = complete(pieces)
    for country, period in {(p.country, p.period) for p in pieces}:
        began = {p.source for p in pieces if p.country == country and p.period <= period}
        here = {p.source for p in pieces if (p.country, p.period) == (country, period)}
        assert ((country, period) in done) == (began == here)
