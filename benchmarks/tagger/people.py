"""Invented people: names of Faker's countries, in the forms in which letters write them."""

import importlib
import pkgutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

import faker.providers.person as persons
from faker import Generator

LANGUAGES = {
    "ar": ("ar_AA", "ar_PS", "ar_SA", "ar_DZ"),
    "de": ("de_AT", "de_CH", "de_DE"),
    "en": ("en_US", "en_GB", "en_IN", "en_NG", "en_KE", "en_IE", "en_NZ", "en_PK"),
    "es": ("es_ES", "es_MX", "es_AR", "es_CL", "es_CO"),
    "fr": ("fr_FR", "fr_BE", "fr_CH", "fr_DZ", "fr_QC"),
    "it": ("it_IT",),
    "pt": ("pt_BR", "pt_PT"),
    "ro": ("ro_RO",),
    "ru": ("ru_RU",),
    "tr": ("tr_TR",),
    "uk": ("uk_UA",),
    "pl": ("pl_PL",),
    "sq": ("hr_HR", "it_IT", "tr_TR"),
}
LATIN_OF = ("de", "en", "es", "fr", "it", "pt", "ro", "tr", "pl", "sq")
NATIVE = {
    "bg": "bg_BG", "sr": "mk_MK", "el": "el_GR", "fa": "fa_IR", "he": "he_IL", "hi": "hi_IN",
    "hy": "hy_AM",    "ka": "ka_GE", "mk": "mk_MK", "am": "am",
}  # fmt: skip
# Latin names of anywhere are written in any language of Latin letters.
LATIN = """
    cs_CZ da_DK et_EE fi_FI ga_IE ha_NG hr_HR hu_HU id_ID ig_NG is_IS lt_LT lv_LV nl_BE nl_NL no_NO
    pl_PL sk_SK sl_SI sv_SE sw tw_GH uz_UZ vi_VN yo_NG zu_ZA az_AZ en_TH de_LU
"""
HELD_OUT = frozenset(
    [
        "pl_PL",
        "nl_NL",
        "es_CO",
        "hr_HR",
        "fr_QC",
        "pt_BR",
        "yo_NG",
        "de_CH",
        "ar_PS",
        "en_IE",
        "vi_VN",
    ]
)


class Country(NamedTuple):
    """Given and family names of one of Faker's countries."""

    given: tuple[str, ...]
    family: tuple[str, ...]


def column(provider: object, *names: str) -> tuple[str, ...]:
    """The words of a provider's lists, whichever of the names it has, without repetition."""
    words: dict[str, None] = {}
    for name in names:
        for word in getattr(provider, name, ()):
            text = word[-1] if isinstance(word, tuple) else word
            words[str(text)] = None
    return tuple(words)


@cache
def ethiopian() -> tuple[str, ...]:
    """Names in Ethiopic script, our own list: Faker has none."""
    return tuple((Path(__file__).parent / "ethiopian.txt").read_text(encoding="utf-8").split())


@cache
def country(locale: str) -> Country:
    """The names of a locale."""
    if locale == "am":
        return Country(ethiopian(), ethiopian())
    module = importlib.import_module(f"faker.providers.person.{locale}")
    provider = module.Provider(Generator())
    given = column(provider, "first_names", "first_names_male", "first_names_female")
    sexed = column(provider, "last_names_male", "last_names_female")
    return Country(given, (*column(provider, "last_names"), *sexed) or given)


def locales() -> list[str]:
    """Every locale of which Faker knows names."""
    return sorted(found.name for found in pkgutil.iter_modules(persons.__path__))


def every() -> tuple[list[str], list[str]]:
    """All given and all family names of all locales."""
    found = [country(locale) for locale in (*locales(), "am")]
    return [n for of in found for n in of.given], [n for of in found for n in of.family]


def known(held_out: Iterable[str]) -> frozenset[str]:
    """The names of locales that are not held out."""
    kept = [country(locale) for locale in locales() if locale not in set(held_out)]
    return frozenset(name for of in kept for names in of for name in names)


def mixed(rng: Random, name: str, other: str) -> str:
    """A name that no list holds: the beginning of one and the end of another."""
    head, tail = name[: max(2, len(name) // 2)], other[len(other) // 2 :]
    return (head + tail.lower()).replace(" ", "") if rng.random() < 0.5 else head + tail.lower()


PARTICLES = (
    "de",
    "de la",
    "del",
    "da",
    "dos",
    "van",
    "van der",
    "von",
    "bin",
    "al",
    "el",
    "abu",
    "di",
)


class Namer:
    """Draws names of a language's countries, and of others, as they are written."""

    def __init__(self, rng: Random, language: str, held_out: frozenset[str]) -> None:
        self.rng, self.language = rng, language
        home = LANGUAGES.get(language) or (NATIVE[language],)
        self.own = tuple(one for one in home if one not in held_out) or home
        latin = [one for of in LATIN_OF for one in LANGUAGES[of]]
        others = (*latin, *LATIN.split()) if language in LATIN_OF else ()
        self.others = tuple(one for one in others if one not in held_out) or self.own
        self.fresh()

    def fresh(self) -> None:
        """The next people come from one country, more often than not one of the language's."""
        at_home = self.rng.random() < 0.65
        self.country = country(self.rng.choice(self.own if at_home else self.others))

    def given(self) -> str:
        """A given name; one in eight is in no list."""
        name = self.rng.choice(self.country.given)
        other = self.rng.choice(self.country.given)
        return mixed(self.rng, name, other) if self.rng.random() < 0.12 else name

    def family(self) -> str:
        """A family name; one in five is in no list."""
        name = self.rng.choice(self.country.family)
        other = self.rng.choice(self.country.family)
        if self.rng.random() < 0.2:
            name = mixed(self.rng, name, other)
        if self.rng.random() < 0.05 and self.country.family[0].isascii():
            name = f"{self.rng.choice(PARTICLES)} {name}"
        return name

    def families(self) -> str:
        """One family name, or two as in Spain."""
        two = self.rng.random() < (0.75 if self.language in ("es", "pt") else 0.12)
        return (
            f"{self.family()}{self.rng.choice('  -') if two else ''}{self.family()}"
            if two
            else self.family()
        )

    def full(self, rng: Random) -> str:
        """Given and family names in one of the orders and shortenings that people use."""
        given, family = self.given(), self.families()
        forms = (
            *(f"{given} {family}",) * 9,
            f"{given} {self.given()} {family}",
            f"{given} {given[0]}. {family}",
            f"{given[0]}. {family}",
            f"{given[0]}.{self.given()[0]}. {family}",
            f"{family} {given}",
            f"{family.upper()} {given}",
            f"{given} {family.upper()}",
            f"{family}, {given}",
            f"{family.upper()}, {given.upper()}",
            f"{given}-{self.given()} {family}",
            given,
        )
        return rng.choice(forms)

    def form(self, slot: str) -> str:
        """What a place of a template asks for: ``name``, ``given``, ``FAMILY`` and so on."""
        if self.rng.random() < 0.5:
            self.fresh()
        made = self.full(self.rng) if slot.lower() == "name" else getattr(self, slot.lower())()
        return str(made.upper() if slot.isupper() and self.rng.random() < 0.7 else made)
