"""What the commands of sealing do: init of both roles, seal, submit of a package, cards.

A function here returns the object that ``--json`` prints and the exit code.
"""

import datetime as dt
from argparse import Namespace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from data_contracts import load
from pipelines import cards, explain, nodes, receiving, remains, sealing, settings, systems, whole
from pipelines.alike import INVENTED_ID
from pipelines.commands_releases import Answer
from pipelines.errors import WRONG_USAGE, Refusal
from pipelines.settings import Configuration, Workspace


class WrongWords(Refusal):
    """Words of a command that do not go together."""

    exit_code = WRONG_USAGE


def init(asked: Namespace) -> Answer:
    """Make an empty workspace of either role."""
    root = settings.chosen(asked.workspace)
    national = asked.role == "national"
    if national and asked.country not in load.countries():
        raise WrongWords("A national node needs its country: --country C, such as ARG.")
    if national and not asked.region:
        raise WrongWords("A national node needs the card of its region: --region CARD.")
    if not national and (asked.country or asked.region or asked.recovery):
        raise WrongWords("--country, --region and --recovery go with --role national.")
    configuration = _configuration(asked)
    if not national:
        made = nodes.regional(root, configuration, asked.keys)
    else:
        made = nodes.national(root, configuration, asked.region, asked.recovery, asked.keys)
    answer = {"workspace": str(made.workspace.root), "mode": asked.mode, "card": str(made.card)}
    return answer | {
        "role": asked.role,
        "fingerprint": cards.own(made.workspace).fingerprint,
        "region": cards.of_region(made.workspace["keys"]).fingerprint if national else None,
        "recovery": str(made.recovery) if made.recovery else None,
    }, 0


def _configuration(asked: Namespace) -> Configuration:
    is_demo = asked.mode == "demo"
    if wrong := [one for one in asked.reviewer if one.startswith(INVENTED_ID) != is_demo]:
        how = f"write --reviewer '{INVENTED_ID}{wrong[0]}'" if is_demo else "name people who exist"
        raise WrongWords(f"In mode {asked.mode}, {', '.join(wrong)} could not review: {how}.")
    try:
        return Configuration(
            title=asked.title,
            mode=asked.mode,
            role=asked.role,
            country=asked.country,
            author=asked.author,
            reviewers=tuple(asked.reviewer),
            raw_files=tuple(asked.raw_files),
        )
    except ValidationError as error:
        raise WrongWords(
            f"These options do not go together{settings.wrong(error)}; see: tipstat init --help"
        ) from None


def seal(asked: Namespace) -> Answer:
    """Make a package of files, or of everything in the inbox for a period."""
    workspace = settings.opened(asked.workspace)
    if not workspace.is_national:
        raise WrongWords(
            f"{workspace.root} is a regional node. Seal in a national one: "
            "tipstat init --role national --country C --region CARD"
        )
    country = workspace.configuration.country
    if asked.country not in (None, country):
        raise WrongWords(f"This node holds the keys of {country} and seals for no other country.")
    if bool(asked.files) != bool(asked.layout):
        raise WrongWords("Files and their --layout go together; without both the inbox is sealed.")
    if asked.files:
        sources = sealing.given(workspace, asked.files, asked.layout, asked.period)
    else:
        sources = sealing.received(workspace, asked.period)
    packed = sealing.seal(workspace, sources, asked.output, asked.report, asked.language)
    answer, code = _sealed(packed, asked)
    return answer | {
        "lying": [one.model_dump(mode="json") for one in remains.lying(workspace)]
    }, code


def _sealed(packed: sealing.Packed, asked: Namespace) -> tuple[dict[str, Any], int]:
    found = receiving.added([*packed.verdicts.values()])
    is_made = packed.package is not None
    answer = {
        "package": str(asked.output) if is_made else None,
        "id": packed.package,
        "sha256": packed.sha256,
        "expires": packed.expires.isoformat(timespec="seconds") if packed.expires else None,
        "matched": packed.matched,
        "report": str(asked.report) if is_made and asked.report else None,
        "missing_protections": list(systems.lacking()),
        "sources": {
            name: explain.checked(one, asked.language) for name, one in packed.verdicts.items()
        },
        "check": explain.checked(found, asked.language),
    }
    return answer, explain.exit_code(found)


def is_package(files: list[Path]) -> bool:
    """Whether a package is submitted; raises ``WrongWords`` where other files come with it."""
    found = receiving.is_package(tuple(files))
    if found and len(files) > 1:
        raise WrongWords("Submit each package alone.")
    return found


def submit(workspace: Workspace, asked: Namespace) -> Answer:
    """Take a package in at the regional node."""
    from pipelines import speakers

    regional_only(workspace)
    if asked.layout or asked.period or asked.country or asked.reason:
        raise WrongWords("A package says itself what it holds: submit it without other options.")
    now = dt.datetime.now(dt.UTC)
    delivery, digest, found = receiving.receive(workspace, asked.files[0], now)
    names = list(delivery.submissions) if delivery else []
    states = speakers.states(workspace) if names else {}
    answer: dict[str, Any] = {
        "submission": names[0] if names else None,
        "submissions": names,
        "sha256": digest,
        "state": states[names[0]] if names else "refused",
        "states": {name: states[name] for name in names},
        "check": explain.checked(found, asked.language),
    }
    return answer, explain.exit_code(found)


def regional_only(workspace: Workspace) -> None:
    """Raise where a national node is asked what only a regional one does."""
    if workspace.is_national:
        raise WrongWords(
            f"{workspace.root} is a national node: it seals, and its region counts and publishes."
        )
    systems.of_region(workspace.is_national)


def card(asked: Namespace) -> Answer:
    """This node's card."""
    workspace = settings.opened(asked.workspace)
    nodes.introduced(workspace)
    found = cards.own(workspace)
    if asked.output:
        whole.write(asked.output, found.model_dump_json(indent=1).encode())
    return found.model_dump() | {"fingerprint": found.fingerprint}, 0


def welcome(asked: Namespace) -> Answer:
    """Take packages of another node, or seal for this region, from now on."""
    workspace = settings.opened(asked.workspace)
    with settings.locked(workspace):
        found = cards.welcome(workspace, asked.card)
    return found.model_dump() | {"fingerprint": found.fingerprint}, 0
