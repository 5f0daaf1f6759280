"""How two spellings are seen to be one: marks, case and blanks do not distinguish labels."""

import unicodedata


def spelling(text: str) -> str:
    """The normal form by which a label is looked up; ``conform`` has the same as expression."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(plain.lower().split())
