"""The registry of tables: what stands in several of them is one cell, judged alike in all."""

from collections import defaultdict
from pathlib import Path

import pytest

from data_contracts import load
from data_contracts.model import TOTAL
from transforms.indicators import whole_table

PERSONS = {name: one for name, one in load.tables().items() if one.kind == "persons"}


def test_what_is_for_everybody_needs_no_table_for_partners() -> None:
    """What is said of fields, and every indicator, follows from tables that everybody sees."""
    public = {name for name, one in PERSONS.items() if one.tier == "public"}
    alone = {(PERSONS[n].dataset, d.field) for n in public for d in PERSONS[n].dimensions.values()}
    for name in PERSONS.keys() - public:
        assert PERSONS[name].regional == ()
        for known in PERSONS[name].dimensions.values():
            assert (PERSONS[name].dataset, known.field) in alone
    measured = {n for one in load.indicators().values() for n in (one.table, whole_table(one))}
    assert measured & PERSONS.keys() <= public


def test_a_share_is_read_from_the_coarsest_table_that_has_it() -> None:
    """A country too small for a crossing keeps the shares of its parts."""
    for sheet in load.indicators().values():
        if sheet.table in PERSONS and sheet.value_type == "share":
            own = PERSONS[sheet.table]
            asked = {name for name, code in sheet.where.items() if code != TOTAL}
            coarser = {
                name
                for name, one in PERSONS.items()
                if asked <= set(one.dimensions) < set(own.dimensions)
                and (one.dataset, sheet.unit in one.units) == (own.dataset, True)
                and set(sheet.frequencies) <= set(one.frequencies)
            }
            assert coarser == set(), sheet.name


def test_what_is_held_closely_is_so_in_every_table() -> None:
    """A cell stands in several tables, and what hides it must hide it in all of them."""
    fields, units = defaultdict(set), defaultdict(set)
    for table in PERSONS.values():
        for known in table.dimensions.values():
            fields[table.dataset, known.field].add(known.sensitive)
        for unit in table.units:
            units[table.dataset, unit].add(unit in table.sensitive_units)
    assert {place for place, marks in (fields | units).items() if len(marks) > 1} == set()
    closely = {field for (_, field), marks in fields.items() if marks == {True}}
    assert closely >= {"citizenship", "citizenship_group", "proceedings", "outcome"}
    assert all(marks == {True} for (dataset, _), marks in units.items() if dataset != "cases")


def test_what_others_publish_is_taken_for_people_that_we_count(tmp_path: Path) -> None:
    taken = {one.name: one.taken_for for one in load.tables().values() if one.taken_for}
    assert taken["sdg_victims_by_sex_age"] == "victims_by_sex_age"
    assert len(taken) == 3
    whole = (load.HERE / "tables.yaml").read_text(encoding="utf-8")
    for wrong in ("cases", "nothing", "glotip_justice"):
        folder = tmp_path / wrong
        folder.mkdir()
        changed = whole.replace("taken_for: victims_by_sex_age", f"taken_for: {wrong}")
        (folder / "tables.yaml").write_text(changed, encoding="utf-8")
        with pytest.raises(load.ContractInvalid, match="taken_for"):
            load.tables(folder)
