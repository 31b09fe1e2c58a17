"""Search over everything that is known of the tracks: words, meaning, sound and facts."""

from pathlib import Path

from linernotes.index.embedded import EmbeddedIndex
from linernotes.index.protocol import DocumentText, Index, IndexedTrack, Space, VectorRows

__all__ = ["DocumentText", "EmbeddedIndex", "Index", "IndexedTrack", "Space", "VectorRows", "open_embedded"]


def open_embedded(folder: Path) -> EmbeddedIndex:
    """The index in this folder; an empty one where there is none, or none of our format."""
    return EmbeddedIndex(folder)
