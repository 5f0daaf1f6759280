"""The figures by which the way of rounding was chosen (decision 42)."""

import pytest

from benchmarks import noise


def test_what_is_left_open_of_a_count_by_its_triangle_of_possibilities() -> None:
    assert noise.left_open(5) == pytest.approx(noise.entropy({k: 5 - abs(k) for k in range(-4, 5)}))


def test_the_noise_has_the_variance_that_was_asked_for_and_leaves_most_open() -> None:
    law = noise.noise(4)
    assert sum(p * k * k for k, p in law.items()) == pytest.approx(4)
    assert sum(law.values()) == pytest.approx(1)
    two_sided = {k: 0.5 if abs(k) == 2 else 0.0 for k in law}
    assert noise.entropy(law) > 3 > noise.entropy(two_sided)


def test_both_are_told_with_their_simulation(capsys: pytest.CaptureFixture[str]) -> None:
    noise.main(20_000)
    rounding, other = capsys.readouterr().out.splitlines()
    assert "3.00 bits left open, variance 4.0; one person more shows in 36%" in rounding
    assert "3.00 bits left open, variance 4.0; one person more shows in 87%" in other
    for line, share in ((rounding, 36), (other, 87)):
        assert float(line.split("20,000: ")[1].split("%")[0]) == pytest.approx(share, abs=1)
