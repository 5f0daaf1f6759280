"""The gate in: what a person's record becomes before anything of it is stored.

Declared fields are treated; what is not declared is not selected; a treatment that nobody wrote
stops everything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import polars as pl

from anonymize import coding, generalise, identity
from anonymize.generalise import VERBS
from anonymize.identity import CountryKeys, Origin
from data_contracts.keywords import Keywords
from data_contracts.model import UNKNOWN, Contract, Field

ANSWERS = ("record", "field", "code")
KNOWN = (*identity.ROLES, "sex")
# Each field that is coded from text to the words by which it is.
Words: TypeAlias = Mapping[str, Keywords]
NO_WORDS: Words = {}


class UnknownTreatment(ValueError):
    """A contract names a treatment that the gate in does not have."""


@dataclass(frozen=True)
class Safe:
    """What leaves the gate in: safe rows and their several answers, both with ``row``.

    ``unnumbered`` are the rows whose source gave them no number of their own. ``known`` is what
    persons are recognised by, with ``row``, under their records' pseudonyms. It is no safe frame:
    it leaves the sealed process encrypted to the intake, or not at all.
    """

    rows: pl.DataFrame
    answers: pl.DataFrame
    known: pl.DataFrame
    unnumbered: pl.Series


class Occurrences:
    """How often each text of a row came before, over the frames of one file, by 64-bit hashes.

    Two texts with one hash among ten million are a matter of one in a hundred thousand files;
    they would be told apart by a higher number, so that no two records become one.
    """

    def __init__(self) -> None:
        self.counted: list[pl.DataFrame] = []

    def add(self, texts: pl.DataFrame) -> pl.DataFrame:
        """``row`` and ``text`` with ``occurrence``: 0, 1, ... in the order of the rows."""
        hashed = texts.with_columns(hash=pl.col("text").hash())
        new = hashed.group_by("hash").agg(n=pl.len())
        earlier = self._earlier(new["hash"])
        self.counted.append(new)
        return (
            hashed.join(earlier, on="hash", how="left", maintain_order="left")
            .with_columns(occurrence=pl.int_range(pl.len()).over("hash") + pl.col("n").fill_null(0))
            .select("row", "text", "occurrence")
        )

    def _earlier(self, hashes: pl.Series) -> pl.DataFrame:
        # The many are looked up in the few: the other way a table of all would be built each time.
        found = [c.filter(pl.col("hash").is_in(hashes.implode())) for c in self.counted]
        empty = pl.DataFrame(schema={"hash": pl.UInt64, "n": pl.UInt32})
        return pl.concat([empty, *found]).group_by("hash").agg(pl.col("n").sum())


def treated(
    field: Field, keys: CountryKeys, origin: Origin, words: Words = NO_WORDS
) -> list[pl.Expr]:
    """What leaves the gate of one field: one column, or none."""
    column = pl.col(field.name)
    match field.treatment.split(":"):
        case ["drop"] | ["link"]:
            return []
        case ["keep"]:
            return [column.alias(field.safe)]
        case ["pseudonymise"]:
            # By the field's own name: a case has the same pseudonym in every dataset.
            made = identity.pseudonym(column, keys, field.name, origin.source)
            return [made.alias(field.safe)]
        case ["generalise", verb] if verb in VERBS:
            made = generalise.generalised(field, verb, origin.country, origin.frequency)
            return [made.alias(field.safe)]
        case ["code"] if field.name in words:
            return [coding.one(column, words[field.name]).alias(field.safe)]
    raise UnknownTreatment(f"{field.name}: {field.treatment}. Add the verb, or drop the field.")


def _first_known(columns: list[pl.Expr]) -> pl.Expr:
    known = [pl.when(column != UNKNOWN).then(column) for column in columns]
    return pl.coalesce(*known, *columns)


def leaving(
    contract: Contract, keys: CountryKeys, origin: Origin, words: Words = NO_WORDS
) -> list[pl.Expr]:
    """What leaves the gate of all fields of one answer, one column a safe name.

    Where two fields have one safe name, they are two ways to say one thing: the first of the
    contract that is known counts. Records have the country of their submission; only where it
    is a publisher's of many countries do they say their own.
    """
    made: dict[str, list[pl.Expr]] = {}
    for field in contract.single:
        for column in treated(field, keys, origin, words):
            made.setdefault(field.safe, []).append(column)
    if "country" in made and contract.kind == "persons":
        made["country"].insert(0, pl.lit(origin.country))
    return [
        columns[0] if len(columns) == 1 else _first_known(columns).alias(name)
        for name, columns in made.items()
    ]


def _row_text(frame: pl.DataFrame, seen: Occurrences) -> pl.DataFrame:
    """``row`` and a text that tells equal rows apart only by their number of occurrence.

    Equal rows are numbered from 0: the same whichever order they come in.
    """
    columns = sorted(set(frame.columns) - {"row"})
    parts = [pl.col(c).cast(pl.String).fill_null("") for c in columns] or [pl.lit("")]
    texts = seen.add(frame.select("row", text=pl.concat_str(parts, separator="\x1f")))
    return texts.select("row", text=pl.format("{}#{}", "text", "occurrence"))


def _with_answers(frame: pl.DataFrame, answers: pl.DataFrame) -> pl.DataFrame:
    """Each row with its several answers as one text, for telling rows apart."""
    pairs = answers.sort("row", "field", "code").group_by("row", maintain_order=True)
    joined = pairs.agg(pl.concat_str("field", "code", separator="=").str.join(";").alias("many"))
    return frame.join(joined, on="row", how="left", maintain_order="left")


def _recorded(
    safe: pl.DataFrame, answers: pl.DataFrame, keys: CountryKeys, origin: Origin, seen: Occurrences
) -> tuple[pl.DataFrame, pl.Series]:
    """``safe`` with a pseudonym in each ``record``, and the rows whose source gave no number.

    Theirs is made of the kept fields.
    """
    own = pl.col("record") if "record" in safe.columns else pl.lit(None, pl.String)
    without = safe.filter(own.is_null())
    texts = _row_text(_with_answers(without, answers.filter(_of(without))), seen)
    made = identity.pseudonym(pl.col("text"), keys, "record", origin.source)
    found = safe.join(texts.select("row", made=made), on="row", how="left", maintain_order="left")
    whole = found.with_columns(record=pl.coalesce(own, "made")).drop("made")
    return whole, without["row"]


def _multiplied(
    safe: pl.DataFrame, frame: pl.DataFrame, keys: CountryKeys, origin: Origin
) -> pl.DataFrame:
    """Each cell of a table once for each of its persons, under records made of cell and number.

    So the same table makes the same persons whenever it is sent, and their keys follow from it.
    """
    many = frame.select("row", number=pl.int_ranges(pl.col("persons")))
    each = safe.join(many, on="row", maintain_order="left").explode("number")
    text = pl.format("{}#{}", "record", "number").alias("record")
    made = identity.pseudonym(text, keys, "record", origin.source)
    return each.filter(pl.col("number").is_not_null()).with_columns(made).drop("number")


def _of(frame: pl.DataFrame) -> pl.Expr:
    return pl.col("row").is_in(frame["row"].implode())


def _persons(
    frame: pl.DataFrame, safe: pl.DataFrame, contract: Contract, keys: CountryKeys, origin: Origin
) -> pl.DataFrame:
    """``safe`` with ``person`` and ``inner``; the identity is gone with this call.

    Without an identity a person is the source's client, where it numbers them, else the record.
    """
    known = {str(f.link_role): f.name for f in contract.fields if f.treatment == "link"}
    if origin.person != "identity" or not known:
        whole = pl.Series("identity", [None] * len(safe), dtype=pl.String)
    else:
        whole = identity.identities(frame, known)
    numbered = [name for name in ("client", "record") if name in safe.columns]
    who = identity.person(pl.col("identity"), pl.coalesce(numbered), keys, origin)
    return (
        safe.with_columns(whole)
        .with_columns(person=who, inner=identity.inner(pl.col("identity"), keys))
        .drop("identity")
    )


def _renewed(safe: pl.DataFrame, contract: Contract, keys: CountryKeys) -> pl.DataFrame:
    """``safe`` with its pseudonyms under all generations of the country's key."""
    made = {"record", *(f.safe for f in contract.single if f.treatment == "pseudonymise")}
    columns = [identity.renewed(pl.col(name), keys.identity[1:]) for name in sorted(made)]
    return safe.with_columns(columns) if keys.identity[1:] else safe


