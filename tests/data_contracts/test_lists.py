"""The code lists and their words: every code once, every spelling one meaning."""

import csv
import gzip
from pathlib import Path

import pytest

from data_contracts import load
from data_contracts.model import TOTAL, UNKNOWN
from data_contracts.words import spelling
from tests.tables import table

HERE = Path(load.__file__).parent
GLOTIP = HERE.parent / "sources/samples/glotip/data_glotip_2025-04-14.csv.gz"
LISTS = sorted(load.codelists())
STATES = {"official", "reviewed", "draft"}
FACTS = ["code", "parent", "valid_from", "valid_to"]
WORDS = ["code", *load.WRITTEN, *(f"{language}_state" for language in load.WRITTEN)]


def facts(name: str) -> list[dict[str, str]]:
    return load.rows(name, HERE / "codelists")


def labels(name: str) -> list[dict[str, str]]:
    return load.rows(name, HERE / "labels")


def words(row: dict[str, str]) -> set[str]:
    """The code itself, and every word for it in any language, in normal form."""
    cells = (row.get(language, "") for language in load.WRITTEN)
    return {spelling(word) for cell in cells for word in cell.split("|")} | {spelling(row["code"])}


def meanings(rows: list[dict[str, str]]) -> dict[str, set[str]]:
    """Each spelling to all codes that it may mean."""
    found: dict[str, set[str]] = {}
    for row in rows:
        for word in words(row):
            found.setdefault(word, set()).add(row["code"])
    return found


@pytest.mark.parametrize("name", LISTS)
def test_a_list_has_the_columns_that_every_list_has(name: str) -> None:
    holds = ["only_holds"] if name == "country" else []
    assert (list(facts(name)[0]), list(labels(name)[0])) == ([*FACTS, *holds], WORDS)


@pytest.mark.parametrize("name", LISTS)
def test_every_code_stands_once_and_has_words(name: str) -> None:
    codes = [row["code"] for row in facts(name)]
    assert len(set(codes)) == len(codes)
    assert [row["code"] for row in labels(name)] == codes


@pytest.mark.parametrize("name", LISTS)
def test_every_parent_is_a_code_and_no_code_is_above_itself(name: str) -> None:
    known = load.codelist(name)
    top = [code for code in known.codes if code not in known.parents]
    assert known.rolled(top).keys() == set(known.codes) - {TOTAL}


@pytest.mark.parametrize("name", LISTS)
def test_no_spelling_means_two_codes(name: str) -> None:
    twice = {word: codes for word, codes in meanings(labels(name)).items() if len(codes) > 1}
    assert twice == {}


def test_two_codes_with_one_spelling_would_be_noticed() -> None:
    rows = [
        {"code": "GIN", "en": "Guinea|Guinean", "es": "Guinea", "fr": "Guinée"},
        {"code": "GNB", "en": "Guinea-Bissau|GUINEAN", "es": "Guinea-Bisáu", "fr": "Guinée-Bissau"},
    ]
    assert {"guinean": {"GIN", "GNB"}}.items() <= meanings(rows).items()


@pytest.mark.parametrize("name", LISTS)
def test_every_code_is_shown_in_every_language_and_says_who_vouches_for_it(name: str) -> None:
    for row in labels(name):
        cells = [row[language] for language in load.WRITTEN]
        assert all(word.strip() == word != "" for cell in cells for word in cell.split("|"))
        assert {row[f"{language}_state"] for language in load.WRITTEN} <= STATES


@pytest.mark.parametrize("name", LISTS)
def test_codes_that_one_language_shows_alike_are_told_apart(name: str) -> None:
    for language in load.WRITTEN:
        shown = [spelling(row[language].split("|")[0]) for row in labels(name)]
        assert len(set(shown)) == len(shown), language


def test_every_list_is_used() -> None:
    fields = [field for contract in load.contracts().values() for field in contract.fields]
    used = {field.listed for field in fields} | {field.codelist for field in fields}
    # Every table of a release has the first of these columns, and its flags the others.
    assert set(LISTS) - used == {"conf_status", "concept", "definition"}


def test_the_countries_are_those_of_the_standard_and_five_that_do_not_exist() -> None:
    rows = {row["code"]: row for row in facts("country")}
    present = {code for code, row in rows.items() if not row["valid_to"]}
    invented = [f"XA{letter}" for letter in "ABCDE"]
    regions = {row["parent"] for row in rows.values()} - {""}
    no_country = {TOTAL, UNKNOWN, "tipstat:elsewhere", *regions}
    assert len(present - {*no_country, *invented}) == 249
    names = [row["en"].split("|")[0] for row in labels("country") if row["code"] in invented]
    countries = ("Aranda", "Belmora", "Calmira", "Dravena", "Elmoria")
    assert names == [f"{country} (invented)" for country in countries]


def test_each_country_is_of_one_of_eight_regions_of_the_world_or_of_none() -> None:
    """The eight regions of the Sustainable Development Goals; nobody is of a region itself."""
    known, rows = load.codelist("country"), facts("country")
    nowhere = "tipstat:no_world_region"
    regions = {row["code"] for row in rows if row["only_holds"]}
    assert set(known.parents.values()) == regions
    assert len(regions - {nowhere}) == 8
    assert set(known.codes) - known.parents.keys() == {
        *regions, TOTAL, UNKNOWN, "tipstat:elsewhere",
    }  # fmt: skip
    assert {code for code, of in known.parents.items() if of == nowhere} == {
        "ATA", "XAA", "XAB", "XAC", "XAD", "XAE",
    }  # fmt: skip
    assert regions.isdisjoint(known.spellings.values())


