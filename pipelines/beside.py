"""What lies beside the tables of a release: its declared columns, and the last look at them.

Each column has a form: a code list; ``by:`` and a code list for a breakdown, which may be in
total; a period; a name in lower case; per cent, a number or a change in whole numbers. A ``?``
behind it allows an empty cell.
"""

import re
from functools import cache

import polars as pl

from data_contracts import load
from data_contracts.model import TOTAL
from pipelines.frames import Unfit, codes_of
from transforms.mirror import FLOW
from transforms.observations import PLACE, broken_down

NAME, PERIOD = re.compile(r"[a-z0-9_+]*"), re.compile(r"\d{4}(-Q[1-4]|-P[69]M|-P\d{1,2}Y)?")
WHOLE = {"percent?": (0, 100), "number?": (0, None), "change?": (None, None)}
NUMBERS = dict.fromkeys(("value", "lower", "upper"), "number?")
SAID = {**NUMBERS, "obs_status": "obs_status", "conf_status": "conf_status", "source": "name"}
BESIDE = ("flags", "conformance", "observations", "differences", "mirror")


@cache
def columns(name: str) -> dict[str, str]:
    """The columns of a frame beside the tables, each with its form."""
    made = {
        "flags": _flags,
        "conformance": _conformance,
        "observations": _observations,
        "differences": _differences,
        "mirror": _mirror,
    }
    return made[name]()


def key(name: str) -> list[str]:
    """The columns that name a row: what the figure or flow is, or all but the numbers."""
    figure = list(_figure())
    keys = {"observations": figure, "differences": [*figure, "other_source"]}
    keys["mirror"] = [*FLOW, "by"]
    return keys.get(name) or [c for c, of in columns(name).items() if of not in WHOLE]


def _flags() -> dict[str, str]:
    place = {"table": "name", "country": "country", "unit": "unit", "source": "name"}
    said = {"concept": "concept", "flag": "name", "code": "definition"}
    return {**place, **said, "first": "period", "last": "period"}


def _conformance() -> dict[str, str]:
    place = {"source": "name", "country": "country", "period": "period"}
    shares = ("received", "exact", "lossy", "none", "unmapped")
    return {
        **place,
        **dict.fromkeys(("dataset", "standard", "field", "flag"), "name"),
        **{f"{share}_{end}": "percent?" for share in shares for end in ("from", "to")},
    }


def _figure() -> dict[str, str]:
    forms = {"country": "country", "period": "period", "unit": "unit"}
    fields = {field: f"by:{codes}" for field, codes in broken_down(load.tables()).items()}
    return {**{name: forms[name] for name in PLACE}, **fields}


def _observations() -> dict[str, str]:
    beside = {"table": "name", "others": "number?", "agreement": "name"}
    return {**_figure(), **SAID, **beside}


def _differences() -> dict[str, str]:
    sides = {**SAID, "table": "name"}
    other = {f"other_{name}": form for name, form in sides.items()}
    told = {"difference": "change?", "difference_pct": "change?"}
    return {**_figure(), **sides, **other, **told, "agreement": "name", "definitions": "name"}


def _mirror() -> dict[str, str]:
    side = {**NUMBERS, "obs_status": "obs_status?", "source": "name?"}
    flow = {"origin": "country", "destination": "country", "period": "period", "unit": "unit"}
    sides = {f"{end}_{n}": form for end in ("destination", "origin") for n, form in side.items()}
    # The origin may report more, or less, than the destination: no share of it.
    return {**flow, "by": "name", **sides, "status": "name", "ratio_pct": "number?"}


def of_beside(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """What lies beside the tables in its released form; raises ``Unfit``."""
    declared = columns(name)
    if wrong := sorted(set(declared) ^ set(frame.columns)):
        raise Unfit(f"{name}: these columns are missing or not declared: {', '.join(wrong)}.")
    shaped = frame.select(
        pl.col(column).cast(pl.Int64 if of in WHOLE else pl.String, strict=False)
        for column, of in declared.items()
    )
    odd = [c for c, of in declared.items() if not all(_fits(of, x) for x in shaped[c].unique())]
    if odd:
        raise Unfit(f"{name}: these columns hold what is not declared: {', '.join(odd)}.")
    if shaped.select(key(name)).is_duplicated().any():
        raise Unfit(f"{name}: a row is there twice.")
    return shaped.sort(key(name))


def _fits(of: str, cell: str | int | None) -> bool:
    if cell is None:
        return of.endswith("?")
    if of in WHOLE:
        low, high = WHOLE[of]
        return (low is None or int(cell) >= low) and (high is None or int(cell) <= high)
    form, _, codes = of.removesuffix("?").partition(":")
    if codes:
        return cell == TOTAL or cell in codes_of(codes)
    forms = {"name": NAME, "period": PERIOD}
    return bool(forms[form].fullmatch(str(cell))) if form in forms else cell in codes_of(form)
