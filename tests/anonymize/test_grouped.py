"""Which likely pairs become one person: the likeliest first, and never against another record."""

from anonymize.matching import grouped

LINK, KIN = 0.5, 0.1
# Records 1 and 2 are a sister's, 3 and 4 a brother's; 2 and 3 resemble each other.
SISTER_AND_BROTHER = {(1, 2): 0.99, (3, 4): 0.98, (2, 3): 0.7}


def test_a_brother_who_resembles_one_record_brings_nobody_in() -> None:
    assert list(grouped(SISTER_AND_BROTHER, LINK, KIN)) == [[1, 2], [3, 4]]


def test_one_pair_that_is_too_unlikely_keeps_two_groups_apart() -> None:
    others = {(1, 3): 0.2, (2, 4): 0.2}
    apart = SISTER_AND_BROTHER | others | {(1, 4): 0.09}
    together = SISTER_AND_BROTHER | others | {(1, 4): 0.1}
    assert list(grouped(apart, LINK, KIN)) == [[1, 2], [3, 4]]
    assert list(grouped(together, LINK, KIN)) == [[1, 2, 3, 4]]


def test_a_pair_below_the_threshold_is_no_link() -> None:
    assert list(grouped({(1, 2): 0.49, (3, 4): 0.5}, LINK, KIN)) == [[3, 4]]


def test_of_two_links_that_exclude_each_other_the_likelier_holds() -> None:
    assert list(grouped({(1, 2): 0.8, (2, 3): 0.9}, LINK, KIN)) == [[2, 3]]
