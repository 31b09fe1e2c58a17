"""What the JSON of the HTTP door looks like, as its OpenAPI document says it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from fastapi import Response
from pydantic import BaseModel, Field, RootModel

from linernotes.library.coverage import Coverage, Place
from linernotes.library.forgetting import ForgottenModel
from linernotes.library.pages import CollectionKind, NoteOrigin, StageStatus
from linernotes.library.song_map import MapBy
from linernotes.listener import Shift
from linernotes.serve.adding import Run
from linernotes.serve.as_json import to_json
from linernotes.store.records import Forgotten as ForgottenRows
from linernotes.types import Avoid, Context, EventKind, Fact, Failure, Limit, Reason, Seed, Want


def as_json(value: object, *, status: int = 200) -> Response:
    """A reply of one line of JSON."""
    return Response(to_json(value), status_code=status, media_type="application/json")


_SIGN: Final = r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]"
NAME: Final = rf"^{_SIGN}*$"
"""The field of a listener's name, which may be left empty."""
LISTENER: Final = rf"^{_SIGN}*[^\s\x00-\x1f\x7f-\x9f\u2028\u2029]{_SIGN}*$"
"""What a listener may be called: not only blanks, and nothing that controls."""


class Error(BaseModel):
    """What was wrong, and the likely cure."""

    error: str


_WHY: Final = {
    400: "The host name, or the body, makes no sense.",
    401: "A login or a token is needed, and this is none that holds.",
    403: "It is somebody else's, only administrators may, or another site asks.",
    404: "It is not here.",
    413: "The body is too large.",
    422: "A value makes no sense.",
    429: "Too many requests; Retry-After says in how many seconds to try again.",
    503: "The library, or what it needs, does not work just now.",
}
ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"model": Error, "description": why} for status, why in _WHY.items()
}
"""What every route may refuse with."""


class Me(BaseModel):
    """Who asks; ``listener`` is null at home, where nobody has to say."""

    listener: str | None
    administers: bool


class Track(BaseModel):
    """A track. ``popularity`` is 0 (unknown to all) to 1."""

    id: int
    title: str
    artists: list[str]
    album: str | None
    year: int | None
    duration_s: float | None
    popularity: float | None


class Understood(BaseModel):
    """A request as it was understood, with the words that each part was read from."""

    text: str
    seeds: list[Seed]
    wants: list[Want]
    avoids: list[Avoid]
    context: Context
    limits: list[Limit]
    popularity: float | None
    rest: str


class Pick(BaseModel):
    """A recommended track with its note; ``unverified`` are promises that its facts cannot confirm."""

    rank: int
    track: Track
    score: float
    reasons: list[Reason]
    description: str
    verified: bool
    unverified: list[str]


class Ending(BaseModel):
    """What is known of an answer when all its picks are: the last line of one that is streamed."""

    answer_id: int
    parent_id: int | None
    messages: list[str]
    seconds: float


class Answer(Ending):
    """The picks for a request, best first, with what was understood and what had to be said."""

    request: Understood
    picks: list[Pick]


class Line(BaseModel):
    """One line of an answer that is streamed; it has one of these."""

    understood: Understood | None = None
    pick: Pick | None = None
    answer: Ending | None = None
    error: str | None = None


class Tracks(BaseModel):
    """Some tracks by rising id; ``next`` is the ``after`` of those behind them, null at the end."""

    tracks: list[Track]
    next: int | None


class Artist(BaseModel):
    """An artist, with the number of tracks that are here."""

    id: int
    name: str
    track_count: int


class Artists(BaseModel):
    """Some artists by rising id; ``next`` is the ``after`` of those behind them, null at the end."""

    artists: list[Artist]
    next: int | None


class Genre(Artist):
    """A genre, with the number of tracks that are here."""


class Genres(BaseModel):
    """All genres, the commonest first."""

    genres: list[Genre]


