"""Text to codes by declared keywords. The text goes no further, nor does the word that was found.

No keyword is unknown, never a guess; where a field has one answer and the text gives several, it
is unknown as well.
"""

import polars as pl

from data_contracts.keywords import CLAUSE, STOP, Keywords
from data_contracts.model import UNKNOWN
from data_contracts.reading import spelt

CODED = {"text": pl.String(), "code": pl.String()}


def plain(text: pl.Expr, by: Keywords) -> pl.Expr:
    """The words of a text between single blanks; clauses are set apart by a bar."""
    clauses = spelt(text).str.replace_all(CLAUSE, f" {STOP} ")
    words = clauses.str.replace_all(r"[^\p{L}\p{N}|]+", " ")
    return words.str.replace_all(by.turning, STOP).str.strip_chars()


def coded(texts: pl.Series, by: Keywords) -> pl.DataFrame:
    """Each distinct text that is given, as ``text``, with each ``code`` of it, once.

    A text without a keyword is unknown.
    """
    distinct = texts.drop_nulls().unique().rename("text").to_frame().filter(pl.col("text") != "")
    found = distinct.select("text", word=plain(pl.col("text"), by).str.extract_all(by.pattern))
    said = found.explode("word")
    words = said["word"].drop_nulls().unique().to_list()
    meant = {word: by.code(word) for word in words}
    codes = said.select(
        "text",
        code=pl.col("word").replace_strict(meant, default=None, return_dtype=pl.String),
    ).drop_nulls()
    silent = distinct.join(codes, on="text", how="anti").with_columns(code=pl.lit(UNKNOWN))
    return pl.concat([codes.unique(), silent]).sort("text", "code")


def one(text: pl.Expr, by: Keywords) -> pl.Expr:
    """The one code of each text; unknown where it has none or several, null where it is blank."""

    def read(texts: pl.Series) -> pl.Series:
        found = coded(texts, by).group_by("text").agg(n=pl.len(), code=pl.col("code").first())
        single = pl.when(pl.col("n") == 1).then(pl.col("code")).otherwise(pl.lit(UNKNOWN))
        whole = (
            texts.rename("text")
            .to_frame()
            .join(found.select("text", code=single), on="text", how="left", maintain_order="left")
        )
        return whole["code"].rename(texts.name)

    return text.map_batches(read, return_dtype=pl.String())


def answers(frame: pl.DataFrame, name: str, field: str, by: Keywords) -> pl.DataFrame:
    """``row``, ``field``, ``code`` of the texts in the column ``name``."""
    rows = frame.select("row", text=name).join(coded(frame[name], by), on="text")
    return rows.select("row", pl.lit(field).alias("field"), "code")
