"""Tables that were published once and are not made any more, or otherwise. All are invented."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
import yaml

from anonymize import audit
from data_contracts import load
from data_contracts.model import Table
from pipelines import artefacts, outputs, releases, seen
from pipelines.run import run
from pipelines.settings import Workspace
from tests.anonymize.drawings import drawn
from tests.pipelines.registries import counting
from tests.pipelines.stored import store
from tests.pipelines.test_annual_line import publish
from tests.pipelines.test_release_life import typed
from tests.pipelines.workspaces import with_fixed_keys, workspace

OLD, NEW = "INVENTED-2021Q4-v1", "INVENTED-2022Q4-v1"
SEX = load.tables()["victims_by_sex"]
CELLS = "sex | value\n_T | 15\nF | 20\nM |"


def with_codes(*codes: str, **changed: object) -> Table:
    """Victims by sex with another domain."""
    own = SEX.dimensions["sex"].model_copy(update={"codes": codes})
    return SEX.model_copy(update={"dimensions": {"sex": own}, **changed})


def release(folder: Path, *tables: Table, extra: str = "") -> Path:
    """A release of these tables, all with the same few cells."""
    (folder / outputs.TABLES).mkdir(parents=True)
    said = {x.name: x.model_dump(mode="json", exclude={"name"}) for x in tables}
    text = yaml.safe_dump(said, allow_unicode=True) + extra
    (folder / "tables.yaml").write_text(text, encoding="utf-8")
    for one in tables:
        cells = drawn(CELLS).with_columns(unit=pl.lit("victim_identified"))
        artefacts.parquet(cells, folder / outputs.TABLES / f"{one.name}.parquet")
    return folder


def test_a_table_that_is_registered_as_before_keeps_its_name(tmp_path: Path) -> None:
    found = seen.seen([release(tmp_path / OLD, SEX)])
    assert (found.registry, [*found.tables[0]]) == (load.tables(), ["victims_by_sex"])


def test_a_table_of_other_cells_has_a_name_of_its_own_in_all_releases(tmp_path: Path) -> None:
    then = with_codes("F", "M", "_U")
    places = [release(tmp_path / name, then) for name in (OLD, NEW)]
    found = seen.seen([*places, release(tmp_path / "later", SEX)])
    own = f"victims_by_sex of {OLD}"
    assert [[*tables] for tables in found.tables] == [[own], [own], ["victims_by_sex"]]
    assert found.registry[own] == then.model_copy(update={"name": own})
    assert found.registry["victims_by_sex"] == SEX


def test_series_that_are_counted_no_more_are_known_still(tmp_path: Path) -> None:
    found = seen.seen([release(tmp_path / OLD, SEX.model_copy(update={"frequencies": ("ytd",)}))])
    assert found.registry["victims_by_sex"].frequencies == ("quarter", "year", "span", "ytd")


def test_what_a_table_was_taken_for_is_the_table_of_then(tmp_path: Path) -> None:
    office = with_codes("F", "M", name="office", kind="published", taken_for="victims_by_sex")
    ours = with_codes("F", "M", "_U")
    found = seen.seen([release(tmp_path / OLD, ours, office)])
    assert found.registry[f"office of {OLD}"].taken_for == f"victims_by_sex of {OLD}"


def test_numbers_of_a_table_that_is_gone_are_attacked_with_ours(tmp_path: Path) -> None:
    """Fifteen persons, twenty of them women: who has the old release knows that nobody is a man."""
    gone = with_codes("F", "M", "_U", name="by_sex_once")
    now = {"victims": drawn("value\n15").with_columns(unit=pl.lit("victim_identified"))}
    reports = [
        outputs.attack(now, seen.seen(before), tmp_path, {})
        for before in ([], [release(tmp_path / OLD, gone)])
    ]
    assert [one.failing > 0 for one in reports] == [False, True]


def test_what_this_version_cannot_read_is_refused(tmp_path: Path) -> None:
    place = release(tmp_path / OLD, SEX, extra="more: {colour: red}\n")
    with pytest.raises(seen.NotUnderstood, match=f"tables.yaml of {OLD} is written"):
        seen.seen([place])


@pytest.mark.parametrize(
    ("codes", "dataset", "told"),
    [(("F", "X"), "victims", "sex X"), (("F",), "guests", "contract guests")],
)
def test_what_was_published_stays_in_its_list(
    tmp_path: Path, codes: tuple[str, ...], dataset: str, told: str
) -> None:
    place = release(tmp_path / OLD, with_codes(*codes, dataset=dataset))
    with pytest.raises(seen.NotUnderstood, match=rf"{OLD}.*{told}.*Put that back"):
        seen.seen([place])


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A year that was published by sex, and the next one by sex no more."""
    made = with_fixed_keys(workspace(tmp_path_factory.mktemp("seen") / "region"))
    for year, names in (("2021", {"victims", "victims_by_sex"}), ("2022", {"victims"})):
        with counting(names):
            for quarter in (1, 2, 3, 4):
                store(made, "xaa_police", f"{year}-Q{quarter}", 60, dt.datetime(2023, 2, 1))
            assert run(made).release == f"INVENTED-{year}Q4-v1"
            if year == "2021":
                publish(made, OLD)
            else:
                yield made


@pytest.mark.slow
@pytest.mark.xdist_group("seen")
def test_the_line_goes_on_without_a_table_that_was_published(place: Workspace) -> None:
    manifest = releases.manifest(releases.candidate(place.root, NEW))
    gone = {"table": "victims_by_sex", "change": "removed", "reason": "registry"}
    assert gone in manifest["revisions"]
    assert (manifest["audit"]["releases"], manifest["audit"]["failing"]) == (2, 0)
    for name, releases_known in (OLD, 1), (NEW, 2):
        found = typed(f"audit {name} --workspace {place.root}")
        assert (found["failing"], found["releases"]) == (0, releases_known)
        assert found["cells"] > 0


def test_the_report_is_of_this_release_alone(tmp_path: Path) -> None:
    then = seen.seen([release(tmp_path / OLD, with_codes("F", "M", "_U", name="once"))])
    now = {"victims": drawn("value\n40").with_columns(unit=pl.lit("victim_identified"))}
    found: audit.Report = outputs.attack(now, then, tmp_path, {})
    assert (found.cells, found.hidden, found.releases) == (1, 0, 2)
