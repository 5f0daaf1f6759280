"""An invented region with known truth: what its agencies would send, and what is true of it.

Aranda (XAA), Belmora (XAB), Calmira (XAC), Dravena (XAD) and Elmoria (XAE) do not exist, nor does
anybody in them. Eight agencies write Spanish, English, French, Arabic and Russian into CSV,
UTF-16 text, XLSX and ODS, by quarter, by fiscal quarter or by year. The files are as untidy as
real ones: gaps, spellings, blanks, several answers in a cell, rows of another crime, and planted
faults (``faults.csv``). The same arguments give the same bytes.

The model is a device for testing, not a claim about trafficking. A case draws a form of
exploitation, the form draws sex and age, and most people of a case share its form; citizenship,
means and places depend on nothing. Volumes grow by one per cent a quarter with a peak in the
third. Justice is unrealistically quick: whoever is convicted was suspected in the same quarter.
In Aranda and Dravena people are reported by two agencies, some a quarter apart, some with a name
misspelt, swapped or transliterated or with another birthday. Half of those found abroad are met
again by an agency of their own country.

Every name, document, number, address and narrative holds a string of at least ten characters
that exists nowhere else, so that a leak can be searched for; dates of birth cannot be unique.
Police write family names in capitals, so a search should ignore case.
"""

import csv
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sources.synthetic.desks import Submission
from sources.synthetic.people import COUNTRIES
from sources.synthetic.refused import refused
from sources.synthetic.region import Writer
from sources.synthetic.timetable import following
from sources.synthetic.truth import Truth

__all__ = ["Region", "Submission", "write"]

# Name and inhabitants in the year before the first quarter, and their yearly growth.
POPULATION = {
    "XAA": ("Aranda", 4_118_000, 1.011),
    "XAB": ("Belmora", 7_342_000, 1.019),
    "XAC": ("Calmira", 9_870_000, 1.023),
    "XAD": ("Dravena", 6_255_000, 0.997),
    "XAE": ("Elmoria", 2_904_000, 1.006),
}
README = """# An invented region

Aranda (XAA), Belmora (XAB), Calmira (XAC), Dravena (XAD) and Elmoria (XAE) are invented, and so is
every person, number and place in these files. They show what five countries could send; they say
nothing about any real one.

`truth/` says what is true of them, and would never exist in a real region:

- `persons.csv`: everybody; `accepted` is the period of the first sound row, empty if there is
  none; `age` is that on the day the person first became known
- `rows.csv`: every row of every file, numbered as a spreadsheet does; `set_aside` is why an
  intake should not count it (`superseded`: a later version of the file does not leave it out, it
  replaces it), `distortion` what is wrong of the person's identity
- `pairs.csv`: two rows about one person, `within` a country or `across` a border
- `flows.csv`: who was found in another country than her own, and what her own country knows of it
- `faults.csv`: every planted fault, with the code and the reason that an intake should give
- `canaries.txt`: strings that must be found nowhere outside these files, in any case of letters
"""


@dataclass(frozen=True)
class Region:
    """What was written: the submissions in the order of sending, and the truth about them.

    ``refused`` are submissions that an intake should refuse, one a kind of fault of whole files.
    """

    folder: Path
    submissions: tuple[Submission, ...]
    refused: tuple[Submission, ...]
    truth: Path

    @property
    def persons(self) -> Path:
        """Everybody."""
        return self.truth / "persons.csv"

    @property
    def rows(self) -> Path:
        """Every row of every file."""
        return self.truth / "rows.csv"

    @property
    def canaries(self) -> Path:
        """The strings that must not leak."""
        return self.truth / "canaries.txt"


def population(folder: Path, periods: Sequence[str], codes: Sequence[str]) -> Submission:
    """Inhabitants by year, from the year before the first quarter, as the World Bank has them."""
    first, last = (int(period[:4]) for period in (periods[0], periods[-1]))
    path = folder / "population" / "invented_population.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(("Country Name", "Country Code", "Year", "Value"))
        for code in codes:
            title, start, growth = POPULATION[code]
            for year in range(first - 1, last + 1):
                inhabitants = round(start * growth ** (year - first + 1))
                writer.writerow((f"{title} (invented)", code, year, inhabitants))
    return Submission("invented_population", None, None, (path,), dt.date(last + 1, 7, 1))


def write(
    folder: Path,
    *,
    size: int = 420,
    seed: int = 145,
    quarters: int = 12,
    first: str = "2023-Q1",
    countries: Sequence[str] = COUNTRIES,
) -> Region:
    """Write the region into ``folder``: about ``size`` victims a country and year.

    Files lie in ``<country>/<agency>/<period>/``; no more than a case is held in memory, besides
    a reference to everybody who will be met again. Submissions are in the order of sending.
    """
    periods = following(first, quarters)
    folder.mkdir(parents=True, exist_ok=True)
    folder.joinpath("README.md").write_text(README, encoding="utf-8")
    with Truth(folder) as truth:
        sent = sorted(Writer(truth, seed, size, countries).send(periods), key=lambda one: one.sent)
        bad = refused(truth, sent)
    everything = (*sent, population(folder, periods, countries))
    return Region(folder, everything, tuple(bad), truth.folder)
