"""The values that pass between rooms: frozen dataclasses, no behaviour.

``None`` means unknown everywhere; zero and ``""`` are values. Collections are tuples, so that a value
handed to another room cannot change under it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

FactValue = str | int | float | bool
Kind = Literal["song", "artist", "genre"]
Family = Literal[
    "genre",
    "mood",
    "instrument",
    "vocals",
    "activity",
    "company",
    "time",
    "tempo",
    "energy",
    "country",
    "language",
    "style",
]
NoteStatus = Literal["written", "fallback"]
EventKind = Literal["play", "skip", "like", "dislike", "save", "rate", "undo"]
Stage = Literal["join", "audio", "describe"]

DENIAL: Final = "not "
"""A fact called "not mood" says that the mood is none of the song's; only listeners deny."""

Vector = NDArray[np.float32]
Ids = NDArray[np.int64]


# --- facts -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing known about a track; a name that takes several values has one Fact for each.

    ``source`` says who claims it: ``tag``, ``path`` (a guess), ``table``, ``editors``, ``joined:TABLE`` (of
    the artist, or of the song by its name), ``audio:sonara``, ``audio:musicnn``, ``audio:loudness``,
    ``listener:NAME``. ``confidence`` is 0 to 1. A name behind DENIAL takes its value out of the sheet.
    """

    name: str
    value: FactValue
    source: str
    confidence: float
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSheet:
    """What is told about a song: the best value of each fact, without any name.

    ``decades`` are those in which the artist was active, for songs whose own year is unknown.
    ``vocals`` is one of instrumental, vocals, male vocals, female vocals, male and female vocals,
    duet, choir, rap vocals, spoken word. energy, valence, danceability and acousticness are 0 to 1.
    ``styles`` are what the title says of the version: christmas, remix, cover, karaoke, acoustic, demo.
    """

    kind: Kind = "song"
    genres: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    vocals: str | None = None
    moods: tuple[str, ...] = ()
    tempo_bpm: float | None = None
    key: str | None = None
    energy: float | None = None
    valence: float | None = None
    danceability: float | None = None
    acousticness: float | None = None
    loudness_lufs: float | None = None
    duration_s: float | None = None
    year: int | None = None
    decades: tuple[int, ...] = ()
    country: str | None = None
    language: str | None = None
    live: bool | None = None
    styles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionSheet:
    """What is told about an artist or a genre, counted over its tracks, without any name.

    The tempo range leaves out the odd tenth at either end. ``mode`` is mostly minor or mostly major.
    ``decades`` are those in which an artist without dated tracks was active. ``parents``, ``relatives`` and
    ``origin`` are a genre's; ``stands_out`` says against the rest of the library what is unusual ("slower
    than most of the library").
    """

    kind: Literal["artist", "genre"]
    tracks: int = 0
    artists: int | None = None
    genres: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    vocals: str | None = None
    moods: tuple[str, ...] = ()
    first_year: int | None = None
    last_year: int | None = None
    tempo_low_bpm: float | None = None
    tempo_high_bpm: float | None = None
    tempo_median_bpm: float | None = None
    mode: str | None = None
    energy_median: float | None = None
    acousticness_median: float | None = None
    decades: tuple[int, ...] = ()
    country: str | None = None
    parents: tuple[str, ...] = ()
    relatives: tuple[str, ...] = ()
    origin: str | None = None
    stands_out: tuple[str, ...] = ()


Sheet = FactSheet | CollectionSheet
"""What a note is written from."""


# --- sources and audio -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceItem:
    """One track as a source gives it, before it has an identity in the catalogue.

    ``key`` is its place within the source (a path below the folder, a row's own id). ``facts`` holds
    everything the source says, names included (``title``, ``artist``, ``album``, ``album_artist``).
    ``signature`` is a hash of the sound, without the tags, so that a moved or retagged file is known again.
    """

    key: str
    facts: tuple[Fact, ...]
    audio_path: str | None = None
    signature: str | None = None
    size_bytes: int | None = None
    modified_ns: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """A track that was played or skipped elsewhere, under the names that it has there.

    ``at`` has a time zone; services tell when it began, Spotify when it ended. ``recording_mbid`` is the
    MusicBrainz identifier of the recording.
    """

    artist: str
    title: str
    at: datetime
    kind: Literal["play", "skip"] = "play"
    album: str | None = None
    recording_mbid: str | None = None
    isrc: str | None = None
    spotify_uri: str | None = None
    played_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Something that could not be done, and why, in words for the user."""

    key: str
    stage: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TagScore:
    """What a tagger thinks of one tag: mean activation over the track, 0 to 1."""

    model: str
    tag: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioFeatures:
    """What was measured in one recording.

    ``tempo_alternatives_bpm`` are the octave readings of the same pulse (half, double). ``embedding``
    is ``(400,) float32`` of L2 norm 1, or None where the tagger did not run. ``typical_start_s`` is where the
    thirty seconds begin that are most like the whole, as far as the tagger can tell.
    """

    duration_s: float
    tempo_bpm: float | None
    tempo_alternatives_bpm: tuple[float, ...]
    tempo_confidence: float
    key: str | None
    key_confidence: float
    loudness_lufs: float | None
    energy: float | None
    tags: tuple[TagScore, ...]
    embedding: Vector | None
    typical_start_s: float | None = None
    warnings: tuple[str, ...] = ()


# --- the catalogue ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Artist:
    """An artist of the catalogue."""

    id: int
    name: str
    track_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A track of the catalogue, as it is shown. ``popularity`` is 0 (unknown to all) to 1, or None."""

    id: int
    title: str
    artists: tuple[str, ...]
    artist_ids: tuple[int, ...]
    album: str | None = None
    year: int | None = None
    duration_s: float | None = None
    popularity: float | None = None
    audio_path: str | None = None
    missing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """A note and where it comes from.

    ``template`` holds ``{title}``, ``{artist}`` and ``{album}`` in place of names. ``problems`` is what
    the check found in the tries that failed.
    """

    kind: Kind
    subject_id: int
    template: str
    status: NoteStatus
    model: str
    adapter: str | None
    prompt_version: str
    facts_hash: str
    problems: tuple[str, ...] = ()


# --- the words -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A range of a number and the words for it, the plainest first. ``low <= value < high``."""

    low: float
    high: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a word asks of the facts: a value, or a range of a number. ``weight`` is 0 to 1."""

    name: str
    value: str | None = None
    low: float | None = None
    high: float | None = None
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """An entry of the lexicon: one meaning, its ways of saying it, and what it implies."""

    family: Family
    name: str
    synonyms: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Where a term stands in a text: ``text[start:end]``."""

    family: Family
    name: str
    start: int
    end: int


# --- the request -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class NameEntry:
    """A name of the catalogue that a request may link to. ``key`` is the folded name."""

    kind: Literal["artist", "track", "album"]
    name: str
    key: str
    ids: tuple[int, ...]
    weight: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """A name in the request: "like" asks for likeness to it, "by" for its own tracks.

    Its own are ``welcome`` where somebody told what they love, and not where they asked for the like of it.
    ``track_ids`` belong to a track or album seed, ``artist_ids`` to an artist seed.
    ``similarity`` is 1 for an exact link, less for a misspelt one.
    """

    kind: Literal["artist", "track", "album"]
    relation: Literal["like", "by"]
    name: str
    text: str
    artist_ids: tuple[int, ...] = ()
    track_ids: tuple[int, ...] = ()
    welcome: bool = False
    similarity: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """A quality asked for. ``weight`` is below 1 for "a bit", above it for "especially"."""

    family: Family
    name: str
    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Avoid:
    """Something that must not be in the answer.

    ``family`` is one of the lexicon's, or ``artist``, ``track`` or ``album`` with ``ids``. What is
    ``standing`` was said once for all answers: it is held where the facts are known, and where they are not,
    a track is taken to keep it.
    """

    family: Family | Literal["artist", "track", "album"]
    name: str
    text: str
    ids: tuple[int, ...] = ()
    standing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A range that a fact must stay in (both ends included), or a bound on the whole answer.

    ``name`` is ``tempo_bpm``, ``year`` or ``duration_s`` of each pick, ``tracks`` (how many picks),
    ``tracks_per_artist`` or ``total_minutes`` of the answer. Equal ends of ``tracks`` and ``total_minutes``
    mean "so many, as near as can be". ``excluded`` turns it round: the fact must be known to lie outside.
    """

    name: Literal["tempo_bpm", "year", "duration_s", "tracks", "tracks_per_artist", "total_minutes"]
    text: str
    low: float | None = None
    high: float | None = None
    excluded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The situation in which music is asked for, each by its lexicon name."""

    mood: str | None = None
    activity: str | None = None
    company: str | None = None
    time: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """A name of the catalogue that stands in a request, whatever it means there; rare words weigh more."""

    kind: Literal["artist", "track"]
    ids: tuple[int, ...]
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """More or less of a number than in what is named, or than in the answer before."""

    field: str
    more: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request in words, understood. ``rest`` is the text that no rule explained.

    ``language`` is the one it was read in, as ISO 639-1 calls it.

    ``popularity`` runs from -1 (deep cuts) to 1 (hits). ``suggestions`` are names of the catalogue that
    an unknown name may have meant. ``order`` is what was said of the order of the picks, in the request's
    words. ``unread_avoids`` are exclusions that no rule could read: promises that cannot be given.
    ``unknown_avoids`` are those of names that the catalogue does not have. ``pointers`` are places, from 1,
    of picks of the answer before that the request is about; negative ones count from its end.
    """

    text: str
    seeds: tuple[Seed, ...] = ()
    wants: tuple[Want, ...] = ()
    avoids: tuple[Avoid, ...] = ()
    limits: tuple[Limit, ...] = ()
    context: Context = field(default_factory=Context)
    popularity: float | None = None
    rest: str = ""
    unknown_names: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    order: str | None = None
    unread_avoids: tuple[str, ...] = ()
    unknown_avoids: tuple[str, ...] = ()
    comparisons: tuple[Comparison, ...] = ()
    pointers: tuple[int, ...] = ()
    echoes: tuple[Echo, ...] = ()
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """What went before a request: earlier requests, oldest first, and what was thought of their picks.

    ``searched`` is what of the requests is searched for by words. ``liked`` and ``disliked`` are tracks that
    are not to be found again; those that were ``shown`` are not where nothing but more is asked for. ``last``
    are the picks of the latest answer, best first.
    """

    requests: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()
    shown: tuple[int, ...] = ()
    last: tuple[int, ...] = ()
    liked: tuple[int, ...] = ()
    disliked: tuple[int, ...] = ()


# --- the index -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexDocument:
    """What the index holds of one track. Vectors are float32 of L2 norm 1, None where not yet made.

    ``revision`` is the store's counter of the track's changes, so that index and truth can be compared.
    ``song_key`` is the same for all recordings of one song by one artist. ``meaning`` is the note without
    names, of which the text vector is made; empty where there is nothing to tell.
    """

    track_id: int
    revision: int
    names: str
    tags: str
    prose: str
    sheet: FactSheet
    artist_ids: tuple[int, ...]
    song_key: str
    album_key: str = ""
    meaning: str = ""
    popularity: float | None = None
    text_vector: Vector | None = None
    audio_vector: Vector | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What every pick must fulfil. The values in ``excluded`` must not be there; a number stays in range.

    ``field`` is a field of FactSheet, or ``artist_ids`` or ``track_id``. For a field of several values,
    a track with none of them is unknown (but for ``styles``, which a title would tell), and so is one with
    a value in ``uncertain`` ("vocals" where female vocals are excluded). Both ends of the range belong to
    it; ``outside`` turns it round: the number must not lie in it. With ``if_known`` a track of which the
    field is unknown keeps the condition. ``promise`` is the request's own words.
    """

    field: str
    promise: str
    excluded: tuple[str | int | bool, ...] = ()
    uncertain: tuple[str | int | bool, ...] = ()
    low: float | None = None
    high: float | None = None
    outside: bool = False
    if_known: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which tracks may be picked: those known to keep every condition, and those of which a fact is unknown.

    Both are sorted int64 ids without a common member. ``None`` for ``verified`` means all tracks.
    """

    verified: Ids | None
    unverified: Ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """What one search found, best first: ids ``(k,) int64``, scores ``(k,) float32``, larger is better."""

    ids: Ids
    scores: Vector


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Tracks that may answer, with one score a retrieval channel.

    ``scores`` and ``ranks`` are ``(n, c) float32``; NaN where the channel did not find the track; ranks
    start at 1. ``verified`` is ``(n,) bool``. ``traits`` are ``(n,) float32``, known whoever found a track,
    and ``asked`` numbers that tell what was asked; see ``retrieve.traits``.
    """

    ids: Ids
    channels: tuple[str, ...]
    scores: Vector
    ranks: Vector
    verified: NDArray[np.bool_]
    traits: Mapping[str, Vector] = field(default_factory=dict)
    asked: Mapping[str, float] = field(default_factory=dict)


# --- the answer ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a track was picked, in words, with the evidence the words rest on."""

    text: str
    evidence: Mapping[str, FactValue | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A recommended track. ``unverified`` names the promises that its facts cannot confirm."""

    rank: int
    track: Track
    score: float
    reasons: tuple[Reason, ...]
    description: str
    verified: bool
    unverified: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The picks for a request, best first, and what had to be said about them."""

    id: int
    request: Request
    picks: tuple[Pick, ...]
    messages: tuple[str, ...]
    seconds: float
    parent_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What a listener did with a track. ``value`` is the share listened or the rating, 0 to 1.

    ``track_id`` and ``at`` are always there; ``answer_id`` where the track stood in an answer.
    """

    listener: str
    kind: EventKind
    track_id: int
    at: datetime
    value: float | None = None
    reason: str | None = None
    answer_id: int | None = None
