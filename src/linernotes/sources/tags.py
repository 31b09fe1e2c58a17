"""One audio file as a source gives it: its tags, its signature, and guesses from its path where tags fail."""

from __future__ import annotations

import math
import stat
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tinytag import TinyTag, TinyTagException

from linernotes.errors import AudioError
from linernotes.sources.codes import language_name
from linernotes.sources.containers import AudioKind, Container, find_container
from linernotes.sources.keys import key_in
from linernotes.sources.paths import PathGuess, guess_from_key
from linernotes.sources.places import storable_path
from linernotes.sources.signature import signature_of
from linernotes.sources.values import (
    MAX_VALUES,
    clean_text,
    is_placeholder,
    isrc_in,
    mended,
    split_artists,
    split_items,
    unique_texts,
    uuids_in,
    year_in,
)
from linernotes.types import Fact, FactValue, SourceItem

TAG_CONFIDENCE = 0.9
_GENRE_CONFIDENCE = 0.8
_TEMPO_CONFIDENCE = 0.7
# Who made the album most often, but not always, made the track.
_ALBUM_ARTIST_AS_ARTIST_CONFIDENCE = 0.6
PATH_CONFIDENCE = 0.3
# A title that is only the file's name ("track 01") is there so that the track can be shown at all.
_NAME_AS_TITLE_CONFIDENCE = 0.1

_SLOWEST_BPM, _FASTEST_BPM = 20.0, 400.0
_LONGEST_S = 7 * 24 * 3600.0
_HIGHEST_NUMBER = 9999

