"""What synthetic microdata are measured on: the published CTDC sample, and invented rows.

Each is a frame of codes and the public domain of every column.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import polars as pl
import yaml

from anonymize.microdata_tables import Domains

HERE = Path(__file__).parent
CTDC = HERE.parent / "sources" / "samples" / "ctdc" / "ctdc_global_k_anonymised_2017.csv.gz"
FLAG, UNKNOWN = ("0", "1"), "Unknown"
# As CTDC's own synthetic file groups them; of these a blank is no "1".
FLAGS = {
    "means_debt": ("meansOfControlDebtBondage", "meansOfControlTakesEarnings"),
    "means_threats": ("meansOfControlThreats", "meansOfControlThreatOfLawEnforcement"),
    "means_abuse": (
        "meansOfControlPsychologicalAbuse",
        "meansOfControlPhysicalAbuse",
        "meansOfControlSexualAbuse",
    ),
    "means_false_promises": ("meansOfControlFalsePromises",),
    "means_drugs": ("meansOfControlPsychoactiveSubstances",),
    "means_deny_needs": (
        "meansOfControlRestrictsMovement",
        "meansOfControlRestrictsMedicalCare",
        "meansOfControlRestrictsFinancialAccess",
        "meansOfControlWithholdsNecessities",
    ),
    "means_hours": ("meansOfControlExcessiveWorkingHours",),
    "means_documents": ("meansOfControlWithholdsDocuments",),
    "agriculture": ("typeOfLabourAgriculture",),
    "construction": ("typeOfLabourConstruction",),
    "domestic_work": ("typeOfLabourDomesticWork",),
    "hospitality": ("typeOfLabourHospitality",),
    "prostitution": ("typeOfSexProstitution",),
    "pornography": ("typeOfSexPornography",),
    "by_partner": ("recruiterRelationIntimatePartner",),
    "by_friend": ("recruiterRelationFriend",),
    "by_family": ("recruiterRelationFamily",),
    "by_other": ("recruiterRelationOther",),
}
# Of these a blank is a third answer.
OPEN_FLAGS = {"labour": "isForcedLabour", "sexual": "isSexualExploit", "other": "isOtherExploit"}
CODES = {
    "year": "yearOfRegistration",
    "gender": "gender",
    "age": "ageBroad",
    "citizenship": "citizenship",
    "country": "CountryOfExploitation",
}
# Codes of each invented column, and of how many earlier columns its chances depend.
SIZES = (2, 3, 6, 9, 24, 16, 8, 5, 4, 3, *(2,) * 10)
PARENTS = 2
Data = tuple[pl.DataFrame, Domains]


def ctdc() -> Data:
    """47,102 rows and 26 columns of the sample, those of CTDC's own synthetic file that it has."""
    published = pl.read_csv(CTDC, infer_schema=False).filter(pl.col("gender").is_not_null())
    listed = yaml.safe_load((HERE / "microdata_ctdc.yaml").read_text(encoding="utf-8"))
    domains = {name: tuple(listed[name]) for name in CODES}
    domains |= dict.fromkeys(OPEN_FLAGS, (*FLAG, UNKNOWN)) | dict.fromkeys(FLAGS, FLAG)
    told = {name: pl.col(field) for name, field in (CODES | OPEN_FLAGS).items()}
    known = [
        pl.when(field.is_in(domains[name])).then(field).otherwise(pl.lit(UNKNOWN)).alias(name)
        for name, field in told.items()
    ]
    return published.select(*known, *(_any(*flag) for flag in FLAGS.items())), domains


def _any(name: str, fields: Sequence[str]) -> pl.Expr:
    is_one = pl.any_horizontal((pl.col(field) == "1").fill_null(False) for field in fields)
    return pl.when(is_one).then(pl.lit("1")).otherwise(pl.lit("0")).alias(name)


def invented(rows: int = 50_000, seed: int = 0) -> Data:
    """Invented rows of twenty columns that depend on each other.

    A Bayesian network: every column has two earlier ones as parents, drawn at random, and for
    each combination of their codes chances from a Dirichlet distribution around its own mean.
    The engine's model is of another kind, so it is not the truth that it looks for.
    """
    dice = np.random.default_rng([1_000, seed])
    columns: list[np.ndarray[tuple[int, ...], np.dtype[np.int64]]] = []
    for place, size in enumerate(SIZES):
        parents = (
            sorted(dice.choice(place, size=min(place, PARENTS), replace=False)) if place else []
        )
        case = np.zeros(rows, dtype=np.int64)
        for parent in parents:
            case = case * SIZES[parent] + columns[parent]
        mean = dice.dirichlet(np.full(size, 0.7))
        count = int(np.prod([SIZES[parent] for parent in parents], dtype=np.int64))
        ends = np.cumsum(dice.dirichlet(3 * mean + 0.05, size=count), axis=1)
        drawn = (dice.random(rows)[:, None] > ends[case]).sum(axis=1)
        columns.append(np.minimum(drawn, size - 1).astype(np.int64))
    domains = {
        f"c{place}": FLAG if size == len(FLAG) else tuple(f"v{code}" for code in range(size))
        for place, size in enumerate(SIZES)
    }
    named = zip(domains.items(), columns, strict=True)
    return pl.DataFrame({name: [codes[c] for c in told] for (name, codes), told in named}), domains


DATA: dict[str, Callable[[], Data]] = {"ctdc": ctdc, "invented": invented}
