"""Conformance: counted by hand here, and what a release may say of it."""

from collections import Counter

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_contracts import load
from data_contracts.concordance import Concordance, Relation, concordance
from tests.tables import table
from transforms.conformance import (
    JUDGED,
    PLACE,
    ages,
    core_fields,
    counted,
    judged,
    overall,
    released,
    share,
    straddles,
    with_unmapped,
    with_years,
)

VICTIMS = load.contract("victims")
CTDC, HTCDS, ICTIP = (concordance(name) for name in ("ctdc", "htcds", "ictip"))
ROWS = table(
    """
    source | country | period  | submission | record | sex               | age_band
    police | XAA     | 2024-Q1 | s1         | a      | F                 | Y0T14   
    police | XAA     | 2024-Q1 | s1         | b      | F                 | Y25T34  
    police | XAA     | 2024-Q1 | s1         | c      | tipstat:other_sex | _U      
    police | XAA     | 2024-Q1 | s1         | d      |                   | Y15T17  
    police | XAA     | 2024-Q2 | s2         | a      | _U                | Y15T17  
    world  | XAB     | 2024    | s3         | a      | M                 | Y_GE35  
""",
    period=pl.String,
).with_columns(unit=pl.lit("victim_identified"))
ANSWERS = table("""
    submission | record | field        | code
    s1         | a      | exploitation | P1
    s1         | a      | exploitation | tipstat:begging
    s1         | b      | exploitation | _U
    s1         | c      | exploitation | P2
    s2         | a      | exploitation | tipstat:mixed
    s1         | a      | means        | M3
""")


def counts() -> pl.DataFrame:
    return counted(ROWS.lazy(), ANSWERS.lazy(), VICTIMS, {"world"})


def row(frame: pl.DataFrame, field: str, **place: str) -> dict[str, object]:
    chosen = {"source": "police", "period": "2024-Q1", "field": field} | place
    found = frame.filter(**chosen)
    assert found.height == 1
    return found.row(0, named=True)


def numbers(found: dict[str, object]) -> tuple[object, ...]:
    return tuple(found[n] for n in ("rows", "received", "exact", "lossy", "none"))


def test_what_came_and_how_it_maps_is_what_a_hand_counts() -> None:
    htcds = judged(counts(), HTCDS)
    # Female twice exactly; "other" is three narrower values there; an empty one did not come.
    assert numbers(row(htcds, "sex")) == (4, 3, 2, 1, 0)
    # P1, begging and P2 are exact; the unknown form is no value.
    assert numbers(row(htcds, "exploitation")) == (4, 2, 3, 0, 0)
    assert numbers(row(htcds, "exploitation", period="2024-Q2")) == (1, 1, 0, 0, 1)
    assert numbers(row(htcds, "sex", period="2024-Q2")) == (1, 0, 0, 0, 0)
    assert numbers(row(htcds, "means")) == (4, 1, 0, 0, 1)
    ictip = judged(counts(), ICTIP)
    assert numbers(row(ictip, "exploitation")) == (4, 2, 2, 0, 1)
    assert numbers(row(ictip, "unit")) == (4, 4, 0, 4, 0)
    assert "sex" not in set(ictip["field"])


def test_a_publisher_of_the_world_is_counted_as_one_place() -> None:
    found = row(judged(counts(), CTDC), "sex", source="world", period="2024")
    assert (found["country"], numbers(found)) == ("_T", (1, 1, 1, 0, 0))


def test_counting_is_the_same_as_counting_row_by_row() -> None:
    made = counts().filter(pl.col("field") == "sex")
    expected = Counter((r["source"], r["period"], r["sex"]) for r in ROWS.to_dicts())
    found = {(s, p, c): n for s, p, c, n in made.select("source", "period", "code", "n").rows()}
    assert found == dict(expected)


