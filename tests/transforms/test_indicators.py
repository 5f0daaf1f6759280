"""Indicators: only from what is shown, hidden and missing stay what they are."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from data_contracts.model import Dimension, Table
from data_contracts.sheets import Indicator
from tests.policies import POLICY
from tests.tables import table
from transforms.indicators import SCHEMA, SheetInvalid, indicators, known_sum, lacking


def registered(name: str, units: tuple[str, ...], **dimensions: tuple[str, ...]) -> Table:
    """A table of the registry over invented lists of codes."""
    return Table(
        name=name,
        title={"en": name},
        kind="persons",
        dataset="victims",
        units=units,
        frequencies=("quarter", "year"),
        dimensions={n: Dimension(field=n, codelist=n, codes=c) for n, c in dimensions.items()},
        tier="public",
    )


REGISTRY = {
    "by_sex": registered("by_sex", ("victim_identified", "victim_presumed"), sex=("F", "M")),
    "population": registered("population", ("population",)),
}


def sheet(value_type: str, **changed: object) -> Indicator:
    words = {"en": "Invented"}
    texts = {"title": words, "definition": words, "caution": words, "framework": "own"}
    of = {"unit": "victim_identified", "table": "by_sex", "frequencies": ("year",)}
    where = {"name": "figure", "value_type": value_type, "where": {"sex": "F"}}
    return Indicator.model_validate({**texts, **of, **where, **changed})


def cells(drawing: str, unit: str = "victim_identified") -> pl.DataFrame:
    """Protected cells as drawn; the confidentiality follows from the status."""
    drawn = table(drawing, period=pl.String, value=pl.Int64, lower=pl.Int64, upper=pl.Int64)
    defaults = {"unit": unit, "source": "office"}
    missing = {name: pl.lit(code) for name, code in defaults.items() if name not in drawn.columns}
    hidden = pl.when(pl.col("obs_status") == "Q").then(pl.lit("C")).otherwise(pl.lit("F"))
    return drawn.with_columns(conf_status=hidden, **missing)


def figures(spec: Indicator, **tables: pl.DataFrame) -> pl.DataFrame:
    made = indicators({spec.name: spec}, tables, REGISTRY, POLICY)
    assert made.schema == SCHEMA
    return made.select("country", "period", "value", "lower", "upper", "obs_status")


def drawn(drawing: str) -> pl.DataFrame:
    numbers = dict.fromkeys(("value", "lower", "upper"), pl.Float64)
    return table(drawing, period=pl.String, **numbers)


SHOWN = cells("""
    country | period  | sex | value | lower | upper | obs_status
    XAA     | 2024    | _T  | 80    | 76    | 84    | A
    XAA     | 2024    | F   | 60    | 56    | 64    | A
    XAA     | 2024    | M   | 15    | 11    | 19    | A
    XAA     | 2024-Q1 | F   | 20    | 16    | 24    | A
    XAB     | 2024    | F   |       | 0     |       | Q
    XAB     | 2023    | F   |       |       |       | O
