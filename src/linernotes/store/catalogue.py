"""The catalogue: sources, tracks, artists, genres, and what is known of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import bindparam, func, select, update

from linernotes.store import hearing, names, schema
from linernotes.store.adding import add_tracks
from linernotes.store.database import Database
from linernotes.store.facts import load_facts, load_numbers
from linernotes.store.places import relocate, take_in
from linernotes.store.records import (
    AudioResult,
    CatalogueCounts,
    FileStat,
    Genre,
    KnownFile,
    NewTrack,
    Revisions,
    Source,
)
from linernotes.store.sql import ANSWERABLE, as_ids, bump_revisions, chunks, look_up, upsert
from linernotes.store.tracks import ids_after, load_counts, load_known, load_revisions, load_tracks
from linernotes.types import Artist, Fact, NameEntry, Track, Vector

_tracks = schema.tracks


class Catalogue:
    """The tracks and what is known of them. Nothing is ever removed: what is gone is marked missing.

    A track is answerable when it is neither missing nor unplayable.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_source(self, kind: str, location: str) -> int:
        """The id of the source at this location, which is added when it is new."""
        table = schema.sources
        with self._database.write() as connection:
            statement = upsert(connection, table, ["location"], ["kind"]).returning(table.c.id)
            source_id: int = connection.execute(statement, {"kind": kind, "location": location}).scalar_one()
        return source_id

    def relocate(self, source_id: int, location: str) -> None:
        """Says that a folder bears another name now; its tracks stay what they are."""
        with self._database.write() as connection:
            relocate(connection, source_id, location)

    def take_in(self, source_id: int, folder_by_source: Mapping[int, str]) -> None:
        """Makes other folder sources parts of this one, each the folder below it that is named here."""
        with self._database.write() as connection:
            for part_id, folder in folder_by_source.items():
                take_in(connection, source_id, part_id, folder)

    def sources(self) -> tuple[Source, ...]:
        """All sources, in the order in which they were added."""
        with self._database.read() as connection:
            rows = connection.execute(select(schema.sources).order_by(schema.sources.c.id)).all()
        return tuple(Source(id=row.id, kind=row.kind, location=row.location) for row in rows)

    def known(self, source_id: int) -> dict[str, KnownFile]:
        """Everything the source ever gave, by key, the missing included."""
        with self._database.read() as connection:
            return load_known(connection, source_id)

    def tracks_by_source(self) -> dict[int, int]:
        """How many answerable tracks each source has, by its id; sources without any are left out."""
        statement = (
            select(_tracks.c.source_id, func.count().label("songs"))
            .where(ANSWERABLE)
            .group_by(_tracks.c.source_id)
        )
        with self._database.read() as connection:
            return {row.source_id: row.songs for row in connection.execute(statement)}

    def count_told(self, names: Iterable[str]) -> int:
        """How many answerable tracks have a fact under one of these names."""
        told = select(schema.facts.c.track_id).where(schema.facts.c.name.in_(list(names)))
        statement = select(func.count()).select_from(_tracks).where(ANSWERABLE, _tracks.c.id.in_(told))
        with self._database.read() as connection:
            return connection.execute(statement).scalar_one()

    def upsert(
        self, source_id: int, rows: Sequence[NewTrack], *, moved: Mapping[str, int] | None = None
    ) -> list[int]:
        """Adds tracks or brings them up to date, in one transaction; gives their ids in order.

        A known key keeps its id, and is no longer missing. ``moved`` names, by new key, tracks of this
        source that stood elsewhere. What the source claims is replaced; what was heard and what listeners
        said stays, unless another recording stands at the key: then what was heard is dropped and all
        stages are due again. Otherwise only ``describe`` is. Failures noted for these keys are forgotten.
        """
        if not rows:
            return []
        with self._database.write() as connection:
            return add_tracks(connection, source_id, rows, moved or {})

    def touch(self, source_id: int, stats: Iterable[FileStat]) -> None:
        """Notes new sizes and times of files that did not change otherwise."""
        rows = [
            {"at_key": one.key, "size_bytes": one.size_bytes, "modified_ns": one.modified_ns} for one in stats
        ]
        statement = update(_tracks).where(
            _tracks.c.source_id == source_id, _tracks.c.key == bindparam("at_key")
        )
        if rows:
            with self._database.write() as connection:
                connection.execute(statement, rows)

    def mark_missing(self, source_id: int, keys: Iterable[str]) -> None:
        """Takes the tracks with these keys out of all answers until they are back."""
        self._set_missing(source_id, keys, missing=True)

    def restore(self, source_id: int, keys: Iterable[str]) -> None:
        """Brings the tracks with these keys back from missing."""
        self._set_missing(source_id, keys, missing=False)

    def set_unplayable(self, track_id: int, unplayable: bool = True) -> None:
        """Takes a track whose recording cannot be read out of all answers, or brings it back."""
        with self._database.write() as connection:
            connection.execute(update(_tracks).where(_tracks.c.id == track_id).values(unplayable=unplayable))
            bump_revisions(connection, [track_id])

    def record_audio(self, results: Sequence[AudioResult]) -> None:
        """Keeps what was heard, in the place of what was heard before, in one transaction.

        Tracks of unknown length take the one that was heard. The stage ``audio`` is then done for them,
        ``describe`` is due again, and they count as playable. The last of several results is kept.
        """
        if results:
            with self._database.write() as connection:
                hearing.record_audio(connection, {result.track_id: result for result in results})

    def record_joined(self, facts_by_track: Mapping[int, Sequence[Fact]], version: str) -> None:
        """Keeps what tables say of the artist or the song of each track, in the place of what they said.

        Every fact has a source ``joined:TABLE``. The stage ``join`` is then done at this version;
        ``describe`` is due again where something changed.
        """
        if facts_by_track:
            with self._database.write() as connection:
                hearing.record_joined(connection, facts_by_track, version)

    def correct(self, track_id: int, facts: Sequence[Fact]) -> None:
        """Keeps what a listener says of a track, in the place of what they said under the same names.

        Every fact has a source ``listener:NAME``. ``describe`` is due again. Raises InputError for an
        unknown track.
        """
        with self._database.write() as connection:
            hearing.correct(connection, track_id, facts)

    def tracks(self, ids: Iterable[int]) -> dict[int, Track]:
        """These tracks, in this order, the missing included; unknown ids are left out."""
        with self._database.read() as connection:
            return load_tracks(connection, as_ids(ids))

    def tracks_after(self, track_id: int, limit: int) -> tuple[Track, ...]:
        """The next answerable tracks behind the one with this id, by rising id."""
        with self._database.read() as connection:
            return tuple(load_tracks(connection, ids_after(connection, track_id, limit)).values())

    def count(self) -> int:
        """How many tracks are answerable."""
        with self._database.read() as connection:
            return connection.execute(
                select(func.count()).select_from(_tracks).where(ANSWERABLE)
            ).scalar_one()

    def counts(self) -> CatalogueCounts:
        """How many tracks there are in each state."""
        with self._database.read() as connection:
            return load_counts(connection)

    def revisions(self) -> Revisions:
        """All answerable tracks by rising id, and how often each was changed."""
        with self._database.read() as connection:
            return load_revisions(connection)

    def revisions_of(self, ids: Iterable[int]) -> dict[int, int]:
        """How often each of these tracks was changed, answerable or not; unknown ids are left out."""
        with self._database.read() as connection:
            return look_up(connection, _tracks.c.id, _tracks.c.revision, as_ids(ids))

    def facts(self, ids: Iterable[int]) -> dict[int, tuple[Fact, ...]]:
        """All facts of each of these tracks, in the order in which they came; empty for an unknown id."""
        with self._database.read() as connection:
            return load_facts(connection, as_ids(ids))

    def numbers(self, ids: Iterable[int], name: str) -> dict[int, float]:
        """One number among the facts of each of these tracks, by who is surest; unknown ones are left out."""
        with self._database.read() as connection:
            return load_numbers(connection, as_ids(ids), name)

    def audio_embeddings(self, ids: Iterable[int]) -> dict[int, Vector]:
        """The audio embeddings ``(d,) float32`` of these tracks, read-only; those without are left out."""
        with self._database.read() as connection:
            return hearing.load_embeddings(connection, as_ids(ids))

    def artist_names(self) -> list[NameEntry]:
        """Every artist with answerable tracks; ``ids`` is the artist's, ``weight`` log(1 + tracks)."""
        with self._database.read() as connection:
            return list(names.artist_names(connection))

    def title_names(self) -> list[NameEntry]:
        """Every title key, with the ids of its answerable tracks; ``weight`` is log(1 + tracks)."""
        with self._database.read() as connection:
            return list(names.track_names(connection, "track", _tracks.c.title, _tracks.c.title_key))

    def album_names(self) -> list[NameEntry]:
        """Every album key, with the ids of its answerable tracks; ``weight`` is log(1 + tracks)."""
        with self._database.read() as connection:
            return list(names.track_names(connection, "album", _tracks.c.album, _tracks.c.album_key))

    def tracks_by_identifier(self, name: str) -> dict[str, tuple[int, ...]]:
        """The answerable tracks, by rising id, for each value of a fact such as ``isrc``."""
        with self._database.read() as connection:
            return names.tracks_by_identifier(connection, name)

    def artists_after(self, artist_id: int, limit: int) -> tuple[Artist, ...]:
        """The next artists with answerable tracks behind the one with this id, by rising id."""
        with self._database.read() as connection:
            return names.artists_after(connection, artist_id, limit)

    def artist(self, artist_id: int) -> Artist | None:
        """The artist with this id."""
        return self.artists([artist_id]).get(artist_id)

    def artists(self, ids: Iterable[int]) -> dict[int, Artist]:
        """These artists, with the number of their answerable tracks; unknown ids are left out."""
        with self._database.read() as connection:
            return names.load_artists(connection, as_ids(ids))

    def tracks_of_artists(self, artist_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
        """The answerable tracks of each of these artists, by rising id; empty for an unknown artist."""
        with self._database.read() as connection:
            return names.tracks_of_artists(connection, as_ids(artist_ids))

    def genres(self) -> tuple[Genre, ...]:
        """The genres of answerable tracks, the commonest first."""
        with self._database.read() as connection:
            return names.load_genres(connection)

    def tracks_of_genre(self, name: str) -> tuple[int, ...]:
        """The answerable tracks of this genre, those of which it is most certain first."""
        with self._database.read() as connection:
            return names.tracks_of_genre(connection, name)

    def _set_missing(self, source_id: int, keys: Iterable[str], *, missing: bool) -> None:
        with self._database.write() as connection:
            for chunk in chunks(keys):
                meant = (_tracks.c.source_id == source_id) & _tracks.c.key.in_(chunk)
                connection.execute(update(_tracks).where(meant).values(missing=missing))
