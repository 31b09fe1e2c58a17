"""An open library and those who listen: what they do and say turns their answers, and nobody else's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from fakes import FakeGenerator
from linernotes.config import Settings
from linernotes.errors import InputError
from linernotes.library import Library
from linernotes.library.company import Company
from linernotes.library.options import at_this_hour
from linernotes.store import Store
from linernotes.types import Answer, Context, Request

KINDS = {
    "jazz": {"moods": ["calm"], "tempo": 80, "energy": 0.2, "instruments": ["piano"]},
    "metal": {"moods": ["aggressive"], "tempo": 170, "energy": 0.9, "instruments": ["electric guitar"]},
    "pop": {"moods": ["happy"], "tempo": 120, "energy": 0.7, "instruments": ["synthesizer"]},
}
EACH = 30


def rows() -> list[dict[str, object]]:
    """Thirty songs of three kinds, each by an artist of its own but for every tenth's; popularity rises."""
    return [
        {
            "id": f"{kind}-{number}",
            "title": f"{kind.title()} {number}",
            "artists": [f"{kind} artist {number - number % 10 if number % 10 < 2 else number}"],
            "genres": [kind],
            "duration_s": 200,
            "popularity": number / EACH,
            **{**facts, "tempo": facts["tempo"] + number},  # type: ignore[operator]
        }
        for kind, facts in KINDS.items()
        for number in range(EACH)
    ]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    table = tmp_path / "songs.jsonl"
    table.write_text("".join(json.dumps(row) + "\n" for row in rows()), encoding="utf-8")
    with Library(Settings(library_dir=tmp_path / "library", models_dir=tmp_path)) as opened:
        opened.add(table)
        yield opened


def titles(answer: Answer) -> list[str]:
    return [pick.track.title for pick in answer.picks]


def kinds(answer: Answer) -> list[str]:
    return [title.split()[0].lower() for title in titles(answer)]


def reasons(answer: Answer) -> str:
    return " · ".join(reason.text for pick in answer.picks for reason in pick.reasons)


def like(library: Library, listener: str, *songs: str) -> None:
    for song in songs:
        library.feedback(listener, song, "like")


# --- songs for me


def test_songs_for_me_are_like_what_i_like_and_none_that_i_know(library: Library) -> None:
    like(library, "zoe", "Jazz 3", "Jazz 4", "Jazz 5")
    answer = library.ask("songs for me", n=10, listener="zoe", exploration=0)
    assert set(kinds(answer)) == {"jazz"}
    assert not {"Jazz 3", "Jazz 4", "Jazz 5"} & set(titles(answer))
    assert "which you like" in reasons(answer)


def test_two_tastes_both_have_their_share(library: Library) -> None:
    like(library, "zoe", *(f"{kind} {number}" for kind in ("Jazz", "Metal") for number in (3, 4, 5, 6)))
    found = kinds(library.ask("what should I hear", n=10, listener="zoe", exploration=0))
    assert 4 <= found.count("jazz") <= 6
    assert 4 <= found.count("metal") <= 6


def test_one_sentence_is_enough_to_start(library: Library) -> None:
    library.say("zoe", "I like happy pop, no metal")
    answer = library.ask("songs for me", n=10, listener="zoe")
    assert set(kinds(answer)) == {"pop"}


def test_to_say_the_opposite_turns_the_answer(library: Library) -> None:
    library.say("zoe", "I like pop")
    library.say("zoe", "I no longer like pop. I love metal")
    assert set(kinds(library.ask("songs for me", n=10, listener="zoe"))) == {"metal"}


def test_songs_for_nobody_known_say_that_nothing_was_understood(library: Library) -> None:
    answer = library.ask("songs for me", listener="stranger")
    assert answer.picks
    assert any("no genre, mood, name or limit" in message for message in answer.messages)


def test_songs_for_me_keep_promises(library: Library) -> None:
    like(library, "zoe", "Jazz 3", "Metal 4", "Metal 5", "Jazz 6")
    assert set(kinds(library.ask("songs for me, no metal", n=10, listener="zoe"))) == {"jazz"}


# --- what turns an answer


