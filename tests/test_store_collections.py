"""Artists and genres as subjects of notes: counted, examined, told to the index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from linernotes.store import ArtistName, AudioResult, NewTrack, Store
from linernotes.store.collections import Examined
from linernotes.types import Description, Fact, SourceItem


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "library.db") as opened:
        yield opened


def bring(store: Store, *rows: tuple[str, str, str]) -> list[int]:
    """Tracks of a folder: key, artist and genre of each."""
    source = store.catalogue.add_source("folder", "/music")
    return store.catalogue.upsert(
        source,
        [
            NewTrack(
                item=SourceItem(
                    key=key,
                    facts=(Fact(name="genre", value=genre, source="tag", confidence=0.9),),
                    audio_path=f"/music/{key}" if key.endswith(".flac") else None,
                ),
                title=key,
                title_key=key,
                artists=(ArtistName(name=artist, key=artist.lower()),),
            )
            for key, artist, genre in rows
        ],
    )


def note(artist_id: int, template: str) -> Description:
    return Description(
        kind="artist",
        subject_id=artist_id,
        template=template,
        status="written",
        model="fake",
        adapter=None,
        prompt_version="1",
        facts_hash="h",
    )


def examined(artist_id: int, signature: str, *, is_changed: bool) -> Examined:
    return Examined(kind="artist", id=artist_id, version="v1", signature=signature, is_changed=is_changed)


def test_an_empty_store_has_no_shelves(store: Store) -> None:
    assert store.notes.shelves("artist") == store.notes.shelves("genre") == []
    assert store.notes.unindexed() == []


def test_tracks_are_counted_with_recordings_and_with_what_was_heard(store: Store) -> None:
    first, *_ = bring(store, ("a.flac", "Ann", "rock"), ("b.flac", "Ann", "jazz"), ("c", "Ben", "rock"))
    store.catalogue.record_audio([AudioResult(track_id=first, version="1", facts=())])
    ann, ben = store.notes.shelves("artist")
    assert (ann.kind, ann.name, ann.tracks, ann.with_audio, ann.heard) == ("artist", "Ann", 2, 2, 1)
    assert (ben.name, ben.tracks, ben.with_audio, ben.heard) == ("Ben", 1, 0, 0)
    rock = next(shelf for shelf in store.notes.shelves("genre") if shelf.name == "rock")
    assert (rock.kind, rock.tracks, rock.with_audio) == ("genre", 2, 1)


def test_what_failed_to_be_heard_was_not_heard(store: Store) -> None:
    [only] = bring(store, ("a.flac", "Ann", "rock"))
    store.jobs.fail(only, "audio", "1", "cut off")
    assert store.notes.shelves("artist")[0].heard == 0


def test_the_signature_changes_with_any_of_the_tracks(store: Store) -> None:
    seen = set()
    bring(store, ("a.flac", "Ann", "rock"))
    seen.add(store.notes.shelves("artist")[0].signature)
    _, other = bring(store, ("a.flac", "Ann", "rock"), ("b", "Ann", "rock"))
    seen.add(store.notes.shelves("artist")[0].signature)
    store.catalogue.correct(other, [Fact(name="mood", value="sad", source="listener:me", confidence=1.0)])
    seen.add(store.notes.shelves("artist")[0].signature)
    store.catalogue.set_unplayable(other)
    seen.add(store.notes.shelves("artist")[0].signature)
    assert len(seen) == 4


def test_a_new_note_waits_for_the_index_until_it_is_told(store: Store) -> None:
    store.notes.settle([examined(1, "s", is_changed=True)], [note(1, "Songs by {artist}.")])
    [waiting] = store.notes.unindexed()
    assert (waiting.kind, waiting.id) == ("artist", 1)
    store.notes.settle([examined(1, "t", is_changed=False)], [])
    assert len(store.notes.unindexed()) == 1  # what it has not heard of yet stays so
    store.notes.mark_indexed([waiting])
    assert store.notes.unindexed() == []
    assert store.notes.examined("artist")[1] == examined(1, "t", is_changed=False)
    assert store.notes.examined("genre") == {}


def test_who_was_examined_without_a_change_keeps_the_note(store: Store) -> None:
    store.notes.settle([examined(1, "s", is_changed=True)], [note(1, "old")])
    store.notes.settle([examined(1, "t", is_changed=False)], [])
    assert store.notes.current("artist", [1])[1].template == "old"
    store.notes.settle([examined(1, "u", is_changed=True)], [note(1, "new")])
    assert store.notes.current("artist", [1])[1].template == "new"
    assert store.notes.counts_by_status("artist", "genre") == {"written": 1, "fallback": 0}


def test_who_changed_and_has_no_new_note_loses_the_old_one(store: Store) -> None:
    store.notes.settle([examined(1, "s", is_changed=True)], [note(1, "old")])
    store.notes.settle([examined(1, "t", is_changed=True)], [])
    assert store.notes.current("artist", [1]) == {}


def test_an_older_library_gets_the_new_table(tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "old.db"
    with Store.open(path) as store:
        bring(store, ("a.flac", "Ann", "rock"))
    with sqlite3.connect(path) as connection:
        connection.execute("drop table collections")
        connection.execute("drop table sayings")
        connection.execute("alter table listeners drop column revision")
        connection.execute("drop index ix_events_answer_id")
        for table in ("corrections", "secrets", "accounts", "mixes"):
            connection.execute(f"drop table {table}")
        connection.execute("update alembic_version set version_num = '0001'")
    connection.close()
    with Store.open(path) as store:
        assert store.catalogue.count() == 1
        assert store.notes.unindexed() == []
