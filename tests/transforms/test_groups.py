"""A country read as whether it is the one that reports, and codes that belong to one dataset."""

import polars as pl

from data_contracts import load
from data_contracts.layout import Feed
from transforms.conform import Reader, conform, named, unmapped

LISTS = load.codelists()


def reader(dataset: str, field: str, verb: str | None = None) -> Reader:
    """A reader of the police of Aranda with one column, ``word``."""
    maps = {field: {"from": "word", "verb": verb}}
    feed = Feed.model_validate({"file": "list", "fields": maps})
    return Reader(load.contract(dataset), feed, load.layout("xaa_police"), LISTS)


def read(words: list[str], how: Reader, field: str) -> list[str | None]:
    """The code of each word."""
    frame = pl.DataFrame({"row": range(len(words)), "word": words})
    return conform(named(frame, how), how).rows[field].to_list()


def test_a_country_is_national_or_foreign_by_the_country_of_the_layout() -> None:
    how = reader("victims", "citizenship_group", "national_or_foreign")
    words = ["Aranda (invented)", "XAA", "Belmora (invented)", "Rumania", "Nacional", "Desconocida"]
    home, abroad = "tipstat:national", "tipstat:foreign"
    expected = [home, home, abroad, abroad, home, "_U"]
    assert read(words, how, "citizenship_group") == expected


def test_without_the_verb_a_country_is_no_word_of_the_group() -> None:
    how = reader("victims", "citizenship_group")
    assert read(["Rumania"], how, "citizenship_group") == [None]


def test_a_word_of_another_dataset_s_unit_stays_unmapped() -> None:
    frame = pl.DataFrame({"row": [1, 2], "unit": ["Suspect", "Presumed victim"]})
    victims, accused = reader("victims", "unit"), reader("perpetrators", "unit")
    assert unmapped(frame, victims)["row"].to_list() == [1]
    assert unmapped(frame, accused)["row"].to_list() == [2]
