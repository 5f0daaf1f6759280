"""What stands in the tables, against a second count from the raw files that shares no code."""

from pathlib import Path

import polars as pl
import pytest

from anonymize import disclosure
from data_contracts import load
from data_contracts.model import Table
from pipelines.intake import Job
from pipelines.sealed import take_in
from tests.oracle import national, release
from transforms import cube
from transforms.people import prepared
from transforms.published import programme, published
from transforms.vintage import supplied

SAMPLES = Path(__file__).parents[1] / "sources" / "samples"
GLOTIP = SAMPLES / "glotip" / "data_glotip_2025-04-14.csv.gz"
POPULATION = SAMPLES / "population" / "world_bank_population_total.csv"
NATIONAL = ("sdg_16_2_2_gbr", "sdg_16_2_2_can", "sdg_16_2_2_mda", "statcan_trafficking")
PERIODS = ("2020", "2020-P6M", "2020-P9M", *(f"2020-Q{n}" for n in (1, 2, 3, 4)))

# python -m tests.oracle.release RELEASE sources/samples
PUBLISHED_OUTCOMES = {
    "glotip_victims_by_sex_age": {"A": 8_086, "O": 60_662, "Q": 4_852},
    "glotip_victims_by_exploitation": {"A": 3_443, "O": 9_410, "Q": 1_867},
    "glotip_justice": {"A": 5_105, "O": 65_758, "Q": 2_737},
}


# Figures in each: 13 years of the United Kingdom, 7 of Canada.
NATIONAL_TABLES = {"sdg_victims_by_sex_age": 429, "police_incidents": 7}


def submissions() -> dict[str, tuple[str, tuple[Path, ...]]]:
    """Layout and files of each submission of the samples, by a name for it."""
    register = {
        f"2020-Q{n}": (
            "argentina_linea145",
            tuple(
                SAMPLES / "argentina_linea145" / f"2020Q{n}_{part}.csv"
                for part in ("denuncias", "referidos")
            ),
        )
        for n in (1, 2, 3, 4)
    }
    return register | {
        "unodc": ("unodc_glotip", (GLOTIP,)),
        "bank": ("world_bank_population", (POPULATION,)),
        **{name: (name, (SAMPLES / national.TABLES[name][0],)) for name in NATIONAL},
    }


def persons(table: Table, rows: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """A table of persons as it may leave, before the audit has seen it."""
    series = [{"country": "ARG", "unit": u, "period": p} for u in table.units for p in PERIODS]
    fields = [dimension.field for dimension in table.dimensions.values()]
    people = prepared(rows, answers, fields)
    made = cube.count(table, people, load.codelists(), pl.DataFrame(series))
    key, policy = b"the same draws in every test", load.policy()
    asked = disclosure.judged(*made, table, key, "1", policy)
    return disclosure.protect(asked, table, policy)


def filled() -> dict[str, Table]:
    """The registered tables whose dimensions the layouts of the samples fill."""
    layouts = [load.layout(name) for name in {name for name, _ in submissions().values()}]
    return {
        name: table
        for name, table in load.tables().items()
        if not table.countries
        and (
            table.kind != "persons"
            or any(supplied(table, one, load.contract(table.dataset)) for one in layouts)
        )
    }


def made(table: Table, safe: Path) -> pl.DataFrame:
    """A registered table from the safe Parquet of all submissions."""

    def core(name: str) -> pl.DataFrame:
        return pl.concat(pl.read_parquet(file) for file in sorted(safe.glob(f"*/{name}.parquet")))

    if table.kind == "persons":
        return persons(table, core(table.dataset), core(f"{table.dataset}_answers"))
    return {"published": published, "programme": programme}[table.kind](table, core(table.dataset))


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every registered table that the samples fill, as in a release."""
    root = tmp_path_factory.mktemp("release")
    for name, (layout, files) in submissions().items():
        (root / "safe" / name).mkdir(parents=True)
        take_in(Job(files=files, layout=layout, out=root / "safe" / name))
    (root / "tables").mkdir()
    for name, table in filled().items():
        made(table, root / "safe").write_parquet(root / "tables" / f"{name}.parquet")
    return root


def test_unodc_s_numbers_stand_in_their_tables_as_published(tables: Path) -> None:
    compared = release.glotip_tables(tables, GLOTIP)
    assert [one.wrong[:3] for one in compared.values()] == [[], [], []]
    assert {name: one.outcomes for name, one in compared.items()} == PUBLISHED_OUTCOMES


def test_populations_stand_in_their_table_as_published(tables: Path) -> None:
    compared = release.population_table(tables, POPULATION)
    assert (compared.wrong[:3], compared.outcomes) == ([], {"A": 13_945, "O": 30})


@pytest.mark.parametrize(("name", "figures"), NATIONAL_TABLES.items())
def test_national_counts_stand_in_their_tables_and_rates_and_provinces_do_not(
    name: str, figures: int, tables: Path
) -> None:
    spec = load.tables()[name]
    cells = [cell for layout in NATIONAL for cell in national.sorted_out(SAMPLES, layout)[0]]
    due = {
        (cell.country, cell.period, cell.unit, *(getattr(cell, d) for d in spec.dimensions)): cell
        for cell in cells
        if (cell.area, cell.value_type) == ("_T", "count") and cell.unit in spec.units
    }
    found = pl.read_parquet(tables / "tables" / f"{name}.parquet").filter(
        pl.col("value").is_not_null()
    )
    key = ("country", "period", "unit", *spec.dimensions)
    assert len(due) == figures
    assert dict(zip(found.select(key).rows(), found["value"], strict=True)) == {
        place: cell.value for place, cell in due.items()
    }


@pytest.mark.parametrize("name", release.PERSONS)
def test_a_count_of_persons_is_near_the_exact_one_or_hidden_with_reason(
    name: str, tables: Path
) -> None:
    compared = release.persons_table(tables, SAMPLES / "argentina_linea145", name)
    assert compared.wrong[:3] == []
    assert "hidden further" not in compared.outcomes


def test_every_registered_table_is_counted_a_second_time(tables: Path) -> None:
    counted = {*release.PERSONS, *PUBLISHED_OUTCOMES, "population", *NATIONAL_TABLES}
    assert counted == set(filled())
