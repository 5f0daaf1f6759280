"""Decisions of reviewers: each by her own key, about one candidate and no other."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines import approvals, cards, ledger, releases, reviewers, reviews, signing
from pipelines.errors import Refusal
from pipelines.review import NotReviewed
from pipelines.reviews import Forged, NotDecided, Replaced
from tests.pipelines.approving import MOMENT, approve, key_of, review
from tests.pipelines.drafting import REVIEWERS, draft
from tests.pipelines.releasing import ID, publish
from tests.pipelines.workspaces import TWO, workspace

ADA, GRACE = REVIEWERS
# What the log itself says of each line.
OWN = {"n", "at", "who", "what", "previous", "hash"}
WHY = "The table of 2025 lacks a country."


def edit(file: Path, **changed: Any) -> None:
    file.chmod(0o644)
    file.write_text(json.dumps(json.loads(file.read_text()) | changed))


def refused(root: Path, kind: type[Refusal], says: str) -> None:
    before = sorted((root / "releases").glob("*"))
    with pytest.raises(kind, match=says):
        publish(root)
    assert sorted((root / "releases").glob("*")) == before


def test_two_approvals_make_a_release(root: Path, candidate: Path) -> None:
    approve(root, ID, REVIEWERS)
    folder = publish(root)
    approvals.confirm(folder)
    assert json.loads((folder / "manifest.json").read_text())["reviewers"] == list(REVIEWERS)


def test_one_approval_given_twice_is_one(root: Path, candidate: Path) -> None:
    approve(root, ID, (ADA, ADA))
    refused(root, NotReviewed, "Two reviewers are needed")


def test_an_approval_of_an_earlier_candidate_does_not_count(
    root: Path, words: Path, candidate: Path
) -> None:
    approve(root, ID, REVIEWERS)
    releases.write(root, draft(title="Another"), words)
    refused(root, NotReviewed, "Two reviewers are needed")
    approve(root, ID, (ADA,))
    refused(root, NotReviewed, "Two reviewers are needed")


def test_who_looked_at_a_candidate_that_was_replaced_approves_nothing(
    root: Path, words: Path, candidate: Path
) -> None:
    looked_at = reviews.fingerprint(candidate)
    releases.write(root, draft(title="Another"), words)
    with pytest.raises(Replaced, match="not the candidate that you name"):
        review(root, ID, ADA, looked_at=looked_at)
    assert ledger.lines(root) == []


@pytest.mark.parametrize("digits", [7, 0])
def test_too_few_digits_name_no_candidate(root: Path, candidate: Path, digits: int) -> None:
    own = reviews.fingerprint(candidate)
    with pytest.raises(Replaced):
        review(root, ID, ADA, looked_at=own[:digits] or " ")
    review(root, ID, ADA, looked_at=f"{own[:4]} {own[4:8].upper()}")


def test_a_rejection_stands_until_the_reviewer_changes_her_mind(
    root: Path, candidate: Path
) -> None:
    approve(root, ID, REVIEWERS)
    review(root, ID, ADA, "reject", WHY)
    refused(root, NotDecided, f"{ADA} rejected this candidate")
    review(root, ID, ADA)
    assert publish(root).exists()


def test_who_rejects_says_why(root: Path, candidate: Path) -> None:
    with pytest.raises(NotDecided, match="Say why"):
        review(root, ID, ADA, "reject")


def test_a_third_reviewer_can_stop_what_two_approved(root: Path, candidate: Path) -> None:
    approve(root, ID, REVIEWERS)
    review(root, ID, "invented:eve", "reject", WHY)
    with pytest.raises(NotDecided, match="invented:eve rejected"):
        publish(root, named=(*REVIEWERS, "invented:eve"))


def test_the_author_does_not_review(root: Path, candidate: Path) -> None:
    with pytest.raises(NotDecided, match="cannot review it"):
        review(root, ID, ADA, author=ADA.upper())


def test_who_is_not_named_does_not_review(root: Path, candidate: Path) -> None:
    with pytest.raises(NotDecided, match="not among the reviewers"):
        review(root, ID, ADA, named=(GRACE,))


def test_a_key_without_a_card_here_decides_nothing(root: Path, candidate: Path) -> None:
    approve(root, ID, REVIEWERS)
    signing.create(root.parent / "stranger.pem")
    by = reviews.signer(root.parent / "stranger.pem")
    own = reviews.fingerprint(candidate)
    with pytest.raises(reviewers.NoReviewer, match="of no reviewer here"):
        reviews.decide(root, candidate, own, "approve", None, by, MOMENT, "operator", REVIEWERS)


def test_an_approval_by_a_key_that_was_replaced_does_not_count(root: Path, candidate: Path) -> None:
    approve(root, ID, REVIEWERS)
    key_of(root, ADA).unlink()
    key_of(root, ADA)
    refused(root, NotReviewed, "Two reviewers are needed")
    approve(root, ID, (ADA,))
    assert publish(root).exists()


def test_a_new_key_does_not_wipe_a_rejection_out(root: Path, candidate: Path) -> None:
    approve(root, ID, REVIEWERS)
    review(root, ID, ADA, "reject", WHY)
    key_of(root, ADA).unlink()
    key_of(root, ADA)
    refused(root, NotDecided, "rejected")


def test_one_key_under_two_names_is_one_person(root: Path, candidate: Path) -> None:
    approve(root, ID, (ADA,))
    one = reviewers.public(key_of(root, ADA))
    reviewers.keep(root / "keys", reviewers.Card(reviewer=GRACE, public=one))
    (root / "keys/reviewers" / f"{cards.fingerprint(ADA)}.json").rename(root / "hidden")
    by, own = reviews.signer(key_of(root, ADA)), reviews.fingerprint(candidate)
    reviews.decide(root, candidate, own, "approve", None, by, MOMENT, "operator", REVIEWERS)
    (root / "hidden").rename(root / "keys/reviewers" / f"{cards.fingerprint(ADA)}.json")
    refused(root, NotDecided, "one key")


@pytest.mark.parametrize("what", ["who", "candidate", "decision", "comment", "signed"])
def test_a_line_that_is_not_what_was_signed_stops_publication(
    root: Path, candidate: Path, what: str
) -> None:
    """Whoever may write the log makes the chain anew; the signature he cannot make."""
    approve(root, ID, (ADA,))
    review(root, ID, GRACE, "reject", WHY)
    lines = [dict(one) for one in ledger.lines(root)]
    (root / "log/decisions.jsonl").unlink()
    (root / "log/head.json").unlink()
    changed = {"who": ADA, "candidate": "0" * 64, "decision": "approve", "comment": "Fine."}
    signed = lines[1]["signed"]
    signed = {**signed, "statement": {**signed["statement"], "decision": "approve"}}
    lines[1] |= {what: {**changed, "signed": signed}[what]}
    if what == "signed":
        lines[1]["decision"] = "approve"
    for line in lines:
        facts = {name: value for name, value in line.items() if name not in OWN}
        ledger.append(root, MOMENT, line["who"], line["what"], **facts)
    refused(root, Forged, "Line 2")


def test_a_rejection_while_it_is_being_published_is_heard(
    root: Path, candidate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve(root, ID, REVIEWERS)
    key, calls = signing.key, iter((True,))

    def meanwhile(file: Path) -> object:
        if next(calls, False):
            review(root, ID, ADA, "reject", WHY)
        return key(file)

    monkeypatch.setattr(signing, "key", meanwhile)
    refused(root, NotDecided, "just now")
    refused(root, NotDecided, "rejected")
    assert [one["what"] for one in ledger.lines(root)] == ["review"] * 3


def test_killed_after_its_line_a_release_is_published_the_next_time(
    root: Path, candidate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder did not get its name: there is no release, and the log says it was tried."""
    approve(root, ID, REVIEWERS)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", killed)
        with pytest.raises(KeyboardInterrupt):
            publish(root)
    assert [one["state"] for one in releases.listed(root)] == ["candidate"]
    approvals.confirm(publish(root))
    assert [one["what"] for one in ledger.lines(root)][2:] == ["publish", "publish"]
    assert ledger.problems(root, releases.anchors(root)) == []


