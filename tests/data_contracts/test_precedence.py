"""The declared order of sources: every publisher that is bundled has a place with a reason."""

from pathlib import Path

import pytest

from data_contracts import load
from data_contracts.precedence import precedence


def test_every_bundled_publisher_of_counts_has_a_place() -> None:
    layouts = load.layouts().values()
    counted = {one.source for one in layouts if "aggregates" in one.feeds}
    assert counted <= set(precedence().order)
    assert all(step.reason for step in precedence().root)


def test_every_named_source_exists() -> None:
    known = {one.source for one in load.layouts().values()} | {"records"}
    assert set(precedence().order) <= known


def test_records_come_first_and_publishers_without_a_place_last() -> None:
    pairs = {("persons", "a+b"), ("published", "zz"), ("published", "aa"), ("persons", "ctdc")}
    ranked = precedence().ranked(pairs | {("published", "unodc_glotip")})
    assert [source for _, source in ranked] == ["a+b", "unodc_glotip", "ctdc", "aa", "zz"]


def test_a_key_that_nobody_reads_is_refused_with_file_and_place(tmp_path: Path) -> None:
    text = "- {sources: [records], reason: own, because: typo}\n"
    (tmp_path / "precedence.yaml").write_text(text)
    with pytest.raises(load.ContractInvalid, match=r"precedence.yaml is not valid at: 0.because"):
        precedence(tmp_path)
