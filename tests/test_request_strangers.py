"""Names that the catalogue does not know, and what is wanted of names: told by the words around them."""

from __future__ import annotations

import pytest

from linernotes.request import Gazetteer, parse
from linernotes.request.reading import read
from linernotes.types import NameEntry, Request
from linernotes.words import fold

ARTISTS = ("Glass Rivers", "Mara Lind", "Portishead", "The Smiths", "Love", "Tool")
TRACKS = ("Slow Harbour", "Boss", "Myself", "To The End", "Like This", "Masterpiece", "Help", "Clever")


def _entries(kind: str, names: tuple[str, ...]) -> list[NameEntry]:
    return [
        NameEntry(kind=kind, name=name, key=fold(name), ids=(at,))  # type: ignore[arg-type]
        for at, name in enumerate(names, 1)
    ]


CATALOGUE = Gazetteer([*_entries("artist", ARTISTS), *_entries("track", TRACKS)])


def ask(text: str) -> Request:
    return parse(text, CATALOGUE, this_year=2020)


def relations(text: str) -> list[tuple[str, str]]:
    return [(seed.name, seed.relation) for seed in ask(text).seeds]


# --- what is wanted of a name


@pytest.mark.parametrize(
    "text",
    [
        "songs similar in mood to Mara Lind",
        "a band with a comparable sound to Mara Lind",
        "singers with the same warm tone as Mara Lind",
        "music like the quiet intro of Mara Lind",
        "something like the drums at the end of Mara Lind",
        "a mashup of Mara Lind",
        "Mara Lind fan here",
        "mara lind, what are similar artists?",
        "mara lind is great, more like that",
    ],
)
def test_what_is_likened_to_a_name_is_music_like_it(text: str) -> None:
    assert relations(text) == [("Mara Lind", "like")]


@pytest.mark.parametrize("text", ["songs by Mara Lind", "the drums of Mara Lind", "i need Mara Lind"])
def test_a_name_without_a_likeness_asks_for_itself(text: str) -> None:
    assert relations(text) == [("Mara Lind", "by")]


@pytest.mark.parametrize(
    "text",
    [
        "any similar tracks to slow harbour by mara lind",
        "songs like slow harbour from mara lind",
        "the same feel as slow harbour by mara lind",
    ],
)
def test_the_owner_of_what_is_likened_is_likened_too(text: str) -> None:
    assert relations(text) == [("Slow Harbour", "like"), ("Mara Lind", "like")]


def test_the_words_of_another_sentence_liken_nothing() -> None:
    assert relations("like rain, no piano. something from mara lind") == [("Mara Lind", "by")]


# --- how far an unknown name reaches


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("songs like kelvo & the tarnes", ("kelvo & the tarnes",)),
        ("music like orrin and the pale foxes", ("orrin and the pale foxes",)),
        ("songs like velmora and portishead", ("velmora",)),
        ("something like dorwin hask feat mila", ("dorwin hask", "mila")),
        ("like the newest krelmo", ("krelmo",)),
        ("bands like the lanterns", ("the lanterns",)),
        ("something similar to krelmo recommendations please", ("krelmo",)),
        ("voices like wooden parade", ("wooden parade",)),
    ],
)
def test_an_unknown_name_ends_where_talk_begins(text: str, names: tuple[str, ...]) -> None:
    assert ask(text).unknown_names == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("anything like jorin velks paper moon", ("jorin velks", "paper moon")),
        ("songs similar to kevin zarnow borderland", ("kevin zarnow", "borderland")),
        ("songs like krelmo vask when we were young", ("krelmo vask", "when we were young")),
        ("music like vorren tesk paler moorland", ("vorren tesk", "paler moorland")),
        ("music like vorren tesk moorland", ("vorren tesk moorland",)),
        ("music like Vorren Tesk Paler Moorland", ("Vorren Tesk Paler Moorland",)),
    ],
)
def test_an_unknown_artist_and_the_title_behind_are_two_names(text: str, names: tuple[str, ...]) -> None:
    assert ask(text).unknown_names == names


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("songs like mara lind never at my door", "never at my door"),
        ("sounds like portisheads everything in its place", "everything in its place"),
        ("similar to glass rivers i dont want to know", "i dont want to know"),
    ],
)
def test_a_title_behind_a_known_artist_may_be_of_small_words(text: str, title: str) -> None:
    request = ask(text)
    assert [seed.relation for seed in request.seeds] == ["like"]
    assert request.unknown_names == (title,)


