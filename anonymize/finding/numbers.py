"""Numbers that stand for a person, each by what it is: card, telephone, identity, case, birth.

A number is taken for what its check digits, its form or the words before it tell. One that nothing
tells is still somebody's when it is long and no quantity, year or date: what else would be.
"""

import re
from collections.abc import Callable, Iterator

from anonymize.finding import cards, phones
from anonymize.finding.groups import Number, numbers_of
from anonymize.finding.national import issued
from anonymize.finding.reading import Reading
from anonymize.finding.spans import Span
from anonymize.finding.words import alternatives

ANNOUNCED = {
    "id": ("ID_NUMBER", 4),
    "passport": ("PASSPORT", 5),
    "account": ("BANK_ACCOUNT", 6),
    "card": ("CARD", 8),
    "phone": ("PHONE", 5),
    "case": ("CASE_NUMBER", 5),
    "plate": ("PLATE", 4),
    "device": ("DEVICE", 6),
    "handle": ("HANDLE", 5),
    "zip": ("ADDRESS", 4),
    "wallet": ("CRYPTO", 12),
    "swift": ("BANK_ACCOUNT", 6),
}
THOUSANDS = re.compile(r"\d{1,3}(?:([ .])\d{3})(?:\1\d{3})*")
ROW = re.compile(r"\d{1,3}(?:[./-]\d{1,3})?(?: {1,2}-?\d{1,3}(?:[./-]\d{1,3})?)+")
DECIMALS = re.compile(
    r"\d{1,6}\.\d{3,}(?: {1,2}-?\d{1,6}\.\d+)*|\d{1,6}\.\d+(?: {1,2}-?\d{1,6}\.\d+)+"
)
EXPONENT = re.compile(r"e[+-]?\d|\.\d")
MANTISSA = re.compile(r"\de[+-]\Z")
MEASURE = re.compile(
    rf" ?(?:[%‰€$£₽₴]|/mm|/ml|/ul|x ?10|(?:{alternatives('measure')})(?![^\W\d_]))"
)
MONEY = re.compile(rf"(?:{alternatives('money')}) ?\Z")
ALONE = re.compile(r"\d{6}|(?:\d[\s./()-]{0,2}){6,}\d")
LONG, GROUPED, MOST, POSTCODE = 7, 9, 34, 9


def is_quantity(number: Number) -> bool:
    """An amount, a count or a measure: by its sign, its unit, its round end, its thousands."""
    text = number.text
    if MONEY.search(number.before(5)) or MEASURE.match(number.after()):
        return True
    if DECIMALS.fullmatch(text) or EXPONENT.match(number.reading.lower, number.last):
        return not THOUSANDS.fullmatch(text) or not phones.is_national(number)
    if number.has_letters:
        return False
    if THOUSANDS.fullmatch(text):
        return not phones.is_national(number)
    return len(number.parts) == 1 and text.endswith("00000")


def by_cue(number: Number) -> str | None:
    """What the word right before a number says it is, or one a little before a longer number."""
    if number.announced is None:
        return None
    tells, is_tight = number.announced
    kind, least = ANNOUNCED.get(tells, ("", 0))
    # A single year or a round number after such a word is a year or a number of such things.
    if not kind or phones.YEARS.fullmatch(number.text) or (not is_tight and is_quantity(number)):
        return None
    is_joined = number.before(1).isalpha()
    if kind == "ADDRESS" and (len(number.digits) > POSTCODE or is_joined):
        return None
    least = least if is_tight else max(least, 6) + (kind == "PHONE")
    return kind if least <= len(number.digits) <= MOST else None


def by_form(number: Number) -> str | None:
    """What its check digits or its form alone tell."""
    if cards.is_card(number.digits, number.parts):
        return "CARD"
    if phones.is_international(number) and not EXPONENT.match(number.reading.lower, number.last):
        return "PHONE"
    if _in_trunk_form(number):
        return "PHONE"
    if _is_issued(number):
        return "ID_NUMBER"
    return "PHONE" if phones.is_national(number) and not is_quantity(number) else None


def _in_trunk_form(number: Number) -> bool:
    return number.text.startswith(("0", "(")) and phones.is_national(number)


def _is_issued(number: Number) -> bool:
    if len(number.digits) > 18:
        return False
    written = number.reading.text[number.start : number.end].upper()
    form = issued(written) or (issued(number.text) if written != number.text else None)
    return form is not None and not (is_quantity(number) or ROW.fullmatch(number.text))


def by_length(number: Number) -> str | None:
    """Seven digits in one piece, six with letters, nine in pieces: no quantity, no row of them."""
    if is_quantity(number) or number.announced == ("other", True):
        return None
    longest = max(map(len, number.parts))
    if longest >= LONG or (longest >= LONG - 1 and number.has_letters):
        return "ID_NUMBER"
    is_row = ROW.fullmatch(number.text) or phones.YEARS.fullmatch(number.text)
    return "ID_NUMBER" if len(number.digits) >= GROUPED and not is_row else None


def by_being_alone(number: Number) -> str | None:
    """A cell that is nothing but a number has lost the words that would say what it is."""
    rest = number.reading.text.replace(number.text, "", 1).strip(" \n\t+().-")
    if rest or phones.YEARS.fullmatch(number.text) or number.text == "100000":
        return None
    if number.is_date:
        return "BIRTH_DATE"
    return "ID_NUMBER" if ALONE.fullmatch(number.text) else None


WAYS: tuple[Callable[[Number], str | None], ...] = (by_cue, by_form, by_length)


def kind_of(number: Number) -> str | None:
    """The kind of a number, if it is personal."""
    if not number.is_date and not MANTISSA.search(number.before(3)):
        for way in WAYS:
            if kind := way(number):
                return kind
    return by_being_alone(number) if number.reading.length < 2 * MOST else None


def numbers(reading: Reading) -> Iterator[Span]:
    """Every number that stands for a person."""
    if not reading.has_digits:
        return
    for number in numbers_of(reading):
        if kind := kind_of(number):
            yield Span(*phones.extent(number), kind)
