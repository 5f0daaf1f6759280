"""How sheets hang together: periods within periods, countries within the region, vintages.

Every link touches at most one cell of a sheet.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np

from anonymize.audit_fields import Codes
from anonymize.audit_rows import BOUNDLESS, Integers
from anonymize.audit_sheets import SHOWN, SMALL, Place, Sheet
from data_contracts.model import TOTAL
from data_contracts.periods import is_span, quarters
from data_contracts.policy import Policy


class Link(NamedTuple):
    """``lower`` ≤ sum of times x cell ≤ ``upper``; a cell is its sheet's number and its own."""

    terms: tuple[tuple[int, int, int], ...]
    lower: int
    upper: int


class Nesting(NamedTuple):
    """A sheet whose people are all in another one, for cells none of whose codes is unknown."""

    whole: int
    part: int
    pairs: Integers


def known(sheet: Sheet) -> dict[Codes, int]:
    """The cells of which a reader has seen a number or a mark."""
    return {codes: n for n, codes in enumerate(sheet.shape.codes) if sheet.state[n]}


def families(sheets: Sequence[Sheet]) -> dict[tuple[str, str, str, int], list[int]]:
    """The sheets of one dataset, country, unit and vintage."""
    found: dict[tuple[str, str, str, int], list[int]] = defaultdict(list)
    for number, sheet in enumerate(sheets):
        found[(*sheet.place[:3], sheet.place.vintage)].append(number)
    return found


def contains(whole: str, part: str) -> bool:
    """Whether a period of a year holds another and more; spans are linked by their totals alone."""
    return not is_span(whole) and set(quarters(whole)) > set(quarters(part))


def nestings(sheets: Sequence[Sheet]) -> Iterator[Nesting]:
    """Every two sheets of which one period holds the other."""
    for members in families(sheets).values():
        for whole, part in product(members, members):
            if contains(sheets[whole].place.period, sheets[part].place.period):
                yield Nesting(whole, part, nested(sheets[whole], sheets[part]))


def nested(whole: Sheet, part: Sheet) -> Integers:
    """Pairs of a cell of ``whole`` and one of ``part`` all of whose people it holds.

    Whoever is unknown in a quarter may be known by the end of the year.
    """
    mine = whole.shape
    if mine is part.shape:
        same = np.repeat(np.arange(mine.published)[:, None], 2, axis=1)
        pairs = np.concatenate([same, mine.nested])
    else:
        holding = [(part.shape.codes[c], c) for c in range(part.shape.published)]
        own = [(mine.number.get(codes, -1), c) for codes, c in holding]
        more = [(mine.number.get(part.shape.codes[p], -1), c) for p, c in part.shape.nested]
        every = np.array([*own, *more], dtype=np.int64).reshape(-1, 2)
        pairs = every[(every[:, 0] >= 0) & (every[:, 0] < mine.published)]
    is_there = (whole.state[pairs[:, 0]] > 0) & (part.state[pairs[:, 1]] > 0)
    kept: Integers = pairs[is_there & mine.is_known[pairs[:, 0]]]
    return kept


def differ(one: Sheet, other: Sheet, pairs: Integers) -> Integers:
    """Of each pair 1 if the people cannot be the same, else 0.

    The same people have the same number; whoever is shown in one cell is not few in another.
    """
    states, others = one.state[pairs[:, 0]], other.state[pairs[:, 1]]
    both = (states == SHOWN) & (others == SHOWN)
    unequal = one.value[pairs[:, 0]] != other.value[pairs[:, 1]]
    mixed = ((states == SHOWN) & (others == SMALL)) | ((states == SMALL) & (others == SHOWN))
    apart: Integers = ((both & unequal) | mixed).astype(np.int64)
    return apart


def links(sheets: Sequence[Sheet], policy: Policy) -> list[Link]:
    """All links between sheets."""
    found = list(within_periods(sheets))
    found.extend(in_the_region(sheets))
    found.extend(revised(sheets, policy))
    return found


