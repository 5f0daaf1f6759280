"""Text to codes by declared words; every sentence here is invented."""

import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonymize.coding import coded, one
from data_contracts import load
from data_contracts.keywords import FOLDER, Keywords, NoKeywords, keywords, plain
from data_contracts.words import spelling
from tests.tables import table

LISTED = sorted(file.stem for file in (load.HERE / FOLDER).glob("*.csv"))
ROWS = [(name, row) for name in LISTED for row in load.rows(name, load.HERE / FOLDER)]
BY = Keywords(
    {"red social": "net", "amig*": "friend", "sin paga": "unpaid", "social": "other"},
    frozenset({"no", "sin", "nunca"}),
    frozenset({"pero"}),
    "es",
)

SAID = table("""
language | list        | codes                | text
es       | recruitment | online_social_network | La contactaron por FACEBOOK y por Whatsapp
es       | recruitment | online_advertisement | vio un Anuncio en Internet que pedía camareras
es       | recruitment | friends              | No por Facebook: fue captada por una amiga
es       | recruitment | newspaper            | no usó redes sociales pero vio un aviso en el diario
es       | recruitment | _U                   | no quiso decir nada de las redes sociales
es       | recruitment | _U                   | le ofrecieron trabajo
es       | means       | M2                   | vivían bajo llave y no les pagaban
en       | means       | M1 M2                | He was BEATEN and they took his passport.
en       | means       | M5                   | She was not beaten; she was promised a job
fr       | means       | M2                   | passeport confisqué, sans être payée
fr       | recruitment | _U                   | elle n'a jamais utilisé les réseaux sociaux
ar       | means       | M1 M2                | صادروا جواز سفرها وهددها بالقتل
ar       | means       | _U                   | لم يضربها أحد
ru       | means       | M1 M2                | сперва забрали паспорт и угрожали ей
ru       | means       | M5                   | её не избивали, но обманули
""")


@pytest.mark.parametrize(("language", "of", "codes", "text"), SAID.rows())
def test_a_text_has_the_codes_of_the_words_that_it_says_and_does_not_deny(
    language: str, of: str, codes: str, text: str
) -> None:
    found = coded(pl.Series([text]), keywords(of, language))
    assert [code.removeprefix("tipstat:") for code in found["code"]] == codes.split()


def test_a_source_s_own_words_come_before_those_of_the_list() -> None:
    text = pl.Series(["conocida por Facebook, en la peluquería"])
    own = [("facebook", "tipstat:other"), ("peluquer*", "tipstat:business")]
    found = coded(text, keywords("recruitment", "es", own))
    assert found["code"].to_list() == ["tipstat:business", "tipstat:other"]


def test_a_list_without_words_in_a_language_is_refused() -> None:
    with pytest.raises(NoKeywords, match=r"keywords/means\.csv"):
        keywords("means", "pt")


def test_one_answer_is_the_only_one_that_the_text_gives() -> None:
    texts = ["red social", "red social, amigas", "nada", None, ""]
    frame = pl.DataFrame({"t": texts}, schema={"t": pl.String})
    found = frame.select(one(pl.col("t"), BY))["t"].to_list()
    assert found == ["net", "_U", "_U", None, None]


def slowly(text: str, by: Keywords) -> set[str]:
    """The codes of a text by looking at its words one after the other."""
    found: set[str] = set()
    clauses = re.split(r"[.!?;:,()]|\bpero\b", spelling(text))
    for words in (re.findall(r"[^\W_]+", clause) for clause in clauses):
        place = 0
        while place < len(words):
            known = [
                (key.split(), code)
                for key, code in by.codes.items()
                if len(words) - place >= len(key.split())
                and all(
                    word.startswith(part[:-1]) if part.endswith("*") else word == part
                    for part, word in zip(key.split(), words[place:], strict=False)
                )
            ]
            if known:
                parts, code = max(known, key=lambda pair: len(" ".join(pair[0])))
                found.add(code)
                place += len(parts)
            else:
                place += 7 if words[place] in by.denials else 1
    return found or {"_U"}


WORDS = st.sampled_from(
    ["red", "Social", "amigos", "amig", "sin", "paga", "no", "NUNCA", "pero", ",", ".", "la", "x"]
)


@given(st.lists(WORDS, min_size=1, max_size=14).map(" ".join))
def test_the_words_are_found_as_a_reader_would_find_them_one_by_one(text: str) -> None:
    assert set(coded(pl.Series([text]), BY)["code"]) == slowly(text, BY)


@given(st.lists(st.text(max_size=30), max_size=5))
def test_whatever_the_text_only_codes_come_out_one_row_a_text_and_code(texts: list[str]) -> None:
    found = coded(pl.Series(texts, dtype=pl.String), BY)
    assert set(found["code"]) <= {*BY.codes.values(), "_U"}
    assert found["text"].unique().sort().to_list() == sorted({text for text in texts if text})
    assert found.is_unique().all()


@pytest.mark.parametrize("name", LISTED)
def test_keywords_lead_to_codes_of_their_list_in_languages_that_files_come_in(name: str) -> None:
    rows = [row for of, row in ROWS if of == name]
    codes = load.codelist(name).codes
    assert {row["code"] for row in rows} <= set(codes)
    assert "_U" in codes
    assert {row["language"] for row in rows} == set(load.WRITTEN)
    pairs = [(row["language"], plain(row["keyword"])) for row in rows]
    assert len(set(pairs)) == len(pairs)
    assert all(word.strip("* ") for _, word in pairs)


@pytest.mark.parametrize("language", load.WRITTEN)
@pytest.mark.parametrize("name", LISTED)
def test_every_keyword_is_found_in_a_text_that_is_nothing_else(name: str, language: str) -> None:
    said = {
        row["keyword"].replace("*", ""): row["code"]
        for of, row in ROWS
        if (of, row["language"]) == (name, language)
    }
    found = coded(pl.Series(list(said)), keywords(name, language))
    assert dict(found.iter_rows()) == said
    assert len(found) == len(said)
