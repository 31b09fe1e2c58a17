"""Suites of retrieval: tasks, baselines and figures on catalogues small enough to see through."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow
import pytest
from pyarrow import parquet

from fakes import FakeEmbedder
from linernotes.config import Settings
from linernotes.errors import InputError
from linernotes.evaluate.metrics import bm25_scores, hit_at, ndcg_at, recall_at, reciprocal_rank
from linernotes.evaluate.report import as_markdown
from linernotes.evaluate.search.baselines import (
    ByRank,
    ByText,
    Popularity,
    Scores,
    last_turn,
    tfidf_scores,
    whole_history,
)
from linernotes.evaluate.search.cpcd import read_cpcd
from linernotes.evaluate.search.figures import by_dialogue, gain, measure_rankings, songs_of
from linernotes.evaluate.search.ours import Learned, LibrarySearch
from linernotes.evaluate.search.remember import RememberingEmbedder
from linernotes.evaluate.search.tot import read_tot
from linernotes.evaluate.search.values import Exchange, Item, Query, Task
from linernotes.evaluate.values import Measured, SuiteResult


def item(id: str, title: str, artist: str, song: str = "") -> Item:
    return Item(id=id, song=song or id, title=title, artists=(artist,))


ITEMS = (
    item("a", "Blue Rain", "Ana"),
    item("b", "Red Sun", "Ana"),
    item("c", "Blue Moon", "Bo"),
    item("d", "Blue Moon (Live)", "Bo", song="c"),
)


def query(text: str, *gold: str, dialogue: str = "one", earlier: tuple[Exchange, ...] = ()) -> Query:
    return Query(
        id=f"{dialogue}/{len(earlier)}", dialogue=dialogue, text=text, gold=frozenset(gold), earlier=earlier
    )


def task(*queries: Query) -> Task:
    return Task(name="small", data="made up", items=ITEMS, queries=queries)


def test_measures_of_places() -> None:
    assert (hit_at([3, 11], 10), hit_at([11], 10), hit_at([], 10)) == (1.0, 0.0, 0.0)
    assert recall_at([3, 11], 4, 10) == 0.25
    assert (reciprocal_rank([4, 2]), reciprocal_rank([])) == (0.5, 0.0)
    assert ndcg_at([1, 2], 2, 10) == 1.0
    assert ndcg_at([2], 1, 10) == pytest.approx(1 / np.log2(3))
    assert ndcg_at([11], 1, 10) == 0.0


@pytest.mark.parametrize(("places", "right"), [([1, 2], 1), ([], 0)])
def test_nothing_right_has_no_recall(places: Sequence[int], right: int) -> None:
    with pytest.raises(ValueError, match="right items"):
        recall_at(places, right, 10)
    with pytest.raises(ValueError, match="right items"):
        ndcg_at(places, right, 10)


def test_songs_stand_once_and_what_is_known_is_not_found_again() -> None:
    earlier = (Exchange(request="x", liked=(0,), disliked=(1,)),)
    one = query("blue", "c", earlier=earlier)
    assert songs_of(task(one), one, [3, 0, 2, 1]) == ["c"]


def test_a_long_dialogue_counts_no_more_than_a_short_one() -> None:
    queries = [query("x", "a"), query("y", "a"), query("z", "a", dialogue="two")]
    assert by_dialogue(queries, [1.0, 0.0, 1.0]) == [0.5, 1.0]
    table = measure_rankings(task(*queries), queries, [[0], [1], [0]])
    assert table["small"].figures["hit_at_1"] == 0.75
    assert gain(queries, [1.0, 0.0, 1.0], [0.0, 0.0, 0.0]).mean == 0.75


def test_words_find_titles_and_artists() -> None:
    asked = [query("blue moon please", "c"), query("something by ana", "a")]
    for scores in (bm25_scores, tfidf_scores):
        found = ByText(name="words", wording=last_turn, scores=scores).rank(task(*asked), asked, 10)
        assert set(found[0][:2]) == {2, 3}
        assert set(found[1]) == {0, 1}


def test_the_history_is_searched_with_the_names_of_what_was_liked() -> None:
    later = query("more of that", "b", earlier=(Exchange(request="blue things", liked=(0,)),))
    assert whole_history(task(later), later) == "blue things more of that Blue Rain Ana"
    assert last_turn(task(later), later) == "more of that"


def test_what_finds_nothing_ranks_nothing() -> None:
    asked = [query("xyzzy", "c")]
    assert ByText(name="words", wording=last_turn, scores=bm25_scores).rank(task(*asked), asked, 10) == [[]]


def test_popularity_is_never_counted_from_the_own_dialogue() -> None:
    asked = [query("x", "a"), query("y", "b", "c", dialogue="two"), query("z", "b", dialogue="three")]
    ranked = Popularity().rank(task(*asked), asked, 10)
    assert [ITEMS[row].song for row in ranked[0]][:2] == ["b", "c"]
    assert ITEMS[ranked[2][0]].song == "a"
    assert ITEMS[ranked[1][0]].song == "a"


def test_fusion_by_rank_prefers_what_both_find() -> None:
    asked = [query("blue", "c")]
    first = ByText(name="one", wording=last_turn, scores=fixed([0.9, 0.8, 0.1, 0.0]))
    second = ByText(name="two", wording=last_turn, scores=fixed([0.0, 0.9, 0.8, 0.0]))
    assert ByRank(name="both", systems=(first, second)).rank(task(*asked), asked, 10) == [[1, 2, 0]]


def fixed(row: Sequence[float]) -> Scores:
    return lambda queries, documents: np.array([row] * len(queries), dtype=np.float32)


# --- the conversational playlists


TRACKS = [
    {"id": "t1", "title": "One", "artists": ["Ana"], "album": "", "cluster_id": "c1"},
    {"id": "t2", "title": "One (Live)", "artists": ["Ana"], "album": "Live", "cluster_id": "c1"},
    {"id": "t3", "title": "Three", "artists": ["Bo"], "album": "", "cluster_id": "c3"},
    {"id": "t4", "title": "Four", "artists": ["Bo"], "album": "", "cluster_id": "c4"},
]


def turn(text: str, liked: Sequence[str] = (), disliked: Sequence[str] = ()) -> Mapping[str, object]:
    return {
        "user_query": text,
        "system_response": "Here you are.",
        "search_queries": [],
        "liked": list(liked),
        "disliked": list(disliked),
    }


def written(folder: Path, *dialogues: Mapping[str, object]) -> Path:
    (folder / "cpcd").mkdir()
    for name, rows in (("dialogs", dialogues), ("tracks", TRACKS)):
        with gzip.open(folder / "cpcd" / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(f"{json.dumps(row)}\n" for row in rows)
    return folder


def test_a_turn_is_to_find_what_of_the_playlist_is_not_known_yet(tmp_path: Path) -> None:
    turns = [turn("songs by ana", ["t2"], ["t4"]), turn("and by bo"), turn("  "), turn("more", ["t3"])]
    read = read_cpcd(written(tmp_path, {"id": "d", "turns": turns, "goal_playlist": ["t2", "t3"]}))
    first, second, fourth = read.queries
    assert (set(first.gold), first.groups) == ({"c1", "c3"}, ("turn 1",))
    assert (set(second.gold), second.liked, second.disliked) == ({"c3"}, (1,), (3,))
    assert second.earlier == (Exchange(request="songs by ana", liked=(1,), disliked=(3,)),)
    assert (fourth.id, fourth.groups) == ("d/4", ("turn 4 and later",))


def test_requests_for_a_mood_or_a_situation_alone_stand_in_a_table_of_their_own(tmp_path: Path) -> None:
    turns = [turn("calm music for studying"), turn("sad songs by bo"), turn("calm jazz")]
    read = read_cpcd(written(tmp_path, {"id": "d", "turns": turns, "goal_playlist": ["t3"]}))
    assert [len(query.groups) for query in read.queries] == [2, 1, 1]


def test_three_liked_tracks_a_turn_are_known(tmp_path: Path) -> None:
    turns = [turn("all", ["t1", "t3", "t2", "t4"]), turn("more")]
    read = read_cpcd(written(tmp_path, {"id": "d", "turns": turns, "goal_playlist": ["t1", "t3", "t4"]}))
    assert [one.gold for one in read.queries] == [{"c1", "c3", "c4"}, {"c4"}]


def test_a_dialogue_with_nothing_to_find_is_left_out(tmp_path: Path) -> None:
    empty = {"id": "e", "turns": [turn("x")], "goal_playlist": []}
    full = {"id": "d", "turns": [turn("x")], "goal_playlist": ["t3"]}
    assert [one.dialogue for one in read_cpcd(written(tmp_path, empty, full)).queries] == ["d"]
    (tmp_path / "none").mkdir()
    nothing = written(tmp_path / "none", empty)
    with pytest.raises(InputError, match="anything to find"):
        read_cpcd(nothing)


def test_missing_data_says_where_it_comes_from(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Google Research"):
        read_cpcd(tmp_path)


# --- ourselves


def songs_of_two_artists() -> Task:
    """Twelve songs of two artists, and eighty conversations: who asks for rain likes Ana, who for sun, Bo."""
    items = tuple(
        item(f"{artist}{number}", f"{word} {number}", artist)
        for artist in ("Ana", "Bo")
        for number, word in enumerate(["Stone", "River", "Glass", "Ember", "Willow", "Quarry"])
    )
    queries = [
        query(f"{weather} please", f"{artist}0", f"{artist}1", dialogue=f"{weather}{at}")
        for at in range(40)
        for weather, artist in (("rain", "Ana"), ("sun", "Bo"))
    ]
    return Task(name="weather", data="made up", items=items, queries=tuple(queries))


def searching(folder: Path, learned: Learned) -> LibrarySearch:
    settings = Settings(library_dir=folder, models_dir=folder / "no models")
    return LibrarySearch(settings=settings, folder=folder, embedder=FakeEmbedder(), learned=learned)


def test_our_own_search_finds_by_words_without_learning(tmp_path: Path) -> None:
    task = songs_of_two_artists()
    asked = [query("something by bo", "Bo0"), query("willow", "Ana4")]
    found = searching(tmp_path, "nothing").rank(task, asked, 10)
    assert {task.items[row].artists for row in found[0]} == {("Bo",)}
    assert {task.items[row].title for row in found[1][:2]} == {"Willow 4"}


def test_our_own_search_learns_from_other_conversations(tmp_path: Path) -> None:
    task = songs_of_two_artists()
    ours = searching(tmp_path, "out-of-fold")
    found = ours.rank(task, task.queries, 10)
    table = measure_rankings(task, task.queries, found)
    assert table["weather"].figures["hit_at_1"] == 1.0


def test_what_is_taught_is_found_with_sessions_of_other_folds(tmp_path: Path) -> None:
    task = songs_of_two_artists()
    taught = searching(tmp_path, "nothing").teach(task)
    assert taught.folds == tuple(query.fold for query in task.queries)
    assert {session.key for session in taught.sessions} == {query.dialogue for query in task.queries}
    assert all(len(found.right) == 2 for found in taught.found)
    assert any("sessions" in found.candidates.channels for found in taught.found)
    alone = searching(tmp_path, "nothing").teach(task, with_sessions=False)
    assert not alone.sessions
    assert all("sessions" not in found.candidates.channels for found in alone.found)


def test_the_users_own_database_is_left_alone(tmp_path: Path) -> None:
    ours = searching(tmp_path, "nothing")
    own = tmp_path / "own.db"
    mine = replace(ours, settings=replace(ours.settings, database_url=f"sqlite:///{own}"))
    task = songs_of_two_artists()
    mine.rank(task, task.queries[:1], 10)
    assert not own.exists()


def test_what_a_query_should_find_does_not_change_what_it_finds(tmp_path: Path) -> None:
    task = songs_of_two_artists()
    first = task.queries[0]
    other = replace(task, queries=(replace(first, gold=frozenset({"Bo4"})), *task.queries[1:]))
    found = [searching(tmp_path, "out-of-fold").rank(one, one.queries, 10)[0] for one in (task, other)]
    assert found[0] == found[1]


def test_the_same_query_is_in_the_same_fold_in_every_run() -> None:
    assert query("a", "x", dialogue="one").fold == query("b", "y", dialogue="one").fold
    assert {query("a", "x", dialogue=str(at)).fold for at in range(99)} == {0, 1, 2, 3, 4}


# --- on the tip of the tongue


def told_of(folder: Path, *requests: Mapping[str, object]) -> Path:
    (folder / "tot_music").mkdir()
    (folder / "spotify_songs").mkdir()
    with gzip.open(folder / "tot_music" / "requests.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(row)}\n" for row in requests)
    columns = {
        "track_id": ["s1", "s2", "s3"],
        "title": ["Blue Rain", "Other Song - Remastered", None],
        "artists": [["Ana"], ["Bo"], ["Nobody"]],
        "album": ["Weather", None, None],
    }
    parquet.write_table(pyarrow.table(columns), folder / "spotify_songs" / "tracks.parquet")
    return folder


def remembered(
    id: str, title: str, artists: Sequence[str], *ids: str, kind: str = "descriptive"
) -> dict[str, object]:
    gold = {"title": title, "artists": list(artists), "albums": ["Weather"], "spotify_ids": list(ids)}
    return {"id": id, "title": "What is it?", "text": "a song about rain", "types": [kind], "gold": gold}


def test_what_somebody_remembers_should_find_the_song_among_known_ones(tmp_path: Path) -> None:
    folder = told_of(
        tmp_path,
        remembered("1", "Blue Rain (Live)", ["Ana"], "s1"),
        remembered("2", "Red Sun", ["Cy"], kind="user_created"),
    )
    read = read_tot(folder)
    assert {item.song for item in read.items} == {"blue rain|ana", "red sun|cy", "other song|bo"}
    first, second = read.queries
    assert (first.text, set(first.gold), first.groups) == (
        "What is it? a song about rain",
        {"blue rain|ana"},
        ("described",),
    )
    assert second.groups == ("user created",)
    assert first.fold == replace(first, id="9", dialogue="9").fold  # by the song, not by the request


def test_a_remembered_song_without_an_artist_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="names no artist"):
        read_tot(told_of(tmp_path, remembered("1", "Blue Rain", [])))
    with pytest.raises(InputError, match="Spotify Research"):
        read_tot(tmp_path / "nowhere")


def test_a_remembering_embedder_reads_each_text_once() -> None:
    inner = FakeEmbedder()
    embedder = RememberingEmbedder(inner)
    texts = ["blue moon", "red sun", "blue moon"]
    assert np.array_equal(embedder.embed(texts), FakeEmbedder().embed(texts))
    embedder.embed(["red sun"])
    assert inner.history == [("blue moon", "red sun")]
    assert embedder.embed([]).shape == (0, inner.dimensions)


def test_a_report_draws_the_main_measure_of_each_system() -> None:
    tables = {
        name: {"small": Measured(figures={"n": 2, "hit_at_10": value})}
        for name, value in (("library", 0.75), ("BM25", 0.5))
    }
    result = SuiteResult(
        suite="cpcd",
        data="made up",
        n=2,
        metrics={"library": tables["library"]},
        baselines={"BM25": tables["BM25"]},
        seconds=1.0,
    )
    page = as_markdown(result, command="linernotes evaluate cpcd")
    drawn = page.partition("```mermaid")[2].partition("```")[0]
    assert 'x-axis ["ours, library", "BM25"]' in drawn
    assert "bar [0.7500, 0.5000]" in drawn
