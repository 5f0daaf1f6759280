"""Builds the lists of `anonymize/finding/data` from what their publishers give away.

`python -m benchmarks.tagger.gazetteer DICTIONARIES CITIES CENSUS FORMS` reads a folder of Hunspell
dictionaries (`dictionary-es/index.dic` and so on, as npm packs them; `dictionary-ar` is Debian's
`hunspell-ar`), the cities of GeoNames with more than 15,000 inhabitants (JSON), the folder of the
US census lists and spaCy's table of German forms; names of persons come from Faker, which the
tests install. `anonymize/finding/data/README.md` names licences.
"""

import argparse
import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from anonymize.finding.lists import DATA, FAMILY, GIVEN, LEARNED, PLACE, plain, probes
from benchmarks.tagger.people import country, every
from benchmarks.tagger.texts import chance
from benchmarks.tagger.tongues import sentences

# Some words of each dictionary, for sentences without sense.
SALAD, DRAWN = Path(__file__).parent / "salad.tsv.gz", 4_000
LANGUAGES = ("ar", *LEARNED)
# Arabic writes particles and the article before a word; `composed` takes them off when it is asked.
UNPREFIXED = frozenset(("ar",))
POINTS = re.compile("[\u064b-\u0652]")
SEEN = 2
BITS_PER_WORD = 8
WORD = re.compile(r"[^\W\d_]{2,}")
Rule = tuple[str, str, str, re.Pattern[str]]


def rules(lines: Iterable[str]) -> dict[str, list[Rule]]:
    """The rules of a Hunspell affix file by their flag: kind, what goes, what comes, for whom."""
    found: dict[str, list[Rule]] = defaultdict(list)
    for line in lines:
        parts = line.split()
        if parts[:1] in (["SFX"], ["PFX"]) and len(parts) > 4:
            kind, flag, gone, added, where = parts[:5]
            gone, added = gone.replace("0", ""), added.split("/")[0].replace("0", "")
            whom = f"{where}$" if kind == "SFX" else f"^{where}"
            found[flag].append((kind, gone, added, re.compile(whom)))
    return found


def flags(written: str, mode: str, aliases: list[str]) -> list[str]:
    """The flags of one word, however its dictionary writes them."""
    if aliases and written.isdigit():
        written = aliases[int(written) - 1]
    if mode == "num":
        return written.split(",")
    step = 2 if mode == "long" else 1
    return [written[at : at + step] for at in range(0, len(written), step)]


def forms(word: str, of_flag: Iterable[Rule]) -> Iterator[str]:
    """A word with each affix that it takes."""
    for kind, gone, added, whom in of_flag:
        if whom.search(word):
            bare = word.removesuffix(gone) if kind == "SFX" else word.removeprefix(gone)
            yield bare + added if kind == "SFX" else added + bare


def words(folder: Path, prefixed: bool = True) -> set[str]:
    """The words of a Hunspell dictionary in all their forms; names, which are capitalised, not."""
    lines = (folder / "index.aff").read_text(encoding="utf-8").splitlines()
    mode = next((line.split()[1] for line in lines if line.split()[:1] == ["FLAG"]), "char")
    aliases = [line.split()[1] for line in lines if line.startswith("AF ")][1:]
    kinds = ("SFX", "PFX") if prefixed else ("SFX",)
    affixes = {flag: [rule for rule in of if rule[0] in kinds] for flag, of in rules(lines).items()}
    found: set[str] = set()
    for line in (folder / "index.dic").read_text(encoding="utf-8").splitlines()[1:]:
        word, _, written = line.split("\t")[0].split(" ")[0].partition("/")
        if word and word == word.lower():
            taken = [
                rule for flag in flags(written, mode, aliases) for rule in affixes.get(flag, ())
            ]
            found |= {word, *forms(word, taken)}
    return {bare for word in found if (bare := POINTS.sub("", word)).isalpha()}


