"""Everything that a country sent is told once, with what became of it, and adds up."""

import datetime as dt
import random
import shutil
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from data_contracts import load
from data_contracts.periods import quarters
from data_contracts.verdict import Fault, Verdict
from pipelines import fates, inbox, submissions
from pipelines.settings import Workspace
from tests.pipelines.stored import store
from tests.pipelines.workspaces import workspace
from transforms import vintage
from transforms.vintage import Slice

DAY = dt.datetime(2025, 8, 1, tzinfo=dt.UTC)
YEAR = quarters("2023")


def piece(period: str) -> Slice:
    return Slice("victims", "xab_ministry", "XAB", period)


def lines(place: Workspace, slices: dict[Slice, str]) -> dict[str, fates.Sent]:
    """What became of each submission of Belmora; fails where one is told twice."""
    told = list(fates.sent(place, slices, "XAB", None))
    found = {one.submission: one for one in told}
    assert len(found) == len(told)
    return found


def send(place: Workspace, period: str, n: int, day: int) -> str:
    """``n`` victims; of a year, spread over its quarters from the first one on."""
    name = store(place, "xab_ministry", period, n, DAY + dt.timedelta(days=day))
    file = place["safe"] / "victims" / f"{name}.parquet"
    rows = pl.read_parquet(file)
    spread = [quarters(period)[number % len(quarters(period))] for number in range(n)]
    rows.with_columns(pl.Series("period", spread, pl.String)).write_parquet(file)
    return name


def answer(place: Workspace, name: str, **changed: object) -> None:
    file = place["verdicts"] / f"{name}.json"
    said = Verdict.model_validate_json(file.read_bytes())
    file.write_text(said.model_copy(update=changed).model_dump_json())


def refuse(place: Workspace, name: str) -> None:
    answer(place, name, verdict="faults", faults=(Fault(code="ROWS-01"),))


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return workspace(tmp_path / "region")


@pytest.mark.parametrize("seed", range(20))
def test_whatever_was_sent_adds_up_and_each_row_goes_where_the_periods_say(
    place: Workspace, seed: int
) -> None:
    """Quarters and years in any order, some refused, some published in between."""
    draw = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
    frozen: dict[Slice, str] = {}
    asked: list[tuple[str, str, int]] = []
    for day in range(8):
        period, n = draw.choice([*YEAR, "2023"]), draw.randrange(1, 30)
        name = send(place, period, n, day)
        if draw.random() < 0.2:
            refuse(place, name)
            asked.append((name, "", n))
            continue
        asked.append((name, period, n))
        if draw.random() < 0.3:
            shut = draw.choice(quarters(period))
            frozen.setdefault(piece(shut), latest(asked)[shut])
    slices = vintage.current(submissions.accepted(place), load.layouts(), frozen)
    told = lines(place, slices)
    newest = latest(asked)
    for name, period, n in asked:
        one = told[name]
        assert one.rows == n == one.kept + one.refused + sum(one.set_aside.values())
        if not period:
            assert (one.fates, one.out, one.refused) == (("refused",), {}, n)
            continue
        expected = Counter[str]()
        for number in range(n):
            own = quarters(period)[number % len(quarters(period))]
            speaks = slices[piece(own)] == name
            expected[
                "speaking" if speaks else "waiting" if newest[own] == name else "replaced"
            ] += 1
        fed = one.out["victims"].model_dump()
        assert fed == {"rows": n, "speaking": 0, "waiting": 0, "replaced": 0} | expected


def latest(asked: list[tuple[str, str, int]]) -> dict[str, str]:
    """The last accepted submission of each quarter."""
    return {q: name for name, period, _ in asked if period for q in quarters(period)}


def test_one_that_covers_several_periods_has_the_fate_of_each(place: Workspace) -> None:
    whole = send(place, "2023", 12, 1)
    second = send(place, "2023-Q2", 5, 2)
    published = {piece("2023-Q1"): "before", piece("2023-Q2"): second}
    slices = {piece(q): whole for q in YEAR} | published
    own = lines(place, slices)
    assert own[whole].fates == ("counted", "waiting", "replaced")
    fed = own[whole].out["victims"]
    assert (fed.speaking, fed.waiting, fed.replaced) == (6, 3, 3)


def test_one_that_was_read_again_is_told_once(place: Workspace) -> None:
    """Of its published quarter as it was read then, of the others as it was read last."""
    name = send(place, "2023", 12, 1)
    again = f"{name}-2"
    files = place["safe"] / "victims"
    rows = pl.read_parquet(files / f"{name}.parquet")
    fewer = rows.filter(~((pl.col("period") == "2023-Q1") & (pl.int_range(pl.len()) > 4)))
    fewer.write_parquet(files / f"{again}.parquet")
    verdicts = place["verdicts"]
    shutil.copy(verdicts / f"{name}.json", verdicts / f"{again}.json")
    told = {"rows_kept": 11, "set_aside": {"fault": 1}, "rows_out": {"victims": fewer.height}}
    answer(place, again, **told)
    slices = {piece(q): again for q in YEAR} | {piece("2023-Q1"): name}
    one = lines(place, slices)[name]
    assert (one.rows, one.kept, one.set_aside, one.fates) == (12, 11, {"fault": 1}, ("counted",))
    assert one.out["victims"] == fates.Fed(rows=12, speaking=12, waiting=0, replaced=0)
    shown = lines(place, {piece(q): name for q in YEAR})[name]
    assert (shown.kept, shown.fates) == (12, ("counted",))


def test_one_that_was_not_read_to_the_end_is_told_without_rows(place: Workspace) -> None:
    name = send(place, "2023-Q3", 4, 1)
    (place["verdicts"] / f"{name}.json").unlink()
    one = lines(place, {})[name]
    assert (one.periods, one.rows, one.fates) == (("2023-Q3",), 0, ("received",))


def test_a_nil_report_that_was_replaced_is_told(place: Workspace) -> None:
    nil, more = (send(place, "2023-Q3", n, day) for day, n in enumerate((0, 4)))
    own = lines(place, {piece("2023-Q3"): more})
    assert (own[nil].fates, own[more].fates) == (("replaced",), ("counted",))


def test_what_others_sent_or_what_is_of_no_persons_is_not_told(place: Workspace) -> None:
    store(place, "xaa_police", "2023-Q1", 3, DAY)
    name = send(place, "2023-Q1", 4, 1)
    (record,) = (one for one in inbox.received(place) if one.submission == name)
    other = {"submission": "f" * 32, "layout": "invented_population"}
    inbox.record(place, record.model_copy(update=other))
    assert list(lines(place, {piece("2023-Q1"): name})) == [name]
