"""Every part of the benchmarks runs by itself and in the whole, with the sizes it is given."""

from typing import Any

import pytest

from benchmarks import run

CALLS = {
    "costs": (
        "checking texts patterns linking.beside noise sealing rules pseudonyms counting intake"
    ),
    "audit": "auditing",
    "attacks": "attacks late_victim",
    "usefulness": "usefulness headlines",
    "microdata": "microdata microdata_attacks",
}


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[Any, ...]]]:
    """What was called of all modules, none of which runs."""
    found: list[tuple[str, tuple[Any, ...]]] = []

    def noted(name: str) -> Any:
        return lambda *given: found.append((name, given))

    for name in " ".join(CALLS.values()).split():
        module, _, function = name.partition(".")
        monkeypatch.setattr(getattr(run, module), function or "main", noted(name))
    return found


@pytest.mark.parametrize("part", CALLS)
def test_a_part_runs_by_itself(part: str, called: list[tuple[str, tuple[Any, ...]]]) -> None:
    run.main([part])
    assert [name for name, _ in called] == CALLS[part].split()


def test_the_whole_is_all_parts(called: list[tuple[str, tuple[Any, ...]]]) -> None:
    run.main([])
    assert [name for name, _ in called] == " ".join(CALLS.values()).split()
    assert list(run.PARTS) == list(CALLS)


def test_sizes_are_those_of_the_goals_or_as_asked(
    called: list[tuple[str, tuple[Any, ...]]],
) -> None:
    run.main(["audit", "attacks"])
    assert called == [
        ("auditing", (["--cubes", "100", "--seeds", "10", "--cells", "100000"],)),
        ("attacks", (["--seeds", "20"],)),
        ("late_victim", (10_000,)),
    ]
    called.clear()
    run.main(["audit", "attacks", "--seeds", "2", "--cubes", "3", "--cells", "0", "--trials", "9"])
    assert called == [
        ("auditing", (["--cubes", "3", "--seeds", "2", "--cells", "0"],)),
        ("attacks", (["--seeds", "4"],)),
        ("late_victim", (9,)),
    ]


def test_a_part_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run.main(["audits"])
    assert "no part is called audits; there are costs, audit," in capsys.readouterr().err
