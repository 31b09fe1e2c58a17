"""Whether a text is found again by what somebody else says of the same thing."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from linernotes.evaluate.extra import needs_extra
from linernotes.types import Vector


def bm25_scores(queries: Sequence[str], documents: Sequence[str]) -> Vector:
    """BM25 of every document for every query, ``(q, d) float32`` (bm25s, English stop words, no stems)."""
    with needs_extra("bm25s"):
        import bm25s
    logging.getLogger("bm25s").setLevel(logging.WARNING)
    scores = np.zeros((len(queries), len(documents)), dtype=np.float32)
    tokens = bm25s.tokenize(list(documents), stopwords="en", return_ids=False, show_progress=False)
    if not any(tokens):
        return scores
    index = bm25s.BM25()
    index.index(tokens, show_progress=False)
    asked = bm25s.tokenize(list(queries), stopwords="en", return_ids=False, show_progress=False)
    known = index.vocab_dict
    for row, words in enumerate(asked):
        if words := [word for word in words if word in known]:
            scores[row] = index.get_scores(words)
    return scores


def hits_at_k(scores: Vector, k: int) -> NDArray[np.float64]:
    """For each query, whether its own document (query i's is document i) is among the k best, ``(n,)``.

    Of documents with equal scores any may come first: the value is the chance that the own one is within
    ``k``, so that texts which are all alike find nothing. Raises ValueError unless ``scores`` is square.
    """
    if scores.ndim != 2 or scores.shape[0] != scores.shape[1]:
        raise ValueError(f"scores of shape {scores.shape}: one document a query is needed")
    own = np.diagonal(scores)[:, np.newaxis]
    better = (scores > own).sum(axis=1)
    equal = (scores == own).sum(axis=1)
    chances: NDArray[np.float64] = np.clip((k - better) / equal, 0.0, 1.0)
    return chances
