"""Numbers in words, folding, and the lexicon."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linernotes.types import Family
from linernotes.words import BANDS, band_of, fold, lexicon, read_lexicon, tokenise, word_for

SMALL = """
[quiet]
genre = "classic"

[mood]
calm = { also = "chill, laid back", asks = "energy < 0.4, tempo_bpm 80..100 * 0.5, mood = happy * 0.2" }

[genre]
rock = {}
metal = { is = "rock" }
"death metal" = { is = "metal", also = "deathmetal" }
latin = {}
classical = { also = "classic" }

[instrument]
guitar = {}

[language]
Latin = {}
"""


# --- bands


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("tempo_bpm", 59.9, "very slow"),
        ("tempo_bpm", 60.0, "slow"),
        ("tempo_bpm", 120.0, "fast"),
        ("tempo_bpm", 170.0, "breakneck"),
        ("energy", 0.39, "gentle"),
        ("energy", 1.0, "intense"),
        ("valence", 0.1, "sad"),
        ("danceability", 0.5, None),
        ("acousticness", 0.9, "mostly acoustic"),
        ("acousticness", 0.91, "entirely acoustic"),
        ("loudness_lufs", -30.0, "very quiet"),
        ("duration_s", 300.0, "long"),
        ("year", 1999.0, None),
    ],
)
def test_a_number_has_the_plain_word_of_its_band(name: str, value: float, word: str | None) -> None:
    assert word_for(name, value) == word


def test_bands_of_a_fact_ascend_and_do_not_overlap() -> None:
    for bands in BANDS.values():
        assert all(one.high <= other.low for one, other in pairwise(bands))
        assert all(band.low < band.high and band.words for band in bands)


def test_not_a_number_has_no_band() -> None:
    assert band_of("energy", math.nan) is None


# --- folding


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Björk", "bjork"),
        ("Sigur Rós", "sigur ros"),
        ("Mø", "mo"),
        ("AC/DC", "ac dc"),
        ("Simon & Garfunkel", "simon and garfunkel"),
        ("R&B", "r and b"),
        ("Don't  Stop", "dont stop"),
        ("90’s", "90s"),
        ("The Beatles", "the beatles"),
        ("STRASSE straße", "strasse strasse"),
        ("!!!", "!!!"),
        ("  ", ""),
        ("ガガ", "ガガ"),
        ("소녀시대", "소녀시대"),
    ],
)
def test_fold_keeps_what_is_compared(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_tokens_are_the_words_of_the_folded_text(text: str) -> None:
    tokens = tokenise(text)
    if tokens:
        assert " ".join(token.word for token in tokens) == fold(text)
    assert all(0 <= token.start < token.end <= len(text) for token in tokens)


# --- the lexicon of the package


def test_every_family_has_terms() -> None:
    assert {term.family for term in lexicon().terms} == set(get_args(Family))


def test_every_parent_is_a_term_of_its_family() -> None:
    for term in lexicon().terms:
        for parent in term.parents:
            assert lexicon().term(term.family, parent) is not None, (term.name, parent)


def test_no_term_is_its_own_ancestor() -> None:
    for term in lexicon().terms:
        above = {name for parent in term.parents for name in lexicon().ancestors(term.family, parent)}
        assert term.name not in above


def test_no_phrase_names_two_terms_of_one_family() -> None:
    owners: dict[tuple[str, str], str] = {}
    for term in lexicon().terms:
        for phrase in (term.name, *term.synonyms):
            assert owners.setdefault((term.family, fold(phrase)), term.name) == term.name


def test_what_a_word_means_stands_on_the_edges_of_the_bands() -> None:
    edges = {
        name: {edge for band in bands for edge in (band.low, band.high)} for name, bands in BANDS.items()
    }
    edges["acousticness"].add(0.7)
    for term in lexicon().terms:
        for target in term.targets:
            for end in (target.low, target.high):
                assert end is None or end in edges[target.name], (term.name, target)


def test_targets_with_a_value_name_known_terms() -> None:
    families: dict[str, Family] = {"mood": "mood", "genre": "genre", "vocals": "vocals"}
    for term in lexicon().terms:
        for target in term.targets:
            if target.value is not None:
                assert lexicon().term(families[target.name], target.value), (term.name, target)


def test_slow_and_fast_of_requests_are_those_of_the_notes() -> None:
    slow, fast = lexicon().term("tempo", "slow"), lexicon().term("tempo", "fast")
    assert slow is not None
    assert fast is not None
    assert word_for("tempo_bpm", (slow.targets[0].high or 0.0) - 0.1) == "slow"
    assert word_for("tempo_bpm", fast.targets[0].low or 0.0) == "fast"


@pytest.mark.parametrize(
    ("family", "text", "name"),
    [
        ("genre", "hiphop", "hip hop"),
        ("genre", "Hip-Hop", "hip hop"),
        ("genre", "rnb", "R&B"),
        ("genre", "r and b", "R&B"),
        ("genre", "d&b", "drum and bass"),
        ("genre", "lofi", "lo-fi"),
        ("genre", "synth pop", "synth-pop"),
        ("genre", "female vocalists", None),
        ("mood", "Mellow", "calm"),
        ("mood", "party", "festive"),
        ("mood", "upbeat", "happy"),
        ("mood", "spiritual", "spiritual"),
        ("mood", "menacing", "menacing"),
        ("genre", "Experimental Rock", "experimental rock"),
        ("genre", "Pop/Rock", "pop rock"),
        ("genre", "west coast rap", "West Coast hip hop"),
        ("genre", "alt r&b", "alternative R&B"),
        ("genre", "contemporary christian", "contemporary Christian music"),
        ("genre", "musicals", "musical theatre"),
        ("vocals", "female vocalists", "female vocals"),
        ("vocals", "no vocals", "instrumental"),
        ("vocals", "woman", "female vocals"),
        ("instrument", "Electric Guitars", "electric guitar"),
        ("instrument", "beat", "beats"),
        ("country", "British", "United Kingdom"),
        ("country", "bajan", "Barbados"),
        ("language", "en français", None),
        ("style", "Xmas", "christmas"),
    ],
)
def test_canonical_names_of_usual_words(family: Family, text: str, name: str | None) -> None:
    assert lexicon().canonical(family, text) == name


@pytest.mark.parametrize(
    ("family", "kind", "wider"),
    [
        ("genre", "experimental rock", {"rock", "experimental"}),
        ("genre", "pop rock", {"rock", "pop"}),
        ("genre", "alternative metal", {"metal", "alternative rock", "rock"}),
        ("genre", "nu metal", {"metal", "alternative metal"}),
        ("genre", "G-funk", {"West Coast hip hop", "gangsta rap", "hip hop"}),
        ("genre", "Chicago hip hop", {"Midwest hip hop", "hip hop"}),
        ("genre", "alternative R&B", {"contemporary R&B", "R&B"}),
        ("genre", "hip hop soul", {"R&B", "hip hop"}),
        ("genre", "Christian rock", {"rock", "Christian"}),
        ("genre", "contemporary gospel", {"gospel", "Christian"}),
        ("genre", "psychedelic soul", {"soul", "psychedelia"}),
        ("genre", "Latin rock", {"rock", "Latin"}),
        ("genre", "country pop", {"country", "pop"}),
        ("genre", "Chicago blues", {"electric blues", "blues"}),
        ("mood", "menacing", {"dark"}),
        ("mood", "heartfelt", {"emotional"}),
    ],
)
def test_kinds_are_kinds_of_what_people_exclude_with_them(family: Family, kind: str, wider: set[str]) -> None:
    assert wider <= lexicon().ancestors(family, kind)


@pytest.mark.parametrize("style", ["emo rap", "electropop", "crunk", "post-grunge", "Memphis rap"])
def test_a_style_is_not_another_word_for_a_neighbour(style: str) -> None:
    assert lexicon().canonical("genre", style) == style


def test_upbeat_is_a_tempo_in_a_sentence_and_asks_for_happy_songs() -> None:
    (mention,) = lexicon().mentions("upbeat songs")
    assert (mention.family, mention.name) == ("tempo", "upbeat")
    upbeat = lexicon().term("tempo", "upbeat")
    assert upbeat is not None
    assert {("mood", "happy", 1.0), ("mood", "energetic", 0.5)} <= {
        (target.name, target.value, target.weight) for target in upbeat.targets
    }


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("dark pop", ["dark", "pop"]),
        ("british hip hop", ["United Kingdom", "hip hop"]),
        ("instrumental rock", ["instrumental", "rock"]),
    ],
)
def test_words_that_are_two_facts_are_read_as_two(text: str, names: list[str]) -> None:
    assert [mention.name for mention in lexicon().mentions(text)] == names
    assert lexicon().canonical("genre", text) is not None


def test_tags_of_the_taggers_are_known() -> None:
    tags: dict[Family, str] = {
        "genre": "rock,pop,alternative,indie,electronic,dance,alternative rock,jazz,metal,classic rock,soul,"
        "indie rock,electronica,folk,chillout,punk,oldies,blues,hard rock,ambient,experimental,country,"
        "easy listening,funk,electro,heavy metal,Progressive rock,rnb,indie pop,House,classical,techno,opera,"
        "new age,choral,classic",
        "mood": "beautiful,Mellow,chill,sexy,catchy,sad,happy,weird,party",
        "instrument": "guitar,strings,drums,piano,violin,beat,synth,harpsichord,flute,sitar,beats,harp,cello",
        "vocals": "vocal,female,male,singing,vocals,no vocals,woman,male vocal,no vocal,man,choir,voice,"
        "male voice,female vocal,no voice,female voice,instrumental,male vocalists,female vocalist",
    }
    for family, listed in tags.items():
        for tag in listed.split(","):
            assert lexicon().canonical(family, tag), (family, tag)


# --- reading and searching a lexicon


def test_mentions_take_the_longest_phrase_and_do_not_overlap() -> None:
    small = read_lexicon(SMALL)
    text = "Laid-back DEATH METAL guitars"
    found = [(m.family, m.name, text[m.start : m.end]) for m in small.mentions(text)]
    assert found == [
        ("mood", "calm", "Laid-back"),
        ("genre", "death metal", "DEATH METAL"),
        ("instrument", "guitar", "guitars"),
    ]


def test_mentions_keep_to_whole_words() -> None:
    assert read_lexicon(SMALL).mentions("rocks metallic chilling") == ()


def test_mentions_of_one_family_ignore_the_others() -> None:
    small = read_lexicon(SMALL)
    assert [m.family for m in small.mentions("latin")] == ["genre"]
    assert [m.family for m in small.mentions("latin", families={"language"})] == ["language"]


def test_quiet_phrases_are_known_as_tags_only() -> None:
    small = read_lexicon(SMALL)
    assert small.canonical("genre", "classic") == "classical"
    assert small.mentions("a classic") == ()


def test_descendants_and_ancestors_hold_the_name_itself() -> None:
    small = read_lexicon(SMALL)
    assert small.descendants("genre", "rock") == {"rock", "metal", "death metal"}
    assert small.ancestors("genre", "death metal") == {"death metal", "metal", "rock"}
    assert small.descendants("genre", "unheard of") == {"unheard of"}


def test_targets_are_read_with_their_weights() -> None:
    calm = read_lexicon(SMALL).term("mood", "calm")
    assert calm is not None
    energy, tempo, mood = calm.targets
    assert (energy.name, energy.low, energy.high, energy.weight) == ("energy", None, 0.4, 1.0)
    assert (tempo.low, tempo.high, tempo.weight) == (80.0, 100.0, 0.5)
    assert (mood.name, mood.value, mood.weight) == ("mood", "happy", 0.2)


def test_synonyms_of_an_unknown_term_are_none() -> None:
    assert read_lexicon(SMALL).synonyms("mood", "calm") == ("chill", "laid back")
    assert read_lexicon(SMALL).synonyms("mood", "unheard of") == ()


@pytest.mark.parametrize("text", ["[colour]\nred = {}", '[mood]\ncalm = { asks = "energy about 0.4" }'])
def test_a_faulty_lexicon_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="lexicon"):
        read_lexicon(text)


def test_tags_without_blanks_are_known() -> None:
    assert lexicon().canonical("instrument", "electricguitar") == "electric guitar"
    assert lexicon().canonical("genre", "singersongwriter") == "singer-songwriter"
    assert [mention.name for mention in lexicon().mentions("acousticguitar and piano")] == [
        "acoustic guitar",
        "piano",
    ]
