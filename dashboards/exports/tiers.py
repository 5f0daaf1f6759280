"""Which tables of a release are for whom: partners see all of them, the public those for it.

Both read the same files, so a cell that stands in a table of either tier has one number. What the
release does not say to be public is not.
"""

from collections.abc import Mapping
from typing import Any

PUBLIC, PARTNER = "public", "partner"
TIERS = (PUBLIC, PARTNER)


def seen(tier: str, table: Mapping[str, Any]) -> bool:
    """Whether readers of ``tier`` see a table, as the registry inside its release describes it."""
    return tier == PARTNER or table.get("tier") == PUBLIC
