"""Models of others are asked about doubtful sentences only, and load nothing that was not asked."""

import subprocess
import sys
from collections.abc import Sequence

import numpy as np
import pytest

from anonymize.finding import models, names
from anonymize.finding.models import doubtful, installed
from anonymize.finding.spans import Span
from anonymize.finding.tokens import tokens

TEXT = "Then the list was given to Quennerby by somebody"


def sure(share: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Shares by which every word is nothing, so surely."""
    rows = [[share, 1 - share, 0]] * len(tokens(TEXT))
    return np.array(rows, np.float32)


def test_a_capitalised_word_that_the_tagger_is_not_sure_about_is_doubtful() -> None:
    words = tokens(TEXT)
    assert doubtful(words, sure(0.95), [], "en")
    assert not doubtful(words, sure(0.999), [], "en")
    assert not doubtful(words, sure(0.95), [Span(27, 36, "PERSON")], "en")
    assert not doubtful(tokens(TEXT.lower()), sure(0.95), [], "en")
    assert not doubtful(words[-3:], sure(0.95)[-3:], [], "en")


def test_only_doubtful_texts_of_a_language_with_a_model_are_asked_about(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def model(language: str) -> models.Model:
        def persons(texts: Sequence[str]) -> list[list[Span]]:
            asked.extend(texts)
            return [[Span(0, 4, "PERSON")] for _ in texts]

        assert language == "en"
        return persons

    monkeypatch.setattr(names, "model", model)
    monkeypatch.setattr(names, "doubtful", lambda *given: True)
    texts = ["Then somebody came and left.", "Luego vino alguien y se fue."]
    found = names.names(texts, None, models=True)
    assert asked == texts[:1]
    assert found == [[Span(0, 4, "PERSON")], []]
    asked.clear()
    names.names(texts, None)
    assert asked == []


def test_models_lie_in_packages_and_spanish_is_never_a_default() -> None:
    assert installed("en")
    assert installed("fr")
    assert not installed("ru")
    assert not installed(None)


@pytest.mark.parametrize(("language", "other"), [("en", "fr_core"), ("fr", "en_core")])
def test_a_model_loads_alone_and_without_a_network(language: str, other: str) -> None:
    script = f"""
import socket, sys
def refuse(*_, **__):
    raise AssertionError("a network was asked for")
socket.socket.connect = refuse
from anonymize.finding.models import model
found = model({language!r})(["Marie Dupont and Jean Martin live in Paris with Anna Schmidt."])
assert found[0], found
sys.exit(" ".join(name for name in sys.modules if name.startswith({other!r})) or 0)
"""
    command = [sys.executable, "-W", "ignore", "-c", script]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
