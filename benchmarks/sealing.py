"""Sealing a large register in the country, against reading it as text and encrypting it.

The peer does the least that could be called the same: it reads the table, counts a column, writes
Parquet and encrypts that. Start-up of both, and of the sealed process, is in the figures.
"""

import shlex
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import register
from benchmarks.measure import costs
from pipelines import nodes
from pipelines.settings import Configuration

ROWS = 100_000
PEER = """
import io, sys, polars as pl, pyrage
frame = pl.read_csv(sys.argv[1], separator=";", infer_schema=False)
frame.group_by(frame.columns[0]).len()
data = io.BytesIO()
frame.write_parquet(data, statistics=False)
key = pyrage.x25519.Identity.generate().to_public()
open(sys.argv[2], "wb").write(pyrage.encrypt(data.getvalue(), [key]))
"""


def node(root: Path) -> Path:
    """A national node of the invented country whose register it is."""
    said = Configuration(title="Invented region", mode="demo")
    region = nodes.regional(root / "region", said)
    country = said.model_copy(update={"role": "national", "country": register.COUNTRY})
    return nodes.national(root / "country", country, region.card).workspace.root


def main(repeats: int, rows: int = ROWS) -> None:
    """Print the ratio, the seconds and the two commands."""
    with TemporaryDirectory() as place:
        root = Path(place)
        file = register.write(root / "register.csv", rows)
        asked = ["seal", str(file), "--layout", register.LAYOUT, "--period", register.PERIOD]
        out = ["-o", str(root / "package.tip"), "--workspace", str(node(root))]
        ours = [sys.executable, "-m", "pipelines.cli", *asked, *out]
        peer = [sys.executable, "-c", PEER, str(file), str(root / "peer.age")]
        (mine, held), (theirs, _) = costs([ours, peer], repeats)
        size = f"{(root / 'package.tip').stat().st_size / 1e6:.1f} MB"
    print(
        f"seal {rows:,} rows, start-up included: {mine / theirs:.1f} times Polars and age "
        f"({mine:.2f} s against {theirs:.2f} s of processor time), {held:.0f} MiB, {size}"
    )
    print(f"  {shlex.join(ours)}\n  {shlex.join(peer)}\n")
