"""What happens in the sealed child that opens a package.

The manifest is judged before any row is read: recipient, sender, signature, age, whether it came
before, versions. Then each piece of rows must be what its contract declares, as if a stranger had
written it; the region's step makes link tokens and person keys, and what is stored looks exactly
like rows that were stripped here.
"""

import datetime as dt
import io
import re
from pathlib import Path

import polars as pl

from anonymize import normal, regional
from anonymize.identity import RegionKeys
from data_contracts import load, periods
from data_contracts.checks import broken, foreign_answers, rules
from data_contracts.layout import Layout
from data_contracts.model import Contract
from data_contracts.rules import COMMENT, Context
from data_contracts.verdict import Fault
from pipelines import admission, cards, keystore, packages, promises, settings, systems
from pipelines.accounts import REASONS
from pipelines.cards import Card
from pipelines.packages import Damaged, Manifest, NotOurs, Part, Reading, Unsigned
from pipelines.receiving import Job, Opened
from pipelines.spool import AT_ONCE, KEY, Spool

PSEUDONYM, INNER = r"^[0-9a-f]{32}$", r"^[0-9a-f]{64}$"
CODE, HASH = re.compile(r"[A-Z]+-[0-9]+"), re.compile(r"[0-9a-f]{32}")
ANSWERS = ("source", "country", "record", "field", "code")
# Clocks of different countries may differ by so much.
AHEAD = dt.timedelta(days=1)
GONE = pl.DataFrame(schema={"row": pl.Int64()})