def test_years_are_the_sums_of_quarters_and_the_total_of_all_periods() -> None:
    yearly = with_years(counts())
    year = judged(yearly, HTCDS).filter(period="2024", source="police")
    assert numbers(row(year, "sex", period="2024")) == (5, 3, 2, 1, 0)
    every = judged(overall(counts()), HTCDS)
    assert numbers(row(every, "sex", period="_T")) == (5, 3, 2, 1, 0)


@pytest.mark.parametrize(
    ("text", "band"),
    [
        *(("Y0T17", (0, 17)), ("24--26", (24, 26)), ("48+", (48, 999)), ("Y_GE35", (35, 999))),
        *(("0 to 17 years", (0, 17)), ("18 years or over", (18, 999)), ("Minor", None)),
        *(("_T", None), ("P1", None), ("AFG", None)),
    ],
)
def test_an_age_band_is_read_from_codes_and_from_categories(
    text: str, band: tuple[int, int] | None
) -> None:
    assert ages(text) == band


def test_a_band_across_an_edge_of_the_standards_is_flagged() -> None:
    codes = load.codelist("age_band").codes
    assert {c for c in codes if straddles(c, "age_band", CTDC)} == {
        *("Y0T14", "Y18T24", "Y25T34", "Y35T44", "Y45T54", "Y_GE35")
    }
    assert not any(straddles(code, "age_band", concordance("glotip")) for code in codes)
    quarter = judged(counts(), CTDC)
    # The flag is of the list, so that it tells nothing about what came.
    assert set(quarter.filter(flag="straddles")["field"]) == {"age"}
    assert set(judged(counts(), HTCDS)["flag"]) == {""}
    assert row(quarter, "age")["straddling"] == 2
    # Such a band is with loss; nobody splits it.
    assert numbers(row(quarter, "age")) == (4, 3, 0, 3, 0)


def test_a_match_counts_while_it_is_valid() -> None:
    dated = Relation.model_validate(
        {"codelist": "sex", "code": "F", "target": "V1", "match": "exact", "valid_to": "2024-03-31"}
    )
    other = Concordance(standard="ictip", relations=(dated,))
    found = judged(counts(), other)
    assert numbers(row(found, "sex"))[2:] == (2, 0, 1)
    later = counts().with_columns(period=pl.lit("2024-Q2"))
    assert judged(later, other).filter(field="sex", source="police")["exact"].sum() == 0


def test_rows_set_aside_for_a_label_stand_beside_their_field() -> None:
    told = table("""
        source | country | period  | dataset | field | unmapped
        police | XAA     | 2024-Q1 | victims |       | 0
        police | XAA     | 2024-Q1 | victims | sex   | 7
    """).with_columns(pl.col("field").fill_null(""))
    found = with_unmapped(judged(counts(), HTCDS), told)
    assert row(found, "sex")["unmapped"] == 7
    assert row(found, "exploitation")["unmapped"] == 0
    assert row(found, "sex", period="2024-Q2")["unmapped"] is None


def test_the_core_of_a_standard_is_the_fields_whose_list_it_treats() -> None:
    core = {"act", "means", "exploitation", "unit"}
    assert core_fields(VICTIMS, ICTIP, core) == 100
    assert core_fields(VICTIMS, ICTIP, {"unit", "sex", "age"}) == 25
    assert core_fields(load.contract("reference"), ICTIP, {"country"}) is None


def judgement(**changed: object) -> pl.DataFrame:
    usual: dict[str, object] = dict(zip(PLACE, ("police", "XAA", "2024", "victims"), strict=True))
    usual |= {
        "standard": "htcds",
        "field": "sex",
        "flag": "",
        "rows": 80,
        "received": 60,
        "exact": 33,
    }
    usual |= {"lossy": 0, "none": 27, "straddling": 0, "unmapped": 3}
    return pl.DataFrame([usual | changed], schema=JUDGED)


HERE = [("XAA", "2024", "victims")]


def bounds(frame: pl.DataFrame, name: str) -> list[tuple[int | None, int | None]]:
    return frame.select(f"{name}_from", f"{name}_to").rows()


