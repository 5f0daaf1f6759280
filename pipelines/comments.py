"""What is asked about submissions that are accepted, and which senders have not answered yet.

The rules of contracts ask about rows; here it is asked why a source suddenly sends half or double.
Only counts of verdicts are compared, a dataset at a time. A comment changes no row and no number,
and never says how many rows there were before: it asks the sender whether the change is real.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from data_contracts import load
from data_contracts.layout import Layout
from data_contracts.periods import frequency
from data_contracts.policy import Policy
from data_contracts.verdict import Fault, Verdict
from pipelines import inbox, submissions, takings
from pipelines.inbox import Received
from pipelines.settings import Workspace
from transforms import vintage

FEWER, MORE = "VOLUME-01", "VOLUME-02"
# A period without a row is told, not asked about.
TOLD = {"NIL-01"}
# Each submission that was accepted, with its layout and its last verdict, in the order of receipt.
Past = Sequence[tuple[Received, Layout, Verdict]]


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
    return (
        found if takings.refused(found) else _compared(found, layout, by, _past(workspace, layout))
    )


def asked(workspace: Workspace) -> dict[str, dict[str, int | None]]:
    """Each accepted submission to the codes that ask about it, with the rows of each."""
    past = _past(workspace)
    every = ((one, _compared(found, layout, one.received, past)) for one, layout, found in past)
    return {
        one.submission: {code: n for code, n in found.comments.items() if code not in TOLD}
        for one, found in every
    }


def unanswered(workspace: Workspace) -> Iterator[dict[str, Any]]:
    """The submissions that are asked about, no later one replaced, and nobody gave a reason for."""
    newest = vintage.current(submissions.accepted(workspace), load.layouts(), {})
    speaking = {takings.submission_of(taking) for taking in newest.values()}
    codes = asked(workspace)
    for one in inbox.received(workspace):
        if one.submission in speaking and one.reason is None and codes[one.submission]:
            found = takings.last(workspace, one.submission)
            yield {
                "submission": one.submission,
                "layout": one.layout,
                "source": load.layout(one.layout).source,
                "countries": found.countries if found else (),
                "periods": found.periods if found else (),
                "comments": codes[one.submission],
            }


def _past(workspace: Workspace, like: Layout | None = None) -> Past:
    """What was accepted; only of the source of ``like``, if one is given."""
    layouts = ((one, load.layout(one.layout)) for one in inbox.received(workspace))
    own = ((one, of) for one, of in layouts if like is None or of.source == like.source)
    read = ((one, of, takings.last(workspace, one.submission)) for one, of in own)
    return [(one, of, found) for one, of, found in read if found and not takings.refused(found)]


def _compared(found: Verdict, layout: Layout, by: dt.datetime, past: Past) -> Verdict:
    earlier = [v for one, of, v in past if one.received < by and of.source == layout.source]
    before = _before(found, layout, earlier)
    sudden = tuple(dict.fromkeys(_sudden(found, layout, before, load.policy())))
    comments = found.comments | dict.fromkeys(fault.code for fault in sudden)
    told = {"verdict": "comments", "faults": (*sudden, *found.faults), "comments": comments}
    return found.model_copy(update=told) if sudden else found


def _sudden(
    found: Verdict, layout: Layout, before: Sequence[Verdict], policy: Policy
) -> Iterator[Fault]:
    for dataset, now in sorted(found.rows_out.items()):
        then = [one.rows_out[dataset] for one in before if dataset in one.rows_out]
        if then and (says := code(now, then[-1], policy)):
            yield Fault(code=says, severity="comment", file=layout.feeds[dataset].file)


def _before(found: Verdict, layout: Layout, earlier: Iterable[Verdict]) -> list[Verdict]:
    """What was accepted for such periods up to this one's; the nearest last."""
    alike = [one for one in earlier if _kind(one, layout) == _kind(found, layout)]
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
