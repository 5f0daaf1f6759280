"""One key a person: the first accepted record's, and what is published never moves."""

from random import Random

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from tests.tables import table
from transforms.link import KEYS, WHO, Persons, applied, connected, persons, settled

GROUPS = dict.fromkeys(WHO, pl.String) | {"group": pl.Int64}
NOBODY = pl.DataFrame(schema=KEYS)


def records(drawing: str) -> pl.DataFrame:
    """Records in the order of receipt: a submission's number is its place."""
    place = pl.col("submission").str.slice(1).cast(pl.Int64)
    found = table(drawing, link_token=pl.String).with_columns(
        dataset=pl.lit("victims"), order=place
    )
    return found.select(*WHO, "period", "person_key", "link_token", "order")


SEEN = records("""
    submission | record | period  | person_key | link_token
    s1         | a      | 2025-Q1 | 30         | A
    s1         | b      | 2025-Q1 | 20         | B
    s2         | c      | 2025-Q1 | 10         | C
    s3         | d      | 2025-Q2 | 40         |
    s4         | e      | 2025-Q2 | 50         | B
""")


def grouped(*groups: str) -> pl.DataFrame:
    """Groups of records, each named by its letters."""
    where = dict(SEEN.select("record", "submission").iter_rows())
    rows = [
        ("victims", where[letter], letter, number)
        for number, letters in enumerate(groups)
        for letter in letters
    ]
    return pl.DataFrame(rows, schema=GROUPS, orient="row")


def one_key(found: Persons) -> dict[int, int]:
    return dict(found.keys.iter_rows())


def test_a_group_takes_the_key_of_the_record_that_was_accepted_first() -> None:
    found = persons(SEEN, grouped("ca"), NOBODY, frozenset())
    assert one_key(found) == {10: 30, 50: 20}
    assert found.pending.is_empty()


def test_two_countries_with_one_link_token_have_one_key() -> None:
    assert one_key(persons(SEEN, grouped(), NOBODY, frozenset())) == {50: 20}


def test_groups_that_share_a_person_are_one() -> None:
    found = persons(SEEN, grouped("cd", "bd"), NOBODY, frozenset())
    assert one_key(found) == {10: 20, 40: 20, 50: 20}


def test_who_joins_a_published_person_takes_her_key_even_if_she_came_later() -> None:
    found = persons(SEEN, grouped("ca"), NOBODY, frozenset({10}))
    assert one_key(found) == {30: 10, 50: 20}


def test_two_published_persons_who_are_one_stay_two_and_wait() -> None:
    found = persons(SEEN, grouped("cad"), NOBODY, frozenset({10, 30}))
    assert one_key(found) == {40: 30, 50: 20}
    assert found.pending.rows() == [(30, 10)]


def test_a_link_to_a_published_person_stays_when_the_names_are_destroyed() -> None:
    before = persons(SEEN, grouped("ca", "bd"), NOBODY, frozenset())
    after = persons(SEEN, grouped(), before.keys, frozenset({10, 30}))
    assert one_key(after) == {10: 30, 50: 20}


def test_who_joined_a_published_person_stays_hers_when_the_names_are_destroyed() -> None:
    before = persons(SEEN, grouped("bd"), NOBODY, frozenset())
    after = persons(SEEN, grouped(), before.keys, frozenset({20}))
    assert one_key(after) == {40: 20, 50: 20}


def test_a_link_between_people_who_were_not_published_is_found_again_or_gone() -> None:
    before = persons(SEEN, grouped("cd"), NOBODY, frozenset())
    assert one_key(persons(SEEN, grouped(), before.keys, frozenset({20}))) == {50: 20}


def test_each_row_gets_its_person_s_key_and_keeps_its_place_and_columns() -> None:
    keys = persons(SEEN, grouped("ca"), NOBODY, frozenset()).keys
    found = applied(SEEN.lazy(), keys.lazy()).collect().sort("record")
    assert found["person_key"].to_list() == [30, 20, 30, 40, 20]
    assert found.drop("person_key").equals(SEEN.sort("record").drop("person_key"))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=15))
def test_what_hangs_together_is_found_as_by_colouring(edges: list[tuple[int, int]]) -> None:
    colour = {key: key for edge in edges for key in edge}
    for _ in colour:
        for one, two in edges:
            colour[one] = colour[two] = min(colour[one], colour[two])
    expected = {frozenset(k for k in colour if colour[k] == c) for c in colour.values()}
    assert {frozenset(group) for group in connected(edges)} == expected


@given(st.randoms(use_true_random=False))
def test_the_order_in_which_links_are_found_changes_nothing(random: Random) -> None:
    edges = [(1, 2), (3, 4), (2, 3), (5, 6), (6, 1), (7, 8)]
    place = {key: key for key in range(9)}
    mixed = random.sample(edges, len(edges))
    assert settled(mixed, place, {4: 4, 6: 9}) == settled(edges, place, {4: 4, 6: 9})


LINKS = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=6)
STEP = st.tuples(st.integers(1, 4), LINKS, st.booleans())


@given(st.lists(STEP, min_size=1, max_size=7))
def test_publishing_and_then_adding_records_never_moves_a_published_person(
    steps: list[tuple[int, list[tuple[int, int]], bool]],
) -> None:
    """Each step adds records, finds links among any of them, and may publish all there are."""
    rows, before, published, shown = SEEN.clear(), NOBODY, frozenset[int](), dict[int, int]()
    for turn, (number, pairs, is_published) in enumerate(steps):
        rows = pl.concat([rows, drawn(turn, len(rows), number)])
        links = [pair for pair in pairs if max(pair) < len(rows)]
        found = persons(rows, as_groups(rows, links), before, published)
        now = {own: one_key(found).get(own, own) for own in rows["person_key"]}
        assert {own: now[own] for own in shown} == shown
        assert all(now[a] == now[b] for a, b in links if not {a, b} & published)
        if is_published:
            before, published, shown = found.keys, frozenset(rows["person_key"]), now


def drawn(turn: int, start: int, number: int) -> pl.DataFrame:
    """Records of persons whose number is their key."""
    row = {
        "dataset": "victims",
        "submission": f"s{turn}",
        "period": f"2025-Q{turn % 4 + 1}",
        "order": turn,
    }
    rows = [row | {"record": f"r{n}", "person_key": n} for n in range(start, start + number)]
    return pl.DataFrame(rows, schema=SEEN.schema)


def as_groups(rows: pl.DataFrame, pairs: list[tuple[int, int]]) -> pl.DataFrame:
    """Each pair of persons as a group of their records."""
    where = dict(rows.select("person_key", "submission").iter_rows())
    made = [
        ("victims", where[key], f"r{key}", number)
        for number, pair in enumerate(pairs)
        for key in sorted(set(pair))
    ]
    return pl.DataFrame(made, schema=GROUPS, orient="row")
