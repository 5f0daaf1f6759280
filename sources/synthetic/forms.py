"""The forms about persons of the three agencies: columns, words, dates, gaps."""

from collections.abc import Callable

from sources.synthetic.clerks import Cell, Clerk, Row
from sources.synthetic.reports import Report

CONSENTS = ("tipstat:statistics", "tipstat:statistics", "tipstat:legal_basis", "")
Form = dict[str, Callable[[Report, Clerk], Cell]]


def citizenship(found: Report, clerk: Clerk) -> str:
    """The citizenship; where something else was put there by mistake, that."""
    return found.odd_citizenship or clerk.one("country", found.person.citizenship)


def crime(found: Report, clerk: Clerk) -> str:
    """The crime of which the row speaks."""
    return clerk.one("scope", "inside" if found.visit.is_in_scope else "outside")


def purpose(found: Report, clerk: Clerk) -> str:
    """The forms of exploitation, or another crime, where the form has no place of its own."""
    if found.visit.is_in_scope:
        return clerk.all("exploitation", found.person.exploitation)
    return clerk.one("scope", "outside")


POLICE_PERSON: Form = {
    "Registro": lambda r, c: r.number,
    "Expediente": lambda r, c: r.case,
    "Apellido": lambda r, c: r.family,
    "Nombres": lambda r, c: r.given,
    "Fecha de nacimiento": lambda r, c: c.paper_day(r.person.born),
    "Documento": lambda r, c: r.person.document or c.gap(),
    "Sexo": lambda r, c: c.one("sex", r.person.sex),
    "Nacionalidad": lambda r, c: citizenship(r, c),
    "Departamento": lambda r, c: c.one("area", r.person.area),
    "Finalidad": lambda r, c: c.all("exploitation", r.person.exploitation),
    "Teléfono": lambda r, c: r.phone,
    "Domicilio": lambda r, c: r.address,
    "Relato": lambda r, c: r.narrative,
}
POLICE_VICTIMS: Form = POLICE_PERSON | {
    "Fecha de identificación": lambda r, c: c.paper_day(r.on),
    "Condición": lambda r, c: c.one("unit", r.visit.unit),
    "Delito": lambda r, c: crime(r, c),
    "País de origen": lambda r, c: c.one("country", r.person.origin),
    "Lugar de identificación": lambda r, c: c.one("place", r.person.place),
    "Conducta": lambda r, c: c.all("act", r.person.act),
    "Medios": lambda r, c: c.all("means", r.person.means),
    "Observaciones": lambda r, c: r.note,
}
POLICE_ACCUSED: Form = POLICE_PERSON | {
    "Fecha de la medida": lambda r, c: c.paper_day(r.on),
    "Situación procesal": lambda r, c: c.one("unit", r.visit.unit),
    "Intervención": lambda r, c: c.all("role", r.person.role),
    "Observaciones": lambda r, c: r.note,
}
SHELTERS: Form = {
    "Client no.": lambda r, c: r.number,
    "Status": lambda r, c: c.one("unit", r.visit.unit),
    "Admitted on": lambda r, c: c.cell_day(r.on),
    "Surname": lambda r, c: r.family,
    "First name": lambda r, c: r.given,
    "Born on": lambda r, c: c.cell_day(r.person.born),
    "ID number": lambda r, c: r.person.document or c.gap(),
    "Gender": lambda r, c: c.one("sex", r.person.sex),
    "Nationality": lambda r, c: citizenship(r, c),
    "Region": lambda r, c: c.one("area", r.person.area),
    "Forms of exploitation": lambda r, c: c.all("exploitation", r.person.exploitation),
    "Means of control": lambda r, c: c.all("means", r.person.means),
    "Recruited": lambda r, c: c.all("recruitment", r.person.recruitment),
    "Consent": lambda r, c: c.one("consent", c.chance.choice(CONSENTS)),
    "Police file": lambda r, c: r.case,
    "Phone": lambda r, c: r.phone,
    "Address": lambda r, c: r.address,
    "Story": lambda r, c: r.narrative,
    "Notes": lambda r, c: r.note,
}
MINISTRY: Form = {
    "N° de fiche": lambda r, c: r.number,
    "N° de dossier": lambda r, c: r.case,
    "Statut": lambda r, c: c.one("unit", r.visit.unit),
    "Date d'identification": lambda r, c: c.iso_day(r.on),
    "Nom": lambda r, c: r.family,
    "Prénom": lambda r, c: r.given,
    "Né le": lambda r, c: c.iso_day(r.person.born),
    "Âge": lambda r, c: c.gap() if r.person.age is None else str(r.person.age),
    "Pièce d'identité": lambda r, c: r.person.document or c.gap(),
    "Sexe": lambda r, c: c.one("sex", r.person.sex),
    "Nationalité": lambda r, c: citizenship(r, c),
    "Pays d'origine": lambda r, c: c.one("country", r.person.origin),
    "Province": lambda r, c: c.one("area", r.person.area),
    "Lieu": lambda r, c: c.one("place", r.person.place),
    "Exploitation": lambda r, c: purpose(r, c),
    "Actes": lambda r, c: c.all("act", r.person.act),
    "Moyens": lambda r, c: c.all("means", r.person.means),
    "Recrutement": lambda r, c: c.all("recruitment", r.person.recruitment),
    "Téléphone": lambda r, c: r.phone,
    "Adresse": lambda r, c: r.address,
    "Récit": lambda r, c: r.narrative,
    "Remarques": lambda r, c: r.note,
}
PERSON_FORMS = {
    ("police", "victims"): POLICE_VICTIMS,
    ("police", "perpetrators"): POLICE_ACCUSED,
    ("shelters", "victims"): SHELTERS,
    ("ministry", "victims"): MINISTRY,
}


def columns(agency: str, dataset: str) -> tuple[str, ...]:
    """The header of a form about persons; its last column is one that no layout reads."""
    return tuple(PERSON_FORMS[agency, dataset])


def person_row(agency: str, dataset: str, found: Report, clerk: Clerk) -> Row:
    """A report on the agency's form."""
    return Row(
        cells=tuple(fill(found, clerk) for fill in PERSON_FORMS[agency, dataset].values()),
        tokens=found.tokens,
        person=found.person.id,
        case=found.case,
        unit=found.visit.unit,
        set_aside=found.set_aside,
        is_misspelt=found.visit.is_misspelt,
    )
