"""The attack on counts that span years, apart from the systems of each year.

A year's systems know of its spans one thing: its total is at most each span that is shown
(``most``). If a year can have every total that they leave open, while each other year has one of
two that it was seen to have, then every population of theirs goes together with the spans, and
spans narrow nothing within a year: whatever was wide there is wide. Else the span is hidden. Its
own numbers, and what differs between it and its years, are targets like others.
What a span has by code is a system of its own (``audit_coded``).
Spans of several countries are not taken together through the region.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from anonymize.audit_case import Case
from anonymize.audit_coded import Place, Total, clashing, spanned, totals
from anonymize.audit_kept_codes import bounds_a_cell
from anonymize.audit_overlaps import MOST_YEARS, Overlaps, Span, Year
from anonymize.audit_program import Ends
from anonymize.audit_sheets import HIDDEN, NOW, SHOWN, SMALL, Reader, Sheet, Tables
from anonymize.audit_targets import Kind, few, narrow
from data_contracts.model import TOTAL
from data_contracts.periods import frequency, is_span, years
from data_contracts.policy import Policy

# So many totals of a year are tried one by one.
MOST_TOTALS = 2_000


class Said(NamedTuple):
    """A span of a table: the number if any release shows it, and whether this one does."""

    table: str
    country: str
    unit: str
    period: str
    value: int | None
    is_now: bool
    is_before: bool

    def where(self, reader: Reader) -> Place:
        """Dataset, country, unit and period."""
        return reader.specs[self.table].dataset, self.country, self.unit, self.period


class Target(NamedTuple):
    """What must not be known too well of a span; without ends where there is no answer."""

    said: Said
    period: str
    kind: Kind
    without: str | None
    seen: Ends | None
    proven: Ends | None
    is_safe: bool

    def dataset(self, reader: Reader) -> str:
        return reader.specs[self.said.table].dataset

    @property
    def is_present(self) -> bool:
        """Whether it is a hidden span that was not shown to be possibly empty."""
        return self.kind == "hidden" and bool(self.seen and self.seen.least >= 1)


def said(reader: Reader, tables: Tables, earlier: Sequence[Tables]) -> list[Said]:
    """The spans of a release, with what it or earlier ones show of them."""
    before: dict[Place, int] = {}
    for release in earlier:
        before |= {one[0]: one[1] for one in _rows(reader, release) if one[1] is not None}
    now: dict[Place, int | None] = {}
    for place, value in _rows(reader, tables):
        now[place] = value if now.get(place) is None else now[place]
    return [
        Said(*place, before.get(place) if value is None else value, value is not None,
             place in before)
        for place, value in now.items()
    ]  # fmt: skip


def _rows(reader: Reader, tables: Tables) -> Iterator[tuple[Place, int | None]]:
    """Table, country, unit and period of each span that somebody fills, and its total."""
    first: dict[str, str] = {}
    for name, dataset in spanned(reader, tables).items():
        whole = total_of(reader, name, tables[name])
        there = whole.filter(pl.col("value").is_not_null() | (pl.col("obs_status") == HIDDEN))
        own = first.setdefault(dataset, name)
        for *place, value in there.select("country", "unit", "period", "value").iter_rows():
            if is_span(place[2]):
                yield (own, *place), value


def total_of(reader: Reader, name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of a table that are of all codes."""
    return frame.filter(**dict.fromkeys(reader.specs[name].dimensions, TOTAL))


def over(reader: Reader, spans: Iterable[Said]) -> dict[Place, int]:
    """How many a year's total is at most, by dataset, country, unit and year, as spans show."""
    found: dict[Place, int] = {}
    for one in spans:
        if one.value is not None:
            for year in years(one.period):
                place = (*one.where(reader)[:3], year)
                most = one.value + reader.policy.base - 1
                found[place] = min(found.get(place, most), most)
    return found


