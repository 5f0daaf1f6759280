"""The measures of synthetic rows can see what they look for; all persons are invented."""

import numpy as np
import polars as pl
import pytest

from anonymize.microdata_tables import Domains, counted
from benchmarks import microdata, microdata_peer
from benchmarks.microdata_attacks import attacked, risk, told
from benchmarks.microdata_data import ctdc, invented
from benchmarks.microdata_scores import scores
from sources.synthetic.chance import dice

PERSONS = 1_500


def synthetic(rows: pl.DataFrame, domains: Domains) -> pl.DataFrame:
    """By noise that is the same each time."""
    bits = dice(1)
    return microdata.ours(rows, domains, microdata.EPSILON, 1, bits)


def test_scores_are_what_they_are_called() -> None:
    domains = {"a": ("0", "1"), "b": ("0", "1")}
    real = pl.DataFrame({"a": ["0", "0", "1", "1"], "b": ["0", "0", "0", "1"]})
    rows = pl.DataFrame({"a": ["0", "0"], "b": ["0", "1"]})
    found = scores(real, rows, domains)
    # Truth 2 0 / 1 1, rows weighed up 2 2 / 0 0.
    assert (found.apart, found.error) == (0.5, 1.0)
    assert (found.fabricated, found.rows_fabricated, found.missed) == (0.5, 0.5, 2 / 3)
    assert scores(real, real, domains) == (0, 0, 0, 0, 0)


def test_the_sample_and_the_invented_rows_fit_their_public_domains() -> None:
    for rows, domains, size in ((*ctdc(), (47_102, 26)), (*invented(2_000), (2_000, 20))):
        assert rows.shape == size
        assert sum(table.sum() for table in counted(rows, domains).values()) > 0
    assert invented(500, 3)[0].equals(invented(500, 3)[0])
    assert not invented(500, 3)[0].equals(invented(500, 4)[0])


def test_invented_columns_depend_on_each_other() -> None:
    rows, domains = invented(20_000)
    mixed = pl.DataFrame({n: rows[n].shuffle(seed=k) for k, n in enumerate(rows.columns)})
    assert scores(rows, mixed, domains).apart > 0.03


def test_ours_is_nearer_to_the_truth_than_the_peer() -> None:
    rows, domains = invented(500)
    mine = synthetic(rows, domains)
    chosen = microdata_peer.GRID["default"]
    peer = microdata_peer.synthesised(rows, domains, microdata.EPSILON, microdata.DELTA, chosen)
    assert scores(rows, mine, domains).apart < 0.6 * scores(rows, peer, domains).apart


def test_empty_attributes_of_the_peer_are_filled_with_what_others_have() -> None:
    rows = pl.DataFrame({"flag": ["1", "", ""], "age": ["", "v1", "v1"]})
    filled = microdata_peer.filled(rows, {"flag": ("0", "1"), "age": ("v0", "v1")})
    assert filled.rows() == [("1", "v1"), ("0", "v1"), ("0", "v1")]


@pytest.fixture(scope="module")
def people() -> tuple[pl.DataFrame, pl.DataFrame, dict[str, tuple[str, ...]]]:
    rows, domains = invented(2 * PERSONS, 5)
    return rows.head(PERSONS), rows.tail(PERSONS), dict(domains)


def test_attacks_learn_nothing_of_the_persons_behind_synthetic_rows(
    people: tuple[pl.DataFrame, pl.DataFrame, dict[str, tuple[str, ...]]],
) -> None:
    behind, others, domains = people
    rows = synthetic(behind, domains)
    for attack, found in attacked(told(rows, behind, others, domains), 1).items():
        assert found.risk < 0.08, attack


def test_the_same_attacks_see_through_a_copy(
    people: tuple[pl.DataFrame, pl.DataFrame, dict[str, tuple[str, ...]]],
) -> None:
    behind, others, domains = people
    found = attacked(told(behind, behind, others, domains), 1)
    assert found["singling out"].risk > 0.9
    assert found["linking"].risk > 0.3
    assert found["inferring, most codes"].risk > 0.1


def test_a_risk_is_what_is_guessed_beyond_the_others() -> None:
    found = risk(900, 1_000, 800, 1_000)
    assert found.risk == pytest.approx(0.5, abs=0.01)
    assert found.risk < found.upper < 0.7
    assert risk(300, 1_000, 300, 1_000).risk == 0
    assert np.isfinite(risk(0, 1, 0, 1).upper)
