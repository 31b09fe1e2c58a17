"""How well systems find songs: means over dialogues, with intervals, and what one gains on another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from linernotes.evaluate.metrics import (
    Interval,
    gain_interval,
    hit_at,
    mean_interval,
    ndcg_at,
    recall_at,
    reciprocal_rank,
)
from linernotes.evaluate.search.values import Query, Task
from linernotes.evaluate.values import Measured, Table
from linernotes.learn.ranker import Found
from linernotes.rank import Fusion, relevance

DEPTH = 100
"""Songs of a ranking that are looked at."""

MEASURES: Mapping[str, Callable[[Sequence[int], int], float]] = {
    "hit_at_1": lambda places, _: hit_at(places, 1),
    "hit_at_10": lambda places, _: hit_at(places, 10),
    "hit_at_20": lambda places, _: hit_at(places, 20),
    "hit_at_100": lambda places, _: hit_at(places, 100),
    "recall_at_100": lambda places, right: recall_at(places, right, 100),
    "mrr": lambda places, _: reciprocal_rank(places),
    "ndcg_at_10": lambda places, right: ndcg_at(places, right, 10),
}
"""Each of the places of the right songs, from 1, and of how many are right."""


def songs_of(task: Task, query: Query, ranking: Sequence[int]) -> list[str]:
    """The first songs of a ranking, each once, without those known from before and those to be ignored."""
    known = {task.items[row].song for row in (*query.liked, *query.disliked)} | query.ignored
    songs = dict.fromkeys(task.items[row].song for row in ranking)
    return [song for song in songs if song not in known][:DEPTH]


def places_of(songs: Sequence[str], gold: frozenset[str]) -> list[int]:
    """Where the right songs stand, from 1."""
    return [place for place, song in enumerate(songs, start=1) if song in gold]


def returned(task: Task, query: Query, ranking: Sequence[int]) -> float:
    """1 if a song that was disliked before is among the first 100, else 0."""
    disliked = {task.items[row].song for row in query.disliked}
    first = dict.fromkeys(task.items[row].song for row in ranking)
    return float(any(song in disliked for song in list(first)[:DEPTH]))


def measure_rankings(task: Task, queries: Sequence[Query], rankings: Sequence[Sequence[int]]) -> Table:
    """The figures of one system on all queries and on each of their groups."""
    values = values_of(task, queries, rankings)
    table = {task.name: _measured(queries, values, range(len(queries)))}
    for group in sorted({group for query in queries for group in query.groups}):
        places = [at for at, query in enumerate(queries) if group in query.groups]
        table[f"{task.name}: {group}"] = _measured(queries, values, places)
    return table


def values_of(
    task: Task, queries: Sequence[Query], rankings: Sequence[Sequence[int]]
) -> Mapping[str, Sequence[float]]:
    """Each measure's value of each query, in the queries' order."""
    found = [
        (places_of(songs_of(task, query, ranking), query.gold), len(query.gold))
        for query, ranking in zip(queries, rankings, strict=True)
    ]
    values = {name: [value(places, right) for places, right in found] for name, value in MEASURES.items()}
    if any(query.disliked for query in queries):
        values["returned"] = [returned(task, *pair) for pair in zip(queries, rankings, strict=True)]
    return values


def hit_and_rank(found: Found, fusion: Fusion) -> tuple[float, float]:
    """Hit@10 and the reciprocal rank of what was found for a request, in the order of a fusion."""
    right = set(found.right.tolist())
    ranked = relevance(found.candidates, fusion).ids.tolist()
    places = [place for place, track in enumerate(ranked, start=1) if track in right]
    return hit_at(places, 10), reciprocal_rank(places)


def gain(queries: Sequence[Query], ours: Sequence[float], theirs: Sequence[float]) -> Interval:
    """By how much one system's values are above another's: the mean over dialogues with its interval."""
    differences = [own - other for own, other in zip(ours, theirs, strict=True)]
    return gain_interval(by_dialogue(queries, differences))


def by_dialogue(queries: Sequence[Query], values: Sequence[float]) -> list[float]:
    """The mean of each dialogue's values, so that a long one counts no more than a short one."""
    of_dialogue: dict[str, list[float]] = defaultdict(list)
    for query, value in zip(queries, values, strict=True):
        of_dialogue[query.dialogue].append(value)
    return [sum(own) / len(own) for own in of_dialogue.values()]


def _measured(
    queries: Sequence[Query], values: Mapping[str, Sequence[float]], places: Sequence[int]
) -> Measured:
    own = [queries[at] for at in places]
    intervals = {
        name: mean_interval(by_dialogue(own, [of_all[at] for at in places]))
        for name, of_all in values.items()
    }
    return Measured(
        figures={"n": len(own), **{name: interval.mean for name, interval in intervals.items()}},
        intervals={name: (interval.low, interval.high) for name, interval in intervals.items()},
    )
