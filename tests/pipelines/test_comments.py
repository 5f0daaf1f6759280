"""A source that suddenly sends half or double is asked why, and its answer is kept."""

import datetime as dt
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest

from data_contracts import load
from data_contracts.verdict import Verdict
from pipelines import commands, comments, explain, inbox, screen_verdicts, submissions
from pipelines.inbox import Received
from pipelines.settings import Workspace
from pipelines.submissions import ReasonRefused
from sources.synthetic import Region
from tests.pipelines.workspaces import copied, of_belmora, tree, workspace
from tests.tables import table

pytestmark = pytest.mark.xdist_group("tiny")
START = dt.datetime(2024, 3, 1, tzinfo=dt.UTC)
WHY = "The northern office joined the register this year."


def day(number: int) -> dt.datetime:
    return START + dt.timedelta(days=number)


def kept(period: str, rows: int, country: str = "XAB") -> Verdict:
    """A verdict over victims of one period, who were accepted."""
    return Verdict(
        verdict="ok", rows_out={"victims": rows}, countries=(country,), periods=(period,)
    )


def before(place: Workspace, number: int, found: Verdict, layout: str = "xab_ministry") -> None:
    """A submission of an earlier day that was taken in with this verdict."""
    one = Received(
        submission=f"{number:032x}",
        layout=layout,
        period=None,
        country=None,
        sha256="",
        files=0,
        received=day(number),
    )
    for folder, record in (("inbox", one), ("verdicts", found)):
        place[folder].mkdir(exist_ok=True)
        (place[folder] / f"{one.submission}.json").write_text(record.model_dump_json())


def asked(place: Workspace, found: Verdict, by: int = 100) -> list[str]:
    """The codes of the comments on a verdict."""
    told = comments.commented(place, found, load.layout("xab_ministry"), day(by))
    assert [f for f in told.faults if f not in found.faults and f.severity != "comment"] == []
    assert told.verdict == (found.verdict if told.faults == found.faults else "comments")
    return [fault.code for fault in told.faults if fault not in found.faults]


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return workspace(tmp_path / "region")


# By hand: less than half, more than double, never where both are below twenty.
SUDDEN = table("""
before | now | says
40     | 20  |
40     | 19  | VOLUME-01
41     | 20  | VOLUME-01
40     | 80  |
40     | 81  | VOLUME-02
19     | 3   |
3      | 19  |
9      | 20  | VOLUME-02
20     | 9   | VOLUME-01
0      | 20  | VOLUME-02
20     | 0   | VOLUME-01
0      | 0   |
""")


@pytest.mark.parametrize(("then", "now", "says"), SUDDEN.rows())
def test_half_and_double_are_asked_about_unless_few(
    then: int, now: int, says: str | None, place: Workspace
) -> None:
    before(place, 1, kept("2023-Q1", then))
    assert asked(place, kept("2023-Q2", now)) == ([says] if says else [])


def test_the_first_quarter_of_a_source_is_compared_with_nothing(place: Workspace) -> None:
    assert asked(place, kept("2023-Q1", 5_000)) == []
    before(place, 1, kept("2023-Q1", 40, "XAA"), "xaa_police")
    assert asked(place, kept("2023-Q1", 5_000)) == []


def test_a_year_is_compared_with_a_year_and_a_quarter_with_a_quarter(place: Workspace) -> None:
    before(place, 1, kept("2022", 400))
    assert asked(place, kept("2023-Q1", 100)) == []
    assert asked(place, kept("2023", 401)) == []
    assert asked(place, kept("2023", 199)) == [comments.FEWER]


def test_what_counts_is_the_last_that_was_sent_of_the_nearest_period(place: Workspace) -> None:
    before(place, 1, kept("2023-Q1", 400))
    before(place, 2, kept("2022-Q4", 100))
    assert asked(place, kept("2023-Q2", 150)) == [comments.FEWER]
    before(place, 3, kept("2023-Q1", 100))
    assert asked(place, kept("2023-Q2", 150)) == []
    assert asked(place, kept("2023-Q1", 40)) == [comments.FEWER]
    assert asked(place, kept("2022-Q3", 10)) == [], "nothing was sent of so early a period"


def test_what_came_later_or_was_refused_or_has_not_been_taken_in_does_not_count(
    place: Workspace,
) -> None:
    before(place, 1, kept("2023-Q1", 400).model_copy(update={"verdict": "faults"}))
    before(place, 50, kept("2023-Q1", 400))
    assert asked(place, kept("2023-Q2", 40), by=50) == []
    (place["verdicts"] / f"{50:032x}.json").unlink()
    assert asked(place, kept("2023-Q2", 40)) == []


