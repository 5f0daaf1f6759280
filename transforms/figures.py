"""How a table of figures that nobody has described yet is probably laid out, for ``suggest``.

Offices differ: a column a year, a column of several dimensions, a column that says which dimension
the next one is of, blanks that mean the total. Each habit is seen in the cells, and only proposed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from data_contracts.model import TOTAL, UNKNOWN, Contract, Field
from data_contracts.words import spelling
from transforms.looks import HEADER, YEAR, Look, Suggestion, Words, alike, covered, plain

SURE, YEARS = 75.0, 3
MOST_KINDS, MIXED, TOLD = 60, 0.6, 0.2
# A heading before a label.
HEADED = r"\s*([-\u2013:])\s+"
TOO_FEW = r"^<\d{1,2}$"
# What breaks a figure down; of a table that has none of these, every figure is of the whole.
BREAKDOWNS = (
    "area", "sex", "age_band", "exploitation", "citizenship", "repatriation", "destination",
)  # fmt: skip
# The lists whose labels may be names of columns that hold figures.
WIDE = ("series", "unit", "sex", "age_band", "exploitation")
TOLD_BY_CELLS = ("sex", "age_band", "exploitation")
MIXED_LABELS = "mixed"


@dataclass(frozen=True)
class Wide:
    """Columns that each hold a figure of their own, and the field that their names tell."""

    field: str
    columns: tuple[str, ...]


def wide(looks: Iterable[Look], words: Words) -> Wide | None:
    """Columns of figures that are named as years, or as labels of one list."""
    numeric = [look for look in looks if not look.flag and (look.numbers > 0.5 or not look.cells)]
    years = tuple(look.name for look in numeric if re.match(YEAR, look.name))
    if len(years) >= YEARS:
        return Wide("period", years)
    found = [Wide(name, tuple(named(numeric, name, words))) for name in WIDE]
    best = max(found, key=lambda one: len(one.columns))
    return best if len(best.columns) > 1 else None


def named(looks: Iterable[Look], name: str, words: Words) -> dict[str, str]:
    """Columns that are named as a label of a list, to its code."""
    known = {plain(word): code for word, code in words.lists[name].spellings.items()}
    found = {look.name: known[look.words] for look in looks if look.words in known}
    return found if set(found.values()) - {TOTAL, UNKNOWN} else {}


def value_of(looks: Sequence[Look], words: Words) -> Look | None:
    """The column of figures, where there is one: so named, and full of numbers."""
    spoken = words.aliases["value"]
    scored = [(alike(look.words, spoken), look) for look in looks if _counts(look)]
    rest = [name for name in words.aliases if name != "value"]
    for score, look in sorted(scored, key=lambda pair: -pair[0]):
        # "Case number" has the word for a figure in it.
        other = max(alike(look.words, words.aliases[name]) for name in rest)
        if score >= SURE and (score > other or look.words in spoken):
            return look
    return None


def _counts(look: Look) -> bool:
    return look.numbers > 0.5 and not look.flag and (look.words == "value" or not look.serial)


def has_years(looks: Iterable[Look], words: Words) -> bool:
    """Whether a column says the year or the quarter that a figure is of."""
    spoken = words.aliases["period"]
    return any(look.years > 0.5 and alike(look.words, spoken) >= SURE for look in looks)


def are_figures(looks: Sequence[Look], words: Words) -> bool:
    """Whether a row is a figure, or several, of a year, and not somebody or something."""
    columns = wide(looks, words)
    if columns and (columns.field == "period" or not any(look.dates > 0.5 for look in looks)):
        return True
    counts = named(filter(_counts, looks), "unit", words)
    held = columns or value_of(looks, words) or named(looks, "series", words) or counts
    return bool(held) and has_years(looks, words)


def is_reference(
    looks: Sequence[Look], made: Iterable[Suggestion], words: Words, most: float
) -> bool:
    """Whether figures are of countries and not of trafficking: named so, huge, or of no breakdown.

    ``most`` is more than any plausible count of victims.
    """
    columns = wide(looks, words)
    if columns and columns.field in ("series", "unit"):
        return columns.field == "series"
    value = value_of(looks, words)
    if named(looks, "series", words) or (value is not None and value.typical > most):
        return True
    told = {one.name for one in made if one.columns}
    return "country" in told and not told & {*BREAKDOWNS, "unit", "value_type", "obs_status"}


def breakdown(text: str, contract: Contract, words: Words) -> Field | None:
    """The field that a text names, as "by form of exploitation" does; the longest name wins."""
    spoken = [
        (len(name), field)
        for field in contract.fields
        if field.name in BREAKDOWNS
        for name in words.aliases.get(field.name, ())
        if alike(plain(text), (name,)) >= HEADER or f" {name} " in f" {plain(text)} "
    ]
    return max(spoken, key=lambda pair: pair[0])[1] if spoken else None


def told_apart(looks: Sequence[Look], contract: Contract, words: Words) -> list[Suggestion]:
    """Fields of one column, where another says of which of them each row is."""
    for teller in looks:
        if len(teller.cells) > MOST_KINDS or teller.numbers > 0.5:
            continue
        read = ((cell, breakdown(cell, contract, words)) for cell in teller.cells)
        fields = {cell: field for cell, field in read if field}
        if len({field.name for field in fields.values()}) < 2:
            continue
        lists = {field.codelist or "" for field in fields.values()}
        rest = [look for look in looks if look is not teller and _in_each(look, lists, words)]
        best = max(rest, key=lambda look: covered(look, _union(words, lists)), default=None)
        if best and covered(best, _union(words, lists)) > TOLD:
            return [
                Suggestion(field.name, (best.name,), 100, when={teller.name: cell})
                for cell, field in fields.items()
            ]
    return []


def _in_each(look: Look, lists: Iterable[str], words: Words) -> bool:
    """Whether each list knows some of a column."""
    return all(covered(look, words.lists[name].spellings) > 0 for name in lists)


def _union(words: Words, names: Iterable[str]) -> dict[str, str]:
    return {word: code for name in names for word, code in words.lists[name].spellings.items()}


def mixed(looks: Iterable[Look], words: Words) -> Iterator[Suggestion]:
    """Fields of one column that mixes them: its labels are in several lists, and none has most."""
    for look in looks:
        if look.numbers > 0.5 or not 2 < len(look.cells) <= MOST_KINDS:
            continue
        headed = dict(_headed(look, words))
        found = {name: _of(look, name, words, headed) for name in TOLD_BY_CELLS}
        of = {name: labels for name, labels in found.items() if labels}
        known = set().union(*of.values())
        enough = len(known) >= MIXED * len(look.cells)
        if len(of) > 1 and enough and max(map(len, of.values())) < len(known):
            for name in of:
                near = {label: code for label, (field, code) in headed.items() if field == name}
                spoken = _union(words, TOLD_BY_CELLS)
                unknown = sum(spelling(c) not in spoken and c not in headed for c in look.cells)
                yield Suggestion(
                    name, (look.name,), 100, "dimension_of_label",
                    near=near, table=MIXED_LABELS, unknown=unknown,
                )  # fmt: skip
            return


def _of(look: Look, name: str, words: Words, headed: Mapping[str, tuple[str, str]]) -> set[str]:
    known = words.lists[name].spellings
    plainly = {c for c in look.cells if known.get(spelling(c)) not in (None, TOTAL, UNKNOWN)}
    return plainly | {label for label, (field, _) in headed.items() if field == name}


def _headed(look: Look, words: Words) -> Iterator[tuple[str, tuple[str, str]]]:
    """Labels such as "Type of exploitation - Labour", all of whose words we know."""
    for cell in look.cells:
        head, mark, tail = (*re.split(HEADED, cell, maxsplit=1), "", "")[:3]
        for name in TOLD_BY_CELLS:
            code = words.lists[name].spellings.get(spelling(tail))
            if mark and code and alike(plain(head), words.aliases[name]) >= HEADER:
                yield cell, (name, code)


def blanks(
    made: Mapping[str, Suggestion], looks: Iterable[Look], words: Words
) -> Iterator[Suggestion]:
    """Breakdowns with empty cells or totals, and what these probably mean."""
    by_name = {look.name: look for look in looks}
    for name in BREAKDOWNS:
        one = made.get(name)
        if one is None or not one.columns or one.when or one.columns[0] not in by_name:
            continue
        look = by_name[one.columns[0]]
        known = words.lists[_list_of(name)].spellings
        totals = any(known.get(spelling(cell)) == TOTAL for cell in look.cells)
        if look.blank and not totals:
            yield replace(one, blank=TOTAL, note="is an empty cell the total?")
        elif look.blank:
            yield replace(one, note="what is an empty cell, beside totals?")
        elif totals:
            yield replace(one, note="totals stand beside their parts")


def _list_of(name: str) -> str:
    return "country" if name in ("citizenship", "repatriation", "destination", "country") else name


def one_at_a_time(frame: pl.DataFrame, made: Mapping[str, Suggestion]) -> bool:
    """Whether no row fills two breakdowns, of those that are empty in some."""
    columns = {one.columns[0] for one in made.values() if one.blank == TOTAL}
    if len(columns) < 2:
        return False
    filled = pl.sum_horizontal(pl.col(name).str.strip_chars() != "" for name in columns)
    return bool((frame.select(filled).to_series() <= 1).all())


def listed(one: Suggestion, looks: Iterable[Look], words: Words) -> bool:
    """Whether the list of a field knows some label of its column."""
    known = words.lists[_list_of(one.name)].spellings
    return any(covered(look, known) > 0 for look in looks if look.name in one.columns)
