"""Who is inside a hidden cell changes no byte of a release: one real run for each way of changing.

Every byte of the candidate is compared. The clock stands still and the keys are the same; ids of
submissions are not, nor the hashes of what came in. The repair is a function of published values (a
test beside it), so it works once for equal ones; the audit, which is told more, is real every time.
All persons are invented.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from anonymize.repair import secure
from dashboards.explorer import releases as explored
from dashboards.exports.csv import export
from data_contracts import load
from data_contracts.periods import quarters
from pipelines import outputs, releases, takings
from pipelines.run import run
from pipelines.settings import Workspace
from tests.pipelines.registries import counting
from tests.pipelines.stored import key, pseudonym, store
from tests.pipelines.workspaces import with_fixed_keys, workspace

pytestmark = [pytest.mark.xdist_group("channels"), pytest.mark.slow]
DAY = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
LAYOUTS = {"xaa_police": 60, "xab_ministry": 75, "xad_police": 66}
WHERE = ("tipstat:border", "tipstat:street", "tipstat:workplace")
# Of identified victims, in hidden cells beside shown ones and below a shown total.
RARE = ("tipstat:online", "tipstat:online", "tipstat:shelter")
TABLES = {
    "victims",
    "victims_by_sex_age",
    "victims_by_place",
    "victims_by_citizenship_group",
}
Rows = list[dict[str, object]]
Change = Callable[[Rows], None]


class Clock(dt.datetime):
    """A clock that stands still."""

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> "Clock":
        return cls(2026, 2, 2, tzinfo=tz)


def drawn(place: Workspace, change: Change) -> None:
    """Three countries; in each quarter three presumed victims in one, and three in rare places."""
    for layout, many in LAYOUTS.items():
        for period in quarters("2025"):
            name = store(place, layout, period, many, DAY)
            file = place[takings.SAFE] / "victims" / f"{name}.parquet"
            rows = pl.read_parquet(file).to_dicts()
            for number, row in enumerate(rows):
                row |= {"place": WHERE[number % 3], "citizenship_group": "tipstat:national"}
            if layout == "xaa_police":
                for row in rows[:3]:
                    row["unit"] = "victim_presumed"
                for row, place_of in zip(rows[3:6], RARE, strict=True):
                    row["place"] = place_of
                change(rows[:6])
            rows = [row for row in rows if row.pop("gone", None) is None]
            types = {"link_token": pl.String, "place": pl.String}
            pl.DataFrame(rows, schema_overrides=types).write_parquet(file)


def nobody(_: Rows) -> None:
    """The release that all others are compared with."""


def another_sex(few: Rows) -> None:
    few[0]["sex"] = "M" if few[0]["sex"] == "F" else "F"


def no_sex(few: Rows) -> None:
    few[0]["sex"] = None


def another_age(few: Rows) -> None:
    few[0]["age_band"] = "Y_GE35" if few[0]["age_band"] != "Y_GE35" else "Y0T17"


def another_place(few: Rows) -> None:
    few[0]["place"] = "tipstat:online"


def another_case(few: Rows) -> None:
    few[0]["case"] = pseudonym("a case of her own")


def no_case(few: Rows) -> None:
    for row in few[:3]:
        row["case"] = None


def another_citizenship(few: Rows) -> None:
    few[0]["citizenship_group"] = "tipstat:foreign"


def another_person(few: Rows) -> None:
    few[0]["person_key"] = key("somebody else")


def twice(few: Rows) -> None:
    few[0]["person_key"] = few[1]["person_key"]


def gone(few: Rows) -> None:
    few[0]["gone"] = True


def all_gone(few: Rows) -> None:
    for row in few[:3]:
        row["gone"] = True


def another_hidden_cell_below_a_shown_total(few: Rows) -> None:
    few[4]["place"] = RARE[-1]


CHANGES: tuple[Change, ...] = (
    another_sex, no_sex, another_age, another_place, another_case, no_case, another_citizenship,
    another_person, twice, gone, all_gone, another_hidden_cell_below_a_shown_total,
)  # fmt: skip


def released(root: Path, change: Change) -> dict[str, bytes]:
    """Every byte of the candidate that a run proposes."""
    made = with_fixed_keys(workspace(root, raw_files=("XAA", "XAB", "XAD")))
    drawn(made, change)
    found = run(made).release
    assert found is not None
    folder = releases.found(made.root, found)
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def remembering(repair: Callable[..., Any]) -> Callable[..., Any]:
    """The repair, which of equal published tables remembers what it did."""
    done: dict[str, Any] = {}

    def repaired(tables: dict[str, pl.DataFrame], *rest: Any, **known: Any) -> Any:
        published = "".join(f"{name} {tables[name].write_csv()}" for name in sorted(tables))
        if published not in done:
            done[published] = repair(tables, *rest, **known)
        return done[published]

    return repaired


@pytest.fixture(scope="module")
def clock() -> Iterator[None]:
    """A clock that stands still, and as many tables as twelve runs have time for."""
    with counting(TABLES), pytest.MonkeyPatch.context() as patch:
        patch.setattr(outputs, "datetime", Clock)
        patch.setattr(outputs, "secure", remembering(secure))
        yield


@pytest.fixture(scope="module")
def first(clock: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return released(tmp_path_factory.mktemp("first") / "region", nobody)


def test_the_cells_that_are_changed_are_hidden_and_others_are_shown(
    first: dict[str, bytes],
) -> None:
    tables = {name: pl.read_parquet(first[f"tables/{name}.parquet"]) for name in TABLES}
    for name, table in tables.items():
        presumed = table.filter(unit="victim_presumed", country="XAA")
        assert set(presumed["obs_status"]) == {"Q"}, name
    places = tables["victims_by_place"].filter(unit="victim_identified", country="XAA")
    assert set(places.filter(pl.col("place").is_in(RARE))["obs_status"]) == {"Q"}
    assert places.filter(place="_T")["value"].is_not_null().all()
    assert places.filter(pl.col("place").is_in(WHERE))["value"].drop_nulls().len() > 3
    of_year = {n: t.filter(unit="victim_identified", period="2025") for n, t in tables.items()}
    assert of_year["victims"].filter(country="_T")["value"].is_not_null().all()
    assert of_year["victims_by_sex_age"].filter(country="XAA")["value"].drop_nulls().len() > 3


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_who_is_inside_a_hidden_cell_changes_no_byte(
    change: Change, first: dict[str, bytes], tmp_path: Path
) -> None:
    again = released(tmp_path / "region", change)
    assert again.keys() == first.keys()
    assert [name for name in first if again[name] != first[name]] == []


def test_what_nobody_has_is_in_every_file_and_list_all_the_same(
    first: dict[str, bytes], tmp_path: Path
) -> None:
    """Nobody in this release is of another sex, yet every reader is offered it."""
    folder = tmp_path / "release"
    for name, content in first.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (shown,) = explored.find([folder])
    export(folder, tmp_path / "out")
    for name in sorted(TABLES):
        table, spec = shown.table(name), load.tables()[name]
        (file,) = (tmp_path / "out").glob(f"*_{name}.csv")
        exported = pl.read_csv(file, infer_schema=False)
        for dimension, known in spec.dimensions.items():
            declared = {"_T", *known.codes}
            assert set(table[dimension]) == set(exported[dimension]) == declared, name
        keys = ["country", "period", "unit", *spec.dimensions]
        assert table.select(keys).rows() == sorted(table.select(keys).rows()), name
