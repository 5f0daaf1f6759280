"""A release names everyone of whom it says anything."""

from pipelines.origins import sources
from tests.tables import table

SHOWN = table("""
    source                | country
    xad_labour+xad_police | XAD
    xad_labour            | XAD
    unodc_glotip          | AUT
""")
CONFORMED = table("""
    source       | country
    unodc_glotip | _T
    xab_ministry | XAB
""")


def test_a_source_without_a_shown_number_is_named_where_conformance_names_it() -> None:
    named = {one["source"]: one["countries"] for one in sources([SHOWN], CONFORMED)}
    assert named == {
        "unodc_glotip": ["AUT"],
        "xab_ministry": ["XAB"],
        "xad_labour": ["XAD"],
        "xad_labour+xad_police": ["XAD"],
        "xad_police": ["XAD"],
    }
