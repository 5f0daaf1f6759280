"""The tagger of names is trained by a script that writes the same again, on right texts."""

from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from anonymize.finding.lists import common, probes
from anonymize.finding.tagger import MODEL
from benchmarks.tagger import train
from benchmarks.tagger.gazetteer import bloom, flags, forms, rules
from benchmarks.tagger.people import HELD_OUT, Namer, country
from benchmarks.tagger.templates import ADDRESS, PERSON, Filler, Text, templates, words
from benchmarks.tagger.texts import SHARES, chance, stream
from benchmarks.tagger.variants import varied

NOBODY: frozenset[str] = frozenset()


def test_the_script_writes_the_same_bytes_again(tmp_path: Path) -> None:
    first, second = tmp_path / "first.npz", tmp_path / "second.npz"
    for file in (first, second):
        train.main(["--texts", "60", "--rounds", "2", "-o", str(file)])
    assert first.read_bytes() == second.read_bytes()
    with np.load(first) as made, np.load(MODEL) as ours:
        assert set(made) == set(ours)
        assert made["table"].shape == ours["table"].shape


def test_slopes_are_how_the_loss_moves() -> None:
    known = train.vocabulary(3, 40, NOBODY)
    batch = next(iter(train.batches(3, 400, NOBODY, known)))
    begun = train.beginning(np.random.default_rng(3))
    values: dict[str, Any] = {name: value.astype(np.float64) for name, value in begun.items()}
    values["table"] *= 3
    _, found = train.slopes(values, batch)
    row = int(batch[0][0, 6])
    for name, at in [("table", (row, 5)), ("first", (7, 3)), ("second", (11, 2)), ("last", (4, 1))]:
        losses = []
        for step in (1e-3, -1e-3):
            moved = values | {name: values[name].copy()}
            moved[name][at] += step
            losses.append(train.slopes(moved, batch)[0])
        assert found[name][at] == pytest.approx((losses[0] - losses[1]) / 2e-3, rel=0.05, abs=1e-5)


@pytest.mark.parametrize("language", sorted(SHARES))
def test_every_template_can_be_filled_and_its_spans_are_what_was_filled_in(language: str) -> None:
    rng = chance(5)
    filler = Filler(rng, Namer(rng, language, NOBODY), language)
    for template in templates(language):
        made = filler.fill(template)
        assert "{" not in made.text
        asked = sum(
            template.count("{" + slot) for slot in ("name", "given", "famil", "NAME", "FAMIL")
        )
        assert sum(kind == PERSON for _, _, kind in made.spans) == asked
        assert all(made.text[start:end].strip() for start, end, _ in made.spans)


def test_a_street_is_an_address_and_a_town_is_one_only_in_it() -> None:
    rng = chance(1)
    filler = Filler(rng, Namer(rng, "en", NOBODY), "en")
    made = filler.fill("{street}, {town}; {city}")
    assert [kind for _, _, kind in made.spans] == [ADDRESS, ADDRESS]
    assert made.text[made.spans[-1][1]] == ";"


def test_typing_habits_change_letters_and_no_places() -> None:
    made = Text("Call Ana Inventada, now.", ((5, 18, PERSON),), "en")
    seen = {varied(made, chance(seed)).text for seed in range(400)}
    assert {
        "call ana inventada, now.",
        "CALL ANA INVENTADA, NOW.",
        "Call ana inventada, now.",
    } <= seen
    assert all(len(text) == len(made.text) for text in seen)
    assert all(text[5:18].lower() == "ana inventada" for text in seen)


def test_who_is_held_out_is_in_no_text_to_train_on() -> None:
    rng = chance(2)
    namer = Namer(rng, "es", HELD_OUT)
    drawn = set()
    for _ in range(400):
        namer.fresh()
        drawn.add(namer.country)
    assert country("es_CO") not in drawn
    assert country("es_MX") in drawn


def test_the_same_seed_gives_the_same_texts_and_another_others() -> None:
    first, again = (list(islice(stream(9), 50)) for _ in range(2))
    assert first == again
    assert list(islice(stream(10), 50)) != first
    assert {made.language for made in islice(stream(9), 600)} == set(words())


def test_affixes_of_a_dictionary_make_its_forms() -> None:
    lines = [
        "SFX S Y 2",
        "SFX S 0 s [^s]",
        "SFX S o as o",
        "PFX R Y 1",
        "PFX R 0 re .",
        "AF 1",
        "AF S",
    ]
    known = rules(lines)
    assert set(forms("gato", known["S"])) == {"gatos", "gatas"}
    assert set(forms("poner", known["R"])) == {"reponer"}
    assert flags("1", "char", ["S"]) == ["S"]
    assert flags("AaBb", "long", []) == ["Aa", "Bb"]
    assert flags("12,7", "num", []) == ["12", "7"]


def test_a_filter_holds_its_words() -> None:
    members = {f"palabra{number}" for number in range(500)}
    filled = bloom(members)
    bits = len(filled) * 8
    held = [all(filled[at >> 3] >> (at & 7) & 1 for at in probes(word, bits)) for word in members]
    assert all(held)
    assert not common("palabra499x", "es")
