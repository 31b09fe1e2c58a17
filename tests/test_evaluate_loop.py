"""The suite ``loop``: months of few events, models that follow them, the gate, and a whole run."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from typer.testing import CliRunner

from linernotes.errors import InputError
from linernotes.evaluate.loop import practice, suite
from linernotes.evaluate.loop.data import Events, events_of, month_name, month_number, read_events
from linernotes.evaluate.loop.figures import Finds, by_listener, trend
from linernotes.evaluate.loop.gate import Verdict, held_out, judge
from linernotes.evaluate.loop.inverse import inverse_of, renewed, sums_within
from linernotes.evaluate.loop.models import Settings, fit, taught
from linernotes.evaluate.loop.months import known_at, profiles_at, split_at, without
from linernotes.evaluate.loop.systems import FRESH, FROZEN, FULL, LOOP, Plan, replay
from linernotes.evaluate.taste.data import FOLDER
from linernotes.serve.cli import app

JANUARY = month_number(2010, 1)
WEIGHTS = {"als": 1.0, "ease": 1.0, "company": 1.0, "trend": 0.2}
SMALL = Settings(factors=4, regularization=1.0, alpha=5.0, strength=5.0, damping=1.0)


def events(*rows: Sequence[int]) -> Events:
    """Listener, artist, tag and months after January 2010."""
    return events_of(np.array([(*row[:3], JANUARY + row[3]) for row in rows], dtype=np.int64))


# --- events and months


def test_only_the_first_tag_of_a_listener_for_an_artist_counts() -> None:
    told = events((0, 1, 5, 2), (0, 1, 6, 1), (0, 1, 7, 1), (1, 0, 5, 0))
    assert told.firsts.tolist() == [[0, 1, JANUARY + 1], [1, 0, JANUARY]]
    assert (told.listeners, told.artists, len(told.taggings)) == (2, 2, 4)
    assert events_of(np.zeros((0, 4), dtype=np.int64)).firsts.shape == (0, 3)


def test_nothing_of_a_month_is_known_at_its_start() -> None:
    told = events((0, 0, 3, -13), (0, 1, 3, -1), (0, 2, 4, 0), (1, 2, 4, 1))
    known = known_at(told, JANUARY)
    assert known.played.toarray().tolist() == [[1, 1, 0], [0, 0, 0]]
    assert known.taggings.tolist() == [[0, 0, 3], [0, 1, 3]]
    assert known.recent.tolist() == [0, 1, 0]
    assert profiles_at(told, JANUARY).toarray()[0].tolist() == pytest.approx([0.5, 1, 0])


def test_who_is_asked_has_enough_artists_and_something_new() -> None:
    told = events((0, 0, 0, -1), (0, 1, 0, -1), (0, 2, 0, 0), (1, 0, 0, -1), (1, 1, 0, 0), (2, 0, 0, -1))
    assert split_at(told, JANUARY, least=2).right.toarray().tolist() == [[0, 0, 1], [0, 0, 0], [0, 0, 0]]


def test_what_is_held_out_of_a_month_is_neither_known_nor_tagged() -> None:
    told = without(events((0, 0, 0, -1), (0, 1, 0, 0), (1, 1, 0, 0)), JANUARY, np.array([0]))
    assert told.firsts[:, :2].tolist() == [[0, 0], [1, 1]]
    assert told.taggings[:, :2].tolist() == [[0, 0], [1, 1]]


def test_months_have_names() -> None:
    assert [month_name(JANUARY + more) for more in (-1, 0, 8)] == ["2009-12", "2010-01", "2010-09"]


# --- models

OLD = csr_matrix(
    np.array([[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1], [1, 0, 0, 1], [0] * 4], dtype=np.float32)
)


@pytest.mark.parametrize("rows", [(), (1,), (4, 1), (0, 1, 2, 3, 4)])
def test_an_inverse_that_follows_is_the_one_made_anew(rows: Sequence[int]) -> None:
    new = OLD.toarray()
    new[list(rows), :2] = 1
    new[list(rows), 3] = 1
    followed = renewed(inverse_of(OLD, 2.0), OLD, csr_matrix(new), 2.0)
    assert followed == pytest.approx(inverse_of(csr_matrix(new), 2.0))


def test_sums_within_artists_are_those_of_the_matrix_product() -> None:
    inverse = inverse_of(OLD, 2.0)
    rows = OLD.toarray()
    assert sums_within(OLD, inverse) == pytest.approx(np.diag(rows.T @ inverse @ rows))


def scene_events(*, months: int = 4) -> Events:
    """Two scenes of 30 artists; 24 listeners who find eight of theirs by January 2010, then two a month.

    The artists of a scene are found in about the same order by all its listeners.
    """
    random = np.random.default_rng(0)
    rows = []
    for listener in range(24):
        scene = listener % 2
        order = np.argsort(np.arange(30) + random.normal(scale=4, size=30))
        for place, artist in enumerate(order[: 8 + 2 * months].tolist()):
            rows.append(
                (listener, 30 * scene + artist, scene, min((place - 8) // 2, months) if place >= 8 else -1)
            )
    return events(*rows)


def test_ease_is_what_its_formula_says() -> None:
    told = scene_events()
    models = fit(known_at(told, JANUARY), SMALL, seed=0)
    rows = models.known.toarray().astype(np.float64)
    inverse = np.linalg.inv(rows.T @ rows + SMALL.strength * np.eye(told.artists))
    weights = np.eye(told.artists) - inverse / np.diag(inverse)
    assert models.signals(models.known)["ease"] == pytest.approx(rows @ weights, abs=1e-4)


def test_models_that_were_taught_know_what_those_fitted_anew_know() -> None:
    told = scene_events()
    former = fit(known_at(told, JANUARY), SMALL, seed=0)
    kept = former.als.item_factors.copy()
    later = known_at(told, JANUARY + 1)
    ours, anew = taught(former, later), fit(later, SMALL, seed=0)
    profiles = profiles_at(told, JANUARY + 1)
    for name, scores in anew.signals(profiles).items():
        if name != "als":
            assert ours.signals(profiles)[name] == pytest.approx(scores, abs=1e-4)
    both = ours.signals(profiles)["als"].ravel(), anew.signals(profiles)["als"].ravel()
    assert np.corrcoef(*both)[0, 1] > 0.95
    assert (former.als.item_factors == kept).all()


def test_strangers_are_given_what_most_know() -> None:
    models = fit(known_at(scene_events(), JANUARY), SMALL, seed=0)
    told = models.signals(csr_matrix((1, models.known.shape[1]), dtype=np.float32))
    popular = models.known.sum(axis=0)
    assert all((told[name] == popular).all() for name in ("als", "ease", "company"))


# --- the gate, and months in turn


def test_a_candidate_that_only_equals_the_current_models_stays_outside() -> None:
    assert not Verdict(listeners=3, current=0.5, candidate=0.5).rises
    assert Verdict(listeners=3, current=0.5, candidate=0.6).rises


def test_another_part_of_the_listeners_is_held_out_each_month() -> None:
    told = scene_events()
    parts = [held_out(told, JANUARY + month).tolist() for month in range(4)]
    assert [sorted(parts[month] + parts[month + 1]) for month in range(3)] == [list(range(24))] * 3


def test_nobody_to_ask_is_no_rise() -> None:
    told = scene_events()
    models = fit(known_at(told, JANUARY), SMALL, seed=0)
    verdict = judge(models, models, told, JANUARY + 40, WEIGHTS)
    assert (verdict.listeners, verdict.rises) == (0, False)
    assert judge(models, models, told, JANUARY, WEIGHTS).listeners == 12


def test_all_systems_begin_with_the_same_lists_and_the_frozen_ones_stay() -> None:
    told, plan = scene_events(), Plan(settings=SMALL, weights=WEIGHTS, seed=0)
    first, second, *_ = replay(told, range(JANUARY, JANUARY + 3), plan)
    assert all(
        (own == first.lists[LOOP]).all() for own in (first.lists[name] for name in (FROZEN, FRESH, FULL))
    )
    assert first.turn is None
    assert second.turn is not None
    assert second.turn.training_cpu_s > 0
    assert (second.models is second.turn.candidate) is second.turn.verdict.rises
    assert not (second.lists[FRESH] == second.lists[FROZEN]).all()
    known = second.split.known.played.toarray()
    assert all(not known[row, own].any() for row, own in enumerate(second.lists[FROZEN]))


# --- figures


def finds(listeners: Sequence[int], months: Sequence[int], tail: Sequence[float]) -> Finds:
    values = np.array(tail, dtype=np.float64)
    return Finds(
        listeners=np.array(listeners),
        months=np.array(months),
        ndcg_at_20=values,
        recall_at_20=values,
        tail_share=values,
    )


def test_a_listeners_months_are_put_together_and_the_mean_stays() -> None:
    own = finds([3, 3, 8], [0, 1, 0], [0.2, 0.4, 0.9])
    assert by_listener(own, own.ndcg_at_20) == pytest.approx([0.6 * 2 / 3, 0.9 * 2 / 3])


def test_a_trend_is_the_rise_a_month() -> None:
    rising = trend(finds([0, 1] * 3, [5, 5, 6, 6, 7, 7], [0.1, 0.1, 0.2, 0.2, 0.3, 0.3]), "tail_share")
    assert (rising.mean, rising.low, rising.high) == pytest.approx((0.1, 0.1, 0.1))


# --- the data, and a whole run


def write(folder: Path, rows: Sequence[Sequence[object]]) -> None:
    path = folder / FOLDER / "tag_events.csv.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["user_id", "year", "month", "artist_id", "tag_id"], *rows])


def test_data_that_is_missing_or_malformed_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="tag_events"):
        read_events(tmp_path)
    write(tmp_path, [[20, 2009, 13, 51, 900]])
    with pytest.raises(InputError, match="month 13 should be 1 to 12"):
        read_events(tmp_path)


def test_a_run_tells_of_all_systems_and_bars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(practice, "GRID", (SMALL,))
    monkeypatch.setattr(practice, "PRACTICE", (JANUARY,))
    monkeypatch.setattr(suite, "TESTED", (JANUARY + 1, JANUARY + 2, JANUARY + 3))
    taggings = scene_events().taggings
    write(tmp_path, [[row[0], row[3] // 12, row[3] % 12 + 1, row[1], row[2]] for row in taggings.tolist()])
    report = tmp_path / "loop.md"
    command = ["evaluate", "loop", "--data", str(tmp_path), "--json", "--report", str(report)]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["metrics"]["loop"]["loop"]["n"] == 72
    assert {FROZEN, FRESH, FULL} < set(told["baselines"])
    assert told["plots"][0]["steps"] == ["2010-02", "2010-03", "2010-04"]
    assert sum(one["holds"] is not None for one in told["bars"]) == 7
    text = report.read_text("utf-8")
    assert "xychart-beta\n" in text
    assert "| loop |" in text


def test_the_public_data_has_its_events(shared_dir: Path) -> None:
    read = read_events(shared_dir)
    assert (read.listeners, read.artists, len(read.firsts)) == (1385, 10_828, 49_657)
