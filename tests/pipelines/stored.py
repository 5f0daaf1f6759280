"""Submissions that are stored already: invented safe rows, drawn by formula, without an intake."""

import datetime as dt
import hashlib
from collections.abc import Iterable

import polars as pl

from data_contracts import load
from data_contracts.verdict import Verdict
from pipelines import promises, takings
from pipelines.inbox import INBOX, Received
from pipelines.settings import Workspace

FORMS = ("P1", "P2")
BANDS = ("Y0T17", "Y18T24", "Y_GE35")


def people(source: str, country: str, period: str, n: int) -> list[dict[str, object]]:
    """``n`` victims of one agency and quarter, in cases of three; most are women."""
    return [
        {
            "source": source,
            "country": country,
            "period": period,
            "record": pseudonym(source, period, number),
            "case": pseudonym("case", source, period, number // 3),
            "person_key": key(source, period, number),
            "link_token": None,
            "unit": "victim_identified",
            "sex": "F" if number % 3 else "M",
            "age_band": BANDS[number % len(BANDS)],
        }
        for number in range(n)
    ]


def key(*parts: object) -> int:
    """32 bits that stand for a person."""
    return int(pseudonym(*parts)[:8], 16)


def pseudonym(*parts: object) -> str:
    """What stands for a number of a record or case."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def answers(rows: Iterable[dict[str, object]]) -> list[dict[str, object]]:
    """One form of exploitation a person."""
    told = ("source", "country", "record")
    return [
        {n: row[n] for n in told} | {"field": "exploitation", "code": FORMS[number % len(FORMS)]}
        for number, row in enumerate(rows)
    ]


def store(place: Workspace, layout: str, period: str, n: int, day: dt.datetime) -> str:
    """A submission of ``n`` victims, taken in on ``day``; its name."""
    known = load.layout(layout)
    country = str(known.country)
    name = hashlib.sha256(f"{layout} {period} {day}".encode()).hexdigest()[:32]
    rows = people(known.source, country, period, n)
    for table, drawn in (("victims", rows), ("victims_answers", answers(rows))):
        folder = place[takings.SAFE] / table
        folder.mkdir(parents=True, exist_ok=True)
        frame = pl.DataFrame(drawn, schema_overrides={"link_token": pl.String})
        frame.write_parquet(folder / f"{name}.parquet")
    one = Received(
        submission=name,
        layout=layout,
        period=period,
        country=country,
        sha256=name,
        files=0,
        received=day,
    )
    found = Verdict(
        verdict="ok",
        rows_read=n,
        rows_kept=n,
        rows_out={"victims": n},
        countries=(country,),
        periods=(period,),
        mapping=promises.mapping(known),
        promises=promises.remember(place, ["victims"]),
    )
    (place[takings.VERDICTS]).mkdir(exist_ok=True)
    (place[INBOX] / f"{name}.json").write_text(one.model_dump_json())
    (place[takings.VERDICTS] / f"{name}.json").write_text(found.model_dump_json())
    return name
