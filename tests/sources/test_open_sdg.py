"""SDG 16.2.2 of countries that no layout knows: right numbers, or a refusal that says why.

The rows are invented; their forms are those of offices that publish on the Open SDG platform.
"""

from pathlib import Path

import polars as pl
import pytest

from data_contracts import load
from data_contracts.verdict import Verdict
from pipelines import admission
from pipelines.explain import in_words
from pipelines.intake import Job
from pipelines.sealed import take_in
from tests.tables import table

SAMPLES = Path(__file__).parents[2] / "sources" / "samples" / "sdg_16_2_2"
KEY = ("country", "period", "unit", "value_type", "sex", "age_band", "exploitation", "citizenship")
TOTAL_ROW = ("_T", "_T", "_T", "_T")

WORDS = """\
Year,Series,Sex,Age,Broad citizenship,Form of exploitation,Unit,GeoCode,NATURE,Value
2021,1. Detected victims of human trafficking,Both Sexes,Total,Total,Total,Number of victims,,C,41
2021,1. Detected victims of human trafficking,Females,Total,Total,Total,Number of victims,,C,30
2021,1. Detected victims of human trafficking,Both Sexes,0 - 17,Total,Total,Number of victims,,C,0
2021,1. Detected victims of human trafficking,Both Sexes,Total,Ghana,Total,Number of victims,,C,7
2021,1. Detected victims of human trafficking,Both Sexes,Total,Other EU,Total,Number of victims,,C,2
2021,1. Detected victims of human trafficking,,,,Forced labour,Number of victims,,C,
2021,,,,,,"Per 100,000 population",,C,1.79
"""
CODED = """\
Year,SERIES,UNIT_MEASURE,SEX,AGE,Value
2014,VC_HTF_DETVFL,NUMBER,F,Y0T17,
2014,VC_HTF_DETVSX,NUMBER,_T,_T,17
2014,VC_HTF_DETVR,PER_100000_POP,M,Y_GE18,0.66
"""
# What a table says, in which column and with which code the check answers.
REFUSED = [
    ("", "Year,Value|2019,330|2020,351", "VALUE_TYPE-01", "count or a rate"),
    ("", "Year,Units,Value|2019,%,4.5", "RATE_BASE-02", "in no list"),
    ("", "Year,Units,Value|2019,case,4", "VALUE_TYPE-02", "in no list"),
    ("", "Year,Units,Value|2019,Number,1.7|2020,Number,2", "FIGURE-01", "fraction"),
    ("", "Year,Units,Value|2019,Rate per 100 000,9", "VALUE_TYPE-02", "in no list"),
    ("", "Year,Units,Value|2019,Per_100000_population,1017", "FIGURE-04", "no country reaches"),
    ("", "Year,Units,Sex,Value|2019,Number,Q,4", "SEX-02", "in no list"),
    ("", "Year,Units,Region,Value|2019,Number,North,4", "ROW-02", "filled: Region"),
    ("", "Year,Units,sex,Value|2019,Number,Female,4", "ROW-02", "filled: sex"),
    ("", "Year,Units,GeoCode,Value|2019,Number,E92000001,4", "AREA-02", "in no list"),
    ("", "Year,SERIES,Units,Value|2019,VC_HTF_DETVSX,Number,4", "UNIT-02", "in no list"),
    ("", "Godina,Žrtve|2019,0.7", "READ-07", "such as"),
    ("_number", "Year,Units,Value|2019,Number,4", "ROW-02", "filled: Units"),
    ("_rate", "Year,Unit,Value|2019,Number,4", "ROW-02", "filled: Unit"),
    ("_coded", "Year,SERIES,UNIT_MEASURE,Value|2019,VC_HTF_DETVXX,NUMBER,4", "EXPLOITATION-02", ""),
]


def taken(out: Path, layout: str, text: str, country: str = "GHA") -> Verdict:
    """A table taken in as the sealed child does."""
    (out / "table.csv").write_text(text, encoding="utf-8")
    return take_in(Job(files=(out / "table.csv",), layout=layout, country=country, out=out))


def cells(out: Path) -> dict[tuple[str, ...], float | None]:
    """What reached the safe layer."""
    found = pl.read_parquet(out / "aggregates.parquet")
    assert set(found["area"]) == {"_T"}
    return {tuple(row[:-1]): row[-1] for row in found.select(*KEY, "value").iter_rows()}


def figures(out: Path) -> list[tuple[object, ...]]:
    """What a table itself says, without whose it is and what is counted."""
    found = pl.read_parquet(out / "aggregates.parquet").drop("country", "unit", "source")
    return sorted(found.drop("unit_mult").iter_rows(), key=str)


