"""A draft layout for a file that nobody has described yet, for a person to confirm.

The file is read in a fresh sealed interpreter, because it can hold anything. Back come names of
columns and labels of code lists, never another cell.
"""

import gzip
import io
import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from data_contracts import load
from data_contracts.concordance import STANDARDS, concordance
from data_contracts.layout import FileSpec
from data_contracts.model import Frozen
from pipelines import sandbox, whole
from pipelines.errors import OUR_FAULT, WRONG_DATA, WRONG_USAGE, Refusal
from sources import readers
from sources.rows import OURS
from transforms.suggest import Draft, Suggestion, Words, draft, header_like, plain

SECONDS, TOP, SAMPLE = 120, 20, 1 << 16
MARKS = (",", ";", "\t", "|")
HEADERS = 2
UNCONFIRMED = "unconfirmed"
NAMED = ("title", "publisher", "licence", "origin")
HEADLESS = "None of the first rows looks like a header: name the columns, then try again."
UNREADABLE = "The file cannot be read as CSV, XLSX or ODS. Save it again from its program."


class NoSuggestion(Refusal):
    """The file cannot be read, or none of its first rows looks like a header."""

    exit_code = WRONG_DATA


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
    spoken = {
        name: (*aliases.get(name, ()), plain(name), plain(item.title))
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


def spec_of(data: bytes) -> FileSpec:
    """How a file is probably written: its encoding, and what sets its cells apart."""
    encoding, text = "utf-8", ""
    if data.startswith(b"\x1f\x8b"):
        data = gzip.GzipFile(fileobj=io.BytesIO(data)).read(SAMPLE)
    try:
        text = beginning(data, encoding)
    except UnicodeDecodeError:
        encoding = "cp1252"
        text = data[:SAMPLE].decode(encoding, errors="replace")
    lines = text.splitlines()[:TOP]
    # The mark that cuts every one of the first lines most often.
    cuts = {mark: min((line.count(mark) for line in lines if line), default=0) for mark in MARKS}
    return FileSpec(
        formats=("csv", "xlsx", "ods"),
        encoding=encoding,
        delimiter=max(MARKS, key=cuts.__getitem__),
    )


def beginning(data: bytes, encoding: str) -> str:
    """The first whole lines of a delimited file; a mark of byte order goes before ``encoding``."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data[:SAMPLE].decode("utf-16", errors="ignore")
    lines = data[:SAMPLE].rpartition(b"\n")[0] or data[:SAMPLE]
    return lines.decode(encoding)


def framed(data: bytes, known: Words) -> tuple[FileSpec, pl.DataFrame]:
    """The file below its header, in its own columns; raises ``NoSuggestion``."""
    try:
        spec = spec_of(data)
        top = readers.read(data, spec, frozenset()).head(TOP).drop(list(OURS), strict=False)
        rows = [tuple(top.columns), *top.iter_rows()]
        named = max(rows, key=lambda row: header_like(row, known))
        if header_like(named, known) < HEADERS:
            raise NoSuggestion(HEADLESS)
        wanted = frozenset(name for name in named if name and not name.startswith("column "))
        return spec, own(readers.read(data, spec, wanted))
    except readers.REFUSALS:
        raise NoSuggestion(UNREADABLE) from None


def own(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns of the file, without those that the reader adds, and without empty names."""
    mine = [c for c in frame.columns if c not in OURS and not c.startswith("column ")]
    return frame.select(mine)


def quoted(text: str) -> str:
    """A text as YAML writes it in one line."""
    return json.dumps(text, ensure_ascii=False)


def line(one: Suggestion) -> str:
    """One field of the feed, with its score."""
    columns = ", ".join(map(quoted, one.columns))
    parts = [f"from: [{columns}]"]
    parts += [f"verb: {one.verb}"] if one.verb else []
    parts += [f"standard: {one.standard}"] if one.standard else []
    parts += [f"labels: {one.name}"] if one.near else []
    note = f"; {one.unknown} labels in no list" if one.unknown else ""
    return f"      {one.name}: {{{', '.join(parts)}}}  # confirm: {one.score}{note}"


def table(one: Suggestion) -> list[str]:
    """The labels that are nearly in a list, with their codes."""
    rows = [
        f"    {quoted(label)}: {{{one.name}: [{quoted(code)}]}}  # confirm: {score}"
        for label, (code, score) in one.near.items()
    ]
    return [f"  {one.name}:", *rows]


def missing(made: Draft) -> list[str]:
    """The required fields that no column is like."""
    filled = {one.name for one in made.suggestions}
    fields = load.contract(made.contract).fields
    return [f.name for f in fields if f.required and f.name not in filled]


def written(made: Draft, spec: FileSpec, language: str) -> str:
    """The draft as the text of a layout; it does not load until a person has confirmed it."""
    persons = load.contract(made.contract).kind == "persons"
    linked = any(s.name in ("family_name", "given_name", "document") for s in made.suggestions)
    tables = [row for one in made.suggestions if one.near for row in table(one)]
    delimiter = f", delimiter: {quoted(spec.delimiter)}" if spec.delimiter != "," else ""
    encoding = f", encoding: {spec.encoding}" if spec.encoding != "utf-8" else ""
    lines = [
        "# A draft. Look at every line marked confirm; remove the marks and the next line.",
        f"{UNCONFIRMED}: true",
        *(f"{name}: to be filled in  # confirm" for name in NAMED),
        "source: to_be_filled_in  # confirm",
        "replaces: country_period  # confirm" if persons else "replaces: source  # confirm",
        f"frequency: {made.frequency}  # confirm",
        *([f"person: {'identity' if linked else 'row'}  # confirm"] if persons else []),
        f"language: {language}  # confirm",
        f"files:\n  file: {{formats: [csv, xlsx, ods]{delimiter}{encoding}}}",
        f"feeds:\n  {made.contract}:\n    file: file\n    fields:",
        *(
            f"      # {name} is required: no column is like it. Name one, or one code."
            for name in missing(made)
        ),
        *map(line, made.suggestions),
        *(["labels:", *tables] if tables else []),
        *(f"# not selected: {quoted(name)}: {why}" for name, why in made.left.items()),
    ]
    return "\n".join(lines) + "\n"


def drafted(data: bytes, language: str) -> Drafted:
    """The child's work: read, compare, write."""
    known = words()
    spec, frame = framed(data, known)
    made = draft(frame, load.contracts(), known)
    columns = [
        asdict(one) | {"near": {label: code for label, (code, _) in one.near.items()}}
        for one in made.suggestions
    ]
    facts = {
        "contract": made.contract,
        "suggestions": columns,
        "not_selected": dict(made.left),
        "required_missing": missing(made),
    }
    return Drafted(text=written(made, spec, language), facts=facts)


def start(file: Path, language: str) -> Drafted:
    """The parent's side: one sealed child for the file."""
    if not file.is_file():
        raise NotThere(f"There is no file {file}.")
    try:
        question = language.encode() + b"\n" + file.read_bytes()
        child = subprocess.run(
            [sys.executable, "-I", "-m", "pipelines.suggest"],
            input=question,
            timeout=SECONDS,
            **sandbox.ALONE,
        )
    except subprocess.TimeoutExpired:
        raise NoSuggestion("The file takes too long to read. Try with its first rows.") from None
    except subprocess.CalledProcessError as ended:
        headless = ended.returncode == WRONG_DATA
        raise NoSuggestion(HEADLESS if headless else UNREADABLE) from None
    return Drafted.model_validate_json(child.stdout)


def suggest(file: Path, out: Path | None, language: str) -> dict[str, Any]:
    """A draft layout for ``file``, written to ``out`` where it is given; never over a file."""
    if out and out.exists():
        raise NotThere(f"{out} exists. Choose another name for the draft.")
    made = start(file, language)
    if out:
        whole.write(out, made.text.encode())
    return made.facts | {"layout": made.text, "output": str(out) if out else None}


def main() -> None:
    """The child's side: seal first, then read."""
    language, _, data = sys.stdin.buffer.read().partition(b"\n")
    sandbox.seal()
    try:
        made = drafted(data, language.decode())
    except NoSuggestion as refusal:
        sys.exit(refusal.exit_code)
    except Exception:  # whatever a file does to a reader, its words stay here
        sys.exit(OUR_FAULT)
    sys.stdout.write(made.model_dump_json())


if __name__ == "__main__":
    main()
