"""What released cells say of how much is known, against the same worked out by hand."""

import polars as pl

from data_contracts.model import Contract, Table
from tests.anonymize.drawings import CONTRACT, FORM, SEX, drawn, spec
from transforms.completeness import counted, margins, told

FIELDS = [
    {"name": "gender", "logicalType": "string", "treatment": "keep", "codelist": "sex",
     "safe_name": "sex"},
    *(field.model_dump(by_alias=True) for field in CONTRACT.fields),
]  # fmt: skip
CONTRACTS = {"victims": Contract.model_validate(CONTRACT.model_dump() | {"fields": FIELDS})}
WITH_UNKNOWN = SEX | {"codes": ("F", "M", "_U")}
REGISTRY: dict[str, Table] = {
    "by_sex": spec("by_sex", sex=WITH_UNKNOWN),
    "forms": spec("forms", exploitation=FORM),
    "forms_sex": spec("forms_sex", exploitation=FORM, sex=WITH_UNKNOWN),
}
TABLES = {
    "by_sex": drawn("""
        country | sex | value
        XAA     | _T  | 100
        XAA     | F   | 60
        XAA     | M   | 20
        XAA     | _U  | 25
        XAB     | _T  | 100
        XAB     | F   | 60
        XAB     | M   |
        XAB     | _U  |
        XAC     | _T  |
        XAC     | F   | 60
        XAC     | M   |
        XAC     | _U  | 20
        _T      | _T  | 300
        _T      | F   | 200
        _T      | M   | 60
        _T      | _U  | 40
    """),
    "forms": drawn("""
        country | exploitation | value
        XAA     | _T           | 100
        XAA     | P1           | 70
        XAA     | P2           | 65
        XAA     | _U           |
    """),
    # The same cells again, and one that only this table has.
    "forms_sex": drawn("""
        country | exploitation | sex | value
        XAA     | _T           | F   | 60
        XAA     | P1           | _T  | 70
        XAA     | P1           | F   | 40
    """),
}


def found() -> pl.DataFrame:
    return margins(TABLES, REGISTRY, CONTRACTS)


def test_what_came_is_the_total_without_the_unknown_or_at_least_what_is_shown() -> None:
    assert told(found(), {"exploitation"}).rows() == [
        ("XAA", "2025-Q1", "victims", "exploitation", 100, 70, 100),
        ("XAA", "2025-Q1", "victims", "gender", 100, 75, 75),
        ("XAB", "2025-Q1", "victims", "gender", 100, 60, 100),
    ]


def test_without_a_shown_total_nothing_is_said_and_nothing_of_the_region() -> None:
    assert set(found()["country"]) == {"XAA", "XAB"}


def test_each_shown_code_counts_once_however_many_tables_show_it() -> None:
    made = counted(found(), {("XAA", "victims"): "police"}).sort("country", "field", "code")
    assert made.select("source", "country", "field", "code", "n").rows() == [
        ("police", "XAA", "", "", 100),
        ("police", "XAA", "exploitation", "P1", 70),
        ("police", "XAA", "exploitation", "P2", 65),
        ("police", "XAA", "gender", "F", 60),
        ("police", "XAA", "gender", "M", 20),
        ("police", "XAA", "gender", "_U", 25),
        ("", "XAB", "", "", 100),
        ("", "XAB", "gender", "F", 60),
    ]
