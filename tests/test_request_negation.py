"""What a request does not want, and what only looks like it."""

from __future__ import annotations

import pytest

from linernotes.request import Gazetteer, parse
from linernotes.types import NameEntry, Request
from linernotes.words import fold

CATALOGUE = Gazetteer(
    [
        NameEntry(kind="artist", name="Radiohead", key="radiohead", ids=(1,)),
        NameEntry(kind="artist", name="Coldplay", key="coldplay", ids=(2,)),
        NameEntry(kind="artist", name="Taylor Swift", key="taylor swift", ids=(3,)),
        NameEntry(kind="artist", name="Bon Iver", key="bon iver", ids=(4,)),
        NameEntry(kind="artist", name="Queen", key="queen", ids=(5,)),
        NameEntry(kind="artist", name="Red Hot Chili Peppers", key="red hot chili peppers", ids=(6,)),
        NameEntry(kind="artist", name="The Beatles", key="the beatles", ids=(7,)),
        NameEntry(kind="artist", name="Drake", key="drake", ids=(8,)),
        NameEntry(kind="track", name="Radio", key="radio", ids=(10,)),
        NameEntry(kind="track", name="Despacito", key="despacito", ids=(9,)),
        NameEntry(kind="artist", name="B.J.T.", key=fold("B.J.T."), ids=(11,)),
        NameEntry(kind="artist", name="Yikes!", key="yikes", ids=(12,)),
        NameEntry(kind="artist", name="Peru", key="peru", ids=(13,)),
        NameEntry(kind="album", name="Post", key="post", ids=(14,)),
        NameEntry(kind="artist", name="TWICE", key="twice", ids=(15,)),
        NameEntry(kind="artist", name="MAX", key="max", ids=(16,)),
        NameEntry(kind="album", name="70s Disco", key="70s disco", ids=(17,)),
    ]
)


def ask(text: str) -> Request:
    return parse(text, CATALOGUE, this_year=2020)


def read(text: str) -> tuple[list[str], list[str]]:
    """The names wanted and the names avoided."""
    request = ask(text)
    return [want.name for want in request.wants], [avoid.name for avoid in request.avoids]


