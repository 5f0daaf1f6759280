"""What one release says otherwise than another, and the reason that a release gives for it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from pipelines import differences, drafts, releases, revising, signing
from tests.pipelines.drafting import (
    JUSTICE,
    VICTIMS,
    draft,
    indicators,
    justice,
    promises,
    victims,
)

REGISTRY = {one.name: one for one in (VICTIMS, JUSTICE)}
Edit = Callable[[Path], object]


def edited(file: str, old: str, new: str) -> Edit:
    """A promise in which one text is another."""

    def edit(folder: Path) -> None:
        text = (folder / file).read_text()
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1))

    return edit


def made(root: Path, name: str, *edits: Edit, **changed: Any) -> Path:
    """A candidate in a workspace of its own, under promises that were edited."""
    words = promises(root / name / "promises")
    for edit in edits:
        edit(words)
    return releases.write(root / name, draft(**changed), words)


def test_releases_with_the_same_promises_differ_in_nothing(tmp_path: Path) -> None:
    found = differences.between(made(tmp_path, "one"), made(tmp_path, "two"))
    nothing: dict[str, list[str]] = {"added": [], "removed": [], "changed": []}
    assert set(found["indicators"].values()) == {0}
    assert found["promises"] == dict.fromkeys(differences.FOLDERS, nothing)
    assert found["registry"] == nothing
    assert (found["policy"], found["contracts"], found["codes"]) == ({}, {}, {})


def test_everything_that_a_release_promises_is_compared(tmp_path: Path) -> None:
    was = made(tmp_path, "was")
    now = made(
        tmp_path,
        "now",
        lambda folder: (folder / "victims.odcs.yaml").write_text("id: victims\nversion: 2.0.0\n"),
        edited("codelists/sex.csv", "M,\n", "M,F\nX,\n"),
        edited("labels/sex.csv", "Male", "Men"),
        edited("policy.yaml", "value: 5", "value: 6"),
        lambda folder: (folder / "indicators/new.yaml").write_text("title: {en: New}\n"),
        edited("tables.yaml", "\njustice:", "\njudged:"),
        indicators=indicators().with_columns(value=pl.lit(26.0)),
    )
    found = differences.between(was, now)
    assert found["policy"] == {"base": {"before": 5, "after": 6}}
    assert found["contracts"] == {"victims": {"before": "None", "after": "2.0.0"}}
    assert found["codes"] == {"sex": {"added": ["X"], "removed": [], "changed": ["M"]}}
    assert found["promises"]["labels"]["changed"] == ["sex.csv"]
    assert found["promises"]["indicators"]["added"] == ["new.yaml"]
    assert found["registry"] == {"added": ["judged"], "removed": ["justice"], "changed": []}
    assert found["indicators"]["changed"] == 1


def before(state: str, tables: revising.Tables, folder: Path) -> revising.Before:
    return revising.Before(state, tables, drafts.promised(folder))


def said(**changed: Any) -> pl.DataFrame:
    """The victims, with what is said of the women."""
    women = pl.col("sex") == "F"
    return victims().with_columns(
        pl.when(women).then(pl.lit(new, victims().schema[name])).otherwise(name).alias(name)
        for name, new in changed.items()
    )


HIDDEN = {"value": None, "lower": 0, "upper": None, "obs_status": "Q", "conf_status": "C"}


@pytest.mark.parametrize(
    ("state", "edit", "new", "expected"),
    [
        ("published", None, HIDDEN, ("hidden", "protection")),
        ("withdrawn", None, {"value": 30}, ("changed", "withdrawn")),
        ("published", edited("policy.yaml", "value: 5", "value: 6"), HIDDEN, ("hidden", "policy")),
        ("published", edited("codelists/sex.csv", "M,", "X,"), HIDDEN, ("hidden", "definition")),
        (
            "published",
            edited("tables.yaml", "par sexe\n  units", "\n  units"),
            {"value": 30},
            ("changed", "definition"),
        ),
        (
            "published",
            edited("policy.yaml", "reason:", "x: 1\n  reason:"),
            HIDDEN,
            ("hidden", "protection"),
        ),
    ],
)
def test_each_revision_has_its_reason(
    tmp_path: Path,
    words: Path,
    state: str,
    edit: Edit | None,
    new: dict[str, Any],
    expected: tuple[str, str],
) -> None:
    then = promises(tmp_path / "then")
    if edit:
        edit(then)
    last = before(state, {"victims_by_sex": victims()}, then)
    now = {"victims_by_sex": said(**new)}
    (one,) = revising.listed(last, now, REGISTRY, drafts.promised(words))
    assert (one["change"], one["reason"]) == expected
    place = {name: one[name] for name in ("table", "country", "periods", "cells")}
    assert place == {
        "table": "victims_by_sex",
        "country": "XAA",
        "periods": ["2025-Q4"],
        "cells": 1,
    }


@pytest.mark.parametrize(
    ("year", "state", "new", "expected"),
    [
        ("2025", "published", {"value": 30}, ("changed", "annual_revision")),
        ("2025", "withdrawn", {"value": 30}, ("changed", "annual_revision")),
        # Which of the year's numbers the audit hid, and which moved, is not told apart.
        ("2025", "published", HIDDEN, ("hidden", "annual_revision")),
        ("2024", "published", HIDDEN, ("hidden", "protection")),
        ("2024", "withdrawn", {"value": 30}, ("changed", "withdrawn")),
    ],
)
def test_the_numbers_of_the_year_that_is_counted_anew_say_so(
    words: Path, year: str, state: str, new: dict[str, Any], expected: tuple[str, str]
) -> None:
    last = before(state, {"victims_by_sex": victims()}, words)
    now = {"victims_by_sex": said(**new)}
    (one,) = revising.listed(last, now, REGISTRY, drafts.promised(words), year)
    assert (one["change"], one["reason"]) == expected


def test_a_source_states_its_own_number_otherwise(words: Path) -> None:
    last = before("published", {"justice": justice()}, words)
    other = justice().with_columns(value=pl.when(pl.col("period") == "2025").then(3))
    (one,) = revising.listed(last, {"justice": other}, REGISTRY, drafts.promised(words))
    assert (one["table"], one["change"], one["reason"]) == ("justice", "changed", "source")


def test_whole_tables_come_go_and_take_another_shape(words: Path) -> None:
    other = victims().rename({"sex": "gender"})
    last = before("published", {"victims_by_sex": victims(), "justice": justice()}, words)
    now = {"victims_by_sex": other, "new": victims()}
    found = revising.listed(last, now, REGISTRY, drafts.promised(words))
    assert [(one["table"], one["change"], one["reason"]) for one in found] == [
        ("justice", "removed", "registry"),
        ("new", "added", "registry"),
        ("victims_by_sex", "reshaped", "registry"),
    ]


def test_a_number_said_for_the_first_time_is_no_revision(words: Path) -> None:
    later = victims().with_columns(period=pl.lit("2026-Q1"))
    last = before("published", {"victims_by_sex": victims()}, words)
    now = {"victims_by_sex": pl.concat([victims(), later])}
    assert revising.listed(last, now, REGISTRY, drafts.promised(words)) == []


def test_a_release_brings_its_revisions_along(root: Path, words: Path) -> None:
    last = before("published", {"victims_by_sex": victims()}, words)
    now = {"victims_by_sex": said(**HIDDEN), "justice": justice()}
    listed = revising.listed(last, now, REGISTRY, drafts.promised(words))
    folder = releases.write(root, draft(tables=now, revisions=listed), words)
    assert yaml.safe_load((folder / "manifest.json").read_text())["revisions"] == listed
    assert signing.altered(signing.contents(folder)) == []
