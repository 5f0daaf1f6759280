"""Invented people with their kin and namesakes, and what agencies write down of them.

Every record is written independently, so a pair of records carries the errors of both. The
rates stand in ``Errors``; docs/methods-linking.md explains them.
"""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from sources.synthetic.chance import dice
from tests.linking.names import SCRIPTS, Name, drawn, stock, written

FAMILIES, GIVEN = 2_500, 700
FIRST, LAST = dt.date(1962, 1, 1), dt.date(2016, 12, 31)
LETTERS = "abcdefghijklmnopqrstuvwxyz"
COLUMNS = ("family_name", "given_name", "birth_date", "document", "sex")
SCHEMA = dict.fromkeys(("key", "person", *COLUMNS), pl.String)


@dataclass(frozen=True)
class Errors:
    """How often a record is wrong, each by itself and for every record."""

    script: float = 0.15
    habit: float = 0.15
    swapped: float = 0.06
    typo: float = 0.07
    second_typo: float = 0.01
    dropped: float = 0.30
    alias: float = 0.005
    no_date: float = 0.01
    day_month: float = 0.02
    digit: float = 0.03
    new_year: float = 0.02
    no_document: float = 0.30
    document_digit: float = 0.03
    other_document: float = 0.01
    sex: float = 0.008
    no_sex: float = 0.02


@dataclass(frozen=True)
class Person:
    """Somebody invented; ``script`` and ``habit`` are how her papers write her."""

    id: str
    families: tuple[Name, ...]
    given: tuple[Name, ...]
    sex: str
    born: dt.date
    document: str
    script: str
    habit: int


def person(seed: int, id: str, chance: random.Random) -> Person:
    """Somebody by chance: one in six has two family names, one in five two given names."""
    sex = "F" if chance.random() < 0.65 else "M"
    families, given = stock(seed, "family", FAMILIES), stock(seed, sex, GIVEN)
    return Person(
        id=id,
        families=tuple(drawn(families, chance) for _ in range(1 + (chance.random() < 1 / 6))),
        given=tuple(drawn(given, chance) for _ in range(1 + (chance.random() < 1 / 5))),
        sex=sex,
        born=birthday(chance),
        document=f"{chance.randrange(10**8):08}",
        script=chance.choices(SCRIPTS, (6, 2, 2))[0],
        habit=chance.randrange(2),
    )


def birthday(chance: random.Random) -> dt.date:
    """A day, of one person in twenty-five the first of January: nobody knew better."""
    born = FIRST + dt.timedelta(days=chance.randrange((LAST - FIRST).days))
    return born.replace(month=1, day=1) if chance.random() < 0.04 else born


def related(seed: int, id: str, like: Person, chance: random.Random) -> Person:
    """A brother or sister, one in eight a twin; or, one in four, a namesake of another age."""
    other = person(seed, id, chance)
    if chance.random() < 0.25:
        return replace(like, id=id, born=other.born, document=other.document)
    # Twins have one birthday and two names.
    is_twin = chance.random() < 0.125 and other.given[0] not in like.given
    born = like.born if is_twin else other.born
    return replace(other, families=like.families, born=born, script=like.script, habit=like.habit)


def people(seed: int, number: int) -> list[Person]:
    """``number`` people, of whom one in seven is related to the one before."""
    chance = dice(seed, "people")
    made: list[Person] = []
    for place in range(number):
        if made and chance.random() < 1 / 7:
            made.append(related(seed, f"p{place}", made[-1], chance))
        else:
            made.append(person(seed, f"p{place}", chance))
    return made


def mistyped(text: str, chance: random.Random) -> str:
    """One letter too many, too few, another, or two in the wrong order."""
    if len(text) < 3:
        return text
    at = chance.randrange(len(text) - 1)
    letter = chance.choice(LETTERS) if text[at].isascii() else chance.choice(text)
    forms = (
        text[:at] + letter + text[at:],
        text[:at] + text[at + 1 :],
        text[:at] + letter + text[at + 1 :],
        text[:at] + text[at + 1] + text[at] + text[at + 2 :],
    )
    return chance.choice(forms)


