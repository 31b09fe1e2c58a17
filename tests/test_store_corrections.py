"""What is kept of corrections, and how they go over each other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from linernotes.errors import InputError
from linernotes.store import NewCorrection, NewTrack, Store
from linernotes.store.corrections import standing
from linernotes.types import Description, Fact, FactValue, SourceItem


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "library.db") as opened:
        yield opened


@pytest.fixture
def song(store: Store) -> int:
    source = store.catalogue.add_source("folder", "/music")
    facts = (fact("genre", "rock", "tag"), fact("genre", "polka", "tag"))
    row = NewTrack(item=SourceItem(key="a", facts=facts), title="Aurora", title_key="aurora")
    return store.catalogue.upsert(source, [row])[0]


def fact(name: str, value: FactValue, source: str = "listener:me") -> Fact:
    return Fact(name=name, value=value, source=source, confidence=1.0)


def note(song: int, template: str) -> Description:
    return Description(
        kind="song",
        subject_id=song,
        template=template,
        status="written",
        model="pen-1",
        adapter=None,
        prompt_version="1",
        facts_hash="",
    )


def keep(store: Store, song: int, *facts: Fact, listener: str = "me", new: str | None = None) -> int:
    return store.corrections.keep(
        NewCorrection(
            listener=listener,
            track_id=song,
            note="what was seen",
            facts=facts,
            new_note=None if new is None else note(song, new),
        )
    )


def told(store: Store, song: int) -> list[tuple[str, FactValue]]:
    facts = store.catalogue.facts([song])[song]
    return [(one.name, one.value) for one in facts if one.source.startswith("listener:")]


def test_a_correction_is_read_back_as_it_was_given(store: Store, song: int) -> None:
    key = store.corrections.keep(
        NewCorrection(
            listener=" me ",
            track_id=song,
            note="{title} is sad.",
            facts=(fact("not mood", "sad"),),
            wrong="sad",
            text="{title} is calm.",
            verdict="not for me",
        )
    )
    [kept] = store.corrections.all()
    assert (kept.id, kept.listener, kept.track_id) == (key, "me", song)
    assert (kept.note, kept.wrong, kept.text) == ("{title} is sad.", "sad", "{title} is calm.")
    assert (kept.facts, kept.verdict, kept.is_on_plain_note) == (
        (fact("not mood", "sad"),),
        "not for me",
        True,
    )
    assert store.corrections.of_track(song) == (kept,)
    assert store.corrections.of_track(song + 1) == ()
    assert store.corrections.wrong([song, song + 1]) == {song: ("sad",)}


@pytest.mark.parametrize(
    ("facts", "left"),
    [
        ([], []),
        ([("key", "A minor"), ("key", "C major")], [("key", "C major")]),
        ([("mood", "sad"), ("mood", "calm")], [("mood", "sad"), ("mood", "calm")]),
        ([("mood", "sad"), ("not mood", "sad")], [("not mood", "sad")]),
        ([("not mood", "sad"), ("mood", "sad")], [("mood", "sad")]),
        ([("not key", "A minor"), ("key", "C major")], [("not key", "A minor"), ("key", "C major")]),
        ([("mood", "sad"), ("mood", "sad")], [("mood", "sad")]),
    ],
)
def test_a_later_word_goes_over_an_earlier_one(
    facts: list[tuple[str, str]], left: list[tuple[str, str]]
) -> None:
    said = standing(fact(name, value) for name, value in facts)
    assert [(one.name, one.value) for one in said] == left


def test_facts_are_replaced_and_brought_back_by_undo(store: Store, song: int) -> None:
    keep(store, song, fact("tempo_bpm", 92.0), fact("mood", "calm"))
    keep(store, song, fact("tempo_bpm", 94.0))
    keep(store, song, fact("tempo_bpm", 46.0, "listener:you"), listener="you")
    assert told(store, song) == [("mood", "calm"), ("tempo_bpm", 94.0), ("tempo_bpm", 46.0)]
    undone = store.corrections.undo("me", song)
    assert undone is not None
    assert undone.facts == (fact("tempo_bpm", 94.0),)
    assert told(store, song) == [("mood", "calm"), ("tempo_bpm", 46.0), ("tempo_bpm", 92.0)]
    store.corrections.undo("me", song)
    assert told(store, song) == [("tempo_bpm", 46.0)]
    assert store.corrections.undo("me", song) is None
    assert store.corrections.undo("nobody", song) is None


def test_a_denied_genre_is_a_genre_of_the_track_no_more(store: Store, song: int) -> None:
    keep(store, song, fact("not genre", "polka"))
    assert store.catalogue.tracks_of_genre("polka") == ()
    assert store.catalogue.tracks_of_genre("rock") == (song,)
    keep(store, song, fact("genre", "polka", "listener:you"), listener="you")
    assert store.catalogue.tracks_of_genre("polka") == (song,)


def test_notes_come_and_go_with_corrections(store: Store, song: int) -> None:
    store.notes.save([note(song, "first")], job_versions={song: "pen-1"})
    keep(store, song, new="second")
    assert store.notes.current("song", [song])[song].template == "second"
    store.corrections.keep(NewCorrection(listener="me", track_id=song, note="second", withdraws_note=True))
    assert store.notes.current("song", [song]) == {}
    assert store.jobs.pending("describe", "pen-1") == [song]
    for expected in ("second", "first"):
        store.corrections.undo("me", song)
        assert store.notes.current("song", [song])[song].template == expected


def test_undo_leaves_a_note_that_was_written_since(store: Store, song: int) -> None:
    store.notes.save([note(song, "first")])
    keep(store, song, new="second")
    store.notes.save([note(song, "third")])
    store.corrections.undo("me", song)
    assert store.notes.current("song", [song])[song].template == "third"


def test_each_correction_counts_as_a_change_of_the_track(store: Store, song: int) -> None:
    before = store.catalogue.revisions_of([song])[song]
    keep(store, song)
    store.corrections.undo("me", song)
    assert store.catalogue.revisions_of([song])[song] == before + 2


def test_a_correction_of_an_unknown_track_leaves_nothing_behind(store: Store) -> None:
    with pytest.raises(InputError, match="no track 7"):
        keep(store, 7, fact("mood", "calm"), listener="new")
    assert store.corrections.all() == ()
    assert store.listeners.names() == ()
