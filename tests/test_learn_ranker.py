"""A ranker is learned from what was right, and says the same as ONNX as LightGBM does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import lightgbm
import numpy as np
import pytest

from linernotes.errors import InputError, ModelError
from linernotes.learn import ranker
from linernotes.learn.ranker import Lesson, known_features, learn_ranker, lesson_of
from linernotes.rank import LearnedFusion
from linernotes.rank.features import features
from linernotes.types import Candidates, Vector

NAN = float("nan")


def found(
    lexical: Sequence[float], popularity: Sequence[float] | None = None, *, turn: float = 0.0
) -> Candidates:
    """Candidates 1, 2, ... with these scores of one channel; NaN: it did not find them."""
    scores = np.array(lexical, dtype=np.float32)[:, None]
    ranks = np.where(np.isnan(scores), NAN, np.arange(1, len(lexical) + 1, dtype=np.float32)[:, None])
    traits = {} if popularity is None else {"popularity": np.array(popularity, dtype=np.float32)}
    return Candidates(
        ids=np.arange(1, len(lexical) + 1, dtype=np.int64),
        channels=("lexical",),
        scores=scores,
        ranks=ranks.astype(np.float32),
        verified=np.ones(len(lexical), dtype=bool),
        traits=traits,
        asked={"requests_before": turn},
    )


def drawn(seed: int, requests: int = 60, tracks: int = 40) -> list[tuple[Candidates, Vector]]:
    """Requests of which the popular tracks are right, and of these those that words found."""
    draw = np.random.default_rng(seed)
    some: list[tuple[Candidates, Vector]] = []
    for _ in range(requests):
        scores = np.where(draw.random(tracks) < 0.4, NAN, draw.random(tracks))
        popularity = draw.random(tracks)
        right = (popularity > 0.7) & ~np.isnan(scores)
        some.append((found(scores.tolist(), popularity.tolist()), right.astype(np.float32)))
    return some


def lessons(some: Sequence[tuple[Candidates, Vector]], names: Sequence[str]) -> list[Lesson]:
    return [Lesson(features=features(one, names), right=right) for one, right in some]


def test_features_are_scores_and_ranks_of_channels_traits_and_what_was_asked() -> None:
    one = found([0.5, NAN], [0.9, NAN], turn=3.0)
    names = known_features([one])
    assert names == (
        "lexical.score",
        "lexical.rank",
        "popularity",
        "asked.requests_before",
        "fixed",
    )
    rows = features(one, names)
    assert rows[0, :4].tolist() == pytest.approx([0.5, 0.0, 0.9, 3.0])
    assert np.isnan(rows[1, :3]).all()
    assert rows[0, 4] > rows[1, 4] == 0.0


def test_what_is_not_there_is_not_known() -> None:
    assert np.isnan(features(found([0.5]), ["audio.score", "fame"])).all()
    assert features(found([]), ["lexical.score"]).shape == (0, 1)


def test_right_tracks_are_those_with_the_ids() -> None:
    lesson = lesson_of(found([0.5, 0.4, 0.3]), np.array([2, 99], dtype=np.int64), ["lexical.score"])
    assert lesson.right.tolist() == [0.0, 1.0, 0.0]
    assert lesson.features.shape == (3, 1)


def test_a_learned_fusion_finds_what_was_right_of_new_requests() -> None:
    taught, new = drawn(1), drawn(2, requests=20)
    names = known_features([one for one, _ in taught])
    fusion = LearnedFusion(learn_ranker(lessons(taught, names), names, threads=1))
    for candidates, right in new:
        scores = fusion.score(candidates)
        assert ((scores > 0) & (scores < 1)).all()
        best = np.argsort(-scores)[: int(right.sum())]
        assert right[best].mean() >= 0.75


def test_onnx_says_what_lightgbm_says(monkeypatch: pytest.MonkeyPatch) -> None:
    taught, new = drawn(3), drawn(4, requests=5)
    names = known_features([one for one, _ in taught])
    boosters: list[lightgbm.Booster] = []
    train = lightgbm.train

    def kept(*args: Any) -> lightgbm.Booster:
        boosters.append(train(*args))
        return boosters[-1]

    monkeypatch.setattr(lightgbm, "train", kept)
    fusion = LearnedFusion(learn_ranker(lessons(taught, names), names, threads=1))
    for candidates, _ in new:
        said = np.asarray(boosters[0].predict(features(candidates, names)))
        assert fusion.score(candidates) == pytest.approx(1 / (1 + np.exp(-said)), abs=1e-5)


def test_the_same_lessons_teach_the_same() -> None:
    taught = drawn(5, requests=20)
    names = known_features([one for one, _ in taught])
    one, other = (learn_ranker(lessons(taught, names), names, seed=7, threads=1) for _ in range(2))
    assert one == other


def test_requests_of_which_nothing_right_was_found_teach_nothing() -> None:
    names = ["lexical.score"]
    nothing = lesson_of(found([0.5, 0.4]), np.array([9], dtype=np.int64), names)
    with pytest.raises(InputError, match="nothing to learn"):
        learn_ranker([nothing], names)
    with pytest.raises(InputError, match="nothing to learn"):
        learn_ranker([], names)


def test_of_many_wrong_tracks_some_are_drawn_and_all_that_is_right_is_kept() -> None:
    wrong = ranker.WRONG_A_REQUEST * 3
    right = np.zeros(wrong + 2, dtype=np.float32)
    right[[5, 77]] = 1.0
    whole = Lesson(features=np.arange(wrong + 2, dtype=np.float32)[:, None], right=right)
    part = ranker._drawn(whole, np.random.default_rng(0))
    assert len(part.right) == ranker.WRONG_A_REQUEST + 2
    assert part.features[part.right > 0, 0].tolist() == [5.0, 77.0]


def test_no_candidates_have_no_scores() -> None:
    taught = drawn(6, requests=20)
    names = known_features([one for one, _ in taught])
    fusion = LearnedFusion(learn_ranker(lessons(taught, names), names, threads=1))
    assert fusion.score(found([])).shape == (0,)


def test_what_is_no_ranker_is_refused() -> None:
    with pytest.raises(ModelError, match="no ranker"):
        LearnedFusion(b"nonsense")
