"""A draft of every sample and of every file of the invented region, beside its own layout."""

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from data_contracts import load
from data_contracts.layout import Feed
from pipelines import suggest, unfamiliar
from pipelines.intake import Job
from pipelines.sealed import take_in
from sources.synthetic import Region
from tests.sources.test_international import EUROSTAT, UN
from tests.test_htcds import API, LABELS
from transforms.drafting import Draft, draft

SAMPLES = Path(__file__).parents[2] / "sources" / "samples"
KNOWN = suggest.words()


def table(rows: list[dict[str, str]]) -> str:
    """Rows as CSV, blank where a row lacks a column."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@dataclass(frozen=True)
class Sample:
    """A file, the layout that was written for it, and how many of its columns a draft gets right.

    ``right`` is what is reached today: of the columns that the layout reads, those to which the
    draft gives one of the same fields. Less is a step back.
    """

    layout: str
    contract: str
    file: str
    right: int
    every: int


REAL = (
    Sample("argentina_linea145", "cases", "argentina_linea145/2020Q1_denuncias.csv", 5, 6),
    Sample("argentina_linea145", "victims", "argentina_linea145/2020Q1_referidos.csv", 6, 7),
    Sample("ctdc_global", "victims", "ctdc/ctdc_global_k_anonymised_2017.csv.gz", 37, 39),
    Sample("unodc_glotip", "aggregates", "glotip/data_glotip_original_layout_MDA.xlsx", 7, 8),
    Sample("unodc_glotip", "aggregates", "glotip/data_glotip_2025-04-14.csv.gz", 8, 8),
    Sample("sdg_16_2_2_can", "aggregates", "sdg_16_2_2/CAN_indicator_16-2-2.csv", 2, 2),
    Sample("sdg_16_2_2_gbr", "aggregates", "sdg_16_2_2/GBR_indicator_16-2-2.csv", 8, 8),
    Sample("sdg_16_2_2_jam", "aggregates", "sdg_16_2_2/JAM_indicator_16-2-2.csv", 4, 4),
    Sample("sdg_16_2_2_kaz", "aggregates", "sdg_16_2_2/KAZ_indicator_16-2-2.csv", 3, 3),
    Sample("sdg_16_2_2_mda", "aggregates", "sdg_16_2_2/MDA_indicator_16-2-2.csv", 6, 6),
    Sample("sdg_16_2_2_ukr", "aggregates", "sdg_16_2_2/UKR_indicator_16-2-2.csv", 3, 3),
    Sample("sdg_16_2_2_esp_istac", "aggregates",
           "sdg_16_2_2/ESP_ISTAC_indicator_16-2-2_serie_A.csv", 4, 4),
    Sample("statcan_trafficking", "aggregates", "statcan/trafficking_data.csv", 6, 7),
    Sample("fbi_trafficking_states", "aggregates",
           "us_fbi_ucr/us_state_trafficking_offences_demographics.csv", 4, 5),
    Sample("us_3p_index", "reference", "us_tip_report/policy_index_3p.csv", 6, 8),
    Sample("us_tip_tiers_long", "reference", "us_tip_report/tip_tier_2002_2017_long.csv", 3, 3),
    Sample("us_tip_tiers", "reference", "us_tip_report/tip_tiers_1999_onwards.csv", 3, 3),
    Sample("world_bank_population", "reference",
           "population/world_bank_population_total.csv", 3, 3),
)  # fmt: skip
INVENTED = (
    # By the names of countries, which our lists know, and not by their numbers.
    Sample("un_sdg_16_2_2", "aggregates", UN, 5, 7),
    Sample("eurostat_thb", "aggregates", EUROSTAT, 7, 7),
    Sample("htcds", "victims", table(API), 11, 13),
    Sample("htcds_labels", "victims", table([{LABELS[k]: v for k, v in r.items()} for r in API]),
           12, 13),
)  # fmt: skip
REGION = (
    Sample("xaa_police", "victims", "victimas", 20, 20),
    Sample("xaa_police", "perpetrators", "imputados", 16, 16),
    Sample("xaa_police", "cases", "denuncias", 7, 7),
    Sample("xaa_shelters", "victims", "residents", 19, 19),
    Sample("xaa_assistance", "services", "atenciones", 19, 19),
    Sample("xab_ministry", "victims", "victimes", 22, 22),
    Sample("xab_ministry", "cases", "signalements", 7, 7),
    Sample("xac_prosecution", "victims", "dahaya", 20, 20),
    Sample("xac_prosecution", "perpetrators", "muttahamun", 16, 16),
    Sample("xac_prosecution", "cases", "qadaya", 7, 7),
    Sample("xad_police", "victims", "poterpevshie", 20, 20),
    Sample("xad_labour", "victims", "akty", 13, 14),
    Sample("xae_commission", "victims", "determinations", 17, 17),
    Sample("invented_population", "reference", "invented", 3, 3),
)


def drafted(data: bytes) -> tuple[Draft, set[str]]:
    """What a file may feed, and its columns."""
    _, frame = unfamiliar.framed(data, KNOWN)
    most = load.policy().max_published_count
    return draft(frame, load.contracts(), KNOWN, most), set(frame.columns)


def meant_by(feed: Feed, columns: set[str]) -> set[tuple[str, str]]:
    """The fields of the columns that a layout reads; the cells of figures are values."""
    of_fields = {(name, c) for name, source in feed.fields.items() for c in source.columns}
    wide = {("value", c) for c in feed.unpivot}
    told = {("when", c) for source in feed.fields.values() for c in source.when}
    return {pair for pair in of_fields | wide | told if pair[1] in columns}


def agreed(sample: Sample, data: bytes) -> tuple[str, int, int]:
    """The contract of the draft, how many columns are right, and of how many."""
    made, columns = drafted(data)
    meant = meant_by(load.layout(sample.layout).feeds[sample.contract], columns)
    found = {(one.name, column) for one in made.suggestions for column in one.columns}
    found |= {("value", column) for column in made.unpivot}
    found |= {("when", column) for one in made.suggestions for column in one.when}
    return made.contract, len({c for _, c in meant & found}), len({c for _, c in meant})


@pytest.mark.parametrize("sample", REAL, ids=lambda one: Path(one.file).stem)
def test_a_real_file_gets_its_contract_and_the_columns_that_its_layout_reads(
    sample: Sample,
) -> None:
    contract, right, every = agreed(sample, (SAMPLES / sample.file).read_bytes())
    assert (contract, every) == (sample.contract, sample.every)
    assert right >= sample.right


@pytest.mark.parametrize("sample", INVENTED, ids=lambda one: one.layout)
def test_a_table_of_a_known_form_gets_its_contract_and_its_columns(sample: Sample) -> None:
    contract, right, every = agreed(sample, sample.file.encode())
    assert (contract, every) == (sample.contract, sample.every)
    assert right >= sample.right


@pytest.mark.parametrize("sample", REGION, ids=lambda one: f"{one.layout}-{one.contract}")
def test_a_file_of_the_invented_region_gets_its_contract_and_its_columns(
    sample: Sample, tiny_world: Region
) -> None:
    folder = tiny_world.folder
    files = sorted(folder.rglob(f"{sample.file}_*"))
    contract, right, every = agreed(sample, files[0].read_bytes())
    assert (contract, every) == (sample.contract, sample.every)
    assert right >= sample.right


def described(text: str) -> str:
    """The draft, with all that it asks about the source."""
    text = text.replace("unconfirmed: true\n", "")
    return re.sub(r"^(\w+):  # fill in: .*$", r"\1: written by a person", text, flags=re.M)


def filled_in(text: str) -> str:
    """The draft after a person has looked at every line, and filled every gap in some way."""
    text = described(text)
    text = re.sub(r"\{value: \}  # fill in: .*one of ([\w:]+).*$", r"{value: \1}", text, flags=re.M)
    text = re.sub(r"\{from: \}  # fill in: .*$", "{from: [some column]}", text, flags=re.M)
    return re.sub(r"  # confirm.*", "", text)


@pytest.mark.parametrize("sample", [*REAL, *INVENTED], ids=lambda one: one.layout)
def test_a_draft_loads_once_it_is_filled_in_and_not_before(sample: Sample, tmp_path: Path) -> None:
    data = (SAMPLES / sample.file).read_bytes() if sample in REAL else sample.file.encode()
    made = suggest.drafted(data, "en")
    confirmed = made.text.replace("unconfirmed: true\n", "")
    texts = {"draft": made.text, "gaps": confirmed, "ours": filled_in(made.text)}
    for name, text in texts.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(load.ContractInvalid, match="unconfirmed"):
        load.layout("draft", tmp_path)
    with pytest.raises(load.ContractInvalid, match="title"):
        load.layout("gaps", tmp_path)
    loaded = load.layout("ours", tmp_path)
    assert set(loaded.feeds) == {sample.contract}
    assert loaded.country is None


def test_a_field_that_nobody_filled_in_keeps_a_draft_from_loading(tmp_path: Path) -> None:
    made = suggest.drafted(b"Year,Value\n2021,3\n2022,4\n", "en")
    (tmp_path / "ours.yaml").write_text(described(made.text), encoding="utf-8")
    with pytest.raises(load.ContractInvalid, match=r"feeds\.aggregates\.fields\.unit"):
        load.layout("ours", tmp_path)


def figures(layout: str, file: Path, out: Path) -> Counter[tuple[object, ...]]:
    """What reaches the safe layer of a table by a layout, without whose it is."""
    out.mkdir()
    take_in(Job(files=(file,), layout=layout, out=out))
    (parquet,) = out.glob("*.parquet")
    kept = pl.read_parquet(parquet).select(pl.exclude("source", "layout", "record"))
    return Counter(kept.select(sorted(kept.columns)).iter_rows())


@pytest.mark.parametrize(
    ("layout", "said"),
    [
        ("world_bank_population", {"series: {value: }": "series: {value: population}"}),
        ("sdg_16_2_2_can", {"unit: {value: }": "country: {value: CAN}, unit: {value: incident}"}),
        (
            "sdg_16_2_2_jam",
            {"unit: {value: }": "country: {value: JAM}, unit: {value: victim_identified}"},
        ),
    ],
)
def test_a_draft_filled_in_reads_the_figures_that_the_layout_of_the_file_reads(
    layout: str, said: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = SAMPLES / next(one.file for one in REAL if one.layout == layout)
    text = described(suggest.drafted(file.read_bytes(), "en").text)
    for gap, answer in said.items():
        assert gap in text
        text = text.replace(gap, answer.replace(", unit", "\n      unit"))
    (tmp_path / "ours.yaml").write_text(text, encoding="utf-8")
    expected = figures(layout, file, tmp_path / "theirs")
    ours = {"ours": load.layout("ours", tmp_path)}
    monkeypatch.setattr(load, "layout", ours.__getitem__)
    assert figures("ours", file, tmp_path / "read") == expected
