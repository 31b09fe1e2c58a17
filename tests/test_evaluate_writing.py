"""Texts for an evaluation: judged, remembered, and told apart as first and stored."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from fakes import FakeGenerator
from linernotes.describe import instructed_prompt, plain_note
from linernotes.errors import GenerationError, InputError
from linernotes.evaluate.cache import CachedGenerator
from linernotes.evaluate.judging import judge, kind_of_problem
from linernotes.evaluate.measure import Sides, measure, partiality
from linernotes.evaluate.values import Subject, Text
from linernotes.evaluate.writing import BATCH, write, write_first
from linernotes.llm import Generation, Prompt
from linernotes.types import FactSheet

ROCK = FactSheet(genres=("rock",), tempo_bpm=125.0)
JAZZ = FactSheet(genres=("jazz",), vocals="instrumental")
BARE = FactSheet(genres=("polka",))
GOOD_ROCK, BAD_ROCK, GOOD_JAZZ = (
    "{title} is rock at a brisk 125 bpm.",
    "{title} is slow rock.",
    "No voice, jazz.",
)


def subject(sheet: FactSheet, name: str = "x", **known: object) -> Subject:
    return Subject(id=name, sheet=sheet, **known)  # type: ignore[arg-type]


def ignore(done: int) -> None:
    """Nobody watches."""


# --- judging


def test_the_problems_of_a_text_are_sorted() -> None:
    judgement = judge(subject(ROCK), Text(text="{title} is slow jazz with banjo. {title} is"))
    assert (judgement.told, judgement.facts) == (0, 2)
    assert any("slow" in problem for problem in judgement.unsupported)
    assert any("banjo" in problem for problem in judgement.unsupported)
    assert [problem[:10] for problem in judgement.form] == ["breaks off"]
    assert judgement.tells_little
    assert not judgement.passes


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{title} is rock. {title} is rock.",
        "{title} is rock",
        "{name} is rock.",
        "- {title} is rock.",
        "genres: rock, tempo_bpm: 125.",
        " ".join(["{title} is rock."] + [f"Word{step} is it." for step in range(8)]),
        "{title} is rock, " + "on and off and " * 40 + "on.",
    ],
)
def test_what_the_check_says_of_form_is_known_as_form(text: str) -> None:
    """The check's lines are told apart by their words: this holds both together."""
    judgement = judge(subject(FactSheet(genres=("rock",))), Text(text=text))
    assert judgement.form
    assert not [
        problem for problem in judgement.unsupported if problem.startswith(("is ", "has ", "repeats"))
    ]


def test_a_good_text_passes_whole() -> None:
    judgement = judge(subject(ROCK), Text(text=GOOD_ROCK))
    assert (judgement.told_share, judgement.passes) == (1.0, True)


def test_talk_of_the_recording_is_excused_where_the_writer_was_told_of_it() -> None:
    text = Text(text="Rock at a brisk 125 bpm, in a low quality recording.")
    assert judge(subject(ROCK), text).unsupported
    assert judge(subject(ROCK), replace(text, told_quality=True)).unsupported == ()


def test_what_a_writer_was_told_beside_the_sheet_is_no_claim_too_many() -> None:
    text = Text(text="{title} is rock with a banjo at a brisk 125 bpm.")
    assert judge(subject(ROCK), text).unsupported != ()
    assert judge(subject(ROCK), replace(text, told=("noisy", "banjo solo"))).unsupported == ()


def test_kinds_of_problems_can_be_counted() -> None:
    kinds = {
        kind_of_problem("says 'slow', tempo is 125 bpm (fast)"),
        kind_of_problem("says 'very slow', tempo is 98.5 bpm (unhurried)"),
    }
    assert kinds == {"says …, tempo is # bpm …"}


# --- measures of a system


def test_no_texts_have_no_figures() -> None:
    assert measure([], []).figures == {"n": 0}
    assert measure([subject(ROCK)], [None]).figures == {"n": 0}


def test_measures_need_a_text_or_none_a_subject() -> None:
    with pytest.raises(ValueError, match="argument"):
        measure([subject(ROCK)], [])


def test_figures_are_those_of_the_texts_that_there_are() -> None:
    measured = measure(
        [subject(ROCK), subject(ROCK, "y"), subject(JAZZ, "z")],
        [Text(text=GOOD_ROCK), None, Text(text=BAD_ROCK)],
    )
    figures = measured.figures
    assert (figures["n"], figures["told"], figures["unsupported"]) == (2, 0.5, 0.5)
    assert (figures["first_try"], figures["loops"], figures["cut_off"]) == (0.5, 0.0, 0.0)
    assert figures["words"] == (8 + 4) / 2
    assert "bleu_4" not in figures
    assert "fallback" not in figures
    assert measured.intervals["told"] == pytest.approx((0.095, 0.905), abs=1e-3)  # Wilson's for 1 of 2


