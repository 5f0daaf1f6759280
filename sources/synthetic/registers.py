"""The registers of cases that police and ministry keep beside their lists of persons."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from sources.synthetic.chance import dice, token
from sources.synthetic.clerks import Clerk, Row
from sources.synthetic.people import Case
from sources.synthetic.reports import ASIDE, spoilable

COLUMNS = {
    "es": (
        "Expediente",
        "Fecha de denuncia",
        "Vía de ingreso",
        "Departamento",
        "Derivado",
        "Finalidad",
        "Relato",
        "Observaciones",
    ),
    "fr": (
        "N° de dossier",
        "Date du signalement",
        "Canal",
        "Province",
        "Orienté",
        "Exploitation",
        "Récit",
        "Remarques",
    ),
}
STORY = {"es": "Denuncia recibida; ficha {}.", "fr": "Signalement reçu, note {}."}


def case_row(case: Case, clerk: Clerk) -> Row:
    """A case in the register, in the order of ``COLUMNS``."""
    day = clerk.paper_day if clerk.language == "es" else clerk.iso_day
    cells = (
        case.number,
        day(case.on),
        clerk.one("channel", case.channel),
        clerk.one("area", case.area),
        clerk.one("yes_no", "yes" if case.is_referred else "no"),
        clerk.one("exploitation", case.form),
        STORY[clerk.language].format(case.story),
        case.note,
    )
    return Row(cells, (case.token, case.story, case.note), case=case.number, unit="report")


def spoilt(seed: int, found: Case, fault: str, clerk: Clerk) -> Row:
    """The row of a case with a fault for which the intake sets it aside."""
    row, secret = case_row(found, clerk), token(seed, "odd", found.number)
    number, day, channel, *rest = row.cells
    match fault:
        case "missing_required":
            day = ""
        case "outside_period":
            day = (found.on - dt.timedelta(days=200)).isoformat()
        case "unknown_label":
            channel = ASIDE[clerk.language].format(secret)
            row = replace(row, tokens=(*row.tokens, secret))
    return replace(row, cells=(number, day, channel, *rest), set_aside=fault)


def case_rows(seed: int, cases: Sequence[Case], clerk: Clerk) -> list[Row]:
    """The register of a quarter; only cases that no person's record refers to are spoilt."""
    fit = [n for n, case in enumerate(cases) if not case.victims and not case.accused]
    chance = dice(seed, "faults", *(case.number for case in cases[:1]))
    spoil = spoilable(len(cases), fit, chance)
    return [
        spoilt(seed, case, spoil[n], clerk) if n in spoil else case_row(case, clerk)
        for n, case in enumerate(cases)
    ]
