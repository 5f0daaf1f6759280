"""Every channel by which something of a person could get out, the build that leaks by it, where.

One table: ``docs/privacy-proof.md`` shows it, and a channel without a build fails a test.
"""

from typing import NamedTuple

from tests.leaks import builds, builds_around, builds_out
from tests.leaks.builds import Build


class Channel(NamedTuple):
    """A way out: a build that leaks by it, and the place below its folder where that is found."""

    build: Build
    found: str


CHANNELS: dict[str, Channel] = {
    "safe rows": Channel(builds.gate_that_keeps, "safe/*.parquet"),
    "pseudonym without a key": Channel(builds.gate_without_key, "safe/*.parquet"),
    "hash without a key": Channel(builds.gate_with_a_plain_hash, "safe/*.parquet"),
    "verdict": Channel(builds.verdict_with_labels, "verdict.json"),
    "receipt": Channel(builds_around.receipt_with_names, "workspace/inbox/1.json"),
    "reason": Channel(builds_around.reason_as_given, "workspace/inbox/*.json"),
    "log": Channel(builds.log_that_quotes, "intake.log"),
    "file name": Channel(builds.name_that_stays, "workspace/inbox/*.age"),
    "attribute of a file": Channel(builds_around.attribute_of_a_file, "0.*"),
    "inbox": Channel(builds.inbox_unsealed, "workspace/inbox/*.csv"),
    "what persons are recognised by": Channel(builds.persons_unsealed, "safe/persons.*"),
    "temporary file": Channel(builds.workbook_left_behind, "tmp0"),
    "spill file": Channel(builds_around.spill_of_received, ".victims/*/*.arrow"),
    "database": Channel(builds.warehouse_of_received, "received.duckdb"),
    "log of a database": Channel(builds_around.log_of_the_database, "core.duckdb.wal"),
    "Parquet footer": Channel(builds_around.footer_that_tells, "table.parquet"),
    "Parquet statistics": Channel(builds_around.statistics_left, "victims.end"),
    "Parquet dictionary": Channel(builds_around.category_without_rows, "victims.parquet"),
    "Dagster metadata": Channel(builds.dagster_metadata, "workspace/dagster/history/*"),
    "Dagster pickle": Channel(builds.dagster_output, "workspace/dagster/storage/*"),
    "Dagster error": Channel(builds.dagster_context, "workspace/dagster/history/*"),
    "Dagster event log": Channel(builds_out.event_of_a_step, "workspace/dagster/history/*"),
    "Dagster configuration": Channel(builds_out.configured_step, "workspace/dagster/history/*"),
    "compute log": Channel(builds_out.output_of_a_step, "logs/*"),
    "arguments of a process": Channel(builds_around.argument_of_a_child, "seen"),
    "environment of a process": Channel(builds_around.variable_of_a_child, "seen"),
    "stderr of a child": Channel(builds_around.stderr_of_a_child, "err"),
    "core dump": Channel(builds_around.memory_in_a_core, "core.1"),
    "cache": Channel(builds_around.cache_of_rows, "home/.cache/*"),
    "finds of a scan": Channel(builds_around.find_that_quotes, "scan.json"),
    "signed package": Channel(builds_out.package_in_clear, "police.tip"),
    "report of sealing": Channel(builds_out.report_that_quotes, "report.html"),
    "release manifest": Channel(builds_out.manifest_that_names, "manifest.json"),
    "cell of an export": Channel(builds_out.cell_of_an_export, "export/*.csv"),
    "column of an export": Channel(builds_out.column_of_an_export, "export/*.csv"),
    "label of an export": Channel(builds_out.label_of_an_export, "export/*.csv"),
    "file name of an export": Channel(builds_out.file_of_an_export, "export/*"),
    "answer of a server": Channel(builds_out.answer_of_a_server, "*.html"),
    "keys as shown": Channel(builds_out.key_that_is_shown, "keys.json"),
}
