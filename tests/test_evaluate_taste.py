"""Suites of taste: who plays what, what is hidden of it, and what is said of lists, on few listeners."""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from typer.testing import CliRunner

from linernotes.errors import InputError
from linernotes.evaluate.metrics import average_popularity, coverage, gini, jensen_shannon, share_of
from linernotes.evaluate.taste import coldstart, contest
from linernotes.evaluate.taste.baselines import tune
from linernotes.evaluate.taste.calibrating import Mixes, Ranked, strength_at
from linernotes.evaluate.taste.data import FOLDER, read_listening
from linernotes.evaluate.taste.dialling import lists_at
from linernotes.evaluate.taste.factors import Folded, fit_als, fit_bpr
from linernotes.evaluate.taste.figures import gains, measure, scene_of
from linernotes.evaluate.taste.groups import as_one, drawn_groups, member_scores, ndcg_of_members
from linernotes.evaluate.taste.learned import learn_boosted, learn_weighted
from linernotes.evaluate.taste.lists import best, found
from linernotes.evaluate.taste.neighbours import fit_chances, fit_item_knn, fit_popularity
from linernotes.evaluate.taste.ridge import fit_ease
from linernotes.evaluate.taste.shortlists import joined, ndcg_of, ranked
from linernotes.evaluate.taste.split import (
    folds,
    hold_out,
    of_listeners,
    parts_of_listeners,
    strangers,
)
from linernotes.evaluate.taste.tags import nearest, tag_vectors, widened
from linernotes.evaluate.taste.values import Fit, Listening, Shortlist, Split
from linernotes.serve.cli import app


def listening(rows: Sequence[Sequence[int]], taggings: Sequence[Sequence[int]] = ()) -> Listening:
    """Who plays what, a row of 0 and 1 for each listener."""
    return Listening(
        played=csr_matrix(np.array(rows, dtype=np.float32)),
        taggings=np.array(taggings, dtype=np.int64).reshape(-1, 3),
    )


# --- what lists show: empty, malformed, perfect, golden

LISTS = np.array([[0, 1], [0, 2]], dtype=np.int64)


def test_what_lists_show_of_four_artists() -> None:
    assert average_popularity(LISTS, np.array([10.0, 4.0, 2.0, 1.0])) == 6.5
    assert share_of(LISTS, np.array([False, False, True, True])) == 0.25
    assert coverage(LISTS, 4) == 0.75


def test_who_is_always_shown_makes_it_unequal() -> None:
    assert gini(np.array([[0, 1], [2, 3]]), 4) == 0.0
    assert gini(np.array([[0, 0], [0, 0]]), 4) == 0.75
    assert gini(LISTS, 4) == pytest.approx(0.375)


@pytest.mark.parametrize("lists", [np.zeros((0, 20), dtype=np.int64), np.zeros(3, dtype=np.int64)])
def test_no_lists_show_nothing(lists: np.ndarray) -> None:
    with pytest.raises(ValueError, match="at least one list"):
        coverage(lists, 4)


def test_mixes_are_as_far_apart_as_they_differ() -> None:
    own = np.array([0.2, 0.6, 0.2])
    assert jensen_shannon(own, own) == pytest.approx(0)
    assert jensen_shannon(np.array([1.0, 0, 0]), np.array([0, 0, 1.0])) == pytest.approx(1)
    half = jensen_shannon(np.array([[1.0, 0.0]]), np.array([[0.5, 0.5]]))
    assert half.tolist() == pytest.approx([0.3113], abs=1e-4)
    with pytest.raises(ValueError, match="sum to 1"):
        jensen_shannon(own, 2 * own)


# --- what is hidden

TWELVE = [1] * 12


def test_a_fifth_is_hidden_and_its_tags_with_it() -> None:
    everyone = listening([[*TWELVE, 0], [0] * 10 + [1, 1, 1]], [(0, artist, 0) for artist in range(12)])
    split = hold_out(everyone, seed=0)
    assert np.diff(split.right.indptr).tolist() == [2, 0]
    assert np.diff(split.known.played.indptr).tolist() == [10, 3]
    assert (split.right + split.known.played).toarray().tolist() == everyone.played.toarray().tolist()
    assert set(split.known.taggings[:, 1]) == set(range(12)) - set(split.right[0].indices)


