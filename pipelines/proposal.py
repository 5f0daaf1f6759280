"""A draft as the text of a layout: what a person has to look at, and what only she can say.

What must be filled in stands empty, and a layout with an empty place does not load.
"""

import json
from collections.abc import Iterator

from data_contracts import load
from data_contracts.layout import FileSpec
from data_contracts.model import Contract, Field
from transforms.drafting import Draft
from transforms.looks import Suggestion

UNCONFIRMED = "unconfirmed"
FILL_IN = "# fill in"
BEGINNING = """\
# A draft. Each line marked "confirm" is a guess: look at it, and take its mark away. Each line
# marked "fill in" is empty, and only you can fill it. Then remove the next line: until all is
# done, the layout does not load. Labels in no list are not shown here, for they may be of persons:
# tipstat check FILE --layout THIS counts them by column."""
NAMED = {
    "title": "what these figures or records are",
    "publisher": "whose they are",
    "licence": "who may use them",
    "origin": "where they come from",
    "source": "a short name of the source, as in xaa_police",
}


def quoted(text: str) -> str:
    """A text as YAML writes it in one line."""
    return json.dumps(text, ensure_ascii=False)


def listed(texts: tuple[str, ...]) -> str:
    """Several texts as YAML writes them in one line."""
    return f"[{', '.join(map(quoted, texts))}]"


def line(one: Suggestion) -> str:
    """One field of the feed, with its score and what is to be looked at."""
    parts = (
        [f"from: {listed(one.columns)}"] if one.columns else [f"value: {quoted(one.value or '')}"]
    )
    parts += [f"verb: {one.verb}"] if one.verb else []
    parts += [f"standard: {one.standard}"] if one.standard else []
    parts += [f"when: {{{quoted(c)}: {quoted(label)}}}" for c, label in one.when.items()]
    parts += [f"labels: {one.table or one.name}"] if one.near or one.table else []
    parts += [f"blank: {quoted(one.blank)}"] if one.blank else []
    unknown = f"labels in no list: {one.unknown}" if one.unknown else ""
    score = f"{one.score} of 100" if one.columns else ""
    note = "; ".join(filter(None, (score, one.note, unknown)))
    return f"      {one.name}: {{{', '.join(parts)}}}  # confirm: {note}"


def labels(made: Draft) -> Iterator[str]:
    """The labels that are nearly in a list, with their codes."""
    tables: dict[str, list[str]] = {}
    for one in made.suggestions:
        rows = tables.setdefault(one.table or one.name, []) if one.near or one.table else []
        rows += [
            f"    {quoted(label)}: {{{one.name}: [{quoted(code)}]}}  # confirm"
            for label, code in one.near.items()
        ]
    if tables:
        yield "labels:"
    for name, rows in tables.items():
        yield f"  {name}:" if rows else f"  {name}: {{}}"
        yield from rows


def missing(made: Draft) -> list[str]:
    """The required fields that no column is like; whose country it is, a submission says."""
    filled = {one.name for one in made.suggestions}
    fields = load.contract(made.contract).fields
    return [f.name for f in fields if f.required and f.name not in {*filled, "country"}]


def gap(item: Field) -> str:
    """A required field that only a person can fill: with one code of its list, or a column."""
    if not item.codelist:
        year = ", or one year for all, as {value: 2025}" if item.name == "period" else ""
        return f"      {item.name}: {{from: }}  {FILL_IN}: a column; none is like it{year}"
    steps = load.contract("services").by_name["unit"].codes
    codes = item.codes or (c for c in load.codelist(item.codelist).said if c not in steps)
    return (
        f"      {item.name}: {{value: }}  {FILL_IN}: no column tells it; one of {', '.join(codes)}"
    )


def feed(made: Draft, contract: Contract) -> Iterator[str]:
    """The lines of the feed."""
    likely = f"else perhaps {made.next_best}"
    yield f"feeds:\n  {made.contract}:  # confirm: {contract.grain}; {likely}\n    file: file"
    if made.where:
        yield "    where:"
        yield from (f"      {quoted(c)}: {listed(told)}  # confirm: only these rows are trafficking"
                    for c, told in made.where.items())  # fmt: skip
    if made.unpivot:
        yield f"    unpivot: {listed(made.unpivot)}  # confirm: each of them holds figures"
    yield "    fields:"
    yield from map(gap, (contract.by_name[name] for name in missing(made)))
    yield from map(line, made.suggestions)


def head(made: Draft, contract: Contract) -> Iterator[str]:
    """What a layout says of the source."""
    persons = contract.kind == "persons"
    linked = any(s.name in ("family_name", "given_name", "document") for s in made.suggestions)
    yield from (f"{name}:  {FILL_IN}: {what}" for name, what in NAMED.items())
    yield f"replaces: {'country_period' if persons else 'source'}  # confirm"
    yield f"frequency: {made.frequency}  # confirm"
    if persons:
        yield f"person: {'identity' if linked else 'row'}  # confirm"
    if made.missing:
        yield f"missing: {listed(('', *made.missing))}  # confirm: these cells have nothing"
    if made.censored:
        yield f"censored: {quoted(made.censored)}  # confirm: a figure too small to be shown"


def written(made: Draft, spec: FileSpec, language: str) -> str:
    """The draft as the text of a layout; it does not load until a person has confirmed it."""
    contract = load.contract(made.contract)
    delimiter = f", delimiter: {quoted(spec.delimiter)}" if spec.delimiter != "," else ""
    encoding = f", encoding: {spec.encoding}" if spec.encoding != "utf-8" else ""
    lines = [
        BEGINNING,
        f"{UNCONFIRMED}: true",
        *(f"# {note}" for note in made.notes),
        *head(made, contract),
        f"language: {language}  # confirm",
        f"files:\n  file: {{formats: [{spec.formats[0]}]{delimiter}{encoding}}}",
        *feed(made, contract),
        *labels(made),
        *(f"# not selected: {quoted(name)}: {why}" for name, why in made.left.items()),
    ]
    return "\n".join(lines) + "\n"