""")


def test_a_count_is_the_cell_itself_at_the_frequencies_of_its_sheet() -> None:
    after = drawn("""
        country | period | value | lower | upper | obs_status
        XAA     | 2024   | 60    | 56    | 64    | A
        XAB     | 2023   |       |       |       | O
        XAB     | 2024   |       | 0     |       | Q
    """)
    assert_frame_equal(figures(sheet("count"), by_sex=SHOWN), after)


def test_a_total_is_picked_and_never_added_up_from_rounded_parts() -> None:
    total = figures(sheet("count", where={}), by_sex=SHOWN)
    assert total["value"].to_list() == [80.0]


def test_a_hidden_figure_is_confidential_and_keeps_the_source_of_its_cell() -> None:
    made = indicators({"figure": sheet("count")}, {"by_sex": SHOWN}, REGISTRY, POLICY)
    said = made.select("obs_status", "conf_status", "source").rows()
    assert said == [("A", "F", "office"), ("O", "F", "office"), ("Q", "C", "office")]


def pair(part: str, whole: str) -> pl.DataFrame:
    return cells(f"""
        country | period | sex | value | lower | upper | obs_status
        XAA     | 2024   | F   | {part}
        XAA     | 2024   | _T  | {whole}
    """)


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [
        ("25 | 21 | 29 | A", "50 | 46 | 54 | A", "50 | 38 | 64 | A"),
        ("25 | 21 | 29 | A", "45 | 41 | 49 | A", "   | 0  |    | Q"),
        ("   | 0  |    | Q", "50 | 46 | 54 | A", "   | 0  |    | Q"),
        ("15 | 11 | 19 | A", "   | 0  |    | Q", "   | 0  |    | Q"),
        ("   |    |    | O", "50 | 46 | 54 | A", "   |    |    | O"),
        ("   |    |    | O", "   | 0  |    | Q", "   |    |    | O"),
        ("   | 0  |    | Q", "   |    |    | O", "   |    |    | O"),
        ("   |    |    | M", "50 | 46 | 54 | A", "   |    |    | M"),
        ("25 | 21 | 29 | P", "50 | 46 | 54 | A", "50 | 38 | 64 | P"),
        ("25 | 21 | 29 | P", "50 | 46 | 54 | B", "50 | 38 | 64 | B"),
        ("25 | 21 | 29 | R", "50 | 46 | 54 | A", "50 | 38 | 64 | R"),
        ("55 | 51 | 59 | A", "50 | 46 | 54 | A", "100 | 94 | 100 | A"),
        ("0  | 0  | 0  | A", "64 | 64 | 64 | A", "0  | 0  | 0  | A"),
        ("1  | 1  | 1  | A", "200 | 200 | 200 | A", "1 | 0 | 1  | A"),
        ("   | 1  | 4  | Q", "64 | 64 | 64 | A", "   | 1  | 7  | Q"),
        ("   |    |    | A", "64 | 64 | 64 | A", "   |    |    | O"),
    ],
)
def test_a_share_needs_both_shown_and_a_whole_of_fifty(part: str, whole: str, share: str) -> None:
    after = drawn(f"""
        country | period | value | lower | upper | obs_status
        XAA     | 2024   | {share}
    """)
    assert_frame_equal(figures(sheet("share", over={}), by_sex=pair(part, whole)), after)


@settings(deadline=None)
@given(st.integers(0, 500), st.integers(0, 500))
def test_a_share_of_what_is_shown_lies_in_its_interval_and_one_of_few_has_no_bounds(
    part: int, whole: int
) -> None:
    bounds = [f"{n} | {max(n - 4, 0)} | {n + 4} | A" for n in (part, whole)]
    figure = figures(sheet("share", over={}), by_sex=pair(*bounds)).row(0, named=True)
    if whole < POLICY.share_min_denominator:
        assert (figure["value"], figure["lower"], figure["upper"]) == (None, 0.0, None)
    else:
        assert figure["value"] == min(int(100 * part / whole + 0.5), 100)
        assert figure["lower"] <= figure["value"] <= figure["upper"] <= 100


PEOPLE = cells(
    """
    country | period | value   | lower   | upper   | obs_status
    XAA     | 2024   | 4000000 | 4000000 | 4000000 | A
    XAB     | 2024   | 1000000 | 1000000 | 1000000 | A
    XAC     | 2024   |         |         |         | O
    XAA     | 2023   | 0       | 0       | 0       | A
    """,
    unit="population",
)
RATE = sheet("rate", over={"table": "population"}, per=100_000)


def test_a_rate_divides_each_bound_and_is_missing_where_the_population_is() -> None:
    before = cells("""
        country | period | sex | value | lower | upper | obs_status
        XAA     | 2024   | F   | 60    | 56    | 64    | A
        XAB     | 2024   | F   |       | 0     |       | Q
        XAC     | 2024   | F   | 40    | 36    | 44    | A
        XAA     | 2023   | F   | 40    | 36    | 44    | A
        XAB     | 2022   | F   | 40    | 36    | 44    | A
        XAB     | 2021   | F   |       |       |       | O
    """)
    after = drawn("""
        country | period | value | lower | upper | obs_status
        XAA     | 2023   |       |       |       | O
        XAA     | 2024   | 1.5   | 1.4   | 1.6   | A
        XAB     | 2021   |       |       |       | O
        XAB     | 2022   |       |       |       | O
        XAB     | 2024   |       | 0     |       | Q
        XAC     | 2024   |       |       |       | O
    """)
    assert_frame_equal(figures(RATE, by_sex=before, population=PEOPLE), after)


@pytest.mark.parametrize(("third", "value"), [("XAB", 1.2), ("XAC", None), ("XAD", None)])
def test_a_region_has_a_rate_only_when_the_population_of_all_its_countries_is_known(
    third: str, value: float | None
) -> None:
    before = cells(f"""
        country | period | sex | value | lower | upper | obs_status
        XAA     | 2024   | F   | 60    | 56    | 64    | A
        {third} | 2024   | F   | 15    | 11    | 19    | A
        _T      | 2024   | F   | 60    | 56    | 64    | A
    """)
    region = figures(RATE, by_sex=before, population=PEOPLE).filter(country="_T")
    assert region["value"].to_list() == [value]


def test_the_sum_of_an_incomplete_group_is_unknown() -> None:
    before = table("""
        country | value | lower
        XAA     | 40    | 40
        XAA     |       | 1
        XAB     | 25    | 25
    """)
    after = table("""
        country | value | lower
        XAA     |       | 41
        XAB     | 25    | 25
    """)
    sums = before.group_by("country").agg(known_sum(of).alias(of) for of in ("value", "lower"))
    assert_frame_equal(sums, after, check_row_order=False)


@pytest.mark.parametrize(
    "spec",
    [
        sheet("count", where={"sex": "X"}),
        sheet("count", where={"age_band": "_T"}),
        sheet("share", over={"unit": "convicted"}),
        sheet("rate", over={"table": "population"}),
    ],
)
def test_a_sheet_that_asks_for_an_undeclared_cell_stops_the_release(spec: Indicator) -> None:
    with pytest.raises(SheetInvalid, match="figure: "):
        figures(spec, by_sex=SHOWN, population=PEOPLE)


def test_an_indicator_without_the_table_that_it_measures_is_left_out() -> None:
    assert figures(sheet("count", table="other"), by_sex=SHOWN).is_empty()


ONE_COUNTRY = cells(
    """
    country | period | value | lower | upper | obs_status
    XAA     | 2024   | 6000  | 6000  | 6000  | A
