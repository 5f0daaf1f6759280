"""A terminal as answers are shown on it: plain tables, short lists."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table


class Terminal(Console):
    """A console that leaves a closed pipe to whoever called, instead of ending the program."""

    def on_broken_pipe(self) -> None:
        """Let the command line end with its own exit code."""
        raise BrokenPipeError


OUT = Terminal(highlight=False)
MOST_LINES, MOST_CODES = 20, 6


def grid(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> Table:
    """A plain table; what is too long goes on in the next line: a cut path opens nothing."""
    made = Table(box=None, header_style="bold", pad_edge=False)
    for heading in headings:
        made.add_column(heading, overflow="fold")
    for row in rows:
        made.add_row(*("" if cell is None else str(cell) for cell in row))
    return made


def few(codes: Sequence[object]) -> str:
    """A list of codes, or its ends where it is long."""
    if len(codes) <= MOST_CODES:
        return ", ".join(map(str, codes))
    return f"{codes[0]} … {codes[-1]} ({len(codes)})"


def many(n: int, what: str) -> str:
    """A number and its noun."""
    return f"{n} {what}{'' if n == 1 else 's'}"
