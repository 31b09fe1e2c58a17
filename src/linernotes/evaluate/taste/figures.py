"""The figures of lists: what they find, whom they show, and how far they are from each listener's own mix."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from linernotes.evaluate.metrics import (
    average_popularity,
    coverage,
    gain_interval,
    gini,
    jensen_shannon,
    mean_interval,
    share_of,
    thirds,
)
from linernotes.evaluate.metrics.popularity import THIRDS
from linernotes.evaluate.taste.calibrating import Mixes, mixes_of
from linernotes.evaluate.taste.counts import listeners_by_artist, mean_fame
from linernotes.evaluate.taste.lists import Found, asked, found
from linernotes.evaluate.taste.values import Split
from linernotes.evaluate.values import Gain, Measured, Table
from linernotes.rank.calibrate import TAIL, mix_of
from linernotes.types import Ids, Vector

LISTENERS: Final = dict(zip(THIRDS, ("niche", "middle", "mainstream"), strict=True))
"""What the thirds of listeners are called, by how many listeners their artists have on the mean."""
_SHORT_HEAD: Final = 0.2
"""The most popular artists that are not the long tail of APLT (Kowald, Schedl and Lex, ECIR 2020)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What lists of a split are held against, all of it from what is known."""

    split: Split
    listeners_by_artist: Vector
    long_tail: NDArray[np.bool_]
    mixes: Mixes
    thirds: Sequence[str]


def scene_of(split: Split) -> Scene:
    """See Scene; the thirds are of those who are asked."""
    popularity = listeners_by_artist(split.known.played)
    head = np.argsort(-popularity, kind="stable")[: int(_SHORT_HEAD * len(popularity))]
    long_tail = np.ones(len(popularity), dtype=bool)
    long_tail[head] = False
    fame = mean_fame(split.known.played, popularity)[asked(split)]
    return Scene(
        split=split,
        listeners_by_artist=popularity,
        long_tail=long_tail,
        mixes=mixes_of(split.known),
        thirds=[LISTENERS[third] for third in thirds(fame.tolist())],
    )


def measure(name: str, lists: Ids, scene: Scene) -> Table:
    """The figures of one system's lists for those who are asked, for all and for each third of them."""
    finds = found(lists, scene.split)
    everyone = np.ones(len(lists), dtype=bool)
    parts = {name: everyone, **{f"{name}: {third}": of for third, of in _by_third(scene).items()}}
    return {group: _measured(lists, finds, scene, own) for group, own in parts.items()}


def _by_third(scene: Scene) -> Mapping[str, NDArray[np.bool_]]:
    labels = np.array(scene.thirds)
    return {third: labels == third for third in LISTENERS.values() if (labels == third).any()}


def _measured(lists: Ids, finds: Found, scene: Scene, own: NDArray[np.bool_]) -> Measured:
    shown, artists = lists[own], len(scene.listeners_by_artist)
    wanted = scene.mixes.mixes[asked(scene.split)][own]
    mixes = np.stack([mix_of(groups) for groups in scene.mixes.groups[shown]])
    intervals = {
        "ndcg_at_20": mean_interval(finds.ndcg[own].tolist()),
        "recall_at_20": mean_interval(finds.recall[own].tolist()),
    }
    return Measured(
        figures={
            "n": int(own.sum()),
            **{measure: interval.mean for measure, interval in intervals.items()},
            "miscalibration": float(jensen_shannon(mixes, wanted).mean()),
            "tail_share": share_of(shown, scene.mixes.groups == TAIL),
            "aplt": share_of(shown, scene.long_tail),
            "arp": average_popularity(shown, scene.listeners_by_artist),
            "coverage": coverage(shown, artists),
            "gini": gini(shown, artists),
        },
        intervals={measure: (one.low, one.high) for measure, one in intervals.items()},
    )


def gains(name: str, system: str, ours: Ids, rivals: Mapping[str, Ids], scene: Scene) -> Iterator[Gain]:
    """What a system's lists find more than each rival's, listener by listener, for all and for each third."""
    own = found(ours, scene.split).ndcg
    for rival, lists in rivals.items():
        more = own - found(lists, scene.split).ndcg
        yield gain(name, system, rival, more)
        for third, of in _by_third(scene).items():
            yield gain(f"{name}: {third}", system, rival, more[of])


def gain(
    task: str, system: str, rival: str, more: NDArray[np.float64], *, measure: str = "ndcg_at_20"
) -> Gain:
    """The mean of paired differences, with its interval."""
    interval = gain_interval(more.tolist())
    return Gain(
        task=task,
        system=system,
        rival=rival,
        measure=measure,
        mean=interval.mean,
        low=interval.low,
        high=interval.high,
    )
