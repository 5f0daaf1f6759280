"""What the commands about releases and vintages do; as in ``commands``, facts and the exit code."""

import datetime as dt
from argparse import Namespace

from pipelines import commands_reviews, settings, submissions
from pipelines.errors import WRONG_DATA

Answer = commands_reviews.Answer


def audit(asked: Namespace) -> Answer:
    """Attack the tables of a release; of a withdrawn one what it showed, with why it was."""
    from pipelines import outputs, releases

    workspace = settings.opened(asked.workspace)
    said = releases.manifest(releases.found(workspace.root, asked.release))
    report = outputs.attack_release(workspace, asked.release)
    # Which cells fail is for people to mend; machines read how many.
    facts = report.model_dump(exclude={"failures"} if asked.json else None)
    facts |= {"withdrawn": said["reason"]} if said["state"] == "withdrawn" else {}
    return facts, WRONG_DATA if report.failing or report.uncertified else 0


def release_list(asked: Namespace) -> Answer:
    """Candidates and releases."""
    from pipelines import releases

    return releases.listed(settings.opened(asked.workspace).root), 0


def release_show(asked: Namespace) -> Answer:
    """What a release holds; of a candidate also its checksum and who decided what."""
    from pipelines import releases

    workspace = settings.opened(asked.workspace)
    folder = releases.found(workspace.root, asked.release)
    facts = releases.shown(folder)
    if facts["state"] == "candidate":
        facts |= commands_reviews.decided(workspace, folder)
    return facts, 0


def release_publish(asked: Namespace) -> Answer:
    """Publish a candidate; the raw files that it was counted from are destroyed."""
    from pipelines import keystore, releases, speakers

    workspace = settings.opened(asked.workspace)
    with settings.locked(workspace):
        folder = releases.publish(
            workspace.root,
            asked.release,
            dt.datetime.now(dt.UTC),
            keystore.signing_key(workspace),
            workspace.configuration.reviewers,
        )
        submissions.destroy(workspace, speakers.frozen(workspace))
    return {"release": asked.release, "state": "published", "folder": str(folder)}, 0


def release_withdraw(asked: Namespace) -> Answer:
    """Put a tombstone in the place of a release."""
    from pipelines import keystore, withdrawal

    workspace = settings.opened(asked.workspace)
    reason = submissions.sayable(asked.reason, asked.confirmed_by)
    with settings.locked(workspace):
        withdrawal.withdraw(
            workspace.root,
            asked.release,
            reason or "",
            dt.datetime.now(dt.UTC),
            workspace.configuration.author,
            keystore.signing_key(workspace),
        )
    return {"release": asked.release, "state": "withdrawn", "reason": reason}, 0


def release_diff(asked: Namespace) -> Answer:
    """What one release says otherwise than another."""
    from pipelines import history

    return history.diff(settings.opened(asked.workspace), asked.before, asked.after), 0


def release_revisions(asked: Namespace) -> Answer:
    """What earlier releases said of the cells that a release states otherwise."""
    from pipelines import history

    return history.revised(settings.opened(asked.workspace), asked.release), 0


def vintages(asked: Namespace) -> Answer:
    """Which submission speaks, or spoke, for which slice."""
    from pipelines import history

    return history.vintages(settings.opened(asked.workspace), asked.as_of), 0


def warehouse(asked: Namespace) -> Answer:
    """The core as it stood, as a DuckDB file for this account only."""
    from pipelines import history

    workspace = settings.opened(asked.workspace)
    file = history.warehouse_as_of(workspace, asked.as_of, asked.output)
    return {"file": str(file), "as_of": asked.as_of}, 0


def export(asked: Namespace) -> Answer:
    """Write a release as files of another format."""
    from dashboards.exports import csv
    from dashboards.exports.sweep import ForeignText
    from pipelines import releases
    from pipelines.errors import ExportFailed

    folder = releases.published(settings.opened(asked.workspace).root, asked.release)
    settings.public()
    try:
        files = csv.export(folder, asked.output, asked.language, asked.tier)
    except ForeignText as error:
        raise ExportFailed(str(error)) from None
    return {"release": asked.release, "files": [str(file) for file in files]}, 0
