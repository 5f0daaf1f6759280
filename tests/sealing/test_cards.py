"""What is read on the telephone vouches for the whole card, and a region can get a new one."""

from pathlib import Path

import pytest

from pipelines import cards, rotation
from pipelines.nodes import introduced
from pipelines.settings import Workspace
from sources.synthetic import Submission
from tests.commands.typing_in import ended
from tests.sealing.country import code, copied, packed, taken


@pytest.mark.parametrize("key", ["intake", "sending", "linking", "country", "role"])
def test_whoever_changes_a_card_on_its_way_changes_what_is_read_out(
    key: str, national: Workspace
) -> None:
    card = cards.own(national)
    changed = card.model_copy(update={key: "regional" if key == "role" else "another"})
    assert changed.fingerprint != card.fingerprint
    assert card.model_copy(update={"title": "Another"}).fingerprint == card.fingerprint


def test_the_node_is_told_of_which_region_it_must_ask(regional: Workspace, tmp_path: Path) -> None:
    words = f"--role national --country XAA --region {regional['card.json']} --mode demo"
    found = ended(f"init --workspace {tmp_path / 'n'} --title Aranda {words} --json")
    assert cards.own(regional).fingerprint in found.out
    shown = ended(f"card --workspace {regional.root} --json")
    assert cards.own(regional).fingerprint in shown.out


def test_after_the_intake_got_another_key_the_country_seals_for_it(
    regional: Workspace, national: Workspace, police: Submission, tmp_path: Path
) -> None:
    here, there = copied(regional, tmp_path / "region"), copied(national, tmp_path / "national")
    rotation.rotate(here, "intake")
    packed(there, police.files, police.layout, tmp_path / "old.tip")
    assert code(taken(here, tmp_path / "old.tip")) == "SEAL-02"
    card = introduced(here).card
    found = ended(f"welcome {card} --workspace {there.root}")
    assert found.code == 0, found.err
    packed(there, police.files, police.layout, tmp_path / "new.tip")
    assert taken(here, tmp_path / "new.tip").verdict != "faults"
