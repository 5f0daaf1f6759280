"""How much of a table can be read, against a count of the same cells by hand."""

import polars as pl
import pytest

from benchmarks import usefulness
from data_contracts import load


@pytest.fixture(scope="module")
def region() -> usefulness.Region:
    return usefulness.drawn(3, 90, 1)


def test_twelve_countries_have_from_20_to_400_victims_a_year() -> None:
    many = list(usefulness.sizes(12, 1).values())
    assert (len(many), many[0], many[-1]) == (12, 20, 400)
    assert many == sorted(many)


def test_shown_and_hidden_cells_are_all_cells_and_persons_are_counted_in_shown_ones(
    region: usefulness.Region,
) -> None:
    table = load.tables()["victims_by_citizenship_group"]
    released, exact = usefulness.judged(region, table)
    for one in usefulness.read(table.name, exact):
        regional = pl.col("country") == "_T" if one.place == "region" else pl.col("country") != "_T"
        is_year = ~pl.col("period").str.contains("-Q")
        chosen = regional & (is_year if one.frequency == "year" else ~is_year)
        cells = released.filter(chosen)
        shown = cells.filter(pl.col("obs_status") == "A").height
        assert (one.cells, one.cells - sum(one.hidden.values())) == (cells.height, shown)
        both = exact.filter(chosen).join(cells, on=["country", "period", "unit", *table.dimensions])
        people = int(both.filter(pl.col("value").is_not_null())["n"].sum())
        assert one.persons == pytest.approx(people / int(both["n"].sum()))


def test_it_says_so_for_every_table_and_for_the_headlines(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    few = {n: t for n, t in usefulness.tables().items() if n in ("victims", "victims_by_sex_age")}
    monkeypatch.setattr(usefulness, "tables", lambda: few)
    usefulness.main(3, 60, 2)
    told = capsys.readouterr().out
    assert "| victims | year | region | 6 |" in told
    assert "| victims_by_sex_age | quarter | country |" in told
    assert "Annual indicators shown: country" in told
