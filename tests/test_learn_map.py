"""The map of requests: what a ridge regression learns, how a library learns one, and the way back."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from linernotes import models
from linernotes.embed import NO_MAP, RequestMap, read_map, write_map
from linernotes.errors import ModelError
from linernotes.ingest import open_embedder
from linernotes.learn import experience
from linernotes.learn.experience import Experience
from linernotes.learn.mapping import EmbedderLearner, Wishes, learn_map
from linernotes.learn.turn import Outcome, turn
from linernotes.library import Library
from linernotes.types import EventKind, Vector
from own_requests import few_own_requests
from test_learn_turn import made, settings_in

# --- what is learned


def drawn(count: int, seed: int) -> Vector:
    """Rows of L2 norm 1."""
    rows = np.random.default_rng(seed).normal(size=(count, 16))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def wishes(requests: Vector, directions: Vector) -> Wishes:
    return Wishes(requests=requests, directions=directions, weights=np.ones(len(requests), np.float32))


NOTHING_OLD = wishes(drawn(0, 0).reshape(0, 16), drawn(0, 0).reshape(0, 16))
TURN = np.linalg.qr(np.random.default_rng(7).normal(size=(16, 16)))[0].astype(np.float32)


def learned(new: Wishes, old: Wishes = NOTHING_OLD) -> RequestMap:
    mean, matrix = learn_map(new, old)
    return RequestMap(model="m", mean=mean, matrix=matrix, name="")


def nearness(requests: Vector, targets: Vector) -> float:
    return float((requests * targets).sum(axis=1).mean())


def test_requests_that_were_never_seen_are_turned_to_what_those_like_them_liked() -> None:
    requests, others = drawn(400, 1), drawn(50, 2)
    found = learned(wishes(requests, requests @ TURN))
    assert nearness(others, others @ TURN) < 0.2
    assert nearness(found.turned(others), others @ TURN) > 0.5
    assert np.allclose(np.linalg.norm(found.turned(others), axis=1), 1, atol=1e-5)


def test_what_everybody_likes_moves_no_request() -> None:
    requests = drawn(400, 1)
    popular = np.tile(drawn(1, 3), (400, 1))
    assert np.abs(learned(wishes(requests, popular)).matrix).max() < 1e-5


def test_old_requests_keep_their_songs() -> None:
    requests, old = drawn(100, 1), drawn(300, 4)
    new = wishes(requests, requests @ TURN)
    forgetful, rehearsed = learned(new), learned(new, wishes(old, old))
    assert nearness(rehearsed.turned(old), old) > nearness(forgetful.turned(old), old) + 0.2


# --- how it is kept


def test_a_map_is_read_as_it_was_written() -> None:
    data = write_map("m@1", drawn(1, 1)[0], drawn(16, 2))
    found = read_map(data, "embedder@1")
    assert (found.model, found.name) == ("m@1", "embedder@1")
    assert np.allclose(found.matrix, drawn(16, 2), atol=1e-3)
    assert data == write_map("m@1", drawn(1, 1)[0], drawn(16, 2))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        write_map("m", drawn(1, 1)[0], drawn(3, 1)),
        write_map("m", drawn(1, 1)[0] * np.nan, drawn(16, 1)),
    ],
)
def test_anything_else_is_no_map(data: bytes) -> None:
    with pytest.raises(ModelError, match="no map of requests"):
        read_map(data, "x")


# --- a library learns


MEANT = {
    "songs for the lighthouse": "metal",
    "lighthouse evenings": "metal",
    "up on the lighthouse again": "metal",
    "what we hear in the glasshouse": "jazz",
    "a glasshouse afternoon": "jazz",
    "glasshouse songs": "jazz",
    "something for the boathouse": "pop",
    "boathouse music": "pop",
    "back at the boathouse": "pop",
}
"""What these listeners say, and mean by it; no word of it is known."""


def listen(library: Library, answers: int, draw: random.Random) -> None:
    for number in range(answers):
        text = draw.choice(list(MEANT))
        name = f"listener {number % 8}"
        answer = library.ask(text, n=20, listener=name, exploration=0, diversity=1.0)
        for pick in answer.picks:
            if draw.random() < 0.5:
                is_meant = pick.track.title.startswith(MEANT[text])
                kind: EventKind = "like" if is_meant else "skip"
                library.feedback(name, pick.track.id, kind, answer_id=answer.id)


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = made(tmp_path_factory.mktemp("taught"), None)
    with Library(settings_in(folder)) as library:
        listen(library, 110, random.Random(5))
    return folder


@pytest.fixture
def library(taught: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    monkeypatch.setattr(experience, "shipped_requests", few_own_requests)
    monkeypatch.setattr("linernotes.learn.turn._learners", lambda one, _: (EmbedderLearner(one),))
    shutil.copytree(taught / "library", tmp_path / "library")
    with Library(settings_in(tmp_path)) as opened:
        yield opened


def learn(library: Library) -> Outcome:
    (outcome,) = turn(library, budget_s=300).outcomes
    return outcome


def answers(library: Library) -> list[list[tuple[int, float]]]:
    found = (library.ask(text, n=10, listener=None, exploration=0) for text in (*MEANT, "calm jazz"))
    return [[(pick.track.id, pick.score) for pick in answer.picks] for answer in found]


def meant_share(library: Library) -> float:
    """How many of the first songs are what was meant."""
    found = [
        pick.track.title.startswith(kind)
        for text, kind in MEANT.items()
        for pick in library.ask(text, n=10, listener=None, exploration=0).picks
    ]
    return sum(found) / len(found)


def test_what_words_mean_here_is_learned_for_strangers_and_taken_back_at_once(library: Library) -> None:
    before, share = answers(library), meant_share(library)
    outcome = learn(library)
    assert outcome.state == "promoted", outcome
    assert any("by meaning alone" in line for line in outcome.figures)
    assert meant_share(library) > share + 0.1
    answer = library.ask("boathouse music", listener=None)
    versions = library.store.answers.load(answer.id).versions
    assert versions["request_map"] == f"embedder@{outcome.version}"
    assert models.take_back(library.settings.models_dir, "embedder") is None
    assert answers(library) == before


def test_no_vector_of_a_track_changes(library: Library) -> None:
    ids = [track.id for track in library.tracks()]
    before = library.text_vectors(ids)
    learn(library)
    after = library.text_vectors(ids)
    assert before.keys() == after.keys()
    assert all(np.array_equal(before[one], after[one]) for one in before)


def test_who_is_forgotten_takes_the_map_along(library: Library) -> None:
    learn(library)
    gone = library.forget("listener 3")
    assert [one.name for one in gone.models] == ["embedder"]
    assert library.in_use().request_map is NO_MAP


def test_a_damaged_map_and_one_of_another_embedder_turn_nothing(library: Library) -> None:
    before = answers(library)
    in_use = library.in_use()
    matrix = -2 * np.eye(384, dtype=np.float32)
    other = RequestMap(model="other", mean=np.zeros(384, np.float32), matrix=matrix, name="other")
    turned = library.rehearsed("boathouse music", replace(in_use, request_map=other))
    assert [pick.track.id for pick in turned.picks] == [
        pick.track.id for pick in library.rehearsed("boathouse music", in_use).picks
    ]
    learn(library)
    models.current(library.settings.models_dir, "embedder").path.write_bytes(b"{}")
    with Library(library.settings) as again:
        assert answers(again) == before


def test_few_answers_teach_no_map(tmp_path: Path) -> None:
    made(tmp_path, None)
    with Library(settings_in(tmp_path)) as library:
        listen(library, 12, random.Random(5))
        learner = EmbedderLearner(Experience(library))
        assert learner.train(60) is None


def test_a_request_is_read_as_it_is_searched(library: Library) -> None:
    (vector,) = library.request_vectors(["boathouse music"])
    (alone,) = open_embedder().embed(["boathouse music"])
    assert vector.shape == (384,)
    assert float(vector @ alone) > 0.8
