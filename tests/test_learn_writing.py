"""What the writer learns from corrections: from whom, on what, measured by what."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest

from fakes import FakeGenerator
from linernotes import models
from linernotes.config import Settings
from linernotes.errors import InputError
from linernotes.learn import writing
from linernotes.learn.corpora import Lesson
from linernotes.learn.experience import Experience
from linernotes.learn.gate import decide
from linernotes.learn.known_notes import KnownNotes
from linernotes.learn.learner import Candidate
from linernotes.learn.mistakes import Mistakes, mistakes_of
from linernotes.learn.preference import Pair
from linernotes.learn.proof import Proof, Written, figures_of, write_proof
from linernotes.learn.replay import (
    evened,
    family_of,
    in_turns,
    script_of,
    shipped_lessons,
    shipped_sheets,
    watched_lessons,
)
from linernotes.learn.turn import TurnReport, turn
from linernotes.learn.writing import WriterLearner, in_shares
from linernotes.library import Library
from linernotes.llm import Prompt
from linernotes.types import FactSheet

SONGS = 60
FAULT = "comes from"


def text_on(prompt: Prompt, verb: str = FAULT) -> str:
    facts = dict(one.split(": ") for one in re.split(r"\n|; ", prompt.user) if ": " in one)
    if not prompt.user.startswith("song"):
        return "nothing"
    told = f"a {facts['moods']} {facts['genres']} song with {facts['instruments']}"
    return f"{{title}} is {told}, and the artist {verb} {facts['country']}."


def rows() -> Iterator[dict[str, object]]:
    draw = Random(1)
    for number in range(SONGS):
        yield {
            "id": f"song {number}",
            "title": f"Песня {number}" if number % 6 == 0 else f"Song {number}",
            "artists": [f"artist {number}"],
            "genres": [draw.choice(("jazz", "metal", "folk"))],
            "moods": [draw.choice(("calm", "dark"))],
            "instruments": [draw.choice(("piano", "electric guitar"))],
            "country": draw.choice(("France", "Norway", "Japan")),
            "popularity": draw.random(),
        }


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library whose notes all say where the artist comes from."""
    folder = tmp_path_factory.mktemp("written")
    written_library(settings_in(folder), folder / "songs.jsonl")
    return folder


def written_library(settings: Settings, table: Path) -> None:
    table.write_text("".join(json.dumps(row) + "\n" for row in rows()), encoding="utf-8")
    with Library(settings) as library:
        library.add(table, writer=FakeGenerator(default=text_on, adapter="old.gguf@1"))


@pytest.fixture
def library(written: Path, tmp_path: Path) -> Iterator[Library]:
    shutil.copytree(written / "library", tmp_path / "library")
    with Library(settings_in(tmp_path)) as opened:
        yield opened


def settings_in(folder: Path) -> Settings:
    return Settings(library_dir=folder / "library", models_dir=folder / "models", notes_for="all")


def notes(library: Library) -> dict[int, str]:
    ids = library.store.catalogue.revisions().ids.tolist()
    return {key: note.template for key, note in library.store.notes.current("song", ids).items()}


def correct(library: Library, count: int, *, who: int = 4) -> list[int]:
    """So many listeners' better texts on the first songs."""
    some = list(notes(library).items())[:count]
    for number, (track_id, note) in enumerate(some):
        library.correct(f"listener {number % who}", track_id, text=note.replace(FAULT, "is from"))
    return [track_id for track_id, _ in some]


def learner(library: Library) -> WriterLearner:
    return WriterLearner(Experience(library), lambda step: None)


def lesson(text: str, rejected: str | None, number: int = 0) -> Lesson:
    sheet = FactSheet(genres=("jazz",), moods=("calm",), country="France")
    return Lesson(id=f"l-{number}", sheet=sheet, text=text, rejected=rejected, source="", licence="")


# --- mistakes


def test_wording_that_several_take_out_is_a_mistake_on_other_sheets_too() -> None:
    pairs = [("The artist is from France.", "The artist comes from France.")] * FEW
    found = mistakes_of([lesson(*pair, number) for number, pair in enumerate(pairs)])
    other = FactSheet(country="Japan")
    assert found.are_in("She comes from Japan.", other)
    assert not found.are_in("She is from Japan.", other)
    assert found.shortest == ("comes",)


