"""A small share of the trials on one late victim; the benchmark has ten thousand."""

from benchmarks.late_victim import advantage

TRIALS = 1_500


def test_one_late_victim_shows_where_every_number_is_taken_over_and_not_under_the_rule() -> None:
    # Three standard errors of that many trials.
    noise = 0.08
    for late in (0, 12):
        assert advantage(TRIALS, late, 11).value < noise, late
    assert advantage(TRIALS, 0, 11, ruled=False).lower > 0.8


def test_the_attacker_is_no_worse_than_one_who_looks_only_whether_anything_changed() -> None:
    """Alone late, without the rule: of the cells of a quarter and a year a person moves most."""
    assert advantage(TRIALS, 1, 11, ruled=False).lower > 0.4
