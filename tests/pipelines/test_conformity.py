"""Conformance over a workspace: against the safe rows, with a list that its publisher replaced."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from data_contracts import load
from data_contracts.concordance import FOLDER, concordance
from data_contracts.model import TOTAL
from data_contracts.verdict import Verdict
from pipelines import cli, conformity, outputs, steps, submissions, takings
from pipelines.errors import ENVIRONMENT
from pipelines.releases import Empty
from pipelines.settings import Workspace
from tests.pipelines.drafting import victims
from tests.pipelines.workspaces import copied, workspace
from transforms import vintage
from transforms.vintage import Slices

pytestmark = pytest.mark.xdist_group("tiny")
MINISTRY = {"source": "xab_ministry", "country": "XAB", "dataset": "victims"}


@pytest.fixture(scope="module")
def taken(sent: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace of which everything sent was taken in."""
    place = copied(sent, tmp_path_factory.mktemp("taken") / "region")
    steps.take_in(place)
    return place


@pytest.fixture
def place(taken: Workspace, tmp_path: Path) -> Iterator[Workspace]:
    yield copied(taken, tmp_path / "region")
    concordance.cache_clear()


def slices(place: Workspace) -> Slices:
    return vintage.current(submissions.accepted(place), load.layouts(), {})


def sexes(place: Workspace) -> Counter[str | None]:
    """The sexes in the safe rows of the first quarter, counted one by one."""
    files = (place[takings.SAFE] / "victims").glob("*.parquet")
    rows = [row for file in files for row in pl.read_parquet(file).to_dicts()]
    return Counter(row["sex"] for row in rows if row["period"] == "2023-Q1")


