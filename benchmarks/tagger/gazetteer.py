"""Builds the lists of `anonymize/finding/data` from what their publishers give away.

`python -m benchmarks.tagger.gazetteer DICTIONARIES CITIES CENSUS` reads a folder of Hunspell
dictionaries (`dictionary-es/index.dic` and so on, as npm packs them), the cities of GeoNames with
more than 15,000 inhabitants (JSON) and the folder of the US census lists; names of persons come
from Faker, which the tests install. `anonymize/finding/data/README.md` names licences.
"""

import argparse
import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from anonymize.finding.lists import DATA, FAMILY, GIVEN, PLACE, plain, probes
from benchmarks.tagger.people import country, every
from benchmarks.tagger.texts import chance

# Some words of each dictionary, for sentences without sense.
SALAD, DRAWN = Path(__file__).parent / "salad.tsv.gz", 4_000
LANGUAGES = ("en", "es", "fr", "pt", "ro", "ru", "tr")
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


def words(folder: Path) -> set[str]:
    """The words of a Hunspell dictionary in all their forms; names, which are capitalised, not."""
    lines = (folder / "index.aff").read_text(encoding="utf-8").splitlines()
    mode = next((line.split()[1] for line in lines if line.startswith("FLAG ")), "char")
    aliases = [line.split()[1] for line in lines if line.startswith("AF ")][1:]
    affixes = rules(lines)
    found: set[str] = set()
    for line in (folder / "index.dic").read_text(encoding="utf-8").splitlines()[1:]:
        word, _, written = line.split("\t")[0].split(" ")[0].partition("/")
        if word.islower():
            taken = [rule for flag in flags(written, mode, aliases) for rule in affixes[flag]]
            found |= {word, *forms(word, taken)}
    return {word for word in found if word.isalpha()}


def bloom(members: set[str]) -> bytes:
    """A Bloom filter over words."""
    filled = bytearray(len(members) * BITS_PER_WORD // 8 + 1)
    for word in members:
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
    for name in ("dictionaries", "cities", "census"):
        parser.add_argument(name, type=Path)
    asked = parser.parse_args(arguments)
    DATA.mkdir(exist_ok=True)
    (DATA / "names.txt.gz").write_bytes(lists(asked.cities, asked.census))
    drawn = []
    (DATA / "native.txt").write_text(native(), encoding="utf-8")
    for language in LANGUAGES:
        members = words(asked.dictionaries / f"dictionary-{language}")
        (DATA / f"words_{language}.bloom").write_bytes(bloom(members))
        some = chance(0).sample(sorted(members), DRAWN)
        drawn.append(f"{language}\t{' '.join(some)}\n")
    SALAD.write_bytes(gzip.compress("".join(drawn).encode(), mtime=0))


if __name__ == "__main__":
    main()
