"""What a span tells whoever takes it that people keep their code over the years.

Women of one year and men of another are different people: a span holds at least, for each code
of a question with one answer, the most that any of its years has. A span is not shown beside
published cells of which one could not be as large as it says, were all others as small as they say.
One dimension at a time; what several codes together would tell is not looked at.
"""

from collections.abc import Iterator

import polars as pl

from anonymize.audit_sheets import HIDDEN, Reader, Tables
from data_contracts.model import TOTAL, Table
from data_contracts.periods import years


def bounds_a_cell(
    reader: Reader, tables: Tables, place: tuple[str, str], span: str, value: int, dataset: str
) -> bool:
    """Whether a span of a country and unit (``place``) with that number bounds a cell of a year."""
    most = value + reader.policy.base - 1
    return any(
        high + sum(low for low, _ in cells) - own > most
        for cells in by_code(reader, tables, place, span, dataset)
        for own, high in cells
    )


def by_code(
    reader: Reader, tables: Tables, place: tuple[str, str], span: str, dataset: str
) -> Iterator[list[tuple[int, int]]]:
    """For each dimension the ends of each code: the largest lower one, and the largest upper one.

    A hidden cell is taken for a small one.
    """
    slack = reader.policy.base - 1
    few = reader.policy.small_up_to
    for name, frame in tables.items():
        spec = reader.specs[name]
        if (spec.kind, spec.dataset) != ("persons", dataset):
            continue
        for dimension in single(reader, spec):
            others = {one: TOTAL for one in spec.dimensions if one != dimension}
            own = frame.filter(
                pl.col("period").is_in(years(span)),
                pl.col("value").is_not_null() | (pl.col("obs_status") == HIDDEN),
                pl.col(dimension) != TOTAL,
                country=place[0],
                unit=place[1],
                **others,
            )
            ends = own.group_by(dimension).agg(
                low=(pl.col("value") - slack).fill_null(0).max(),
                high=(pl.col("value") + slack).fill_null(few).max(),
            )
            yield [(int(low), int(high)) for _, low, high in ends.iter_rows()]


def single(reader: Reader, spec: Table) -> Iterator[str]:
    """The dimensions of a table over questions with one answer."""
    several = {one.safe for one in reader.contracts[spec.dataset].many}
    yield from (name for name, one in spec.dimensions.items() if one.field not in several)
