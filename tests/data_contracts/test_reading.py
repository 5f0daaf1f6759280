"""How texts are read: dates, numbers, periods, and two spellings of one label."""

import datetime as dt
import unicodedata

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_contracts import reading
from data_contracts.words import spelling
from tests.tables import table

DATES = table("""
text                | day
2025-02-28          | 2025-02-28
2024-02-29          | 2024-02-29
2025-02-29          |
2025-1-5            | 2025-01-05
31/12/2025          | 2025-12-31
12/31/2025          |
1/2/2025            | 2025-02-01
01.02.2025          | 2025-02-01
2025-01-05 10:11:12 | 2025-01-05
2025-01-05 10:11    | 2025-01-05
05/01/2025 10:11    | 2025-01-05
1900-01-01          | 1900-01-01
1899-12-31          |
01/02/25            |
2025-01             |
2025                |
45292               |
soon                |
""")
WHOLE = table("""
text                 | number
0                    | 0
007                  | 7
1,234                | 1234
1,234,567            | 1234567
1,5                  |
12,34                |
1234,567             |
1.0                  |
1.000                |
1 000                |
-1                   |
<5                   |
99999999999999999999 |
٣                    |
""")
NUMBERS = table("""
text      | number
0         | 0
-1.5      | -1.5
1,234     | 1234
1,234.5   | 1234.5
1.5e6     | 1500000
1,5       |
1 000     |
nan       |
inf       |
<5        |
""")
PERIODS = table("""
text     | period
2025     | 2025
2025-Q1  | 2025-Q1
2025-Q4  | 2025-Q4
2025-Q0  |
2025-Q5  |
2025-q1  |
2025-01  |
0000     |
٢٠٢٥     |
""")


def column(*texts: str | None) -> pl.DataFrame:
    """A frame with the one column ``text``."""
    return pl.DataFrame({"text": texts}, schema={"text": pl.String})


def read(by: pl.Expr, text: str | None) -> object:
    """What ``by`` makes of one text."""
    return column(text).select(by).item()


TEXT = pl.col("text")


@pytest.mark.parametrize(("text", "day"), DATES.rows())
def test_a_day_is_read_in_iso_form_or_day_first(text: str, day: str | None) -> None:
    assert read(reading.date(TEXT), text) == (day and dt.date.fromisoformat(day))


@pytest.mark.parametrize(("text", "number"), WHOLE.rows())
def test_commas_set_thousands_off_or_the_number_is_unreadable(
    text: str, number: str | None
) -> None:
    assert read(reading.whole(TEXT), text) == number


@pytest.mark.parametrize(("text", "number"), NUMBERS.rows())
def test_a_number_has_a_decimal_point_and_is_finite(text: str, number: str | None) -> None:
    assert read(reading.number(TEXT), text) == (None if number is None else float(number))


@pytest.mark.parametrize(("text", "period"), PERIODS.rows())
def test_a_period_is_a_year_or_a_quarter_as_we_write_them(text: str, period: str | None) -> None:
    assert read(reading.period(TEXT), text) == period


@pytest.mark.parametrize(
    "of", [reading.date, reading.whole, reading.number, reading.period, reading.spelt]
)
def test_nothing_is_read_from_nothing(of: object) -> None:
    assert callable(of)
    assert read(of(TEXT), None) is None


@given(st.integers(0, 2**63 - 1))
def test_every_whole_number_is_read_with_and_without_its_commas(number: int) -> None:
    assert read(reading.whole(TEXT), str(number)) == number
    assert read(reading.whole(TEXT), f"{number:,}") == number


@given(st.dates(dt.date(reading.EARLIEST, 1, 1)))
def test_every_day_is_read_in_each_of_its_forms(day: dt.date) -> None:
    forms = (day.isoformat(), day.strftime("%d/%m/%Y"), day.strftime("%d.%m.%Y"))
    assert column(*forms).select(reading.date(TEXT))["text"].to_list() == [day] * 3


SPELT = table("""
text                  | normal
Mujer                 | mujer
MUJER                 | mujer
Niño                  | nino
NIÑO                  | nino
Explotación  sexual   | explotacion sexual
Côte d'Ivoire         | cote d'ivoire
ﬁlière                | filiere
पुरुष                 | परष
""")


@pytest.mark.parametrize(("text", "normal"), SPELT.rows())
def test_marks_case_and_blanks_do_not_distinguish_labels(text: str, normal: str) -> None:
    assert spelling(text) == normal
    assert spelling(f"\t {text}\u00a0\n") == normal


def test_a_mark_written_apart_is_the_same_mark() -> None:
    assert spelling(unicodedata.normalize("NFD", "Niño")) == spelling("Niño")


# Characters that Python does not know yet may have marks in Polars.
KNOWN = st.text(st.characters(exclude_categories=("Cn", "Cs")))


@settings(max_examples=300)
@given(st.lists(KNOWN, min_size=1, max_size=20))
def test_the_expression_and_the_function_spell_every_text_alike(texts: list[str]) -> None:
    spelt = column(*texts).select(reading.spelt(TEXT))["text"].to_list()
    assert spelt == [spelling(text) for text in texts]


def test_they_spell_every_character_alike_within_a_word_and_alone() -> None:
    codes = [chr(n) for n in range(0x110000)]
    known = [c for c in codes if unicodedata.category(c) not in ("Cn", "Cs", "Co")]
    texts = [*known, *(f"a{c}B" for c in known)]
    spelt = column(*texts).select(reading.spelt(TEXT))["text"].to_list()
    strange = [t for t, own in zip(texts, spelt, strict=True) if own != spelling(t)]
    assert strange == []


@given(KNOWN)
def test_a_normal_form_is_its_own_normal_form(text: str) -> None:
    assert spelling(spelling(text)) == spelling(text)