def protect(
    frame: pl.DataFrame,
    answers: pl.DataFrame,
    contract: Contract,
    keys: CountryKeys,
    origin: Origin,
    seen: Occurrences | None = None,
    words: Words = NO_WORDS,
) -> Safe:
    """Treat the declared fields; whatever is not declared is not selected.

    ``frame`` has ``row``, the contract's fields of one answer, and texts that are coded to
    several; ``answers`` has ``row``, ``field``, ``code``; ``words`` code the texts. Records of
    persons also get ``source``, ``country``, ``person`` and ``inner``, of which ``regional.stored``
    makes what is stored. ``seen`` goes from frame to frame of one file.
    """
    safe = frame.select("row", *leaving(contract, keys, origin, words))
    answers = answered(frame, answers, contract, words)
    whose, without = [pl.lit(origin.source).alias("source")], frame["row"].clear()
    if contract.kind == "persons":
        safe, without = _recorded(safe, answers, keys, origin, seen or Occurrences())
        if origin.person == "cell":
            safe = _multiplied(safe, frame, keys, origin)
        if origin.case == "row" and "case" in safe.columns:
            safe = safe.with_columns(case="record")
        safe = _renewed(_persons(frame, safe, contract, keys, origin), contract, keys)
    safe = safe.with_columns(whose)
    known = _known(frame, safe, contract, origin)
    return Safe(safe, _answers(safe, answers, contract), known, without)


