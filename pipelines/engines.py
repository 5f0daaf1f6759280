"""What counts the cube of a workspace: Polars here, DuckDB here, or a Spark cluster.

All three read the same core Parquet and run the same sentences of ``transforms.cube``. A cluster
reads it from a place that all its machines share; what was put there is removed afterwards.
"""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol

import duckdb
import narwhals as nw
import polars as pl

from pipelines.errors import ENVIRONMENT, Refusal
from pipelines.settings import Configuration
from transforms.engine import Frame, Polars


class NoEngine(Refusal):
    """The engine that the configuration names cannot be started or has failed."""

    exit_code = ENVIRONMENT


class Counter(Protocol):
    """An engine that also opens Parquet."""

    def scan(self, file: Path) -> Any:
        """A native frame over a Parquet file."""
        ...

    def lift(self, frame: pl.DataFrame) -> Frame:
        """See ``transforms.engine``."""
        ...

    def keep(self, frame: Frame) -> Frame:
        """See ``transforms.engine``."""
        ...


class OnPolars(Polars):
    """The engine of one machine."""

    def scan(self, file: Path) -> Any:
        """Lazily."""
        return pl.scan_parquet(file)


class OnDuckDB:
    """DuckDB in memory; it may not write what it cannot hold to a disk."""

    def __init__(self) -> None:
        offline = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
        self.connection = duckdb.connect(":memory:", config={**offline, "temp_directory": ""})
        self._kept = 0

    def scan(self, file: Path) -> Any:
        """A relation over the file."""
        return self.connection.read_parquet(str(file))

    def lift(self, frame: pl.DataFrame) -> Frame:
        """A table of its own."""
        return self._table(self.connection.from_arrow(frame.to_arrow()))

    def keep(self, frame: Frame) -> Frame:
        """As a table."""
        return self._table(nw.to_native(frame))

    def _table(self, relation: Any) -> Frame:
        self._kept += 1
        relation.create(f"kept_{self._kept}")
        return nw.from_native(self.connection.table(f"kept_{self._kept}"))


class OnSpark:
    """A cluster that is there already; ``shared`` is a folder or URL that all its machines see."""

    def __init__(self, session: Any, shared: str) -> None:
        self.session, self.shared = session, f"{shared.rstrip('/')}/tipstat-{uuid.uuid4().hex}"

    def scan(self, file: Path) -> Any:
        """The file, put where the cluster sees it."""
        import fsspec

        system, folder = fsspec.core.url_to_fs(self.shared)
        system.makedirs(folder, exist_ok=True)
        there = f"{self.shared}/{uuid.uuid4().hex}.parquet"
        system.put_file(str(file), fsspec.core.url_to_fs(there)[1])
        return self.session.read.parquet(there)

    def lift(self, frame: pl.DataFrame) -> Frame:
        """Sent to the cluster row by row: it is small."""
        kinds = {pl.Boolean: "boolean", pl.Int64: "bigint"}
        schema = ", ".join(f"`{n}` {kinds.get(type(t), 'string')}" for n, t in frame.schema.items())
        lifted: Frame = nw.from_native(self.session.createDataFrame(frame.rows(), schema))
        return lifted

    def keep(self, frame: Frame) -> Frame:
        """In the memory of the cluster."""
        kept: Frame = nw.from_native(nw.to_native(frame).cache())
        return kept

    def close(self) -> None:
        """Leave nothing of ours on the cluster."""
        import fsspec

        self.session.catalog.clearCache()
        system, folder = fsspec.core.url_to_fs(self.shared)
        if system.exists(folder):
            system.rm(folder, recursive=True)


@contextmanager
def opened(configuration: Configuration) -> Iterator[Counter]:
    """The engine that the configuration names; raises ``NoEngine``."""
    with ExitStack() as stack:
        if configuration.engine == "duckdb":
            engine = OnDuckDB()
            stack.enter_context(engine.connection)
            yield engine
        elif configuration.engine == "spark":
            yield stack.enter_context(_spark(configuration))
        else:
            yield OnPolars()


@contextmanager
def _spark(configuration: Configuration) -> Iterator[OnSpark]:
    """A session of the cluster; what is put on it is removed, and the session ended."""
    if not (configuration.spark_master and configuration.shared):
        raise NoEngine('engine = "spark" needs spark_master and shared beside it in tipstat.toml.')
    try:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
    except ImportError:
        raise NoEngine("Spark is not installed: pip install 'tipstat[spark]'") from None
    kind = ""
    try:
        with _session(configuration.spark_master) as session:
            engine = OnSpark(session, configuration.shared)
            try:
                yield engine
            finally:
                engine.close()
    except (PySparkException, Py4JError) as error:
        kind = type(error).__name__
    # Outside the except: what a cluster says may quote a record, Dagster stores what errors hide.
    if kind:
        raise NoEngine(
            f"Spark at {configuration.spark_master} did not count ({kind}). See that the cluster "
            'runs and sees the shared folder, or set engine = "polars".'
        )


@contextmanager
def _session(master: str) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).appName("tipstat")
    session = builder.config("spark.ui.enabled", "false").getOrCreate()
    try:
        session.sparkContext.setLogLevel("OFF")
        # Two hundred parts, the default, are for far more rows than a cube has.
        parts = 2 * session.sparkContext.defaultParallelism
        session.conf.set("spark.sql.shuffle.partitions", str(parts))
        yield session
    finally:
        session.stop()
