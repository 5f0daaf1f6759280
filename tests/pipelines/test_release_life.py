"""A release from the candidate of a real run to its tombstone, as it is typed."""

import contextlib
import io
import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from pipelines import cli, fates, outputs, releases, takings
from pipelines.run import run
from pipelines.settings import Workspace
from sources.synthetic import Region
from tests.pipelines.corrections import RELEASE, aged, quarter
from tests.pipelines.workspaces import TWO, send

pytestmark = pytest.mark.xdist_group("tiny")
WHY = "The second quarter of one country was counted twice."
NEXT = RELEASE.replace("-v1", "-v2")
PERSONS = fates.datasets()


def typed(words: str, code: int = 0) -> Any:
    """What a command says to machines, or why it refuses."""
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        pytest.raises(SystemExit) as end,
    ):
        cli.main([*shlex.split(words), "--json"])
    assert (end.value.code or 0) == code, err.getvalue()
    return json.loads(out.getvalue()) if out.getvalue() else err.getvalue()


def approve(root: Path, folder: Path, release: str) -> None:
    """Both reviewers make keys, are welcome, look, and approve."""
    own = typed(f"release show {release} --workspace {root}")["candidate"]
    for number, name in enumerate(TWO):
        key, card = folder / f"{number}.pem", folder / f"{number}.json"
        typed(f"reviewer init --name {shlex.quote(name)} --key {key} -o {card}")
        typed(f"reviewer welcome {card} --workspace {root}")
        said = f"--candidate {own[:8]} --decision approve --key {key}"
        typed(f"release review {release} {said} --workspace {root}")


def test_a_release_is_approved_published_withdrawn_and_proposed_again(
    ran: Workspace, tiny: Region, tmp_path: Path
) -> None:
    root = ran.root
    assert "Two reviewers" in typed(f"release publish {RELEASE} --workspace {root}", 2)
    approve(root, tmp_path, RELEASE)
    typed(f"release publish {RELEASE} --workspace {root}")
    exact = outputs.tables_in(root / "releases" / RELEASE / "tables")
    assert run(ran).release is None
    typed(f"release withdraw {RELEASE} --reason {shlex.quote(WHY)} --workspace {root}")
    refused = typed(f"export {RELEASE} -o {tmp_path / 'out'} --workspace {root}", 2)
    assert WHY in refused
    assert not (tmp_path / "out").exists()
    tried = typed(f"audit {RELEASE} --workspace {root}")
    assert (tried["withdrawn"], tried["failing"]) == (WHY, 0)
    assert run(ran).release == NEXT
    manifest = releases.manifest(releases.candidate(root, NEXT))
    assert manifest["revisions"] == []
    assert manifest["audit"]["releases"] == 2
    again = outputs.tables_in(root / "candidates" / NEXT / "tables")
    assert all(table.equals(again[name]) for name, table in exact.items())
    approve(root, tmp_path, NEXT)
    typed(f"release publish {NEXT} --workspace {root}")
    states = {one["release"]: one["state"] for one in typed(f"release list --workspace {root}")}
    assert states == {RELEASE: "withdrawn", NEXT: "published"}
    found = typed(f"log verify --workspace {root}")
    assert (found["problems"], found["line"]) == ([], 2 * (2 + 2) + 3)
    preview = f"release preview {NEXT} --country XAB -o {tmp_path / 'xab'} --workspace {root}"
    before = typed(preview)
    assert before["sent"] > before["waiting"] == before["replaced"] == before["refused"] == 0
    late = takings.last(ran, send(ran, aged(quarter(tiny), tmp_path), day=20).submission)
    after = typed(preview)
    assert late is not None
    assert after["sent"] - before["sent"] == late.rows_read > 0
    assert after["waiting"] == sum(n for name, n in late.rows_out.items() if name in PERSONS) > 0
    assert (after["replaced"], after["refused"]) == (0, 0)
