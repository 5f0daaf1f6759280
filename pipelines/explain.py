"""Verdicts in words: what each fault means and how to mend it, in the reader's language."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import yaml

from data_contracts.load import HERE
from data_contracts.verdict import Fault, Verdict
from pipelines.errors import WRONG_DATA

CHECKED = {
    *("verdict", "rows_read", "rows_kept", "set_aside", "rows_out", "unmapped"),
    *("personal", "undeclared"),
    *("faults", "comments"),
}
LANGUAGES = ("en", "es", "fr")
MOST_COLUMNS = 6


# Languages in which only packages are spoken of so far; of files they are told in English.
OF_PACKAGES = (*LANGUAGES, "ar", "ru")


def _texts(name: str) -> dict[str, dict[str, tuple[str, str]]]:
    file = HERE / "messages" / f"{name}.yaml"
    return {
        language: {code: (message, remedy) for code, (message, remedy) in words.items()}
        for language, words in yaml.safe_load(file.read_text(encoding="utf-8")).items()
    }


@cache
def catalogue(language: str) -> dict[str, tuple[str, str]]:
    """Message and remedy of each code, or of each ending of the codes made per field."""
    faults = _texts("faults")
    return faults.get(language, faults["en"]) | _texts("sealing")[language]


def explained(fault: Fault, language: str = "en", dated: Sequence[str] = ()) -> Fault:
    """The fault with its message and its remedy; ``dated`` as in the verdict."""
    words = catalogue(language)
    message, remedy = words.get(fault.code) or words[fault.code[-3:]]
    facts = {"column": fault.column or "", "file": fault.file or "", "dated": ", ".join(dated)}
    told = {"message": message.format(**facts), "remedy": remedy.format(**facts)}
    return fault.model_copy(update=told)


def in_words(verdict: Verdict, language: str = "en") -> Verdict:
    """The verdict with every fault explained."""
    faults = tuple(explained(fault, language, verdict.dated) for fault in verdict.faults)
    return verdict.model_copy(update={"faults": faults})


def notes(verdict: Verdict, language: str = "en") -> list[dict[str, Any]]:
    """What a sender should know and need not answer: one note for each file or column.

    The words have places for names of files and columns and for kinds of data, never for a cell.
    """
    found = [
        _note("undeclared", file, few(list(columns)), (), language)
        for file, columns in verdict.undeclared.items()
    ]
    found += [
        _note("personal_column", file, column, kinds, language)
        for file, columns in verdict.undeclared.items()
        for column, kinds in columns.items()
        if kinds
    ]
    found += [
        _note("personal_labels", None, column, tuple(kinds), language)
        for column, kinds in verdict.personal.items()
    ]
    return found


def few(columns: Sequence[str]) -> str:
    """The names of columns, or the first of them and how many there are."""
    first = ", ".join(columns[:MOST_COLUMNS])
    return first if len(columns) <= MOST_COLUMNS else f"{first} … ({len(columns)})"


@cache
def known_notes(language: str) -> dict[str, tuple[str, str]]:
    """Each note to what it says and what to do."""
    texts = _texts("notes")
    return texts.get(language, texts["en"])


def _note(
    name: str, file: str | None, column: str, kinds: Sequence[str], language: str
) -> dict[str, Any]:
    message, remedy = known_notes(language)[name]
    facts = {"file": file or "", "column": column, "kinds": ", ".join(kinds)}
    return {
        "note": name,
        "file": file,
        "column": column,
        "message": message.format(**facts),
        "remedy": remedy.format(**facts),
    }


def checked(verdict: Verdict, language: str = "en") -> dict[str, Any]:
    """What machines are told of a verdict: the facts in ``CHECKED``, faults in words."""
    said = in_words(verdict, language).model_dump(include=CHECKED)
    return said | {"notes": notes(verdict, language)}


def exit_code(verdict: Verdict) -> int:
    """The exit code of a command that ends with this verdict."""
    return WRONG_DATA if verdict.verdict == "faults" else 0


def why(answer: Mapping[str, Any]) -> str:
    """Why a command ended with errors in the data: of a check, a submission or an audit."""
    if "unreadable" in answer:
        return scanned(answer)
    if "failing" in answer:
        return f"{answer['failing']} hidden cells say too much, or cannot be certified not to."
    return refusal(answer.get("check", answer)["faults"])


def scanned(answer: Mapping[str, Any]) -> str:
    """What a scan comes to, in a sentence or two."""
    unread = len(answer["unreadable"])
    said = f"{len(answer['found'])} places may hold personal data: look at them in the files."
    lost = f"{unread} of {answer['files']} files could not be read: look at them yourself."
    return " ".join([said, lost] if unread and answer["found"] else [lost if unread else said])


def refusal(faults: Sequence[Mapping[str, Any]]) -> str:
    """Why a submission was refused, in a sentence: what is wrong with all of it, or most rows."""
    wrong = [fault for fault in faults if fault["severity"] == "error"]
    whole = [fault for fault in wrong if not fault["row"]]
    common = Counter((one["message"], one["remedy"]) for one in whole[:1] or wrong)
    ((message, remedy), _), *_ = common.most_common(1)
    return f"Refused: {message} {remedy}"
