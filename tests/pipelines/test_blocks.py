"""Three years by code, for a country that has too few people for a table of one year."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import polars as pl
import pytest

from data_contracts import load
from pipelines import annual, blocks
from tests.pipelines import light, stored
from tests.pipelines.stored import store
from tests.pipelines.workspaces import with_fixed_keys, workspace

# Of a quarter: 88 a year at most are too few for the four codes of a year, enough for three years.
SENT = {"xaa_police": 60, "xab_ministry": 20}
FIRST, UNIT, SPAN = "2021", "victim_identified", "2022-P3Y"
YEARS = ("2022", "2023", "2024")
NAMES = ("victims", "victims_by_sex_age", "victims_by_sex", "victims_by_exploitation")


@pytest.fixture(autouse=True)
def few_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every fourth person of a quarter is met again in that of each year."""
    registry = {name: load.tables()[name] for name in NAMES}
    monkeypatch.setattr(load, "tables", lambda: registry)
    own = stored.key

    def met_again(source: str, period: str, number: int) -> int:
        return own(source, period if number % 4 else period[5:], number)

    monkeypatch.setattr(stored, "key", met_again)


class Line:
    """A region and its releases, one after the other."""

    def __init__(self, root: Path) -> None:
        self.place = with_fixed_keys(workspace(root / "region"))
        self.root, self.day, self.made = root, dt.datetime(2022, 2, 1, tzinfo=dt.UTC), 0

    def send(self, year: str, more: int = 0) -> None:
        for layout, n in SENT.items():
            for quarter in (1, 2, 3, 4):
                store(self.place, layout, f"{year}-Q{quarter}", n + more + quarter, self.day)

    def release(self, year: str = "") -> light.Tables:
        """The tables of a published release; of an annual revision where a year is named."""
        self.day, self.made = self.day + dt.timedelta(days=200), self.made + 1
        name = f"INVENTED-2021Q4-v{self.made}"
        asked = annual.asked(self.place, year, self.day) if year else self.place
        made = light.proposed(asked, self.root / name)
        light.publish(asked, self.root / name, name, self.day)
        self.work = self.root / name
        return made


def begun(root: Path) -> Line:
    """A region whose first year was published by sex, and revised."""
    made = Line(root)
    made.send(FIRST)
    made.release()
    made.release(FIRST)
    return made


def three_more(line: Line) -> light.Tables:
    """Three years more, of which the last is revised."""
    for year in YEARS:
        line.send(year)
    line.release()
    return line.release(YEARS[-1])


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return begun(tmp_path)


def periods(tables: light.Tables, name: str, country: str) -> set[str]:
    there = tables[name].filter(~pl.col("obs_status").is_in(["O", "M"]), country=country)
    return set(there["period"])


def counted(line: Line, name: str, code: str) -> dict[str, int]:
    """The exact numbers of the ministry's country in the span, by code."""
    cells = pl.read_parquet(line.work / "cube" / f"{name}.parquet")
    return dict(cells.filter(country="XAB", unit=UNIT, period=SPAN).select(code, "n").iter_rows())


def sent(years: Iterable[str]) -> list[dict[str, object]]:
    """Whom the ministry sent, with the form of exploitation of each."""
    source = load.layout("xab_ministry").source
    found = []
    for year in years:
        for quarter in (1, 2, 3, 4):
            rows = stored.people(source, "XAB", f"{year}-Q{quarter}", 20 + quarter)
            told = zip(rows, stored.answers(rows), strict=True)
            found += [row | {"form": answer["code"]} for row, answer in told]
    return found


def persons(years: Iterable[str], **code: str) -> int:
    """How many distinct persons of the ministry had a code."""
    ((name, wanted),) = code.items()
    return len({row["person_key"] for row in sent(years) if row[name] == wanted})


def test_a_country_too_small_for_a_year_by_sex_has_three_years(line: Line) -> None:
    now = three_more(line)
    assert periods(now, "victims_by_sex", "XAB") - {SPAN} == {
        FIRST, *(f"{FIRST}-Q{n}" for n in (1, 2, 3, 4))
    }  # fmt: skip
    assert {*YEARS, SPAN} <= periods(now, "victims", "XAB")
    found = now["victims_by_sex"].filter(country="XAB", unit=UNIT, period=SPAN)
    shown = dict(found.select("sex", "value").iter_rows())
    women = persons(YEARS, sex="F")
    assert counted(line, "victims_by_sex", "sex")["F"] == women < len(sent(YEARS))
    assert abs(shown["F"] - women) < 5
    total = now["victims"].filter(country="XAB", unit=UNIT, period=SPAN)["value"].item()
    assert shown["_T"] == total


def test_answers_of_several_years_are_counted_once_a_person(line: Line) -> None:
    three_more(line)
    forms = counted(line, "victims_by_exploitation", "exploitation")
    own = {form: persons(YEARS, form=form) for form in stored.FORMS}
    assert {form: n for form, n in forms.items() if n and form != "_T"} == own


def test_of_two_codes_of_a_person_the_earlier_year_counts(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is met again is a man from the second year on, by what was sent."""
    women, people = persons(YEARS, sex="F"), stored.people

    def other(source: str, country: str, period: str, n: int) -> list[dict[str, object]]:
        rows = people(source, country, period, n)
        later = period[:4] in YEARS[1:]
        return [row | ({"sex": "M"} if later and not i % 4 else {}) for i, row in enumerate(rows)]

    monkeypatch.setattr(stored, "people", other)
    three_more(line)
    assert counted(line, "victims_by_sex", "sex")["F"] == women


def test_a_country_that_is_large_enough_has_years(line: Line) -> None:
    found = periods(three_more(line), "victims_by_sex", "XAA")
    assert set(YEARS) <= found
    assert SPAN not in found


def test_a_span_by_code_shares_no_year_with_one_before(line: Line) -> None:
    three_more(line)
    line.send("2025")
    line.release()
    now = line.release("2025")
    assert "2023-P3Y" in periods(now, "victims", "XAB")
    assert {p for p in periods(now, "victims_by_sex", "XAB") if p.endswith("Y")} == {SPAN}


def test_years_that_were_shown_by_sex_are_in_no_span_by_sex(line: Line) -> None:
    for year in YEARS[:2]:
        line.send(year)
    line.release()
    now = line.release("2023")
    assert "2021-P3Y" in periods(now, "victims", "XAB")
    assert {p for p in periods(now, "victims_by_sex", "XAB") if p.endswith("Y")} == set()


def test_what_a_span_has_taken_is_never_shown_by_year(line: Line) -> None:
    """Grown, the country takes years by sex from then on; those of its span stay closed."""
    before = three_more(line)
    line.send("2025", more=60)
    line.release()
    line.release("2025")
    line.send("2026", more=60)
    now = line.release()
    found = periods(now, "victims_by_sex", "XAB")
    assert "2026" in found
    assert not found & set(YEARS)
    span = [t["victims_by_sex"].filter(country="XAB", period=SPAN) for t in (before, now)]
    assert span[0].equals(span[1].select(span[0].columns))


def test_a_country_too_small_for_three_years_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SENT, "xab_ministry", 4)
    line = begun(tmp_path)
    now = three_more(line)
    assert SPAN in periods(now, "victims", "XAB")
    assert SPAN not in periods(now, "victims_by_sex", "XAB")


def test_related_tables_share_a_question_or_a_ladder() -> None:
    assert blocks.related("victims_by_sex") == ["victims_by_sex_age", "victims_by_sex"]
