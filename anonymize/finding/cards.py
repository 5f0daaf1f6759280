"""Payment cards, bank accounts and wallets: by their check digits, their form, or a cue."""

import re
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import islice

from anonymize.finding.groups import announced
from anonymize.finding.reading import Reading
from anonymize.finding.spans import Span

# What is left of a card on a receipt: stars, then its last digits.
HIDDEN_CARD = re.compile(r"[*xX•#](?<!\w[xX])(?:[*xX•#]|[ -](?=[*xX•#\d])){2,18}\d{3,4}(?![\w*])")
FIRST_DIGITS = re.compile(r"(?<!\d)\d{4,6}[ -]?\Z")
IBAN = re.compile(
    r"\d\d(?<=[A-Za-z]{2}\d\d)(?:(?<![A-Za-z0-9]{5})|(?<=IBAN[A-Z]{2}\d\d))(?=[ -]?[A-Za-z0-9]{3})"
)
WORD = re.compile(r"[A-Za-z0-9]{15,34}(?![A-Za-z0-9])")
BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?<![A-Za-z0-9]{9})(?:[A-Z0-9]{3})?(?![A-Za-z0-9])")
LONG_WORD = re.compile(r"[A-Za-z0-9]{24,}+")
WALLET = re.compile(
    r"[13LMDXr9A][1-9A-HJ-NP-Za-km-z]{25,34}|(?:bc|tb|ltc)1[02-9ac-hj-np-z]{11,71}|0x[0-9a-fA-F]{40}"
    r"|T[1-9A-HJ-NP-Za-km-z]{33}|[48][0-9AB][1-9A-HJ-NP-Za-km-z]{93}|addr1[0-9a-z]{53,98}"
)
SHORT = 13  # an old length, of one brand: many identity numbers have as many digits
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
GROUPINGS = {(4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 4, 4, 3), (4, 4, 4, 1), (6, 13)}
# Letters and digits in an account number of each country (ISO 13616 and those that follow it).
SIZES = {
    15: "NO",
    16: "BE",
    18: "DK FI FK FO GL NL SD",
    19: "MK SI",
    20: "AT BA EE KZ LT LU MN XK",
    21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ OM SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "AO CV GW LY MZ PT ST",
    26: "DZ IR IS TR",
    27: "BI CF CG CM DJ FR GA GQ GR IT KM MC MG MR SM TD",
    28: "AL AZ BF BJ BY CI CY DO GT HN HU LB MA ML NE NI PL SN SV TG",
    29: "BR EG PS QA UA",
    30: "JO KW MU YE",
    31: "MT SC",
    32: "LC",
    33: "RU",
}
SIZE = {country: size for size, countries in SIZES.items() for country in countries.split()}


def luhn(digits: str) -> bool:
    """The sum of the digits, every second one from the right doubled, ends in 0."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0


def is_card(digits: str, parts: Sequence[str]) -> bool:
    """Twelve to nineteen digits from 2 to 6, in one piece or as cards are grouped, and true."""
    if not 12 <= len(digits) <= 19 or digits[0] not in ("23456" if len(digits) > SHORT else "4"):
        return False
    sizes = tuple(map(len, parts))
    return (len(sizes) == 1 or sizes in GROUPINGS) and luhn(digits)


def is_iban(compact: str) -> bool:
    """The remainder of its digits, letters as 10 to 35, by 97 is 1 (ISO 13616)."""
    turned = compact[4:] + compact[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def _stretch(text: str, start: int, size: int) -> int | None:
    """Where ``size`` letters and digits from a place on end, at most one sign between two."""
    window = text[start : start + 2 * size]
    places = (place for place, sign in enumerate(window, start) if sign.isalnum())
    ends = list(islice(places, size + 1))
    if len(ends) < size or re.search(r"[^A-Za-z0-9 -]|[ -]{2}", text[start : ends[size - 1]]):
        return None
    end = ends[size - 1] + 1
    return None if text[end : end + 1].isalnum() else end


def ibans(reading: Reading) -> Iterator[Span]:
    """Account numbers as long as their country has them, mistyped too, or of true check digits."""
    text = reading.text
    for match in IBAN.finditer(text):
        start = match.start() - 2
        size = SIZE.get(text[start : start + 2].upper())
        end = _stretch(text, start, size) if size else None
        if end is not None and _is_account(text[start:end]):
            yield Span(start, end, "BANK_ACCOUNT")
        elif (word := WORD.match(text, start)) and is_iban(word.group().upper()):
            yield Span(*word.span(), "BANK_ACCOUNT")


def _is_account(written: str) -> bool:
    compact = re.sub("[ -]", "", written).upper()
    return is_iban(compact) or sum(map(str.isdigit, compact)) > len(compact) // 2


def is_wallet(address: str) -> bool:
    """Whether the last four bytes are the double SHA-256 of the rest, in base 58 (Bitcoin)."""
    value = 0
    for sign in address:
        if sign not in BASE58:
            return False
        value = value * 58 + BASE58.index(sign)
    if value >= 256**25:
        return False
    whole = value.to_bytes(25, "big")
    return sha256(sha256(whole[:-4]).digest()).digest()[:4] == whole[-4:]


def wallets(reading: Reading) -> Iterator[Span]:
    """Addresses of crypto currencies: checked, of a form no word has, or announced."""
    for word in LONG_WORD.finditer(reading.text):
        form = WALLET.fullmatch(word.group()) if len(word.group()) < 110 else None
        if form is None:
            continue
        address = form.group()
        is_told = announced(reading, word.start()) in (("wallet", True), ("wallet", False))
        if address[:2] in ("bc", "0x", "lt", "ad") or is_told or is_wallet(address):
            yield Span(*word.span(), "CRYPTO")


def hidden_cards(reading: Reading) -> Iterator[Span]:
    """Cards of which only the last digits are left."""
    for match in HIDDEN_CARD.finditer(reading.text):
        start = match.start()
        if first := FIRST_DIGITS.search(reading.text[max(0, start - 7) : start]):
            start -= len(first.group())
        yield Span(start, match.end(), "CARD")


def bank_codes(reading: Reading) -> Iterator[Span]:
    """Codes of banks, where they are announced as such."""
    if any(cue.tells == "swift" for cue in reading.cues):
        for match in BIC.finditer(reading.text):
            if announced(reading, match.start()) == ("swift", True):
                yield Span(*match.span(), "BANK_ACCOUNT")


def accounts(reading: Reading) -> Iterator[Span]:
    """Bank accounts, cards in part, wallets and codes of banks."""
    if reading.has_digits:
        yield from ibans(reading)
        yield from wallets(reading)
        yield from hidden_cards(reading)
    yield from bank_codes(reading)
