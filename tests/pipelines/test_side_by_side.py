"""What several submissions that are taken in at once do to a workspace."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from data_contracts import load
from pipelines import promises, whole
from tests.pipelines.workspaces import workspace

AT_ONCE = 4


def test_submissions_that_are_taken_in_at_once_keep_their_promises_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = workspace(tmp_path / "region")
    datasets = sorted(load.contracts())[:2]
    put, start = whole._put, threading.Barrier(AT_ONCE)

    def slowly(path: Path, data: bytes, mode: int) -> None:
        put(path, data, mode)
        time.sleep(0.05)

    def remembered(names: Sequence[str]) -> dict[str, str]:
        start.wait()
        return promises.remember(place, names)

    monkeypatch.setattr(whole, "_put", slowly)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(remembered, [datasets] * AT_ONCE))
    kept = {f"{name}.json" for name in found[0].values()}
    assert found == [found[0]] * AT_ONCE
    assert {file.name for file in place[promises.FOLDER].iterdir()} == kept
