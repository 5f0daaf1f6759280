"""The annual revision: what waited is counted, and a published cell moves only with enough people.

Of one year, and once a year. A cell is compared with the vintage in which it was last drawn: who
came since and who left must be as many as a cell of their own would need. ``drawn`` says of each
cell of a release in which release that was; it is private, and so is the count of who moved.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import polars as pl

from anonymize.settling import ABSENT
from data_contracts import load
from data_contracts.model import Table
from data_contracts.periods import FORM
from pipelines import artefacts, blocks, engines, releases, rungs, spans, speakers, steps, takings
from pipelines.engines import Counter
from pipelines.errors import ENVIRONMENT, WRONG_USAGE, Refusal
from pipelines.progress import say
from pipelines.settings import Workspace
from pipelines.standing import TABLES, TURNOVER, Said, said
from transforms import freezing, link
from transforms.freezing import Published
from transforms.people import FAMILY
from transforms.turnover import Vintage, turnover
from transforms.vintage import Slices


class NotToRevise(Refusal):
    """There is nothing to revise of that year, or it was revised this year."""

    exit_code = WRONG_USAGE


class VintageLost(Refusal):
    """The rows from which a published cell was counted are not there any more."""

    exit_code = ENVIRONMENT


def asked(workspace: Workspace, year: str, now: datetime) -> Workspace:
    """The workspace as a run sees it that revises ``year``; raises ``NotToRevise``."""
    if not FORM.fullmatch(year) or "-" in year:
        raise NotToRevise(f"{year!r} is no year: name the one to revise, as 2025.")
    past = speakers.published(workspace)
    if not any(piece.period[:4] == year for one in past for piece in one.slices):
        raise NotToRevise(
            f"No release shows numbers of {year} that were counted from records, so there is "
            "nothing to revise: see `tipstat vintages`."
        )
    if span := spans.final(workspace, year):
        raise NotToRevise(
            f"{year} is final: {span} is published, and counts its people once over all its years. "
            f"Leave {year} as it is. What came since is shown in no count of it; a revision of a "
            "later year takes in what that year waits for."
        )
    made = {one["release"]: one["created"] for one in releases.listed(workspace.root)}
    when = [made[one.release] for one in past if one.year == year]
    if any(datetime.fromisoformat(moment).year == now.year for moment in when):
        raise NotToRevise(
            f"{year} was revised this year already. A year is revised once a year, or its "
            "releases could be compared person by person: what came since waits."
        )
    return workspace.model_copy(update={"revising": year})


def count(
    workspace: Workspace, cores: Mapping[str, Path], slices: Slices, links: Path, out: Path
) -> None:
    """The cube, and in the annual revision who came into each published cell and who left it."""
    steps.count(workspace, cores, slices, out)
    rungs.hold_back(workspace, out, blocks.closed(workspace))
    spans.note(workspace, out)
    if not workspace.revising:
        return
    say(f"Comparing {workspace.revising} with what was published of it")
    (out / TURNOVER).mkdir()
    with (
        engines.opened(workspace.configuration) as engine,
        TemporaryDirectory(dir=out) as place,
    ):
        for dataset, tables in steps.by_dataset(
            steps.of_kind("persons", steps.held(cores))
        ).items():
            there = {n: t for n, t in tables.items() if (out / f"{n}.parquet").exists()}
            now = _present(workspace, dataset, cores[dataset], there, out, engine)
            work = _Work(workspace, dataset, there, links, Path(place), engine)
            for name, found in work.compared(now).items():
                artefacts.parquet(found, out / TURNOVER / f"{name}.parquet")
            past = spans.Past(cores[dataset], slices, work.rows_then)
            spans.add(workspace, there, past, out, engine)


def _present(
    workspace: Workspace,
    dataset: str,
    core: Path,
    tables: Mapping[str, Table],
    out: Path,
    engine: Counter,
) -> dict[str, Vintage]:
    """The present vintage of the year that is revised, for each table of a dataset."""
    series = {
        name: of_year(pl.read_parquet(out / steps.AVAILABLE / f"{name}.parquet"), workspace)
        for name in tables
    }
    return _vintages(core, tables, series, engine, speakers.since(workspace, dataset))


def of_year(cells: pl.DataFrame, workspace: Workspace) -> pl.DataFrame:
    """The cells, or series, of the year that is revised and of its quarters; no spans."""
    year = pl.col("period").str.slice(0, 4)
    return cells.filter((year == workspace.revising) & ~spans.IS_SPAN)


def _vintages(
    core: Path,
    tables: Mapping[str, Table],
    series: Mapping[str, pl.DataFrame],
    engine: Counter,
    since: pl.DataFrame,
) -> dict[str, Vintage]:
    there = {name: found for name, found in series.items() if not found.is_empty()}
    if not there:
        return {}
    places = pl.concat([found.select("country", "period") for found in there.values()]).unique()
    people = steps.people_of(core, tables.values(), engine, places, since)
    return {name: Vintage(people, found) for name, found in there.items()}


class _Work(NamedTuple):
    """The comparison of one dataset with each release in which its cells were drawn."""

    workspace: Workspace
    dataset: str
    tables: Mapping[str, Table]
    links: Path
    place: Path
    engine: Counter

    def compared(self, now: Mapping[str, Vintage]) -> dict[str, pl.DataFrame]:
        """Who came and left, for each table that has cells of the year."""
        before = {name: self._said(name) for name in now}
        drawn = {name: one.drawn for name, one in before.items() if one}
        names = sorted({name for one in drawn.values() for name in one["drawn"].unique()})
        parts: dict[str, list[pl.DataFrame]] = {}
        for release in names:
            cells = {n: one.filter(drawn=release) for n, one in drawn.items()}
            for name, found in self._with(release, cells, now):
                parts.setdefault(name, []).append(found)
        return {name: pl.concat(found) for name, found in parts.items()}

    def _said(self, name: str) -> Said | None:
        keys = [*FAMILY, *self.tables[name].dimensions]
        found = said(self.workspace, name, keys)
        return found and Said(*(of_year(part, self.workspace) for part in found))

    def _with(
        self, release: str, cells: Mapping[str, pl.DataFrame], now: Mapping[str, Vintage]
    ) -> Iterator[tuple[str, pl.DataFrame]]:
        """The cells that were drawn in ``release``, with who moved since."""
        for name, then in self._then(release).items():
            if name in now and not cells[name].is_empty():
                own = cells[name].drop("drawn")
                moved = turnover(self.tables[name], then, now[name], load.codelists())
                yield name, moved.join(own, on=own.columns, how="semi")

    def _then(self, release: str) -> dict[str, Vintage]:
        """The vintage of the year from which a release was counted, for each table."""
        past = speakers.published(self.workspace, up_to=release)
        own = {p: f for p, f in freezing.frozen(past).items() if p.dataset == self.dataset}
        core = self.rows_then(self.workspace.revising, release)
        shown = speakers.shown_since(own, self.dataset)
        return _vintages(core, self.tables, self._series(past[-1]), self.engine, shown)

    def rows_then(self, year: str, release: str) -> Path:
        """The core of a year, as a release was counted from it; of today's persons."""
        core = self.place / release / year / self.dataset
        if not core.exists():
            core.mkdir(parents=True)
            spoke = freezing.frozen(speakers.published(self.workspace, up_to=release))
            own = {p: f.submission for p, f in spoke.items() if p.period[:4] == year}
            mine = {p: s for p, s in own.items() if p.dataset == self.dataset}
            contract, keys = load.contract(self.dataset), self._keys(release, core)
            steps.core(self.workspace, contract, self._kept(mine), keys, core)
        return core

    def _kept(self, slices: Slices) -> Slices:
        """The slices, if the rows that speak for them are still kept."""
        files = steps.safe_files(self.workspace, slices, self.dataset, self.dataset)
        if lost := [name for name, file in files.items() if not file.exists()]:
            raise VintageLost(
                f"{len(lost)} submissions from which published years were counted are not in "
                f"{self.workspace[takings.SAFE]} any more, so nobody can tell who came since "
                f"or who was met in several: restore them from a backup, or leave "
                f"{self.workspace.revising} as it is."
            )
        return slices

    def _keys(self, release: str, folder: Path) -> Path:
        """Who was counted under which key then, under the keys of today.

        Two vintages of one person under two keys would look like two who moved.
        """
        file = self.workspace[speakers.VINTAGES] / release / steps.KEYS
        now = pl.read_parquet(self.links / steps.KEYS)
        then = pl.read_parquet(file) if file.exists() else now.clear()
        known = pl.concat([link.applied(then.lazy(), now.lazy()).collect(), now]).unique(
            "own", keep="first"
        )
        artefacts.parquet(known, folder / steps.KEYS)
        return folder / steps.KEYS

    def _series(self, one: Published) -> dict[str, pl.DataFrame]:
        """The series of the year that a release shows, by table."""
        tables = releases.kept(self.workspace.root, one.release) / TABLES
        found = {}
        for name in self.tables:
            if (tables / f"{name}.parquet").exists():
                cells = pl.read_parquet(tables / f"{name}.parquet")
                there = cells.filter(~pl.col("obs_status").is_in(ABSENT))
                found[name] = of_year(there.select(FAMILY).unique(), self.workspace)
        return found


def content(workspace: Workspace, links: Path) -> dict[str, str]:
    """What a count depends on beside the core: rungs of detail, and what a revision asks."""
    detail = {"rungs": str(sorted(rungs.refused(workspace)))}
    detail["spans"] = str(sorted(spans.known(workspace).items()))
    detail["baseline"] = str(workspace.configuration.baseline)
    if not workspace.revising:
        return detail
    past = [one.release for one in speakers.published(workspace)]
    keys = artefacts.hashed([links / steps.KEYS])
    return detail | {"revising": workspace.revising, "past": json.dumps(past), "who": keys}
