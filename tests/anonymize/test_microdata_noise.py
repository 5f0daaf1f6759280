"""The exact samplers, against the formulas in plain floating point."""

import ast
import math
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import SystemRandom

import pytest

from anonymize import microdata_noise
from anonymize.microdata_noise import fades, gaussian, gaussians, laplace, system
from sources.synthetic.chance import dice

DRAWS = 40_000


def misfit(drawn: Counter[int], weight: Callable[[int], float]) -> tuple[float, int]:
    """Pearson's chi-square of what was drawn, cells with few expected joined; and its freedom."""
    total = sum(weight(x) for x in range(-400, 401))
    cells = [(drawn[x], DRAWS * weight(x) / total) for x in range(-400, 401)]
    large = [(seen, due) for seen, due in cells if due >= 10]
    rest = [(seen, due) for seen, due in cells if due < 10]
    joined = [*large, (sum(seen for seen, _ in rest), sum(due for _, due in rest))]
    return sum((seen - due) ** 2 / due for seen, due in joined), len(joined) - 1


@pytest.mark.parametrize("variance", [1, 2, 7, 100, 2116])
def test_gaussian_numbers_have_the_declared_distribution(variance: int) -> None:
    drawn = Counter(gaussians(variance, DRAWS, dice(variance)))
    found, freedom = misfit(drawn, lambda x: math.exp(-x * x / (2 * variance)))
    assert found < freedom + 4 * math.sqrt(2 * freedom)


@pytest.mark.parametrize("scale", [1, 3, 20])
def test_laplace_numbers_have_the_declared_distribution(scale: int) -> None:
    bits = dice(scale)
    drawn = Counter(laplace(scale, bits) for _ in range(DRAWS))
    found, freedom = misfit(drawn, lambda x: math.exp(-abs(x) / scale))
    assert found < freedom + 4 * math.sqrt(2 * freedom)


@pytest.mark.parametrize(("up", "of"), [(0, 1), (1, 3), (1, 1), (7, 3), (5, 1)])
def test_a_chance_fades_as_the_exponential_does(up: int, of: int) -> None:
    bits, p = dice(up), math.exp(-up / of)
    seen = sum(fades(up, of, bits) for _ in range(DRAWS))
    assert abs(seen - DRAWS * p) <= 4.5 * math.sqrt(DRAWS * p * (1 - p))


def test_every_number_is_an_integer_and_its_own() -> None:
    bits = dice(5)
    drawn = [gaussian(400, bits) for _ in range(200)]
    assert {type(one) for one in drawn} == {int}
    assert len(set(drawn)) > 40


def test_outside_of_tests_the_system_draws() -> None:
    assert isinstance(system(), SystemRandom)
    assert list(gaussians(900, 30, system())) != list(gaussians(900, 30, system()))


def test_nothing_in_the_samplers_is_a_float() -> None:
    tree = ast.parse(Path(microdata_noise.__file__).read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree))
    assert not [n for n in nodes if isinstance(n, ast.Div)]
    assert not [n for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, float)]
    assert not {n.id for n in nodes if isinstance(n, ast.Name)} & {"float", "np", "math"}
