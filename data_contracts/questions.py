"""Which tables ask one thing more or less finely, or of people whom somebody else published.

More or less finely: which country, or only whether it is one's own.
"""

from collections.abc import Iterable

from data_contracts.model import UNKNOWN, Dimension, Table

NATIONAL, FOREIGN = "tipstat:national", "tipstat:foreign"
HOME = {NATIONAL, FOREIGN, UNKNOWN}


def question(dimension: Dimension) -> str:
    """The field that a dimension divides, more or less finely."""
    return dimension.home_of or dimension.field


def knows_less(dimension: Dimension) -> bool:
    """Whether its unknown holds people of whom another table may know more: minors, say."""
    return dimension.rest == UNKNOWN


def homes(tables: Iterable[Table]) -> dict[str, str]:
    """Per field of countries the one that tells only whether it is the one that reports."""
    every = (one for table in tables for one in table.dimensions.values())
    return {one.home_of: one.field for one in every if one.home_of}


def can_be_taken_for(one: Table, other: Table) -> bool:
    """Whether cells of a published table name cells of a persons table, for some codes."""
    own, its = one.dimensions, other.dimensions
    is_both = (one.kind, other.kind) == ("published", "persons")
    is_both &= set(one.units) <= set(other.units) and set(own) <= set(its)
    return is_both and all(
        (own[n].field, own[n].codelist) == (its[n].field, its[n].codelist)
        and not set(own[n].codes).isdisjoint(its[n].codes)
        for n in own
    )


def unclear(tables: Iterable[Table]) -> list[str]:
    """The tables of which nobody could say how they go with others of the same question.

    Where one field tells the country and another only whether it is the one that reports, the
    countries that are counted have codes of their own, in the same table or in another one that
    counts them, and its units, whenever it does; no region is counted, and one of the two fields
    at most has spans of years, in which people may change. The other field has no codes but at
    home, abroad and unknown.
    """
    every = [table for table in tables if table.kind == "persons"]
    told = {(table.dataset, field) for table in every for field in homes([table])}
    found = []
    for table in every:
        dimensions = table.dimensions.values()
        fine = [one for one in dimensions if (table.dataset, one.field) in told]
        is_open = any(not tells_home(table, one.field, every) for one in fine)
        is_open |= bool(fine or homes([table])) and bool(table.regional)
        is_open |= any(set(one.codes) - HOME for one in dimensions if one.home_of)
        if is_open or spans(table, fine, every):
            found.append(table.name)
    return found


def tells_home(table: Table, field: str, every: Iterable[Table]) -> bool:
    """Whether each country that a table counts has a code of its own there or in one beside it."""
    return bool(table.countries) and any(
        set(table.countries) <= set(other.countries) & set(one.codes)
        and set(table.frequencies) <= set(other.frequencies)
        and set(table.units) <= set(other.units)
        for other in every
        for one in other.dimensions.values()
        if (other.dataset, one.field) == (table.dataset, field)
    )


def spans(table: Table, fine: Iterable[Dimension], every: Iterable[Table]) -> bool:
    """Whether a table has spans by countries, and another by whether they are one's own."""
    own = {one.field for one in fine}
    return "span" in table.frequencies and any(
        other.dataset == table.dataset and "span" in other.frequencies and own & set(homes([other]))
        for other in every
    )
