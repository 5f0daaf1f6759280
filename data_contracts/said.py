"""Words in released tables that are no codes of any list, by the column that says them."""

from data_contracts.concordance import STANDARDS

SAID: dict[str, frozenset[str]] = {
    "agreement": frozenset({"alone", "agree", "differ", "unknown"}),
    "definitions": frozenset({"same", "differ"}),
    "by": frozenset({"", "destination", "repatriation"}),
    "status": frozenset({"both", "only_destination", "only_origin", "hidden"}),
    "flag": frozenset({"difference", "break", "straddles", ""}),
    "standard": frozenset(STANDARDS),
}
