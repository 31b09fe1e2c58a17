"""Facts that nobody noted: told from others, and words that only a library's tags know."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from linernotes.index import EmbeddedIndex, open_embedded
from linernotes.retrieve import Implied, OwnWords, _wishes, retrieve
from linernotes.retrieve.field import Field
from linernotes.retrieve.wishes import Graded, Wish
from linernotes.types import FactSheet, IndexDocument, Request, Want


def document(track_id: int, genre: str, instrument: str, *moods: str) -> IndexDocument:
    return IndexDocument(
        track_id=track_id,
        revision=1,
        names=f"song {track_id}",
        tags=" ".join((genre, instrument, *moods)),
        prose="",
        sheet=FactSheet(genres=(genre,), instruments=(instrument,), moods=moods),
        artist_ids=(),
        song_key=str(track_id),
        meaning="",
    )


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedIndex]:
    opened = open_embedded(tmp_path_factory.mktemp("index"))
    opened.upsert(
        [
            *(document(at, "ambient", "synthesizer", "calm", "corporate") for at in range(1, 11)),
            *(document(at, "metal", "electric guitar", "aggressive") for at in range(11, 21)),
            document(21, "ambient", "synthesizer"),
            document(22, "metal", "electric guitar"),
        ]
    )
    yield opened
    opened.close()


def test_a_value_is_told_from_those_that_go_with_it(index: EmbeddedIndex) -> None:
    field = Field(index.ids())
    calm = Implied(index).likelihood("moods", "calm", field)
    assert calm is not None
    ambient, metal = calm[20], calm[21]
    assert ambient > 0.3
    assert metal < 0.1
    assert Implied(index).likelihood("moods", "unheard of", field) is None


def test_a_track_is_found_for_what_nobody_noted(index: EmbeddedIndex) -> None:
    request = Request(text="calm", wants=(Want(family="mood", name="calm", text="calm"),))
    found = retrieve(
        request,
        index=index,
        embedder=None,
        seed_tracks={},
        channels=frozenset({"implied"}),
        implied=Implied(index),
    )
    ids = found.ids[np.argsort(-found.scores[:, 0])].tolist()
    assert set(ids[:10]) == set(range(1, 11))
    assert ids[10] == 21
    assert 22 not in ids[:11]


def test_an_empty_library_tells_nothing(tmp_path: Path) -> None:
    empty = open_embedded(tmp_path)
    assert Implied(empty).likelihood("moods", "calm", Field(empty.ids())) is None
    assert not list(OwnWords(empty).wishes(Request(text="calm", rest="calm corporate")))
    empty.close()


def wished(wishes: Iterator[Wish]) -> list[object]:
    return [value for wish in wishes if wish.named for value in wish.named.grades]


def test_words_that_only_the_library_knows_are_wishes(index: EmbeddedIndex) -> None:
    own = OwnWords(index)
    assert wished(own.wishes(Request(text="", rest="something Corporate please"))) == ["corporate"]
    assert wished(own.wishes(Request(text="", rest="something calm"))) == []  # the lexicon knows it
    read_otherwise = Request(text="", wants=(Want(family="genre", name="x", text="Corporate"),))
    assert wished(own.wishes(read_otherwise)) == ["corporate"]


def test_requests_in_own_words_are_asked_of_the_facts(index: EmbeddedIndex) -> None:
    found = retrieve(
        Request(text="corporate", rest="corporate"),
        index=index,
        embedder=None,
        seed_tracks={},
        channels=frozenset({"facts"}),
        own_words=OwnWords(index),
    )
    assert found.ids.tolist() == list(range(1, 11))


def test_in_a_list_of_tags_each_word_is_the_tag_that_the_library_has(index: EmbeddedIndex) -> None:
    own = OwnWords(index)
    assert wished(own.wishes(Request(text="calm ambient synthesizer"))) == ["calm", "ambient", "synthesizer"]
    assert wished(own.wishes(Request(text="soothing ambience corporate"))) == ["calm", "ambient", "corporate"]
    assert wished(own.wishes(Request(text="something calm and ambient", rest=""))) == []


def test_what_rules_read_and_the_tags_name_is_wished_for_once(index: EmbeddedIndex) -> None:
    request = Request(text="calm corporate", wants=(Want(family="mood", name="calm", text="calm"),))
    assert sorted(map(str, wished(iter(_wishes(request, OwnWords(index)))))).count("calm") == 1


def test_a_kind_of_what_was_asked_is_not_taken_for_it(index: EmbeddedIndex) -> None:
    """Whether a library that says "metal" means rock by it, is for its own usage to tell."""
    implied, field = Implied(index), Field(index.ids())
    exact = Graded(field="genres", grades={"metal": 1.0})
    wide = Graded(field="genres", grades={"metal": 1.0, "ambient": 0.9})
    by_name = implied.shares([Wish(weight=1.0, named=exact)], index, field)
    by_kind = implied.shares([Wish(weight=1.0, named=wide)], index, field)
    assert by_name is not None
    assert by_kind is not None
    assert by_kind.tolist() == by_name.tolist()