@pytest.mark.parametrize(
    "text",
    [
        "songs like mara lind but slower",
        "songs like mara lind please",
        "like mara lind right now",
        "i like mara lind you know",
        "songs like mara lind with sad lyrics",
        "mara lind style",
    ],
)
def test_talk_behind_an_artist_is_no_title(text: str) -> None:
    assert ask(text).unknown_names == ()


@pytest.mark.parametrize("text", ["songs like portisheads", "play portisheads debut"])
def test_an_artist_is_known_without_the_apostrophe_of_what_it_owns(text: str) -> None:
    assert [seed.name for seed in ask(text).seeds] == ["Portishead"]


def test_a_common_word_with_an_s_owns_nothing() -> None:
    assert ask("songs that my loves would like").seeds == ()


def test_a_title_of_one_common_word_is_not_cut_from_a_longer_name() -> None:
    assert ask("songs like boss mode").seeds == ()
    assert [seed.name for seed in ask("songs like boss").seeds] == ["Boss"]


# --- titles by artists


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("paper moon by dorwin hask", ("paper moon", "dorwin hask")),
        ("the song is paper moon by dorwin hask", ("paper moon", "dorwin hask")),
        ("honesty is coming by dorwin hask", ("honesty is coming", "dorwin hask")),
        (
            "songs like paper moon by dorwin hask and if i had a boat by velmora",
            ("paper moon", "dorwin hask", "if i had a boat", "velmora"),
        ),
    ],
)
def test_a_title_by_an_artist_is_two_names(text: str, names: tuple[str, ...]) -> None:
    assert ask(text).unknown_names == names


def test_a_longer_title_is_not_cut_to_a_known_one() -> None:
    request = ask("a song like save myself by mara lind")
    assert [seed.name for seed in request.seeds] == ["Mara Lind"]
    assert request.unknown_names == ("save myself",)


@pytest.mark.parametrize(
    "text",
    [
        "anymore by mara lind?",
        "do you have anymore by mara lind",
        "maybe by mara lind",
        "what else by mara lind",
        "deep cuts by mara lind",
        "heartfelt poems by mara lind",
        "slow harbour and boss by mara lind",
    ],
)
def test_talk_before_by_is_no_title(text: str) -> None:
    assert ask(text).unknown_names == ()


def test_a_title_in_quotes_is_not_widened() -> None:
    assert relations('songs like the "Boss" track by mara lind') == [("Boss", "like"), ("Mara Lind", "like")]


def test_less_by_an_artist_is_an_exclusion() -> None:
    assert [avoid.name for avoid in ask("less by mara lind").avoids] == ["Mara Lind"]


# --- names that nothing announces


@pytest.mark.parametrize("text", ["jazz. krelmo vask", "krelmo vask etc. more like mara lind"])
def test_a_strange_name_that_fills_a_sentence_is_told_and_searched_for(text: str) -> None:
    request = ask(text)
    assert request.unknown_names == ("krelmo vask",)
    assert "krelmo vask" in request.rest


@pytest.mark.parametrize("text", ["velmora", "krelmo vask", "krelmo harbour"])
def test_strange_words_that_are_all_that_is_said_are_searched_for_alone(text: str) -> None:
    request = ask(text)
    assert (request.unknown_names, request.rest) == ((), text)
    assert [span.text for span in read(text, CATALOGUE).spans] == [text]


@pytest.mark.parametrize(
    "text",
    [
        "niceee! more jazz",
        "helo",
        "looool",
        "recomendations please",
        "forgotten 80s gems",
        "krelmo songs for the gym",
        "see youtube.com/watch?v=1",
        "omitt the ballads",
    ],
)
def test_a_shout_a_slip_and_a_link_are_no_names(text: str) -> None:
    assert ask(text).unknown_names == ()


def test_a_list_may_start_with_a_strange_name() -> None:
    assert ask("krelmo, mara lind and portishead").unknown_names == ("krelmo",)


def test_a_given_name_and_a_strange_one_are_somebody() -> None:
    assert ask("a voice of the kevin zarnow sort").unknown_names == ("kevin zarnow",)


# --- what is no name


@pytest.mark.parametrize(
    "text",
    [
        "a song like this",
        "songs similar to the end of summer",
        "anything close to this masterpiece",
        "bands that help me",
        "music with clever words",
        "a song that describes a storm",
        "artists who explore sounds",
        "sounds like the waves",
        "songs like the 80s",
    ],
)
def test_ordinary_words_around_music_are_no_names(text: str) -> None:
    request = ask(text)
    assert (request.seeds, request.unknown_names) == ((), ())
