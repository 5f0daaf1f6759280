"""Several processes say what one says, in the same order, and never hold all texts at once."""

from collections.abc import Iterator

from anonymize.finding.shards import TOGETHER, WAITING, groups, sharded


def lengths(texts: list[str]) -> list[int]:
    """Something to find: how long each text is."""
    return [len(text) for text in texts]


def threads(texts: list[str]) -> list[int]:
    """How many threads this process has after a product of matrices."""
    import numpy as np

    with open("/proc/self/status") as status:
        np.ones((600, 600)) @ np.ones((600, 600))
        counted = next(line for line in status if line.startswith("Threads"))
    return [int(counted.split()[1])] * len(texts)


def test_the_order_stays_whatever_the_number_of_processes() -> None:
    texts = ["x" * (number % 17) for number in range(TOGETHER * 2 + 5)]
    assert list(sharded(lengths, texts, 2)) == list(sharded(lengths, texts, 1)) == lengths(texts)


def test_groups_are_the_same_for_any_number_of_processes() -> None:
    sizes = [len(group) for group in groups(["a"] * (TOGETHER + 1))]
    assert sizes == [TOGETHER, 1]
    assert list(groups([])) == []


def test_texts_are_read_as_they_are_needed() -> None:
    read = 0

    def source() -> Iterator[str]:
        nonlocal read
        for _ in range(TOGETHER * 30):
            read += 1
            yield "a"

    answers = sharded(lengths, source(), 2)
    assert next(answers) == 1
    assert read <= TOGETHER * (2 * WAITING + 1)
    assert sum(1 for _ in answers) == TOGETHER * 30 - 1


def test_a_process_of_several_computes_on_one_thread() -> None:
    """Beside it is the one that waits for the end of its parent."""
    assert set(sharded(threads, ["a"] * 3, 2)) == {1 + 1}
