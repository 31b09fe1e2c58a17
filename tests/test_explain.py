"""Reasons: each is true of the evidence it names, and nothing is claimed that is not known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linernotes.explain import MOST, Evidence, channel_scores, reasons_for
from linernotes.types import (
    Avoid,
    Candidates,
    Context,
    Fact,
    FactSheet,
    Family,
    Limit,
    Reason,
    Request,
    Seed,
    Track,
    Want,
)
from linernotes.words import lexicon
from small_library import sheet

TRACK = Track(id=1, title="Undertow", artists=("Ember Lane",), artist_ids=(2,))
LIKE_GLASS = Seed(kind="artist", relation="like", name="Glass Rivers", text="glass rivers", artist_ids=(1,))


def want(family: Family, name: str, text: str = "", weight: float = 1.0) -> Want:
    return Want(family=family, name=name, text=text or name, weight=weight)


def asked(*wants: Want) -> Request:
    return Request(text=" ".join(one.text for one in wants), wants=wants)


def texts(reasons: Sequence[Reason]) -> list[str]:
    return [reason.text for reason in reasons]


def told(request: Request, facts: FactSheet, track: Track = TRACK) -> list[str]:
    return texts(reasons_for(request, track, Evidence(sheet=facts)))


# --- what was asked for


def test_a_genre_that_was_asked_for_comes_with_its_source() -> None:
    facts = (
        Fact(name="genre", value="Prog Rock", source="tag", confidence=0.8),
        Fact(name="genre", value="progressive rock", source="editors", confidence=0.6),
        Fact(name="mood", value="progressive rock", source="listener:me", confidence=1.0),
    )
    evidence = Evidence(sheet=sheet(["progressive rock"]), facts=facts)
    (reason,) = reasons_for(asked(want("genre", "progressive rock")), TRACK, evidence)
    assert reason.text == "genre: progressive rock, as you asked"
    assert reason.evidence == {
        "fact": "genre",
        "value": "progressive rock",
        "source": "tag",
        "confidence": 0.8,
    }


def test_a_kind_of_what_was_asked_for_is_called_so() -> None:
    assert told(asked(want("genre", "metal")), sheet(["death metal"])) == [
        "genre: death metal, a kind of metal"
    ]


def test_what_it_is_only_a_part_of_is_not_claimed() -> None:
    assert told(asked(want("genre", "death metal")), sheet(["metal"])) == []


def test_a_want_that_is_not_met_is_not_claimed() -> None:
    request = asked(want("genre", "jazz"), want("tempo", "fast"), want("mood", "happy"))
    assert told(request, sheet(["folk"], ["sad"], bpm=80, valence=0.1)) == []


def test_a_tempo_is_told_in_words_and_beats() -> None:
    assert told(asked(want("tempo", "fast")), sheet(bpm=124)) == ["fast at 124 bpm"]


def test_a_mood_known_by_its_numbers_alone_is_told_as_numbers() -> None:
    assert told(asked(want("mood", "aggressive")), sheet(energy=0.9)) == ["intense (energy 0.90)"]


def test_a_leaning_of_a_word_is_no_reason() -> None:
    assert told(asked(want("mood", "dreamy")), sheet(energy=0.2)) == []


def test_a_live_recording_is_a_style_of_its_own() -> None:
    assert told(asked(want("style", "live")), sheet(live=True)) == ["a live recording, as you asked"]
    assert told(asked(want("style", "live")), sheet(live=False)) == []


def test_a_situation_is_met_by_facts() -> None:
    request = Request(text="for a run", context=Context(activity="running"))
    evidence = Evidence(sheet=sheet(bpm=150, energy=0.75))
    (reason,) = reasons_for(request, TRACK, evidence)
    assert reason.text == "energetic (energy 0.75) and very fast at 150 bpm, for running"
    assert reason.evidence == {"context": "running", "energy": 0.75, "tempo_bpm": 150}


def test_a_situation_is_called_what_the_request_calls_it_and_repeats_nothing() -> None:
    request = Request(
        text="fast music for my morning run",
        wants=(want("tempo", "fast"), want("activity", "running", "morning run")),
        context=Context(activity="running"),
    )
    assert told(request, sheet(bpm=150, energy=0.75)) == [
        "very fast at 150 bpm",
        "energetic (energy 0.75), for morning run",
    ]
    assert told(request, sheet(bpm=150)) == ["very fast at 150 bpm"]


# --- names


def test_what_a_track_shares_with_the_named_artist_is_told() -> None:
    seeds = {"Glass Rivers": [sheet(["art rock"], ["melancholy"], ["electric guitar"]), sheet(["art rock"])]}
    facts = sheet(["dream pop", "art rock"], ["melancholy"], ["piano", "electric guitar"])
    request = Request(text="like glass rivers", seeds=(LIKE_GLASS,))
    (reason,) = reasons_for(request, TRACK, Evidence(sheet=facts, seeds=seeds))
    assert reason.text == "shares art rock, melancholy and electric guitar with Glass Rivers"
    assert reason.evidence == {"seed": "Glass Rivers", "shared": "art rock, melancholy, electric guitar"}


def test_what_one_of_many_tracks_has_is_not_what_marks_the_artist() -> None:
    seeds = {"Glass Rivers": [sheet(["waltz"])] + [sheet(["art rock"])] * 9}
    request = Request(text="like glass rivers", seeds=(LIKE_GLASS,))
    assert reasons_for(request, TRACK, Evidence(sheet=sheet(["waltz"]), seeds=seeds)) == ()


def test_likeness_of_sound_names_all_that_was_compared() -> None:
    other = Seed(kind="artist", relation="like", name="Willow", text="willow", artist_ids=(4,))
    request = Request(text="like glass rivers and willow", seeds=(LIKE_GLASS, other))
    (reason,) = reasons_for(request, TRACK, Evidence(sheet=sheet(), scores={"audio": 0.834}))
    assert reason.text == "sounds like recordings of Glass Rivers or Willow (audio likeness 0.83)"
    assert reason.evidence == {"audio_likeness": 0.834}


@pytest.mark.parametrize(
    ("seed", "text"),
    [
        (
            Seed(kind="artist", relation="by", name="Ember Lane", text="e", artist_ids=(2,)),
            ["by Ember Lane, as you asked"],
        ),
        (Seed(kind="artist", relation="by", name="Willow", text="w", artist_ids=(4,)), []),
        (
            Seed(kind="album", relation="by", name="Tides", text="t", track_ids=(1, 9)),
            ["from Tides, as you asked"],
        ),
        (
            Seed(kind="track", relation="by", name="Undertow", text="u", track_ids=(1,)),
            ["the song you named"],
        ),
    ],
)
def test_own_tracks_are_told_by_whom_they_are(seed: Seed, text: list[str]) -> None:
    assert told(Request(text="", seeds=(seed,)), sheet()) == text


# --- promises


def test_kept_promises_say_what_is_there_instead() -> None:
    request = Request(
        text="",
        avoids=(
            Avoid(family="vocals", name="vocals", text="vocals"),
            Avoid(family="instrument", name="drums", text="drums"),
            Avoid(family="tempo", name="fast", text="fast"),
        ),
    )
    facts = sheet([], [], ["piano", "cello"], vocals="instrumental", bpm=72)
    assert told(request, facts) == [
        "without vocals: instrumental",
        "no drums among its instruments (piano, cello)",
        "slow at 72 bpm, not fast",
    ]


def test_a_mood_that_is_avoided_is_answered_by_the_moods_it_has() -> None:
    request = Request(text="", avoids=(Avoid(family="mood", name="sad", text="sad"),))
    assert told(request, sheet([], ["happy"])) == ["not sad: its mood is happy"]
    assert told(request, sheet([], ["happy", "calm"])) == ["not sad: its moods are happy and calm"]
    assert told(request, sheet([], ["melancholy"])) == []


def test_limits_that_are_kept_are_told() -> None:
    request = Request(
        text="",
        limits=(
            Limit(name="tempo_bpm", text="120 bpm", low=117, high=123),
            Limit(name="year", text="90s", low=1990, high=1999),
            Limit(name="duration_s", text="under 4 minutes", high=240),
            Limit(name="tracks", text="5 songs", low=5, high=5),
        ),
    )
    facts = sheet(bpm=121, year=1994, seconds=185)
    assert told(request, facts) == [
        "121 bpm, as you asked",
        "from 1994, as you asked",
        "3:05 long, as you asked",
    ]


def test_what_is_not_known_stands_last_in_one_sentence() -> None:
    request = Request(
        text="",
        wants=(want("genre", "folk"),),
        avoids=(
            Avoid(family="vocals", name="vocals", text="vocals"),
            Avoid(family="instrument", name="drums", text="drums"),
        ),
        limits=(Limit(name="tempo_bpm", text="120 bpm", low=117, high=123),),
    )
    evidence = Evidence(sheet=sheet(["folk"]), unverified=("vocals", "drums", "120 bpm"))
    reasons = reasons_for(request, TRACK, evidence)
    assert texts(reasons) == [
        "genre: folk, as you asked",
        "whether it has vocals, whether drums can be heard and its tempo are not known",
    ]
    assert reasons[-1].evidence == {"unverified": "vocals; drums; 120 bpm"}


def test_an_unknown_promise_is_never_told_as_kept() -> None:
    request = Request(text="", avoids=(Avoid(family="genre", name="metal", text="metal"),))
    assert told(request, sheet()) == []
    assert told(request, sheet(["death metal"])) == []


def test_doubt_is_told_even_where_there_are_many_reasons() -> None:
    request = Request(
        text="",
        wants=tuple(want("genre", name) for name in ("folk", "jazz", "blues", "soul")),
        avoids=(Avoid(family="mood", name="sad", text="sad"),),
    )
    evidence = Evidence(sheet=sheet(["folk", "jazz", "blues", "soul"]), unverified=("sad",))
    reasons = reasons_for(request, TRACK, evidence)
    assert len(reasons) == MOST
    assert reasons[-1].text == "whether it is sad is not known"


# --- fame, taste and texts


@pytest.mark.parametrize(
    ("dial", "popularity", "expected"),
    [
        (-1.0, 0.08, ["little known (popularity 0.08)"]),
        (1.0, 0.92, ["well known (popularity 0.92)"]),
        (-1.0, 0.92, []),
        (1.0, None, []),
        (None, 0.08, []),
    ],
)
def test_fame_is_told_where_it_was_asked_for(
    dial: float | None, popularity: float | None, expected: list[str]
) -> None:
    track = Track(id=1, title="T", artists=("A",), artist_ids=(2,), popularity=popularity)
    assert told(Request(text="", popularity=dial), sheet(), track) == expected


def test_taste_is_told_where_it_lifted_the_track() -> None:
    lifted = Evidence(sheet=sheet(), traces={"taste": 0.1, "relevance": 0.5})
    lowered = Evidence(sheet=sheet(), traces={"taste": -0.1})
    assert texts(reasons_for(Request(text="jazz"), TRACK, lifted)) == ["close to what you liked"]
    assert reasons_for(Request(text="jazz"), TRACK, lowered) == ()


def test_words_of_the_request_are_found_in_the_note() -> None:
    request = Request(text="pop with catchy melodies", rest="with catchy melodies and more")
    evidence = Evidence(sheet=sheet(), note="Bright pop: catchy melodies over a drum machine.")
    assert texts(reasons_for(request, TRACK, evidence)) == ["its note speaks of “catchy melodies”"]


def test_words_that_say_nothing_are_not_found_in_the_note() -> None:
    request = Request(text="some songs that make me cry", rest="some songs that make me")
    evidence = Evidence(sheet=sheet(), note="Some songs that make a point.")
    assert reasons_for(request, TRACK, evidence) == ()


def test_likeness_of_words_is_the_weakest_reason() -> None:
    request = asked(want("genre", "folk"))
    evidence = Evidence(sheet=sheet(["folk"]), scores={"dense": 0.571, "lexical": 12.0})
    assert texts(reasons_for(request, TRACK, evidence)) == [
        "genre: folk, as you asked",
        "close to your words (likeness 0.57)",
    ]
    evidence = Evidence(sheet=sheet(["folk"]), scores={"dense": 0.164})
    assert texts(reasons_for(request, TRACK, evidence))[1:] == ["somewhat like your words (likeness 0.16)"]


def test_there_is_no_reason_where_nothing_is_known() -> None:
    assert reasons_for(Request(text="anything"), TRACK, Evidence(sheet=sheet())) == ()


def test_one_thing_is_told_once() -> None:
    request = Request(
        text="no vocals",
        wants=(want("vocals", "instrumental", "vocals"),),
        avoids=(Avoid(family="vocals", name="vocals", text="vocals"),),
    )
    evidence = Evidence(sheet=sheet(vocals="instrumental"), note="A piece without vocals.")
    assert texts(reasons_for(request, TRACK, evidence)) == ["vocals: instrumental, as you asked"]


def test_the_scores_of_a_candidate_are_those_of_the_channels_that_found_it() -> None:
    candidates = Candidates(
        ids=np.array([3, 5], dtype=np.int64),
        channels=("lexical", "dense"),
        scores=np.array([[2.5, np.nan], [np.nan, 0.5]], dtype=np.float32),
        ranks=np.array([[1, np.nan], [np.nan, 1]], dtype=np.float32),
        verified=np.array([True, True]),
    )
    assert channel_scores(candidates, 3) == {"lexical": 2.5}
    assert channel_scores(candidates, 5) == {"dense": 0.5}
    assert channel_scores(candidates, 4) == {}


# --- anything goes

GENRES = [term.name for term in lexicon().terms if term.family == "genre"]
WANTS = [want(term.family, term.name) for term in lexicon().terms]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(WANTS), max_size=6).map(tuple),
    st.lists(st.sampled_from(GENRES), max_size=3, unique=True),
    st.none() | st.floats(40, 200),
    st.none() | st.floats(0, 1),
    st.sampled_from([None, "instrumental", "female vocals"]),
)
def test_every_value_in_the_evidence_stands_in_the_sheet(
    wants: tuple[Want, ...],
    genres: list[str],
    bpm: float | None,
    energy: float | None,
    vocals: str | None,
) -> None:
    facts = sheet(genres, bpm=bpm, energy=energy, vocals=vocals)
    reasons = reasons_for(Request(text="", wants=wants), TRACK, Evidence(sheet=facts))
    assert len(reasons) <= MOST
    held = {*genres, bpm, energy, vocals, facts.live}
    for reason in reasons:
        assert reason.evidence["value"] in held


# --- what others liked


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        ({"liked_artists": 0.5}, ["by an artist you liked or named"]),
        ({"together": 0.4, "sessions": 0.9}, ["others who liked the same songs liked it, too"]),
        (
            {"liked_artists": 0.5, "sessions": 0.4},
            ["by an artist you liked or named", "others liked it who asked for something like this"],
        ),
        ({"sessions": 0.001}, []),
    ],
)
def test_what_others_liked_is_a_reason_where_it_counted(scores: dict[str, float], said: list[str]) -> None:
    evidence = Evidence(sheet=FactSheet(), scores=scores)
    reasons = reasons_for(Request(text="something"), TRACK, evidence)
    assert texts(reasons) == said
    assert all(scores[str(reason.evidence["channel"])] == reason.evidence["score"] for reason in reasons)
