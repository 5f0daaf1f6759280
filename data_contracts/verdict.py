"""The answer to a submission: what became of its rows, and what is wrong where."""

import datetime as dt
from typing import Literal

from pydantic import Field as Key

from data_contracts.model import Frozen, Severity


class Fault(Frozen):
    """What is wrong and where: code, place and rule, never a value."""

    code: str
    severity: Severity = "error"
    file: str | None = None
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    message: str = ""
    remedy: str = ""


class Verdict(Frozen):
    """The answer to a submission. Rows read are rows kept plus rows set aside, each once.

    ``unmapped`` and ``personal`` are by column: labels with their rows, and the kinds of personal
    data in them with theirs. ``undeclared`` is file to the columns that no contract asks for, by
    name or number, with the kinds of data in them. ``dated`` are the quarters in which most rows
    are dated, when that is not the period. Of rows that are kept, ``mapping`` and ``promises`` name
    the mapping and the contracts they were read under, and ``taken`` says when, if they were read
    again. ``comments`` is code to the rows that it asks about, all of them kept; None where it asks
    about the submission as a whole.
    """

    verdict: Literal["ok", "comments", "faults"]
    rows_read: int = 0
    rows_kept: int = 0
    set_aside: dict[str, int] = Key(default={})
    rows_out: dict[str, int] = Key(default={})
    unmapped: dict[str, dict[str, int] | int] = Key(default={})
    personal: dict[str, dict[str, int]] = Key(default={})
    undeclared: dict[str, dict[str, tuple[str, ...]]] = Key(default={})
    faults: tuple[Fault, ...] = ()
    comments: dict[str, int | None] = Key(default={})
    countries: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    dated: tuple[str, ...] = ()
    mapping: str = ""
    promises: dict[str, str] = Key(default={})
    taken: dt.datetime | None = None
