"""Verdicts in words: what each fault means and how to mend it, in the reader's language."""

from functools import cache

import yaml

from data_contracts.load import HERE
from data_contracts.model import Fault, Verdict

LANGUAGES = ("en", "es", "fr")


@cache
def catalogue(language: str) -> dict[str, tuple[str, str]]:
    """Message and remedy of each code, or of each ending of the codes made per field."""
    texts = yaml.safe_load((HERE / "messages" / "faults.yaml").read_text(encoding="utf-8"))
    return {code: (message, remedy) for code, (message, remedy) in texts[language].items()}


def explained(fault: Fault, language: str = "en") -> Fault:
    """The fault with its message and its remedy."""
    words = catalogue(language)
    message, remedy = words.get(fault.code) or words[fault.code[-3:]]
    told = message.format(column=fault.column or "", file=fault.file or "")
    return fault.model_copy(update={"message": told, "remedy": remedy})


def in_words(verdict: Verdict, language: str = "en") -> Verdict:
    """The verdict with every fault explained."""
    faults = tuple(explained(fault, language) for fault in verdict.faults)
    return verdict.model_copy(update={"faults": faults})