def bound(sheets: Iterable[Sheet], most: Mapping[Place, int]) -> None:
    """The total of a year is at most each of its spans: ``most`` is as ``over`` has it."""
    for sheet in sheets:
        cell = sheet.shape.number.get(frozenset(), -1)
        if sheet.place[:4] in most and cell >= 0 and sheet.is_now[cell] & NOW:
            sheet.most = most[sheet.place[:4]]
            sheet.upper[cell] = min(int(sheet.upper[cell]), sheet.most)


def unfit(reader: Reader, tables: Tables, spans: Iterable[Said]) -> Iterator[Said]:
    """The spans that this release alone shows and that numbers within them forbid.

    A smaller number than that of a year, or of a shorter span, leaves it too few totals. And beside
    the least number that is ever shown a span would be hidden by rounding only if hardly anybody
    else were in it: that none is shown there says nothing. See also ``audit_kept_codes``.
    """
    for one in spans:
        if one.is_now and not one.is_before and one.value is not None:
            place, dataset = (one.country, one.unit), reader.specs[one.table].dataset
            if is_close(
                reader.policy, total_of(reader, one.table, tables[one.table]), one, one.value
            ) or bounds_a_cell(reader, tables, place, one.period, one.value, dataset):
                yield one


def is_close(policy: Policy, table: pl.DataFrame, one: Said, value: int) -> bool:
    """Whether the largest number within a span is above its own, or the least that is shown."""
    own = table.filter(country=one.country, unit=one.unit).drop_nulls("value")
    rows = own.select("period", "value").iter_rows()
    inside = [number for period, number in rows if is_inside(period, one.period)]
    return bool(inside) and not policy.hide_up_to + policy.base < max(inside) <= value


def is_inside(period: str, span: str) -> bool:
    """Whether a year, or a span, lies in a longer span."""
    return frequency(period) in ("year", "span") and set(years(period)) < set(years(span))


def longest(targets: Iterable[Target], spans: Sequence[Said]) -> list[Said]:
    """For each country and unit with targets that fail the longest new span beside the first."""
    chosen: dict[tuple[str, ...], Said] = {}
    for target in targets:
        place, near = target.said[:3], set(years(target.said.period))
        new = [
            one
            for one in spans
            if one[:3] == place and one.is_now and not one.is_before
            and near & set(years(one.period))
        ]  # fmt: skip
        if new and place not in chosen:
            chosen[place] = max(new, key=lambda one: (len(years(one.period)), one.period))
    return list(chosen.values())


def known(total: Total, is_careful: bool) -> Year | None:
    """What is known of a total, stretched as far as it goes; None without a verdict.

    Who ``is_careful`` leaves one person of what a walk found, so that the attack finds it again.
    """
    case, number, cell = total
    if case.blamed:
        return None
    sheet: Sheet = case.system.sheets[number]
    chosen = case.target(number, cell)
    is_exact, found = case.stretch(chosen), case.targets
    lowest, highest, least, most = (
        int(end[chosen]) for end in (found.lowest, found.highest, found.least, found.most)
    )
    if is_careful and not is_exact:
        most = max(least, most - 1)
    value = int(sheet.value[cell]) if sheet.state[cell] == SHOWN else None
    return Year(lowest, highest, least, most, value, bool(sheet.state[cell] == SMALL))


def chains(spans: Iterable[Said]) -> Iterator[list[Said]]:
    """The spans of a country and unit that have years in common, or others between them."""
    chain: list[Said] = []
    for one in sorted(spans, key=lambda one: (one.table, one.country, one.unit, one.period)):
        reached = {year for own in chain for year in years(own.period)}
        same = chain and one[:3] == chain[0][:3]
        if chain and not (same and reached & set(years(one.period))):
            yield chain
            chain = []
        chain.append(one)
    if chain:
        yield chain


