"""The picture of the explorer in the README: ``python -m tests.dashboards.picture FOLDER [PAGE]``.

FOLDER is a release or holds several; PAGE is a page with its choices, as in an address.
"""

import sys
from pathlib import Path

from tests.dashboards.served import chromium, explorer, show

PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "explorer.png"
PAGE = (
    "trends?table=victims_by_exploitation&exploitation=P1&frequency=quarter"
    "&country=XAA&unit=victim_identified&language=en"
)


def main(folder: Path, path: str = PAGE) -> None:
    """Open the page and keep what a laptop's window shows."""
    with explorer([folder]) as address, chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 980})
        show(page, f"{address}/{path}")
        page.locator(".js-plotly-plot svg.main-svg").first.wait_for()
        page.screenshot(path=PICTURE, animations="disabled")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