def test_the_command_says_what_a_count_of_the_safe_rows_says(
    taken: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    counted = sexes(taken)
    found = {
        (row["period"], row["field"]): row
        for row in conformity.told(taken, None, "htcds")
        if row["source"] == "xab_ministry" and row["dataset"] == "victims"
    }
    sex = found["2023-Q1", "sex"]
    other = sum(n for code, n in counted.items() if code and code.startswith("tipstat:"))
    exact = counted["F"] + counted["M"]
    told = (sex["rows"], sex["received"], sex["exact"], sex["lossy"])
    assert told == (counted.total(), exact + other, exact, other)
    quarters = [found[f"2023-Q{n}", "sex"]["exact"] for n in range(1, 5)]
    assert found["2023", "sex"]["exact"] == sum(quarters) == found[TOTAL, "sex"]["exact"]
    with pytest.raises(SystemExit) as end:
        cli.main(["conformance", "--workspace", str(taken.root), "--standard", "htcds"])
    assert end.value.code == 0
    assert "htcds: victims of xab_ministry, XAB" in capsys.readouterr().out


def test_a_scope_that_is_narrowed_later_narrows_what_conformance_counts(
    taken: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rows() -> int:
        found = conformity.counts(taken, slices(taken)).filter(field="", dataset="victims")
        return int(found["n"].sum())

    before, scopes = rows(), load.consent()
    nothing = {code: one.model_copy(update={"uses": ()}) for code, one in scopes.items()}
    monkeypatch.setattr(load, "consent", lambda: nothing)
    assert before > 0
    assert rows() == 0


def test_a_standard_or_source_that_nobody_knows_is_wrong_usage(taken: Workspace) -> None:
    for source, standard in ((None, "icpc"), ("xaa_police", "ictip")):
        with pytest.raises(load.Unknown, match="There are: "):
            conformity.told(taken, source, standard)


def test_before_anything_was_accepted_there_is_nothing_to_say(tmp_path: Path) -> None:
    with pytest.raises(Empty, match="submit data"):
        conformity.told(workspace(tmp_path / "new"), None, None)


def test_an_official_list_in_the_workspace_takes_the_place_of_ours(place: Workspace) -> None:
    place[conformity.OWN].mkdir()
    ours = (FOLDER / "ictip.csv").read_text(encoding="utf-8")
    own = place[conformity.OWN] / "ictip.csv"
    before = {row["field"] for row in conformity.told(place, "xab_ministry", "ictip")}
    own.write_text(
        ours + "sex,F,V.1,exact,,,official\nsex,M,V.2,exact,,,official\n",
        encoding="utf-8",
    )
    concordance.cache_clear()
    found = conformity.told(place, "xab_ministry", "ictip")
    assert {row["field"] for row in found} - before == {"sex"}
    assert sum(row["exact"] for row in found if row["field"] == "sex") > 0
    assert conformity.own_files(place) == {"concordances/ictip.csv": own.read_bytes()}
    own.write_text(ours.replace("act,A1,A1,exact", "act,A1,A1,nearly"), encoding="utf-8")
    concordance.cache_clear()
    wrong = r"concordances: ictip.csv is not valid at: line \d+, match: .+Correct the file"
    with pytest.raises(conformity.WrongConcordance, match=wrong) as refused:
        conformity.told(place, None, "ictip")
    assert refused.value.exit_code == ENVIRONMENT


def test_a_release_says_of_records_in_confidence_only_where_it_shows_many(
    taken: Workspace,
) -> None:
    chosen = slices(taken)
    none = conformity.released(taken, chosen, {"victims": victims().head(0)})
    assert set(none["source"]) == {"invented_population"}
    rows = [
        ("XAB", period, "victim_identified", "_T", sex, part * total // 20)
        for period, total in (("2023", 500), ("2023-Q1", 60), ("2023-Q2", 50))
        for sex, part in (("_T", 20), ("F", 15), ("_U", 1))
    ]
    names = ["country", "period", "unit", "age_band", "sex", "value"]
    cells = {"victims_by_sex_age": pl.DataFrame(rows, schema=names, orient="row")}
    found = conformity.released(taken, chosen, cells).filter(**MINISTRY)
    assert set(found["period"]) == {"2023", "2023-Q1"}
    sex = found.filter(period="2023", field="sex", standard="ctdc").row(0, named=True)
    assert (sex["received_from"], sex["received_to"]) == (95, 95)
    core = found.filter(period="2023", field="", standard="ictip").row(0, named=True)
    # Acts, means, forms and the unit: the ministry's layout has all four.
    assert (core["received_from"], core["exact_from"]) == (100, None)


def test_shown_is_a_total_of_a_table_of_persons_that_is_large_enough() -> None:
    known = {"victims": victims().drop("sex").head(1).with_columns(value=pl.lit(55))}
    assert conformity.shown(known, 55) == {("XAA", "2025-Q4", "victims")}
    assert conformity.shown(known, 56) == set()
    by_sex = {
        "victims_by_sex_age": victims().with_columns(age_band=pl.lit("Y0T17"), value=pl.lit(99))
    }
    assert conformity.shown(by_sex, 55) == set()


def test_labels_that_no_list_knows_count_for_every_field_of_their_column() -> None:
    layout = load.layout("argentina_linea145")
    fields = layout.feeds["victims"].fields
    column = next(of.columns[0] for name, of in fields.items() if name == "exploitation")
    same = {name for name, of in fields.items() if of.columns and of.columns[0] == column}
    found = Verdict(verdict="comments", unmapped={column: {"a": 2, "b": 3}, "elsewhere": 4})
    told = conformity.set_aside(layout, found, "victims")
    assert told == {"": 0} | dict.fromkeys(same, 5)


def test_the_break_of_the_invented_region_is_marked_and_nothing_else_changes() -> None:
    cells = pl.DataFrame(
        {"country": "XAD", "period": ["2023-Q4", "2024-Q1", "2024-Q2", "2023", "2024"]}
    ).with_columns(
        unit=pl.lit("victim_presumed"),
        value=pl.lit(50),
        obs_status=pl.lit("A"),
        source=pl.lit(None, pl.String),
    )
    found = outputs.at_breaks({"victims": cells})["victims"]
    assert found["obs_status"].to_list() == ["A", "B", "A", "A", "B"]
    assert found.drop("obs_status").equals(cells.drop("obs_status"))
