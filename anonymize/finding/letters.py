"""Letters and digits as they are read: one for what is written in many ways.

Digits of every script are 0-9, wide and accented letters plain, blanks and dashes of every kind
one, and what does not show (zero-width signs, marks over letters) is left out, so that the composed
and the decomposed form of a text, and a number with signs hidden in it, read the same.
"""

import unicodedata

DASHES = frozenset(map(chr, (*range(0x2010, 0x2016), 0x2043, 0x2212, 0xFE58, 0xFE63, 0xFF0D)))
# Letters that the standard does not take apart; and what Persian and Urdu write where Arabic
# keyboards write another: yeh, alef maksura, kaf, heh.
SAME = {"\u06cc": "\u064a", "\u0649": "\u064a", "\u06a9": "\u0643", "\u06c1": "\u0647"}
SAME |= {"\u0131": "i", "ß": "s", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ø": "o", "Ø": "O"}
SAME |= dict.fromkeys("\u2018\u2019\u201b\u2032\u00b4\u02bc\u02bb\u0060\uff07", "'")
SAME |= dict.fromkeys("\u201c\u201d\u201f\u2033\u00ab\u00bb", '"')
JAMO = range(0x1160, 0x1200)  # vowels and finals: a Korean syllable is read by its first letter
WIDE = ("<wide>", "<narrow>", "<font>", "<isolated>", "<initial>", "<medial>", "<final>")


def plain(code: int) -> str | None:
    """One character as it is read; None where nothing of it is."""
    letter = chr(code)
    if letter in SAME:
        return SAME[letter]
    if letter in DASHES:
        return "-"
    match unicodedata.category(letter):
        case "Nd":
            return str(unicodedata.decimal(letter))
        case "Cf":
            return None
        case "Zs" | "Zl" | "Zp":
            return " " if letter not in "\u2028\u2029" else "\n"
        case "Mn":
            return None
    return None if code in JAMO or letter == "ـ" else _base(letter)


def _base(letter: str) -> str:
    """A letter without its marks; one that stands for several stays as it is."""
    parts = unicodedata.decomposition(letter).split()
    if not parts or (parts[0].startswith("<") and parts[0] not in WIDE):
        return letter
    whole = unicodedata.normalize("NFKD", letter)
    read = [plain(ord(part)) for part in whole if part != letter]
    kept = [part for part in read if part is not None]
    return kept[0] if len(kept) == 1 else letter


class _Table(dict[int, str | None]):
    """Characters as they are met: a table of all of them would take a second to make."""

    def __missing__(self, code: int) -> str | None:
        self[code] = plain(code)
        return self[code]


TABLE = _Table()
