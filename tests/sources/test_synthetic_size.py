"""A region is written row by row: four times as many people need hardly more memory."""

import subprocess
import sys
from pathlib import Path

from sources.synthetic.region import Country, Ref

SCRIPT = """
import resource, sys
from pathlib import Path
from sources.synthetic import write
write(Path(sys.argv[1]), size=int(sys.argv[2]), quarters=4)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def most_memory(folder: Path, size: int) -> int:
    """Kilobytes that a process of its own held at most while it wrote a region."""
    command = [sys.executable, "-c", SCRIPT, str(folder), str(size)]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def test_memory_hardly_grows_with_the_region(tmp_path: Path) -> None:
    small, large = (most_memory(tmp_path / str(size), size) for size in (400, 1600))
    assert large < 1.15 * small


def test_somebody_held_in_eight_bytes_is_the_same_somebody() -> None:
    periods = [f"2024-Q{quarter}" for quarter in range(1, 5)]
    here = Country("XAA", periods, periods[0])
    for ref in (
        Ref("XAA", "2024-Q1", 0, 1, 1),
        Ref("XAA", "2024-Q4", 2**32 - 1, 255, 255),
        Ref("XAA", "2024-Q3", 70_000, 9, 3),
    ):
        assert here.unpacked(here.packed(ref)) == ref
        assert here.packed(ref) < 2**63
