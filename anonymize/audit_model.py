"""What the audit assumes of whoever attacks, in the words that every report carries."""

from collections.abc import Sequence

from anonymize.audit_case import Case
from data_contracts.policy import Policy

MODEL = (
    "Audited against the declared model, never exact. All tables of kind persons of the release: "
    "one joint distribution per dataset, country, unit, period and vintage, in cliques of at most "
    "{dimensions} dimensions; the cliques here {cliques}. "
    "With several answers a person a total is at most "
    "their sum, and at least any part together with those without an answer; a group of answers "
    "is at most their sum, and at least each of them. A year is at most the sum of its quarters, "
    "and at least each of them unless a code is unknown. Of spans of years every way is tried in "
    "which persons of one year may be those of another; a year that could not have every total "
    "which its own cells leave open fails; a hidden span says nothing. Several years by code are "
    "a period of their own, which meets its years in one total; a question that both have fails. "
    "A regional cell is at most the sum of its countries' cells, and at least each of them; ways "
    "in which nobody is met in two countries are looked at first. A shown number is within base - "
    "1 of the truth; nested cells with unequal numbers differ by at least one person. {hidden} "
    "Where this contradicts itself, hidden cells are taken as unbounded. Of the last {releases} "
    "releases, each cell counted anew is of another vintage. Targets are hidden and shown cells, "
    "every nested difference, quarters within years, the region without each country, and "
    "revisions; each also for a country that knows its own cells, fixed at numbers that what is "
    "published allows. Numbers that others publish, and that can be taken for numbers of the same "
    "people (taken_for in tables.yaml), are attacked with as well as without: as exact, of the "
    "newest vintage, all that fit what is shown together. A cell that was hidden before fails "
    "where this release proves that it is not empty. {coalition} Not covered: joint distributions "
    "of a year and its quarters beyond published cells, fields that are functions of each other, "
    "persons of whom two countries tell different things, spans of several countries taken "
    "together through the region, spans beside numbers that others publish, codes that a person "
    "keeps from year to year, what the rules on cases and countries tell of a shown cell, and "
    "beliefs of a reader about what is likely."
)
TREE = "are a tree and miss nothing"
NO_TREE = "are no tree, as a larger one would be needed, and may miss something"
SIDECAR = (
    "A hidden cell is at most hide_up_to + base - 1, unless another rule than rounding hid it."
)
NO_SIDECAR = (
    "Why a cell is hidden is not known here, so a hidden cell has no upper bound of its own."
)
COALITION = "Two countries together learn more of {number} targets."
SAID = (TREE, NO_TREE, SIDECAR, NO_SIDECAR)


def described(cases: Sequence[Case], is_known: bool, policy: Policy) -> str:
    """The declared model in words."""
    is_tree = all(sheet.shape.is_tree for case in cases for sheet in case.system.sheets)
    learns = sum(case.coalition_learns for case in cases)
    return MODEL.format(
        dimensions=policy.clique_dimensions,
        releases=policy.remembered_releases,
        cliques=TREE if is_tree else NO_TREE,
        hidden=SIDECAR if is_known else NO_SIDECAR,
        coalition=COALITION.format(number=learns),
    )
