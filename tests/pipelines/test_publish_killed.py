"""Publication that is killed before its n-th step on the disk leaves a candidate or a release."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines import approvals, ledger, releases, signing, whole
from tests.pipelines.approving import approve
from tests.pipelines.drafting import REVIEWERS
from tests.pipelines.releasing import ID, everything, publish

KILLED, ALL = 255, 250
OF_PATHS = ("mkdir", "write_bytes", "chmod", "rename", "replace")
STEPS: list[tuple[Any, str]] = [*((Path, name) for name in OF_PATHS), (whole, "_put")]
STEPS.append((shutil, "rmtree"))


def killed_before(step: int, root: Path) -> int:
    """Publish in a process of its own that ends without a farewell.

    Its exit code is ``KILLED``, or how many steps there are.
    """
    if child := os.fork():
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    left = iter(range(step))

    def counted(own: Callable[..., Any]) -> Callable[..., Any]:
        def one(*words: Any, **named: Any) -> Any:
            # Nothing that would tidy up is run on the way out.
            return own(*words, **named) if next(left, None) is not None else os._exit(KILLED)

        return one

    for place, name in STEPS:
        setattr(place, name, counted(getattr(place, name)))
    publish(root)
    os._exit(step - len(list(left)))


def steps(root: Path) -> int:
    """How many steps a publication takes, tried on a copy."""
    copy = root.with_name("copy")
    shutil.copytree(root, copy)
    return killed_before(ALL, copy)


@pytest.mark.parametrize("step", [*range(1, 61, 6), *range(-6, 1)])
def test_whoever_is_killed_leaves_a_candidate_or_a_whole_release(
    root: Path, candidate: Path, step: int
) -> None:
    approve(root, ID, REVIEWERS)
    before, last = everything(candidate), steps(root)
    assert killed_before(step if step > 0 else last + step, root) == (KILLED if step else last)
    seen = {path.name for path in (root / "releases").glob("[!.]*")}
    if seen:
        signing.verify(root / "releases" / ID)
        approvals.confirm(releases.published(root, ID))
        with pytest.raises(releases.AlreadyPublished):
            publish(root)
    else:
        assert everything(candidate) == before
        assert [one["state"] for one in releases.listed(root)] == ["candidate"]
        publish(root)
    assert [one["state"] for one in releases.listed(root)] == ["published"]
    assert {path.name for path in (root / "releases").iterdir()} == {ID}
    assert ledger.problems(root, releases.anchors(root)) == []
    signing.verify(releases.published(root, ID))


def test_a_release_appears_with_one_step(root: Path, candidate: Path) -> None:
    """Some of the last steps come before the release is there and some after: both are tried."""
    approve(root, ID, REVIEWERS)
    last, kept = steps(root), root.with_name("kept")
    shutil.copytree(root, kept)
    outcomes = []
    for step in range(last - 5, last + 1):
        shutil.rmtree(root)
        shutil.copytree(kept, root)
        killed_before(step, root)
        outcomes.append((root / "releases" / ID).exists())
    assert outcomes == sorted(outcomes)
    assert set(outcomes[:-1]) == {False, True}
