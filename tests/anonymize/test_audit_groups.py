"""Groups of answers to a question that takes several: a person stands in a group once.

All persons are invented.
"""

from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np
import polars as pl
import pytest

from anonymize.audit import attack
from anonymize.audit_fields import fields
from anonymize.audit_population import Form, counter
from anonymize.audit_shape import shape
from anonymize.audit_sheets import Reader
from benchmarks.cubes import UNIT, Register, Size, cubes
from data_contracts.model import CodeList, Table
from tests.anonymize.test_audit_truth import JOINT, satisfied
from tests.anonymize.test_audit_worlds import RULES, TINY, told
from tests.oracle.worlds import failing
from tests.policies import POLICY


@dataclass(frozen=True)
class Grouped(Register):
    """A register whose forms are counted in groups, too: all but ``P1`` are one."""

    @property
    def groups(self) -> tuple[str, ...]:
        return (*(one for one in self.many["form"] if one == "P1"), "other", "_U")

    @property
    def specs(self) -> dict[str, Table]:
        own = super().specs
        finest = max(own.values(), key=lambda one: len(one.dimensions)).model_dump()
        form = {"field": "form", "codelist": "form", "codes": self.groups, "rest": "other"}
        # The joint cells are counted for the truth alone.
        grouped = {
            "by_group": {"form": form},
            "joint_by_group": finest["dimensions"] | {"form": form},
        }
        return own | {
            name: Table.model_validate(finest | {"name": name, "dimensions": dimensions})
            for name, dimensions in grouped.items()
        }

    @property
    def lists(self) -> dict[str, CodeList]:
        codes, parents = (*self.many["form"], "other"), {"other": "P3"}
        form = CodeList(name="form", codes=codes, parents=parents)
        return super().lists | {"form": form}


REGISTER = Grouped(
    single={"sex": ("F", "M", "_U"), "age": ("child", "adult")},
    many={"form": ("P1", "P2", "P3", "_U")},
    tables=((), ("form",), ("form", "sex"), ("form", "sex", "age")),
)
FORMS = Grouped(single={}, many={"form": ("P2", "P3", "_U")}, tables=((), ("form",)))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("most", [60, 900])
def test_the_truth_satisfies_what_is_said_of_groups(most: int, seed: int) -> None:
    size = Size(countries=2, most=most)
    found = cubes(REGISTER, size, POLICY, seed)
    assert satisfied(Reader(REGISTER.specs, REGISTER.contracts, POLICY, REGISTER.lists), found)


def test_whoever_gives_two_answers_of_a_group_stands_in_it_once() -> None:
    specs = [spec for name, spec in REGISTER.specs.items() if name not in JOINT]
    known = fields(specs, frozenset({"form"}), REGISTER.lists)
    assert known["form"].holds["other"] == {"P2", "P3"}
    shaped = shape(specs, known, POLICY.clique_dimensions)
    form = Form(tuple(known.values()))
    atoms = {atom: n for n, atom in enumerate(known["form"].atoms)}
    nothing = len(atoms)
    person = np.zeros((1, form.width), dtype=np.int64)
    person[0, list(form.columns["form"])] = [atoms["P2"], atoms["P3"], nothing, nothing]
    cells = counter(shaped, form)(person)[0]
    stood = [shaped.codes[cell] for cell in cells if cell < shaped.published]
    labels = [dict(one).get("form") for one in stood if len(dict(one)) == 1]
    assert sorted(filter(None, labels)) == ["P2", "P3", "other"]
    assert len(stood) == len(set(stood))


def kinds() -> list[frozenset[str]]:
    """Every kind of person: the cells in which one stands who gives these answers."""
    answers = chain.from_iterable(combinations(("P2", "P3"), n) for n in (1, 2))
    known = [frozenset({"", "form=other", *(f"form={one}" for one in some)}) for some in answers]
    return [frozenset({"", "form=_U"}), *known]


def release(seed: int) -> dict[str, int | None]:
    """The numbers of a random world, rounded and hidden."""
    chance = np.random.default_rng(seed)
    world = chance.integers(0, 5, 4)
    return told(kinds(), world, ("", "form=P2", "form=P3", "form=_U", "form=other"))


def tables(shown: dict[str, int | None], register: Grouped) -> dict[str, pl.DataFrame]:
    made = {}
    for name, spec in register.specs.items():
        if name in JOINT:
            continue
        codes = [("_T", *d.codes) for d in spec.dimensions.values()]
        rows = [
            {"country": "XAA", "period": "2025-Q1", "unit": UNIT, "form": code}
            for code in (codes[0] if codes else ("_T",))
        ]
        values = [shown["" if row["form"] == "_T" else f"form={row['form']}"] for row in rows]
        frame = pl.DataFrame(rows).with_columns(value=pl.Series(values, dtype=pl.Int64))
        status = pl.when(pl.col("value").is_null()).then(pl.lit("Q")).otherwise(pl.lit("A"))
        kept = ["country", "period", "unit", *spec.dimensions, "value"]
        made[name] = frame.select(*kept, obs_status=status)
    return made


# Nine or more in a group, at most seven of whom gave its first answer: the second has two or three.
# Whoever gave the answer beside the group may have given one of it too.
GROUP = {"": 20, "form=P1": 12, "form=P2": 6, "form=P3": None, "form=_U": 4, "form=other": 10}
WITH_ONE_BESIDE = Grouped(single={}, many=REGISTER.many, tables=FORMS.tables)


def found(shown: dict[str, int | None], register: Grouped = FORMS) -> set[tuple[str, str | None]]:
    """The cells, and differences of two, that the audit fails."""
    report = attack(
        tables(shown, register), register.specs, TINY,
        contracts=register.contracts, lists=register.lists, other_rule={},
    )  # fmt: skip
    assert report.uncertified == 0
    without = [one.without or {} for one in report.failures]
    parts = [
        cell({n: c for n, c in one.items() if n == "form"}) if one else None for one in without
    ]
    return set(zip((cell(one.dims) for one in report.failures), parts, strict=True))


# A group less one of its answers is known too well.
WITHOUT_ONE: tuple[dict[str, int | None], ...] = (
    {"": 12, "form=P2": 4, "form=P3": None, "form=_U": 4, "form=other": 8},
    {"": 12, "form=P2": None, "form=P3": None, "form=_U": 6, "form=other": 6},
)


@pytest.mark.parametrize("shown", [*map(release, range(12)), *WITHOUT_ONE])
def test_what_fails_is_what_enumeration_finds(shown: dict[str, int | None]) -> None:
    assert found(shown) == failing(kinds(), shown, frozenset(), RULES, 17)


def test_a_group_without_one_of_its_answers_is_attacked() -> None:
    for shown in WITHOUT_ONE:
        assert {("form=other", "form=P2"), ("form=other", "form=P3")} <= found(shown)


def test_a_form_that_its_group_tells_is_found() -> None:
    assert ("form=P3", None) in found(GROUP, WITH_ONE_BESIDE)
    wider = GROUP | {"form=P2": 8}
    assert ("form=P3", None) not in found(wider, WITH_ONE_BESIDE)


def cell(codes: dict[str, str]) -> str:
    return " ".join(f"{name}={code}" for name, code in codes.items() if code != "_T")
