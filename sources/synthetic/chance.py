"""Chance that can be repeated: dice and unique tokens, both decided by the seed and a name."""

import hashlib
import hmac
import random

ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
ONSETS, VOWELS = "bcdfgjklmnprstvz", "aeiou"


def dice(seed: int, *key: object) -> random.Random:
    """A generator of its own for whatever ``key`` names, so that nothing depends on order."""
    text = "/".join(map(str, (seed, *key)))
    return random.Random(text)  # noqa: S311, invented people need no secret


def digest(seed: int, *key: object) -> int:
    """A number that only this seed and key have."""
    text = "/".join(map(str, key)).encode()
    return int.from_bytes(hmac.digest(f"invented {seed}".encode(), text, hashlib.sha256)[:16])


def token(seed: int, *key: object) -> str:
    """Twelve letters and digits beginning with ``zq``, found nowhere else."""
    number = digest(seed, *key)
    return "zq" + "".join(ALPHABET[number >> 5 * place & 31] for place in range(10))


def digits(seed: int, *key: object) -> str:
    """Twelve digits, as of a telephone."""
    return f"{digest(seed, *key) % 9 * 10**11 + digest(seed, *key) // 9 % 10**11 + 10**11:012d}"


def name(seed: int, syllables: int, *key: object) -> str:
    """An invented name, its own token: two letters a syllable, so at least five of them."""
    number, letters = digest(seed, *key), ""
    for _ in range(syllables):
        number, onset = divmod(number, len(ONSETS))
        number, vowel = divmod(number, len(VOWELS))
        letters += ONSETS[onset] + VOWELS[vowel]
    return letters.capitalize()


def misspelt(text: str, chance: random.Random) -> str:
    """``text`` with one of its later vowels taken for another."""
    place = chance.choice([i for i, letter in enumerate(text) if letter in VOWELS and i > 1])
    wrong = VOWELS[(VOWELS.index(text[place]) + 1) % len(VOWELS)]
    return text[:place] + wrong + text[place + 1 :]
