"""Safe rows on their way to Parquet: sorted in the end, without all of them in memory.

A pseudonym begins with random digits. Once there are many rows they are laid down by the first,
beside the place where they will stand; the sixteen parts, one by one, make the file.
"""

import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
from polars.io.plugins import register_io_source

from pipelines import artefacts, keystore, whole

# So many rows are sorted in memory.
AT_ONCE = 250_000
KEY = "record"
DIGITS = "0123456789abcdef"


@dataclass
class Spool:
    """The rows of one dataset: in memory while they are few, or have no pseudonym."""

    name: str
    out: Path
    held: list[pl.DataFrame] = field(default_factory=list)
    rows: int = 0
    laid: int = 0

    @property
    def folder(self) -> Path:
        return self.out / f".{self.name}"

    def add(self, frame: pl.DataFrame) -> None:
        """Take more rows; they have ``row``, their number in the file."""
        self.held.append(frame)
        self.rows += len(frame)
        if self.rows > AT_ONCE and KEY in frame.columns:
            self._lay()

    def _lay(self) -> None:
        held, self.held = pl.concat(self.held), []
        self.laid += 1
        parts = held.with_columns(part=pl.col(KEY).str.head(1)).partition_by(
            "part", as_dict=True, include_key=False
        )
        for (digit,), part in parts.items():
            place = self.folder / str(digit)
            place.mkdir(parents=True, exist_ok=True)
            part.write_ipc(place / f"{self.laid:06}.arrow", compression="lz4")

    def _parts(self, gone: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """All rows but those that are gone, part by part, each sorted."""
        for digit in DIGITS if self.laid else ():
            files = sorted((self.folder / digit).glob("*.arrow"))
            if files:
                yield from _by_second(pl.concat([pl.read_ipc(f) for f in files]), gone)
        if self.held:
            yield _sorted(pl.concat(self.held), gone)

    def write(self, gone: pl.DataFrame) -> None:
        """The dataset's file, in an order that says nothing of that in which rows came."""
        parts = self._parts(gone)
        first = next(parts)
        schema = first.schema

        def source(*_: object) -> Iterator[pl.DataFrame]:
            yield first
            yield from parts

        with whole.file(self.out / f"{self.name}.parquet") as draft:
            if not self.laid:
                artefacts.parquet(first, draft)
            else:
                register_io_source(source, schema=schema).sink_parquet(
                    draft, statistics=False, row_group_size=AT_ONCE
                )
        self.clear()

    def clear(self) -> None:
        """Remove what was laid down."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _by_second(part: pl.DataFrame, gone: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """A part in order, piece by piece: sorted at once, it would be held three times."""
    second = part[KEY].str.slice(1, 1)
    for digit in DIGITS:
        if len(piece := part.filter(second == digit)):
            yield _sorted(piece, gone)


def _sorted(frame: pl.DataFrame, gone: pl.DataFrame) -> pl.DataFrame:
    """Without those that are gone, by pseudonym where there is one."""
    kept = frame.join(gone, on="row", how="anti").drop("row")
    names = sorted(kept.columns, key=lambda name: (name != KEY, name))
    return kept.sort(names)


class Recognised:
    """What the persons of one feed are recognised by, encrypted to the intake as it comes."""

    def __init__(self, start: str, out: Path, keys: Path) -> None:
        self.start, self.out, self.keys = start, out, keys
        self.held: list[pl.DataFrame] = []
        self.sealed: list[tuple[Path, pl.Series]] = []

    def add(self, known: pl.DataFrame) -> None:
        """Take more persons; they have ``row``, the number of their row in the file."""
        if len(known):
            self.held.append(known)
        if sum(map(len, self.held)) > AT_ONCE:
            self._seal()

    def _seal(self) -> None:
        known, self.held = pl.concat(self.held).sort(KEY), []
        file = self.out / f"{self.start}.{len(self.sealed)}.age"
        self._write(file, known)
        self.sealed.append((file, known["row"]))

    def _write(self, file: Path, known: pl.DataFrame) -> None:
        data = io.BytesIO()
        artefacts.parquet(known.drop("row"), data)
        whole.write(file, keystore.sealed(data.getvalue(), self.keys))

    def write(self, gone: pl.DataFrame) -> None:
        """Seal the rest, without those that are gone."""
        if self.held:
            self._seal()
        for file, rows in self.sealed:
            if rows.is_in(gone["row"].implode()).any():
                known = pl.read_parquet(keystore.opened(file.read_bytes(), self.keys))
                self._write(file, known.insert_column(0, rows).join(gone, on="row", how="anti"))

    def clear(self) -> None:
        """Remove what was sealed."""
        for file, _ in self.sealed:
            file.unlink(missing_ok=True)
