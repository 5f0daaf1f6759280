"""The words of the portal's pages, one block a language."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

import data_contracts

FILE = Path(data_contracts.__file__).parent / "messages" / "portal.yaml"
RIGHT_TO_LEFT = ("ar",)


@cache
def catalogues() -> Mapping[str, Mapping[str, str]]:
    """Every language with its messages, English first."""
    return dict(yaml.safe_load(FILE.read_text(encoding="utf-8")))


def chosen(asked: str | None, accepted: str) -> str:
    """The language asked for, else the first one that the browser would like, else English."""
    wanted = [part.split(";")[0].strip().split("-")[0].lower() for part in accepted.split(",")]
    return next((one for one in (asked or "", *wanted) if one in catalogues()), "en")