def test_likeness_is_measured_without_names_where_all_have_a_reference() -> None:
    subjects = [
        subject(ROCK, reference="This song is rock at a brisk 125 bpm."),
        subject(JAZZ, "y", reference="Nobody sings in this jazz."),
    ]
    texts = [Text(text="{title} by {artist} is rock at a brisk 125 bpm."), Text(text="Something else.")]
    figures = measure(subjects, texts).figures
    assert figures["recall_at_1"] == 0.75  # the second finds neither text: both share the first place
    assert figures["rouge_l"] == 0.5
    tags = measure(subjects, texts, Sides(prose=False)).figures
    assert "loops" not in tags
    assert "recall_at_10" in tags
    assert "rouge_l" not in measure(subjects, texts, Sides(likeness=False)).figures


def test_tries_are_counted_over_the_notes_a_model_was_asked_for() -> None:
    texts = [
        Text(text=GOOD_ROCK, passed_first=True, is_fallback=False),
        Text(text=GOOD_ROCK, passed_first=False, is_fallback=True),
        Text(text="{title} is polka."),
        Text(text="{title} is polka."),
    ]
    figures = measure([subject(ROCK), subject(ROCK), subject(BARE), subject(BARE)], texts).figures
    assert (figures["first_try"], figures["fallback"], figures["not_asked"]) == (0.5, 0.5, 0.5)


def test_partiality_correlates_richness_with_popularity() -> None:
    subjects = [
        subject(ROCK, "a", popularity=0.1),
        subject(ROCK, "b", popularity=0.9),
        subject(ROCK, "c", popularity=None),
    ]
    texts = [Text(text="Rock."), Text(text=GOOD_ROCK), Text(text="")]
    figures = partiality(subjects, texts)
    assert figures["spearman_words"] == figures["spearman_told_facts"] == pytest.approx(1.0)
    assert partiality([], [])["spearman_words"] is None


# --- first and stored


def test_first_texts_are_the_models_own_and_stored_ones_what_the_check_lets_through() -> None:
    generator = FakeGenerator([BAD_ROCK, GOOD_JAZZ, BAD_ROCK], adapter="tuned@1")
    subjects = [subject(ROCK), subject(BARE, "b"), subject(JAZZ, "c")]
    written = write(subjects, generator, seed=1, tuned=True, on_done=ignore)
    assert [text and text.text for text in written.first] == [BAD_ROCK, None, GOOD_JAZZ]
    rock, bare, jazz = written.stored
    assert rock == Text(text=plain_note(ROCK), passed_first=False, is_fallback=True)
    assert bare == Text(text=plain_note(BARE))
    assert jazz == Text(text=GOOD_JAZZ, passed_first=True, is_fallback=False)
    assert all(prompt.completion for prompt in generator.prompts)


def test_texts_on_what_has_no_name_ask_for_none() -> None:
    def heads_of(**names: str) -> set[str]:
        generator = FakeGenerator(default=GOOD_JAZZ)
        subjects = [subject(replace(JAZZ, tempo_bpm=float(bpm)), names=names) for bpm in range(80, 110)]
        write(subjects, generator, seed=1, tuned=True, on_done=ignore)
        return {prompt.user.partition("\n")[0] for prompt in generator.prompts}

    assert heads_of() == {"song"}
    assert heads_of(title="Fire") == {"song", "song {title}"}


def test_an_untuned_model_is_instructed_and_asked_once_for_first_texts() -> None:
    generator = FakeGenerator(default=BAD_ROCK)
    first = write_first([subject(ROCK)], generator, seed=1, tuned=False, on_done=ignore)
    assert first == [Text(text=BAD_ROCK)]
    assert [prompt.user for prompt in generator.prompts] == [instructed_prompt(ROCK).user]


def test_a_text_that_the_model_did_not_end_is_cut_off_even_if_a_sentence_ends() -> None:
    generator = FakeGenerator(default=Generation(text="Rock it is. And then", finish_reason="length"))
    assert write_first([subject(ROCK)], generator, seed=1, tuned=True, on_done=ignore) == [
        Text(text="Rock it is.", is_cut_off=True)
    ]


def test_first_texts_are_told_apart_by_the_facts_they_were_asked_for() -> None:
    generator = FakeGenerator(default=lambda prompt: re.findall(r"year: \d+", prompt.user)[0])
    sheets = [FactSheet(genres=("rock", "pop"), moods=("sad",), year=year) for year in (1980, 1990, 2000)]
    first = write_first([subject(sheet) for sheet in sheets], generator, seed=5, tuned=True, on_done=ignore)
    assert [text and text.text for text in first] == ["year: 1980", "year: 1990", "year: 2000"]


def test_a_prompt_that_fails_has_no_first_text() -> None:
    failed = Generation(text="", finish_reason="error", error="out of memory")
    assert write_first(
        [subject(ROCK)], FakeGenerator(default=failed), seed=1, tuned=True, on_done=ignore
    ) == [None]


