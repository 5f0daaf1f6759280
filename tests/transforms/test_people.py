"""On which periods the records of a quarter, and of a year, bear."""

from tests.tables import table
from transforms.people import calendar

BEARS = table("""
quarter | period  | is_own
2024    | 2024    | yes
2024-Q3 | 2024    | yes
2024-Q3 | 2024-Q3 | yes
2024-Q3 | 2024-Q4 | no
2025-Q4 | 2025    | yes
2025-Q4 | 2025-Q4 | yes
2024-Q3 | 2024-P9M | yes
""").rows()


def test_a_quarter_bears_on_its_year_and_on_later_quarters_and_a_year_on_itself_alone() -> None:
    found = calendar(["2025-Q4", "2024-Q3", "2024"])
    told = {(q, p, "yes" if own else "no") for q, p, own in found.iter_rows()}
    assert told == {(str(q), str(p), own) for q, p, own in BEARS}
    assert found.height == len(BEARS)
