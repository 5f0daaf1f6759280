"""The command line: help everywhere, a clear sentence for what goes wrong, fixed keys for machines.

What a person sees of a check is compared with ``tests/golden/check``. When it is meant to change:
``python -m tests.commands.test_cli`` writes it anew; read the difference.
"""

import argparse
import shlex
import subprocess
import sys
from collections.abc import Iterator

import pytest

from pipelines import cli, commands, grammar
from pipelines.errors import WRONG_USAGE
from tests.commands.typing_in import FILES, LINEA, ROOT, ended

GOLDEN = ROOT / "tests" / "golden" / "check"


def verbs(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """A parser and all parsers below it."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from verbs(below)


VERBS = {parser.prog: parser for parser in verbs(grammar.parser())}


@pytest.mark.parametrize("prog", VERBS)
def test_every_verb_has_help_and_an_example_that_the_parser_understands(prog: str) -> None:
    parser = VERBS[prog]
    assert parser.description
    example = (parser.epilog or "").partition("example:\n  ")[2].partition("\n")[0]
    assert example.startswith(prog)
    assert cli.parsed(shlex.split(example)[1:]).command in commands.COMMANDS
    assert "exit codes: 0 done" in parser.format_help()


def test_every_command_can_be_typed_and_shown() -> None:
    from pipelines import screen

    typed = {prog.removeprefix("tipstat ") for prog in VERBS} - {
        *("tipstat", "release", "layout", "keys")
    }
    assert typed == set(commands.COMMANDS)
    assert set(screen.SCREENS) == typed - {"explorer", "dagster"}


@pytest.mark.parametrize("words", ["", "release", "chekc", "check --perod 2020", "run now"])
def test_a_word_that_is_not_known_leads_to_help(words: str) -> None:
    end = ended(words)
    assert (end.code, end.out) == (WRONG_USAGE, "")
    assert "--help" in end.err
    assert end.err.count("\n") == 1


SEEN = {
    "accepted": f"check {LINEA} --period 2020-Q1",
    "wrong_period": f"check {LINEA} --period 2020-Q2",
    "wrong_layout": f"check {FILES} --layout unodc_glotip",
    "wrong_period_es": f"check {LINEA} --period 2020-Q2 --language es",
}


def seen(words: str) -> str:
    """What a person sees on a screen of 80 columns."""
    end = ended(words)
    lines = (line.rstrip() for line in (end.out + end.err).splitlines())
    return "\n".join(lines) + f"\n(exit code {end.code})\n"


@pytest.mark.parametrize("name", SEEN)
def test_a_person_is_told_what_became_of_the_rows_and_what_to_mend(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert seen(SEEN[name]) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("how", [[], ["--json"]])
def test_a_reader_who_has_read_enough_is_no_error(how: list[str]) -> None:
    words = [sys.executable, "-m", "pipelines.cli", "layout", "list", *how]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as one:
        if one.stdout:
            one.stdout.close()
        told = one.stderr.read() if one.stderr else b""
    assert (one.returncode, told) == (0, b"")


if __name__ == "__main__":
    for name, words in SEEN.items():
        (GOLDEN / f"{name}.txt").write_text(seen(words), encoding="utf-8")