def test_a_seed_hides_the_same_again() -> None:
    everyone = listening([TWELVE, TWELVE])
    hidden = [hold_out(everyone, seed=seed).right.toarray().tolist() for seed in (0, 0, 1)]
    assert hidden[0] == hidden[1] != hidden[2]
    assert hidden[0][0] != hidden[0][1]


def test_folds_hide_everything_once() -> None:
    parts = folds(listening([TWELVE]), 5, seed=0)
    assert sum(part.right.toarray() for part in parts).tolist() == [TWELVE]


def test_of_strangers_so_many_artists_are_known_and_no_other_tag() -> None:
    everyone = listening([[1] * 12, [0, 1] * 6], [(1, 1, 0), (1, 3, 0), (1, 5, 0), (1, 0, 0), (0, 0, 0)])
    split = strangers(everyone, np.array([1]), 3, seed=0)
    assert split.known.played.sum() == 3
    assert split.right.sum() == 3
    assert set(split.known.taggings[:, 1]) <= set(split.known.played[0].indices)
    with pytest.raises(ValueError, match="none to be found"):
        strangers(everyone, np.array([1]), 6, seed=0)


def test_parts_of_listeners_hold_everybody_with_enough_artists_once() -> None:
    everyone = listening([TWELVE] * 7 + [[1, 1] + [0] * 10])
    parts = parts_of_listeners(everyone, 3, seed=0)
    assert sorted(np.concatenate(parts).tolist()) == list(range(7))
    assert of_listeners(everyone, parts[0]).played.shape == (len(parts[0]), 12)


# --- what is fitted

ROWS = [[1, 1, 1, 0, 0], [1, 1, 0, 0, 0], [0, 0, 0, 1, 1], [1, 0, 0, 1, 1]]


def test_popularity_counts_listeners() -> None:
    assert fit_popularity(listening(ROWS)).scores(csr_matrix((1, 5))).tolist() == [[3, 2, 1, 2, 2]]


def test_neighbours_are_those_with_the_same_listeners() -> None:
    who_plays_1 = csr_matrix(np.array([[0, 1, 0, 0, 0]], dtype=np.float32))
    scores = fit_item_knn(listening(ROWS), shrink=0.0).scores(who_plays_1)
    assert scores[0].tolist() == pytest.approx([2 / 6**0.5, 0, 1 / 2**0.5, 0, 0])
    shrunk = fit_item_knn(listening(ROWS), shrink=3.0, neighbours=1).scores(who_plays_1)
    assert shrunk[0].tolist() == pytest.approx([2 / (6**0.5 + 3), 0, 0, 0, 0])


def test_ease_is_what_its_formula_says() -> None:
    known = listening(ROWS)
    rows = np.array(ROWS, dtype=np.float64)
    inverse = np.linalg.inv(rows.T @ rows + 2 * np.eye(5))
    weights = np.eye(5) - inverse / np.diag(inverse)
    assert fit_ease(known, strength=2.0).scores(known.played) == pytest.approx(rows @ weights, abs=1e-5)


def test_chances_of_who_plays_nothing_are_those_of_all() -> None:
    chances = fit_chances(listening(ROWS), backoff=1.0)
    nothing = np.exp(chances.scores(csr_matrix((1, 5), dtype=np.float32)))
    assert nothing.sum() == pytest.approx(1)
    assert nothing[0].argmax() == 0


def test_als_finds_the_company_again_and_a_stranger_has_a_place() -> None:
    als = fit_als(listening(ROWS * 5), factors=4, regularization=0.1, alpha=10.0)
    told = als.scores(csr_matrix(np.array([[0, 0, 0, 1, 0], [0, 0, 0, 0, 0]], dtype=np.float32)))
    assert told[0, 4] > told[0, 1]
    assert told[1].tolist() == [0] * 5


def test_bpr_knows_only_its_own_listeners() -> None:
    bpr = fit_bpr(listening(ROWS), factors=2, regularization=0.01, rate=0.05, rounds=2)
    assert bpr.scores(csr_matrix((4, 5))).shape == (4, 5)
    with pytest.raises(ValueError, match="fitted on 4"):
        bpr.scores(csr_matrix((1, 5)))


def test_a_strangers_place_is_the_mean_of_what_they_play() -> None:
    folded = Folded(artists=np.array([[1, 0, 0.5], [0, 1, 0.0], [2, 2, 0.0]], dtype=np.float32))
    told = folded.scores(csr_matrix(np.array([[1, 1, 0], [0, 0, 0]], dtype=np.float32)))
    assert told.tolist() == [[1.0, 0.5, 2.0], [0.5, 0.0, 0.0]]


def test_tags_say_who_is_alike() -> None:
    taggings = [(0, 0, 0), (1, 1, 0), (0, 2, 1), (0, 3, 1), (0, 1, 2)]
    vectors = tag_vectors(listening(ROWS, taggings), least=1)
    assert np.linalg.norm(vectors, axis=0).tolist() == pytest.approx([1, 1, 1, 1, 0])
    told = nearest(vectors, np.array([0, 2]), np.array([1, 3, 4]))
    assert (told[1], told[2]) == (pytest.approx(1), 0)
    assert 0 < told[0] < 1
    assert nearest(vectors, np.zeros(0, dtype=np.int64), np.array([1])).tolist() == [0]
    wider = widened(
        vectors, csr_matrix(np.array([[1, 0, 0, 0, 0]], dtype=np.float32)), np.array([1, 3]), by=1
    )
    assert wider.toarray()[0].tolist() == pytest.approx([1, told[0], 0, 0, 0])


def test_without_its_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "implicit.als", None)
    with pytest.raises(InputError, match=r"implicit: pip install '\.\[cf\]'"):
        fit_als(listening(ROWS), factors=2, regularization=1.0, alpha=1.0)


# --- lists

SPLIT = Split(
    known=listening([[1, 1, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0], [1, 0, 0, 0, 0, 0]]),
    right=csr_matrix(np.array([[0, 0, 1, 0, 0, 1], [1, 0, 0, 0, 0, 0], [0] * 6], dtype=np.float32)),
)


def test_the_best_are_not_those_that_are_known() -> None:
    scores = np.array([[9, 8, 3, 5, 5, 4]], dtype=np.float32)
    assert best(scores, SPLIT.known.played[0], 3).tolist() == [[3, 4, 5]]


def test_what_is_found_is_measured_for_those_with_something_to_find() -> None:
    finds = found(np.array([[2, 5, 3], [1, 0, 3]]), SPLIT)
    assert finds.ndcg.tolist() == pytest.approx([1.0, 1 / np.log2(3)])
    assert found(np.array([[2, 3, 4], [1, 3, 4]]), SPLIT).recall.tolist() == [0.5, 0.0]


def test_the_settings_that_find_most_are_kept() -> None:
    grid: list[Fit] = [fit_popularity, partial(fit_ease, strength=1.0)]
    split = Split(known=listening([[1] * 30, [0, 1] * 15]), right=csr_matrix((2, 30)))
    right = np.zeros((2, 30), dtype=np.float32)
    right[1, 0] = 1
    (kept,) = tune(grid, split.known, [Split(known=split.known, right=csr_matrix(right))])
    assert kept.fit is fit_popularity
    assert kept.ndcg > 0


def test_figures_are_told_of_all_and_of_each_third() -> None:
    scene = scene_of(SPLIT)
    table = measure("all", np.array([[2, 5], [0, 1]]), scene)
    assert list(table) == ["all", "all: niche", "all: mainstream"]
    assert table["all"].figures["ndcg_at_20"] == 1.0
    told = list(
        gains("all", "ours", np.array([[2, 5], [0, 1]]), {"theirs": np.array([[3, 4], [3, 4]])}, scene)
    )
    assert (told[0].task, told[0].rival, told[0].mean) == ("all", "theirs", 1.0)


# --- shortlists


def short(right: Sequence[Sequence[int]], signals: dict[str, Sequence[Sequence[float]]]) -> Shortlist:
    hits = np.array(right, dtype=bool)
    return Shortlist(
        listeners=np.arange(len(hits)),
        artists=np.tile(np.arange(hits.shape[1]), (len(hits), 1)),
        signals={name: np.array(own, dtype=np.float32) for name, own in signals.items()},
        right=hits,
        right_in_all=hits.sum(axis=1),
    )


def many(listeners: int, *, seed: int) -> Shortlist:
    """Lists of 200 whose right artists have the best of one signal, and another signal that is chance."""
    random = np.random.default_rng(seed)
    telling = random.normal(size=(listeners, 200))
    return short(
        (telling > 1.5).tolist(),
        {"telling": telling.tolist(), "chance": random.normal(size=(listeners, 200)).tolist()},
    )


def test_rankers_learn_what_tells() -> None:
    lessons, asked = many(30, seed=0), many(5, seed=1)
    for ranker in (learn_weighted(lessons), learn_boosted(lessons, seed=0)):
        assert ndcg_of(ranked(ranker.scores(asked)), asked).mean() > 0.95


def test_trees_leave_the_end_of_a_list_in_its_order() -> None:
    asked = many(2, seed=1)
    ranker = learn_boosted(many(30, seed=0), seed=0)
    plain = ranked(ranker.first.scores(asked), 200)
    assert ranked(ranker.scores(asked), 200)[:, 120:].tolist() == plain[:, 120:].tolist()


def test_no_shortlists_cannot_be_joined() -> None:
    with pytest.raises(ValueError, match="no listener"):
        joined([])


def test_the_dial_shows_more_of_the_obscure_the_further_it_is_turned() -> None:
    own = short([[0] * 60], {})
    popularity = np.arange(60, 0, -1, dtype=np.float32)
    scores = np.linspace(1, 0, 60, dtype=np.float32)[np.newaxis]
    means = [popularity[lists_at(dial, own, scores, popularity)].mean() for dial in (-1, -0.5, 0, 0.5, 1)]
    assert means == sorted(means)
    assert lists_at(0.0, own, scores, popularity).tolist() == [list(range(20))]


def test_calibration_is_as_strong_as_its_loss_allows() -> None:
    """The first 20 of the head are right: every artist of the tail costs."""
    own = short([[1] * 20 + [0] * 20], {})
    mixes = Mixes(groups=np.array([0] * 20 + [2] * 20), mixes=np.array([[0.0, 0.0, 1.0]]))
    part = Ranked(shortlist=own, scores=np.linspace(1, 0, 40, dtype=np.float32)[np.newaxis], mixes=mixes)
    assert strength_at([part], loss=0.0) == 0.0
    assert strength_at([part], loss=1.0) == 2.0
    assert 0.0 < strength_at([part], loss=0.2) < 2.0
    assert part.lists(0.0).tolist() == [list(range(20))]
    assert part.lists(100.0).tolist() == [list(range(20, 40))]


# --- groups


def test_a_group_plays_what_any_of_it_plays() -> None:
    one = as_one(SPLIT, np.array([[0, 1], [1, 2]]))
    assert one.known.played.toarray().tolist() == [[1, 1, 1, 0, 0, 0], [1, 0, 1, 0, 0, 0]]
    assert one.right.toarray().tolist() == [[1, 0, 1, 0, 0, 1], [1, 0, 0, 0, 0, 0]]


def test_what_a_member_has_no_score_for_scores_as_their_last() -> None:
    listed = np.array([[7, 3], [3, 5]])
    told = member_scores(listed, np.array([[0.9, 0.1], [4.0, 2.0]], dtype=np.float32), np.array([3, 5, 7]))
    assert told == pytest.approx(np.array([[-1, -1, 1], [1, -1, -1]]), abs=1e-6)


def test_groups_hold_three_of_those_who_are_asked() -> None:
    split = hold_out(listening([TWELVE] * 7 + [[1] + [0] * 11]), seed=0)
    groups = drawn_groups(split, seed=0)
    assert groups.shape == (6, 3)
    assert all(len(set(group)) == 3 and 7 not in group for group in groups.tolist())


def test_each_member_is_measured_by_their_own_artists() -> None:
    ndcg = ndcg_of_members(np.array([[2, 5, 3]]), np.array([[0, 1]]), SPLIT)
    assert ndcg.tolist() == [[1.0, 0.0]]


# --- the data, and whole runs


def write(folder: Path, name: str, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    path = folder / FOLDER / f"{name}.csv.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([heads, *rows])


def write_all(folder: Path, plays: Sequence[Sequence[object]], events: Sequence[Sequence[object]]) -> None:
    artists = sorted({int(str(row[1])) for row in plays})
    write(folder, "artists", ["artist_id", "name"], [[artist, f"Artist {artist}"] for artist in artists])
    write(folder, "user_artists", ["user_id", "artist_id", "play_count"], plays)
    write(folder, "tag_events", ["user_id", "year", "month", "artist_id", "tag_id"], events)


def test_listeners_artists_and_tags_are_numbered_in_order(tmp_path: Path) -> None:
    events = [[20, 2009, 1, 51, 900], [20, 2009, 2, 51, 900], [99, 2009, 1, 51, 900], [30, 2009, 1, 77, 4]]
    write_all(tmp_path, [[20, 51, 3], [20, 52, 1], [30, 52, 9]], events)
    read = read_listening(tmp_path)
    assert read.played.toarray().tolist() == [[1, 1], [0, 1]]
    assert read.taggings.tolist() == [[0, 0, 0]]


def test_data_that_is_missing_or_malformed_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="artists"):
        read_listening(tmp_path)
    write_all(tmp_path, [[20, 51, 3], [20, "52", 1]], [["x", 2009, 1, 51, 900]])
    with pytest.raises(InputError, match=r"tag_events.csv.gz, line 2: .*whole numbers"):
        read_listening(tmp_path)


@pytest.fixture
def two_scenes(tmp_path: Path) -> Path:
    """Two scenes of 200 artists, forty listeners each, who play 25 of them, the first ones rather."""
    random = np.random.default_rng(0)
    weights = 1 / np.arange(10, 210)
    plays, events = [], []
    for listener in range(80):
        scene = listener % 2
        for artist in random.choice(200, size=25, replace=False, p=weights / weights.sum()).tolist():
            plays.append([listener, 200 * scene + artist, 1])
            events.append([listener, 2009, 1, 200 * scene + artist, scene])
    plays += [[listener, artist, 1] for listener, artist in zip([0, 1] * 200, range(400), strict=True)]
    write_all(tmp_path, plays, events)
    return tmp_path


GRID = {"popularity": [fit_popularity], "item-kNN": [partial(fit_item_knn, shrink=3.0)]}


def evaluated(suite: str, data: Path) -> dict[str, dict[str, dict[str, dict[str, float]]]]:
    result = CliRunner().invoke(app, ["evaluate", suite, "--data", str(data), "--json"])
    assert result.exit_code == 0, result.output
    told: dict[str, dict[str, dict[str, dict[str, float]]]] = json.loads(result.stdout)
    return told


@pytest.mark.parametrize("suite", ["taste", "exposure"])
def test_the_scene_of_a_listener_is_found(
    suite: str, two_scenes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contest, "GRIDS", GRID)
    monkeypatch.setattr(contest, "LESSONS", 1)
    told = evaluated(suite, two_scenes)
    ours, popular = told["metrics"]["ranker"][suite], told["baselines"]["popularity"][suite]
    assert ours["ndcg_at_20"] > popular["ndcg_at_20"]
    if suite == "taste":
        assert set(told["baselines"]) == {*GRID, "mean of members' scores", "one profile of all members"}
        assert told["metrics"]["ranker, for groups"]["groups of three"]["n"] == 26 * 3
    else:
        assert [name for name in told["metrics"] if "dial" in name] == [
            f"ranker, dial {setting}" for setting in ("-1", "-0.5", "+0.5", "+1")
        ]
        assert 0 < ours["gini"] < 1


def test_a_strangers_scene_is_found(two_scenes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coldstart, "GRIDS_FOR_STRANGERS", GRID)
    monkeypatch.setattr(coldstart, "LESSONS", 1)
    told = evaluated("coldstart", two_scenes)
    group = coldstart.group_of(3)
    assert list(told["metrics"]["ranker"]) == [coldstart.group_of(known) for known in (1, 3, 5)]
    assert told["metrics"]["ranker"][group]["times_popularity"] > 1
    assert told["baselines"]["popularity"][group]["times_popularity"] == 1


def test_the_public_data_has_its_listeners(shared_dir: Path) -> None:
    read = read_listening(shared_dir)
    assert read.played.shape == (1509, 17632)
    assert read.played.nnz == 71_981
