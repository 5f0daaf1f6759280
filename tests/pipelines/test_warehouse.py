"""The warehouse: built whole under a new name, explained by the contracts, fetched from nowhere."""

from pathlib import Path

import polars as pl
import pytest

from data_contracts.model import Contract
from pipelines import catalogue, warehouse
from pipelines.errors import Unwritable
from tests.faults import full_disk
from tests.tables import table
from transforms.vintage import Slice

FIELDS = (
    {"name": "record", "logicalType": "string", "treatment": "pseudonymise", "primaryKey": True},
    {
        "name": "sex",
        "businessName": "Sex",
        "description": "Sex of the victim, as the agency's list has it.",
        "logicalType": "string",
        "treatment": "keep",
        "codelist": "sex",
    },
    {
        "name": "act",
        "logicalType": "array",
        "items": {"logicalType": "string"},
        "treatment": "keep",
        "codelist": "act",
    },
)
VICTIMS = Contract.model_validate(
    {
        "name": "victims",
        "version": "1.0.0",
        "kind": "persons",
        "description": "Victims of an invented country.",
        "grain": "a person",
        "fields": FIELDS,
        "answers": "victims_answers",
    }
)
CONTRACTS = {"victims": VICTIMS}
SLICES = {Slice("victims", "police", "XAA", "2025-Q1"): "s1"}


@pytest.fixture
def words(tmp_path: Path) -> Path:
    for folder in ("codelists", "labels"):
        (tmp_path / "words" / folder).mkdir(parents=True)
    (tmp_path / "words/codelists/country.csv").write_text("code,parent\nNA,\nXAA,\n")
    (tmp_path / "words/labels/country.csv").write_text('code,en\nNA,Namibia\nXAA,"A, invented"\n')
    (tmp_path / "words/labels/sex.csv").write_text("code,en\nF,Female|Woman\n")
    return tmp_path / "words"


@pytest.fixture
def frames(tmp_path: Path) -> dict[str, Path]:
    drawings = {
        "victims": """
            submission | record | country | sex | person_key
            s1         | a      | XAA     | F   | 7
            s1         | b      | XAA     |     | 8
        """,
        "victims_answers": """
            submission | record | country | field | code
            s1         | a      | XAA     | act   | A1
        """,
    }
    for name, drawing in drawings.items():
        table(drawing).write_parquet(tmp_path / f"{name}.parquet")
    return {name: tmp_path / f"{name}.parquet" for name in drawings}


@pytest.fixture
def built(tmp_path: Path, frames: dict[str, Path], words: Path) -> Path:
    """The folder of a warehouse of one run."""
    warehouse.build(tmp_path / "warehouse/one.duckdb", frames, CONTRACTS, SLICES, words)
    return tmp_path / "warehouse"


def asked(folder: Path, query: str) -> pl.DataFrame:
    with warehouse.opened(folder) as connection:
        answer: pl.DataFrame = connection.sql(query).pl()
    return answer


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_core_frames_code_lists_and_labels_are_tables(built: Path) -> None:
    query = "SELECT schema_name || '.' || table_name AS t FROM duckdb_tables() ORDER BY ALL"
    assert asked(built, query)["t"].to_list() == [
        *("codelists.country", "labels.country", "labels.sex", "main.victims"),
        *("main.victims_answers", "meta.columns", "meta.datasets", "meta.relationships"),
        "meta.slices",
    ]
    assert asked(built, "FROM victims ORDER BY record").rows()[1] == ("s1", "b", "XAA", None, 8)


def test_tables_have_the_keys_of_their_contracts(built: Path) -> None:
    query = """
        SELECT schema_name || '.' || table_name, array_to_string(constraint_column_names, ' ')
        FROM duckdb_constraints() WHERE constraint_type = 'PRIMARY KEY'
    """
    assert dict(asked(built, query).rows()) == {
        "codelists.country": "code",
        "labels.country": "code",
        "labels.sex": "code",
        "main.victims": "submission record",
        "main.victims_answers": "submission record field code",
    }


def test_a_row_that_stands_twice_is_no_warehouse(
    built: Path, frames: dict[str, Path], words: Path
) -> None:
    drawn = pl.read_parquet(frames["victims"])
    pl.concat([drawn, drawn]).write_parquet(frames["victims"])
    with pytest.raises(warehouse.NotBuilt, match="ConstraintException"):
        warehouse.build(built / "two.duckdb", frames, CONTRACTS, SLICES, words)


