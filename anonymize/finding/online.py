"""What reaches a person on the network: mail and web addresses, handles, devices."""

import re
from collections.abc import Iterator
from ipaddress import ip_address

from anonymize.finding.cues import Cue
from anonymize.finding.documents import AFTER
from anonymize.finding.reading import Reading
from anonymize.finding.spans import Span
from anonymize.finding.words import alternatives

LOCAL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64} ?\Z")
DOMAIN = re.compile(r" ?(?:\[[\d.:a-f]{4,40}\]|[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})")
DOT_WORD = alternatives("dot")
DOT = rf"(?: ?[\[({{<] ?(?:{DOT_WORD}|\.) ?[\])}}>] ?| (?:{DOT_WORD}) |\.)"
SPELT_LOCAL = re.compile(rf"[\w+-]{{1,64}}(?:{DOT}[\w+-]{{1,64}}){{0,4}} ?[\[({{<]? ?\Z")
SPELT_DOMAIN = re.compile(rf" ?[\])}}>]? ?[\w-]{{2,63}}(?:{DOT}[\w-]{{2,63}}){{1,4}}")
PROVIDER = re.compile(
    r" ?(?:gmail|yahoo|hotmail|outlook|icloud|proton|protonmail|yandex|mail|live|aol|gmx|ukr)\b"
)
SCHEME = re.compile(r"[a-z]{2,12}\Z", re.IGNORECASE)
REST = re.compile(r"[^\s<>\"]{2,}")
WWW = re.compile(r"www\d?\.[\w-]+\.[^\s<>\"]{2,}")
TAIL = re.compile(
    r"\.(?:(?i:com|org|net|info|biz|onion)(?![\w-])|[a-zA-Z]{2,13}(?=/[^\s/]))(?:/[^\s<>\"]+)?"
)
HOST = re.compile(r"(?<![\w.@-])[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}\Z")
AFTER_SENTENCE = ".,;:!?)]}'\"…"
SCHEMES = {"skype", "viber", "whatsapp", "tg", "mailto", "xmpp", "sip"}
AFTER_COLON = re.compile(r"[\w+@][^\s<>\"]{2,}")
HANDLE = re.compile(r"(?<![\w.@/+-]@)(?<=@)\w[\w.]{1,38}\w")
NAMED = re.compile(r"@?\w[\w.-]{1,38}\w")
TELLING = re.compile(r"[\d_.]|[a-z][A-Z]|[\w]-[\w]")
IP4 = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}(?![\w])(?!\.\d)")
PAIRS = re.compile(r"[0-9A-Fa-f]{2}([:-])[0-9A-Fa-f]{2}(?:\1[0-9A-Fa-f]{2}){4}(?![\w:-])")
SHORTEST_IP, HEX_DIGIT = 6, re.compile("[0-9]")
HEX = frozenset("0123456789abcdefABCDEF:.")


def mails(reading: Reading) -> Iterator[Span]:
    """Letters around an @ with a domain after it."""
    text, place = reading.text, reading.text.find("@")
    while place >= 0:
        local = LOCAL.search(text, max(0, place - 65), place)
        domain = DOMAIN.match(text, place + 1)
        is_handle = local and domain and local.group()[-1] == " " != domain.group()[0]
        if local and domain and not is_handle:
            yield Span(local.start(), domain.end(), "EMAIL")
        place = text.find("@", place + 1)


def spelt_mails(reading: Reading) -> Iterator[Span]:
    """Mail addresses with words in place of their signs: "ana (at) example dot org"."""
    for cue in reading.cues:
        if cue.tells == "at" and (span := _spelt(reading, cue)):
            yield span


def _spelt(reading: Reading, cue: Cue) -> Span | None:
    lower = reading.lower
    domain = SPELT_DOMAIN.match(lower, cue.end)
    local = SPELT_LOCAL.search(lower, max(0, cue.start - 90), cue.start)
    if domain is None or local is None:
        return None
    # "Look at example.org" is no address: without brackets, the dot must be spelt too.
    is_marked = lower[cue.start : cue.end] != "at" or PROVIDER.match(lower, cue.end)
    if is_marked or not re.fullmatch(r" ?[\w.-]+", domain.group()):
        return Span(local.start(), domain.end(), "EMAIL")
    return None


