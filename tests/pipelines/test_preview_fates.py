"""What waits, was replaced or was refused is told to the country that sent it, once."""

import csv
import datetime as dt
import html
import io
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

from data_contracts.verdict import Verdict
from pipelines import keystore, preview, reconciling, speakers
from pipelines.settings import Workspace
from tests.pipelines import approving
from tests.pipelines.drafting import LATER
from tests.pipelines.previews import DAY, NEXT, RELEASE, propose, year
from tests.pipelines.stored import store
from tests.pipelines.workspaces import copied

pytestmark = pytest.mark.xdist_group("preview")
FATES = {"counted": 4, "waiting": 1, "replaced": 2, "refused": 1}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return year(tmp_path_factory.mktemp("preview"))


@pytest.fixture
def place(made: Workspace, tmp_path: Path) -> Workspace:
    return copied(made, tmp_path / "region")


@pytest.fixture(scope="module")
def late(made: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The year is published; then come two corrections of a quarter and a file that is refused."""
    folder = tmp_path_factory.mktemp("late")
    place = copied(made, folder / "region")
    own = place[speakers.VINTAGES] / RELEASE
    shutil.copy(own / speakers.EVERY_SLICE, own / speakers.SLICES)
    approving.publish(place.root, RELEASE, LATER, keystore.signing_key(place))
    for hour, n in enumerate((7, 8)):
        store(place, "xab_ministry", "2023-Q2", n, LATER + dt.timedelta(hours=1 + hour))
    refused(place, store(place, "xab_ministry", "2023-Q3", 9, LATER + dt.timedelta(hours=3)))
    propose(place, folder)
    return place


@pytest.fixture(scope="module")
def told(late: Workspace) -> reconciling.Account:
    return reconciling.account(late, NEXT, "XAB")


def refused(place: Workspace, name: str) -> None:
    file = place["verdicts"] / f"{name}.json"
    said = Verdict.model_validate_json(file.read_bytes())
    facts = {"verdict": "faults", "set_aside": {"fault": 4}, "rows_kept": 5}
    file.write_text(said.model_copy(update=facts).model_dump_json())


def test_what_waits_was_replaced_or_was_refused_is_told_once(told: reconciling.Account) -> None:
    lines = Counter((one.periods, one.rows, one.refused, one.fates) for one in told.sent)
    of = {n: (f"2023-Q{n}",) for n in range(1, 5)}
    assert lines == Counter(
        [
            (of[1], 5, 0, ("counted",)),
            (of[2], 25, 0, ("counted",)),
            (of[2], 7, 0, ("replaced",)),
            (of[2], 8, 0, ("waiting",)),
            (of[3], 45, 0, ("counted",)),
            (of[3], 9, 9, ("refused",)),
            (of[4], 65, 0, ("replaced",)),
            (of[4], 43, 0, ("counted",)),
        ]
    )
    (victims,) = told.became
    assert (victims.waiting, victims.replaced, victims.persons) == (8, 7 + 65, 5 + 25 + 45 + 39)


def test_everything_sent_is_in_one_line_that_says_what_became_of_it(
    told: reconciling.Account,
) -> None:
    sums = Counter[str]()
    for what, *_, n in list(csv.reader(io.StringIO(preview.reconciliation(told))))[1:]:
        sums[what.partition(":")[0].partition(",")[0]] += int(n)
    assert sums["sent"] == 5 + 25 + 45 + 65 + 43 + 7 + 8 + 9
    ends = ("waiting", "replaced", "not_counted", "duplicates", "persons")
    assert sums["sent"] == sums["set aside"] + sums["refused"] + sum(sums[end] for end in ends)
    said = dict(preview.written(preview.Made(told, False)))
    assert [said[name] for name in ("sent", "set_aside", "refused", "waiting", "replaced")] == [
        *(207, 3, 9, 8, 72)
    ]


@pytest.mark.parametrize("language", preview.LANGUAGES)
def test_the_page_says_what_became_of_each(told: reconciling.Account, language: str) -> None:
    page, said = preview.page(told, {}, language, True), preview.messages()[language]
    cells = Counter(re.findall(r"<td>([^<]*)</td></tr>", page))
    words = {said[f"fate_{n}"]: count for n, count in FATES.items()}
    assert {word: cells[word] for word in words} == words
    assert said["fates"] in html.unescape(page)


def test_of_a_published_release_nothing_is_told_that_came_later(late: Workspace) -> None:
    found = reconciling.account(late, RELEASE, "XAB")
    assert sum(one.rows for one in found.sent) == 5 + 25 + 45 + 65 + 43


def test_who_sent_only_what_was_refused_is_told_so(place: Workspace) -> None:
    refused(place, store(place, "xae_commission", "2023-Q3", 9, DAY))
    found = reconciling.account(place, RELEASE, "XAE")
    assert [(one.rows, one.refused, one.fates) for one in found.sent] == [(9, 9, ("refused",))]
    assert (found.became, found.totals) == ((), ())