def test_a_view_has_a_label_beside_each_code(built: Path) -> None:
    query = "SELECT record, country_label, sex_label FROM labelled.victims ORDER BY record"
    assert asked(built, query).rows() == [
        ("a", "A, invented", "Female"),
        ("b", "A, invented", None),
    ]


def test_the_warehouse_says_what_its_columns_mean_and_who_spoke(built: Path) -> None:
    query = "SELECT description, codelist FROM meta.columns WHERE table_name = 'victims'"
    told = asked(built, f"{query} AND column_name = 'sex'").rows()
    assert told == [("Sex of the victim, as the agency's list has it.", "sex")]
    assert asked(built, "FROM meta.slices").rows() == [
        ("victims", "police", "XAA", "2025-Q1", "s1")
    ]
    references = asked(built, "SELECT column_name, to_schema, to_table FROM meta.relationships")
    assert ("sex", "codelists", "sex") in references.rows()
    assert ("record", "main", "victims") in references.rows()


def test_lists_are_text_and_namibia_is_a_country(built: Path) -> None:
    query = "SELECT en FROM codelists.country JOIN labels.country USING (code) ORDER BY code"
    assert asked(built, query)["en"].to_list() == ["Namibia", "A, invented"]


def test_tables_and_columns_carry_what_the_contract_says(built: Path) -> None:
    tables = asked(built, "SELECT comment FROM duckdb_tables() WHERE schema_name = 'main'")
    assert tables["comment"].to_list() == [
        "Victims of an invented country. A row is a person.",
        "Answers to the questions of victims that take several; a row is one answer.",
    ]
    query = "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'victims'"
    comments = dict(asked(built, query).rows())
    assert comments["sex"] == "Sex of the victim, as the agency's list has it."
    assert comments["person_key"] == catalogue.ADDED["person_key"]


def test_nothing_is_fetched_from_the_network(built: Path) -> None:
    settings = "autoinstall_known_extensions", "autoload_known_extensions"
    for setting in settings:
        assert asked(built, f"SELECT current_setting('{setting}')").item() is False


def test_the_next_run_is_a_new_file_and_the_one_before_stays_for_its_readers(
    built: Path, frames: dict[str, Path], words: Path
) -> None:
    with warehouse.opened(built) as reader:
        for run in ("two", "three"):
            table("submission | record\ns1 | c").write_parquet(frames["victims"])
            warehouse.build(built / f"{run}.duckdb", frames, CONTRACTS, SLICES, words)
        assert reader.sql("FROM victims").pl().height == 2
    assert warehouse.current(built) == built / "three.duckdb"
    assert names(built) == {"tipstat.duckdb", "two.duckdb", "three.duckdb"}


def test_a_run_that_is_already_built_is_not_built_again(built: Path) -> None:
    before = (built / "one.duckdb").stat()
    warehouse.build(built / "one.duckdb", {"gone": Path("gone.parquet")}, CONTRACTS)
    assert (built / "one.duckdb").stat() == before


def test_a_build_that_fails_leaves_the_last_good_one_and_quotes_nothing(
    built: Path, frames: dict[str, Path], words: Path
) -> None:
    frames["victims"] = frames["victims"].with_name("Invented Person")
    with pytest.raises(warehouse.NotBuilt) as failed:
        warehouse.build(built / "two.duckdb", frames, CONTRACTS, SLICES, words)
    # DuckDB's own message names the file it fell over, as it would quote a cell.
    assert "Invented Person" not in str(failed.value)
    assert failed.value.__context__ is None
    assert names(built) == {"tipstat.duckdb", "one.duckdb"}
    assert asked(built, "FROM victims").height == 2


def test_a_full_disk_at_the_pointer_leaves_the_last_good_one_current(
    built: Path, frames: dict[str, Path], words: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pathlib.Path.symlink_to", full_disk)
    with pytest.raises(Unwritable, match="free some space"):
        warehouse.build(built / "two.duckdb", frames, CONTRACTS, SLICES, words)
    assert warehouse.current(built) == built / "one.duckdb"
    assert [name for name in names(built) if name.startswith(".")] == []


def test_without_a_warehouse_the_reader_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(warehouse.NotBuilt, match="tipstat run"):
        warehouse.opened(tmp_path)
