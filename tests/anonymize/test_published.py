"""What docs/methods-identity.md publishes is what is computed: examples and test vectors."""

from pathlib import Path

import pytest

from anonymize.normal import VERSION, normalised
from pipelines import selftest

PAGE = (Path(__file__).parents[2] / "docs" / "methods-identity.md").read_text(encoding="utf-8")


def rows(header: str) -> list[list[str]]:
    """The rows of the table of the page that begins so."""
    after = PAGE.partition(header)[2].splitlines()[2:]
    table = after[: after.index("")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


NAMES = rows("| written | and | compared as |")


@pytest.mark.parametrize(("written", "others", "compared"), NAMES)
def test_each_published_example_is_compared_as_it_says(
    written: str, others: str, compared: str
) -> None:
    assert len(NAMES) > 10
    for name in (written, *others.split(" / ")):
        assert normalised(name) == compared


@pytest.mark.parametrize("value", selftest.MADE.values())
def test_the_published_vectors_are_those_that_every_machine_computes(value: object) -> None:
    assert str(value) in PAGE
    assert selftest.failed() == []


def test_the_page_says_which_version_it_is() -> None:
    assert f"Version {VERSION}." in PAGE