class Refused(ValueError):
    """The package cannot be taken; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def answer(question: str) -> str:
    """What the sealed child says to a question, both JSON."""
    job = Job.model_validate_json(question)
    settings.hand(job.keys, job.secrets)
    systems.of_region(is_national=False)
    return take_in(job).model_dump_json()


def take_in(job: Job) -> Opened:
    """Take one package in; what it wrote is for nothing when faults come back."""
    try:
        with packages.opened(job.file, keystore.intake_key(job.keys)) as reading:
            judge(reading, job)
            _stored(reading, job)
        return Opened(manifest=reading.manifest)
    except NotOurs:
        code = "SEAL-02"
    except Damaged:
        code = "SEAL-01"
    except Refused as refused:
        code = refused.code
    return Opened(faults=(Fault(code=code),))


def judge(reading: Reading, job: Job) -> None:
    """Raise ``Refused`` unless the manifest is for us, genuine, in time and new."""
    said = reading.manifest
    sender = _sender(reading, job)
    ours = cards.fingerprint((job.keys / "intake.pub").read_text(encoding="utf-8"))
    if said.recipient != ours:
        raise Refused("SEAL-02")
    # Nobody makes a package that can be held back for longer than the policy says.
    last = min(said.expires, said.made + dt.timedelta(days=load.policy().package_days))
    if not said.made - AHEAD <= job.now <= last:
        raise Refused("SEAL-05")
    _judge_order(said, job)
    if said.normalisation != normal.VERSION or said.linking != sender.linking:
        raise Refused("SEAL-10")
    here = settings.opened(job.keys.parent)
    for part in said.parts:
        _judge_versions(part)
        _judge_layout(part, said.country, here)


def _sender(reading: Reading, job: Job) -> Card:
    """Who signed it, as known here for this country.

    Whoever has a withdrawn key dates what it signs as it likes: all of it is refused.
    """
    if reading.manifest.sender in job.withdrawn:
        raise Refused("SEAL-13")
    sender = job.senders.get(reading.manifest.sender)
    if sender is None or sender.country != reading.manifest.country:
        raise Refused("SEAL-03")
    try:
        reading.signed_by(bytes.fromhex(sender.sending))
    except Unsigned:
        raise Refused("SEAL-04") from None
    return sender


def _judge_order(said: Manifest, job: Job) -> None:
    """Neither the same package again, nor one that was made before what is here already."""
    slices = {(part.layout, part.period) for part in said.parts}
    for earlier in job.earlier:
        if earlier.package == said.package:
            raise Refused("SEAL-06")
        same = earlier.country == said.country and slices & set(earlier.slices)
        if same and earlier.made > said.made:
            raise Refused("SEAL-07")


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(n) if n.isdigit() else 0 for n in text.split("."))


def _judge_versions(part: Part) -> None:
    known = load.contracts()
    if set(part.contracts) - set(known):
        raise Refused("SEAL-08")
    for name, version in part.contracts.items():
        there, here = _version(version), _version(known[name].version)
        if there != here:
            raise Refused("SEAL-08" if there > here else "SEAL-09")


def _judge_layout(part: Part, country: str, here: settings.Workspace) -> None:
    """The layout is one that this node knows, of this source and country, and has a place here."""
    layout = load.layouts().get(part.layout)
    if layout is None:
        raise Refused("SEAL-08")
    try:
        admission.belongs_here(layout, country, here)
    except admission.NotTaken:
        raise Refused("SEAL-12") from None
    foreign = layout.country not in (None, country) or part.source != layout.source
    verdict = part.verdict
    texts = verdict.faults or verdict.unmapped or verdict.undeclared or verdict.personal
    wrong = verdict.verdict == "faults" or verdict.countries != (country,) or texts
    if (
        foreign
        or wrong
        or not _says_codes(part, layout)
        or not admission.is_sealable(layout)
        or set(part.contracts) - set(layout.feeds)
    ):
        raise Refused("SEAL-11")


def _says_codes(part: Part, layout: Layout) -> bool:
    """Whether a verdict, which is kept, says reasons, codes and periods that we have, no texts,
    and no other period than its part: else it would take the place of other quarters."""
    said, whole = part.verdict, part.period
    try:
        if whole != admission.calendar_period(layout, whole):
            return False
        inside = {whole, *periods.quarters(whole)} if whole else set(said.periods)
        all(map(periods.quarters, (*said.periods, *said.dated)))
    except (periods.NotAPeriod, admission.WrongPeriod):
        return False
    codes = all(CODE.fullmatch(code) for code in said.comments) and HASH.fullmatch(said.mapping)
    return bool(codes) and set(said.set_aside) <= set(REASONS) and set(said.periods) <= inside


def _stored(reading: Reading, job: Job) -> None:
    """All pieces of all members, judged, through the region's step, in the safe files."""
    keys = keystore.of_region(job.keys)
    spools: dict[tuple[int, str], Spool] = {}
    counted: dict[tuple[int, str], int] = {}
    parts = {id(part): n for n, part in enumerate(reading.manifest.parts)}
    for part, member, data in reading.members():
        at = (parts[id(part)], member.dataset)
        rows = read(data, part, member.dataset, reading.manifest.country, keys)
        if len(rows) != member.rows:
            raise Refused("SEAL-11")
        start = counted.get(at, 0)
        counted[at] = start + len(rows)
        numbered = rows.with_row_index("row", start).cast({"row": pl.Int64})
        folder = job.out / str(at[0])
        folder.mkdir(exist_ok=True)
        spools.setdefault(at, Spool(member.dataset, folder)).add(numbered)
    _complete(reading.manifest, counted)
    for (number, dataset), spool in spools.items():
        spool.write(GONE)
        if dataset in load.contracts() and is_repeated(
            job.out / str(number) / f"{dataset}.parquet"
        ):
            raise Refused("SEAL-11")


def is_repeated(file: Path) -> bool:
    """Whether any record stands twice in a dataset, in whichever pieces it came.

    Its rows are in the order of their records, so equal ones are neighbours.
    """
    rows = pl.scan_parquet(file)
    if KEY not in rows.collect_schema():
        return False
    height = rows.select(pl.len()).collect().item()
    pieces = (rows.select(KEY).slice(n, AT_ONCE + 1) for n in range(0, height, AT_ONCE))
    return any((one == one.shift()).any() for one in (p.collect()[KEY] for p in pieces))


