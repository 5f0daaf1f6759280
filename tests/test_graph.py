"""The shape of the line, reviewed as text: every asset with its parents and its blocking checks.

When it is meant to change: ``python -m tests.test_graph`` writes it anew; read the difference.
"""

from pathlib import Path

from pipelines.assets import LINE
from pipelines.checks import CHECKS
from pipelines.definitions import JOB, defs

GOLDEN = Path(__file__).parent / "golden" / "asset_graph.txt"


def drawn() -> str:
    """One asset a line: its group, its name, what it is made of, what must hold of it."""
    nodes = defs.resolve_asset_graph().asset_nodes
    lines = []
    for node in sorted(nodes, key=lambda node: (node.group_name, node.key)):
        parents = ", ".join(sorted(parent.to_user_string() for parent in node.parent_keys))
        checks = sorted(check.name for check in node.check_keys)
        judged = f"  [{', '.join(checks)}]" if checks else ""
        lines.append(
            f"{node.group_name}: {node.key.to_user_string()} <- {parents or 'inbox'}{judged}"
        )
    return "\n".join(lines) + "\n"


def test_the_line_has_the_shape_that_was_reviewed() -> None:
    assert drawn() == GOLDEN.read_text(encoding="utf-8")


def test_every_check_blocks_what_comes_after_it() -> None:
    specs = [spec for check in CHECKS for spec in check.check_specs]
    assert len(specs) == len(CHECKS) > 0
    assert all(spec.blocking for spec in specs)


def test_the_one_job_makes_every_asset_and_asks_every_check() -> None:
    job = defs.resolve_job_def(JOB.name)
    layer = job.asset_layer
    assert {key for asset in LINE for key in asset.keys} == set(layer.executable_asset_keys)
    asked = {key for check in CHECKS for key in check.check_keys}
    assert asked == set(layer.asset_graph.asset_check_keys)


if __name__ == "__main__":
    GOLDEN.write_text(drawn(), encoding="utf-8")
