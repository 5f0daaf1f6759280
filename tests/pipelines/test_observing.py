"""What a run says of several sources: from the tables it is about to publish to files."""

from pathlib import Path

import polars as pl
import pytest

from anonymize import disclosure
from data_contracts import load
from pipelines import beside, frames, observing, steps
from tests.tables import table

KEY, EPOCH = b"k" * 32, "1"
EXACT = dict.fromkeys(disclosure.COUNTED, pl.Int64)
TEXT = {"period": pl.String}


def counted(few: int, people: int) -> pl.DataFrame:
    """A country with many victims and one with a few, exactly; ``people`` decides the rounding."""
    return table(
        f"""
        country | n     | cell_key | n_cases | max_case | n_countries | max_country
        XAA     | 107   | 77       | 107     | 1        | 1           | 107
        XAB     | {few} | {people} | {few}   | 1        | 1           | {few}
        """,
        **EXACT,
    ).with_columns(period=pl.lit("2024"), unit=pl.lit("victim_identified"))


def protected(exact: pl.DataFrame, folder: Path) -> Path:
    policy = load.policy()
    table, behind = load.tables()["victims"], exact.clear().with_columns(kind=pl.lit(""))
    asked = disclosure.judged(exact, behind, table, KEY, EPOCH, policy)
    shown = disclosure.protect(asked, table, policy)
    folder.mkdir(parents=True)
    shown.with_columns(source=pl.lit("police")).write_parquet(folder / "victims.parquet")
    return folder


def aggregates(folder: Path) -> dict[str, Path]:
    """Core counts of UNODC about the two countries and a flow between them."""
    said = table(
        """
        country | citizenship | repatriation | value | lower | upper | obs_status
        XAA     | _T          | _T           | 140   | 140   | 140   | A
        XAB     | _T          | _T           | 6     | 6     | 6     | A
        XAA     | XAB         | _T           | 80    | 80    | 80    | A
        XAB     | _T          | XAA          | 60    | 60    | 60    | A
        """
    )
    rest = {"unit": "victim_identified", "period": "2024", "value_type": "count"}
    rest |= dict.fromkeys(("area", "sex", "age_band", "exploitation", "destination"), "_T")
    rest |= {"source": "unodc_glotip", "frequency": "year"}
    made = said.with_columns(pl.lit(code).alias(name) for name, code in rest.items())
    folder.mkdir(parents=True)
    made.write_parquet(folder / steps.ROWS)
    return {"aggregates": folder}


def made(exact: pl.DataFrame, folder: Path) -> dict[str, pl.DataFrame]:
    """The three files in their released form."""
    (folder / "out").mkdir(parents=True)
    tables = protected(exact, folder / "tables")
    observing.make(tables, aggregates(folder / "core"), folder / "out")
    read = observing.read(folder / "out")
    return {name: beside.of_beside(name, frame) for name, frame in read.items()}


def test_records_and_published_tables_come_together(tmp_path: Path) -> None:
    found = made(counted(4, 5), tmp_path)
    totals = found["observations"].filter(sex="_T", age_band="_T")
    said = ("country", "source", "obs_status", "others", "agreement")
    assert totals.select(said).rows() == [
        ("XAA", "police", "A", 1, "differ"),
        ("XAB", "police", "Q", 1, "unknown"),
    ]
    told = found["differences"].select("country", "value", "other_value", "difference_pct").rows()
    shown = totals["value"][0]
    assert shown in (105, 110)
    change = round(100 * (140 - shown) / shown)
    assert told == [("XAA", shown, 140, change), ("XAB", None, 6, None)]
    flow = ("origin", "destination", "destination_value", "origin_value", "status", "ratio_pct")
    assert found["mirror"].select(flow).rows() == [("XAB", "XAA", 80, 60, "both", 75)]


@pytest.mark.parametrize(("few", "people"), [(0, 0), (3, 11), (4, 12), (5, 4_000_000_000)])
def test_who_is_behind_a_hidden_cell_changes_no_byte(few: int, people: int, tmp_path: Path) -> None:
    def written(few: int, people: int, folder: Path) -> dict[str, bytes]:
        found = made(counted(few, people), folder)
        return {name: frames.parquet(frame, {}) for name, frame in found.items()}

    assert written(few, people, tmp_path / "a") == written(2, 99, tmp_path / "b")


def test_every_source_that_is_named_is_among_those_that_a_release_lists(tmp_path: Path) -> None:
    found = observing.spoken(made(counted(4, 5), tmp_path))
    assert sorted(found.rows()) == [
        ("police", "XAA"),
        ("police", "XAB"),
        ("unodc_glotip", "XAA"),
        ("unodc_glotip", "XAB"),
    ]


def test_what_is_not_declared_does_not_pass() -> None:
    mirror = pl.DataFrame(schema=dict.fromkeys(beside.columns("mirror"), pl.String))
    for column, text in (("origin", "Ana"), ("by", "Ana Ruiz"), ("origin_obs_status", "nobody")):
        row = mirror.clear(1).with_columns(
            pl.lit("XAA").alias("destination"),
            pl.lit("XAB").alias("origin"),
            **{"period": pl.lit("2024"), "unit": pl.lit("victim_identified")},
            **{"by": pl.lit(""), "status": pl.lit("both")},
        )
        assert beside.of_beside("mirror", row).height == 1
        with pytest.raises(frames.Unfit, match=f"mirror: these columns hold .*: {column}"):
            beside.of_beside("mirror", row.with_columns(pl.lit(text).alias(column)))
