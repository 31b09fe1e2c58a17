"""An embedder that remembers: a suite says the same sentences many times."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from linernotes.embed import Embedder
from linernotes.types import Vector


class RememberingEmbedder:
    """Gives the vectors of ``inner``, each text embedded once. For one thread after another."""

    def __init__(self, inner: Embedder) -> None:
        self.model = inner.model
        self.dimensions = inner.dimensions
        self._inner = inner
        self._kept: dict[str, Vector] = {}

    def embed(self, texts: Sequence[str]) -> Vector:
        """See Embedder."""
        new = [text for text in dict.fromkeys(texts) if text not in self._kept]
        if new:
            self._kept.update(zip(new, self._inner.embed(new), strict=True))
        if not texts:
            return np.zeros((0, self.dimensions), dtype=np.float32)
        return np.stack([self._kept[text] for text in texts])
