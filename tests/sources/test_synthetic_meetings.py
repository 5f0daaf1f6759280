"""Who is met twice, within a country and across borders, and what the truth says of it."""

import datetime as dt
from collections import Counter
from itertools import pairwise

import pytest

from data_contracts.periods import window
from sources.synthetic import Region, letters
from sources.synthetic.timetable import following, reported, shifted
from tests.sources.sent import Cells, cells_of, column, day, plain


def met(region: Region, pair: dict[str, str]) -> list[tuple[Cells, dict[str, str]]]:
    """The two rows of a pair: cells and truth."""
    rows = {(row["file"], row["row"]): row for row in plain(region.rows)}
    spots = (pair["file"], pair["row"]), (pair["other_file"], pair["other_row"])
    return [(cells_of(region.folder / spot[0])[int(spot[1])], rows[spot]) for spot in spots]


def identity(cells: Cells, row: dict[str, str]) -> tuple[str, str, dt.date | None]:
    family, given, born = (cells[column(row, what)] for what in ("family", "given", "born"))
    return str(family).lower(), str(given).lower(), day(born)


@pytest.fixture(scope="session")
def pairs(region: Region) -> list[dict[str, str]]:
    return plain(region.truth / "pairs.csv")


def test_a_pair_is_two_sound_rows_about_one_person(
    region: Region, pairs: list[dict[str, str]]
) -> None:
    rows = {(row["file"], row["row"]): row for row in plain(region.rows)}
    for pair in pairs:
        one = rows[pair["file"], pair["row"]]
        other = rows[pair["other_file"], pair["other_row"]]
        assert one["person"] == other["person"] == pair["person"]
        assert one["set_aside"] == other["set_aside"] == ""
        assert (one["country"] == other["country"]) == (pair["kind"] == "within")
        assert (one["country"], one["agency"]) != (other["country"], other["agency"])


def test_everybody_in_two_lists_of_a_country_is_a_pair(
    region: Region, pairs: list[dict[str, str]]
) -> None:
    lists: dict[tuple[str, str], set[str]] = {}
    for row in plain(region.rows):
        if row["dataset"] == "victims" and not row["set_aside"]:
            lists.setdefault((row["person"], row["country"]), set()).add(row["agency"])
    twice = {person for (person, _), agencies in lists.items() if len(agencies) == 2}
    assert twice == {pair["person"] for pair in pairs if pair["kind"] == "within"}
    assert len(twice) > 400


def romanised(name: str) -> str:
    """A Cyrillic name as passports of Dravena have it, letter by letter."""
    latin = dict(
        zip("абцдефгижклмнопрстувз", (*"ab", "ts", *"defgi", "zh", *"klmnoprstuvz"), strict=True)
    )
    return "".join(latin[letter] for letter in name)


def test_a_distortion_is_what_the_truth_calls_it(
    region: Region, pairs: list[dict[str, str]]
) -> None:
    seen = Counter[str]()
    for pair in (p for p in pairs if p["kind"] == "within"):
        one, other = (identity(*row) for row in met(region, pair))
        same = [a == b for a, b in zip(one, other, strict=True)]
        match pair["distortion"]:
            case "":
                assert all(same)
            case "typo":
                wrong = sum(
                    a != b for a, b in zip("".join(one[:2]), "".join(other[:2]), strict=True)
                )
                assert (wrong, same[2]) == (1, True)
            case "swapped":
                assert (one[0], one[1], one[2]) == (other[1], other[0], other[2])
            case "transliteration":
                assert tuple(map(romanised, one[:2])) == other[:2]
            case "birthday":
                assert same == [True, True, False]
        seen[pair["distortion"]] += 1
    assert min(seen.values()) > 10
    assert set(seen) == {"", "typo", "swapped", "transliteration", "birthday"}


def test_across_a_border_a_name_is_the_same_in_other_letters(
    region: Region, pairs: list[dict[str, str]]
) -> None:
    alphabets = {"XAC": "arabic", "XAD": "cyrillic"}
    across = [pair for pair in pairs if pair["kind"] == "across"]
    for pair in across:
        (one, there), (other, home) = met(region, pair)
        spelt = identity(other, home)
        if there["country"] in ("XAA", "XAB", "XAE"):
            plain_name = identity(one, there)[0]
            in_letters = letters.written(plain_name, alphabets.get(home["country"], "latin"))
            assert in_letters.lower() == spelt[0]
        days = [day(c[column(r, "on")]) for c, r in ((one, there), (other, home))]
        assert None not in days
        assert days == sorted(days, key=str)
    assert len(across) > 200


