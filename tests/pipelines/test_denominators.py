"""A table that nobody has submitted names itself, and so does a file of ours that is gone."""

import json
from pathlib import Path

import pytest

from data_contracts import load, needs
from data_contracts.layout import Layout
from pipelines import cli, denominators
from pipelines.run import run
from pipelines.settings import Workspace
from sources.synthetic import Region
from tests.pipelines.workspaces import copied, of_belmora, send, with_fixed_keys, workspace

SAMPLES = Path(__file__).parents[2] / "sources" / "samples"
KAZAKHSTAN = SAMPLES / "sdg_16_2_2" / "KAZ_indicator_16-2-2.csv"


@pytest.fixture(scope="module")
def peopleless(tiny: Region, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace to which Belmora has sent its year, and nobody any population."""
    place = with_fixed_keys(workspace(tmp_path_factory.mktemp("peopleless") / "region"))
    lists = [one for one in of_belmora(tiny) if one.layout != "invented_population"]
    for day, one in enumerate(lists, start=1):
        send(place, one, day)
    return place


def test_a_run_without_population_says_which_rates_it_lacks_and_what_to_submit(
    peopleless: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["run", "--workspace", str(peopleless.root)])
    said = " ".join(capsys.readouterr().out.split())
    assert ended.value.code == 0
    assert "Not available: victims_per_100k of XAB in 2023" in said
    assert "for the table population has nothing to divide by" in said
    assert "--layout invented_population or world_bank_population" in said
    # The next run makes nothing new, and the rates are still lacking.
    again = run(peopleless)
    assert again.release is None
    assert {(one["indicator"], one["table"]) for one in again.lacking} >= {
        ("victims_per_100k", "population")
    }


def test_a_run_with_population_lacks_nothing(sent: Workspace, tmp_path: Path) -> None:
    assert run(copied(sent, tmp_path / "region")).lacking == ()


def test_a_check_says_beforehand_which_rates_a_workspace_lacks(
    peopleless: Workspace, tiny: Region, capsys: pytest.CaptureFixture[str]
) -> None:
    one = next(one for one in of_belmora(tiny) if one.layout == "xab_ministry")
    words = ["check", *map(str, one.files), "--layout", one.layout, "--period", str(one.period)]
    with pytest.raises(SystemExit):
        cli.main([*words, "--workspace", str(peopleless.root), "--json"])
    told = json.loads(capsys.readouterr().out)["lacking"]
    assert [(lack["indicator"], lack["table"]) for lack in told] == [
        ("victims_per_100k", "population")
    ]
    with pytest.raises(SystemExit):
        cli.main([*words, "--workspace", str(peopleless.root)])
    assert "Not available: victims_per_100k, for the table population" in " ".join(
        capsys.readouterr().out.split()
    )


@pytest.mark.parametrize(
    ("sent", "lacks"), [((), True), (("us_tip_tiers",), True), (("world_bank_population",), False)]
)
def test_tiers_are_reference_too_and_no_population(sent: tuple[str, ...], lacks: bool) -> None:
    found = denominators.expected(load.layout("xab_ministry"), sent)
    assert bool(found) == lacks


@pytest.mark.parametrize(
    "words",
    [
        ["check", str(KAZAKHSTAN), "--layout", "sdg_16_2_2_kaz"],
        ["layout", "suggest", str(KAZAKHSTAN)],
    ],
)
def test_a_file_of_ours_that_is_gone_is_named_and_the_file_that_was_sent_not_blamed(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(needs, "ALWAYS", (*needs.ALWAYS, "aliases/gone.csv"))
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    said = capsys.readouterr().err
    assert ended.value.code == 3
    assert "data_contracts/aliases/gone.csv" in said
    assert ("put them back" in said, "READ-0" in said) == (True, False)


def test_a_layout_that_names_what_is_not_there_is_named_before_any_file_is_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    feed = load.layout("sdg_16_2_2_kaz").feeds["aggregates"]
    source = feed.fields["value_type"].model_copy(update={"labels": "nobody"})
    fields = {**feed.fields, "value_type": source}
    broken = load.layout("sdg_16_2_2_kaz").model_copy(
        update={"feeds": {"aggregates": feed.model_copy(update={"fields": fields})}}
    )
    found: dict[str, Layout] = {"sdg_16_2_2_kaz": broken}
    monkeypatch.setattr(load, "layout", found.__getitem__)
    with pytest.raises(SystemExit) as ended:
        cli.main(["check", str(KAZAKHSTAN), "--layout", "sdg_16_2_2_kaz"])
    said = capsys.readouterr().err
    assert (ended.value.code, "sdg_16_2_2_kaz.yaml is not valid" in said) == (3, True)
    assert "value_type: labels has no table 'nobody'" in said
