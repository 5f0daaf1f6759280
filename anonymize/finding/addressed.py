"""Names after a form of address: whoever is called Mrs or Don is a person, whatever the name."""

import re

from anonymize.finding.spans import Span

TITLES = (
    "Mr|Mrs|Ms|Miss|Mx|Dr|Dra|Sr|Sra|Srta|Don|Doña|Dña|Mme|Mlle|Herr|Frau|Sig|Dott|Bay|Bayan|"
    "Domnul|Doamna|Pani|Senhor|Senhora|Señor|Señora|Monsieur|Madame|Signor|Signora"
)
PART = r"[^\W\d_a-zß-ÿ][\w'\u2019-]*"
PARTICLE = r"(?:(?:de|del|della|di|da|dos|la|los|van|von|der|bin|al|el)\s){0,2}"
ADDRESSED = re.compile(rf"(?<!\w)(?:{TITLES})\.?[ ]({PART}(?:[ ]{PARTICLE}{PART}){{0,3}})")


def addressed(text: str) -> list[Span]:
    """The capitalised words, four at most, behind each form of address."""
    return [Span(*found.span(1), "PERSON") for found in ADDRESSED.finditer(text)]