@pytest.mark.parametrize(
    ("text", "wanted", "avoided"),
    [
        ("post-rock without drums", ["post-rock"], ["drums"]),
        ("upbeat but not too fast", ["upbeat"], ["fast"]),
        ("nothing heavy", [], ["heavy"]),
        ("jazz but no metal or rap", ["jazz"], ["metal", "hip hop"]),
        ("anything but country please, maybe folk", ["folk"], ["country"]),
        ("I don't want jazz, give me blues instead", ["blues"], ["jazz"]),
        ("no rap, metal or country", [], ["hip hop", "metal", "country"]),
        ("no drums, piano and strings", ["piano", "strings"], ["drums"]),
        ("no drums, just piano", ["piano"], ["drums"]),
        ("without drums or bass but with piano", ["piano"], ["drums", "bass"]),
        ("not jazz, not blues", [], ["jazz", "blues"]),
        ("neither jazz nor blues", [], ["jazz", "blues"]),
        ("i hate rap but love R&B", ["R&B"], ["hip hop"]),
        ("not a big fan of country", [], ["country"]),
        ("music that isn't loud", [], ["loud"]),
        ("it should not be slow", [], ["slow"]),
        ("less guitar, more piano", ["piano"], ["guitar"]),
        ("don't include any remixes or live versions", [], ["remix", "live"]),
        ("leave the drums out of it", [], ["drums"]),
        ("drum-free ambient", ["ambient"], ["drums"]),
        ("prog yes, prog metal no", ["progressive rock"], ["progressive metal"]),
        ("covers are banned", [], ["cover"]),
        ("this is too slow", [], ["slow"]),
        ("not in the mood for anything slow", [], ["slow"]),
        ("sad but not depressing", ["sad"], ["depressing"]),
        ("winter playlist with no christmas songs", ["winter"], ["christmas"]),
        ("rock lacking guitars", ["rock"], ["guitar"]),
        ("rock, guitars not wanted", ["rock"], ["guitar"]),
        ("rock with the guitars left out", ["rock"], ["guitar"]),
        ("rock with guitars removed", ["rock"], ["guitar"]),
        ("rock minus the drums", ["rock"], ["drums"]),
        ("rock sans drums", ["rock"], ["drums"]),
        ("rock devoid of drums", ["rock"], ["drums"]),
        ("rock free of guitars", ["rock"], ["guitar"]),
        ("rock free from guitars", ["rock"], ["guitar"]),
        ("guitarless rock", ["rock"], ["guitar"]),
        ("guitar-less rock", ["rock"], ["guitar"]),
        ("non-electronic pop", ["pop"], ["electronic"]),
        ("forgo the drums", [], ["drums"]),
        ("piano with nary a drum", ["piano"], ["drums"]),
        ("rock with no trace of guitar", ["rock"], ["guitar"]),
        ("stay clear of guitars", [], ["guitar"]),
        ("everything bar metal", [], ["metal"]),
        ("all genres but country", [], ["country"]),
        ("omit the ballads", [], ["ballad"]),
        ("please no country, metal, or rap", [], ["country", "metal", "hip hop"]),
        ("avoid: metal, rap; jazz please", ["jazz"], ["metal", "hip hop"]),
        ("no rap/metal", [], ["hip hop", "metal"]),
        ("metal and rap are not welcome", [], ["metal", "hip hop"]),
        ("country, metal and rap are banned", [], ["country", "metal", "hip hop"]),
        ("I love jazz and country is banned", ["jazz"], ["country"]),
        ("no drums or bass", [], ["drums", "bass"]),
        ("without drums, bass or guitar", [], ["drums", "bass", "guitar"]),
        ("neither drums nor bass", [], ["drums", "bass"]),
        ("no electric or acoustic guitar", [], ["electric guitar", "acoustic guitar"]),
        ("no death or black metal", [], ["death metal", "black metal"]),
        ("saxophone? no thanks", [], ["saxophone"]),
        ("drums: none", [], ["drums"]),
        ("songs not sung in English", [], ["English"]),
        ("jazz not sung by men", ["jazz"], ["male vocals"]),
        ("drums should be avoided", [], ["drums"]),
        ("no saxophone or even piano", [], ["saxophone", "piano"]),
        ("jazz -saxophone -piano", ["jazz"], ["saxophone", "piano"]),
        ("don't you dare play saxophone", [], ["saxophone"]),
        ("no Finnish music", [], ["Finnish", "Finland"]),
        ("no Turkish lyrics", [], ["Turkish"]),
        ("nothing in Turkish", [], ["Turkish"]),
        ("no English songs", [], ["English"]),
        ("no Irish music", [], ["Celtic", "Ireland"]),
        ("no singers from Iceland", [], ["Iceland"]),
        ("nobody from Iceland", [], ["Iceland"]),
        ("she lost interest in reggae", [], ["reggae"]),
        ("i have outgrown emo", [], ["emo"]),
        ("the dj plays techno all the time and i hate it", [], ["techno"]),
        ("anything with bagpipes makes us all want to leave", [], ["bagpipes"]),
        ("trumpets make me cringe", [], ["trumpet"]),
        ("you keep giving me harp, so no harp please", [], ["harp"]),
        ("piano songs, but no piano trills", ["piano"], []),
        ("funk tracks never play disco", ["funk"], ["disco"]),
        ("funk stuff aside from disco", ["funk"], ["disco"]),
    ],
)
def test_a_negation_reaches_its_thing_and_no_further(
    text: str, wanted: list[str], avoided: list[str]
) -> None:
    assert read(text) == (wanted, avoided)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("no problem, jazz is fine", ["jazz"]),
        ("not just jazz but also blues", ["jazz", "blues"]),
        ("not only sad songs", ["sad"]),
        ("nothing but jazz", ["jazz"]),
        ("why not some reggae", ["reggae"]),
        ("i can't live without techno", ["techno"]),
        ("nothing that isn't acoustic", ["acoustic"]),
        ("not without drums", ["drums"]),
        ("there ain't no party without funk", ["funk"]),
        ("no need to skip the ballads", ["ballad"]),
        ("i can't get enough of bossa nova", ["bossa nova"]),
        ("don't forget the cowbell", ["cowbell"]),
        ("this is not upbeat enough", ["upbeat"]),
        ("no matter what, as long as it is jazz", ["jazz"]),
        ("isn't dub just the best?", ["dub"]),
        ("experimental free jazz", ["experimental", "free jazz"]),
        ("saxophone free jazz", ["saxophone", "free jazz"]),
        ("happy free music", ["happy"]),
        ("jazz free of charge", ["jazz"]),
        ("jazz is missing from my playlist", ["jazz"]),
        ("my playlist is lacking jazz", ["jazz"]),
        ("I never get enough funk", ["funk"]),
        ("no-nonsense rock", ["rock"]),
        ("no one does jazz like they did", ["jazz"]),
        ("no wave", ["post-punk"]),
        ("- jazz\n- blues", ["jazz", "blues"]),
        ("male and female vocals", ["male and female vocals"]),
        ("male or female vocals", ["male vocals", "female vocals"]),
        ("unsung heroes of jazz", ["jazz"]),
        ("no such thing as too much cowbell", ["cowbell"]),
        ("not completely electronic", ["electronic"]),
        ("i'm not usually into country, but this one is great", ["country"]),
        ("i don't normally listen to jazz", ["jazz"]),
        ("i'm not good with names, but i like blues", ["blues"]),
        ("i can't find any funk like this", ["funk"]),
        ("not familiar with reggae yet", ["reggae"]),
        ("jazz to no avail", ["jazz"]),
        ("don't you forget about us and other swing songs", ["swing"]),
        ("no angels and other soul songs", ["soul"]),
        ("jazz makes me happy", ["jazz"]),
        ("no duplicates, just blues", ["blues"]),
    ],
)
def test_what_only_sounds_like_a_negation_is_wanted(text: str, wanted: list[str]) -> None:
    names, avoided = read(text)
    assert avoided == []
    assert set(wanted) <= set(names)


