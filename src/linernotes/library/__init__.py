"""Shell 2: an open library, which answers requests, shows its pages and takes feedback."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self, Unpack

from linernotes import ingest
from linernotes.config import Settings
from linernotes.embed import Embedder, RequestMap
from linernotes.errors import InputError, LinernotesError, NotFoundError, StoreError
from linernotes.index import open_embedded
from linernotes.library import correcting, forgetting
from linernotes.library.answering import Answering
from linernotes.library.conversation import conversation_until
from linernotes.library.correcting import Change, Corrected
from linernotes.library.coverage import (
    Coverage,
    Place,
    read_coverage,
    read_fresh_files,
    read_places,
)
from linernotes.library.finding import exact_entry, find_entry
from linernotes.library.forgetting import ForgottenListener
from linernotes.library.knowing import InUse
from linernotes.library.mixes import Mix, Mixes, OpenedMix
from linernotes.library.offering import Offer, read_offer
from linernotes.library.options import AskKeywords, AskOptions
from linernotes.library.pages import (
    CollectionKind,
    CollectionPage,
    SongPage,
    StageStatus,
    Status,
    read_collection,
    read_song,
    read_status,
)
from linernotes.library.plain import plain
from linernotes.library.reading_back import ProfilePage, TastePage, read_profile
from linernotes.library.song_map import MapBy, SongMap, SongMaps
from linernotes.llm import TextGenerator
from linernotes.rank import Fusion
from linernotes.retrieve import Sessions, conditions_of
from linernotes.sources import FoundFile
from linernotes.store import Correction, Store, Verdict
from linernotes.types import (
    Answer,
    Candidates,
    Conversation,
    Event,
    EventKind,
    Fact,
    Ids,
    NameEntry,
    Pick,
    Request,
    Seed,
    Track,
    Vector,
)

__all__ = [
    "AskOptions",
    "CollectionPage",
    "Corrected",
    "Coverage",
    "ForgottenListener",
    "InUse",
    "Library",
    "Mix",
    "Mixes",
    "Offer",
    "OpenedMix",
    "Place",
    "ProfilePage",
    "SongMap",
    "SongPage",
    "StageStatus",
    "Status",
    "TastePage",
    "plain",
]


_FACTS_AT_ONCE = 1000
_MOST_DIGITS = 18


class Library:
    """An open library. It may be used from several threads, and while another process adds to it."""

    def __init__(self, settings: Settings) -> None:
        """Opens the library that the settings name and makes it when it is not there yet.

        Raises StoreError when the folder or the database holds something else.
        """
        self.settings = settings
        try:
            settings.library_dir.mkdir(parents=True, exist_ok=True)
        except OSError as err:
            raise StoreError(
                f"{settings.library_dir} cannot be the library's folder ({err.strerror}): name another one"
            ) from err
        self._store = Store.open(settings.database_url or settings.library_dir / "library.db")
        self._index = open_embedded(settings.library_dir / "index")
        self._offer = (-1, Offer())

    def add(
        self,
        path: str | Path,
        *,
        jobs: int = 0,
        notes: bool = True,
        editors: bool = False,
        source_name: str | None = None,
        joined: bool = False,
        writer: TextGenerator | None = None,
        on_progress: ingest.OnProgress = ingest.silent,
    ) -> ingest.AddReport:
        """Adds a folder of music or a table; see ``ingest.add``.

        ``writer`` writes the notes in place of the model that the settings name.
        """
        report = ingest.add(
            Path(path),
            self._workshop(writer),
            jobs=jobs,
            notes=notes,
            editors=editors,
            source_name=source_name,
            joined=joined,
            on_progress=on_progress,
        )
        self._answering.known.forget_names()
        return report

    def ask(
        self,
        text: str,
        options: AskOptions | None = None,
        *,
        conversation: Conversation | None = None,
        **keywords: Unpack[AskKeywords],
    ) -> Answer:
        """Songs for a request in plain words, best first, with reasons.

        What is asked beside the words goes into ``options`` or into keywords of the same names, as in
        ``library.ask("calm piano", n=5, listener="me")``. ``conversation`` stands in for the one up to the
        answer that ``after`` names. Raises InputError for an empty request, or an unknown answer.
        """
        self._mend_index()
        return self._answering.ask(text, replace(options or AskOptions(), **keywords), conversation)

    def stream(self, text: str, options: AskOptions | None = None) -> Iterator[Request | Pick | Answer]:
        """The same as ``ask``, as it comes: what was understood, each pick, and at the end the answer.

        Raises InputError as ``ask`` does, when the first of it is taken.
        """
        self._mend_index()
        return self._answering.stream(text, options or AskOptions())

    def candidates(
        self, text: str, conversation: Conversation, request_map: RequestMap | None = None
    ) -> Candidates:
        """What is found for a request before it is ranked, for learning how to rank it.

        ``request_map`` stands in for the one in use.
        """
        self._mend_index()
        return self._answering.candidates(text, conversation, request_map)

    def conversation(self, answer_id: int) -> Conversation:
        """What was said up to and with this answer. Raises InputError when there is no such answer."""
        return conversation_until(answer_id, self._store)

    def rehearsed(self, text: str, in_use: InUse, options: AskOptions | None = None) -> Answer:
        """What the answer to a request would be with these versions; nothing of it is kept."""
        self._mend_index()
        return self._answering.rehearsed(text, options or AskOptions(), in_use)

    def in_use(self) -> InUse:
        """The versions of what is learned that the next answer is made with."""
        return self._answering.known.in_use()

    def breaks_promise(self, answer: Answer) -> bool:
        """Whether a pick is known to break what its request excluded or limited."""
        conditions = conditions_of(answer.request, known_values=self._index.values)
        may = self._index.select(conditions)
        allowed = None if may.verified is None else {*may.verified.tolist(), *may.unverified.tolist()}
        return allowed is not None and any(pick.track.id not in allowed for pick in answer.picks)

    def numbers(self, track_ids: Iterable[int]) -> dict[int, Vector]:
        """The numbers that a word's meaning is learned along, ``(len(NUMBERS),)``, of each track."""
        return self._answering.listening.numbers(track_ids)

    def request_vectors(self, texts: Sequence[str]) -> Vector:
        """What each request means to the embedder, ``(n, d) float32``, before it is turned by any map."""
        return self._answering.request_vectors(texts)

    def text_vectors(self, track_ids: Iterable[int]) -> dict[int, Vector]:
        """What the tags and note of each track mean to the embedder, ``(d,)``, where they say anything."""
        found = self._index.vectors("text", track_ids)
        return dict(zip(found.ids.tolist(), found.vectors, strict=True))

    def popularity_groups(self, popularity: Sequence[float | None]) -> Ids:
        """The group of each popularity in this library; see ``rank.popularity_groups``."""
        return self._answering.listening.groups(popularity)

    @property
    def store(self) -> Store:
        """The truth behind it, for learning."""
        return self._store

    def sessions(self) -> Sessions:
        """The sessions that this library finds by: what others asked for, and what of it is here."""
        return self._answering.known.sessions()

    def use(
        self,
        *,
        fusion: Fusion | None = None,
        sessions: Sessions | None = None,
        embedder: Embedder | None = None,
    ) -> None:
        """Ranks by another fusion, finds by other sessions, reads requests by another embedder from now on.

        Its vectors must be those of the embedder that the library was made with.
        """
        self._answering.known.use(fusion, sessions, embedder)

    def answer(self, answer_id: int) -> Answer:
        """An answer that was given before, but for songs that are gone; notes are those of today.

        Raises InputError for one that was never given.
        """
        return self._answering.given(answer_id)

    def asker(self, answer_id: int) -> str | None:
        """Whom an answer was given to; None for nobody by name. Raises NotFoundError for an unknown one."""
        return self._store.answers.load(answer_id).listener

    @cached_property
    def mixes(self) -> Mixes:
        """The requests that were saved to be asked again."""
        return Mixes(self._store, self.ask, self.answer)

    def reactions(self, answer_id: int, listener: str) -> dict[int, EventKind]:
        """What this listener did last with the songs of an answer, by song."""
        events = self._store.listeners.reactions([answer_id])
        return {event.track_id: event.kind for event in events if event.listener == listener.strip()}

    def reaction(self, listener: str, track_id: int) -> EventKind | None:
        """What a listener did last with a song and did not undo, beside playing it; None for nothing."""
        return self._store.listeners.reaction(listener, track_id)

    def similar(self, name: str, options: AskOptions | None = None, *, kept: bool = True) -> Answer:
        """Songs like an artist or a song, given by name or by a song's number.

        What is only shown beside something else is not to be ``kept``: its id is 0. Raises InputError with
        the closest names when nothing bears this one.
        """
        self._mend_index()
        seed = self._seed(name)
        request = Request(text=f"like {seed.name}", seeds=(seed,))
        return self._answering.answer(request, options or AskOptions(), kept=kept)

    def show_song(self, name: str) -> SongPage:
        """A song, by name or number, with its note and facts. Raises InputError for an unknown one."""
        return read_song(self._store, self._track(name))

    def show_collection(self, kind: CollectionKind, name: str) -> CollectionPage:
        """An artist or a genre with its note and songs. Raises InputError for an unknown one."""
        return read_collection(self._store, kind, name)

    def feedback(
        self,
        listener: str,
        track: str | int,
        kind: EventKind,
        *,
        value: float | None = None,
        reason: str | None = None,
        answer_id: int | None = None,
        at: datetime | None = None,
    ) -> Event:
        """Keeps what a listener did with a song, now or ``at`` a moment; the next answer knows.

        Raises InputError for an unknown song, or a moment to come.
        """
        event = Event(
            listener=listener,
            kind=kind,
            track_id=self._track(track).id,
            at=at or datetime.now(UTC),
            value=value,
            reason=reason,
            answer_id=answer_id,
        )
        self._store.listeners.record([event])
        return event

    def correct(
        self,
        listener: str,
        track: str | int,
        *,
        wrong: str | None = None,
        facts: Sequence[str] = (),
        text: str | None = None,
        verdict: Verdict | None = None,
    ) -> Corrected:
        """Keeps what a listener finds wrong with a song's note or facts; pages and answers show it at once.

        ``wrong`` quotes the note, or says what it says ("a sad song"); ``facts`` are "tempo=92" and
        "mood!=sad"; ``text`` is a better note, with the song's names or ``{title}``; ``verdict`` judges the
        note. The note is written anew at the next ``add`` unless the listener wrote it. Raises InputError
        for an unknown song or fact, and for a text that says what the facts do not hold.
        """
        change = Change(wrong=wrong, facts=tuple(facts), text=text, verdict=verdict)
        found = self._track(track)
        corrected = correcting.correct(self._store, found, listener, change)
        self._bring_up_to_date(found)
        return corrected

    def corrections(self, listener: str, track_id: int) -> tuple[Correction, ...]:
        """What this listener corrected on a song and did not take back, oldest first."""
        of_track = self._store.corrections.of_track(track_id)
        return tuple(one for one in of_track if one.listener == listener.strip())

    def undo_correction(self, listener: str, track: str | int) -> Corrected:
        """Takes a listener's latest correction of a song back. Raises InputError where there is none."""
        found = self._track(track)
        undone = correcting.undo(self._store, found, listener)
        self._bring_up_to_date(found)
        return undone

    def say(self, listener: str, text: str) -> None:
        """Keeps what a listener says of themselves ("I like calm piano"); the next answer knows.

        A later word goes over an earlier one. Raises InputError for nothing, or for what is no name.
        """
        self._store.listeners.say(listener, text)

    def profile(self, listener: str = "me", *, writer: TextGenerator | None = None) -> ProfilePage:
        """What is known of a listener, read back in words; ``writer`` finds them, or else they are plain."""
        self._mend_index()
        return read_profile(
            listener,
            self._answering.listening,
            self._store,
            self._index,
            writer,
            seed=self.settings.seed,
        )

    def history(self, listener: str, *, n: int, offset: int = 0) -> tuple[tuple[Event, Track], ...]:
        """What a listener did and did not undo, newest first, each with the song."""
        events = self._store.listeners.events(listener, limit=n, offset=offset)
        tracks = self._store.catalogue.tracks({event.track_id for event in events})
        return tuple((event, tracks[event.track_id]) for event in events)

    def kept_of(self, listener: str) -> dict[str, Any]:
        """Everything that is kept of a listener, for them to take along: rows by table, and the songs named.

        Raises InputError for one who is not known.
        """
        rows = self._store.listeners.export(listener)
        ids = {row["track_id"] for own in rows.values() for row in own if "track_id" in row}
        tracks = self._store.catalogue.tracks(ids).values()
        songs = [{"id": one.id, "title": one.title, "artists": one.artists} for one in tracks]
        return {**rows, "songs": songs}

    def forget(self, listener: str, *, with_facts: bool = False) -> ForgottenListener:
        """Forgets what a listener did, asked, said and wrote, and names the models that had seen it.

        Facts that they gave of songs stay as nobody's, unless they go ``with_facts``. Raises InputError for
        a listener who is not known, or alone administers the accounts of others.
        """
        models_dir = self.settings.models_dir
        forgotten = forgetting.forget(self._store, models_dir, listener, with_facts=with_facts)
        self._answering.listening.forget(forgotten.listener)
        self._mend_index()
        ingest.sync_documents(self._store, self._index)
        return forgotten

    def forgotten_models(self) -> frozenset[str]:
        """The checksums of models that had seen somebody who was forgotten: none may be learned on from."""
        return forgetting.forgotten_models(self._store)

    def listeners(self) -> tuple[str, ...]:
        """The names of all listeners, in the order in which they came."""
        return self._store.listeners.names()

    def import_history(
        self, path: str | Path, listener: str = "me", *, on_progress: ingest.OnProgress = ingest.silent
    ) -> ingest.HistoryReport:
        """Keeps what a listener heard elsewhere, from an export; see ``ingest.import_history``."""
        return ingest.import_history(Path(path), self._store, listener=listener, on_progress=on_progress)

    def status(self) -> Status:
        """How far each stage is, and what failed and why."""
        return read_status(self._store, self.settings)

    def troubles(self) -> tuple[str, ...]:
        """What keeps it from answering, in a few words each that name no place; () when it is ready."""
        found: list[str] = []
        try:
            if not self._store.is_current():
                found.append("the database has the schema of another version")
        except StoreError:
            found.append("the database cannot be read")
        try:
            self._index.ids()
        except (LinernotesError, OSError):
            found.append("the index cannot be read")
        return tuple(found)

    def song_map(self, by: MapBy) -> SongMap:
        """The library as a map, by how songs sound or by the words on them; made once for each state."""
        self._mend_index()
        return self._maps.latest(by)

    def coverage(self) -> Coverage:
        """How many songs have what answers rest on."""
        return read_coverage(self._store, self._index)

    def places(self) -> tuple[Place, ...]:
        """Where the songs come from, in the order in which it was added."""
        return read_places(self._store)

    def fresh_files(self) -> dict[Path, frozenset[FoundFile]]:
        """The files of known folders that are new or changed, by folder; of those that can be read."""
        return read_fresh_files(self._store)

    def track_count(self) -> int:
        """How many tracks can be answered with."""
        return self._store.catalogue.count()

    def offer(self) -> Offer:
        """What there is most of in this library."""
        generation = self._index.generation()
        if self._offer[0] != generation:
            self._offer = (generation, read_offer(self._store, self._index))
        return self._offer[1]

    def all_facts(self) -> Iterator[tuple[Fact, ...]]:
        """The facts of every track that can be answered with, track by track."""
        ids = self._store.catalogue.revisions().ids
        for start in range(0, len(ids), _FACTS_AT_ONCE):
            yield from self._store.catalogue.facts(ids[start : start + _FACTS_AT_ONCE]).values()

    def songs(self, track_ids: Sequence[int]) -> tuple[Track, ...]:
        """The songs with these numbers, in this order; unknown ones are left out."""
        found = self._store.catalogue.tracks(track_ids)
        return tuple(found[one] for one in dict.fromkeys(track_ids) if one in found)

    def tracks(self) -> Iterator[Track]:
        """Every track that can be answered with."""
        ids = self._store.catalogue.revisions().ids
        for start in range(0, len(ids), _FACTS_AT_ONCE):
            yield from self._store.catalogue.tracks(ids[start : start + _FACTS_AT_ONCE]).values()

    def close(self) -> None:
        """Gives files and models back; the library must not be used after."""
        self._index.close()
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _bring_up_to_date(self, track: Track) -> None:
        """Lets requests find the song by what is known of it now."""
        self._mend_index()
        ingest.sync_tracks(self._store, self._index, [track.id], self._answering.known.embedder())

    def _mend_index(self) -> None:
        """Rebuilds an index that was lost or is of an older format; its words at least, at once."""
        if not len(self._index.ids()) and self._store.catalogue.count():
            ingest.rebuild_words(self._workshop())

    def _workshop(self, writer: TextGenerator | None = None) -> ingest.Workshop:
        return ingest.Workshop(settings=self.settings, store=self._store, index=self._index, writer=writer)

    @cached_property
    def _answering(self) -> Answering:
        return Answering(self.settings, self._store, self._index)

    @cached_property
    def _maps(self) -> SongMaps:
        return SongMaps(self._store, self._index)

    def _track(self, name: str | int) -> Track:
        """The track with this id ("#12" in words) or name; "Artist - Title" tells songs of one name apart."""
        if isinstance(name, int) or name.strip().startswith("#"):
            return self._numbered(str(name).strip().removeprefix("#"))
        titles = self._store.catalogue.title_names()
        entry = exact_entry(name, titles)
        if entry is None and name.strip().isdecimal():
            return self._numbered(name.strip())
        artist, dash, title = name.partition(" - ")
        if entry is None and dash:
            track_id = self._song_of(artist, title, titles)
        else:
            track_id = (entry or find_entry(name, titles, what="song")).ids[0]
        return self._store.catalogue.tracks([track_id])[track_id]

    def _numbered(self, number: str) -> Track:
        found = self._song_numbered(number)
        if found is None:
            raise NotFoundError(f"there is no song number {number[:40]} here")
        return found

    def _song_numbered(self, number: str) -> Track | None:
        track_id = int(number) if number.isdecimal() and len(number) <= _MOST_DIGITS else 0
        return self._store.catalogue.tracks([track_id]).get(track_id)

    def _song_of(self, artist: str, title: str, titles: Sequence[NameEntry]) -> int:
        wanted = find_entry(artist, self._store.catalogue.artist_names(), what="artist")
        own = frozenset(self._store.catalogue.tracks_of_artists(wanted.ids).get(wanted.ids[0], ()))
        entry = find_entry(
            title, [entry for entry in titles if own & set(entry.ids)], what=f"song by {wanted.name}"
        )
        return min(own & set(entry.ids))

    def _seed(self, name: str) -> Seed:
        """What ``similar`` starts from: a song by number, an artist before a song of the same name."""
        artist = None if self._numbers_a_song(name) else self._named_artist(name)
        if artist is not None:
            return Seed(
                kind="artist", relation="like", name=artist.name, text=artist.name, artist_ids=artist.ids
            )
        track = self._track(name)
        return Seed(kind="track", relation="like", name=track.title, text=track.title, track_ids=(track.id,))

    def _numbers_a_song(self, name: str) -> bool:
        """Whether this is "#12", and a song has this number; a band may be called so as well."""
        number = name.strip()
        return number.startswith("#") and self._song_numbered(number[1:]) is not None

    def _named_artist(self, name: str) -> NameEntry | None:
        """The artist with this name, or who is meant by it where no song has exactly this name."""
        artist = exact_entry(name, self._store.catalogue.artist_names())
        if artist is None and exact_entry(name, self._store.catalogue.title_names()) is None:
            return self._closest_artist(name)
        return artist

    def _closest_artist(self, name: str) -> NameEntry | None:
        """The artist that a misspelt name means; None for a number, "Artist - Title", or nothing close."""
        if name.strip().removeprefix("#").isdecimal() or " - " in name:
            return None
        try:
            return find_entry(name, self._store.catalogue.artist_names(), what="artist")
        except InputError:
            return None
