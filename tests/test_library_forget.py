"""Forgetting a listener: nothing of them is left, and nothing of the others is lost."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes import FakeGenerator
from linernotes.config import Settings
from linernotes.errors import InputError
from linernotes.library import AskOptions, Library
from linernotes.models import listener_mark, put, seen_by
from linernotes.store import Store
from linernotes.types import Pick, Reason

ROWS = """id,title,artists,genres,moods,instruments,vocals,year
1,Glass Rain,Mara Lind,dream pop,sad,synthesizer,female vocals,1994
2,Iron Parade,The Anvils,heavy metal,aggressive,electric guitar,male vocals,1984
3,Night Desk,Otto Vale,ambient,calm,piano,instrumental,2011
"""
NOTE = "{title} by {artist} is a dream pop song from 1994. A sad woman sings over a synthesizer."
OWN = "A sad woman sings over a synthesizer in {title} by {artist}, dream pop from 1994."
NAME = "Zebulon Quirk"


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    settings = Settings(library_dir=tmp_path / "l", models_dir=tmp_path / "models", notes_for="all")
    with Library(settings) as opened:
        (tmp_path / "songs.csv").write_text(ROWS)
        opened.add(tmp_path / "songs.csv", writer=FakeGenerator(default=NOTE))
        yield opened


def busy(library: Library, name: str = NAME) -> None:
    """A listener leaves a trace everywhere."""
    answer = library.ask("calm music for my surgery", listener=name)
    library.ask("calm music", AskOptions(listener="you", after=answer.id))
    library.feedback(name, "Night Desk", "like", answer_id=answer.id)
    library.feedback("you", "Night Desk", "like", answer_id=answer.id)
    library.feedback(name, "Iron Parade", "dislike")
    library.feedback(name, "Iron Parade", "undo")
    library.say(name, "I like calm piano since my surgery")
    library.correct(name, "Glass Rain", text=OWN)
    library.correct("you", "Glass Rain", verdict="not for me")
    library.correct(name, "Iron Parade", facts=["year=1985", "mood!=aggressive"])
    library.correct(name, "Glass Rain", verdict="helpful")


def rows_with(library: Library, *texts: str) -> list[str]:
    """The rows of the database that hold one of the texts anywhere."""
    found = []
    with sqlite3.connect(library.settings.library_dir / "library.db") as connection:
        tables = [
            name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")
        ]
        for table in tables:
            rows = connection.execute(f'select * from "{table}"')
            found += [f"{table}: {row}" for row in rows if any(text in str(row) for text in texts)]
    connection.close()
    return found


def test_nothing_of_a_listener_is_left(library: Library) -> None:
    busy(library)
    assert rows_with(library, NAME, "surgery", OWN)
    forgotten = library.forget(f" {NAME} ")
    assert rows_with(library, NAME, "surgery", OWN) == []
    assert forgotten.listener == NAME
    what = forgotten.what
    assert (what.events, what.answers, what.sayings, what.corrections, what.notes) == (3, 1, 1, 3, 1)
    assert library.listeners() == ("you",)


def test_the_bytes_of_a_forgotten_listener_are_gone_from_the_file(library: Library) -> None:
    busy(library)
    folder = library.settings.library_dir
    library.forget(NAME)
    for file in folder.glob("library.db*"):
        assert b"Zebulon" not in file.read_bytes(), file.name
        assert b"surgery" not in file.read_bytes(), file.name


def test_the_others_keep_what_is_theirs(library: Library) -> None:
    busy(library)
    busy(library, "you")
    before = library.profile("you")
    library.forget(NAME)
    after = library.profile("you")
    assert (after.events, after.sayings) == (before.events, before.sayings)
    answer = library.ask("calm music", listener="you")
    assert answer.picks[0].track.title == "Night Desk"


def test_facts_stay_as_those_of_nobody(library: Library) -> None:
    busy(library)
    assert library.forget(NAME).what.facts == 2
    page = library.show_song("Iron Parade")
    own = [(fact.name, fact.value) for fact in page.facts if fact.source == "listener:forgotten"]
    assert own == [("not mood", "aggressive"), ("year", 1985)]
    assert page.track.year == 1985


def test_facts_may_go_with_their_listener(library: Library) -> None:
    busy(library)
    assert library.forget(NAME, with_facts=True).what.facts_went
    page = library.show_song("Iron Parade")
    assert not any(fact.source.startswith("listener:") for fact in page.facts)
    assert page.track.year == 1984
    assert library.ask("aggressive music").picks[0].track.title == "Iron Parade"


def test_a_text_of_theirs_makes_room_for_the_next_note(library: Library, tmp_path: Path) -> None:
    busy(library)
    assert library.show_song("Glass Rain").model == f"listener:{NAME}"
    library.forget(NAME)
    assert library.show_song("Glass Rain").origin == "plain"
    assert OWN not in {pick.description for pick in library.ask("dream pop").picks}
    library.add(tmp_path / "songs.csv", writer=FakeGenerator(default=NOTE))
    assert library.show_song("Glass Rain").origin == "written"


def test_a_profile_in_memory_is_dropped_and_a_namesake_starts_anew(library: Library) -> None:
    library.say(NAME, "no piano")
    for title in ("Night Desk", "Glass Rain"):
        library.feedback(NAME, title, "like")
    assert library.profile(NAME).events == 2
    library.forget(NAME)
    library.feedback(NAME, "Iron Parade", "like")
    page = library.profile(NAME)
    assert (page.events, page.sayings) == (1, ())


def test_another_process_drops_its_profile_as_well(library: Library) -> None:
    with Library(library.settings) as other:
        for title in ("Night Desk", "Glass Rain"):
            library.feedback(NAME, title, "like")
        assert other.profile(NAME).events == 2
        library.forget(NAME)
        library.feedback(NAME, "Iron Parade", "like")
        assert other.profile(NAME).events == 1
        library.forget(NAME)
        assert other.profile(NAME).events == 0


def test_a_listener_whom_nobody_knows_is_refused(library: Library) -> None:
    for name in ("nobody", "", "x" * 10_000, "a\x00b"):
        with pytest.raises(InputError, match="no listener"):
            library.forget(name)
    assert library.forgotten_models() == frozenset()


def test_an_answer_to_others_does_not_tell_what_a_forgotten_listener_likes(library: Library) -> None:
    name = 'Zebulon "Q" Quirk'
    texts = (f"close to “Night Desk”, which {name} likes", "it is calm")
    reasons = tuple(Reason(text=text, evidence={"taste": 1.0}) for text in texts)
    with Store.open(library.settings.library_dir / "library.db") as store:
        track = library.show_song("Night Desk").track
        pick = Pick(rank=1, track=track, score=1.0, reasons=reasons, description="", verified=True)
        answer = store.answers.save(request={}, picks=[pick], seconds=0.1, listener="you")
        library.feedback(name, "Night Desk", "like")
        assert rows_with(library, "Quirk")
        library.forget(name)
        assert [one.text for one in store.answers.load(answer).picks[0].reasons] == ["it is calm"]
    assert rows_with(library, "Quirk") == []


# --- models


def model(folder: Path, *names: str, content: str = "weights", name: str = "ranker") -> str:
    file = folder / f"{content}.bin"
    file.write_text(content)
    marks = [listener_mark(one) for one in names]
    artefact = put(
        folder / "models",
        file,
        name=name,
        source="test",
        version="1",
        licence="CC0-1.0",
        details={"listeners": marks} if names else {},
    )
    assert artefact.card is not None
    return artefact.card.sha256


def test_models_that_had_seen_them_are_listed_and_remembered(library: Library, tmp_path: Path) -> None:
    seen = {model(tmp_path, NAME, "you"), model(tmp_path, NAME, content="other", name="writer")}
    unseen = model(tmp_path, "you", content="third")
    model(tmp_path, content="fourth")
    library.feedback(NAME, "Night Desk", "like")
    library.feedback("you", "Night Desk", "like")
    forgotten = library.forget(NAME)
    assert {one.sha256 for one in forgotten.models} == seen
    assert library.forgotten_models() == seen
    assert {one.sha256 for one in library.forget("you").models} == {unseen, *seen} - {
        one.sha256 for one in forgotten.models if one.name == "writer"
    }
    assert library.forgotten_models() == seen | {unseen}


def test_who_cannot_be_forgotten_takes_no_model_out_of_use(library: Library, tmp_path: Path) -> None:
    model(tmp_path, NAME)
    for name in (NAME, "you"):
        library.store.accounts.add(name, None)
    with pytest.raises(InputError, match="administers"):
        library.forget(NAME)
    assert library.forgotten_models() == frozenset()


def test_cards_of_another_shape_have_seen_nobody(tmp_path: Path) -> None:
    file = tmp_path / "a.bin"
    file.write_text("a")
    details = {"listeners": "everybody"}
    put(tmp_path, file, name="odd", source="t", version="1", licence="CC0-1.0", details=details)
    (tmp_path / "odd" / "torn").mkdir()
    (tmp_path / "odd" / "torn" / "card.json").write_text("{")
    assert seen_by(tmp_path, NAME) == ()
    assert seen_by(tmp_path / "nowhere", NAME) == ()