def answered(
    frame: pl.DataFrame, answers: pl.DataFrame, contract: Contract, words: Words
) -> pl.DataFrame:
    """The several answers of rows: those of the files, else those that texts are coded to.

    Rare codes are those that stand for them. Unknown is the answer only of who gave no other.
    """
    for field in (field for field in contract.told if field.name in frame.columns):
        if field.name not in words:
            raise UnknownTreatment(f"{field.name}: {field.treatment} without keywords.")
        told = coding.answers(frame, field.name, field.safe, words[field.name])
        given = answers.filter(pl.col("code") != UNKNOWN)
        new = told.join(given, on=["row", "field"], how="anti")
        old = answers.join(new, on=["row", "field"], how="anti")
        answers = pl.concat([old, new])
    for field in (field for field in contract.many if field.treatment == "generalise:group"):
        code = pl.when(pl.col("field") == field.name).then(
            generalise.group(pl.col("code"), field.codelist)
        )
        answers = answers.with_columns(code=code.otherwise("code")).unique()
    return answers.sort("row", "field", "code")


def _known(
    frame: pl.DataFrame, safe: pl.DataFrame, contract: Contract, origin: Origin
) -> pl.DataFrame:
    """``row``, ``dataset``, ``record``, ``sex`` and a text for each link role."""
    given = {str(f.link_role): pl.col(f.name) for f in contract.fields if f.link_role}
    told = given | ({"sex": pl.col("sex")} if "sex" in frame.columns else {})
    if origin.person != "identity" or not given:
        texts = dict.fromkeys(("dataset", "record", *KNOWN), pl.String())
        return pl.DataFrame(schema={"row": pl.Int64(), **texts})
    columns = [told.get(name, pl.lit(None)).cast(pl.String).alias(name) for name in KNOWN]
    found = frame.select("row", *columns).join(safe.select("row", "record"), on="row")
    anything = pl.any_horizontal(pl.col(*identity.ROLES).is_not_null())
    dataset = pl.lit(contract.name).alias("dataset")
    return found.filter(anything).select("row", dataset, "record", *KNOWN).sort("record")


def _answers(safe: pl.DataFrame, answers: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """The answers under their records' pseudonyms; fields that do not leave are not selected."""
    leaving = [field.name for field in contract.many if field.leaves]
    if "record" not in safe.columns:
        return pl.DataFrame(
            schema={"row": pl.Int64} | dict.fromkeys(("source", "country", *ANSWERS), pl.String)
        )
    kept = answers.filter(pl.col("field").is_in(leaving)).join(safe, on="row")
    return kept.select("row", "source", "country", *ANSWERS).sort("record", "field", "code")
