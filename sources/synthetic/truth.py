"""What is true of the region, written beside the files: people, rows, pairs, flows, and what
must not leak. Every file grows row by row, so that no more than a case is ever held."""

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path

from sources.synthetic.clerks import Row
from sources.synthetic.people import Person

PERSON = (
    *("person", "dataset", "country", "quarter", "accepted", "unit", "sex", "age"),
    *("exploitation", "citizenship", "origin", "destination", "agencies"),
    "recruitment",
)
ROW = (
    *("file", "row", "dataset", "country", "agency", "period", "person", "case", "unit"),
    *("set_aside", "distortion"),
)
PAIR = ("person", "kind", "distortion", "file", "row", "other_file", "other_row")
FAULT = ("file", "row", "kind", "column", "code", "reason")
FLOW_OF = ("citizenship", "exploited_in", "quarter")
FLOW_COUNTS = ("found_there", "of_them_known_at_home", "known_at_home_only")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "persons": PERSON,
    "rows": ROW,
    "pairs": PAIR,
    "faults": FAULT,
}
Spot = tuple[str, int]  # a file below the region's folder, and a row as a spreadsheet counts


class Truth:
    """The files of truth while a region is written."""

    def __init__(self, folder: Path) -> None:
        self.root = folder
        self.folder = folder / "truth"
        self.canaries = self.folder / "canaries.txt"
        self.flows: dict[tuple[str, str, str], Counter[str]] = {}
        self.planted: Counter[tuple[str, str]] = Counter()

    def path(self, table: str) -> Path:
        """Where a table of the truth lies."""
        return self.folder / f"{table}.csv"

    def __enter__(self) -> "Truth":
        self.folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            self._write = {n: self._table(stack, n, header) for n, header in COLUMNS.items()}
            self._canaries = stack.enter_context(self.canaries.open("w", encoding="utf-8"))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        with self._stack as stack:
            write = self._table(stack, "flows", (*FLOW_OF, *FLOW_COUNTS))
            for key, counts in sorted(self.flows.items()):
                write((*key, *(counts[name] for name in FLOW_COUNTS)))

    def _table(
        self, stack: ExitStack, name: str, header: tuple[str, ...]
    ) -> Callable[[Iterable[object]], object]:
        lines = stack.enter_context(self.path(name).open("w", encoding="utf-8", newline=""))
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(header)
        return writer.writerow

    def tell_person(self, person: Person, dataset: str, accepted: str, agencies: list[str]) -> None:
        """A person, and the period in which a sound row about them first arrived, if any did."""
        quarter, age = person.id[4:11], "" if person.age is None else person.age
        about = (
            person.id,
            dataset,
            person.country,
            quarter,
            accepted,
            person.unit,
            person.sex,
            age,
        )
        flow = (person.citizenship, person.origin, person.destination)
        self._write["persons"](
            (
                *about,
                "|".join(person.exploitation),
                *flow,
                "|".join(agencies),
                "|".join(person.recruitment),
            )
        )

    def tell_row(self, spot: Spot, dataset: str, row: Row) -> None:
        """A row of a file."""
        country, agency, period = spot[0].split("/")[:3]
        about = (row.person, row.case, row.unit, row.set_aside, row.distortion)
        self._write["rows"]((*spot, dataset, country, agency, period, *about))
        self.tell_canaries(row.tokens)

    def tell_pair(self, row: Row, kind: str, spot: Spot, other: Spot) -> None:
        """Two sound rows about one person, the second one perhaps with a distorted identity."""
        self._write["pairs"]((row.person, kind, row.distortion, *spot, *other))

    def tell_fault(self, file: str, row: int | str, *about: str) -> None:
        """A planted fault: kind, column, code and reason."""
        self._write["faults"]((file, row, *about))

    def next_turn(self, layout: str, dataset: str) -> int:
        """How many faults were planted in a source's lists before this one."""
        self.planted[layout, dataset] += 1
        return self.planted[layout, dataset] - 1

    def tell_flow(self, person: Person, exploited_in: str, what: str) -> None:
        """A person who crossed a border of the region, by the quarter in which she was found."""
        key = (person.citizenship, exploited_in, person.id[4:11])
        self.flows.setdefault(key, Counter())[what] += 1

    def tell_canaries(self, tokens: Iterable[str]) -> None:
        """Strings that must be found nowhere outside the files as received."""
        self._canaries.writelines(f"{token}\n" for token in tokens)
