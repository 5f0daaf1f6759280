"""What happens in the sealed child that makes a package, after the gate in has done its work.

Each source goes through the gate as in ``sealed``. Where several lists come together their
persons are compared in clear, and whoever is found to be one leaves under one pseudonym. Then the
rows go in pieces into the package, without statistics, and their drafts are gone with the folder.
"""

import datetime as dt
import io
import uuid
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from anonymize import identity, matching, normal
from anonymize.identity import Origin
from data_contracts import load
from data_contracts.verdict import Verdict
from pipelines import (
    bundles,
    cards,
    intake,
    keystore,
    packages,
    promises,
    sealed,
    settings,
    signing,
)
from pipelines.packages import Manifest, Member, Part
from pipelines.sealing import PACKAGE, REPORT, Job, Packed, Source
from pipelines.spool import AT_ONCE
from transforms import link

WHO = list(matching.WHO)


def answer(question: str) -> str:
    """What the sealed child says to a question, both JSON."""
    job = Job.model_validate_json(question)
    settings.hand(job.keys, job.secrets)
    return pack(job).model_dump_json()


def pack(job: Job) -> Packed:
    """The package of all sources, or the verdicts that refuse one of them and nothing else."""
    verdicts = {one.name: _through_the_gate(one, job, n) for n, one in enumerate(job.sources)}
    said = {one.layout: verdicts[one.name] for one in job.sources}
    if any(found.verdict == "faults" for found in verdicts.values()):
        return Packed(verdicts=said)
    same = _same_persons(job)
    parts = [_part(one, verdicts[one.name], same, job, n) for n, one in enumerate(job.sources)]
    manifest = _manifest(job, tuple(parts))
    digest = _written(job, manifest)
    if job.language:
        from pipelines import sealing_report

        page = sealing_report.page(manifest, digest, job, said, len(same))
        (job.folder / REPORT).write_text(page, encoding="utf-8")
    return Packed(
        verdicts=said,
        package=manifest.package,
        sha256=digest,
        expires=manifest.expires,
        matched=len(same),
    )


def place(job: Job, number: int) -> Path:
    """Where the rows of a source lie on the way."""
    return job.folder / str(number)


def _through_the_gate(one: Source, job: Job, number: int) -> Verdict:
    out = place(job, number)
    out.mkdir()
    layout = load.layout(one.layout)
    mapping = promises.mapping(layout)
    asked = intake.Job(
        files=one.files,
        layout=one.layout,
        period=one.period,
        country=layout.country or job.country,
        sealed=one.sealed,
        sealing=True,
        keys=job.keys,
        out=out,
    )
    return sealed.take_in(asked).model_copy(update={"mapping": mapping})


def _same_persons(job: Job) -> dict[str, str]:
    """The pseudonyms of persons who were found to be one with somebody who came first."""
    if job.compared is None:
        return {}
    files = job.compared | {
        one.name: tuple(sorted(place(job, n).glob("*.age"))) for n, one in enumerate(job.sources)
    }
    known = [_known(file, name, job) for name, own in files.items() for file in own]
    every = pl.concat(known).unique(WHO, keep="first", maintain_order=True) if known else None
    if every is None or not len(every):
        return {}
    groups = matching.groups(every, load.matching(), load.policy())
    return joined(_persons(every, job, list(files)), groups)


def _known(file: Path, submission: str, job: Job) -> pl.DataFrame:
    data = keystore.opened(file.read_bytes(), job.keys)
    return pl.read_parquet(io.BytesIO(data)).with_columns(submission=pl.lit(submission))