def mistyped_names(text: str, errors: Errors, chance: random.Random) -> str:
    """Names as typed: with a slip, rarely with two."""
    if chance.random() < errors.typo:
        text = mistyped(text, chance)
        if chance.random() < errors.second_typo / errors.typo:
            text = mistyped(text, chance)
    return text.upper() if chance.random() < 0.1 else text


def names_of(who: Person, seed: int, errors: Errors, chance: random.Random) -> tuple[str, str]:
    """Family and given name as an agency writes them."""
    # What is not in Latin letters is written in them by whoever cannot write the others.
    foreign = who.script != "latin" and chance.random() < errors.script
    script = "latin" if foreign else who.script
    habit = chance.randrange(4) if foreign or chance.random() < errors.habit else who.habit
    families, given = who.families, who.given
    if chance.random() < errors.dropped:
        families = families[:1]
    if chance.random() < errors.dropped:
        given = given[:1]
    if chance.random() < errors.alias:
        given = (drawn(stock(seed, who.sex, GIVEN), chance),)
    texts = [
        mistyped_names(" ".join(written(n, script, habit, chance) for n in part), errors, chance)
        for part in (families, given)
    ]
    return (texts[1], texts[0]) if chance.random() < errors.swapped else (texts[0], texts[1])


def date_of(born: dt.date, errors: Errors, chance: random.Random) -> str | None:
    """The date of birth as an agency has it."""
    if chance.random() < errors.no_date:
        return None
    if chance.random() < errors.day_month and born.day <= 12:
        born = born.replace(month=born.day, day=born.month)
    if chance.random() < errors.new_year:
        born = born.replace(month=1, day=1)
    text = born.isoformat()
    if chance.random() < errors.digit:
        wrong = text[:3] + str(chance.randrange(10)) + text[4:]
        text = chance.choice((wrong, text[:9] + str(chance.randint(1, 8))))
    return text


def document_of(number: str, errors: Errors, chance: random.Random) -> str | None:
    """The number of a document: none, another one, or with a wrong digit at times."""
    if chance.random() < errors.no_document:
        return None
    if chance.random() < errors.other_document:
        return f"{chance.randrange(10**8):08}"
    if chance.random() < errors.document_digit:
        at = chance.randrange(8)
        return number[:at] + str(chance.randrange(10)) + number[at + 1 :]
    return number


def record(
    who: Person, key: str, seed: int, errors: Errors, chance: random.Random
) -> list[str | None]:
    """One record of a person: its key, whose it is, and what the agency wrote."""
    family, given = names_of(who, seed, errors, chance)
    sex = who.sex if chance.random() >= errors.sex else "FM"[who.sex == "F"]
    return [
        key,
        who.id,
        family,
        given,
        date_of(who.born, errors, chance),
        document_of(who.document, errors, chance),
        None if chance.random() < errors.no_sex else sex,
    ]


def times(pairs: int) -> Iterator[int]:
    """How many records each person has, for so many pairs: of twenty-five pairs three by three."""
    threes = pairs // 25
    yield from (3 for _ in range(threes))
    yield from (2 for _ in range(pairs - 3 * threes))
    while True:
        yield 1


def records(seed: int, number: int, pairs: int, errors: Errors | None = None) -> pl.DataFrame:
    """``number`` records, among them ``pairs`` pairs of the same person, in no order."""
    chance, wrong = dice(seed, "records"), errors or Errors()
    several = times(pairs)
    rows: list[tuple[Person, str]] = []
    crowd = people(seed, number)
    chance.shuffle(crowd)
    for who in crowd:
        for _ in range(next(several)):
            rows.append((who, f"r{len(rows)}"))
        if len(rows) >= number:
            break
    made = [record(who, key, seed, wrong, chance) for who, key in rows]
    chance.shuffle(made)
    return pl.DataFrame(made, schema=SCHEMA, orient="row")


def true_pairs(frame: pl.DataFrame) -> set[tuple[str, str]]:
    """The pairs of keys that are one person, each in order."""
    by: dict[str, list[str]] = {}
    for key, who in frame.select("key", "person").iter_rows():
        by.setdefault(who, []).append(key)
    return {(min(a, b), max(a, b)) for keys in by.values() for a in keys for b in keys if a < b}
