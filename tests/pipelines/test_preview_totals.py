"""Where the persons of a total stand: shown, hidden, or in what is coarser."""

import csv
import io
import re

import pytest

from data_contracts import load
from pipelines import preview
from pipelines.reconciling import Account, Total


def total(published: int | None, status: str, period: str) -> Total:
    facts = {"table": "victims", "unit": "victim_identified", "period": period}
    return Total.model_validate({**facts, "counted": 7, "published": published, "status": status})


FOUND = Account(
    release="INVENTED-2024Q4-v1",
    country="XAB",
    sent=(),
    became=(),
    totals=(
        total(20, "A", "2024-Q1"),
        total(None, "Q", "2024-Q2"),
        total(None, "O", "2024-Q3"),
    ),
)


def test_a_total_on_a_coarser_rung_is_not_called_hidden() -> None:
    rows = list(csv.DictReader(io.StringIO(preview.reconciliation(FOUND))))
    said = {row["period"]: row["what"] for row in rows}
    assert said == {
        "2024-Q1": "counted, published",
        "2024-Q2": "counted, hidden",
        "2024-Q3": "counted, shown in a coarser total",
    }


@pytest.mark.parametrize("language", preview.LANGUAGES)
def test_the_page_marks_each_as_the_release_does(language: str) -> None:
    page = preview.page(FOUND, {}, language, True)
    cells = re.findall(r'<td class="n">7</td><td class="n"><bdi>(.*?)</bdi>', page)
    assert cells == ["20", "[c]", "[x]"]
    assert preview.messages()[language]["invented"] in page


def test_every_dataset_of_persons_has_a_name_in_every_language() -> None:
    persons = {f"dataset_{n}" for n, one in load.contracts().items() if one.kind == "persons"}
    assert [language for language, said in preview.messages().items() if persons - set(said)] == []
