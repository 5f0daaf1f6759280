"""Layouts: how one source writes its files, as frozen records."""

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import Field as Key
from pydantic import model_validator

from data_contracts.model import UNKNOWN, Calendar, Frequency, Frozen
from data_contracts.policy import Scope

COLUMN, CELL = "(column)", "(cell)"


class FileSpec(Frozen):
    """One file of a submission: how each accepted format of it is read.

    The header is the first row that has all columns the layout uses, so title rows and blank
    lines before it need no mark. Columns that the file ``may_lack``, because some editions do
    not have them, are blank where they are lacking.
    """

    formats: tuple[Literal["csv", "xlsx", "ods"], ...]
    sheet: str | None = None
    delimiter: str = ","
    encoding: str = "utf-8"
    optional: bool = False
    may_lack: tuple[str, ...] = ()


class FieldMap(Frozen):
    """Where a field comes from: a column, several for a verb, or one constant code.

    ``labels`` names a table of the layout: its words come first, then those of ``standard``, a
    standard that the source follows, then the field's code list. ``when`` names labels of other
    columns: in rows without them the field is the total.
    ``blank`` is the code that an empty cell means in this source, where it means one: a total in
    one table is unknown in the next, so nothing is assumed. ``calendar`` is that of a date, where
    it is another than the layout's.
    """

    columns: tuple[str, ...] = Key(default=(), alias="from")
    value: str | None = None
    verb: str | None = None
    labels: str | None = None
    standard: str | None = None
    when: dict[str, str] = Key(default={})
    blank: str | None = None
    calendar: Calendar | None = None

    def shares(self, other: Self) -> bool:
        """Whether both fields are read from one column that mixes dimensions."""
        return (self.columns, self.verb, self.labels) == (other.columns, other.verb, other.labels)

    @model_validator(mode="before")
    @classmethod
    def one_column_may_stand_alone(cls, raw: Any) -> Any:
        if isinstance(raw, dict) and isinstance(raw.get("from"), str):
            return raw | {"from": (raw["from"],)}
        return raw

    @model_validator(mode="after")
    def a_field_has_one_origin(self) -> Self:
        if bool(self.columns) == (self.value is not None):
            raise ValueError("a field comes from columns or from a value, not both or neither")
        return self


class Feed(Frozen):
    """Which rows of which file feed a contract, and how its fields are filled.

    ``scope`` is column to code list, or to a table of labels of the layout: rows whose text is
    not in it are out of scope, as are the world's regions in a table of countries. ``unpivot``
    names columns that each hold a figure of their own: a row becomes one row a column, with the
    column's name in ``(column)`` and its text in ``(cell)``. ``ignored`` closes a table whose
    breakdowns are columns: a column that is neither read nor ignored may be a new breakdown, so
    a row that fills it is set aside. ``filled`` are columns of which a row of this feed has each;
    a file without these columns reports nothing here, which is not the same as none.
    """

    file: str
    where: dict[str, tuple[str, ...]] = Key(default={})
    scope: dict[str, str] = Key(default={})
    unpivot: tuple[str, ...] = ()
    ignored: tuple[str, ...] | None = None
    filled: tuple[str, ...] = ()
    fields: dict[str, FieldMap]

    @property
    def columns(self) -> set[str]:
        """All columns of the file that this feed reads."""
        of_fields = {c for field in self.fields.values() for c in (*field.columns, *field.when)}
        return (of_fields - {COLUMN, CELL}) | {
            *(*self.where, *self.scope, *self.unpivot, *self.filled)
        }


class UnknownConsent(Frozen):
    """The scope that stands for who was not asked, or of whom it is not known; with its reason."""

    code: str
    reason: str


LabelMeaning = Literal["out_of_scope"] | dict[str, tuple[str, ...]]