def cells(**changed: object) -> pl.DataFrame:
    """What released cells say of a field and standard."""
    said = judgement(rows=80, exact=33, none=27, unmapped=None, source="police+shelters")
    ends = {"least": 75, "most": 100} | changed
    return said.with_columns(pl.lit(value).alias(name) for name, value in ends.items())


NOTHING = cells().clear()


def test_a_public_source_gives_whole_per_cent_and_no_false_zero_or_hundred() -> None:
    judged_ = judgement(rows=1000, received=999, exact=998, none=1)
    found = released(judged_, {"police"}, [], NOTHING, 50, 20)
    assert bounds(found, "received") == [(99, 99)]
    assert (bounds(found, "exact"), bounds(found, "none")) == ([(99, 99)], [(1, 1)])
    assert (bounds(found, "lossy"), bounds(found, "unmapped")) == ([(0, 0)], [(1, 1)])


def test_a_source_in_confidence_gives_what_its_cells_say_and_bands_of_a_quarter() -> None:
    found = released(judgement(rows=999, received=1, exact=1), set(), HERE, cells(), 50, 20)
    assert found["source"].to_list() == ["police+shelters"]
    assert bounds(found, "received") == [(75, 100)]
    assert (bounds(found, "exact"), bounds(found, "none")) == ([(50, 74)], [(25, 49)])
    assert (bounds(found, "lossy"), bounds(found, "unmapped")) == ([(0, 24)], [(0, 20)])


def test_a_source_in_confidence_says_nothing_of_a_place_that_is_not_shown() -> None:
    for places in ([], [("XAA", "2024-Q1", "victims")], [("XAA", "2024", "cases")]):
        assert released(judgement(), set(), places, cells(), 50, 20).is_empty()


def test_a_source_in_confidence_says_nothing_that_its_cells_do_not() -> None:
    assert released(judgement(), set(), HERE, NOTHING, 50, 20).is_empty()


def test_few_values_give_no_bands_of_their_kinds() -> None:
    found = released(judgement(), set(), HERE, cells(exact=22, none=27), 50, 20)
    assert bounds(found, "received") == [(75, 100)]
    assert bounds(found, "exact") == bounds(found, "none") == [(None, None)]


@pytest.mark.parametrize("aside", [None, 0, 1, 3_000])
def test_rows_that_are_in_no_cell_are_said_by_the_limit_alone(aside: int | None) -> None:
    found = released(judgement(unmapped=aside), set(), HERE, cells(), 50, 20)
    assert bounds(found, "unmapped") == [(0, 20)]


def allowed(band: tuple[int | None, int | None], whole: int) -> list[int]:
    return [part for part in range(whole + 1) if share(part, whole, False) == band]


@given(st.integers(26, 3000), st.integers(0, 3000))
def test_a_band_never_says_closely_how_many_persons_are_in_it(whole: int, part: int) -> None:
    """What a reader could work out who knew the whole exactly, which no reader does."""
    persons = allowed(share(min(part, whole), whole, False), whole)
    assert max(persons) - min(persons) >= load.policy().narrowest_interval
    few = range(1, load.policy().few + 1)
    assert not set(persons) <= set(few)
    assert not {whole - n for n in persons} <= set(few)


@given(st.integers(1, 3000), st.integers(0, 3000))
def test_a_band_holds_the_share_and_whole_per_cent_are_the_nearest(whole: int, part: int) -> None:
    part = min(part, whole)
    low, high = share(part, whole, False)
    assert low is not None
    assert high is not None
    assert low * whole <= 100 * part < (high + 1) * whole
    (nearest, same) = share(part, whole, True)
    assert nearest is not None
    assert nearest == same
    assert abs(nearest * whole - 100 * part) <= whole
    assert (nearest == 0, nearest == 100) == (part == 0, part == whole)


def test_a_share_of_nothing_is_no_share() -> None:
    assert share(0, 0, True) == share(None, 7, True) == (None, None)
