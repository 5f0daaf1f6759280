"""Tables of the United Nations and of Eurostat: their form is known, the rows here are invented."""

from pathlib import Path

import polars as pl
import pytest

from data_contracts.verdict import Verdict
from pipelines.intake import Job
from pipelines.sealed import take_in

UN = """\
Goal,Target,Indicator,SeriesCode,SeriesDescription,GeoAreaCode,GeoAreaName,TimePeriod,Value,\
Source,[Age],[Sex],[Nature],[Observation Status],[Units]
16,16.2,16.2.2,VC_HTF_DETV,Detected victims,516,Namibia,2019,12,x,ALLAGE,BOTHSEX,C,A,NUMBER
16,16.2,16.2.2,VC_HTF_DETV,Detected victims,516,Namibia,2019,5,x,<18Y,FEMALE,C,A,NUMBER
16,16.2,16.2.2,VC_HTF_DETVSX,Detected victims,516,Namibia,2019,,x,ALLAGE,BOTHSEX,C,O,NUMBER
16,16.2,16.2.2,VC_HTF_DETVOG,Detected victims,516,Namibia,2019,0,x,ALLAGE,BOTHSEX,C,A,NUMBER
16,16.2,16.2.2,VC_HTF_DETVFLR,Rate,32,Argentina,2020,0.48,x,ALLAGE,MALE,C,E,PER_100000_POP
16,16.2,16.2.2,VC_HTF_DETVXX,New form,32,Argentina,2020,3,x,ALLAGE,BOTHSEX,C,A,NUMBER
16,16.2,16.2.2,VC_HTF_DETV,Detected victims,1,World,2019,9000,x,ALLAGE,BOTHSEX,C,A,NUMBER
16,16.1,16.1.1,VC_IHR_PSRC,Homicide,516,Namibia,2019,11.9,x,,BOTHSEX,C,A,PER_100000_POP
"""

EUROSTAT = """\
DATAFLOW,LAST UPDATE,freq,leg_stat,sex,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG
ESTAT:CRIM_THB_SEX(1.0),01/01/24,A,PER_VICT,T,NR,EL,2021,95,
ESTAT:CRIM_THB_SEX(1.0),01/01/24,A,PER_VICT,F,P_HTHAB,EL,2021,1.2,p
ESTAT:CRIM_THB_SEX(1.0),01/01/24,A,PER_SUSP,M,NR,AT,2021,0,b
ESTAT:CRIM_THB_SEX(1.0),01/01/24,A,PER_CNV,T,NR,AT,2021,,:
ESTAT:CRIM_THB_SEX(1.0),01/01/24,A,PER_PRSC,UNK,NR,AT,2021,:,c
ESTAT:CRIM_THB_SEX(1.0),01/01/24,A,PER_VICT,T,NR,EU27_2020,2021,7155,
ESTAT:CRIM_THB_SEX(1.0),01/01/24,A,PER_VICT,T,NR,UKM,2021,100,
"""
KEY = ("country", "period", "unit", "value_type", "rate_base", "sex", "age_band", "exploitation")
FIGURE = ("value", "obs_status")


def taken(out: Path, layout: str, text: str) -> Verdict:
    """A table taken in as the sealed child does."""
    (out / "table.csv").write_text(text, encoding="utf-8")
    return take_in(Job(files=(out / "table.csv",), layout=layout, out=out))


def cells(out: Path) -> set[tuple[object, ...]]:
    """What reached the safe layer."""
    return set(pl.read_parquet(out / "aggregates.parquet").select(*KEY, *FIGURE).iter_rows())


def test_series_of_the_un_are_counts_and_rates_by_form_and_regions_are_out_of_scope(
    tmp_path: Path,
) -> None:
    verdict = taken(tmp_path, "un_sdg_16_2_2", UN)
    assert (verdict.rows_read, verdict.rows_kept) == (8, 5)
    assert verdict.set_aside == {"unmapped": 1, "scope": 2}
    assert verdict.unmapped == {"SeriesCode": {"vc_htf_detvxx": 1}}
    namibia = ("NAM", "2019", "victim_identified", "count", None)
    base = "tipstat:100000_residents"
    assert cells(tmp_path) == {
        (*namibia, "_T", "_T", "_T", 12.0, "A"),
        (*namibia, "F", "Y0T17", "_T", 5.0, "A"),
        (*namibia, "_T", "_T", "P1", None, "O"),
        (*namibia, "_T", "_T", "P5", 0.0, "A"),
        ("ARG", "2020", "victim_identified", "rate", base, "M", "_T", "P2", 0.48, "E"),
    }


