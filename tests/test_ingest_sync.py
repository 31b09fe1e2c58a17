"""From the store to the index: what is embedded, and when."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from fakes import FakeEmbedder
from linernotes.index import Index, open_embedded
from linernotes.ingest import silent
from linernotes.ingest.rows import row_of
from linernotes.ingest.sync import sync_documents, sync_vectors
from linernotes.store import Store
from linernotes.types import Fact, SourceItem


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "library.db") as opened:
        yield opened


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    opened = open_embedded(tmp_path / "index")
    yield opened
    opened.close()


def bring(store: Store, **genre_by_key: str) -> list[int]:
    source = store.catalogue.add_source("table", "songs")
    items = [
        SourceItem(
            key=key,
            facts=(
                Fact(name="title", value=key, source="table", confidence=0.8),
                Fact(name="genre", value=genre, source="table", confidence=0.8),
                Fact(name="tempo_bpm", value=120.0, source="table", confidence=0.8, unit="bpm"),
            ),
        )
        for key, genre in genre_by_key.items()
    ]
    return store.catalogue.upsert(source, [row_of(item) for item in items])


def test_only_changed_documents_are_brought_and_embedded(store: Store, index: Index) -> None:
    rain, snow = bring(store, Rain="rock", Snow="jazz")
    embedder = FakeEmbedder()
    assert sync_documents(store, index).tolist() == [rain, snow]
    assert sync_vectors(index, embedder, silent) == 2
    bring(store, Rain="folk")
    changed = sync_documents(store, index)
    assert changed.tolist() == [rain]
    assert sync_vectors(index, embedder, silent, changed=changed) == 1
    assert sync_vectors(index, embedder, silent) == 0


def test_documents_without_a_vector_are_embedded_whatever_changed(store: Store, index: Index) -> None:
    bring(store, Rain="rock", Snow="jazz")
    sync_documents(store, index)
    nothing = np.empty(0, dtype=np.int64)
    assert sync_vectors(index, FakeEmbedder(), silent, changed=nothing) == 2


def test_unplayable_tracks_leave_the_index(store: Store, index: Index) -> None:
    rain, snow = bring(store, Rain="rock", Snow="jazz")
    sync_documents(store, index)
    store.catalogue.set_unplayable(rain)
    sync_documents(store, index)
    assert index.ids().tolist() == [snow]
    store.catalogue.set_unplayable(rain, unplayable=False)
    sync_documents(store, index)
    assert index.ids().tolist() == [rain, snow]
