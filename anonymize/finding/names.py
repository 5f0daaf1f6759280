"""Persons and addresses in text, found by what stands around them and by lists of names."""

from collections.abc import Iterator, Sequence

from anonymize.finding.addressed import addressed
from anonymize.finding.decoding import spans
from anonymize.finding.labels import label
from anonymize.finding.languages import detected
from anonymize.finding.native import native
from anonymize.finding.shards import groups
from anonymize.finding.spans import Span, merged
from anonymize.finding.tagger import probabilities
from anonymize.finding.tokens import tokens


def names(texts: Sequence[str], language: str | None = None) -> list[list[Span]]:
    """The spans of PERSON and ADDRESS in each text; without a ``language`` the text tells it."""
    return [found for group in groups(texts) for found in _together(group, language)]


def _together(texts: Sequence[str], language: str | None) -> Iterator[list[Span]]:
    split = [[] if label(text) else tokens(text) for text in texts]
    languages = [language or detected(text) for text in texts]
    words = [[token.text for token in of] for of in split]
    told = probabilities(words, languages)
    for text, of, shares, spoken in zip(texts, split, told, languages, strict=True):
        every = [*spans(text, of, shares, spoken), *native(text), *addressed(text)] if of else []
        yield merged(every)
