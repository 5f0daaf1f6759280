"""How two spellings are seen to be one: marks, case and blanks do not distinguish labels."""

import unicodedata


def spelling(text: str) -> str:
    """The normal form by which a label is looked up; ``reading.spelt`` says the same."""
    if text.isascii():  # has no marks, and most spellings of all lists are
        return " ".join(text.lower().split())
    parts = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in parts if not unicodedata.category(c).startswith("M"))
    return " ".join(plain.lower().split())
