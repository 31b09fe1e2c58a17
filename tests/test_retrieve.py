"""Retrieval over twelve songs: what each channel finds, and that no promise is broken."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fakes import FakeEmbedder
from linernotes.index import EmbeddedIndex
from linernotes.retrieve import CHANNELS, conditions_of, retrieve, unkept
from linernotes.retrieve.field import Field
from linernotes.retrieve.wishes import shares, wishes_of
from linernotes.retrieve.words import lexical_query, searched_text
from linernotes.types import (
    Avoid,
    Candidates,
    Condition,
    Context,
    Echo,
    Ids,
    Limit,
    Request,
    Seed,
    Want,
)
from small_library import EMBER, GLASS, QUARRY, SONGS, WILLOW, sheet, small_index

GLASS_TRACKS: dict[int, Ids] = {GLASS: np.array([1, 2], dtype=np.int64)}
LIKE_GLASS = Seed(
    kind="artist", relation="like", name="Glass Rivers", text="glass rivers", artist_ids=(GLASS,)
)
LIKE_GLASS_REQUEST = Request(text="something like glass rivers", seeds=(LIKE_GLASS,))


@pytest.fixture(scope="module")
def embedder() -> FakeEmbedder:
    return FakeEmbedder()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, embedder: FakeEmbedder) -> Iterator[EmbeddedIndex]:
    opened = small_index(tmp_path_factory.mktemp("index"), embedder=embedder)
    yield opened
    opened.close()


def ask(index: EmbeddedIndex, request: Request, *channels: str, depth: int = 200) -> Candidates:
    return retrieve(
        request,
        index=index,
        embedder=None,
        seed_tracks=GLASS_TRACKS,
        depth=depth,
        channels=frozenset(channels or CHANNELS),
    )


def ranked(candidates: Candidates, channel: str) -> list[int]:
    """The ids that a channel found, best first."""
    column = candidates.channels.index(channel)
    ranks = candidates.ranks[:, column]
    return [int(candidates.ids[row]) for row in np.argsort(ranks, kind="stable") if not np.isnan(ranks[row])]


def excluded(request: Request, field: str) -> tuple[str | int | bool, ...]:
    return next(condition for condition in conditions_of(request) if condition.field == field).excluded


# --- conditions


def test_no_metal_excludes_every_kind_of_metal() -> None:
    request = Request(text="no metal", avoids=(Avoid(family="genre", name="metal", text="metal"),))
    assert {"metal", "death metal", "metalcore"} <= set(excluded(request, "genres"))
    assert "rock" not in excluded(request, "genres")


def test_a_genre_that_the_lexicon_does_not_know_is_excluded_by_the_name_within_it() -> None:
    request = Request(text="no metal", avoids=(Avoid(family="genre", name="metal", text="metal"),))
    values = {"genres": ("symphonic black metal", "metallic jazz", "folk")}
    (condition,) = conditions_of(request, known_values=lambda field: values.get(field, ()))
    assert "symphonic black metal" in condition.excluded
    assert "metallic jazz" not in condition.excluded


def test_no_vocals_excludes_every_voice_but_not_instrumentals() -> None:
    request = Request(text="no vocals", avoids=(Avoid(family="vocals", name="vocals", text="vocals"),))
    values = excluded(request, "vocals")
    assert {"vocals", "choir", "rap vocals", "duet", "male and female vocals"} <= set(values)
    assert "instrumental" not in values


def test_a_voice_of_unknown_name_is_a_voice() -> None:
    request = Request(text="no vocals", avoids=(Avoid(family="vocals", name="vocals", text="vocals"),))
    (condition,) = conditions_of(request, known_values=lambda _: ("smoky contralto", "instrumental"))
    assert "smoky contralto" in condition.excluded


def test_a_singer_of_unknown_sex_leaves_it_open_whether_a_woman_sings() -> None:
    request = Request(text="", avoids=(Avoid(family="vocals", name="female vocals", text="women"),))
    (condition,) = conditions_of(request)
    assert "male and female vocals" in condition.excluded
    assert {"vocals", "duet", "choir"} <= set(condition.uncertain)
    assert "male vocals" not in condition.uncertain


def test_a_voice_is_no_promise_that_nobody_screams() -> None:
    request = Request(text="", avoids=(Avoid(family="vocals", name="screaming", text="screaming"),))
    (condition,) = conditions_of(request)
    assert condition.excluded == ("screaming",)
    assert "male vocals" in condition.uncertain
    assert "instrumental" not in condition.uncertain


def test_a_kind_that_is_wanted_is_no_exclusion() -> None:
    request = Request(
        text="someone talking instead of singing",
        wants=(Want(family="vocals", name="spoken word", text="talking"),),
        avoids=(Avoid(family="vocals", name="vocals", text="singing"),),
    )
    (condition,) = conditions_of(request)
    assert {"male vocals", "choir"} <= set(condition.excluded)
    assert "spoken word" not in condition.excluded
    assert condition.uncertain == ("vocals",)


def test_the_wider_genre_that_is_wanted_is_no_exception() -> None:
    request = Request(
        text="metal but no death metal",
        wants=(Want(family="genre", name="metal", text="metal"),),
        avoids=(Avoid(family="genre", name="death metal", text="death metal"),),
    )
    assert excluded(request, "genres") == ("death metal",)


def test_some_guitar_leaves_it_open_whether_it_is_electric() -> None:
    request = Request(text="", avoids=(Avoid(family="instrument", name="electric guitar", text="e-guitar"),))
    (condition,) = conditions_of(request)
    assert condition.excluded == ("electric guitar",)
    assert condition.uncertain == ("guitar",)


def test_an_avoided_tempo_is_a_range_to_stay_out_of() -> None:
    request = Request(text="not fast", avoids=(Avoid(family="tempo", name="fast", text="fast"),))
    (condition,) = conditions_of(request)
    assert condition == Condition(field="tempo_bpm", promise="fast", low=120.0, outside=True)


def test_an_avoided_mood_excludes_by_its_numbers_only_where_they_are_known() -> None:
    request = Request(text="", avoids=(Avoid(family="mood", name="aggressive", text="aggressive"),))
    words, numbers = conditions_of(request)
    assert (words.field, words.if_known) == ("moods", False)
    assert numbers == Condition(field="energy", promise="aggressive", low=0.8, outside=True, if_known=True)


def test_a_leaning_of_a_word_excludes_nothing() -> None:
    request = Request(text="", avoids=(Avoid(family="mood", name="dreamy", text="dreamy"),))
    assert [condition.field for condition in conditions_of(request)] == ["moods"]


def test_live_is_a_field_of_its_own_among_the_styles() -> None:
    request = Request(
        text="",
        avoids=(
            Avoid(family="style", name="live", text="live"),
            Avoid(family="style", name="remix", text="remixes"),
        ),
    )
    assert conditions_of(request) == (
        Condition(field="live", promise="live", excluded=(True,)),
        Condition(field="styles", promise="remixes", excluded=("remix",)),
    )


def test_names_and_numbers_become_conditions() -> None:
    request = Request(
        text="",
        avoids=(
            Avoid(family="artist", name="Quarry", text="quarry", ids=(QUARRY,)),
            Avoid(family="album", name="Panes", text="panes", ids=(1, 2)),
        ),
        limits=(
            Limit(name="year", text="90s", low=1990, high=1999),
            Limit(name="tempo_bpm", text="not 120", low=117, high=123, excluded=True),
            Limit(name="tracks", text="5 songs", low=5, high=5),
        ),
        seeds=(LIKE_GLASS,),
    )
    assert conditions_of(request) == (
        Condition(field="artist_ids", promise="quarry", excluded=(QUARRY,)),
        Condition(field="track_id", promise="panes", excluded=(1, 2)),
        Condition(field="year", promise="90s", low=1990, high=1999),
        Condition(field="tempo_bpm", promise="not 120", low=117, high=123, outside=True),
        Condition(
            field="artist_ids", promise="like Glass Rivers, not Glass Rivers itself", excluded=(GLASS,)
        ),
    )


def test_an_exclusion_that_no_fact_can_tell_is_named() -> None:
    party = Avoid(family="activity", name="party", text="party music")
    request = Request(text="", avoids=(party, Avoid(family="genre", name="jazz", text="jazz")))
    assert unkept(request) == ("party music",)


def test_an_empty_request_has_no_conditions() -> None:
    assert conditions_of(Request(text="")) == ()


# --- the words that are searched for


def test_names_to_resemble_and_exclusions_are_not_searched_for() -> None:
    request = Request(
        text="Warm folk like Glass Rivers but no Metal, under 4 minutes, from the 70s",
        seeds=(LIKE_GLASS,),
        wants=(Want(family="genre", name="folk", text="folk"),),
        avoids=(Avoid(family="genre", name="metal", text="Metal"),),
        limits=(
            Limit(name="duration_s", text="under 4 minutes", high=240),
            Limit(name="year", text="70s", low=1970, high=1979),
        ),
    )
    assert searched_text(request) == "warm folk like but no from the 70s"
    assert lexical_query(request).split()[:3] == ["warm", "folk", "70s"]


def test_wants_are_searched_for_under_other_names_and_with_the_words_of_their_numbers() -> None:
    request = Request(text="quick", wants=(Want(family="tempo", name="fast", text="quick"),))
    words = lexical_query(request).split()
    assert words[:2] == ["quick", "fast"]
    assert "breakneck" in words


def test_a_text_that_was_not_understood_is_searched_as_it_is() -> None:
    assert searched_text(Request(text="The Who")) == "the who"


# --- channels


def test_a_request_that_is_not_understood_uses_only_its_text(
    index: EmbeddedIndex, embedder: FakeEmbedder
) -> None:
    candidates = retrieve(
        Request(text="fingerpicked morning"), index=index, embedder=embedder, seed_tracks={}
    )
    assert set(candidates.channels) == {"lexical", "dense"}
    assert ranked(candidates, "lexical")[0] == 7
    assert ranked(candidates, "dense")[0] == 7


def test_without_an_embedder_the_other_channels_answer(index: EmbeddedIndex) -> None:
    request = Request(
        text="catchy synth-pop", wants=(Want(family="genre", name="synth-pop", text="synth-pop"),)
    )
    candidates = ask(index, request)
    assert "dense" not in candidates.channels
    assert ranked(candidates, "lexical")[0] == 9


def test_without_text_vectors_the_others_answer(tmp_path: Path, embedder: FakeEmbedder) -> None:
    with_none = small_index(tmp_path)
    candidates = retrieve(LIKE_GLASS_REQUEST, index=with_none, embedder=embedder, seed_tracks=GLASS_TRACKS)
    assert {"audio", "seed_facts"} <= set(candidates.channels)
    assert "dense" not in candidates.channels
    with_none.close()


def test_an_empty_index_has_no_candidates(tmp_path: Path, embedder: FakeEmbedder) -> None:
    empty = small_index(tmp_path, songs=())
    candidates = retrieve(LIKE_GLASS_REQUEST, index=empty, embedder=embedder, seed_tracks={})
    assert candidates.ids.shape == (0,)
    assert candidates.scores.shape == (0, 0)
    assert candidates.verified.shape == (0,)
    empty.close()


def test_facts_rank_by_the_share_of_what_was_asked(index: EmbeddedIndex) -> None:
    request = Request(
        text="calm folk piano",
        wants=(
            Want(family="mood", name="calm", text="calm"),
            Want(family="genre", name="folk", text="folk"),
            Want(family="instrument", name="piano", text="piano"),
        ),
    )
    candidates = ask(index, request, "facts")
    assert ranked(candidates, "facts")[:2] == [8, 7]
    assert candidates.scores[list(candidates.ids).index(8), 0] == pytest.approx(1.0)


def test_a_kind_of_the_genre_counts_almost_and_what_it_is_a_kind_of_a_little(index: EmbeddedIndex) -> None:
    metal = wishes_of(Request(text="", wants=(Want(family="genre", name="metal", text="metal"),)))
    death = wishes_of(Request(text="", wants=(Want(family="genre", name="death metal", text="death metal"),)))
    field = Field(np.array([5, 6, 7], dtype=np.int64))
    assert shares(metal, index, field).tolist() == pytest.approx([0.9, 1.0, 0.0])
    assert shares(death, index, field).tolist() == pytest.approx([1.0, 0.4, 0.0])


def test_a_mood_is_met_by_its_numbers_where_nobody_names_it(index: EmbeddedIndex) -> None:
    wishes = wishes_of(Request(text="", wants=(Want(family="mood", name="intense", text="intense"),)))
    field = Field(np.array([5, 7], dtype=np.int64))
    assert shares(wishes, index, field).tolist() == pytest.approx([0.7, 0.0])


def test_the_situation_is_asked_of_the_facts(index: EmbeddedIndex) -> None:
    request = Request(text="for a run", context=Context(activity="running"))
    found = ranked(ask(index, request, "facts"), "facts")
    assert {5, 6, 9, 10} <= set(found[:5])
    assert 7 not in found


def test_a_song_without_a_year_is_found_by_the_decade_of_its_artist(index: EmbeddedIndex) -> None:
    request = Request(text="70s", limits=(Limit(name="year", text="70s", low=1970, high=1979),))
    assert ranked(ask(index, request, "facts"), "facts") == [7, 8]


def test_audio_finds_what_sounds_like_the_seed_but_not_the_seed(index: EmbeddedIndex) -> None:
    candidates = ask(index, LIKE_GLASS_REQUEST, "audio")
    assert ranked(candidates, "audio")[:2] == [3, 4]
    assert not {1, 2} & set(candidates.ids.tolist())


def test_seed_facts_find_what_shares_the_rare_traits_of_the_seed(index: EmbeddedIndex) -> None:
    assert ranked(ask(index, LIKE_GLASS_REQUEST, "seed_facts"), "seed_facts")[0] in (3, 4)


def test_seed_text_finds_notes_like_those_of_the_seed(index: EmbeddedIndex) -> None:
    assert ranked(ask(index, LIKE_GLASS_REQUEST, "seed_text"), "seed_text")[0] in (3, 4)


def test_a_song_is_not_like_another_recording_of_itself(index: EmbeddedIndex) -> None:
    seed = Seed(kind="track", relation="like", name="Undertow", text="undertow", track_ids=(3,))
    candidates = ask(index, Request(text="like undertow", seeds=(seed,)))
    assert len(candidates.ids)
    assert not {3, 4} & set(candidates.ids.tolist())


def test_who_is_loved_is_welcome_and_who_is_resembled_is_not(index: EmbeddedIndex) -> None:
    loved = replace(LIKE_GLASS, welcome=True)
    told = Request(text="i love glass rivers", seeds=(loved,))
    assert not conditions_of(told)
    assert {1, 2} <= set(ranked(ask(index, told), "liked_artists"))
    assert not {1, 2} & set(ask(index, LIKE_GLASS_REQUEST).ids.tolist())


def test_a_name_that_stands_in_a_request_is_a_hint(index: EmbeddedIndex) -> None:
    echoes = (Echo(kind="track", ids=(3,), weight=1.3), Echo(kind="artist", ids=(GLASS,), weight=2.0))
    found = ask(index, Request(text="what was it called", echoes=echoes), "echoes")
    assert dict(zip(found.ids.tolist(), found.scores[:, 0].tolist(), strict=True)) == pytest.approx(
        {1: 2.0, 2: 2.0, 3: 1.3}
    )


def test_what_others_found_has_its_score_below_the_depth_of_a_channel(index: EmbeddedIndex) -> None:
    request = Request(
        text="guitar and piano",
        wants=tuple(Want(family="instrument", name=name, text=name) for name in ("guitar", "piano")),
    )
    deep, shallow = ask(index, request, "lexical", "facts"), ask(index, request, "lexical", "facts", depth=2)
    assert len(shallow.ids) < len(deep.ids)
    rows = np.searchsorted(deep.ids, shallow.ids)
    assert np.array_equal(deep.scores[rows], shallow.scores, equal_nan=True)


def test_by_an_artist_finds_only_its_tracks(index: EmbeddedIndex) -> None:
    seed = Seed(kind="artist", relation="by", name="Ember Lane", text="ember lane", artist_ids=(EMBER,))
    candidates = ask(index, Request(text="songs by ember lane", seeds=(seed,)))
    assert candidates.ids.tolist() == [3, 4]
    assert candidates.ranks[:, candidates.channels.index("by")].tolist() == [1.0, 1.0]


def test_by_an_artist_keeps_the_conditions_too(index: EmbeddedIndex) -> None:
    seed = Seed(kind="artist", relation="by", name="Ember Lane", text="ember lane", artist_ids=(EMBER,))
    request = Request(
        text="ember lane, nothing live",
        seeds=(seed,),
        avoids=(Avoid(family="style", name="live", text="live"),),
    )
    assert ask(index, request).ids.tolist() == [3]


def test_a_named_track_is_found_itself(index: EmbeddedIndex) -> None:
    seed = Seed(kind="track", relation="by", name="Breakwater", text="breakwater", track_ids=(11,))
    assert ask(index, Request(text="play breakwater", seeds=(seed,))).ids.tolist() == [11]


def test_conditions_alone_are_answered_by_browsing(index: EmbeddedIndex) -> None:
    request = Request(text="no metal", avoids=(Avoid(family="genre", name="metal", text="metal"),))
    candidates = ask(index, request)
    assert candidates.channels == ("browse",)
    assert set(candidates.ids.tolist()) == {1, 2, 3, 4, 7, 8, 9, 10, 11, 12}


def test_browsing_takes_from_all_over_the_catalogue(tmp_path: Path) -> None:
    songs = [replace(SONGS[6], id=number, song_key=str(number)) for number in range(1, 401)]
    many = small_index(tmp_path, songs)
    request = Request(text="no metal", avoids=(Avoid(family="genre", name="metal", text="metal"),))
    ids = ask(many, request, depth=20).ids
    assert len(ids) == 20
    assert ids.min() < 100
    assert ids.max() > 300
    many.close()


def test_every_channel_can_be_switched_off(index: EmbeddedIndex) -> None:
    for channel in ("audio", "seed_text", "seed_facts"):
        assert channel not in ask(index, LIKE_GLASS_REQUEST, *set(CHANNELS) - {channel}).channels


def test_unknown_facts_are_candidates_that_are_not_verified(index: EmbeddedIndex) -> None:
    request = Request(
        text="no vocals",
        wants=(Want(family="vocals", name="instrumental", text="vocals"),),
        avoids=(Avoid(family="vocals", name="vocals", text="vocals"),),
    )
    candidates = ask(index, request, "browse")
    assert dict(zip(candidates.ids.tolist(), candidates.verified.tolist(), strict=True)) == {
        7: True,
        10: False,
        11: True,
        12: False,
    }


def test_equal_scores_share_a_rank(index: EmbeddedIndex) -> None:
    request = Request(text="", wants=(Want(family="genre", name="folk", text="folk"),))
    candidates = ask(index, request, "facts")
    rank_by_id = dict(zip(candidates.ids.tolist(), candidates.ranks[:, 0].tolist(), strict=True))
    assert rank_by_id[7] == rank_by_id[8] == 1.0


def test_depth_bounds_every_channel(index: EmbeddedIndex) -> None:
    candidates = ask(index, LIKE_GLASS_REQUEST, depth=2)
    assert np.nanmax(candidates.ranks) <= 2
    found = np.sum(~np.isnan(candidates.scores), axis=0)
    assert found.max() == 2


def test_the_same_request_has_the_same_candidates(index: EmbeddedIndex) -> None:
    first, second = ask(index, LIKE_GLASS_REQUEST), ask(index, LIKE_GLASS_REQUEST)
    assert np.array_equal(first.ids, second.ids)
    assert np.array_equal(first.scores, second.scores, equal_nan=True)


@pytest.mark.parametrize("ids", [[2, 4, 8], [2, 4, 10**12]])
def test_a_field_passes_over_ids_that_are_not_in_it(ids: list[int]) -> None:
    field = Field(np.array(ids, dtype=np.int64))
    assert field.rows(np.array([1, 4, ids[-1], 10**13], dtype=np.int64)).tolist() == [1, 2]
    assert Field(field.ids[:0]).rows(field.ids).tolist() == []


def test_the_best_of_a_field_come_best_first_without_those_that_have_nothing() -> None:
    field = Field(np.array([3, 5, 7, 9], dtype=np.int64))
    scores = np.array([0.2, 0.9, 0.0, 0.5], dtype=np.float32)
    assert field.best(scores, 10).ids.tolist() == [5, 9, 3]
    assert field.best(scores, 2).ids.tolist() == [5, 9]
    assert field.best(scores, 0).ids.tolist() == []


def test_hits_alone_are_answered_by_what_is_best_known(index: EmbeddedIndex) -> None:
    hits = ask(index, Request(text="play some hits", popularity=1.0))
    gems = ask(index, Request(text="hidden gems", popularity=-1.0))
    assert hits.channels == ("browse",)
    assert ranked(hits, "browse")[:2] == [9, 1]
    assert ranked(gems, "browse")[:2] == [4, 3]


def test_a_sheet_of_nothing_is_found_only_by_its_name(index: EmbeddedIndex) -> None:
    assert sheet(seconds=None, live=None) == SONGS[11].sheet
    request = Request(text="lone tape", wants=(Want(family="genre", name="folk", text="folk"),))
    assert 12 in ranked(ask(index, request), "lexical")
    assert 12 not in ranked(ask(index, request), "facts")


def test_willow_is_more_than_a_name(index: EmbeddedIndex) -> None:
    seed = Seed(kind="artist", relation="like", name="Willow", text="willow", artist_ids=(WILLOW,))
    request = Request(text="like willow", seeds=(seed,))
    candidates = retrieve(
        request, index=index, embedder=None, seed_tracks={WILLOW: np.array([7, 8], dtype=np.int64)}
    )
    assert ranked(candidates, "audio")[0] == 11


def test_an_instrumental_with_a_voice_is_no_promise() -> None:
    wants = tuple(Want(family="vocals", name=name, text=name) for name in ("female vocals", "instrumental"))
    assert not conditions_of(Request(text="a woman sings over an instrumental", wants=wants))
    assert conditions_of(Request(text="instrumental", wants=wants[1:]))
