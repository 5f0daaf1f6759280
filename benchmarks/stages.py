"""Which share of the intake's processor time each stage takes: its work, in this process."""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from pipelines import accounts, feeding, sealed, spool
from pipelines.intake import Job
from sources import readers

STAGES: dict[str, tuple[tuple[Any, str], ...]] = {
    "conform": tuple((feeding, n) for n in ("picked", "named", "in_scope", "unmapped", "conform")),
    "check": ((feeding, "broken"), (feeding, "foreign_answers"), (accounts, "broken")),
    "protect": ((feeding, "protect"),),
    "account": ((accounts.Ledger, "add"), (sealed, "verdict_of")),
    "write": ((spool.Spool, "add"), (spool.Spool, "write")),
}
spent: Counter[str] = Counter()


def timed(stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
    """``work``, with its processor time counted."""

    def run(*arguments: Any, **named: Any) -> Any:
        began = time.process_time_ns()
        try:
            return work(*arguments, **named)
        finally:
            spent[stage] += time.process_time_ns() - began

    return run


def read(frames: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
    """``frames``, with the processor time of each next one counted."""

    def run(*arguments: Any) -> Iterator[Any]:
        following = timed("read", iter(frames(*arguments)).__next__)
        while True:
            try:
                frame = following()
            except StopIteration:
                return
            yield frame

    return run


def main(asked: str) -> None:
    """Take in, and print the shares."""
    readers.opened = read(readers.opened)
    for stage, places in STAGES.items():
        for owner, name in places:
            setattr(owner, name, timed(stage, getattr(owner, name)))
    began = time.process_time_ns()
    verdict = sealed.take_in(Job.model_validate_json(asked))
    whole = time.process_time_ns() - began
    spent["rest"] = whole - spent.total()
    print(f"Of {whole / 1e9:.1f} s for {verdict.rows_kept:,} rows kept:")
    for stage, taken in spent.most_common():
        print(f"  {stage:8} {taken / whole:5.0%}")


if __name__ == "__main__":
    main(sys.argv[1])
