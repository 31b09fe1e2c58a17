"""From a listen, under the names of another service, to the track of the library that was heard."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from linernotes.ingest.sync import CHUNK, without_brackets
from linernotes.sources import split_artists
from linernotes.store import Store
from linernotes.types import Listen, Track
from linernotes.words import fold

MatchedBy = Literal["musicbrainz", "isrc", "name", "bare_name"]

CONFIDENCE: Final[Mapping[MatchedBy, float]] = {
    "musicbrainz": 1.0,
    "isrc": 0.95,
    "name": 0.9,
    "bare_name": 0.7,
}
"""How sure each way is, 0 to 1, in the order in which they are tried; our judgement, not a measurement.

Now and then an ISRC is that of a remaster, too; an artist may have two recordings of one title on one album;
a title without its version is that of the song, and the recording may be another one.
"""
_VERSION = re.compile(
    r"\s[-–—]\s[^-–—]*\b(?:remaster\w*|version|edit|mix|remix|mono|stereo|live|acoustic|unplugged|demo"
    r"|instrumental|bonus track)\b.*|\s(?:feat|ft|featuring)\b.+",
    re.IGNORECASE,
)
"""What services put behind a title: "- Remastered 2011", "- Live at Wembley", "feat. Somebody"."""


class Match(NamedTuple):
    """The track of a listen, with its length where it is known, and how it was found."""

    track_id: int
    duration_s: float | None
    by: MatchedBy


class _Known(NamedTuple):
    """What tells the tracks of one song apart."""

    album_key: str
    title_chars: int
    duration_s: float | None


class Matcher:
    """The names and identifiers of all tracks that can be answered with, held in memory."""

    def __init__(self, store: Store) -> None:
        catalogue = store.catalogue
        self._known: dict[int, _Known] = {}
        self._ids_by_name: dict[str, list[int]] = {}
        self._ids_by_bare_name: dict[str, list[int]] = {}
        ids = catalogue.revisions().ids
        for start in range(0, len(ids), CHUNK):
            for track in catalogue.tracks(ids[start : start + CHUNK]).values():
                self._learn(track)
        self._ids: Mapping[MatchedBy, Mapping[str, Sequence[int]]] = {
            "musicbrainz": catalogue.tracks_by_identifier("musicbrainz_recording_id"),
            "isrc": catalogue.tracks_by_identifier("isrc"),
            "name": self._ids_by_name,
            "bare_name": self._ids_by_bare_name,
        }
        self._match_by_song: dict[tuple[str | None, ...], Match | None] = {}

    def match(self, listen: Listen) -> Match | None:
        """The track by the surest way that finds one; of several the one on the album, or the plainest."""
        song = (listen.recording_mbid, listen.isrc, listen.artist, listen.title, listen.album)
        if song not in self._match_by_song:
            self._match_by_song[song] = self._find(listen)
        return self._match_by_song[song]

    def _learn(self, track: Track) -> None:
        self._known[track.id] = _Known(fold(track.album or ""), len(track.title), track.duration_s)
        artists = [*track.artists, " ".join(track.artists), " and ".join(track.artists)]
        for key in _keys(artists, track.title):
            self._ids_by_name.setdefault(key, []).append(track.id)
        for key in _keys(artists, bare_title(track.title)):
            self._ids_by_bare_name.setdefault(key, []).append(track.id)

    def _find(self, listen: Listen) -> Match | None:
        for by, key in _tries(listen):
            ids = [track_id for track_id in self._ids[by].get(key, ()) if track_id in self._known]
            if ids:
                best = min(ids, key=lambda track_id: self._distance(track_id, listen.album))
                return Match(track_id=best, duration_s=self._known[best].duration_s, by=by)
        return None

    def _distance(self, track_id: int, album: str | None) -> tuple[bool, int, int]:
        """Whether it is on another album, how long its title is, and which of two alike came later."""
        known = self._known[track_id]
        return (known.album_key != fold(album or ""), known.title_chars, track_id)


def bare_title(title: str) -> str:
    """The title of the song: without brackets, and without a version or a guest behind it."""
    bare = without_brackets(title)
    return _VERSION.sub("", bare).strip() or bare


def _tries(listen: Listen) -> Iterator[tuple[MatchedBy, str]]:
    """The ways to find the track of a listen, the surest first."""
    if listen.recording_mbid is not None:
        yield "musicbrainz", listen.recording_mbid
    if listen.isrc is not None:
        yield "isrc", listen.isrc
    artists = [listen.artist, *split_artists(listen.artist)]
    for key in _keys(artists, listen.title):
        yield "name", key
    for key in _keys(artists, bare_title(listen.title)):
        yield "bare_name", key


def _keys(artists: Iterable[str], title: str) -> Iterator[str]:
    """One key for each artist, by which a song is known whatever the spelling."""
    folded = fold(title)
    return (f"{artist}\x1f{folded}" for artist in dict.fromkeys(map(fold, artists)) if artist)
