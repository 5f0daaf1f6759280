"""What stays when a run fails: the last good candidate, and nothing that quotes a record."""

from collections.abc import Iterator
from pathlib import Path

import great_expectations.expectations as expect
import pytest

from data_contracts import expectations
from data_contracts.model import CodeList, Field
from pipelines import inbox, keyrings, releases, steps
from pipelines.errors import Unwritable
from pipelines.run import CheckFailed, RunFailed, run
from pipelines.settings import Workspace
from sources.synthetic import Region
from tests.faults import full_disk
from tests.pipelines.corrections import OWN_RECORDS, corrected, proposed
from tests.pipelines.workspaces import (
    not_taken_in,
    tree,
    workspace,
)

pytestmark = [pytest.mark.xdist_group("tiny"), pytest.mark.slow]


def test_great_expectations_decides_when_only_its_copy_of_a_rule_is_broken(
    ran: Workspace, tiny: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = corrected(ran, tiny, tmp_path)
    own = expectations.field_rules

    def broken(field: Field, lists: dict[str, CodeList]) -> Iterator[expect.Expectation]:
        yield from own(field, lists)
        if field.name == "sex":
            yield expect.ExpectColumnValuesToBeInSet(column="sex", value_set=["nobody"])

    monkeypatch.setattr(expectations, "field_rules", broken)
    with pytest.raises(CheckFailed, match="safe_victims found broken: sex: expect_col") as failed:
        run(ran)
    assert failed.value.exit_code == 1
    assert proposed(ran) == before
    monkeypatch.undo()
    # The opinion was formed of these very rows, and stands until they or the rules are new.
    with pytest.raises(CheckFailed):
        run(ran)


def test_a_check_that_crashed_is_not_taken_for_one_that_failed(
    ran: Workspace, tiny: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = corrected(ran, tiny, tmp_path)
    monkeypatch.setattr(
        expectations,
        "table_rules",
        lambda _: [expect.ExpectColumnValuesToBeInSet(column="none such", value_set=["a"])],
    )
    with pytest.raises(RunFailed, match=r"safe_victims.*\(CheckCrashed\)") as failed:
        run(ran)
    assert failed.value.exit_code == 4
    assert proposed(ran) == before


def gone(*_: object) -> None:
    raise ZeroDivisionError("Invented Person, born 1999-01-01")


@pytest.mark.parametrize(
    ("fails", "how", "kind", "says"),
    [
        ("count", gone, RunFailed, r"could not be made: cube \(ZeroDivisionError\)"),
        ("count", full_disk, Unwritable, "free some space"),
        ("take_in", gone, RunFailed, r"intake \(ZeroDivisionError\)"),
    ],
    ids=["an asset fails", "the disk is full", "the intake fails"],
)
def test_a_run_that_fails_leaves_the_last_good_candidate(
    fails: str,
    how: object,
    kind: type[Exception],
    says: str,
    ran: Workspace,
    tiny: Region,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = {n: what for n, what in corrected(ran, tiny, tmp_path).items() if "warehouse" not in n}
    monkeypatch.setattr(steps, fails, how)
    with pytest.raises(kind, match=says) as failed:
        run(ran)
    assert "Invented" not in str(failed.value)
    assert {n: what for n, what in proposed(ran).items() if "warehouse" not in n} == before


def test_a_loose_key_stops_a_run_with_its_remedy_and_blames_no_submission(
    ran: Workspace,
) -> None:
    not_taken_in(ran)
    before = tree(ran.root, *OWN_RECORDS).items()
    (ran["keys"] / "XAB" / "identity.key").chmod(0o644)
    with pytest.raises(keyrings.NoKeys, match="chmod 600"):
        run(ran)
    after = tree(ran.root, *OWN_RECORDS).items()
    assert before <= after
    # What needs no key, the populations, may have been read meanwhile in its own process.
    blamed = [one.submission for one in inbox.received(ran) if one.country == "XAB"]
    assert blamed
    assert not [name for name, _ in after - before if any(one in name for one in blamed)]


def test_a_run_without_data_says_what_to_do_first(tmp_path: Path) -> None:
    place = workspace(tmp_path / "region")
    before = tree(place.root, *OWN_RECORDS, "assets")
    with pytest.raises(releases.Empty, match="submit data first") as refused:
        run(place)
    assert refused.value.exit_code == 2
    assert tree(place.root, *OWN_RECORDS, "assets") == before