class Song(BaseModel):
    """A track with its note, whole and by sentence, and every fact, whoever claims it."""

    track: Track
    note: str
    sentences: list[str]
    origin: NoteOrigin
    model: str | None
    adapter: str | None
    facts: list[Fact]


class Collection(BaseModel):
    """An artist or a genre with its note, and some of its tracks, best known first."""

    kind: CollectionKind
    name: str
    note: str
    track_count: int
    origin: NoteOrigin
    model: str | None
    adapter: str | None
    tracks: list[Track]


class Event(BaseModel):
    """What a listener did with a track."""

    listener: str
    kind: EventKind
    track_id: int
    at: datetime
    value: float | None
    reason: str | None
    answer_id: int | None


class Events(BaseModel):
    """What a listener did and did not undo, newest first."""

    events: list[Event]


class Taste(BaseModel):
    """One taste: its share of the liking, and the liked tracks that tell most of it."""

    share: float
    text: str
    count: int
    tracks: list[Track]


class Profile(BaseModel):
    """What is known of a listener, as it is read back to them."""

    listener: str
    text: str
    events: int
    tastes: list[Taste]
    words: list[Shift]
    mainstreamness: float | None
    sayings: list[str]
    avoids: list[str]


class Listeners(BaseModel):
    """The names of the listeners whom the one who asks may see."""

    listeners: list[str]


class Stage(BaseModel):
    """How far one stage is."""

    done: int
    pending: int
    failed: int


class Status(BaseModel):
    """How many tracks there are, and how far each stage is."""

    tracks: int
    missing: int
    stages: dict[str, Stage]
    notes: dict[str, int]


class Feedback(BaseModel):
    """What a listener did with a track; see ``linernotes feedback``. "me" is whoever asks."""

    listener: str = Field(default="me", max_length=200, pattern=LISTENER)
    track: int = Field(ge=1, le=2**62)
    kind: EventKind
    value: float | None = Field(default=None, ge=0, le=1)
    reason: str | None = Field(default=None, max_length=200)
    answer_id: int | None = Field(default=None, ge=1, le=2**62)


class Saying(BaseModel):
    """What a listener says of themselves."""

    text: str = Field(max_length=10_000, pattern=r"[^\W_]")


class Mix(BaseModel):
    """A request under a name, with the options that differ from nothing; a fresh one is asked anew."""

    id: int
    name: str
    request: str
    options: dict[str, Any]
    fresh: bool
    created_at: datetime
    asked_at: datetime


class Mixes(BaseModel):
    """The mixes that a listener saved, the latest first."""

    mixes: list[Mix]


class OpenedMix(Mix):
    """A mix with its answer; ``renewed`` where that was asked for just now."""

    renewed: bool
    answer: Answer


class Deleted(BaseModel):
    """The number of what is gone."""

    deleted: int


class Corrected(BaseModel):
    """What a correction changed: facts given and denied, sentences that went, and the note after it."""

    listener: str
    track: Track
    facts: list[Fact]
    removed: list[str]
    note: str
    origin: NoteOrigin
    model: str | None
    messages: list[str]


class Kept(RootModel[dict[str, list[dict[str, Any]]]]):
    """Everything that is kept of a listener: rows by table, and the songs that they name."""


class Forgotten(BaseModel):
    """How much of a listener was forgotten, and the models that had seen it."""

    listener: str
    what: ForgottenRows
    models: list[ForgottenModel]


class Map(BaseModel):
    """Songs on a plane; each dot is song, x, y, area, can be played, title, artists."""

    by: MapBy
    songs: int
    areas: list[str]
    dots: list[list[int | float | bool | str]]


class LibraryReport(BaseModel):
    """Where the songs come from, how far each stage is, what failed, and what is being added."""

    songs: int
    missing: int
    stages: list[StageStatus]
    coverage: Coverage
    places: list[Place]
    failures: list[Failure]
    adding: Run | None