def test_many_subjects_are_written_in_batches_and_told_of() -> None:
    sheets = [FactSheet(genres=("rock",), tempo_bpm=90.0 + step) for step in range(BATCH + 3)]
    done: list[int] = []
    generator = FakeGenerator(default="Rock.")
    first = write_first(
        [subject(sheet) for sheet in sheets], generator, seed=1, tuned=True, on_done=done.append
    )
    assert (len(first), done) == (BATCH + 3, [BATCH, BATCH + 3])
    assert [len(call.prompts) for call in generator.history] == [BATCH, 3]


def test_no_subjects_ask_nothing() -> None:
    written = write([], FakeGenerator(), seed=1, tuned=True, on_done=ignore)
    assert (written.first, written.stored) == ([], [])


# --- the cache


def ask(generator: CachedGenerator, *users: str, seed: int = 1, temperature: float = 0.3) -> list[str]:
    prompts = [Prompt(user=user, seed=7) for user in users]
    texts = generator.generate(prompts, max_tokens=50, temperature=temperature, seed=seed)
    return [text.text for text in texts]


def test_what_was_written_once_is_not_written_again(tmp_path: Path) -> None:
    inner = FakeGenerator(["one", "two"])
    assert ask(CachedGenerator(inner, tmp_path), "a", "b") == ["one", "two"]
    again = CachedGenerator(FakeGenerator(), tmp_path)
    assert ask(again, "b", "a", "b") == ["two", "one", "two"]


def test_another_seed_temperature_prompt_or_model_is_another_text(tmp_path: Path) -> None:
    ask(CachedGenerator(FakeGenerator(["first"]), tmp_path), "a")
    inner = FakeGenerator(default="new")
    cached = CachedGenerator(inner, tmp_path)
    assert ask(cached, "a") == ["first"]
    assert ask(cached, "a", seed=2) == ask(cached, "a", temperature=0.5) == ask(cached, "b") == ["new"]
    for model, adapter in (("fake-2", None), ("fake-1", "tuned@1")):
        other = CachedGenerator(FakeGenerator(default="other", model=model, adapter=adapter), tmp_path)
        assert ask(other, "a") == ["other"]


def test_a_text_keeps_its_seed_whatever_stands_beside_it(tmp_path: Path) -> None:
    inner = FakeGenerator(["kept", "new"])
    cached = CachedGenerator(inner, tmp_path)
    ask(cached, "a")
    ask(cached, "a", "b")
    first, second = inner.history
    assert [prompt.user for prompt in second.prompts] == ["b"]
    assert [prompt.seed for prompt in (*first.prompts, *second.prompts)] == [8, 8]


def test_prompts_without_a_seed_get_that_of_their_place(tmp_path: Path) -> None:
    inner = FakeGenerator(default="text")
    cached = CachedGenerator(inner, tmp_path)
    cached.generate([Prompt(user="a"), Prompt(user="a")], max_tokens=5, temperature=0.0, seed=10)
    assert [prompt.seed for prompt in inner.prompts] == [10, 11]


def test_failures_are_not_kept(tmp_path: Path) -> None:
    failed = Generation(text="", finish_reason="error", error="busy")
    assert ask(CachedGenerator(FakeGenerator([failed]), tmp_path), "a") == [""]
    assert ask(CachedGenerator(FakeGenerator(["better"]), tmp_path), "a") == ["better"]


def test_a_run_that_dies_keeps_what_it_had(tmp_path: Path) -> None:
    users = [f"prompt {step}" for step in range(40)]
    dying = FakeGenerator(["text"] * 32 + [GenerationError("gone")])
    with pytest.raises(GenerationError):
        ask(CachedGenerator(dying, tmp_path), *users)
    inner = FakeGenerator(default="late")
    texts = ask(CachedGenerator(inner, tmp_path), *users)
    assert texts == ["text"] * 32 + ["late"] * 8
    assert len(inner.prompts) == 8


def test_a_torn_line_is_written_again(tmp_path: Path) -> None:
    ask(CachedGenerator(FakeGenerator(["one", "two"]), tmp_path), "a", "b")
    (file,) = tmp_path.iterdir()
    lines = [line for line in file.read_text().splitlines() if line]
    file.write_text(f"{lines[0]}\n{lines[1][:20]}")
    assert json.loads(lines[0])["text"] == "one"
    inner = FakeGenerator(["two again"])
    assert ask(CachedGenerator(inner, tmp_path), "a", "b") == ["one", "two again"]
    assert ask(CachedGenerator(FakeGenerator(), tmp_path), "a", "b") == ["one", "two again"]


def test_a_cache_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="--cache"):
        CachedGenerator(FakeGenerator(), tmp_path / "file" / "cache")
