"""What files of the Human Trafficking Case Data Standard say beside victims; all of it invented."""

from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from data_contracts import load
from data_contracts.concordance import concordance
from pipelines import keystore
from pipelines.intake import Job
from pipelines.sealed import take_in
from tests.pipelines.workspaces import workspace
from tests.test_htcds import (
    API,
    LABELS,
    NAMES,
    VALUES,
    Rows,
    as_csv,
    grid,
    renamed,
    taken,
)
from transforms.vintage import supplied

# A perpetrator named by one victim, and a victim who had to recruit others.
NAMED: Rows = [
    {
        "prs_FirstName": "Invented Fay",
        "prs_Birthdate": "1980-01-01",
        "prs_Gender": "Masculine",
        "per_RoleInProcess": "RecruiterOrIntermediary;Exploiter",
        "per_RoleDetails": "Invented Fay met her at the market",
        "cas_IncomingReferralDate": "2026-02-03",
    },
    API[0] | {"per_RoleInProcess": "TravellingPartner", "spl_Type": "Health;Legal"},
    API[1] | {"spl_Type": "LabourExploitationRehabilitation"},
]
ALL = [*NAMES, "per_RoleInProcess", "per_RoleDetails", "spl_Type"]
MORE = LABELS | {"per_RoleInProcess": "Role in Process", "per_RoleDetails": "Role Details"}
ROLES = {
    "RecruiterOrIntermediary;Exploiter": "Recruiter Or Intermediary, Exploiter",
    "TravellingPartner": "Travelling Partner",
}
NAMED_FILES = {
    "htcds": grid(NAMED, ALL),
    "htcds_labels": grid(
        renamed([{n: (VALUES | ROLES).get(c, c) for n, c in row.items()} for row in NAMED], MORE),
        [MORE.get(name, name) for name in ALL],
    ),
}


def answers_of(out: Path, dataset: str, field: str) -> list[str]:
    found = pl.read_parquet(out / f"{dataset}_answers.parquet").filter(field=field)
    return sorted(found["code"])


@pytest.mark.parametrize("layout", NAMED_FILES)
def test_who_has_a_role_and_is_no_victim_is_an_alleged_perpetrator(
    layout: str, tmp_path: Path
) -> None:
    verdict = taken(as_csv(tmp_path / "sent", NAMED_FILES[layout]), layout, tmp_path)
    assert (verdict.rows_kept, verdict.set_aside, verdict.unmapped) == (3, {}, {})
    assert verdict.rows_out == {"victims": 2, "perpetrators": 1, "services": 2}
    (alleged,) = pl.read_parquet(tmp_path / "perpetrators.parquet").rows(named=True)
    facts = {name: alleged[name] for name in ("unit", "period", "sex", "age_band")}
    assert list(facts.values()) == ["alleged", "2026-Q1", "M", "Y_GE35"]
    roles = ["tipstat:exploiter", "tipstat:recruiter"]
    assert answers_of(tmp_path, "perpetrators", "role") == roles
    for file in tmp_path.glob("*.parquet"):
        assert "Invented" not in pl.read_parquet(file).write_csv()


@pytest.mark.parametrize("layout", NAMED_FILES)
def test_whom_the_organisation_accepted_took_that_step(layout: str, tmp_path: Path) -> None:
    taken(as_csv(tmp_path / "sent", NAMED_FILES[layout]), layout, tmp_path)
    steps = pl.read_parquet(tmp_path / "services.parquet")
    assert steps.select("unit", "period").rows() == [("accepted", "2026-Q1")] * 2
    assert answers_of(tmp_path, "services", "exploitation") == [
        *("P1", "P2", "tipstat:prostitution"),
    ]
    # By its label alone nobody can tell a type of plan from a type of organisation.
    told = ["tipstat:health", "tipstat:legal", "tipstat:other"] if layout == "htcds" else []
    assert answers_of(tmp_path, "services", "service") == told


def test_a_victim_keeps_one_key_among_victims_and_in_services(tmp_path: Path) -> None:
    place = workspace(tmp_path / "region")
    keystore.welcome(place, "XAA")
    file = as_csv(tmp_path / "sent", NAMED_FILES["htcds"])
    job = Job(files=(file,), layout="htcds", period="2026-Q1", country="XAA", out=tmp_path)
    take_in(job.model_copy(update={"keys": place["keys"]}))
    names = ("victims", "perpetrators", "services")
    keys = [set(pl.read_parquet(tmp_path / f"{name}.parquet")["person_key"]) for name in names]
    # The other victim has no birth date, so nobody can tell who it is.
    assert len(keys[0] & keys[2]) == 1
    assert not keys[1] & (keys[0] | keys[2])


def test_a_file_without_the_column_of_roles_does_not_report_that_nobody_has_one(
    tmp_path: Path,
) -> None:
    file = as_csv(tmp_path / "sent", grid(API, NAMES))
    assert taken(file, "htcds", tmp_path).rows_out == {"victims": 3, "services": 3}
    blank = as_csv(tmp_path / "blank", grid([row | {"per_RoleInProcess": "-"} for row in API], ALL))
    reported = {"victims": 3, "perpetrators": 0, "services": 3}
    assert taken(blank, "htcds", tmp_path).rows_out == reported


@pytest.mark.parametrize("name", ["htcds", "htcds_labels"])
def test_the_standard_supplies_no_unit_but_those_that_it_has(name: str) -> None:
    """Else nobody convicted would be told from files that cannot say so."""
    found = {
        unit
        for table in load.tables().values()
        for unit in supplied(table, load.layout(name), load.contract(table.dataset))
    }
    assert found == {"victim_identified", "victim_presumed", "alleged", "accepted"}


def test_a_person_of_neither_status_nor_role_is_set_aside(tmp_path: Path) -> None:
    nobody = {"prs_FirstName": "Invented Gus", "cas_IncomingReferralDate": "2026-01-02"}
    lines = grid([*(API[:1] * 20), nobody], ALL)
    verdict = taken(as_csv(tmp_path / "sent", lines), "htcds", tmp_path)
    assert verdict.set_aside == {"fault": 1}
    assert {fault.code for fault in verdict.faults} == {"UNIT-01"}


def test_conformance_shows_what_of_the_standard_came_and_what_it_lost(tmp_path: Path) -> None:
    taken(as_csv(tmp_path / "sent", NAMED_FILES["htcds"]), "htcds", tmp_path)
    standard = concordance("htcds")
    for dataset, field, codes in (
        ("perpetrators", "role", {"exact": 2}),
        ("services", "service", {"exact": 2, "narrower": 1}),
    ):
        name = load.contract(dataset).by_name[field].codelist or ""
        found = [standard.match(name, c, "2026-Q1") for c in answers_of(tmp_path, dataset, field)]
        assert Counter(found) == codes