def test_a_code_may_be_said_of_somebody_unless_it_only_holds_others() -> None:
    known = load.codelist("country")
    assert {*known.codes} - {*known.said} == known.holders == {*known.parents.values()}
    assert load.codelist("sex").said == load.codelist("sex").codes


def test_countries_are_what_is_in_a_region_of_the_world_or_in_none_by_name() -> None:
    no_country = {TOTAL, UNKNOWN, "tipstat:elsewhere", *load.codelist("country").holders}
    assert load.countries() == {*load.codelist("country").codes} - no_country


def test_a_code_only_holds_others_where_the_list_says_yes(tmp_path: Path) -> None:
    for name, said in (("right", ""), ("wrong", "no")):
        for folder in ("codelists", "labels"):
            (tmp_path / folder).mkdir(exist_ok=True)
            file = tmp_path / folder / f"{name}.csv"
            file.write_text(f"code,parent,valid_from,valid_to,only_holds\nA,B,,,{said}\nB,,,,yes\n")
    assert load.codelist("right", tmp_path).holders == {"B"}
    with pytest.raises(load.ContractInvalid, match=r"^wrong.csv is not valid at: A, only_holds"):
        load.codelist("wrong", tmp_path)


@pytest.mark.parametrize(
    ("region", "countries"),
    [
        ("sub_saharan_africa", "NAM NGA SOM MUS IOT"),
        ("north_africa_west_asia", "EGY SDN TUR CYP GEO ARE"),
        ("central_south_asia", "IRN KAZ NPL MDV"),
        ("east_south_east_asia", "CHN TWN MNG MMR TLS"),
        ("latin_america_caribbean", "MEX ARG CUB PRI BES"),
        ("other_oceania", "PNG FJI GUM UMI"),
        ("australia_new_zealand", "AUS NZL CXR"),
        ("europe_north_america", "RUS MDA USA GRL ALA"),
    ],
)
def test_countries_are_of_the_regions_in_which_the_united_nations_count_them(
    region: str, countries: str
) -> None:
    found = {load.codelist("country").parents[code] for code in countries.split()}
    assert found == {f"tipstat:{region}"}


SPELT = table("""
list         | word                                 | code
country      | Romanian                             | ROU
country      | CÔTE D'IVOIRE                        | CIV
country      | Estados unidos de america            | USA
country      | Peru                                 | PER
country      | Camerun                              | CMR
country      | Dominica                             | DMA
country      | Dominican Republic                   | DOM
country      | Congolese (DRC)                      | COD
country      | Türkiye                              | TUR
country      | Turkey                               | TUR
sex          | female                               | F
sex          | Travesti                             | tipstat:tnc
sex          | Intersex                             | tipstat:other_sex
sex          | Trans/Transgender/NonConforming      | tipstat:tnc
sex          | Total                                | _T
age_band     | 0 to 17 years                        | Y0T17
age_band     | 18 Years and Older                   | Y_GE18
age_band     | 9--17                                | Y0T17
age_band     | 24--26                               | Y_GE18
age_band     | 25 to 34                             | Y25T34
exploitation | Mendicidad forzada                   | tipstat:begging
exploitation | التسول القسري                        | tipstat:begging
exploitation | принудительный  ТРУД                 | P2
sex          | أنثى                                 | F
sex          | انثى                                 | F
country      | Филиппины                            | PHL
exploitation | isForcedLabour                       | P2
exploitation | Mixt                                 | tipstat:mixed
exploitation | Other forms of exploitation          | tipstat:neither_sexual_nor_labour
unit         | Persons brought into formal contact  | suspect
means        | DebtBondage                          | M2
authority    | NonPoliceGovernmentalOrganization    | tipstat:government
role         | RecruiterOrIntermediary              | tipstat:recruiter
yes_no       | si                                   | yes
yes_no       | Oui                                  | yes
area         | Ciudad Autónoma de Buenos Aires      | AR-C
series       | SP.POP.TOTL                          | population
""")


@pytest.mark.parametrize(("name", "word", "code"), SPELT.rows())
def test_a_word_met_in_real_files_has_its_code(name: str, word: str, code: str) -> None:
    assert load.codelist(name).spellings[spelling(word)] == code


@pytest.mark.parametrize(
    "word",
    [
        *("Congolese", "Korean", "Guinean", "Dominican"),
        *("Nationals", "Abroad", "Africa", "0", "(specify the country)", "Ciudadanos de su pa?s"),
    ],
)
def test_a_word_that_names_no_one_country_stays_unmapped(word: str) -> None:
    assert spelling(word) not in load.codelist("country").spellings


def test_every_country_that_reports_to_unodc_is_known_by_code_and_by_name() -> None:
    with gzip.open(GLOTIP, "rt", encoding="utf-8", newline="") as lines:
        pairs = {(row["Iso3_code"], row["Country"]) for row in csv.DictReader(lines)}
    spellings = load.codelist("country").spellings
    foreign = {name for code, name in pairs if spellings.get(spelling(name)) != code}
    # Sark is a part of Guernsey without a code of its own.
    assert foreign == {"Sark"}
