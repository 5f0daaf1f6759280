"""Texts of a source to the codes, numbers and dates of a contract.

Two steps, so that rules can judge between them: ``named`` gives each field of the contract its
text, ``conform`` reads the texts. What cannot be read becomes null, and a rule reports it.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from data_contracts import calendars, reading
from data_contracts.layout import CELL, COLUMN, Feed, FieldMap, Layout
from data_contracts.model import TOTAL, UNKNOWN, CodeList, Contract, Field
from data_contracts.questions import FOREIGN, NATIONAL
from data_contracts.reading import spelt
from data_contracts.words import spelling
from transforms import verbs

OUT_OF_SCOPE = "out_of_scope"
OTHER = "tipstat:other"
OURS = ("row", "ragged", "short")
TYPES = {"date": pl.Date(), "integer": pl.Int64(), "number": pl.Float64()}
Lists = Mapping[str, CodeList]
Words = Mapping[str, tuple[str, ...]]
# Standard and code list, to the code of each of the standard's categories.
Standards = Mapping[tuple[str, str], Mapping[str, str]]


@dataclass(frozen=True)
class Conformed:
    """Rows in the common schema: one typed column a field, and the several answers beside them.

    ``rows`` has ``row`` and the fields with one answer; ``answers`` has ``row``, ``field``,
    ``code``, once each.
    """

    rows: pl.DataFrame
    answers: pl.DataFrame


@dataclass(frozen=True)
class Reader:
    """What is needed to read the texts of one feed: its contract, its layout, lists, standards."""

    contract: Contract
    feed: Feed
    layout: Layout
    lists: Lists
    standards: Standards = dataclasses.field(default_factory=dict)

    def coded(self) -> Iterator[Field]:
        """The fields of the feed whose labels are those of a list."""
        listed = (f for f in self.contract.fields if f.codelist and not f.is_told)
        yield from (f for f in listed if f.name in self.feed.fields)

    def told(self) -> Iterator[tuple[Field, dict[str, str]]]:
        """The fields of the feed whose text is coded at the gate in, with the source's own words.

        Each word to its code.
        """
        for field in (f for f in self.contract.fields if f.is_told and f.name in self.feed.fields):
            own = self.layout.labels.get(self.feed.fields[field.name].labels or "", {})
            yield field, {word: code for word, m in own.items() for code in codes(m, field)}

    def words(self, field: Field) -> Words:
        """Each normalised label that ``field`` may hold, to its codes; none when out of scope."""
        if self.feed.fields[field.name].verb == "dimension_of_label":
            return self._words_of_dimension(field)
        listed = self.lists[field.codelist or ""].spellings
        # "Total" is a code of tables; a person of sex "Total" is a fault.
        total = () if self.contract.kind == "persons" else (TOTAL,)
        held = field.codes or self.lists[field.codelist or ""].said
        allowed = {code for code in held if code != TOTAL or code in total}
        common: dict[str, tuple[str, ...]] = {
            w: (code,) for w, code in listed.items() if code in allowed
        }
        common |= self.countries() if self.feed.fields[field.name].verb == verbs.GROUPED else {}
        # The source's own words come first: its "Otro" need not be that of the list.
        source = self.feed.fields[field.name]
        theirs = self.standards.get((source.standard or "", field.codelist or ""), {})
        own = self.layout.labels.get(source.labels or "", {})
        common |= {spelling(word): (code,) for word, code in theirs.items()}
        return common | {spelling(word): codes(m, field) for word, m in own.items()}

    def _words_of_dimension(self, field: Field) -> Words:
        """The labels of a column that mixes dimensions: a code of ``field``, or its total.

        Whichever list alone knows a label says whose it is. What two lists know, as both know
        "Other", must stand in the layout's own table, or it stays unmapped.
        """
        source = self.feed.fields[field.name]
        mixed = [f for f in self.coded() if self.feed.fields[f.name].shares(source)]
        known = {f.name: self.lists[f.codelist or ""].spellings for f in mixed}
        meant = verbs.dimension_of_label(known, field.name, TOTAL)
        own = self.layout.labels.get(source.labels or "", {})
        return meant | {
            spelling(word): codes(m, field) or (() if m == OUT_OF_SCOPE else (TOTAL,))
            for word, m in own.items()
        }

    def countries(self) -> Words:
        """Each country's words to whether it is the one that reports."""
        known = self.lists["country"].spellings.items()
        home = {True: (NATIONAL,), False: (FOREIGN,)}
        countries = ((w, code) for w, code in known if code not in (TOTAL, UNKNOWN))
        return {word: home[code == self.layout.country] for word, code in countries}

    def out_of_scope(self, field: Field) -> frozenset[str]:
        """The normalised labels that the source records but that are not trafficking."""
        table = self.feed.fields[field.name].labels
        meanings = self.layout.labels[table] if table else {}
        return frozenset(spelling(word) for word, m in meanings.items() if m == OUT_OF_SCOPE)

    def texts(self, name: str) -> dict[str, str]:
        """The normalised labels of a field without a code list, to the text that they stand for."""
        own = self.layout.labels[self.feed.fields[name].labels or ""]
        return {spelling(w): m[name][0] for w, m in own.items() if not isinstance(m, str)}

    def other(self, field: Field) -> str | None:
        """The list's code for what it does not name, where the layout asks for it."""
        if self.feed.fields[field.name].verb != "known_or_other":
            return None
        return next(c for c in self.lists[field.codelist or ""].codes if c.startswith(OTHER))

    def readings(self, texts: pl.Series, field: Field) -> pl.DataFrame:
        """``text`` and each ``label`` in it: every text once, split where the layout says so."""
        known = self.words(field).keys()
        cut = verbs.PARTS.get(self.feed.fields[field.name].verb or "", verbs.whole_label)
        pairs = [
            (text, label)
            for text in texts.drop_nulls().unique().to_list()
            for label in cut(text, known)
        ]
        return pl.DataFrame(pairs, schema={"text": pl.String, "label": pl.String}, orient="row")


