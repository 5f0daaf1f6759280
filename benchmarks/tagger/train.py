"""Trains the tagger of names: `python -m benchmarks.tagger.train` writes the same bytes again.

The network of `anonymize/finding/tagger.py`, its slopes by hand, Adam, one thread; some minutes.
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anonymize.finding.features import LIST_PLACE, TABLE, UNKNOWN, WORDS, own, places
from anonymize.finding.lists import plain
from anonymize.finding.tagger import MODEL, PAD, REACH, Weights, layers, shares, windows
from anonymize.finding.tokens import tokens
from benchmarks.tagger.people import HELD_OUT
from benchmarks.tagger.templates import Text
from benchmarks.tagger.texts import stream

Floats = NDArray[np.float32]
Batch = tuple[NDArray[np.int32], NDArray[np.int32]]
SIZE, HIDDEN, KINDS = 40, 72, 3
BATCH, RATE, DECAY, FAR = 5_000, 3e-3, (0.9, 0.995), 1e-6
SEED = 20260101
UNLISTED, UNWORDED, NO_DICTIONARY, BLURRED = 0.15, 0.1, 0.15, 0.08
NAMES_OF = 0.02


def tagged(made: Text) -> list[tuple[str, int]]:
    """Every token of a text with what it is: 0 nothing, 1 a person, 2 an address."""
    found, spans, at = [], made.spans, 0
    for token in tokens(made.text):
        while at < len(spans) and spans[at][1] <= token.start:
            at += 1
        inside = at < len(spans) and spans[at][0] < token.end
        found.append((token.text, spans[at][2] if inside else 0))
    return found


def vocabulary(seed: int, texts: int, held_out: frozenset[str]) -> dict[str, int]:
    """The words that stand around names most often and are names hardly ever."""
    outside: Counter[str] = Counter()
    within: Counter[str] = Counter()
    for made in islice(stream(seed, held_out), texts):
        for word, kind in tagged(made):
            (within if kind == 1 else outside)["\n" if word[0] == "\n" else plain(word)] += 1
    kept = [
        word
        for word, n in outside.items()
        if n > 2 and within[word] < NAMES_OF * n and " " not in word
    ]
    kept.sort(key=lambda word: (-outside[word], word))
    return {word: number + 1 for number, word in enumerate(kept[: WORDS - 1])}


def batches(
    seed: int, texts: int, held_out: frozenset[str], vocabulary: dict[str, int]
) -> Iterator[Batch]:
    """Places in the table and kinds of about BATCH words at a time, gaps between the texts."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[int, ...]] = []
    kinds: list[int] = []
    for made in islice(stream(seed, held_out), texts):
        language = None if rng.random() < NO_DICTIONARY else made.language
        for word, kind in tagged(made):
            rows.append(places(word, language, own(word, vocabulary)))
            kinds.append(kind)
        rows += ((-1,) * 9,) * PAD
        kinds += [-1] * PAD
        if len(rows) > BATCH:
            yield forgetful(np.array(rows, np.int32), rng), np.array(kinds, np.int32)
            rows, kinds = [], []


def forgetful(rows: NDArray[np.int32], rng: np.random.Generator) -> NDArray[np.int32]:
    """Some words lose what lists say of them, some themselves, some their beginning and end."""
    words = np.flatnonzero(rows[:, 0] >= 0)
    draw = rng.random(len(words))
    lost = words[draw < UNLISTED]
    bits = (rows[lost, 7] - LIST_PLACE) % 32 & 7
    rows[lost, 7] -= bits
    rows[lost, 8] -= bits
    rows[words[draw > 1 - UNWORDED], 0] = UNKNOWN
    blurred = words[rng.random(len(words)) < BLURRED]
    rows[blurred, 1:6] = UNKNOWN
    return rows


def beginning(rng: np.random.Generator) -> dict[str, Floats]:
    """Weights before training."""
    wide, deep = (2 * REACH + 1) * SIZE, (2 * REACH + 1) * HIDDEN

    def drawn(rows: int, columns: int, scale: float) -> Floats:
        return (rng.standard_normal((rows, columns)) * scale).astype(np.float32)

    zeros = np.zeros(HIDDEN, np.float32)
    return {
        "table": drawn(TABLE, SIZE, 0.1),
        "first": drawn(wide, HIDDEN, (2 / wide) ** 0.5),
        "first_bias": zeros,
        "second": drawn(deep, HIDDEN, (2 / deep) ** 0.5),
        "second_bias": zeros.copy(),
        "last": drawn(HIDDEN, KINDS, 0.1),
        "last_bias": np.zeros(KINDS, np.float32),
    }


