"""Which column of an unknown file may feed which field: a draft for a person to confirm.

Names of columns are compared with the names of fields in every language, cells with the labels of
code lists. A cell is told only where it is, or nearly is, such a label; countries only exactly.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from rapidfuzz import fuzz, process

from data_contracts.model import Contract, Field
from data_contracts.words import spelling
from transforms import verbs
from transforms.looks import (
    BORNE_OUT,
    MOST_BLIND,
    Look,
    Suggestion,
    Words,
    alike,
    covered,
    parts_of,
)

PERSONAL, REPORTER = "(personal)", "(reporter)"
LIKELY, SURE, NAMED, NEAR, SAME = 62.0, 75.0, 88.0, 90.0, 95.0
SHORTEST, FEW, FEW_LABELS = 5, 0.2, 12
# What a list of these would make of a name is worse than a gap.
EXACT_ONLY = ("country", "area")


def standard_of(look: Look, item: Field, words: Words) -> tuple[str | None, dict[str, str], float]:
    """The words by which most of a column is read: the list's, or a standard's with them."""
    own = dict(words.lists[item.codelist or ""].spellings)
    best: tuple[str | None, dict[str, str], float] = (None, own, read_by(look, own, item))
    for (standard, of), theirs in words.standards.items():
        if of == item.codelist:
            both = own | {spelling(word): code for word, code in theirs.items()}
            if (share := read_by(look, both, item)) > best[2]:
                best = (standard, both, share)
    return best


def read_by(look: Look, known: Mapping[str, str], item: Field) -> float:
    """The share of a column's labels that a list knows; somebody may have two citizenships."""
    if item.many or item.codelist != "country":
        return covered(look, known, item.many)
    return max(covered(look, known), covered(look, known, True))


def fitness(look: Look, item: Field, words: Words, figures: bool) -> float:
    """How well a column may feed a field, 0 to 100: by its name, and by what is in it.

    In a table of figures a name alone may say what a column is: its labels can be all its own.
    """
    spoken = words.aliases.get(item.name, ())
    borne_out = item.codelist or item.type in ("integer", "number")
    named = alike(look.words, spoken, BORNE_OUT if borne_out else MOST_BLIND)
    if item.codelist:
        # "No" and "si" are countries to a list of two letters: a name must say so first.
        if item.codelist in EXACT_ONLY and named < LIKELY:
            return 0.0
        share = standard_of(look, item, words)[2]
        return max(
            0.6 * named + 40 * share if share > FEW else 0.0,
            by_name(look, item, alike(look.words, spoken), figures),
        )
    if not item.required and item.type != "string" and named < (SURE if item.link_role else LIKELY):
        return 0.0
    if item.type == "date":
        dated = max(look.dates, look.years if item.link_role is None else 0.0)
        return 0.65 * named + 35 * dated if dated > 0.5 else 0.4 * named
    if item.type in ("integer", "number"):
        return 0.7 * named + 30 * look.numbers if look.numbers > 0.5 else 0.4 * named
    if item.treatment == "generalise:period":
        return 0.65 * named + 35 * look.years
    # What only recognises or describes a person has no labels to tell it by.
    return named if named >= NAMED else 0.0


def by_name(look: Look, item: Field, named: float, figures: bool) -> float:
    """How well a name alone says that a column holds codes: its labels may be all its own."""
    told = named >= NEAR and look.cells if figures else named >= SAME
    few = figures or (len(look.cells) <= FEW_LABELS and item.codelist not in EXACT_ONLY)
    return LIKELY + 0.01 * named if told and few else 0.6 * named


def pairs(
    looks: list[Look], contract: Contract, words: Words
) -> Iterator[tuple[float, Look, Field]]:
    """Each column and field that may belong together, with its score."""
    persons = contract.kind == "persons"
    for item in contract.fields:
        if item.is_told or (item.name == "country" and persons):
            # Which text may be coded is declared, and whose people these are says the submission.
            continue
        for look in looks:
            if not look.flag or item.codelist == "yes_no" or not persons:
                yield fitness(look, item, words, not persons), look, item


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


def nearest(parts: Iterable[str], known: Mapping[str, str]) -> dict[str, str]:
    """Labels that no list knows and that are nearly one of its labels, to its code."""
    found: dict[str, str] = {}
    for part in dict.fromkeys(parts):
        if part in known or len(part) < SHORTEST:
            continue
        if best := process.extractOne(part, list(known), scorer=fuzz.ratio, score_cutoff=NEAR):
            found[part] = known[best[0]]
    return found


