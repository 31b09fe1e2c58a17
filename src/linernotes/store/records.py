"""The values that only the store and its callers exchange; the others are in ``linernotes.types``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from linernotes.types import Description, Event, Fact, Ids, Reason, SourceItem, Vector

JobOutcome = Literal["done", "failed"]
Verdict = Literal["helpful", "not for me"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtistName:
    """An artist as a source names it. ``key`` is the folded name: equal keys are one artist."""

    name: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTrack:
    """A track on its way into the catalogue: what the source said, and what was made of it.

    ``title_key`` and ``album_key`` are the folded names; artists stand in their order of credit.
    """

    item: SourceItem
    title: str
    title_key: str
    artists: tuple[ArtistName, ...] = ()
    album: str | None = None
    album_key: str | None = None
    year: int | None = None
    duration_s: float | None = None
    popularity: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A place that tracks come from: a folder, a table, a server."""

    id: int
    kind: str
    location: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFile:
    """What the catalogue remembers of an item of a source, to see whether it changed."""

    track_id: int
    size_bytes: int | None
    modified_ns: int | None
    signature: str | None
    missing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStat:
    """The size and time of the file with this key."""

    key: str
    size_bytes: int | None
    modified_ns: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioResult:
    """What listening to one track gave. ``version`` names the analysis, ``model`` the embedding's maker.

    Every fact has a source that starts with ``audio:``; ``embedding`` is ``(d,) float32``.
    """

    track_id: int
    version: str
    facts: tuple[Fact, ...]
    embedding: Vector | None = None
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Genre:
    """A genre of the catalogue, with the number of tracks that can be played."""

    id: int
    name: str
    track_count: int


class Revisions(NamedTuple):
    """The answerable tracks, by rising id, and how often each was changed: both ``(n,) int64``."""

    ids: Ids
    revisions: Ids


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueCounts:
    """How many tracks there are, and in what state. ``answerable`` are neither missing nor unplayable."""

    tracks: int
    answerable: int
    with_audio: int
    missing: int
    unplayable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobState:
    """How a stage ended for a track, and with which version of the stage."""

    version: str
    state: JobOutcome
    reason: str | None
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StageSummary:
    """How far a stage is, over the tracks that it concerns."""

    done: int
    failed: int
    pending: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPick:
    """A pick as it was given; ``position`` starts at 1."""

    position: int
    track_id: int
    score: float
    verified: bool
    unverified: tuple[str, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    """An answer as it was given, with the request and the versions of the models it came from."""

    id: int
    parent_id: int | None
    listener: str | None
    request: Mapping[str, Any]
    context: Mapping[str, Any]
    messages: tuple[str, ...]
    versions: Mapping[str, str]
    seconds: float
    created_at: datetime
    picks: tuple[StoredPick, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMix:
    """A saved mix: a request with its options, and the answer that it had last, None where that is gone."""

    id: int
    listener: str
    name: str
    request: str
    options: Mapping[str, Any]
    fresh: bool
    answer_id: int | None
    state: str
    created_at: datetime
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What was added to a listener's events; see ``Listeners.news``.

    ``last`` is the id to go on from, ``rows`` how many were added, undos included.
    """

    events: tuple[Event, ...]
    last: int
    holds: bool
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCorrection:
    """What a listener says against the facts or the note of a song, on its way into the store.

    ``facts`` come from ``listener:NAME``; ``wrong`` is what they found wrong in ``note``, the note that they
    saw, ``text`` the better one that they wrote, both with placeholders for names. ``new_note`` is what
    stands from now on; without it the note stays, or goes where the correction ``withdraws_note``.
    """

    listener: str
    track_id: int
    note: str
    facts: tuple[Fact, ...] = ()
    wrong: str | None = None
    text: str | None = None
    verdict: Verdict | None = None
    new_note: Description | None = None
    withdraws_note: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A correction as it was given; see NewCorrection. ``is_on_plain_note``: no model wrote ``note``."""

    id: int
    listener: str
    track_id: int
    at: datetime
    note: str
    facts: tuple[Fact, ...]
    wrong: str | None
    text: str | None
    verdict: Verdict | None
    is_on_plain_note: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """How much of a listener was forgotten. ``facts`` are those that they gave, ``facts_went`` or not.

    ``notes`` are the songs whose note went with them.
    """

    events: int
    answers: int
    sayings: int
    corrections: int
    mixes: int
    notes: int
    facts: int
    facts_went: bool
