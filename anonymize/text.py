"""Personal data where none should be: what did not map is scanned before anyone reads it.

A label that no list knows can be a name typed into the wrong column. Presidio's recognisers of
patterns look for what identifies a person; a blank language model is passed, because the default
one is downloaded. Names need a model and are not found here: this is a second line, never the
only one.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine

LANGUAGE = "en"
KNOWN = ("CreditCardRecognizer", "CryptoRecognizer", "IbanRecognizer", "PhoneRecognizer")
# Presidio's own recognisers of mail and web addresses fetch a list of suffixes from the network.
OURS = {
    "EMAIL_ADDRESS": r"[^\s@]+@[^\s@]+\.[^\s@]+",
    "URL": r"\b(?:https?://|www\.|[\w-]+\.[a-z]{2,}/)\S+",
    "HANDLE": r"(?:^|\s)@\w{3,}",
    # Six digits in one piece (passports begin with letters), or seven however they are grouped:
    # "per 100 000" is a label, and so is "PER_100000".
    "NUMBER": r"(?!(?<!\d)100000(?!\d))\d{6}|(?:\d[\s./()-]{0,2}){6}\d",
}


@cache
def engine() -> "AnalyzerEngine":
    """Presidio with recognisers of patterns and a blank model; takes a second to import."""
    import presidio_analyzer.predefined_recognizers as known
    import spacy
    from presidio_analyzer import AnalyzerEngine, Pattern, PatternRecognizer, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    blank = SpacyNlpEngine()
    setattr(blank, "nlp", {LANGUAGE: spacy.blank(LANGUAGE)})  # noqa: B010 # untyped as None
    registry = RecognizerRegistry(supported_languages=[LANGUAGE])
    for name in KNOWN:
        registry.add_recognizer(getattr(known, name)(supported_language=LANGUAGE))
    for entity, regex in OURS.items():
        pattern = Pattern(name=entity, regex=regex, score=1.0)
        registry.add_recognizer(
            PatternRecognizer(entity, patterns=[pattern], supported_language=LANGUAGE)
        )
    return AnalyzerEngine(registry=registry, nlp_engine=blank, supported_languages=[LANGUAGE])


def kinds(text: str) -> tuple[str, ...]:
    """The types of personal data found in a text, such as NUMBER; nothing of what it was."""
    return tuple(sorted({one.entity_type for one in engine().analyze(text, language=LANGUAGE)}))


def identifying(texts: Iterable[str]) -> Iterator[str]:
    """The texts in which something that identifies a person was found; nothing of what it was."""
    for text in texts:
        if kinds(text):
            yield text
