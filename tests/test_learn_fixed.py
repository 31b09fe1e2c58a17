"""Our own requests: what ships, that nothing learned from what is held out, what is measured by them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from linernotes.embed import NO_MAP, RequestMap
from linernotes.evaluate.search.notes import own_pairs
from linernotes.learn.corpora.rows import read_rows
from linernotes.learn.fixed import OWN_REQUESTS, FixedRequests, read_request, shipped_requests
from linernotes.learn.gate import Measure
from linernotes.library import InUse
from linernotes.library.shipped import shipped_fusion
from linernotes.listener import NO_PRIORS
from linernotes.rank import AdjustedFusion, Adjustment
from own_requests import few_own_requests

CORPORA = Path(__file__).resolve().parents[1] / "corpora"
SHIPPED = InUse(fusion=shipped_fusion(), priors=NO_PRIORS)


def popular_first(weight: float) -> InUse:
    adjustment = Adjustment(
        base=SHIPPED.fusion.name,
        features=("popularity",),
        means=(0.2,),
        deviations=(0.3,),
        weights=(weight,),
    )
    return replace(SHIPPED, fusion=AdjustedFusion(SHIPPED.fusion, adjustment, "popular"))


def mirrored() -> RequestMap:
    """A map that turns every request to its opposite."""
    matrix = -2 * np.eye(384, dtype=np.float32)
    return RequestMap(model="any", mean=np.zeros(384, np.float32), matrix=matrix, name="mirrored")


def means(measure: Measure) -> list[float]:
    return [float(np.mean(one)) for one in (measure.candidate, measure.current, measure.shipped)]


def test_what_ships_is_what_our_corpora_hold() -> None:
    notes = {
        row["id"]: row
        for file in (CORPORA / "liner_notes").rglob("songs*.jsonl")
        for _, row in read_rows(file)
    }
    asked = {
        (row["note_id"], row["query"])
        for file in (CORPORA / "requests").glob("for_notes_*.jsonl")
        for _, row in read_rows(file)
    }
    for _, row in read_rows(OWN_REQUESTS):
        assert row["text"] == notes[row["id"]]["text"]
        assert row["facts"] == notes[row["id"]]["facts"]
        assert (row["id"], row["request"]) in asked


def test_nothing_was_learned_from_what_is_held_out() -> None:
    learned = {pair.request for pair in own_pairs(CORPORA / "liner_notes", CORPORA / "requests")}
    rows = [read_request(at, *row) for at, row in enumerate(read_rows(OWN_REQUESTS), start=1)]
    held = {row.request for row in rows if row.held_out}
    assert len(held) == 157
    assert not held & learned
    assert {row.request for row in rows if not row.held_out} <= learned


def test_what_is_mixed_in_holds_nothing_of_what_is_held_out() -> None:
    old = few_own_requests().old_pairs
    rows = [row for at, (_, row) in enumerate(read_rows(OWN_REQUESTS)) if at % 10 == 0]
    assert old.requests.shape == old.songs.shape == (sum(not row["held_out"] for row in rows), 384)


@pytest.mark.slow
def test_the_package_finds_its_own_songs() -> None:
    ndcg, hit, tail = shipped_requests().measures(SHIPPED, SHIPPED, SHIPPED)
    assert [len(one.candidate) for one in (ndcg, hit, tail)] == [157] * 3
    assert means(ndcg)[0] > 0.95
    assert means(hit)[0] > 0.98
    assert ndcg.candidate == ndcg.current == ndcg.shipped


def test_who_ranks_by_popularity_shows_less_of_the_tail() -> None:
    _, _, tail = few_own_requests().measures(popular_first(3.0), popular_first(0.0), SHIPPED)
    popular, same, shipped = means(tail)
    assert popular < 0.9 * shipped
    assert same == shipped


def test_a_map_that_turns_everything_away_is_noticed() -> None:
    turned, same, shipped = means(few_own_requests().by_meaning(mirrored(), NO_MAP))
    assert turned < 0.5 * shipped
    assert same == shipped > 0.9


def test_without_requests_there_is_nothing_to_measure() -> None:
    assert FixedRequests([]).by_meaning(NO_MAP, NO_MAP).candidate == ()
