"""A cell that stands in several tables has one number. All persons and keys are invented."""

import polars as pl
import pytest

from anonymize.disclosure import judged, protect
from data_contracts import load
from data_contracts.model import TOTAL
from sources.synthetic.chance import dice
from transforms.cube import count
from transforms.people import prepared

KEY = b"invented rounding key of a test."
UNITS = {"victim_identified", "incident"}
SAME = ["country", "period", "unit"]
REGISTRY = load.tables()
# A table of victims for partners, as a registry may have one.
PLACE_AUTHORITY = REGISTRY["victims_by_place"].model_copy(
    update={
        "name": "victims_by_place_authority",
        "tier": "partner",
        "frequencies": ("year",),
        "dimensions": REGISTRY["victims_by_place"].dimensions
        | REGISTRY["victims_by_authority"].dimensions,
    }
)
TABLES = REGISTRY | {PLACE_AUTHORITY.name: PLACE_AUTHORITY}
FIELDS = {
    "place": "victims_by_place",
    "authority": "victims_by_authority",
    "proceedings": "cases_by_proceedings",
    "outcome": "cases_by_outcome",
    "sex": "victims_by_sex",
    "age_band": "victims_by_age",
}


@pytest.mark.parametrize(
    ("partner", "public", "dimension"),
    [
        ("cases_by_proceedings_outcome", "cases_by_proceedings", "proceedings"),
        ("cases_by_proceedings_outcome", "cases_by_outcome", "outcome"),
        ("cases_by_proceedings_outcome", "cases", None),
        ("victims_by_place_authority", "victims_by_place", "place"),
    ],
)
def test_what_both_tiers_show_is_the_same_number(
    partner: str, public: str, dimension: str | None
) -> None:
    assert (TABLES[partner].tier, TABLES[public].tier) == ("partner", "public")
    assert_alike(partner, public, dimension)


@pytest.mark.parametrize(
    ("finer", "coarser", "dimension"),
    [
        ("victims_by_sex_age", "victims_by_sex", "sex"),
        ("victims_by_sex_age", "victims_by_age", "age_band"),
        ("victims_by_sex", "victims", None),
        ("victims_by_age", "victims", None),
    ],
)
def test_a_rung_and_the_one_below_it_show_the_same_number(
    finer: str, coarser: str, dimension: str | None
) -> None:
    assert_alike(finer, coarser, dimension)


def assert_alike(finer: str, coarser: str, dimension: str | None) -> None:
    """Every cell of a table is one of the finer table, with the same number."""
    found, other = released(finer), released(coarser)
    own = [dimension] if dimension else []
    rest = [pl.col(n) == TOTAL for n in TABLES[finer].dimensions if n != dimension]
    shared = found.filter(*rest).drop(set(TABLES[finer].dimensions) - set(own))
    both = shared.join(other, on=[*SAME, *own], suffix=" of the coarser")
    assert both.height == other.height
    for name in ("value", "lower", "upper", "obs_status"):
        assert both[name].to_list() == both[f"{name} of the coarser"].to_list()
    assert other["value"].drop_nulls().len() > 0


def released(name: str) -> pl.DataFrame:
    """A table of an invented year, as it may leave."""
    random, table = dice(7), TABLES[name]
    (unit,) = UNITS & set(table.units)
    rows = [
        {"country": "XAA", "period": "2025-Q1", "unit": unit, "source": "police"}
        | {"record": f"r{n}", "case": f"c{n // 2}", "person_key": random.getrandbits(32)}
        | {
            field: random.choice(REGISTRY[of].dimensions[field].codes)
            for field, of in FIELDS.items()
        }
        for n in range(150)
    ]
    series = pl.DataFrame([{"country": "XAA", "unit": unit, "period": "2025"}])
    people = prepared(pl.DataFrame(rows), None, FIELDS)
    made = count(table, people, load.codelists(), series)
    return protect(judged(*made, table, KEY, "1", load.policy()), table, load.policy())
