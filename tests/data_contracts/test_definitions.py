"""National definitions: dated data, and the breaks that follow from their dates."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from data_contracts import load
from data_contracts.definitions import (
    NO_DIFFERENCE,
    Break,
    Definition,
    breaks,
    concepts,
    definitions,
)
from data_contracts.model import TOTAL
from tests.tables import table

HEADER = "country,source,concept,code,valid_from,valid_to,origin,note\n"
COURT, PRELIMINARY = "tipstat:court_decision", "tipstat:preliminary_decision"


def defined(drawing: str) -> tuple[Definition, ...]:
    rows = table(drawing).fill_null("").to_dicts()
    usual = {"country": "XAC", "source": "", "concept": "victim", "origin": "invented"}
    return tuple(Definition.model_validate(usual | row) for row in rows)


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Callable[[str], tuple[Definition, ...]]]:
    """Reads the national definitions from a text."""

    def read(rows: str) -> tuple[Definition, ...]:
        (tmp_path / "national.csv").write_text(HEADER + rows, encoding="utf-8")
        return definitions(tmp_path)

    yield read
    definitions.cache_clear()


def test_every_concept_has_words_and_every_definition_an_origin() -> None:
    assert set(concepts()) == set(load.codelist("concept").codes)
    units = {unit for one in concepts().values() for unit in one.units}
    assert units < set(load.codelist("unit").codes)
    assert all(one.origin and one.concept in concepts() for one in definitions())


def test_every_source_that_is_named_is_the_source_of_a_layout() -> None:
    known = {layout.source for layout in load.layouts().values()}
    assert {one.source for one in definitions()} - known <= {""}


def test_the_hotline_counts_complaints_and_the_persons_they_name() -> None:
    hotline = {one.concept: one for one in definitions() if one.source == "arg_pnr_linea145"}
    assert hotline["event"].code == "tipstat:complaints"
    assert hotline["consent"].code == "tipstat:means_not_required"
    assert hotline["event"].differs
    assert not hotline["register"].differs


def test_a_break_is_the_first_day_of_another_definition() -> None:
    found = defined(f"""
        code            | valid_from | valid_to
        {COURT}         |            | 2024-12-31
        {NO_DIFFERENCE} | 2025-01-01 |
    """)
    day = dt.date(2025, 1, 1)
    expected = Break(country="XAC", source="", concept="victim", day=day, codes=(NO_DIFFERENCE,))
    assert breaks(found) == [expected]


def test_a_first_definition_and_one_that_is_only_repeated_break_nothing() -> None:
    found = defined(f"""
        code    | valid_from | valid_to
        {COURT} | 2020-01-01 | 2021-12-31
        {COURT} | 2022-01-01 |
    """)
    assert breaks(found) == []


def test_a_second_difference_that_begins_later_is_a_break() -> None:
    found = defined(f"""
        code          | valid_from | valid_to
        {COURT}       |            |
        {PRELIMINARY} | 2022-07-15 |
    """)
    assert [(one.day, one.codes) for one in breaks(found)] == [
        (dt.date(2022, 7, 15), (COURT, PRELIMINARY))
    ]


def test_what_another_source_changes_is_no_break_of_this_one() -> None:
    found = defined(f"""
        source | code            | valid_from | valid_to
        police | {COURT}         |            | 2024-12-31
        court  | {NO_DIFFERENCE} | 2025-01-01 |
    """)
    assert breaks(found) == []


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("XAC,,victim,tipstat:strict,,,invented,", "line 2: there is no code 'tipstat:strict'"),
        ("XQQ,,victim,tipstat:part_year,,,invented,", "line 2: there is no country 'XQQ'"),
        ("_U,,victim,tipstat:part_year,,,invented,", "line 2: there is no country '_U'"),
        (
            "tipstat:other_oceania,,victim,tipstat:part_year,,,invented,",
            "line 2: there is no country 'tipstat:other_oceania'",
        ),
        ("XAC,,victims,tipstat:part_year,,,invented,", "line 2: there is no concept 'victims'"),
        ("XAC,,victim,tipstat:part_year,,,,", "line 2: give an origin"),
        ("XAC,,victim,tipstat:part_year,2025-01-01,2024-01-01,x,", "valid_from is after"),
        ("XAC,,victim,tipstat:part_year,spring,,invented,", "line 2, valid_from: "),
        ("XAC,,victim,tipstat:part_year,,,invented,,more", "line 2, further: "),
    ],
)
def test_a_definition_that_is_wrong_says_where(
    row: str, says: str, written: Callable[[str], tuple[Definition, ...]]
) -> None:
    with pytest.raises(load.ContractInvalid, match=f"^national.csv is not valid at: .*{says}"):
        written(f"{row}\n")


def test_a_publisher_s_own_definition_has_the_total_as_its_country(
    written: Callable[[str], tuple[Definition, ...]],
) -> None:
    (one,) = written("_T,ctdc,victim,tipstat:part_year,,,invented,\n")
    assert one.country == TOTAL
