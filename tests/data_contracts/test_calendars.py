"""Dates of other calendars, against days that published tables and history give.

Sources: the calendar of Umm al-Qura of King Abdulaziz City for Science and Technology (first days
of Muharram, Ramadan and Shawwal as announced); the tabular calendar of al-Khwarizmi as in
Reingold and Dershowitz, Calendrical Calculations, appendix C; the official calendar of Iran
(Nowruz, and the leap years 1399 and 1403); the Ethiopian new year (11 or 12 September); the Royal
Thai calendar (543 years). None was computed with the libraries that are tested.
"""

import polars as pl
import pytest

from data_contracts import calendars
from data_contracts.calendars import UNREADABLE, dates, gregorian
from data_contracts.model import Calendar
from tests.tables import table

KNOWN = table("""
calendar    | text       | ours
umm_al_qura | 1445-01-01 | 2023-07-19
umm_al_qura | 1444/09/01 | 2023-03-23
umm_al_qura | 01/10/1444 | 2023-04-21
umm_al_qura | 1446-01-01 | 2024-07-07
umm_al_qura | 1442-12-10 | 2021-07-20
hijri_civil | 1445-01-01 | 2023-07-19
hijri_civil | 1364-12-06 | 1945-11-12
hijri_civil | 1416-10-05 | 1996-02-25
hijri_civil | 1460-10-12 | 2038-11-10
hijri_civil | 1518-03-05 | 2094-07-18
persian     | 1403-01-01 | 2024-03-20
persian     | 1402/01/01 | 2023-03-21
persian     | 1399-12-30 | 2021-03-20
persian     | 22.11.1357 | 1979-02-11
persian     | 1300-01-01 | 1921-03-21
ethiopian   | 2016-01-01 | 2023-09-12
ethiopian   | 2017-01-01 | 2024-09-11
ethiopian   | 2015-13-06 | 2023-09-11
ethiopian   | 29/04/2016 | 2024-01-08
buddhist    | 2567-02-29 | 2024-02-29
buddhist    | 15/08/2530 | 1987-08-15
""")
NONE = table("""
calendar    | text
umm_al_qura | 2023-07-19
umm_al_qura | 1445-13-01
umm_al_qura | 1445-01-31
hijri_civil | 1446-12-30
persian     | 1402-12-30
persian     | 1403-07-31
ethiopian   | 2016-13-06
ethiopian   | 2016-14-01
buddhist    | 2566-02-29
buddhist    | 2024-02-29
buddhist    | 15/08/30
persian     | 1403-01/01
persian     | yesterday
""")


@pytest.mark.parametrize(("calendar", "text", "ours"), KNOWN.rows())
def test_known_days(calendar: Calendar, text: str, ours: str) -> None:
    assert gregorian(text, calendar) == ours


@pytest.mark.parametrize(("calendar", "text"), NONE.rows())
def test_what_is_no_day_of_its_calendar_is_not_read_as_one_of_ours(
    calendar: Calendar, text: str
) -> None:
    assert gregorian(text, calendar) == UNREADABLE


@pytest.mark.parametrize("zero", [0x660, 0x6F0, 0xE50, 0x966, 0xFF10])
def test_digits_of_any_script_are_digits(zero: int) -> None:
    text = "".join(chr(zero + int(c)) if c.isdigit() else c for c in "1403/01/01")
    assert gregorian(f"\u200f{text}", "persian") == "2024-03-20"


def test_each_distinct_text_is_read_once_and_nothing_stays_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[str] = []
    sound = calendars.gregorian

    def counted(text: str, calendar: Calendar) -> str:
        read.append(text)
        return sound(text, calendar)

    monkeypatch.setattr(calendars, "gregorian", counted)
    frame = pl.DataFrame({"text": ["1403-01-01", None, "1403-01-01"] * 1_000})
    found = frame.select(dates(pl.col("text"), "persian"))["text"]
    assert set(found) == {"2024-03-20", None}
    assert read == ["1403-01-01"]