def test_a_like_turns_the_next_answer_and_nobody_elses(library: Library) -> None:
    first = library.ask("songs with a piano, a synthesizer or a guitar", n=20, listener="ben")
    before = titles(first)
    like(library, "zoe", *(f"Jazz {number}" for number in range(3, 9)))
    zoes = kinds(
        library.ask("songs with a piano, a synthesizer or a guitar", n=10, listener="zoe", exploration=0)
    )
    assert zoes.count("jazz") > kinds(first)[:10].count("jazz")
    assert (
        titles(library.ask("songs with a piano, a synthesizer or a guitar", n=20, listener="ben")) == before
    )


def test_what_was_said_to_be_avoided_is_avoided_until_it_is_asked_for(library: Library) -> None:
    library.say("zoe", "no metal please")
    assert "metal" not in kinds(library.ask("fast or aggressive songs", n=30, listener="zoe"))
    assert "metal" in kinds(library.ask("metal songs", n=10, listener="zoe"))


def test_a_disliked_song_and_a_left_artist_do_not_come_back(library: Library) -> None:
    library.feedback("zoe", "Jazz 5", "dislike")
    library.feedback("zoe", "Jazz 10", "skip", reason="not this artist")  # Jazz 11 is by the same artist
    found = titles(library.ask("calm jazz", n=30, listener="zoe"))
    assert not {"Jazz 5", "Jazz 10", "Jazz 11"} & set(found)


def test_what_was_just_played_rests(library: Library) -> None:
    first = titles(library.ask("calm jazz", n=5, listener="zoe", exploration=0))
    for title in first:
        library.feedback("zoe", title, "play")
    again = titles(library.ask("calm jazz", n=5, listener="zoe", exploration=0))
    assert len(set(first) & set(again)) < len(first)


def test_an_undo_takes_back_what_was_learned(library: Library) -> None:
    before = titles(library.ask("music", n=10, listener="zoe"))
    library.feedback("zoe", before[0], "dislike")
    assert before[0] not in titles(library.ask("music", n=10, listener="zoe"))
    library.feedback("zoe", before[0], "undo")
    assert before[0] in titles(library.ask("music", n=60, listener="zoe"))


def test_reactions_teach_what_a_word_means_to_the_listener(library: Library) -> None:
    for number in (0, 2, 4, 20, 22, 24, 26, 28):  # tempo and popularity rise with the number
        answer = library.ask("calm songs", n=30, listener="zoe")
        library.feedback("zoe", f"Jazz {number}", "like" if number < 9 else "skip", answer_id=answer.id)
    shifts = {one.field: one.shift for one in library.profile("zoe").words if one.word == "calm"}
    assert shifts["tempo_bpm"] < 0
    assert "for you, “calm”" in reasons(library.ask("calm songs", n=10, listener="zoe")).lower()


# --- exploring


def test_one_pick_in_twenty_finds_out_and_says_so(library: Library) -> None:
    like(library, "zoe", "Jazz 3", "Jazz 4", "Jazz 5")
    explored = library.ask("music", n=20, listener="zoe", exploration=0.1)
    assert reasons(explored).count("something new, to find out") == 2
    assert "something new" not in reasons(library.ask("music", n=20, listener="zoe", exploration=0))
    assert "something new" not in reasons(library.ask("music", n=20, listener="stranger"))


def test_what_comes_of_exploring_moves_its_budget(library: Library) -> None:
    like(library, "zoe", "Jazz 3", "Jazz 4", "Jazz 5")
    for _ in range(4):
        answer = library.ask("music", n=20, listener="zoe", exploration=0.1)
        for pick in answer.picks:
            if any("something new" in reason.text for reason in pick.reasons):
                library.feedback("zoe", pick.track.id, "dislike", answer_id=answer.id)
    assert reasons(library.ask("music", n=20, listener="zoe", exploration=0.1)).count("something new") < 2


# --- context


def test_a_context_beside_the_words_counts_like_one_in_them(library: Library) -> None:
    found = library.ask("songs", n=10, context=Context(mood="chill"))
    assert found.request.context.mood == "calm"
    assert set(kinds(found)) == {"jazz"}


# --- reading back


