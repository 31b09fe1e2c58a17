"""What the catalogue keeps of tracks, and what it lets go."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from linernotes.errors import InputError
from linernotes.store import ArtistName, AudioResult, FileStat, NewTrack, Store, sql
from linernotes.types import Artist, Fact, FactValue, Failure, SourceItem


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "library.db") as opened:
        yield opened


@pytest.fixture
def source(store: Store) -> int:
    return store.catalogue.add_source("folder", "/music")


def fact(name: str, value: FactValue, source: str = "tag", confidence: float = 0.9) -> Fact:
    return Fact(name=name, value=value, source=source, confidence=confidence)


def song(
    key: str,
    title: str = "Aurora",
    *,
    artists: tuple[str, ...] = ("Mira Vale",),
    facts: tuple[Fact, ...] = (),
    signature: str | None = None,
    duration_s: float | None = None,
    album: str | None = None,
    size_bytes: int = 100,
) -> NewTrack:
    return NewTrack(
        item=SourceItem(
            key=key,
            facts=facts,
            audio_path=f"/music/{key}",
            signature=signature,
            size_bytes=size_bytes,
            modified_ns=1_700_000_000_000_000_001,
        ),
        title=title,
        title_key=title.lower(),
        artists=tuple(ArtistName(name=name, key=name.lower()) for name in artists),
        album=album,
        album_key=album.lower() if album else None,
        duration_s=duration_s,
    )


def heard(track_id: int, *facts: Fact, level: float = 0.0, version: str = "ears-1") -> AudioResult:
    embedding = np.array([level, 1.0, 2.0], dtype=np.float32)
    return AudioResult(track_id=track_id, version=version, facts=facts, embedding=embedding, model="m")


def values(store: Store, track_id: int) -> list[tuple[str, FactValue]]:
    return [(one.name, one.value) for one in store.catalogue.facts([track_id])[track_id]]


# --- sources and tracks


def test_a_source_is_the_same_at_the_same_location(store: Store) -> None:
    first = store.catalogue.add_source("folder", "/music")
    second = store.catalogue.add_source("table", "/songs.csv")
    assert store.catalogue.add_source("folder", "/music") == first
    assert [(one.id, one.location) for one in store.catalogue.sources()] == [
        (first, "/music"),
        (second, "/songs.csv"),
    ]


def test_a_track_comes_back_as_it_was_told(store: Store, source: int) -> None:
    row = song("a.flac", "Aurora", artists=("Mira Vale", "The Ebb"), album="Northern", duration_s=201.5)
    [track_id] = store.catalogue.upsert(source, [row])
    track = store.catalogue.tracks([track_id])[track_id]
    assert (track.title, track.artists, track.album) == ("Aurora", ("Mira Vale", "The Ebb"), "Northern")
    assert (track.duration_s, track.year, track.audio_path) == (201.5, None, "/music/a.flac")
    known = store.catalogue.known(source)["a.flac"]
    assert (known.track_id, known.size_bytes, known.modified_ns) == (track_id, 100, 1_700_000_000_000_000_001)


def test_ids_come_in_the_order_of_the_rows(store: Store, source: int) -> None:
    first = store.catalogue.upsert(source, [song("b"), song("a")])
    assert store.catalogue.upsert(source, [song("a"), song("c"), song("b")])[::2] == first[::-1]


def test_a_key_twice_in_one_batch_is_one_track_with_the_last_facts(store: Store, source: int) -> None:
    rows = [song("a", "Old", facts=(fact("year", 1990),)), song("a", "New", facts=(fact("year", 1991),))]
    ids = store.catalogue.upsert(source, rows)
    assert ids[0] == ids[1]
    assert values(store, ids[0]) == [("year", 1991)]


def test_adding_again_keeps_ids_and_counts_a_change(store: Store, source: int) -> None:
    rows = [song("a", facts=(fact("genre", "Rock"),)), song("b", "Borealis")]
    ids = store.catalogue.upsert(source, rows)
    assert store.catalogue.upsert(source, rows) == ids
    assert store.catalogue.count() == 2
    assert len(store.catalogue.facts(ids)[ids[0]]) == 1
    found, revisions = store.catalogue.revisions()
    assert (found.tolist(), revisions.tolist()) == (ids, [2, 2])
    assert found.dtype == np.int64
    assert store.catalogue.revisions_of([ids[1], 999]) == {ids[1]: 2}


def test_nothing_to_add_changes_nothing(store: Store, source: int) -> None:
    assert store.catalogue.upsert(source, []) == []
    found, revisions = store.catalogue.revisions()
    assert found.shape == revisions.shape == (0,)


def test_the_same_key_in_two_sources_is_two_tracks(store: Store, source: int) -> None:
    other = store.catalogue.add_source("folder", "/backup")
    assert store.catalogue.upsert(source, [song("a")]) != store.catalogue.upsert(other, [song("a")])


def test_a_moved_track_keeps_its_id_and_what_was_heard(store: Store, source: int) -> None:
    [track_id] = store.catalogue.upsert(source, [song("old/a", signature="s1")])
    store.catalogue.record_audio([heard(track_id, fact("energy", 0.5, "audio:sonara"))])
    moved = store.catalogue.upsert(
        source, [song("new/a", signature="s1"), song("new/b", signature="s2")], moved={"new/a": track_id}
    )
    assert moved[0] == track_id
    assert sorted(store.catalogue.known(source)) == ["new/a", "new/b"]
    assert values(store, track_id) == [("energy", 0.5)]
    assert store.jobs.pending("audio", "ears-1") == [moved[1]]


def test_two_tracks_may_swap_their_keys(store: Store, source: int) -> None:
    one, two = store.catalogue.upsert(source, [song("a", signature="s1"), song("b", signature="s2")])
    swapped = [song("a", signature="s2"), song("b", signature="s1")]
    assert store.catalogue.upsert(source, swapped, moved={"a": two, "b": one}) == [two, one]


def test_a_track_whose_place_another_one_takes_is_missing(store: Store, source: int) -> None:
    one, two = store.catalogue.upsert(source, [song("a", signature="s1"), song("b", signature="s2")])
    assert store.catalogue.upsert(source, [song("b", signature="s1")], moved={"b": one}) == [one]
    tracks = store.catalogue.tracks([one, two])
    assert (tracks[one].missing, tracks[two].missing) == (False, True)


def test_a_move_of_a_track_of_another_source_is_a_new_track(store: Store, source: int) -> None:
    other = store.catalogue.add_source("folder", "/backup")
    [theirs] = store.catalogue.upsert(other, [song("a")])
    [ours] = store.catalogue.upsert(source, [song("b")], moved={"b": theirs})
    assert ours != theirs
    assert list(store.catalogue.known(other)) == ["a"]


def test_missing_tracks_leave_the_answers_until_they_are_back(store: Store, source: int) -> None:
    gone = song("b", "Borealis", artists=("The Ebb",), album="Northern", facts=(fact("genre", "polka"),))
    one, two = store.catalogue.upsert(source, [song("a"), gone])
    [their_id] = [entry.ids[0] for entry in store.catalogue.artist_names() if entry.name == "The Ebb"]
    store.catalogue.mark_missing(source, ["b", "unheard of"])
    assert store.catalogue.count() == 1
    assert store.catalogue.revisions().ids.tolist() == [one]
    assert store.catalogue.tracks([two])[two].missing
    assert [entry.name for entry in store.catalogue.artist_names()] == ["Mira Vale"]
    assert [entry.name for entry in store.catalogue.title_names()] == ["Aurora"]
    assert store.catalogue.album_names() == []
    assert (store.catalogue.genres(), store.catalogue.tracks_of_genre("polka")) == ((), ())
    assert store.catalogue.tracks_of_artists([their_id]) == {their_id: ()}
    assert store.catalogue.artist(their_id) == Artist(id=their_id, name="The Ebb", track_count=0)
    assert store.catalogue.known(source)["b"].missing
    store.catalogue.restore(source, ["b"])
    assert store.catalogue.revisions().ids.tolist() == [one, two]


def test_adding_a_missing_track_again_brings_it_back(store: Store, source: int) -> None:
    store.catalogue.upsert(source, [song("a")])
    store.catalogue.mark_missing(source, ["a"])
    store.catalogue.upsert(source, [song("a")])
    assert store.catalogue.count() == 1


def test_unplayable_tracks_leave_the_answers(store: Store, source: int) -> None:
    one, two = store.catalogue.upsert(source, [song("a"), song("b")])
    before = store.catalogue.revisions_of([one])[one]
    store.catalogue.set_unplayable(one)
    assert store.catalogue.revisions_of([one])[one] > before
    assert store.catalogue.revisions().ids.tolist() == [two]
    counts = store.catalogue.counts()
    assert (counts.tracks, counts.answerable, counts.unplayable, counts.missing) == (2, 1, 1, 0)
    store.catalogue.set_unplayable(one, unplayable=False)
    assert store.catalogue.count() == 2


def test_touching_changes_size_and_time_alone(store: Store, source: int) -> None:
    [track_id] = store.catalogue.upsert(source, [song("a")])
    store.catalogue.touch(source, [FileStat(key="a", size_bytes=7, modified_ns=2**62)])
    known = store.catalogue.known(source)["a"]
    assert (known.size_bytes, known.modified_ns) == (7, 2**62)
    assert store.catalogue.revisions_of([track_id]) == {track_id: 1}


def test_tracks_come_in_the_order_asked_and_unknown_ids_are_left_out(store: Store, source: int) -> None:
    one, two = store.catalogue.upsert(source, [song("a"), song("b")])
    assert list(store.catalogue.tracks([two, 999, one, two, -1, 2**70])) == [two, one]
    assert list(store.catalogue.tracks(np.array([two, one]))) == [two, one]
    assert store.catalogue.tracks([]) == {}


def test_ids_beyond_one_statement_are_all_found(
    store: Store, source: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sql, "CHUNK", 2)
    rows = [song(f"{n}", artists=(f"Artist {n}",), facts=(fact("year", n),)) for n in range(5)]
    ids = store.catalogue.upsert(source, rows)
    assert store.catalogue.upsert(source, rows) == ids
    tracks, facts = store.catalogue.tracks(ids[::-1]), store.catalogue.facts(ids)
    assert [tracks[track_id].artists for track_id in ids] == [(f"Artist {n}",) for n in range(5)]
    assert list(tracks) == ids[::-1]
    assert [facts[track_id][0].value for track_id in ids] == list(range(5))


def test_text_that_no_database_takes_does_not_stop_the_batch(store: Store, source: int) -> None:
    rows = [song("a\x00b", "Au\x00rora", facts=(fact("genre", "ro\x00ck"),)), song("\udce9", "Caf\udce9")]
    ids = store.catalogue.upsert(source, rows)
    tracks = store.catalogue.tracks(ids)
    assert [tracks[track_id].title for track_id in ids] == ["Aurora", "Caf?"]
    assert values(store, ids[0]) == [("genre", "rock")]
    assert store.catalogue.upsert(source, rows) == ids


# --- facts


def test_facts_keep_the_type_of_their_value(store: Store, source: int) -> None:
    told: tuple[FactValue, ...] = (120.0, 120, True, "120", "Ólafur", 0.1 + 0.2)
    facts = tuple(fact(f"name{number}", value) for number, value in enumerate(told))
    [track_id] = store.catalogue.upsert(source, [song("a", facts=facts)])
    back = store.catalogue.facts([track_id])[track_id]
    assert back == facts
    assert [type(one.value) for one in back] == [float, int, bool, str, str, float]


def test_a_source_replaces_only_its_own_facts(store: Store, source: int) -> None:
    old = (fact("genre", "rock"), fact("year", 1990, "path", 0.3))
    [track_id] = store.catalogue.upsert(source, [song("a", signature="s", facts=old)])
    store.catalogue.record_audio([heard(track_id, fact("tempo_bpm", 92.5, "audio:sonara"))])
    store.catalogue.correct(track_id, [fact("mood", "calm", "listener:me")])
    store.catalogue.upsert(source, [song("a", signature="s", facts=(fact("genre", "jazz"),))])
    assert sorted(values(store, track_id)) == [("genre", "jazz"), ("mood", "calm"), ("tempo_bpm", 92.5)]


def test_listening_again_replaces_what_was_heard(store: Store, source: int) -> None:
    [track_id] = store.catalogue.upsert(source, [song("a", facts=(fact("year", 1990),))])
    for tempo, level in ((90.0, 0.25), (180.0, 0.75)):
        store.catalogue.record_audio([heard(track_id, fact("tempo_bpm", tempo, "audio:sonara"), level=level)])
    assert values(store, track_id) == [("year", 1990), ("tempo_bpm", 180.0)]
    vector = store.catalogue.audio_embeddings([track_id, 999])[track_id]
    assert vector.dtype == np.float32
    assert vector.tolist() == [0.75, 1.0, 2.0]
    assert store.jobs.states("audio", [track_id])[track_id].state == "done"
    assert store.catalogue.revisions_of([track_id]) == {track_id: 3}


def test_a_result_without_embedding_drops_the_old_one(store: Store, source: int) -> None:
    [track_id] = store.catalogue.upsert(source, [song("a")])
    store.catalogue.record_audio([heard(track_id)])
    store.catalogue.record_audio([AudioResult(track_id=track_id, version="ears-2", facts=())])
    assert store.catalogue.audio_embeddings([track_id]) == {}


def test_an_unknown_duration_is_the_one_heard_and_stays(store: Store, source: int) -> None:
    ids = store.catalogue.upsert(
        source, [song("a", signature="s1"), song("b", signature="s2", duration_s=300.0)]
    )
    length = fact("duration_s", 201.25, "audio:sonara")
    store.catalogue.record_audio([heard(track_id, length) for track_id in ids])
    store.catalogue.upsert(source, [song("a", signature="s1")])
    tracks = store.catalogue.tracks(ids)
    assert [tracks[track_id].duration_s for track_id in ids] == [201.25, 300.0]


def test_another_recording_at_the_key_makes_every_stage_due_again(store: Store, source: int) -> None:
    [track_id] = store.catalogue.upsert(source, [song("a", signature="s1")])
    store.catalogue.record_audio([heard(track_id, fact("duration_s", 9.5, "audio:sonara"))])
    store.jobs.done("describe", {track_id: "pen-1"})
    store.catalogue.set_unplayable(track_id)
    store.catalogue.upsert(source, [song("a", signature="s2")])
    assert store.jobs.pending("audio", "ears-1") == [track_id]
    assert store.jobs.pending("describe", "pen-1") == [track_id]
    assert store.catalogue.audio_embeddings([track_id]) == {}
    assert values(store, track_id) == []
    assert store.catalogue.tracks([track_id])[track_id].duration_s is None


def test_new_tags_of_the_same_recording_ask_only_for_a_new_note(store: Store, source: int) -> None:
    [track_id] = store.catalogue.upsert(source, [song("a", signature="s1")])
    store.catalogue.record_audio([heard(track_id)])
    store.jobs.done("describe", {track_id: "pen-1"})
    store.catalogue.upsert(source, [song("a", signature="s1", size_bytes=101)])
    assert store.jobs.pending("audio", "ears-1") == []
    assert store.jobs.pending("describe", "pen-1") == [track_id]


def test_without_signatures_another_size_is_another_recording(store: Store, source: int) -> None:
    same, other = store.catalogue.upsert(source, [song("a"), song("b")])
    store.catalogue.record_audio([heard(same), heard(other)])
    store.catalogue.upsert(source, [song("a"), song("b", size_bytes=101)])
    assert store.jobs.pending("audio", "ears-1") == [other]


def test_a_correction_replaces_what_the_listener_said_before(store: Store, source: int) -> None:
    [track_id] = store.catalogue.upsert(source, [song("a")])
    store.catalogue.correct(track_id, [fact("tempo_bpm", 92, "listener:me")])
    store.catalogue.correct(
        track_id, [fact("tempo_bpm", 94, "listener:me"), fact("live", True, "listener:me")]
    )
    store.catalogue.correct(track_id, [fact("tempo_bpm", 46, "listener:you")])
    assert values(store, track_id) == [("tempo_bpm", 94), ("live", True), ("tempo_bpm", 46)]


def test_a_correction_of_an_unknown_track_is_refused(store: Store) -> None:
    with pytest.raises(InputError, match="no track 7"):
        store.catalogue.correct(7, [fact("live", True, "listener:me")])


def test_facts_come_only_from_those_who_may_claim_them(store: Store, source: int) -> None:
    [track_id] = store.catalogue.upsert(source, [song("a")])
    with pytest.raises(ValueError, match="audio:"):
        store.catalogue.record_audio([heard(track_id, fact("year", 1990, "tag"))])
    with pytest.raises(ValueError, match="listener:"):
        store.catalogue.correct(track_id, [fact("year", 1990, "tag")])


def test_a_value_that_is_no_number_is_left_out(store: Store, source: int) -> None:
    facts = (fact("tempo_bpm", math.nan), fact("energy", math.inf), fact("valence", 0.5))
    [track_id] = store.catalogue.upsert(source, [song("a", facts=facts)])
    assert values(store, track_id) == [("valence", 0.5)]


def test_facts_of_an_unknown_track_are_none(store: Store) -> None:
    assert store.catalogue.facts([5]) == {5: ()}


# --- genres, artists, names


def test_genres_follow_the_facts(store: Store, source: int) -> None:
    one, two = store.catalogue.upsert(
        source,
        [
            song("a", signature="s1", facts=(fact("genre", "Post  Rock"), fact("genre", " "))),
            song("b", signature="s2", facts=(fact("genre", "post rock", confidence=0.4),)),
        ],
    )
    store.catalogue.record_audio([heard(two, fact("genre", "jazz", "audio:musicnn", 0.3))])
    assert [(genre.name, genre.track_count) for genre in store.catalogue.genres()] == [
        ("post rock", 2),
        ("jazz", 1),
    ]
    assert store.catalogue.tracks_of_genre("Post Rock") == (one, two)
    store.catalogue.upsert(source, [song("a", signature="s1")])
    assert store.catalogue.tracks_of_genre("post rock") == (two,)
    assert store.catalogue.tracks_of_genre("polka") == ()


def test_artists_are_one_by_key_and_keep_the_first_spelling(store: Store, source: int) -> None:
    ids = store.catalogue.upsert(
        source, [song("a", artists=("Mira Vale",)), song("b", artists=("MIRA VALE",))]
    )
    [entry] = store.catalogue.artist_names()
    assert (entry.name, entry.key) == ("Mira Vale", "mira vale")
    assert entry.weight == pytest.approx(math.log(3))
    assert store.catalogue.tracks_of_artists([*entry.ids, 999]) == {entry.ids[0]: tuple(ids), 999: ()}
    assert store.catalogue.artist(entry.ids[0]) == Artist(id=entry.ids[0], name="Mira Vale", track_count=2)
    assert store.catalogue.artist(999) is None


def test_new_credits_replace_the_old_and_each_counts_once(store: Store, source: int) -> None:
    store.catalogue.upsert(source, [song("a", artists=("The Ebb",))])
    [track_id] = store.catalogue.upsert(source, [song("a", artists=("Zoë", "Abe", "zoë", ""))])
    assert store.catalogue.tracks([track_id])[track_id].artists == ("Zoë", "Abe")
    assert sorted(entry.name for entry in store.catalogue.artist_names()) == ["Abe", "Zoë"]


def test_titles_and_albums_gather_their_tracks(store: Store, source: int) -> None:
    one, two, three = store.catalogue.upsert(
        source, [song("a", "Aurora", album="Live"), song("b", "Borealis", album="Live"), song("c", "AURORA")]
    )
    titles = {entry.key: entry for entry in store.catalogue.title_names()}
    assert {key: entry.ids for key, entry in titles.items()} == {"aurora": (one, three), "borealis": (two,)}
    assert (titles["aurora"].kind, titles["aurora"].name) == ("track", "Aurora")
    [album] = store.catalogue.album_names()
    assert (album.kind, album.name, album.ids) == ("album", "Live", (one, two))


def test_tracks_are_found_by_what_identifies_them_as_long_as_they_are_there(
    store: Store, source: int
) -> None:
    one, other = fact("isrc", "GBAAA1100001"), fact("isrc", "GBAAA1100002")
    ids = store.catalogue.upsert(
        source,
        [
            song("a", facts=(one, fact("isrc", "GBAAA1100001", "table"), fact("year", 1999))),
            song("b", facts=(other,)),
            song("c", facts=(one,)),
            song("d", facts=(one,)),
        ],
    )
    store.catalogue.mark_missing(source, ["d"])
    found = {"GBAAA1100001": (ids[0], ids[2]), "GBAAA1100002": (ids[1],)}
    assert store.catalogue.tracks_by_identifier("isrc") == found
    assert store.catalogue.tracks_by_identifier("musicbrainz_recording_id") == {}


def test_a_track_that_was_added_is_no_failure_any_more(store: Store, source: int) -> None:
    store.jobs.record_failures(source, [Failure(key="a", stage="tags", reason="cut off")])
    store.catalogue.upsert(source, [song("a")])
    assert store.jobs.failures() == ()
