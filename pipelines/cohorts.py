"""Who was first accepted when, and who is in a cohort that is closed; for ourselves alone.

A person is stored under the keys with which her records came out of the gate in, and looked at
under the keys of today: that two of them are one person is learnt later, and may be unlearnt. Both
stores are only added to. A cohort is closed by the file of its members: whoever is accepted
afterwards belongs to the next one, and nobody is ever in two.
"""

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from anonymize.microdata_cohorts import COHORT, MEMBER, assigned, members_of
from data_contracts import load
from data_contracts.periods import FORM
from pipelines import artefacts, inbox, submissions, takings, whole
from pipelines.errors import WRONG_USAGE, Refusal
from pipelines.settings import Workspace
from transforms import link

FOLDER, ACCEPTED, NOTED, MEMBERS = "cohorts", "accepted.parquet", "noted.json", "members.parquet"
DATASET = "victims"
OWN = {"own": pl.Int64, "pool": pl.String, "year": pl.String}


class NotToClose(Refusal):
    """The cohort of that year cannot be closed, or it is closed."""

    exit_code = WRONG_USAGE


def asked(workspace: Workspace, year: str, now: dt.datetime) -> Workspace:
    """The workspace as a run sees it that closes the cohort of ``year``; raises ``NotToClose``."""
    if not FORM.fullmatch(year) or "-Q" in year or int(year) > now.year:
        raise NotToClose(f"{year!r} is no year that has begun: name one, as {now.year}.")
    if year in closed(workspace):
        raise NotToClose(
            f"The cohort of {year} is closed. Its rows are made once and never again: see "
            "`tipstat release show` for where they are. Who came since is in the next cohort."
        )
    return workspace.model_copy(update={"closing": year})


def name(year: str) -> str:
    """What the cohort of a year is called in files and on pages."""
    return f"{load.microdata().thresholds.pool.value}-{year}"


def folder(workspace: Workspace, year: str) -> Path:
    """Where everything lies that belongs to one cohort."""
    return workspace[FOLDER] / name(year)


def closed(workspace: Workspace) -> list[str]:
    """The years whose cohorts are closed, the first one first."""
    files = workspace[FOLDER].glob(f"*/{MEMBERS}")
    return sorted(file.parent.name.rpartition("-")[2] for file in files)


def accepted(workspace: Workspace) -> pl.DataFrame:
    """``own``, ``pool`` and ``year`` of everybody who was noted."""
    file = workspace[FOLDER] / ACCEPTED
    return pl.read_parquet(file) if file.exists() else pl.DataFrame(schema=OWN)


def note(workspace: Workspace) -> None:
    """Note whose records were accepted since, with the year; who is noted stays as she is.

    Whoever is killed in between notes the same again, which changes nothing.
    """
    known, file = accepted(workspace), workspace[FOLDER] / NOTED
    done = set(json.loads(file.read_bytes())) if file.exists() else set()
    sent = [one.submission for one in submissions.accepted(workspace) if DATASET in one.datasets]
    new = [taking for taking in sent if taking not in done]
    if not new:
        return
    found = pl.concat([pl.DataFrame(schema=OWN), *_first(workspace, new)]).sort("year", "pool")
    every = pl.concat([known, found]).unique("own", keep="first", maintain_order=True)
    _write(every, workspace[FOLDER] / ACCEPTED)
    whole.write(file, json.dumps(sorted(done | set(new))).encode())


def _first(workspace: Workspace, takings_: Sequence[str]) -> list[pl.DataFrame]:
    """Who is in these takings, with the year of the moment, or of the cohort after the last."""
    received = {one.submission: one.received for one in inbox.received(workspace)}
    least = max(map(int, closed(workspace)), default=0) + 1
    found = []
    for taking in takings_:
        verdict = takings.verdict(workspace, taking)
        own = received[takings.submission_of(taking)]
        moment = (verdict.taken if verdict else None) or own
        year = str(max(moment.astimezone(dt.UTC).year, least))
        file = workspace[takings.SAFE] / DATASET / f"{taking}.parquet"
        if file.exists():
            rows = pl.read_parquet(file, columns=["person_key", "country"]).unique()
            found.append(rows.select(own="person_key", pool="country", year=pl.lit(year)))
    return found


def _write(frame: pl.DataFrame, file: Path) -> None:
    with whole.file(file) as draft:
        artefacts.parquet(frame, draft)


def under(own: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    """``own`` with ``person``: her key of today. ``keys`` as ``transforms.link`` has them."""
    asked = own.with_columns(person_key="own").rename({"own": "as noted"})
    found: pl.DataFrame = link.applied(asked.lazy(), keys.lazy()).collect()
    return found.rename({"as noted": "own", "person_key": "person"})


def members(workspace: Workspace) -> pl.DataFrame:
    """``own``, ``pool`` and ``year`` of everybody in a closed cohort, as it was closed."""
    files = sorted(workspace[FOLDER].glob(f"*/{MEMBERS}"))
    return pl.concat([pl.DataFrame(schema=OWN), *map(pl.read_parquet, files)])


def standing(workspace: Workspace, keys: pl.DataFrame) -> pl.DataFrame:
    """Everybody who was ever accepted: ``person``, ``pool``, ``year``, ``standing``."""
    everybody, inside = under(accepted(workspace), keys), under(members(workspace), keys)
    # Two members who turned out to be one have had their rows; nobody has a third.
    first = inside.sort("year", "pool").unique("person", keep="first", maintain_order=True)
    years = pl.DataFrame({"year": closed(workspace)}, schema={"year": pl.String})
    shut = everybody.select("pool").unique().join(years, how="cross")
    return assigned(everybody, first, shut.select(*COHORT))


def close(workspace: Workspace, year: str, keys: pl.DataFrame) -> None:
    """Freeze who is in the cohort of a year, under all of her own keys; an empty one stays open."""
    now = standing(workspace, keys)
    chosen = members_of(now, now["pool"].unique().to_list(), year)
    own = under(accepted(workspace), keys).select("own", "person")
    frozen = own.join(chosen, on="person").select(*OWN).sort("own")
    if not frozen.is_empty():
        _write(frozen, folder(workspace, year) / MEMBERS)


def persons(workspace: Workspace, year: str, keys: pl.DataFrame) -> pl.DataFrame:
    """``person`` of everybody in the closed cohort of a year and in no earlier one."""
    mine = (pl.col("year") == year) & (pl.col("standing") == MEMBER)
    return standing(workspace, keys).filter(mine).select("person")


def spenders(workspace: Workspace, year: str) -> list[str]:
    """The cohorts of a year by country: each of them pays for the rows of all together."""
    pools = pl.read_parquet(folder(workspace, year) / MEMBERS)["pool"].unique().sort()
    return [f"{pool} {year}" for pool in pools]
