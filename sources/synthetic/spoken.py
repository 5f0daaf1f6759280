"""The words in which agencies write codes, and how clerks vary them."""

import csv
import random
from functools import cache
from pathlib import Path

WORDS = Path(__file__).with_name("words.csv")


@cache
def words(language: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """List and code to the words of one language; the first is the usual one."""
    with WORDS.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row[language]]
    return {(row["list"], row["code"]): tuple(row[language].split("|")) for row in rows}


def text(language: str, of: str) -> str:
    """A sentence or an address with places for what is said in it."""
    return words(language)["text", of][0]


def written(word: str, chance: random.Random) -> str:
    """A word as typed by hand: sometimes in another case, or with blanks that do not belong."""
    habit = chance.random()
    if habit < 0.05:
        return word.upper()
    if habit < 0.11:
        return word.lower()
    if habit < 0.15:
        return f" {word}  "
    return word.replace(" ", "  ") if habit < 0.17 else word


def say(language: str, of: str, code: str, chance: random.Random) -> str:
    """One answer in words; blank where the code is unknown and the language has no word."""
    said = words(language).get((of, code))
    return written(chance.choice(said), chance) if said else ""


def say_all(language: str, of: str, codes: tuple[str, ...], chance: random.Random) -> str:
    """Several answers in one cell, between commas."""
    return ", ".join(say(language, of, code, chance).strip() for code in codes)
