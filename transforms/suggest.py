"""Which column of an unknown file may feed which field: a draft for a person to confirm.

Names of columns are compared with the names of fields in every language, cells with the labels of
code lists. A cell is told only where it is, or nearly is, such a label; countries only exactly.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

import polars as pl
from rapidfuzz import fuzz, process

from data_contracts import reading
from data_contracts.model import TOTAL, UNKNOWN, CodeList, Contract, Field
from data_contracts.words import spelling
from transforms import verbs

PERSONAL = "(personal)"
LIKELY, SURE, NEAR, INSIDE = 62.0, 75.0, 90.0, 90.0
MOST_LABELS, SHORTEST, FEW = 400, 5, 0.2
# "Id" stands in the name of any column.
MOST_BLIND = 3
HEADER = 88.0
# What a list of these would make of a name is worse than a gap.
EXACT_ONLY = ("country", "area")
YEAR = r"^[12]\d{3}$"
Aliases = Mapping[str, tuple[str, ...]]
# Standard and code list, to the code of each of the standard's categories.
Standards = Mapping[tuple[str, str], Mapping[str, str]]


@dataclass(frozen=True)
class Words:
    """All that names are compared with: of fields, of code lists and of standards."""

    aliases: Aliases
    lists: Mapping[str, CodeList]
    standards: Standards = field(default_factory=dict)


@dataclass(frozen=True)
class Suggestion:
    """A field and the columns that may feed it; ``near`` are labels to codes, each with a score.

    ``unknown`` is how many further labels the column has, which are not told.
    """

    name: str
    columns: tuple[str, ...]
    score: int
    verb: str | None = None
    standard: str | None = None
    near: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    unknown: int = 0


@dataclass(frozen=True)
class Draft:
    """What a file may feed; ``left`` is why each other column is not selected."""

    contract: str
    suggestions: tuple[Suggestion, ...]
    left: Mapping[str, str]
    frequency: str


def plain(name: str) -> str:
    """A column's name as words: ``vic_MethodsOfControl`` is ``vic methods of control``."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[_\-./:()\[\]]", " ", name)
    return spelling(apart)


def alike(name: str, spoken: Iterable[str]) -> float:
    """How much a column's name is like the nearest name of a field, 0 to 100."""
    best = 0.0
    for other in spoken:
        whole = fuzz.token_sort_ratio(name, other)
        # A prefix such as "vic", or a unit in brackets, should not hide the name in it.
        inside = len(other) > MOST_BLIND and set(other.split()) <= set(name.split())
        best = max(best, whole, INSIDE if inside else 0.0)
    return best


def labels(column: pl.Series) -> list[str]:
    """The distinct cells of a column, the most frequent first, at most ``MOST_LABELS``."""
    counts = column.drop_nulls().value_counts(sort=True)
    cells = counts[column.name].head(MOST_LABELS).to_list()
    return [cell for cell in cells if cell.strip()]


@dataclass(frozen=True)
class Look:
    """A column, looked at once."""

    name: str
    words: str
    cells: tuple[str, ...]
    dates: float
    years: float
    numbers: float
    flag: bool


def looked(name: str, column: pl.Series) -> Look:
    """What the cells of a column are: dates, years, numbers, yes and no."""
    cells = labels(column)
    frame = pl.DataFrame({"text": cells}, schema={"text": pl.String})
    text = pl.col("text").str.strip_chars()
    shares = frame.select(
        dates=reading.date(text).is_not_null().mean(),
        years=text.str.contains(YEAR).mean(),
        numbers=reading.number(text).is_not_null().mean(),
    ).row(0)
    dates, years, numbers = (float(share or 0) for share in shares)
    flag = bool(cells) and set(cells) <= {"0", "1", "-99"}
    return Look(name, plain(name), tuple(cells), dates, years, numbers, flag)