def _complete(said: Manifest, counted: dict[tuple[int, str], int]) -> None:
    """Every dataset that a source feeds is there, with as many rows as its verdict says."""
    for n, part in enumerate(said.parts):
        contracts = [load.contract(name) for name in part.verdict.rows_out]
        names = {c.name for c in contracts} | {c.answers for c in contracts if c.answers}
        if names != {dataset for number, dataset in counted if number == n}:
            raise Refused("SEAL-11")
        if any(counted[n, name] != rows for name, rows in part.verdict.rows_out.items()):
            raise Refused("SEAL-11")


def read(data: bytes, part: Part, dataset: str, country: str, keys: RegionKeys) -> pl.DataFrame:
    """The rows of a member as they are stored here; raises ``Refused`` unless they are what their
    contract declares."""
    contracts = {name: load.contract(name) for name in part.contracts}
    answers = {c.answers: c for c in contracts.values() if c.answers}
    contract = contracts.get(dataset) or answers.get(dataset)
    if contract is None:
        raise Refused("SEAL-11")
    wanted = dict.fromkeys(ANSWERS, pl.String()) if dataset in answers else columns(contract)
    try:
        rows = pl.read_parquet(io.BytesIO(data))
    except (pl.exceptions.PolarsError, OSError):
        raise Refused("SEAL-11") from None
    if dict(rows.schema) != wanted or not _is_of(rows, part, country):
        raise Refused("SEAL-11")
    if dataset in answers:
        if not _answers_hold(rows, contract):
            raise Refused("SEAL-11")
        return rows
    if not _are_pseudonyms(rows, contract):
        raise Refused("SEAL-11")
    stored = regional.stored(rows, keys)
    if not _rules_hold(stored, contract, part):
        raise Refused("SEAL-11")
    return stored


def columns(contract: Contract) -> dict[str, pl.DataType]:
    """The columns in which a contract's rows travel, in any order, and their types."""
    kept = {field.safe: promises.stored_as(field) for field in contract.kept}
    extra = ("person", "inner", "country") if contract.kind == "persons" else ()
    return kept | dict.fromkeys(("source", *extra), pl.String())


def _is_of(rows: pl.DataFrame, part: Part, country: str) -> bool:
    """Whether all rows say the source, the country and the periods of their part."""
    said = {q for p in part.verdict.periods for q in (p, *periods.quarters(p))}
    told: dict[str, set[str]] = {"source": {part.source}, "country": {country}, "period": said}
    there = [name for name in told if name in rows.columns]
    named = {name: set(rows[name].drop_nulls().unique()) for name in there}
    return all(found <= told[name] for name, found in named.items())


def _hex(rows: pl.DataFrame, name: str, pattern: str) -> bool:
    return bool(rows[name].drop_nulls().str.contains(pattern).all())


def _are_pseudonyms(rows: pl.DataFrame, contract: Contract) -> bool:
    """Whether what should be a pseudonym is hexadecimal digits, and nobody lacks one."""
    made = {f.safe for f in contract.kept if f.treatment == "pseudonymise"}
    extra = {"person"} if contract.kind == "persons" else set()
    if extra and (rows["person"].null_count() or not _hex(rows, "inner", INNER)):
        return False
    return all(_hex(rows, name, PSEUDONYM) for name in made | extra)


def _rules_hold(stored: pl.DataFrame, contract: Contract, part: Part) -> bool:
    window = periods.window(part.period) if part.period else None
    judged = rules(contract, load.codelists(), "safe", Context(load.policy(), window))
    found = broken(stored.with_row_index("row").cast({"row": pl.Int64}), judged)
    return not len(found.filter(pl.col("reason") != COMMENT))


def _answers_hold(rows: pl.DataFrame, contract: Contract) -> bool:
    return _hex(rows, "record", PSEUDONYM) and not foreign_answers(rows, contract, load.codelists())