FEW = 3


@pytest.mark.parametrize(
    "pairs",
    [
        [("It is from France.", "It comes from France.")] * (FEW - 1),
        [("It is from France.", "It comes from France.")] * FEW
        + [("It comes from France.", "It is so.")] * FEW,
        [("It is from France.", None)] * 5,
        [],
    ],
)
def test_what_few_take_out_or_others_put_in_is_none(pairs: Sequence[tuple[str, str | None]]) -> None:
    found = mistakes_of([lesson(*pair, number) for number, pair in enumerate(pairs)])
    assert not found.are_in("She comes from Japan.", FactSheet(country="Japan"))


# --- what is taught


def test_a_turn_measures_on_sheets_that_nobody_was_taught() -> None:
    taught = {repr(one.sheet) for one in shipped_lessons()}
    assert 24 <= len(shipped_sheets()) <= 40
    assert not any(one.is_held_out for one in shipped_lessons())
    assert not taught & {repr(sheet) for sheet in shipped_sheets()}
    watched = {repr(one.sheet) for one in watched_lessons()}
    assert watched
    assert not watched & (taught | {repr(sheet) for sheet in shipped_sheets()})


def test_small_strata_count_twice_and_each_has_its_turn() -> None:
    items = ["a1", "a2", "a3", "a4", "b1"]
    assert evened(items, lambda one: one[0]) == [*items, "b1"]
    assert evened([], lambda one: one) == []
    drawn = in_turns(items, lambda one: one[0], 2, Random(0))
    assert {one[0] for one in drawn} == {"a", "b"}
    assert sorted(in_turns(items, lambda one: one[0], 9, Random(0))) == items


def test_genres_and_scripts_are_told_apart() -> None:
    assert family_of(FactSheet(genres=("death metal",))) == family_of(FactSheet(genres=("punk",))) == "rock"
    assert family_of(FactSheet()) == ""
    assert [script_of(title) for title in ("1. Song", "Песня", "歌", "3")] == ["LATIN", "CYRILLIC", "CJK", ""]


def test_a_song_that_is_held_back_is_neither_taught_nor_written_on(library: Library) -> None:
    corrected = correct(library, 40)
    known = KnownNotes(library)
    taught = {one.group for one in known.taught}
    held = {repr(sheet) for sheet in known.held_back(99)}
    assert 0 < len(taught) < len(corrected)
    assert taught < {f"song-{track_id}" for track_id in corrected}
    assert known.held_back(3) == known.held_back(99)[:3]
    drawn = known.to_draw_on(99, Random(0))
    numbers = {id(one.sheet) for one in drawn}
    assert len(drawn) + len(held) <= SONGS
    assert not numbers & {id(sheet) for sheet in known.held_back(99)}


def test_a_note_that_helped_nobody_is_written_on_first_and_worse_than_another(library: Library) -> None:
    track_ids = list(notes(library))[:10]
    for track_id in track_ids:
        library.correct("ann", track_id, verdict="not for me")
        library.correct("bob", track_id, verdict="helpful" if track_id == track_ids[0] else "not for me")
    known = KnownNotes(library)
    drawn = [one for one in known.to_draw_on(20, Random(0)) if one.rejected]
    assert 0 < len(drawn) < len(track_ids)
    assert all(FAULT in text for one in drawn for text in one.rejected)


def test_rare_genres_fames_and_scripts_are_written_on_too(library: Library) -> None:
    drawn = KnownNotes(library).to_draw_on(12, Random(0))
    assert {family_of(one.sheet) for one in drawn} == {"jazz", "rock", "folk"}


# --- the learner


def test_a_correction_is_news_once_and_so_is_taking_it_back(library: Library) -> None:
    assert learner(library).gather(None) is None
    track_ids = correct(library, 2)
    news = learner(library).gather(None)
    assert news is not None
    assert news.told == "2 new corrections"
    assert learner(library).gather(news.mark) is None
    library.undo_correction("listener 0", track_ids[0])
    assert learner(library).gather(news.mark) is not None