def test_a_profile_is_read_back(library: Library) -> None:
    like(library, "zoe", *(f"{kind} {number}" for kind in ("Jazz", "Metal") for number in (3, 4, 5, 6)))
    library.say("zoe", "I like happy pop, no country")
    page = library.profile("zoe")
    assert [round(taste.share, 1) for taste in page.tastes] == [0.5, 0.5]
    assert {taste.tracks[0].title.split()[0] for taste in page.tastes} == {"Jazz", "Metal"}
    assert "piano" in page.text
    assert "happy pop" in page.text
    assert page.avoids == ("country",)
    assert page.events == 8


def test_a_writer_that_does_not_hold_leaves_the_plain_words(library: Library) -> None:
    like(library, "zoe", "Jazz 3", "Jazz 4", "Jazz 5")
    lying = FakeGenerator(default="A Brazilian trumpet solo from 1970, sung in French.")
    assert library.profile("zoe", writer=lying).text == library.profile("zoe").text


def test_nobody_is_told_what_they_do_not_like(library: Library) -> None:
    page = library.profile("stranger")
    assert page.tastes == ()
    assert "Nothing is known of you yet" in page.text


# --- bad input


def test_events_for_what_is_not_there_or_not_yet_are_refused(library: Library) -> None:
    with pytest.raises(InputError, match="there is no song number 999"):
        library.feedback("zoe", 999, "like")
    with pytest.raises(InputError, match="still to come"):
        library.feedback("zoe", "Jazz 3", "like", at=datetime.now(UTC) + timedelta(days=3))
    with pytest.raises(InputError, match="nothing was said"):
        library.say("zoe", "   ")


def test_events_may_be_told_out_of_order_and_twice(library: Library) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=9)
    library.feedback("zoe", "Jazz 5", "dislike")
    for _ in range(2):
        library.feedback("zoe", "Jazz 5", "like", at=long_ago)
    assert "Jazz 5" not in titles(library.ask("calm jazz", n=30, listener="zoe"))


@pytest.mark.parametrize("name", ["../../x", "<b>zoe</b>", "Zoë 🎷", "a" * 200])
def test_a_listener_may_have_any_name_that_can_be_shown(library: Library, name: str) -> None:
    like(library, name, "Jazz 3", "Jazz 4")
    assert library.ask("songs for me", n=5, listener=name).picks
    assert name in library.listeners()


@pytest.mark.parametrize("name", ["", "   ", "a\nb", "x" * 201])
def test_what_is_no_name_is_refused(library: Library, name: str) -> None:
    with pytest.raises(InputError, match="listener"):
        library.say(name, "I like jazz")


# --- the clock


@pytest.mark.parametrize(
    ("hour", "time"),
    [(3, "late night"), (8, "morning"), (13, "afternoon"), (20, "evening"), (23, "late night")],
)
def test_the_hour_is_a_situation_where_none_is_named(hour: int, time: str) -> None:
    assert at_this_hour(Request(text="songs"), hour).context.time == time
    running = Request(text="songs", context=Context(activity="running"))
    assert at_this_hour(running, hour) == running


def test_the_clock_is_not_looked_at_unless_it_is_allowed(library: Library) -> None:
    assert library.ask("calm songs", listener="zoe").request.context.time is None
    settings = replace(library.settings, clock="on")
    with Library(settings) as allowed:
        assert allowed.ask("calm songs", listener="zoe").request.context.time is not None
        assert allowed.ask("calm songs").request.context.time is None


# --- company


def test_an_answer_for_two_leaves_nobody_out_and_says_who_likes_what(library: Library) -> None:
    like(library, "ann", *(f"Jazz {number}" for number in range(3, 9)))
    like(library, "ben", *(f"Metal {number}" for number in range(3, 6)))
    answer = library.ask("songs for us", n=10, listener="ann", company=("ben",))
    assert kinds(answer).count("jazz") >= 3
    assert kinds(answer).count("metal") >= 3
    assert "which ann likes" in reasons(answer)
    assert "which ben likes" in reasons(answer)


def test_what_one_of_a_company_never_wants_nobody_hears(library: Library) -> None:
    like(library, "ann", "Metal 3", "Metal 4")
    library.say("ben", "no metal")
    assert "metal" not in kinds(library.ask("aggressive songs", n=30, listener="ann", company=("ben",)))


