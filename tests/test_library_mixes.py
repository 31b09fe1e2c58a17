"""Saved mixes: what they keep, when they are asked anew, and what is left when somebody is forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from linernotes.errors import InputError
from linernotes.library import AskOptions, Library
from linernotes.types import Answer, Context
from table_library import make_library

MORE = "id,title,artists,genres,moods\n9,Quiet Shore,Ida Holm,ambient,calm\n"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library(make_library(tmp_path)) as opened:
        yield opened


def add_more(library: Library, folder: Path) -> None:
    (folder / "more.csv").write_text(MORE)
    library.add(folder / "more.csv")


def titles(answer: Answer) -> list[str]:
    return [pick.track.title for pick in answer.picks]


def test_a_mix_keeps_the_words_and_how_they_were_asked(library: Library) -> None:
    options = AskOptions(
        n=2, listener="zoe", company=("bo",), context=Context(time="evening"), popularity=-0.5, minutes=30
    )
    answer = library.ask("calm ambient", options)
    mix = library.mixes.save(answer.id, options, name="  Late \n  desk ")
    assert (mix.name, mix.request, mix.fresh) == ("Late desk", "calm ambient", False)
    assert mix.options == options
    assert library.mixes.load(mix.id) == mix


def test_a_mix_without_a_name_bears_its_words(library: Library) -> None:
    answer = library.ask("calm ambient")
    assert library.mixes.save(answer.id, AskOptions()).name == "calm ambient"


def test_a_mix_that_goes_on_from_an_answer_still_does(library: Library) -> None:
    first = library.ask("calm or happy music")
    answer = library.ask("without synthesizer", after=first.id)
    mix = library.mixes.save(answer.id, AskOptions(after=None), fresh=True)
    assert mix.options.after == first.id


def test_a_mix_stays_as_it_was_saved(library: Library, tmp_path: Path) -> None:
    answer = library.ask("calm ambient", listener="zoe")
    mix = library.mixes.save(answer.id, AskOptions(listener="zoe"))
    add_more(library, tmp_path)
    opened = library.mixes.open(mix.id)
    assert not opened.renewed
    assert opened.answer.id == answer.id


def test_a_fresh_mix_is_asked_anew_after_new_music_and_only_then(library: Library, tmp_path: Path) -> None:
    answer = library.ask("calm ambient", listener="zoe")
    mix = library.mixes.save(answer.id, AskOptions(listener="zoe"), fresh=True)
    assert not library.mixes.open(mix.id).renewed
    add_more(library, tmp_path)
    opened = library.mixes.open(mix.id)
    assert opened.renewed
    assert "Quiet Shore" in titles(opened.answer)
    assert not library.mixes.open(mix.id).renewed
    assert library.mixes.open(mix.id).answer.id == opened.answer.id


@pytest.mark.parametrize("who", ["zoe", "bo"])
def test_a_fresh_mix_is_asked_anew_after_feedback_of_those_who_listen(library: Library, who: str) -> None:
    options = AskOptions(listener="zoe", company=("bo",))
    answer = library.ask("happy or calm music", options)
    mix = library.mixes.save(answer.id, options, fresh=True)
    library.feedback(who, answer.picks[0].track.id, "dislike")
    assert library.mixes.open(mix.id).renewed


def test_feedback_of_others_leaves_a_fresh_mix_alone(library: Library) -> None:
    answer = library.ask("calm ambient", listener="zoe")
    mix = library.mixes.save(answer.id, AskOptions(listener="zoe"), fresh=True)
    library.feedback("somebody else", 3, "like")
    assert not library.mixes.open(mix.id).renewed


def test_a_mix_of_somebody_without_history_is_not_asked_anew_for_nothing(library: Library) -> None:
    answer = library.ask("calm ambient")
    mix = library.mixes.save(answer.id, AskOptions(), fresh=True)
    assert not library.mixes.open(mix.id).renewed


def test_a_mix_can_be_made_fresh_and_be_deleted(library: Library) -> None:
    answer = library.ask("calm ambient", listener="zoe")
    mix = library.mixes.save(answer.id, AskOptions(listener="zoe"))
    library.mixes.keep_fresh(mix.id, True)
    assert library.mixes.load(mix.id).fresh
    library.mixes.delete(mix.id)
    assert library.mixes.of("zoe") == ()
    assert library.answer(answer.id).picks


@pytest.mark.parametrize("mix_id", [0, 999, 2**70])
def test_an_unknown_mix_is_told(library: Library, mix_id: int) -> None:
    with pytest.raises(InputError, match="no mix"):
        library.mixes.open(mix_id)


def test_unknown_mixes_are_neither_changed_nor_deleted(library: Library) -> None:
    with pytest.raises(InputError, match="no mix 999"):
        library.mixes.keep_fresh(999, True)
    with pytest.raises(InputError, match="no mix 999"):
        library.mixes.delete(999)


def test_a_name_that_is_too_long_is_refused(library: Library) -> None:
    answer = library.ask("calm ambient")
    with pytest.raises(InputError, match="201 characters"):
        library.mixes.save(answer.id, AskOptions(), name="x" * 201)


def test_who_is_forgotten_leaves_no_mix_and_no_company_in_others(library: Library) -> None:
    mine = library.ask("calm ambient", listener="Zebulon")
    library.mixes.save(mine.id, AskOptions(listener="Zebulon"))
    options = AskOptions(listener="bo", company=("Zebulon", "al"))
    kept = library.mixes.save(mine.id, options, name="together")
    forgotten = library.forget("Zebulon")
    assert forgotten.what.mixes == 1
    assert library.mixes.load(kept.id).options.company == ("al",)
    opened = library.mixes.open(kept.id)
    assert opened.renewed
    assert opened.answer.picks
