"""Personal data where none should be: what did not map is scanned before anyone reads it.

A label that no list knows can be a name typed into the wrong column. Presidio's recognisers of
patterns look for what identifies a person; they are asked themselves, because its engine downloads
a language model. Names need a model and are not found here: this is a second line, never the only
one.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from presidio_analyzer import RecognizerResult

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


class Recogniser(Protocol):
    """One of Presidio's, asked without what a language model would say of the text."""

    supported_entities: list[str]

    def analyze(self, text: str, entities: list[str]) -> Sequence["RecognizerResult"]:
        """Where in a text it finds any of the entities."""


@cache
def recognisers() -> tuple[Recogniser, ...]:
    """Presidio's recognisers of patterns, and ours; they take a second to import."""
    import presidio_analyzer.predefined_recognizers as known
    from presidio_analyzer import Pattern, PatternRecognizer

    found: list[Recogniser] = [getattr(known, name)(supported_language=LANGUAGE) for name in KNOWN]
    for entity, regex in OURS.items():
        pattern = Pattern(name=entity, regex=regex, score=1.0)
        found.append(PatternRecognizer(entity, patterns=[pattern], supported_language=LANGUAGE))
    return tuple(found)


def kinds(text: str) -> tuple[str, ...]:
    """The types of personal data found in a text, such as NUMBER; nothing of what it was."""
    found = (one.analyze(text, one.supported_entities) for one in recognisers())
    return tuple(sorted({result.entity_type for results in found for result in results}))


def identifying(texts: Iterable[str]) -> Iterator[str]:
    """The texts in which something that identifies a person was found; nothing of what it was."""
    for text in texts:
        if kinds(text):
            yield text
