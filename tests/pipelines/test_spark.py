"""A real Spark cluster counts the same cube, on both of its workers."""

from pathlib import Path
from typing import Any

import pytest
from polars.testing import assert_frame_equal

from pipelines import engines, steps
from pipelines.settings import Configuration
from tests.cluster import HOST, cluster, state
from tests.people import LISTS, TABLE, series
from tests.pipelines.test_engines import configured, core_folder, cube, linked, people
from transforms.cube import count

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("spark")]


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The master's address, and the port of its page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_LOCAL_IP", HOST)
        with cluster(tmp_path_factory.mktemp("cluster")) as found:
            yield found


def on_spark(master: str, shared: Path) -> Configuration:
    return Configuration(
        title="Region", mode="closed", engine="spark", spark_master=master, shared=str(shared)
    )


def test_two_workers_count_what_polars_counts(spark: tuple[str, int], tmp_path: Path) -> None:
    master, page = spark
    rows, shared = people(400), tmp_path / "shared"
    configuration = on_spark(master, shared)
    with engines.opened(configuration) as engine, core_folder(rows) as folder:
        found = count(TABLE, steps.people_of(folder, [TABLE], engine), LISTS, series()).cells
        assert isinstance(engine, engines.OnSpark)
        executors = engine.session.sparkContext._jsc.sc().getExecutorMemoryStatus().size()
        told = state(page)
    assert_frame_equal(found, cube(rows, configured("polars")))
    assert told["aliveworkers"] == 2
    assert executors == 3
    assert list(shared.iterdir()) == []


def test_two_workers_link_whom_polars_links(spark: tuple[str, int], tmp_path: Path) -> None:
    rows = people(400)
    found = linked(rows, on_spark(spark[0], tmp_path / "shared"))
    assert_frame_equal(found, linked(rows, configured("polars")))
