"""What persons agreed to: the records of a dataset that may be put to a use."""

from collections.abc import Mapping
from functools import reduce
from typing import Any

import narwhals as nw

from data_contracts.model import UNKNOWN
from data_contracts.policy import Scope, Use


def releasable(
    native: Any, use: Use, scopes: Mapping[str, Scope], unknown: Mapping[str, str]
) -> Any:
    """The records that may be put to ``use``, in a frame of the engine that ``native`` is of.

    ``scopes`` says what each code allows, ``unknown`` what a source declares for who was not
    asked, by source. A code without a scope allows nothing; where a dataset does not ask,
    nobody was asked.
    """
    rows = nw.from_native(native).lazy()
    asks = "consent" in rows.collect_schema().names()
    given = nw.col("consent").fill_null(UNKNOWN) if asks else nw.lit(UNKNOWN)
    allowed = [code for code, scope in scopes.items() if use in scope.uses]
    silent = {source for source, code in unknown.items() if code in allowed}
    default = nw.lit(UNKNOWN in allowed)
    declared = reduce(
        lambda rest, source: (
            nw.when(nw.col("source") == source).then(nw.lit(source in silent)).otherwise(rest)
        ),
        sorted(unknown),
        default,
    )
    said = nw.when(given == UNKNOWN).then(declared).otherwise(given.is_in(allowed))
    return rows.filter(said).to_native()
