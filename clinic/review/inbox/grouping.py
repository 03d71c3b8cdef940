"""Groups of messages that ask the same, by their vectors."""

from __future__ import annotations

import numpy as np

from clinic.review.inbox.ports import Floats

# Measured on our own examples, 55 topics that lie close to one another and 25 of each: seven in ten of a group are of
# one topic, the rest of one beside it. Higher, and rewordings come apart; lower, and all questions run together.
ALIKE = 0.6


def group(vectors: Floats, alike: float = ALIKE) -> list[list[int]]:
    """Groups of rows, the largest first, the one in a group's middle first; `vectors`: (n, dimensions) of length one.

    Agglomerative in two steps: the message with the most others like it takes these with it, again and again; then
    groups whose middles are alike become one. Every row is in one group, many in one of their own. Takes n² numbers of
    memory: 36 MB for 3,000.
    """
    if not len(vectors):
        return []
    stars = _stars(vectors @ vectors.T >= alike)
    merged = _merged(stars, vectors, alike)
    return [_from_the_middle(rows, vectors) for rows in sorted(merged, key=lambda rows: (-len(rows), min(rows)))]


def middle(vectors: Floats) -> Floats:
    """The direction of a group, of length one."""
    mean: Floats = vectors.mean(axis=0)
    return mean / max(float(np.linalg.norm(mean)), 1e-9)


def _stars(is_like: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> list[list[int]]:
    """Each message with all that are like it and in no earlier group, those with the most first."""
    np.fill_diagonal(is_like, True)
    is_free = np.ones(len(is_like), dtype=bool)
    left = is_like.sum(axis=1)  # how many free ones each is like, itself included
    found: list[list[int]] = []
    while is_free.any():
        centre = int(np.argmax(np.where(is_free, left, -1)))
        if left[centre] == 1:  # nobody left has anybody
            return [*found, *([int(row)] for row in np.flatnonzero(is_free))]
        members = np.flatnonzero(is_like[centre] & is_free)
        found.append([int(row) for row in members])
        is_free[members] = False
        left -= is_like[members].sum(axis=0)
    return found


def _merged(stars: list[list[int]], vectors: Floats, alike: float) -> list[list[int]]:
    """Groups of several take in those whose middle is like theirs, the largest first; no chain of them forms."""
    by_size = sorted(stars, key=len, reverse=True)
    middles = np.stack([middle(vectors[star]) for star in by_size])
    is_taken, found = np.zeros(len(by_size), dtype=bool), []
    for at, star in enumerate(by_size):
        if is_taken[at]:
            continue
        near = [at]
        if len(star) > 1:
            near = [int(i) for i in np.flatnonzero((middles @ middles[at] >= alike) & ~is_taken)]
        is_taken[near] = True
        found.append([row for i in near for row in by_size[i]])
    return found


def _from_the_middle(rows: list[int], vectors: Floats) -> list[int]:
    near = vectors[rows] @ middle(vectors[rows])
    return [rows[int(at)] for at in np.argsort(-near, kind="stable")]
