"""Two roles: a country seals and keeps no rows, a region takes packages and strips nothing."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines import (
    admission,
    cards,
    commands_sealing,
    grammar,
    intake,
    keybook,
    nodes,
    sealing,
)
from pipelines.errors import Refusal
from pipelines.settings import Configuration, Workspace
from sources.synthetic import Submission
from tests.commands.typing_in import ended
from tests.pipelines.workspaces import tree
from tests.sealing.country import PERIOD, code, copied, ministry, region


def test_a_raw_file_at_a_region_is_refused_in_the_child_too_and_nothing_is_kept(
    regional: Workspace, police: Submission, tmp_path: Path
) -> None:
    from pipelines import keystore

    here = copied(regional, tmp_path / "region")
    keystore.welcome(here, "XAA")
    before, out = tree(here.root), tmp_path / "out"
    out.mkdir()
    job = intake.Job(
        files=police.files, layout=police.layout, period=PERIOD, keys=here["keys"], out=out
    )
    assert code(intake.start(job)) == "RAW-01"
    assert not list(out.iterdir())
    assert tree(here.root) == before


def test_with_the_flag_of_the_country_the_same_file_is_stripped(
    police: Submission, tmp_path: Path
) -> None:
    from pipelines import keystore

    here, out = region(tmp_path / "region", raw_files=("XAA",)), tmp_path / "out"
    keystore.welcome(here, "XAA")
    out.mkdir()
    job = intake.Job(
        files=police.files, layout=police.layout, period=PERIOD, keys=here["keys"], out=out
    )
    assert intake.start(job).verdict != "faults"
    assert list(out.glob("*.parquet"))


def test_a_country_has_no_key_of_a_region_and_its_card_has_no_secret(national: Workspace) -> None:
    names = set(keybook.read(national["keys"]).keys)
    assert names == {"intake", "linking", "XAA/identity"}
    card = national["card.json"].read_text()
    for file in national["keys"].rglob("*.key"):
        assert all(secret not in card for secret in file.read_text().split())


def test_whoever_has_another_linking_key_is_not_welcome(
    regional: Workspace, national: Workspace, tmp_path: Path
) -> None:
    here = copied(regional, tmp_path / "region")
    with pytest.raises(cards.NoCard, match="another linking key"):
        ministry(tmp_path / "other", here, "XAB")


def test_a_national_node_takes_only_its_own_country(national: Workspace) -> None:
    from data_contracts import load

    with pytest.raises(admission.NotTaken, match="seals for XAA"):
        admission.taken_here(load.layout("xab_ministry"), "XAB", national)


def test_a_role_that_is_half_said_is_no_configuration() -> None:
    with pytest.raises(ValueError, match="names its country"):
        Configuration(title="t", mode="demo", role="national")


def test_without_a_card_of_the_region_no_national_node_is_made(tmp_path: Path) -> None:
    said = Configuration(title="t", mode="demo", role="national", country="XAA")
    with pytest.raises(Refusal):
        nodes.national(tmp_path / "n", said, tmp_path / "none.json")
    assert not (tmp_path / "n").exists()


@pytest.mark.parametrize("code", ["_T", "_U", "tipstat:elsewhere", "tipstat:other_oceania"])
def test_what_is_no_country_has_no_national_node(
    code: str, national: Workspace, tmp_path: Path
) -> None:
    card, place = national["keys"] / "region.json", tmp_path / "n"
    words = ["init", "--title", "T", "--mode", "demo", "--role", "national", "--country", code]
    asked = grammar.parser().parse_args([*words, "--region", str(card), "--workspace", str(place)])
    with pytest.raises(commands_sealing.WrongWords, match="needs its country"):
        commands_sealing.init(asked)
    assert not place.exists()


def test_a_refused_list_makes_no_package(national: Workspace, tmp_path: Path) -> None:
    bad = tmp_path / "list.csv"
    bad.write_text("Registro;Otra\n1;2\n")
    out = tmp_path / "p.tip"
    words = f"seal {bad} --layout xaa_police --period {PERIOD} -o {out} --json"
    found = ended(f"{words} --workspace {national.root}")
    assert found.code == 1
    assert json.loads(found.out)["package"] is None
    assert not out.exists()
    assert not national[sealing.FOLDER].exists()


def test_whoever_is_killed_while_sealing_leaves_no_half_of_a_package(
    national: Workspace, police: Submission, tmp_path: Path
) -> None:
    out, here = tmp_path / "p.tip", copied(national, tmp_path / "national")
    words = ["seal", *map(str, police.files), "--layout", police.layout, "--period", PERIOD]
    command = [sys.executable, "-m", "pipelines.cli", *words, "-o", str(out)]
    for delay in (0.8, 1.6):
        child = subprocess.Popen([*command, "--workspace", str(here.root)], env=dict(os.environ))
        time.sleep(delay)
        child.send_signal(signal.SIGKILL)
        child.wait()
        assert not out.exists() or out.read_bytes().startswith(b"tipstat package")
        assert not list(tmp_path.glob(".p.tip*"))
        out.unlink(missing_ok=True)
    source = sealing.given(here, police.files, police.layout, PERIOD)
    assert sealing.seal(here, source, out, None, "en").package
    assert not here[sealing.FOLDER].exists()
