"""Points on a map: coordinates in degrees, decimals or codes. Links to maps are web addresses."""

import re
from collections.abc import Iterator

from anonymize.finding.reading import Reading
from anonymize.finding.spans import Span

SIGN, MARK = r"[+-]?", r"(?:\s?[°º˚]\s?)"
DECIMAL = re.compile(
    rf"\d{{1,2}}[.,]\d{{3,10}}{MARK}?\s?[NSns]?\s?[,;/ ]\s{{0,2}}{SIGN}\d{{1,3}}[.,]\d{{3,10}}"
    rf"(?:{MARK}?\s?[EWOew](?![^\W\d_]))?(?![\d])"
)
DEGREES = re.compile(
    rf"\d{{1,3}}{MARK}(?:\d{{1,2}}(?:[.,]\d+)?\s?(?:'|min)?\s?)?(?:\d{{1,2}}(?:[.,]\d+)?\s?"
    rf"(?:\"|''|sec)?\s?)?[NSEWOnsew\u0421\u042e\u0412\u0417](?![^\W\d_])"
    rf"|[NSEW]\s?\d{{1,3}}{MARK}\d{{1,2}}(?:[.,]\d+)?(?:'\s?\d{{1,2}}(?:[.,]\d+)?\"?)?"
)
ONE = re.compile(rf"[^\w\n]{{0,5}}(?:is )?{SIGN}\d{{1,3}}[.,]\d{{2,10}}")
PLUS_CODE = re.compile(r"\+[23456789CFGHJMPQRVWX]{2,3}(?![A-Z0-9])")
PLUS_HEAD = re.compile(r"(?<![A-Z0-9])(?:[23456789CFGHJMPQRVWX]{4}){1,2}\Z")


def places(reading: Reading) -> Iterator[Span]:
    """Points on a map, each with both its numbers where they stand together."""
    text = reading.text
    if not reading.has_digits:
        return
    for match in DECIMAL.finditer(text):
        yield from _pair(text, match)
    if "°" in text or "º" in text or "˚" in text:
        yield from (Span(*match.span(), "COORDINATES") for match in DEGREES.finditer(text))
    for cue in reading.cues:
        if cue.tells == "place" and (one := ONE.match(text, cue.end)):
            yield Span(*one.span(), "COORDINATES")
    for match in PLUS_CODE.finditer(text):
        if head := PLUS_HEAD.search(text[max(0, match.start() - 8) : match.start()]):
            yield Span(match.start() - len(head.group()), match.end(), "COORDINATES")


def _pair(text: str, match: re.Match[str]) -> Iterator[Span]:
    """Latitude and longitude; both within what the earth has, and of four decimals at least."""
    start = match.start() - (text[match.start() - 1 : match.start()] in ("+", "-"))
    if text[max(0, start - 1) : start].isalnum():
        return
    numbers = re.findall(r"(\d{1,3})[.,](\d{3,10})", match.group())
    degrees = [int(whole) for whole, _ in numbers]
    is_exact = min(len(decimals) for _, decimals in numbers) > 3 or re.search(
        "[NSEW]", match.group()
    )
    is_pair = re.search(r"[,;/°NSEW]|\s[+-]", re.sub(r"\d[.,]\d", "", match.group()))
    if is_exact and is_pair and len(degrees) == 2 and degrees[0] <= 90 and degrees[1] <= 180:
        yield Span(start, match.end(), "COORDINATES")
