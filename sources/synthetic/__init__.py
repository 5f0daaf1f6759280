"""An invented region with known truth: what its agencies would send, and what is true of it.

Aranda (XAA) and Belmora (XAB) do not exist, nor does anybody in them. Aranda's police sends
Spanish lists of victims, of accused persons and of cases; its shelters an English workbook about
partly the same victims; Belmora's ministry sends French lists of victims and cases. The files
are as untidy as real ones: gaps, spellings, blanks, several answers in a cell, rows of another
crime, and a few faults. The same arguments give the same bytes.

The model is a device for testing, not a claim about trafficking. A case draws a form of
exploitation, the form draws sex and age, and most people of a case share its form; citizenship,
means and places depend on nothing. Volumes grow by one per cent a quarter with a peak in the
third. Justice is unrealistically quick: whoever is convicted was suspected in the same quarter.
About 15 per cent of Aranda's victims are reported by both agencies, a fifth of them one quarter
apart, another fifth with a misspelt name; both agencies know the same of a person otherwise, and
nobody is known to both countries.

Every name, document, number, address and narrative holds a string of at least ten characters
that exists nowhere else, so that a leak can be searched for; dates of birth cannot be unique.
Police write family names in capitals, so a search should ignore case.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from data_contracts.periods import quarters as quarters_of
from data_contracts.periods import window
from sources.synthetic.people import COUNTRIES
from sources.synthetic.region import Submission, send_all
from sources.synthetic.truth import Truth

__all__ = ["Region", "Submission", "write"]

# Name and inhabitants in the year before the first quarter, and their yearly growth.
POPULATION = {"XAA": ("Aranda", 4_118_000, 1.011), "XAB": ("Belmora", 7_342_000, 1.019)}
README = """# An invented region

Aranda (XAA) and Belmora (XAB) are invented, and so is every person, number and place in these
files. They show what two countries could send; they say nothing about any real one.

`truth/` says what is true of them, and would never exist in a real region:

- `persons.csv`: everybody; `accepted` is the quarter of the first sound row, empty if there is
  none; `age` is that on the day the person first became known
- `rows.csv`: every row of every file, numbered as a spreadsheet does; `set_aside` is why an
  intake should not count it
- `canaries.txt`: strings that must be found nowhere outside these files, in any case of letters
"""


@dataclass(frozen=True)
class Region:
    """What was written: the submissions in the order of sending, and the truth about them."""

    folder: Path
    submissions: tuple[Submission, ...]
    persons: Path
    rows: Path
    canaries: Path


def following(first: str, many: int) -> list[str]:
    """``many`` quarters from ``first`` on."""
    year = window(first).start.year
    later = (q for y in range(year, year + many // 4 + 2) for q in quarters_of(str(y)))
    return [quarter for quarter in later if quarter >= first][:many]


def population(folder: Path, periods: list[str]) -> Submission:
    """Inhabitants by year, from the year before the first quarter, as the World Bank has them."""
    first, last = (int(period[:4]) for period in (periods[0], periods[-1]))
    path = folder / "population" / "invented_population.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(("Country Name", "Country Code", "Year", "Value"))
        for code, (title, start, growth) in POPULATION.items():
            for year in range(first - 1, last + 1):
                inhabitants = round(start * growth ** (year - first + 1))
                writer.writerow((f"{title} (invented)", code, year, inhabitants))
    return Submission("invented_population", None, None, (path,))


def write(
    folder: Path,
    *,
    size: int = 420,
    seed: int = 145,
    quarters: int = 12,
    first: str = "2023-Q1",
) -> Region:
    """Write the region into ``folder``: about ``size`` victims a country and year.

    Files lie in ``<country>/<agency>/<period>/``; no more than a quarter of one country is held
    in memory.
    """
    periods = following(first, quarters)
    folder.mkdir(parents=True, exist_ok=True)
    folder.joinpath("README.md").write_text(README, encoding="utf-8")
    with Truth(folder) as truth:
        sent = [s for code in COUNTRIES for s in send_all(truth, folder, code, seed, size, periods)]
    sent.append(population(folder, periods))
    return Region(folder, tuple(sent), truth.persons, truth.rows, truth.canaries)
