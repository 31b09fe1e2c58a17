"""Twelve songs by seven artists, small enough to know by heart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from fakes import FakeEmbedder
from linernotes.facts import tag_words
from linernotes.index import EmbeddedIndex, IndexedTrack, open_embedded
from linernotes.types import FactSheet, IndexDocument, Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class Song:
    """A song as the tests tell it. ``sound`` is a direction in a plane, in degrees; None without audio."""

    id: int
    title: str
    artist: str
    artist_id: int
    sheet: FactSheet
    album: str = ""
    note: str = ""
    popularity: float | None = None
    sound: float | None = None
    song_key: str = ""


def sheet(
    genres: Sequence[str] = (),
    moods: Sequence[str] = (),
    instruments: Sequence[str] = (),
    *,
    vocals: str | None = None,
    bpm: float | None = None,
    energy: float | None = None,
    valence: float | None = None,
    year: int | None = None,
    decades: Sequence[int] = (),
    seconds: float | None = 200.0,
    country: str | None = None,
    language: str | None = None,
    live: bool | None = False,
    styles: Sequence[str] = (),
) -> FactSheet:
    """A sheet with what matters in these tests; a song of 200 s by default."""
    return FactSheet(
        genres=tuple(genres),
        moods=tuple(moods),
        instruments=tuple(instruments),
        vocals=vocals,
        tempo_bpm=bpm,
        energy=energy,
        valence=valence,
        year=year,
        decades=tuple(decades),
        duration_s=seconds,
        country=country,
        language=language,
        live=live,
        styles=tuple(styles),
    )


GLASS, EMBER, QUARRY, WILLOW, NEON, HARBOUR, LONE = 1, 2, 3, 4, 5, 6, 7

SONGS: tuple[Song, ...] = (
    Song(
        id=1,
        title="Slow Window",
        artist="Glass Rivers",
        artist_id=GLASS,
        album="Panes",
        sound=0,
        popularity=0.9,
        note="A melancholy art rock song led by electric guitar.",
        sheet=sheet(
            ["art rock"],
            ["melancholy"],
            ["electric guitar", "drums"],
            vocals="male vocals",
            bpm=84,
            energy=0.45,
            year=1997,
            country="United Kingdom",
            language="English",
        ),
    ),
    Song(
        id=2,
        title="Paper Engines",
        artist="Glass Rivers",
        artist_id=GLASS,
        album="Panes",
        sound=10,
        popularity=0.8,
        note="Art rock with restless electronics.",
        sheet=sheet(
            ["art rock", "electronic"],
            ["tense"],
            ["electric guitar", "synthesizer"],
            vocals="male vocals",
            bpm=126,
            energy=0.7,
            year=2000,
            country="United Kingdom",
            language="English",
        ),
    ),
    Song(
        id=3,
        title="Undertow",
        artist="Ember Lane",
        artist_id=EMBER,
        sound=15,
        popularity=0.2,
        note="Melancholy guitars, sung by a woman.",
        sheet=sheet(
            ["art rock", "dream pop"],
            ["melancholy", "dreamy"],
            ["electric guitar"],
            vocals="female vocals",
            bpm=92,
            energy=0.4,
            year=1998,
        ),
    ),
    Song(
        id=4,
        title="Undertow (Live)",
        artist="Ember Lane",
        artist_id=EMBER,
        sound=20,
        popularity=0.1,
        note="The same song before an audience.",
        song_key="undertow/ember lane",
        sheet=sheet(
            ["art rock"],
            ["melancholy"],
            ["electric guitar"],
            vocals="female vocals",
            bpm=90,
            energy=0.5,
            year=1999,
            live=True,
        ),
    ),
    Song(
        id=5,
        title="Anvil Choir",
        artist="Quarry",
        artist_id=QUARRY,
        sound=90,
        popularity=0.5,
        note="Brutal death metal at breakneck speed.",
        sheet=sheet(
            ["death metal"],
            ["aggressive"],
            ["electric guitar", "drums"],
            vocals="growling",
            bpm=180,
            energy=0.95,
            year=1993,
        ),
    ),
    Song(
        id=6,
        title="Stone Teeth",
        artist="Quarry",
        artist_id=QUARRY,
        sound=95,
        popularity=0.3,
        note="Heavy metal with a galloping beat.",
        sheet=sheet(
            ["metal"], ["aggressive"], ["guitar", "drums"], vocals="male vocals", bpm=150, energy=0.9
        ),
    ),
    Song(
        id=7,
        title="Under the Willow",
        artist="Willow",
        artist_id=WILLOW,
        sound=180,
        popularity=0.4,
        note="Quiet fingerpicked guitar for a slow morning, nothing else.",
        sheet=sheet(
            ["folk"], ["calm"], ["acoustic guitar"], vocals="instrumental", bpm=70, energy=0.15, year=1971
        ),
    ),
    Song(
        id=8,
        title="Kitchen Light",
        artist="Willow",
        artist_id=WILLOW,
        sound=185,
        note="A gentle song with catchy melodies.",
        sheet=sheet(
            ["folk"],
            ["calm", "catchy"],
            ["acoustic guitar", "piano"],
            vocals="female vocals",
            bpm=76,
            energy=0.25,
            decades=[1970],
            language="English",
        ),
    ),
    Song(
        id=9,
        title="Arcade Sun",
        artist="Neon Kites",
        artist_id=NEON,
        sound=270,
        popularity=1.0,
        note="Upbeat synth-pop with catchy melodies and bright keyboards.",
        sheet=sheet(
            ["synth-pop"],
            ["happy", "catchy"],
            ["synthesizer", "drums"],
            vocals="female vocals",
            bpm=128,
            energy=0.8,
            valence=0.9,
            year=1985,
            language="French",
            seconds=180.0,
        ),
    ),
    Song(
        id=10,
        title="Arcade Sun (Remix)",
        artist="Neon Kites",
        artist_id=NEON,
        sound=275,
        popularity=0.6,
        note="A longer mix for the dance floor.",
        sheet=sheet(
            ["synth-pop", "dance"],
            ["happy"],
            ["synthesizer"],
            bpm=130,
            energy=0.85,
            year=1986,
            styles=["remix"],
            seconds=400.0,
        ),
    ),
    Song(
        id=11,
        title="Breakwater",
        artist="Harbour Trio",
        artist_id=HARBOUR,
        sound=200,
        note="Piano, double bass and brushes.",
        sheet=sheet(
            ["jazz"],
            [],
            ["piano", "double bass", "drums"],
            vocals="instrumental",
            bpm=120,
            energy=0.35,
            year=1962,
            seconds=320.0,
        ),
    ),
    Song(id=12, title="Untitled", artist="Lone Tape", artist_id=LONE, sheet=sheet(seconds=None, live=None)),
)


def document(song: Song, embedder: FakeEmbedder | None = None) -> IndexDocument:
    """The song as the index takes it, with a text vector where there is an embedder."""
    tags = tag_words(song.sheet)
    return IndexDocument(
        track_id=song.id,
        revision=1,
        names=f"{song.title} {song.artist}",
        tags=tags,
        prose=song.note,
        sheet=song.sheet,
        artist_ids=(song.artist_id,),
        song_key=_song_key(song),
        album_key=f"{song.album}/{song.artist_id}" if song.album else "",
        popularity=song.popularity,
        text_vector=embedder.embed([f"{tags} {song.note}"])[0] if embedder else None,
        audio_vector=None if song.sound is None else direction(song.sound),
    )


def _song_key(song: Song) -> str:
    return song.song_key or f"{song.title.partition(' (')[0]}/{song.artist}".casefold()


def direction(degrees: float) -> Vector:
    """A unit vector of eight dimensions in the plane of the first two."""
    vector = np.zeros(8, dtype=np.float32)
    vector[:2] = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return vector


def small_index(
    folder: Path, songs: Iterable[Song] = SONGS, embedder: FakeEmbedder | None = None
) -> EmbeddedIndex:
    """An index in this folder that holds the songs."""
    index = open_embedded(folder)
    index.upsert([document(song, embedder) for song in songs])
    return index


def known_tracks(songs: Iterable[Song] = SONGS) -> dict[int, IndexedTrack]:
    """What ``Index.tracks`` gives of the songs."""
    return {
        song.id: IndexedTrack(
            sheet=song.sheet,
            artist_ids=(song.artist_id,),
            song_key=_song_key(song),
            album_key=f"{song.album}/{song.artist_id}" if song.album else "",
            popularity=song.popularity,
        )
        for song in songs
    }
