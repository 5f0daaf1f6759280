"""Safe records of invented victims, many of them, in the shape of the core: drawn by columns."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

COUNTRIES = ("XAA", "XAB", "XAC", "XAD", "XAE")
YEARS = ("2021", "2022", "2023", "2024", "2025")
QUARTERS = [f"{year}-Q{number}" for year in YEARS for number in (1, 2, 3, 4)]
UNITS = ("victim_identified", "victim_presumed")
AT_ONCE = 1_000_000
FORMS = ("P1", "P2", "P3", "P4", "P5", "P9", "_U")
# Each field with its codes; a field may be empty in a tenth of the records.
FIELDS: dict[str, tuple[str, ...]] = {
    "sex": ("F", "M", "_U"),
    "age_band": ("Y0T14", "Y15T17", "Y18T24", "Y25T34", "Y_GE35", "_U"),
    "citizenship": COUNTRIES,
    "citizenship_group": ("tipstat:national", "tipstat:foreign", "_U"),
    "origin": COUNTRIES,
    "destination": COUNTRIES,
    "place": ("tipstat:border", "tipstat:workplace", "tipstat:street", "tipstat:online"),
    "authority": ("tipstat:police", "tipstat:justice", "tipstat:government"),
}
# Of a hundred persons, seven have a second record.
PERSONS = 0.93


def drawn(codes: Sequence[str], rows: int, rng: np.random.Generator) -> pl.Series:
    """A column of codes, without any in every tenth row."""
    places = rng.integers(0, len(codes), rows).astype(np.uint32)
    whole = pl.Series(codes).gather(pl.Series(places)).to_frame("code")
    filled = pl.Series("filled", rng.random(rows) > 0.1)
    return whole.select(pl.when(filled).then("code"))["code"]


def pseudonyms(numbers: np.ndarray) -> pl.Series:
    """Texts as long as pseudonyms."""
    series = pl.Series(numbers.astype(np.uint64))
    parts = [series.hash(seed).cast(pl.String).str.zfill(20).str.head(16) for seed in (1, 2)]
    return parts[0] + parts[1]


def victims(first: int, rows: int, of: int) -> pl.DataFrame:
    """``rows`` records from number ``first`` on, of a dataset of ``of``."""
    rng = np.random.default_rng(first)
    persons = int(of * PERSONS)
    numbers = np.arange(first, first + rows)
    who = np.where(numbers < persons, numbers, rng.integers(0, persons, rows))
    home = who % len(COUNTRIES)
    key = (who.astype(np.uint64) * np.uint64(2654435761)) % np.uint64(2**32)
    case = rng.integers(0, max(of // 2, 1), rows) * len(COUNTRIES) + home
    return pl.DataFrame(
        {
            "country": pl.Series(COUNTRIES).gather(pl.Series(home.astype(np.uint32))),
            "period": pl.Series(QUARTERS).gather(
                pl.Series(rng.integers(0, len(QUARTERS), rows).astype(np.uint32))
            ),
            "source": drawn(("police", "shelters"), rows, rng).fill_null("police"),
            "submission": "s1",
            "record": pseudonyms(numbers),
            "case": pseudonyms(case),
            "unit": drawn(UNITS, rows, rng).fill_null(UNITS[0]),
            "person_key": pl.Series(key.astype(np.int64)),
            **{name: drawn(codes, rows, rng) for name, codes in FIELDS.items()},
        }
    )


def answers(records: pl.DataFrame, seed: int) -> pl.DataFrame:
    """One form of exploitation a record, and a second for every seventh."""
    rng = np.random.default_rng(seed + 1)
    first = rng.integers(0, len(FORMS), len(records))
    second = (first + 1) % len(FORMS)
    asked = records.select("country", "source", "submission", "record")
    parts = [
        asked.with_columns(code=pl.Series(FORMS).gather(pl.Series(codes.astype(np.uint32))))
        for codes in (first, second)
    ]
    both = pl.concat([parts[0], parts[1].filter(pl.Series(rng.random(len(records)) < 1 / 7))])
    return both.with_columns(field=pl.lit("exploitation"))


def write(folder: Path, rows: int) -> Path:
    """A core folder of ``rows`` records, written piece by piece."""
    folder.mkdir(parents=True, exist_ok=True)
    for start in range(0, rows, AT_ONCE):
        records = victims(start, min(AT_ONCE, rows - start), rows)
        records.write_parquet(folder / f"rows-{start:012}.parquet")
        answers(records, start).write_parquet(folder / f"answers-{start:012}.parquet")
    for name in ("rows", "answers"):
        parts = pl.scan_parquet(folder / f"{name}-*.parquet")
        parts.sink_parquet(folder / f"{name}.parquet")
        for part in folder.glob(f"{name}-*.parquet"):
            part.unlink()
    return folder
