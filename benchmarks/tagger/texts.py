"""A stream of invented texts to train on and to measure with: templates, prose, labels, mixed."""

import csv
import gzip
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random

from benchmarks.tagger.people import HELD_OUT, Namer, locales
from benchmarks.tagger.templates import HERE, Filler, Text, templates, words
from benchmarks.tagger.variants import varied

LABELS = Path(__file__).parents[2] / "data_contracts" / "labels"
SHARES = {
    "en": 5,
    "es": 5,
    "fr": 3,
    "pt": 2,
    "it": 2,
    "ro": 2,
    "ru": 3,
    "uk": 2,
    "ar": 2,
    "tr": 2,
    "de": 2,
}
SHARES |= dict.fromkeys(["el", "bg", "pl", "sq", "sr", "hy", "ka", "fa", "he", "hi", "am"], 1)
PROSE, LABEL, SALAD, CELLS = 0.16, 0.1, 0.22, 0.2
SPICES = (
    "{name}",
    "{given}",
    "{given}",
    "{family}",
    "{family}",
    "{cap}",
    "{org}",
    "{city}",
    "{country}",
    "{num}",
    "{date}",
)


def chance(seed: int) -> Random:
    """Random numbers that are the same for the same seed."""
    return Random(seed)  # noqa: S311, invented texts need no secret


@cache
def prose() -> dict[str, list[str]]:
    """Sentences without names, by language; their origin is told in the folder's README."""
    found: dict[str, list[str]] = {}
    for line in gzip.decompress((HERE / "prose.tsv.gz").read_bytes()).decode().splitlines():
        language, text = line.split("\t", 1)
        found.setdefault(language, []).append(text)
    return found


@cache
def dictionaries() -> dict[str, list[str]]:
    """Some words of each dictionary, rare ones too."""
    lines = gzip.decompress((HERE / "salad.tsv.gz").read_bytes()).decode().splitlines()
    return {language: words.split(" ") for language, words in (line.split("\t") for line in lines)}


def cell(rng: Random, known: list[str]) -> str:
    """What a table holds: a word or three, behind the name of their column at times."""
    words = " ".join(rng.choices(known, k=rng.choice((1, 1, 2, 3))))
    value = words if rng.random() < 0.6 else words.capitalize()
    head = rng.choice(known)[: rng.choice((1, 5, 20))]
    return value if rng.random() < 0.4 else f"{head}: {value}"


def salad(rng: Random, language: str) -> str:
    """A sentence without sense of common and rare words, a name or a number among them at times."""
    said = [word for text in rng.choices(prose()[language], k=3) for word in text.split()]
    said = [word.lower() for word in said if word.isalpha()] or ["a"]
    rare = dictionaries().get(language, said)
    if rng.random() < CELLS:
        return cell(rng, rare)
    words = [rng.choice(said if rng.random() < 0.55 else rare) for _ in range(rng.randrange(4, 22))]
    for at in range(len(words)):
        if rng.random() < 0.12:
            words[at] += rng.choice(rare)[-rng.randrange(3, 6) :]
        elif rng.random() < 0.05:
            words[at] = rng.choice(SPICES)
        elif rng.random() < 0.08:
            words[at] += rng.choice(",;:,")
        elif rng.random() < 0.03:
            words[at] = words[at].capitalize() if rng.random() < 0.5 else words[at][:4].upper()
    words[0] = words[0] if words[0][0] == "{" else words[0].capitalize()
    return " ".join(words) + rng.choice("....:?\n")


@cache
def labels() -> dict[str, list[str]]:
    """Every label of the code lists, by language: no name is among them."""
    found: dict[str, list[str]] = {}
    for file in sorted(LABELS.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                for language, written in row.items():
                    if language != "code" and written:
                        found.setdefault(language, []).extend(written.split("|"))
    return found


def joined(made: list[Text], between: str) -> Text:
    """Several texts as one."""
    text, spans = "", []
    for one in made:
        text += between if text else ""
        spans += [(start + len(text), end + len(text), kind) for start, end, kind in one.spans]
        text += one.text
    return Text(text, tuple(spans), made[0].language)


def one(rng: Random, filler: Filler) -> Text:
    """A filled template, or prose, or some labels."""
    language, draw = filler.language, rng.random()
    if draw < PROSE and language in prose():
        return Text(" ".join(rng.choices(prose()[language], k=rng.randrange(1, 4))), (), language)
    if draw < PROSE + LABEL and language in labels():
        between = rng.choice(("\n", ", ", "; ", " / "))
        return Text(
            between.join(rng.choices(labels()[language], k=rng.choice((1, 1, 1, 2, 5)))),
            (),
            language,
        )
    if draw < PROSE + LABEL + SALAD and language in prose():
        return filler.fill(salad(rng, language))
    return filler.fill(rng.choice(templates(language)))


def stream(seed: int, held_out: frozenset[str] = frozenset(), language: str = "") -> Iterator[Text]:
    """Texts without end, the same for the same seed."""
    rng = chance(seed)
    fillers = {name: Filler(rng, Namer(rng, name, held_out), name) for name in words()}
    names = [name for name, share in SHARES.items() for _ in range(share)]
    while True:
        filler = fillers[language or rng.choice(names)]
        many = [one(rng, filler) for _ in range(rng.choice((1, 1, 2, 3)))]
        yield varied(joined(many, rng.choice(("\n", " ", "\n\n"))), rng)


def fresh(seed: int, language: str) -> Iterator[Text]:
    """Texts of templates and, where there are any, of countries that nothing was trained on."""
    rng = chance(seed)
    trained = frozenset(locales()) - HELD_OUT
    filler = Filler(rng, Namer(rng, language, trained), language)
    kept = templates(language, "held_out")
    while True:
        yield varied(filler.fill(rng.choice(kept)), rng)
