"""Who may publish what: independence, modes, and an audit that found nothing."""

from typing import Any

import pytest

from pipelines.review import AuditFailed, ModeBroken, NotReviewed, audited, fits_mode, reviewed
from tests.pipelines.drafting import CLEAN, REVIEWERS, SOURCE

NAMED = ("ana.lopez", "kim.park")


@pytest.mark.parametrize(
    ("mode", "reviewers"),
    [("demo", REVIEWERS), ("closed", NAMED), ("open", ()), ("open", ("ana.lopez",))],
)
def test_independent_reviewers_may_release(mode: str, reviewers: tuple[str, ...]) -> None:
    assert reviewed(mode, "operator", reviewers, NAMED) == reviewers


@pytest.mark.parametrize(
    ("mode", "reviewers", "says"),
    [
        ("demo", REVIEWERS[:1], "Two reviewers"),
        ("closed", (), "Two reviewers"),
        ("closed", ("ana.lopez", "Ana.Lopez "), "different people"),
        ("demo", (REVIEWERS[0], REVIEWERS[0]), "different people"),
        ("closed", ("ana.lopez", ""), "different people"),
        ("closed", ("ana.lopez", "OPERATOR"), "cannot review it"),
        ("open", ("operator",), "cannot review it"),
        ("closed", REVIEWERS, "is invented"),
        ("closed", ("ana.lopez", " invented:ada"), "is invented"),
        ("open", REVIEWERS, "is invented"),
        ("demo", NAMED, "is not an invented reviewer"),
        ("closed", ("ana.lopez", "jo.doe"), "jo.doe is not among the reviewers"),
    ],
)
def test_others_may_not(mode: str, reviewers: tuple[str, ...], says: str) -> None:
    with pytest.raises(NotReviewed, match=says):
        reviewed(mode, "operator", reviewers, (*NAMED, *REVIEWERS, "OPERATOR"))


def test_an_audit_that_found_nothing_lets_pass() -> None:
    audited(CLEAN)


@pytest.mark.parametrize(
    "audit",
    [
        {},
        {"failing": 0},
        {"uncertified": 0},
        {"failing": None, "uncertified": 0},
        {"failing": False, "uncertified": False},
        {"failing": 1, "uncertified": 0},
        {"failing": 0, "uncertified": 1},
    ],
)
def test_an_audit_that_found_something_or_was_not_made_blocks(audit: dict[str, Any]) -> None:
    with pytest.raises(AuditFailed, match="tipstat"):
        audited(audit)


def manifest(**changed: object) -> dict[str, object]:
    usual = {"mode": "demo", "invented": True, "sources": [SOURCE], "countries": ["XAA", "_T"]}
    return {**usual, **changed}


REAL = {"invented": False, "sources": [{**SOURCE, "title": "Register"}], "countries": ["ARG"]}


@pytest.mark.parametrize(
    "fitting", [manifest(), manifest(mode="open", **REAL), manifest(mode="closed", **REAL)]
)
def test_a_release_that_fits_its_mode_passes(fitting: dict[str, object]) -> None:
    fits_mode(fitting)


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (manifest(mode="test"), "no mode 'test'"),
        (manifest(**REAL), "invented data only"),
        (manifest(sources=[{**SOURCE, "title": "Register"}]), "title of xaa_police must say so"),
        (manifest(countries=["XAA", "ARG"]), "take ARG out"),
        (manifest(**{**REAL, "mode": "open", "countries": ["ARG", "XAB"]}), "take XAB out"),
        (manifest(**{**REAL, "mode": "open", "sources": [{**SOURCE, "public": False}]}), "closed"),
        (manifest(**{**REAL, "mode": "open", "sources": [{**SOURCE, "public": "no"}]}), "closed"),
    ],
)
def test_a_release_that_its_mode_does_not_allow_is_refused(
    broken: dict[str, object], says: str
) -> None:
    with pytest.raises(ModeBroken, match=says):
        fits_mode(broken)
