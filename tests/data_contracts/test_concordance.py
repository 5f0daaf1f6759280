"""Concordances: what each standard is said to hold, and what a replaced file may not say."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from data_contracts import load
from data_contracts.concordance import (
    FOLDER,
    REST,
    STANDARDS,
    Concordance,
    Relation,
    concordance,
    concordances,
)
from data_contracts.words import spelling

ALL, LISTS = concordances(), load.codelists()
HEADER = "codelist,code,target,match,valid_from,valid_to,note\n"
REPLACED = HEADER + "".join(f"{name},*,,none,,,\n" for name in LISTS)


def relations(standard: str, name: str) -> list[Relation]:
    return [r for r in ALL[standard].relations if r.codelist == name and r.match != "none"]


def exact(standard: str, name: str) -> dict[str, str]:
    return {r.code: r.target for r in relations(standard, name) if r.match == "exact"}


@pytest.fixture
def replace(tmp_path: Path) -> Iterator[Callable[[str], Concordance]]:
    """Reads a concordance with IC-TIP from a text that somebody put in place of ours."""

    def read(text: str) -> Concordance:
        (tmp_path / "ictip.csv").write_text(text, encoding="utf-8")
        return concordance("ictip", tmp_path)

    yield read
    concordance.cache_clear()


def test_there_is_a_file_for_every_standard_and_no_other() -> None:
    assert {file.stem for file in FOLDER.iterdir()} == set(STANDARDS) == set(ALL)


@pytest.mark.parametrize("standard", STANDARDS)
def test_every_code_of_every_list_has_an_answer(standard: str) -> None:
    said = {(r.codelist, r.code) for r in ALL[standard].relations}
    asked = {(name, code) for name, of in LISTS.items() for code in of.codes}
    assert {pair for pair in asked - said if (pair[0], REST) not in said} == set()


def test_a_code_of_ours_claims_no_match_with_the_un_classification() -> None:
    claimed = [r.code for name in LISTS for r in relations("ictip", name)]
    assert [code for code in claimed if code.startswith("tipstat:")] == []


def test_the_un_classification_gives_the_elements_of_the_protocol_and_its_units_only() -> None:
    acts = {f"A{n}" for n in range(1, 6)}
    means = {f"M{n}" for n in range(1, 9)}
    claimed = {r.target for name in LISTS for r in relations("ictip", name)}
    units = {"TIP event", "victim", "perpetrator"}
    assert claimed == acts | means | {"P1", "P2", "P3", "P4", "P5", "P9"} | units
    assert {r.match for r in relations("ictip", "unit")} == {"broader"}


@pytest.mark.parametrize("standard", ["ctdc", "htcds", "sdmx"])
def test_every_present_country_has_its_own_short_code(standard: str) -> None:
    short = exact(standard, "country")
    assert (len(short), len(set(short.values()))) == (249, 249)
    assert {len(code) for code in short.values()} == {2}
    assert (short["NAM"], short["GRC"], short["GBR"]) == ("NA", "GR", "GB")


def test_unodc_writes_the_codes_of_the_standard_and_eurostat_has_its_own_for_two() -> None:
    assert {code for code, own in exact("glotip", "country").items() if own != code} == set()
    eu = exact("eurostat", "country")
    assert (len(eu), eu.pop("GRC"), eu.pop("GBR")) == (28, "EL", "UK")
    assert eu == {code: own for code, own in exact("sdmx", "country").items() if code in eu}


@pytest.mark.parametrize("standard", ["htcds", "glotip"])
@pytest.mark.parametrize("name", sorted(set(LISTS) - {"country"}))
def test_the_value_of_a_standard_that_matches_exactly_is_accepted(name: str, standard: str) -> None:
    """Countries are mapped by code, and UNODC's own codes are those of the standard."""
    spellings = LISTS[name].spellings
    meant = {(r.target, r.code) for r in relations(standard, name) if r.match == "exact"}
    assert meant == {(word, spellings.get(spelling(word))) for word, _ in meant}


def test_a_relation_holds_from_its_first_to_its_last_day() -> None:
    eurostat = ALL["eurostat"]
    assert eurostat.match("country", "GBR", "2019-Q4") == "exact"
    assert eurostat.match("country", "GBR", "2020-Q1") == "none"
    assert eurostat.match("country", "GBR", "2020") == "none"


