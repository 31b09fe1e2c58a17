"""Corrections: what a listener says against a note or a fact, and what everybody sees after it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes import FakeGenerator
from linernotes.config import Settings
from linernotes.errors import InputError
from linernotes.facts import sheet_of
from linernotes.library import Library
from linernotes.types import FactSheet

ROWS = """id,title,artists,album,genres,moods,instruments,vocals,tempo,year
1,Glass Rain,Mara Lind,North,dream pop,sad,synthesizer,female vocals,84,1994
2,Iron Parade,The Anvils,Forge,heavy metal,aggressive,electric guitar;drums,male vocals,168,1984
3,Night Desk,Otto Vale,Rooms,ambient,calm,piano,instrumental,62,2011
4,Unheard Of,Nobody Much,,,,,,,
"""
NOTE = (
    "{title} by {artist} is a dream pop song from 1994. A sad woman sings over a synthesizer."
    " It keeps to an unhurried 84 bpm."
)
OWN = "Glass Rain by Mara Lind is a sad dream pop song from 1994; a woman sings over a synthesizer at 84 bpm."


@pytest.fixture
def table(tmp_path: Path) -> Path:
    table = tmp_path / "songs.csv"
    table.write_text(ROWS)
    return table


@pytest.fixture
def library(tmp_path: Path, table: Path) -> Iterator[Library]:
    settings = Settings(library_dir=tmp_path / "library", models_dir=tmp_path / "no", notes_for="all")
    with Library(settings) as opened:
        opened.add(table, writer=writer())
        yield opened


def writer(text: str = NOTE, model: str = "fake-1") -> FakeGenerator:
    """Writes this text of every song; where it is not true of one, that song gets a plain sentence."""
    return FakeGenerator(default=text, model=model)


def sheet(library: Library, name: str) -> FactSheet:
    return sheet_of(library.show_song(name).facts)


def titles(library: Library, text: str) -> list[str]:
    return [pick.track.title for pick in library.ask(text).picks]


# --- what is wrong


def test_a_wrong_sentence_goes_with_the_fact_that_it_rests_on(library: Library) -> None:
    assert library.show_song("Glass Rain").origin == "written"
    corrected = library.correct("me", "Glass Rain", wrong="sad")
    assert [(fact.name, fact.value, fact.source) for fact in corrected.facts] == [
        ("not mood", "sad", "listener:me")
    ]
    assert corrected.removed == ("A sad woman sings over a synthesizer.",)
    assert "sad" not in library.show_song("Glass Rain").note
    assert sheet(library, "Glass Rain").moods == ()


def test_what_is_wrong_may_be_said_in_other_words_than_the_note_has(library: Library) -> None:
    corrected = library.correct("me", "Glass Rain", wrong="a sad song")
    assert corrected.removed == ("A sad woman sings over a synthesizer.",)
    assert [fact.value for fact in corrected.facts] == ["sad"]
    assert corrected.page.track.title in corrected.page.note


def test_a_quoted_name_is_found_under_its_placeholder(library: Library) -> None:
    corrected = library.correct("me", "Glass Rain", wrong="Glass Rain by Mara Lind is a dream pop song")
    assert corrected.removed == ("Glass Rain by Mara Lind is a dream pop song from 1994.",)
    assert sheet(library, "Glass Rain").genres == ()


def test_a_wrong_number_is_taken_out_with_its_words(library: Library) -> None:
    library.correct("me", "Glass Rain", wrong="84 bpm")
    assert sheet(library, "Glass Rain").tempo_bpm is None
    assert "84" not in library.show_song("Glass Rain").note


def test_with_a_fact_only_its_own_kind_of_fact_is_wrong_in_a_sentence(library: Library) -> None:
    library.correct("me", "Glass Rain", wrong="A sad woman sings over a synthesizer.", facts=["mood=calm"])
    told = sheet(library, "Glass Rain")
    assert (told.moods, told.vocals, told.instruments) == (("calm",), "female vocals", ("synthesizer",))


def test_without_one_all_that_a_sentence_rests_on_is_wrong(library: Library) -> None:
    library.correct("me", "Glass Rain", wrong="A sad woman sings over a synthesizer.")
    told = sheet(library, "Glass Rain")
    assert (told.moods, told.vocals, told.instruments) == ((), None, ())


def test_the_next_add_writes_the_note_anew(library: Library, table: Path) -> None:
    library.correct("me", "Glass Rain", wrong="sad")
    again = NOTE.replace("A sad woman", "A woman")
    library.add(table, writer=writer(again))
    page = library.show_song("Glass Rain")
    assert page.origin == "written"
    assert "A woman sings over a synthesizer." in page.note


def test_a_model_that_says_it_again_is_not_listened_to(library: Library, table: Path) -> None:
    library.correct("me", "Glass Rain", wrong="It keeps to")
    assert library.show_song("Glass Rain").note.count(".") == 2
    library.add(table, writer=writer(model="fake-2"))
    page = library.show_song("Glass Rain")
    assert (page.origin, page.model) == ("fallback", "fake-2")
    assert "It keeps to" not in page.note


def test_what_the_note_does_not_say_is_refused_with_the_note(library: Library) -> None:
    with pytest.raises(InputError, match="says nothing like 'a polka with tuba': Glass Rain by"):
        library.correct("me", "Glass Rain", wrong="a polka with tuba")


def test_a_plain_sentence_loses_what_is_wrong_at_once(library: Library) -> None:
    assert library.show_song("Night Desk").origin == "fallback"
    library.correct("me", "Night Desk", wrong="piano")
    assert "piano" not in library.show_song("Night Desk").note


def test_a_song_of_which_nothing_is_known_has_nothing_wrong(library: Library) -> None:
    with pytest.raises(InputError, match="says nothing like"):
        library.correct("me", "Unheard Of", wrong="a sad song")


# --- facts


def test_a_fact_stands_above_tags_and_tables_and_shows_everywhere(library: Library) -> None:
    page = library.correct("me", "Glass Rain", facts=["tempo=92", "mood=calm"]).page
    assert sheet(library, "Glass Rain").tempo_bpm == 92
    assert sheet(library, "Glass Rain").moods == ("calm", "sad")
    assert "92" in page.note
    assert page.origin == "plain"
    assert titles(library, "calm dream pop at 92 bpm")[0] == "Glass Rain"


def test_a_denied_value_is_found_no_more(library: Library) -> None:
    assert titles(library, "heavy metal")[0] == "Iron Parade"
    library.correct("me", "Iron Parade", facts=["genre!=heavy metal", "genre=polka"])
    assert sheet(library, "Iron Parade").genres == ("polka",)
    with pytest.raises(InputError, match="no genre 'heavy metal'"):
        library.show_collection("genre", "heavy metal")
    assert titles(library, "polka")[0] == "Iron Parade"


def test_who_denies_a_kind_denies_all_of_it(library: Library) -> None:
    library.correct("me", "Iron Parade", facts=["genre!=metal"])
    assert sheet(library, "Iron Parade").genres == ()


def test_a_year_shows_beside_the_title_and_outlives_the_source(library: Library, table: Path) -> None:
    library.correct("me", "Glass Rain", facts=["year=1993"])
    assert library.show_song("Glass Rain").track.year == 1993
    table.write_text(ROWS.replace("dream pop", "shoegaze"))
    library.add(table, notes=False)
    assert library.show_song("Glass Rain").track.year == 1993
    assert sheet(library, "Glass Rain").genres == ("shoegaze",)
    library.undo_correction("me", "Glass Rain")
    assert library.show_song("Glass Rain").track.year == 1994


def test_the_last_word_of_two_listeners_counts(library: Library) -> None:
    library.correct("me", "Glass Rain", facts=["tempo=92"])
    library.correct("you", "Glass Rain", facts=["tempo=46"])
    assert sheet(library, "Glass Rain").tempo_bpm == 46
    library.correct("me", "Glass Rain", facts=["mood!=sad"])
    library.correct("you", "Glass Rain", facts=["mood=sad"])
    assert sheet(library, "Glass Rain").moods == ("sad",)


def test_a_listener_may_change_their_mind(library: Library) -> None:
    for tempo in (92, 94):
        library.correct("me", "Glass Rain", facts=[f"tempo={tempo}"])
    assert sheet(library, "Glass Rain").tempo_bpm == 94
    own = [fact for fact in library.show_song("Glass Rain").facts if fact.source == "listener:me"]
    assert [fact.value for fact in own] == [94]


def test_a_value_that_the_lexicon_does_not_know_is_kept_and_said_so(library: Library) -> None:
    corrected = library.correct("me", "Glass Rain", facts=["genre=blorpcore"])
    assert corrected.messages == ("“blorpcore” is no genre that we know: it is found by this very word only",)
    assert titles(library, "blorpcore")[0] == "Glass Rain"


def test_a_fact_that_is_known_already_changes_nothing(library: Library) -> None:
    corrected = library.correct("me", "Glass Rain", facts=["tempo=84"])
    assert corrected.messages == ("the facts said so already",)
    assert corrected.page.origin == "written"


# --- a better text


def test_an_own_text_takes_the_place_of_the_note(library: Library) -> None:
    page = library.correct("me", "Glass Rain", text=OWN).page
    assert (page.note, page.model, page.origin) == (OWN, "listener:me", "written")
    assert library.ask("dream pop").picks[0].description == OWN


def test_no_writer_replaces_an_own_text_that_is_still_true(library: Library, table: Path) -> None:
    library.correct("me", "Glass Rain", text=OWN)
    library.correct("you", "Glass Rain", facts=["instrument=piano"])
    library.add(table, writer=writer(model="fake-2"))
    assert library.show_song("Glass Rain").note == OWN


def test_an_own_text_goes_when_the_facts_no_longer_hold_it(library: Library) -> None:
    library.correct("me", "Glass Rain", text=OWN)
    page = library.correct("you", "Glass Rain", facts=["vocals=instrumental"]).page
    assert page.origin == "plain"
    assert "woman" not in page.note


def test_a_text_that_says_more_than_the_facts_is_refused_with_what_is_wrong(library: Library) -> None:
    with pytest.raises(InputError, match=r"names the instrument 'tuba'.*as a fact"):
        library.correct("me", "Glass Rain", text=OWN.replace("synthesizer", "tuba"))
    assert library.show_song("Glass Rain").origin == "written"
    text = OWN.replace("synthesizer", "tuba")
    page = library.correct("me", "Glass Rain", text=text, facts=["instrument=tuba"]).page
    assert page.note == text


# --- judgements, and the way back


def test_a_judgement_changes_neither_note_nor_facts(library: Library) -> None:
    before = library.show_song("Glass Rain")
    library.correct("me", "Glass Rain", verdict="not for me")
    assert library.show_song("Glass Rain") == before


def test_corrections_are_undone_one_by_one_from_the_last(library: Library) -> None:
    before = library.show_song("Glass Rain")
    library.correct("me", "Glass Rain", facts=["tempo=92"])
    library.correct("me", "Glass Rain", wrong="92 bpm", facts=["tempo=46"])
    library.correct("you", "Glass Rain", facts=["mood=calm"])
    library.undo_correction("me", "Glass Rain")
    assert sheet(library, "Glass Rain").tempo_bpm == 92
    library.undo_correction("me", "Glass Rain")
    library.undo_correction("you", "Glass Rain")
    assert library.show_song("Glass Rain") == before
    assert titles(library, "sad dream pop")[0] == "Glass Rain"
    with pytest.raises(InputError, match="me has corrected nothing on 'Glass Rain'"):
        library.undo_correction("me", "Glass Rain")


# --- bad input


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        ("tempo=9000", "20 to 400 bpm"),
        ("tempo=fast", "a number of 20 to 400 bpm"),
        ("energy=80", "0 to 1"),
        ("colour=red", "there are acousticness, country"),
        ("title=Other", "files' tags"),
        ("duration=200", "measured"),
        ("vocals=tuba", "instrumental, vocals"),
        ("key=H flat", "A minor"),
        ("year=94", "four digits"),
        ("year=12345", "four digits"),
        ("live=perhaps", "yes or no"),
        ("genre=\u202e;;", "nothing in it"),
        ("tempo", "write name=value"),
        ("", "write name=value"),
        ("mood=" + "x" * 10_000, "write name=value"),
    ],
)
def test_a_fact_that_is_none_is_refused(library: Library, fact: str, said: str) -> None:
    before = library.show_song("Glass Rain")
    with pytest.raises(InputError, match=said):
        library.correct("me", "Glass Rain", facts=["mood=calm", fact])
    assert library.show_song("Glass Rain") == before


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (["tempo=92", "tempo=94"], "tempo_bpm has one value, 92.0 and 94.0 were given"),
        (["mood=sad", "mood!=sad"], "said and denied"),
    ],
)
def test_facts_that_contradict_each_other_are_refused(library: Library, facts: list[str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        library.correct("me", "Glass Rain", facts=facts)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<b>{title}</b> is a sad dream pop song.", "plain prose"),
        ("{title} is a sad {genre} song.", "no placeholder"),
        ("x" * 10_000, "10,000 characters"),
        ("sad " * 490 + ".", "words"),
        (" \u202e\x07 ", "empty"),
        ("Sad dream pop", "breaks off"),
    ],
)
def test_a_text_that_is_no_note_is_refused(library: Library, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        library.correct("me", "Glass Rain", text=text)


def test_marks_that_turn_the_direction_of_writing_are_dropped(library: Library) -> None:
    page = library.correct("me", "Glass Rain", text=OWN.replace("sad", "\u202esad\u2069")).page
    assert page.note == OWN


@pytest.mark.parametrize("wrong", ["", " ", "?!", "x" * 10_000])
def test_nothing_and_too_much_are_not_wrong(library: Library, wrong: str) -> None:
    with pytest.raises(InputError, match=r"empty|characters|nothing like"):
        library.correct("me", "Glass Rain", wrong=wrong)


def test_what_is_not_there_cannot_be_corrected(library: Library) -> None:
    with pytest.raises(InputError, match="no song"):
        library.correct("me", "Glass Reign of Terror", verdict="helpful")
    with pytest.raises(InputError, match="nothing to correct"):
        library.correct("me", "Glass Rain")
    with pytest.raises(InputError, match="another name"):
        library.correct("forgotten", "Glass Rain", verdict="helpful")
    with pytest.raises(InputError, match="control character"):
        library.correct("a\nb", "Glass Rain", verdict="helpful")
