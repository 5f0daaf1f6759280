"""The command line does what was asked and ends as documented; it imports only what that needs."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from typing import Any

from pipelines import consoles, grammar
from pipelines.errors import ENVIRONMENT, OUR_FAULT, WRONG_DATA, WRONG_USAGE, Refusal

# Commands that read files in a sealed process.
READING = ("check", "submit", "seal")
# Those that say what this system does not hold; scan starts as many as it needs.
SAYING = (*READING, "scan", "layout suggest")


def parsed(words: Sequence[str] | None) -> argparse.Namespace:
    """What was asked, with the action of a group as part of the command's name."""
    asked = grammar.parser().parse_args(words)
    if action := getattr(asked, "action", None):
        asked.command = f"{asked.command} {action}"
    return asked


def main(words: Sequence[str] | None = None) -> None:
    """Do what was asked, show it, end with the documented exit code."""
    consoles.in_utf8()
    asked = parsed(words)
    try:
        sys.exit(_done(asked))
    except Refusal as error:
        _say(str(error), error.exit_code)
    except KeyboardInterrupt:
        _say("Stopped. What was there before still stands.", WRONG_USAGE)
    except Exception as error:  # the last door: only the kind of error is told
        code = _told(error)
        _say(_ours(error) if code is None else str(error), OUR_FAULT if code is None else code)


def _done(asked: argparse.Namespace) -> int:
    facts, code = _answered(asked)
    try:
        _shown(asked, facts)
    except BrokenPipeError:
        # Whoever reads along, such as `head`, has read enough; what was asked is done.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if code == WRONG_DATA:
        from pipelines import explain

        print(explain.why(facts), file=sys.stderr)
    return code


def _answered(asked: argparse.Namespace) -> tuple[Any, int]:
    if asked.command in SAYING and sys.platform != "linux":
        # Before a file is opened.
        from pipelines import systems

        systems.warn(asked.command, asked.language)
    if asked.command in READING:
        # It gets ready while we read the configuration.
        from pipelines import children

        children.prepare()
    from pipelines import commands

    if asked.json:
        return commands.answer(asked)
    from pipelines import screen

    with screen.progress():
        return commands.answer(asked)


def _shown(asked: argparse.Namespace, facts: Any) -> None:
    if asked.json and asked.command == "scan":
        from pipelines import screen_scan

        sys.stdout.writelines(screen_scan.lines(facts))
        sys.stderr.writelines(screen_scan.unsure_lines(facts))
        sys.stdout.flush()
        return
    if asked.json:
        print(json.dumps(facts, ensure_ascii=False, indent=1, default=str), flush=True)
        return
    from pipelines import screen

    screen.show(asked.command, facts)
    sys.stdout.flush()


def _told(error: Exception) -> int | None:
    """The exit code of an error whose words are ours and quote no record; None of any other."""
    from data_contracts.load import ContractInvalid, Missing, Unknown
    from data_contracts.periods import NotAPeriod

    if isinstance(error, (Unknown, NotAPeriod)):
        return WRONG_USAGE
    return ENVIRONMENT if isinstance(error, (Missing, ContractInvalid)) else None


def _ours(error: Exception) -> str:
    # The words of an unforeseen error can quote a record.
    return (
        f"tipstat failed ({type(error).__name__}); this is our fault. "
        "Report the command and this word; send no data."
    )


def _say(sentence: str, code: int) -> None:
    print(sentence, file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
