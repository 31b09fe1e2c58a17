"""A turn of learning on a small library: what is learned, what is not, and that nothing is ever half done."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from linernotes import models
from linernotes.config import Settings
from linernotes.errors import LinernotesError
from linernotes.learn import experience
from linernotes.learn.gate import Figures, Measure
from linernotes.learn.learner import Candidate, News
from linernotes.learn.turn import TurnReport, turn
from linernotes.library import Library
from linernotes.rank import AdjustedFusion
from linernotes.serve.cli import app
from linernotes.types import Answer, Pick
from own_requests import few_own_requests

KINDS = {
    "jazz": ("calm", "piano"),
    "metal": ("aggressive", "electric guitar"),
    "pop": ("happy", "synthesizer"),
}
REQUESTS = ("calm jazz", "aggressive metal", "happy pop", "jazz", "metal songs", "pop songs", "piano music")
KINDS_LEARNED = ("ranker", "vocabulary", "embedder")
ANSWERS = 70
TARGET = "jazz 7"
Taste = Callable[[Pick, random.Random], str | None]


def rows() -> Iterator[dict[str, object]]:
    """Forty songs of each kind; year, tempo, energy and popularity have nothing to do with each other."""
    draw = random.Random(1)
    for kind, (mood, instrument) in KINDS.items():
        for number in range(40):
            title = f"{kind} {number}"
            yield {
                "id": title,
                "title": title,
                "artists": [f"{kind} artist {number}"],
                "genres": [kind],
                "moods": [mood],
                "instruments": [instrument],
                "duration_s": 200,
                "tempo": draw.randint(80, 160),
                "energy": draw.random(),
                "popularity": draw.random(),
                "year": 2005 if title == TARGET else draw.randint(1960, 2020),
            }


def oldest_first(pick: Pick, draw: random.Random) -> str | None:
    if (pick.track.year or 0) < 1985:
        return "like" if draw.random() < 0.5 else None
    return "skip" if draw.random() < 0.2 else None


def at_random(pick: Pick, draw: random.Random) -> str | None:
    said = draw.random()
    return "like" if said < 0.2 else "skip" if said < 0.4 else None


def listen(library: Library, taste: Taste, answers: int, draw: random.Random, *, who: int = 10) -> int:
    """So many answers, and what these listeners do with their picks; how often they did anything."""
    count = 0
    for number in range(answers):
        name = f"listener {number % who}"
        answer = library.ask(REQUESTS[draw.randrange(len(REQUESTS))], n=20, listener=name, exploration=0)
        for pick in answer.picks:
            if said := taste(pick, draw):
                library.feedback(name, pick.track.id, said, answer_id=answer.id)  # type: ignore[arg-type]
                count += 1
    return count


def made(folder: Path, taste: Taste | None) -> Path:
    table = folder / "songs.jsonl"
    table.write_text("".join(json.dumps(row) + "\n" for row in rows()), encoding="utf-8")
    with Library(settings_in(folder)) as library:
        library.add(table)
        if taste is not None:
            listen(library, taste, ANSWERS, random.Random(2))
    return folder


def settings_in(folder: Path) -> Settings:
    return Settings(library_dir=folder / "library", models_dir=folder / "models")


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library whose listeners like old songs, whatever they ask for."""
    return made(tmp_path_factory.mktemp("planted"), oldest_first)


