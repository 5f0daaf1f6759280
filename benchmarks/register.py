"""A register of invented persons in the columns of an inspection, as large as asked, by columns.

Three identity columns and thirty fields, the last of them flags as in CTDC's published records,
and one dataset that they feed. The same number of rows gives the same bytes. Nobody in it exists.
"""

from pathlib import Path

import numpy as np
import polars as pl

from sources.synthetic.spoken import words

LAYOUT, COUNTRY, PERIOD = "xad_labour", "XAD", "2024-Q1"
# A mark of Unicode before the header overrules the encoding of the layout.
MARK, BETWEEN = b"\xef\xbb\xbf", ";"
AT_ONCE = 500_000
SYLLABLES = ("ba", "de", "ki", "lo", "mu", "na", "ra", "sel", "tor", "vin", "zu", "mir")
FAMILIES, GIVEN = 20_000, 4_000
IDENTITY = ("Фамилия работника", "Имя работника", "Документ")
# Fields of a few words: which list says the words, and the codes; none is a gap.
CODED: dict[str, tuple[str, tuple[str, ...]]] = {
    "Пол": ("sex", ("F", "M", "F", "")),
    "Гражданство": ("country", ("XAA", "XAB", "XAC", "XAD", "")),
    "Согласие": ("consent", ("tipstat:statistics",)),
    "Населённый пункт": ("town", ("XAD-1", "XAD-2", "XAD-3", "XAD-4", "")),
    "Вид эксплуатации": ("exploitation", ("P1", "P2", "tipstat:begging", "tipstat:domestic_work")),
}
SAID = {
    "Нарушение": ("Торговля людьми",),
    "Адрес": ("", "улица 7"),
    "Объяснения": ("", "", "Работала без выходных и без договора."),
}
FLAGS = tuple(f"flag_{number:02}" for number in range(18))
Random = np.random.Generator


def _words(count: int, random: Random) -> pl.Series:
    """Invented names of two to four syllables, some with an accent."""
    parts = random.choice(SYLLABLES, (count, 4))
    sizes = random.integers(2, 5, count)
    names = ["".join(row[:size]).title() for row, size in zip(parts, sizes, strict=True)]
    return pl.Series([n.replace("a", "á", 1) if i % 10 == 0 else n for i, n in enumerate(names)])


def _picked(words: pl.Series, rows: int, random: Random) -> pl.Series:
    """Few names are common and most are rare."""
    place = (len(words) * random.random(rows) ** 3).astype(np.uint32)
    return words.gather(pl.Series(place))


def _days(first: str, days: int, rows: int, random: Random) -> pl.Series:
    start = pl.Series([first]).str.to_date().cast(pl.Int32).item()
    numbers = pl.Series(start + random.integers(0, days, rows), dtype=pl.Int32)
    return numbers.cast(pl.Date).cast(pl.String)


def _part(start: int, rows: int, names: tuple[pl.Series, pl.Series]) -> pl.DataFrame:
    random = np.random.default_rng(start)
    numbers = pl.Series(np.arange(start, start + rows)).cast(pl.String)
    columns = {
        "№ акта": "A-" + numbers,
        "Дата проверки": _days("2024-01-01", 91, rows, random),
        IDENTITY[0]: _picked(names[1], rows, random),
        IDENTITY[1]: _picked(names[0], rows, random),
        IDENTITY[2]: pl.Series(random.integers(10**8, 10**9, rows)).cast(pl.String),
        "Дата рождения": _days("1960-01-01", 20_000, rows, random),
        "Телефон": pl.Series(random.integers(10**8, 10**9, rows)).cast(pl.String),
    }
    for name, (of, codes) in CODED.items():
        said = pl.Series([words("ru")[of, code][0] if code else "" for code in codes])
        columns[name] = _picked(said, rows, random)
    for name, texts in SAID.items():
        columns[name] = _picked(pl.Series(texts), rows, random)
    for name in FLAGS:
        columns[name] = pl.Series(random.integers(0, 2, rows)).cast(pl.String)
    return pl.DataFrame(columns)


def write(file: Path, rows: int) -> Path:
    """A register of so many rows."""
    random = np.random.default_rng(7)
    names = _words(GIVEN, random), _words(FAMILIES, random)
    with file.open("wb") as out:
        out.write(MARK)
        for start in range(0, rows, AT_ONCE):
            part = _part(start, min(AT_ONCE, rows - start), names)
            part.write_csv(out, include_header=not start, separator=BETWEEN)
    return file
