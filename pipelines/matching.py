"""The second sealed child: who is who among the records of one country.

``start`` is the parent's side, as of ``intake``: a fresh interpreter, told on its standard input
what to open. It opens what the intake sealed of the persons, compares names in clear, and writes
groups of pseudonyms. Only two counts come back.
"""

import io
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field as Key
from pydantic import ValidationError

from data_contracts.model import Frozen
from pipelines import artefacts, children
from pipelines.errors import ENVIRONMENT, Refusal

if TYPE_CHECKING:
    import polars as pl

SECONDS = 600
# Beyond these, a second for so many bytes: pairs to look at grow a little faster than records.
BYTES_A_SECOND = 2**14
# A child beside others on a busy machine waits longer than it works.
WAITING = 4


class Job(Frozen):
    """What the child is asked: the sealed files of each submission, and where the groups go."""

    submissions: dict[str, tuple[Path, ...]]
    keys: Path
    out: Path
    secrets: dict[str, str] = Key(default_factory=dict, repr=False)


class Matched(Frozen):
    """How many records were compared, and how many are of persons who have several."""

    records: int
    repeated: int


class Unmatched(Refusal):
    """The sealed child could not compare the records of a country."""

    exit_code = ENVIRONMENT


def patience(job: Job) -> int:
    """The seconds of processor time that a child may work, by the size of its files."""
    files = (file for own in job.submissions.values() for file in own)
    return SECONDS + sum(file.stat().st_size for file in files if file.exists()) // BYTES_A_SECOND


def start(job: Job, country: str) -> Matched:
    """The parent's side; raises ``Unmatched`` whatever goes wrong, and nothing was counted."""
    try:
        said = children.ask(
            "matching",
            job.model_dump_json(),
            cpu_seconds=patience(job),
            seconds=WAITING * patience(job),
            reads=[
                *(job.keys / name for name in ("intake.key", "register.json")),
                *(f for own in job.submissions.values() for f in own),
            ],
            writes=[job.out.parent],
        )
        return Matched.model_validate_json(said)
    except (children.Ended, ValidationError):
        raise Unmatched(
            f"The records of {country} could not be compared with each other: memory or disk ran "
            "out, or the intake's key cannot be read. Nothing was counted. Mend it and run again."
        ) from None


def opened(job: Job) -> "pl.DataFrame":
    """What is known of the persons of all submissions, each record once."""
    import polars as pl

    from anonymize.matching import WHO
    from pipelines import keystore

    found = [
        pl.read_parquet(io.BytesIO(keystore.opened(file.read_bytes(), job.keys))).with_columns(
            submission=pl.lit(submission)
        )
        for submission, files in sorted(job.submissions.items())
        for file in files
    ]
    return pl.concat(found).unique(WHO, keep="first", maintain_order=True)


def match(job: Job) -> Matched:
    """Compare, and write the groups; in the sealed process only."""
    from anonymize import matching
    from data_contracts import load

    known = opened(job)
    found = matching.groups(known, load.matching(), load.policy())
    artefacts.parquet(found, job.out)
    return Matched(records=len(known), repeated=len(found))


def answer(question: str) -> str:
    """What was compared, of one job, both as JSON; in the sealed child."""
    from pipelines import settings

    job = Job.model_validate_json(question)
    settings.hand(job.keys, job.secrets)
    return match(job).model_dump_json()
