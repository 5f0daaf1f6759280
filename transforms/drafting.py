"""Which contract an unknown file feeds, and all that a layout says of it: for ``suggest``."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

import polars as pl

from data_contracts.layout import CELL, COLUMN
from data_contracts.model import TOTAL, Contract
from data_contracts.words import spelling
from transforms import figures, suggest
from transforms.figures import BREAKDOWNS, TOO_FEW
from transforms.looks import Look, Suggestion, Words, looked

TRAFFICKING = "tipstat:trafficking"
NAMING = ("family_name", "given_name", "birth_date", "document", "phone", "address")
DETAIL = r"\s*\[\w+\]$"
# What a column that says of whom it is speaks for a contract; one of numbers may count them.
TOLD, MOSTLY = 60, 0.5
QUARTER = r"Q[1-4]"
COUNTRIES = (
    "country", "citizenship", "residence", "origin", "destination", "repatriation", "transit",
    "from_country", "to_country",
)  # fmt: skip
NAMIBIA = frozenset({"nam", "namibia"})


@dataclass(frozen=True)
class Draft:
    """What a file may feed; ``left`` is why each other column is not selected.

    ``next_best`` is the contract that would be chosen otherwise. ``where`` are the labels of rows
    about trafficking, ``unpivot`` columns that each hold a figure, ``missing`` what stands for
    nothing, ``censored`` what stands for too few, ``notes`` what a person should know.
    """

    contract: str
    next_best: str
    suggestions: tuple[Suggestion, ...]
    left: Mapping[str, str]
    frequency: str
    where: Mapping[str, tuple[str, ...]]
    unpivot: tuple[str, ...]
    missing: tuple[str, ...]
    censored: str | None
    notes: tuple[str, ...]


def of_figures(looks: list[Look], contract: Contract, words: Words) -> dict[str, Suggestion]:
    """What a table of figures may feed: by its cells first, then by the names of its columns."""
    apart = figures.told_apart(looks, contract, words)
    named = apart or list(figures.mixed(looks, words))
    made = {one.name: one for one in named if one.name in contract.by_name}
    columns = figures.wide(looks, words)
    reserved = {name for one in made.values() for name in (*one.columns, *one.when)}
    reserved |= {*columns.columns} if columns else set()
    open_to = [look for look in looks if look.name not in reserved]
    made = suggest.by_columns(open_to, contract, words) | made
    # Beside a column of countries, regions that no list of areas knows are those of the world.
    if "country" in made and "area" in made and not figures.listed(made["area"], looks, words):
        del made["area"]
    if columns and columns.field in contract.by_name:
        made[columns.field] = Suggestion(columns.field, (COLUMN,), 100)
        made["value"] = Suggestion("value", (CELL,), 100)
    for name in ("series", "unit"):
        made |= valued(looks, name, made, contract, words)
    return made


def valued(
    looks: Iterable[Look],
    name: str,
    made: Mapping[str, Suggestion],
    contract: Contract,
    words: Words,
) -> dict[str, Suggestion]:
    """A column of figures whose name is itself what is counted, as "Victims" or "tier"."""
    # A tier may be written in words; how many victims there are is a number.
    open_to = [look for look in looks if name == "series" or look.numbers > 0.5]
    found = figures.named(open_to, name, words)
    if "value" in made or name in made or name not in contract.by_name or len(found) != 1:
        return {}
    (column, code), *_ = found.items()
    told = Suggestion(name, (), 100, value=code, note=f"by the name of {column}")
    return {name: told, "value": Suggestion("value", (column,), 100)}


def based(
    made: Mapping[str, Suggestion], looks: Iterable[Look], words: Words
) -> dict[str, Suggestion]:
    """The base of rates, where the unit of measurement says it: "per 100,000 population"."""
    unit = made.get("value_type")
    if unit is None or "rate_base" in made or not unit.columns:
        return {}
    look = next(look for look in looks if look.name == unit.columns[0])
    known = words.lists["rate_base"].spellings
    if not any(spelling(cell) in known for cell in look.cells):
        return {}
    return {"rate_base": replace(unit, name="rate_base", near={}, unknown=0)}


def constants(
    made: Mapping[str, Suggestion], looks: Iterable[Look], contract: Contract
) -> Iterator[Suggestion]:
    """What no column of a table of figures says, and its form does."""
    if contract.kind == "persons":
        return
    if "frequency" not in made:
        yield Suggestion("frequency", (), 0, value="year", note="by the periods")
    for name in BREAKDOWNS:
        if name in contract.by_name and name not in made:
            yield Suggestion(name, (), 0, value=TOTAL, note="no column tells it: the whole")
    if "value_type" in contract.by_name and "value_type" not in made and "value" in made:
        cells = {look.name: look.cells for look in looks}.get(made["value"].columns[0], ())
        parts = any(re.match(r"^\d+\.\d*[1-9]", cell) for cell in cells)
        if cells and not parts:
            yield Suggestion("value_type", (), 0, value="count", note="all figures are whole")


def fed(looks: list[Look], contract: Contract, words: Words) -> dict[str, Suggestion]:
    """What a file may feed of one contract, in the order of its fields."""
    if contract.kind == "persons":
        made = suggest.of_persons(looks, contract, words)
    else:
        made = of_figures(looks, contract, words)
        made |= based(made, looks, words)
        made |= {one.name: one for one in figures.blanks(made, looks, words)}
    return {f.name: made[f.name] for f in contract.fields if f.name in made}


def weighed(
    made: Mapping[str, Suggestion], contract: Contract, looks: Iterable[Look], words: Words
) -> float:
    """How much a file has of a contract; half of it, where it lacks what no code can stand for.

    Columns that say of whom they are speak for it: "sex of the victim".
    """
    needed = {f.name for f in contract.fields if f.required and not f.codelist}
    whose = words.aliases.get(f"({contract.name})", ())
    told = any(suggest.says(look, whose) for look in looks if look.numbers < MOSTLY)
    found = sum(one.score for one in made.values()) + (TOLD if told else 0)
    return found / (1 if needed <= made.keys() else 2)


def ranked(
    looks: list[Look], contracts: Mapping[str, Contract], words: Words, most: float
) -> tuple[list[str], dict[str, dict[str, Suggestion]]]:
    """The contracts from the likeliest on, and what each would be fed.

    A table of figures feeds no list of persons, nor the other way round; of each kind, the
    contract is chosen that finds the most columns, the surest counting most.
    """
    made = {name: fed(looks, contract, words) for name, contract in contracts.items()}
    weight = {name: weighed(found, contracts[name], looks, words) for name, found in made.items()}
    personal = any(made[name].keys() & {*NAMING} for name in made)
    counted = not personal and figures.are_figures(looks, words)
    reference = counted and figures.is_reference(looks, made["aggregates"].values(), words, most)

    def likely(name: str) -> tuple[bool, bool, float, bool]:
        records = contracts[name].kind == "persons"
        fits = (name == "reference") == reference
        return (records != counted, records or fits, weight[name], name == "victims")

    return sorted(made, key=likely, reverse=True), made


def where(
    looks: Iterable[Look], made: Mapping[str, Suggestion], words: Words, exact: bool
) -> dict[str, tuple[str, ...]]:
    """Columns that say of which crime a row is, to their words for trafficking."""
    used = set(chain.from_iterable(one.columns for one in made.values()))
    known = words.lists["offence"].spellings
    found: dict[str, tuple[str, ...]] = {}
    for look in (look for look in looks if look.name not in used):
        plainly = [(c, spelling(c if exact else re.sub(DETAIL, "", c))) for c in look.cells]
        if cells := tuple(c for c, word in plainly if known.get(word) == TRAFFICKING):
            found[look.name] = cells
    return found


def nothing(looks: Iterable[Look], made: Mapping[str, Suggestion]) -> tuple[str, ...]:
    """What stands for an empty cell; ``NA`` only where no country can be Namibia."""
    told = dict.fromkeys(mark for look in looks for mark in look.nothing)
    return tuple(mark for mark in told if not (spelling(mark) == "na" and namibian(looks, made)))


def namibian(looks: Iterable[Look], made: Mapping[str, Suggestion]) -> bool:
    """Whether ``NA`` may be Namibia: it is in a column of countries that names her no other way."""
    of = {c for name in COUNTRIES if name in made for c in made[name].columns}
    return any(
        "na" in map(spelling, look.nothing) and not NAMIBIA & set(map(spelling, look.cells))
        for look in looks
        if look.name in of
    )


def too_few(looks: Iterable[Look], made: Mapping[str, Suggestion]) -> str | None:
    """The publisher's mark for a figure too small to show, as ``<5``."""
    columns = made["value"].columns if "value" in made else ()
    cells = (cell for look in looks if look.name in columns for cell in look.cells)
    return next((cell for cell in cells if re.match(TOO_FEW, cell)), None)


