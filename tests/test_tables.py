"""The drawing parser itself, since every other test trusts it."""

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.tables import table


def test_cells_are_nulls_integers_or_text() -> None:
    drawn = table("""
        country | sex | value | note
        XAA     | F   | -40   | 12
        XAB     |     |       | <5
    """)
    expected = pl.DataFrame(
        {
            "country": ["XAA", "XAB"],
            "sex": ["F", None],
            "value": [-40, None],
            "note": ["12", "<5"],
        }
    )
    assert_frame_equal(drawn, expected)


def test_a_column_takes_the_type_that_the_caller_names() -> None:
    drawn = table("n | share\n1 | \n", n=pl.Float64, share=pl.String)
    assert drawn.schema == {"n": pl.Float64, "share": pl.String}


def test_a_header_alone_is_a_frame_without_rows() -> None:
    assert table("a | b").shape == (0, 2)


def test_a_line_with_a_missing_cell_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        table("a | b\n1 | 2\n3")
