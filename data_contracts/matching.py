"""How much each likeness of two records says: shapes only, the numbers are in ``matching.yaml``."""

from pydantic import Field as Key

from data_contracts.model import Frozen


class Likeness(Frozen):
    """One way in which two records are alike.

    ``m`` is how often records of one person are, ``u`` how often those of two people are.
    """

    m: float = Key(gt=0, le=1)
    u: float = Key(gt=0, le=1)
    reason: str


class Threshold(Frozen):
    """A number and why it is so."""

    value: float = Key(gt=0, lt=1)
    reason: str


class Size(Frozen):
    """A number of records and why it is so."""

    value: int = Key(gt=1)
    reason: str


class Matching(Frozen):
    """``comparisons`` has the likenesses of each part of a record, the strongest first.

    ``prior`` is how often two records are of one person at most, ``others`` how many others of
    the same person a record has, ``rarest`` the share of records below which a name is no rarer,
    ``shared_bones`` how often names of two people have the same bones, ``usual`` how many
    records a share of a name is drawn to that by, ``largest_block`` how many records may share
    something for their pairs to be looked at.
    """

    prior: Threshold
    others: Threshold
    rarest: Threshold
    shared_bones: Threshold
    usual: Size
    largest_block: Size
    comparisons: dict[str, dict[str, Likeness]]

    def prior_among(self, records: int) -> float:
        """How often two of so many records are of one person: pairs of one person over all."""
        return min(self.prior.value, 2 * self.others.value / max(records, 1))
