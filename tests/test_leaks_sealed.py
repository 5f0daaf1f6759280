"""Nothing of a person is in a package, its report, or what a region makes of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines import keystore, packages, sealing
from pipelines.settings import Workspace
from sources import synthetic
from sources.synthetic import Region
from tests.leaks.builds import police
from tests.leaks.line import canaries
from tests.leaks.search import Search
from tests.leaks.streams import spilled, streams
from tests.sealing.country import ministry, region, taken


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Region:
    """What agencies have in their own folders."""
    return synthetic.write(tmp_path_factory.mktemp("sent"), size=60, quarters=1)


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Workspace]:
    """A region, and a country that is welcome there."""
    root = tmp_path_factory.mktemp("nodes")
    regional = region(root / "region")
    return regional, ministry(root / "national", regional)


@pytest.fixture(scope="module")
def package(sent: Region, nodes: tuple[Workspace, Workspace]) -> Path:
    """A package of the police, with its report, taken in by the region."""
    regional, national = nodes
    one, to = police(sent), regional.root.parent / "police.tip"
    given = sealing.given(national, one.files, one.layout, one.period)
    assert sealing.seal(national, given, to, to.with_suffix(".html"), "en").package
    assert taken(regional, to).verdict != "faults"
    return to


def inside(package: Path, at: Workspace) -> Iterator[bytes]:
    """All that whoever may open a package reads in it."""
    with packages.opened(package, keystore.intake_key(at["keys"])) as reading:
        yield from (reading.said, reading.signature)
        for _, member, data in reading.members():
            yield member.name.encode()
            yield from streams(data)


def test_nothing_planted_is_in_either_node_the_package_or_its_report(
    package: Path, sent: Region
) -> None:
    assert spilled(package.parent, Search(canaries(sent))) == {}


def test_nothing_planted_is_in_the_package_once_it_is_opened(
    package: Path, sent: Region, nodes: tuple[Workspace, Workspace]
) -> None:
    search, said = Search(canaries(sent)), [*inside(package, nodes[0])]
    assert len(said) > 4
    assert set().union(*map(search.found, said)) == set()
