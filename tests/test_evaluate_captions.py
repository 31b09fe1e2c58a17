"""The suite ``captions``: people's descriptions find clips, and tags find what lacks one of them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from fakes import FakeEmbedder
from linernotes.errors import InputError
from linernotes.evaluate.search.captions import TRACKS, caption_tasks, hidden_tag_task
from linernotes.evaluate.search.figures import measure_rankings, songs_of
from linernotes.evaluate.search.indexed import IndexSearch
from linernotes.evaluate.search.notes import REQUESTS, own_pairs, own_tasks
from linernotes.evaluate.search.values import Item, Query, Task
from linernotes.evaluate.values import Subject
from linernotes.types import FactSheet

SUBJECTS = [
    Subject(
        id="a",
        sheet=FactSheet(genres=("ambient",), instruments=("piano",)),
        reference="a lonely piano",
        words=("piano", "ambient"),
    ),
    Subject(
        id="b",
        sheet=FactSheet(genres=("metal",), instruments=("drums",)),
        reference="furious drums",
        words=("drums", "metal"),
    ),
]
NOTES = {"a": "A piano drifts through ambient haze.", "b": "Drums hammer, metal all the way."}


def test_each_side_of_the_documents_is_a_task() -> None:
    tags, notes, both = caption_tasks(Path("x"), SUBJECTS, NOTES)
    assert [task.name for task in (tags, notes, both)] == [
        "captions, tags",
        "captions, notes",
        "captions, tags and notes",
    ]
    assert (tags.items[0].text, tags.items[0].sheet) == ("piano ambient", SUBJECTS[0].sheet)
    assert (notes.items[0].text, notes.items[0].sheet) == (NOTES["a"], None)
    assert both.items[0].text == f"piano ambient {NOTES['a']}"
    assert [(query.text, set(query.gold)) for query in both.queries] == [
        ("a lonely piano", {"a"}),
        ("furious drums", {"b"}),
    ]


def test_without_notes_there_are_tags_alone() -> None:
    assert [task.name for task in caption_tasks(Path("x"), SUBJECTS, {})] == ["captions, tags"]


def tracks(folder: Path, *rows: tuple[str, list[str], list[str], list[str]]) -> Path:
    path = folder / TRACKS
    path.parent.mkdir(parents=True)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        for id_, genres, instruments, moods in rows:
            row = {"id": id_, "genres": genres, "instruments": instruments, "moods": moods}
            file.write(f"{json.dumps(row)}\n")
    return folder


def test_a_hidden_tag_is_not_in_the_document_but_in_the_request(tmp_path: Path) -> None:
    task = hidden_tag_task(
        tracks(
            tmp_path,
            ("t", ["rock"], ["guitar"], ["happy"]),
            ("u", ["pop"], ["flute"], ["sad"]),
            ("v", [], [], []),
        )
    )
    assert {item.id for item in task.items} == {"t", "u"}
    for query in task.queries:
        (song,) = query.gold
        item = next(item for item in task.items if item.id == song)
        assert len(item.tags) == 2
        assert set(item.tags) < set(query.text.split())
        assert set(query.text.split()) in ({"happy", "rock", "guitar"}, {"sad", "pop", "flute"})


def test_what_shows_all_tags_is_ignored(tmp_path: Path) -> None:
    rows = [(f"t{at}", ["rock", "folk"], ["guitar"], ["happy"]) for at in range(12)]
    task = hidden_tag_task(tracks(tmp_path, *rows))
    shown = {item.id: set(item.tags) for item in task.items}
    for query in task.queries:
        asked = set(query.text.split())
        assert query.ignored == {id_ for id_, tags in shown.items() if asked <= tags}
        assert query.gold == {id_ for id_, tags in shown.items() if not asked <= tags}


def test_tracks_without_all_kinds_of_tags_are_no_riddle(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no track with genres"):
        hidden_tag_task(tracks(tmp_path, ("v", ["rock"], [], [])))
    with pytest.raises(InputError, match="MTG-Jamendo"):
        hidden_tag_task(tmp_path / "nowhere")


def test_our_retrieval_finds_by_tags_facts_and_notes() -> None:
    for task in caption_tasks(Path("x"), SUBJECTS, NOTES):
        found = IndexSearch(embedder=FakeEmbedder(), learned="nothing").rank(task, task.queries, 10)
        assert measure_rankings(task, task.queries, found)[task.name].figures["hit_at_1"] == 1.0


def test_a_fusion_is_learned_from_other_queries() -> None:
    words = ["piano", "drums", "flute", "harp", "violin", "banjo"]
    items = tuple(
        Item(id=f"{word}{at}", song=f"{word}{at}", tags=(word, f"n{at}")) for word in words for at in range(9)
    )
    queries = tuple(
        Query(id=item.id, dialogue=item.id, text=" ".join(item.tags), gold=frozenset({item.id}))
        for item in items
    )
    task = Task(name="words", data="x", items=items, queries=queries)
    found = IndexSearch(embedder=FakeEmbedder()).rank(task, queries, 10)
    assert measure_rankings(task, queries, found)["words"].figures["hit_at_10"] == 1.0


def test_ignored_songs_are_as_if_they_were_not_there() -> None:
    items = (Item(id="a", song="a"), Item(id="b", song="b"))
    query = Query(id="q", dialogue="q", text="x", gold=frozenset({"b"}), ignored=frozenset({"a"}))
    assert songs_of(Task(name="t", data="x", items=items, queries=(query,)), query, [0, 1]) == ["b"]


# --- our own notes


def test_requests_for_our_own_notes_teach_the_embedder_or_measure_it(tmp_path: Path) -> None:
    corpus, requests = tmp_path / "corpus", tmp_path / "requests"
    corpus.mkdir()
    requests.mkdir()
    held_out, taught = ("one", "two"), ("three", "four")
    songs = [
        {
            "id": name,
            "kind": "song",
            "facts": {"genres": ["ambient"]},
            "text": "{title} drifts, an ambient haze.",
        }
        for name in (*held_out, *taught)
    ]
    artist = {"id": "five", "kind": "artist", "facts": {"tracks": 3}, "text": "Three tracks by {artist}."}
    (corpus / "notes.jsonl").write_text("".join(f"{json.dumps(note)}\n" for note in [*songs, artist]))
    for name in REQUESTS:
        lines = [
            {"id": f"{name}-{song['id']}", "note_id": song["id"], "query": f"hazy {song['id']}"}
            for song in songs
        ]
        (requests / name).write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    tags, only_notes, both = own_tasks(corpus, requests)
    assert [item.id for item in both.items] == ["one", "two", "three", "four"]
    assert (tags.items[0].note, only_notes.items[0].sheet) == ("", None)
    assert both.items[0].note == "it drifts, an ambient haze."
    assert {(query.text, *query.gold) for query in both.queries} == {(f"hazy {one}", one) for one in held_out}
    (words,) = tags.items[0].tags
    documents = (f"{words}. it drifts, an ambient haze.", "it drifts, an ambient haze.", words)
    assert {(pair.request, pair.documents) for pair in own_pairs(corpus, requests)} == {
        (f"hazy {one}", documents) for one in taught
    }


def test_what_is_ignored_teaches_nothing() -> None:
    items = tuple(Item(id=name, song=name, tags=("piano",)) for name in "abc")
    asked = Query(id="q", dialogue="q", text="piano", gold=frozenset("a"), ignored=frozenset("b"))
    task = Task(name="small", data="made up", items=items, queries=(asked,))
    taught = IndexSearch(embedder=FakeEmbedder()).teach(task)
    (found,) = taught.found
    assert (found.candidates.ids.tolist(), found.right.tolist()) == ([1, 3], [1])
    assert taught.folds == (asked.fold,)
