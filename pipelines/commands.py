"""What each command does: from parsed arguments to facts; ``screen`` shows them, ``cli`` parses.

A function here returns the object that ``--json`` prints and the exit code.
"""

import datetime as dt
import os
from argparse import Namespace
from collections.abc import Mapping
from typing import Any

from data_contracts import load, periods
from data_contracts.verdict import Verdict
from pipelines import commands_keys as keys
from pipelines import (
    commands_nodes,
    commands_sealing,
    comments,
    denominators,
    explain,
    inbox,
    settings,
    submissions,
    systems,
    takings,
)
from pipelines import commands_reviews as reviews
from pipelines.commands_releases import (
    Answer,
    audit,
    export,
    release_diff,
    release_list,
    release_publish,
    release_revisions,
    release_show,
    release_withdraw,
    vintages,
    warehouse,
)
from pipelines.errors import WRONG_DATA
from pipelines.settings import Workspace


def _compared(
    workspace: Workspace, layout: str, found: Verdict, by: dt.datetime | None = None
) -> Verdict:
    return comments.commented(workspace, found, load.layout(layout), by or dt.datetime.now(dt.UTC))


def check(asked: Namespace) -> Answer:
    """Judge files where they are."""
    found = submissions.check(asked.files, asked.layout, asked.period, asked.country)
    lacking: list[dict[str, Any]] = []
    if asked.workspace:
        workspace = settings.opened(asked.workspace)
        found = _compared(workspace, asked.layout, found)
        sent = (one.layout for one in submissions.accepted(workspace))
        lacking = denominators.expected(load.layout(asked.layout), sent)
    return explain.checked(found, asked.language) | {"lacking": lacking}, explain.exit_code(found)


def submit(asked: Namespace) -> Answer:
    """Judge files and seal them into the inbox."""
    workspace = settings.opened(asked.workspace)
    if commands_sealing.is_package(asked.files):
        return commands_sealing.submit(workspace, asked)
    if not asked.layout:
        raise commands_sealing.WrongWords("Say in which layout the files are: --layout L.")
    systems.of_region(workspace.is_national)
    from pipelines import speakers

    now = dt.datetime.now(dt.UTC)
    told = (asked.reason, asked.confirmed_by)
    one, found = submissions.submit(
        workspace, asked.files, asked.layout, asked.period, asked.country, now, *told
    )
    found = _compared(workspace, asked.layout, found, one.received)
    refused = found.verdict == "faults"
    answer = {
        "submission": None if refused else one.submission,
        "sha256": one.sha256,
        "state": "refused" if refused else speakers.states(workspace)[one.submission],
        "check": explain.checked(found, asked.language),
    }
    return answer, explain.exit_code(found)


def sent(asked: Namespace) -> Answer:
    """Who has sent what, and who has to send it again."""
    from pipelines import inbox, senders, speakers

    workspace = settings.opened(asked.workspace)
    states = speakers.states(workspace)
    doubtful = senders.doubtful(workspace)
    again = {one["submission"]: one["reason"] for one in speakers.resend(workspace)}
    asks = comments.asked(workspace)
    return [
        _sent(workspace, one, states[one.submission])
        | {"comments": asks.get(one.submission, {}), "resend": again.get(one.submission)}
        | {"kept": one.is_kept(workspace), "withdrawn": _day(doubtful.get(one.submission))}
        for one in inbox.received(workspace)
    ], 0


def _day(then: dt.datetime | None) -> str | None:
    return then.date().isoformat() if then else None


def _sent(workspace: Workspace, one: inbox.Received, state: str) -> dict[str, Any]:
    layout = load.layout(one.layout)
    found = takings.last(workspace, one.submission)
    when = list(found.periods) if found else [one.period] if one.period else []
    days = load.contract(next(iter(layout.feeds))).sla.get("latency")
    dated = layout.replaces == "country_period" and when and isinstance(days, int)
    return {
        "submission": one.submission,
        "layout": one.layout,
        "source": layout.source,
        "datasets": list(found.rows_out if found else layout.feeds),
        "countries": list(found.countries) if found else [one.country] if one.country else [],
        "periods": when,
        "state": state,
        "received": one.received.isoformat(timespec="seconds"),
        "due": periods.due(max(when), int(days)).isoformat() if dated and days else None,
        "rows": found.rows_kept if found else None,
        "reason": one.reason,
        "confirmed_by": one.confirmed_by,
    }


def run(asked: Namespace) -> Answer:
    """Bring whatever is new up to a release candidate."""
    from pipelines import annual, cohorts
    from pipelines.run import run as line

    workspace, now = settings.opened(asked.workspace), dt.datetime.now(dt.UTC)
    commands_sealing.regional_only(workspace)
    workspace = annual.asked(workspace, asked.revision, now) if asked.revision else workspace
    workspace = cohorts.asked(workspace, asked.cohort, now) if asked.cohort else workspace
    return line(workspace).model_dump(), 0


