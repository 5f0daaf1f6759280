"""Synthetic rows from end to end, on invented persons."""

import math

import numpy as np
import polars as pl
import pytest

from anonymize import microdata
from anonymize.microdata import Synthetic, TooFew, looked, price
from anonymize.microdata_budget import affordable
from anonymize.microdata_model import apportioned, drawn, fitted
from anonymize.microdata_noise import Uniform
from anonymize.microdata_report import listed, words
from anonymize.microdata_tables import counted, measured
from data_contracts.microdata import Microdata
from sources.synthetic.chance import dice
from tests.anonymize.test_microdata_rows import DECLARED

ROWS = 6_000


def synthesised(rows: pl.DataFrame, limits: Microdata, millionths: int, bits: Uniform) -> Synthetic:
    return microdata.made(looked(rows, limits, millionths, bits), limits, millionths, bits)


def declared(least: int) -> Microdata:
    limits = DECLARED.thresholds
    raised = limits.min_persons.model_copy(update={"value": least})
    return DECLARED.model_copy(
        update={"thresholds": limits.model_copy(update={"min_persons": raised})}
    )


def persons(rows: int, seed: int = 1) -> pl.DataFrame:
    """Women mostly in one form, men mostly in the other; nobody's sex is unknown."""
    bits = dice(seed)
    made = []
    for person in range(rows):
        is_woman = bits.random() < 0.7
        first = bits.random() < (0.8 if is_woman else 0.1)
        second = bits.random() < (0.15 if is_woman else 0.9)
        neither = not first and not second
        sex = "F" if is_woman else "M"
        made.append(
            (person, f"c{person // 2}", sex, *(str(int(x)) for x in (first, second, neither)))
        )
    return pl.DataFrame(made, schema=["person", "case", *DECLARED.domains], orient="row")


def test_rows_say_of_two_columns_what_persons_say_nearly() -> None:
    real = persons(ROWS)
    made = synthesised(real, DECLARED, price(DECLARED), dice(2))
    truth, found = (counted(f, DECLARED.domains) for f in (real, made.rows))
    for pair, cells in truth.items():
        apart = np.abs(cells / len(real) - found[pair] / len(made.rows)).sum() / 2
        assert apart < 0.01
        assert apart < 5 * made.pairs[pair] + 0.002


def test_rows_have_declared_codes_only_and_are_as_many_as_the_noise_says() -> None:
    made = synthesised(persons(ROWS), DECLARED, price(DECLARED), dice(3))
    assert made.rows.columns == list(DECLARED.domains)
    for name, codes in DECLARED.domains.items():
        assert set(made.rows[name]) <= set(codes)
    assert made.rows.height == made.persons != ROWS
    assert abs(made.persons - ROWS) < 5 * made.uncertainty


def test_no_row_leads_to_a_person_by_its_place() -> None:
    rows = synthesised(persons(ROWS), DECLARED, price(DECLARED), dice(4)).rows
    halves = [rows.head(ROWS // 2), rows.tail(ROWS // 2)]
    women = [half.filter(pl.col("sex") == "F").height for half in halves]
    assert abs(women[0] - women[1]) < 5 * math.sqrt(ROWS / 4)


def test_a_pool_that_is_too_small_by_the_noisy_count_gets_no_rows() -> None:
    with pytest.raises(TooFew, match="fewer than 3,000 persons"):
        synthesised(persons(2_500), declared(3_000), price(DECLARED), dice(5))
    assert synthesised(persons(3_300), declared(3_000), price(DECLARED), dice(5)).persons >= 3_000


def test_whether_a_pool_is_too_small_is_itself_uncertain() -> None:
    """Had the size been looked at without noise, the answer would be the same each time."""
    real, cost = persons(600), affordable(0.3, 1e-6)
    domains = DECLARED.domains
    sizes = [
        measured(real.select(*domains), domains, cost, dice(seed)).persons for seed in range(20)
    ]
    assert {size < 600 for size in sizes} == {True, False}


def test_a_large_case_enters_with_as_many_as_the_cap() -> None:
    raid = pl.DataFrame(
        [(10_000 + k, "raid", "_U", "1", "1", "0") for k in range(400)],
        schema=persons(1).schema,
        orient="row",
    )
    made = synthesised(pl.concat([persons(ROWS), raid]), DECLARED, price(DECLARED), dice(6))
    assert made.rows.filter(pl.col("sex") == "_U").height < 60


def test_from_the_same_noise_come_the_same_rows_and_from_other_noise_others() -> None:
    def once(bits: Uniform) -> pl.DataFrame:
        return synthesised(persons(1_000), DECLARED, price(DECLARED), bits).rows

    assert once(dice(7)).equals(once(dice(7)))
    assert not once(dice(7)).equals(once(dice(8)))


def test_the_page_says_what_is_promised_and_what_not_and_names_every_pair() -> None:
    made = synthesised(persons(ROWS), DECLARED, price(DECLARED), dice(9))
    page = words("invented", made.persons, made.uncertainty, made.promise, made.pairs)
    assert f"{made.persons:,} rows" in page
    assert f"{ROWS:,}" not in page
    assert "at most 89 in 100 sure" in page
    assert "one in 1,000,000" in page
    assert "which is no protection" in page
    assert f"{made.promise.case_epsilon:.1f}" in page
    table = listed(made.pairs)
    assert table.height == 6
    assert set(table["use"]) <= {"good", "rough", "unfit"}
    assert all(f"| {a} | {b} |" in page for a, b in made.pairs)


def test_the_tables_of_a_model_agree_with_each_other_and_are_never_negative() -> None:
    real = persons(ROWS)
    tables = measured(real.select(*DECLARED.domains), DECLARED.domains, 88_145, dice(10))
    model = fitted(tables, 1, kinds=20, steps=200)
    by_sex = [model.shares(("sex", name)).sum(axis=1) for name in ("form=P1", "form=P2")]
    assert np.allclose(by_sex[0], by_sex[1])
    assert all((model.shares(pair) >= 0).all() for pair in tables.counts)
    rows = drawn(model, 5_000, 3)
    share = model.shares(("sex", "form=P1")).sum(axis=1)[0]
    assert abs(rows.filter(pl.col("sex") == "F").height - 5_000 * share) <= 25


@pytest.mark.parametrize("total", [0, 1, 7, 1_000])
def test_shares_become_whole_numbers_next_to_them(total: int) -> None:
    shares = np.array([0.5, 0.2, 0.29, 0.0, 0.01])
    found = [apportioned(shares, total, np.random.default_rng(seed)) for seed in range(200)]
    assert {int(one.sum()) for one in found} == {total}
    assert all((np.abs(one - shares * total) < 1).all() for one in found)
    assert np.allclose(np.mean(found, axis=0), shares * total, atol=0.15)
