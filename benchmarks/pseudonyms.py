"""Ten million pseudonyms, against ``polars-hash`` alone hashing the same column.

The peer makes one SHA-256 of each number. Ours is an HMAC, which is two, over an input that begins
with its purpose. Both are fresh interpreters; the drawing of the column is measured apart and
taken off both.
"""

import argparse
import shlex
import sys

import polars as pl
from polars_hash import CryptographicHashingNameSpace

from anonymize import identity
from anonymize.identity import CountryKeys
from benchmarks.measure import costs, repeated

KEYS = CountryKeys((bytes(range(32)),), bytes(32))
PIECE = 1_000_000
WORKS = {
    "nothing": pl.col("number"),
    "polars-hash": CryptographicHashingNameSpace(pl.col("number")).sha2_256(),
    "pseudonym": identity.pseudonym(pl.col("number"), KEYS, "record", "xaa_police"),
}


def work(name: str, rows: int) -> None:
    """Draw numbers of records piece by piece, as the intake does, and hash them."""
    for start in range(0, rows, PIECE):
        numbers = pl.int_range(start, min(start + PIECE, rows), eager=True).cast(pl.String)
        made = pl.DataFrame({"number": "REC-" + numbers.str.zfill(9)}).select(WORKS[name])
        if made["number"].null_count():
            raise ValueError("A number was not hashed.")


def main(sizes: list[int], repeats: int) -> None:
    """Print the ratio for each size, with the command."""
    for rows in sizes:
        commands = [
            [sys.executable, "-m", "benchmarks.pseudonyms", "--work", name, "--rows", str(rows)]
            for name in WORKS
        ]
        (base, _), (peer, _), (own, held) = costs(commands, repeated(rows, repeats))
        print(
            f"pseudonyms of {rows} numbers: {own - base:.1f} s against {peer - base:.1f} s of one "
            f"SHA-256 by polars-hash, {(own - base) / (peer - base):.2f} times; {held:.0f} MiB"
        )
        print(f"  {shlex.join(commands[-1])}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="One way of hashing a drawn column.")
    parser.add_argument("--work", choices=sorted(WORKS), required=True)
    parser.add_argument("--rows", type=int, required=True)
    asked = parser.parse_args()
    work(asked.work, asked.rows)
