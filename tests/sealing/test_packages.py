"""A package is whole, genuine, for us, in time and new, or nothing of it is kept."""

import datetime as dt
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pyrage
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pipelines import cards, keystore, nodes, packages, settings, signing, speakers
from pipelines.packages import MANIFEST, MARK, SIGNATURE
from pipelines.settings import Workspace
from sources.synthetic import Submission
from tests.commands.typing_in import ended
from tests.pipelines.workspaces import tree
from tests.sealing.country import PERIOD, code, copied, ministry, packed, region, taken
from transforms.vintage import Slice

Files = dict[str, bytes]


@pytest.fixture
def here(regional: Workspace, tmp_path: Path) -> Workspace:
    """The region, to be written to."""
    return copied(regional, tmp_path / "region")


def inside(package: Path, at: Workspace) -> Files:
    """The members of a package by name, opened with standard means and the recovery key."""
    pair = pyrage.x25519.Identity.from_str((at.root / nodes.RECOVERY_FILE).read_text())
    plain = pyrage.decrypt(package.read_bytes().removeprefix(MARK), [pair])
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        streams = {entry.name: tar.extractfile(entry) for entry in tar}
        return {name: stream.read() for name, stream in streams.items() if stream}


def forged(files: Files, to: Path, recipient: str, key: Ed25519PrivateKey | None = None) -> Path:
    """A package of these members, signed anew where a key is given."""
    if key:
        files = files | {SIGNATURE: key.sign(files[MANIFEST])}
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    key_of = pyrage.x25519.Recipient.from_str(recipient)
    to.write_bytes(MARK + pyrage.encrypt(plain.getvalue(), [key_of]))
    return to


def to_region(at: Workspace) -> str:
    return cards.own(at).intake


def key_of(at: Workspace) -> Ed25519PrivateKey:
    return signing.key(keystore.signing_key(at))


def test_a_package_is_taken_in_and_kept_like_raw_files(here: Workspace, package: Path) -> None:
    verdict = taken(here, package)
    assert verdict.verdict != "faults"
    rows = [pl.read_parquet(file) for file in sorted(here["safe"].glob("victims/*.parquet"))]
    assert sum(map(len, rows)) == verdict.rows_out["victims"] > 0
    assert {"person_key", "link_token"} <= set(rows[0].columns)
    assert {"person", "inner"} & set(rows[0].columns) == set()


@pytest.mark.parametrize("share", [0.0, 0.002, 0.01, 0.05, 0.2, 0.5, 0.8, 0.999, 1.0])
def test_whichever_byte_is_changed_the_package_is_refused(
    here: Workspace, package: Path, tmp_path: Path, share: float
) -> None:
    data = bytearray(package.read_bytes())
    data[round(share * (len(data) - 1))] ^= 0x20
    (tmp_path / "changed.tip").write_bytes(data)
    before = tree(here.root)
    assert code(taken(here, tmp_path / "changed.tip")) in ("SEAL-01", "SEAL-02")
    assert {name for name in tree(here.root) if name not in before} <= {"safe"}


@pytest.mark.parametrize("share", [0.0005, 0.1, 0.5, 0.9, 0.99999])
def test_whatever_is_cut_off_the_package_is_refused(
    here: Workspace, package: Path, tmp_path: Path, share: float
) -> None:
    data = package.read_bytes()
    (tmp_path / "short.tip").write_bytes(data[: int(share * len(data))])
    assert code(taken(here, tmp_path / "short.tip")) in ("SEAL-01", "SEAL-02")


def test_a_package_comes_once(here: Workspace, package: Path) -> None:
    assert taken(here, package).verdict != "faults"
    kept = tree(here.root)
    assert code(taken(here, package)) == "SEAL-06"
    assert tree(here.root) == kept


def test_an_older_package_of_the_same_slice_does_not_take_the_place_of_a_newer_one(
    here: Workspace, national: Workspace, police: Submission, package: Path, tmp_path: Path
) -> None:
    packed(national, police.files, police.layout, tmp_path / "newer.tip")
    assert taken(here, tmp_path / "newer.tip").verdict != "faults"
    assert code(taken(here, package)) == "SEAL-07"


@pytest.mark.parametrize("days", [31, -2])
def test_a_package_has_its_time(here: Workspace, package: Path, days: int) -> None:
    then = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
    assert code(taken(here, package, then)) == "SEAL-05"


def test_another_region_cannot_open_it(package: Path, tmp_path: Path) -> None:
    assert code(taken(region(tmp_path / "other"), package)) == "SEAL-02"


def test_what_one_region_opened_is_not_taken_by_another_to_which_it_is_passed_on(
    national: Workspace, package: Path, tmp_path: Path
) -> None:
    other = region(tmp_path / "other")
    cards.welcome(other, national["card.json"])
    again = forged(inside(package, national), tmp_path / "again.tip", to_region(other))
    assert code(taken(other, again)) == "SEAL-02"


