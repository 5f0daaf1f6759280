"""Identity numbers of countries: their form and their check digits.

`national.csv` has a line for each: 9 stands for a digit, A for a letter, N for either, and the
signs for where the writers of that country may put one. The check is a module of python-stdnum, or
one of the functions here where it has none.
"""

import csv
import importlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("national.csv")
CLASSES = {"9": r"\d", "A": "[A-Z]", "N": "[A-Z0-9]", "(": r" ?\(?", ")": r"\)?"}
Check = Callable[[str], bool]


class Form(NamedTuple):
    """How a country writes an identity number, and what holds of every true one."""

    country: str
    name: str
    shape: re.Pattern[str]
    check: str


def _summed(digits: str, weights: list[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def german_pension(compact: str) -> bool:
    """Digit sums of the products, the letter as two digits (VKVV § 4)."""
    letter = f"{ord(compact[8]) - 64:02}"
    plain = compact[:8] + letter + compact[9:11]
    weights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]
    products = (int(digit) * weight for digit, weight in zip(plain, weights, strict=True))
    return sum(sum(divmod(product, 10)) for product in products) % 10 == int(compact[11])


def egyptian(compact: str) -> bool:
    """Century, a date and a governorate; its check digit is not published."""
    month, day, place = int(compact[3:5]), int(compact[5:7]), int(compact[7:9])
    return (
        compact[0] in "23" and 1 <= month <= 12 and 1 <= day <= 31 and (place <= 35 or place > 87)
    )


def spanish_affiliation(compact: str) -> bool:
    """The number without its last two digits, modulo 97; the middle part counts as a number."""
    province, person, check = compact[:2], int(compact[2:10]), int(compact[10:])
    whole = int(province) * 10**7 + person if person < 10**7 else int(province + compact[2:10])
    return whole % 97 == check


def british_insurance(compact: str) -> bool:
    """No check digit: prefixes that were never issued, and the last letter A to D."""
    first, second, last = compact[0], compact[1], compact[-1]
    unused = compact[:2] in {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}
    return first not in "DFIQUV" and second not in "DFIOQUV" and last in "ABCD" and not unused


def hong_kong(compact: str) -> bool:
    """Weights 9 (blank, 36), 8 to 2; A is 10, also as the check."""
    total = 36 * 9 + (ord(compact[0]) - 55) * 8 + _summed(compact[1:7], [7, 6, 5, 4, 3, 2])
    return "0123456789A"[-total % 11] == compact[7]


def hungarian_insurance(compact: str) -> bool:
    """Weights 3 and 7 in turn."""
    return _summed(compact[:8], [3, 7] * 4) % 10 == int(compact[8])


def kazakh(compact: str) -> bool:
    """Weights 1 to 11; if that gives 10, again from 3 to 11 and 1, 2."""
    first = _summed(compact[:11], list(range(1, 12))) % 11
    check = first if first < 10 else _summed(compact[:11], [*range(3, 12), 1, 2]) % 11
    return 1 <= int(compact[2:4]) <= 12 and check == int(compact[11])


def snils(compact: str) -> bool:
    """Weights 9 to 1, modulo 101; 100 counts as 0."""
    return _summed(compact[:9], list(range(9, 0, -1))) % 101 % 100 == int(compact[9:])


def singapore(compact: str) -> bool:
    """Weights 2 7 6 5 4 3 2; T and G add 4; citizens and foreigners have letters of their own."""
    if compact[0] not in "STFG":
        return False
    total = _summed(compact[1:8], [2, 7, 6, 5, 4, 3, 2]) + 4 * (compact[0] in "TG")
    letters = "JZIHGFEDCBA" if compact[0] in "ST" else "XWUTRQPNMLK"
    return letters[total % 11] == compact[8]


def taiwan(compact: str) -> bool:
    """The letter as two digits by its place in the publisher's own order, then weights 8 to 1."""
    place = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(compact[0]) + 10
    total = place // 10 + place % 10 * 9 + _summed(compact[1:9], list(range(8, 0, -1)))
    return (total + int(compact[9])) % 10 == 0


def uruguayan(compact: str) -> bool:
    """Weights 2 9 8 7 6 3 4."""
    return -_summed(compact[:7], [2, 9, 8, 7, 6, 3, 4]) % 10 == int(compact[7])


OWN: dict[str, Check] = {
    one.__name__: one
    for one in (
        *(german_pension, egyptian, spanish_affiliation, british_insurance, hong_kong),
        *(hungarian_insurance, kazakh, snils, singapore, taiwan, uruguayan),
    )
}


@cache
def check(name: str) -> Check:
    """The function that a line of the list names."""
    module, _, function = name.rpartition(".")
    if module == "own":
        return OWN[function]
    valid: Check = importlib.import_module(name).is_valid
    return valid


@cache
def forms(file: Path = FILE) -> dict[int, list[Form]]:
    """The forms of the list by how many letters and digits they have."""
    by: dict[int, list[Form]] = {}
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            shape = "".join(CLASSES.get(sign, "[ ./-]?") for sign in row["form"])
            form = Form(row["country"], row["name"], re.compile(shape), row["check"])
            by.setdefault(sum(map(row["form"].count, "9AN")), []).append(form)
    return by


def issued(written: str) -> Form | None:
    """The first form which a text, as written and in capitals, has, its check digits too."""
    compact = "".join(filter(str.isalnum, written))
    for form in forms().get(len(compact), ()):
        if form.shape.fullmatch(written) and check(form.check)(compact):
            return form
    return None