def codes(meaning: str | Mapping[str, tuple[str, ...]], field: Field) -> tuple[str, ...]:
    """The codes that a layout's label gives to a field."""
    return () if isinstance(meaning, str) else meaning.get(field.name, ())


def picked(frame: pl.DataFrame, reader: Reader) -> pl.DataFrame:
    """The rows that a feed takes: labels match, codes belong to its lists, columns are filled."""
    feed, tables = reader.feed, reader.layout.labels
    for column, labels in feed.where.items():
        frame = frame.filter(spelt(pl.col(column)).is_in([spelling(label) for label in labels]))
    for column, name in feed.scope.items():
        known = map(spelling, tables[name]) if name in tables else reader.lists[name].spellings
        frame = frame.filter(spelt(pl.col(column)).is_in(list(known)))
    for column in feed.filled:
        given = blank_to_null(pl.col(column), reader.layout.missing)
        frame = frame.filter(given.is_not_null())
    return unpivoted(frame, feed)


def unpivoted(frame: pl.DataFrame, feed: Feed) -> pl.DataFrame:
    """One row for each column that the feed unpivots, under the number of the row it stood in."""
    if not feed.unpivot:
        return frame
    kept = [name for name in frame.columns if name not in feed.unpivot]
    long = frame.unpivot(feed.unpivot, index=kept, variable_name=COLUMN, value_name=CELL)
    return long.sort("row", maintain_order=True)


def undeclared(frame: pl.DataFrame, feed: Feed) -> pl.DataFrame:
    """``row`` and ``column`` of each text in a column that a closed table does not know."""
    found = [pl.DataFrame(schema={"row": pl.Int64, "column": pl.String})]
    if feed.ignored is not None:
        known = {*feed.columns, *feed.ignored, *OURS}
        for name in (c for c in frame.columns if c not in known):
            filled = frame.filter(spelt(pl.col(name)) != "").select("row")
            found.append(filled.with_columns(column=pl.lit(name)))
    return pl.concat(found)


def blank_to_null(text: pl.Expr, missing: Sequence[str]) -> pl.Expr:
    """A text, or null where the source writes that it has none."""
    return pl.when(~spelt(text).is_in([spelling(word) for word in missing])).then(text)


def or_blank(text: pl.Expr, source: FieldMap) -> pl.Expr:
    """A field's text or, where all its columns are empty, what that means in this source."""
    if source.blank is None:
        return text
    empty = pl.all_horizontal(pl.col(c) == "" for c in source.columns)
    return pl.when(empty).then(pl.lit(source.blank)).otherwise(text)


def text_of(name: str, reader: Reader) -> pl.Expr:
    """The text of one field: a constant, a column, or what a verb makes of columns."""
    source = reader.feed.fields[name]
    if source.value is not None:
        return pl.lit(source.value).alias(name)
    columns = {c: blank_to_null(pl.col(c), reader.layout.missing) for c in source.columns}
    if source.verb == "flags":
        text = verbs.flags(columns, reader.lists["yes_no"].spellings)
    else:
        text = verbs.TEXT.get(source.verb or "", verbs.first)(*columns.values())
    text = or_blank(text, source)
    calendar = source.calendar or reader.layout.calendar
    if calendar and reader.contract.by_name[name].type == "date":
        text = calendars.dates(text, calendar)
    if source.labels and not reader.contract.by_name[name].codelist:
        text = spelt(text).replace_strict(reader.texts(name), default=text)
    for column, label in source.when.items():
        chosen = spelt(pl.col(column)) == spelling(label)
        text = pl.when(chosen).then(text.fill_null("")).otherwise(pl.lit(TOTAL))
    return text.alias(name)