def test_a_sender_who_is_not_welcome_is_refused(
    here: Workspace, package: Path, police: Submission, tmp_path: Path
) -> None:
    for file in (here["keys"] / cards.SENDERS).glob("*.json"):
        file.unlink()
    assert code(taken(here, package)) == "SEAL-03"


def test_a_welcome_sender_of_one_country_does_not_speak_for_another(
    here: Workspace, national: Workspace, package: Path, tmp_path: Path
) -> None:
    files = inside(package, national)
    said = json.loads(files[MANIFEST]) | {"country": "XAB"}
    files[MANIFEST] = json.dumps(said).encode()
    made = forged(files, tmp_path / "other.tip", to_region(here), key_of(national))
    assert code(taken(here, made)) == "SEAL-03"


def test_a_signature_of_somebody_else_is_refused(
    here: Workspace, national: Workspace, package: Path, tmp_path: Path
) -> None:
    stranger = Ed25519PrivateKey.generate()
    made = forged(inside(package, national), tmp_path / "f.tip", to_region(here), stranger)
    assert code(taken(here, made)) == "SEAL-04"


def manifest(change: Callable[[dict[str, Any]], None]) -> Callable[[Files], None]:
    def changed(files: Files) -> None:
        said = json.loads(files[MANIFEST])
        change(said)
        files[MANIFEST] = json.dumps(said).encode()

    return changed


def versions(version: str) -> Callable[[Files], None]:
    def change(said: dict[str, Any]) -> None:
        for part in said["parts"]:
            part["contracts"]["victims"] = version

    return manifest(change)


def fewer(files: Files) -> None:
    """A member is not as it was signed."""
    name = next(name for name in files if name.endswith("victims.0.parquet"))
    data = io.BytesIO()
    pl.read_parquet(io.BytesIO(files[name])).head(1).write_parquet(data)
    files[name] = data.getvalue()


def altered(files: Files) -> None:
    """A member is as long as it was signed, and says something else."""
    name = next(name for name in files if name.endswith("victims.0.parquet"))
    data = bytearray(files[name])
    data[len(data) // 2] ^= 1
    files[name] = bytes(data)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (altered, "SEAL-01"),
        (versions("9.0.0"), "SEAL-08"),
        (versions("0.1.0"), "SEAL-09"),
        (manifest(lambda said: said.update(normalisation="0")), "SEAL-10"),
        (manifest(lambda said: said.update(linking="0" * 32)), "SEAL-10"),
        (manifest(lambda said: said.update(unknown=1)), "SEAL-01"),
        (fewer, "SEAL-01"),
        (lambda files: files.pop(next(n for n in files if n.endswith(".parquet"))), "SEAL-01"),
        (lambda files: files.update(more=b""), "SEAL-01"),
    ],
)
def test_what_a_welcome_sender_signed_is_judged_too(
    here: Workspace,
    national: Workspace,
    package: Path,
    tmp_path: Path,
    change: Callable[[Files], None],
    why: str,
) -> None:
    files = inside(package, national)
    change(files)
    made = forged(files, tmp_path / "made.tip", to_region(here), key_of(national))
    assert code(taken(here, made)) == why
    assert not list(here["safe"].glob("*/*")) + list(here["packages"].glob("*"))


def test_invented_people_do_not_come_among_real_ones(
    national: Workspace, police: Submission, tmp_path: Path
) -> None:
    real = region(tmp_path / "real", mode="closed")
    sender = ministry(tmp_path / "sender", real)
    made = packed(sender, police.files, police.layout, tmp_path / "p.tip")
    assert made.package
    assert code(taken(real, tmp_path / "p.tip")) == "SEAL-12"


def test_with_the_recovery_key_the_country_reads_its_own_package(
    national: Workspace, package: Path
) -> None:
    files = inside(package, national)
    said = json.loads(files[MANIFEST])
    assert said["country"] == "XAA"
    members = {m["name"] for part in said["parts"] for m in part["members"]}
    assert members == set(files) - {MANIFEST, SIGNATURE}
    assert all(pl.read_parquet(io.BytesIO(files[name])).width for name in members)


def test_a_package_shows_nothing_but_what_it_is(package: Path) -> None:
    data = package.read_bytes()
    assert data.startswith(MARK + b"age-encryption.org/v1\n")
    assert b"XAA" not in data
    assert b"PAR1" not in data
    assert not packages.is_one(package.parent / settings.FILE)


def test_a_package_of_a_published_period_is_told_to_wait(
    here: Workspace, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = {
        Slice(dataset, "xaa_police", "XAA", PERIOD): "before"
        for dataset in ("victims", "perpetrators", "cases")
    }
    monkeypatch.setattr(speakers, "frozen", lambda _: published)
    found = ended(f"submit {package} --workspace {here.root}")
    assert "(waiting)" in found.out
    assert "it waits for the annual revision" in found.out