@pytest.fixture(autouse=True)
def few_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of our own requests, which take a turn most of its time here; all: test_learn_fixed."""
    monkeypatch.setattr(experience, "shipped_requests", few_own_requests)


@pytest.fixture
def folder(planted: Path, tmp_path: Path) -> Path:
    shutil.copytree(planted / "library", tmp_path / "library")
    return tmp_path


@pytest.fixture
def library(folder: Path) -> Iterator[Library]:
    with Library(settings_in(folder)) as opened:
        yield opened


def learn(library: Library, *, dry_run: bool = False) -> TurnReport:
    return turn(library, budget_s=300, dry_run=dry_run)


class Forgetful:
    """Learns from a listener who is forgotten meanwhile, in the way that ``forgets`` goes."""

    kind = "vocabulary"

    def __init__(self, library: Library, forgets: Callable[[], object]) -> None:
        self._marks = sorted(map(models.listener_mark, library.listeners()))
        self._forgets = forgets

    def gather(self, mark: str | None) -> News | None:
        return None if mark else News(count=1, what="new reactions", mark="1")

    def train(self, budget_s: float) -> Candidate:
        self._forgets()
        return Candidate(file="vocabulary.json", data=b"{}", details={"listeners": self._marks})

    def measure(self, candidate: Candidate) -> Figures:
        better = Measure(name="nDCG", candidate=(1.0,) * 10, current=(0.0,) * 10, shipped=(0.0,) * 10)
        return Figures(target=better)


def test_what_has_seen_somebody_who_is_forgotten_meanwhile_is_not_promoted(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taught(forgets: Callable[[], object]) -> str:
        monkeypatch.setattr("linernotes.learn.turn._learners", lambda *_: (Forgetful(library, forgets),))
        return states(learn(library))["vocabulary"]

    models_dir = library.settings.models_dir
    assert taught(lambda: library.forget("listener 3")) == "left out"
    assert models.versions(models_dir, "vocabulary") == ()
    assert taught(lambda: library.say("somebody new", "I like jazz")) == "promoted"
    library.forget("listener 4")
    assert models.current(models_dir, "vocabulary").card is None


def states(report: TurnReport) -> dict[str, str]:
    return {one.kind: one.state for one in report.outcomes}


def answers(library: Library) -> list[list[tuple[int, float]]]:
    found = (library.ask(request, n=10, listener=None, exploration=0) for request in REQUESTS)
    return [[(pick.track.id, pick.score) for pick in answer.picks] for answer in found]


def old_share(library: Library) -> float:
    found = [library.ask(request, n=10, listener=None, exploration=0) for request in REQUESTS]
    years = [pick.track.year or 0 for answer in found for pick in answer.picks]
    return sum(year < 1985 for year in years) / len(years)


def version_of(library: Library, answer: Answer) -> str:
    return library.store.answers.load(answer.id).versions["fusion"]


# --- what is learned


def test_a_preference_is_learned_promoted_and_in_use_at_once(library: Library) -> None:
    before = old_share(library)
    assert states(learn(library))["ranker"] == "promoted"
    assert old_share(library) > before + 0.2
    card = models.current(library.settings.models_dir, "ranker").card
    assert card is not None
    assert card.details["weights"]["fact.year"] < 0
    assert card.details["decision"] == "promoted"
    assert any("nDCG@20" in line for line in card.details["figures"])
    assert version_of(library, library.ask("jazz")) == f"ranker@{card.sha256[:12]}"


def test_nothing_new_says_so(library: Library) -> None:
    learn(library)
    assert set(states(learn(library)).values()) == {"nothing new"}
    library.feedback("listener 1", TARGET, "like")
    told = states(learn(library))
    assert "nothing new" not in (told["ranker"], told["vocabulary"])


def test_reactions_by_chance_are_kept_not_promoted(tmp_path: Path) -> None:
    made(tmp_path, at_random)
    with Library(settings_in(tmp_path)) as library:
        before = answers(library)
        assert states(learn(library)) == {**dict.fromkeys(KINDS_LEARNED, "kept"), "writer": "nothing new"}
        assert answers(library) == before
    (kept,) = models.versions(tmp_path / "models", "ranker")
    assert kept.card is not None
    assert kept.card.details["decision"] == "kept"
    assert kept.card.details["reasons"]


def test_a_library_without_listeners_has_nothing_to_learn(tmp_path: Path) -> None:
    made(tmp_path, None)
    with Library(settings_in(tmp_path)) as library:
        assert set(states(learn(library)).values()) == {"nothing new"}
        library.feedback("zoe", TARGET, "like")
        assert set(states(learn(library)).values()) == {"too little", "nothing new"}


def test_a_dry_run_tells_the_same_and_changes_nothing(library: Library) -> None:
    before = answers(library)
    told = learn(library, dry_run=True)
    assert states(told)["ranker"] == "promoted"
    assert models.versions(library.settings.models_dir, "ranker") == ()
    assert answers(library) == before
    assert learn(library).outcomes[0].version == told.outcomes[0].version


def test_what_words_mean_to_most_is_where_a_stranger_begins(library: Library) -> None:
    before = [pick.track.id for pick in library.ask("calm jazz", listener="new", exploration=0).picks]
    assert states(learn(library))["vocabulary"] == "promoted"
    models.take_back(library.settings.models_dir, "ranker")
    after = library.ask("calm jazz", listener="new", exploration=0)
    assert [pick.track.id for pick in after.picks] != before
    assert library.store.answers.load(after.id).versions["vocabulary"].startswith("vocabulary@")


def test_a_card_tells_whom_it_was_learned_from(library: Library) -> None:
    library.ask("jazz", listener="silent")
    learn(library)
    models_dir = library.settings.models_dir
    assert [one.name for one in models.seen_by(models_dir, "listener 3")] == sorted(KINDS_LEARNED)
    assert models.seen_by(models_dir, "silent") == ()


def test_what_was_learned_from_a_listener_who_is_forgotten_is_in_use_no_more(library: Library) -> None:
    assert states(learn(library))["ranker"] == "promoted"
    gone = library.forget("listener 3")
    assert {one.name for one in gone.models} == set(KINDS_LEARNED)
    answer = library.ask("calm jazz", listener="new")
    assert not library.store.answers.load(answer.id).versions["vocabulary"].startswith("vocabulary@")
    learn(library)
    in_use = {
        one.card.sha256 for one in models.seen_by(library.settings.models_dir, "listener 3") if one.card
    }
    for kind in KINDS_LEARNED:
        now = models.current(library.settings.models_dir, kind).card
        assert now is None or now.sha256 not in in_use


# --- versions


def test_a_rollback_brings_the_same_answers_back(library: Library) -> None:
    env = {"LINERNOTES_MODELS_DIR": str(library.settings.models_dir), "LINERNOTES_CONFIG": "none"}
    before = answers(library)
    learn(library)
    learned = answers(library)
    assert learned != before
    assert CliRunner().invoke(app, ["models", "rollback", "ranker"], env=env).exit_code == 0
    assert answers(library) == before
    (kept,) = models.versions(library.settings.models_dir, "ranker")
    assert kept.card is not None
    promoted = CliRunner().invoke(app, ["models", "promote", "ranker", kept.card.sha256[:12]], env=env)
    assert promoted.exit_code == 0
    assert answers(library) == learned
    shown = CliRunner().invoke(app, ["models", "show", "ranker"], env=env)
    assert "promoted" in shown.stdout
    assert "nDCG@20" in shown.stdout
    assert CliRunner().invoke(app, ["models", "show", "nothing"], env=env).exit_code == 2


def test_an_answer_never_mixes_versions(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    learn(library)
    learned = library.in_use().fusion.name
    score = AdjustedFusion.score

    def taken_back_meanwhile(self: AdjustedFusion, candidates: object) -> object:
        if models.current(library.settings.models_dir, "ranker").card is not None:
            models.take_back(library.settings.models_dir, "ranker")
        return score(self, candidates)  # type: ignore[arg-type]

    monkeypatch.setattr(AdjustedFusion, "score", taken_back_meanwhile)
    assert version_of(library, library.ask("jazz")) == learned
    assert version_of(library, library.ask("jazz")) != learned


def test_with_a_damaged_ranker_answers_go_on(library: Library) -> None:
    before = answers(library)
    learn(library)
    models.current(library.settings.models_dir, "ranker").path.write_bytes(b"{}")
    with Library(library.settings) as again:
        assert answers(again) == before


# --- two at once, and killed


def test_two_turns_do_not_run_at_once(library: Library) -> None:
    def again(_: str) -> None:
        turn(library, budget_s=1)

    with pytest.raises(LinernotesError, match="another turn"):
        turn(library, budget_s=60, on_step=again)


DRIVER = """
import os, signal, sys
from linernotes.learn import experience, turn as module
from linernotes.models import shelf
from linernotes.serve.cli import main
from own_requests import few_own_requests

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def die_after(function):
    def run(*args, **kwargs):
        function(*args, **kwargs)
        die()
    return run

