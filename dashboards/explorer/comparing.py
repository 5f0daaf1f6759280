"""Why numbers are not compared: the flags of a release, as sentences beside figures."""

from collections.abc import Sequence

import polars as pl

from dashboards.explorer.page import View

FLAG = ("country", "source", "concept", "flag", "code")


def of_series(view: View, table: str, unit: str = "") -> pl.DataFrame:
    """The flags of a table's unit; none are known of a release that was made before flags were."""
    flags = view.release.beside("flags")
    if flags is None:
        return pl.DataFrame(schema=dict.fromkeys((*FLAG, "first", "last"), pl.String))
    return flags.filter(table=table, unit=unit)


def differing(flagged: pl.DataFrame, countries: Sequence[str]) -> dict[str, list[str]]:
    """Each country to the codes of its differences that not all of ``countries`` share."""
    differences = flagged.filter(pl.col("flag") == "difference")
    own = {country: set(differences.filter(country=country)["code"]) for country in countries}
    shared = set.intersection(*own.values()) if own else set()
    return {country: sorted(codes - shared) for country, codes in own.items() if codes - shared}


def warning(view: View, flagged: pl.DataFrame, countries: Sequence[str]) -> str:
    """Why countries side by side count different things; empty where nothing is known."""
    said = [
        f"{view.country(country)}: {listed(view, flagged.filter(country=country), codes)}"
        for country, codes in differing(flagged, countries).items()
    ]
    return view.words("warn_differ", countries="; ".join(said)) if said else ""


def notes(view: View, flagged: pl.DataFrame, country: str) -> list[str]:
    """What a reader of one country's figure must know about its definitions."""
    own = flagged.filter(pl.col("flag") == "difference", country=country)
    codes = own["code"].unique().to_list()
    return [view.words("note_differ", definitions=listed(view, own, codes))] if codes else []


def listed(view: View, flagged: pl.DataFrame, codes: Sequence[str]) -> str:
    """Definitions in words, each with the years of the series to which it applies."""
    said = []
    for code in view.labels.in_order("definition", codes):
        own = flagged.filter(code=code)
        span = "\u2013".join(dict.fromkeys((min(own["first"])[:4], max(own["last"])[:4])))
        said.append(f"{view.labels.label('definition', code)} ({span})")
    return ", ".join(said)
