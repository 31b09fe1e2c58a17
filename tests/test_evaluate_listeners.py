"""The suite ``listeners``: what attentive and deaf libraries score, the calls it makes, what it prints."""

from __future__ import annotations

import itertools
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from typer.testing import CliRunner

import linernotes.evaluate.listeners.suite
from linernotes.config import Settings
from linernotes.evaluate.bars import (
    bar_rows,
    baselines_of,
    count_bar,
    median_bar,
    metrics_of,
    ratio_bar,
    share_bar,
)
from linernotes.evaluate.listeners.asking import FOR_ME, LibraryAsking, OwnWord, Reply
from linernotes.evaluate.listeners.catalogue import library_of, rows_by_track
from linernotes.evaluate.listeners.contexts import measure_contexts
from linernotes.evaluate.listeners.drift import measure_drift
from linernotes.evaluate.listeners.mainstream import measure_mainstream
from linernotes.evaluate.listeners.own_words import measure_own_words
from linernotes.evaluate.listeners.said import measure_said
from linernotes.evaluate.listeners.serving import nearest_to_mean, served, space_of
from linernotes.evaluate.listeners.suite import measure_listeners
from linernotes.evaluate.listeners.two_tastes import measure_two_tastes
from linernotes.evaluate.listeners.verdicts import judge, measure_verdicts, unwanted
from linernotes.evaluate.listeners.world import World, ndcg, new_ones, reached_at
from linernotes.evaluate.report import as_json, as_markdown
from linernotes.evaluate.simulated.meanings import MOST, fit
from linernotes.evaluate.simulated.reactions import Reaction
from linernotes.evaluate.simulated.songs import COLUMNS, TABLE, Songs, songs_of
from linernotes.evaluate.simulated.tastes import SIDES, SUBGENRES
from linernotes.evaluate.values import Bar, SuiteResult
from linernotes.library import Library
from linernotes.serve.cli import app
from linernotes.store import Store
from linernotes.types import EventKind

NOW = datetime.now(UTC)


def made_up(count: int = 1200) -> Songs:
    """Songs whose numbers are drawn, some of each subgenre."""
    rng = np.random.default_rng(0)
    kinds = [(genre, own) for genre, subgenres in SUBGENRES.items() for own in subgenres]
    return songs_of([_row(number, *kinds[number % len(kinds)], rng) for number in range(count)])


def _row(number: int, genre: str, subgenre: str, rng: np.random.Generator) -> dict[str, Any]:
    drawn = dict(zip(COLUMNS, rng.random(len(COLUMNS)).tolist(), strict=True))
    return {
        "track_id": f"s{number}",
        "title": f"Song {number}",
        "artists": [f"Artist {number // 3}"],
        "album": f"Album {number // 3}",
        "release_date": "2001-02-03",
        "duration_ms": 200_000 + number,
        "key": 9,
        "mode": 0,
        "playlist_genres": [genre],
        "playlist_subgenres": [subgenre],
        **drawn,
        "tempo": 60.0 + 120.0 * drawn["tempo"],
        "popularity": round(100 * drawn["popularity"]),
    }


SONGS = made_up()
SPACE = space_of(SONGS)


class Deaf:
    """Answers everybody with all songs in the order of the table, whatever was said or done."""

    def __init__(self) -> None:
        self.calls: list[tuple[object, ...]] = []

    def ask(
        self,
        listener: str,
        text: str,
        n: int,
        *,
        activity: str | None = None,
        without: Collection[int] = (),
    ) -> Reply:
        self.calls.append(("ask", listener, text, activity))
        rows = [row for row in self.order(listener, text, activity) if row not in without]
        return Reply(rows=tuple(rows[:n]), answer_id=len(self.calls))

    def order(self, listener: str, text: str, activity: str | None) -> Sequence[int]:
        return range(len(SONGS))

    def tell(
        self,
        listener: str,
        row: int,
        kind: EventKind,
        *,
        reason: str | None = None,
        reply: Reply | None = None,
    ) -> None:
        self.calls.append(("tell", listener, row, kind, reason))

    def react(self, listener: str, reactions: Iterable[Reaction], reply: Reply) -> None:
        self.calls.extend(("tell", listener, one.row, one.kind, None) for one in reactions)

    def like_at(self, listener: str, moments: Mapping[int, datetime]) -> None:
        self.calls.extend(("tell", listener, row, "like", moment) for row, moment in moments.items())

    def say(self, listener: str, text: str) -> None:
        self.calls.append(("say", listener, text))

    def own_words(self, listener: str) -> Sequence[OwnWord]:
        return ()

    def told(self, listener: str) -> Iterator[tuple[int, str, object]]:
        """Rows with what was done with them, and why or when."""
        for call in self.calls:
            if call[:2] == ("tell", listener):
                yield cast("int", call[2]), cast("str", call[3]), call[4]


