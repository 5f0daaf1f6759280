"""A cohort is paid for once: also by two at a time, and by one that is killed."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from pipelines.budget import NOTHING, Damaged, Line, Overspent, lines, spend, spent
from pipelines.errors import ENVIRONMENT, WRONG_USAGE

ROOT = Path(__file__).parents[2]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "budgets" / "budget.jsonl"


def pay(book: Path, *cohorts: str, cost: int = 88, **more: list[str]) -> Line:
    return spend(book, cohorts, cost, 88, "synthetic rows", **more)


def test_what_was_spent_stands_there_line_by_line(book: Path) -> None:
    one, other = pay(book, "XAA 2025"), pay(book, "XAC 2025", "XAB 2025")
    assert lines(book) == [one, other]
    assert (one.before, other.before) == (NOTHING, one.seal)
    assert other.cohorts == ("XAB 2025", "XAC 2025")
    assert [spent(lines(book), f"XA{of} 2025") for of in "ABCD"] == [88, 88, 88, 0]
    assert {json.loads(text)["purpose"] for text in book.read_text().splitlines()} == {
        "synthetic rows"
    }


def test_nobody_is_paid_for_twice_and_what_is_refused_writes_nothing(book: Path) -> None:
    pay(book, "XAA 2025")
    before = book.read_bytes()
    with pytest.raises(Overspent, match="XAA 2025") as refused:
        pay(book, "XAB 2025", "XAA 2025", cost=1)
    assert refused.value.exit_code == WRONG_USAGE
    assert book.read_bytes() == before
    pay(book, "XAB 2025")


def test_parts_add_up_to_the_limit_exactly(book: Path) -> None:
    pay(book, "XAA 2025", cost=40)
    pay(book, "XAA 2025", cost=48)
    with pytest.raises(Overspent):
        pay(book, "XAA 2025", cost=1)


@pytest.mark.parametrize(("cohorts", "cost"), [((), 1), (("XAA 2025",), 0), (("XAA 2025",), -88)])
def test_an_expense_is_of_somebody_and_more_than_nothing(
    book: Path, cohorts: tuple[str, ...], cost: int
) -> None:
    with pytest.raises(ValueError, match="more than nothing"):
        pay(book, *cohorts, cost=cost)
    assert not book.exists()


def written(book: Path) -> list[str]:
    for of in "ABC":
        pay(book, f"XA{of} 2025")
    return book.read_text().splitlines(keepends=True)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: [text[0].replace("88", "8"), *text[1:]],
        lambda text: text[1:],
        lambda text: [text[0], text[2]],
        lambda text: [text[1], text[0], text[2]],
        lambda text: [*text, text[2]],
        lambda text: [*text[:2], text[2][:40]],
        lambda text: ["nonsense\n"],
    ],
    ids=["changed", "first gone", "one gone", "swapped", "twice", "torn", "nonsense"],
)
def test_a_budget_that_was_tampered_with_is_found_out(book: Path, damage: object) -> None:
    text = written(book)
    assert callable(damage)
    book.write_text("".join(damage(text)))
    with pytest.raises(Damaged, match="backup") as refused:
        pay(book, "XAD 2025")
    assert refused.value.exit_code == ENVIRONMENT


def test_a_budget_that_was_cut_is_found_out_by_what_releases_kept(book: Path) -> None:
    text = written(book)
    seals = [line.seal for line in lines(book)]
    book.write_text("".join(text[:2]))
    with pytest.raises(Damaged):
        pay(book, "XAC 2025", seals=seals)
    book.unlink()
    with pytest.raises(Damaged):
        pay(book, "XAA 2025", seals=seals[:1])


RACE = """
import sys, time
from pathlib import Path
from pipelines.budget import Overspent, spend
while time.time() < float(sys.argv[2]):
    pass
try:
    spend(Path(sys.argv[1]), ["XAA 2025"], 88, 88, "synthetic rows")
    print("paid")
except Overspent:
    print("refused")
"""


def test_of_several_at_once_one_pays(book: Path) -> None:
    import time

    start = str(time.time() + 2)
    command = [sys.executable, "-c", RACE, str(book), start]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(4)
    ]
    said = sorted(one.communicate()[0].strip() for one in running)
    assert said == ["paid", "refused", "refused", "refused"]
    assert len(lines(book)) == 1


KILLED = textwrap.dedent(
    """
    import os, signal, sys
    from pathlib import Path
    import polars as pl
    from anonymize import microdata_tables
    from data_contracts import load
    from pipelines import microdata
    def killed(*given):
        os.kill(os.getpid(), signal.SIGKILL)
    microdata_tables.counted = killed
    declared, book = load.microdata(), Path(sys.argv[1])
    nobody = {"person": pl.Int64, "case": pl.String} | dict.fromkeys(declared.domains, pl.String)
    none = pl.DataFrame(schema=nobody)
    microdata.look(book, ["XAA 2025"], none, declared, book.with_name("noisy.json"))
    """
)


def test_a_run_that_is_killed_before_its_first_look_has_spent_all_the_same(book: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(book)], check=False, cwd=ROOT, capture_output=True
    )
    assert ended.returncode == -signal.SIGKILL
    (line,) = lines(book)
    with pytest.raises(Overspent):
        spend(book, line.cohorts, line.millionths, line.millionths, "synthetic rows")


def test_the_lock_is_not_swept_away_and_holds_nobody_up_afterwards(book: Path) -> None:
    pay(book, "XAA 2025")
    pay(book, "XAB 2025")
    assert sorted(os.listdir(book.parent)) == ["budget.jsonl", "budget.lock"]
