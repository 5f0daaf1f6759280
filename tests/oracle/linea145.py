"""What a quarter of Argentina's hotline register must become.

python -m tests.oracle.linea145 sources/samples/argentina_linea145 2020Q1
"""

import csv
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

Row = dict[str, str]
Counts = dict[str, int]

# The dictionary and the penal code name these; what a label says of the purpose, else of the act.
PURPOSE = {
    "explotacion sexual": "P1",
    "explotacion sexual ninas; ninos y adolescentes": "P1",
    "publicidad de oferta sexual": "P1",
    "promocion y facilitacion de la prostitucion": "tipstat:prostitution",
    "pornografia": "tipstat:sexual_material",
    "pornografia infantil": "tipstat:sexual_material",
    "explotacion laboral": "P2",
    "explotacion laboral ninas; ninos y adolescentes": "P2",
    "trabajo infantil": "P2",
    "mendicidad forzada": "tipstat:begging",
    "matrimonio forzado": "tipstat:forced_marriage",
    "reduccion a la servidumbre o situaciones analogas": "P4",
    "servidumbre domestica": "tipstat:domestic_servitude",
    "extraccion forzosa de organos; tejidos o fluidos": "P5",
    "venta de ninos y otros delitos": "tipstat:illegal_adoption",
}
ACT = {
    "posible captacion": "A1",
    "oferta laboral enganosa": "A1",
    "traslado de personas": "A3",
}
# About trafficking, with a purpose that is not said.
UNSAID = {
    "otro",
    "trata de persona",
    "trata de personas",
    "ofrecimiento",
    "sin definir",
    "no refiere",
}
# Other crimes, missing persons, the pandemic, calls that are no complaint.
BESIDE = {
    "persona desaparecida", "desaparicion", "aparicion", "secuestro", "secuestro de menores",
    "posible secuestro", "intento de secuestro", "posible intento de secuestro",
    "privacion de la libertad", "privacion de su libertad", "privacion ilegitima",
    "privacion ilegitima de la libertad", "grooming", "ciber acoso", "ciberdelito", "acoso",
    "abuso sexual", "abuso sexual infantil", "abuso sexual de menores",
    "posible abuso sexual infantil", "estupro", "conducta obscena", "extorsion sexual y amenazas",
    "violencia familiar", "violencia intrafamiliar", "violencia de genero", "violencia fisica",
    "violencia fisica a ninos", "maltrato infantil", "posible maltrato infantil",
    "menores de edad en riesgo", "conflicto familiar", "amenazas", "narcotrafico",
    "venta de drogas", "robo de identidad", "estafa", "estafa y amenazas.", "salud mental",
    "problemas de salud mental", "salud - vacunacion antigripal", "adulto mayor",
    "adulto mayor (pami)", "deuda con anses", "incumplimiento de pago de haberes",
    "llamada equivocada", "consulta sobre trata", "informacion sobre la tematica", "covid-19",
    "covid 19", "incumplimiento cuarentena", "covid- 19 - incumplimiento cuarentena",
    "incumplimiento aislamiento social obligatorio por covid-19",
    "aumento de precios por covid 19", "alquiler en contexto de covid-19", "permiso para circular",
    "permiso circulacion covid-19", "permiso para transitar tercera edad",
}  # fmt: skip
# A comma inside a label, so that the rest can be cut at every comma.
WITH_COMMA = (
    "ninas, ninos y adolescentes",
    "extraccion forzosa de organos, tejidos o fluidos",
)
SEX = {
    "mujer": "F",
    "hombre": "M",
    "transexual": "tipstat:tnc",
    "transgenero": "tipstat:tnc",
    "travesti": "tipstat:tnc",
    "intersex": "tipstat:other_sex",
    "": "_U",
}
CHANNEL = {
    "linea 145": "tipstat:hotline",
    "linea 149": "tipstat:hotline",
    "correo institucional": "tipstat:email",
    "telefono institucional": "tipstat:telephone",
    "celular institucional": "tipstat:telephone",
    "telefono de la coordinacion": "tipstat:telephone",
    "presencial": "tipstat:in_person",
    "solicitada por juzgado": "tipstat:institution",
    "coordinacion del programa nacional de rescate": "tipstat:institution",
    "coordinacion pnr": "tipstat:institution",
    "": "_U",
}
REFERRED = {"si": "yes", "no": "no", "": "_U"}
CITIZENSHIP = {
    "argentina": "ARG",
    "bolivia": "BOL",
    "brasil": "BRA",
    "camerun": "CMR",
    "chile": "CHL",
    "china": "CHN",
    "dominica": "DMA",
    "estados unidos de america": "USA",
    "haiti": "HTI",
    "paraguay": "PRY",
    "peru": "PER",
    "senegal": "SEN",
    "uruguay": "URY",
    "venezuela": "VEN",
    "otro": "_U",
    "sin descripcion": "_U",
    "": "_U",
}
# By name, where the layout goes by number; Santa Catarina is in Brazil.
AREA = {
    "buenos aires": "AR-B",
    "catamarca": "AR-K",
    "chaco": "AR-H",
    "chubut": "AR-U",
    "ciudad autonoma de buenos aires": "AR-C",
    "cordoba": "AR-X",
    "corrientes": "AR-W",
    "entre rios": "AR-E",
    "formosa": "AR-P",
    "jujuy": "AR-Y",
    "la pampa": "AR-L",
    "la rioja": "AR-F",
    "mendoza": "AR-M",
    "misiones": "AR-N",
    "neuquen": "AR-Q",
    "rio negro": "AR-R",
    "salta": "AR-A",
    "san juan": "AR-J",
    "san luis": "AR-D",
    "santa cruz": "AR-Z",
    "santa fe": "AR-S",
    "santiago del estero": "AR-G",
    "tierra del fuego": "AR-V",
    "tucuman": "AR-T",
    "santa catarina": "_U",
    "": "_U",
}
BROAD = {
    "tipstat:prostitution": "P1",
    "tipstat:sexual_material": "P1",
    "tipstat:begging": "P2",
    "tipstat:forced_marriage": "P3",
    "tipstat:domestic_servitude": "P4",
    "tipstat:illegal_adoption": "P9",
}


