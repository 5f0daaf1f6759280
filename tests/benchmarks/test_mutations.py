"""The list of mutations fits the code, and its rules stand in the page on privacy."""

from pathlib import Path

import pytest

from benchmarks.mutations import ROOT, Mutation, chosen, is_noticed, listed, mutated
from tests.test_package import stands

PRIVACY = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("one", listed(), ids=lambda one: f"{one.rule} {one.without}")
def test_what_is_taken_away_stands_in_the_code(one: Mutation) -> None:
    text = (ROOT / one.file).read_text(encoding="utf-8")
    assert mutated(text, one) != text
    assert stands(*one.test.split("::"))


def test_the_page_has_the_rows_of_the_list_and_no_other() -> None:
    part = PRIVACY.partition("\n## Every rule is missed when it is gone\n")[2].partition("\n## ")[0]
    told = [line for line in part.splitlines() if line.startswith("|")]
    assert sorted(told[2:]) == sorted(
        f"| {one.rule} | {one.without} | `{one.test}` |" for one in listed()
    )


def test_words_choose_rows_and_none_choose_all() -> None:
    assert {one.without for one in chosen(["medians", "nobody knows"])} == {
        "medians lie in their band in proportion",
        "medians come from shown bands",
        "nobody knows the limit",
    }
    assert chosen([]) == listed()


def test_every_rule_is_taken_away() -> None:
    assert {one.rule for one in listed()} == set(range(1, 9))


def test_a_rule_that_is_gone_is_noticed_only_by_a_test_that_fails(tmp_path: Path) -> None:
    (tmp_path / "rule.py").write_text("LEAST = 3\n")
    (tmp_path / "test_it.py").write_text(
        "import rule\ndef test_three():\n    assert rule.LEAST == 3\ndef test_none():\n    pass\n"
    )
    gone = Mutation(1, "three", "rule.py", "test_it.py::test_three", "= 3", "= 0")
    assert is_noticed(gone, tmp_path)
    assert (tmp_path / "rule.py").read_text() == "LEAST = 3\n"
    assert not is_noticed(gone._replace(test="test_it.py::test_none"), tmp_path)
    with pytest.raises(LookupError, match=r"rule.py has no '= 4'"):
        is_noticed(gone._replace(old="= 4"), tmp_path)
