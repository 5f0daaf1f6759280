"""A rare name convinces where a common one does not, whatever letters it is written in."""

import polars as pl

from anonymize.matching import groups
from data_contracts import load
from tests.linking.people import records

# Nobody knows when they were born, and none of them has a document.
PAIRS = {
    "rare": (("Vubazilo", "Torekamin"), ("Вубазило", "Торекамин")),
    "common": (("Sisin", "Tonu"), ("Сисин", "Тону")),
}


def test_without_a_birth_date_only_the_rare_name_is_found_again() -> None:
    crowd = records(11, 2_000, 300).drop("person").rename({"key": "record"})
    drawn = [
        (f"{kind}{n}", *names, None, None, "F")
        for kind, pair in PAIRS.items()
        for n, names in enumerate(pair)
    ]
    two = pl.DataFrame(drawn, schema=crowd.schema, orient="row")
    # A fifth of the crowd shares each name of the common pair, as it is written there.
    renamed = crowd.with_row_index("n").with_columns(
        family_name=pl.when(pl.col("n") % 5 == 0).then(pl.lit("Sisin")).otherwise("family_name"),
        given_name=pl.when(pl.col("n") % 5 == 1).then(pl.lit("Tonu")).otherwise("given_name"),
    )
    known = pl.concat([renamed.drop("n"), two]).with_columns(
        dataset=pl.lit("victims"), submission=pl.lit("s")
    )
    found = groups(known, load.matching(), load.policy())
    together = {frozenset(g["record"]) for _, g in found.group_by("group")}
    assert frozenset({"rare0", "rare1"}) in together
    assert not {"common0", "common1"} & set(found["record"])