class Attentive(Deaf):
    """Knows every listener as well as their likes and words allow."""

    def order(self, listener: str, text: str, activity: str | None) -> Sequence[int]:
        where = activity or next((one for one in ("running", "studying") if one in text), None)
        ranked = self._ranked(listener, where or text, text)
        gone = self._gone(listener)
        return [row for row in ranked if row not in gone]

    def own_words(self, listener: str) -> Sequence[OwnWord]:
        word = next(
            one for call in self.calls if call[:2] == ("ask", listener) for one in MOST if one in str(call[2])
        )
        kinds = [[row for row, kind, _ in self.told(listener) if kind == one] for one in ("like", "skip")]
        return [
            OwnWord(word=word, column=name, shift=float(column[kinds[0]].mean() - column[kinds[1]].mean()))
            for name, column in SONGS.standard.items()
            if all(kinds)
        ]

    def _ranked(self, listener: str, where: str, text: str) -> Sequence[int]:
        said = [str(call[2]) for call in self.calls if call[:2] == ("say", listener)]
        if said:
            return self._by_words(said[-1])
        if any(word in text for word in MOST):
            return self._by_meaning(listener, next(word for word in MOST if word in text))
        if reasons := [why for _, _, why in self.told(listener) if why == "too-mainstream"]:
            assert len(reasons) == 3
            return [int(row) for row in np.argsort(SONGS.standard["popularity"])]
        return self._near_likes(self._likes(listener, where))

    def _likes(self, listener: str, where: str) -> list[int]:
        """Likes after the last request for the situation, newest first."""
        at, found = "", []
        for call in self.calls:
            if call[:2] == ("ask", listener):
                at = next((one for one in ("running", "studying") if one in f"{call[2]} {call[3]}"), "")
            if call[:2] == ("tell", listener) and call[3] == "like":
                found.append((at if where == "running" else "", call[2], at))
        own = [cast("int", row) for _, row, at in found if (at == "running") == (where == "running")]
        return (own or [cast("int", row) for _, row, _ in found])[::-1][:12]

    @staticmethod
    def _near_likes(liked: Sequence[int]) -> list[int]:
        """The neighbours of each liked song by turns, the songs themselves at the end."""
        if not liked:
            return list(range(len(SONGS)))
        near = [nearest_to_mean(SPACE, [row]) for row in liked]
        mixed = itertools.chain.from_iterable(zip(*near, strict=True))
        return list(dict.fromkeys([*mixed, *range(len(SONGS))]))

    @staticmethod
    def _by_words(said: str) -> list[int]:
        genre = next(one for own in SUBGENRES.values() for one in own if one in said)
        side = next(one for one in SIDES.values() if any(words in said for words in one.words))
        sound = sum(sign * SONGS.standard[name] for name, sign in side.directions.items())
        return [int(row) for row in np.argsort(-(sound + 10 * SONGS.of_genre(genre)))]

    def _by_meaning(self, listener: str, word: str) -> list[int]:
        middle = dict(MOST[word])
        if any(self.told(listener)):
            for own in self.own_words(listener):
                middle[own.column] = middle.get(own.column, 0.0) + own.shift
        return [int(row) for row in np.argsort(-fit(middle, SONGS), kind="stable")]

    def _gone(self, listener: str) -> set[int]:
        gone = {row for row, kind, _ in self.told(listener) if kind == "dislike"}
        artists = {SONGS.artist(row) for row, _, why in self.told(listener) if why == "not-this-artist"}
        return gone | {row for row in range(len(SONGS)) if SONGS.artist(row) in artists}


def world(asking: Deaf, people: int = 8) -> World:
    return World(songs=SONGS, asking=asking, seed=0, people=people)


# --- what deaf and attentive libraries score


