"""What there is to say about keys, for a person at a terminal; no secrets."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.terminal import OUT, grid

COLUMNS = ("key", "generation", "made", "fingerprint", "kept", "role")


def show(found: Sequence[Mapping[str, Any]]) -> None:
    """The keys of a workspace."""
    rows = [(*(one[name] or "" for name in COLUMNS), _state(one["sound"])) for one in found]
    OUT.print(grid((*COLUMNS, ""), rows))


def _state(is_sound: bool) -> str:
    return "" if is_sound else "damaged, see: tipstat keys check"


def init(found: Mapping[str, Any]) -> None:
    """What was made, restored and taken over."""
    for what in ("made", "restored"):
        if found[what]:
            OUT.print(f"{what.capitalize()}: {', '.join(found[what])}.", markup=False)
    if found["linking_taken_over"]:
        OUT.print("The countries' linking key is this workspace's now.")
    if found["recovery"]:
        words = f"The recovery bundle is {found['recovery']}: copy it to another place."
        OUT.print(words, markup=False, soft_wrap=True)
    show(found["keys"])


def check(found: Mapping[str, Any]) -> None:
    """What is wrong, or that nothing is."""
    for one in found["problems"]:
        OUT.print(f"{one['key']}: {one['problem']}", markup=False, soft_wrap=True)
    if not found["problems"]:
        OUT.print("Every key is there, proves itself, and is for its owner only.")


def rotate(found: Mapping[str, Any]) -> None:
    """Which generation a key has now, and what to do next."""
    OUT.print(
        f"{found['key']} has generation {found['generation']} now; {found['files']} stored files "
        "went along. Next: tipstat run, then back up the folder keys.",
        markup=False,
    )


def hand(found: Mapping[str, Any]) -> None:
    """Where the encrypted key is."""
    OUT.print(f"The linking key is in {found['file']}, encrypted.", markup=False, soft_wrap=True)
