"""Where the persons of a population can be met: a country in one vintage, and its sheets.

A person whom the sheets of a country count, the region counts too, once. Her codes are the same in
every quarter, so that a year is made of its quarters without more ado. Where that cannot be, a
home has *others*: whoever is counted there is somebody who is counted elsewhere already, under
other codes in an earlier quarter, or by another country.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from anonymize.audit_links import contains, countries
from anonymize.audit_sheets import Sheet
from data_contracts.model import TOTAL
from data_contracts.periods import quarters


@dataclass(frozen=True)
class Home:
    """The sheets that count the persons of a home, each with its quarters as bits."""

    country: str
    sheets: tuple[int, ...]
    masks: tuple[int, ...]
    quarters: int


def homes(sheets: Sequence[Sheet], with_others: bool = False) -> list[Home]:
    """The countries, each vintage apart, with the regional sheets that count them."""
    every = sorted({quarter for sheet in sheets for quarter in quarters(sheet.place.period)})
    bit = {quarter: 1 << number for number, quarter in enumerate(every)}
    masks = [sum(bit[q] for q in quarters(sheet.place.period)) for sheet in sheets]
    found = []
    for (country, _), members in sorted(counting(sheets).items()):
        for own in ways(sheets, members) if with_others else [members]:
            found.append(Home(country, tuple(own), tuple(masks[n] for n in own), len(every)))
    return found


def counting(sheets: Sequence[Sheet]) -> dict[tuple[str, int], list[int]]:
    """Per country and vintage the sheets that count its persons."""
    own: dict[tuple[str, int], list[int]] = {}
    for number, sheet in enumerate(sheets):
        if sheet.place.country != TOTAL:
            own.setdefault((sheet.place.country, sheet.place.vintage), []).append(number)
    key = {number: home for home, members in own.items() for number in members}
    for number, sheet in enumerate(sheets):
        if sheet.place.country == TOTAL:
            members = {key[one] for one in countries(sheets, sheet)}
            for home in sorted(members) or [(TOTAL, sheet.place.vintage)]:
                own.setdefault(home, []).append(number)
    return own


def ways(sheets: Sequence[Sheet], members: list[int]) -> Iterator[list[int]]:
    """All sheets of a home, then those that count somebody who is counted elsewhere already.

    She is not in the year that holds the quarter, or not in the region, or not in its year.
    """
    is_whole = [any(holds(sheets, n, other) for other in members) for n in members]
    is_region = [sheets[n].place.country == TOTAL for n in members]
    every = list(zip(members, is_whole, is_region, strict=True))
    chosen = [
        members,
        [n for n, whole, _ in every if not whole],
        [n for n, _, region in every if not region],
        [n for n, whole, region in every if not (whole and region)],
    ]
    seen: list[list[int]] = []
    for one in chosen:
        if one and one not in seen:
            seen.append(one)
            yield one


def holds(sheets: Sequence[Sheet], whole: int, part: int) -> bool:
    """Whether one sheet's period holds another's and more, within a country or the region."""
    one, other = sheets[whole].place, sheets[part].place
    return one.country == other.country and contains(one.period, other.period)