class Layout(Frozen):
    """How one source writes its files; the name of the layout is the name of its file.

    ``labels`` hold words that only this source uses: each to codes of one or more fields, or
    ``out_of_scope`` for what the source records but trafficking statistics do not count.
    ``year_starts`` is the month in which the source's year begins; its quarters are ours.
    ``calendar`` is the one in which the source writes its dates, where it is not the Gregorian.
    ``rank`` says whose answer about a person counts where sources of a country contradict each
    other: the lowest, and of equal ones the first by name.
    ``person: cell`` is a table that a country sends in confidence: each row is a cell of its finest
    crossing and ``persons`` how many are in it, from a column that every row has filled.
    ``case: row`` counts each row as a case of its own, where a publisher does not say cases.
    ``own_layouts`` are countries whose tables of this form a layout of their own knows better.
    """

    name: str
    title: str
    source: str
    publisher: str
    licence: str
    origin: str
    replaces: Literal["country_period", "source"]
    country: str | None = None
    own_layouts: dict[str, str] = Key(default={})
    frequency: Frequency
    year_starts: Literal[1, 4, 7, 10] = 1
    calendar: Calendar | None = None
    person: Literal["row", "identity", "cell"] | None = None
    case: Literal["row"] | None = None
    rank: int = Key(default=5, ge=1, le=9)
    unknown_consent: UnknownConsent | None = None
    public: bool = False
    public_records: bool = False
    language: str = "en"
    missing: tuple[str, ...] = ("",)
    censored: str | None = None
    files: dict[str, FileSpec]
    labels: dict[str, dict[str, LabelMeaning]] = Key(default={})
    feeds: dict[str, Feed]

    @property
    def asks_country(self) -> bool:
        """Whether only a submission can say whose figures these are: neither layout nor rows do."""
        return not self.country and any("country" not in f.fields for f in self.feeds.values())

    def of(self, country: str | None) -> Self:
        """The layout of one submission: figures that say no country are those of ``country``."""
        if self.person or not (country and self.asks_country):
            return self
        whose = {"country": FieldMap(value=country)}
        feeds = {
            name: feed.model_copy(update={"fields": whose | feed.fields})
            for name, feed in self.feeds.items()
        }
        return self.model_copy(update={"feeds": feeds})

    def columns(self, file: str) -> set[str]:
        """All columns of ``file`` that any feed reads."""
        return {c for feed in self.feeds.values() if feed.file == file for c in feed.columns}

    def required(self, file: str) -> frozenset[str]:
        """The columns without which a file is not ``file``."""
        return frozenset(self.columns(file)) - set(self.files[file].may_lack)

    def keeper(self, country: str | None) -> str | None:
        """Whose keys treat the records: the country's, or the publisher's own where its rows say
        their countries; None where there are no records."""
        return self.country or country or (self.source if self.person else None)

    def uncounted(self, scopes: Mapping[str, Scope]) -> frozenset[str]:
        """The scopes of consent under which a record of this source is not counted."""
        silent = self.unknown_consent.code if self.unknown_consent else UNKNOWN
        meant = {**scopes, UNKNOWN: scopes[silent]}
        return frozenset(code for code, scope in meant.items() if "counts" not in scope.uses)

    @model_validator(mode="after")
    def feeds_read_declared_files(self) -> Self:
        if unknown := {feed.file for feed in self.feeds.values()} - set(self.files):
            raise ValueError(f"feeds read files that are not declared: {sorted(unknown)}")
        if self.public_records and not self.public:
            raise ValueError("records that are public row by row come in a public layout")
        if self.frequency == "year" and self.year_starts != 1:
            raise ValueError(
                "a year that begins in another month is no calendar year: ask quarters"
            )
        return self

    @model_validator(mode="after")
    def a_whole_table_of_records_is_public(self) -> Self:
        """Its countries and years are read from its rows, which only public rows may tell."""
        if self.person and self.replaces == "source" and not self.public_records:
            raise ValueError("a whole table of records (replaces: source) has public_records")
        if self.case and not self.public_records:
            raise ValueError("case: row shows what a single case is; it needs public_records")
        return self

    @model_validator(mode="after")
    def a_cell_says_how_many_are_in_it(self) -> Self:
        for feed in self.feeds.values():
            told = feed.fields.get("persons")
            if (told is not None) != (self.person == "cell"):
                raise ValueError("feeds fill persons exactly when person is cell")
            if told and not (told.columns and set(told.columns) <= set(feed.filled)):
                raise ValueError("persons comes from a column that is among those filled")
            if told and "record" in feed.fields:
                raise ValueError("a cell of a table has no number of a record")
        return self

    @model_validator(mode="after")
    def a_year_is_a_date_only_where_years_are_reported(self) -> Self:
        verbs = {field.verb for feed in self.feeds.values() for field in feed.fields.values()}
        if "year_only" in verbs and self.frequency != "year":
            raise ValueError("the verb year_only needs frequency: year")
        return self

    @model_validator(mode="after")
    def rows_say_their_country_where_no_submission_does(self) -> Self:
        told = {"country" in feed.fields for feed in self.feeds.values()}
        if self.person and told != {self.replaces == "source"}:
            raise ValueError("feeds of records fill country exactly when replaces is source")
        return self
