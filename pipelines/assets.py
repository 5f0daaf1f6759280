"""The line as Dagster assets. Bodies make one call; they pass paths, never frames of people."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import dagster as dg

from data_contracts import load
from data_contracts.model import Contract
from pipelines import (
    annual,
    artefacts,
    candidates,
    conformity,
    links,
    microdata,
    observing,
    outputs,
    rungs,
    seen,
    speakers,
    steps,
    submissions,
    warehouse,
)
from pipelines.artefacts import once
from pipelines.resources import Place, told
from pipelines.settings import Workspace
from transforms.vintage import Slices

CONTRACTS = load.contracts()
PARTS = (
    *("links", "cube", "protected", "audit", "indicators", "conformance", "observations"),
    "microdata",
)
SHOWN = ("protected", "indicators", "conformance", "observations", "microdata")
PERSONS = {
    f"safe_{name}": dg.AssetIn(f"safe_{name}")
    for name, contract in CONTRACTS.items()
    if contract.kind == "persons"
}
PASSED = {
    f"core_{name}": dg.AssetIn(f"core_{name}")
    for name, contract in CONTRACTS.items()
    if contract.kind != "persons"
}
CORES = {f"core_{name}": dg.AssetIn(f"core_{name}") for name in CONTRACTS}


def contents(**folders: str) -> dict[str, str]:
    """The content of each input, by its name."""
    return {name: artefacts.finished(Path(folder)).content for name, folder in folders.items()}


def cores(folders: Mapping[str, str]) -> dict[str, Path]:
    """The core folder of each dataset."""
    return {name.removeprefix("core_"): Path(folder) for name, folder in folders.items()}


def slices(intake: str) -> Slices:
    """The slices that an intake chose."""
    return speakers.read_slices(Path(intake) / speakers.SLICES)


@dg.asset(group_name="intake")
def intake(place: Place) -> dg.Output[str]:
    """One sealed child per new submission; then which submission speaks for which slice."""
    workspace = place.workspace()
    taken = steps.take_in(workspace)
    inputs = {one.submission: ",".join(one.datasets) for one in submissions.accepted(workspace)}
    inputs["frozen"] = str(sorted(speakers.frozen(workspace).items()))
    made = once(workspace, "intake", inputs, partial(speakers.choose, workspace))
    return told(made._replace(skipped=made.skipped and not taken))


def safe(contract: Contract) -> dg.AssetsDefinition:
    """The safe rows of a dataset: an index of files that the sealed children wrote."""

    @dg.asset(name=f"safe_{contract.name}", group_name="safe")
    def listed(place: Place, intake: str) -> dg.Output[str]:
        workspace, chosen = place.workspace(), slices(intake)
        own = steps.safe_content(workspace, contract, chosen)
        name = f"safe_{contract.name}"
        make = partial(steps.index, workspace, contract, chosen)
        return told(once(workspace, name, own, make))

    return listed


@dg.asset(name="links", group_name="safe", ins=PERSONS)
def linked(place: Place, intake: str, **folders: str) -> dg.Output[str]:
    """Who is who: the keys of persons with several records, by one sealed child per country."""
    workspace, chosen = place.workspace(), slices(intake)
    inputs = contents(**folders) | links.content(workspace)
    return told(once(workspace, "links", inputs, partial(links.make, workspace, chosen)))


def core(contract: Contract) -> dg.AssetsDefinition:
    """The current vintage of a dataset; of persons, each under one key."""
    of_persons = {"links": dg.AssetIn("links")} if contract.kind == "persons" else {}

    @dg.asset(
        name=f"core_{contract.name}",
        group_name="core",
        ins={"safe": dg.AssetIn(f"safe_{contract.name}"), **of_persons},
    )
    def vintage(place: Place, **folders: str) -> dg.Output[str]:
        workspace = place.workspace()
        chosen = speakers.read_slices(Path(folders["safe"]) / speakers.SLICES)
        keys = Path(folders["links"]) / steps.KEYS if of_persons else None
        make = partial(steps.core, workspace, contract, chosen, keys)
        return told(once(workspace, f"core_{contract.name}", contents(**folders), make))

    return vintage


@dg.asset(name="warehouse", group_name="core", ins=CORES)
def built(place: Place, intake: str, **folders: str) -> dg.Output[str]:
    """One DuckDB file of the whole core, under a new name; the link to it is moved last."""
    workspace = place.workspace()
    inputs = contents(intake=intake, **folders)
    make = partial(_build, workspace, intake, folders)
    return told(once(workspace, "warehouse", inputs, make))


def _build(workspace: Workspace, intake: str, folders: Mapping[str, str], out: Path) -> None:
    parts = sorted([intake, *folders.values()])
    version = artefacts.hashed(Path(folder) / artefacts.CONTENT for folder in parts)
    file = workspace["warehouse"] / f"tipstat-{version[:16]}.duckdb"
    parquet = steps.frames(cores(folders), CONTRACTS)
    warehouse.build(file, parquet, CONTRACTS, slices(intake))
    (out / "file").write_text(file.name, encoding="utf-8")


def shown(workspace: Workspace, dataset: str, chosen: Slices) -> str:
    """Which of the chosen slices of a dataset were published before which."""
    return speakers.standing(speakers.since(workspace, dataset), chosen, dataset)


@dg.asset(group_name="release", ins=CORES)
def cube(place: Place, intake: str, links: str, **folders: str) -> dg.Output[str]:
    """Exact counts of the registered tables of persons."""
    persons = {n: f for n, f in folders.items() if CONTRACTS[n[5:]].kind == "persons"}
    workspace = place.workspace()
    inputs = contents(**persons) | speakers.series_content(slices(intake))
    inputs |= {f"shown_{n}": shown(workspace, n[5:], slices(intake)) for n in persons}
    inputs |= annual.content(workspace, Path(links))
    make = partial(annual.count, workspace, cores(persons), slices(intake), Path(links))
    return told(once(workspace, "cube", inputs, make))


@dg.asset(group_name="release", ins=CORES)
def protected(place: Place, intake: str, cube: str, **folders: str) -> dg.Output[str]:
    """All tables as they may leave: rounded, hidden, attacked and repaired."""
    workspace, chosen = place.workspace(), slices(intake)
    passed = {n: f for n, f in folders.items() if CONTRACTS[n[5:]].kind != "persons"}
    inputs = contents(cube=cube, **passed) | speakers.series_content(chosen)
    inputs |= seen.content(workspace)
    make = partial(outputs.protect, workspace, Path(cube), cores(passed), chosen)
    return told(once(workspace, "protected", inputs, make))


@dg.asset(group_name="release")
def audit(place: Place, intake: str, protected: str) -> dg.Output[str]:
    """The attack on the tables, beside every earlier release."""
    workspace, chosen = place.workspace(), slices(intake)
    inputs = contents(protected=protected) | seen.content(workspace)
    inputs |= speakers.series_content(chosen)
    make = partial(outputs.report, workspace, Path(protected), chosen)
    return told(once(workspace, "audit", inputs, make))


@dg.asset(group_name="release", name="indicators")
def measured(place: Place, protected: str) -> dg.Output[str]:
    """Indicators from protected tables only."""
    make = partial(outputs.measure, Path(protected))
    return told(once(place.workspace(), "indicators", contents(protected=protected), make))


@dg.asset(
    group_name="release", name="conformance", ins={f"safe_{n}": dg.AssetIn() for n in CONTRACTS}
)
def conformed(place: Place, intake: str, protected: str, **folders: str) -> dg.Output[str]:
    """How much of what each source sent other standards can say."""
    workspace, chosen = place.workspace(), slices(intake)
    inputs = contents(protected=protected, **folders) | conformity.content(workspace)
    make = partial(conformity.make, workspace, chosen, Path(protected) / outputs.TABLES)
    return told(once(workspace, "conformance", inputs, make))


@dg.asset(group_name="release", name="observations", ins=PASSED)
def observed(place: Place, protected: str, **folders: str) -> dg.Output[str]:
    """What several sources say of one figure, and both ends of one flow, side by side."""
    inputs = contents(protected=protected, **folders)
    make = partial(observing.make, Path(protected) / outputs.TABLES, cores(folders))
    return told(once(place.workspace(), "observations", inputs, make))


@dg.asset(group_name="release", name="microdata")
def synthetic(place: Place, links: str, core_victims: str, protected: str) -> dg.Output[str]:
    """Synthetic rows of closed cohorts: made once, and the same ever after."""
    workspace = place.workspace()
    microdata.bring_up(workspace, Path(core_victims), Path(links), Path(protected))
    inputs = microdata.content(workspace)
    return told(once(workspace, "microdata", inputs, partial(microdata.lay, workspace)))


@dg.asset(group_name="release", ins={name: dg.AssetIn() for name in PARTS})
def candidate(place: Place, intake: str, **parts: str) -> dg.Output[str]:
    """The release candidate, for reviewers; equal tables make no new one."""
    workspace, chosen = place.workspace(), slices(intake)
    paths = {name: Path(folder) for name, folder in parts.items()}
    shown = {name: parts[name] for name in SHOWN}
    inputs = contents(**shown) | conformity.content(workspace) | outputs.signed(workspace)
    inputs |= rungs.content(workspace)
    make = partial(outputs.propose, workspace, paths, chosen)
    stands = partial(candidates.stands, workspace, paths["audit"])
    return told(once(workspace, "candidate", inputs, make, artefacts.promises, stands))


SAFE = [safe(contract) for contract in CONTRACTS.values()]
CORE = [core(contract) for contract in CONTRACTS.values()]
LINE = [
    *(intake, *SAFE, linked, *CORE, built, cube, protected, audit, measured),
    *(conformed, observed, synthetic, candidate),
]