def test_two_tastes_are_served_by_who_listens_to_each() -> None:
    attentive, likes = measure_two_tastes(world(Attentive()))
    assert attentive.holds
    assert attentive.rival == "one centroid"
    assert attentive.rival_value is not None
    assert attentive.value is not None
    assert attentive.value > attentive.rival_value
    assert likes.value is not None
    assert likes.value <= 12
    deaf, never = measure_two_tastes(world(Deaf()))
    assert (deaf.value, deaf.holds, never.value, never.holds) == (0.0, False, None, False)


def test_what_is_said_is_followed_by_who_reads_it() -> None:
    assert [bar.holds for bar in measure_said(world(Attentive()))] == [True, True]
    assert [bar.holds for bar in measure_said(world(Deaf()))] == [False, False]


def test_own_words_are_learned_by_who_compares_likes_and_skips() -> None:
    sign, greatest, reactions, gain = measure_own_words(world(Attentive(), people=20))
    assert sign.holds
    assert gain.ratio is not None
    assert gain.ratio > 1.0
    assert reactions.value in (5.0, 10.0, 15.0)
    assert greatest.bar == ""
    sign, _, reactions, gain = measure_own_words(world(Deaf()))
    assert (sign.value, reactions.value, gain.ratio) == (0.0, None, 1.0)


def test_a_situation_is_learned_without_touching_another() -> None:
    here, elsewhere = measure_contexts(world(Attentive()))
    assert (here.holds, elsewhere.holds) == (True, True)
    here, elsewhere = measure_contexts(world(Deaf()))
    assert (here.holds, elsewhere.holds) == (False, True)


def test_half_of_the_listeners_say_their_situation_in_words() -> None:
    asking = Deaf()
    measure_contexts(world(asking, people=2))
    said = {call[2:] for call in asking.calls if call[:2] == ("ask", "contexts 0")}
    beside = {call[2:] for call in asking.calls if call[:2] == ("ask", "contexts 1")}
    assert said == {("songs for running", None), ("songs for studying", None)}
    assert beside == {(FOR_ME, "running"), (FOR_ME, "studying")}


def test_who_looks_at_late_likes_follows_a_drift() -> None:
    share, likes = measure_drift(world(Attentive(), people=4))
    assert share.holds
    assert likes.value is not None
    assert 1 < likes.value <= 10
    assert measure_drift(world(Deaf(), people=2))[1].value is None


def test_old_likes_lie_long_back_and_new_ones_a_day_apart() -> None:
    asking = Deaf()
    measure_drift(world(asking, people=1))
    moments = [cast("datetime", when) for _, _, when in asking.told("drift 0")]
    ages = [(moments[-1] - moment).days for moment in moments]
    assert len(ages) == 40
    assert (ages[0], ages[29], ages[30]) == (400, 60, 9)
    assert ages == sorted(ages, reverse=True)


def test_disliked_songs_and_artists_that_come_back_are_counted() -> None:
    gain, back = measure_verdicts(world(Attentive()))
    assert (back.value, back.holds) == (0.0, True)
    assert gain.n == 8
    _, back = measure_verdicts(world(Deaf()))
    assert back.value is not None
    assert back.value >= 8 * 3 * 3
    assert not back.holds


def test_too_mainstream_is_heard_or_not() -> None:
    (heard,) = measure_mainstream(world(Attentive()))
    assert heard.holds
    (unheard,) = measure_mainstream(world(Deaf()))
    assert (unheard.ratio, unheard.holds) == (1.0, False)


def test_the_same_seed_gives_the_same_figures() -> None:
    first, again = (measure_own_words(world(Attentive(), people=3)) for _ in range(2))
    assert first == again
    other = measure_own_words(replace(world(Attentive(), people=3), seed=1))
    assert other != first


# --- how it is measured


def test_known_songs_neither_gain_nor_are_missed() -> None:
    pleasures = np.array([1.0, 0.2, 0.8, 0.1])
    assert ndcg([0, 2, 1], pleasures, 2, known=[0]) == 1.0
    assert ndcg([2, 0], pleasures, 2) < 1.0
    assert new_ones([3, 1, 2], [1]) == [3, 2]


def test_something_is_reached_where_it_holds_for_good() -> None:
    assert reached_at([True, False, True, True], [2, 4, 6, 8]) == 6.0
    assert reached_at([True, True], [5, 10]) == 5.0
    assert reached_at([True, False], [5, 10]) == reached_at([], []) == np.inf


