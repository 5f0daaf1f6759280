"""Invented names in the letters of their countries, and back as an office abroad would do it.

One letter for one: a device for testing, no standard of transliteration. What ``romanised``
makes of Cyrillic letters differs from the Latin name where passports do.
"""

LATIN = "abcdefgijklmnoprstuvz"
ARABIC = dict(zip(LATIN, "ابشديفغيجكلمنوپرستوڤز", strict=True))
CYRILLIC = dict(zip(LATIN, "абцдефгижклмнопрстувз", strict=True))
PASSPORT = {"c": "ts", "j": "zh"}


def written(name: str, letters: str) -> str:
    """A Latin name in other letters; capitals where the letters have them."""
    match letters:
        case "arabic":
            return "".join(ARABIC[letter] for letter in name.lower())
        case "cyrillic":
            return "".join(CYRILLIC[letter] for letter in name.lower()).capitalize()
    return name


def romanised(name: str) -> str:
    """A name that was Cyrillic once, in Latin letters as a passport has it."""
    return "".join(PASSPORT.get(letter, letter) for letter in name.lower()).capitalize()
