"""Messages that ask the same stand together."""

from __future__ import annotations

import numpy as np
import pytest

from clinic.review.inbox.grouping import group


def around(angles: list[float]) -> np.ndarray:
    """Vectors of length one in a plane, by their angle in degrees."""
    turned = np.radians(np.array(angles, dtype=np.float32))
    return np.stack([np.cos(turned), np.sin(turned)], axis=1).astype(np.float32)


def test_the_largest_group_comes_first_and_every_message_is_in_one() -> None:
    found = group(around([0, 180, 2, 4, 182, 90]), alike=0.9)
    assert [sorted(rows) for rows in found] == [[0, 2, 3], [1, 4], [5]]


def test_the_first_of_a_group_is_the_one_in_its_middle() -> None:
    assert group(around([0, 20, 10]), alike=0.9)[0][0] == 2


def test_no_chain_of_neighbours_becomes_one_group() -> None:
    """Each is like the next, but the first and the last ask something else."""
    found = group(around([float(angle) for angle in range(0, 180, 15)]), alike=0.9)
    vectors = around([float(angle) for angle in range(0, 180, 15)])
    for rows in found:
        assert (vectors[rows] @ vectors[rows].T).min() > 0.3
    assert len(found) > 1


def test_nothing_is_no_group() -> None:
    assert group(np.zeros((0, 0), dtype=np.float32)) == []


@pytest.mark.parametrize("seed", range(3))
def test_every_message_is_in_exactly_one_group(seed: int) -> None:
    vectors = np.random.default_rng(seed).normal(size=(200, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    found = group(vectors, alike=0.7)
    assert sorted(row for rows in found for row in rows) == list(range(200))
