"""The order of an answer: what is wished, and what of it the facts can tell."""

from __future__ import annotations

import numpy as np
import pytest

from linernotes.index import IndexedTrack
from linernotes.rank import Arc, Ranking, arc, arc_of
from linernotes.types import FactSheet


@pytest.mark.parametrize(
    ("order", "meant"),
    [
        ("start calm; end loud", Arc(field="energy", shape="rising")),
        ("starting with loud", Arc(field="energy", shape="falling")),
        ("ends quiet", Arc(field="energy", shape="falling")),
        ("slow to fast", Arc(field="tempo_bpm", shape="rising")),
        ("getting faster", Arc(field="tempo_bpm", shape="rising")),
        ("builds up slowly", Arc(field="energy", shape="rising")),
        ("slow down at the end", Arc(field="energy", shape="falling")),
        ("peak in the middle", Arc(field="energy", shape="peak")),
        ("oldest first", Arc(field="year", shape="rising")),
        ("reverse chronological", Arc(field="year", shape="falling")),
        ("shuffled", None),
    ],
)
def test_what_is_said_of_the_order_is_a_number_that_rises_or_falls(order: str, meant: Arc | None) -> None:
    assert arc_of(order) == meant


SHEETS = {
    1: FactSheet(energy=0.9),
    2: FactSheet(energy=0.1),
    3: FactSheet(),
    4: FactSheet(moods=("calm",)),
    5: FactSheet(energy=0.6),
    6: FactSheet(energy=0.0),
}
TRACKS = {
    track_id: IndexedTrack(sheet=sheet, artist_ids=(), song_key="", album_key="", popularity=None)
    for track_id, sheet in SHEETS.items()
}


def ordered(wish: Arc) -> list[int]:
    scores = np.arange(6, 0, -1, dtype=np.float32)
    ranking = Ranking(
        ids=np.arange(1, 7, dtype=np.int64),
        scores=scores,
        verified=np.array([True] * 5 + [False]),
        traces={"relevance": scores},
    )
    return [int(track_id) for track_id in arc(ranking, wish, tracks=TRACKS).ids]


def test_songs_come_in_the_order_of_the_number_the_unknown_after_the_known() -> None:
    assert ordered(Arc(field="energy", shape="rising")) == [2, 4, 5, 1, 3, 6]
    assert ordered(Arc(field="energy", shape="falling")) == [1, 5, 4, 2, 3, 6]


def test_a_peak_rises_and_falls() -> None:
    assert ordered(Arc(field="energy", shape="peak")) == [2, 5, 1, 4, 3, 6]


def test_where_nothing_is_known_the_order_stays() -> None:
    assert ordered(Arc(field="year", shape="rising")) == [1, 2, 3, 4, 5, 6]
