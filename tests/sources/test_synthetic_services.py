"""What is done for victims: steps in their order, over quarters, with some lost from sight."""

from collections import Counter, defaultdict

from sources.synthetic import Region
from tests.sources.sent import cells_of_row, column, day, plain

ORDER = (
    *("screened", "presumed", "identified", "referred", "refused", "accepted", "served", "closed"),
    *("follow_up_3", "follow_up_6", "follow_up_12", "follow_up_24"),
)
Steps = dict[str, list[tuple[str, dict[str, object]]]]


def steps(region: Region) -> Steps:
    """Each person to her steps in the order of the files: the unit and the cells."""
    found: Steps = defaultdict(list)
    for row in plain(region.rows):
        if row["dataset"] == "services":
            cells = cells_of_row(region, row)
            known = ("on", "outcome", "days", "waited", "family", "document")
            told = {what: cells[column(row, what)] for what in known}
            found[row["person"]].append((row["unit"], told | {"period": row["period"]}))
    return found


def test_steps_follow_each_other_and_each_stands_in_the_file_of_its_quarter(
    region: Region,
) -> None:
    for person, taken in steps(region).items():
        units = [unit for unit, _ in taken]
        assert units == sorted(units, key=ORDER.index), person
        assert not {"refused", "accepted"} <= set(units)
        for _, cells in taken:
            on = day(cells["on"])
            assert on
            assert cells["period"] == f"{on.year}-Q{(on.month + 2) // 3}"


def test_only_people_who_count_are_assisted_and_about_three_in_five_of_them(
    region: Region,
) -> None:
    accepted = {
        row["person"]
        for row in plain(region.persons)
        if (row["country"], row["dataset"]) == ("XAA", "victims") and row["accepted"]
    }
    assert set(steps(region)) <= accepted
    assert 0.55 < len(steps(region)) / len(accepted) < 0.65


def test_an_outcome_stands_beside_an_end_and_some_people_are_lost(region: Region) -> None:
    outcomes: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    days = Counter[str]()
    for taken in steps(region).values():
        for unit, cells in taken:
            ends = unit == "closed" or unit.startswith("follow_up")
            outcomes[ends][str(cells["outcome"]).strip().lower()] += 1
            days[unit] += bool(cells["days"])
    assert set(outcomes[False]) == {""}
    assert outcomes[True][""] == 0
    lost = outcomes[True]["sin contacto"] / sum(outcomes[True].values())
    assert 0.1 < lost < 0.2
    assert set(+days) == {"served"}


def test_the_office_has_the_same_people_as_the_police_by_the_same_document(
    region: Region,
) -> None:
    there = {
        row["person"]: cells_of_row(region, row)["Documento"]
        for row in plain(region.rows)
        if row["file"].startswith("XAA/police") and row["dataset"] == "victims"
    }
    both = [(p, taken) for p, taken in steps(region).items() if there.get(p)]
    assert len(both) > 100
    assert all(cells["document"] in (there[p], "") for p, taken in both for _, cells in taken)