def test_no_comment_is_in_a_release(root: Path, candidate: Path) -> None:
    review(root, ID, ADA, "approve", "The quarter is whole.")
    approve(root, ID, (GRACE,))
    told = b"".join(signing.contents(publish(root)).values())
    assert b"quarter is whole" not in told
    salts = [one["salt"].encode() for one in ledger.lines(root) if one["what"] == "review"]
    assert len(set(salts)) == 2
    assert not any(salt in told for salt in salts)


@pytest.mark.parametrize("how", ["data", "approval", "other release", "one less", "nobody"])
def test_a_release_whose_approvals_are_not_about_its_data_is_refused(
    root: Path, release: Path, how: str
) -> None:
    approvals.confirm(release)
    release.chmod(0o755)
    if how == "data":
        (release / "tables/justice.parquet").chmod(0o644)
        (release / "tables/justice.parquet").write_bytes(b"other")
    elif how == "approval":
        edit(release / "approvals/1.json", signature="00" * 64)
    elif how == "other release":
        release = release.rename(release.with_name("INVENTED-2025Q4-v2"))
    elif how == "one less":
        (release / "approvals/2.json").unlink()
    else:
        edit(release / "manifest.json", reviewers=[])
    with pytest.raises(Forged, match="not those of its reviewers"):
        approvals.confirm(release)


def test_only_named_reviewers_are_welcome(tmp_path: Path) -> None:
    place = workspace(tmp_path / "region")
    for number, (name, refusal) in enumerate([(TWO[0], None), ("invented:Eve", "not among")]):
        card = tmp_path / f"{number}.json"
        reviewers.make(name, tmp_path / f"{number}.pem", card)
        if refusal is None:
            reviewers.welcome(place, card, MOMENT)
            continue
        with pytest.raises(reviewers.NoReviewer, match=refusal):
            reviewers.welcome(place, card, MOMENT)
    assert set(reviewers.known(place["keys"])) == {TWO[0]}
    told = [(one["what"], one["reviewer"]) for one in ledger.lines(place.root)]
    assert told == [("reviewer", TWO[0])]


def test_a_key_is_welcome_once(tmp_path: Path) -> None:
    place, key = workspace(tmp_path / "region"), tmp_path / "key.pem"
    for name in TWO:
        reviewers.make(name, key, tmp_path / f"{name}.json")
    reviewers.welcome(place, tmp_path / f"{TWO[0]}.json", MOMENT)
    with pytest.raises(reviewers.NoReviewer, match="another reviewer's"):
        reviewers.welcome(place, tmp_path / f"{TWO[1]}.json", MOMENT)


def test_what_is_no_card_is_refused(tmp_path: Path) -> None:
    (tmp_path / "card").write_text('{"reviewer": "A. Ba"}')
    with pytest.raises(reviewers.NoReviewer, match="no reviewer's card"):
        reviewers.read(tmp_path / "card")
