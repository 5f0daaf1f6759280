"""A sealed process that reads many submissions, one after another, as a sealed child reads one.

    python -m tests.pipelines.fuzz.reading FOLDER < jobs

Each line of standard input is a job; each is answered with a line: its number, then the verdict,
or the kind of what nobody foresaw. It is sealed and confined to ``FOLDER`` before it reads.
"""

import sys
from pathlib import Path

from pipelines import sandbox


def answered(question: str) -> str:
    """What a child would answer, or the kind of error with which it would end."""
    from pipelines import sealed

    try:
        return sealed.answer(question)
    except Exception as error:  # what the child would end at
        return type(error).__name__


def main(folder: Path) -> None:
    """Seal, confine, read."""
    sandbox.seal()
    sandbox.confine([folder], [folder])
    for number, question in enumerate(sys.stdin):
        print(number, answered(question), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
