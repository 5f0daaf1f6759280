"""A real attack: a million invented identities are tried against the tokens of a real safe file.

Whoever has one of the two keys finds nobody, whoever has both finds everybody. The attacker knows
the published form of names and the published formula, and computes in plain Python.
"""

import datetime as dt
import hmac
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice, product
from pathlib import Path

import polars as pl
import pytest

from pipelines import inbox, keystore, rotation
from pipelines.settings import Workspace
from sources.synthetic import Region
from tests.pipelines.workspaces import of_belmora, send, workspace

CANDIDATES = 1_000_000
DIGITS, VERSION = 32, "2"
NOBODY = bytes(32)


def told(purpose: str, text: str) -> bytes:
    """The input of a keyed hash, as docs/methods-identity.md says."""
    return f"{len(purpose)}:{purpose}1:{VERSION}{len(text)}:{text}".encode()


def keyed(key: bytes, text: bytes) -> bytes:
    """HMAC-SHA256 under a key's hex digits."""
    return hmac.digest(key.hex().encode(), text, sha256)


def token(linking: bytes, region: bytes, identity: str) -> str:
    """The link token of an identity, under one generation of each key."""
    inner = keyed(linking, told("link", identity)).hex()
    return keyed(region, told("region", inner)).hex()[:DIGITS]


def identities(place: Workspace) -> list[str]:
    """The true persons, as the intake read them: what an attacker's best list would hold."""
    found: set[str] = set()
    for one in inbox.received(place):
        for file in one.sealed_persons(place):
            known = pl.read_parquet(keystore.opened(file.read_bytes(), place["keys"]))
            for row in known.iter_rows(named=True):
                found.update(identity_of(row))
    return sorted(found)


def identity_of(row: dict[str, str]) -> Iterator[str]:
    from anonymize.normal import GIVEN_PARTICLES, compact, normalised

    family, given = row["family_name"] or "", row["given_name"] or ""
    words = [*normalised(family).split(), *normalised(given, GIVEN_PARTICLES).split()]
    if normalised(family) and normalised(given) and row["birth_date"]:
        yield f"names|{' '.join(sorted(words))}|{compact(row['birth_date'])}"
    elif row["document"] and compact(row["document"]):
        yield f"document|{compact(row['document'])}"


def dictionary(true: list[str], size: int) -> list[str]:
    """The true identities among so many others that look like them."""
    names = sorted({part.split("|")[1] for part in true if part.startswith("names|")})
    first = dt.date(1950, 1, 1)
    days = [f"{first + dt.timedelta(days=n):%Y%m%d}" for n in range(25_000)]
    others, known = (f"names|{name}|{day}" for day, name in product(days, names)), set(true)
    return [*true, *islice((one for one in others if one not in known), size - len(true))]


@pytest.fixture(scope="module")
def place(tiny: Region, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = workspace(tmp_path_factory.mktemp("attacked") / "region")
    send(made, of_belmora(tiny)[0])
    return made


def stored(place: Workspace) -> set[str]:
    files = place["safe"].glob("victims/*.parquet")
    return {t for file in files for t in pl.read_parquet(file)["link_token"].drop_nulls()}


def hits(tried: list[str], linking: bytes, region: bytes, tokens: set[str]) -> set[str]:
    """The stored tokens that an attacker with these keys makes of a dictionary."""
    return {token(linking, region, one) for one in tried} & tokens


def keys(folder: Path) -> tuple[bytes, bytes]:
    return keystore.of_country(folder, "XAB").linking, keystore.of_region(folder).region[0]


def test_with_one_key_nobody_is_found_and_with_both_everybody(place: Workspace) -> None:
    tokens, true = stored(place), identities(place)
    linking, region = keys(place["keys"])
    assert len(tokens) > 20
    assert hits(true, linking, region, tokens) == tokens
    tried = dictionary(true, 20_000)
    for one, other in ((linking, NOBODY), (NOBODY, region), (linking, linking), (region, region)):
        assert hits(tried, one, other, tokens) == set()
    halves = {keyed(linking, told("link", one)).hex()[:DIGITS] for one in tried}
    assert not halves & tokens


@pytest.mark.slow
def test_of_a_million_candidates_with_one_key_none_is_right_and_with_both_all(
    place: Workspace,
) -> None:
    tokens, true = stored(place), identities(place)
    linking, region = keys(place["keys"])
    tried = dictionary(true, CANDIDATES)
    assert len(set(tried)) == CANDIDATES
    assert len(hits(tried, linking, NOBODY, tokens)) == 0
    assert len(hits(tried, NOBODY, region, tokens)) == 0
    assert hits(tried, linking, region, tokens) == tokens


@pytest.mark.parametrize("name", ["linking", "region"])
def test_after_a_rotation_both_keys_as_they_were_find_nobody(name: str, place: Workspace) -> None:
    true, (linking, region) = identities(place), keys(place["keys"])
    rotation.rotate(place, name)
    assert hits(true, linking, region, stored(place)) == set()
