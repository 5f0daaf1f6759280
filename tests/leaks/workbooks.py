"""Workbooks with strings planted in everything around their cells."""

import datetime as dt
from pathlib import Path
from typing import Protocol

from xlsxwriter import Workbook

from sources.synthetic import opendocument

TITLES = 3  # lines above the header in the forms of the region


class Draws(Protocol):
    """Who draws the strings."""

    def name(self, what: str) -> str:
        """Letters of some script."""

    def plain(self, what: str) -> str:
        """Letters and digits."""


def xlsx(file: Path, rows: list[list[str]], draw: Draws, *, is_odd: bool) -> None:
    """A workbook whose notes, properties, names and hidden sheets hold strings.

    An odd one has formulas that point to other files as well.
    """
    with Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        about = ("author", "title", "subject", "company", "manager", "comments", "keywords")
        book.set_properties({what: draw.name(f"property {what}") for what in about})
        book.set_custom_property("Case worker", draw.plain("custom property"))
        sheet = book.add_worksheet(draw.plain("sheet name"))
        sheet.write_string(0, 0, draw.name("title line"))
        for number, row in enumerate(rows, TITLES):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell)
        sheet.write_comment(TITLES + 1, 1, draw.name("cell comment"), {"author": draw.plain("by")})
        sheet.set_header(f"&L{draw.plain('page header')}")
        sheet.insert_textbox(2, 40, draw.name("text box"))
        sheet.data_validation(3, 41, 9, 41, {"validate": "list", "source": [draw.plain("choice")]})
        sheet.write_url(2, 42, f"https://{draw.plain('link')}.example.org/", string="file")
        hidden = book.add_worksheet(draw.plain("hidden sheet name"))
        hidden.write_string(0, 0, draw.name("hidden cell"))
        hidden.hide()
        book.define_name(draw.plain("defined name"), f"='{hidden.get_name()}'!$A$1")
        if is_odd:
            sheet.write_formula(2, 43, f"='[{draw.plain('external file')}.xlsx]Data'!A1")


def ods(file: Path, rows: list[list[str]], draw: Draws, *, is_odd: bool) -> None:
    """An OpenDocument sheet whose name and properties hold strings; its dates are dates."""
    names = ("meta:initial-creator", "dc:title", "dc:creator", "dc:subject", "dc:description")
    about = {name: draw.name(f"property {name}") for name in names}
    with opendocument.opened(file, draw.plain("sheet name"), about) as write:
        write((draw.name("title line"),))
        write((draw.plain("second title line"),))
        write(())
        for row in rows:
            write([_day(cell) if is_odd else cell for cell in row])


def _day(cell: str) -> str | dt.date:
    try:
        return dt.date.fromisoformat(cell)
    except ValueError:
        return cell