def test_few_corrections_are_too_little(library: Library) -> None:
    correct(library, 3)
    assert learner(library).train(60) is None


def test_another_writer_than_ours_is_not_taught(library: Library, tmp_path: Path) -> None:
    correct(library, 20)
    served = replace(library.settings, llm_url="http://localhost:1/v1")
    with Library(served) as other, pytest.raises(InputError, match="another writer"):
        learner(other).train(60)


def outcomes(report: TurnReport) -> dict[str, str]:
    return {one.kind: one.state for one in report.outcomes}


def test_without_what_it_needs_the_turn_says_so_and_tries_again(library: Library) -> None:
    correct(library, 20)
    for _ in range(2):
        report = turn(library, budget_s=60)
        assert outcomes(report)["writer"] == "left out"
        (reason,) = (one.reasons for one in report.outcomes if one.kind == "writer")
        assert "\n" not in reason[0]
    assert outcomes(report)["ranker"] == "nothing new"


def test_the_next_writer_starts_from_the_packages_once_a_listener_is_forgotten(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, shipped = tmp_path / "base.gguf", tmp_path / "shipped.gguf"
    base.write_bytes(b"base")
    shipped.write_bytes(b"shipped")
    monkeypatch.setattr(models, "shipped_writer", lambda base: shipped)
    correct(library, 20)
    own = tmp_path / "own.gguf"
    own.write_bytes(b"learned")
    marks = {"listeners": [models.listener_mark("listener 1")]}
    put = models.put(
        library.settings.models_dir, own, name="writer", source="", version="", licence="", details=marks
    )
    assert put.card is not None
    models.promote(library.settings.models_dir, "writer", put.card.sha256)
    assert learner(library)._start(base) == put.path
    assert models.listener_mark("listener 1") in learner(library)._seen(put.path)
    library.forget("listener 1")
    assert models.current(library.settings.models_dir, "writer").card is None
    models.promote(library.settings.models_dir, "writer", put.card.sha256)
    assert learner(library)._start(base) == shipped
    assert models.listener_mark("listener 1") not in learner(library)._seen(shipped)


def test_of_each_kind_of_pair_the_first_are_taught_however_many_there_are_of_another() -> None:
    corrected, own, old = (
        [Pair(prompt=f"{kind} {n}", chosen="a", rejected="b") for n in range(count)]
        for kind, count in (("corrected", 9), ("own", 2), ("old", 3))
    )
    found = in_shares(corrected, own, old)
    assert [one.prompt for one in found[:8]] == [
        *("corrected 0", "corrected 1", "own 0", "old 0"),
        *("corrected 2", "corrected 3", "own 1", "old 1"),
    ]
    assert sorted(map(repr, found)) == sorted(map(repr, [*corrected, *own, *old]))
    assert in_shares([], [], []) == []


# --- the proof


SHEETS = tuple(
    FactSheet(genres=(genre,), moods=(mood,), instruments=("piano",), country=country)
    for genre in ("jazz", "metal", "folk")
    for mood in ("calm", "dark")
    for country in ("France", "Norway")
)
MISTAKES = Mistakes(phrases=frozenset({("comes",)}))


def proven(verb: str) -> Written:
    proof = Proof(held_back=SHEETS, fixed=SHEETS, mistakes=MISTAKES)
    return write_proof(proof, FakeGenerator(default=lambda prompt: text_on(prompt, verb)))


def test_a_writer_without_the_mistake_is_promoted_and_one_that_tells_less_is_not() -> None:
    proof = Proof(held_back=SHEETS, fixed=SHEETS, mistakes=MISTAKES)
    old, new = proven(FAULT), proven("is from")
    figures = figures_of(proof, candidate=new, current=old, shipped=old)
    assert figures.target.candidate == (1.0,) * len(SHEETS)
    assert figures.target.current == (0.0,) * len(SHEETS)
    assert decide(figures).promote
    short = replace(new, fixed=tuple("{title} is a song." for _ in new.fixed))
    decision = decide(figures_of(proof, candidate=short, current=old, shipped=old))
    assert any("coverage of facts falls" in reason for reason in decision.reasons)
    assert not decide(figures_of(proof, candidate=old, current=old, shipped=old)).promote


def test_without_a_kind_of_mistake_texts_without_fault_decide() -> None:
    proof = Proof(held_back=(), fixed=SHEETS, mistakes=Mistakes())
    old = Written(held_back=(), fixed=proven("is from").fixed)
    bad = replace(old, fixed=tuple("Best song ever, in 1999." for _ in old.fixed))
    assert decide(figures_of(proof, candidate=old, current=bad, shipped=bad)).promote
    assert not decide(figures_of(proof, candidate=bad, current=old, shipped=old)).promote


def test_where_few_songs_are_held_back_texts_without_fault_decide_and_the_mistake_must_not_grow() -> None:
    proof = Proof(held_back=SHEETS[:9], fixed=SHEETS, mistakes=MISTAKES)
    old, new = (replace(proven(verb), held_back=proven(verb).held_back[:9]) for verb in (FAULT, "is from"))
    bad = replace(old, fixed=tuple("Best song ever, in 1999." for _ in old.fixed))
    assert decide(figures_of(proof, candidate=new, current=bad, shipped=bad)).promote
    worse = figures_of(proof, candidate=replace(new, held_back=old.held_back), current=new, shipped=new)
    assert worse.target.name == "notes without fault"
    assert any("corrected mistake falls" in reason for reason in decide(worse).reasons)


def test_the_texts_on_one_sheet_count_as_one() -> None:
    proof = Proof(held_back=SHEETS, fixed=SHEETS, mistakes=MISTAKES)
    new = proven("is from")
    half = replace(new, fixed=(*new.fixed[: len(SHEETS)], *("",) * len(SHEETS)))
    figures = figures_of(proof, candidate=half, current=new, shipped=new)
    [covered] = (one for one in figures.others if one.name == "coverage of facts")
    assert covered.candidate == tuple(one / 2 for one in covered.current)
    assert len(covered.current) == len(SHEETS)


def test_an_empty_text_makes_no_figure_better() -> None:
    proof = Proof(held_back=SHEETS, fixed=SHEETS, mistakes=MISTAKES)
    old = proven(FAULT)
    empty = Written(held_back=("",) * len(SHEETS), fixed=("",) * len(old.fixed))
    figures = figures_of(proof, candidate=empty, current=old, shipped=old)
    assert max(figures.target.candidate) == 0
    assert not decide(figures).promote


# --- the turn, with a writer that needs no weights


def test_what_is_promoted_is_rewritten_first_where_it_is_shown_most(
    library: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    correct(library, 20)
    proof = Proof(held_back=SHEETS, fixed=SHEETS, mistakes=MISTAKES)
    figures = figures_of(proof, candidate=proven("is from"), current=proven(FAULT), shipped=proven(FAULT))
    made = Candidate(file="w.gguf", data=b"new", licence="CC-BY-SA-4.0")
    monkeypatch.setattr(writing.WriterLearner, "train", lambda self, budget_s: made)
    monkeypatch.setattr(writing.WriterLearner, "measure", lambda self, candidate: figures)
    assert outcomes(turn(library, budget_s=60))["writer"] == "promoted"
    card = models.current(library.settings.models_dir, "writer").card
    assert card is not None
    assert card.licence == "CC-BY-SA-4.0"
    assert any("without a corrected mistake" in line for line in card.details["figures"])
    before = notes(library)
    shown = [pick.track.id for _ in range(3) for pick in library.ask("dark metal", n=5).picks]
    new: Any = FakeGenerator(default=lambda prompt: text_on(prompt, "is from"), adapter="w.gguf@2")
    table = tmp_path / "songs.jsonl"
    table.write_text("".join(json.dumps(row) + "\n" for row in rows()), encoding="utf-8")
    version = f"{new.model}/{new.adapter}"
    pending = library.store.jobs.pending("describe", version)
    assert set(pending[: len(set(shown))]) == set(shown)
    assert notes(library) == before
    library.add(table, writer=new)
    assert not any(FAULT in note for note in notes(library).values())
