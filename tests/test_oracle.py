"""What reaches the safe layer from real files, against a second count that shares no code.

The literals are what the oracle printed; a change of one is a change of published numbers and needs
its reason in the changelog.
"""

from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from data_contracts.verdict import Verdict
from pipelines.intake import Job
from pipelines.sealed import take_in
from tests.oracle import glotip, linea145, population
from tests.tables import table

SAMPLES = Path(__file__).parents[1] / "sources" / "samples"
REGISTER = SAMPLES / "argentina_linea145"
GLOTIP = SAMPLES / "glotip" / "data_glotip_2025-04-14.csv.gz"
WORKBOOK = SAMPLES / "glotip" / "data_glotip_original_layout_MDA.xlsx"
POPULATION = SAMPLES / "population" / "world_bank_population_total.csv"
QUARTERS = ("2020Q1", "2020Q2", "2020Q3", "2020Q4")

# python -m tests.oracle.linea145 sources/samples/argentina_linea145
# (without the lines by area, citizenship and act, and the rarer ones of perpetrators)
REGISTER_TOTALS = table("""
total                                             | 2020Q1 | 2020Q2 | 2020Q3 | 2020Q4
cases                                             |    388 |    313 |    351 |    291
cases, channel, tipstat:email                     |     24 |     20 |     21 |      7
cases, channel, tipstat:hotline                   |    362 |    291 |    329 |    283
cases, channel, tipstat:in_person                 |      1 |      0 |      0 |      0
cases, channel, tipstat:institution               |      0 |      1 |      0 |      0
cases, channel, tipstat:other                     |      0 |      1 |      0 |      0
cases, channel, tipstat:telephone                 |      1 |      0 |      1 |      1
cases, exploitation, P1                           |    210 |    163 |    220 |    162
cases, exploitation, P2                           |     64 |     49 |     71 |     76
cases, exploitation, P4                           |      2 |      7 |      6 |      3
cases, exploitation, P5                           |      1 |      1 |      0 |      0
cases, exploitation, _U                           |     99 |     73 |     44 |     40
cases, exploitation, tipstat:begging              |      0 |      0 |      0 |      1
cases, exploitation, tipstat:domestic_servitude   |      1 |      2 |      1 |      1
cases, exploitation, tipstat:forced_marriage      |      3 |      1 |      2 |      2
cases, exploitation, tipstat:illegal_adoption     |      6 |      2 |      4 |      3
cases, exploitation, tipstat:prostitution         |      2 |      0 |      0 |      0
cases, exploitation, tipstat:sexual_material      |      6 |     18 |      3 |      3
cases, is_referred, _U                            |     27 |     19 |     36 |     30
cases, is_referred, no                            |     84 |    114 |     41 |     41
cases, is_referred, yes                           |    277 |    180 |    274 |    220
kept                                              |    653 |    522 |    657 |    505
perpetrators                                      |    148 |    120 |    182 |    126
perpetrators, sex, F                              |     53 |     46 |     54 |     39
perpetrators, sex, M                              |     84 |     63 |    117 |     73
perpetrators, sex, _U                             |      9 |      6 |      9 |     12
perpetrators, sex, tipstat:other_sex              |      1 |      0 |      0 |      0
perpetrators, sex, tipstat:tnc                    |      1 |      5 |      2 |      2
read                                              |    852 |    676 |    747 |    578
set aside, scope                                  |    196 |    141 |     88 |     71
set aside, unmapped                               |      3 |     13 |      2 |      2
victims                                           |    117 |     89 |    124 |     88
victims, age_band, Y0T14                          |      6 |     14 |      9 |      6
victims, age_band, Y15T17                         |      6 |      7 |      8 |      3
victims, age_band, Y18T24                         |     12 |     10 |     12 |     16
victims, age_band, Y25T34                         |      8 |     11 |      8 |      6
victims, age_band, Y_GE35                         |      6 |     10 |     17 |     11
victims, age_band, _U                             |     79 |     37 |     70 |     46
victims, exploitation, P1                         |     59 |     37 |     61 |     36
victims, exploitation, P2                         |     25 |     22 |     36 |     34
victims, exploitation, P4                         |      0 |      7 |      9 |      1
victims, exploitation, P5                         |      0 |      1 |      0 |      0
victims, exploitation, _U                         |     26 |     20 |     11 |     16
victims, exploitation, tipstat:domestic_servitude |      0 |      2 |      0 |      1
victims, exploitation, tipstat:forced_marriage    |      3 |      1 |      2 |      0
victims, exploitation, tipstat:illegal_adoption   |      4 |      1 |      4 |      0
victims, exploitation, tipstat:sexual_material    |      3 |      2 |      1 |      0
victims, sex, F                                   |     91 |     60 |     91 |     56
victims, sex, M                                   |     23 |     24 |     27 |     26
victims, sex, _U                                  |      1 |      4 |      6 |      4
victims, sex, tipstat:tnc                         |      2 |      1 |      0 |      2
""")