def test_what_is_refused_is_asked_nothing(place: Workspace) -> None:
    before(place, 1, kept("2023-Q1", 400))
    refused = kept("2023-Q2", 0).model_copy(update={"verdict": "faults"})
    assert asked(place, refused) == []


@pytest.mark.parametrize("language", explain.LANGUAGES)
def test_the_comment_tells_no_count(language: str, place: Workspace) -> None:
    before(place, 1, kept("2023-Q1", 400))
    layout = load.layout("xab_ministry")
    told = comments.commented(place, kept("2023-Q2", 123), layout, day(9))
    (fault,) = explain.in_words(told, language).faults
    assert (fault.file, fault.row, fault.column) == ("victims", None, None)
    assert not [letter for letter in fault.message + fault.remedy if letter.isdigit()]
    assert "--reason" in fault.remedy


@pytest.fixture
def second(sent: Workspace, tiny: Region, tmp_path: Path) -> tuple[Workspace, Namespace]:
    """Belmora's first quarter taken in, and its second with few of its victims, as asked for."""
    place = copied(sent, tmp_path / "own")
    first, *others = inbox.received(place)
    submissions.take_in(place, first)
    for one in others:
        (place["inbox"] / f"{one.submission}.json").unlink()
    files = []
    for file in of_belmora(tiny)[1].files:
        short = tmp_path / file.name
        short.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:9]))
        files.append(short)
    asked = {"workspace": place.root, "files": files, "layout": "xab_ministry"}
    more = {
        "period": "2023-Q2",
        "country": "XAB",
        "language": "en",
        "reason": None,
        "confirmed_by": None,
    }
    return place, Namespace(**asked, **more)


def codes(answer: tuple[Any, int]) -> set[str]:
    facts, code = answer
    assert code == 0
    return {fault["code"] for fault in facts.get("check", facts)["faults"]}


def test_a_submission_is_asked_and_its_reason_is_kept_and_shown(
    second: tuple[Workspace, Namespace], capsys: pytest.CaptureFixture[str]
) -> None:
    place, asked = second
    assert comments.FEWER in codes(commands.check(asked))
    asked.workspace = None
    assert comments.FEWER not in codes(commands.check(asked)), "there is nothing to compare with"
    asked.workspace = place.root
    assert comments.FEWER in codes(commands.submit(asked))
    assert [one.reason for one in inbox.received(place)] == [None, None]
    asked.reason = f"  {WHY}\n"
    assert comments.FEWER in codes(commands.submit(asked))
    listed, _ = commands.sent(asked)
    assert [one["reason"] for one in listed] == [None, WHY]
    screen_verdicts.submissions(listed)
    assert WHY in " ".join(capsys.readouterr().out.split())


# Everything here is invented.
PERSONAL = [
    ("Ask ines@shelter.example, she counted.", "EMAIL"),
    ("One client, 30111222, came each week.", "ID_NUMBER"),
    ("We thank Mrs Ines Vialta, who counted all of the clients.", "PERSON"),
    ("kantor baru di utara mulai mencatat sejak tahun ini", "--confirmed-by NAME"),
    ("", "plain text"),
    ("word " * 200, "plain text"),
    ("\x1b[2J gone", "plain text"),
]


@pytest.mark.parametrize(("reason", "says"), PERSONAL)
def test_a_reason_that_may_name_a_person_is_refused_unquoted_and_nothing_is_kept(
    reason: str, says: str, second: tuple[Workspace, Namespace]
) -> None:
    place, asked = second
    asked.reason = reason
    before = tree(place.root)
    with pytest.raises(ReasonRefused, match=says) as refused:
        commands.submit(asked)
    assert not [word for word in reason.split()[:6] if len(word) > 6 and word in str(refused.value)]
    assert refused.value.exit_code == 2
    assert tree(place.root) == before


def test_a_reason_in_another_language_is_kept_with_the_name_of_who_read_it(
    second: tuple[Workspace, Namespace],
) -> None:
    place, asked = second
    asked.reason, asked.confirmed_by = (
        "kantor baru di utara mulai mencatat sejak tahun ini",
        "Focal point of Belmora",
    )
    commands.submit(asked)
    told = inbox.received(place)[-1]
    assert (told.reason, told.confirmed_by) == (asked.reason, asked.confirmed_by)
    assert load.layout(told.layout).country == "XAB"


def test_who_confirms_does_not_make_personal_data_sayable() -> None:
    with pytest.raises(ReasonRefused, match="EMAIL"):
        submissions.sayable("Ask ines@shelter.example, she counted.", "Focal point")