def test_a_table_in_words_has_the_country_of_its_submission_and_blanks_are_totals(
    tmp_path: Path,
) -> None:
    verdict = taken(tmp_path, "open_sdg_16_2_2", WORDS)
    assert (verdict.verdict, verdict.rows_kept, verdict.set_aside) == ("ok", 6, {"scope": 1})
    assert (verdict.countries, verdict.periods) == (("GHA",), ("2021",))
    count = ("GHA", "2021", "victim_identified", "count")
    assert cells(tmp_path) == {
        (*count, *TOTAL_ROW): 41,
        (*count, "F", "_T", "_T", "_T"): 30,
        (*count, "_T", "Y0T17", "_T", "_T"): 0,
        (*count, "_T", "_T", "_T", "GHA"): 7,
        (*count, "_T", "_T", "P2", "_T"): None,
        ("GHA", "2021", "victim_identified", "rate", *TOTAL_ROW): 1.79,
    }


def test_codes_of_series_say_the_form_of_exploitation(tmp_path: Path) -> None:
    assert taken(tmp_path, "open_sdg_16_2_2_coded", CODED, "BIH").verdict == "ok"
    unit = ("BIH", "2014", "victim_identified")
    assert cells(tmp_path) == {
        (*unit, "count", "F", "Y0T17", "P2", "_T"): None,
        (*unit, "count", "_T", "_T", "P1", "_T"): 17,
        (*unit, "rate", "M", "Y_GE18", "_T", "_T"): 0.66,
    }


@pytest.mark.parametrize(("kind", "value_type"), [("number", "count"), ("rate", "rate")])
def test_a_table_without_units_is_what_its_sender_declares(
    kind: str, value_type: str, tmp_path: Path
) -> None:
    text = "Year,Gender,Value\n2019,,330\n2019,Male,120\n"
    assert taken(tmp_path, f"open_sdg_16_2_2_{kind}", text).verdict == "ok"
    of = ("GHA", "2019", "victim_identified", value_type)
    assert cells(tmp_path) == {(*of, *TOTAL_ROW): 330, (*of, "M", "_T", "_T", "_T"): 120}
    bases = set(pl.read_parquet(tmp_path / "aggregates.parquet")["rate_base"])
    assert bases == ({None} if kind == "number" else {"tipstat:100000_residents"})


@pytest.mark.parametrize(("kind", "text", "code", "said"), REFUSED)
def test_what_is_not_understood_is_refused_and_the_message_says_why(
    kind: str, text: str, code: str, said: str, tmp_path: Path
) -> None:
    verdict = taken(tmp_path, f"open_sdg_16_2_2{kind}", text.replace("|", "\n") + "\n")
    assert (verdict.verdict, verdict.rows_kept) == ("faults", 0)
    found = {fault.code: fault.message or "" for fault in in_words(verdict).faults}
    assert said in found[code]
    assert list(tmp_path.glob("*.parquet")) == []


def test_the_samples_as_if_their_countries_were_unknown(tmp_path: Path) -> None:
    drawn = table("""
        sample    | layout                 | own                 | verdict
        GBR | open_sdg_16_2_2        | sdg_16_2_2_gbr      | ok
        MDA | open_sdg_16_2_2_rate   | sdg_16_2_2_mda      | ok
        CAN       | open_sdg_16_2_2_number | sdg_16_2_2_can      | ok
        MDA | open_sdg_16_2_2        |                     | faults
        CAN       | open_sdg_16_2_2        |                     | faults
        JAM       | open_sdg_16_2_2        |                     | faults
        KAZ       | open_sdg_16_2_2        |                     | faults
        KAZ       | open_sdg_16_2_2_number |                     | faults
        UKR       | open_sdg_16_2_2_rate   |                     | faults
        ESP_ISTAC | open_sdg_16_2_2        |                     | faults
    """)
    for sample, layout, own, verdict in drawn.rows():
        (file,) = SAMPLES.glob(f"{sample}_indicator_16-2-2*.csv")
        text = file.read_text(encoding="utf-8-sig")
        assert taken(tmp_path, layout, text).verdict == verdict
        if own:
            strange = figures(tmp_path)
            taken(tmp_path, own, text)
            assert strange == figures(tmp_path)


@pytest.mark.parametrize(
    ("layout", "country", "said"),
    [
        ("open_sdg_16_2_2", None, "with --country"),
        ("open_sdg_16_2_2", "GH", "no country code"),
        ("open_sdg_16_2_2_rate", "MDA", "use sdg_16_2_2_mda"),
        ("sdg_16_2_2_gbr", "GBR", "leave out --country"),
    ],
)
def test_whose_table_it_is_says_the_submission_where_the_layout_does_not(
    layout: str, country: str | None, said: str
) -> None:
    with pytest.raises(admission.WrongCountry, match=said):
        admission.layout_for(layout, country, None)


def test_a_country_that_is_sent_elsewhere_has_a_layout_of_its_own_there() -> None:
    layouts = load.layouts()
    sent = {name: one.own_layouts for name, one in layouts.items() if one.own_layouts}
    assert len(sent) == 4
    for own in sent.values():
        for country, name in own.items():
            assert layouts[name].feeds["aggregates"].fields["country"].value == country