def conformance(asked: Namespace) -> Answer:
    """How much of what each source sent other standards can say."""
    from pipelines import conformity

    workspace = settings.opened(asked.workspace)
    return conformity.told(workspace, asked.source, asked.standard), 0


def layout_list(asked: Namespace) -> Answer:
    """The layouts there are."""
    facts = ("title", "source", "country", "frequency", "public")
    return [
        {"layout": n, **one.model_dump(include=set(facts))} for n, one in load.layouts().items()
    ], 0


def layout_show(asked: Namespace) -> Answer:
    """What a layout reads: its files, their columns, and which contracts they feed."""
    layout = load.layout(asked.layout)
    files = {
        name: {"formats": list(spec.formats), "columns": sorted(layout.columns(name))}
        for name, spec in layout.files.items()
    }
    facts = layout.model_dump(exclude={"files", "feeds", "labels"})
    return facts | {"files": files, "feeds": {n: feed.file for n, feed in layout.feeds.items()}}, 0


def layout_suggest(asked: Namespace) -> Answer:
    """A draft layout for a file that nobody has described yet."""
    from pipelines import suggest

    return suggest.suggest(asked.file, asked.output, asked.language), 0


def scan(asked: Namespace) -> Answer:
    """Look for personal data in files; where they stand, never what they are."""
    from pipelines import scan as looking

    answer = looking.scan(asked.path, asked.language)
    return answer, WRONG_DATA if answer["found"] or answer["unreadable"] else 0


def demo(asked: Namespace) -> Answer:
    """Make whole workspaces from the bundled samples, up to published releases."""
    from pipelines import demo as whole

    return whole.demo(asked.into, asked.size), 0


def _become(command: list[str], environment: Mapping[str, str]) -> Answer:
    """Replace this process by a server, so that stopping one stops the other."""
    os.execve(command[0], command, dict(environment))  # noqa: S606 # our own interpreter


def explorer(asked: Namespace) -> Answer:
    """Serve the explorer over the releases of one workspace, or of all in a folder."""
    from dashboards.explorer import serve
    from pipelines import releases

    found = settings.found(asked.workspace)
    folders = [workspace[releases.RELEASES] for workspace in found]
    shown = [folder for folder in folders if folder.exists()]
    if not shown:
        raise releases.NoSuchRelease(
            "Nothing is published yet: run `tipstat run`, then `tipstat release publish`."
        )
    environment = serve.environment(settings.surroundings())
    return _become(serve.command(shown, asked.port), environment)


def dagster(asked: Namespace) -> Answer:
    """Serve Dagster's own pages over a workspace."""
    import sys

    from pipelines.run import home

    workspace = settings.opened(asked.workspace)
    command = [sys.executable, "-m", "dagster_webserver", "-m", "pipelines.definitions"]
    address = ["-h", "127.0.0.1", "-p", str(asked.port or 3000)]
    own = {"DAGSTER_HOME": str(home(workspace)), "TIPSTAT_WORKSPACE": str(workspace.root)}
    return _become([*command, *address], settings.surroundings() | own)


COMMANDS = {
    "check": check,
    "submit": submit,
    "submissions": sent,
    "init": commands_sealing.init,
    "seal": commands_sealing.seal,
    "card": commands_sealing.card,
    "welcome": commands_sealing.welcome,
    "senders": commands_nodes.known,
    "withdraw": commands_nodes.withdraw,
    "destroy": commands_nodes.destroy,
    "run": run,
    "audit": audit,
    "release list": release_list,
    "release show": release_show,
    "release diff": release_diff,
    "release revisions": release_revisions,
    "release publish": release_publish,
    "release withdraw": release_withdraw,
    "release preview": reviews.preview,
    "release open": reviews.open_preview,
    "release review": reviews.review,
    "reviewer init": reviews.init,
    "reviewer welcome": reviews.welcome,
    "portal": reviews.portal,
    "portal link": reviews.portal_link,
    "log show": reviews.log_show,
    "log verify": reviews.log_verify,
    "vintages": vintages,
    "warehouse": warehouse,
    "export": export,
    "conformance": conformance,
    "keys init": keys.init,
    "keys show": keys.show,
    "keys check": keys.check,
    "keys rotate": keys.rotate,
    "keys hand": keys.hand,
    "layout list": layout_list,
    "layout show": layout_show,
    "layout suggest": layout_suggest,
    "demo": demo,
    "scan": scan,
    "explorer": explorer,
    "dagster": dagster,
}


def answer(asked: Namespace) -> Answer:
    """Do what was asked; what is written on the way is for this account only."""
    settings.private()
    return COMMANDS[asked.command](asked)
