"""Names and numbers as they are compared exactly, in version 2; published in
``docs/methods-identity.md`` with examples.

Alphabets that write their vowels are turned into Latin letters, because offices do so. The others
(Arabic, Hebrew, the scripts of India, Chinese) are not: their Latin form leaves vowels out or has
many spellings, so it would never meet the form that another office wrote, and would make one name
of several. Of them only what typists vary is made alike.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache

import polars as pl

from data_contracts import load

# Part of the input of every keyed hash: another form of names makes other values, never mixed.
VERSION = "2"
# ASCII but its apostrophes.
EASY = r"^[\x00-\x26\x28-\x5F\x61-\x7F]*$"
TRANSLITERATED = {"Cyrillic", "Greek", "Latin"}
# Marks are dropped where they are put over and under letters (classes from 200), vowel points of
# Hebrew and Arabic (10 to 35) and overlays; kept where a script cannot be read without them.
POINTS, OVERLAY, ABOVE = range(10, 36), 1, 200
# What one letter of Arabic script is written as; hamza and tatweel are often left out.
ARABIC = str.maketrans(
    {
        **dict.fromkeys("\u0649\u06cc\u06d2\u0626", "\u064a"),
        **dict.fromkeys("\u0629\u06c1\u06be\u06c0\u06c3\u06d5", "\u0647"),
        **{"\u06a9": "\u0643", "\u0671": "\u0627", "\u0624": "\u0648"},
        **dict.fromkeys("\u0621\u0640", ""),
    }
)
ARTICLE = re.compile("(?<![^ ])\u0627\u0644(?=[^ ]{3})")
# Two letters of one sound in Greek.
GREEK = (("\u03bf\u03c5", "ou"),)
# Where a document has a Cyrillic or Greek capital, its Latin twin is what others type.
TWINS = str.maketrans("авекмнорстухіјѕαβεηικμνορτυχ", "abekmhopctyxijsabehikmnoptyx")
GIVEN_PARTICLES = frozenset(
    ("de", "del", "la", "las", "los", "bin", "ibn", "bint", "al", "el", "ul", "d", "l", "o")
)
PARTICLES = GIVEN_PARTICLES | frozenset(
    (
        *("da", "das", "di", "do", "dos", "della", "delle", "dello", "degli", "du", "des", "le"),
        *("les", "van", "von", "der", "den", "dem", "ter", "ten", "zu", "zur", "zum", "y", "e"),
        "ben",
    )
)
APOSTROPHES = "['\u2018\u2019\u02bc\u02bb\u02b9\u02bd\u0060\u00b4\u2032\uff07]"
# One letter before an apostrophe is a particle (O'Brien, D'Angelo), inside a word it is a sign.
ELIDED = re.compile(rf"(?<![^\W_])([dlomn]){APOSTROPHES}")
SIGN = re.compile(APOSTROPHES)


@cache
def letters() -> dict[int, str]:
    """Each Cyrillic or Greek letter, or Latin one with a stroke, to plain Latin ones."""
    rows = (row for row in load.latin() if row["script"] in TRANSLITERATED)
    return str.maketrans({row["letter"]: row["latin"] for row in rows})


@cache
def _is_mark(character: str) -> bool:
    """Whether names are the same with and without it."""
    number = unicodedata.combining(character)
    is_point = number >= ABOVE or number in POINTS or number == OVERLAY
    return is_point or "NUKTA" in unicodedata.name(character, "")


def _bare(text: str) -> str:
    """In lower case, without marks and invisible characters, with digits of any script as ours."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = (c for c in plain if not _is_mark(c) and unicodedata.category(c) != "Cf")
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in kept)


def _counts(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character).startswith("M")


def _apart(text: str) -> str:
    return " ".join("".join(c if _counts(c) else " " for c in text).split())


def _sounded(text: str) -> str:
    """What Latin spellings of one letter vary in: i and y, one i and two, x and ks."""
    return re.sub("i+", "i", text.replace("y", "i").replace("x", "ks"))


def _words(text: str) -> list[str]:
    """The words of a name, in order."""
    plain = SIGN.sub("", ELIDED.sub(r"\1 ", _bare(text)))
    for pair, latin in GREEK:
        plain = plain.replace(pair, latin)
    arabic = ARTICLE.sub("", _apart(plain.translate(ARABIC)))
    return _sounded(_apart(arabic.translate(letters()))).split()


def _named(words: list[str], particles: frozenset[str]) -> str:
    """The words sorted, without particles unless there is nothing else."""
    return " ".join(sorted([w for w in words if w not in particles] or words))


@cache
def _sounding(particles: frozenset[str]) -> frozenset[str]:
    return frozenset(map(_sounded, particles))


def normalised(text: str, particles: frozenset[str] = PARTICLES) -> str:
    """A name as it is compared: letters and digits only, sorted words, no particles."""
    return _named(_words(text), _sounding(particles))


def compact(text: str) -> str:
    """A date or document number as it is compared: letters and digits only, in their order.

    Cyrillic and Greek letters that look like Latin ones are those.
    """
    plain = _apart(_bare(text)).replace(" ", "")
    return plain.translate(TWINS).translate(letters())


def _plain(texts: pl.Series, quick: pl.Expr, slowly: Callable[[str], str]) -> pl.Series:
    """``quick`` of easy texts; what is not takes its time: only Python knows all letters."""
    name = texts.name
    made = texts.to_frame().select(quick.alias(name))[name]
    other = texts.filter(~texts.str.contains(EASY)).to_list()
    return made if not other else texts.replace_strict(other, [*map(slowly, other)], default=made)


def _quick(name: str, particles: frozenset[str]) -> pl.Expr:
    """``normalised`` of easy texts."""
    plain = pl.col(name).str.to_lowercase().str.replace_all("[^a-z0-9]+", " ")
    sounded = plain.str.replace_all("y", "i", literal=True).str.replace_all("x", "ks", literal=True)
    words = sounded.str.replace_all("i+", "i").str.strip_chars(" ").str.split(" ").list.sort()
    known = pl.element().is_in(sorted(_sounding(particles)))
    kept = words.list.eval(pl.element().filter(~known))
    return pl.when(kept.list.len() > 0).then(kept).otherwise(words).list.join(" ")


def normal_names(texts: pl.Series, particles: frozenset[str] = PARTICLES) -> pl.Series:
    """``normalised``, of many."""
    quick = _quick(texts.name, particles)
    return _plain(texts, quick, lambda text: normalised(text, particles))


def compact_numbers(texts: pl.Series) -> pl.Series:
    """``compact``, of many."""
    quick = pl.col(texts.name).str.to_lowercase().str.replace_all("[^a-z0-9]+", "")
    return _plain(texts, quick, compact)
