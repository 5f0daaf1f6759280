"""Postcodes: those that nothing else looks like, and those beside a street."""

import re
from collections.abc import Iterator

from anonymize.finding.reading import Reading
from anonymize.finding.spans import Span

BRITISH = r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-BD-HJLNP-UW-Z]{2}(?![A-Za-z0-9])"
CANADIAN = r"[A-CEGHJ-NPR-TVXY]\d[A-Z] ?\d[A-Z]\d(?![A-Za-z0-9])"
STATES = (
    "A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|PR|RI|S[CD]"
    "|T[NX]|UT|V[AT]|W[AIVY]"
)
AMERICAN = rf"(?:{STATES}),? {{1,2}}\d{{5}}(?:-\d{{4}})?(?!\d)"
# Beside a street, what would be any number elsewhere.
POSTCODE = (
    rf"(?:{BRITISH}|{CANADIAN}|{AMERICAN}|(?:[A-Z]{{1,2}}-)?\d{{5}}(?:-\d{{3,4}})?(?!\d)|[A-Z]{{1,2}}-\d{{4}}(?!\d)"
    r"|\d{8}(?= [A-Z])|\d{4} ?[A-Z]{2}(?!\w)|\d{2}-\d{3}(?!\d)|\d{4}-\d{3}(?!\d)|\d{3} \d{2}(?!\d)"
    r"|\d{6}(?!\d)|[A-Z]\d{4}[A-Z]{0,3}(?!\w)|(?!(?:19|20)\d\d)\d{4}(?!\d))"
)
# Searched by a letter and a digit near it: few words have both.
ALONE = re.compile(r"[A-Z](?=[A-Z]?\d|[A-Z],? {1,2}\d)(?<![^\W_][A-Z])")
FORMS = re.compile(rf"{BRITISH}|(?=.{{3}} ){CANADIAN}|{AMERICAN}")


def postcodes(reading: Reading) -> Iterator[Span]:
    """Postcodes of Britain, Canada and, with their state, of the United States."""
    text = reading.text
    for start in ALONE.finditer(text):
        if match := FORMS.match(text, start.start()):
            yield Span(*match.span(), "ADDRESS")
