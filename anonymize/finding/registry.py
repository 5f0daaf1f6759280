"""All recognisers as Presidio knows them: its registry, and an engine over it.

Presidio is the registry, not the road: whoever works with its engine gets the same spans from the
same recognisers, at its price. The engine is always given ours of natural language, because its
default downloads a model; no score is asked for, because a threshold leaves out passports.
"""

from collections.abc import Iterable, Iterator

import spacy
from presidio_analyzer import (
    AnalyzerEngine,
    EntityRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

from anonymize.finding.names import names
from anonymize.finding.reading import Recogniser, read, spans_of
from anonymize.finding.recognisers import RECOGNISERS
from anonymize.finding.spans import KINDS, Span

CERTAIN = 1.0


class Typed(EntityRecognizer):
    """One of our recognisers of patterns, asked through Presidio."""

    def __init__(self, find: Recogniser, language: str) -> None:
        super().__init__([*KINDS], name=find.__name__, supported_language=language)
        self.find = find

    def load(self) -> None:
        """There is nothing to load."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts
    ) -> list[RecognizerResult]:
        """What the recogniser finds in a text, of the kinds asked for."""
        return results(spans_of([self.find], read(text)), entities)


class Named(EntityRecognizer):
    """Names of persons, asked through Presidio."""

    def __init__(self, language: str) -> None:
        super().__init__([*KINDS], name="names", supported_language=language)

    def load(self) -> None:
        """Models are loaded when they are first asked."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts
    ) -> list[RecognizerResult]:
        """The names in a text, if they are asked for."""
        return results(names([text], self.supported_language)[0], entities)


def results(spans: Iterable[Span], entities: list[str]) -> list[RecognizerResult]:
    """Spans as Presidio tells them: all certain, because each was confirmed by its own rule."""
    return [RecognizerResult(s.kind, s.start, s.end, CERTAIN) for s in spans if s.kind in entities]


class Blank(NlpEngine):
    """Words only: our recognisers read the text themselves."""

    def __init__(self, language: str) -> None:
        self.language, self.words = language, spacy.blank("xx")

    def load(self) -> None:
        """There is nothing to load."""

    def is_loaded(self) -> bool:
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        words = self.words.make_doc("")
        return NlpArtifacts([], words, [], [], self, language)

    def process_batch(
        self,
        texts: Iterable[str],
        language: str,
        batch_size: int = 1,
        n_process: int = 1,
        **_: object,
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        return ((text, self.process_text(text, language)) for text in texts)

    def is_stopword(self, word: str, language: str) -> bool:
        return False

    def is_punct(self, word: str, language: str) -> bool:
        return not word.isalnum()

    def get_supported_entities(self) -> list[str]:
        return []

    def get_supported_languages(self) -> list[str]:
        return [self.language]


def registry(language: str) -> RecognizerRegistry:
    """Every recogniser of ours, under a language (ISO 639-1)."""
    typed = [Typed(find, language) for find in RECOGNISERS]
    return RecognizerRegistry([*typed, Named(language)], supported_languages=[language])


def engine(language: str) -> AnalyzerEngine:
    """Presidio's engine over our recognisers; it loads no model but those that names ask for."""
    return AnalyzerEngine(registry(language), Blank(language), supported_languages=[language])
