"""The audit, without rounding, and R's sdcTable and GaussSuppression say the same of a cube.

They call a hidden cell safe when shown numbers and margins leave it more than one number; so do
we here, and ours must find the same ends. What they say is kept in
``tests/oracle/r_tools.yaml``: no R is needed. All persons are invented.
"""

from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from anonymize.audit import attack
from tests.anonymize.drawings import CONTRACTS, drawn, spec, specs
from tests.policies import POLICY

TOLD = yaml.safe_load(Path(__file__).parents[1].joinpath("oracle/r_tools.yaml").read_text())
CUBES = {cube["name"]: cube for cube in TOLD["cubes"]}
Ends = tuple[int | None, int | None]


def rows(cube: dict[str, Any]) -> dict[tuple[str, str], str]:
    """What stands in each cell, by row and column."""
    header, *lines = (
        [word.strip() for word in line.split("|")] for line in cube["drawing"].split("\n") if line
    )
    return {
        (line[0], column): word
        for line in lines
        for column, word in zip(header[1:], line[1:], strict=True)
    }


def hidden(cube: dict[str, Any]) -> set[tuple[str, str]]:
    return {place for place, word in rows(cube).items() if word.startswith("(")}


def numbers(cube: dict[str, Any]) -> dict[tuple[str, str], int]:
    """The truth, hidden or not."""
    return {place: int(word.strip("()")) for place, word in rows(cube).items()}


def failing(cube: dict[str, Any], narrowest: int) -> dict[tuple[str, str], Ends]:
    """Hidden cells whose width is proven to be less than ``narrowest``, with their proven ends."""
    cells = rows(cube)
    sides = [
        dict.fromkeys(place[side] for place in cells if place[side] != "_T") for side in (0, 1)
    ]
    fields = {
        name: {"field": name, "codelist": name, "codes": tuple(codes)}
        for name, codes in zip(("row", "column"), sides, strict=True)
    }
    lines = [
        f"{one} | {other} | {'' if word.startswith('(') else word}"
        for (one, other), word in cells.items()
    ]
    tables = {"both": drawn("\n".join(["row | column | value", *lines]))}
    # Nobody says that a hidden number is small: it was not hidden by rounding.
    keys = tables["both"].filter(conf_status="C").select("country", "period", "unit", *fields)
    report = attack(
        tables,
        specs(spec("both", **fields)),
        # Shown numbers are exact, and that somebody is there is no fault to the packages.
        POLICY.model_copy(update={"base": 1, "few": 0, "narrowest_interval": narrowest}),
        contracts=CONTRACTS,
        lists={},
        other_rule={"both": keys},
    )
    assert not report.uncertified
    return {
        (one.dims["row"], one.dims["column"]): (one.lower, one.upper)
        for one in report.failures
        if one.kind == "hidden"
    }


@pytest.mark.parametrize("name", CUBES)
def test_the_cubes_add_up_and_hide_something(name: str) -> None:
    truth = numbers(CUBES[name])
    ours = [{place[side] for place in truth} - {"_T"} for side in (0, 1)]
    for one, other in truth:
        parts = product(
            ours[0] if one == "_T" else [one],
            ours[1] if other == "_T" else [other],
        )
        assert truth[one, other] == sum(truth[place] for place in parts)
    assert hidden(CUBES[name])


BOUNDS = [
    pytest.param(name, place, *pair, marks=[pytest.mark.slow] if "sixteen" in name else [])
    for name, cube in CUBES.items()
    for place, pair in cube["bounds"].items()
]


@pytest.mark.parametrize(("name", "place", "lower", "upper"), BOUNDS)
def test_our_ends_of_a_hidden_cell_are_those_that_the_package_found(
    name: str, place: str, lower: int, upper: int
) -> None:
    row, column = place.split()
    wide, narrow = (failing(CUBES[name], upper - lower + more) for more in (0, 1))
    assert (row, column) not in wide
    assert narrow[row, column] == (lower, upper)


@pytest.mark.slow
@pytest.mark.parametrize("name", CUBES)
def test_a_pattern_is_safe_to_us_as_it_is_to_them(name: str) -> None:
    """Safe to them: no hidden number is the only one that is possible."""
    cube = CUBES[name]
    alone = failing(cube, 1)
    assert (not alone) is cube["safe"]
    assert alone.items() <= {place: (n, n) for place, n in numbers(cube).items()}.items()


@pytest.mark.slow
def test_ours_wants_more_than_they_do_by_default() -> None:
    """A width of five and more; so does GaussSuppression if it is asked for (``rangeMin``)."""
    safe = {name: cube for name, cube in CUBES.items() if cube["safe"]}
    assert {name for name, cube in safe.items() if failing(cube, POLICY.narrowest_interval)} == {
        "zero is hidden among six",
        "three years, before a range is asked for",
    }
