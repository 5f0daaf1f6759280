"""Persons and addresses in text, found by what stands around them and by lists of names."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from anonymize.finding.addressed import addressed
from anonymize.finding.decoding import spans
from anonymize.finding.labels import label
from anonymize.finding.languages import detected
from anonymize.finding.models import doubtful, installed, model
from anonymize.finding.native import native
from anonymize.finding.shards import groups
from anonymize.finding.spans import Span, merged
from anonymize.finding.tagger import probabilities
from anonymize.finding.tokens import Token, tokens

Shares = NDArray[np.float32]


def names(
    texts: Sequence[str], language: str | None = None, models: bool = False
) -> list[list[Span]]:
    """The spans of PERSON and ADDRESS in each text; without a ``language`` the text tells it.

    With ``models`` the packaged model of the language is asked about texts of which the tagger has
    doubts; it takes seconds to load, when it is first needed.
    """
    return [one for group in groups(texts) for one in _together(group, language, models)]


def _together(texts: Sequence[str], language: str | None, models: bool) -> list[list[Span]]:
    split = [[] if label(text) else tokens(text) for text in texts]
    languages = [language or detected(text) for text in texts]
    told = probabilities([[token.text for token in of] for of in split], languages)
    every = [
        merged([*spans(text, of, shares, spoken), *native(text), *addressed(text)] if of else [])
        for text, of, shares, spoken in zip(texts, split, told, languages, strict=True)
    ]
    return _asked(texts, split, told, languages, every) if models else every


def _asked(
    texts: Sequence[str],
    split: Sequence[Sequence[Token]],
    told: Sequence[Shares],
    languages: Sequence[str | None],
    every: list[list[Span]],
) -> list[list[Span]]:
    """What was found and what models find in the doubtful texts, a language at a time."""
    doubts: dict[str, list[int]] = {}
    for at, spoken in enumerate(languages):
        if spoken and installed(spoken) and doubtful(split[at], told[at], every[at], spoken):
            doubts.setdefault(spoken, []).append(at)
    for spoken, places in doubts.items():
        answers = model(spoken)([texts[at] for at in places])
        for at, more in zip(places, answers, strict=True):
            every[at] = merged([*every[at], *more])
    return every
