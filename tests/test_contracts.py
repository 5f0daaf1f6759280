"""Every file of promises names only what exists, and what it promises is kept."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from anonymize.generalise import VERBS as GENERALISATIONS
from data_contracts import load
from data_contracts.layout import Feed, Layout
from data_contracts.model import TOTAL, Contract, Field
from data_contracts.rules import VERBS
from data_contracts.words import spelling
from sources.readers import FORMATS
from tests.tables import table
from transforms import verbs

HERE = Path(load.__file__).parent
CONTRACTS, LAYOUTS = load.contracts(), load.layouts()
TABLES, INDICATORS, LISTS = load.tables(), load.indicators(), load.codelists()
FEEDS = [(name, dataset) for name, layout in LAYOUTS.items() for dataset in layout.feeds]
PERSONS = [name for name, contract in CONTRACTS.items() if contract.kind == "persons"]


def raw(name: str) -> Any:
    """The contract file as it is written."""
    return yaml.safe_load((HERE / f"{name}.odcs.yaml").read_text(encoding="utf-8"))


# What the files say, and that it exists


def test_there_is_a_contract_for_every_dataset_of_the_first_line() -> None:
    assert set(CONTRACTS) == {*PERSONS, "aggregates", "reference"}
    assert set(PERSONS) == {"victims", "cases", "perpetrators", "services"}
    assert {name: contract.name for name, contract in CONTRACTS.items()} == {
        c: c for c in CONTRACTS
    }


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_contract_names_lists_treatments_and_rules_that_exist(name: str) -> None:
    contract = CONTRACTS[name]
    treatments = [field.treatment.split(":") for field in contract.fields]
    assert {field.listed for field in contract.fields} - {None} <= set(LISTS)
    assert all(set(f.codes) <= set(LISTS[f.listed or ""].codes) for f in contract.fields if f.codes)
    assert {rest[0] for verb, *rest in treatments if verb == "generalise"} <= GENERALISATIONS
    assert {rule.verb for rule in contract.quality} <= set(VERBS)
    assert contract.key


@pytest.mark.parametrize("name", CONTRACTS)
def test_every_field_says_what_it_is_and_how_it_is_protected(name: str) -> None:
    for field in CONTRACTS[name].fields:
        assert all((field.title, field.description, field.treatment)), field.name


@pytest.mark.parametrize("name", CONTRACTS)
def test_fields_that_leave_the_gate_under_one_name_say_the_same_thing(name: str) -> None:
    """Where an age is not recorded its group may be; both become a band of one list."""
    contract = CONTRACTS[name]
    leaving = [field for field in contract.single if field.leaves]
    first = {field.safe: field for field in contract.kept}
    assert set(first) == {field.safe for field in leaving}
    for field in leaving:
        assert field.held(LISTS) == first[field.safe].held(LISTS), field.name


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_metrics_of_the_standard_say_what_the_rules_hold(name: str) -> None:
    """Required fields have no nulls, coded fields no strange values, keys no duplicates."""
    dataset = raw(name)["schema"][0]
    for item in dataset["properties"]:
        field = CONTRACTS[name].by_name[item["name"]]
        metrics = {rule["metric"] for rule in item.get("quality", ())}
        told = {"nullValues": field.required, "invalidValues": bool(field.codelist)}
        assert metrics == {metric for metric, holds in told.items() if holds}, field.name
    (once,) = (rule for rule in dataset["quality"] if rule["type"] == "library")
    keyed = [item["name"] for item in dataset["properties"] if item.get("primaryKey")]
    assert (once["metric"], once["arguments"]) == ("duplicateValues", {"properties": keyed})


@pytest.mark.parametrize("name", PERSONS)
def test_answers_refer_to_the_record_that_gave_them(name: str) -> None:
    dataset, answers = raw(name)["schema"]
    (reference,) = answers["relationships"]
    (key,) = (item["name"] for item in dataset["properties"] if item.get("primaryKey"))
    assert (reference["from"], reference["to"]) == (f"{answers['name']}.record", f"{name}.{key}")
    assert [item["name"] for item in answers["properties"]] == ["record", "field", "code"]


PROTECTED = table("""
field         | treatment
record        | pseudonymise
case          | pseudonymise
family_name   | link
given_name    | link
birth_date    | link
document      | link
phone         | drop
address       | drop
narrative     | drop
locality      | generalise:area
recruitment_account | code
means_account | code
identified_on | generalise:quarter
registered_on | generalise:quarter
recorded_on   | generalise:quarter
taken_on      | generalise:quarter
client        | pseudonymise
days          | generalise:days_band
waiting_days  | generalise:days_band
victims_count | generalise:persons_band
accused_count | generalise:persons_band
sentence_months | generalise:sentence_band
age           | generalise:age_band
""")


@pytest.mark.parametrize(("name", "treatment"), PROTECTED.rows())
def test_what_could_name_a_person_is_treated_the_same_in_every_contract(
    name: str, treatment: str
) -> None:
    found = {
        field.treatment
        for dataset in PERSONS
        for field in CONTRACTS[dataset].fields
        if field.name == name
    }
    assert found == {treatment}


@pytest.mark.parametrize("name", PERSONS)
def test_of_a_person_only_codes_leave_the_gate_as_they_came(name: str) -> None:
    kept = [field for field in CONTRACTS[name].fields if field.treatment == "keep"]
    assert [field.name for field in kept if not field.codelist] == []


# Tables, indicators and layouts


@pytest.mark.parametrize("name", TABLES)
def test_a_table_counts_fields_that_leave_the_gate_over_codes_that_exist(name: str) -> None:
    spec, contract = TABLES[name], CONTRACTS[TABLES[name].dataset]
    leaving = {field.safe: field for field in contract.fields if field.leaves}
    assert spec.kind == contract.kind
    assert set(spec.title) == set(load.LANGUAGES)
    assert set(spec.units) <= set(LISTS["unit"].codes)
    for dimension in spec.dimensions.values():
        listed = leaving[dimension.field].listed
        assert (dimension.codelist, TOTAL in dimension.codes) == (listed, False)
        assert set(dimension.codes) <= set(LISTS[dimension.codelist].codes)


@pytest.mark.parametrize("name", PERSONS)
def test_every_unit_that_a_dataset_may_hold_is_counted_and_no_other(name: str) -> None:
    counted = {unit for spec in TABLES.values() if spec.dataset == name for unit in spec.units}
    assert counted == set(CONTRACTS[name].by_name["unit"].codes)


def test_no_unit_belongs_to_two_datasets_of_persons() -> None:
    units = [unit for name in PERSONS for unit in CONTRACTS[name].by_name["unit"].codes]
    assert len(set(units)) == len(units)


UNITS = table("""
dataset      | units
aggregates | victim_identified victim_presumed incident offence suspect charged convicted prosecuted
reference    | population
""")


@pytest.mark.parametrize(("dataset", "units"), UNITS.rows())
def test_units_are_never_mixed_between_datasets(dataset: str, units: str) -> None:
    counted = {unit for spec in TABLES.values() if spec.dataset == dataset for unit in spec.units}
    assert counted == set(units.split())


COUNTED = [name for name, spec in TABLES.items() if spec.kind == "persons"]


@pytest.mark.parametrize("name", COUNTED)
def test_the_domain_of_a_counted_table_holds_every_code_of_its_list(name: str) -> None:
    for dimension in TABLES[name].dimensions.values():
        known = LISTS[dimension.codelist]
        assert known.rolled(dimension.codes, dimension.rest).keys() == set(known.codes) - {TOTAL}


@pytest.mark.parametrize("name", INDICATORS)
def test_an_indicator_measures_cells_that_its_tables_declare(name: str) -> None:
    spec = INDICATORS[name]
    over = dict(spec.over or {})
    whole = TABLES[over.pop("table", spec.table)]
    for measured, cell in ((TABLES[spec.table], spec.where), (whole, over)):
        assert set(spec.frequencies) <= set(measured.frequencies)
        for dimension, code in cell.items():
            assert code in (TOTAL, *measured.dimensions[dimension].codes)
    assert spec.unit in TABLES[spec.table].units
    assert {bool(spec.over), bool(spec.per)} == {
        "count": {False},
        "share": {True, False},
        "rate": {True},
        "median": {False},
        "mean": {False},
    }[spec.value_type]


@pytest.mark.parametrize("name", INDICATORS)
def test_an_indicator_is_explained_in_every_language(name: str) -> None:
    spec = INDICATORS[name]
    for text in (spec.title, spec.definition, spec.caution):
        assert set(text) == set(load.LANGUAGES)
        assert all(text.values())


@pytest.mark.parametrize("name", load.policy().model_dump())
def test_a_threshold_gives_its_reason(name: str) -> None:
    entry = yaml.safe_load((HERE / "policy.yaml").read_text(encoding="utf-8"))[name]
    assert len(entry["reason"].split()) > 10


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_layout_reads_formats_and_feeds_contracts_that_exist(name: str) -> None:
    layout = LAYOUTS[name]
    formats = {kind for file in layout.files.values() for kind in file.formats}
    assert formats <= FORMATS
    assert set(layout.feeds) <= set(CONTRACTS)


@pytest.mark.parametrize(("name", "dataset"), FEEDS)
def test_a_feed_fills_fields_of_its_contract_and_all_that_are_required(
    name: str, dataset: str
) -> None:
    feed, contract = LAYOUTS[name].of("ARG").feeds[dataset], CONTRACTS[dataset]
    required = {field.name for field in contract.fields if field.required}
    assert required <= set(feed.fields) <= set(contract.by_name)
    assert {field.verb for field in feed.fields.values()} - {None} <= verbs.VERBS
    assert set(feed.scope.values()) <= set(LISTS) | set(LAYOUTS[name].labels)


@pytest.mark.parametrize(("name", "dataset"), FEEDS)
def test_who_is_a_national_is_told_only_where_the_layout_says_of_which_country(
    name: str, dataset: str
) -> None:
    fields = LAYOUTS[name].feeds[dataset].fields
    told = {field for field, source in fields.items() if source.verb == verbs.GROUPED}
    assert told <= {"citizenship_group"}
    assert not told or LAYOUTS[name].country


@pytest.mark.parametrize(("name", "dataset"), FEEDS)
def test_constants_of_a_feed_are_codes(name: str, dataset: str) -> None:
    contract = CONTRACTS[dataset]
    for field, text in constants(LAYOUTS[name].feeds[dataset]).items():
        listed = contract.by_name[field].codelist
        assert listed is None or spelling(text) in LISTS[listed].spellings, field


def constants(feed: Feed) -> dict[str, str]:
    """The fields of a feed that are the same in every row."""
    return {name: source.value for name, source in feed.fields.items() if source.value is not None}


@pytest.mark.parametrize("name", LAYOUTS)
def test_words_of_a_layout_mean_codes_of_the_fields_that_use_them(name: str) -> None:
    layout = LAYOUTS[name]
    unused = set(layout.labels)
    for dataset, feed in layout.feeds.items():
        for source in (source for source in feed.fields.values() if source.labels):
            unused.discard(source.labels or "")
            assert strange(layout, source.labels or "", CONTRACTS[dataset]) == []
    assert unused == set()


def strange(layout: Layout, labels: str, contract: Contract) -> list[tuple[str, str]]:
    """Field and code of each word whose field has no such code."""
    meant = [m for m in layout.labels[labels].values() if not isinstance(m, str)]
    pairs = {(field, code) for m in meant for field, codes in m.items() for code in codes}
    here = [(f, c) for f, c in sorted(pairs) if f in contract.by_name]
    return [(f, c) for f, c in here if not fits(contract.by_name[f], c)]


def fits(field: Field, text: str) -> bool:
    """Whether a field may hold the text: a code of its list, or a number."""
    if field.codelist:
        return text in LISTS[field.codelist].said
    return field.type == "number" and float(text) >= 0
