"""Texts made of templates of our own, with the places of the names and addresses in them."""

import re
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

import yaml

from anonymize.finding.lists import PLACE, listed
from benchmarks.tagger.people import Namer

HERE = Path(__file__).parent
COUNT = re.compile(r"(?<![^\W_])n(?=[A-Zaº]?(?!\w))")
SLOT = re.compile(r"\{(\w+)\}")
PERSON, ADDRESS = 1, 2
# In an address a town and its code are of it; elsewhere they are not.
PARTS = {"town": "city", "postcode": "zip"}
NUMBERS = {
    "zip": ("#####", "AA #####", "####", "## ###", "A# #AA", "AA## #AA", "#####-###"),
    "age": ("##",),
}
NUMBERS |= {"num": ("#", "##", "###", "####", "######", "##.###"), "year": ("20##", "19##")}
NUMBERS |= {"phone": ("+## ### ### ###", "0## ### ####", "(##) ###-###", "### ## ## ##")}
NUMBERS |= {"id": ("AA######", "########A", "###/20##", "A-###-###", "## ## ######")}
NUMBERS |= {"date": ("##/##/20##", "##.##.19##", "20##-##-##", "# {month} 20##", "{month} #, 20##")}
NUMBERS |= {"amount": ("$ ###", "### EUR", "#,### USD"), "email": ("aa@aaa.org", "aaaa.a@aa.com")}


class Text(NamedTuple):
    """A text, and from where to where in it there is a PERSON or an ADDRESS."""

    text: str
    spans: tuple[tuple[int, int, int], ...]
    language: str


@cache
def templates(language: str, folder: str = "templates") -> tuple[str, ...]:
    """The templates of a language; blank lines stand between them."""
    return tuple((HERE / folder / f"{language}.txt").read_text().strip().split("\n\n"))


@cache
def words() -> dict[str, dict[str, list[str]]]:
    """What fills the places that are no names, by language."""
    loaded: dict[str, dict[str, list[str]]] = yaml.safe_load((HERE / "words.yaml").read_text())
    return loaded


@cache
def cities() -> tuple[str, ...]:
    """Places of the list that are no names."""
    return tuple(sorted(word.title() for word, kinds in listed().items() if kinds == PLACE))


class Filler:
    """Fills templates of a language, for one stream of random numbers."""

    def __init__(self, rng: Random, namer: Namer, language: str) -> None:
        self.rng, self.namer, self.language = rng, namer, language
        self.words = words()[language]

    def pattern(self, form: str) -> str:
        """A form such as ``AA-##`` with letters and digits in it."""
        signs = {"#": "0123456789", "A": "ABCDEFGHKLMNPRSTUVWXYZ", "a": "abcdefghiklmnoprstu"}
        return "".join(self.rng.choice(signs[sign]) if sign in signs else sign for sign in form)

    def word(self, slot: str) -> str:
        """One of the language's words of a sort, or an English one."""
        return self.rng.choice(self.words.get(slot) or words()["en"][slot])

    def city(self) -> str:
        """A city of the language, or anywhere."""
        return self.rng.choice(self.words.get("city") or cities())

    def invented(self) -> str:
        """A capitalised word that is neither a name nor in a dictionary: a brand, a disease."""
        of_name = self.rng.random() < 0.6
        word = self.namer.family() if of_name else self.namer.given() + self.rng.choice("axosin")
        return word if self.rng.random() < 0.8 else f"{word}-{self.namer.family()}"

    def street(self) -> str:
        """A street with its number, in one of the ways of the language."""
        rng, form = self.rng, self.rng.choice(self.words["street"])
        if rng.random() < 0.12:
            form = rng.choice(words()[rng.choice(sorted(words()))]["street"])
        kinds = (self.namer.family, self.namer.given, self.city, lambda: self.namer.full(rng))
        name = rng.choice(self.words["noun"]) if rng.random() < 0.45 else rng.choice(kinds)()
        return re.sub(r"(?<!\w)x", lambda _: name, self.counted(form))

    def counted(self, form: str) -> str:
        """A form with a number in place of each n."""
        return COUNT.sub(
            lambda _: str(self.rng.randrange(1, self.rng.choice((10, 100, 999)))), form
        )

    def value(self, slot: str) -> tuple[str, int]:
        """What fills a place, and what it is."""
        if slot in ("name", "given", "family", "families", "NAME", "FAMILY"):
            return self.namer.form(slot), PERSON
        if slot in ("street", "unit"):
            unit = self.counted(self.word("unit"))
            return self.street() if slot == "street" else unit, ADDRESS
        if slot in PARTS:
            return self.value(PARTS[slot])[0], ADDRESS
        if slot in NUMBERS:
            form = self.pattern(self.rng.choice(NUMBERS[slot]))
            return SLOT.sub(lambda found: self.word(found[1]), form), 0
        if slot in ("city", "cap"):
            return (self.city() if slot == "city" else self.invented()), 0
        return self.counted(self.word(slot)), 0

    def fill(self, template: str) -> Text:
        """A template with its places filled."""
        parts: list[str] = []
        spans: list[tuple[int, int, int]] = []
        length, done = 0, 0
        for found in SLOT.finditer(template):
            value, kind = self.value(found[1])
            before = template[done : found.start()]
            start = length + len(before)
            parts += [before, value]
            length, done = start + len(value), found.end()
            if kind:
                spans.append((start, length, kind))
        return Text("".join([*parts, template[done:]]), tuple(spans), self.language)
