"""One in-process run of the line, and what became of each asset."""

import json
import time
from contextlib import redirect_stderr
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

from data_contracts import needs
from data_contracts.model import Frozen
from pipelines import (
    comments,
    inbox,
    links,
    microdata,
    outputs,
    releases,
    settings,
    speakers,
    whole,
)
from pipelines.errors import OUR_FAULT, WRONG_DATA, Refusal, unwritable
from pipelines.settings import Workspace, locked

# Dagster keeps its records here and nowhere else, tells nobody that it runs, and does not copy
# what a step prints: a library that quotes a record would have it stored.
DAGSTER_YAML = """telemetry:
  enabled: false
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
"""
QUIET_LOGGERS = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class CheckFailed(Refusal):
    """The second opinion found a rule broken that the first did not."""

    exit_code = WRONG_DATA


class RunFailed(Refusal):
    """An asset could not be made; what was there before still stands."""

    exit_code = OUR_FAULT


class Assets(Frozen):
    """The assets of a run by what became of them."""

    materialised: tuple[str, ...]
    skipped: tuple[str, ...]
    failed: tuple[str, ...]


class Outcome(Frozen):
    """What a run made; ``release`` is null when nothing is new.

    ``unmoved`` is the year that was revised where so few came or left that no number moves.
    ``resend`` lists the submissions that a changed mapping concerns and that cannot be read again,
    ``unanswered`` those that are asked about and whose sender has not said why, ``lacking`` the
    indicators that have no denominator, with what to submit. ``waiting`` has, by country, the
    published persons who turned out to be others; it is for the operator alone. ``microdata`` says
    what became of each cohort: its ``cohort`` and ``state``.
    """

    release: str | None
    unmoved: str | None
    assets: Assets
    seconds: float
    resend: tuple[dict[str, Any], ...]
    unanswered: tuple[dict[str, Any], ...]
    lacking: tuple[dict[str, Any], ...]
    waiting: dict[str, int]
    microdata: tuple[dict[str, str], ...]


def home(workspace: Workspace) -> Path:
    """Dagster's folder in the workspace, with telemetry switched off in its configuration."""
    folder = workspace["dagster"]
    whole.write(folder / "dagster.yaml", DAGSTER_YAML.encode())
    return folder


def run(workspace: Workspace) -> Outcome:
    """Bring whatever is new up to a release candidate; raises ``CheckFailed`` or ``RunFailed``.

    A workspace that ``annual.asked`` made revises a year, one of ``cohorts.asked`` closes a cohort.
    """
    began = time.monotonic()
    needs.check_everything()
    for layout in {one.layout for one in inbox.received(workspace)}:
        needs.check_layout(layout)
    try:
        # What goes wrong is in the result; what a library prints of it could quote a record.
        with redirect_stderr(StringIO()), locked(workspace), _instance(home(workspace)) as instance:
            result = _execute(workspace, instance)
    except Exception as error:
        raise unwritable(workspace["dagster"], error) from None
    made = states(result)
    if not result.success:
        raise _failure(result)
    name = (_folder(result, "candidate") / "release").read_text(encoding="utf-8")
    lacks = json.loads((_folder(result, "indicators") / outputs.LACKING).read_bytes())
    releases.retire(workspace.root, name)
    new = name if "candidate" in made.materialised else None
    seconds = round(time.monotonic() - began, 1)
    stays = new is None and releases.is_published(workspace.root, name)
    return Outcome(
        release=new,
        unmoved=(workspace.revising or None) if stays else None,
        assets=made,
        seconds=seconds,
        resend=tuple(speakers.resend(workspace)),
        unanswered=tuple(comments.unanswered(workspace)),
        lacking=tuple(lacks),
        waiting=_waiting(result),
        microdata=tuple(microdata.outcome(workspace, datetime.now(UTC))),
    )


def _instance(folder: Path) -> Any:
    from pipelines import resources

    settings.quiet()
    return resources.instance(folder)


def _execute(workspace: Workspace, instance: Any) -> Any:
    from pipelines import definitions
    from pipelines.resources import Place

    asked = {"revising": workspace.revising, "closing": workspace.closing}
    line = definitions.of(Place(root=str(workspace.root), **asked))
    job = line.resolve_job_def(definitions.JOB.name)
    return job.execute_in_process(instance=instance, raise_on_error=False, run_config=QUIET_LOGGERS)


def states(result: Any) -> Assets:
    """Each asset of the line by what became of it; one that was not reached has failed too."""
    skipped: set[str] = set()
    made: set[str] = set()
    for event in result.get_asset_materialization_events():
        facts = event.materialization.metadata
        name = event.asset_key.to_user_string()
        (skipped if facts["skipped"].value else made).add(name)
    every = {key.to_user_string() for key in result.job_def.asset_layer.executable_asset_keys}
    return Assets(
        materialised=tuple(sorted(made)),
        skipped=tuple(sorted(skipped)),
        failed=tuple(sorted(every - made - skipped)),
    )


def _failure(result: Any) -> Refusal:
    broken = [e for e in result.get_asset_check_evaluations() if not e.passed]
    if broken:
        rules = sorted({rule for e in broken for rule in e.metadata["broken"].value})
        where = ", ".join(sorted({e.asset_key.to_user_string() for e in broken}))
        return CheckFailed(
            f"The second check of {where} found broken: {'; '.join(rules)}. "
            "Nothing was released. Correct the contract or the submission and run again."
        )
    return _refusal(result)


def _refusal(result: Any) -> Refusal:
    """What an asset refused, as it said it; of any other error only asset and kind are told."""
    failed: dict[str, str] = {}
    for event in result.filter_events(lambda event: event.is_step_failure):
        error = event.step_failure_data.error
        while error and error.cause:
            error = error.cause
        # Dagster keeps the full name of the class and the words.
        name, _, words = error.message.partition(": ") if error else ("", "", "")
        if kind := _kinds(Refusal).get(name):
            # As it was said, whatever it was made of.
            return kind.__new__(kind, words.strip())
        failed[event.step_key] = error.cls_name if error else "unknown"
    what = ", ".join(f"{step} ({kind})" for step, kind in failed.items())
    return RunFailed(f"These could not be made: {what}. What was there before still stands.")


def _kinds(kind: type[Refusal]) -> dict[str, type[Refusal]]:
    """Every kind of refusal by its full name."""
    below = [pair for one in kind.__subclasses__() for pair in _kinds(one).items()]
    return {f"{kind.__module__}.{kind.__qualname__}": kind, **dict(below)}


def _folder(result: Any, asset: str) -> Path:
    return Path(result.output_for_node(asset))


def _waiting(result: Any) -> dict[str, int]:
    file = _folder(result, "links") / links.WAITING
    found: dict[str, int] = json.loads(file.read_text(encoding="utf-8"))
    return found