def within_periods(sheets: Sequence[Sheet]) -> Iterator[Link]:
    """A year has at least the people of each quarter, and at most those of all."""
    parts: dict[int, list[int]] = defaultdict(list)
    for nesting in nestings(sheets):
        whole, part = sheets[nesting.whole], sheets[nesting.part]
        parts[nesting.whole].append(nesting.part)
        same = np.array(
            [whole.shape.codes[w] == part.shape.codes[p] for w, p in nesting.pairs], dtype=bool
        )
        least = differ(whole, part, nesting.pairs)
        for (w, p), apart, is_same in zip(
            nesting.pairs.tolist(), least.tolist(), same.tolist(), strict=True
        ):
            if is_same or (apart and whole.lower[w] <= part.upper[p]):
                yield Link(((nesting.whole, w, 1), (nesting.part, p, -1)), apart, BOUNDLESS)
    for number, inside in parts.items():
        yield from at_most(sheets, number, inside)


def at_most(sheets: Sequence[Sheet], whole: int, inside: Sequence[int]) -> Iterator[Link]:
    """A period has at most the people of the periods of which it is made, where all are known."""
    apart = [
        n for n in inside
        if not any(contains(sheets[o].place.period, sheets[n].place.period) for o in inside)
    ]  # fmt: skip
    covered = {quarter for n in apart for quarter in quarters(sheets[n].place.period)}
    if covered != set(quarters(sheets[whole].place.period)):
        return
    cells = [known(sheets[n]) for n in apart]
    for codes, cell in known(sheets[whole]).items():
        if all(codes in own for own in cells):
            terms = [(n, own[codes], 1) for n, own in zip(apart, cells, strict=True)]
            yield Link(((whole, cell, -1), *terms), 0, BOUNDLESS)


def in_the_region(sheets: Sequence[Sheet]) -> Iterator[Link]:
    """The region has at least the people of each country, and at most those of all.

    Whoever is met in two countries is one person in the region.
    """
    for number, region in enumerate(sheets):
        if region.place.country != TOTAL:
            continue
        members = list(countries(sheets, region))
        cells = [known(sheets[n]) for n in members]
        is_of_all = bool(members) and is_of_one_count(sheets, region, members)
        for codes, cell in known(region).items():
            terms = [
                (n, own[codes], 1) for n, own in zip(members, cells, strict=True) if codes in own
            ]
            # Whoever says nothing of these codes may have anybody there.
            if is_of_all and len(terms) == len(members):
                yield Link(((number, cell, -1), *terms), 0, BOUNDLESS)
            for n, own_cell, _ in terms:
                apart = differ(region, sheets[n], np.array([[cell, own_cell]]))
                yield Link(((number, cell, 1), (n, own_cell, -1)), int(apart[0]), BOUNDLESS)


def is_of_one_count(sheets: Sequence[Sheet], region: Sheet, members: Sequence[int]) -> bool:
    """Whether the countries' numbers are of the people whom the region has, and of no older ones.

    A region that was counted anew also has who came late to a country whose numbers stayed.
    """
    return not region.place.vintage or all(sheets[n].since == region.since for n in members)


def countries(sheets: Sequence[Sheet], region: Sheet) -> Iterator[int]:
    """The sheets of the countries as they were when the region was counted."""
    newest: dict[Place, int] = {}
    for number, sheet in enumerate(sheets):
        place = sheet.place
        same = (place.dataset, place.unit, place.period) == (
            region.place.dataset,
            region.place.unit,
            region.place.period,
        )
        if same and place.country != TOTAL and sheet.since <= region.since:
            newest[place._replace(vintage=0)] = number
    yield from newest.values()


def revised(sheets: Sequence[Sheet], policy: Policy) -> Iterator[Link]:
    """Who came and who left are together enough to be shown, where a number changed.

    With x' = x + in - out, in ≤ x' and out ≤ x, some in + out above the limit exist exactly if
    x + x' is above it.
    """
    by_place: Mapping[Place, int] = {sheet.place: n for n, sheet in enumerate(sheets)}
    for number, sheet in enumerate(sheets):
        before = by_place.get(sheet.place._replace(vintage=sheet.place.vintage - 1))
        if before is None:
            continue
        own = known(sheets[before])
        for codes, cell in known(sheet).items():
            if codes in own:
                terms = ((number, cell, 1), (before, own[codes], 1))
                limit = policy.move_details_above if codes else policy.hide_up_to
                is_new = sheet.state[cell] == SHOWN
                yield Link(terms, limit + 1 if is_new else 0, BOUNDLESS)