class Quarter(NamedTuple):
    """The rows of one quarter that count, and why the others do not."""

    read: int
    aside: Counts
    cases: list[Row]
    victims: list[Row]
    perpetrators: list[Row]


def plain(text: str) -> str:
    """Lower case, without marks."""
    marked = unicodedata.normalize("NFD", text.strip().lower())
    return "".join(letter for letter in marked if unicodedata.category(letter) != "Mn")


def topics(text: str) -> list[str]:
    """The labels of a topic cell; a comma that belongs to a label is a semicolon here."""
    text = plain(text)
    for label in WITH_COMMA:
        text = text.replace(label, label.replace(",", ";"))
    return [part.strip() for part in text.split(",") if part.strip()]


def reason(row: Row) -> str | None:
    """Why a row is set aside, or None: it counts."""
    found = topics(row["subtema"])
    if found and all(label in BESIDE for label in found):
        return "scope"
    if plain(row.get("referido_tipo", "")).startswith("victima indirecta"):
        return "scope"
    known = BESIDE | UNSAID | PURPOSE.keys() | ACT.keys()
    return None if known.issuperset(found) else "unmapped"


def purposes(row: Row) -> set[str]:
    """The purposes that a row names, as codes; unknown where it names none."""
    return {PURPOSE[label] for label in topics(row["subtema"]) if label in PURPOSE} or {"_U"}


def broad_purposes(row: Row) -> set[str]:
    """The purposes of the Protocol that a row names."""
    return {BROAD.get(code, code) for code in purposes(row)}


def acts(row: Row) -> set[str]:
    """The acts that a row names, as codes."""
    return {ACT[label] for label in topics(row["subtema"]) if label in ACT} or {"_U"}


def sex(row: Row) -> str:
    """The code of the sex that the caller gave."""
    return SEX[plain(row["genero"])]