# python -m tests.oracle.glotip sources/samples/glotip/data_glotip_2025-04-14.csv.gz
GLOTIP_TOTALS = {
    "read": 53_948,
    "kept": 52_111,
    "aside": {"conflict": 699, "fault": 26, "repeated": 226, "scope": 729, "unmapped": 157},
    "countries": 184,
    "hidden by the publisher": 26_243,
    "rows by unit": {
        "victim_identified": 34_853,
        "offence": 1_266,
        "suspect": 4_193,
        "prosecuted": 4_556,
        "convicted": 7_243,
    },
    "hidden by unit": {
        "victim_identified": 17_817,
        "offence": 267,
        "suspect": 1_812,
        "prosecuted": 2_177,
        "convicted": 4_170,
    },
    "sum by unit": {
        "victim_identified": 3_057_055,
        "offence": 219_964,
        "suspect": 331_729,
        "prosecuted": 345_277,
        "convicted": 211_340,
    },
    "sum of plain totals": 1_288_938,
    "rows by citizenship": 8_359,
    "rows by repatriation": 1_389,
    "sum by form": {"P1": 426_686, "P2": 271_089, "tipstat:neither_sexual_nor_labour": 163_041},
}
# python -m tests.oracle.population sources/samples/population/world_bank_population_total.csv
POPULATION_TOTALS = {
    "read": 17_195,
    "kept": 13_945,
    "aside": {"scope": 3_250},
    "countries": 215,
    "sum": 356_126_607_707,
    "Argentina 2020": 45_191_965,
}


def taken(out: Path, layout: str, *files: Path, period: str | None = None) -> Verdict:
    """Take files in as the sealed child does, to safe Parquet in ``out``."""
    return take_in(Job(files=files, layout=layout, period=period, out=out))


def safe(out: Path, name: str) -> pl.DataFrame:
    """A safe table that was written to ``out``."""
    return pl.read_parquet(out / f"{name}.parquet")


def register(out: Path, name: str) -> Verdict:
    """One quarter of the register, taken in."""
    files = (REGISTER / f"{name}_{part}.csv" for part in ("denuncias", "referidos"))
    return taken(out, "argentina_linea145", *files, period=f"{name[:4]}-{name[4:]}")


def answered(out: Path, dataset: str, field: str) -> list[str]:
    """All answers to a question with several, and unknown for each record without one."""
    given = safe(out, f"{dataset}_answers").filter(pl.col("field") == field, pl.col("code") != "_U")
    silent = safe(out, dataset).join(given, on="record", how="anti")
    return [*given["code"], *("_U" for _ in silent["record"])]


def found(out: Path, dataset: str, field: str) -> list[str]:
    """The codes of a field that reached the safe layer."""
    rows = safe(out, dataset)
    if field in rows.columns:
        return rows[field].fill_null("_U").to_list()
    return answered(out, dataset, field)


@pytest.mark.parametrize("name", QUARTERS)
def test_the_oracle_still_counts_what_it_counted(name: str) -> None:
    totals = linea145.summary(REGISTER, name)
    drawn = dict(REGISTER_TOTALS.select("total", name).iter_rows())
    assert {total: totals.get(total, 0) for total in drawn} == drawn


@pytest.mark.parametrize("name", QUARTERS)
def test_a_quarter_of_the_register_is_read_kept_and_set_aside_as_counted(
    name: str, tmp_path: Path
) -> None:
    verdict = register(tmp_path, name)
    of = linea145.quarter(REGISTER, name)
    assert (verdict.verdict, verdict.rows_read, verdict.set_aside) == (
        "comments",
        of.read,
        of.aside,
    )
    assert verdict.rows_read == verdict.rows_kept + sum(verdict.set_aside.values())
    assert verdict.rows_out == {
        "cases": len(of.cases),
        "victims": len(of.victims),
        "perpetrators": len(of.perpetrators),
    }