# The reader goes by the file's name; it is told the kind that the first bytes say.
NAME_FOR_READER: dict[AudioKind, str] = {
    "flac": "a.flac",
    "ogg": "a.ogg",
    "mp3": "a.mp3",
    "wav": "a.wav",
    "aiff": "a.aiff",
    "mp4": "a.mp4",
    "aac": "a.mp3",  # for the ID3 tag; the frames are none that the reader knows
}
_KINDS_IN_WORDS = "FLAC, Ogg, MP3, WAV, AIFF, MP4 nor AAC"
# tinytag wraps what its parsers raise in its own exceptions; these are what pure-Python parsers raise on
# garbage, for what happens outside of the wrapping.
READER_ERRORS = (
    TinyTagException,
    struct.error,
    ValueError,  # UnicodeError too
    LookupError,
    ArithmeticError,
    TypeError,
    MemoryError,
    RecursionError,
)
# Where the names of the reader's further fields, letters and digits alone, differ from format to format.
_FIELDS: dict[str, tuple[str, ...]] = {
    "album_artist": ("albumartist",),
    "tempo_bpm": ("bpm", "tbpm", "tempo"),
    "key": ("initialkey", "key"),
    "language": ("language",),
    "mood": ("mood", "tmoo"),
    "original_date": ("originaldate", "originalyear", "tdor", "tory"),
    "isrc": ("isrc",),
    "musicbrainz_recording_id": ("musicbrainztrackid", "musicbrainzrecordingid", "ufid"),
    "musicbrainz_artist_id": ("musicbrainzartistid",),
    "musicbrainz_release_id": ("musicbrainzalbumid", "musicbrainzreleaseid"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tags:
    """What the reader found: texts by name, and the numbers that it has parsed."""

    texts: dict[str, list[str]]
    track_number: int | None = None
    disc_number: int | None = None
    duration_s: float | None = None


def read_file(path: Path, key: str) -> SourceItem:
    """What the file at ``path`` tells of itself by its tags, and else by ``key``, its place in the folder.

    There is always a title. A file with broken tags is read by its path. Safe to call in a child process
    with limits: it takes and returns plain values. Raises AudioError, with the reason in one line, if the
    file cannot be read, is empty, or is no audio.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise AudioError("not a regular file")
        with path.open("rb") as file:
            container = _container(file, status.st_size)
            tags = _read_tags(file, container.kind)
            signature = signature_of(file, container)
    except OSError as err:
        raise AudioError(f"the file cannot be read: {err.strerror or err}") from err
    return SourceItem(
        key=key,
        facts=_facts(tags, guess_from_key(key)),
        audio_path=storable_path(path.absolute()),
        signature=signature,
        size_bytes=status.st_size,
        modified_ns=status.st_mtime_ns,
    )


def _container(file: BinaryIO, size: int) -> Container:
    if size == 0:
        raise AudioError("the file is empty (0 bytes)")
    container = find_container(file)
    if container is None:
        file.seek(0)
        begin = file.read(8)
        raise AudioError(f"no audio in the file: neither {_KINDS_IN_WORDS}; it begins with {begin!r}")
    return container


# --- from the reader -------------------------------------------------------------------------------


def _read_tags(file: BinaryIO, kind: AudioKind) -> _Tags:
    """Tags and length; if one of them is broken the other one alone, if both are nothing."""
    for with_tags, with_duration in ((True, True), (True, False), (False, True)):
        if kind == "aac" and with_duration:
            continue
        try:
            file.seek(0)
            found = TinyTag.get(
                NAME_FOR_READER[kind], file, tags=with_tags, duration=with_duration, image=False
            )
        except READER_ERRORS:
            continue
        return _from_reader(found)
    return _Tags(texts={})


def _from_reader(found: TinyTag) -> _Tags:
    further: dict[str, list[str]] = {}
    for name, values in found.other.items():
        plain_name = "".join(char for char in name.casefold() if char.isalnum())
        further.setdefault(plain_name, []).extend(values)
    texts = {name: _under(further, names) for name, names in _FIELDS.items()}
    for name in ("title", "artist", "album", "genre", "year"):
        texts[name] = _under(further, (name,))
    first = {
        "title": found.title,
        "artist": found.artist,
        "album": found.album,
        "album_artist": found.albumartist,
        "genre": found.genre,
        "year": found.year,
    }
    for name, value in first.items():
        if value:
            texts[name].insert(0, value)
    return _Tags(
        texts={name: [mended(text) for text in told] for name, told in texts.items()},
        track_number=found.track,
        disc_number=found.disc,
        duration_s=found.duration,
    )


def _under(further: dict[str, list[str]], names: Iterable[str]) -> list[str]:
    return [value for name in names for value in further.get(name, [])]


# --- to facts --------------------------------------------------------------------------------------


def _facts(tags: _Tags, guess: PathGuess) -> tuple[Fact, ...]:
    told = [*_names(tags), *_numbers(tags), *_descriptors(tags), *_identifiers(tags)]
    told_names = {fact.name for fact in told}
    guessed = [fact for fact in _guesses(guess) if fact.name not in told_names]
    facts = [*told, *guessed]
    if not any(fact.name == "title" for fact in facts):
        facts.insert(0, _fact("title", guess.name, _NAME_AS_TITLE_CONFIDENCE, source="path"))
    return tuple(facts)


def _fact(
    name: str,
    value: FactValue,
    confidence: float = TAG_CONFIDENCE,
    unit: str | None = None,
    source: str = "tag",
) -> Fact:
    return Fact(name=name, value=value, source=source, confidence=confidence, unit=unit)


def _known(name: str, texts: Iterable[str]) -> tuple[str, ...]:
    """The cleaned texts that are real values and no "Unknown Artist"."""
    return tuple(text for text in unique_texts(texts) if not is_placeholder(name, text))


def _names(tags: _Tags) -> Iterator[Fact]:
    yield from _first("title", _known("title", tags.texts.get("title", [])))
    artists = _artists("artist", tags)
    album_artists = _artists("album_artist", tags)
    for artist in artists:
        yield _fact("artist", artist)
    if not artists:
        for artist in album_artists:
            yield _fact("artist", artist, _ALBUM_ARTIST_AS_ARTIST_CONFIDENCE)
    yield from _first("album", _known("album", tags.texts.get("album", [])))
    yield from _first("album_artist", album_artists)


def _artists(name: str, tags: _Tags) -> tuple[str, ...]:
    texts = tags.texts.get(name, [])[:MAX_VALUES]
    return _known(name, (artist for text in texts for artist in split_artists(text)))


def _numbers(tags: _Tags) -> Iterator[Fact]:
    for name, number in (("track_number", tags.track_number), ("disc_number", tags.disc_number)):
        if number is not None and 0 < number <= _HIGHEST_NUMBER:
            yield _fact(name, number)
    # The date of a re-issue says less about the music than the first one's.
    dates = [*tags.texts.get("original_date", []), *tags.texts.get("year", [])]
    yield from _first("year", map(year_in, dates))
    yield from _first("tempo_bpm", map(_tempo, tags.texts.get("tempo_bpm", [])), _TEMPO_CONFIDENCE, "bpm")
    if tags.duration_s is not None and 0 < tags.duration_s <= _LONGEST_S:
        yield _fact("duration_s", round(tags.duration_s, 3), unit="s")


def _first(
    name: str,
    values: Iterable[FactValue | None],
    confidence: float = TAG_CONFIDENCE,
    unit: str | None = None,
) -> Iterator[Fact]:
    """The fact with the first value that is known, if any."""
    known = next((value for value in values if value is not None), None)
    if known is not None:
        yield _fact(name, known, confidence, unit)


def _tempo(text: str) -> float | None:
    try:
        bpm = float(text[:40].strip().replace(",", "."))
    except ValueError:
        return None
    return bpm if math.isfinite(bpm) and _SLOWEST_BPM <= bpm <= _FASTEST_BPM else None


def _descriptors(tags: _Tags) -> Iterator[Fact]:
    for name in ("genre", "mood"):
        items = (item for text in tags.texts.get(name, [])[:MAX_VALUES] for item in split_items(text))
        for item in _known(name, items):
            yield _fact(name, item, _GENRE_CONFIDENCE)
    yield from _first("key", map(key_in, tags.texts.get("key", [])))
    languages = (item for text in tags.texts.get("language", []) for item in split_items(text))
    yield from _first("language", (language_name(clean_text(text) or "") for text in languages))


def _identifiers(tags: _Tags) -> Iterator[Fact]:
    yield from _first("isrc", map(isrc_in, tags.texts.get("isrc", [])))
    for name in ("musicbrainz_recording_id", "musicbrainz_release_id"):
        yield from _first(name, _uuids(name, tags))
    for identifier in _uuids("musicbrainz_artist_id", tags):
        yield _fact("musicbrainz_artist_id", identifier)


def _uuids(name: str, tags: _Tags) -> tuple[str, ...]:
    return unique_texts(found for text in tags.texts.get(name, []) for found in uuids_in(text))


def _guesses(guess: PathGuess) -> Iterator[Fact]:
    guessed: dict[str, FactValue | None] = {
        "title": guess.title,
        "artist": guess.artist,
        "album": guess.album,
        "track_number": guess.track_number,
        "disc_number": guess.disc_number,
        "year": guess.year,
    }
    for name, value in guessed.items():
        if value is not None:
            yield _fact(name, value, PATH_CONFIDENCE, source="path")
