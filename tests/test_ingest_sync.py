"""From the store to the index: what is embedded, and when."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from fakes import FakeEmbedder, FakeGenerator
from linernotes.describe import NoteDraft
from linernotes.index import Index, open_embedded
from linernotes.ingest import silent
from linernotes.ingest.rows import row_of
from linernotes.ingest.sync import sync_documents, sync_vectors
from linernotes.ingest.waves import described
from linernotes.store import Store
from linernotes.store.collections import CollectionKind, Examined
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


def bring(store: Store, artist: str | None = None, **genre_by_key: str) -> list[int]:
    source = store.catalogue.add_source("table", "songs")
    items = [
        SourceItem(
            key=key,
            facts=(
                Fact(name="title", value=key, source="table", confidence=0.8),
                Fact(name="genre", value=genre, source="table", confidence=0.8),
                Fact(name="tempo_bpm", value=120.0, source="table", confidence=0.8, unit="bpm"),
                *([Fact(name="artist", value=artist, source="table", confidence=0.8)] if artist else []),
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


# --- what is borrowed from artists and genres ------------------------------------------------------


def tell(store: Store, kind: CollectionKind, template: str) -> None:
    """Gives the first artist or genre a note, as the fourth wave does."""
    first = store.notes.shelves(kind)[0].id
    draft = NoteDraft(template=template, status="written", problems=(), tries=1)
    examined = Examined(kind=kind, id=first, version="v", signature="s", is_changed=True)
    store.notes.settle([examined], [described(kind, first, "h", draft, FakeGenerator())])


def feel(store: Store, track_id: int) -> None:
    """Gives a track a mood of its own."""
    store.catalogue.correct(track_id, [Fact(name="mood", value="calm", source="listener:me", confidence=1.0)])


def test_a_track_without_a_mood_borrows_its_artists_words_and_no_name(store: Store, index: Index) -> None:
    rain, snow = bring(store, artist="Zappelin", Rain="rock", Snow="jazz")
    feel(store, snow)
    sync_documents(store, index)
    tell(store, "artist", "{artist} sounds wistful.")
    assert sync_documents(store, index).tolist() == [rain]
    texts = index.document_text([rain, snow])
    assert texts[rain].tags.endswith("the artist sounds wistful.")
    assert texts[rain].meaning.endswith("the artist sounds wistful.")
    assert "wistful" not in texts[rain].prose
    assert "wistful" not in texts[snow].tags + texts[snow].meaning
    assert "Zappelin" not in texts[rain].tags + texts[rain].meaning
    assert index.search_text("wistful", 5).ids.tolist() == [rain]
    assert sync_documents(store, index).tolist() == []


def test_a_genres_words_stand_in_where_the_artist_has_no_note(store: Store, index: Index) -> None:
    [rain] = bring(store, artist="Ann", Rain="rock")
    tell(store, "genre", "{genre} is loud.")
    sync_documents(store, index)
    assert index.document_text([rain])[rain].tags.endswith("this genre is loud.")
    tell(store, "artist", "{artist} is hushed.")
    sync_documents(store, index)
    tags = index.document_text([rain])[rain].tags
    assert "hushed" in tags
    assert "loud" not in tags


def test_a_genres_new_note_does_not_concern_who_borrows_from_an_artist(store: Store, index: Index) -> None:
    bring(store, artist="Ann", Rain="rock")
    [snow] = bring(store, artist="Ben", Snow="rock")
    tell(store, "artist", "{artist} is hushed.")  # Ann
    sync_documents(store, index)
    tell(store, "genre", "{genre} is loud.")
    assert sync_documents(store, index).tolist() == [snow]


def test_borrowed_words_go_when_their_note_does(store: Store, index: Index) -> None:
    [rain] = bring(store, artist="Ann", Rain="rock")
    tell(store, "artist", "{artist} is hushed.")
    sync_documents(store, index)
    gone = Examined(kind="artist", id=1, version="v", signature="t", is_changed=True)
    store.notes.settle([gone], [])
    assert sync_documents(store, index).tolist() == [rain]
    assert "hushed" not in index.document_text([rain])[rain].tags


def test_a_lost_index_borrows_again(store: Store, index: Index, tmp_path: Path) -> None:
    [rain] = bring(store, artist="Ann", Rain="rock")
    tell(store, "artist", "{artist} is hushed.")
    sync_documents(store, index)
    fresh = open_embedded(tmp_path / "fresh")
    sync_documents(store, fresh)
    assert "hushed" in fresh.document_text([rain])[rain].tags
    fresh.close()


def test_a_track_that_has_its_own_words_now_borrows_no_more(store: Store, index: Index) -> None:
    [rain] = bring(store, artist="Ann", Rain="rock")
    tell(store, "artist", "{artist} is hushed.")
    sync_documents(store, index)
    feel(store, rain)
    sync_documents(store, index)
    assert "hushed" not in index.document_text([rain])[rain].tags


def test_what_is_borrowed_is_embedded(store: Store, index: Index) -> None:
    bring(store, artist="Ann", Rain="rock")
    embedder = FakeEmbedder()
    sync_documents(store, index)
    sync_vectors(index, embedder, silent)
    tell(store, "artist", "{artist} is hushed.")
    assert sync_vectors(index, embedder, silent, changed=sync_documents(store, index)) == 1
    assert embedder.history[-1][0].endswith("the artist is hushed.")