@pytest.mark.parametrize("name", QUARTERS)
def test_every_field_of_the_register_reaches_the_safe_layer_as_counted(
    name: str, tmp_path: Path
) -> None:
    register(tmp_path, name)
    for dataset, fields in linea145.codes(linea145.quarter(REGISTER, name)).items():
        for field, codes in fields.items():
            assert Counter(found(tmp_path, dataset, field)) == Counter(codes), (dataset, field)


def test_the_labels_of_the_register_that_mean_nothing_to_us_are_listed(tmp_path: Path) -> None:
    verdict = register(tmp_path, "2020Q3")
    assert verdict.unmapped == {"subtema": {"no aplica": 1, "pedido de auxilio": 1}}


def published(rows: list[glotip.Row]) -> Counter[tuple[Any, ...]]:
    """Rows of UNODC's table as the cells that they must become."""
    cells: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        number = glotip.value(row)
        interval = (None, 1, 4, "Q") if number is None else (number, number, number, "A")
        named = (row["Iso3_code"], glotip.UNIT[row["Indicator"]], row["Year"])
        form = glotip.FORM.get(row["Category"], "_T")
        cells[*named, glotip.SEX[row["Sex"]], glotip.AGE[row["Age"]], form, *interval] += 1
    return cells


CELL = ["country", "unit", "period", "sex", "age_band", "exploitation"]
INTERVAL = ["value", "lower", "upper", "obs_status"]


@pytest.fixture(scope="module")
def unodc(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Verdict]:
    out = tmp_path_factory.mktemp("unodc")
    return out, taken(out, "unodc_glotip", GLOTIP)


def test_the_oracle_still_counts_what_unodc_published() -> None:
    assert glotip.summary(GLOTIP) == GLOTIP_TOTALS


def test_unodc_s_table_is_read_kept_and_set_aside_as_counted(unodc: tuple[Path, Verdict]) -> None:
    _, verdict = unodc
    _, aside = glotip.sorted_out(rows := glotip.rows(GLOTIP))
    assert (verdict.verdict, verdict.rows_read, verdict.set_aside) == ("comments", len(rows), aside)
    assert verdict.rows_read == verdict.rows_kept + sum(verdict.set_aside.values())


def test_every_number_that_unodc_published_reaches_the_safe_layer_unchanged(
    unodc: tuple[Path, Verdict],
) -> None:
    kept, _ = glotip.sorted_out(glotip.rows(GLOTIP))
    reached = safe(unodc[0], "aggregates").select(*CELL, *INTERVAL).iter_rows()
    assert Counter(reached) == published(kept)


@pytest.mark.parametrize(
    ("field", "dimension"),
    [("citizenship", "by citizenship"), ("repatriation", "by country of repatriation")],
)
def test_a_number_by_country_is_a_number_of_that_dimension_only(
    field: str, dimension: str, unodc: tuple[Path, Verdict]
) -> None:
    kept, _ = glotip.sorted_out(every := glotip.rows(GLOTIP))
    rows = [row for row in kept if row["Dimension"] == dimension]
    reached = safe(unodc[0], "aggregates").filter(pl.col(field) != "_T")
    assert Counter(reached.select(*CELL, *INTERVAL).iter_rows()) == published(rows)
    unknown = [row for row in rows if glotip.category(row) == "not stated"]
    assert reached.filter(pl.col(field) == "_U").height == len(unknown)
    assert not glotip.by_name(rows, every) - Counter(reached[field])


def test_the_workbook_of_unodc_says_what_the_same_rows_of_its_table_say(
    unodc: tuple[Path, Verdict], tmp_path: Path
) -> None:
    verdict = taken(tmp_path, "unodc_glotip", WORKBOOK)
    assert (verdict.rows_read, verdict.set_aside) == (399, {"scope": 5})
    book = safe(tmp_path, "aggregates")
    whole = safe(unodc[0], "aggregates").filter(pl.col("country") == "MDA")
    assert book.sort(book.columns).equals(whole.select(book.columns).sort(book.columns))


def test_the_populations_of_countries_reach_the_safe_layer_and_those_of_groups_do_not(
    tmp_path: Path,
) -> None:
    verdict = taken(tmp_path, "world_bank_population", POPULATION)
    assert population.summary(POPULATION) == POPULATION_TOTALS
    assert (verdict.verdict, verdict.set_aside) == ("ok", POPULATION_TOTALS["aside"])
    reached = safe(tmp_path, "reference").select("country", "period", "value").iter_rows()
    assert {(country, year): value for country, year, value in reached} == population.countries(
        POPULATION
    )
