"""A policy for tests of what it decides, whatever the programme's own comes to say."""

from data_contracts.policy import Policy

POLICY = Policy(
    base=5,
    hide_up_to=10,
    min_cases=3,
    min_outside_largest_case=5,
    min_countries=3,
    narrowest_interval=5,
    few=10,
    share_min_denominator=50,
    max_set_aside=0.05,
    max_published_count=1_000_000,
    max_rate_per_100000=1_000,
    max_service_days=3650,
    max_sentence_years=60,
    max_release_age_days=400,
    max_file_bytes=2**34,
    max_columns=16_384,
    max_cells=20_000_000,
    max_sheets=100,
    max_expansion=100,
    min_link_probability=0.5,
    min_kin_probability=0.1,
    package_days=30,
    sudden_change=2,
    sudden_change_rows=20,
)
