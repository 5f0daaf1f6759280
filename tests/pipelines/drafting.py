"""An invented draft of a release, small enough to be drawn."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from data_contracts.load import HERE
from data_contracts.model import Dimension, Table
from pipelines.drafts import Draft
from tests.policies import POLICY
from tests.tables import table

CREATED = datetime(2026, 2, 1, 9, 30, tzinfo=UTC)
LATER = datetime(2026, 2, 3, 12, tzinfo=UTC)
REVIEWERS = ("invented:ada", "invented:grace")
VICTIMS = Table(
    name="victims_by_sex",
    title={"en": "Victims by sex", "es": "Víctimas por sexo", "fr": "Victimes par sexe"},
    kind="persons",
    dataset="victims",
    units=("victim_identified",),
    frequencies=("quarter", "year"),
    dimensions={"sex": Dimension(field="sex", codelist="sex", codes=("F", "M"))},
    tier="public",
)
JUSTICE = VICTIMS.model_copy(
    update={
        "name": "justice",
        "title": {"en": "Persons convicted", "es": "Condenados", "fr": "Condamnés"},
        "kind": "published",
        "units": ("convicted",),
        "dimensions": {},
    }
)
FLAGS = "[A, Q, C, F, XAA, XAB, ARG, tipstat:court_decision]"
REGISTRY = yaml.safe_dump(
    {x.name: x.model_dump(mode="json", exclude={"name"}) for x in (VICTIMS, JUSTICE)},
    allow_unicode=True,
)
CLEAN = {"cells": 3, "hidden": 1, "targets": 3, "failing": 0, "uncertified": 0, "seconds": 7}
SOURCE = {
    "source": "xaa_police",
    "title": "Register of the police of an invented country",
    "publisher": "Police of Aranda (invented)",
    "licence": "Invented data; no rights reserved",
    "origin": "https://datapackage.org/aranda",
    "countries": ["XAA"],
    "public": True,
    "rows_read": 1234,
    "sha256": "f00d" * 16,
}


def frame(drawing: str) -> pl.DataFrame:
    """Released cells as drawn, with the source; what is hidden is confidential."""
    numbers = dict.fromkeys(("value", "lower", "upper"), pl.Int64)
    hidden = pl.when(pl.col("obs_status") == "Q").then(pl.lit("C")).otherwise(pl.lit("F"))
    drawn = table(drawing, period=pl.String, **numbers)
    return drawn.with_columns(conf_status=hidden, source=pl.lit("xaa_police"))


def victims() -> pl.DataFrame:
    return frame("""
        country | period  | unit              | sex | value | lower | upper | obs_status
        XAA     | 2025-Q4 | victim_identified | _T  | 40    | 36    | 44    | A
        XAA     | 2025-Q4 | victim_identified | F   | 25    | 21    | 29    | A
        XAA     | 2025-Q4 | victim_identified | M   |       | 0     |       | Q
    """)


def justice() -> pl.DataFrame:
    return frame("""
        country | period | unit      | value | lower | upper | obs_status
        XAA     | 2024   | convicted |       | 1     | 4     | Q
        XAA     | 2025   | convicted | 0     | 0     | 0     | A
    """)


def indicators() -> pl.DataFrame:
    return frame("""
        indicator | country | period  | value | lower | upper | obs_status
        women     | XAA     | 2025-Q4 | 25    | 21    | 29    | A
    """).with_columns(pl.col("value", "lower", "upper").cast(pl.Float64))


def flags() -> pl.DataFrame:
    return table("""
        country | source     | concept | flag  | code                   | first   | last
        XAA     | xaa_police | victim  | break | tipstat:court_decision | 2025-Q4 | 2025-Q4
    """).with_columns(table=pl.lit("victims_by_sex"), unit=pl.lit("victim_identified"))


def conformance() -> pl.DataFrame:
    told = table("""
        period  | field | received_from | received_to | exact_from | exact_to
        2025-Q4 |       | 80            | 80          |            |
        2025-Q4 | sex   | 75            | 100         | 50         | 74
    """).with_columns(pl.col("field").fill_null(""))
    usual = {"source": "xaa_police", "country": "XAA", "dataset": "victims", "standard": "htcds"}
    usual |= {"flag": ""}
    rest = [f"{share}_{end}" for share in ("lossy", "none", "unmapped") for end in ("from", "to")]
    texts = (pl.lit(text).alias(name) for name, text in usual.items())
    return told.with_columns(*texts, *(pl.lit(None, pl.Int64).alias(name) for name in rest))


def draft(**changed: Any) -> Draft:
    """The draft of a demo; ``changed`` says what is different."""
    usual: dict[str, Any] = {
        "mode": "demo",
        "invented": True,
        "title": "Invented countries",
        "tables": {"victims_by_sex": victims(), "justice": justice()},
        "registry": {"victims_by_sex": VICTIMS, "justice": JUSTICE},
        "indicators": indicators(),
        "beside": {"flags": flags(), "conformance": conformance()},
        "own": {},
        "audit": CLEAN,
        "sources": [SOURCE],
        "countries": ["XAA"],
        "periods": ["2025", "2025-Q4", "2024"],
        "policy": POLICY,
        "author": "operator",
        "created": CREATED,
    }
    return Draft(**{**usual, **changed})


def promises(folder: Path) -> Path:
    """A folder of contracts, code lists and labels, with a neighbour that is not among them."""
    texts = {
        "codelists/sex.csv": "code,parent\nF,\nM,\n",
        "labels/sex.csv": "code,en\nF,Female\nM,Male\n",
        "victims.odcs.yaml": "id: victims\n",
        "indicators/women.yaml": f"title: {{en: Women}}\nflags: {FLAGS}\n",
        # An invented table stands in for the real one of its name: the last of two keys counts.
        "tables.yaml": (HERE / "tables.yaml").read_text(encoding="utf-8") + REGISTRY,
        "policy.yaml": (HERE / "policy.yaml").read_text(encoding="utf-8"),
        "model.py": "",
    }
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder
