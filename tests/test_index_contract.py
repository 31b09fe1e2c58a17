"""What every Index must do, whichever machinery is beneath."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from linernotes.errors import LinernotesError
from linernotes.index import Index, open_embedded
from linernotes.types import Condition, FactSheet, Ids, IndexDocument, Vector

Opener = Callable[[Path], Index]
OPENERS: dict[str, Opener] = {"embedded": open_embedded}


@pytest.fixture(params=sorted(OPENERS))
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    opened = OPENERS[request.param](tmp_path / "index")
    yield opened
    opened.close()


def unit(*parts: float) -> Vector:
    vector = np.array(parts, dtype=np.float32)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


def document(track_id: int, prose: str = "", **more: object) -> IndexDocument:
    values: dict[str, object] = {
        "track_id": track_id,
        "revision": 1,
        "names": f"Song{track_id}",
        "tags": "",
        "prose": prose,
        "sheet": FactSheet(),
        "artist_ids": (track_id * 10,),
        "song_key": f"key{track_id}",
    }
    return IndexDocument(**(values | more))  # type: ignore[arg-type]


def ids(*values: int) -> Ids:
    return np.array(values, dtype=np.int64)


def found(index: Index, query: str, k: int = 10, allowed: Ids | None = None) -> list[int]:
    return list(map(int, index.search_text(query, k, allowed).ids))


# --- how many there are


def test_an_empty_index_answers_everything_with_nothing(index: Index) -> None:
    assert index.count() == 0
    assert found(index, "rock") == []
    assert index.search_vector("text", unit(1, 0), 5).ids.tolist() == []
    assert index.vectors("audio", [1, 2]).ids.tolist() == []
    assert index.select([]).verified is None
    chosen = index.select([Condition(field="genres", promise="no rock", excluded=("rock",))])
    assert chosen.verified is not None
    assert (chosen.verified.tolist(), chosen.unverified.tolist()) == ([], [])
    assert index.find("genres", ["rock"])["rock"].tolist() == []
    assert index.number_between("year", 1990, 1999).tolist() == []
    assert index.numbers("year").tolist() == []
    assert index.values("genres") == ()
    assert index.ids().tolist() == []
    assert [part.tolist() for part in index.revisions()] == [[], []]
    assert index.text_hashes("model") == {}
    assert index.tracks([1]) == {}
    assert index.document_text([1]) == {}
    index.delete([1])
    index.upsert([])


def test_one_document_is_found_by_name_tag_note_meaning_and_sound(index: Index) -> None:
    index.upsert(
        [
            document(
                7,
                "A slow lament.",
                names="Dirge",
                tags="doom metal",
                text_vector=unit(1, 2),
                audio_vector=unit(3, 1, 2),
            )
        ]
    )
    assert [found(index, query) for query in ("dirge", "doom", "lament")] == [[7], [7], [7]]
    assert index.search_vector("text", unit(1, 2), 5).scores == pytest.approx([1.0], abs=0.01)
    assert index.search_vector("audio", unit(3, 1, 2), 5).ids.tolist() == [7]
    assert index.vectors("audio", [7, 8]).vectors == pytest.approx(unit(3, 1, 2)[np.newaxis], abs=0.01)
    assert (index.count(), index.ids().tolist()) == (1, [7])


def test_equal_documents_keep_every_track_and_come_by_rising_id(index: Index) -> None:
    index.upsert([document(n, "the same rain", names="Rain", text_vector=unit(1, 1)) for n in (3, 1, 2)])
    assert found(index, "rain") == [1, 2, 3]
    assert index.search_vector("text", unit(1, 1), 3).ids.tolist() == [1, 2, 3]


def test_more_matching_words_come_first(index: Index) -> None:
    index.upsert([document(1, "rain"), document(2, "rain and thunder"), document(3, "sunshine")])
    assert found(index, "thunder rain") == [2, 1]


def test_nearer_vectors_come_first(index: Index) -> None:
    index.upsert([document(n, text_vector=unit(*v)) for n, v in {1: (1, 0), 2: (1, 1), 3: (-1, 0)}.items()])
    hits = index.search_vector("text", unit(1, 0.1), 10)
    assert hits.ids.tolist() == [1, 2, 3]
    assert hits.ids.dtype == np.int64
    assert hits.scores.dtype == np.float32
    assert hits.scores == pytest.approx([0.995, 0.774, -0.995], abs=0.02)


@pytest.mark.parametrize(("k", "expected"), [(0, []), (2, [1, 2]), (99, [1, 2, 3])])
def test_k_bounds_how_many_come(index: Index, k: int, expected: list[int]) -> None:
    index.upsert([document(n, "rain", names="", text_vector=unit(1, 1)) for n in (1, 2, 3)])
    assert found(index, "rain", k) == expected
    assert index.search_vector("text", unit(1, 1), k).ids.tolist() == expected


@pytest.mark.parametrize(
    ("allowed", "expected"), [(None, [1, 2, 3, 4]), (ids(), []), (ids(2, 4, 99), [2, 4]), (ids(99), [])]
)
def test_only_allowed_tracks_are_found(index: Index, allowed: Ids | None, expected: list[int]) -> None:
    index.upsert([document(n, "rain", names="", text_vector=unit(1, 1)) for n in (1, 2, 3, 4)])
    assert found(index, "rain", 10, allowed) == expected
    assert index.search_vector("text", unit(1, 1), 10, allowed).ids.tolist() == expected


@pytest.mark.parametrize("step", [2, 30, 299])
def test_a_filter_gives_the_best_of_the_allowed_whatever_their_share(index: Index, step: int) -> None:
    rng = np.random.default_rng(5)
    index.upsert(
        [
            document(n, "rain " * (1 + n % 3) + "x " * (n % 50), text_vector=unit(*rng.normal(size=8)))
            for n in range(1, 301)
        ]
    )
    allowed = ids(*range(1, 301, step))
    everything = index.search_text("rain", 300)
    inside = np.isin(everything.ids, allowed)
    hits = index.search_text("rain", 5, allowed)
    assert hits.scores == pytest.approx(everything.scores[inside][:5], rel=1e-5)
    assert set(hits.ids.tolist()) <= set(allowed.tolist())
    query = unit(*rng.normal(size=8))
    near = index.search_vector("text", query, 300)
    kept = near.ids[np.isin(near.ids, allowed)][:5].tolist()
    assert index.search_vector("text", query, 5, allowed).ids.tolist() == kept


# --- words


@pytest.mark.parametrize(
    "query",
    [
        "",
        " ",
        "🎸",
        "!?",
        '"',
        '""',
        "+",
        "-",
        "( ) : * ~ ^ \\ [ ] { } / & | < >",
        "\x00",
        "names:",
        "'",
        "…",
    ],
)
def test_a_query_without_a_word_finds_nothing(index: Index, query: str) -> None:
    index.upsert([document(1, "rain")])
    assert found(index, query) == []


@pytest.mark.parametrize(
    "query",
    [
        "rain AND",
        "NOT rain",
        "OR rain OR",
        "+rain -",
        "(rain",
        'rain"',
        "rain~2^3",
        "tags:rain*",
        "[rain TO",
        "ra\x00 rain",
        "\\rain\\",
        "rain:🌧",
        "IN [rain]",
        "rain " * 2000,
        "(" * 5000 + "rain" + ")" * 5000,
        "rain " + "x" * 10_000,
        " ".join(["rain", *map(str, range(3000))]),
    ],
)
def test_marks_and_operators_in_a_query_are_only_text(index: Index, query: str) -> None:
    index.upsert([document(1, "rain"), document(2, "snow")])
    assert found(index, query) == [1]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Björk", "bjork"),
        ("Bjork", "BJÖRK"),
        ("Sigur Rós", "ros"),
        ("Motörhead", "motorhead"),
        ("Кино", "кино"),
        ("宇多田ヒカル", "宇多田ヒカル"),
        ("방탄소년단", "방탄소년단"),
        ("AC/DC", "ac dc"),
        ("Don't", "dont"),
        ("guitars", "guitar"),
        ("dancing", "danced"),
        ("الليل", "الليل"),
    ],
)
def test_accents_case_script_and_endings_do_not_hide_a_word(index: Index, text: str, query: str) -> None:
    index.upsert([document(1, names=text), document(2, names="Other")])
    assert found(index, query) == [1]


def test_words_that_stand_in_every_request_count_only_alone(index: Index) -> None:
    index.upsert([document(1, "some music for you"), document(2, "jazz")])
    assert found(index, "some music with jazz for me") == [2]
    assert found(index, "you") == [1]


def test_of_a_long_query_the_rarest_words_count(index: Index) -> None:
    common = " ".join(f"word{number}" for number in range(200))
    index.upsert([document(1, "nightingale"), document(2, common), document(3, common)])
    assert 1 in found(index, f"{common} nightingale")


def test_a_document_may_hold_any_text(index: Index) -> None:
    odd = document(1, "\x00 " + "x" * 200_000 + " rain", names="🎸", tags='"(')
    index.upsert([odd, document(2, "", names="")])
    assert found(index, "rain") == [1]
    assert index.document_text([1])[1].names == "🎸"


# --- writing


def test_an_upsert_replaces_the_words_and_facts_and_keeps_the_meaning(index: Index) -> None:
    index.upsert([document(1, "rain", sheet=FactSheet(genres=("pop",)), text_vector=unit(1, 2))])
    index.upsert([document(1, "snow", sheet=FactSheet(genres=("rock",)), revision=2)])
    assert (found(index, "rain"), found(index, "snow")) == ([], [1])
    assert index.values("genres") == ("rock",)
    assert index.vectors("text", [1]).vectors == pytest.approx(unit(1, 2)[np.newaxis], abs=0.01)
    assert [part.tolist() for part in index.revisions()] == [[1], [2]]
    assert index.count() == 1


def test_an_upsert_without_sound_takes_the_sound_away(index: Index) -> None:
    index.upsert([document(1, audio_vector=unit(1, 2)), document(2, audio_vector=unit(2, 1))])
    index.upsert([document(1)])
    assert index.search_vector("audio", unit(1, 2), 5).ids.tolist() == [2]


def test_the_last_of_two_documents_of_one_track_stays(index: Index) -> None:
    index.upsert([document(1, "rain"), document(1, "snow")])
    assert (found(index, "rain"), found(index, "snow"), index.count()) == ([], [1], 1)


def test_a_deleted_track_leaves_every_part(index: Index) -> None:
    index.upsert([document(n, "rain", text_vector=unit(1, n), audio_vector=unit(n, 1)) for n in (1, 2, 3)])
    index.delete(iter([2, 99]))
    assert sorted(found(index, "rain")) == [1, 3]
    assert index.ids().tolist() == [1, 3]
    assert sorted(index.search_vector("text", unit(1, 1), 9).ids.tolist()) == [1, 3]
    assert index.vectors("audio", [1, 2, 3]).ids.tolist() == [1, 3]
    assert (index.tracks([2]), index.document_text([2])) == ({}, {})
    assert index.revisions()[0].tolist() == [1, 3]


def test_a_deleted_track_may_come_back(index: Index) -> None:
    index.upsert([document(1, "rain", text_vector=unit(1, 1))])
    index.delete([1])
    index.upsert([document(1, "snow")])
    assert (found(index, "rain"), found(index, "snow")) == ([], [1])
    assert index.vectors("text", [1]).ids.tolist() == []


# --- vectors


def test_text_hashes_are_those_of_the_model_asked_for(index: Index) -> None:
    index.upsert([document(n) for n in (1, 2, 3)])
    index.set_text_vectors(ids(1, 2), np.stack([unit(1, 0), unit(0, 1)]), ["a", "b"], "old")
    index.set_text_vectors(ids(2), np.stack([unit(1, 1)]), ["c"], "new")
    assert index.text_hashes("old") == {1: "a"}
    assert index.text_hashes("new") == {2: "c"}
    assert index.text_hashes("other") == {}
    assert index.search_vector("text", unit(1, 1), 1).ids.tolist() == [2]


def test_meaning_of_a_track_that_is_not_there_is_passed_over(index: Index) -> None:
    index.upsert([document(1)])
    index.set_text_vectors(ids(1, 5), np.stack([unit(1, 0), unit(1, 0)]), ["a", "b"], "model")
    index.set_text_vectors(ids(), np.zeros((0, 2), dtype=np.float32), [], "model")
    assert index.text_hashes("model") == {1: "a"}
    assert index.search_vector("text", unit(1, 0), 5).ids.tolist() == [1]


def test_a_query_of_another_dimension_finds_nothing(index: Index) -> None:
    index.upsert([document(1, text_vector=unit(1, 2))])
    assert index.search_vector("text", unit(1, 2, 3), 5).ids.tolist() == []


def test_while_vectors_of_another_length_replace_the_old_the_more_numerous_answer(index: Index) -> None:
    index.upsert([document(n, text_vector=unit(1, n)) for n in (1, 2, 3)])
    index.set_text_vectors(ids(2), np.stack([unit(1, 2, 3)]), ["h"], "wider")
    assert index.search_vector("text", unit(1, 1), 5).ids.tolist() == [1, 3]
    index.set_text_vectors(ids(1), np.stack([unit(3, 2, 1)]), ["h"], "wider")
    assert index.search_vector("text", unit(1, 2, 3), 5).ids.tolist() == [2, 1]


def test_a_zero_vector_is_like_nothing(index: Index) -> None:
    index.upsert(
        [document(1, text_vector=np.zeros(2, dtype=np.float32)), document(2, text_vector=unit(1, 1))]
    )
    assert index.search_vector("text", unit(1, 1), 5).ids.tolist() == [2, 1]
    assert index.search_vector("text", np.zeros(2, dtype=np.float32), 5).scores.tolist() == [0.0, 0.0]


def test_vectors_come_in_rising_order_each_once(index: Index) -> None:
    index.upsert([document(n, text_vector=unit(n, 1)) for n in (1, 2, 3)])
    rows = index.vectors("text", iter([3, 1, 3, 77]))
    assert rows.ids.tolist() == [1, 3]
    assert rows.vectors == pytest.approx(np.stack([unit(1, 1), unit(3, 1)]), abs=0.01)


# --- facts

PAIR = [
    document(4, sheet=FactSheet(genres=("rock", "pop"), vocals="duet", year=1994, live=True), popularity=0.5),
    document(2, sheet=FactSheet(genres=("rock",), tempo_bpm=120.0, decades=(1980,)), song_key="key4"),
]


def test_find_gives_the_tracks_of_each_value(index: Index) -> None:
    index.upsert(PAIR)
    by_genre = index.find("genres", ["rock", "pop", "polka"])
    assert {name: hits.tolist() for name, hits in by_genre.items()} == {
        "rock": [2, 4],
        "pop": [4],
        "polka": [],
    }
    assert index.find("artist_ids", [40])[40].tolist() == [4]
    assert index.find("song_key", ["key4"])["key4"].tolist() == [2, 4]
    assert index.find("vocals", ["duet"])["duet"].tolist() == [4]


def test_a_number_between_counts_both_ends_and_no_unknown(index: Index) -> None:
    index.upsert(PAIR)
    assert index.number_between("year", 1994, 1994).tolist() == [4]
    assert index.number_between("tempo_bpm", None, 119.9).tolist() == []
    assert index.number_between("tempo_bpm", None, None).tolist() == [2]


def test_numbers_stand_in_the_order_of_the_ids(index: Index) -> None:
    index.upsert(PAIR)
    assert index.ids().tolist() == [2, 4]
    assert index.numbers("year") == pytest.approx([np.nan, 1994], nan_ok=True)
    assert index.numbers("popularity") == pytest.approx([np.nan, 0.5], nan_ok=True)


def test_values_are_all_that_some_track_holds(index: Index) -> None:
    index.upsert(PAIR)
    assert set(index.values("genres")) == {"rock", "pop"}
    assert index.values("decades") == (1980,)
    assert index.values("moods") == ()


def test_tracks_come_back_as_they_were_given(index: Index) -> None:
    sheet = FactSheet(
        genres=("rock",), moods=("sad", "calm"), tempo_bpm=91.3, year=1999, live=False, decades=(1990, 2000)
    )
    index.upsert([document(1, sheet=sheet, artist_ids=(5, 3), album_key="a", popularity=0.25), document(2)])
    tracks = index.tracks(iter([2, 1, 9]))
    assert sorted(tracks) == [1, 2]
    assert tracks[1].sheet == sheet
    assert (tracks[1].artist_ids, tracks[1].song_key, tracks[1].album_key) == ((5, 3), "key1", "a")
    assert (tracks[1].popularity, tracks[2].popularity) == (0.25, None)


def test_thousands_of_tracks_may_be_asked_for_at_once(index: Index) -> None:
    index.upsert([document(n) for n in range(1, 2001)])
    assert len(index.tracks(range(5000))) == 2000
    assert len(index.document_text(range(5000))) == 2000


def test_select_parts_the_known_from_the_unknown(index: Index) -> None:
    index.upsert([*PAIR, document(9)])
    chosen = index.select([Condition(field="vocals", promise="no duets", excluded=("duet",))])
    assert chosen.verified is not None
    assert (chosen.verified.tolist(), chosen.unverified.tolist()) == ([], [2, 9])


# --- closing


def test_closing_twice_is_fine_and_using_it_then_says_so(index: Index) -> None:
    index.upsert([document(1, "rain")])
    index.close()
    index.close()
    uses: list[Callable[[], object]] = [
        index.count,
        index.ids,
        lambda: found(index, "rain"),
        lambda: index.search_vector("text", unit(1, 0), 1),
        lambda: index.upsert([document(2)]),
        lambda: index.delete([1]),
        lambda: index.tracks([1]),
        lambda: index.select([]),
    ]
    for use in uses:
        with pytest.raises(LinernotesError, match="closed"):
            use()