def test_a_song_serves_the_taste_that_it_pleases_more() -> None:
    one = np.concatenate([np.linspace(0.9, 1.0, 20), np.zeros(380)])
    other = one[::-1].copy()
    half = served([*range(10), *range(390, 400)], one, other)
    assert (half.one, half.other) == (0.5, 0.5)
    short = served([0, 200], one, other)
    assert (short.one, short.other) == (0.05, 0.0)


def test_no_artist_of_a_liked_song_is_sent_away() -> None:
    pleasures = np.linspace(1.0, 0.0, len(SONGS))
    verdicts = judge(list(range(0, 1200, 60)), pleasures, SONGS, np.random.default_rng(0))
    assert len(verdicts.liked) == len(verdicts.skipped) + len(verdicts.disliked) == 5
    assert max(verdicts.liked) < min(verdicts.disliked)
    assert verdicts.sent_away in verdicts.disliked
    gone = unwanted(verdicts, SONGS)
    assert {verdicts.sent_away, *verdicts.disliked} < gone
    assert len(gone) == 3 + 2
    friends = judge([0, 1, 2], pleasures, SONGS, np.random.default_rng(0))
    assert (friends.disliked, friends.sent_away) == ((), None)


# --- bars


def bars() -> list[Bar]:
    return [
        share_bar("shares", [True, False], least=0.5, rivals=[False, False], rival="chance"),
        ratio_bar("ratios", [0.3, 0.5], [0.2, 0.2], rival="popularity", least=1.3),
        median_bar("medians", [2.0, np.inf, np.inf], most=12),
        count_bar("counts", 1, n=300),
    ]


def test_bars_are_told_with_what_stands_beside_them() -> None:
    result = suite_result(bars())
    rows = bar_rows(result)
    assert [row[0] for row in rows] == ["shares", "ratios", "medians", "counts"]
    assert rows[0][2] == "0.500"
    assert rows[0][4] == "chance 0"
    assert rows[1][4:] == ("popularity 0.200", "2.00 (1.50 to 2.50)", "ratio >= 1.30", "yes")
    assert rows[2][2] == "never"
    assert rows[2][6:] == ("<= 12", "no")
    assert rows[3][1:3] == ("300", "1")


def test_bars_stand_in_json_and_markdown() -> None:
    result = suite_result(bars())
    told = cast("dict[str, Any]", json.loads(json.dumps(as_json(result))))
    assert [one["holds"] for one in told["bars"]] == [True, True, False, False]
    assert told["bars"][1]["ratio_interval"] == [1.5, 2.5]
    assert told["metrics"]["library"]["shares"]["value"] == 0.5
    assert told["baselines"]["popularity"]["ratios"]["value"] == 0.2
    lines = as_markdown(result, command="linernotes evaluate listeners").splitlines()
    heads = next(at for at, line in enumerate(lines) if line.startswith("| measure |"))
    assert len({line.count("|") for line in lines[heads : heads + 6]}) == 1
    assert not any(line.startswith("##") for line in lines)


def suite_result(found: Sequence[Bar]) -> SuiteResult:
    return SuiteResult(
        suite="listeners",
        data="here",
        n=8,
        metrics={"library": metrics_of(found)},
        baselines=baselines_of(found),
        seconds=1.0,
        bars=tuple(found),
    )


# --- with a library


