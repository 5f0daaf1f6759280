"""Synthetic rows in the small invented release: a file of rows of nobody, and the page about it."""

import json
from pathlib import Path

import polars as pl

COHORT = "region-2025"
ROWS = {"sex": ["F", "F", "M"], "age_band": ["Y_GE18", "Y0T17", "Y_GE18"]}
PAGE = "# Synthetic rows of region-2025\n\nNone is of a person.\n"


def with_rows(release: Path) -> Path:
    """``release`` with synthetic rows, and a cohort that was too small for them."""
    folder = release / "microdata"
    folder.mkdir()
    rows, page = folder / f"{COHORT}.parquet", folder / f"{COHORT}.md"
    pl.DataFrame(ROWS).write_parquet(rows)
    page.write_text(PAGE, encoding="utf-8")
    file = release / "manifest.json"
    said = json.loads(file.read_text(encoding="utf-8"))
    names = {
        what: one.relative_to(release).as_posix() for what, one in (("file", rows), ("page", page))
    }
    made = {"cohort": COHORT, "state": "made", **names, "rows": len(ROWS["sex"])}
    said["microdata"] = [{"cohort": "region-2024", "state": "too_few"}, made]
    said["files"] |= dict.fromkeys(names.values(), "")
    file.write_text(json.dumps(said), encoding="utf-8")
    return release
