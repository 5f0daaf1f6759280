"""Presidio's engine over our recognisers finds what we find without it."""

import pytest

from anonymize.finding.registry import engine
from anonymize.finding.spans import Span, merged
from anonymize.text import found
from tests.anonymize.finding.marked import clean, marked
from tests.network import attempts

TEXTS = [*(one.text for one in marked()), *clean(), "Mrs Ana Inventada, ana@example.org"]


def named(texts: list[str], *_: object) -> list[list[Span]]:
    """A finder of one name, so that no model decides what is compared."""
    places = [(text, text.find("Ana Inventada")) for text in texts]
    return [[Span(at, at + 13, "PERSON")] if at >= 0 else [] for _, at in places]


def test_the_engine_finds_the_same_as_the_fast_way(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = attempts(monkeypatch)
    monkeypatch.setattr("anonymize.finding.registry.names", named)
    monkeypatch.setattr("anonymize.text.names", named)
    presidio, ours = engine("en"), found(TEXTS, "en")
    for text, spans in zip(TEXTS, ours, strict=True):
        results = presidio.analyze(text, "en")
        assert merged(Span(r.start, r.end, r.entity_type) for r in results) == spans, text
    assert tried == []
    assert {span.kind for span in ours[-1]} == {"PERSON", "EMAIL"}


def test_the_registry_tells_the_kinds_that_are_asked_for() -> None:
    results = engine("en").analyze("ana@example.org, 4111 1111 1111 1111", "en", entities=["CARD"])
    assert [(result.entity_type, result.score) for result in results] == [("CARD", 1.0)]