@pytest.mark.parametrize(
    "text",
    [
        "it doesn't have to be happy",
        "no need for vocals",
        "no vocals needed",
        "drums not needed",
        "drums optional",
    ],
)
def test_what_does_not_matter_is_neither_wanted_nor_avoided(text: str) -> None:
    assert read(text) == ([], [])


@pytest.mark.parametrize(
    "text",
    [
        "no vocals",
        "no singing please",
        "without any lyrics",
        "no words",
        "zero vocals",
        "void of singing",
        "no one singing",
        "no one should sing",
        "i don't want to hear anybody sing",
    ],
)
def test_no_vocals_is_an_exclusion_and_a_wish_for_instrumental_music(text: str) -> None:
    request = ask(text)
    assert [(avoid.family, avoid.name) for avoid in request.avoids] == [("vocals", "vocals")]
    assert [(want.family, want.name) for want in request.wants] == [("vocals", "instrumental")]


def test_instrumental_is_a_wish_alone() -> None:
    assert ask("instrumental").avoids == ()


@pytest.mark.parametrize("text", ["vocal-free jazz", "vocal free jazz", "no-vocals jazz", "non-vocal jazz"])
def test_a_genre_without_vocals_is_wanted_as_it_is(text: str) -> None:
    assert read(text) == (["jazz", "instrumental"], ["vocals"])


@pytest.mark.parametrize("text", ["unsung rock", "voiceless rock", "wordless rock", "lyricless rock"])
def test_one_word_asks_for_instrumental_music(text: str) -> None:
    assert read(text) == (["instrumental", "rock"], [])


@pytest.mark.parametrize(
    "text",
    ["songs with no female or male vocals", "no male or female singers", "no male and female vocals"],
)
def test_no_voices_of_men_and_women_are_no_vocals(text: str) -> None:
    wanted, avoided = read(text)
    assert wanted == ["instrumental"]
    assert "vocals" in avoided


def test_without_rapping_does_not_ask_for_instrumental_music() -> None:
    assert read("nu metal without the rapping") == (["nu metal"], ["rap vocals"])


