"""Taste, popularity, diversity and length: each step does its own thing and says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from linernotes.index import IndexedTrack
from linernotes.rank import (
    Length,
    Ranking,
    dialled,
    diversity,
    explore,
    interleaved,
    left_out,
    length_of,
    limits,
    one_of_each_song,
    own_words,
    popularity,
    rested,
    taste,
)
from linernotes.types import Limit, Vector
from small_library import sheet


def ranking(
    ids: Sequence[int], scores: Sequence[float] | None = None, verified: Sequence[bool] | None = None
) -> Ranking:
    """Ids best first; scores fall by .01 unless given."""
    values = np.array(
        [0.9 - 0.01 * place for place in range(len(ids))] if scores is None else scores, dtype=np.float32
    )
    return Ranking(
        ids=np.array(ids, dtype=np.int64),
        scores=values,
        verified=np.array([True] * len(ids) if verified is None else verified, dtype=bool),
        traces={"relevance": values},
    )


def track(
    artist: int = 0,
    *,
    song: str = "",
    album: str = "",
    fame: float | None = None,
    genres: Sequence[str] = (),
    seconds: float | None = 200.0,
) -> IndexedTrack:
    return IndexedTrack(
        sheet=sheet(genres, seconds=seconds),
        artist_ids=(artist,) if artist else (),
        song_key=song,
        album_key=album,
        popularity=fame,
    )


def ids(found: Ranking) -> list[int]:
    return [int(track_id) for track_id in found.ids]


def assert_traced(found: Ranking) -> None:
    """What the steps added sums to the score."""
    total = sum(found.traces.values(), np.zeros(len(found), dtype=np.float32))
    assert found.scores.tolist() == pytest.approx(total.tolist(), abs=1e-6)


# --- taste


def vector(*values: float) -> Vector:
    return np.array(values, dtype=np.float32)


def test_a_dropped_track_is_gone() -> None:
    assert ids(left_out(ranking([1, 2]), {1}, (), tracks={})) == [2]


def test_all_of_a_left_artist_is_gone() -> None:
    tracks = {1: track(artist=7), 2: track(artist=8), 3: track(artist=9)}
    assert ids(left_out(ranking([1, 2, 3]), (), {8}, tracks=tracks)) == [1, 3]


def test_no_other_recording_of_a_dropped_song_stays() -> None:
    tracks = {1: track(song="a"), 2: track(song="a"), 3: track(song="b")}
    assert ids(left_out(ranking([2, 3]), {1}, (), tracks=tracks, songs={"a"})) == [3]


def test_what_the_listener_likes_is_lifted_a_little() -> None:
    close = taste(ranking([1, 2]), vector(0.0, 1.0))
    far = taste(ranking([1, 2], [0.9, 0.1]), vector(0.0, 1.0))
    assert ids(close) == [2, 1]
    assert ids(far) == [1, 2]
    assert close.traces["taste"].tolist() == pytest.approx([0.25, 0.0], abs=1e-6)
    assert_traced(close)


def test_what_the_listener_would_not_like_is_lowered() -> None:
    assert ids(taste(ranking([1, 2]), vector(-0.5, 0.0))) == [2, 1]


def test_no_liking_is_too_large_for_its_step() -> None:
    found = taste(ranking([1]), vector(40.0))
    assert found.traces["taste"].tolist() == pytest.approx([0.25])


def test_what_was_just_heard_waits() -> None:
    found = rested(ranking([1, 2]), vector(1.0, 0.0))
    assert ids(found) == [2, 1]
    assert_traced(found)


def test_what_a_word_means_to_the_listener_turns_the_order() -> None:
    found = own_words(ranking([1, 2]), vector(-0.3, 0.3))
    assert ids(found) == [2, 1]
    assert_traced(found)


def test_taste_never_lifts_an_unverified_track_over_a_verified_one() -> None:
    before = ranking([1, 2], [0.5, 0.5], verified=[True, False])
    assert ids(taste(before, vector(0.0, 1.0))) == [1, 2]


# --- several tastes


def test_each_taste_has_its_share_of_the_first_places() -> None:
    one, other = ranking(list(range(1, 21))), ranking(list(range(21, 41)))
    both, whose = interleaved([one, other], [0.75, 0.25], 40)
    found = ids(both)
    assert sum(track_id <= 20 for track_id in found[:8]) == 6
    assert [track_id for track_id in found if track_id <= 20] == list(range(1, 21))
    assert (whose[5], whose[25]) == (0, 1)
    assert_traced(both)


def test_a_track_of_two_tastes_stands_once() -> None:
    assert sorted(ids(interleaved([ranking([1, 2]), ranking([2, 3])], [0.5, 0.5], 9)[0])) == [1, 2, 3]


def test_a_taste_that_has_nothing_left_leaves_its_places() -> None:
    found = ids(interleaved([ranking([1]), ranking([2, 3, 4])], [0.9, 0.1], 9)[0])
    assert found[0] == 1
    assert sorted(found) == [1, 2, 3, 4]


def test_verified_tracks_of_all_tastes_stand_first() -> None:
    one = ranking([1, 2], [0.9, 0.8], verified=[True, False])
    other = ranking([3, 4], [0.9, 0.8], verified=[True, False])
    assert set(ids(interleaved([one, other], [0.5, 0.5], 9)[0])[:2]) == {1, 3}


# --- exploring


def test_one_pick_of_twenty_explores() -> None:
    before = ranking(list(range(1, 61)))
    found = explore(before, np.arange(60, dtype=np.float32), n=20, share=0.05)
    assert sum(track_id > 20 for track_id in ids(found)[:20]) == 1
    assert ids(found)[:12] == list(range(1, 13))
    assert_traced(found)


def test_without_a_budget_nothing_is_explored() -> None:
    before = ranking(list(range(1, 61)))
    assert ids(explore(before, np.ones(60, dtype=np.float32), n=20, share=0.0)) == ids(before)


def test_all_may_explore_but_the_first() -> None:
    before = ranking(list(range(1, 41)))
    found = ids(explore(before, np.ones(40, dtype=np.float32), n=10, share=2.0))
    assert found[0] == 1
    assert sum(track_id > 10 for track_id in found[:10]) == 9


def test_what_is_not_to_be_explored_is_not() -> None:
    hope = np.full(40, -np.inf, dtype=np.float32)
    assert ids(explore(ranking(list(range(1, 41))), hope, n=20, share=0.1)) == list(range(1, 41))


def test_nothing_unverified_is_explored_before_what_is_verified() -> None:
    before = ranking([1, 2, 3, 4], verified=[True, True, False, False])
    assert set(ids(explore(before, vector(0, 0, 1, 1), n=2, share=0.5))[:2]) == {1, 2}


# --- popularity

FAME = {1: track(fame=0.9), 2: track(fame=None), 3: track(fame=0.1)}


@pytest.mark.parametrize(
    ("dial", "expected"), [(1.0, [1, 2, 3]), (-1.0, [3, 2, 1]), (0.0, [2, 3, 1]), (None, [2, 3, 1])]
)
def test_the_dial_turns_the_order(dial: float | None, expected: list[int]) -> None:
    before = ranking([2, 3, 1], [0.52, 0.51, 0.5])
    found = popularity(before, dial, tracks=FAME)
    assert ids(found) == expected
    assert_traced(found)


def test_a_track_of_unknown_fame_stays_where_it_is() -> None:
    before = ranking([2], [0.5])
    assert popularity(before, -1.0, tracks=FAME).scores.tolist() == [0.5]


def test_a_library_of_obscure_music_has_its_hits() -> None:
    tracks = {1: track(fame=0.02), 2: track(fame=0.01)}
    library = np.array([0.001, 0.005, 0.01, 0.02], dtype=np.float32)
    with_scale = popularity(ranking([2, 1], [0.5, 0.4]), 1.0, tracks=tracks, library=library)
    without = popularity(ranking([2, 1], [0.5, 0.4]), 1.0, tracks=tracks)
    assert ids(with_scale) == [1, 2]
    assert ids(without) == [2, 1]


def test_more_fame_never_gets_less_from_a_dial_to_the_hits() -> None:
    fames = [0.0, 0.1, 0.1, 0.4, 0.7, 1.0]
    tracks = {number: track(fame=fame) for number, fame in enumerate(fames)}
    before = ranking(range(6), [0.5] * 6)
    for library in (None, np.array(sorted(fames), dtype=np.float32)):
        found = popularity(before, 0.7, tracks=tracks, library=library)
        lift = dict(zip(ids(found), found.traces["popularity"].tolist(), strict=True))
        assert [lift[number] for number in range(6)] == sorted(lift.values())


def test_the_dial_takes_many_lists_at_once() -> None:
    values = np.array([[0.0, 1.0], [np.nan, 0.5]], dtype=np.float32)
    assert dialled(values, -0.5) == pytest.approx(np.array([[0.15, -0.15], [0, 0]]))


# --- diversity


def test_of_two_recordings_the_better_stays() -> None:
    tracks = {1: track(song="undertow"), 2: track(song="undertow"), 3: track(song=""), 4: track(song="")}
    assert ids(one_of_each_song(ranking([1, 2, 3, 4]), tracks)) == [1, 3, 4]


def test_an_artist_has_two_of_twenty_and_not_side_by_side() -> None:
    tracks = {number: track(artist=1 if number <= 10 else number) for number in range(1, 41)}
    found = ids(diversity(ranking(range(1, 41)), 0.0, n=20, tracks=tracks))[:20]
    places = [place for place, track_id in enumerate(found) if track_id <= 10]
    assert len(places) == 2
    assert places[1] - places[0] >= 5


def test_the_others_of_an_artist_return_when_nothing_else_is_left() -> None:
    tracks = {1: track(artist=1), 2: track(artist=1), 3: track(artist=1), 4: track(artist=2)}
    assert ids(diversity(ranking([1, 2, 3, 4]), 0.0, n=4, tracks=tracks)) == [1, 4, 2, 3]


def test_verified_tracks_of_one_artist_come_before_unverified_ones_of_others() -> None:
    tracks = {1: track(artist=1), 2: track(artist=1), 3: track(artist=2)}
    before = ranking([1, 2, 3], verified=[True, True, False])
    found = diversity(before, 0.3, n=3, tracks=tracks)
    assert ids(found) == [1, 2, 3]
    assert found.verified.tolist() == [True, True, False]


def test_an_artist_that_was_asked_for_fills_the_answer() -> None:
    tracks = {number: track(artist=1) for number in range(1, 7)}
    assert ids(diversity(ranking(range(1, 7)), 0.0, n=6, tracks=tracks, any_artist=True)) == list(range(1, 7))


def test_a_number_of_tracks_per_artist_that_was_asked_for_is_kept() -> None:
    tracks = {number: track(artist=1 if number <= 3 else 2) for number in range(1, 7)}
    found = diversity(ranking(range(1, 7)), 0.0, n=6, tracks=tracks, per_artist=1)
    assert sorted(ids(found)) == [1, 4]


def test_strength_trades_relevance_for_variety() -> None:
    tracks = {
        1: track(genres=["metal"], album="a"),
        2: track(genres=["metal"], album="a"),
        3: track(genres=["folk"]),
    }
    before = ranking([1, 2, 3], [0.6, 0.59, 0.5])
    assert ids(diversity(before, 0.0, n=3, tracks=tracks)) == [1, 2, 3]
    varied = diversity(before, 1.0, n=3, tracks=tracks)
    assert ids(varied) == [1, 3, 2]
    assert varied.traces["diversity"].tolist() == pytest.approx([0.0, 0.0, -0.5])
    assert_traced(varied)


def test_diversity_of_nothing_is_nothing() -> None:
    assert ids(diversity(ranking([]), 0.5, n=5, tracks={})) == []


# --- length


def length(**asked: float | None) -> Length:
    return replace(Length(tracks=20, asked=False), **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("low", "high", "tracks"), [(5, 5, 5), (None, 10, 10), (30, None, 30), (10, None, 20), (None, 50, 20)]
)
def test_the_request_says_how_many(low: float | None, high: float | None, tracks: int) -> None:
    assert length_of([Limit(name="tracks", text="", low=low, high=high)]).tracks == tracks


def test_the_caller_says_how_many_before_the_request() -> None:
    assert length_of([Limit(name="tracks", text="", low=5, high=5)], 3).tracks == 3


def test_minutes_take_as_many_tracks_as_fill_them() -> None:
    asked = length_of([Limit(name="total_minutes", text="", low=45, high=45)])
    assert asked.timed
    assert asked.tracks >= 20


def test_a_number_of_tracks_cuts_the_ranking() -> None:
    cut = limits(ranking(range(1, 9)), length(tracks=3), tracks={})
    assert ids(cut.ranking) == [1, 2, 3]
    assert cut.messages == ()


def test_too_few_songs_are_said_to_be_so() -> None:
    one = limits(ranking([1]), length(), tracks={}, conditions=1)
    seven = limits(ranking(range(7)), length(), tracks={}, conditions=2)
    none = limits(ranking([]), length(), tracks={}, conditions=1)
    assert one.messages == ("only 1 song was found that keeps all your conditions",)
    assert seven.messages == ("only 7 songs were found that keep all your conditions",)
    assert none.messages == ("no song was found that keeps all your conditions",)


def test_unverified_picks_are_announced() -> None:
    before = ranking([1, 2, 3], verified=[True, False, False])
    cut = limits(before, length(tracks=3), tracks={}, conditions=1)
    assert cut.messages == ("1 song is known to keep all your conditions; for the other 2 a fact is missing",)


def test_too_few_without_conditions_are_said_too() -> None:
    assert limits(ranking([1]), length(), tracks={}).messages == ("only 1 song was found",)
    assert limits(ranking([]), length(), tracks={}).messages == ("nothing was found",)


MINUTES = {
    number: track(seconds=60.0 * minutes) for number, minutes in enumerate([4, 5, 3, 9, 2, 4], start=1)
}


def total_minutes(cut_ids: Sequence[int]) -> float:
    return sum(MINUTES[track_id].sheet.duration_s or 0.0 for track_id in cut_ids) / 60


def test_minutes_are_met_within_the_length_of_a_track() -> None:
    cut = limits(ranking(range(1, 7)), length(low_minutes=14, high_minutes=14), tracks=MINUTES)
    assert ids(cut.ranking) == [1, 2, 3, 5]
    assert total_minutes(ids(cut.ranking)) == 14


def test_at_most_so_many_minutes_are_never_passed() -> None:
    cut = limits(ranking(range(1, 7)), length(high_minutes=13), tracks=MINUTES)
    assert total_minutes(ids(cut.ranking)) <= 13


def test_at_least_so_many_minutes_are_reached() -> None:
    cut = limits(ranking(range(1, 7)), length(low_minutes=13), tracks=MINUTES)
    assert total_minutes(ids(cut.ranking)) >= 13


def test_a_track_of_unknown_length_cannot_be_counted() -> None:
    tracks = {1: track(seconds=None), 2: track(seconds=240.0)}
    cut = limits(ranking([1, 2]), length(high_minutes=10), tracks=tracks)
    assert ids(cut.ranking) == [2]


def test_minutes_that_cannot_be_filled_are_said() -> None:
    cut = limits(ranking([1]), length(low_minutes=60, high_minutes=60), tracks=MINUTES)
    assert cut.messages == ("only 4 of 60 minutes could be filled",)
