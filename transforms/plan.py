"""What is counted: a table over people in its series, and where each of its codes belongs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, combinations

import narwhals as nw
import polars as pl

from data_contracts.model import TOTAL, UNKNOWN, CodeList, Dimension, Table
from transforms.engine import Frame, fetched
from transforms.people import FAMILY, People


class CodeOutsideList(ValueError):
    """A column holds a code that its code list does not know; names the column, not the code."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field} holds a code outside its code list. Run the checks again.")


@dataclass(frozen=True)
class Plan:
    """What is counted: a table over people, and in which series."""

    table: Table
    people: People
    lists: Mapping[str, CodeList]
    series: Frame
    regional: bool

    @property
    def single(self) -> dict[str, Dimension]:
        """The dimensions of which a person has one code."""
        return {n: d for n, d in self.table.dimensions.items() if d.field in self.people.fields}

    @property
    def many(self) -> dict[str, Dimension]:
        """The dimensions of which a person may have several."""
        return {n: d for n, d in self.table.dimensions.items() if n not in self.single}

    def held(self, dimension: Dimension) -> Frame:
        """Each ``code`` of the dimension's list with the declared code that ``held`` it."""
        held = self.lists[dimension.codelist].rolled(dimension.codes, dimension.rest) | {
            UNKNOWN: UNKNOWN
        }
        return self.people.engine.lift(
            pl.DataFrame({"code": list(held), "held": list(held.values())})
        )


def planned(
    table: Table, people: People, lists: Mapping[str, CodeList], available: pl.DataFrame
) -> Plan:
    """The plan of ``table`` in the series of ``available``."""
    series = people.engine.lift(available.select(FAMILY).unique())
    return Plan(table, people, lists, series, TOTAL in available["country"])


def subsets(names: Iterable[str]) -> Iterable[tuple[str, ...]]:
    """All subsets of ``names``, the whole first."""
    every = tuple(names)
    return chain.from_iterable(combinations(every, n) for n in range(len(every), -1, -1))


def available_at_home(rows: Frame, plan: Plan) -> Frame:
    """Rows of series that are complete: the region is counted from countries that are."""
    home = ["home", "period", "unit"]
    return rows.join(plan.series, left_on=home, right_on=FAMILY, how="semi")


def rolled(rows: Frame, plan: Plan, name: str) -> Frame:
    """``rows`` with the declared code that holds their ``code``, in a column of its dimension."""
    dimension = plan.table.dimensions[name]
    filled = rows.with_columns(nw.col("code").fill_null(UNKNOWN))
    foreign = filled.join(plan.held(dimension), on="code", how="anti")
    if not fetched(foreign.select("code").head(1)).is_empty():
        raise CodeOutsideList(dimension.field)
    held = filled.join(plan.held(dimension), on="code", how="inner")
    return held.rename({"held": name}).drop("code")
