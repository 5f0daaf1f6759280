"""What published releases last said of each cell: it stays, but for what an annual revision moves.

Beside each release, for ourselves, lies in which release each of its cells was drawn: what came
later is compared with the people of that one. What a withdrawn release said stays too, because
readers have seen it; what today's rules hide of that is not said again.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

from anonymize.disclosure import hide
from anonymize.settling import ABSENT, may_move, settled
from data_contracts import load
from pipelines import releases, speakers
from pipelines.settings import Workspace

TABLES, OTHER_RULE, TURNOVER, DRAWN = "tables", "other_rule", "turnover", "drawn"


class Said(NamedTuple):
    """A table as it was last published, and in which release each of its cells was drawn.

    ``withdrawn`` in ``cells`` marks what a release said that was withdrawn since.
    """

    cells: pl.DataFrame
    drawn: pl.DataFrame


def said(workspace: Workspace, name: str, keys: Sequence[str]) -> Said | None:
    """What the published releases last said of a table with these keys; none where none did."""
    cells, drawn = [], []
    for one in reversed(speakers.published(workspace)):
        folder = releases.kept(workspace.root, one.release)
        file = folder / TABLES / f"{name}.parquet"
        if not file.exists() or not set(keys) <= set((table := pl.read_parquet(file)).columns):
            continue
        there = table.filter(~pl.col("obs_status").is_in(ABSENT))
        is_gone = folder.parent.name == releases.WITHDRAWN
        cells.append(there.with_columns(withdrawn=pl.lit(is_gone)))
        drawn.append(_drawn(workspace, one.release, name, there.select(keys)))
    if not cells:
        return None
    last = [pl.concat(parts, how="diagonal").unique(keys, keep="first") for parts in (cells, drawn)]
    return Said(*(part.sort(keys) for part in last))


def _drawn(workspace: Workspace, release: str, name: str, keys: pl.DataFrame) -> pl.DataFrame:
    """The cells of a release and the release in which each was drawn: an earlier one, or itself."""
    file = workspace[speakers.VINTAGES] / release / DRAWN / f"{name}.parquet"
    earlier = (
        pl.read_parquet(file) if file.exists() else keys.clear().with_columns(drawn=pl.lit(""))
    )
    found = keys.join(earlier, on=keys.columns, how="left")
    return found.with_columns(pl.col("drawn").fill_null(release))


class Settled(NamedTuple):
    """A table that may leave, and the keys of what another rule than rounding hid in it."""

    frame: pl.DataFrame
    other_rule: pl.DataFrame


class Gate(NamedTuple):
    """What decides which cells move: who moved between vintages, and what rounds their number."""

    cube: Path
    key: bytes
    epoch: str

    def moving(self, name: str, keys: Sequence[str]) -> pl.DataFrame:
        """The keys of the cells of a table that may move; outside a revision none."""
        file = self.cube / TURNOVER / f"{name}.parquet"
        if not file.exists():
            return pl.DataFrame(schema=dict.fromkeys(keys, pl.String))
        parts = list(load.tables()[name].dimensions)
        found = may_move(pl.read_parquet(file), parts, self.key, self.epoch, load.policy())
        return found.select(keys)


def settle(workspace: Workspace, name: str, made: Settled, gate: Gate) -> Settled:
    """A table of persons as it was made from the present cube, with all that stays as published."""
    keys = made.other_rule.columns
    before = said(workspace, name, keys)
    if before is None:
        return made
    moving = gate.moving(name, keys)
    stays = _stays(before, made.frame, moving)
    fresh = made.other_rule.join(stays, on=keys, how="anti")
    kept = _other_rule(workspace, name, stays)
    doubted = _doubted(before.cells, made.frame, keys)
    frame = hide(settled(made.frame, before.cells, moving), doubted)
    return Settled(frame, pl.concat([fresh, kept, doubted]).unique())


def _doubted(before: pl.DataFrame, now: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """The cells that a withdrawn release shows and that today's rules hide."""
    shown = before.filter("withdrawn", pl.col("value").is_not_null()).select(keys)
    hidden = now.filter(pl.col("conf_status") == "C").select(keys)
    return shown.join(hidden, on=list(keys), how="semi")


def drawn(workspace: Workspace, name: str, frame: pl.DataFrame, gate: Gate) -> pl.DataFrame:
    """The cells of a table that stay as published, with the release in which each was drawn."""
    keys = load.tables()[name].key
    before = said(workspace, name, keys)
    if before is None:
        schema = dict.fromkeys([*keys, "drawn"], pl.String)
        return pl.DataFrame(schema=schema)
    return _stays(before, frame, gate.moving(name, keys))


def _stays(before: Said, now: pl.DataFrame, moving: pl.DataFrame) -> pl.DataFrame:
    """The published cells of a table that do not move; what nobody fills any more stays."""
    keys = moving.columns
    there = now.filter(~pl.col("obs_status").is_in(ABSENT)).select(keys)
    moved = moving.join(there, on=keys, how="semi")
    return before.drawn.join(moved, on=keys, how="anti").join(now, on=keys, how="semi")


def _other_rule(workspace: Workspace, name: str, stays: pl.DataFrame) -> pl.DataFrame:
    """Of the cells that stay, those that another rule hid when they were drawn or since."""
    keys = stays.drop("drawn")
    found = [keys.clear()]
    for one in speakers.published(workspace):
        file = workspace[speakers.VINTAGES] / one.release / OTHER_RULE / f"{name}.parquet"
        if file.exists():
            found.append(pl.read_parquet(file).select(keys.columns))
    return keys.join(pl.concat(found).unique(), on=keys.columns, how="semi")
