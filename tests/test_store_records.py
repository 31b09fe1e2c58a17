"""Jobs, notes, listeners and answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linernotes.errors import InputError
from linernotes.store import NewTrack, StageSummary, Store
from linernotes.types import Description, Event, EventKind, Failure, Pick, Reason, SourceItem, Track

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "library.db") as opened:
        yield opened


@pytest.fixture
def ids(store: Store) -> list[int]:
    """Three tracks; the last has no recording."""
    source = store.catalogue.add_source("folder", "/music")
    items = [SourceItem(key=key, facts=(), audio_path=f"/music/{key}") for key in ("a", "b")]
    rows = [NewTrack(item=item, title=item.key, title_key=item.key) for item in items]
    no_audio = NewTrack(item=SourceItem(key="c", facts=()), title="c", title_key="c")
    return store.catalogue.upsert(source, [*rows, no_audio])


def picked(*track_ids: int) -> list[Pick]:
    reason = Reason(text="it is slow", evidence={"tempo_bpm": 70.0, "word": "slow", "year": None})
    return [
        Pick(
            rank=rank,
            track=Track(id=track_id, title="t", artists=(), artist_ids=()),
            score=1.0 / rank,
            reasons=(reason,),
            description="",
            verified=rank == 1,
            unverified=() if rank == 1 else ("no vocals",),
        )
        for rank, track_id in enumerate(track_ids, start=1)
    ]


def note(subject_id: int, text: str = "{title} is slow.") -> Description:
    return Description(
        kind="song",
        subject_id=subject_id,
        template=text,
        status="written",
        model="smol",
        adapter=None,
        prompt_version="1",
        facts_hash="h1",
        problems=("told a year",),
    )


def event(kind: EventKind, track_id: int, minute: int = 0, **more: object) -> Event:
    plain = Event(listener="me", kind=kind, track_id=track_id, at=NOON + timedelta(minutes=minute))
    return replace(plain, **more)  # type: ignore[arg-type]


# --- jobs


def test_audio_waits_only_for_present_tracks_with_a_recording(store: Store, ids: list[int]) -> None:
    assert store.jobs.pending("audio", "1") == ids[:2]
    assert store.jobs.pending("describe", "1") == ids
    assert store.jobs.pending("describe", "1", with_audio=True) == ids[:2]
    store.catalogue.mark_missing(1, ["a"])
    assert store.jobs.pending("audio", "1") == ids[1:2]


def test_unplayable_tracks_may_be_heard_again_but_get_no_note(store: Store, ids: list[int]) -> None:
    store.catalogue.set_unplayable(ids[0])
    assert store.jobs.pending("audio", "1") == ids[:2]
    assert store.jobs.pending("describe", "1") == ids[1:]


def test_a_new_version_makes_the_stage_due_again(store: Store, ids: list[int]) -> None:
    store.jobs.done("describe", dict.fromkeys(ids, "1"))
    assert store.jobs.pending("describe", "1") == []
    assert store.jobs.pending("describe") == []
    assert store.jobs.pending("describe", "2", limit=2) == ids[:2]


def test_a_failure_is_final_at_its_version_unless_asked(store: Store, ids: list[int]) -> None:
    store.jobs.fail(ids[0], "audio", "1", "cut off")
    assert store.jobs.pending("audio", "1") == [ids[1]]
    assert store.jobs.pending("audio", "1", retry=True) == ids[:2]
    assert store.jobs.pending("audio", "2") == ids[:2]
    store.catalogue.set_unplayable(ids[0])
    assert store.jobs.pending("audio", "1", retry=True) == [ids[1]]
    store.jobs.fail(ids[0], "audio", "2", "still cut off")
    state = store.jobs.states("audio", ids)[ids[0]]
    assert (state.version, state.state, state.attempts, state.reason) == ("2", "failed", 2, "still cut off")


def test_tracks_that_answers_named_most_come_first(store: Store, ids: list[int]) -> None:
    for track_ids in ([ids[1]], [ids[1], ids[2]]):
        store.answers.save(request={}, picks=picked(*track_ids), seconds=0.1)
    assert store.jobs.pending("describe", "1") == [ids[1], ids[2], ids[0]]


def test_pending_can_be_asked_for_some_sources(store: Store, ids: list[int]) -> None:
    other = store.catalogue.add_source("table", "/songs.csv")
    [own] = store.catalogue.upsert(
        other, [NewTrack(item=SourceItem(key="1", facts=()), title="x", title_key="x")]
    )
    assert store.jobs.pending("describe", "1", source_ids=[other]) == [own]
    assert store.jobs.pending("describe", "1", source_ids=[]) == []


def test_the_summary_counts_each_track_once(store: Store, ids: list[int]) -> None:
    store.jobs.fail(ids[0], "describe", "1", "no words")
    store.jobs.done("describe", {ids[1]: "1"})
    assert store.jobs.summary("describe", "1") == StageSummary(done=1, failed=1, pending=1)
    assert store.jobs.summary("describe", "2") == StageSummary(done=0, failed=0, pending=3)
    assert store.jobs.summary("describe") == StageSummary(done=1, failed=1, pending=1)
    assert store.jobs.summary("audio", "1") == StageSummary(done=0, failed=0, pending=2)


def test_the_summary_of_an_empty_store_is_zero(store: Store) -> None:
    assert store.jobs.summary("audio", "1") == StageSummary(done=0, failed=0, pending=0)


def test_a_forgotten_job_is_due_again(store: Store, ids: list[int]) -> None:
    store.jobs.done("describe", dict.fromkeys(ids, "1"))
    store.jobs.forget("describe", [ids[2]])
    assert store.jobs.pending("describe", "1") == [ids[2]]


def test_failures_name_the_place_and_the_reason(store: Store, ids: list[int]) -> None:
    store.jobs.record_failures(1, [Failure(key="x.mp3", stage="scan", reason="empty file")])
    store.jobs.record_failures(1, [Failure(key="x.mp3", stage="scan", reason="still empty")])
    store.jobs.record_failures(1, [])
    store.jobs.fail(ids[0], "audio", "1", "cut off")
    assert store.jobs.failures() == (
        Failure(key="x.mp3", stage="scan", reason="still empty"),
        Failure(key="/music/a", stage="audio", reason="cut off"),
    )
    store.jobs.clear_failures(1, ["other"])
    assert len(store.jobs.failures()) == 2
    store.catalogue.mark_missing(1, ["a"])
    assert [failure.key for failure in store.jobs.failures()] == ["x.mp3"]
    store.catalogue.restore(1, ["a"])
    store.jobs.clear_failures(1)
    assert [failure.stage for failure in store.jobs.failures()] == ["audio"]


# --- notes


def test_the_newest_note_is_current_and_the_stage_is_done(store: Store, ids: list[int]) -> None:
    store.notes.save([note(ids[0], "old"), note(ids[1])], job_versions={ids[0]: "p1", ids[1]: "p1"})
    store.notes.save([note(ids[0], "new")], job_versions={ids[0]: "p2"})
    current = store.notes.current("song", ids)
    assert current == {ids[0]: note(ids[0], "new"), ids[1]: note(ids[1])}
    states = store.jobs.states("describe", ids)
    assert {one: state.version for one, state in states.items()} == {ids[0]: "p2", ids[1]: "p1"}
    assert store.catalogue.revisions_of(ids) == {ids[0]: 3, ids[1]: 2, ids[2]: 1}


def test_notes_of_artists_and_songs_do_not_mix(store: Store, ids: list[int]) -> None:
    about_artist = replace(note(ids[0], "Their songs are slow."), kind="artist", status="fallback")
    store.notes.save([note(ids[0]), about_artist])
    assert store.notes.current("artist", ids) == {ids[0]: about_artist}
    assert store.notes.current("song", ids) == {ids[0]: note(ids[0])}
    assert store.notes.current("genre", ids) == {}
    assert store.notes.counts_by_status() == {"written": 1, "fallback": 0}
    assert store.notes.counts_by_status("artist") == {"written": 0, "fallback": 1}


def test_of_two_notes_for_one_track_in_a_batch_the_last_is_kept(store: Store, ids: list[int]) -> None:
    store.notes.save([note(ids[0], "one"), note(ids[0], "two")])
    assert store.notes.current("song", ids)[ids[0]].template == "two"


def test_no_notes_may_still_settle_jobs(store: Store, ids: list[int]) -> None:
    store.notes.save([], job_versions=dict.fromkeys(ids, "p1"))
    assert store.jobs.pending("describe", "p1") == []


# --- listeners


@pytest.mark.parametrize("name", ["me", "Zoë & Ömer", "'; DROP TABLE tracks; --", "日本", "x" * 200, "🎧"])
def test_any_text_is_a_name(store: Store, name: str) -> None:
    listener_id = store.listeners.ensure(name)
    assert store.listeners.ensure(f"  {name} ") == listener_id
    assert store.listeners.names() == (name,)


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "a\nb", "a\x00b", "\udce9", "a\u2028b"])
def test_what_cannot_be_shown_on_a_line_is_no_name(store: Store, name: str) -> None:
    with pytest.raises(InputError, match="listener"):
        store.listeners.ensure(name)
    assert store.listeners.names() == ()


def test_events_come_newest_first_with_everything_told(store: Store, ids: list[int]) -> None:
    answer_id = store.answers.save(request={}, picks=picked(ids[0]), seconds=0.1)
    told = [
        event("play", ids[0], 5, value=0.5),
        event("like", ids[1], 1, reason="so calm", answer_id=answer_id),
        event("skip", ids[2], 3, listener="you"),
        event("save", ids[2], 3),
    ]
    event_ids = store.listeners.record(told)
    assert len(set(event_ids)) == 4
    assert store.listeners.events("me") == (told[0], told[3], told[1])
    assert store.listeners.events("me", limit=1) == (told[0],)
    assert store.listeners.events("me", since=NOON + timedelta(minutes=3)) == (told[0], told[3])
    assert store.listeners.events("me", kinds=["like", "play"], limit=2) == (told[0], told[1])
    assert store.listeners.events("me", kinds=[]) == ()
    assert store.listeners.events("nobody") == ()


def test_moments_keep_their_instant_across_time_zones(store: Store, ids: list[int]) -> None:
    in_tokyo = NOON.astimezone(timezone(timedelta(hours=9)))
    store.listeners.record([event("like", ids[0], at=in_tokyo)])
    [back] = store.listeners.events("me")
    assert (back.at, back.at.tzinfo) == (NOON, UTC)


def test_the_same_event_told_again_is_one_event(store: Store, ids: list[int]) -> None:
    told = [event("play", ids[1], minute, value=0.25) for minute in (3, 1, 2)]
    first = store.listeners.record(told)
    assert store.listeners.record([*told[::-1], event("play", ids[1], 9)])[:3] == first[::-1]
    assert len(store.listeners.events("me")) == 4
    store.listeners.record([replace(told[0], value=1.0)])
    assert store.listeners.events("me")[1].value == 1.0


def test_an_undo_cancels_the_latest_event_on_the_track(store: Store, ids: list[int]) -> None:
    like, skip, other = event("like", ids[0], 1), event("skip", ids[0], 2), event("like", ids[1], 3)
    undo = event("undo", ids[0], 4)
    store.listeners.record([like, skip, other, undo])
    assert store.listeners.events("me") == (other, like)
    assert store.listeners.events("me", raw=True) == (undo, other, skip, like)
    store.listeners.record([event("undo", ids[0], 5)])
    assert store.listeners.events("me") == (other,)
    store.listeners.record([event("undo", ids[0], 6)])
    assert store.listeners.events("me") == (other,)


def test_an_undo_told_again_cancels_nothing_more(store: Store, ids: list[int]) -> None:
    told = [event("like", ids[0], 1), event("play", ids[0], 2), event("undo", ids[0], 3)]
    assert store.listeners.record(told) == store.listeners.record(told)
    assert store.listeners.events("me") == (told[1],)


def test_an_undo_takes_back_a_play_only_where_nothing_else_is_left(store: Store, ids: list[int]) -> None:
    like, played, skip = event("like", ids[0], 1), event("play", ids[0], 4), event("skip", ids[0], 3)
    store.listeners.record([like, skip, played])
    for minute, left in ((5, (played, like)), (6, (played,)), (7, ())):
        store.listeners.record([event("undo", ids[0], minute)])
        assert store.listeners.events("me") == left


def test_events_are_counted_with_the_undone(store: Store, ids: list[int]) -> None:
    store.listeners.record([event("like", ids[0], 1), event("undo", ids[0], 2), event("skip", ids[1])])
    store.listeners.record([event("like", ids[0], 1), event("like", ids[0], 1, listener="you")])
    assert [store.listeners.count(name) for name in (" me ", "you", "nobody")] == [3, 1, 0]


def test_an_undo_does_not_reach_other_listeners(store: Store, ids: list[int]) -> None:
    theirs = event("like", ids[0], 1, listener="you")
    store.listeners.record([theirs, event("undo", ids[0], 2)])
    assert store.listeners.events("you") == (theirs,)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"track_id": 999}, "no track 999"),
        ({"track_id": 2**80}, "no track"),
        ({"answer_id": 5}, "no answer 5"),
        ({"value": 4.0}, "event value 4"),
        ({"value": float("nan")}, "event value nan"),
        ({"at": datetime(2026, 3, 1)}, "time zone"),
        ({"kind": "love"}, "event 'love'"),
        ({"listener": ""}, "listener"),
    ],
)
def test_a_wrong_event_is_refused_with_the_whole_batch(
    store: Store, ids: list[int], change: dict[str, object], said: str
) -> None:
    right = event("like", ids[0])
    with pytest.raises(InputError, match=said):
        store.listeners.record([right, replace(right, **change)])  # type: ignore[arg-type]
    assert store.listeners.events("me") == ()


def test_no_events_are_nothing(store: Store) -> None:
    assert store.listeners.record([]) == []


# --- answers


def test_an_answer_comes_back_as_it_was_given(store: Store, ids: list[int]) -> None:
    first = store.answers.save(request={"text": "calm"}, picks=[], seconds=0.25)
    answer_id = store.answers.save(
        request={"text": "calmer", "wants": [{"name": "calm", "weight": 0.5}]},
        picks=picked(ids[2], ids[0]),
        messages=["only two were found"],
        versions={"ranker": "r1"},
        seconds=0.5,
        context={"activity": "reading"},
        parent_id=first,
        listener="me",
    )
    answer = store.answers.load(answer_id)
    assert (answer.id, answer.parent_id, answer.listener, answer.seconds) == (answer_id, first, "me", 0.5)
    assert answer.request == {"text": "calmer", "wants": [{"name": "calm", "weight": 0.5}]}
    assert (answer.context, answer.versions) == ({"activity": "reading"}, {"ranker": "r1"})
    assert answer.messages == ("only two were found",)
    assert [(one.position, one.track_id, one.verified) for one in answer.picks] == [
        (1, ids[2], True),
        (2, ids[0], False),
    ]
    assert answer.picks[1].unverified == ("no vocals",)
    assert answer.picks[0].reasons == picked(1)[0].reasons
    assert answer.created_at.tzinfo is UTC
    assert store.answers.load(first).listener is None


def test_what_json_cannot_hold_does_not_stop_an_answer(store: Store, ids: list[int]) -> None:
    [pick] = picked(ids[0])
    evidence: Any = {"score": np.float32(0.5), "gap": float("nan"), "text": "a\x00b\udce9"}
    odd = replace(pick, reasons=(Reason(text="why", evidence=evidence),))
    answer = store.answers.load(store.answers.save(request={}, picks=[odd], seconds=0.1))
    assert answer.picks[0].reasons[0].evidence == {"score": 0.5, "gap": None, "text": "ab?"}


@pytest.mark.parametrize("answer_id", [0, 4, -1, 2**70])
def test_an_unknown_answer_is_refused(store: Store, ids: list[int], answer_id: int) -> None:
    with pytest.raises(InputError, match=f"no answer {answer_id}"):
        store.answers.load(answer_id)
    with pytest.raises(InputError, match=f"no answer {answer_id}"):
        store.answers.save(request={}, picks=picked(ids[0]), seconds=0.1, parent_id=answer_id)
