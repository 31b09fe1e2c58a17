"""From what listeners do and say to what they like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from linernotes.errors import ModelError
from linernotes.listener import (
    NOBODY,
    NUMBERS,
    Affinity,
    Opinion,
    Opinions,
    Priors,
    Reaction,
    Rows,
    affinity,
    alikeness,
    read_priors,
    said_by,
    sentences,
    tastes,
    vocabulary,
    write_priors,
)
from linernotes.request import Gazetteer, parse
from linernotes.types import Event, EventKind, Request, Vector

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
CHILL = ("mood", "calm")


def event(
    track_id: int,
    kind: EventKind,
    *,
    hours_ago: float = 1.0,
    value: float | None = None,
    reason: str | None = None,
) -> Event:
    at = NOW - timedelta(hours=hours_ago)
    return Event(listener="me", kind=kind, track_id=track_id, at=at, value=value, reason=reason)


def opinions(*events: Event, artists: Mapping[int, tuple[int, ...]] | None = None) -> Opinions:
    found = Opinions()
    found.add(events, artists=artists or {})
    return found


def values(found: Opinions) -> dict[int, float]:
    return {one.track_id: one.value for one in found.opinions(NOW, 9)}


def rows(points: Sequence[tuple[float, float]], artists: Sequence[int] = ()) -> Rows:
    """Tracks with two numbers, tempo and energy, and nothing else."""
    numbers = np.full((len(points), len(NUMBERS)), np.nan, dtype=np.float32)
    numbers[:, :2] = np.array(points, dtype=np.float32).reshape(-1, 2)
    nothing: Vector = np.zeros((len(points), 0), dtype=np.float32)
    own = tuple((artist,) for artist in artists) or ((),) * len(points)
    ids = np.arange(1, len(points) + 1, dtype=np.int64)
    return Rows(ids=ids, text=nothing, audio=nothing, numbers=numbers, genres=nothing, artists=own)


def felt(points: Sequence[tuple[float, float]], liked: Sequence[float]) -> Affinity:
    own = [Opinion(track_id=at + 1, value=value, weight=1.0) for at, value in enumerate(liked)]
    found = affinity(own, rows(points))
    assert found is not None
    return found


# --- opinions


def test_the_latest_word_on_a_track_counts() -> None:
    found = opinions(event(1, "like", hours_ago=3), event(1, "dislike", hours_ago=1))
    assert values(found) == {1: -1.0}
    assert found.dropped() == {1}


def test_events_may_come_out_of_order() -> None:
    found = opinions(event(1, "dislike", hours_ago=1), event(1, "like", hours_ago=3))
    assert values(found) == {1: -1.0}


def test_a_like_holds_however_often_the_track_is_skipped() -> None:
    found = opinions(event(1, "like", hours_ago=9), *(event(1, "skip", hours_ago=at) for at in range(1, 9)))
    assert values(found) == {1: 1.0}


def test_plays_and_skips_add_up() -> None:
    found = opinions(
        *(event(1, "play", hours_ago=at) for at in (1, 2, 3)),
        *(event(2, "skip", hours_ago=at) for at in (1, 2)),
        event(3, "play", value=0.05),
    )
    assert values(found)[1] > 0.5
    assert values(found)[2] < -0.5
    assert values(found)[3] < 0


@pytest.mark.parametrize("reason", ["heard-enough", "Heard enough", "wrong-mood", "wrong_mood"])
def test_a_skip_for_the_moment_is_no_verdict_on_the_song(reason: str) -> None:
    found = opinions(event(1, "like", hours_ago=9), event(1, "skip", reason=reason))
    assert values(found) == {1: 1.0}


def test_too_mainstream_is_about_fame_more_than_about_the_song() -> None:
    found = opinions(event(1, "dislike", reason="too-mainstream"))
    assert values(found) == {1: -0.2}
    assert found.dropped() == frozenset()
    assert found.popularity_votes == -1.0


def test_never_this_drops_the_song_and_not_this_artist_the_artist() -> None:
    found = opinions(
        event(1, "skip", reason="never-this"),
        event(2, "skip", reason="not-this-artist"),
        artists={1: (10,), 2: (20,)},
    )
    assert found.dropped() == {1}
    assert found.left_artists(from_dislikes=2) == {20}


def test_an_artist_goes_after_the_second_dislike_unless_others_are_liked() -> None:
    artists = {1: (10,), 2: (10,), 3: (10,), 4: (20,)}
    twice = [event(1, "dislike"), event(2, "dislike"), event(4, "dislike")]
    assert opinions(*twice, artists=artists).left_artists(from_dislikes=2) == {10}
    liked = opinions(*twice, event(3, "like"), artists=artists)
    assert liked.left_artists(from_dislikes=2) == frozenset()


def test_old_opinions_count_less_and_todays_more() -> None:
    found = opinions(event(1, "like"), event(2, "like", hours_ago=48), event(3, "like", hours_ago=24 * 400))
    weights = {one.track_id: one.weight for one in found.opinions(NOW, 9)}
    assert weights[1] > 1 > weights[2] > 0.9
    assert weights[3] < 0.25


def test_what_was_just_heard_rests_and_what_was_heard_enough_rests_longer() -> None:
    found = opinions(event(1, "play", hours_ago=0), event(2, "play", hours_ago=96))
    found.add([event(3, "skip", hours_ago=24 * 30, reason="heard-enough")])
    fresh, old, enough, unknown = found.rest([1, 2, 3, 4], NOW)
    assert fresh == 1.0
    assert old < 0.1
    assert enough > 0.5
    assert unknown == 0.0


def test_contradictions_of_one_moment_make_one_opinion_in_whatever_order() -> None:
    both = [event(1, kind, hours_ago=2) for kind in ("like", "dislike", "like")]
    assert values(opinions(*both)) == values(opinions(*reversed(both))) == {1: 1.0}


def test_to_leave_an_artist_and_to_like_them_again_is_the_same_in_whatever_order() -> None:
    events = [event(1, "skip", hours_ago=3, reason="not-this-artist"), event(1, "like")]
    for order in (events, events[::-1]):
        assert opinions(*order, artists={1: (7,)}).left_artists(from_dislikes=2) == frozenset()


# --- affinity


def test_liking_is_carried_over_to_what_is_alike() -> None:
    liking = felt([(0, 0)], [1.0]).of(rows([(0.1, 0.1), (6, 6)])).liking
    assert liking[0] > 0.3
    assert liking[1] < 0.05


def test_a_disliked_region_lies_beside_two_liked_ones() -> None:
    known = felt([(-6, 0), (6, 0), (0, 0)], [1.0, 1.0, -1.0])
    liking = known.of(rows([(-6, 0.1), (0, 0.1), (6, 0.1)])).liking
    assert liking[0] > 0
    assert liking[2] > 0
    assert liking[1] < 0


def test_far_from_all_that_is_known_is_doubt() -> None:
    doubt = felt([(0, 0)], [1.0]).of(rows([(0, 0), (3, 3)])).doubt
    assert doubt[0] < doubt[1]


def test_the_closest_liked_track_speaks_for_another() -> None:
    known = felt([(-2, 0), (2, 0), (1.9, 0)], [1.0, 1.0, -1.0])
    assert known.of(rows([(2, 0.1), (-2, 0.1)])).closest.tolist() == [2, 1]


def test_tracks_with_different_numbers_known_are_held_against_each_other() -> None:
    rng = np.random.default_rng(3)
    points = rng.normal(size=(120, 2))
    points[:40, 0] = np.nan
    points[40:80, 1] = np.nan
    known = felt([(float(x), float(y)) for x, y in points], [1.0] * 120)
    assert np.isfinite(known.of(known.rows).liking).all()


def test_without_opinions_there_is_no_affinity() -> None:
    assert affinity([], rows([])) is None


def test_tracks_of_which_nothing_is_known_are_neither_liked_nor_disliked() -> None:
    found = felt([(0, 0)], [1.0]).of(rows([(np.nan, np.nan)]))
    assert found.liking.tolist() == [0.0]
    assert found.closest.tolist() == [NOBODY]


# --- tastes


def test_the_number_of_tastes_is_found() -> None:
    slow, fast = [(-2, 0.1 * at) for at in range(6)], [(2, 0.1 * at) for at in range(3)]
    found = tastes(rows(slow + fast), np.ones(9, dtype=np.float32), least=0.5)
    assert [round(one.share, 2) for one in found] == [0.67, 0.33]
    assert set(found[0].track_ids) == {1, 2, 3, 4, 5, 6}
    assert len(tastes(rows(slow), np.ones(6, dtype=np.float32), least=0.5)) == 1


def test_a_whim_is_no_taste() -> None:
    found = tastes(rows([(-2, 0)] * 20 + [(2, 0)]), np.ones(21, dtype=np.float32), least=0.5)
    assert [len(one.track_ids) for one in found] == [20]


def test_a_library_says_how_much_alike_tracks_of_one_taste_are() -> None:
    rng = np.random.default_rng(1)
    spread = rows([(float(x), float(y)) for x, y in rng.normal(size=(60, 2))])
    assert 0.5 < alikeness(spread) < 1.0
    assert alikeness(rows([(0, 0)])) == pytest.approx(0.1)


def test_nothing_liked_is_no_taste() -> None:
    assert tastes(rows([]), np.zeros(0, dtype=np.float32)) == ()


# --- vocabulary


def reactions(numbers: Sequence[float], liked: Sequence[bool]) -> tuple[list[Reaction], dict[int, Vector]]:
    tempos = rows([(number, np.nan) for number in numbers]).numbers
    made = [
        Reaction(word=CHILL, said="chill", track_id=at, value=1.0 if yes else -0.45)
        for at, yes in enumerate(liked)
    ]
    return made, dict(enumerate(tempos))


def test_who_likes_only_the_slow_under_a_word_means_slower_by_it() -> None:
    made, numbers = reactions([-1.5, -1, -1.2, 1, 0.8, 1.3], [True, True, True, False, False, False])
    own = vocabulary(made, numbers)[CHILL]
    (shift,) = own.shifts
    assert shift.sure
    assert (shift.word, shift.field, shift.events) == ("chill", "tempo_bpm", 6)
    assert shift.shift < -0.5
    slow, fast = own.change(rows([(-1, 0), (1, 0)]).numbers)
    assert slow > 0 > fast


def test_a_word_starts_with_the_common_meaning_and_moves_slowly() -> None:
    few = vocabulary(*reactions([-1.0, -1.0, 1.0], [True, True, False]))[CHILL]
    many = vocabulary(*reactions([-1.0, -1.0, 1.0] * 6, [True, True, False] * 6))[CHILL]
    assert abs(few.slopes[0]) < abs(many.slopes[0])
    assert vocabulary(*reactions([-1.0, 1.0], [True, False])) == {}


def test_what_is_liked_alike_everywhere_means_what_it_means_for_most() -> None:
    own = vocabulary(*reactions([-1, 1, -1, 1, -1, 1], [True, True, False, False, True, True]))[CHILL]
    assert not any(shift.sure for shift in own.shifts)
    assert abs(float(own.slopes[0])) < 0.05


def test_what_a_word_means_to_most_is_where_its_own_meaning_begins() -> None:
    common = np.zeros(len(NUMBERS), dtype=np.float32)
    common[0] = -0.4
    priors = Priors(name="vocabulary@1", slopes={CHILL: common})
    stranger = vocabulary([], {}, priors)[CHILL]
    assert stranger.slopes.tolist() == common.tolist()
    assert stranger.shifts == ()
    slow, fast = [True, True, False] * 6, [False, False, True] * 6
    agrees, differs = (
        vocabulary(*reactions([-1.0, -1.0, 1.0] * 6, one), priors)[CHILL] for one in (slow, fast)
    )
    alone = vocabulary(*reactions([-1.0, -1.0, 1.0] * 6, fast))[CHILL]
    assert agrees.slopes[0] < common[0] / 2
    assert 0 < differs.slopes[0] < alone.slopes[0]


def test_what_words_mean_to_most_is_read_as_it_was_written() -> None:
    slopes = {CHILL: np.linspace(-1, 1, len(NUMBERS)).astype(np.float32)}
    read = read_priors(write_priors(slopes), "vocabulary@1")
    assert read.name == "vocabulary@1"
    assert read.slopes[CHILL] == pytest.approx(slopes[CHILL], abs=1e-6)
    for data in (b"", b"[]", b'{"numbers": ["tempo_bpm"], "words": []}'):
        with pytest.raises(ModelError, match="meanings of words"):
            read_priors(data, "x")


# --- sayings


def read(*texts: str) -> list[Request]:
    names = Gazetteer([])
    return [parse(one, names) for text in texts for one in sentences(text)]


def wanted(requests: Sequence[Request]) -> list[list[str]]:
    return [[want.name for want in one.wants] for one in said_by(requests).likes]


def test_a_saying_is_read_like_a_request() -> None:
    said = said_by(read("I like upbeat pop songs with catchy melodies, no screaming"))
    assert [want.name for want in said.likes[0].wants] == ["upbeat", "pop", "catchy"]
    assert [(avoid.name, avoid.standing) for avoid in said.avoids] == [("screaming", True)]


def test_each_sentence_tells_of_a_taste() -> None:
    assert wanted(read("I love calm jazz. I love loud metal!")) == [["calm", "jazz"], ["loud", "metal"]]


def test_a_later_word_goes_over_an_earlier_one() -> None:
    said = said_by(read("I like metal and jazz", "I no longer like metal"))
    assert [want.name for one in said.likes for want in one.wants] == ["jazz"]
    assert "metal" not in said.likes[0].text
    assert [avoid.name for avoid in said.avoids] == ["metal"]
    again = said_by(read("no metal", "I like metal after all"))
    assert [avoid.name for avoid in again.avoids] == []


def test_to_leave_a_genre_is_to_leave_its_kinds() -> None:
    assert wanted(read("I like death metal", "I no longer like metal")) == []
