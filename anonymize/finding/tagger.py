"""A small network of our own that tells which words are persons and addresses, in any language.

Each word is the sum of nine rows of a table (`features`); two layers look at two neighbours on
either side each, so a word is judged by the four before and the four behind it. It was trained on
invented texts (`benchmarks/tagger`); `data/README.md` tells how well it does.
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from anonymize.finding.features import TABLE, own, places
from anonymize.finding.lists import DATA

Floats = NDArray[np.float32]
REACH = 2
PAD = 2 * REACH
NOWHERE = (-1,) * 9
GAP = (NOWHERE,) * PAD
PIECE = 4_096
MODEL = DATA / "tagger.npz"


class Weights(NamedTuple):
    """Table: TABLE by size. The layers: 5 size by hidden, 5 hidden by hidden, hidden by 3."""

    table: Floats
    first: Floats
    first_bias: Floats
    second: Floats
    second_bias: Floats
    last: Floats
    last_bias: Floats
    vocabulary: dict[str, int]


@cache
def weights() -> Weights:
    """The trained weights, read once."""
    with np.load(MODEL) as file:
        parts = {name: file[name].astype(np.float32) for name in Weights._fields[1:-1]}
        table = file["table"].astype(np.float32) * file["scale"]
        words = bytes(file["words"]).decode().split(" ")
    vocabulary = {word: number + 1 for number, word in enumerate(words)}
    return Weights(table=table.reshape(TABLE, -1), vocabulary=vocabulary, **parts)


def windows(rows: Floats) -> Floats:
    """Each row with its neighbours: n by size to n by 5 size; nothing stands beyond the ends."""
    padded = np.pad(rows, ((REACH, REACH), (0, 0)))
    return np.concatenate([padded[at : at + len(rows)] for at in range(2 * REACH + 1)], axis=1)


def layers(known: Weights, words: Floats, gap: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
    """What the two layers and the last make of words; where there is a gap nothing is."""
    hidden = np.maximum(windows(words) @ known.first + known.first_bias, 0)
    hidden[gap] = 0
    deep = np.maximum(windows(hidden) @ known.second + known.second_bias, 0)
    return hidden, deep, deep @ known.last + known.last_bias


def shares(scores: Floats) -> Floats:
    """Scores as probabilities, row by row."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    result: Floats = powers / powers.sum(axis=1, keepdims=True)
    return result


def pieces(texts: Sequence[Sequence[str]]) -> list[tuple[int, int, int]]:
    """Text, first and last word of pieces small enough to be judged at once."""
    return [
        (number, start, min(start + PIECE, len(words)))
        for number, words in enumerate(texts)
        for start in range(0, len(words), PIECE)
    ]


def numbered(words: Sequence[str], language: str | None, known: Weights) -> list[tuple[int, ...]]:
    """The places in the table of each word."""
    return [places(word, language, own(word, known.vocabulary)) for word in words]


def told(rows: list[tuple[int, ...]], known: Weights) -> Floats:
    """Probabilities of rows; NOWHERE is a gap between two texts."""
    numbers = np.array(rows, dtype=np.int32)
    gap = numbers[:, 0] < 0
    words = known.table[numbers].sum(axis=1)
    words[gap] = 0
    return shares(layers(known, words, gap)[2])


def probabilities(texts: Sequence[Sequence[str]], languages: Sequence[str | None]) -> list[Floats]:
    """For each text, words by (nothing, person, address)."""
    known = weights()
    found: list[list[Floats]] = [[] for _ in texts]
    waiting: list[tuple[int, ...]] = []
    places_of: list[tuple[int, int, int]] = []

    def judge() -> None:
        result = told(waiting, known)
        for number, first, last in places_of:
            found[number].append(result[first:last])
        waiting.clear()
        places_of.clear()

    for number, start, end in pieces(texts):
        before = max(0, start - PAD)
        around = texts[number][before : end + PAD]
        first = len(waiting) + start - before
        waiting += numbered(around, languages[number], known)
        waiting += GAP
        places_of.append((number, first, first + end - start))
        if len(waiting) > PIECE:
            judge()
    if waiting:
        judge()
    return [np.concatenate(parts) if parts else np.zeros((0, 3), np.float32) for parts in found]
