"""Whoever is known from one quarter is known in the next, though every key was rotated between."""

import datetime as dt
import hashlib
import hmac
from pathlib import Path

import polars as pl
import pytest

from pipelines import inbox, keystore, rotation
from pipelines.run import run
from pipelines.settings import Workspace
from sources.synthetic import Region, Submission
from tests.pipelines import approving
from tests.pipelines.workspaces import copied, send, with_fixed_keys, workspace

pytestmark = [pytest.mark.xdist_group("tiny"), pytest.mark.slow]
ROTATED = ("XAA/identity", "region", "linking", "intake", "signing", "region")
DIGITS = 32


def of_aranda(region: Region) -> tuple[list[Submission], list[Submission]]:
    """What the agencies of Aranda send for the first quarter of the year, and for the second."""
    own = [one for one in region.submissions if one.layout in ("xaa_police", "xaa_assistance")]
    first, second = sorted({one.period for one in own if one.period})[:2]
    return [s for s in own if s.period == first], [s for s in own if s.period == second]


def persons(place: Workspace) -> pl.DataFrame:
    """Everybody who is stored, by key, token and the period of their submission."""
    periods = {one.submission: one.period for one in inbox.received(place)}
    files = [f for f in place["safe"].glob("*/*.parquet") if is_of_persons(f)]
    return pl.concat(
        pl.read_parquet(file, columns=["person_key", "link_token"]).with_columns(
            period=pl.lit(periods[file.stem])
        )
        for file in files
    )


def is_of_persons(file: Path) -> bool:
    return "person_key" in pl.read_parquet_schema(file)


def renewed(value: str, secrets: list[str]) -> str:
    """What later generations make of a token, in plain Python."""
    for secret in secrets:
        told = f"10:generation1:2{len(value)}:{value}".encode()
        value = hmac.new(secret.encode(), told, hashlib.sha256).hexdigest()[:DIGITS]
    return value


def test_who_was_met_before_the_rotation_is_known_after_it(tiny: Region, tmp_path: Path) -> None:
    place = with_fixed_keys(workspace(tmp_path / "region"))
    keystore.welcome(place, "XAA")
    first, second = of_aranda(tiny)
    for day, one in enumerate(first, start=1):
        send(place, one, day)
    made = run(place)
    assert made.release
    moment = dt.datetime(2024, 3, 1, tzinfo=dt.UTC)
    approving.publish(place.root, made.release, moment, keystore.signing_key(place))
    never = copied(place, tmp_path / "never")
    later = []
    for name in ROTATED:
        rotation.rotate(place, name)
        later += [keystore.held(place["keys"], name)[-1]] if name in ("region", "linking") else []
    for day, one in enumerate(second, start=10):
        send(place, one, day)
        send(never, one, day)
    was, now = persons(never), persons(place)
    earlier, later_on = was.partition_by("period", maintain_order=True)
    for name in ("person_key", "link_token"):
        assert set(earlier[name].drop_nulls()) & set(later_on[name].drop_nulls())
    expected = {(key, token and renewed(token, later)) for key, token, _ in was.iter_rows()}
    assert {(key, token) for key, token, _ in now.iter_rows()} == expected
    assert not set(was["link_token"].drop_nulls()) & set(now["link_token"].drop_nulls())
    assert run(place).release
