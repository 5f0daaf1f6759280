"""The reference sheets of indicators as frozen records."""

from typing import Literal

from data_contracts.model import Frequency, Frozen


class Indicator(Frozen):
    """A reference sheet: what is measured, from which released cells, and its cautions.

    ``of`` is the dimension of bands of which a median or a mean is taken.
    """

    name: str
    title: dict[str, str]
    definition: dict[str, str]
    caution: dict[str, str]
    framework: str
    value_type: Literal["count", "rate", "share", "median", "mean"]
    unit: str
    table: str
    where: dict[str, str]
    over: dict[str, str] | None = None
    per: int | None = None
    of: str | None = None
    frequencies: tuple[Frequency, ...]