def test_the_closest_of_several_categories_speaks_for_a_code() -> None:
    ctdc = ALL["ctdc"]
    bands = {r.target: r.match for r in ctdc.of("age_band", "Y0T17", "2024")}
    assert bands == {
        "Minor": "exact",
        "0--8": "narrower",
        "9--17": "narrower",
        "09--17": "narrower",
    }
    assert ctdc.match("age_band", "Y0T17", "2024") == "exact"
    assert ctdc.match("age_band", "Y25T34", "2024") == "narrower"
    assert ALL["sdmx"].match("means", "M1", "2024") == "none"


def test_what_a_standard_has_no_place_for_is_known() -> None:
    assert "exploitation" in ALL["iccs"].treated
    assert "means" not in ALL["iccs"].treated


def test_a_file_in_the_workspace_takes_the_place_of_ours(
    replace: Callable[[str], Concordance],
) -> None:
    official = REPLACED.replace(
        "sex,*,,none,,,\n", "sex,F,V.1.2,exact,2025-03-04,,official\nsex,*,,none,,,\n"
    )
    own = replace(official)
    assert own.match("sex", "F", "2025-Q1") == "exact"
    assert own.match("sex", "F", "2024-Q4") == "none"
    assert own.match("exploitation", "P1", "2025") == "none"


def test_a_folder_without_the_file_leaves_ours_in_place(tmp_path: Path) -> None:
    assert concordance("ictip", tmp_path) == ALL["ictip"]


@pytest.mark.parametrize(
    ("added", "says"),
    [
        ("sex,F,V1,exact,,\nsex,F,,none,,,\n", "sex F: two rows"),
        ("sex,F,V1,exact,,,\nsex,F,V1,broader,,,\n", "sex F: two rows"),
        ("sex,F,,exact,,,\n", "line {line}, row: .*target exactly when"),
        ("sex,F,V1,none,,,\n", "line {line}, row: .*target exactly when"),
        ("sex,*,V1,exact,,,\n", "line {line}, row: .*only have the match none"),
        ("sex,F,V1,close,,,\n", "line {line}, match: Input should be 'exact'"),
        ("sex,F,V1,exact,2025-13-01,,\n", "line {line}, valid_from: "),
        ("sex,F,V1,exact,2025-02-01,2025-01-01,\n", "valid_from is after valid_to"),
        ("sex,F,V1,exact,,,note,more\n", "line {line}, further: Extra"),
        ("sex,woman,V1,exact,,,\n", "sex has no code 'woman'"),
        ("country,tipstat:other_oceania,OC,exact,,,\n", "no code 'tipstat:other_oceania' that may"),
        ("gender,F,V1,exact,,,\n", "there is no list 'gender'"),
    ],
)
def test_a_replaced_file_that_is_wrong_says_where(
    added: str, says: str, replace: Callable[[str], Concordance]
) -> None:
    line = str(REPLACED.count("\n") + 1)
    with pytest.raises(load.ContractInvalid, match=says.replace("{line}", line)) as refused:
        replace(REPLACED + added)
    assert str(refused.value).startswith("ictip.csv is not valid at: ")


def test_a_replaced_file_answers_for_every_code(replace: Callable[[str], Concordance]) -> None:
    with pytest.raises(load.ContractInvalid, match="sex says nothing of _T, M, "):
        replace(REPLACED.replace("sex,*,,none,,,\n", "sex,F,V1,exact,,,\n"))
    with pytest.raises(load.ContractInvalid, match="the first line is not codelist,code,"):
        replace(REPLACED.replace("codelist,code", "list,code"))


def test_an_unknown_standard_names_the_known_ones() -> None:
    with pytest.raises(load.Unknown, match=r"'icpc'.+ctdc, eurostat, glotip"):
        concordance("icpc")


def test_a_label_of_a_standard_is_read_as_the_finest_code_that_holds_all_of_it() -> None:
    bands = ALL["ctdc"].labels(load.codelist("age_band"))
    assert (bands["0--8"], bands["9--17"], bands["18--20"]) == ("Y0T14", "Y0T17", "Y18T24")
    # They straddle our bands at 25 and at 35.
    assert (bands["24--26"], bands["30--38"]) == ("Y_GE18", "Y_GE18")
    assert (bands["Minor"], bands["Adult"]) == ("Y0T17", "Y_GE18")


def test_a_label_that_holds_more_than_any_code_is_not_read() -> None:
    forms = ALL["ctdc"].labels(load.codelist("exploitation"))
    assert "isOtherExploit" not in forms
    assert forms["isForcedLabour"] == "P2"


def test_na_is_namibia() -> None:
    assert ALL["ctdc"].labels(load.codelist("country"))["NA"] == "NAM"