def test_flows_are_what_the_rows_say(region: Region, pairs: list[dict[str, str]]) -> None:
    persons = {row["person"]: row for row in plain(region.persons) if row["dataset"] == "victims"}
    known = {row["person"] for row in persons.values() if row["accepted"]}
    across = {pair["person"] for pair in pairs if pair["kind"] == "across"}
    region_codes = {"XAA", "XAB", "XAC", "XAD", "XAE"}
    told = Counter[tuple[str, str, str]]()
    for row in plain(region.truth / "flows.csv"):
        place = row["citizenship"], row["exploited_in"]
        for what in ("found_there", "of_them_known_at_home", "known_at_home_only"):
            told[(*place, what)] += int(row[what])
    counted = Counter[tuple[str, str, str]]()
    for name in known:
        one = persons[name]
        place = one["citizenship"], one["destination"]
        if one["destination"] != one["country"]:
            counted[(*place, "known_at_home_only")] += 1
        elif one["citizenship"] in region_codes - {one["country"]}:
            counted[(*place, "found_there")] += 1
            counted[(*place, "of_them_known_at_home")] += name in across
    assert +told == +counted
    shares = Counter[str]()
    for (_, _, what), many in told.items():
        shares[what] += many
    assert 0.3 < shares["of_them_known_at_home"] / shares["found_there"] < 0.5


def test_calendars_are_eight_to_twenty_quarters_and_whole_years() -> None:
    quarters = following("2023-Q1", 12)
    lengths = {code: len(reported(code, quarters)) for code in ("XAA", "XAB", "XAC", "XAD")}
    assert lengths == {"XAA": 12, "XAB": 12, "XAC": 8, "XAD": 20}
    assert reported("XAE", following("2022-Q3", 8)) == following("2023-Q1", 4)
    assert all(shifted(a, 1) == b for a, b in pairwise(reported("XAD", quarters)))


def test_one_quarter_is_late_one_missing_one_sent_twice(region: Region) -> None:
    sent = {(s.layout, s.period): s.sent for s in region.submissions}
    waited = {
        k: (d - window(k[1]).end).days for k, d in sent.items() if k[0] == "xaa_police" and k[1]
    }
    assert {key for key, days in waited.items() if days > 60} == {("xaa_police", "2024-Q3")}
    fiscal = [s.period for s in region.submissions if s.layout == "xac_prosecution"]
    assert fiscal == [
        f"{y}-Q{q}"
        for y, q in [
            ("2023/24", 3),
            ("2023/24", 4),
            ("2024/25", 1),
            ("2024/25", 3),
            ("2024/25", 4),
            ("2025/26", 1),
            ("2025/26", 2),
        ]
    ]
    days = [s.sent for s in region.submissions]
    assert days == sorted(days)


def test_a_revised_quarter_has_more_rows_and_fewer_presumed_than_its_first_version(
    region: Region,
) -> None:
    first, second = [
        s for s in region.submissions if (s.layout, s.period) == ("xab_ministry", "2024-Q2")
    ]
    rows = {
        one.sent: [r for r in plain(region.rows) if r["file"].endswith(one.files[0].name)]
        for one in (first, second)
    }
    before, after = rows[first.sent], rows[second.sent]
    units = [{r["person"]: r["unit"] for r in rows} for rows in (before, after)]
    assert units[0].keys() < units[1].keys()
    changed = {(units[0][p], units[1][p]) for p in units[0] if units[0][p] != units[1][p]}
    assert changed == {("victim_presumed", "victim_identified")}
    assert {r["set_aside"] for r in before} - {"superseded", "out_of_scope"} <= {
        r["set_aside"] for r in after
    }


def test_from_the_break_on_dravena_presumes_fewer(region: Region) -> None:
    units: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for row in plain(region.persons):
        if row["country"] == "XAD":
            units[row["quarter"] >= "2024-Q1"][row["unit"]] += 1
    before, after = (units[late] for late in (False, True))
    shares = [many["victim_presumed"] / many.total() for many in (before, after)]
    assert shares == [pytest.approx(0.5, abs=0.05), pytest.approx(0.3, abs=0.05)]