def named(frame: pl.DataFrame, reader: Reader) -> pl.DataFrame:
    """``row`` and, for each field that the feed fills, its text."""
    return frame.select("row", *(text_of(name, reader) for name in reader.feed.fields))


def in_scope(frame: pl.DataFrame, reader: Reader) -> pl.DataFrame:
    """The rows of ``named`` texts that are about trafficking: not all labels are out of scope."""
    for field in reader.coded():
        if out := reader.out_of_scope(field):
            read = reader.readings(frame[field.name], field)
            whole = read.group_by("text").agg(pl.col("label").is_in(out).all().alias("out"))
            texts = whole.filter("out")["text"]
            frame = frame.filter(~pl.col(field.name).is_in(texts.implode()).fill_null(False))
    return frame


def unmapped(frame: pl.DataFrame, reader: Reader) -> pl.DataFrame:
    """``row``, ``field``, ``label`` of each text, or part of one, that no list knows."""
    found = [pl.DataFrame(schema={"row": pl.Int64, "field": pl.String, "label": pl.String})]
    for field in reader.coded():
        if reader.feed.fields[field.name].verb == "known_or_other":
            continue
        read = reader.readings(frame[field.name], field)
        foreign = read.filter(~pl.col("label").is_in(list(reader.words(field))))
        rows = frame.select("row", text=field.name).join(foreign, on="text")
        found.append(rows.select("row", pl.lit(field.name).alias("field"), "label"))
    return pl.concat(found)


def typed(field: Field, reader: Reader) -> pl.Expr:
    """One field of one answer, read from its text."""
    text = pl.col(field.name)
    if field.codelist and not field.is_told:
        first = {word: (*found, None)[0] for word, found in reader.words(field).items()}
        read = spelt(text).replace_strict(
            first, default=reader.other(field), return_dtype=pl.String
        )
        return pl.when(text.is_not_null()).then(read)
    readers = {"date": reading.date, "integer": reading.whole, "number": reading.number}
    return readers[field.type](text) if field.type in readers else text


def answers(frame: pl.DataFrame, field: Field, reader: Reader) -> pl.DataFrame:
    """``row``, ``field``, ``code`` of a field with several answers, each answer once.

    Unknown is the answer only of who gave no other.
    """
    pairs = [(label, code) for label, found in reader.words(field).items() for code in found]
    meant = pl.DataFrame(pairs, schema={"label": pl.String, "code": pl.String}, orient="row")
    read = reader.readings(frame[field.name], field).join(meant, on="label")
    found = frame.select("row", text=field.name).join(read, on="text")
    given = found.select("row", pl.lit(field.name).alias("field"), "code").unique()
    known = pl.col("code") != UNKNOWN
    return given.filter(known | ~known.any().over("row"))


def conform(frame: pl.DataFrame, reader: Reader) -> Conformed:
    """The named texts in the contract's types; fields that no text fills are null.

    Texts of which the gate in makes several answers stay beside the rows until then.
    """
    single, many, told = reader.contract.single, reader.contract.many, reader.contract.told
    filled = [typed(f, reader).alias(f.name) for f in single if f.name in frame.columns]
    empty = [
        pl.lit(None, TYPES.get(f.type, pl.String)).alias(f.name)
        for f in single
        if f.name not in frame.columns
    ]
    schema = {"row": pl.Int64, "field": pl.String, "code": pl.String}
    several = [answers(frame, f, reader) for f in many if f.name in frame.columns]
    long = pl.concat([pl.DataFrame(schema=schema), *several]).sort("row", "field", "code")
    texts = [f.name for f in told if f.name in frame.columns]
    return Conformed(counted(frame, frame.select("row", *filled, *empty, *texts), reader), long)


def counted(frame: pl.DataFrame, rows: pl.DataFrame, reader: Reader) -> pl.DataFrame:
    """Where the value is a figure that an office published: its interval and status beside it."""
    source = reader.feed.fields.get("value")
    if source is None or source.verb != "figures":
        return rows
    read = verbs.figures(frame["value"], rows["obs_status"], reader.layout.censored)
    return rows.with_columns(read)
