"""Words, pairs of words and pieces of words as a few hundred numbers, cheap enough for a single message.

scikit-learn learns them; a message is then turned into numbers by three array operations, for its pipelines spend
more time on checks than on counting.
"""

from __future__ import annotations

from typing import Dict, Sequence, Text

import numpy as np
from scipy.sparse import csr_matrix, hstack
from scipy.sparse.linalg import svds
from sklearn.feature_extraction.text import HashingVectorizer

_COUNTS = {"n_features": 2**14, "alternate_sign": False, "norm": None}


class WordFeatures:
    """tf-idf of hashed counts, projected on `dimensions` latent directions."""

    def __init__(self, idf: np.ndarray, projection: np.ndarray) -> None:
        """`idf`: one a hashed count; `projection`: (hashed counts, dimensions), both float32."""
        self._idf, self._projection = idf, projection
        self._counters = _counters()

    @classmethod
    def fit(cls, texts: Sequence[Text], dimensions: int, random_state: int) -> WordFeatures:
        """Learn what is rare, and the directions that tell texts apart."""
        counts = _counted(_counters(), texts)
        idf = (np.log((1 + counts.shape[0]) / (1 + counts.getnnz(axis=0))) + 1).astype(np.float32)
        found = max(1, min(dimensions, counts.shape[0] - 1))
        # To its end: of a randomised decomposition half the directions were others with 28 examples less.
        _, _, directions = svds(_weighted(counts, idf), k=found, random_state=random_state)
        # Row by row in memory, or every message would copy the whole matrix to multiply with it: 14 ms.
        return cls(idf, np.ascontiguousarray(directions[::-1].T, dtype=np.float32))

    def transform(self, texts: Sequence[Text]) -> np.ndarray:
        """Shape (texts, dimensions), float32."""
        return np.asarray(_weighted(_counted(self._counters, texts), self._idf) @ self._projection)

    def arrays(self) -> Dict[Text, np.ndarray]:
        """What the constructor takes."""
        return {"idf": self._idf, "projection": self._projection}


def _counters() -> Sequence[HashingVectorizer]:
    word = r"[\w']+"
    return (
        HashingVectorizer(ngram_range=(1, 2), token_pattern=word, **_COUNTS),
        HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), **_COUNTS),
    )


def _counted(counters: Sequence[HashingVectorizer], texts: Sequence[Text]) -> csr_matrix:
    return hstack([counter.transform(texts) for counter in counters], format="csr").astype(np.float32)


def _weighted(counts: csr_matrix, idf: np.ndarray) -> csr_matrix:
    """Sublinear tf-idf, every row of unit length."""
    weighted = counts.copy()
    weighted.data = (1 + np.log(weighted.data)) * idf[weighted.indices]
    rows = np.repeat(np.arange(weighted.shape[0]), np.diff(weighted.indptr))
    lengths = np.sqrt(np.bincount(rows, weights=weighted.data**2, minlength=weighted.shape[0]))
    weighted.data = (weighted.data / np.maximum(lengths, 1e-9)[rows]).astype(np.float32)
    return weighted
