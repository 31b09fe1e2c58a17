"""No pick breaks a promise that its facts could have told, whatever was asked and whatever the score."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linernotes.index import IndexedTrack
from linernotes.index.columns import FactColumns, sheet_to_json
from linernotes.rank import (
    FixedFusion,
    Length,
    Ranking,
    diversity,
    left_out,
    limits,
    popularity,
    promises,
    relevance,
)
from linernotes.rank.promises import Kept, kept
from linernotes.types import Candidates, Condition, FactSheet
from small_library import sheet

NO_METAL = Condition(field="genres", promise="metal", excluded=("metal", "death metal"))
NO_VOCALS = Condition(field="vocals", promise="vocals", excluded=("vocals", "male vocals"))
NO_WOMEN = Condition(field="vocals", promise="women", excluded=("female vocals",), uncertain=("vocals",))
NOT_FAST = Condition(field="tempo_bpm", promise="fast", low=120.0, outside=True)
NINETIES = Condition(field="year", promise="90s", low=1990, high=1999)
NOT_NINETIES = Condition(field="year", promise="no 90s", low=1990, high=1999, outside=True)
NOT_INTENSE = Condition(field="energy", promise="intense", low=0.8, outside=True, if_known=True)
NOT_LIVE = Condition(field="live", promise="live", excluded=(True,))
NO_REMIX = Condition(field="styles", promise="remixes", excluded=("remix",))
NO_QUARRY = Condition(field="artist_ids", promise="quarry", excluded=(5,))
NOT_SEVEN = Condition(field="track_id", promise="this", excluded=(7,))


def track(facts: FactSheet, artist: int = 1, song: str = "") -> IndexedTrack:
    return IndexedTrack(sheet=facts, artist_ids=(artist,), song_key=song, album_key="", popularity=None)


@pytest.mark.parametrize(
    ("condition", "facts", "expected"),
    [
        (NO_METAL, sheet(["folk"]), Kept.YES),
        (NO_METAL, sheet(["folk", "death metal"]), Kept.NO),
        (NO_METAL, sheet(), Kept.UNKNOWN),
        (NO_VOCALS, sheet(vocals="instrumental"), Kept.YES),
        (NO_VOCALS, sheet(vocals="smoky contralto"), Kept.NO),
        (NO_VOCALS, sheet(), Kept.UNKNOWN),
        (NO_WOMEN, sheet(vocals="male vocals"), Kept.YES),
        (NO_WOMEN, sheet(vocals="vocals"), Kept.UNKNOWN),
        (NO_WOMEN, sheet(vocals="female vocals"), Kept.NO),
        (NOT_FAST, sheet(bpm=119.5), Kept.YES),
        (NOT_FAST, sheet(bpm=120.0), Kept.NO),
        (NOT_FAST, sheet(), Kept.UNKNOWN),
        (NINETIES, sheet(year=1990), Kept.YES),
        (NINETIES, sheet(year=1999), Kept.YES),
        (NINETIES, sheet(year=2000), Kept.NO),
        (NINETIES, sheet(decades=[1990]), Kept.YES),
        (NINETIES, sheet(decades=[1980, 1990]), Kept.UNKNOWN),
        (NINETIES, sheet(decades=[1970, 1980]), Kept.NO),
        (NINETIES, sheet(), Kept.UNKNOWN),
        (NOT_NINETIES, sheet(year=1995), Kept.NO),
        (NOT_NINETIES, sheet(decades=[1980]), Kept.YES),
        (NOT_NINETIES, sheet(decades=[1990]), Kept.NO),
        (NOT_INTENSE, sheet(energy=0.9), Kept.NO),
        (NOT_INTENSE, sheet(), Kept.YES),
        (NOT_LIVE, sheet(live=True), Kept.NO),
        (NOT_LIVE, sheet(live=False), Kept.YES),
        (NOT_LIVE, sheet(live=None), Kept.UNKNOWN),
        (NO_REMIX, sheet(), Kept.YES),
        (NO_REMIX, sheet(styles=["remix"]), Kept.NO),
        (NO_QUARRY, sheet(), Kept.YES),
        (NOT_SEVEN, sheet(), Kept.NO),
    ],
)
def test_what_the_facts_say_of_a_promise(condition: Condition, facts: FactSheet, expected: Kept) -> None:
    assert kept(condition, track(facts), 7) is expected


def test_a_track_of_an_excluded_artist_breaks_the_promise() -> None:
    assert kept(NO_QUARRY, track(sheet(), artist=5), 1) is Kept.NO


def test_a_track_that_left_the_index_is_dropped() -> None:
    ranking = _ranking(2)
    assert promises(ranking, (), tracks={1: track(sheet())}).ranking.ids.tolist() == [1]


def test_what_cannot_be_confirmed_is_named_once() -> None:
    found = promises(_ranking(1), (NO_METAL, NOT_FAST, NO_METAL), tracks={1: track(sheet())})
    assert found.unverified_by_id == {1: ("metal", "fast")}
    assert found.ranking.verified.tolist() == [False]


def test_known_tracks_come_before_unknown_ones_in_their_own_order() -> None:
    tracks = {1: track(sheet()), 2: track(sheet(["folk"])), 3: track(sheet()), 4: track(sheet(["pop"]))}
    assert promises(_ranking(4), (NO_METAL,), tracks=tracks).ranking.ids.tolist() == [2, 4, 1, 3]


def _ranking(n: int) -> Ranking:
    scores = np.linspace(1, 0, n, dtype=np.float32)
    return Ranking(
        ids=np.arange(1, n + 1, dtype=np.int64),
        scores=scores,
        verified=np.ones(n, dtype=bool),
        traces={"relevance": scores},
    )


# --- anything goes

GENRES = ("folk", "metal", "death metal", "jazz")
VOICES = (None, "instrumental", "vocals", "male vocals", "female vocals")

sheets = st.builds(
    FactSheet,
    genres=st.lists(st.sampled_from(GENRES), max_size=2, unique=True).map(tuple),
    vocals=st.sampled_from(VOICES),
    tempo_bpm=st.none() | st.sampled_from([60.0, 119.9, 120.0, 180.0]),
    energy=st.none() | st.sampled_from([0.1, 0.8, 0.95]),
    year=st.none() | st.integers(1985, 2004),
    decades=st.lists(st.sampled_from([1980, 1990, 2000]), max_size=2, unique=True).map(tuple),
    live=st.none() | st.booleans(),
    styles=st.sampled_from([(), ("remix",)]),
    duration_s=st.none() | st.floats(60, 600),
)
tracks_lists = st.lists(
    st.tuples(sheets, st.integers(1, 6), st.sampled_from(["", "a", "b", "c"])), min_size=1, max_size=25
)
condition_lists = st.lists(
    st.sampled_from(
        [
            NO_METAL,
            NO_WOMEN,
            NOT_FAST,
            NINETIES,
            NOT_NINETIES,
            NOT_INTENSE,
            NOT_LIVE,
            NO_REMIX,
            NO_QUARRY,
            NOT_SEVEN,
        ]
    ),
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(tracks_lists, condition_lists, st.integers(1, 12), st.floats(0, 1), st.floats(-1, 1), st.randoms())
def test_no_answer_breaks_a_promise_repeats_a_song_or_puts_doubt_first(
    raw: Sequence[tuple[FactSheet, int, str]],
    conditions: Sequence[Condition],
    n: int,
    strength: float,
    dial: float,
    random: np.random.RandomState,
) -> None:
    tracks = {number: track(facts, artist, song) for number, (facts, artist, song) in enumerate(raw, start=1)}
    ranks = np.array([[random.random() * 100 + 1] for _ in tracks], dtype=np.float32)
    candidates = Candidates(
        ids=np.array(list(tracks), dtype=np.int64),
        channels=("dense",),
        scores=ranks,
        ranks=ranks,
        verified=np.array([random.random() < 0.7 for _ in tracks], dtype=bool),
    )
    ranking = relevance(candidates, FixedFusion())
    ranking = left_out(ranking, {2}, (), tracks=tracks)
    ranking = popularity(ranking, dial, tracks=tracks)
    promised = promises(ranking, conditions, tracks=tracks)
    varied = diversity(promised.ranking, strength, n=n, tracks=tracks)
    final = limits(varied, Length(tracks=n, asked=True), tracks=tracks, conditions=len(conditions)).ranking

    for track_id in map(int, final.ids):
        states = {kept(condition, tracks[track_id], track_id) for condition in conditions}
        assert Kept.NO not in states
        assert (Kept.UNKNOWN in states) == (track_id in promised.unverified_by_id)
    assert final.verified.tolist() == sorted(final.verified.tolist(), reverse=True)
    assert len(set(final.ids.tolist())) == len(final)
    songs = [tracks[int(track_id)].song_key for track_id in final.ids if tracks[int(track_id)].song_key]
    assert len(songs) == len(set(songs))
    assert 2 not in final.ids
    assert len(final) <= n


@settings(max_examples=100, deadline=None)
@given(tracks_lists, condition_lists)
def test_the_index_and_the_last_guard_agree(
    raw: Sequence[tuple[FactSheet, int, str]], conditions: Sequence[Condition]
) -> None:
    ids = np.arange(1, len(raw) + 1, dtype=np.int64)
    columns = FactColumns(
        ids,
        [sheet_to_json(facts) for facts, _, _ in raw],
        [(artist,) for _, artist, _ in raw],
        [song for _, _, song in raw],
        [None for _ in raw],
    )
    selection = columns.select(conditions)
    verified = set(ids.tolist()) if selection.verified is None else set(selection.verified.tolist())
    unverified = set(selection.unverified.tolist())
    for track_id, (facts, artist, song) in zip(ids.tolist(), raw, strict=True):
        states = [kept(condition, track(facts, artist, song), track_id) for condition in conditions]
        expected = "no" if Kept.NO in states else "maybe" if Kept.UNKNOWN in states else "yes"
        found = "yes" if track_id in verified else "maybe" if track_id in unverified else "no"
        assert found == expected, (facts, conditions)