def attacked(
    reader: Reader,
    spans: Sequence[Said],
    cases: Sequence[Case],
    ranges: dict[Place, Year | None],
    is_careful: bool,
) -> list[Target]:
    """Every target of spans, and each year that they would narrow.

    ``ranges`` remembers what is known of the totals of years; ``is_careful`` as ``known`` has it.
    """
    places, doubtful, found = totals(cases), clashing(reader, cases), list[Target]()
    for chain in chains(spans):
        own = [one.where(reader) for one in chain]
        covered = sorted({year for one in chain for year in years(one.period)})
        yearly = [(*own[0][:3], year) for year in covered]
        for place in {*yearly, *own} & set(places) - set(ranges):
            ranges[place] = known(places[place], is_careful)
        there = [one for place in yearly if (one := ranges.get(place)) is not None]
        coded = [ranges[place] if place in places else None for place in own]
        unknown = [p for p in own if p in doubtful or (p in places and ranges[p] is None)]
        if len(there) < len(yearly) or len(yearly) > MOST_YEARS or unknown:
            found += [Target(one, one.period, "shown", None, None, None, False) for one in chain]
        else:
            found += of_chain(chain, covered, there, coded, reader.policy)
    return found


def of_chain(
    chain: Sequence[Said],
    covered: Sequence[str],
    known: Sequence[Year],
    coded: Sequence[Year | None],
    policy: Policy,
) -> Iterator[Target]:
    """The targets of spans that hang together, whose years, and totals by code, are known."""
    places = [[covered.index(year) for year in years(one.period)] for one in chain]
    every = zip(places, chain, coded, strict=True)
    spans = [Span(own[0], own[-1], one.value, total) for own, one, total in every]
    program = Overlaps(known, spans, policy.base - 1)
    for number, one in enumerate(chain):
        kind: Kind = "shown" if one.is_now else "hidden"
        pairs: list[tuple[Kind, str | None, int, int | None]] = [
            (kind, None, program.span + number, None),
            ("difference", None, program.sum + number, program.span + number),
        ]
        pairs += [("difference", covered[y], program.span + number, program.year + y)
                  for y in spans[number].years]  # fmt: skip
        pairs += [("difference", chain[inner].period, program.span + number, program.span + inner)
                  for inner, other in enumerate(spans) if other.within(spans[number])]  # fmt: skip
        for kind, without, whole, part in pairs:
            seen, proven = (program.ends(whole, part, is_seen) for is_seen in (True, False))
            safe = seen is not None and is_wide(seen, policy)
            yield Target(one, one.period, kind, without, seen, proven, safe)
    for unknown, total in program.known.items():
        if not is_free(program, unknown, total):
            yield bound_by(program, unknown, chain, covered)


def bound_by(
    program: Overlaps, unknown: int, chain: Sequence[Said], covered: Sequence[str]
) -> Target:
    """The target that fails where spans narrow what is within a year, or within one of them."""
    if unknown >= program.span:
        one = chain[unknown - program.span]
        return Target(one, one.period, "shown", None, None, None, False)
    place = unknown - program.year
    own = program.known[unknown]
    held = next(one for one, span in zip(chain, program.spans, strict=True) if place in span.years)
    kind: Kind = "hidden" if own.value is None else "shown"
    return Target(held, covered[place], kind, None, None, None, False)


def is_free(program: Overlaps, unknown: int, total: Year) -> bool:
    """Whether a total may be all that its own system leaves open."""
    held = [
        span for span in program.spans
        if unknown >= program.span or unknown - program.year in span.years
    ]  # fmt: skip
    if all(span.value is None and span.own is None for span in held):
        return True
    if total.highest - total.lowest > MOST_TOTALS:
        return False
    return all(program.can_be(unknown, value) for value in range(total.lowest, total.highest + 1))


def is_wide(found: Ends, policy: Policy) -> bool:
    """Whether possible values lie far enough apart, and do not tell of a few."""
    least, most = np.array([found.least]), np.array([found.most])
    return not (narrow(least, most, policy)[0] or few(least, most, policy)[0])
