"""What the benchmark of the audit measures, on registers that are too small to tell any cost."""

from typing import Any

import pytest
from polars.testing import assert_frame_equal

from anonymize import audit, repair
from anonymize.audit_coded import KEYS
from anonymize.audit_sheets import Reader
from benchmarks import auditing
from benchmarks.cubes import Size, cubes
from data_contracts import load

# Some of this cube fails before its repair.
REGISTER, DENSE, SEED = auditing.SMALL, auditing.DENSE, 6


@pytest.fixture
def is_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    """A repair that hides nothing and says that nothing is left."""

    def secure(tables: Any, specs: Any, policy: Any, **given: Any) -> Any:
        found = audit.attack(tables, specs, policy, other_rule={}, **given)
        fields = {name: [*KEYS, *spec.dimensions] for name, spec in specs.items()}
        keys = {name: tables[name].select(columns).clear() for name, columns in fields.items()}
        return repair.Repaired(tables, keys), found.model_copy(update={"failing": 0})

    monkeypatch.setattr(auditing, "secure", secure)


def test_after_repair_nothing_fails_for_either_reader() -> None:
    found = auditing.repaired(REGISTER, DENSE, SEED)
    assert found.before > 0
    assert (found.by_belief, found.by_reasons) == (0, 0)
    assert found.hidden > 0


@pytest.mark.usefixtures("is_idle")
def test_what_fails_after_repair_is_not_taken_from_its_own_report() -> None:
    found = auditing.repaired(REGISTER, DENSE, SEED)
    assert (found.by_belief, found.hidden) == (0, 0)
    assert found.by_reasons > 0


def test_a_large_release_is_repaired_as_any_other() -> None:
    policy = load.policy()
    drawn = cubes(REGISTER, DENSE, policy, SEED)
    after, hidden, look = auditing.looked(
        Reader(REGISTER.specs, REGISTER.contracts, policy, REGISTER.lists), drawn.tables
    )
    expected, _ = repair.secure(
        drawn.tables, REGISTER.specs, policy, contracts=REGISTER.contracts, lists=REGISTER.lists
    )
    for name, frame in expected.tables.items():
        assert_frame_equal(after[name], frame)
        assert_frame_equal(hidden[name], expected.hidden[name])
    assert look.hidden == sum(map(len, hidden.values())) > 0
    assert look.failing == 0


def test_its_audit_knows_why_each_cell_is_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    known: list[Any] = []
    true = audit.attack

    def noted(*given: Any, **named: Any) -> audit.Report:
        known.append(named["other_rule"])
        return true(*given, **named)

    monkeypatch.setattr(auditing, "attack", noted)
    costs = auditing.release(REGISTER, DENSE, SEED)
    drawn = cubes(REGISTER, DENSE, load.policy(), SEED)
    told = sum(map(len, drawn.other_rule.values()))
    assert sum(map(len, known[0].values())) == told + costs.look.hidden
    assert costs.audit.failing == 0
    assert costs.cells == sum(map(len, drawn.tables.values()))


@pytest.mark.parametrize(
    ("cells", "countries"), [(1, 1), (9_560, 1), (9_561, 2), (95_600, 10), (100_000, 11)]
)
def test_a_release_has_at_least_the_cells_that_are_asked_for(cells: int, countries: int) -> None:
    assert auditing.at_least(cells).countries == countries


def test_countries_have_the_cells_that_the_size_is_taken_from() -> None:
    drawn = cubes(auditing.LARGE, Size(), load.policy(), 1)
    assert sum(map(len, drawn.tables.values())) == auditing.CELLS_A_YEAR


@pytest.mark.parametrize(("regional", "goal"), [(0, 300), (80, 600)])
def test_each_figure_stands_beside_its_goal(regional: int, goal: int) -> None:
    look, audit = auditing.Look(100, 12, 1, 3, 200), auditing.Audit(240, 7_000, 2, 300)
    told = list(auditing.told(auditing.Costs(9_999, regional, look, audit)))
    assert told == [
        f"9,999 cells, {regional} of the region, 7,000 targets",
        "repair, first look: 100 s",
        "repair, hiding and looking anew: 12.0 s, 12% of its first look and 5% of the audit "
        "(goal: 20%), 200 MiB, failing by its belief 1, hidden 3 more",
        "audit of what is left, with true reasons: 240 s "
        f"(goal: {goal} s), 300 MiB (goal: 4096 MiB), failing 2",
    ]


def test_every_cube_is_told_and_all_of_them_together(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = iter([auditing.Mended(1, 2, 5, 0, 1, 3), auditing.Mended(1, 2, 4, 2, 0, 1)])
    monkeypatch.setattr(auditing, "repaired", lambda *given: next(found))
    auditing.main(["--cubes", "2", "--cells", "0"])
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("cube 0 seed 0: attack 1.0 s, repair 2.0 s, failing 5 before, ")
    assert told[-1] == (
        "2 cubes: failing 9 before, after repair 2 by its belief and 1 by true reasons, "
        "hidden 4 more"
    )
