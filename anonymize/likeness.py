"""How two records are alike: the words that are compared, and each likeness as SQL for Splink.

The numbers that go with a likeness are in ``matching.yaml``; here is only what it means. In SQL
the two records of a pair are told apart by ``_l`` and ``_r``.
"""

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any

import polars as pl

from anonymize.latin import bones, latin, sound
from anonymize.normal import compact
from data_contracts.matching import Likeness, Matching

# Of each name the first and the last word, as it is written, as it sounds, and its bones.
PARTS = ("family", "given")
SHORT, LONG = 4, 7
EQUAL = "{l} = {r}"
BONES = "({l} = {r} and length({l}) >= 2)"
LONG_BONES = "({l} = {r} and length({l}) >= 4)"
ONE_IN_LONG = "(damerau_levenshtein({l}, {r}) <= 1 and least(length({l}), length({r})) >= 6)"
SLIPS = (
    "damerau_levenshtein({l}, {r}) <= case "
    f"when least(length({{l}}), length({{r}})) >= {LONG} then 2 "
    f"when least(length({{l}}), length({{r}})) >= {SHORT} then 1 else 0 end"
)
RESEMBLING = "jaro_winkler_similarity({l}, {r}) >= 0.78"


def _of_name(text: str | None, part: str) -> dict[str, str | None]:
    """The first and last word of a name with their sound and bones; nothing where there is none."""
    words = latin(text).split() if text else []
    told: dict[str, str | None] = {}
    for number, word in (("1", words[0]), ("2", words[-1])) if words else ():
        told[part + number] = word
        told[f"{part}{number}_sound"] = sound(word)
        # What is left of a name of vowels tells nobody apart.
        told[f"{part}{number}_bones"] = bones(word) or None
    return told


def columns() -> list[str]:
    """The columns of what is compared."""
    words = [f"{p}{n}{form}" for p in PARTS for n in "12" for form in ("", "_sound", "_bones")]
    return ["key", *words, "born", "year", "day", "document", "sex"]