FEW = made_up(24)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a library of a few made-up songs, which has no model weights."""
    home = tmp_path_factory.mktemp("listeners")
    return library_of(FEW, settings_in(home), home / "cache")


def settings_in(home: Path) -> Settings:
    return Settings(library_dir=home / "own", models_dir=home / "no models", editors="off")


def test_the_library_is_made_once_and_knows_the_raw_columns(folder: Path) -> None:
    home = folder.parents[2]
    assert library_of(FEW, settings_in(home), home / "cache") == folder
    with Library(replace(settings_in(home), library_dir=folder)) as library:
        assert sorted(rows_by_track(FEW, library).values()) == list(range(24))
        facts = {fact.name: fact.value for fact in library.show_song("Song 3").facts}
    assert facts["energy"] == pytest.approx(FEW.rows[3]["energy"], abs=1e-4)
    assert facts["tempo_bpm"] == pytest.approx(FEW.rows[3]["tempo"], abs=0.1)
    assert facts["year"] == 2001
    assert facts["key"] == "A minor"


@dataclass(frozen=True)
class Page:
    words: tuple[Any, ...]


@dataclass(frozen=True)
class Word:
    word: str
    field: str
    shift: float


def test_rows_are_asked_for_and_reacted_to_by_their_tracks(folder: Path, tmp_path: Path) -> None:
    settings = replace(settings_in(tmp_path), library_dir=folder)
    with Library(settings) as library, Store.open(folder / "library.db") as store:
        row_by_track = rows_by_track(FEW, library)
        asking = LibraryAsking(library, row_by_track)
        reply = asking.ask("sim 1", "trap songs", 3, without=[0, 1])
        assert len(reply.rows) == 3
        assert {0, 1}.isdisjoint(reply.rows)
        asking.tell("sim 1", reply.rows[0], "dislike", reason="not-this-artist", reply=reply)
        asking.react("sim 1", [Reaction(row=reply.rows[1], kind="skip", value=0.2)], reply)
        asking.like_at("sim 1", {5: NOW - timedelta(days=100)})
        events = store.listeners.events("sim 1")
    assert [(one.kind, row_by_track[one.track_id]) for one in events] == [
        ("skip", reply.rows[1]),
        ("dislike", reply.rows[0]),
        ("like", 5),
    ]
    assert [one.answer_id for one in events] == [reply.answer_id, reply.answer_id, None]
    assert (events[0].value, events[1].reason, (NOW - events[2].at).days) == (0.2, "not-this-artist", 100)


def test_what_is_said_and_learned_passes_through_the_library() -> None:
    class Personal:
        said: tuple[str, str] | None = None

        def say(self, listener: str, text: str) -> None:
            self.said = (listener, text)

        def profile(self, listener: str) -> Page:
            return Page(words=(Word("chill", "tempo_bpm", 1.2), Word("chill", "energy", -0.4)))

    library = Personal()
    asking = LibraryAsking(cast("Library", library), {})
    asking.say("sim 1", "I like calm songs")
    assert library.said == ("sim 1", "I like calm songs")
    assert asking.own_words("sim 1") == [
        OwnWord(word="chill", column="tempo", shift=1.2),
        OwnWord(word="chill", column="energy", shift=-0.4),
    ]


def write_data(home: Path) -> Path:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = home / "data" / TABLE
    path.parent.mkdir(parents=True)
    parquet.write_table(pa.Table.from_pylist(list(made_up(60).rows)), path)
    return home / "data"


def test_a_copy_is_asked_so_that_nothing_stays(tmp_path: Path) -> None:
    data, settings = write_data(tmp_path), settings_in(tmp_path)
    names: list[str] = []
    result = measure_listeners(
        settings,
        data,
        tmp_path / "cache",
        started=0.0,
        people=2,
        measures={"mainstream": measure_mainstream},
        on_progress=lambda one: names.append(one.stage),
    )
    assert [one.n for one in result.bars] == [2]
    assert "mainstream" in names
    (kept,) = (tmp_path / "cache").glob("listeners-*/library/library.db")
    with Store.open(kept) as store:
        assert store.listeners.names() == ()


def test_the_command_prints_bars_and_writes_a_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def measure(*args: object, **keywords: object) -> SuiteResult:
        return suite_result(bars())

    monkeypatch.setattr(linernotes.evaluate.listeners.suite, "measure_listeners", measure)
    report = tmp_path / "report.md"
    command = ["evaluate", "listeners", "--data", str(tmp_path), "--report", str(report)]
    printed = CliRunner().invoke(app, command, env={"COLUMNS": "200"})
    assert printed.exit_code == 0, printed.output
    lines = printed.stdout.splitlines()
    assert lines[0].split()[:3] == ["measure", "n", "value"]
    assert any(line.startswith("ratios ") and line.endswith(" yes") for line in lines)
    assert "| ratios |" in report.read_text("utf-8")


def test_preparing_only_makes_the_library(tmp_path: Path) -> None:
    data = write_data(tmp_path)
    where = ["--data", str(data), "--cache", str(tmp_path / "cache"), "--prepare"]
    env = {"LINERNOTES_MODELS_DIR": str(tmp_path / "no models"), "LINERNOTES_CONFIG": str(tmp_path / "none")}
    done = CliRunner().invoke(app, ["evaluate", "listeners", *where], env=env)
    assert done.exit_code == 0, done.output
    assert len(list((tmp_path / "cache").glob("listeners-*/library/library.db"))) == 1


def test_data_that_is_missing_is_named(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["evaluate", "listeners", "--data", str(tmp_path)])
    assert done.exit_code == 2
    assert "spotify_songs" in done.output
