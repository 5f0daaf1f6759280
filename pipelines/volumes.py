"""Suddenly half or double: rows kept now beside those that the same source sent before.

Only counts of verdicts are compared, a dataset at a time. A comment never says how many rows there
were: it asks the sender whether the change is real.
"""

import datetime as dt
from collections.abc import Iterator, Sequence

from data_contracts import load
from data_contracts.layout import Layout
from data_contracts.model import Policy
from data_contracts.periods import frequency
from data_contracts.verdict import Fault, Verdict
from pipelines import submissions, takings
from pipelines.settings import Workspace

FEWER, MORE = "VOLUME-01", "VOLUME-02"


def code(now: int, before: int, policy: Policy) -> str | None:
    """What is sudden about ``now`` rows after ``before``; small numbers are never sudden."""
    if max(now, before) < policy.sudden_change_rows:
        return None
    if now * policy.sudden_change < before:
        return FEWER
    return MORE if now > before * policy.sudden_change else None


def commented(workspace: Workspace, found: Verdict, layout: Layout, by: dt.datetime) -> Verdict:
    """The verdict, with a comment for each file that suddenly brings far fewer or more rows.

    ``by`` is when the submission was received, or now. What is refused is not compared.
    """
    if takings.refused(found):
        return found
    before = _before(workspace, found, layout, by)
    sudden = tuple(dict.fromkeys(_sudden(found, layout, before, load.policy())))
    told = {"verdict": "comments", "faults": (*sudden, *found.faults)}
    return found.model_copy(update=told) if sudden else found


def _sudden(
    found: Verdict, layout: Layout, before: Sequence[Verdict], policy: Policy
) -> Iterator[Fault]:
    for dataset, now in sorted(found.rows_out.items()):
        then = [one.rows_out[dataset] for one in before if dataset in one.rows_out]
        if then and (says := code(now, then[-1], policy)):
            yield Fault(code=says, severity="comment", file=layout.feeds[dataset].file)


def _before(workspace: Workspace, found: Verdict, layout: Layout, by: dt.datetime) -> list[Verdict]:
    """What was accepted of the source for such periods up to this one's; the nearest last."""
    names = [
        one.submission
        for one in submissions.received(workspace)
        if one.received < by and load.layout(one.layout).source == layout.source
    ]
    verdicts = [one for name in names if (one := takings.last(workspace, name))]
    alike = [
        one
        for one in verdicts
        if not takings.refused(one) and _kind(one, layout) == _kind(found, layout)
    ]
    # Of one period the last received stays last: the sort keeps the order of receipt.
    past = [one for one in alike if max(one.periods, default="") <= max(found.periods, default="")]
    return sorted(past, key=lambda one: max(one.periods, default=""))


def _kind(found: Verdict, layout: Layout) -> tuple[object, ...]:
    """What must be equal for counts to be compared: a quarter is not a year, nor one country two.

    A publisher's whole table grows by years and countries and is compared as a whole.
    """
    if layout.replaces == "source":
        return ()
    return found.countries, sorted(frequency(period) for period in found.periods)
