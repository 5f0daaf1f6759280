"""What is true of the region, written beside the files: people, rows, and what must not leak."""

import csv
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path

from sources.synthetic.files import Sent
from sources.synthetic.people import Person

PERSONS = (
    "person",
    "dataset",
    "country",
    "quarter",
    "accepted",
    "unit",
    "sex",
    "age",
    "exploitation",
    "agencies",
)
ROWS = (
    "file",
    "row",
    "dataset",
    "country",
    "agency",
    "period",
    "person",
    "case",
    "unit",
    "set_aside",
    "is_misspelt",
)


class Truth:
    """Three files that grow row by row, so that no more than a quarter is ever held."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "truth"
        self.persons = self.folder / "persons.csv"
        self.rows = self.folder / "rows.csv"
        self.canaries = self.folder / "canaries.txt"

    def __enter__(self) -> "Truth":
        self.folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            self._person = self._table(stack, self.persons, PERSONS)
            self._row = self._table(stack, self.rows, ROWS)
            self._canaries = stack.enter_context(self.canaries.open("w", encoding="utf-8"))
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @staticmethod
    def _table(
        stack: ExitStack, path: Path, header: tuple[str, ...]
    ) -> Callable[[Iterable[object]], object]:
        lines = stack.enter_context(path.open("w", encoding="utf-8", newline=""))
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(header)
        return writer.writerow

    def tell_person(self, person: Person, dataset: str, accepted: str, agencies: list[str]) -> None:
        """A person, and the quarter in which a sound row about them first arrived, if any did."""
        quarter, age = person.id[4:11], "" if person.age is None else person.age
        self._person(
            (
                person.id,
                dataset,
                person.country,
                quarter,
                accepted,
                person.unit,
                person.sex,
                age,
                "|".join(person.exploitation),
                "|".join(agencies),
            )
        )
        self.tell_canaries(person.tokens)

    def tell_file(self, root: Path, sent: Sent, dataset: str) -> None:
        """The rows of a file, with the number by which a spreadsheet shows each."""
        file = sent.path.relative_to(root)
        country, agency, period = file.parts[:3]
        self.tell_canaries(sent.tokens)
        for number, row in enumerate(sent.rows, start=sent.first_row):
            place = (file.as_posix(), number, dataset, country, agency, period)
            about = (row.person, row.case, row.unit, row.set_aside, int(row.is_misspelt))
            self._row((*place, *about))
            self.tell_canaries(row.tokens)

    def tell_canaries(self, tokens: Iterable[str]) -> None:
        """Strings that must be found nowhere outside the files as received."""
        self._canaries.writelines(f"{token}\n" for token in tokens)