def _persons(known: pl.DataFrame, job: Job, order: list[str]) -> pl.DataFrame:
    """Each record with the pseudonym of its ``person`` and the ``order`` of its submission."""
    keys = keystore.of_country(job.keys, job.country)
    made = known.with_columns(identity.identities(known, {r: r for r in identity.ROLES}))
    origin = Origin("", job.country, "identity")
    person = identity.person(pl.col("identity"), pl.col("record"), keys, origin)
    # Whoever has no identity is told by the rows themselves: by a client's number or the record.
    found = made.select(
        *WHO, pl.when(pl.col("identity").is_not_null()).then(person).alias("person")
    )
    rows = [r for n, one in enumerate(job.sources) for r in _rows(place(job, n), one.name)]
    told = pl.concat([found.filter(pl.col("person").is_not_null()), *rows])
    places = {name: n for n, name in enumerate(order)}
    at = pl.col("submission").replace_strict(places, return_dtype=pl.Int64)
    return told.unique([*WHO, "person"], maintain_order=True).with_columns(order=at)


def _rows(folder: Path, submission: str) -> Iterator[pl.DataFrame]:
    for file in sorted(folder.glob("*.parquet")):
        if "person" in pl.read_parquet_schema(file):
            rows = pl.scan_parquet(file).select("record", "person")
            facts = {"dataset": pl.lit(file.stem), "submission": pl.lit(submission)}
            yield rows.with_columns(**facts).select(*WHO, "person").collect()


def joined(persons: pl.DataFrame, groups: pl.DataFrame) -> dict[str, str]:
    """Each pseudonym that gives way to another: of all that hang together the first one stays.

    ``persons`` has ``dataset``, ``submission``, ``record``, ``person`` and ``order``; ``groups``
    the first three and ``group``. As at the region, the first is by the order of receipt, then by
    dataset and record.
    """
    names = persons.sort("order", "dataset", "record")["person"].unique(maintain_order=True)
    number = {name: n for n, name in enumerate(names)}
    grouped = groups.join(persons, on=WHO).group_by("group").agg(pl.col("person"))
    edges = [
        (number[own[0]], number[other])
        for own in grouped["person"].to_list()
        for other in own[1:]
        if own[0] != other
    ]
    return {
        names[one]: names[min(members)]
        for members in link.connected(edges)
        for one in members
        if one != min(members)
    }


def _part(one: Source, verdict: Verdict, same: dict[str, str], job: Job, number: int) -> Part:
    layout = load.layout(one.layout)
    counts = verdict.model_copy(
        update={"faults": (), "unmapped": {}, "undeclared": {}, "personal": {}}
    )
    files = sorted(place(job, number).glob("*.parquet"))
    return Part(
        layout=one.layout,
        source=layout.source,
        period=one.period,
        verdict=counts,
        contracts={name: load.contract(name).version for name in layout.feeds},
        members=tuple(m for f in files for m in pieces(f, same, job.folder, number)),
    )


def pieces(file: Path, same: dict[str, str], folder: Path, number: int) -> Iterator[Member]:
    """The rows of a dataset as members: in pieces, so that no reader needs room for all."""
    rows = pl.scan_parquet(file)
    height = rows.select(pl.len()).collect().item()
    for start in range(0, max(height, 1), AT_ONCE):
        piece = rows.slice(start, AT_ONCE).collect()
        if "person" in piece.columns:
            piece = piece.with_columns(pl.col("person").replace(same))
        target = folder / f"{number}.{file.stem}.{start // AT_ONCE}.parquet"
        piece.write_parquet(target, compression="zstd", statistics=False)
        yield packages.member(target, file.stem, len(piece))


def _manifest(job: Job, parts: tuple[Part, ...]) -> Manifest:
    region = cards.of_region(job.keys)
    return Manifest(
        package=uuid.uuid4().hex,
        country=job.country,
        recipient=cards.fingerprint(region.intake),
        sender=cards.fingerprint(cards.sending(job.keys)),
        linking=cards.linking(job.keys),
        normalisation=normal.VERSION,
        made=job.made,
        expires=job.made + dt.timedelta(days=load.policy().package_days),
        parts=parts,
    )


def _written(job: Job, manifest: Manifest) -> str:
    recipients = [
        cards.of_region(job.keys).intake,
        (job.keys / bundles.PUBLIC).read_text(encoding="utf-8"),
    ]
    private = signing.key(keystore.signing_key_in(job.keys))
    return packages.write(job.folder / PACKAGE, manifest, job.folder, private, recipients)