def compared(known: pl.DataFrame) -> pl.DataFrame:
    """``known`` (``key``, texts by link role, ``sex``) in the words that are compared."""
    rows = []
    names = {"family": "family_name", "given": "given_name"}
    for row in known.iter_rows(named=True):
        born = "".join(c for c in latin(row["birth_date"] or "") if c.isdigit())
        told = {k: v for part in PARTS for k, v in _of_name(row[names[part]], part).items()}
        told |= {"born": born, "year": born[:4], "day": born[4:]} if len(born) == 8 else {}
        document = compact(latin(row["document"] or ""))
        rows.append(told | {"key": row["key"], "document": document or None, "sex": row["sex"]})
    schema = dict.fromkeys(columns(), pl.String) | {"key": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _any(template: str, left: Iterable[str], right: Iterable[str]) -> str:
    """Any of two words of one record and any of two of the other."""
    pairs = (template.format(l=f"{one}_l", r=f"{two}_r") for one, two in product(left, right))
    return f"({' or '.join(pairs)})"


def _forms(part: str, form: str) -> Sequence[str]:
    return [f"{part}{number}{form}" for number in "12"]


def _alike(one: str, two: str) -> str:
    """The names of one part of a record and of a part of the other are near."""
    near = _any(SLIPS, _forms(one, "_sound"), _forms(two, "_sound"))
    same = _any(BONES, _forms(one, "_bones"), _forms(two, "_bones"))
    return f"({near} or {same})"


def _resembling(one: str, two: str) -> str:
    """The names of one part of a record and of a part of the other look somewhat alike."""
    return _any(RESEMBLING, _forms(one, "_sound"), _forms(two, "_sound"))


def _name(part: str) -> dict[str, str]:
    """The likenesses of family or given names."""
    words, sounds, bone = (_forms(part, form) for form in ("", "_sound", "_bones"))
    return {
        "equal": f"{part}1_l = {part}1_r",
        "equal_word": _any(EQUAL, words, words),
        "same_sound": _any(EQUAL, sounds, sounds),
        "one_slip_in_long": _any(ONE_IN_LONG, sounds, sounds),
        "same_long_bones": _any(LONG_BONES, bone, bone),
        "slips": _any(SLIPS, sounds, sounds),
        "same_bones": f"{part}1_bones_l = {part}1_bones_r",
        "swapped": f"({_alike(*PARTS)} and {_alike(*reversed(PARTS))})",
        "swapped_with_slips": f"({_alike(*PARTS)} and {_resembling(*reversed(PARTS))}"
        f" or {_alike(*reversed(PARTS))} and {_resembling(*PARTS)})",
        "resembling": _any(RESEMBLING, sounds, sounds),
        "other": "ELSE",
    }


LIKENESSES: dict[str, dict[str, str]] = {
    **{part: _name(part) for part in PARTS},
    "born": {
        "unknown": "born_l is null or born_r is null",
        "equal": "born_l = born_r and day_l <> '0101'",
        "equal_new_year": "born_l = born_r",
        "day_and_month_swapped": "year_l = year_r "
        "and day_l[:2] = day_r[3:] and day_l[3:] = day_r[:2]",
        "one_slip": "damerau_levenshtein(born_l, born_r) <= 1",
        "year_and_new_year": "year_l = year_r and (day_l = '0101' or day_r = '0101')",
        "other": "ELSE",
    },
    "document": {
        "equal": "document_l = document_r",
        "one_slip": "damerau_levenshtein(document_l, document_r) <= 1",
        "other": "ELSE",
    },
    "sex": {"equal": "sex_l = sex_r", "other": "ELSE"},
}
NEAR = ("equal", "equal_word", "same_sound", "one_slip_in_long", "same_long_bones", "slips")
# The likenesses of names that a rare name makes stronger; both names crosswise are said once.
RARE = {*product(PARTS, (*NEAR, "same_bones")), ("family", "swapped")}
# Without it, nothing is said for or against; of a birth date that says something itself.
NEEDED = {"family": "family1", "given": "given1", "document": "document", "sex": "sex"}


def _level(condition: str, likeness: Likeness) -> dict[str, Any]:
    return {
        "sql_condition": condition,
        "m_probability": likeness.m,
        "u_probability": likeness.u,
    }


def _of_name_level(part: str, condition: str, likeness: Likeness, matching: Matching) -> Any:
    """A level that says the more, the rarer the commoner one of the two names is.

    Rare by its bones, so that one name is as rare in every script. Splink divides the level's
    own ``u`` by the share of the name, so ``u`` is that of sharing bones at all here, and ``m``
    keeps the two in proportion.
    """
    shared = matching.shared_bones.value
    return {
        "sql_condition": condition,
        "m_probability": likeness.m * shared / likeness.u,
        "u_probability": shared,
        "tf_adjustment_column": f"{part}1_bones",
        "tf_minimum_u_value": matching.rarest.value,
        "disable_tf_exact_match_detection": True,
    }


def _comparison(name: str, matching: Matching) -> dict[str, Any]:
    weighed = matching.comparisons[name]
    levels = [
        _of_name_level(name, condition, weighed[way], matching)
        if (name, way) in RARE
        else _level(condition, weighed[way])
        for way, condition in LIKENESSES[name].items()
    ]
    if needed := NEEDED.get(name):
        lacking = f"{needed}_l is null or {needed}_r is null"
        levels.insert(0, {"sql_condition": lacking, "is_null_level": True})
    return {"output_column_name": name, "comparison_levels": levels}


def rarity(words: pl.DataFrame, matching: Matching) -> dict[str, pl.DataFrame]:
    """By column of bones, the share of the records that have each.

    Where there are few records a name seems common because she has it. So each share is drawn
    towards that of a usual name, as if ``usual`` records had been seen before.
    """
    usual = matching.usual.value
    found = {}
    for column in (f"{part}1_bones" for part in PARTS):
        counted = words.drop_nulls(column).group_by(column).agg(n=pl.len())
        share = (pl.col("n") - 1 + usual * matching.shared_bones.value) / (len(words) + usual)
        found[column] = counted.select(column, share.alias(f"tf_{column}"))
    return found


def settings(matching: Matching, records: int, rules: Sequence[str]) -> dict[str, Any]:
    """What Splink is told: which pairs of so many records to look at, and how to weigh them."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "key",
        "probability_two_random_records_match": matching.prior_among(records),
        "comparisons": [_comparison(name, matching) for name in LIKENESSES],
        "blocking_rules_to_generate_predictions": [{"blocking_rule": rule} for rule in rules],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
    }
