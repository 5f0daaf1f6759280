"""Earlier releases, revisions, the region and what its countries know. All data are invented."""

import numpy as np
import pytest

from anonymize import audit_case
from anonymize.audit import SEED, Report
from anonymize.audit_links import links
from anonymize.audit_search import Search
from anonymize.audit_sheets import Reader
from anonymize.audit_system import systems
from anonymize.audit_targets import DIFFERENCE, HIDDEN_CELL
from tests.anonymize.drawings import CONTRACTS, SEX, drawn, spec, specs
from tests.anonymize.test_audit import NOBODY_KNOWS, TOTAL, UNSAFE, attacked, found, keys_of
from tests.policies import POLICY


def test_an_earlier_release_tells_what_this_one_hides() -> None:
    now = drawn("""
        sex | value
        _T  |
        F   | 20
        M   |
    """)
    other = {"by_sex": keys_of(now, sex="_T")}
    before = {"by_sex": drawn(UNSAFE)}
    assert attacked({"by_sex": now}, other_rule=other).failing == 0
    report = attacked({"by_sex": now}, other_rule=other, earlier=[before])
    assert ("hidden", "2025-Q1", "M") in found(report)
    assert report.releases == 2


def test_a_year_counted_anew_is_of_another_vintage_and_its_change_is_a_target() -> None:
    now, before = drawn("sex | value\n_T | 40"), drawn("sex | value\n_T | 15")
    report = attacked({"by_sex": now}, earlier=[{"by_sex": before}])
    assert (report.failing, report.targets) == (0, 2)
    small = drawn("sex | value\n_T |")
    report = attacked({"by_sex": small}, earlier=[{"by_sex": before}])
    assert (report.failing, report.targets) == (0, 2)


def test_a_number_that_stayed_in_a_year_counted_anew_is_of_the_old_people() -> None:
    """Were the women of both vintages the same, one to three men would be left."""
    before = drawn("sex | value\n_T | 40\nF | 20\nM |")
    now = drawn("sex | value\n_T | 15\nF | 20\nM |")
    other = {"by_sex": keys_of(now, sex="M")}
    assert attacked({"by_sex": now}, other_rule=other).failing > 0
    assert attacked({"by_sex": now}, other_rule=other, earlier=[{"by_sex": before}]).failing == 0


def test_only_the_last_eight_releases_count() -> None:
    now = drawn("sex | value\n_T |\nF | 20\nM |")
    told = {"by_sex": drawn(UNSAFE)}
    nothing = {"by_sex": now}
    kept = [told, *[nothing] * 7]
    assert attacked(nothing, other_rule=NOBODY_KNOWS, earlier=kept).failing > 0
    assert attacked(nothing, other_rule=NOBODY_KNOWS, earlier=[*kept, nothing]).failing == 0


REGION = """
    country | value
    _T      | {region}
    XAA     | {one}
    XAB     | {two}
    XAC     | {three}
"""


def regional(region: str, one: str, two: str, three: str) -> Report:
    cells = drawn(REGION.format(region=region, one=one, two=two, three=three))
    return attacked({"total": cells}, TOTAL)


def test_a_regional_cell_is_the_sum_of_its_countries() -> None:
    report = regional("55", "30", "20", "")
    assert [(one.country, one.kind) for one in report.failures] == []
    report = regional("50", "30", "30", "")
    assert ("XAC", "hidden") in [(one.country, one.kind) for one in report.failures]


def test_what_one_population_does_not_show_another_one_may(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    walk = Search.go

    def lame(search: Search, efforts: tuple[int, ...]) -> None:
        """Finds nothing from where the first population stands."""
        if search.seed != SEED:
            walk(search, efforts)

    assert regional("80", "30", "20", "30").failing == 0
    monkeypatch.setattr(Search, "go", lame)
    assert regional("80", "30", "20", "30").failing == 0
    monkeypatch.setattr(audit_case, "MOST_STARTS", 1)
    assert regional("80", "30", "20", "30").failing > 0


def test_a_region_of_fewer_persons_than_its_countries_met_some_of_them_twice() -> None:
    """Ninety persons less eight at least are 78; 44 at most are in the region."""
    report = regional("40", "30", "30", "30")
    assert (report.failing, report.uncertified) == (0, 0)
    assert regional("20", "30", "30", "30").uncertified > 0


def test_whoever_is_met_twice_is_in_the_region_once() -> None:
    cells = drawn(REGION.format(region="35", one="35", two="35", three="35"))
    sheets = Reader(TOTAL, CONTRACTS, POLICY, {}).sheets({"total": cells}, {}, ())
    (system,) = systems(sheets, links(sheets, POLICY))
    search = Search(system, system.lower, system.upper, POLICY, seed=0)
    search.start()
    search.go((8, 30))
    rests = search.targets.kind == DIFFERENCE
    assert search.with_others
    assert rests.sum() == 3
    assert (search.targets.least[rests] >= 0).all()


def test_the_region_without_its_only_country_is_nobody_and_no_target() -> None:
    cells = drawn("country | value\n_T | 30\nXAA | 30\nXAB | x")
    report = attacked({"total": cells}, TOTAL)
    assert (report.targets, report.failing) == (2, 0)


LATER = """
    period  | sex | value
    2025    | _T  | 40
    2025    | F   | 20
    2025    | M   | 20
    2025    | _U  |
    2025-Q1 | _T  | 40
    2025-Q1 | F   |
    2025-Q1 | M   |
    2025-Q1 | _U  | {unknown}
"""


def test_people_unknown_in_spring_may_be_known_by_autumn() -> None:
    """Nobody with one code all year fits this; two persons who are one do, and all is wide."""
    known = specs(spec("by_sex", sex=SEX | {"codes": ("F", "M", "_U")}))
    cells = drawn(LATER.format(unknown=40))
    report = attacked({"by_sex": cells}, known)
    assert report.uncertified == 0


def test_who_knows_its_own_cells_learns_nothing_of_what_can_move_without_it() -> None:
    cells = drawn(REGION.format(region="55", one="30", two="20", three=""))
    sheets = Reader(TOTAL, CONTRACTS, POLICY, {}).sheets({"total": cells}, {}, ())
    (system,) = systems(sheets, links(sheets, POLICY))
    search = Search(system, system.lower, system.upper, POLICY, seed=0)
    hidden = [n for n in range(len(search.targets)) if search.targets.kind[n] == HIDDEN_CELL]
    region = [
        n for n in range(len(search.targets)) if search.moved.owner[n] == len(search.countries)
    ]
    own, its = np.array(hidden[:1]), np.array(region[:1])
    search.moved.note(own, frozenset({"XAC", "XAA"}))
    assert not search.is_safe_from(1)[own]
    search.moved.note(own, frozenset({"XAC", "XAB"}))
    assert search.is_safe_from(1)[own]
    assert not search.is_safe_from(2)[own]
    search.moved.note(own, frozenset({"XAC"}))
    assert search.is_safe_from(2)[own]
    search.moved.note(its, frozenset({"XAA"}))
    assert not search.is_safe_from(1)[its]
    assert search.is_certified[its]
