"""The one look at the data: declared cells, exact integers, then noise. All rows are invented."""

from collections import Counter
from itertools import combinations

import numpy as np
import polars as pl
import pytest

from anonymize.microdata_budget import cost
from anonymize.microdata_tables import Undeclared, counted, measured, noise
from sources.synthetic.chance import dice

DOMAINS = {"sex": ("F", "M", "_U"), "age": ("child", "adult"), "form": ("P1", "P2", "P3", "_U")}


def some(rows: int, seed: int = 1, **only: tuple[str, ...]) -> pl.DataFrame:
    bits = dice(seed)
    domains = DOMAINS | only
    return pl.DataFrame(
        {n: [bits.choice(codes) for _ in range(rows)] for n, codes in domains.items()}
    )


def test_every_pair_is_counted_as_it_would_be_by_hand() -> None:
    rows = some(500)
    found = counted(rows, DOMAINS)
    assert list(found) == list(combinations(DOMAINS, 2))
    for (a, b), cells in found.items():
        by_hand = Counter(rows.select(a, b).iter_rows())
        assert cells.dtype == np.int64
        assert cells.tolist() == [[by_hand[x, y] for y in DOMAINS[b]] for x in DOMAINS[a]]


def test_what_is_counted_and_how_noisy_does_not_follow_from_the_data() -> None:
    full, poor = some(400), some(30, sex=("F",), form=("P1",))
    one, other = (measured(rows, DOMAINS, 88_145, dice(3)) for rows in (full, poor))
    assert {pair: c.shape for pair, c in one.counts.items()} == {
        pair: (len(DOMAINS[pair[0]]), len(DOMAINS[pair[1]])) for pair in other.counts
    }
    assert one.variance == other.variance == noise(DOMAINS, 88_145)
    exact = counted(poor, DOMAINS)
    drawn = {pair: c - counted(full, DOMAINS)[pair] for pair, c in one.counts.items()}
    for pair, cells in other.counts.items():
        assert (cells - exact[pair] == drawn[pair]).all()


def test_a_code_that_nobody_has_gets_noise_like_the_others() -> None:
    rows = some(300, form=("P1",))
    told = measured(rows, DOMAINS, 1_000, dice(4)).counts["sex", "form"]
    assert np.count_nonzero(told[:, 1:]) > 6


@pytest.mark.parametrize("cell", ["Maria Invented", None])
def test_a_code_that_nobody_declared_stops_everything_and_is_not_shown(cell: str | None) -> None:
    rows = some(20).with_columns(sex=pl.lit(cell, pl.String))
    with pytest.raises(Undeclared, match=r"^sex: ") as refused:
        counted(rows, DOMAINS)
    assert "Maria" not in str(refused.value)


def test_the_noise_is_of_the_variance_that_was_paid_for() -> None:
    rows, variance = some(200), noise(DOMAINS, 50_000)
    assert cost({str(pair): v for pair, v in variance.items()}) <= 0.05
    exact, bits = counted(rows, DOMAINS), dice(6)
    squares: dict[tuple[str, str], list[int]] = {pair: [] for pair in variance}
    for _ in range(400):
        for pair, cells in measured(rows, DOMAINS, 50_000, bits).counts.items():
            squares[pair] += ((cells - exact[pair]) ** 2).ravel().tolist()
    for pair, every in squares.items():
        assert np.mean(every) == pytest.approx(variance[pair], rel=0.12)


def test_how_many_rows_there_are_is_told_from_noisy_counts() -> None:
    rows, bits = some(1_000), dice(8)
    found = [measured(rows, DOMAINS, 88_145, bits) for _ in range(300)]
    told = [tables.persons for tables in found]
    assert np.mean(told) == pytest.approx(1_000, abs=4 * found[0].uncertainty / 300**0.5)
    assert np.std(told) == pytest.approx(found[0].uncertainty, rel=0.2)
    assert len(set(told)) > 250
