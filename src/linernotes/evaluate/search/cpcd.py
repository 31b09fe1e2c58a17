"""Conversational playlists (Chaganty et al., SIGIR 2023): what somebody asks for, turn by turn.

Of each turn the request is to find what of the playlist's songs is not known yet. Known are the first three
liked tracks of each earlier turn; they and what was disliked before are not to be found again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from linernotes.errors import InputError
from linernotes.evaluate.data import data_file
from linernotes.evaluate.descriptors import gazetteer_of
from linernotes.evaluate.search.values import Exchange, Item, Query, Task
from linernotes.learn.corpora.rows import Row, read_rows, text_in
from linernotes.request import Gazetteer, parse
from linernotes.types import Family

DIALOGUES = Path("cpcd/dialogs.jsonl.gz")
TRACKS = Path("cpcd/tracks.jsonl.gz")
_NEEDED = f"{DIALOGUES} and {TRACKS} (Conversational Playlist Curation Dataset, Google Research, CC BY 4.0)"
SITUATION_ALONE = "a mood or a situation alone"
"""The table of requests that say nothing but a mood, an activity, company or a time."""
KNOWN_A_TURN = 3
_LATE = 4
_SITUATION: frozenset[Family] = frozenset({"mood", "activity", "company", "time"})


def read_cpcd(data_dir: Path) -> Task:
    """The catalogue and one query a turn; turns and dialogues without anything to find are left out.

    Raises InputError if the files are not there, with where they come from, or are of another form.
    """
    items = tuple(_item(row, place) for place, row in read_rows(data_file(data_dir / TRACKS, _NEEDED)))
    rows = {item.id: number for number, item in enumerate(items)}
    names = gazetteer_of(
        (artist for item in items for artist in item.artists), (item.title for item in items)
    )
    queries = tuple(
        replace(query, groups=(*query.groups, *_kinds(query.text, names)))
        for place, row in read_rows(data_file(data_dir / DIALOGUES, _NEEDED))
        for query in _queries(row, place, items, rows)
    )
    if not queries:
        raise InputError(f"{data_dir / DIALOGUES} holds no turn with anything to find")
    return Task(name="cpcd", data=str(data_dir), items=items, queries=queries)


def _kinds(text: str, names: Gazetteer) -> Iterator[str]:
    """SITUATION_ALONE, if this is such a request."""
    request = parse(text, names)
    families = {want.family for want in request.wants}
    named = request.seeds or request.unknown_names or request.limits
    if families and families <= _SITUATION and not named:
        yield SITUATION_ALONE


def _item(row: Row, place: str) -> Item:
    return Item(
        id=text_in(row, "id", place),
        song=text_in(row, "cluster_id", place),
        title=text_in(row, "title", place),
        artists=tuple(_list(row, "artists", place)),
        album=text_in(row, "album", place),
    )


def _queries(row: Row, place: str, items: tuple[Item, ...], rows: Mapping[str, int]) -> list[Query]:
    dialogue, goal = text_in(row, "id", place), _list(row, "goal_playlist", place)
    wanted = {items[rows[track]].song for track in goal if track in rows}
    earlier: list[Exchange] = []
    found: list[Query] = []
    for number, turn in enumerate(_list(row, "turns", place), start=1):
        known = {items[at].song for exchange in earlier for at in exchange.liked}
        text = text_in(turn, "user_query", place)
        if text.strip() and wanted - known:
            found.append(
                Query(
                    id=f"{dialogue}/{number}",
                    dialogue=dialogue,
                    text=text,
                    gold=frozenset(wanted - known),
                    earlier=tuple(earlier),
                    groups=(f"turn {number}" if number < _LATE else f"turn {_LATE} and later",),
                )
            )
        liked, disliked = (
            tuple(rows[track] for track in _list(turn, name, place) if track in rows)
            for name in ("liked", "disliked")
        )
        earlier.append(
            Exchange(
                request=text,
                liked=liked[:KNOWN_A_TURN],
                disliked=disliked,
            )
        )
    return found


def _list(row: Row, name: str, place: str) -> list[Any]:
    value = row.get(name)
    if not isinstance(value, list):
        raise InputError(f"{place}: {name!r} is {value!r}, expected a list")
    return value
