"""Published tables as an attacker lays them side by side: one cell a set of people."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

import polars as pl

from benchmarks.attacking.worlds import YEAR
from data_contracts.model import TOTAL, Table

Codes: TypeAlias = frozenset[tuple[str, str]]


class Cell(NamedTuple):
    """The people of a period who have all of some codes."""

    period: str
    codes: Codes

    def holds(self, other: "Cell") -> bool:
        """Whether everybody in ``other`` is in this cell; not for the cell itself."""
        return self != other and self.period in (YEAR, other.period) and self.codes <= other.codes


Values: TypeAlias = dict[Cell, int | None]


def rows(
    tables: Mapping[str, pl.DataFrame], specs: Mapping[str, Table], column: str
) -> Iterator[tuple[str, Cell, int | None]]:
    """Country, cell and a ``column`` of every row of every table."""
    for name, frame in tables.items():
        fields = {known: one.field for known, one in specs[name].dimensions.items()}
        for row in frame.iter_rows(named=True):
            codes = ((field, row[known]) for known, field in fields.items())
            cell = Cell(row["period"], frozenset(pair for pair in codes if pair[1] != TOTAL))
            yield row["country"], cell, row[column]


def by_country(
    tables: Mapping[str, pl.DataFrame], specs: Mapping[str, Table], column: str = "value"
) -> dict[str, Values]:
    """What stands in each cell, by country; a cell of several tables is shown if one shows it."""
    found: dict[str, Values] = defaultdict(dict)
    for country, cell, value in rows(tables, specs, column):
        if found[country].get(cell) is None:
            found[country][cell] = value
    return dict(found)