def parts_of(look: Look, known: Iterable[str]) -> list[str]:
    """The normalised labels of a column, lists of them cut."""
    return list(chain.from_iterable(verbs.split_labels(cell, known) for cell in look.cells))


def covered(look: Look, known: Mapping[str, str]) -> float:
    """The share of a column's distinct labels that a list knows."""
    # That something is unknown, or the whole, can be said of anything.
    parts = [part for part in parts_of(look, known) if known.get(part) not in (TOTAL, UNKNOWN)]
    return sum(part in known for part in parts) / len(parts) if parts else 0.0


def standard_of(look: Look, item: Field, words: Words) -> tuple[str | None, dict[str, str], float]:
    """The words by which most of a column is read: the list's, or a standard's with them."""
    own = dict(words.lists[item.codelist or ""].spellings)
    best: tuple[str | None, dict[str, str], float] = (None, own, covered(look, own))
    for (standard, of), theirs in words.standards.items():
        if of == item.codelist:
            both = own | {spelling(word): code for word, code in theirs.items()}
            if (share := covered(look, both)) > best[2]:
                best = (standard, both, share)
    return best


def fitness(look: Look, item: Field, words: Words) -> float:
    """How well a column may feed a field, 0 to 100: by its name, and by what is in it."""
    named = alike(look.words, words.aliases.get(item.name, ()))
    if item.codelist:
        # "No" and "si" are countries to a list of two letters: a name must say so first.
        if item.codelist in EXACT_ONLY and named < LIKELY:
            return 0.0
        share = standard_of(look, item, words)[2]
        return 0.6 * named + 40 * share if share > FEW else 0.6 * named
    if item.type == "date" or item.link_role == "birth_date":
        if item.link_role and named < SURE:
            return 0.0
        dated = max(look.dates, look.years if item.link_role is None else 0.0)
        return 0.65 * named + 35 * dated if dated > 0.5 else 0.4 * named
    if item.type in ("integer", "number"):
        return 0.7 * named + 30 * look.numbers if look.numbers > 0.5 else 0.4 * named
    if item.treatment == "generalise:period":
        return 0.65 * named + 35 * look.years
    # What only recognises or describes a person has no labels to tell it by.
    return named if named >= SURE else 0.0


def pairs(
    looks: list[Look], contract: Contract, words: Words
) -> Iterator[tuple[float, Look, Field]]:
    """Each column and field that may belong together, with its score."""
    for item in contract.fields:
        if item.name == "country" and contract.kind == "persons":
            # Whose people these are says the submission, never a guess.
            continue
        for look in looks:
            if not look.flag or item.codelist == "yes_no":
                yield fitness(look, item, words), look, item


def assigned(looks: list[Look], contract: Contract, words: Words) -> dict[str, tuple[Look, float]]:
    """Each field to its column, the best pairs first, each field and column once."""
    taken: dict[str, tuple[Look, float]] = {}
    used: set[str] = set()
    ranked = sorted(pairs(looks, contract, words), key=lambda p: (-p[0], p[1].name, p[2].name))
    for score, look, item in ranked:
        if score >= LIKELY and item.name not in taken and look.name not in used:
            taken[item.name] = (look, score)
            used.add(look.name)
    return taken


def flagged(looks: list[Look], contract: Contract, words: Words) -> Iterator[Suggestion]:
    """Columns of yes and no whose names are labels of a list: one field of several answers."""
    for item in contract.many:
        columns = [look for look in looks if look.flag]
        read = [
            (tuple(look.name for look in columns if spelling(look.name) in known), standard)
            for standard, known in _readings(item, words)
        ]
        named, standard = max(read, key=lambda one: len(one[0]))
        if len(named) > 1:
            yield Suggestion(item.name, named, 100, "flags", standard)


def _readings(item: Field, words: Words) -> Iterator[tuple[str | None, set[str]]]:
    own = set(words.lists[item.codelist or ""].spellings)
    yield None, own
    for (standard, of), theirs in words.standards.items():
        if of == item.codelist:
            yield standard, own | set(map(spelling, theirs))