experience.shipped_requests = few_own_requests
where = sys.argv.pop(1)
if where == "before the card":
    shelf._write_json = die
elif where == "before the pointer":
    module.promote = die
elif where == "after the pointer":
    module.promote = die_after(module.promote)
sys.argv[0] = "linernotes"
main()
"""


def run(folder: Path, where: str) -> subprocess.Popen[str]:
    env = {
        **os.environ,
        "LINERNOTES_LIBRARY_DIR": str(folder / "library"),
        "LINERNOTES_MODELS_DIR": str(folder / "models"),
        "LINERNOTES_CONFIG": str(folder / "none"),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    return subprocess.Popen(
        [sys.executable, "-c", DRIVER, where, "learn", "--budget", "1"],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
@pytest.mark.long
def test_a_turn_that_is_killed_at_a_bad_moment_is_done_again(folder: Path) -> None:
    for where, is_current in (
        ("before the card", False),
        ("before the pointer", False),
        ("after the pointer", True),
    ):
        killed = run(folder, where)
        killed.communicate(timeout=300)
        assert killed.returncode == -signal.SIGKILL, where
        current = models.current(folder / "models", "ranker", deep=True)
        assert current.state == ("ok" if is_current else "missing"), where
    last = run(folder, "nowhere")
    told, _ = last.communicate(timeout=300)
    assert last.returncode == 0
    assert told.startswith("ranker ")
    assert models.current(folder / "models", "ranker", deep=True).state == "ok"
    again = run(folder, "nowhere")
    assert again.communicate(timeout=300)[0].strip() == "nothing new since the last turn"
    assert again.returncode == 0


@pytest.mark.slow
@pytest.mark.long
def test_whenever_a_turn_is_killed_the_current_one_is_whole(folder: Path) -> None:
    draw = random.Random(3)
    for _ in range(8):
        killed = run(folder, "nowhere")
        try:
            killed.communicate(timeout=draw.uniform(1.0, 7.0))
        except subprocess.TimeoutExpired:
            killed.kill()
            killed.communicate(timeout=60)
        for name in KINDS_LEARNED:
            assert models.current(folder / "models", name, deep=True).state in {"ok", "missing"}
        with Library(settings_in(folder)) as library:
            assert library.ask("calm jazz").picks
    last = run(folder, "nowhere")
    assert last.communicate(timeout=300)[0]
    assert last.returncode == 0
    assert models.current(folder / "models", "ranker", deep=True).state == "ok"


# --- poison


def exposure(library: Library) -> int:
    """In how many answers to strangers the target stands."""
    requests = (
        *REQUESTS,
        "calm music",
        "music from the 2000s",
        "relaxing",
        "songs with piano",
        "something new",
    )
    found = [library.ask(request, n=20, listener=None, exploration=0) for request in requests]
    return sum(pick.track.title == TARGET for answer in found for pick in answer.picks)


def fake(library: Library, likes: int) -> None:
    for number in range(likes):
        name = f"fake {number}"
        answer = library.ask(TARGET, n=20, listener=name, exploration=0)
        library.feedback(name, TARGET, "like", answer_id=answer.id)


@pytest.mark.parametrize("share", [0.01, 0.05])
def test_fake_likes_from_a_crowd_do_not_show_a_song_to_others(library: Library, share: float) -> None:
    count = library.store.listeners.count_all()
    fake(library, round(share * count / (1 - share)))
    listen(library, oldest_first, 10, random.Random(4))
    before = exposure(library)
    assert before
    report = learn(library)
    refused = states(report)["ranker"] != "promoted"
    assert refused or exposure(library) <= 1.5 * before
    assert refused or report.suspicious >= 5


def test_one_listener_with_a_thousand_likes_does_not_steer_the_others(library: Library) -> None:
    for _ in range(60):
        answer = library.ask("jazz", n=20, listener="loud", exploration=0)
        for pick in answer.picks:
            near = pick.track.title == TARGET or (pick.track.year or 0) > 2000
            library.feedback("loud", pick.track.id, "like" if near else "skip", answer_id=answer.id)
    listen(library, oldest_first, 10, random.Random(4))
    before = exposure(library)
    assert before
    refused = states(learn(library))["ranker"] != "promoted"
    assert refused or exposure(library) <= 1.5 * before