def said(language: str) -> set[str]:
    """The words that several of the sentences without names say."""
    counted = Counter(
        word
        for text in sentences()[language]
        for word in {found.lower() for found in WORD.findall(text)}
    )
    return {word for word, n in counted.items() if n >= SEEN}


def german(table: Path) -> set[str]:
    """The German forms of spaCy's table, nouns with their capital, and what sentences say."""
    pairs: dict[str, str] = json.loads(gzip.decompress(table.read_bytes()))
    forms_of = {word for word in {*pairs, *pairs.values()} if word.isalpha()}
    return forms_of | said("de")


def bloom(members: set[str]) -> bytes:
    """A Bloom filter over words."""
    filled = bytearray(len(members) * BITS_PER_WORD // 8 + 1)
    for word in {member.lower() for member in members}:
        for place in probes(word, len(filled) * 8):
            filled[place >> 3] |= 1 << (place & 7)
    return bytes(filled)


def census(folder: Path, file: str) -> Iterator[str]:
    """The names of a list of the US census."""
    return (line.split()[0] for line in (folder / file).read_text().splitlines())


def cities(file: Path) -> Iterator[str]:
    """Names of cities that are one word, and their parts that are longer than particles."""
    for city in json.loads(file.read_text(encoding="utf-8")).values():
        if len(WORD.findall(city["name"])) == 1:
            yield city["name"]


def lists(towns: Path, counted: Path) -> bytes:
    """Every listed word under the sum of what it can be, one line for each sum."""
    kinds: dict[str, int] = defaultdict(int)
    given, family = every()
    sources = (
        (
            GIVEN,
            [*given, *census(counted, "dist.female.first"), *census(counted, "dist.male.first")],
        ),
        (FAMILY, [*family, *census(counted, "dist.all.last")]),
        (PLACE, [*cities(towns)]),
    )
    for kind, names in sources:
        for word in {plain(word) for name in names for word in WORD.findall(name)}:
            kinds[word] |= kind
    grouped: dict[int, list[str]] = defaultdict(list)
    for word in sorted(kinds):
        grouped[kinds[word]].append(word)
    text = "".join(f"{kind}\t{' '.join(grouped[kind])}\n" for kind in sorted(grouped))
    return gzip.compress(text.encode(), mtime=0)


def native() -> str:
    """Family names and given names of the scripts that write no spaces, one line each."""
    east = [country(locale) for locale in ("zh_CN", "zh_TW", "ja_JP", "ko_KR", "th_TH")]
    family = sorted({name for of in east for name in of.family if not name.isascii()})
    given = sorted(
        {name for of in east for name in of.given if not name.isascii() and len(name) > 1}
    )
    return f"{' '.join(family)}\n{' '.join(given)}\n"


def main(arguments: list[str] | None = None) -> None:
    """Write the lists."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("dictionaries", "cities", "census", "forms"):
        parser.add_argument(name, type=Path)
    asked = parser.parse_args(arguments)
    DATA.mkdir(exist_ok=True)
    (DATA / "names.txt.gz").write_bytes(lists(asked.cities, asked.census))
    (DATA / "native.txt").write_text(native(), encoding="utf-8")
    known = {
        language: words(asked.dictionaries / f"dictionary-{language}", language not in UNPREFIXED)
        for language in LANGUAGES
    }
    known["ar"] |= said("ar")
    keep(known | {"de": german(asked.forms)})


def keep(known: dict[str, set[str]]) -> None:
    """Write the dictionary of each language, and the words drawn for sentences without sense."""
    drawn = []
    for language, members in sorted(known.items()):
        (DATA / f"words_{language}.bloom").write_bytes(bloom(members))
        if language in LEARNED:
            some = chance(0).sample(sorted(members), DRAWN)
            drawn.append(f"{language}\t{' '.join(some)}\n")
    SALAD.write_bytes(gzip.compress("".join(drawn).encode(), mtime=0))


if __name__ == "__main__":
    main()
