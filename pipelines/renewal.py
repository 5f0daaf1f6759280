"""The sealed child that rotates a key: what is stored goes through the new generation once.

``start`` is the parent's side, as of ``intake``. The child gets the new generation on its
standard input, reads what the earlier ones made, and writes what replaces it as drafts of a
``Change``. It needs none of the earlier generations, and it is the only one that opens a file
of the inbox.
"""

import io
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field as Key

from data_contracts.model import Frozen
from pipelines import children, keybook
from pipelines.errors import ENVIRONMENT, Refusal

if TYPE_CHECKING:
    import polars as pl

    from anonymize.identity import Chain

SECONDS = 600
# Beyond these, a second for so many bytes.
BYTES_A_SECOND = 2**21
WAITING = 4
# As many rows at once as a spool holds.
PIECE = 250_000


class Job(Frozen):
    """What the child is asked: which files become which drafts.

    ``rows`` are safe files and ``persons`` what is sealed of persons, whose ``columns`` go through
    ``generation``; ``sealed`` are sealed anew, to ``recipient``.
    """

    keys: Path
    recipient: str
    generation: str = Key(default="", repr=False)
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Path, Path], ...] = ()
    persons: tuple[tuple[Path, Path], ...] = ()
    sealed: tuple[tuple[Path, Path], ...] = ()
    secrets: dict[str, str] = Key(default_factory=dict, repr=False)


class NotRenewed(Refusal):
    """What is stored could not go through the new generation; nothing was changed."""

    exit_code = ENVIRONMENT


def patience(job: Job) -> int:
    """The seconds of processor time that a child may work, by the size of its files."""
    files = [file for file, _ in (*job.rows, *job.persons, *job.sealed)]
    return SECONDS + sum(file.stat().st_size for file in files) // BYTES_A_SECOND


def start(job: Job) -> None:
    """The parent's side; raises ``NotRenewed``."""
    pairs = (*job.rows, *job.persons, *job.sealed)
    names = ("intake.key", "intake.pub", keybook.FILE)
    try:
        children.ask(
            "renewal",
            job.model_dump_json(),
            cpu_seconds=patience(job),
            seconds=WAITING * patience(job),
            reads=(*(job.keys / name for name in names), *(source for source, _ in pairs)),
            writes={draft.parent for _, draft in pairs},
        )
    except children.Ended:
        raise NotRenewed(
            "The key was not rotated: a stored file could not be read or rewritten. Nothing was "
            "changed. See that there is space for everything twice, run `tipstat keys check`, and "
            "try again."
        ) from None


def renewed(frame: "pl.DataFrame", columns: tuple[str, ...], later: "Chain") -> "pl.DataFrame":
    """``frame`` with those of ``columns`` that it has under the later generations."""
    import polars as pl

    from anonymize import identity

    found = [name for name in columns if name in frame.columns]
    return frame.with_columns(identity.renewed(pl.col(name), later) for name in found)


def _rows(source: Path, draft: Path, columns: tuple[str, ...], later: "Chain") -> None:
    """A safe file as the intake would write it under all generations."""
    import polars as pl

    from pipelines.spool import Spool

    scan = pl.scan_parquet(source)
    total = scan.select(pl.len()).collect().item()
    spool = Spool(f"{draft.name}-spool", draft.parent)
    for start in range(0, max(total, 1), PIECE):
        piece = renewed(scan.slice(start, PIECE).collect(), columns, later)
        spool.add(piece.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64)))
    spool.write(pl.DataFrame(schema={"row": pl.Int64}))
    (draft.parent / f"{spool.name}.parquet").replace(draft)


def _persons(source: Path, draft: Path, job: Job, later: "Chain") -> None:
    """What is sealed of persons, under their records' new pseudonyms, in the new order."""
    import polars as pl

    from pipelines import keystore
    from pipelines.spool import KEY

    known = pl.read_parquet(io.BytesIO(keystore.opened(source.read_bytes(), job.keys)))
    data = io.BytesIO()
    renewed(known, job.columns, later).sort(KEY).write_parquet(data, statistics=False)
    draft.write_bytes(keystore.sealed_to(job.recipient, data.getvalue()))


def _sealed(source: Path, draft: Path, job: Job) -> None:
    """A sealed file for another recipient, piece by piece."""
    from pipelines import keystore, unsealing

    with unsealing.opened(source, job.keys) as plain, draft.open("wb") as out:
        keystore.seal_stream(plain, out, job.recipient)


def renew(job: Job) -> None:
    """Write every draft; in the sealed process only."""
    later = (bytes.fromhex(job.generation),) if job.generation else ()
    for source, draft in job.rows:
        _rows(source, draft, job.columns, later)
    for source, draft in job.persons:
        _persons(source, draft, job, later)
    for source, draft in job.sealed:
        _sealed(source, draft, job)


def answer(question: str) -> str:
    """Do one job, told as JSON; there is nothing to say. In the sealed child."""
    from pipelines import settings

    job = Job.model_validate_json(question)
    settings.hand(job.keys, job.secrets)
    renew(job)
    return ""
