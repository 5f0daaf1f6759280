"""Every kind of absence side by side, as readers see it, against a golden copy.

After an intended change write the copy anew with ``python -m tests.dashboards.test_absences``
and read its difference line by line.
"""

import json
import tempfile
from pathlib import Path
from typing import Any

from dashboards.explorer import charts, comparing, findings
from dashboards.explorer.blocks import cell_table
from dashboards.explorer.marks import legend
from dashboards.explorer.page import View
from dashboards.explorer.releases import find
from dashboards.explorer.series import Series, points
from dashboards.exports.vocabulary import vocabulary
from dashboards.exports.words import languages
from tests.dashboards import fixture

GOLDEN = Path(__file__).parents[1] / "golden" / "absences.json"


def seen(release: Path, language: str) -> dict[str, Any]:
    """Title, chart, legend, notes and table of the absences in one language."""
    view = View(find([release])[0], vocabulary(release, language))
    rows = view.release.table("absences")
    flags = comparing.of_series(view, "absences")
    line = points(Series("absences", "", "", rows, view.lists("absences"), flags), "XAA")
    cells = [point.cell for point in line]
    named = {view.words.period(point.period): point.cell for point in line}
    what, place = view.labels.label("unit", "victim_identified"), view.country("XAA")
    return {
        "title": findings.trend(what, place, line, view.words),
        "notes": findings.trend_notes(line, view.words),
        "legend": [[s.sign, s.drawn, s.meaning] for s in legend(cells, view.words)],
        "table": cell_table(named, view.words("period"), view.words).to_dicts(),
        "figure": json.loads(charts.trend(line, view.words).to_json()),
    }


def test_every_kind_of_absence_is_shown_as_in_the_golden_copy(release: Path) -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert {language: seen(release, language) for language in languages()} == golden


def test_the_golden_copy_has_every_mark_in_its_table_and_in_its_figure() -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    marks = {"<5", "[c]", "[x]", "[z]", "[p]", "[b]", "[e]"}
    for page in golden.values():
        written = json.dumps(page["table"]), json.dumps(page["figure"]).replace("&lt;", "<")
        assert all(mark in text for mark in marks for text in written)
        assert {sign for sign, _, _ in page["legend"]} == marks | {"0"}


def main() -> None:
    """Write the golden copy."""
    with tempfile.TemporaryDirectory() as folder:
        release = fixture.release(Path(folder))
        pages = {language: seen(release, language) for language in languages()}
    text = json.dumps(pages, ensure_ascii=False, indent=1, sort_keys=True)
    GOLDEN.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