def frequency(looks: Iterable[Look], made: Mapping[str, Suggestion], contract: Contract) -> str:
    """Whether a source reports years or quarters: by its periods, or by whole dates."""
    if contract.kind == "persons":
        return "year" if any(one.verb == "year_only" for one in made.values()) else "quarter"
    columns = made["period"].columns if "period" in made else ()
    cells = [c for look in looks if look.name in columns for c in look.cells]
    return "quarter" if any(re.search(QUARTER, cell) for cell in cells) else "year"


def draft(
    frame: pl.DataFrame, contracts: Mapping[str, Contract], words: Words, most: float
) -> Draft:
    """The contract that a file feeds best, and how; ``frame`` has the file's own columns only.

    ``most`` is more than any plausible count of victims.
    """
    looks = [looked(name, frame[name]) for name in frame.columns]
    (best, next_best, *_), all_made = ranked(looks, contracts, words, most)
    contract, made = contracts[best], all_made[best]
    counted = contract.kind != "persons"
    crimes = where(looks, made, words, exact=not counted)
    columns = figures.wide(looks, words) if counted else None
    unpivot = columns.columns if columns and columns.field in made else ()
    told = {**made, **{one.name: one for one in constants(made, looks, contract)}}
    if counted and best == "aggregates" and "value" in told:
        told["value"] = replace(told["value"], verb="figures")
    used = {*chain.from_iterable((*one.columns, *one.when) for one in made.values()), *crimes}
    return Draft(
        contract=best,
        next_best=next_best,
        suggestions=tuple(told[f.name] for f in contract.fields if f.name in told),
        left={k.name: suggest.reason(k, words) for k in looks if k.name not in {*used, *unpivot}},
        frequency=frequency(looks, made, contract),
        where=crimes,
        unpivot=unpivot,
        missing=nothing(looks, made),
        censored=too_few(looks, made) if counted else None,
        notes=tuple(notes(frame, looks, made, counted)),
    )


def notes(
    frame: pl.DataFrame, looks: list[Look], made: Mapping[str, Suggestion], counted: bool
) -> Iterator[str]:
    """What a person should know of the whole table."""
    if counted and figures.one_at_a_time(frame, made):
        yield "No row fills two of the breakdowns: an empty one is probably its total."
    if counted and "country" not in made:
        yield "No column tells the country, and it is never guessed: submit with --country, or add"
        yield "a line such as country: {value: XAA} to the fields."
    if namibian(looks, made):
        yield "NA is read as Namibia. Where it means nothing, add it to a line missing."
