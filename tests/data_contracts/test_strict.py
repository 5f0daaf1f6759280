"""A file of promises with a key that nobody reads does not load, whatever kind of key it is."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from data_contracts import load
from tests.tables import table

HERE = Path(load.__file__).parent
FILES = {
    "contract": "victims.odcs.yaml",
    "tables": "tables.yaml",
    "policy": "policy.yaml",
    "indicator": "indicators/victims_detected.yaml",
    "layout": "layouts/argentina_linea145.yaml",
}
MISSPELT = table("""
what                | file      | right                       | wrong
contract key        | contract  | status:                     | statuss:
description key     | contract  | limitations:                | limits:
service level key   | contract  | unit: d                     | units: d
schema key          | contract  | dataGranularityDescription: | granularity:
property key        | contract  | businessName: Sex           | busnessName: Sex
property type       | contract  | logicalType: integer        | logicalType: int
property of ours    | contract  | property: codelist          | property: code_list
contract property   | contract  | property: kind              | property: sort
kind                | contract  | value: persons              | value: person
treatment           | contract  | value: generalise:quarter   | value: generalize:quarter
link role           | contract  | value: birth_date           | value: birthday
quality key         | contract  | implementation:             | implements:
quality metric      | contract  | metric: nullValues          | metric: nulls
quality engine      | contract  | engine: tipstat             | engine: soda
quality property    | contract  | property: stage             | property: state
quality stage       | contract  | value: received             | value: receive
library comment     | contract  | {type: library,             | {severity: comment, type: library,
relationship key    | contract  | to: victims.record          | into: victims.record
reference form      | contract  | to: victims.record          | to: the record
standard key unused | contract  | required: true              | partitioned: true
table key           | tables    | dataset: victims            | datasets: victims
table kind          | tables    | kind: published             | kind: publish
dimension key       | tables    | sensitive: true             | sensible: true
policy key          | policy    | min_cases:                  | mincases:
policy entry        | policy    | reason:                     | reasons:
indicator key       | indicator | caution:                    | cautions:
indicator type      | indicator | value_type: count           | value_type: counts
layout key          | layout    | replaces:                   | replace:
layout value        | layout    | replaces: country_period    | replaces: country
file key            | layout    | formats:                    | format:
file format         | layout    | [csv, xlsx]                 | [csv, xls]
feed key            | layout    | fields:                     | field:
feed of a file      | layout    | file: complaints            | file: complaint
field key           | layout    | verb: split_labels          | verbs: split_labels
""")


LOADERS: dict[str, Callable[[Path], object]] = {
    "contract": lambda copy: load.contract("victims", copy),
    "tables": load.tables,
    "policy": load.policy,
    "indicator": load.indicators,
    "layout": lambda copy: load.layout("argentina_linea145", copy / "layouts"),
}


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The files of promises and the layouts, to be spoilt."""
    folder = tmp_path / "data_contracts"
    shutil.copytree(HERE, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    shutil.copytree(load.LAYOUTS, folder / "layouts")
    return folder


@pytest.mark.parametrize("name", FILES)
def test_the_copy_loads_before_it_is_spoilt(copied: Path, name: str) -> None:
    assert LOADERS[name](copied)


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [pytest.param(*rest, id=what) for what, *rest in MISSPELT.rows()],
)
def test_a_misspelt_key_is_refused_and_its_file_named(
    copied: Path, name: str, right: str, wrong: str
) -> None:
    file = copied / FILES[name]
    text = file.read_text(encoding="utf-8")
    assert right in text
    file.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(load.ContractInvalid, match=f"^{file.name} is not valid at: .+Correct"):
        LOADERS[name](copied)


def test_a_field_without_a_treatment_does_not_load(copied: Path) -> None:
    file = copied / FILES["contract"]
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("          - {property: treatment, value: keep}\n", "", 1))
    with pytest.raises(load.ContractInvalid, match="treatment"):
        load.contract("victims", copied)


def test_text_about_a_person_cannot_be_kept(copied: Path) -> None:
    file = copied / FILES["contract"]
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("treatment, value: drop", "treatment, value: keep", 1))
    with pytest.raises(load.ContractInvalid, match="free text about a person is dropped"):
        load.contract("victims", copied)


@pytest.mark.parametrize(
    ("ask", "name"),
    [(load.contract, "victim"), (load.layout, "argentina"), (load.codelist, "gender")],
)
def test_an_unknown_name_is_answered_with_the_names_there_are(
    ask: Callable[[str], object], name: str
) -> None:
    with pytest.raises(load.Unknown, match=rf"No .+ is called '{name}'. There are: .+, "):
        ask(name)
