"""The gate, what goes in front of it, and pairs: pure functions of learning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from linernotes.learn.gate import Canary, Figures, Measure, decide, rise
from linernotes.learn.judged import Judged, cleaned, judged, parted
from linernotes.learn.meanings import common_meanings
from linernotes.learn.pairwise import MOST_A_SONG, Pairs, learn_pairs, preferences
from linernotes.listener import NUMBERS, Reaction
from linernotes.store import ReactedAnswer
from linernotes.types import Event, EventKind

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def measure(candidate: Sequence[float], current: Sequence[float], name: str = "nDCG") -> Measure:
    return Measure(name=name, candidate=tuple(candidate), current=tuple(current), shipped=tuple(current))


BETTER = measure([0.6, 0.7, 0.65, 0.8, 0.7] * 3, [0.5, 0.6, 0.6, 0.7, 0.65] * 3)
WORSE = measure(BETTER.current, BETTER.candidate)
SAME = measure([0.5] * 15, [0.5] * 15, "tail")


# --- the gate


def test_what_surely_rises_and_lets_nothing_fall_is_promoted() -> None:
    decision = decide(Figures(target=BETTER, others=(SAME,)))
    assert decision.promote
    assert decision.reasons == ()
    assert "0.6100 → 0.6900" in decision.lines[0]


def test_a_gain_that_may_be_chance_is_not_enough() -> None:
    noise = measure([0.9, 0.1] * 8 + [0.6], [0.1, 0.9] * 8 + [0.5])
    assert decide(Figures(target=noise)).reasons == ("nDCG does not surely rise",)


def test_no_gain_and_a_loss_are_kept() -> None:
    assert not decide(Figures(target=SAME)).promote
    assert any("falls" in one for one in decide(Figures(target=WORSE)).reasons)


def test_few_held_out_answers_tell_nothing() -> None:
    few = measure(BETTER.candidate[:9], BETTER.current[:9])
    assert decide(Figures(target=few)).reasons == ("only 9 held-out items to measure on: 10 are needed",)
    assert not decide(Figures(target=measure([], []))).promote


def test_few_that_change_may_be_chance_though_all_of_them_rise() -> None:
    four = measure([1.0] * 4 + [0.0] * 8, [0.0] * 12)
    assert rise(four.candidate, four.current).low > 0
    assert decide(Figures(target=four)).reasons == ("only 4 held-out items change: 5 are needed",)
    assert decide(Figures(target=measure([1.0] * 5 + [0.0] * 7, [0.0] * 12))).promote


@pytest.mark.parametrize(("now", "promoted"), [(0.496, True), (0.494, False)])
def test_another_measure_may_fall_by_one_percent(now: float, promoted: bool) -> None:
    other = measure([now] * 15, [0.5] * 15, "tail")
    assert decide(Figures(target=BETTER, others=(other,))).promote == promoted


@pytest.mark.parametrize(("now", "promoted"), [(0.491, True), (0.489, False)])
def test_many_small_falls_are_held_against_the_package(now: float, promoted: bool) -> None:
    other = replace(measure([now] * 15, [now] * 15, "tail"), shipped=(0.5,) * 15)
    assert decide(Figures(target=BETTER, others=(other,))).promote == promoted


def test_canaries_must_mostly_stay_and_break_no_promise() -> None:
    def with_canary(overlap: float, broken: bool) -> Figures:
        return Figures(target=BETTER, canaries=(Canary(request="calm", overlap=overlap, broken=broken),))

    assert decide(with_canary(0.5, False)).promote
    assert "keep 0.45" in decide(with_canary(0.45, False)).reasons[0]
    assert decide(with_canary(1.0, True)).reasons == ("the answer to “calm” breaks a promise",)


def test_too_much_that_is_suspicious_stops_everything() -> None:
    assert decide(Figures(target=BETTER, poisoned=0.1)).promote
    assert "suspicious" in decide(Figures(target=BETTER, poisoned=0.11)).reasons[0]


def test_a_rise_is_the_mean_of_pairs_with_its_interval() -> None:
    sure = rise([2.0, 3.0, 4.0], [1.0, 2.0, 3.0])
    assert (sure.mean, sure.low, sure.high) == (1.0, 1.0, 1.0)
    with pytest.raises(ValueError, match="0 and 0 values"):
        rise([], [])
    with pytest.raises(ValueError, match="1 and 2 values"):
        rise([1.0], [1.0, 2.0])


# --- what was judged


def answer(
    number: int,
    values: Mapping[int, float],
    *,
    listener: int = 1,
    shown: Sequence[int] = (11, 12, 13, 14, 15),
    is_new: bool = False,
    days: int = 0,
) -> Judged:
    return Judged(
        id=number,
        parent_id=None,
        listener_id=listener,
        is_new=is_new,
        at=NOON + timedelta(days=days),
        request={"text": "calm songs"},
        shown=tuple(shown),
        values=dict(values),
    )


def event(track_id: int, kind: EventKind, value: float | None = None) -> Event:
    return Event(listener="zoe", kind=kind, track_id=track_id, at=NOON, value=value, answer_id=1)


def reacted(*events: Event) -> ReactedAnswer:
    return ReactedAnswer(
        id=1,
        parent_id=None,
        listener_id=1,
        since=NOON - timedelta(days=30),
        at=NOON,
        request={"text": "calm songs"},
        track_ids=(11, 12, 13),
        events=events,
    )


def test_of_a_track_the_latest_word_counts_and_only_what_was_shown() -> None:
    said = reacted(event(11, "like"), event(11, "dislike"), event(12, "play", 1.0), event(99, "like"))
    (one,) = judged([said])
    assert one.values == {11: -1.0, 12: 0.35}
    assert not one.is_new
    assert one.has_liked


def test_what_was_said_goes_before_what_was_done() -> None:
    later = reacted(
        event(11, "like"),
        event(11, "skip"),
        event(12, "like"),
        replace(event(12, "skip"), reason="heard-enough"),
        event(13, "play", 1.0),
        event(13, "skip"),
    )
    assert judged([later])[0].values == {11: 1.0, 12: 1.0, 13: -0.45}


def test_reactions_that_say_nothing_judge_nothing() -> None:
    assert judged([reacted(event(11, "play", 0.4)), reacted()]) == ()


def test_a_burst_from_those_who_came_for_one_song_is_dropped() -> None:
    fakes = [answer(n, {13: 1.0}, listener=100 + n, is_new=True) for n in range(5)]
    honest = [answer(50 + n, {11: 1.0, 12: -0.45}, listener=n) for n in range(5)]
    found = cleaned([*honest, *fakes])
    assert (found.dropped, found.reactions, found.songs) == (5, 15, (13,))
    assert found.answers == tuple(honest)
    assert cleaned([*honest, *fakes[:4]]).dropped == 0
    old = [replace(one, is_new=False) for one in fakes]
    assert cleaned([*honest, *old]).dropped == 0


def test_a_song_that_takes_a_days_reactions_is_dropped_though_its_fans_like_more() -> None:
    loud = [
        answer(n, {13: 1.0, **{20 + n * 4 + k: 1.0 for k in range(4)}}, listener=100 + n, is_new=True)
        for n in range(25)
    ]
    found = cleaned(loud)
    assert found.songs == (13,)
    assert all(13 not in one.values for one in found.answers)


def test_what_is_dropped_was_not_passed_over_either() -> None:
    fans = [
        answer(n, {11: 1.0, 20 + n: 1.0}, listener=100 + n, is_new=True, shown=(11, 12, 20 + n))
        for n in range(5)
    ]
    honest = answer(50, {12: 1.0})
    found = cleaned([honest, *fans])
    assert (found.dropped, found.songs) == (5, (11,))
    assert found.answers[0] == honest
    assert {one.shown for one in found.answers[1:]} == {(12, 20 + n) for n in range(5)}
    assert not any(one.shown[pair.worse] == 11 for one in found.answers[1:] for pair in preferences([one]))


def test_a_burst_against_a_song_counts_like_one_for_it() -> None:
    fakes = [answer(n, {13: -1.0}, listener=100 + n, is_new=True) for n in range(6)]
    assert cleaned(fakes).answers == ()


def test_the_latest_fifth_is_held_back() -> None:
    answers = [answer(n, {11: 1.0 if n % 2 else -1.0}, listener=n) for n in range(20)]
    parts = parted(answers)
    assert [one.id for one in parts.taught] == list(range(16))
    assert [one.id for one in parts.held] == [17, 19]
    assert parted([]).held == ()


def test_nobody_decides_alone_what_is_measured() -> None:
    answers = [answer(n, {11: 1.0}, listener=1) for n in range(200)]
    held = parted(answers).held
    assert [one.id for one in held] == list(range(180, 200))


# --- pairs


def test_a_liked_track_goes_before_what_was_skipped_and_passed_over_above_it() -> None:
    found = preferences([answer(1, {14: 1.0, 12: -0.45})])
    pairs = {(one.better, one.worse, round(one.weight, 2), one.above) for one in found}
    assert pairs == {(3, 1, 1.0, False), (3, 0, 0.25, True), (3, 2, 0.25, True)}


def test_what_stands_below_is_never_held_against_anything() -> None:
    assert preferences([answer(1, {11: 1.0})]) == ()
    assert preferences([answer(1, {11: -1.0})]) == ()


def test_a_song_a_day_and_a_listener_teach_only_so_much() -> None:
    def taught(answers: Sequence[Judged]) -> int:
        return len({(one.answer, one.better) for one in preferences(answers)})

    assert taught([answer(n, {15: 1.0}, listener=n) for n in range(50)]) == MOST_A_SONG
    assert taught([answer(n, {15: 1.0}) for n in range(5)]) == 1
    many = [answer(n, {n * 9 + 2: 1.0}, shown=range(n * 9, n * 9 + 9)) for n in range(1, 100)]
    assert taught(many) == 40


def test_who_says_much_more_than_most_counts_less_for_it() -> None:
    few = [answer(n, {n * 9 + 2: 1.0}, shown=range(n * 9, n * 9 + 9), listener=n) for n in range(1, 5)]
    loud = [
        answer(n, {n * 9 + 2: 1.0}, shown=range(n * 9, n * 9 + 9), listener=99, days=n) for n in range(10, 60)
    ]
    found = preferences([*few, *loud])
    weight = sum(one.weight for one in found if one.answer >= len(few))
    assert weight == pytest.approx(2 * 0.5)


def pairs(columns: np.ndarray, *, above: bool = False) -> Pairs:
    count = len(columns)
    return Pairs(
        columns=columns,
        base=np.zeros(count),
        places=np.tile([float(above), 0.7 * above], (count, 1)),
        weights=np.ones(count),
    )


def test_what_decides_pairs_is_learned_and_the_rest_left_alone() -> None:
    draw = np.random.default_rng(0)
    columns = draw.normal(size=(2000, 3))
    columns[columns[:, 1] < 0] *= -1
    weights = learn_pairs(pairs(columns))
    assert weights[1] > 1
    assert np.abs(weights[[0, 2]]).max() < 0.3


def test_pairs_that_always_speak_against_the_order_shown_teach_nothing_by_that_alone() -> None:
    draw = np.random.default_rng(0)
    columns = draw.normal(size=(2000, 2))
    assert np.abs(learn_pairs(replace(pairs(columns, above=True), base=np.full(2000, -1.0)))).max() < 0.05


def test_few_pairs_move_little() -> None:
    few = learn_pairs(pairs(np.array([[1.0], [1.0], [1.0]])))
    assert 0 <= few[0] < 0.5


# --- what words mean to most


def test_a_meaning_is_the_mean_over_listeners_drawn_to_none() -> None:
    numbers = {at: np.eye(len(NUMBERS), dtype=np.float32)[0] * (at - 2) for at in range(5)}

    def own(likes_fast: bool) -> list[Reaction]:
        return [
            Reaction(
                word=("mood", "calm"),
                said="calm",
                track_id=at,
                value=1.0 if (at > 2) == likes_fast else -0.45,
            )
            for at in range(5)
        ]

    assert common_meanings({n: own(True) for n in range(4)}, numbers) == {}
    (alike,) = common_meanings({n: own(True) for n in range(5)}, numbers).values()
    (more,) = common_meanings({n: own(True) for n in range(20)}, numbers).values()
    (loud,) = common_meanings({**{n: own(True) for n in range(5)}, 9: own(False) * 50}, numbers).values()
    assert 0 < alike[0][0] < more[0][0]
    assert 0 < loud[0][0] < alike[0][0]
    assert (alike[1], more[1]) == (5, 20)
