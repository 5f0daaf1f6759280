"""The invented region's own pairs, sent by its agencies and found by the real sealed process.

Its names are unlike each other, so these are easier than those of ``test_accuracy``; what they add
is the way: files, layouts, scripts, gate, sealed process. ``python -m benchmarks.linking region``
prints the figures of more than 5,000 pairs.
"""

from pathlib import Path

import pytest

from pipelines import steps
from pipelines.settings import Workspace
from sources import synthetic
from tests.linking.planted import Planted, by_token, in_sealed_process, planted, score
from tests.pipelines.workspaces import send, workspace

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("region pairs")]
TWO = ("XAA", "XAD")


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Planted]:
    """Everything that the two countries with two agencies send of half a year, taken in."""
    folder: Path = tmp_path_factory.mktemp("pairs")
    region = synthetic.write(folder / "region", size=1_600, quarters=2, countries=TWO)
    place = workspace(folder / "workspace", raw_files=TWO)
    for one in region.submissions:
        if one.country and one.layout != "xaa_assistance":
            send(place, one)
    steps.take_in(place)
    return place, planted(place, region)


def test_pairs_within_a_country_are_found_and_right(sent: tuple[Workspace, Planted]) -> None:
    place, truth = sent
    found = score(in_sealed_process(place), truth, "within")
    assert found.planted > 150
    assert found.precision >= 0.98
    assert found.recall >= 0.93


def test_across_borders_an_exact_token_is_right_and_finds_only_what_is_written_alike(
    sent: tuple[Workspace, Planted],
) -> None:
    place, truth = sent
    found = score(by_token(place), truth, "across")
    assert found.right == found.found
    # One writes Latin letters and one Cyrillic ones: rarely by the same table as ours.
    assert 0 < found.recall < 0.3
