"""Who reports which quarters, when each submission is sent, and what goes wrong with some.

Aranda and Belmora report all quarters, Calmira joins after a third of them and Dravena began
earlier, its labour inspection with the others; Elmoria reports whole years. Incidents are counted
from a country's first quarter, so that a short region has none.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from data_contracts.periods import quarters as quarters_of
from data_contracts.periods import window
from sources.synthetic.agencies import AGENCIES, Agency

# Who began with the region, in a country that began earlier.
JOINED = frozenset({"xad_labour"})
# Agency and number of its quarter: the file comes late, never, with nothing in scope, or twice.
INCIDENTS = {
    ("xaa_police", 6): "late",
    ("xab_ministry", 5): "revised",
    ("xac_prosecution", 3): "missing",
    ("xad_labour", 9): "nil",
}
USUAL, YEARLY, TARDY, AGAIN = (dt.timedelta(days=days) for days in (40, 55, 300, 130))


def shifted(quarter: str, by: int) -> str:
    """The quarter some quarters later, or earlier."""
    number = 4 * int(quarter[:4]) + int(quarter[-1]) - 1 + by
    return f"{number // 4}-Q{number % 4 + 1}"


def following(first: str, many: int) -> list[str]:
    """``many`` quarters from ``first`` on."""
    return [shifted(first, by) for by in range(many)]


def reported(country: str, periods: Sequence[str]) -> list[str]:
    """The quarters of a country in a region that reports ``periods``."""
    match country:
        case "XAC":
            return list(periods[len(periods) // 3 :])
        case "XAD":
            early = 2 * len(periods) // 3
            return [*following(shifted(periods[0], -early), early), *periods]
        case "XAE":
            return [p for p in periods if set(quarters_of(p[:4])) <= set(periods)]
    return list(periods)


@dataclass(frozen=True)
class Slot:
    """One submission to come: an agency, a period of the calendar, an incident if any."""

    agency: Agency
    period: str
    incident: str = ""

    @property
    def sent(self) -> dt.date:
        """The day on which it is sent for the first time."""
        wait = YEARLY if self.agency.is_annual else USUAL
        return window(self.period).end + (TARDY if self.incident == "late" else wait)

    def is_closed_by(self, quarter: str) -> bool:
        """Whether nothing comes after this quarter."""
        return quarters_of(self.period)[-1] == quarter


def incident(agency: Agency, index: int) -> str:
    """What goes wrong with an agency's quarter of that number; mostly nothing."""
    return INCIDENTS.get((agency.layout, index), "")


def slots(country: str, index: int, quarter: str) -> list[Slot]:
    """The submissions into which a country's quarter goes; ``index`` counts its quarters."""
    return [
        Slot(agency, quarter[:4] if agency.is_annual else quarter, incident(agency, index))
        for agency in AGENCIES[country]
    ]