def test_eurostat_writes_el_for_greece_and_a_blank_is_not_zero(tmp_path: Path) -> None:
    verdict = taken(tmp_path, "eurostat_thb", EUROSTAT)
    assert (verdict.rows_read, verdict.rows_kept, verdict.set_aside) == (7, 5, {"scope": 2})
    base = "tipstat:100000_residents"
    assert cells(tmp_path) == {
        ("GRC", "2021", "victim_identified", "count", None, "_T", "_T", "_T", 95.0, "A"),
        ("GRC", "2021", "victim_identified", "rate", base, "F", "_T", "_T", 1.2, "P"),
        ("AUT", "2021", "suspect", "count", None, "M", "_T", "_T", 0.0, "B"),
        ("AUT", "2021", "convicted", "count", None, "_T", "_T", "_T", None, "O"),
        ("AUT", "2021", "prosecuted", "count", None, "_U", "_T", "_T", None, "Q"),
    }


NAMED = """\
STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,freq,Time frequency,leg_stat,Legal status,sex,Sex,unit,\
Unit of measure,geo,Geopolitical entity (reporting),TIME_PERIOD,Time,OBS_VALUE,Observation value,\
OBS_FLAG,Observation status (Flag) V2 structure,CONF_STATUS,Confidentiality status (flag)
dataflow,ESTAT:X(1.0),x,A,Annual,PER_VICT,Victim,F,Females,NR,Number,UK,x,2019,,12,,bu,x,,
dataflow,ESTAT:X(1.0),x,A,Annual,PER_VICT,Victim,M,Males,NR,Number,UK,x,2019,,,,,,C,Confidential
dataflow,ESTAT:X(1.0),x,A,Annual,PER_VICT,Victim,T,Total,NR,Number,UK,x,2019,,30,,,,,
"""


def test_names_beside_codes_are_no_breakdown_and_what_is_confidential_is_hidden(
    tmp_path: Path,
) -> None:
    verdict = taken(tmp_path, "eurostat_thb", NAMED)
    assert (verdict.rows_kept, verdict.set_aside) == (3, {})
    united = ("GBR", "2019", "victim_identified", "count", None)
    assert cells(tmp_path) == {
        (*united, "F", "_T", "_T", 12.0, "B"),
        (*united, "M", "_T", "_T", None, "Q"),
        (*united, "_T", "_T", "_T", 30.0, "A"),
    }


@pytest.mark.parametrize("marks", ["[]", "  "])
def test_a_breakdown_of_the_un_is_one_with_brackets_or_without(marks: str, tmp_path: Path) -> None:
    text = UN.replace("[", marks[0]).replace("]", marks[1])
    text = "\n".join(
        ",".join(cell.strip() for cell in line.split(",")) for line in text.splitlines()
    )
    verdict = taken(tmp_path, "un_sdg_16_2_2", text)
    assert (verdict.rows_kept, verdict.set_aside) == (5, {"unmapped": 1, "scope": 2})
    assert ("NAM", "2019", "victim_identified", "count", None, "F", "Y0T17", "_T", 5.0, "A") in (
        cells(tmp_path)
    )


def test_a_breakdown_of_the_un_that_nobody_knows_is_never_read_as_the_total(tmp_path: Path) -> None:
    header, *lines = UN.splitlines()
    wider = "\n".join([f"{header},[Location]", *(f"{line},URBAN" for line in lines)])
    verdict = taken(tmp_path, "un_sdg_16_2_2", wider)
    assert (verdict.rows_kept, verdict.set_aside) == (0, {"unmapped": 6, "scope": 2})
    assert {(f.code, f.column) for f in verdict.faults} >= {("ROW-02", "[Location]")}


def test_a_dimension_that_the_layout_does_not_name_is_never_read_as_the_total(
    tmp_path: Path,
) -> None:
    header, *lines = EUROSTAT.splitlines()
    wider = "\n".join([f"{header},explt", *(f"{line},SEX" for line in lines)])
    verdict = taken(tmp_path, "eurostat_thb", wider)
    assert (verdict.verdict, verdict.set_aside) == ("faults", {"unmapped": 5, "scope": 2})
    assert {(fault.code, fault.column) for fault in verdict.faults} == {("ROW-02", "explt")}


# Later editions of national tables


