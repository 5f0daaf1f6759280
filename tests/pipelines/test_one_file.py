"""The program that is one file answers to the words that start its own sealed children."""

import sys

import pytest

from pipelines import children, one_file
from pipelines.one_file import CHILDREN


@pytest.mark.parametrize("module", CHILDREN)
def test_the_words_that_start_a_child_start_that_module_as_the_program(
    module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[str, str]] = []

    def taken(words: list[str], **_: object) -> None:
        monkeypatch.setattr(sys, "argv", words)

    monkeypatch.setattr("subprocess.Popen", taken)
    children._started()
    monkeypatch.setattr("runpy.run_module", lambda name, run_name: started.append((name, run_name)))
    one_file.main()
    assert started == [(module, "__main__")]


@pytest.mark.parametrize("words", [["-I", "-m", "timeit"], ["-c", "print(1)"], ["--help"]])
def test_any_other_words_are_for_the_command_line(
    words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["tipstat", *words])
    with pytest.raises(SystemExit) as ended:
        one_file.main()
    assert ended.value.code in (0, 2)