@pytest.mark.parametrize(
    ("text", "avoided"),
    [
        ("pop, except Taylor Swift", [("artist", "Taylor Swift", (3,))]),
        ("i'm tired of Coldplay", [("artist", "Coldplay", (2,))]),
        ("nothing like Coldplay", [("artist", "Coldplay", (2,))]),
        (
            "avoid anything by Coldplay or Radiohead",
            [("artist", "Coldplay", (2,)), ("artist", "Radiohead", (1,))],
        ),
        ("party music, no despacito", [("track", "Despacito", (9,))]),
        ("rock but no queen", [("artist", "Queen", (5,))]),
        ("no radiohed, experimental rock", [("artist", "Radiohead", (1,))]),
        ("nothing by radio head", [("artist", "Radiohead", (1,))]),
        ("rock, not radiohed", [("artist", "Radiohead", (1,))]),
        ("i hate coldpaly", [("artist", "Coldplay", (2,))]),
        ("rock without taylor swfit", [("artist", "Taylor Swift", (3,))]),
        ("no red hot chilli pepers", [("artist", "Red Hot Chili Peppers", (6,))]),
        ("no red hot chilli peppers", [("artist", "Red Hot Chili Peppers", (6,))]),
        ("rock but no beetles", [("artist", "The Beatles", (7,))]),
        ("not a single radiohed song", [("artist", "Radiohead", (1,))]),
        ("no Zorblax, Radiohead or Queen", [("artist", "Radiohead", (1,)), ("artist", "Queen", (5,))]),
        ("no tracks by Coldplay or by Drake", [("artist", "Coldplay", (2,)), ("artist", "Drake", (8,))]),
        ("omit Coldplay, Drake please", [("artist", "Coldplay", (2,)), ("artist", "Drake", (8,))]),
        ("no B.J.T. or Drake", [("artist", "B.J.T.", (11,)), ("artist", "Drake", (8,))]),
        ("no Yikes! or Queen", [("artist", "Yikes!", (12,)), ("artist", "Queen", (5,))]),
    ],
)
def test_names_are_excluded_with_their_ids(
    text: str, avoided: list[tuple[str, str, tuple[int, ...]]]
) -> None:
    request = ask(text)
    assert [(avoid.family, avoid.name, avoid.ids) for avoid in request.avoids] == avoided
    assert request.seeds == ()


@pytest.mark.parametrize("text", ["exclude Coldplay, Drake instead", "no Coldplay, Drake"])
def test_a_name_behind_a_comma_may_be_a_wish(text: str) -> None:
    assert [avoid.name for avoid in ask(text).avoids] == ["Coldplay"]
    assert [seed.name for seed in ask(text).seeds] == ["Drake"]


@pytest.mark.parametrize("text", ["nothing from Peru", "no bands from Peru"])
def test_where_music_is_from_is_a_country_even_where_an_artist_is_called_so(text: str) -> None:
    assert [(avoid.family, avoid.name) for avoid in ask(text).avoids] == [("country", "Peru")]
    assert [avoid.family for avoid in ask("nothing by Peru").avoids] == ["artist"]


@pytest.mark.parametrize("text", ["no artist twice", "max 1 song per artist", "max 12 songs", "max 90 bpm"])
def test_the_words_of_a_limit_are_no_artist(text: str) -> None:
    request = ask(text)
    assert (request.seeds, request.avoids) == ((), ())
    assert len(request.limits) == 1
    assert [avoid.name for avoid in ask("no TWICE").avoids] == ["TWICE"]


def test_a_decade_and_a_genre_are_no_album_unless_it_is_called_one() -> None:
    request = ask("underrated 70s disco")
    assert [want.name for want in request.wants] == ["disco"]
    assert request.seeds == ()
    assert [seed.name for seed in ask("the album 70s Disco").seeds] == ["70s Disco"]


def test_a_part_of_a_word_is_no_album() -> None:
    assert [avoid.name for avoid in ask("leave out post-teen pop").avoids] == ["teen pop"]


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("nothing by Coldplay or Drake, 6 songs", "6 songs"),
        ("anyone but B.J.T., 25 songs", "25 songs"),
        ("but not Coldplay, exactly 8 tracks", "exactly 8 tracks"),
        ("no Taylor Swift, 1981-1986", "1981-1986"),
        ("without Queen and Drake, between 1964 and 1969", "between 1964 and 1969"),
        ("no Queen or Drake, 90s only", "90s"),
        ("except Queen and Bon Iver, 70-85 bpm", "70-85 bpm"),
        ("skip Coldplay, 40 minutes long", "40 minutes"),
        ("no Queen, released between 2001 and 2004", "between 2001 and 2004"),
        ("no Queen or Drake, strictly 60s", "60s"),
        ("soul, from 1988 onwards", "1988 onwards"),
        ("no Zorblax, 14 songs", "14 songs"),
    ],
)
def test_a_number_behind_a_list_of_names_is_no_name(text: str, limit: str) -> None:
    request = ask(text)
    assert [one.text for one in request.limits] == [limit]
    assert not any(
        name[0].isdigit() or name.startswith(("ex", "str", "rel")) for name in request.unknown_names
    )


@pytest.mark.parametrize(
    "text",
    [
        "without Queen and Drake, skip the blues rock",
        "no songs by Queen or Drake, sans blues rock",
        "neither Queen nor Drake, don't play blues rock",
    ],
)
def test_an_exclusion_behind_a_list_of_names_is_no_name(text: str) -> None:
    request = ask(text)
    assert [avoid.name for avoid in request.avoids] == ["Queen", "Drake", "blues rock"]
    assert request.unknown_names == ()


