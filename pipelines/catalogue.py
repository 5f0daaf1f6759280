"""What the warehouse says about itself, from the contracts: keys, comments, views, columns.

Only texts and small frames; ``warehouse`` puts them into the database.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple

import polars as pl

from data_contracts.model import Contract, Field
from transforms.vintage import SLICE, Slices

# Columns that the pipeline adds beside the fields of a contract.
ADDED = {
    "source": "Who reported the row.",
    "submission": "The submission that brought the row.",
    "country": "The country that reported the row.",
    "period": "The period to which the row is counted.",
    "record": "The row, under a pseudonym.",
    "person_key": "32 bits by which a person is counted once; never published.",
    "link_token": "Links a person across sources; empty where no identity was given.",
    "field": "The question that was answered.",
    "code": "One answer; a question with several answers has several rows.",
    "rank": "Whose answer counts where sources contradict each other about a person: the lowest.",
    "is_duplicate": "Whether the person stands in an earlier row of the same country.",
}
LISTED = {"country": "country"}
COLUMNS = (
    "table_name",
    "column_name",
    "title",
    "description",
    "codelist",
    "treatment",
    "is_key",
)
Columns = Mapping[str, list[str]]
Row = tuple[str | None, ...]


def tables(contracts: Iterable[Contract]) -> Iterator[tuple[str, Contract]]:
    """Each table of the core with its contract, tables of answers among them."""
    for contract in contracts:
        yield contract.name, contract
        if contract.answers:
            yield contract.answers, contract


def key(contract: Contract, table: str) -> tuple[str, ...]:
    """The columns that name a row of the core: numbers of records are of one submission."""
    if table == contract.answers:
        return ("submission", "record", "field", "code")
    return ("submission", "record") if contract.kind == "persons" else ("source", *contract.key)


def codelists(contract: Contract, table: str) -> dict[str, str]:
    """Each coded column of a table and its list; answers hold codes of several lists."""
    if table == contract.answers:
        return dict(LISTED)
    return LISTED | {f.safe: f.codelist for f in contract.single if f.codelist and f.leaves}


def keys(contracts: Iterable[Contract], columns: Columns) -> Iterator[str]:
    """A primary key for every table that has the columns of its key."""
    for table, contract in tables(contracts):
        named = key(contract, table)
        if set(named) <= set(columns.get(table, ())):
            yield f"ALTER TABLE {name(table)} ADD PRIMARY KEY ({', '.join(map(name, named))})"


def comments(contracts: Iterable[Contract], columns: Columns) -> Iterator[str]:
    """What the contracts say about each table and column."""
    for table, contract in tables(contracts):
        if table not in columns:
            continue
        yield f"COMMENT ON TABLE {name(table)} IS {text(about(contract, table))}"
        said = descriptions(contract)
        for column in columns[table]:
            if told := said.get(column):
                yield f"COMMENT ON COLUMN {name(table)}.{name(column)} IS {text(told)}"


def descriptions(contract: Contract) -> dict[str, str]:
    """What each column of a contract's tables means."""
    return ADDED | {f.safe: f.description or f.title for f in contract.fields}


def about(contract: Contract, table: str) -> str:
    """What a table holds, and what a row of it is."""
    if table == contract.name:
        return f"{contract.description} A row is {contract.grain}."
    return f"Answers to the questions of {contract.name} that take several; a row is one answer."


def views(contracts: Iterable[Contract], columns: Columns) -> Iterator[str]:
    """Per table a view of the same rows with an English label beside each code."""
    for table, contract in tables(contracts):
        if table not in columns:
            continue
        lists = codelists(contract, table)
        parts = [part for c in columns[table] for part in (name(c), labelled(c, lists.get(c)))]
        chosen = ", ".join(filter(None, parts))
        yield f"CREATE VIEW labelled.{name(table)} AS FROM main.{name(table)} AS t SELECT {chosen}"
        said = f"{about(contract, table)} Each code has its English label beside it."
        yield f"COMMENT ON VIEW labelled.{name(table)} IS {text(said)}"


def labelled(column: str, codelist: str | None) -> str:
    """The first English label of a code, as a column; nothing for what is no code."""
    if codelist is None:
        return ""
    found = f"FROM labels.{name(codelist)} AS l SELECT split_part(l.en, '|', 1)"
    return f"({found} WHERE l.code = t.{name(column)}) AS {name(f'{column}_label')}"


def frames(
    contracts: Iterable[Contract], columns: Columns, slices: Slices
) -> dict[str, pl.DataFrame]:
    """The tables of the schema ``meta``: datasets, their columns, references, and the slices."""
    every = [(table, contract) for table, contract in tables(contracts) if table in columns]
    datasets = [(t, c.name, c.version, c.kind, about(c, t)) for t, c in every]
    told = [row for table, contract in every for row in _columns(table, contract, columns[table])]
    references = {row for t, c in every for row in _references(t, c, columns[t])}
    spoken = [(*astuple(piece), submission) for piece, submission in sorted(slices.items())]
    names = ("table_name", "column_name", "to_schema", "to_table", "to_column")
    return {
        "datasets": _frame(datasets, ("table_name", "contract", "version", "kind", "description")),
        "columns": _frame(told, COLUMNS),
        "relationships": _frame(sorted(references, key=str), names),
        "slices": _frame(spoken, (*SLICE, "submission")),
    }


def _references(table: str, contract: Contract, found: list[str]) -> Iterator[Row]:
    for column, codelist in codelists(contract, table).items():
        if column in found:
            yield table, column, "codelists", codelist, "code"
    for column in ("submission", "record") if table == contract.answers else ():
        if column in found:
            yield table, column, "main", contract.name, column


def _columns(table: str, contract: Contract, found: list[str]) -> Iterator[Row]:
    fields: dict[str, Field] = {f.safe: f for f in contract.fields if f.leaves}
    said, lists, named = descriptions(contract), codelists(contract, table), key(contract, table)
    for column in found:
        field = fields.get(column)
        title, treatment = (field.title, field.treatment) if field else (column, None)
        is_key = "yes" if column in named else "no"
        yield table, column, title, said.get(column), lists.get(column), treatment, is_key


def _frame(rows: Iterable[Row], columns: Iterable[str]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=dict.fromkeys(columns, pl.String), orient="row")


def name(written: str) -> str:
    """An identifier of SQL."""
    return '"' + written.replace('"', '""') + '"'


def text(written: str) -> str:
    """A text of SQL."""
    return "'" + written.replace("'", "''") + "'"
