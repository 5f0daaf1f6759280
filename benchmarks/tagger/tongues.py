"""Counts how often three letters follow each other in each language: what tells a short text's.

`python -m benchmarks.tagger.tongues` writes `anonymize/finding/data/tongues.npz` from the sentences
without names, and from what our templates say around the names.
"""

import gzip
from functools import cache
from pathlib import Path

import numpy as np

from anonymize.finding.languages import BUCKETS, TONGUES, threes
from anonymize.finding.tokens import tokens
from benchmarks.tagger.templates import HERE, SLOT, templates

SMOOTH, DIGITS = 0.5, 16
# What stands for little in a language says little: all counts are seen among so many.
LEAST = 30_000


@cache
def sentences() -> dict[str, list[str]]:
    """Sentences without names, by language; their origin is told in the folder's README."""
    found: dict[str, list[str]] = {}
    for line in gzip.decompress((HERE / "tongues.tsv.gz").read_bytes()).decode().splitlines():
        language, text = line.split("\t", 1)
        found.setdefault(language, []).append(text)
    return found


def official(language: str) -> list[str]:
    """Sentences of our own as police, courts, shelters and ministries write them: no names."""
    file = HERE / "official" / f"{language}.txt"
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def told(language: str) -> str:
    """All that we have of a language, without names."""
    kept = HERE / "templates" / f"{language}.txt"
    ours = templates(language) if kept.exists() else ()
    parts = [
        *sentences().get(language, ()),
        *official(language),
        *(SLOT.sub(" ", one) for one in ours),
    ]
    return "\n".join(parts)


def table(language: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The logarithm of each bucket's share."""
    words = [token.text for token in tokens(told(language)) if token.text[0].isalpha()]
    counts = np.bincount([at for word in words for at in threes(word)], minlength=BUCKETS)
    share: np.ndarray[tuple[int], np.dtype[np.float64]] = (counts + SMOOTH) / max(
        counts.sum() + SMOOTH * BUCKETS, LEAST
    )
    return np.log(share)


def main(file: Path = TONGUES) -> None:
    """Write the table of all languages, in sixteenths."""
    names = sorted({*sentences(), *(one.stem for one in (HERE / "templates").glob("*.txt"))})
    every = np.stack([table(language) for language in names], axis=1)
    steps = np.round(every * DIGITS).astype(np.int16)
    listed = np.frombuffer(" ".join(names).encode(), np.uint8)
    np.savez_compressed(file, steps=steps, languages=listed, digits=np.array(DIGITS))


if __name__ == "__main__":
    main()
