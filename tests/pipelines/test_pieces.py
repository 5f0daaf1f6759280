"""A file is taken in piece by piece; where it is cut is seen in nothing that comes out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
import pytest

from data_contracts.verdict import Verdict
from pipelines import keystore, sealed, spool
from pipelines.arrivals import Arrived
from pipelines.intake import PERSONS, Job
from sources import rows, streams
from sources.synthetic import Region, Submission

pytestmark = pytest.mark.xdist_group("tiny")
QUARTER, ABOUT, AT_ONCE = "2023-Q1", 7, 10
Written = dict[str, list[tuple[object, ...]]]


@dataclass(frozen=True)
class Taken:
    """What came of a submission, and in how many frames."""

    verdict: Verdict
    written: Written
    frames: int


def written(out: Path, keys: Path) -> Written:
    """The rows of all datasets in their order; of what persons are recognised by, in any.

    A folder of ours that is left over is told too.
    """
    found = {file.name: pl.read_parquet(file).rows() for file in out.glob("*.parquet")}
    for file in out.glob(f"{PERSONS}.*.age"):
        known = pl.read_parquet(keystore.opened(file.read_bytes(), keys)).rows()
        found.setdefault(file.name.rsplit(".", 2)[0], []).extend(known)
    alike = {n: sorted(r, key=repr) if n.startswith(PERSONS) else r for n, r in found.items()}
    return alike | {folder.name: [] for folder in out.iterdir() if folder.is_dir()}


def taken(one: Submission, out: Path, keys: Path, patch: pytest.MonkeyPatch) -> Taken:
    """Take a submission in, here and not in a child."""
    frames: list[int] = []
    reading = Arrived.frames

    def counted(file: Arrived) -> Iterator[pl.DataFrame]:
        for frame in reading(file):
            frames.append(len(frame))
            yield frame

    out.mkdir()
    asked = {name: getattr(one, name) for name in ("files", "layout", "period", "country")}
    with patch.context() as patched:
        patched.setattr(Arrived, "frames", counted)
        verdict = sealed.take_in(Job(**asked, keys=keys, out=out))
    return Taken(verdict, written(out, keys), len(frames))


def judged(verdict: Verdict) -> Verdict:
    """A verdict with the names of dropped columns, but not what is in them.

    That is told of the first rows of the first piece, of which a small one has few.
    """
    dropped = {file: dict.fromkeys(names, ()) for file, names in verdict.undeclared.items()}
    return verdict.model_copy(update={"undeclared": dropped})


def alike(one: Submission, folder: Path, keys: Path, patch: pytest.MonkeyPatch) -> Taken:
    """What came of it, the same whole and in pieces."""
    whole = taken(one, folder / "whole", keys, patch)
    with patch.context() as small:
        size = max(file.stat().st_size for file in one.files)
        small.setattr(streams, "PIECE", size // ABOUT)
        small.setattr(rows, "ROWS_AT_A_TIME", ABOUT)
        small.setattr(spool, "AT_ONCE", AT_ONCE)
        pieces = taken(one, folder / "pieces", keys, patch)
    assert judged(pieces.verdict) == judged(whole.verdict)
    assert pieces.written == whole.written
    assert pieces.frames > 2 * whole.frames
    return pieces


def of(region: Region, layout: str) -> Submission:
    return next(s for s in region.submissions if (s.layout, s.period) == (layout, QUARTER))


def changed(one: Submission, folder: Path, change: Callable[[list[str]], list[str]]) -> Submission:
    """The submission with other lines in its first file."""
    first, *others = one.files
    lines = first.read_text().splitlines(keepends=True)
    file = folder / first.name
    file.write_text("".join(change(lines)))
    return replace(one, files=(file, *others))


@pytest.mark.parametrize("layout", ["xaa_police", "xaa_shelters", "xaa_assistance", "xab_ministry"])
def test_what_an_agency_sends_is_the_same_whole_and_in_pieces(
    layout: str, tiny: Region, tmp_path: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = alike(of(tiny, layout), tmp_path, keys, monkeypatch)
    assert one.verdict.rows_kept > 0
    assert {name.split(".")[0] for name in one.written} > {PERSONS}


def test_a_record_that_comes_again_in_a_later_piece_is_still_a_repetition(
    tiny: Region, tmp_path: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = of(tiny, "xab_ministry")
    again = changed(before, tmp_path, lambda lines: [*lines, *lines[1:4]])
    one = alike(again, tmp_path, keys, monkeypatch)
    assert one.verdict.set_aside["repeated"] >= 3


def unnumbered(lines: list[str]) -> list[str]:
    """Rows without numbers, each of them twice, far apart."""
    bare = [line[line.index(";") :] for line in lines[1:]]
    return [lines[0], *bare, *bare]


def test_rows_without_numbers_are_told_apart_across_pieces(
    tiny: Region, tmp_path: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = changed(of(tiny, "xaa_assistance"), tmp_path, unnumbered)
    one = alike(bare, tmp_path, keys, monkeypatch)
    records = pl.Series([row[0] for row in one.written["services.parquet"]])
    assert records.n_unique() == len(records) == one.verdict.rows_out["services"]


def too_early(lines: list[str]) -> list[str]:
    """A follow-up before its client is served, three times, without numbers."""
    served = next(line.split(";") for line in lines if ";atención brindada;" in line.lower())
    early = ";".join(["", served[1], "Seguimiento a los 3 meses", "01/01/2023", *served[4:]])
    return [lines[0], early, *unnumbered(lines)[1:], early, early]


def test_rows_are_numbered_again_without_those_that_contradict_others(
    tiny: Region, tmp_path: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    early = changed(of(tiny, "xaa_assistance"), tmp_path, too_early)
    one = alike(early, tmp_path, keys, monkeypatch)
    assert one.verdict.set_aside["conflict"] == 3


def test_a_quotation_that_never_ends_is_noticed_late_in_a_file(
    tiny: Region, tmp_path: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def open_ended(lines: list[str]) -> list[str]:
        return [*lines[:-2], '"' + lines[-2], lines[-1]]

    unclosed = changed(of(tiny, "xaa_assistance"), tmp_path, open_ended)
    one = alike(unclosed, tmp_path, keys, monkeypatch)
    assert [fault.code for fault in one.verdict.faults] == ["READ-01"]
    assert one.written == {}
