"""Labels that are in no list: what of them may be shown, and which may name somebody."""

from collections import Counter

from pipelines import strangers
from pipelines.accounts import Ledger

# So many labels that did not map are looked at, the commonest first; the rest is only counted.
MOST_LABELS, REST = 500, "(others)"


def listed(ledger: Ledger, public: bool) -> dict[str, dict[str, int] | int]:
    """What did not map, by column: labels with their rows where the source is public, else rows.

    Labels in which personal data are found are counted under their kinds, not shown.
    """
    if not public:
        return dict(sorted(ledger.rows_with.items()))
    return {column: _shown(labels) for column, labels in sorted(ledger.labels.items())}


def _shown(labels: Counter[str]) -> dict[str, int]:
    """The commonest labels, each as it is or under the kinds that were found in it."""
    found = Counter[str]()
    for label, kinds in _looked_at(labels).items():
        found[f"({', '.join(kinds)})" if kinds else label] += labels[label]
    rest = labels.total() - found.total()
    return dict(sorted(found.items())) | ({REST: rest} if rest else {})


def personal(ledger: Ledger) -> dict[str, dict[str, int]]:
    """The columns in which labels that did not map may name somebody: how many rows of what kind.

    A mapped label cannot hold a name; any other can, whatever its column is for.
    """
    every = {column: Counter[str]() for column in sorted(ledger.labels)}
    for column, labels in ledger.labels.items():
        for label, kinds in _looked_at(labels).items():
            every[column].update(dict.fromkeys(kinds, labels[label]))
    return {column: dict(sorted(found.items())) for column, found in every.items() if found}


def _looked_at(labels: Counter[str]) -> dict[str, tuple[str, ...]]:
    """The commonest labels, with the kinds of personal data in each; equals in their order."""
    often = sorted(labels, key=lambda label: (-labels[label], label))[:MOST_LABELS]
    return dict(zip(often, strangers.kinds_of_each(often), strict=True))
