"""Corrections as lessons: which text is preferred to which."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fakes import FakeGenerator
from linernotes.config import Settings
from linernotes.errors import InputError
from linernotes.learn.corpora import Caps, Lesson, listeners_of, load
from linernotes.learn.corpora.listeners import capped, unhelpful_notes
from linernotes.library import Library
from linernotes.store import Correction

ROWS = """id,title,artists,genres,moods,instruments,vocals,year
1,Glass Rain,Mara Lind,dream pop,sad,synthesizer,female vocals,1994
2,Iron Parade,The Anvils,heavy metal,aggressive,electric guitar,male vocals,1984
"""
NOTE = "{title} by {artist} is a dream pop song from 1994. A sad woman sings over a synthesizer."
BETTER = "{title} by {artist} is a dream pop song from 1994. A woman sings over a synthesizer."


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(Settings(library_dir=tmp_path, models_dir=tmp_path / "no", notes_for="all")) as opened:
        add(opened, NOTE)
        yield opened


def add(library: Library, text: str, model: str = "fake-1") -> None:
    table = library.settings.library_dir / "songs.csv"
    table.write_text(ROWS)
    library.add(table, writer=FakeGenerator(default=text, model=model))


def lessons(library: Library) -> list[Lesson]:
    return load("corrections", library.settings.library_dir, source="ours", licence="none")


def pairs(library: Library) -> list[tuple[str, str | None]]:
    return [(lesson.text, lesson.rejected) for lesson in lessons(library)]


def test_what_is_left_is_preferred_to_what_was_wrong_until_it_is_written_anew(library: Library) -> None:
    library.correct("me", "Glass Rain", wrong="sad")
    [lesson] = lessons(library)
    assert (lesson.text, lesson.rejected) == (NOTE.partition(" A sad")[0], NOTE)
    assert (lesson.sheet.moods, lesson.group) == ((), "song-1")
    add(library, BETTER)
    assert pairs(library) == [(BETTER, NOTE)]


def test_an_own_text_is_preferred_to_the_note_that_it_replaces(library: Library) -> None:
    text = "A sad woman sings over a synthesizer in {title} by {artist}, dream pop from 1994."
    library.correct("me", "Glass Rain", text=text)
    assert pairs(library) == [(text, NOTE)]


def test_an_own_text_on_a_plain_note_is_a_lesson_without_a_rejected_one(library: Library) -> None:
    text = "{title} by {artist} is aggressive heavy metal from 1984: a man sings over electric guitar."
    library.correct("me", "Iron Parade", text=text)
    assert pairs(library) == [(text, None)]


def test_a_text_that_a_listener_wrote_is_never_the_rejected_one(library: Library) -> None:
    first = "{title} by {artist} is sad dream pop from 1994; a woman sings over a synthesizer."
    second = "Sad dream pop from 1994: in {title} by {artist} a woman sings over a synthesizer."
    library.correct("me", "Glass Rain", text=first)
    library.correct("me", "Glass Rain", text=second)
    library.correct("you", "Glass Rain", verdict="not for me")
    assert pairs(library) == [(first, NOTE), (second, None)]
    assert unhelpful_notes(capped(library.store.corrections.all())) == {}


def test_a_helpful_note_is_a_lesson_and_preferred_to_one_that_is_not(library: Library) -> None:
    other = "Sad dream pop from 1994: {title} by {artist} has a woman singing over a synthesizer."
    library.correct("me", "Glass Rain", verdict="not for me")
    with pytest.raises(InputError, match="no text"):
        lessons(library)
    add(library, other, "fake-2")
    library.correct("you", "Glass Rain", verdict="helpful")
    assert pairs(library) == [(other, None)]
    library.correct("me", "Glass Rain", verdict="helpful")
    assert pairs(library) == [(other, None), (other, NOTE)]
    library.correct("me", "Glass Rain", verdict="not for me")
    assert pairs(library) == [(other, None)]


def test_a_text_that_the_facts_no_longer_hold_teaches_nothing(library: Library) -> None:
    library.correct("me", "Glass Rain", verdict="helpful")
    library.correct("you", "Glass Rain", facts=["mood!=sad", "vocals=instrumental"])
    assert all("woman" not in lesson.text for lesson in lessons(library))


def test_a_fact_that_the_note_does_not_contradict_teaches_nothing(library: Library) -> None:
    library.correct("me", "Glass Rain", facts=["country=France"])
    with pytest.raises(InputError, match="no text"):
        lessons(library)


def test_a_recipe_knows_whose_corrections_it_teaches(library: Library) -> None:
    assert listeners_of(library.settings.library_dir) == []
    library.correct("you", "Glass Rain", verdict="helpful")
    library.correct("me", "Iron Parade", facts=["country=France"])
    assert listeners_of(library.settings.library_dir) == ["me", "you"]


def test_a_folder_without_a_library_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no library in"):
        load("corrections", tmp_path, source="ours", licence="none")


def correction(number: int, listener: str = "me", *, track_id: int | None = None, day: int = 0) -> Correction:
    return Correction(
        id=number,
        listener=listener,
        track_id=number if track_id is None else track_id,
        at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day),
        note="",
        facts=(),
        wrong=None,
        text=None,
        verdict="helpful",
        is_on_plain_note=False,
    )


@pytest.mark.parametrize(
    ("caps", "left"),
    [
        (Caps(), [1, 2, 3, 4]),
        (Caps(per_listener=2), [2, 3, 4]),
        (Caps(per_day=1), [2, 3, 4]),
        (Caps(per_song=1), [1, 2, 4]),
        (Caps(per_listener=0), []),
    ],
)
def test_the_latest_within_the_caps_are_kept(caps: Caps, left: list[int]) -> None:
    rows = [
        correction(1),
        correction(2),
        correction(3, "you"),
        replace(correction(4, day=1), track_id=3),
    ]
    assert [row.id for row in capped(rows, caps)] == left
