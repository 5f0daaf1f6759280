"""A file of promises that is gone is named, together with what names it."""

import shutil
from pathlib import Path

import pytest

from data_contracts import load, needs
from data_contracts.layout import Feed, FieldMap, FileSpec, Layout


@pytest.fixture
def promises(tmp_path: Path) -> Path:
    """A copy of all files of promises."""
    to = tmp_path / "promises"
    shutil.copytree(load.HERE, to, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return to


def test_nothing_is_missing_here() -> None:
    needs.check_everything()
    for name in load.layouts():
        needs.check_layout(name)


@pytest.mark.parametrize(
    ("gone", "why"),
    [
        ("policy.yaml", "always needed"),
        ("tables.yaml", "always needed"),
        ("aliases/fields.csv", "always needed"),
        ("definitions/national.csv", "always needed"),
        ("codelists/sex.csv", "a dimension of"),
        ("labels/exploitation.csv", "a dimension of"),
        ("labels/consent.csv", "a code list of the contract"),
        ("reference.odcs.yaml", "the contract of the table population"),
    ],
)
def test_a_file_that_is_gone_is_named_with_what_needs_it(
    gone: str, why: str, promises: Path
) -> None:
    (promises / gone).unlink()
    with pytest.raises(load.Missing) as error:
        needs.check_everything(promises)
    said = str(error.value)
    assert (gone in said, why in said, "put them back" in said) == (True, True, True)


@pytest.mark.parametrize(
    ("gone", "why"),
    [
        ("concordances/ctdc.csv", "a standard of ctdc_global"),
        ("victims.odcs.yaml", "the layout ctdc_global feeds it"),
        ("codelists/means.csv", "a code list of the contract victims"),
    ],
)
def test_what_a_layout_follows_is_named_with_the_layout(
    gone: str, why: str, promises: Path
) -> None:
    layout = load.layout("ctdc_global")
    (promises / gone).unlink()
    found = needs.absent(needs.of_layout(layout, promises))
    assert found == {promises / gone: why}


def test_a_file_that_is_read_and_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(load.Missing, match=r"nobody\.yaml"):
        load.read(tmp_path / "nobody.yaml")


def asked(**changed: object) -> Layout:
    """A layout with one feed that names what is not there."""
    spec = {"columns": ("Sex",)} | changed
    return Layout(
        name="own",
        title="own",
        source="own",
        publisher="own",
        licence="own",
        origin="own",
        replaces="source",
        frequency="year",
        files={"data": FileSpec(formats=("csv",))},
        feeds={"aggregates": Feed(file="data", scope={"Geo": "nowhere"}, fields={
            "sex": FieldMap.model_validate(spec), "shoes": FieldMap(value="44"),
        })},
    )  # fmt: skip


def test_tables_fields_and_lists_that_a_layout_names_and_lacks_are_listed() -> None:
    layout = asked(labels="words")
    assert list(needs.strange(layout, "aggregates", layout.feeds["aggregates"])) == [
        "feeds.aggregates.fields.sex: labels has no table 'words'",
        "feeds.aggregates.fields.shoes: the contract aggregates has no such field",
        "feeds.aggregates.scope.Geo: there is no table or code list 'nowhere'",
    ]


@pytest.mark.parametrize("code", ["tipstat:other_oceania", "Oceania", "UNK"])
def test_a_word_of_a_layout_that_means_no_code_of_somebody_is_named(code: str) -> None:
    words = {"Pacific": {"citizenship": (code,)}, "Fiji": {"citizenship": ("FJI",)}}
    feed = Feed(
        file="data",
        fields={"citizenship": FieldMap.model_validate({"from": "Of", "labels": "places"})},
    )
    layout = asked().model_copy(update={"labels": {"places": words}})
    assert list(needs.strange(layout, "aggregates", feed)) == [
        f"feeds.aggregates.fields.citizenship: country has no code {code!r} "
        "that may be said of somebody"
    ]


@pytest.mark.parametrize("code", ["_T", "_U", "tipstat:elsewhere", "tipstat:other_oceania"])
def test_a_layout_is_of_a_country_or_says_none(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = load.layout("xab_ministry").model_copy(update={"country": code})
    monkeypatch.setattr(load, "layout", lambda name: layout)
    with pytest.raises(load.ContractInvalid, match=f"country: '{code}' is no country"):
        needs.check_layout("xab_ministry")
