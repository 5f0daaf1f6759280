"""What declared zeros settle, whatever the numbers: that two cells have the same people."""

from itertools import product
from typing import Any

import numpy as np

from anonymize.audit_rows import Integers
from anonymize.audit_sheets import Sheet


def same_people(sheet: Sheet, pairs: Integers) -> Any:
    """Of each pair of a cell and one inside it, whether all that is between them is declared zero.

    Judged for cells of the questions that the zeros are about; of others no.
    """
    zeros = np.flatnonzero(sheet.is_zero)
    if not len(zeros):
        return np.zeros(len(pairs), dtype=bool)
    held = _held(sheet, zeros)
    nobody = np.logical_or.reduce([held[zero] for zero in zeros.tolist()])
    return np.array(
        [
            whole in held and part in held and not (held[whole] & ~held[part] & ~nobody).any()
            for whole, part in pairs.tolist()
        ],
        dtype=bool,
    )


def _held(sheet: Sheet, zeros: Integers) -> dict[int, Any]:
    """Per cell of those questions which combinations of answers it holds."""
    shape = sheet.shape
    names = sorted({name for zero in zeros.tolist() for name, _ in shape.codes[zero]})
    every = list(product(*(shape.fields[name].atoms for name in names)))
    return {
        cell: np.array(
            [all(o[names.index(n)] in shape.fields[n].holds[v] for n, v in codes) for o in every]
        )
        for cell, codes in enumerate(shape.codes)
        if {name for name, _ in codes} <= set(names)
    }