def test_a_company_of_fifty_gets_an_answer(library: Library) -> None:
    names = tuple(f"guest {number}" for number in range(50))
    for number, name in enumerate(names):
        like(library, name, f"Pop {number % EACH}")
    answer = library.ask("songs", n=10, listener="host", company=names)
    assert len(answer.picks) == 10
    assert any("which guest" in reason.text for pick in answer.picks for reason in pick.reasons)


# --- popularity


def test_who_likes_the_little_known_gets_more_of_it(library: Library) -> None:
    like(library, "deep", *(f"Pop {number}" for number in range(0, 8)))
    like(library, "hits", *(f"Pop {number}" for number in range(22, 30)))

    def fame(listener: str) -> float:
        picks = library.ask("metal", n=10, listener=listener, exploration=0).picks
        return sum(pick.track.popularity or 0.0 for pick in picks) / len(picks)

    assert fame("deep") < fame("hits")


def test_too_mainstream_makes_the_next_answer_less_so(library: Library) -> None:
    def picks() -> list[float]:
        return [pick.track.popularity or 0.0 for pick in library.ask("pop", n=10, listener="zoe").picks]

    before = sum(picks())
    for number in (25, 27, 29):
        library.feedback("zoe", f"Metal {number}", "skip", reason="too mainstream")
    assert sum(picks()) < before


def test_the_dial_goes_over_the_listeners_own_mix(library: Library) -> None:
    like(library, "deep", *(f"Pop {number}" for number in range(0, 8)))
    answer = library.ask("metal", n=10, listener="deep", popularity=1.0, exploration=0)
    assert sum(pick.track.popularity or 0.0 for pick in answer.picks) / 10 > 0.5


# --- those who like the same


def guests(library: Library, count: int) -> None:
    """Half of them like "Jazz 20" beside the jazz that all like, nobody else does."""
    for number in range(count):
        names = [f"Jazz {number % 5}", f"Jazz {number % 5 + 1}", f"Jazz {number % 5 + 2}"]
        like(library, f"guest {number}", *names, *(["Jazz 20"] if number % 2 else [f"Metal {number % 9}"]))


def test_listeners_of_one_library_learn_from_each_other(library: Library) -> None:
    pytest.importorskip("implicit")
    guests(library, 40)
    like(library, "zoe", "Jazz 1", "Jazz 2", "Jazz 3")
    ids = np.array([library.show_song(title).track.id for title in ("Jazz 20", "Metal 3", "Pop 3")])
    with Store.open(library.settings.library_dir / "library.db") as store:
        company = Company(store)
        close, far, unheard = company.liking("zoe", ids).tolist()
        assert close > far
        assert unheard == 0
        assert company.liking("stranger", ids).tolist() == [0, 0, 0]
    with_others = library.ask("pop and metal and jazz", n=60, listener="zoe", exploration=0)
    assert "others who like what you like" in reasons(with_others)


def test_few_listeners_learn_nothing_from_each_other(library: Library) -> None:
    like(library, "ann", "Jazz 1", "Jazz 2", "Jazz 3", "Jazz 4")
    like(library, "ben", "Jazz 1", "Jazz 2", "Jazz 3")
    assert "others who like what you like" not in reasons(library.ask("jazz", n=20, listener="ben"))


# --- what must not happen


def test_each_taste_keeps_its_own_conditions_and_the_answer_those_that_were_asked_for(
    library: Library,
) -> None:
    library.say("zoe", "I love instrumental jazz. I love loud metal")
    answer = library.ask("songs for me", n=10, listener="zoe")
    assert {"jazz", "metal"} == set(kinds(answer))
    assert not any("keep all your conditions" in message for message in answer.messages)


def test_what_is_avoided_in_the_librarys_own_words_is_avoided(library: Library) -> None:
    library.say("zoe", "no synthesizer")
    assert "pop" not in kinds(library.ask("happy or calm songs", n=30, listener="zoe"))


