"""Invented names, as they sound, and the ways in which offices write them.

A name is a list of sounds. Three scripts write it: Latin in one of four habits, Cyrillic, and
Arabic, which leaves short vowels out. None of this is the table by which tipstat reads letters.
"""

import csv
import random
from functools import cache
from pathlib import Path

from sources.synthetic.chance import dice

HARD = ("b", "d", "f", "g", "h", "k", "l", "m", "n", "r", "s", "t", "v", "z", "sh", "kh", "ch", "j")
SOFT = ("a", "a", "a", "e", "i", "i", "o", "u")
SCRIPTS = ("latin", "cyrillic", "arabic")
with Path(__file__).with_name("sounds.csv").open(encoding="utf-8", newline="") as lines:
    SOUNDS = {row["sound"]: row for row in csv.DictReader(lines)}
# How offices write a sound in Latin letters; what is not listed they write as it is.
HABITS: tuple[dict[str, str], ...] = (
    {},
    {"sh": "ch", "ch": "tch", "j": "dj", "u": "ou", "k": "q"},
    {"sh": "š", "ch": "č", "kh": "h", "j": "dž", "v": "w"},
    {"kh": "j", "i": "y", "k": "c", "z": "s"},
)
Name = tuple[str, ...]


@cache
def stock(seed: int, kind: str, size: int) -> tuple[Name, ...]:
    """The names of a kind that there are in the land, the commonest first."""
    chance = dice(seed, kind)
    made: dict[Name, None] = {}
    while len(made) < size:
        sounds = [s for _ in range(chance.choice((2, 2, 3, 3, 4))) for s in syllable(chance)]
        made[tuple(sounds)] = None
    return tuple(made)


def syllable(chance: random.Random) -> tuple[str, ...]:
    """One syllable, closed now and then."""
    end = (chance.choice(("n", "r", "l", "m", "s")),) if chance.random() < 0.2 else ()
    return (chance.choice(HARD), chance.choice(SOFT), *end)


@cache
def weights(size: int) -> tuple[float, ...]:
    """How common the names of a stock are: the tenth is a seventh as common as the first."""
    return tuple(1 / (rank + 3) ** 0.95 for rank in range(size))


def drawn(names: tuple[Name, ...], chance: random.Random) -> Name:
    """A name, the commoner the likelier."""
    return chance.choices(names, weights(len(names)))[0]


def written(name: Name, script: str, habit: int, chance: random.Random) -> str:
    """A name in a script; in Latin by a habit, in Arabic without most short vowels."""
    if script == "cyrillic":
        return "".join(SOUNDS[sound]["cyrillic"] for sound in name).capitalize()
    if script == "arabic":
        return _arabic(name, chance)
    return "".join(HABITS[habit].get(sound, sound) for sound in name).capitalize()


def _arabic(name: Name, chance: random.Random) -> str:
    """Consonants, and of the vowels the last and every second one or so."""
    letters = []
    for place, sound in enumerate(name):
        if sound in SOFT and place < len(name) - 1 and (place * 7 + len(name)) % 5 < 3:
            continue
        letters.append(SOUNDS[sound]["arabic"])
    if name[-1] == "a" and chance.random() < 0.7:
        letters[-1] = "ة"
    return "".join(letters)
