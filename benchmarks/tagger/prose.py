"""Takes sentences without names from translations that others give away under MIT, BSD or Apache.

`python -m benchmarks.tagger.prose FOLDER` writes to `tongues.tsv.gz`, behind what `prose.tsv.gz`
has, what it finds in the compiled catalogues (`LANGUAGE/LC_MESSAGES/*.mo`) and in the JSON ones
(`translations/**/LANGUAGE-*.json`) of the unpacked packages in FOLDER; `README.md` names them
and their licences.
"""

import argparse
import gettext
import gzip
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from anonymize.finding.features import script
from anonymize.finding.lists import FAMILY, GIVEN, listed, plain
from benchmarks.tagger.templates import HERE
from benchmarks.tagger.texts import chance, prose

KEPT = HERE / "tongues.tsv.gz"
MOST = {"ar": 2_000, "de": 2_000, "es": 1_500, "tr": 2_000}
LANGUAGES = ("ar", "bg", "de", "el", "es", "fr", "it", "pl", "pt", "ro", "ru", "tr", "uk")
OTHERS = 700
# Languages in which no names are learned: their sentences tell them from those in which they are.
ELSEWHERE, FEW = (
    ("ca", "cs", "da", "et", "fi", "hr", "hu", "id", "lt", "lv", "nl", "sk", "sl", "sv", "vi"),
    300,
)
GREEK_AND_SLAVIC, ARABIC = ("bg", "el", "mk", "ru", "sr", "uk"), ("ar", "fa")
# Places to be filled in, marks of programs and addresses of the web make no sentence.
ODD = re.compile(r"[%{}<>@\\_`|#=&\[\]~^]|//|www|\w\.\w|\w/\w")
WORDS, FEWEST, LONGEST = re.compile(r"[^\W\d_]+"), 4, 60


def sentence(text: str, original: str) -> bool:
    """Whether a translation is a sentence or two of its language, and names nobody."""
    words = WORDS.findall(text)
    if text == original or ODD.search(text) or not FEWEST <= len(words) <= LONGEST:
        return False
    known = [listed().get(plain(word), 0) if word[0].isupper() else 0 for word in words]
    return not any(first & GIVEN and second & FAMILY for first, second in pairwise(known))


def catalogues(folder: Path, language: str) -> Iterator[tuple[str, str]]:
    """Originals and their translations, in the order of the files' paths."""
    places = sorted({*folder.rglob(f"{language}/LC_MESSAGES/*.mo"),
                     *folder.rglob(f"{language}_??/LC_MESSAGES/*.mo")})  # fmt: skip
    for file in places:
        with file.open("rb") as data:
            known: dict[object, object] = vars(gettext.GNUTranslations(data))["_catalog"]
        yield from ((str(key), str(told)) for key, told in known.items() if key)
    for file in sorted(folder.rglob(f"translations/**/{language}-*.json")):
        english = next(iter(sorted(file.parent.glob("en-*.json"))))
        originals = json.loads(english.read_text(encoding="utf-8"))
        for key, told in json.loads(file.read_text(encoding="utf-8")).items():
            yield str(originals.get(key, "")), str(told)


def native(text: str, language: str) -> bool:
    """Whether nearly all words of a text are of its language's script."""
    kinds = [script(word) for word in WORDS.findall(text)]
    most = max(set(kinds), key=kinds.count)
    latin = language not in (*GREEK_AND_SLAVIC, *ARABIC)
    return (most == 0) == latin and kinds.count(most) > 0.85 * len(kinds)


def found(folder: Path, language: str) -> list[str]:
    """Sentences of a language, each once, no more than MOST, drawn by chance."""
    told = {
        " ".join(text.split()): None
        for original, text in catalogues(folder, language)
        if sentence(" ".join(text.split()), original) and native(text, language)
    }
    most = MOST.get(language, FEW if language in ELSEWHERE else OTHERS)
    return list(told) if len(told) <= most else chance(0).sample(list(told), most)


def main(arguments: list[str] | None = None) -> None:
    """Write all sentences, each once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args(arguments).folder
    kept = {language: dict.fromkeys(texts) for language, texts in prose().items()}
    for language in (*LANGUAGES, *ELSEWHERE):
        kept.setdefault(language, {}).update(dict.fromkeys(found(folder, language)))
    lines = [f"{language}\t{text}\n" for language, texts in sorted(kept.items()) for text in texts]
    KEPT.write_bytes(gzip.compress("".join(lines).encode(), mtime=0))


if __name__ == "__main__":
    main()
