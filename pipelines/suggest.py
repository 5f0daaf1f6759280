"""A draft layout for a file that nobody has described yet, for a person to confirm.

The file is read in a fresh sealed interpreter, because it can hold anything. Back come names of
columns and labels of code lists, never another cell.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from data_contracts import load, needs
from data_contracts.concordance import STANDARDS, concordance
from data_contracts.model import Frozen
from pipelines import children, proposal, unfamiliar, whole
from pipelines.errors import WRONG_DATA, WRONG_USAGE, Refusal
from pipelines.unfamiliar import HEADLESS, UNREADABLE, NoSuggestion
from transforms.drafting import draft
from transforms.looks import Words, plain

SECONDS = 120


class NotThere(Refusal):
    """The file is not there, or the draft would replace another file."""

    exit_code = WRONG_USAGE


class Drafted(Frozen):
    """What the child answers: the text of the layout, and the facts behind it."""

    text: str
    facts: dict[str, Any]


def words() -> Words:
    """Every word that a file may be compared with, in every language."""
    rows = load.rows("fields", load.HERE / "aliases")
    languages = [name for name in rows[0] if name != "field"]
    aliases = {
        row["field"]: tuple(
            dict.fromkeys(plain(w) for lang in languages for w in row[lang].split("|") if w)
        )
        for row in rows
    }
    names = {f.name: f for contract in load.contracts().values() for f in contract.fields}
    # Of all files, "unit" is a unit of measurement, whatever we call by it.
    given = {word: name for name, found in aliases.items() for word in found}
    spoken = {
        name: (
            *aliases.get(name, ()),
            *(w for w in (plain(name), plain(item.title)) if given.get(w, name) == name),
        )
        for name, item in names.items()
    }
    lists = load.codelists()
    standards = {
        (standard, name): found
        for standard in STANDARDS
        for name, of in lists.items()
        if (found := concordance(standard).labels(of))
    }
    return Words(aliases | spoken, lists, standards)


def drafted(data: bytes, language: str) -> Drafted:
    """The child's work: read, compare, write."""
    known = words()
    spec, frame = unfamiliar.framed(data, known)
    made = draft(frame, load.contracts(), known, load.policy().max_published_count)
    facts = {
        "contract": made.contract,
        "next_best": made.next_best,
        "suggestions": [asdict(one) for one in made.suggestions],
        "where": dict(made.where),
        "not_selected": dict(made.left),
        "required_missing": proposal.missing(made),
    }
    return Drafted(text=proposal.written(made, spec, language), facts=facts)


def start(file: Path, language: str) -> Drafted:
    """The parent's side: one sealed child for the file."""
    if not file.is_file():
        raise NotThere(f"There is no file {file}.")
    # In the child a list that is gone would look like a file that cannot be read.
    needs.check_everything()
    question = json.dumps({"file": str(file.absolute()), "language": language})
    try:
        said = children.ask("suggest", question, cpu_seconds=SECONDS, seconds=SECONDS, reads=[file])
    except children.Ended as ended:
        if ended.how == "time":
            raise NoSuggestion(
                "The file takes too long to read. Try with its first rows."
            ) from None
        raise NoSuggestion(HEADLESS if ended.code == WRONG_DATA else UNREADABLE) from None
    return Drafted.model_validate_json(said)


def suggest(file: Path, out: Path | None, language: str) -> dict[str, Any]:
    """A draft layout for ``file``, written to ``out`` where it is given; never over a file."""
    if out and out.exists():
        raise NotThere(f"{out} exists. Choose another name for the draft.")
    made = start(file, language)
    if out:
        whole.write(out, made.text.encode())
    return made.facts | {"layout": made.text, "output": str(out) if out else None}


def answer(question: str) -> str:
    """A draft for one file, both as JSON; in the sealed child."""
    asked = json.loads(question)
    return drafted(Path(asked["file"]).read_bytes(), asked["language"]).model_dump_json()
