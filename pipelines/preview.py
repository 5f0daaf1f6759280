"""What a country sees of a release before it is published: a page and two lists, for it alone.

The page says what will be published about it and what became of everything it sent, with exact
counts. Where the country has a node of its own, all of it is sealed to that node's card; where the
region strips its files, the operator has these counts already and hands them over.
"""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import jinja2
import polars as pl
import pyrage

from data_contracts import load
from data_contracts.model import TOTAL
from pipelines import (
    cards,
    changes,
    differences,
    keystore,
    ledger,
    outputs,
    reconciling,
    releases,
    sealing_report,
    whole,
)
from pipelines.errors import WRONG_USAGE, Refusal
from pipelines.reconciling import Account
from pipelines.settings import Workspace

PAGE = Path(__file__).with_name("preview.html.j2")
LANGUAGES = ("en", "es", "fr", "ar")
NAMES = ("preview.html", "reconciliation.csv", "cells.csv")
REASON = {"period": "period_reason"}


class NoPreview(Refusal):
    """A preview cannot be made for somebody, or opened."""

    exit_code = WRONG_USAGE


class Made(NamedTuple):
    """What was written, and whether only the country can open it."""

    account: Account
    sealed: bool


def make(
    workspace: Workspace,
    release: str,
    country: str,
    out: Path,
    language: str,
    now: dt.datetime,
    named: str = "",
) -> Made:
    """Write the preview of ``country`` to ``out``, sealed to its card if it has one.

    ``named`` is the fingerprint of that card, where it does not go without saying.
    """
    card = recipient(workspace, country, named)
    found = reconciling.account(workspace, release, country)
    folder = releases.served(workspace.root, release)
    data = packed(found, folder, language, workspace.invented)
    if card:
        data = keystore.sealed_to(card.intake, data)
    told = {"release": release, "country": country, "sealed": card is not None}
    told |= {"card": card.fingerprint} if card else {}
    ledger.append(workspace.root, now, workspace.configuration.author, "preview", **told)
    whole.secret(out, data)
    return Made(found, card is not None)


def recipient(workspace: Workspace, country: str, named: str = "") -> cards.Card | None:
    """The card of a country's own node; raises ``NoPreview`` where others could be meant.

    An agency has a card, too, and must not get the counts of the whole country: only where all
    that a country sends comes from one sender, that one is meant without being ``named``.
    """
    every = cards.senders(workspace["keys"]).values()
    own = {card.fingerprint: card for card in every if card.country == country}
    digits = "".join(named.split()).lower()
    if digits in own:
        return own[digits]
    is_plain = len(own) == 1 and country not in workspace.configuration.raw_files
    if digits or (own and not is_plain):
        said = "; ".join(sorted(f"{card.title}: {name}" for name, card in own.items()))
        raise NoPreview(
            f"Say with --card FINGERPRINT to which node of {country} it is sealed: the one that "
            f"may know what all others of {country} sent ({said or 'there is none here'})."
        )
    return next(iter(own.values()), None)


def opened(workspace: Workspace, file: Path, out: Path) -> list[Path]:
    """Open a preview at the node whose card it was sealed to; what was written into ``out``."""
    try:
        data = file.read_bytes()
        plain = data if data.startswith(b"PK") else keystore.opened(data, workspace["keys"])
        with zipfile.ZipFile(io.BytesIO(plain)) as pack:
            files = {name: pack.read(name) for name in NAMES}
    except (OSError, KeyError, zipfile.BadZipFile, pyrage.DecryptError):
        raise NoPreview(
            f"{file} is no preview, or was sealed to another node: ask the region for one made "
            "for the card of this node."
        ) from None
    for name, text in files.items():
        whole.secret(out / name, text)
    return [out / name for name in files]


def packed(found: Account, folder: Path, language: str, invented: bool) -> bytes:
    """The page and the two lists in one archive; the same facts give the same bytes."""
    tables = of_country(folder, found.country)
    texts = (page(found, tables, language, invented), reconciliation(found), listed(tables))
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, text in zip(NAMES, texts, strict=True):
            pack.writestr(zipfile.ZipInfo(name), text.encode(), zipfile.ZIP_DEFLATED)
    return archive.getvalue()


def of_country(folder: Path, country: str) -> dict[str, pl.DataFrame]:
    """The cells of each table of a release that are about a country."""
    every = outputs.tables_in(folder / outputs.TABLES)
    own = {name: table.filter(country=country) for name, table in every.items()}
    return {name: table for name, table in own.items() if not table.is_empty()}


def reconciliation(found: Account) -> str:
    """All counts as lines: what, of what, where, how many."""
    lines: list[tuple[object, ...]] = [("what", "of", "unit", "period", "rows")]
    for one in found.sent:
        of = (one.layout, "", " ".join(one.periods))
        lines.append((", ".join(["sent", *one.fates]), *of, one.rows))
        lines += [(f"set aside: {why}", *of, n) for why, n in one.set_aside.items()]
        lines += [("refused", *of, one.refused), ("kept", *of, one.kept)]
    for dataset in found.became:
        facts = dataset.model_dump(exclude={"dataset"})
        lines += [(name, dataset.dataset, "", "", n) for name, n in facts.items()]
    for total in found.totals:
        lines.append(
            (f"counted, {state(total)}", total.table, total.unit, total.period, total.counted)
        )
    return _csv(lines)


