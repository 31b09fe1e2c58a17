"""The fourth wave: notes on artists and genres, written anew when what their tracks tell has changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from linernotes.describe import NoteDraft, write_notes
from linernotes.errors import GenerationError, ModelError
from linernotes.facts.collection import collection_hash, relatives
from linernotes.facts.contrast import LibrarySummary, summary_hash
from linernotes.ingest.progress import OnProgress, Progress
from linernotes.ingest.shelves import (
    Subject,
    artist_subjects,
    genre_subjects,
    member_sheets,
    read_library,
    subject_sheet,
)
from linernotes.ingest.waves import (
    NOTES_BATCH,
    AfterBatch,
    WaveReport,
    counted,
    described,
    is_current,
    is_final,
    is_true,
    trouble_in,
    writer_version,
)
from linernotes.llm import TextGenerator
from linernotes.store import StageSummary, Store
from linernotes.store.collections import CollectionKind, Examined
from linernotes.types import CollectionSheet

STAGE = "artists and genres"
FEWEST_TRACKS = 2
"""Of one track nothing is in common; but one that was listened to has enough to tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Due:
    """A subject that is to be examined, and the state of its tracks that it then was examined in.

    Who is not ``wanted`` any more is to lose the note.
    """

    subject: Subject
    signature: str
    wanted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finding:
    """What became of a subject: ``sheet`` is None where there is too little to tell."""

    due: _Due
    sheet: CollectionSheet | None
    facts_hash: str
    has_note: bool
    has_true_note: bool
    is_current: bool


def write_collections(
    store: Store,
    generator: TextGenerator,
    library: LibrarySummary,
    *,
    audio_only: bool,
    seed: int,
    on_progress: OnProgress,
    after_batch: AfterBatch,
) -> WaveReport:
    """Writes the notes of artists and genres that are missing or no longer true, the largest first.

    Those are examined whose tracks, or the library as a whole, changed; a note is written where the sheet
    is another one than before (``collection_hash``), or the writer is. Who has too little left to tell
    loses the note. ``audio_only`` leaves out those without any recording. ``failed`` and ``stopped`` are as
    for ``write``.
    """
    version = writer_version(generator)
    genres = genre_subjects(store)
    neighbours = [genre.name for genre in genres]
    examiner = _Examiner(store, library, version, neighbours)
    due = _due([*artist_subjects(store), *genres], store, library, version=version, audio_only=audio_only)
    done, fallback, trouble = 0, 0, None
    for start in range(0, len(due), NOTES_BATCH):
        findings = [examiner.examine(one) for one in due[start : start + NOTES_BATCH]]
        stale = [one for one in findings if one.sheet is not None and not one.is_current]
        try:
            drafts = _drafts(stale, generator, seed=seed)
        except (GenerationError, ModelError) as err:
            return WaveReport(done=done, failed=fallback, stopped=str(err), trouble=trouble)
        _settle(store, findings, stale, drafts, generator)
        written, fell_back = counted(drafts)
        done, fallback = done + written, fallback + fell_back
        trouble = trouble or trouble_in(drafts)
        on_progress(Progress(stage=STAGE, done=start + len(findings), total=len(due)))
        after_batch()
    return WaveReport(done=done, failed=fallback, trouble=trouble)


def _drafts(stale: Sequence[_Finding], generator: TextGenerator, *, seed: int) -> list[NoteDraft]:
    sheets = [one.sheet for one in stale if one.sheet is not None]
    names: list[Mapping[str, str]] = [
        {one.due.subject.kind: one.due.subject.name} for one in stale if one.sheet is not None
    ]
    return write_notes(sheets, generator, seed=seed, tuned=generator.adapter is not None, names=names)


def collections_summary(store: Store, *, audio_only: bool) -> StageSummary:
    """How far the wave is, over the artists and genres that it concerns; any writer counts as done."""
    subjects = [*artist_subjects(store), *genre_subjects(store)]
    due = _due(subjects, store, read_library(store), version=None, audio_only=audio_only)
    concerned = sum(_is_concerned(subject, audio_only=audio_only) for subject in subjects)
    pending = sum(one.wanted for one in due)
    return StageSummary(done=concerned - pending, failed=0, pending=pending)