def test_an_artist_that_was_said_to_be_loved_may_be_left_again(library: Library) -> None:
    library.say("zoe", "I love Pop artist 5")
    library.say("zoe", "I no longer like Pop artist 5")
    assert "Pop 5" not in titles(library.ask("pop", n=30, listener="zoe"))
    library.say("zoe", "I love Pop artist 5")
    assert library.profile("zoe").avoids == ()


def test_what_is_asked_for_in_a_conversation_stays_asked_for(library: Library) -> None:
    library.say("zoe", "no metal")
    first = library.ask("metal songs", n=5, listener="zoe")
    after = library.ask("more of that", n=5, listener="zoe", after=first.id)
    assert "metal" in kinds(after)


def test_songs_that_rest_for_good_reason_rest_without_any_other_event(library: Library) -> None:
    first = titles(library.ask("calm jazz", n=5, listener="zoe"))[0]
    library.feedback("zoe", first, "skip", reason="heard-enough")
    assert titles(library.ask("calm jazz", n=5, listener="zoe"))[0] != first


def test_nothing_that_is_known_is_explored(library: Library) -> None:
    like(library, "zoe", *(f"Jazz {number}" for number in range(30)))
    answer = library.ask("music", n=20, listener="zoe", exploration=0.2)
    new = [p.track.title for p in answer.picks if any("something new" in r.text for r in p.reasons)]
    assert new
    assert not any(title.startswith("Jazz") for title in new)


def test_a_song_is_not_close_to_itself(library: Library) -> None:
    like(library, "zoe", "Jazz 3", "Jazz 4")
    answer = library.ask("calm jazz", n=30, listener="zoe", exploration=0)
    for pick in answer.picks:
        assert not any(f"“{pick.track.title}”, which you like" in reason.text for reason in pick.reasons)


def test_an_event_that_is_told_again_with_another_value_counts_as_told_last(library: Library) -> None:
    at = datetime.now(UTC) - timedelta(hours=1)
    like(library, "zoe", "Jazz 3")
    library.feedback("zoe", "Metal 3", "rate", value=1.0, at=at)
    assert "metal" in kinds(library.ask("songs for me", n=10, listener="zoe"))
    library.feedback("zoe", "Metal 3", "rate", value=0.0, at=at)
    assert "metal" not in kinds(library.ask("songs for me", n=10, listener="zoe"))


def test_likes_of_one_situation_count_where_none_is_named(library: Library) -> None:
    for number in range(3, 9):
        answer = library.ask("songs", n=5, listener="zoe", context=Context(activity="running"))
        library.feedback("zoe", f"Metal {number}", "like", answer_id=answer.id)
    assert set(kinds(library.ask("songs for me", n=10, listener="zoe", exploration=0))) == {"metal"}


def test_blanks_around_a_name_make_nobody_else(library: Library) -> None:
    like(library, "zoe", "Jazz 3", "Jazz 4")
    assert set(kinds(library.ask("songs for me", n=5, listener="  zoe ", company=("zoe",)))) == {"jazz"}


def test_a_stranger_in_the_company_is_told(library: Library) -> None:
    like(library, "zoe", "Jazz 3")
    answer = library.ask("jazz", listener="zoe", company=("nobody",))
    assert "nothing is known of “nobody” yet" in answer.messages
    with pytest.raises(InputError, match="listener"):
        library.ask("jazz", listener="zoe", company=("a\nb",))


def test_nothing_is_kept_of_names_that_are_only_asked_about(library: Library) -> None:
    for number in range(5):
        library.ask("jazz", listener=None, company=())
        library.profile(f"nobody {number}")
    assert not any(name.startswith("nobody") for name in library.listeners())


def test_threads_may_ask_while_others_tell(library: Library) -> None:
    like(library, "zoe", "Jazz 3")

    def tell(number: int) -> None:
        library.feedback("zoe", f"Metal {number}", "like")

    def ask(number: int) -> int:
        words = "calm jazz" if number % 2 else "songs for me"
        return len(library.ask(words, n=5, listener="zoe").picks)

    with ThreadPoolExecutor(4) as threads:
        told = [threads.submit(tell, number) for number in range(20)]
        assert all(threads.map(ask, range(20)))
        for one in told:
            one.result()
