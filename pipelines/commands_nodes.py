"""What the commands about what other nodes sent, or must have got, do: senders, withdraw, destroy.

A function here returns the object that ``--json`` prints and the exit code.
"""

import datetime as dt
import sys
from argparse import Namespace
from typing import Any

from pipelines import remains, senders, settings
from pipelines.commands_releases import Answer
from pipelines.commands_sealing import WrongWords, regional_only
from pipelines.remains import Lying
from pipelines.senders import Sender


def known(asked: Namespace) -> Answer:
    """Whose packages are taken, whose are not any more, and what came of each."""
    workspace = settings.opened(asked.workspace)
    regional_only(workspace)
    return [_sender(one) for one in senders.every(workspace)], 0


def withdraw(asked: Namespace) -> Answer:
    """Take nothing of a sender from now on, and list what came of it."""
    workspace = settings.opened(asked.workspace)
    regional_only(workspace)
    return _sender(senders.withdraw(workspace, asked.sender, dt.datetime.now(dt.UTC))), 0


def _sender(one: Sender) -> dict[str, Any]:
    packages = [
        package.model_dump(mode="json", exclude={"slices"})
        | {"slices": [{"layout": layout, "period": period} for layout, period in package.slices]}
        for package in one.packages
    ]
    return one.model_dump(mode="json") | {"packages": packages}


def destroy(asked: Namespace) -> Answer:
    """Destroy the raw files of a period that a package has, in a country's own node."""
    workspace = settings.opened(asked.workspace)
    if not workspace.is_national:
        raise WrongWords(
            f"{workspace.root} is a regional node: it destroys raw files when it publishes them."
        )
    due = [one for one in remains.lying(workspace, asked.period) if one.sealed]
    if due and not asked.yes:
        _agreed(due, asked)
    gone = remains.destroy(workspace, asked.period) if due else []
    left = [one.model_dump(mode="json") for one in remains.lying(workspace, asked.period)]
    return {"destroyed": [one.model_dump(mode="json") for one in gone], "left": left}, 0


def _agreed(due: list[Lying], asked: Namespace) -> None:
    """Ask whoever sits there; raises ``WrongWords`` where nobody does, or says no."""
    files = sum(one.files for one in due)
    words = (
        f"This destroys for good {files} raw files of {len(due)} submissions for {asked.period}, "
        "and what their persons are recognised by: later lists are then compared with them by "
        "exact identity only. Has the region said that it took the package?"
    )
    if asked.json or not sys.stdin.isatty():
        raise WrongWords(f"{words} If so, add --yes.")
    print(f"{words}\nType {asked.period} to destroy them: ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip() != asked.period:
        raise WrongWords("Nothing was destroyed.")