def webs(reading: Reading) -> Iterator[Span]:
    """Web addresses, with a scheme or a path or as a bare host, and links of messengers."""
    for start, end in _webs(reading.text):
        yield Span(start, start + len(reading.text[start:end].rstrip(AFTER_SENTENCE)), "URL")


def _webs(text: str) -> Iterator[tuple[int, int]]:
    yield from _schemes(text)
    if "www" in text or "WWW" in text:
        yield from (match.span() for match in WWW.finditer(text.lower()))
    for match in TAIL.finditer(text):
        if host := HOST.search(text, max(0, match.start() - 80), match.start()):
            yield host.start(), match.end()


def _schemes(text: str) -> Iterator[tuple[int, int]]:
    place = text.find(":")
    while place >= 0:
        scheme = SCHEME.search(text, max(0, place - 12), place)
        form = REST if text.startswith("://", place) else AFTER_COLON
        is_known = form is REST or (scheme and scheme.group().lower() in SCHEMES)
        if scheme and is_known and (rest := form.match(text, place + (3 if form is REST else 1))):
            yield scheme.start(), rest.end()
            place = rest.end() - 1
        place = text.find(":", place + 1)


def handles(reading: Reading) -> Iterator[Span]:
    """Names behind an @, and what stands after the name of a messenger and looks like one."""
    text = reading.text
    if "@" in text:
        for match in HANDLE.finditer(text):
            yield Span(match.start() - 1, match.end(), "HANDLE")
    for cue in reading.cues:
        if cue.tells == "handle" and (begin := AFTER.match(reading.lower, cue.end)):
            named = NAMED.match(text, begin.end())
            if named and _is_handle(text, cue.end, named):
                yield Span(*named.span(), "HANDLE")


def _is_handle(text: str, told: int, named: re.Match[str]) -> bool:
    """A sign within it tells a handle from a word; or a colon before it and nothing after."""
    if TELLING.search(named.group().strip(".-")):
        return True
    is_last = not text[named.end() : named.end() + 1].strip(" ,;.)\n")
    ends = text[named.end() : named.end() + 2].strip(" ") in ("", ",", ";", ".", ")", "\n")
    return ":" in text[told : named.start()] and is_last and ends


def devices(reading: Reading) -> Iterator[Span]:
    """Addresses on networks: IP of both versions, and of network cards."""
    text = reading.text
    for match in IP4.finditer(text):
        before = text[max(0, match.start() - 1) : match.start()]
        is_apart = not before.isalnum() and before not in (".", "/")
        # 1.2.3.4 is a version.
        if is_apart and re.search(r"\d\d", match.group()) and _is_ip(match.group()):
            yield Span(*match.span(), "IP")
    for match in PAIRS.finditer(text):
        before = text[max(0, match.start() - 1) : match.start()]
        if not before.isalnum() and before not in (":", "-"):
            yield Span(*match.span(), "DEVICE")
    for start, end in _colons(text):
        if (
            end - start > SHORTEST_IP
            and HEX_DIGIT.search(text, start, end)
            and _is_ip(text[start:end])
        ):
            yield Span(start, end, "IP")


def _colons(text: str) -> Iterator[tuple[int, int]]:
    """Stretches of hexadecimal signs around two colons that stand near each other."""
    done, place = 0, text.find(":")
    while place >= 0:
        start, end = place, place + 1
        while start > max(done, place - 5) and text[start - 1] in HEX:
            start -= 1
        while end < min(len(text), place + 45) and text[end] in HEX:
            end += 1
        if text.count(":", start, end) > 1:
            yield start, end - (text[end - 1] == ".")
        done, place = end, text.find(":", end)


def _is_ip(written: str) -> bool:
    try:
        ip_address(written)
    except ValueError:
        return False
    return True


def online(reading: Reading) -> Iterator[Span]:
    """Mail and web addresses, handles and devices."""
    yield from mails(reading)
    yield from spelt_mails(reading)
    yield from webs(reading)
    yield from handles(reading)
    if reading.has_digits or ":" in reading.text:
        yield from devices(reading)
