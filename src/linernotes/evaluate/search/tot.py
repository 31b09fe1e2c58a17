"""On the tip of the tongue (Bhattacharya et al., SIGIR 2023): a song described by who cannot name it.

The catalogue holds every song that was meant and those of a table of known songs, recordings of one title by
one artist as one song.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from linernotes.errors import InputError
from linernotes.evaluate.data import data_file
from linernotes.evaluate.search.values import Item, Query, Task
from linernotes.learn.corpora.rows import Row, read_rows, text_in
from linernotes.words import fold

REQUESTS = Path("tot_music/requests.jsonl.gz")
SONGS = Path("spotify_songs/tracks.parquet")
_NEEDED = f"{REQUESTS} (ToT_Music, Spotify Research, CC0) and {SONGS} (TidyTuesday, 21 January 2020)"
USER_CREATED = "user_created"
"""The text points to something hummed or played, and so describes nothing."""
_ASIDE = re.compile(r"\s*[(\[].*?[)\]]|\s+-\s+.*$")


def read_tot(data_dir: Path) -> Task:
    """The catalogue and one query a request, each with the song that was meant.

    Raises InputError if the files are not there, with where they come from, or are of another form.
    """
    requests = list(read_rows(data_file(data_dir / REQUESTS, _NEEDED)))
    items: dict[str, Item] = {}
    song_by_id: dict[str, str] = {}
    for row, place in ((row, place) for place, row in requests):
        item = _meant(row, place)
        items.setdefault(item.song, item)
        song_by_id.update(dict.fromkeys(_texts(row["gold"], "spotify_ids", place), item.song))
    for row in _songs(data_file(data_dir / SONGS, _NEEDED)):
        title, artists = row["title"], row["artists"]
        if title and artists and row["track_id"] not in song_by_id:
            item = _item(title, artists, row["album"] or "")
            items.setdefault(item.song, item)
    queries = tuple(_query(row, place) for place, row in requests)
    # scattered: where two are found alike, the order of the catalogue must not favour what was meant
    scattered = sorted(items.values(), key=lambda item: hashlib.blake2b(item.song.encode()).digest())
    return Task(name="tot", data=str(data_dir), items=tuple(scattered), queries=queries)


def _query(row: Row, place: str) -> Query:
    id = text_in(row, "id", place)
    is_sound = USER_CREATED in _texts(row, "types", place)
    return Query(
        id=id,
        dialogue=id,
        text=f"{text_in(row, 'title', place)} {text_in(row, 'text', place)}".strip(),
        gold=frozenset({_meant(row, place).song}),
        groups=("user created",) if is_sound else ("described",),
        fold_key=_meant(row, place).song,
    )


def _meant(row: Row, place: str) -> Item:
    gold = row.get("gold")
    if not isinstance(gold, Mapping):
        raise InputError(f"{place}: 'gold' is {gold!r}, expected an object")
    albums, artists = _texts(gold, "albums", place), _texts(gold, "artists", place)
    if not artists:
        raise InputError(f"{place}: 'gold' names no artist")
    return _item(text_in(gold, "title", place), artists, albums[0] if albums else "")


def _item(title: str, artists: Sequence[str], album: str) -> Item:
    song = f"{fold(_ASIDE.sub('', title) or title)}|{fold(artists[0])}"
    return Item(id=song, song=song, title=title, artists=tuple(artists), album=album)


def _songs(path: Path) -> Iterator[Row]:
    try:
        import pyarrow.parquet
    except ModuleNotFoundError as err:
        raise InputError(f"reading {path} needs pyarrow: pip install '.[tables]' in the clone") from err
    yield from pyarrow.parquet.read_table(path).to_pylist()


def _texts(row: Row, name: str, place: str) -> tuple[str, ...]:
    value = row.get(name)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise InputError(f"{place}: {name!r} is {value!r}, expected a list of texts")
    return tuple(value)
