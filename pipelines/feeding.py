"""One frame of a file through all stages of one feed, and what became of its rows.

What is broken at a stage does not reach the next. Rules that compare the rows of a whole
submission are judged by ``accounts``, when all are in: here their columns are kept for it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import polars as pl

from anonymize import regional
from anonymize.identity import CountryKeys, Origin, RegionKeys
from anonymize.records import Occurrences, Safe, protect
from data_contracts.checks import UNDECLARED, broken, foreign_answers, rules
from data_contracts.keywords import Keywords, keywords
from data_contracts.model import Contract
from data_contracts.rules import COMMENT, Context, Rule
from pipelines.arrivals import dated
from transforms.conform import Reader, conform, in_scope, named, picked, undeclared, unmapped

ROW = {"row": pl.Int64()}


@dataclass(frozen=True)
class Feeding:
    """All that a feed needs for every frame of its file.

    Rows that travel (``is_travelling``) stay as they leave the country; they are judged as the
    region would store them. ``gone`` are rows that an earlier reading of the file found to
    contradict others.
    """

    reader: Reader
    context: Context
    keys: CountryKeys
    region: RegionKeys
    origin: Origin
    gone: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ROW))
    seen: Occurrences = field(default_factory=Occurrences)
    is_travelling: bool = False

    @cached_property
    def words(self) -> dict[str, Keywords]:
        """The words by which the feed's texts are coded, those of its own layout first."""
        language = self.reader.layout.language
        silent = {f.name: Keywords({}) for f in self.reader.contract.single if f.is_told}
        return silent | {
            field.name: keywords(field.codelist or "", language, own.items())
            for field, own in self.reader.told()
        }

    @property
    def file(self) -> str:
        return self.reader.feed.file

    def rules(self, whole: bool) -> tuple[Rule, ...]:
        """The rules between fields and rows: those that compare all rows, or the others."""
        made = rules(self.reader.contract, self.reader.lists, "related", self.context)
        return tuple(rule for rule in made if bool(rule.over) == whole)


@dataclass(frozen=True)
class Fed:
    """What one feed made of one frame.

    ``found`` is why rows are set aside: ``row``, ``code``, ``column``, ``reason``; ``comments``
    likewise what is asked about rows; ``labels`` what did not map: ``row``, ``field``, ``label``;
    ``compared`` what rules over all rows need of each; ``unsafe`` like ``found``, and ``foreign``
    the fields of answers that are no codes.
    """

    by: Feeding
    found: pl.DataFrame
    comments: pl.DataFrame
    labels: pl.DataFrame
    compared: pl.DataFrame
    safe: Safe
    unsafe: pl.DataFrame
    foreign: tuple[str, ...]
    dated: Counter[str]


def _without(frame: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
    return frame.join(found, on="row", how="anti", maintain_order="left") if len(found) else frame


def parted(found: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Why rows are set aside, and what is asked about rows."""
    asked = pl.col("reason") == COMMENT
    return found.filter(~asked), found.filter(asked)


def _foreign(labels: pl.DataFrame, reader: Reader) -> pl.DataFrame:
    """What did not map; a text that fills several fields is told once, of the first of them."""
    columns = {n: "\n".join(said.columns) or n for n, said in reader.feed.fields.items()}
    column = pl.col("field").replace_strict(columns, return_dtype=pl.String)
    told = labels.with_columns(column=column).unique(
        ("row", "column", "label"), keep="first", maintain_order=True
    )
    return told.select(
        "row",
        code=pl.format("{}-02", pl.col("field").str.to_uppercase()),
        column="field",
        reason=pl.lit("unmapped"),
    ).unique()


def _misshapen(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows with more cells than the header, or fewer: of neither is it known which is which."""
    codes = {"ragged": "ROW-01", "short": "ROW-03"}
    found = [frame.filter(kind).select("row", code=pl.lit(code)) for kind, code in codes.items()]
    return pl.concat(found).with_columns(column=pl.lit(""), reason=pl.lit("fault"))


def _undeclared(frame: pl.DataFrame, reader: Reader) -> pl.DataFrame:
    found = undeclared(frame, reader.feed)
    return found.select("row", code=pl.lit(UNDECLARED), column="column", reason=pl.lit("unmapped"))


def compared(rows: pl.DataFrame, rules: Sequence[Rule], contract: Contract) -> pl.DataFrame:
    """``row`` and the columns that rules over all rows need, the compared texts as their hashes.

    Ten million numbers of records would not fit beside everything else. Codes stay: they are few,
    and a rule may ask which one it is. A row without anything to compare it by is not compared.
    """
    if not rules:
        return pl.DataFrame(schema=ROW)
    over = {name for rule in rules for name in rule.over}
    needed = {name for rule in rules for name in rule.holds.meta.root_names()} | over
    coded = {field.name for field in contract.fields if field.codelist}
    texts = {n for n in (over - coded) & set(rows.columns) if rows.schema[n] == pl.String}
    hashed = (pl.when(pl.col(n).is_not_null()).then(pl.col(n).hash()).alias(n) for n in texts)
    comparable = rows.filter(pl.any_horizontal(pl.col(*(over & set(rows.columns))).is_not_null()))
    return comparable.select("row", *sorted(needed & set(rows.columns))).with_columns(*hashed)


def fed(frame: pl.DataFrame, by: Feeding) -> Fed:
    """One frame from text to safe rows."""
    reader, contract, lists = by.reader, by.reader.contract, by.reader.lists
    taken = picked(frame, reader)
    inside = in_scope(named(taken, reader), reader)
    labels = unmapped(inside, reader)
    received, asked = parted(broken(inside, rules(contract, lists, "received", by.context)))
    told = taken.join(inside, on="row", how="semi")
    shapes = [_misshapen(taken), _undeclared(told, reader)]
    found = pl.concat([_foreign(labels, reader), received, *shapes])
    conformed = conform(_without(inside, found), reader)
    related, between = parted(broken(conformed.rows, by.rules(whole=False)))
    rows = _without(_without(conformed.rows, related), by.gone)
    safe = protect(rows, conformed.answers, contract, by.keys, by.origin, by.seen, by.words)
    stored = regional.stored(safe.rows, by.region)
    unsafe, after = parted(broken(stored, rules(contract, lists, "safe", by.context)))
    return Fed(
        by,
        pl.concat([found, related]),
        pl.concat([asked, between, after]),
        labels,
        compared(conformed.rows, by.rules(whole=True), contract),
        safe if by.is_travelling else replace(safe, rows=stored),
        unsafe,
        foreign_answers(safe.answers, contract, lists),
        dated(taken, reader),
    )
