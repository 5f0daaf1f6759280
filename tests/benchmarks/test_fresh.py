"""What was trained on nothing: nine names in ten in every language that is trusted."""

from itertools import islice

import pytest

from anonymize.finding.languages import CONFIDENT
from benchmarks.tagger.people import HELD_OUT, LANGUAGES, country
from benchmarks.tagger.templates import templates
from benchmarks.tagger.texts import fresh
from benchmarks.texts import HELD_OUT as MEASURED
from benchmarks.texts import KINDS, Labelled, ours, score


@pytest.mark.parametrize("language", sorted(CONFIDENT))
def test_nine_names_in_ten_are_found_in_a_language_whose_texts_are_trusted(language: str) -> None:
    made = list(islice(fresh(11, language), 300))
    texts = [
        Labelled(one.text, tuple((start, end, KINDS[kind]) for start, end, kind in one.spans))
        for one in made
    ]
    told = score(texts, ours([one.text for one in texts]))
    assert told.there["name"] > 300
    assert told.covered["name"] >= 0.9 * told.there["name"]
    assert told.covered["address"] >= 0.9 * told.there["address"]


def test_every_trusted_language_is_measured_on_templates_of_its_own() -> None:
    assert set(MEASURED) >= CONFIDENT
    for language in MEASURED:
        assert not set(templates(language)) & set(templates(language, "held_out"))


def test_names_of_countries_held_out_are_drawn_where_a_language_has_any() -> None:
    texts = " ".join(made.text for made in islice(fresh(3, "pt"), 80))
    assert "pt_BR" in HELD_OUT & set(LANGUAGES["pt"])
    kept_out = set(country("pt_BR").family) - set(country("pt_PT").family)
    assert sum(name in texts for name in kept_out) > 10
