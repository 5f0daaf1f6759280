"""All alike, across tables: what a sensitive code leaves of a wider one that another table has.

Tables divide one question more or less finely: whether somebody is foreign, and of which country.
Where nearly all foreigners are of one country, whoever knows that somebody is foreign knows the
country too. Inside one table ``disclosure`` asks the same of its totals.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

import polars as pl

from anonymize.audit_fields import Codes, Field, fields
from anonymize.disclosure import rounded
from data_contracts.model import TOTAL, CodeList, Dimension, Table
from data_contracts.policy import Policy
from data_contracts.questions import question

# Country, period and unit of a cell, and its codes without totals.
Cell: TypeAlias = tuple[tuple[str, ...], Codes]
Fields: TypeAlias = Mapping[str, Field]


def compared(
    cubes: Mapping[str, pl.DataFrame],
    registry: Mapping[str, Table],
    lists: Mapping[str, CodeList],
    policy: Policy,
) -> dict[str, pl.DataFrame]:
    """``cubes`` as judged one by one, with ``beside`` at most what wider codes elsewhere leave.

    All tables of all tiers count, so that a cell that stands in several is hidden in each. As with
    a total, it is not asked whether the wider cell is shown.
    """
    found = dict(cubes)
    for asked, tables in divided(registry[name] for name in cubes):
        own = {table.name: list(cells(table, cubes[table.name], tables, lists)) for table in tables}
        numbers = dict[Cell, int]()
        for name, every in own.items():
            # A whole that cannot be judged leaves nobody; a part of which that is true is hidden.
            counted = cubes[name].select(rounded(policy).fill_null(0)).to_series()
            numbers |= zip((cell for cell, _ in every), counted, strict=True)
        for name, every in own.items():
            left = [least(cell, asked, known[asked], numbers) for cell, known in every]
            beside = pl.min_horizontal("beside", pl.Series(left, dtype=pl.Int64))
            found[name] = found[name].with_columns(beside=beside)
    return found


def divided(tables: Iterable[Table]) -> Iterator[tuple[str, list[Table]]]:
    """The sensitive questions that tables of a dataset divide differently, with those tables."""
    asking: dict[tuple[str, str], dict[str, Table]] = {}
    for table in tables:
        for one in sensitive(table):
            asking.setdefault((table.dataset, question(one)), {})[table.name] = table
    for (_, asked), own in sorted(asking.items()):
        dimensions = (one for table in own.values() for one in sensitive(table))
        if len({one.codes for one in dimensions if question(one) == asked}) > 1:
            yield asked, list(own.values())


def sensitive(table: Table) -> list[Dimension]:
    return [one for one in table.dimensions.values() if one.sensitive]


def cells(
    table: Table, cube: pl.DataFrame, tables: Sequence[Table], lists: Mapping[str, CodeList]
) -> Iterator[tuple[Cell, Fields]]:
    """Each cell of a cube, with the fields of ``tables`` as its country divides them."""
    dimensions = list(table.dimensions.values())
    # Several answers to a question make no code wider.
    known = {home: fields(tables, frozenset(), lists, home) for home in cube["country"].unique()}
    for row in cube.select(table.key).iter_rows():
        own = known[row[0]]
        told = zip(dimensions, row[3:], strict=True)
        codes = ((one, code) for one, code in told if code != TOTAL)
        labels = ((question(one), own[question(one)].labels[one.codes][c]) for one, c in codes)
        yield (row[:3], frozenset(labels)), own


def least(cell: Cell, asked: str, field: Field, numbers: Mapping[Cell, int]) -> int | None:
    """The smallest number that a cell leaves of one that is wider in ``asked``; None of none."""
    place, codes = cell
    wider = (
        (place, codes - {(asked, label)} | {(asked, whole)})
        for name, label in codes
        if name == asked
        for whole in field.wider(label)
        if field.tells(label, whole)
    )
    return min((numbers[one] - numbers[cell] for one in wider if one in numbers), default=None)