def state(total: reconciling.Total) -> str:
    """Where the persons of a total stand in the release."""
    if total.published is not None:
        return "published"
    return "hidden" if total.status == "Q" else "shown in a coarser total"


def listed(tables: Mapping[str, pl.DataFrame]) -> str:
    """Every cell that will be published, its codes as one text."""
    lines: list[tuple[object, ...]] = [("table", "unit", "period", "codes", "value", "status")]
    for name, table in tables.items():
        for row in table.iter_rows(named=True):
            codes = " ".join(f"{d}={row[d]}" for d in _dimensions(table))
            value = "" if row["value"] is None else row["value"]
            lines.append((name, row["unit"], row["period"], codes, value, row["obs_status"]))
    return _csv(lines)


def _csv(lines: Iterable[Iterable[object]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue()


def page(found: Account, tables: Mapping[str, pl.DataFrame], language: str, invented: bool) -> str:
    """The page, which needs nothing but itself and loads nothing."""
    said, registry = messages()[language], load.tables()
    places = {"country": label(language, "country", found.country), "release": found.release}
    places["off"] = str(load.policy().base - 1)
    titles = {
        name: table.title.get(language, table.title["en"]) for name, table in registry.items()
    }
    grouped = groupby(found.totals, key=lambda one: one.table)
    told = _template().render(
        account=found,
        cells=[(name, *matrix(name, table, language)) for name, table in tables.items()],
        invented=said["invented"] if invented else "",
        label=partial(label, language),
        language=language,
        reasons=reasons(found, language),
        said=said,
        say=lambda key: said[key].format(**places),
        shown=lambda one: changes.said(
            {"value": one.published, "obs_status": one.status, "upper": None}
        ),
        style=sealing_report.STYLE,
        summed=lambda rows: said["shown_sum"].format(**sums(rows)),
        titles=titles,
        totals=[(name, list(rows)) for name, rows in grouped],
    )
    return f"{told}\n"


def sums(rows: Iterable[reconciling.Total]) -> dict[str, int]:
    """How many persons are in totals that are shown, and in hidden ones; years apart."""
    own = [one for one in rows if "-Q" in one.period] or list(rows)
    shown = sum(one.counted for one in own if one.published is not None)
    every = sum(one.counted for one in own)
    return {"shown": shown, "hidden": every - shown, "all": every}


def reasons(found: Account, language: str) -> list[tuple[str, int]]:
    """Why rows were set aside, in words, with how many."""
    words, counts = sealing_report.words(language), dict[str, int]()
    for one in found.sent:
        for why, n in one.set_aside.items():
            key = REASON.get(why, why if why in sealing_report.REASONS else "other")
            counts[words[key]] = counts.get(words[key], 0) + n
    return sorted((why, n) for why, n in counts.items() if n)


def matrix(
    name: str, table: pl.DataFrame, language: str
) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """The periods of a table, and for each unit and code, alone, what is said in each."""
    dimensions = _dimensions(table)
    alone = pl.sum_horizontal([pl.lit(0), *(pl.col(d) != TOTAL for d in dimensions)]) <= 1
    rows = table.filter(alone).sort("unit", *dimensions, "period")
    periods = table["period"].unique().sort().to_list()
    lists = {d: one.codelist for d, one in load.tables()[name].dimensions.items()}
    found: dict[str, dict[str, str]] = {}
    for row in rows.iter_rows(named=True):
        codes = [label(language, lists.get(d, d), row[d]) for d in dimensions if row[d] != TOTAL]
        head = ": ".join([label(language, "unit", row["unit"]), *codes])
        found.setdefault(head, {})[row["period"]] = changes.said(row)
    return periods, [(head, [of.get(p, "") for p in periods]) for head, of in found.items()]


def _dimensions(table: pl.DataFrame) -> list[str]:
    return [d for d in differences.key(table) if d not in ("country", "unit", "period")]


@cache
def messages() -> dict[str, dict[str, str]]:
    """What the page says, by language."""
    file = load.HERE / "messages" / "preview.yaml"
    return dict(load.read(file))


@cache
def _labels(name: str) -> dict[str, dict[str, str]]:
    file = load.HERE / "labels" / f"{name}.csv"
    return {row["code"]: row for row in load.rows(name, file.parent)} if file.exists() else {}


def label(language: str, name: str, code: str) -> str:
    """A code in words; in English where a language has none, else the code."""
    row = _labels(name).get(code, {})
    return (row.get(language) or row.get("en") or code).split("|")[0]


@cache
def _template() -> jinja2.Template:
    surroundings = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    return surroundings.from_string(PAGE.read_text(encoding="utf-8"))


def written(found: Made) -> Iterator[tuple[str, Any]]:
    """The figures of a preview that its maker is told: sums, and no cell."""
    yield "sealed", found.sealed
    yield "sent", sum(one.rows for one in found.account.sent)
    yield "set_aside", sum(sum(one.set_aside.values()) for one in found.account.sent)
    yield "refused", sum(one.refused for one in found.account.sent)
    yield "waiting", sum(one.waiting for one in found.account.became)
    yield "replaced", sum(one.replaced for one in found.account.became)
    yield "totals", len(found.account.totals)
