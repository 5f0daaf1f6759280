"""What the policy may say: every threshold, and what each scope of consent allows."""

from typing import Literal

from data_contracts.model import Frozen

Use = Literal["counts", "microdata", "sharing"]


class Scope(Frozen):
    """What a scope of consent allows, and why no more."""

    uses: tuple[Use, ...]
    reason: str


class Policy(Frozen):
    """Every threshold, once; ``policy.yaml`` gives the reason beside each."""

    base: int
    hide_up_to: int
    min_cases: int
    min_outside_largest_case: int
    alike_up_to: int
    min_for_averages: int
    mean_digits: int
    min_countries: int
    max_share_of_a_country: float
    move_details_above: int
    move_step_one_in: int
    span_years: int
    min_per_cell: int
    narrowest_interval: int
    few: int
    remembered_releases: int
    clique_dimensions: int
    share_min_denominator: int
    max_set_aside: float
    sudden_change: float
    sudden_change_rows: int
    max_published_count: int
    max_rate_per_100000: int
    max_service_days: int
    max_sentence_years: int
    max_release_age_days: int
    max_file_bytes: int
    max_expansion: int
    max_columns: int
    max_cells: int
    max_sheets: int
    min_link_probability: float
    min_kin_probability: float
    package_days: int

    @property
    def small_up_to(self) -> int:
        """The most persons in a cell that is hidden because its rounded number is small."""
        return self.hide_up_to + self.base - 1
