"""Telephone numbers: written internationally, or as a country writes its own.

What a number may look like is held here; whether a calling code is one, `phonenumbers` is asked.
Its own matcher reads a text twenty times as slowly, and leaves out what is not in use, such as the
numbers that people invent.
"""

import re
from functools import cache

from anonymize.finding.groups import Number
from anonymize.finding.words import alternatives

EXTENSION = re.compile(rf"[ ,;]{{0,2}}(?:{alternatives('extension')})[ .:]{{0,2}}\d{{1,6}}(?!\d)")
PLUS = re.compile(r"(?<![^\W_])(?:\+ ?\(?|\(\+ ?)\Z")
BRACKET = re.compile(r"\(\Z")
# As countries write their own: with the 0 or 8 of a long-distance call, an area in brackets, the
# pairs and threes of Europe, the 3-3-4 of North America, the 2-4-4 and 2-5-4 of Latin America.
NATIONAL = re.compile(
    r"0(?:[ ./()-]{0,3}\d){8,11}|[78][ -]?\(?\d{3}\)?[ -]?\d{3}[ -]?\d{2}[ -]?\d{2}"
    r"|1?[ .-]?\(?[2-9]\d{2}\)?[ .-]{0,2}\d{3}[ .-]\d{4}|[6789]\d{2}[ .-]\d{2}[ .-]\d{2}[ .-]\d{2}"
    r"|[4-9]\d{2}[ .-]\d{3}[ .-]\d{3}|\d{2} \d{3} \d{2} \d{2}"
    r"|[6789]\d[ .-]\d{3}[ .-]\d{2}[ .-]\d{2}|\(?\d{2,3}\)?[ -]9?\d{3,4}[ -]\d{4}"
    r"|[2-9]\d{2}-\d{4}|[2-9]\d{3}-\d{4}|\d{2}(?:[ .-]\d{2}){3,4}|9\d{2} ?\d{3} ?\d{3}"
    r"|\d{2,4}\)[ /]?(?:\d{2,4}(?:[ -]\d{2,4}){1,3}|\d{5,8})"
)
YEARS = re.compile(r"(?:(?:19|20)\d\d[ /-]{0,3}){1,3}")
DOTS = str.maketrans("·•_", "...")
OF_ALL = 15  # digits at most in an international number (ITU-T E.164)


@cache
def calling_codes() -> frozenset[str]:
    """The calling codes of the world."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    return frozenset(map(str, COUNTRY_CODE_TO_REGION_CODE))


def _abroad(digits: str) -> bool:
    codes = (digits[:size] for size in (1, 2, 3))
    return 7 <= len(digits) <= OF_ALL and any(code in calling_codes() for code in codes)


def is_international(number: Number) -> bool:
    """After + or 00, a calling code and up to fifteen digits in all."""
    if PLUS.search(number.reading.text[max(0, number.first - 4) : number.first]):
        return _abroad(number.digits) and not number.digits.endswith("00000")
    digits = number.digits
    return digits.startswith("00") and len(digits) > 9 and _abroad(digits.lstrip("0"))


def is_national(number: Number) -> bool:
    """In a form that some country writes, and neither years nor a round number."""
    text = number.text.translate(DOTS)
    if number.start != number.first or YEARS.fullmatch(text):
        return False
    if NATIONAL.fullmatch(text) is None or (len(number.parts) == 1 and text[0] != "0"):
        return False
    return not number.digits.endswith("000")


def extent(number: Number) -> tuple[int, int]:
    """From its + or bracket to the end of its extension."""
    text, start, end = number.reading.text, number.start, number.last
    if plus := PLUS.search(text[max(0, start - 4) : start]) or BRACKET.search(text[:start][-1:]):
        start -= len(plus.group())
    if ext := EXTENSION.match(number.reading.lower, end):
        end = ext.end()
    return start, max(end, number.end)
