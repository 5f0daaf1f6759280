"""What each source's data conform to, from the safe rows of a workspace and its verdicts."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from data_contracts import load
from data_contracts.concordance import STANDARDS, Concordance, concordance
from data_contracts.layout import Layout
from data_contracts.model import TOTAL
from data_contracts.verdict import Verdict
from pipelines import artefacts, inbox, speakers, steps, submissions, takings
from pipelines.errors import ENVIRONMENT, Refusal
from pipelines.progress import say
from pipelines.releases import Empty
from pipelines.settings import Workspace
from transforms import completeness, conformance, vintage
from transforms.vintage import Slices

OWN, FILE = "concordances", "conformance.parquet"


class WrongConcordance(Refusal):
    """A concordance in the workspace breaks its form; names the file and the lines."""

    exit_code = ENVIRONMENT


def concordances(workspace: Workspace, standards: Iterable[str] = STANDARDS) -> list[Concordance]:
    """The concordances of a workspace: its own files where it has them, else ours.

    Raises ``WrongConcordance``, and ``Unknown`` where there is no such standard.
    """
    try:
        return [concordance(one, workspace[OWN]) for one in standards]
    except load.ContractInvalid as error:
        raise WrongConcordance(f"In {workspace[OWN]}: {error}") from None


def content(workspace: Workspace) -> dict[str, str]:
    """The content of the workspace's own concordances."""
    return {OWN: artefacts.hashed(sorted(workspace[OWN].glob("*.csv")))}


def _of_the_world(layout: Layout) -> bool:
    """Whether a source brings one table of whatever countries it covers."""
    return layout.replaces == "source" and not layout.asks_country


def counts(workspace: Workspace, slices: Slices) -> pl.DataFrame:
    """How often each code stands in each field of the current vintage, years beside quarters."""
    world = {one.source for one in load.layouts().values() if _of_the_world(one)}
    pieces = sorted({(piece.dataset, one) for piece, one in slices.items()})
    # One submission at a time: a plan over all their files costs more than the counting.
    found = [
        _of_submission(workspace, {p: s for p, s in slices.items() if s == one}, dataset, world)
        for dataset, one in pieces
    ]
    summed = pl.concat([conformance.COUNTED.to_frame(), *found])
    return conformance.with_years(summed)


def _of_submission(
    workspace: Workspace, own: Slices, dataset: str, world: set[str]
) -> pl.DataFrame:
    contract = load.contract(dataset)
    files = steps.safe_files(workspace, own, dataset, dataset)
    parts = {one: steps.stored(file, contract) for one, file in files.items()}
    answers = None
    if contract.answers:
        (one, file), *_ = steps.safe_files(workspace, own, dataset, contract.answers).items()
        answers = pl.scan_parquet(file).with_columns(submission=pl.lit(one))
    rows = steps.countable(vintage.core(parts, own, dataset))
    return conformance.counted(rows, answers, contract, world)


def set_aside(layout: Layout, found: Verdict, dataset: str) -> dict[str, int]:
    """The rows set aside for a label that no list knows, by field; under no name, none.

    A column that several fields read counts for each.
    """
    rows = {
        column: told if isinstance(told, int) else sum(told.values())
        for column, told in found.unmapped.items()
    }
    fields = layout.feeds[dataset].fields
    columns = {name: of.columns[0] if of.columns else name for name, of in fields.items()}
    return {"": 0} | {name: rows[of] for name, of in columns.items() if of in rows}


def _told(workspace: Workspace, slices: Slices) -> Iterator[tuple[str, str, str, str, str, int]]:
    layouts = {one.submission: one.layout for one in inbox.received(workspace)}
    for submission, dataset in sorted({(s, piece.dataset) for piece, s in slices.items()}):
        found = takings.verdict(workspace, submission)
        if found is None:
            continue
        layout = load.layout(layouts[takings.submission_of(submission)])
        world = _of_the_world(layout)
        country = TOTAL if world else found.countries[0]
        period = found.periods[0] if len(found.periods) == 1 and not world else TOTAL
        for field, rows in set_aside(layout, found, dataset).items():
            yield layout.source, country, period, dataset, field, rows


def unmapped(workspace: Workspace, slices: Slices) -> pl.DataFrame:
    """By source, country, period, dataset and field, the rows set aside for their labels.

    The period of a submission over several is the total only.
    """
    names = [*conformance.PLACE, "field"]
    schema = {**dict.fromkeys(names, pl.String), "unmapped": pl.Int64}
    told = pl.DataFrame(list(_told(workspace, slices)), schema=schema, orient="row")
    dated = told.filter(pl.col("period") != TOTAL)
    years = dated.filter(pl.col("period").str.contains("-Q")).with_columns(
        pl.col("period").str.head(4)
    )
    every = told.with_columns(period=pl.lit(TOTAL))
    return pl.concat([dated, years, every]).group_by(names).agg(pl.col("unmapped").sum())


def judged(
    workspace: Workspace, slices: Slices, standards: Iterable[str] = STANDARDS
) -> pl.DataFrame:
    """Every source, period, standard and field; exact, so for the workspace's own people only."""
    found = counts(workspace, slices)
    every = pl.concat([found, conformance.overall(found.filter(~_years(found)))])
    known = [conformance.judged(every, one) for one in concordances(workspace, standards)]
    made = pl.concat([conformance.JUDGED.to_frame(), *known])
    return conformance.with_unmapped(made, unmapped(workspace, slices))


