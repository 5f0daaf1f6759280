"""Several agencies' lists are matched in the country; the region counts as if it had the files."""

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from data_contracts import load
from pipelines import cards, links, packages, packing, sealing, speakers, steps, submissions
from pipelines.settings import Workspace
from sources.synthetic import Region, Submission
from tests.sealing.country import PERIOD, ministry, region, taken
from tests.tables import table
from transforms import link, vintage

KEYS = ("intake.pub", "intake.key", "region.key", "rounding.key", "linking.key", "XAA/identity.key")


def sent_to(at: Workspace, sent: list[Submission]) -> None:
    """Submit raw files, one after the other."""
    for minute, one in enumerate(sent):
        now = dt.datetime(2024, 5, 1, 12, minute, tzinfo=dt.UTC)
        _, found = submissions.submit(at, one.files, one.layout, one.period, one.country, now)
        assert found.verdict != "faults"


def counted(at: Workspace, out: Path) -> pl.DataFrame:
    """Victims as the cube counts them: each record under the one key of its person."""
    slices = vintage.current(submissions.accepted(at), load.layouts(), speakers.frozen(at))
    out.mkdir()
    links.make(at, slices, out)
    keys = pl.read_parquet(out / steps.KEYS)
    rows = pl.concat(pl.read_parquet(file) for file in sorted(at["safe"].glob("victims/*")))
    found: pl.DataFrame = link.applied(rows, keys).collect()
    return found.select(sorted(found.columns)).sort("source", "record")


@pytest.fixture(scope="module")
def quarter(sent: Region) -> list[Submission]:
    """What all agencies of the country sent for a quarter, the earlier quarter before."""
    return [s for s in sent.submissions if s.country == "XAA" and s.period == PERIOD]


@pytest.fixture(scope="module")
def sealed(
    quarter: list[Submission], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Workspace, Workspace, sealing.Packed]:
    """A region that took the country's package, the country, and what it said of it."""
    root = tmp_path_factory.mktemp("matched")
    at = region(root / "region")
    country = ministry(root / "country", at)
    sent_to(country, quarter)
    assert not list(country["safe"].glob("*/*"))
    everything = sealing.received(country, PERIOD)
    made = sealing.seal(country, everything, root / "all.tip", root / "report.html", "en")
    assert taken(at, root / "all.tip").verdict != "faults"
    return at, country, made


def test_persons_of_several_lists_are_one_before_they_leave(
    sealed: tuple[Workspace, Workspace, sealing.Packed],
) -> None:
    at, _, made = sealed
    assert made.matched > 0
    rows = pl.concat(pl.read_parquet(file) for file in sorted(at["safe"].glob("victims/*")))
    sources = rows.group_by("person_key").agg(pl.col("source").n_unique())
    assert rows["source"].n_unique() > 1
    assert sources.filter(pl.col("source") > 1).height > 0


def test_the_same_files_raw_and_sealed_give_the_same_records_of_the_same_persons(
    sealed: tuple[Workspace, Workspace, sealing.Packed], quarter: list[Submission], tmp_path: Path
) -> None:
    at, country, _ = sealed
    raw = region(tmp_path / "raw", raw_files=("XAA",))
    from pipelines import bundles, recovery

    recovery.take_over(raw, bundles.of(country).model_copy(update={"book": _shared(country)}))
    for name in ("region", "rounding"):
        _copied(at, raw, name)
    sent_to(raw, quarter)
    mine, theirs = counted(at, tmp_path / "sealed"), counted(raw, tmp_path / "stripped")
    assert mine.equals(theirs)


def _shared(country: Workspace) -> object:
    from pipelines import keybook

    book = keybook.read(country["keys"])
    names = ("linking", "XAA/identity")
    return book.model_copy(update={"keys": {name: book.keys[name] for name in names}})


def _copied(one: Workspace, other: Workspace, name: str) -> None:
    from pipelines import keybook

    secret = (one["keys"] / f"{name}.key").read_bytes()
    (other["keys"] / f"{name}.key").write_bytes(secret)
    own = keybook.read(one["keys"]).keys[name]
    keybook.write(other["keys"], keybook.read(other["keys"]).with_key(name, own))


def test_of_all_who_hang_together_the_first_by_receipt_stays() -> None:
    persons = table(
        """
        dataset | submission | record | person | order
        victims | s2         | a      | C      | 1
        victims | s1         | b      | B      | 0
        victims | s1         | a      | A      | 0
        victims | s2         | b      | D      | 1
        """
    )
    groups = table(
        """
        dataset | submission | record | group
        victims | s2         | a      | 0
        victims | s1         | b      | 0
        victims | s2         | b      | 1
        victims | s1         | a      | 1
        """
    )
    assert packing.joined(persons, groups) == {"C": "B", "D": "A"}


def test_an_agency_with_the_countrys_keys_seals_alone_and_the_ministry_cannot_read_it(
    sealed: tuple[Workspace, Workspace, sealing.Packed], police: Submission, tmp_path: Path
) -> None:
    _, country, _ = sealed
    at = region(tmp_path / "region")
    cards.welcome(at, country["card.json"])
    agency = _agency(country, at, tmp_path)
    source = sealing.given(agency, police.files, police.layout, PERIOD)
    assert sealing.seal(agency, source, tmp_path / "police.tip", None, "en").package
    assert taken(at, tmp_path / "police.tip").verdict != "faults"
    rows = pl.concat(pl.read_parquet(file) for file in sorted(at["safe"].glob("victims/*")))
    assert rows["record"].is_in(_records(sealed[0]).implode()).all()
    with pytest.raises(packages.NotOurs):
        _opened_by(country, tmp_path / "police.tip")


def _agency(country: Workspace, at: Workspace, root: Path) -> Workspace:
    """A node of the country's, with the keys that the ministry handed over."""
    from pipelines import nodes, recovery

    card = cards.read(at["card.json"], "regional")
    said = country.configuration.model_copy(update={"title": "Police"})
    agency = nodes.national(root / "agency", said, at["card.json"]).workspace
    assert card.role == "regional"
    handed = root / "handed.age"
    recovery.hand(country, handed, cards.own(agency).intake, "", "XAA")
    bundle = recovery.opened(handed, agency["keys"] / "intake.key", "")
    assert recovery.take_over(agency, bundle)
    cards.welcome(at, nodes.introduced(agency).card)
    return agency


def _records(at: Workspace) -> pl.Series:
    return pl.concat(pl.read_parquet(f) for f in sorted(at["safe"].glob("victims/*")))["record"]


def _opened_by(country: Workspace, package: Path) -> None:
    from pipelines import keystore

    with packages.opened(package, keystore.intake_key(country["keys"])):
        raise AssertionError("the ministry can read it")
