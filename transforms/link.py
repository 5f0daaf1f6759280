"""The same person twice: marks, never removes.

Agencies of one country that know the same person give her the same key, because the key is made
of what both know of her. Counting distinct keys counts her once; the mark says which rows are
repeats.
"""

import polars as pl


def marked(rows: pl.LazyFrame) -> pl.LazyFrame:
    """``rows`` with ``is_duplicate``: the person stands in an earlier row of the same country.

    Earlier is by period, then source, then record, so the mark does not depend on row order.
    """
    ordered = rows.sort("country", "period", "source", "record")
    first = pl.int_range(pl.len()).over("country", "person_key") == 0
    return ordered.with_columns(is_duplicate=~first)