def unwindowed(slopes: Floats, size: int) -> Floats:
    """The slopes of rows from those of their windows."""
    count = len(slopes)
    padded = np.zeros((count + 2 * REACH, size), np.float32)
    for at in range(2 * REACH + 1):
        padded[at : at + count] += slopes[:, at * size : (at + 1) * size]
    return padded[REACH : REACH + count]


def slopes(values: dict[str, Floats], batch: Batch) -> tuple[float, dict[str, Floats]]:
    """The loss of a batch, and how each weight moves it."""
    rows, kinds = batch
    known = Weights(**values, vocabulary={})
    gap = kinds < 0
    words = known.table[rows].sum(axis=1)
    words[gap] = 0
    hidden, deep, scores = layers(known, words, gap)
    told = shares(scores)
    count = int((~gap).sum())
    at = np.arange(len(kinds))
    loss = -float(np.log(told[at, kinds] + 1e-9)[~gap].sum()) / count
    told[at, kinds] -= 1
    told[gap] = 0
    told /= count
    up: Floats = (told @ known.last.T) * (deep > 0)
    low: Floats = unwindowed(up @ known.second.T, HIDDEN) * (hidden > 0)
    low[gap] = 0
    bottom = unwindowed(low @ known.first.T, SIZE)
    bottom[gap] = 0
    table = np.zeros_like(known.table)
    for column in range(rows.shape[1]):
        np.add.at(table, rows[~gap, column], bottom[~gap])
    found = {
        "table": table,
        "first": windows(words).T @ low,
        "first_bias": low.sum(axis=0),
        "second": windows(hidden).T @ up,
        "second_bias": up.sum(axis=0),
        "last": deep.T @ told,
        "last_bias": told.sum(axis=0),
    }
    return loss, found


class Descent:
    """Adam: every weight follows its slope, by steps of its own size."""

    def __init__(self, values: dict[str, Floats]) -> None:
        self.values, self.steps = values, 0
        self.first = {name: np.zeros_like(value) for name, value in values.items()}
        self.second = {name: np.zeros_like(value) for name, value in values.items()}

    def step(self, found: dict[str, Floats], rate: float) -> None:
        """One step down the slopes."""
        self.steps += 1
        fair = rate * (1 - DECAY[1] ** self.steps) ** 0.5 / (1 - DECAY[0] ** self.steps)
        for name, slope in found.items():
            self.first[name] += (1 - DECAY[0]) * (slope - self.first[name])
            self.second[name] += (1 - DECAY[1]) * (slope * slope - self.second[name])
            moved = fair * self.first[name] / (np.sqrt(self.second[name]) + 1e-8)
            self.values[name] -= moved.astype(np.float32)
        self.values["table"] *= 1 - FAR


def trained(seed: int, texts: int, rounds: int, held_out: frozenset[str]) -> tuple[Any, Any]:
    """Weights and vocabulary; every round sees other texts."""
    words = vocabulary(seed, min(texts, 20_000), held_out)
    descent = Descent(beginning(np.random.default_rng(seed)))
    for turn in range(rounds):
        rate = RATE * (0.5 + 0.5 * np.cos(np.pi * turn / rounds)) + RATE / 30
        losses = []
        for batch in batches(seed + 1 + turn, texts, held_out, words):
            loss, found = slopes(descent.values, batch)
            losses.append(loss)
            descent.step(found, rate)
        print(f"round {turn + 1}: loss {np.mean(losses):.4f}", flush=True)
    return descent.values, words


def save(file: Path, values: dict[str, Floats], words: dict[str, int]) -> None:
    """Write the weights; the table in bytes, with one scale a column."""
    scale = np.abs(values["table"]).max(axis=0) / 127
    table = np.round(values["table"] / scale).astype(np.int8)
    rest: dict[str, Any] = {
        name: value.astype(np.float16) for name, value in values.items() if name != "table"
    }
    listed = np.frombuffer(" ".join(words).encode(), np.uint8)
    np.savez_compressed(file, table=table, scale=scale, words=listed, **rest)


def main(arguments: list[str] | None = None) -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-o", "--out", type=Path, default=MODEL)
    parser.add_argument("--texts", type=int, default=60_000, help="texts a round")
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args(arguments)
    save(asked.out, *trained(SEED, asked.texts, asked.rounds, HELD_OUT))


if __name__ == "__main__":
    main()
