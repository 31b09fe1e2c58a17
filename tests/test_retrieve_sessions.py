"""What others liked who asked the like: sessions on twelve songs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from fakes import FakeEmbedder
from linernotes.index import EmbeddedIndex
from linernotes.retrieve import Session, Sessions, Traits, retrieve
from linernotes.types import Candidates, Conversation, Hits, Ids, Request, Seed, Vector
from small_library import GLASS, SONGS, WILLOW, small_index


def ids(*values: int) -> Ids:
    return np.array(values, dtype=np.int64)


def at(degrees: float) -> Vector:
    """One sentence whose meaning points in this direction."""
    turn = np.deg2rad(degrees)
    return np.array([[np.cos(turn), np.sin(turn)]], dtype=np.float32)


SESSIONS = Sessions(
    [
        Session(key="calm", vectors=np.concatenate([at(0), at(20)]), tracks=ids(1, 2), artists=ids(7)),
        Session(key="loud", vectors=at(90), tracks=ids(2, 3), artists=ids(7, 8)),
        Session(key="odd", vectors=at(180), tracks=ids(4), artists=ids(9)),
        Session(key="empty", vectors=at(0), tracks=ids(), artists=ids()),
    ]
)


def scored(hits: Hits) -> dict[int, float]:
    return dict(zip(hits.ids.tolist(), hits.scores.tolist(), strict=True))


def test_sessions_without_tracks_are_left_out() -> None:
    assert len(SESSIONS) == 3
    assert len(Sessions(())) == 0


def test_the_nearest_sentence_of_a_session_counts_and_what_is_far_does_not() -> None:
    calm, loud, odd = SESSIONS.like(at(20)).tolist()
    assert calm == pytest.approx(1.0)
    assert loud == pytest.approx(np.cos(np.deg2rad(70)) ** 4)
    assert odd == 0.0


def test_all_that_was_said_counts_alike() -> None:
    both = SESSIONS.like(np.concatenate([at(0), at(90)]))
    assert both[0] == pytest.approx(((1 + np.cos(np.deg2rad(70))) / 2) ** 4)
    assert both[1] == pytest.approx(0.5**4)


def test_tracks_are_weighed_by_their_sessions() -> None:
    found = SESSIONS.tracks(np.array([0.5, 0.25, 0.0], dtype=np.float32))
    assert scored(found) == {2: 0.75, 1: 0.5, 3: 0.25}
    assert found.ids.tolist() == [2, 1, 3]


def test_what_stands_with_a_rare_track_counts_more() -> None:
    assert scored(SESSIONS.tracks(SESSIONS.with_tracks(ids(1)), rare=True)).keys() == {1, 2}
    rare, frequent = SESSIONS.with_tracks(ids(1))[0], SESSIONS.with_tracks(ids(2))[0]
    assert rare == pytest.approx(1 / np.sqrt(2))
    assert frequent == pytest.approx(1 / np.sqrt(3))
    assert SESSIONS.with_tracks(ids(99)).tolist() == [0.0, 0.0, 0.0]


def test_sessions_are_counted_for_tracks_and_for_artists() -> None:
    assert SESSIONS.track_counts(ids(1, 2, 99)).tolist() == [1.0, 2.0, 0.0]
    assert SESSIONS.artist_counts() == {7: 2.0, 8: 1.0, 9: 1.0}


def test_a_session_can_be_left_out() -> None:
    assert scored(SESSIONS.without("loud").tracks(np.ones(2, dtype=np.float32))) == {1: 1.0, 2: 1.0, 4: 1.0}


def test_no_sessions_find_nothing() -> None:
    none = Sessions(())
    assert none.like(at(0)).shape == (0,)
    assert none.tracks(none.like(at(0))).ids.tolist() == []
    assert none.track_counts(ids(1)).tolist() == [0.0]


# --- in a search


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedIndex]:
    opened = small_index(tmp_path_factory.mktemp("index"), embedder=FakeEmbedder())
    yield opened
    opened.close()


def ask(index: EmbeddedIndex, request: Request, conversation: Conversation, *channels: str) -> Candidates:
    said = FakeEmbedder().embed(["songs for a rainy day"])
    sessions = Sessions([Session(key="rain", vectors=said, tracks=ids(3, 5), artists=ids(GLASS, WILLOW))])
    return retrieve(
        request,
        index=index,
        embedder=FakeEmbedder(),
        seed_tracks={},
        channels=frozenset(channels),
        conversation=conversation,
        sessions=sessions,
        traits=Traits(index, sessions),
    )


def test_a_request_that_others_made_finds_what_they_liked_and_more_by_its_artists(
    index: EmbeddedIndex,
) -> None:
    request = Request(text="songs for a rainy day")
    assert ask(index, request, Conversation(), "sessions").ids.tolist() == [3, 5]
    by_artists = ask(index, request, Conversation(), "session_artists").ids.tolist()
    assert by_artists == sorted(song.id for song in SONGS if song.artist_id in {GLASS, WILLOW})


def test_what_was_liked_finds_its_artists_and_what_others_liked_with_it(index: EmbeddedIndex) -> None:
    liked = Conversation(requests=("rain",), liked=(3,))
    request = Request(text="more")
    assert ask(index, request, liked, "together").ids.tolist() == [5]
    assert ask(index, request, replace(liked, liked=(1,)), "liked_artists").ids.tolist() == [2]


def test_what_was_liked_or_disliked_is_not_found_again(index: EmbeddedIndex) -> None:
    request = Request(text="songs for a rainy day")
    assert ask(index, request, Conversation(liked=(3,)), "sessions").ids.tolist() == [5]
    assert ask(index, request, Conversation(disliked=(5,)), "sessions").ids.tolist() == [3]


def test_the_words_of_the_conversation_find_names(index: EmbeddedIndex) -> None:
    title = SONGS[0].title
    found = ask(index, Request(text="more of that"), Conversation(searched=(title,)), "history")
    assert SONGS[0].id in found.ids.tolist()
    assert not len(ask(index, Request(text=title), Conversation(), "history").ids)


def test_in_a_conversation_a_name_is_a_wish_among_others(index: EmbeddedIndex) -> None:
    by_glass = Seed(kind="artist", relation="by", name="Glass", text="glass", artist_ids=(GLASS,))
    request = Request(text="by glass", seeds=(by_glass,))
    own = {song.id for song in SONGS if song.artist_id == GLASS}
    alone = ask(index, request, Conversation(), "by", "sessions", "session_artists")
    assert set(alone.ids.tolist()) == own
    later = ask(index, request, Conversation(requests=("songs for a rainy day",)), "by", "session_artists")
    assert set(later.ids.tolist()) > own


def test_candidates_know_what_was_asked_and_how_often_each_was_liked(index: EmbeddedIndex) -> None:
    request = Request(text="songs for a rainy day")
    found = ask(index, request, Conversation(requests=("a", "b"), liked=(1,)), "sessions")
    assert found.traits["session_count"].tolist() == [1.0, 1.0]
    assert (found.asked["requests_before"], found.asked["liked_before"], found.asked["words"]) == (2, 1, 5)
    assert replace(found, traits={}).traits == {}


def test_what_was_shown_does_not_come_again_where_nothing_but_more_is_asked_for(index: EmbeddedIndex) -> None:
    shown = Conversation(requests=("songs for a rainy day",), shown=(3,))
    assert ask(index, Request(text="more of that"), shown, "browse").ids.tolist() != []
    assert 3 not in ask(index, Request(text="more of that"), shown, "browse").ids
    assert 3 in ask(index, Request(text="songs for a rainy day"), shown, "sessions").ids


def test_a_track_that_came_meanwhile_has_no_traits_yet(index: EmbeddedIndex) -> None:
    traits = Traits(index, Sessions(())).of(ids(1, 999))
    assert all(np.isnan(values[1]) for values in traits.values())
    assert traits["session_count"][0] == 0.0


def test_traits_tell_of_versions_and_of_what_is_known(index: EmbeddedIndex) -> None:
    every = Traits(index, Sessions(()))
    for song in SONGS:
        traits = every.of(ids(song.id))
        assert traits["version"][0] == float(bool(song.sheet.styles or song.sheet.live))
        assert traits["described"][0] == bool(song.sheet.genres) + bool(song.sheet.moods)


def test_an_artist_stands_in_as_many_sessions_as_hold_them(index: EmbeddedIndex) -> None:
    artists = [ids(GLASS), ids(GLASS, WILLOW)]
    sessions = Sessions(
        [
            Session(key=str(number), vectors=at(number), tracks=ids(1), artists=own)
            for number, own in enumerate(artists)
        ]
    )
    counts = {
        song.artist_id: Traits(index, sessions).of(ids(song.id))["session_artist_count"][0] for song in SONGS
    }
    assert (counts[GLASS], counts[WILLOW]) == (2.0, 1.0)