def test_an_unknown_exclusion_behind_names_is_told() -> None:
    request = ask("no tracks by Queen or by Drake, zero indie gloomism")
    assert [avoid.name for avoid in request.avoids] == ["Queen", "Drake", "indie"]
    assert request.unknown_names == ()


@pytest.mark.parametrize("text", ["like Radiohead but not Radiohead", "stuff like Radiohead, just not them"])
def test_a_name_can_be_an_example_and_excluded(text: str) -> None:
    request = ask(text)
    assert [(seed.name, seed.relation) for seed in request.seeds] == [("Radiohead", "like")]
    assert [avoid.name for avoid in request.avoids] == ["Radiohead"]


def test_the_owner_of_what_is_excluded_is_no_example() -> None:
    request = ask("jazz without the vocals of Taylor Swift")
    assert [avoid.name for avoid in request.avoids] == ["vocals"]
    assert request.seeds == ()


def test_i_never_get_tired_of_a_name_wants_it() -> None:
    request = ask("i never get tired of Coldplay")
    assert [seed.name for seed in request.seeds] == ["Coldplay"]
    assert request.avoids == ()


def test_wanted_and_doubted_is_wanted_less() -> None:
    request = ask("heavy, but not too heavy")
    assert [(want.name, want.weight) for want in request.wants] == [("heavy", 0.5)]
    assert request.avoids == ()


def test_an_exclusion_that_is_not_understood_is_told() -> None:
    request = ask("country, no pickup trucks")
    assert request.unread_avoids == ("pickup trucks",)
    assert ask("no drums or pickup trucks").unread_avoids == ("pickup trucks",)
    assert request.rest == ""


@pytest.mark.parametrize(
    "text",
    [
        "calm songs i hate dungeon murmur",
        "calm songs, not dungeon murmur",
        "calm songs that aren't dungeon murmur",
        "avoid dungeon murmur, calm",
        "never dungeon murmur, calm songs",
    ],
)
def test_what_is_refused_is_told_even_if_unknown(text: str) -> None:
    assert ask(text).unread_avoids == ("dungeon murmur",)


@pytest.mark.parametrize(
    "text", ["i am not working today", "he never does the dishes", "they aren't a good fit"]
)
def test_not_every_denial_is_an_exclusion(text: str) -> None:
    assert ask(text).unread_avoids == ()


def test_what_begins_like_a_misspelt_word_may_be_an_unknown_thing() -> None:
    request = ask("leave out urban modern")
    assert request.avoids == ()
    assert request.unread_avoids == ("urban modern",)


@pytest.mark.parametrize(
    ("text", "name", "suggested"),
    [("nothing by radio hed", "radio hed", "Radiohead"), ("no drak", "drak", "Drake")],
)
def test_an_uncertain_name_that_is_excluded_is_asked_about(text: str, name: str, suggested: str) -> None:
    request = ask(text)
    assert request.unknown_names == (name,)
    assert request.suggestions == (suggested,)
    assert (request.wants, request.avoids, request.seeds) == ((), (), ())


def test_an_excluded_name_that_nobody_knows_is_no_wish_for_what_its_words_resemble() -> None:
    request = parse("rock, no red hot chilli pepers", Gazetteer())
    assert [want.name for want in request.wants] == ["rock"]
    assert request.unread_avoids == ("red hot chilli pepers",)


def test_an_avoided_quality_is_not_in_the_context() -> None:
    assert ask("not sad").context.mood is None


@pytest.mark.parametrize(
    ("text", "wanted", "avoided"),
    [
        ("I prefer rap over pop", ["hip hop"], ["pop"]),
        ("I'd take rock music over pop any day", ["rock"], ["pop"]),
        ("I like jazz more than rock", ["jazz"], ["rock"]),
        ("I prefer Radiohead to Coldplay", [], ["Coldplay"]),
    ],
)
def test_what_another_is_preferred_to_is_avoided(text: str, wanted: list[str], avoided: list[str]) -> None:
    assert read(text) == (wanted, avoided)


@pytest.mark.parametrize(
    "text", ["rap over jazz beats", "take me from jazz to rock", "I like jazz. More than rock, soul"]
)
def test_over_and_more_alone_prefer_nothing(text: str) -> None:
    assert ask(text).avoids == ()
