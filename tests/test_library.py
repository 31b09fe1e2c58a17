"""An open library: answers, pages, feedback."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes import FakeGenerator
from linernotes.config import Settings
from linernotes.describe import writer
from linernotes.errors import InputError
from linernotes.ingest import silent
from linernotes.ingest.collections import write_collections
from linernotes.ingest.shelves import refresh_library
from linernotes.library import AskOptions, Library
from linernotes.library.conversation import conversation_until
from linernotes.types import Answer

ROWS = """id,title,artists,album,genres,moods,instruments,vocals,tempo,year,duration_s,popularity
1,Glass Rain,Mara Lind,North,dream pop;pop,dreamy;calm,synthesizer,female vocals,84,1994,230,0.2
2,Iron Parade,The Anvils,Forge,heavy metal;metal,aggressive,electric guitar;drums,male vocals,168,1984,245,0.6
3,Night Desk,Otto Vale,Rooms,ambient,calm,piano,instrumental,62,2011,410,0.1
4,Sugar Run,Tilly Ray,Candy,dance-pop;pop,happy;catchy,synthesizer;drum machine,female vocals,126,2015,190,0.9
5,Slow Harbour,Otto Vale,Rooms,ambient,calm,strings,instrumental,58,2011,380,0.1
6,Paper Crown,Tilly Ray,Candy,pop,catchy,piano,female vocals,118,2016,200,0.8
7,Silver Line,Mara Lind,South,dream pop;pop,melancholy,electric guitar,female vocals,96,1996,260,0.3
8,Unheard Of,Nobody Much,,,,,,,,,
"""


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    table = tmp_path / "songs.csv"
    table.write_text(ROWS)
    settings = Settings(library_dir=tmp_path / "library", models_dir=tmp_path / "no models")
    with Library(settings) as opened:
        opened.add(table)
        yield opened


def titles(answer: Answer) -> list[str]:
    return [pick.track.title for pick in answer.picks]


def test_a_request_by_genre_and_mood_finds_what_has_both(library: Library) -> None:
    answer = library.ask("catchy happy pop")
    assert titles(answer)[0] == "Sugar Run"
    texts = " ".join(reason.text for reason in answer.picks[0].reasons)
    assert "pop" in texts


def test_reasons_carry_their_evidence(library: Library) -> None:
    pick = library.ask("catchy pop").picks[0]
    assert all(reason.evidence for reason in pick.reasons)


def test_like_an_artist_is_not_that_artist(library: Library) -> None:
    answer = library.ask("something like Mara Lind")
    assert answer.picks
    assert all("Mara Lind" not in pick.track.artists for pick in answer.picks)


def test_by_an_artist_is_only_that_artist(library: Library) -> None:
    assert set(titles(library.ask("songs by Otto Vale"))) == {"Night Desk", "Slow Harbour"}


def test_a_misspelt_artist_is_found(library: Library) -> None:
    assert set(titles(library.ask("songs by Oto Vale"))) == {"Night Desk", "Slow Harbour"}


def test_an_exclusion_is_kept_and_the_unknown_comes_last_and_marked(library: Library) -> None:
    answer = library.ask("anything, no vocals")
    known = [pick for pick in answer.picks if pick.verified]
    assert {pick.track.title for pick in known} == {"Night Desk", "Slow Harbour"}
    unknown = [pick for pick in answer.picks if not pick.verified]
    assert all(pick.track.title == "Unheard Of" and pick.unverified for pick in unknown)
    assert [pick.verified for pick in answer.picks] == sorted(
        [pick.verified for pick in answer.picks], reverse=True
    )


def test_years_bound_the_answer(library: Library) -> None:
    dated = [pick.track for pick in library.ask("pop from the 90s").picks if pick.verified]
    assert {track.title for track in dated} == {"Glass Rain", "Silver Line"}


def test_total_minutes_are_met(library: Library) -> None:
    answer = library.ask("pop", AskOptions(minutes=7))
    total = sum(pick.track.duration_s or 0 for pick in answer.picks)
    assert abs(total - 420) <= 260


def test_the_dial_turns_from_hits_to_deep_cuts(library: Library) -> None:
    hits = library.ask("pop", AskOptions(popularity=1.0))
    deep = library.ask("pop", AskOptions(popularity=-1.0))
    assert (hits.picks[0].track.popularity or 0) > (deep.picks[0].track.popularity or 0)


def test_a_request_that_says_nothing_known_answers_by_text_and_says_so(library: Library) -> None:
    answer = library.ask("xyzzy harbour")
    assert titles(answer)[0] == "Slow Harbour"
    assert any("closest texts" in message for message in answer.messages)


def test_an_unknown_name_is_said_with_what_it_may_have_meant(library: Library) -> None:
    answer = library.ask("something like Mara Lindqvist-Olafson")
    assert any("is not in this library" in message for message in answer.messages)


def test_an_empty_request_is_refused(library: Library) -> None:
    with pytest.raises(InputError):
        library.ask("   ")


def test_ten_thousand_characters_are_cut_and_said(library: Library) -> None:
    answer = library.ask("calm " * 2000)
    assert any("characters" in message for message in answer.messages)
    assert answer.picks


@pytest.mark.parametrize("text", ["🎷", '"', "AND OR NOT", "a:b*^~", "'; drop table tracks;--", "\u202e"])
def test_odd_requests_are_answered(library: Library, text: str) -> None:
    assert isinstance(library.ask(text), Answer)


def test_an_empty_library_says_how_to_fill_it(tmp_path: Path) -> None:
    settings = Settings(library_dir=tmp_path / "empty", models_dir=tmp_path)
    with Library(settings) as library:
        answer = library.ask("pop")
        assert answer.picks == ()
        assert any("linernotes add" in message for message in answer.messages)


def test_a_dislike_takes_the_song_out_of_the_next_answer_and_undo_brings_it_back(library: Library) -> None:
    asked = AskOptions(listener="ann")
    assert "Sugar Run" in titles(library.ask("happy pop", asked))
    library.feedback("ann", "Sugar Run", "dislike")
    assert "Sugar Run" not in titles(library.ask("happy pop", asked))
    assert "Sugar Run" in titles(library.ask("happy pop", AskOptions(listener="ben")))
    library.feedback("ann", "Sugar Run", "undo")
    assert "Sugar Run" in titles(library.ask("happy pop", asked))


def test_feedback_on_an_unknown_song_suggests_close_names(library: Library) -> None:
    with pytest.raises(InputError, match="Sugar Run"):
        library.feedback("ann", "Sugar Rush Now", "like")


def test_similar_to_a_song_leaves_it_out(library: Library) -> None:
    found = titles(library.similar("Night Desk"))
    assert found[0] == "Slow Harbour"
    assert "Night Desk" not in found


def test_a_song_can_be_named_by_number_or_with_its_artist(library: Library) -> None:
    page = library.show_song("Tilly Ray - Paper Crown")
    assert library.show_song(f"#{page.track.id}").track == page.track


def test_the_number_of_a_song_goes_before_a_band_called_so(tmp_path: Path) -> None:
    table = tmp_path / "songs.csv"
    table.write_text(ROWS.replace("Nobody Much", "3").replace("The Anvils", "311"))
    with Library(Settings(library_dir=tmp_path / "library", models_dir=tmp_path / "no models")) as library:
        library.add(table)
        seeds = [library.similar(name).request.seeds[0] for name in ("#3", " #3 ", "3", "#311")]
        assert [(seed.kind, seed.name) for seed in seeds] == [
            ("track", "Night Desk"),
            ("track", "Night Desk"),
            ("artist", "3"),
            ("artist", "311"),
        ]
        for number in ("#999", "#" + "9" * 5_000):
            with pytest.raises(InputError, match="no song number"):
                library.similar(number)


def test_an_artist_page_tells_what_its_songs_share(library: Library) -> None:
    page = library.show_collection("artist", "otto vale")
    assert page.track_count == 2
    assert "ambient" in page.note.casefold()


def test_a_genre_page_lists_its_songs_best_known_first(library: Library) -> None:
    page = library.show_collection("genre", "pop")
    assert page.tracks[0].title == "Sugar Run"


def test_a_page_says_who_wrote_its_note(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = library.show_collection("artist", "Otto Vale")
    assert (plain.origin, plain.model, plain.adapter) == ("plain", None, None)
    monkeypatch.setattr(writer, "check_note", lambda text, sheet: ())
    write_collections(
        library._store,
        FakeGenerator(default="As heard here, of {artist}.", adapter="tuned@1"),
        refresh_library(library._store),
        audio_only=False,
        seed=1,
        on_progress=silent,
        after_batch=lambda: None,
    )
    page = library.show_collection("artist", "Otto Vale")
    assert page.note == "As heard here, of Otto Vale."
    assert (page.origin, page.model, page.adapter) == ("written", "fake-1", "tuned@1")
    assert library.show_collection("genre", "ambient").origin == "written"


def test_a_plain_page_tells_the_genres_kin(library: Library) -> None:
    page = library.show_collection("genre", "heavy metal")
    assert "branch of metal" in page.note


def test_a_genre_is_found_under_any_of_its_spellings(tmp_path: Path) -> None:
    table = tmp_path / "songs.csv"
    table.write_text("id,title,artists,genres\na,Rain,Ann,Hip-Hop\nb,Snow,Ben,hip hop\nc,Ice,Ben,unknown\n")
    with Library(Settings(library_dir=tmp_path / "library", models_dir=tmp_path)) as opened:
        opened.add(table)
        for name in ("hip-hop", "Hip Hop"):
            page = opened.show_collection("genre", name)
            assert (page.name, page.track_count) == ("hip hop", 2)


def test_an_unknown_genre_is_an_error_with_a_hint(library: Library) -> None:
    with pytest.raises(InputError, match="did you mean"):
        library.show_collection("genre", "ambionts")


def test_answers_are_kept_with_their_picks(library: Library) -> None:
    answer = library.ask("pop", AskOptions(listener="ann"))
    again = library.ask("pop", AskOptions(listener="ann"))
    assert again.id > answer.id
    assert titles(again) == titles(answer)


def test_options_may_be_keywords(library: Library) -> None:
    assert len(library.ask("pop", n=2, listener="ann").picks) == 2


def test_a_song_named_by_digits_is_found_by_its_name(library: Library, tmp_path: Path) -> None:
    table = tmp_path / "digits.csv"
    table.write_text("id,title,artists\nx,1979,Mara Lind\ny,Nine - Ten,Otto Vale\n")
    library.add(table)
    assert library.show_song("1979").track.title == "1979"
    assert library.show_song("Nine - Ten").track.artists == ("Otto Vale",)
    assert library.show_song("#1").track.id == 1


def test_a_request_of_a_number_alone_is_answered(library: Library) -> None:
    assert len(library.ask("3 songs").picks) == 3


def test_minutes_are_filled_from_songs_whose_length_is_known(library: Library) -> None:
    answer = library.ask("10 minutes of music")
    total_s = sum(pick.track.duration_s or 0.0 for pick in answer.picks)
    assert answer.picks
    assert abs(total_s - 600) <= 200


def test_minutes_that_cannot_be_counted_are_said(tmp_path: Path) -> None:
    table = tmp_path / "songs.csv"
    table.write_text("id,title,artists,genres\n1,Rain,Ann,rock\n2,Snow,Ben,rock\n")
    with Library(Settings(library_dir=tmp_path / "library", models_dir=tmp_path)) as library:
        library.add(table)
        answer = library.ask("30 minutes of rock")
    assert len(answer.picks) == 2
    assert any("minutes were not counted" in message for message in answer.messages)


def test_plays_do_not_drown_a_dislike(library: Library) -> None:
    library.feedback("zoe", "Sugar Run", "dislike")
    for _ in range(30):
        library.feedback("zoe", "Sugar Run", "play")
    assert "Sugar Run" not in titles(library.ask("happy pop", listener="zoe"))


def test_who_names_an_artist_hears_them_whatever_was_disliked(library: Library) -> None:
    for title in ("Night Desk", "Slow Harbour"):
        library.feedback("ann", title, "dislike")
    library.feedback("ann", "Night Desk", "undo")
    assert titles(library.ask("songs by Otto Vale", listener="ann")) == ["Night Desk"]


def test_a_lost_index_is_rebuilt_by_the_next_question(tmp_path: Path) -> None:
    table = tmp_path / "songs.csv"
    table.write_text(ROWS)
    settings = Settings(library_dir=tmp_path / "library", models_dir=tmp_path)
    with Library(settings) as library:
        library.add(table)
    shutil.rmtree(tmp_path / "library" / "index")
    with Library(settings) as library:
        assert set(titles(library.ask("songs by Otto Vale"))) == {"Night Desk", "Slow Harbour"}


def test_minutes_without_end_are_answered(library: Library) -> None:
    assert library.ask("pop", AskOptions(minutes=float("inf"))).picks


def test_a_corrected_name_is_said(library: Library) -> None:
    answer = library.ask("songs by Oto Vale")
    assert "“Oto Vale” was read as Otto Vale" in answer.messages


def test_a_further_question_knows_what_was_asked_and_liked_before(library: Library) -> None:
    first = library.ask("calm ambient", listener="me")
    liked = next(pick.track for pick in first.picks if pick.track.title == "Night Desk")
    library.feedback("me", liked.id, "like", answer_id=first.id)
    second = library.ask("songs for the evening", after=first.id)
    assert second.parent_id == first.id
    assert titles(second)[0] == "Slow Harbour"
    assert "Night Desk" not in titles(second)


def test_a_song_asked_for_by_name_comes_first_in_a_conversation_and_others_follow(library: Library) -> None:
    first = library.ask("catchy pop")
    second = library.ask("songs by Otto Vale", after=first.id)
    assert set(titles(second)[:2]) == {"Night Desk", "Slow Harbour"}
    assert len(titles(second)) > 2


def test_what_was_disliked_in_a_conversation_does_not_come_back(library: Library) -> None:
    first = library.ask("catchy pop")
    disliked = first.picks[0].track
    library.feedback("guest", disliked.id, "dislike", answer_id=first.id)
    assert disliked.title not in titles(library.ask("more pop", after=first.id))
    library.feedback("guest", disliked.id, "undo", answer_id=first.id)
    assert disliked.title in titles(library.ask("more pop", after=first.id))


def test_a_question_after_an_answer_that_was_never_given_is_refused(library: Library) -> None:
    with pytest.raises(InputError, match="no answer 77"):
        library.ask("more", after=77)


def test_a_promise_of_an_earlier_turn_still_holds_until_the_thing_is_asked_for(library: Library) -> None:
    first = library.ask("catchy pop, no piano")
    assert "Paper Crown" not in titles(library.ask("more pop", after=first.id))
    assert "Paper Crown" in titles(library.ask("pop with piano", after=first.id))


def test_who_was_to_be_resembled_is_not_found_by_a_later_question_but_by_name(library: Library) -> None:
    first = library.ask("something like Mara Lind")
    later = library.ask("dream pop", after=first.id)
    assert all("Mara Lind" not in pick.track.artists for pick in later.picks)
    assert "Glass Rain" in titles(library.ask("songs by Mara Lind", after=first.id))


def test_what_was_liked_and_then_disliked_is_disliked(library: Library) -> None:
    first = library.ask("catchy pop")
    track = first.picks[0].track
    library.feedback("me", track.id, "like", answer_id=first.id)
    library.feedback("me", track.id, "dislike", answer_id=first.id)
    known = conversation_until(first.id, library._store)
    assert (known.liked, known.disliked) == ((), (track.id,))


def test_more_of_that_shows_other_songs(library: Library) -> None:
    first = library.ask("pop", n=2)
    assert not set(titles(library.ask("more of that", after=first.id))) & set(titles(first))


# --- comparisons, pointers, order


def tempos(answer: Answer) -> list[float]:
    known = {"Glass Rain": 84, "Iron Parade": 168, "Night Desk": 62, "Sugar Run": 126, "Slow Harbour": 58}
    known |= {"Paper Crown": 118, "Silver Line": 96}
    return [known[title] for title in titles(answer) if title in known]


def test_faster_is_faster_than_the_answer_before(library: Library) -> None:
    first = library.ask("calm ambient", n=2)
    faster = library.ask("something faster", after=first.id)
    assert tempos(faster)
    assert min(tempos(faster)) > sum(tempos(first)) / 2


def test_faster_than_somebody_is_faster_than_they_are(library: Library) -> None:
    assert min(tempos(library.ask("faster than Mara Lind"))) > 84.0


def test_a_pick_can_be_pointed_at(library: Library) -> None:
    first = library.ask("pop or ambient", n=4)
    second = library.ask("more like the second one", after=first.id)
    pointed = first.picks[1].track
    assert pointed.title not in titles(second)
    assert any(pointed.title in reason.text for pick in second.picks for reason in pick.reasons)


def test_songs_are_put_in_the_order_that_was_asked_for(library: Library) -> None:
    rising = tempos(library.ask("music from slow to fast"))
    assert len(rising) > 2
    assert rising == sorted(rising)
