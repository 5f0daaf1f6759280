"""Flows as their two ends report them: side by side, never added, hidden where either is."""

import polars as pl
from polars.testing import assert_frame_equal

from data_contracts.model import Table
from data_contracts.precedence import Precedence
from tests.tables import table
from tests.transforms.test_observations import SEX, registered
from transforms import mirror

ORDER = Precedence.model_validate(
    [{"sources": ["records"], "reason": "own"}, {"sources": ["world"], "reason": "others"}]
)
NUMBER = dict.fromkeys(("value", "lower", "upper"), pl.Int64)
TOTALS = {"area": "_T", "sex": "_T", "age_band": "_T", "exploitation": "_T", "value_type": "count"}
SAID = table(
    """
    country | unit              | by           | code | value | lower | upper | obs_status
    XAB     | victim_identified | citizenship  | XAA  | 80    | 80    | 80    | A
    XAB     | victim_identified | citizenship  | XAB  | 90    | 90    | 90    | A
    XAB     | victim_identified | citizenship  | _U   | 3     | 3     | 3     | A
    XAB     | victim_identified | citizenship  | _T   | 173   | 173   | 173   | A
    XAB     | convicted         | citizenship  | XAA  | 70    | 70    | 70    | A
    XAB     | victim_identified | citizenship  | XAD  |       |       |       | O
    XAB     | victim_presumed   | citizenship  | XAA  | 200   | 200   | 200   | A
    XAA     | victim_identified | repatriation | XAB  | 60    | 60    | 60    | A
    XAA     | victim_identified | repatriation | XAC  |       | 1     | 4     | Q
    XAC     | victim_identified | citizenship  | XAA  | 20    | 20    | 20    | A
    XAA     | victim_identified | destination  | XAB  | 49    | 49    | 49    | A
    XAD     | victim_identified | destination  | XAB  | 55    | 55    | 55    | A
    """,
    **NUMBER,
)
CODED = {
    side: pl.when(pl.col("by") == side).then(pl.col("code")).otherwise(pl.lit("_T"))
    for side in mirror.SIDES
}
AGGREGATES = SAID.select(
    pl.exclude("by", "code"),
    period=pl.lit("2024"),
    source=pl.lit("world"),
    **CODED,
    **{name: pl.lit(code) for name, code in TOTALS.items()},
)


def flows(*more: pl.DataFrame) -> pl.DataFrame:
    return mirror.mirrored([*mirror.of_aggregates(AGGREGATES), *more], ORDER, 50)


def test_each_flow_has_what_either_end_says_and_no_sum() -> None:
    columns = ("origin", "destination", "by", "destination_value", "origin_value", "status")
    found = flows().filter(unit="victim_identified").select(*columns, "ratio_pct")
    assert found.rows() == [
        ("XAA", "XAB", "destination", 80, 49, "both", None),
        ("XAA", "XAB", "repatriation", 80, 60, "both", 75),
        ("XAA", "XAC", "repatriation", 20, None, "hidden", None),
        ("XAD", "XAB", "destination", None, 55, "only_origin", None),
    ]


def test_another_unit_is_another_flow() -> None:
    found = flows().filter(unit="victim_presumed")
    assert found.select("by", "status", "destination_value").rows() == [
        ("", "only_destination", 200)
    ]


def persons(code: str, country: str, value: int | None) -> pl.DataFrame:
    """A protected table of persons with one flow, an unknown and a part that is no country."""
    told = (value, value - 4, value + 4, "A") if value else (None, 0, None, "Q")
    codes = (code, "_U", "tipstat:elsewhere", "_T", country)
    rows = [
        (c, "2024", "victim_identified", other, *told, "police")
        for other in codes
        for c in (country, "_T")
    ]
    names = ["country", "period", "unit", "nation", *NUMBER, "obs_status", "source"]
    schema = {**dict.fromkeys(names, pl.String), **NUMBER}
    return pl.DataFrame(rows, schema=schema, orient="row")


def registry(field: str) -> dict[str, Table]:
    of = SEX.model_copy(update={"field": field, "codelist": "country"})
    return {"flow": registered("flow", "persons", nation=of)}


def test_records_come_before_what_others_publish_also_where_they_hide_the_number() -> None:
    shown = mirror.of_tables({"flow": persons("XAA", "XAB", 100)}, registry("citizenship"))
    hidden = mirror.of_tables({"flow": persons("XAA", "XAB", None)}, registry("citizenship"))
    columns = ("by", "destination_value", "destination_source", "status", "ratio_pct")
    own = {"origin": "XAA", "destination": "XAB", "unit": "victim_identified"}
    assert flows(*shown).filter(**own).select(columns).rows() == [
        ("destination", 100, "police", "both", None),
        ("repatriation", 100, "police", "both", 60),
    ]
    assert flows(*hidden).filter(**own).select(columns).rows() == [
        ("destination", None, "police", "hidden", None),
        ("repatriation", None, "police", "hidden", None),
    ]


def test_the_two_ends_of_a_flow_are_each_other_s_mirror() -> None:
    there = list(mirror.of_tables({"flow": persons("XAA", "XAB", 100)}, registry("citizenship")))
    home = list(mirror.of_tables({"flow": persons("XAB", "XAA", 60)}, registry("destination")))
    one = mirror.mirrored([*there, *home], ORDER, 50)
    assert one.select("origin", "destination", "status", "ratio_pct").rows() == [
        ("XAA", "XAB", "both", 60)
    ]
    assert_frame_equal(one, mirror.mirrored([*home, *there], ORDER, 50))