def test_a_later_edition_with_fewer_columns_more_years_and_a_new_age_is_read(
    tmp_path: Path,
) -> None:
    text = (
        "Year,Sex,Age,Units,Value,Observation status\n"
        "2024,,,Number,19125,Provisional value\n"
        "2024,Female,75 and over,Number,4,Normal value\n"
        "2024,Not known,,Number,3,Normal value\n"
        "2024,Male,,Number,,Missing value\n"
        "2024,Male,0 to 99,Number,7,Normal value\n"
    )
    verdict = taken(tmp_path, "sdg_16_2_2_gbr", text)
    assert verdict.unmapped == {"Age": {"0 to 99": 1}}
    united = ("GBR", "2024", "victim_presumed", "count", None)
    assert cells(tmp_path) == {
        (*united, "_T", "_T", "_T", 19125.0, "P"),
        (*united, "F", "Y_GE75", "_T", 4.0, "A"),
        (*united, "_U", "_T", "_T", 3.0, "A"),
        (*united, "M", "_T", "_T", None, "O"),
    }


def test_a_new_breakdown_leaves_the_totals_and_sets_its_own_rows_aside(tmp_path: Path) -> None:
    text = "Year,Region,Urban,Value\n" + "2025,,,1.5\n" * 1 + "2025,19_reg_Kyiv,,0.5\n"
    text += "".join(f"{year},,,1\n" for year in range(2010, 2020)) + "2025,,yes,0.9\n"
    verdict = taken(tmp_path, "sdg_16_2_2_ukr", text)
    assert (verdict.rows_kept, verdict.set_aside) == (12, {"unmapped": 1})
    kyiv = pl.read_parquet(tmp_path / "aggregates.parquet").filter(pl.col("area") == "UA-32")
    assert kyiv["value"].to_list() == [0.5]


STATCAN = "REF_DATE,GEO,DGUID,Violations,Statistics,UOM,SCALAR_FACTOR,VALUE,STATUS,SYMBOL\n"
CRIME = "Trafficking in persons [1525]"
OF = f"{CRIME},Actual incidents,Number"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (f'2022,Canada,,{OF},units ,528,,', ("_T", "count", 528.0, "A")),
        (f'2022,Ontario [35],,{OF},units,,x,', ("CA-ON", "count", None, "Q")),
        (f'2022,Yukon [60],,{OF},units,,..,', ("CA-YT", "count", None, "O")),
        (f'2022,"Calgary, Alberta [48825]",,{OF},units,9,,', "scope"),
        (f'2022,Canada,,{CRIME},Percent unfounded,Percent,units,9,,', "scope"),
        ('2022,Canada,,Homicide [1100],Actual incidents,Number,units,9,,', "scope"),
        (f'2022,Canada,,{OF},thousands,9,,', "unmapped"),
        (f'2022,Atlantis [99],,{OF},units,9,,', "unmapped"),
        (f'2022,Canada,,{OF},units,9,..,', "contradiction"),
        # A rate of which nobody says what it is a rate of, and fewer than none.
        (f'2022,Canada,,{CRIME},Actual incidents,Rate,units,9,,', "fault"),
        (f'2022,Canada,,{OF},units,-3,,', "implausible"),
    ],
)  # fmt: skip
def test_a_place_a_unit_and_a_status_of_statistics_canada(
    line: str, found: object, tmp_path: Path
) -> None:
    sound = f'2021,Canada,,{CRIME},"Total, persons charged",Number,units,{{}},,\n'
    rest = "".join(sound.format(9).replace("2021", str(year)) for year in range(2009, 2020))
    verdict = taken(tmp_path, "statcan_trafficking", STATCAN + rest + line + "\n")
    assert verdict.rows_read == verdict.rows_kept + sum(verdict.set_aside.values()) == 12
    told = pl.read_parquet(tmp_path / "aggregates.parquet").filter(pl.col("period") == "2022")
    cell = next(told.select("area", "value_type", *FIGURE).iter_rows(), None)
    assert (cell or next(iter(verdict.set_aside))) == found


def test_the_corrected_unit_of_a_series_is_read_as_it_then_says(tmp_path: Path) -> None:
    text = "Year,UNIT_MEASURE,Value\n2022,PER_100000_POP,1.4\n2023,PER_100000_POP,2.0\n"
    assert taken(tmp_path, "sdg_16_2_2_kaz", text).verdict == "ok"
    assert {(cell[3], cell[8]) for cell in cells(tmp_path)} == {("rate", 1.4), ("rate", 2.0)}