class _Examiner:
    """Reads what the tracks of a subject tell, and holds the note against it."""

    def __init__(
        self, store: Store, library: LibrarySummary, version: str, neighbours: Sequence[str]
    ) -> None:
        self._store = store
        self._library = library
        self._version = version
        self._neighbours = neighbours

    def examine(self, due: _Due) -> _Finding:
        subject = due.subject
        note = self._store.notes.current(subject.kind, [subject.id]).get(subject.id)
        sheet = self._sheet(subject) if due.wanted else None
        facts_hash = "" if sheet is None else collection_hash(sheet)
        return _Finding(
            due=due,
            sheet=sheet,
            facts_hash=facts_hash,
            has_note=note is not None,
            has_true_note=is_true(note, facts_hash),
            is_current=sheet is not None and is_current(note, facts_hash, self._version),
        )

    def _sheet(self, subject: Subject) -> CollectionSheet | None:
        sheets = member_sheets(self._store, subject)
        if not sheets or (len(sheets) < FEWEST_TRACKS and not subject.heard):
            return None
        return subject_sheet(self._store, subject, sheets, neighbours=self._neighbours, library=self._library)


def _due(
    subjects: Sequence[Subject],
    store: Store,
    library: LibrarySummary | None,
    *,
    version: str | None,
    audio_only: bool,
) -> list[_Due]:
    """The subjects whose tracks, relatives, library or writer are others than when they were examined.

    Of those on which no notes are wanted any more, only those with other tracks: their note may be untrue.
    """
    neighbours = [subject.name for subject in subjects if subject.kind == "genre"]
    examined = {**_examined(store, "artist"), **_examined(store, "genre")}
    whole = "" if library is None else summary_hash(library)
    due = []
    for subject in subjects:
        kin = relatives(subject.name, neighbours) if subject.kind == "genre" else ()
        signature = "|".join([subject.signature, whole, *kin])
        before = examined.get((subject.kind, subject.id))
        has_changed = before is not None and before.signature != signature
        has_other_tracks = before is not None and before.signature.partition("|")[0] != subject.signature
        is_missing = before is None or version not in (None, before.version)
        wanted = _is_concerned(subject, audio_only=audio_only)
        if (has_changed or is_missing) if wanted else has_other_tracks:
            due.append(_Due(subject=subject, signature=signature, wanted=wanted))
    return due


def _examined(store: Store, kind: CollectionKind) -> dict[tuple[str, int], Examined]:
    return {(kind, subject_id): one for subject_id, one in store.notes.examined(kind).items()}


def _is_concerned(subject: Subject, *, audio_only: bool) -> bool:
    has_enough = subject.tracks >= FEWEST_TRACKS or subject.heard > 0
    return has_enough and (subject.with_audio > 0 or not audio_only)


def _settle(
    store: Store,
    findings: Sequence[_Finding],
    written: Sequence[_Finding],
    drafts: Sequence[NoteDraft],
    generator: TextGenerator,
) -> None:
    version = writer_version(generator)
    draft_by_key = {_key(one): draft for one, draft in zip(written, drafts, strict=True)}
    kept = [one for one in written if _is_settled(draft_by_key[_key(one)]) or not one.has_true_note]
    replaced = {_key(one) for one in kept}
    notes = [
        described(
            one.due.subject.kind, one.due.subject.id, one.facts_hash, draft_by_key[_key(one)], generator
        )
        for one in kept
    ]
    examined = [
        Examined(
            kind=one.due.subject.kind,
            id=one.due.subject.id,
            version=version,
            signature=one.due.signature if _is_settled(draft_by_key.get(_key(one))) else "",
            is_changed=_key(one) in replaced or (one.has_note and one.sheet is None),
        )
        for one in findings
    ]
    store.notes.settle(examined, notes)


def _is_settled(draft: NoteDraft | None) -> bool:
    """Whether there is nothing to try again the next time."""
    return draft is None or is_final(draft.status, draft.problems)


def _key(finding: _Finding) -> tuple[str, int]:
    return finding.due.subject.kind, finding.due.subject.id