def suggestion(item: Field, look: Look, score: float, words: Words) -> Suggestion:
    """A field with its column, and how its labels are read."""
    made = Suggestion(item.name, (look.name,), round(score))
    if not item.codelist:
        if item.type == "date" and look.years > max(look.dates, 0.5):
            return replace(made, verb="year_only")
        if item.name == "age" and look.zeros:
            return replace(made, verb="age_zero_unknown", note="0 is far more frequent than 1")
        return made
    standard, known, share = standard_of(look, item, words)
    two = share > covered(look, known) and not item.many
    parts = parts_of(look, known, item.many or two)
    # Of a column that no list knows, nothing is told: it may be names.
    near = nearest(parts, known) if share > FEW and item.codelist not in EXACT_ONLY else {}
    unknown = len({part for part in parts if part not in known} - set(near))
    listed = item.many and any(len(verbs.split_labels(c, known)) > 1 for c in look.cells)
    verb = "split_labels" if listed else "one_answer" if two else None
    if item.codelist == "area" and look.numbered > 0.5:
        verb = "division_code"
    return replace(made, verb=verb, standard=standard, near=near, unknown=unknown)


def of_reporter(look: Look, words: Words) -> bool:
    """Whether a column describes who reported, who is not whom the row counts."""
    return says(look, words.aliases[REPORTER])


def says(look: Look, spoken: Iterable[str]) -> bool:
    """Whether one of some words stands in a column's name."""
    said = set(look.words.split())
    return any(set(word.split()) <= said for word in spoken)


def reason(look: Look, words: Words) -> str:
    """Why a column is not selected."""
    said = {name: alike(look.words, spoken) for name, spoken in words.aliases.items()}
    personal = said.pop(PERSONAL)
    likest = max((n for n in said if not n.startswith("(")), key=said.__getitem__)
    # "Country name" has the word for a person's name in it.
    if personal >= NAMED and look.words not in words.aliases[likest]:
        return "looks like personal data"
    if of_reporter(look, words):
        return "about who reported, not about whom the row counts"
    long = [cell for cell in look.cells if len(cell) > 40]
    if len(long) * 3 > len(look.cells) > 0:
        return "free text"
    if not look.cells:
        return "no cell is filled"
    return f"perhaps {likest}, as another column" if said[likest] >= NEAR else "no field is like it"


def by_columns(looks: list[Look], contract: Contract, words: Words) -> dict[str, Suggestion]:
    """Each field to the column that is most like it."""
    open_to = [
        look
        for look in looks
        if alike(look.words, words.aliases[PERSONAL]) < SAME and not of_reporter(look, words)
    ]
    return {
        name: suggestion(contract.by_name[name], look, score, words)
        for name, (look, score) in assigned(open_to, contract, words).items()
    }


def of_persons(looks: list[Look], contract: Contract, words: Words) -> dict[str, Suggestion]:
    """What a list of persons or cases may feed."""
    made = by_columns(looks, contract, words)
    made |= {one.name: one for one in flagged(looks, contract, words)}
    made |= {one.name: one for one in again(made, looks, contract, words)}
    if born := with_age(made, contract):
        made["age"] = born
    if "citizenship" in made and "citizenship_group" in contract.by_name:
        group = replace(made["citizenship"], name="citizenship_group", verb="national_or_foreign")
        made.setdefault("citizenship_group", replace(group, standard=None))
    return made


def again(
    made: Mapping[str, Suggestion], looks: list[Look], contract: Contract, words: Words
) -> Iterator[Suggestion]:
    """Fields of several answers that a column already taken answers as well: acts in purposes."""
    by_name = {look.name: look for look in looks}
    several = [(contract.by_name[name], one) for name, one in made.items() if one.verb != "flags"]
    for first, one in several:
        look = by_name[one.columns[0]]
        theirs = standard_of(look, first, words)[1] if first.many else {}
        for item in (item for item in contract.many if first.many and item.name not in made):
            known = standard_of(look, item, words)[1]
            own = {
                part for part in parts_of(look, known, True) if part in known and part not in theirs
            }
            if len(own) > 1:
                made_of = replace(suggestion(item, look, one.score, words), near={}, verb=one.verb)
                yield replace(made_of, note=f"does it say this too, beside {first.name}?")


def with_age(made: Mapping[str, Suggestion], contract: Contract) -> Suggestion | None:
    """An age from the dates of birth and event, where a file has no age."""
    event = next((f.name for f in contract.fields if f.safe == "period" and f.name in made), None)
    if not event or "birth_date" not in made or "age" in made or "age" not in contract.by_name:
        return None
    columns = (*made["birth_date"].columns, *made[event].columns)
    return Suggestion("age", columns, min(made["birth_date"].score, made[event].score), "age_at")
