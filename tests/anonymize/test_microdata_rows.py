"""One row a person, few of a case, one cohort once. All persons are invented."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymize.microdata_rows import capped, one_row, rolled
from data_contracts.microdata import Column, Microdata
from data_contracts.model import CodeList
from sources.synthetic.chance import dice
from tests.tables import table

WHY = {"reason": "of a test"}
LISTS = {
    "sex": CodeList(name="sex", codes=("_T", "F", "M", "X", "_U")),
    "form": CodeList(name="form", codes=("P1", "P1a", "P2", "P9", "_U"), parents={"P1a": "P1"}),
}
DECLARED = Microdata.model_validate(
    {
        "thresholds": {
            "epsilon": {"value": 2, **WHY},
            "delta": {"value": 1e-6, **WHY},
            "persons_per_case": {"value": 2, **WHY},
            "min_persons": {"value": 100, **WHY},
            "raid": {"value": 30, **WHY},
            "pool": {"value": "region", **WHY},
        },
        "columns": [
            {"field": "sex", "codelist": "sex", "codes": ["F", "M", "_U"]},
            {"field": "form", "codelist": "form", "codes": ["P1", "P2"], "many": True},
        ],
    }
)
NO_ANSWERS = pl.DataFrame(
    schema=dict.fromkeys(["country", "source", "record", "field", "code"], pl.String)
)


def test_a_code_goes_to_the_declared_one_that_holds_it() -> None:
    sex, form = DECLARED.columns
    assert rolled(sex, LISTS["sex"])["X"] == "_U"
    assert rolled(form, LISTS["form"]) == {
        "P1": "P1", "P1a": "P1", "P2": "P2", "P9": None, "_U": "_U"
    }  # fmt: skip
    other = Column(field="sex", codelist="sex", codes=("F", "M"), rest="M")
    assert rolled(other, LISTS["sex"])["X"] == "M"


def test_each_answer_has_a_column_and_what_is_not_known_has_one_too() -> None:
    records = table(
        """
        person | case | period  | source | record | sex | country
        4      | c    | 2024-Q2 | police | r1     | F | XAA
        5      | c    | 2024-Q2 | police | r2     | | XAA
        6      |      | 2024-Q3 | police | r3     | X | XAA
        7      |      | 2024-Q3 | police | r4     | M | XAA
        """
    )
    answers = table(
        """
        source | record | field | code | country
        police | r1     | form  | P1a | XAA
        police | r1     | form  | P2 | XAA
        police | r2     | form  | _U | XAA
        police | r3     | form  | P9 | XAA
        police | r4     | means | P1 | XAA
        """
    )
    assert one_row(records, answers, DECLARED, LISTS).rows() == [
        (4, "c", "F", "1", "1", "0"),
        (5, "c", "_U", "0", "0", "1"),
        # Her answer is known, and has no column: all are 0, and nothing is unknown.
        (6, None, "_U", "0", "0", "0"),
        (7, None, "M", "0", "0", "1"),
    ]


def test_who_has_several_records_has_one_row_with_what_any_of_them_knows() -> None:
    records = table(
        """
        person | case | period  | source  | record | sex | country
        4      |      | 2024-Q3 | shelter | s1     | M | XAA
        4      | c    | 2024-Q2 | police  | r1     | _U | XAA
        4      | d    | 2024-Q4 | police  | r9     | F | XAA
        """
    )
    answers = table(
        """
        source  | record | field | code | country
        shelter | s1     | form  | P1 | XAA
        police  | r9     | form  | P2 | XAA
        """
    )
    (row,) = one_row(records, answers, DECLARED, LISTS).rows()
    assert row == (4, "c", "M", "1", "1", "0")
    assert one_row(records.reverse(), answers.reverse(), DECLARED, LISTS).rows() == [row]


def test_two_countries_may_call_a_record_the_same() -> None:
    records = table(
        """
        person | case | period  | source | record | sex | country
        4      | c    | 2024-Q2 | police | r1     | F   | XAA
        5      | d    | 2024-Q2 | police | r1     | M   | XAB
        """
    )
    answers = table(
        """
        source | record | field | code | country
        police | r1     | form  | P1   | XAB
        """
    )
    assert one_row(records, answers, DECLARED, LISTS).rows() == [
        (4, "c", "F", "0", "0", "1"),
        (5, "d", "M", "1", "0", "0"),
    ]


def test_without_any_answers_everything_is_unknown() -> None:
    records = table(
        """
        person | case | period  | source | record | sex | country
        4      | c    | 2024-Q2 | police | r1     | F | XAA
        """
    )
    assert one_row(records, NO_ANSWERS, DECLARED, LISTS).rows() == [(4, "c", "F", "0", "0", "1")]


PEOPLE = st.dictionaries(
    st.integers(0, 10_000), st.sampled_from(["a", "b", None]), min_size=1, max_size=40
)


def rows_of(people: dict[int, str | None]) -> pl.DataFrame:
    schema = {"person": pl.Int64, "case": pl.String}
    return pl.DataFrame(list(people.items()), schema=schema, orient="row")


def kept(people: dict[int, str | None], per_case: int) -> set[int]:
    return set(capped(rows_of(people), per_case)["person"])


@given(PEOPLE, st.integers(1, 5))
def test_of_a_case_no_more_enter_than_the_cap_and_nobody_without_one_is_left_out(
    people: dict[int, str | None], per_case: int
) -> None:
    found = kept(people, per_case)
    for case in ("a", "b"):
        members = {person for person, of in people.items() if of == case}
        assert found & members == set(sorted(members)[:per_case])
    assert {person for person, of in people.items() if of is None} <= found


@given(PEOPLE, st.integers(0, 10_000), st.sampled_from(["a", None]), st.integers(1, 5))
def test_one_person_more_moves_two_rows_at_most(
    people: dict[int, str | None], her: int, case: str | None, per_case: int
) -> None:
    without = {person: of for person, of in people.items() if person != her}
    assert len(kept(without | {her: case}, per_case) ^ kept(without, per_case)) <= 2


@given(PEOPLE, st.integers(1, 5))
def test_a_whole_case_moves_as_many_rows_as_the_cap_at_most(
    people: dict[int, str | None], per_case: int
) -> None:
    without = {person: of for person, of in people.items() if of != "a"}
    assert len(kept(people, per_case) ^ kept(without, per_case)) <= per_case


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rows_decides_nothing(seed: int) -> None:
    people: dict[int, str | None] = {k: "a" if k % 3 else None for k in range(30)}
    mixed = list(people.items())
    dice(seed).shuffle(mixed)
    assert kept(dict(mixed), 4) == kept(people, 4)