def nearest(parts: Iterable[str], known: Mapping[str, str]) -> dict[str, tuple[str, int]]:
    """Labels that no list knows and that are nearly one of its labels, to its code."""
    found: dict[str, tuple[str, int]] = {}
    for part in dict.fromkeys(parts):
        if part in known or len(part) < SHORTEST:
            continue
        if best := process.extractOne(part, list(known), scorer=fuzz.ratio, score_cutoff=NEAR):
            found[part] = (known[best[0]], round(best[1]))
    return found


def suggestion(item: Field, look: Look, score: float, words: Words) -> Suggestion:
    """A field with its column, and how its labels are read."""
    if not item.codelist:
        years = item.type == "date" and look.years > max(look.dates, 0.5)
        verb = "year_only" if years else None
        return Suggestion(item.name, (look.name,), round(score), verb)
    standard, known, _ = standard_of(look, item, words)
    parts = parts_of(look, known)
    exact = item.codelist in EXACT_ONLY
    near = {} if exact else nearest(parts, known)
    unknown = len({part for part in parts if part not in known} - set(near))
    listed = item.many and any(len(verbs.split_labels(c, known)) > 1 for c in look.cells)
    verb = "split_labels" if listed else None
    return Suggestion(item.name, (look.name,), round(score), verb, standard, near, unknown)


def reason(look: Look, words: Words) -> str:
    """Why a column is not selected."""
    if alike(look.words, words.aliases[PERSONAL]) >= SURE:
        return "looks like personal data"
    long = [cell for cell in look.cells if len(cell) > 40]
    return "free text" if len(long) * 3 > len(look.cells) > 0 else "no field is like it"


def feeding(looks: list[Look], contract: Contract, words: Words) -> list[Suggestion]:
    """What a file may feed of one contract, in the order of its fields."""
    open_to = [k for k in looks if alike(k.words, words.aliases[PERSONAL]) < 95]
    many = {one.name: one for one in flagged(looks, contract, words)}
    taken = assigned(open_to, contract, words)
    made = {
        name: suggestion(contract.by_name[name], look, score, words)
        for name, (look, score) in taken.items()
    } | many
    if born := with_age(made, contract):
        made["age"] = born
    return [made[f.name] for f in contract.fields if f.name in made]


def with_age(made: Mapping[str, Suggestion], contract: Contract) -> Suggestion | None:
    """An age from the dates of birth and event, where a file has no age."""
    event = next((f.name for f in contract.fields if f.safe == "period" and f.name in made), None)
    if not event or "birth_date" not in made or "age" in made or "age" not in contract.by_name:
        return None
    columns = (*made["birth_date"].columns, *made[event].columns)
    return Suggestion("age", columns, min(made["birth_date"].score, made[event].score), "age_at")


def header_like(names: Iterable[str], words: Words) -> int:
    """How many cells of a row are names of fields: whether it is a header, and not a person.

    Labels do not count: a first row that is data has them, beside a name.
    """
    spoken = set(chain.from_iterable(words.aliases.values()))
    return sum(alike(plain(name), spoken) >= HEADER for name in names if name.strip())


def draft(frame: pl.DataFrame, contracts: Mapping[str, Contract], words: Words) -> Draft:
    """The contract that a file feeds best, and how; ``frame`` has the file's own columns only."""
    looks = [looked(name, frame[name]) for name in frame.columns]
    fed = {name: feeding(looks, contract, words) for name, contract in contracts.items()}
    best = max(fed, key=lambda name: (sum(s.score for s in fed[name]), name == "victims"))
    used = set(chain.from_iterable(one.columns for one in fed[best]))
    left = {look.name: reason(look, words) for look in looks if look.name not in used}
    annual = any(one.verb == "year_only" for one in fed[best])
    programme = contracts[best].kind != "persons"
    return Draft(best, tuple(fed[best]), left, "year" if annual or programme else "quarter")
