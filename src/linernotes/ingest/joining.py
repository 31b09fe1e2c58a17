"""What tables say of artists and songs, joined to the tracks that bear their names.

The editors' table comes with the package; others are brought by ``add TABLE --join`` and kept beside the
library. A row with a title speaks of that song, one without of all songs of the artist.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import Final

from linernotes.config import Settings
from linernotes.errors import InputError
from linernotes.ingest.names import NamesReport
from linernotes.ingest.progress import OnProgress, Progress
from linernotes.sources import KEY_AS_TITLE, read_table
from linernotes.store import Store
from linernotes.types import Fact, Failure, SourceItem, Track
from linernotes.words import fold

log = logging.getLogger(__name__)

OF_ARTIST: Final = 0.6
"""Confidence in what is said of an artist, where it is told of one song: many sing otherwise now and then."""
OF_SONG: Final = 0.8
EDITORS: Final = "editors"
_BATCH = 500
_NAMES = frozenset({"title", "artist", "album", "album_artist", "track_number", "disc_number", "isrc"})
_OF_SONGS_ALONE = frozenset({"year", "duration_s", "tempo_bpm", "key", "live"})
_NO_VERSION = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedTable:
    """A table that speaks of artists or songs; ``version`` changes with what it says."""

    name: str
    path: Path
    version: str


@dataclass(slots=True)
class _Told:
    """What the tables say, by the folded name of the artist, and of the artist and the song."""

    of_artist: dict[str, list[Fact]] = field(default_factory=dict)
    of_song: dict[tuple[str, str], list[Fact]] = field(default_factory=dict)


def keep_table(path: Path, settings: Settings) -> Path:
    """Keeps a copy of the table beside the library, in the place of one of the same name.

    Raises InputError for a file that cannot be read as such a table.
    """
    read_table(path, of_artists=True)
    folder = _folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / path.name
    if not (kept.exists() and kept.samefile(path)):
        new = folder / f".{path.name}.new"
        shutil.copyfile(path, new)
        new.replace(kept)
    return kept


def add_joined(path: Path, store: Store, settings: Settings) -> NamesReport:
    """Keeps a table to be joined, and tells what is wrong with its rows, as it does of one that adds tracks.

    Raises InputError as ``keep_table``.
    """
    kept = keep_table(path, settings)
    failures = [one for one in read_table(kept, of_artists=True).items() if isinstance(one, Failure)]
    source_id = store.catalogue.add_source("joined", str(kept))
    store.jobs.clear_failures(source_id)
    store.jobs.record_failures(source_id, failures)
    return NamesReport(source_id=source_id, failed=len(failures))


def join_version(settings: Settings) -> str:
    """Changes with what the joined tables say; the same for all libraries without any."""
    return _version(joined_tables(settings))


def joined_tables(settings: Settings) -> list[JoinedTable]:
    """The tables that are joined to this library, the user's own before the editors'."""
    paths = sorted(path for path in _folder(settings).glob("[!.]*") if path.is_file())
    tables = [_table(path.name, path) for path in paths]
    if settings.editors == "on":
        own = resources.files("linernotes").joinpath("data/demo_artists.csv")
        tables.append(_table(EDITORS, Path(str(own))))
    return tables


def join(store: Store, settings: Settings, *, on_progress: OnProgress) -> int:
    """Joins what the tables say to the tracks for which it is due; returns of how many they say anything."""
    tables = joined_tables(settings)
    version = _version(tables)
    pending = store.jobs.pending("join", version)
    if not pending:
        return 0
    known = 0
    told = _read(tables, {artist.key for artist in store.catalogue.artist_names()})
    for start in range(0, len(pending), _BATCH):
        ids = pending[start : start + _BATCH]
        tracks = store.catalogue.tracks(ids)
        facts = {track_id: _facts_of(track, told) for track_id, track in tracks.items()}
        store.catalogue.record_joined(facts, version)
        known += sum(map(bool, facts.values()))
        on_progress(Progress(stage="join", done=start + len(ids), total=len(pending)))
    return known


def _version(tables: Sequence[JoinedTable]) -> str:
    return " ".join(table.version for table in tables) or _NO_VERSION


def _folder(settings: Settings) -> Path:
    return settings.library_dir / "joined"


def _table(name: str, path: Path) -> JoinedTable:
    digest = hashlib.blake2b(path.read_bytes(), digest_size=6).hexdigest()
    return JoinedTable(name=name, path=path, version=f"{name}@{digest}")


def _read(tables: Iterable[JoinedTable], artists: set[str]) -> _Told:
    """What the tables say of these artists and their songs; of two tables the first that says a thing."""
    told = _Told()
    for table in tables:
        source = f"joined:{Path(table.name).stem}"
        try:
            read = read_table(table.path, source=source, of_artists=True)
            for item in read.items():
                if isinstance(item, SourceItem):
                    _take(item, told, artists)
        except InputError as err:  # one table that was damaged since must not stop the others
            log.warning("not joined: %s", err)
    return told


def _take(item: SourceItem, told: _Told, artists: set[str]) -> None:
    title = next(fact for fact in item.facts if fact.name == "title")
    facts = [fact for fact in item.facts if fact.name not in _NAMES]
    for artist in {fold(str(fact.value)) for fact in item.facts if fact.name == "artist"} & artists:
        if title.confidence <= KEY_AS_TITLE:
            said = [replace(fact, confidence=OF_ARTIST) for fact in facts if fact.name not in _OF_SONGS_ALONE]
            _add(told.of_artist.setdefault(artist, []), said)
        else:
            said = [replace(fact, confidence=OF_SONG) for fact in facts]
            _add(told.of_song.setdefault((artist, fold(str(title.value))), []), said)


def _add(known: list[Fact], said: Sequence[Fact]) -> None:
    names = {fact.name for fact in known}
    known += [fact for fact in said if fact.name not in names]


def _facts_of(track: Track, told: _Told) -> tuple[Fact, ...]:
    """What is said of the song, and of the rest what is said of the first artist that is known.

    Who sings is not taken from an artist who has company.
    """
    keys = [fold(artist) for artist in track.artists]
    facts: list[Fact] = []
    for key in keys:
        _add(facts, told.of_song.get((key, fold(track.title)), ()))
    artist = next((told.of_artist[key] for key in keys if key in told.of_artist), [])
    alone = len(keys) == 1
    _add(facts, [fact for fact in artist if alone or fact.name != "vocals"])
    return tuple(facts)
