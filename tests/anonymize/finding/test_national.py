"""Identity numbers of countries, made true by check digits computed here; all are invented."""

import csv
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from anonymize.finding.national import FILE, forms, issued
from anonymize.text import kinds

ENOUGH = 25
DNI = "TRWAGMYFPDXBNJZSQVHLCKE"


def weighted(digits: str, weights: str) -> int:
    """The sum of digits by weights, each weight one digit."""
    return sum(int(digit) * int(weight) for digit, weight in zip(digits, weights, strict=True))


def brazilian(draw: Random) -> str:
    """A CPF: two digits, each from weights that fall to 2."""
    digits = f"{draw.randrange(10**8, 10**9)}"
    for _ in range(2):
        total = sum(int(d) * w for d, w in zip(digits, range(len(digits) + 1, 1, -1), strict=True))
        digits += str(-total % 11 % 10)
    return f"{digits[:3]}.{digits[3:6]}.{digits[6:9]}-{digits[9:]}"


def chilean(draw: Random) -> str:
    """A RUT: weights 2 to 7 and again from the right, modulo 11."""
    digits = f"{draw.randrange(10**7, 3 * 10**7)}"
    total = sum(int(d) * (2 + place % 6) for place, d in enumerate(reversed(digits)))
    return f"{digits[:2]}.{digits[2:5]}.{digits[5:]}-{'0123456789K'[-total % 11]}"


def spanish(draw: Random) -> str:
    """A DNI: the letter is the remainder by 23."""
    number = draw.randrange(10**7, 10**8)
    return f"{number}-{DNI[number % 23]}"


def polish(draw: Random) -> str:
    """A PESEL of a day in 1987."""
    digits = f"87031{draw.randrange(0, 10)}{draw.randrange(0, 10**4):04}"
    return digits + str(-weighted(digits, "1379137913") % 10)


def romanian(draw: Random) -> str:
    """A CNP of a woman born in 1987."""
    digits = f"2870312{draw.randrange(1, 47):02}{draw.randrange(1, 1000):03}"
    return digits + str([*range(10), 1][weighted(digits, "279146358279") % 11])


def turkish(draw: Random) -> str:
    """A T.C. number: two check digits from odd and even places."""
    digits = f"{draw.randrange(10**8, 10**9)}"
    odd, even = sum(map(int, digits[::2])), sum(map(int, digits[1::2]))
    tenth = (7 * odd - even) % 10
    return f"{digits}{tenth}{(odd + even + tenth) % 10}"


def russian(draw: Random) -> str:
    """A SNILS: weights 9 to 1, modulo 101."""
    digits = f"{draw.randrange(2 * 10**8, 10**9)}"
    check = weighted(digits, "987654321") % 101 % 100
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]} {check:02}"


def ukrainian(draw: Random) -> str:
    """An RNTRC: weights -1 5 7 9 4 6 10 5 7."""
    digits = f"{draw.randrange(10**8, 10**9)}"
    weights = (-1, 5, 7, 9, 4, 6, 10, 5, 7)
    total = sum(int(d) * w for d, w in zip(digits, weights, strict=True))
    return digits + str(total % 11 % 10)


def chinese(draw: Random) -> str:
    """A resident identity number: modulo 11, X for 10 (GB 11643)."""
    digits = f"11010519870312{draw.randrange(0, 1000):03}"
    total = sum(int(d) * (2 ** (17 - place) % 11) for place, d in enumerate(digits))
    return digits + "10X98765432"[total % 11]


MAKERS = (
    *(brazilian, chilean, spanish, polish, romanian, turkish),
    *(russian, ukrainian, chinese),
)


@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
@given(draw=st.randoms())
def test_a_true_number_is_known_as_one_of_an_identity(
    make: Callable[[Random], str], draw: Random
) -> None:
    number = make(draw)
    assume("000" not in "".join(filter(str.isdigit, number)))  # round numbers are amounts
    assert issued(number)
    assert kinds(f"she wrote {number} on it") == ("ID_NUMBER",)


def test_a_number_of_another_check_digit_is_not_issued() -> None:
    assert issued("12.345.678-5")
    assert not issued("12.345.678-4")
    assert issued("112-233-445 95")
    assert not issued("112-233-445 96")


def test_numbers_of_many_countries_are_known_and_each_check_is_there() -> None:
    with FILE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    countries = {country for row in rows for country in row["country"].split()}
    assert len(countries) >= ENOUGH
    assert sum(map(len, forms().values())) == len(rows)
