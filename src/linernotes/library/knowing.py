"""What answering knows of a library beside the index: read once, and anew when something changed."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from linernotes.compute import uncollected
from linernotes.config import Settings
from linernotes.embed import NO_MAP, Embedder, RequestMap, read_map
from linernotes.errors import ModelError
from linernotes.index import Index
from linernotes.ingest import open_embedder
from linernotes.library.sessions import linked
from linernotes.library.shipped import shipped_fusion, shipped_sessions
from linernotes.listener import NO_PRIORS, Priors, read_priors
from linernotes.models import EMBEDDER, RANKER, VOCABULARY, learned, stamp
from linernotes.rank import AdjustedFusion, Fusion, read_adjustment
from linernotes.request import Gazetteer, parse
from linernotes.retrieve import Implied, OwnWords, Sessions, Traits
from linernotes.store import Store
from linernotes.types import NameEntry, Request

log = logging.getLogger(__name__)

_REREAD_SHARE = 10
_QUICK_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names of the catalogue and what is linked with them, as of one generation of the index."""

    generation: int
    gazetteer: Gazetteer
    sessions: Sessions
    implied: Implied
    own_words: OwnWords
    parsed: dict[str, Request] = field(default_factory=dict)
    read_at: float
    read_s: float

    def serves(self, generation: int) -> bool:
        """Whether nothing changed, or reading anew would cost more than a tenth of the time."""
        is_fresh = time.monotonic() - self.read_at < self.read_s * _REREAD_SHARE
        return self.generation == generation or (self.read_s > _QUICK_S and is_fresh)


@dataclass(frozen=True, slots=True, kw_only=True)
class InUse:
    """The versions that answers are made with.

    The fusion that ranks, what words mean to most, and where requests are turned to.
    """

    fusion: Fusion
    priors: Priors
    request_map: RequestMap = NO_MAP


class Knowledge:
    """Names, sessions, traits and models; fusion, sessions and embedder may be handed in."""

    def __init__(self, settings: Settings, store: Store, index: Index) -> None:
        self._settings = settings
        self._store = store
        self._index = index
        self._lock = threading.Lock()
        self._fusion: Fusion | None = None
        self._shipped: Fusion | None = None
        self._promoted = threading.Lock()
        self._stamps: tuple[object, ...] = ()
        self._in_use: InUse | None = None
        self._sessions: Sessions | None = None
        self._embedder: Embedder | None = None
        self._names: Names | None = None
        self._traits: _Traits | None = None
        self.embedder_missing = ""

    def use(self, fusion: Fusion | None, sessions: Sessions | None, embedder: Embedder | None) -> None:
        """Takes those that are given in place of what comes with the package."""
        with self._promoted:
            self._fusion = fusion or self._fusion
            self._in_use = None
        self._sessions = self._sessions if sessions is None else sessions
        self._embedder = embedder or self._embedder

    def forget_names(self) -> None:
        """Has the names read anew for the next request, however long that takes: they were changed here."""
        with self._lock:
            self._names = None

    def in_use(self) -> InUse:
        """What was learned and is in use as of now; an answer asks once and so mixes no versions."""
        folder = self._settings.models_dir
        stamps = tuple(stamp(folder, name) for name in (RANKER, VOCABULARY, EMBEDDER))
        with self._promoted:
            if self._in_use is None or self._stamps != stamps:
                self._in_use = InUse(
                    fusion=self._read_fusion(), priors=self._read_priors(), request_map=self._read_map()
                )
                self._stamps = stamps
            return self._in_use

    def _read_fusion(self) -> Fusion:
        if self._fusion is not None:
            return self._fusion
        if self._shipped is None:
            self._shipped = shipped_fusion()
        found = learned(self._settings.models_dir, RANKER)
        if found is None:
            return self._shipped
        try:
            return AdjustedFusion(self._shipped, read_adjustment(found.data), found.version)
        except ModelError as err:
            log.warning("the ranker that was learned is not used: %s", err)
            return self._shipped

    def _read_priors(self) -> Priors:
        found = learned(self._settings.models_dir, VOCABULARY)
        if found is None:
            return NO_PRIORS
        try:
            return read_priors(found.data, found.version)
        except ModelError as err:
            log.warning("the meanings of words that were learned are not used: %s", err)
            return NO_PRIORS

    def _read_map(self) -> RequestMap:
        found = learned(self._settings.models_dir, EMBEDDER)
        if found is None:
            return NO_MAP
        try:
            return read_map(found.data, found.version)
        except ModelError as err:
            log.warning("the map of requests that was learned is not used: %s", err)
            return NO_MAP

    def sessions(self) -> Sessions:
        """Those that were handed in, or those that come with the package, linked to what is here."""
        return self.names().sessions if self._sessions is None else self._sessions

    def names(self) -> Names:
        """The names of the catalogue, read anew when something changed, but not all the time."""
        embedder = self.embedder()
        generation = self._index.generation()
        with self._lock:
            if self._names is None or not self._names.serves(generation):
                with uncollected():
                    self._names = self._read_names(generation, embedder)
            return self._names

    def _read_names(self, generation: int, embedder: Embedder | None) -> Names:
        started = time.monotonic()
        catalogue = self._store.catalogue
        artists = catalogue.artist_names()
        gazetteer = Gazetteer([*artists, *catalogue.title_names(), *catalogue.album_names()])
        sessions = _linked(self._index, artists, embedder)
        implied, own_words = Implied(self._index), OwnWords(self._index)
        now = time.monotonic()
        return Names(
            generation=generation,
            gazetteer=gazetteer,
            sessions=sessions,
            implied=implied,
            own_words=own_words,
            read_at=now,
            read_s=now - started,
        )

    def parsed(self, text: str) -> Request:
        """A request that comes again, read once as long as the names of the catalogue are the same."""
        names = self.names()
        if text not in names.parsed:
            names.parsed[text] = parse(text, names.gazetteer)
        return names.parsed[text]

    def traits(self) -> Traits:
        """Those of all tracks, for the sessions in use, as of the names that were read last."""
        names, sessions = self.names(), self.sessions()
        made = self._traits
        if made is None or made.names is not names or made.sessions is not sessions:
            made = _Traits(names=names, sessions=sessions, traits=Traits(self._index, sessions))
            self._traits = made
        return made.traits

    def embedder(self) -> Embedder | None:
        """The model that reads requests; None without its weights, and then ``embedder_missing`` says so."""
        with self._lock:
            if self._embedder is None and not self.embedder_missing:
                try:
                    self._embedder = open_embedder(threads=1)
                except ModelError as err:
                    self.embedder_missing = str(err)
            return self._embedder


def _linked(index: Index, artists: Sequence[NameEntry], embedder: Embedder | None) -> Sessions:
    """The sessions of the package with what is here; none without the embedder that they were made with."""
    shipped = shipped_sessions()
    if shipped is None or embedder is None or embedder.model != shipped.model:
        return Sessions(())
    return linked(shipped.sessions, index, artists)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Traits:
    """The traits of all tracks, and what they were made for."""

    names: Names
    sessions: Sessions
    traits: Traits