def _years(counts: pl.DataFrame) -> pl.Expr:
    """The sums by year of what is reported by quarter: their quarters count already."""
    keys = [*conformance.PLACE]
    quarters = counts.filter(pl.col("period").str.contains("-Q"))
    summed = quarters.with_columns(pl.col("period").str.head(4)).select(keys).unique()
    told = set(summed.rows())
    return pl.struct(keys).map_elements(lambda row: tuple(row.values()) in told, pl.Boolean)


def told(workspace: Workspace, source: str | None, standard: str | None) -> list[dict[str, Any]]:
    """``judged`` as rows, of one source or standard where named; the total is all periods.

    Raises ``Empty`` before anything was accepted, ``Unknown`` for a source that sent nothing.
    """
    slices = vintage.current(
        submissions.accepted(workspace), load.layouts(), speakers.frozen(workspace)
    )
    if not slices:
        raise Empty("Nothing has been accepted yet: submit data, then `tipstat run`.")
    sources = {piece.source for piece in slices}
    if source and source not in sources:
        raise load.Unknown("source", source, list(sources))
    own = {p: s for p, s in slices.items() if source in (None, p.source)}
    return judged(workspace, own, (standard,) if standard else STANDARDS).to_dicts()


def make(workspace: Workspace, slices: Slices, protected: Path, out: Path) -> None:
    """Write down how sources conform to standards, as far as it may leave."""
    say("Comparing what came with seven standards")
    tables = {file.stem: pl.read_parquet(file) for file in sorted(protected.glob("*.parquet"))}
    artefacts.parquet(released(workspace, slices, tables), out / FILE)


def own_files(workspace: Workspace) -> dict[str, bytes]:
    """The workspace's own concordances by their place in a release."""
    return {
        f"{OWN}/{one}.csv": (workspace[OWN] / f"{one}.csv").read_bytes()
        for one in STANDARDS
        if (workspace[OWN] / f"{one}.csv").is_file()
    }


def filled(slices: Slices) -> dict[tuple[str, str], set[str]]:
    """The fields that the layouts of a source fill, by source and dataset.

    Sources of one country stand together as well, under their joined name, with what any fills.
    """
    found: dict[tuple[str, str], set[str]] = {}
    sources = {(piece.source, piece.dataset) for piece in slices}
    for layout in load.layouts().values():
        for dataset, feed in layout.feeds.items():
            if (layout.source, dataset) in sources:
                found.setdefault((layout.source, dataset), set()).update(feed.fields)
    joint: dict[tuple[str, str], set[str]] = {}
    for piece in slices:
        joint.setdefault((piece.country, piece.dataset), set()).add(piece.source)
    beside = {
        ("+".join(sorted(names)), dataset): set().union(*(found[n, dataset] for n in names))
        for (_, dataset), names in joint.items()
    }
    return found | beside


def core(workspace: Workspace, slices: Slices) -> pl.DataFrame:
    """Which part of each standard's core fields a source fills, by source, dataset and standard.

    From the layouts alone: it is the same whatever the records hold.
    """
    rows = [
        (source, dataset, one.standard, part)
        for (source, dataset), fields in sorted(filled(slices).items())
        for one in concordances(workspace)
        if (part := conformance.core_fields(load.contract(dataset), one, fields)) is not None
    ]
    names = dict.fromkeys(("source", "dataset", "standard"), pl.String)
    return pl.DataFrame(rows, schema={**names, "part": pl.Int64}, orient="row")


def shown(tables: Mapping[str, pl.DataFrame], least: int) -> set[tuple[str, str, str]]:
    """Country, period and dataset of which a release shows a total of at least ``least``."""
    registry = load.tables()
    found: set[tuple[str, str, str]] = set()
    for name, frame in tables.items():
        table = registry[name]
        if table.kind == "persons":
            totals = [pl.col(dimension) == TOTAL for dimension in table.dimensions]
            cells = frame.filter(pl.col("value") >= least, *totals)
            places = cells.select("country", "period").unique().rows()
            found |= {(country, period, table.dataset) for country, period in places}
    return found


def of_cells(
    workspace: Workspace, slices: Slices, tables: Mapping[str, pl.DataFrame], exact: set[str]
) -> pl.DataFrame:
    """What the released cells of records in confidence say of each field and standard."""
    names: dict[tuple[str, str], set[str]] = {}
    for piece in slices:
        if piece.source not in exact:
            names.setdefault((piece.country, piece.dataset), set()).add(piece.source)
    contracts = load.contracts()
    shown = completeness.margins(tables, load.tables(), contracts)
    counts = completeness.counted(shown, {of: "+".join(sorted(n)) for of, n in names.items()})
    known = [conformance.judged(counts.filter(pl.col("source") != ""), one)
             for one in concordances(workspace)]  # fmt: skip
    several = {field.name for contract in contracts.values() for field in contract.many}
    told = completeness.told(shown, several)
    return pl.concat(known).drop("rows").join(told, on=completeness.AT)


def released(
    workspace: Workspace, slices: Slices, tables: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """The conformance of a release: exact shares of public sources, of others what cells say."""
    policy, layouts = load.policy(), load.layouts().values()
    exact = {one.source for one in layouts if one.public_records or one.person is None}
    places = shown(tables, policy.share_min_denominator + policy.base)
    said = of_cells(workspace, slices, tables, exact)
    least, aside = policy.share_min_denominator, round(100 * policy.max_set_aside)
    fields = conformance.released(judged(workspace, slices), exact, places, said, least, aside)
    seen = fields.select(*conformance.PLACE).unique()
    whole = seen.join(core(workspace, slices), on=["source", "dataset"])
    summary = whole.with_columns(
        field=pl.lit(""), flag=pl.lit(""), received_from="part", received_to="part"
    )
    return pl.concat([fields, summary.drop("part")], how="diagonal").sort(
        *conformance.PLACE, "standard", "field"
    )
