"""The agencies of the invented region: where they are, how they write, what they send.

Which columns their forms have stands in ``forms.csv``.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Agency:
    """Who reports. ``sends`` is dataset to title of the file, in the order of the layout.

    ``days`` is how a date is written: on ``paper`` day first, in ``iso`` form, as a ``cell`` of a
    spreadsheet; ``letters`` are those of its names.
    """

    layout: str
    title: str
    language: str
    blank: str
    form: str
    days: str
    sends: Mapping[str, str]
    mark: str = ","
    encoding: str = "utf-8"
    letters: str = "latin"
    is_in_capitals: bool = False
    is_annual: bool = False

    @property
    def country(self) -> str:
        """Where it is."""
        return self.layout[:3].upper()

    @property
    def name(self) -> str:
        """What it is called within its country."""
        return self.layout[4:]


POLICE = Agency(
    layout="xaa_police",
    title="Police of Aranda (invented)",
    language="es",
    blank="N/D",
    form="csv",
    days="paper",
    sends={"victims": "victimas", "perpetrators": "imputados", "cases": "denuncias"},
    mark=";",
    is_in_capitals=True,
)
SHELTERS = Agency(
    layout="xaa_shelters",
    title="Shelters of Aranda (invented)",
    language="en",
    blank="N/A",
    form="xlsx",
    days="cell",
    sends={"victims": "residents"},
)
ASSISTANCE = Agency(
    layout="xaa_assistance",
    title="Office of assistance of Aranda (invented)",
    language="es",
    blank="s/d",
    form="csv",
    days="paper",
    sends={"services": "atenciones"},
    mark=";",
)
MINISTRY = Agency(
    layout="xab_ministry",
    title="Ministry of Belmora (invented)",
    language="fr",
    blank="n.c.",
    form="csv",
    days="iso",
    sends={"victims": "victimes", "cases": "signalements"},
)
# What a spreadsheet program calls Unicode text: UTF-16 between tabs.
PROSECUTION = Agency(
    layout="xac_prosecution",
    title="Public prosecution of Calmira (invented)",
    language="ar",
    blank="-",
    form="csv",
    days="paper",
    sends={"victims": "dahaya", "perpetrators": "muttahamun", "cases": "qadaya"},
    mark="\t",
    encoding="utf-16",
    letters="arabic",
)
POLICE_OF_DRAVENA = Agency(
    layout="xad_police",
    title="Police of Dravena (invented)",
    language="ru",
    blank="н/д",
    form="ods",
    days="cell",
    sends={"victims": "poterpevshie"},
    letters="cyrillic",
    is_in_capitals=True,
)
LABOUR = Agency(
    layout="xad_labour",
    title="Labour inspection of Dravena (invented)",
    language="ru",
    blank="нет",
    form="csv",
    days="paper",
    sends={"victims": "akty"},
    mark=";",
    encoding="cp1251",
    letters="cyrillic",
)
COMMISSION = Agency(
    layout="xae_commission",
    title="National commission of Elmoria (invented)",
    language="en",
    blank="n/k",
    form="xlsx",
    days="cell",
    sends={"victims": "determinations"},
    is_annual=True,
)
# Of each country, those that find victims first.
AGENCIES: Mapping[str, tuple[Agency, ...]] = {
    "XAA": (POLICE, SHELTERS, ASSISTANCE),
    "XAB": (MINISTRY,),
    "XAC": (PROSECUTION,),
    "XAD": (POLICE_OF_DRAVENA, LABOUR),
    "XAE": (COMMISSION,),
}