""",
    unit="population",
)


def test_a_rate_without_any_population_is_not_available_and_never_zero_nor_left_out() -> None:
    made = figures(RATE, by_sex=SHOWN)
    assert set(made["obs_status"]) == {"O"}
    assert (made.height, made["value"].null_count(), made["upper"].null_count()) == (3, 3, 3)


def test_the_places_that_have_nothing_to_divide_by_are_listed() -> None:
    spec = RATE
    # Of what is not available itself, nobody expects a rate; what is hidden is counted.
    everywhere = {"figure": [("XAA", "2024"), ("XAB", "2024")]}
    assert lacking({"figure": spec}, {"by_sex": SHOWN}, REGISTRY) == everywhere
    both = {"by_sex": SHOWN, "population": ONE_COUNTRY}
    assert lacking({"figure": spec}, both, REGISTRY) == {"figure": [("XAB", "2024")]}
    assert lacking({"figure": sheet("count")}, {"by_sex": SHOWN}, REGISTRY) == {}


def waiting(drawing: str, **changed: object) -> pl.DataFrame:
    """A median over a table of bands by sex, of the figures as drawn."""
    codes = ("D0T7", "D8T30", "D_GE31", "_U")
    registry = {"by_wait": registered("by_wait", ("served",), wait=codes)}
    spec = sheet(
        "median", **{"unit": "served", "table": "by_wait", "where": {}, "of": "wait"} | changed
    )
    cells_ = cells(drawing, "served")
    made = indicators({"figure": spec}, {"by_wait": cells_}, registry, POLICY)
    return made.select("period", "value", "lower", "upper", "obs_status", "conf_status")


WAITED = """
    country | period | wait   | value | lower | upper | obs_status
    XAA     | 2024   | _T     | 100   | 96    | 104   | A
    XAA     | 2024   | D0T7   | 60    | 56    | 64    | A
    XAA     | 2024   | D8T30  |       | 0     |       | Q
    XAA     | 2024   | D_GE31 |       | 0     |       | Q
    XAA     | 2024   | _U     | 20    | 16    | 24    | A
    XAA     | 2025   | _T     | 100   | 96    | 104   | A
    XAA     | 2025   | D0T7   |       | 0     |       | Q
    XAA     | 2025   | D8T30  | 80    | 76    | 84    | A
    XAA     | 2025   | D_GE31 |       | 0     |       | Q
    XAA     | 2025   | _U     | 20    | 16    | 24    | A
    XAA     | 2026   | _T     |       |       |       | O
    XAA     | 2026   | D0T7   |       |       |       | O
    XAA     | 2026   | D8T30  |       |       |       | O
    XAA     | 2026   | D_GE31 |       |       |       | O
    XAA     | 2026   | _U     |       |       |       | O
"""


def test_a_median_is_interpolated_from_published_bands_or_hidden_or_missing() -> None:
    assert waiting(WAITED).rows() == [
        ("2024", 5, 0, 8, "A", "F"),
        ("2025", None, 0, None, "Q", "C"),
        ("2026", None, None, None, "O", "F"),
    ]


def test_a_median_of_what_has_no_bands_is_refused() -> None:
    with pytest.raises(SheetInvalid, match="by_wait has no bands 'days'"):
        waiting(WAITED, of="days")
