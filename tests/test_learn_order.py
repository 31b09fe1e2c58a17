"""The order in which a lesson's text tells its facts, and plans drawn like it."""

from __future__ import annotations

from pathlib import Path

import pytest

from linernotes.describe import bare_prompt, told_facts
from linernotes.describe.plan import draw_plan, remarkable
from linernotes.learn.batches import encode
from linernotes.learn.corpora import Lesson, read_notes
from linernotes.learn.order import plan_of
from linernotes.types import CollectionSheet, FactSheet

CORPUS = Path(__file__).resolve().parents[1] / "corpora" / "liner_notes"
SHEET = FactSheet(
    genres=("indie rock", "folk"),
    instruments=("piano", "drums"),
    vocals="female vocals",
    tempo_bpm=72,
    key="D minor",
    year=1994,
)
TEXT = "Slow, at 72 BPM, {title} puts drums before piano. A woman sings folk and indie rock in D minor, 1994."


def lesson(sheet: FactSheet, text: str) -> Lesson:
    return Lesson(id="one", sheet=sheet, text=text, source="made up", licence="CC0-1.0")


def test_facts_and_their_values_stand_as_they_are_told() -> None:
    plan = plan_of(lesson(SHEET, TEXT))
    assert plan.names == ("{title}",)
    assert [fact.label for fact in plan.facts] == ["tempo", "instruments", "vocals", "genres", "key", "year"]
    assert plan.facts[1].values == ("drums", "piano")
    assert plan.facts[3].values == ("folk", "indie rock")
    assert plan.facts[0].values == ("slow", "72 bpm")


def test_what_is_not_told_has_a_place_that_stays() -> None:
    one = lesson(SHEET, "A piano plays folk.")
    assert plan_of(one) == plan_of(one)
    assert set(plan_of(one).facts) >= {fact for fact in told_facts(SHEET) if fact.label not in ("genres",)}


def test_the_prompt_follows_the_plan() -> None:
    prompt = bare_prompt(SHEET, plan_of(lesson(SHEET, TEXT)))
    assert prompt.user.splitlines() == [
        "song {title}",
        "tempo: slow, 72 bpm; instruments: drums, piano",
        "vocals: female vocals; genres: folk, indie rock; key: D minor; year: 1994",
        "###",
    ]


def test_every_fact_of_the_corpus_has_a_place() -> None:
    lessons = read_notes(CORPUS, source="ours", licence="CC-BY-4.0")[::25]
    for one in lessons:
        placed, told = {fact.label for fact in plan_of(one).facts}, told_facts(one.sheet)
        assert {fact.label for fact in remarkable(told)} <= placed <= {fact.label for fact in told}


def test_a_number_without_a_word_is_asked_for_only_where_it_is_told() -> None:
    sheet = FactSheet(genres=("folk",), moods=("sad",), acousticness=0.36)
    labels = {fact.label for fact in plan_of(lesson(sheet, "This is sad folk.")).facts}
    assert labels == {"genres", "moods"}
    told = plan_of(lesson(sheet, "This is sad folk, with an acousticness of 0.36.")).facts
    assert {fact.label for fact in told} == {"genres", "moods", "acousticness"}


def test_drawn_plans_differ_but_can_be_drawn_again() -> None:
    plans = [draw_plan(SHEET, seed) for seed in range(20)]
    assert plans == [draw_plan(SHEET, seed) for seed in range(20)]
    assert len({plan.facts[0].label for plan in plans}) >= 3
    assert {plan.names for plan in plans} == {("{title}",), ("{artist}",), ()}
    labels = {fact.label for fact in told_facts(SHEET)}
    assert all({fact.label for fact in plan.facts} == labels for plan in plans)


def test_a_number_stands_in_the_form_in_which_it_is_told() -> None:
    sheet = FactSheet(tempo_bpm=92, energy=0.1, duration_s=236, key="Ab major", country="Greece")
    text = "Ninety-two beats a minute in A-flat major, very calm at .10, Greek; three minutes and more."
    plan = plan_of(lesson(sheet, text))
    assert [fact.values for fact in plan.facts] == [
        ("ninety-two beats a minute",),
        ("A-flat major",),
        ("very calm", "0.10"),
        ("Greek",),
        ("three minutes fifty-six",),
    ]


@pytest.mark.parametrize("kind", ["artist", "genre"])
def test_the_name_of_a_collection_is_always_planned(kind: str) -> None:
    sheet = CollectionSheet(kind="artist" if kind == "artist" else "genre", tracks=3, genres=("folk",))
    assert draw_plan(sheet, 1).names == (f"{{{kind}}}",)


def test_only_the_text_and_its_end_are_learned() -> None:
    class Letters:
        def __call__(self, text: str, *, add_special_tokens: bool) -> dict[str, list[int]]:
            assert not add_special_tokens
            return {"input_ids": [ord(letter) for letter in text]}

    one = lesson(FactSheet(genres=("folk",)), "Folk.")
    tokens = encode(one, Letters(), 7)
    assert "".join(map(chr, tokens.prompt)) == "song\ngenres: folk\n###\n"
    assert tokens.text == (*map(ord, "Folk."), 7)