def age_band(row: Row) -> str:
    """The band of the apparent age; 0 is a blank."""
    age = int(row["edad_aparente"] or 0)
    bands = ((1, "_U"), (15, "Y0T14"), (18, "Y15T17"), (25, "Y18T24"), (35, "Y25T34"))
    return next((band for below, band in bands if age < below), "Y_GE35")


def channel(row: Row) -> str:
    """The way a complaint came in; free text is another way."""
    return CHANNEL.get(plain(row["via_ingreso"]), "tipstat:other")


def rows(file: Path) -> list[Row]:
    """The rows of a file of the register."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def quarter(folder: Path, name: str) -> Quarter:
    """One quarter, such as ``2020Q1``."""
    complaints, persons = (rows(folder / f"{name}_{f}.csv") for f in ("denuncias", "referidos"))
    reasons = Counter(reason(row) or "kept" for row in [*complaints, *persons])
    del reasons["kept"]
    kept = [row for row in persons if reason(row) is None]
    return Quarter(
        read=len(complaints) + len(persons),
        aside=dict(sorted(reasons.items())),
        cases=[row for row in complaints if reason(row) is None],
        victims=[row for row in kept if plain(row["referido_tipo"]) == "victima directa"],
        perpetrators=[row for row in kept if plain(row["referido_tipo"]) == "acusado"],
    )


def people(rows: list[Row]) -> dict[str, list[str]]:
    """What victims and perpetrators have in common: each a code a person."""
    return {
        "sex": [sex(row) for row in rows],
        "age_band": [age_band(row) for row in rows],
        "citizenship": [CITIZENSHIP[plain(row["nacionalidad"])] for row in rows],
        "area": [AREA[plain(row["provincia"])] for row in rows],
    }


def codes(of: Quarter) -> dict[str, dict[str, list[str]]]:
    """By dataset and field: the codes of all rows, several for a row that gives several."""
    complaints = {
        "channel": [channel(row) for row in of.cases],
        "area": [AREA[plain(row["provincia"])] for row in of.cases],
        "is_referred": [REFERRED[plain(row["derivacion_judicializa"])] for row in of.cases],
        "act": [code for row in of.cases for code in acts(row)],
    }
    victims = people(of.victims) | {"act": [code for row in of.victims for code in acts(row)]}
    every = {"cases": complaints, "victims": victims, "perpetrators": people(of.perpetrators)}
    for name, rows in (("cases", of.cases), ("victims", of.victims)):
        every[name]["exploitation"] = several(rows)
    every["perpetrators"]["exploitation"] = several(of.perpetrators)
    return every


def several(rows: Iterable[Row]) -> list[str]:
    """The purposes of all rows; one with two purposes counts in both."""
    return [code for row in rows for code in purposes(row)]


def summary(folder: Path, name: str) -> Counts:
    """The totals of a quarter that the tests hold as literals, by a name that says which."""
    of = quarter(folder, name)
    totals = {"read": of.read, "kept": of.read - sum(of.aside.values())}
    totals |= {f"set aside, {reason}": n for reason, n in of.aside.items()}
    totals |= {"cases": len(of.cases), "victims": len(of.victims)}
    totals |= {"perpetrators": len(of.perpetrators)}
    for dataset, fields in codes(of).items():
        for field, found in fields.items():
            totals |= {f"{dataset}, {field}, {code}": n for code, n in Counter(found).items()}
    return totals


def drawing(folder: Path) -> str:
    """The totals of 2020 as the tests draw them: a line a total, a column a quarter."""
    quarters = [f"2020Q{n}" for n in (1, 2, 3, 4)]
    found = [summary(folder, name) for name in quarters]
    names = sorted({name for totals in found for name in totals})
    lines = [[name, *(str(totals.get(name, 0)) for totals in found)] for name in names]
    return "\n".join(" | ".join(line) for line in [["total", *quarters], *lines])


if __name__ == "__main__":
    print(drawing(Path(sys.argv[1])))
