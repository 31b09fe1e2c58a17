"""From the truth to the index: whatever changed since the index last saw it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from linernotes.describe import fill, plain_note, told_facts
from linernotes.embed import Embedder
from linernotes.facts import meaning_of, sheet_of, tag_words
from linernotes.index import Index
from linernotes.ingest.borrowing import Lenders, borrowers_of
from linernotes.ingest.progress import OnProgress, Progress
from linernotes.ingest.rows import popularity_of
from linernotes.store import Store
from linernotes.types import Description, Fact, FactSheet, Ids, IndexDocument, Track, Vector
from linernotes.words import fold

CHUNK = 1000
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")


def sync_documents(store: Store, index: Index) -> Ids:
    """Brings names, tags, notes and facts of every changed track into the index; returns their ids.

    So it does for the tracks that borrow words of an artist or a genre with another note now. Tracks that
    are gone or cannot be played leave it. Meaning (``sync_vectors``) follows by itself.
    """
    wanted = store.catalogue.revisions()
    held_ids, held_revisions = index.revisions()
    index.delete(np.setdiff1d(held_ids, wanted.ids))
    stale = _stale(wanted.ids, wanted.revisions, held_ids, held_revisions)
    changed = store.notes.unindexed()
    if changed:
        borrowers = borrowers_of(store, index, changed)
        stale = np.union1d(stale, np.intersect1d(borrowers, wanted.ids))
    lenders = Lenders(store)
    for ids in _chunks(stale):
        index.upsert(documents(store, [int(track_id) for track_id in ids], lenders))
    store.notes.mark_indexed(changed)
    return stale


def sync_vectors(
    index: Index, embedder: Embedder, on_progress: OnProgress, *, changed: Ids | None = None
) -> int:
    """Embeds every document whose text is new to the index; returns how many.

    ``changed`` are the only documents that may have another text than the last time; by default all may.
    """
    hashes = index.text_hashes(embedder.model)
    ids, _ = index.revisions()
    if changed is not None:
        held = np.fromiter(hashes, dtype=np.int64, count=len(hashes))
        ids = np.union1d(np.intersect1d(ids, changed), np.setdiff1d(ids, held))
    todo: list[tuple[int, str, str]] = []
    for chunk in _chunks(ids):
        for track_id, text in _texts(index, chunk):
            digest = _digest(text)
            if hashes.get(track_id) != digest:
                todo.append((track_id, text, digest))
    for start in range(0, len(todo), 256):
        part = todo[start : start + 256]
        vectors = embedder.embed([text for _, text, _ in part])
        index.set_text_vectors(
            np.array([track_id for track_id, _, _ in part]),
            vectors,
            [digest for *_, digest in part],
            embedder.model,
        )
        on_progress(Progress(stage="embed", done=start + len(part), total=len(todo)))
    return len(todo)


def sync_tracks(store: Store, index: Index, track_ids: Sequence[int], embedder: Embedder | None) -> None:
    """Brings these tracks into the index as they are now, their meaning too where there is an embedder."""
    index.upsert(documents(store, list(track_ids), Lenders(store)))
    texts = list(_texts(index, np.array(track_ids, dtype=np.int64))) if embedder is not None else []
    if embedder is not None and texts:
        index.set_text_vectors(
            np.array([track_id for track_id, _ in texts]),
            embedder.embed([text for _, text in texts]),
            [_digest(text) for _, text in texts],
            embedder.model,
        )


def documents(store: Store, track_ids: list[int], lenders: Lenders) -> list[IndexDocument]:
    """What the index is to hold of these tracks."""
    revisions = store.catalogue.revisions_of(track_ids)  # first: what changes after this is seen later
    tracks = store.catalogue.tracks(track_ids)
    facts = store.catalogue.facts(track_ids)
    sheets = {track_id: sheet_of(claims) for track_id, claims in facts.items()}
    notes = store.notes.current("song", track_ids)
    vectors = store.catalogue.audio_embeddings(track_ids)
    borrowed = lenders.borrowed(tracks, sheets)
    return [
        _document(
            _with_fame(track, facts[track_id]),
            sheets[track_id],
            notes.get(track_id),
            vectors.get(track_id),
            revisions[track_id],
            borrowed.get(track_id, ""),
        )
        for track_id, track in tracks.items()
        if track_id in revisions
    ]


def _with_fame(track: Track, facts: Sequence[Fact]) -> Track:
    """The track with the popularity that a joined table tells, where its own source told none."""
    return track if track.popularity is not None else replace(track, popularity=popularity_of(facts))


def song_key(track: Track) -> str:
    """The same for all recordings of a song by its artist: folded first artist and title without brackets."""
    artist = fold(min(track.artists)) if track.artists else ""
    return f"{artist}\x1f{fold(without_brackets(track.title))}"


def without_brackets(title: str) -> str:
    """The title without what stands in brackets, unless that is all of it."""
    return _BRACKETS.sub("", title).strip() or title


def _document(
    track: Track,
    sheet: FactSheet,
    note: Description | None,
    vector: Vector | None,
    revision: int,
    borrowed: str,
) -> IndexDocument:
    template = note.template if note is not None else plain_note(sheet)
    return IndexDocument(
        track_id=track.id,
        revision=revision,
        names=" ".join([track.title, *track.artists, track.album or ""]).strip(),
        tags=f"{tag_words(sheet)} {borrowed}".strip(),
        prose=fill(template, title=track.title, artists=track.artists, album=track.album),
        meaning=f"{_meaning(template, sheet)} {borrowed}".strip(),
        sheet=sheet,
        artist_ids=track.artist_ids,
        song_key=song_key(track),
        album_key=fold(track.album or ""),
        popularity=track.popularity,
        audio_vector=vector,
    )


def _meaning(template: str, sheet: FactSheet) -> str:
    """Tags and the note without names: what a title happens to say is no quality of the song."""
    if not told_facts(sheet):
        return ""
    note = fill(template, title="this song", artists=("the artist",), album="the album")
    return meaning_of([*sheet.genres, *sheet.moods, *sheet.instruments], note)


def _stale(wanted: Ids, revisions: Ids, held: Ids, held_revisions: Ids) -> Ids:
    """The ids that the index does not hold at their present revision; both sides are sorted by id."""
    place = np.searchsorted(held, wanted)
    inside = place < len(held)
    same = np.zeros(len(wanted), dtype=bool)
    at = place[inside]
    same[inside] = (held[at] == wanted[inside]) & (held_revisions[at] == revisions[inside])
    return wanted[~same]


def _texts(index: Index, ids: Ids) -> Iterator[tuple[int, str]]:
    for track_id, text in index.document_text(ids).items():
        if text.meaning:
            yield track_id, text.meaning


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _chunks(ids: Ids) -> Iterator[Ids]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]
