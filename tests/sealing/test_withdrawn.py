"""A sender whose key was stolen: nothing more is taken, what came is listed. All invented."""

import json
from pathlib import Path

import pytest

from pipelines import cards, inbox, rotation
from pipelines.nodes import introduced
from pipelines.settings import Workspace
from sources.synthetic import Submission
from tests.commands.typing_in import ended
from tests.pipelines.workspaces import tree
from tests.sealing.country import PERIOD, code, copied, ministry, packed, taken


@pytest.fixture
def here(regional: Workspace, tmp_path: Path) -> Workspace:
    """The region, to be written to."""
    return copied(regional, tmp_path / "region")


def withdrawn(at: Workspace, sender: object) -> None:
    found = ended(f"withdraw {sender} --workspace {at.root}")
    assert found.code == 0, found.err


def test_nothing_that_the_key_signed_is_taken_any_more_however_it_is_dated(
    here: Workspace, national: Workspace, package: Path, police: Submission, tmp_path: Path
) -> None:
    withdrawn(here, national["card.json"])
    before = tree(here.root)
    packed(national, police.files, police.layout, tmp_path / "later.tip")
    assert code(taken(here, package)) == "SEAL-13"
    assert code(taken(here, tmp_path / "later.tip")) == "SEAL-13"
    assert {name for name in tree(here.root) if name not in before} <= {"safe"}


def test_what_it_sent_before_stays_and_is_listed_for_a_person(
    here: Workspace, national: Workspace, package: Path
) -> None:
    assert taken(here, package).verdict != "faults"
    safe = tree(here["safe"])
    found = ended(f"withdraw {national['card.json']} --workspace {here.root} --json")
    (one,) = json.loads(found.out)["packages"]
    assert one["slices"] == [{"layout": "xaa_police", "period": PERIOD}]
    names = [sent.submission for sent in inbox.received(here)]
    assert one["submissions"] == names
    assert tree(here["safe"]) == safe
    rows = json.loads(ended(f"submissions --workspace {here.root} --json").out)
    assert [row["withdrawn"] is not None for row in rows] == [True]
    assert "from a sender that was withdrawn" in ended(f"submissions --workspace {here.root}").out


def test_it_is_welcome_again_only_with_another_key(
    here: Workspace, national: Workspace, police: Submission, tmp_path: Path
) -> None:
    there = copied(national, tmp_path / "national")
    withdrawn(here, there["card.json"])
    refused = ended(f"welcome {there['card.json']} --workspace {here.root}")
    assert refused.code == 2
    assert "keys rotate signing" in refused.err
    rotation.rotate(there, "signing")
    found = ended(f"welcome {introduced(there).card} --workspace {here.root}")
    assert found.code == 0, found.err
    packed(there, police.files, police.layout, tmp_path / "new.tip")
    assert taken(here, tmp_path / "new.tip").verdict != "faults"


def test_the_countries_linking_key_is_still_known_when_all_senders_are_withdrawn(
    here: Workspace, national: Workspace, tmp_path: Path
) -> None:
    withdrawn(here, national["card.json"])
    with pytest.raises(cards.NoCard, match="another linking key"):
        ministry(tmp_path / "other", here, "XAB")


def test_a_sender_is_named_by_what_is_read_on_the_telephone_and_asked_twice_says_the_same(
    here: Workspace, national: Workspace
) -> None:
    shown = ended(f"senders --workspace {here.root}").out
    whole = cards.own(national).fingerprint
    groups = " ".join(whole[n : n + 4] for n in range(0, len(whole), 4))
    assert groups in " ".join(shown.split())
    withdrawn(here, groups)
    (one,) = json.loads(ended(f"senders --workspace {here.root} --json").out)
    again = json.loads(ended(f"withdraw {whole} --workspace {here.root} --json").out)
    assert again == one
    assert one["withdrawn"]


def test_whom_nobody_knows_and_where_nobody_sends_are_wrong_usage(
    here: Workspace, national: Workspace
) -> None:
    for words in (f"withdraw {'0' * 32} --workspace {here.root}",
                  f"withdraw {'0' * 32} --workspace {national.root}",
                  f"senders --workspace {national.root}"):  # fmt: skip
        assert ended(words).code == 2


@pytest.mark.parametrize("damage", [b"{", b"", b"{}"])
@pytest.mark.parametrize("folder", [cards.SENDERS, cards.WITHDRAWN])
def test_a_damaged_card_among_the_senders_is_told_with_its_file_and_the_remedy(
    damage: bytes, folder: str, here: Workspace, national: Workspace, package: Path
) -> None:
    if folder == cards.WITHDRAWN:
        withdrawn(here, national["card.json"])
    (file,) = (here["keys"] / folder).glob("*.json")
    file.write_bytes(damage)
    for words in (f"submit {package}", "senders", f"welcome {national['card.json']}"):
        found = ended(f"{words} --workspace {here.root}")
        assert found.code == 3, found.err
        assert str(file) in found.err
        assert ("welcome CARD" if folder == cards.SENDERS else "backup") in found.err


def test_a_card_under_the_name_of_another_key_is_damaged(
    here: Workspace, national: Workspace
) -> None:
    (file,) = (here["keys"] / cards.SENDERS).glob("*.json")
    file.rename(file.with_name(f"{'0' * 32}.json"))
    with pytest.raises(cards.BadCard, match="damaged"):
        cards.senders(here["keys"])


def test_a_damaged_card_of_the_region_is_told_in_the_country(
    national: Workspace, police: Submission, tmp_path: Path
) -> None:
    there = copied(national, tmp_path / "national")
    (there["keys"] / cards.REGION).write_text("{")
    files = " ".join(map(str, police.files))
    found = ended(
        f"seal {files} --layout xaa_police --period {PERIOD} -o {tmp_path / 'p.tip'} "
        f"--workspace {there.root}"
    )
    assert found.code == 3
    assert "tipstat welcome CARD" in found.err


@pytest.mark.parametrize("folder", ["packages", "inbox"])
def test_a_damaged_record_is_told_with_its_file(
    folder: str, here: Workspace, package: Path
) -> None:
    assert taken(here, package).verdict != "faults"
    (file,) = here[folder].glob("*.json")
    file.write_text("{")
    found = ended(f"submissions --workspace {here.root}")
    assert found.code == 3
    assert str(file) in found.err
