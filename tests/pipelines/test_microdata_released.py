"""Synthetic rows from records to the published release, as it is typed; twice. All is invented."""

import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
import yaml

from data_contracts.microdata import Microdata
from pipelines import cohorts, keystore, microdata, releases, signing
from pipelines.settings import Workspace
from tests.pipelines import approving
from tests.pipelines.cohorts_of import agreed, book, region
from tests.pipelines.drafting import LATER
from tests.pipelines.registries import counting
from tests.pipelines.stored import store
from tests.pipelines.test_release_life import typed
from tests.pipelines.workspaces import workspace

pytestmark = [pytest.mark.xdist_group("microdata"), pytest.mark.slow]
ROWS, PAGE = "microdata/region-2025.parquet", "microdata/region-2025.md"
RELEASE = "INVENTED-2025Q4-v1"
TABLES = {"victims"}


@pytest.fixture(scope="module")
def few_tables() -> Iterator[None]:
    """As many tables as a run has time for."""
    with counting(TABLES):
        yield


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, few_tables: None) -> Workspace:
    """A published release with rows of the persons of three countries."""
    root = tmp_path_factory.mktemp("microdata") / "region"
    made = workspace(root, raw_files=("XAA", "XAB", "XAD"), microdata=True)
    region(made, 3_900)
    found = typed(f"run --workspace {root}")
    assert found["microdata"] == [{"cohort": "region-2025", "state": "made"}]
    assert found["release"] == RELEASE
    approving.publish(root, RELEASE, LATER, keystore.signing_key(made))
    return made


@pytest.fixture
def folder(place: Workspace) -> Path:
    return releases.published(place.root, RELEASE)


def test_the_release_holds_rows_of_declared_codes_signed_and_with_their_contract(
    folder: Path,
) -> None:
    declared = Microdata.model_validate(
        yaml.safe_load((folder / "contracts/microdata.yaml").read_text("utf-8"))
    )
    rows = pl.read_parquet(folder / ROWS)
    assert rows.columns == list(declared.domains)
    assert all(set(rows[name]) <= set(codes) for name, codes in declared.domains.items())
    assert 3_700 < rows.height < 4_100
    sums = (folder / signing.CHECKSUMS).read_text("utf-8")
    assert ROWS in sums
    assert PAGE in sums
    package = json.loads((folder / "datapackage.json").read_bytes())
    (resource,) = (one for one in package["resources"] if one["path"] == ROWS)
    fields = {
        one["name"]: tuple(one["constraints"]["enum"]) for one in resource["schema"]["fields"]
    }
    assert fields == dict(declared.domains)
    assert "invented" in (folder / PAGE).read_text("utf-8").splitlines()[0]
    assert f"`{ROWS}`" in (folder / "README.md").read_text("utf-8")


def test_the_manifest_says_what_is_promised_and_of_which_line_of_the_ledger(
    place: Workspace, folder: Path
) -> None:
    (told,) = releases.manifest(folder)["microdata"]
    (line,) = book(place).read_text("utf-8").splitlines()
    assert told["seal"] == signing.sha256(line.encode())
    assert (told["epsilon"], told["delta"], told["sure"]) == (pytest.approx(2, abs=0.01), 1e-6, 89)
    assert (told["persons_per_case"], told["raid"]) == (5, 30)
    assert 8 < told["case_epsilon"] < 8.5 < 140 < told["raid_epsilon"]
    shown = typed(f"release show {RELEASE} --workspace {place.root}")
    assert shown["microdata"] == [told]


def test_a_second_run_makes_nothing_and_spends_nothing(place: Workspace, folder: Path) -> None:
    spent = book(place).read_bytes()
    again = typed(f"run --workspace {place.root}")
    assert again["release"] is None
    assert "microdata" in again["assets"]["skipped"]
    assert book(place).read_bytes() == spent


def test_a_later_release_brings_the_same_bytes_along(place: Workspace, folder: Path) -> None:
    spent = book(place).read_bytes()
    for layout in ("xaa_police", "xab_ministry", "xad_police"):
        agreed(place, store(place, layout, "2026-Q1", 300, LATER))
    later = str(typed(f"run --workspace {place.root}")["release"])
    assert later == "INVENTED-2026Q1-v1"
    candidate = releases.candidate(place.root, later)
    for name in (ROWS, PAGE):
        assert (candidate / name).read_bytes() == (folder / name).read_bytes()
    assert book(place).read_bytes() == spent
    assert cohorts.closed(place) == ["2025"]
    assert [one["state"] for one in microdata.told_of(place)] == ["made"]
