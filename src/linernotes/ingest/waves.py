"""The second and the third wave: listening to recordings, and writing their notes."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from linernotes.audio import ANALYSER_VERSION, LIMITS, TaggerPaths, analyse_file
from linernotes.compute import Outcome, run_isolated
from linernotes.describe import PROMPT_VERSION, NoteDraft, names_of, plain_note, untrue_claims, write_notes
from linernotes.describe.writer import MODEL_FAILED
from linernotes.errors import GenerationError, ModelError, UndecodableError
from linernotes.facts import facts_from_audio, sheet_hash, sheet_of
from linernotes.ingest.progress import OnProgress, Progress
from linernotes.llm import TextGenerator
from linernotes.sources import fs_path
from linernotes.store import AudioResult, Store
from linernotes.store.facts import LISTENER
from linernotes.types import AudioFeatures, Description, FactSheet, Kind, NoteStatus
from linernotes.words import fold

log = logging.getLogger(__name__)

COMMIT_S = 3.0
"""Measured recordings wait no longer than this to be safe from a kill."""

NOTES_BATCH = 96
"""Notes asked of the model at once: enough to fill its slots, few enough to lose little in a kill."""

AfterBatch = Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveReport:
    """How many items a wave finished and how many it could not (or, for notes, fell back on).

    ``absent`` ones wait for their files to be there again. ``stopped`` is why a wave ended before its time,
    ``trouble`` what the model, or its server, said where it failed on some notes alone.
    """

    done: int = 0
    failed: int = 0
    absent: int = 0
    stopped: str | None = None
    trouble: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Recording:
    track_id: int
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Undecodable:
    """What a recording without any sound in it gives in place of features: the reason."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    track_id: int
    names: Mapping[str, str]
    sheet: FactSheet
    facts_hash: str
    has_true_note: bool


def listen(
    store: Store, taggers: TaggerPaths, *, jobs: int, on_progress: OnProgress, after_batch: AfterBatch
) -> WaveReport:
    """Measures every recording that this analyser has not heard, the most asked for first.

    What cannot be decoded is unplayable, and not tried again; what failed otherwise comes last, each time.
    Recordings whose files are not there now, as on a drive that is not mounted, wait.
    """
    unheard = _unheard(store)
    recordings = [recording for recording in unheard if _is_there(recording)]
    results: list[AudioResult] = []
    heard = failed = vanished = 0
    committed_at = time.monotonic()
    work = partial(_analyse, taggers=taggers)
    for outcome in run_isolated(work, recordings, jobs=jobs, limits=LIMITS) if recordings else ():
        if isinstance(outcome.value, AudioFeatures):
            heard += 1
            results.append(_result(outcome.item.track_id, outcome.value))
        elif not _is_there(outcome.item):
            vanished += 1
        else:
            failed += 1
            _note_failure(store, outcome)
        done = heard + failed + vanished
        on_progress(Progress(stage="audio", done=done, total=len(recordings), failed=failed))
        if time.monotonic() - committed_at > COMMIT_S:
            store.catalogue.record_audio(results)
            results = []
            after_batch()
            committed_at = time.monotonic()
    store.catalogue.record_audio(results)
    after_batch()
    return WaveReport(done=heard, failed=failed, absent=len(unheard) - heard - failed)


def write(
    store: Store,
    generator: TextGenerator,
    *,
    audio_only: bool,
    seed: int,
    on_progress: OnProgress,
    after_batch: AfterBatch,
) -> WaveReport:
    """Writes the notes that are missing or whose facts or writer changed, the most asked for first.

    ``failed`` counts those that fell back to plain sentences; songs with too little to tell for a model get
    such a sentence uncounted. Where it was the model that failed, not its text, the next run tries again, and
    a note that is still true stays. When the generator fails as a whole, the wave stops; what was not
    written is still to be done.
    """
    version = writer_version(generator)
    pending = store.jobs.pending("describe", version, with_audio=audio_only)
    done, fallback, trouble = 0, 0, None
    for start in range(0, len(pending), NOTES_BATCH):
        ids = pending[start : start + NOTES_BATCH]
        subjects = _unwritten(store, ids, version)
        try:
            drafts = write_notes(
                [subject.sheet for subject in subjects],
                generator,
                seed=seed,
                tuned=generator.adapter is not None,
                names=[subject.names for subject in subjects],
            )
        except (GenerationError, ModelError) as err:
            return WaveReport(done=done, failed=fallback, stopped=str(err), trouble=trouble)
        drafts = _heeding(store, subjects, drafts)
        _save(store, ids, subjects, drafts, generator)
        written, fell_back = counted(drafts)
        done, fallback = done + written, fallback + fell_back
        trouble = trouble or trouble_in(drafts)
        on_progress(Progress(stage="notes", done=start + len(ids), total=len(pending)))
        after_batch()
    return WaveReport(done=done, failed=fallback, trouble=trouble)


def writer_version(generator: TextGenerator) -> str:
    """What a note depends on beside its facts: model, adapter and prompt."""
    return "/".join([generator.model, generator.adapter or "no adapter", PROMPT_VERSION])


def is_current(note: Description | None, facts_hash: str, version: str) -> bool:
    """Whether the note was made from these facts by this writer, and need not be tried again."""
    if note is None or note.facts_hash != facts_hash or not is_final(note.status, note.problems):
        return False
    return "/".join([note.model, note.adapter or "no adapter", note.prompt_version]) == version


def is_listeners(note: Description | None, sheet: FactSheet) -> bool:
    """Whether a listener wrote the note and the facts hold what it says: then no model replaces it."""
    if note is None or not note.model.startswith(LISTENER):
        return False
    return not untrue_claims(note.template, sheet)


def is_true(note: Description | None, facts_hash: str) -> bool:
    """Whether some model wrote the note from these facts: better than what is left when another one fails."""
    return note is not None and note.status == "written" and note.facts_hash == facts_hash


def is_final(status: NoteStatus, problems: Sequence[str]) -> bool:
    """Whether a note stays as it is: not one that is plain only because the model failed."""
    return status == "written" or not any(problem.startswith(MODEL_FAILED) for problem in problems)


def counted(drafts: Sequence[NoteDraft]) -> tuple[int, int]:
    """How many of these the model wrote, and how many fell back; what no model was asked for is neither."""
    written = sum(draft.status == "written" for draft in drafts)
    return written, sum(draft.tries > 0 for draft in drafts) - written


def trouble_in(drafts: Sequence[NoteDraft]) -> str | None:
    """What the model, or its server, said where it failed on one of these; None where it did not."""
    problems = (problem for draft in drafts if draft.status == "fallback" for problem in draft.problems)
    found = next((problem for problem in problems if problem.startswith(MODEL_FAILED)), None)
    return found and found.removeprefix(MODEL_FAILED)


def described(
    kind: Kind, subject_id: int, facts_hash: str, draft: NoteDraft, generator: TextGenerator
) -> Description:
    """The draft as it is kept, with where it comes from."""
    return Description(
        kind=kind,
        subject_id=subject_id,
        template=draft.template,
        status=draft.status,
        model=generator.model,
        adapter=generator.adapter,
        prompt_version=PROMPT_VERSION,
        facts_hash=facts_hash,
        problems=draft.problems,
    )


def _heeding(store: Store, subjects: Sequence[_Subject], drafts: Sequence[NoteDraft]) -> list[NoteDraft]:
    """The drafts, but a plain note in the place of one that says again what a listener found wrong."""
    wrong_by_track = store.corrections.wrong([subject.track_id for subject in subjects])
    heeding = []
    for subject, draft in zip(subjects, drafts, strict=True):
        told = f" {fold(draft.template)} "
        again = [wrong for wrong in wrong_by_track.get(subject.track_id, ()) if f" {fold(wrong)} " in told]
        if again and draft.status == "written":
            problems = (*draft.problems, f"a listener found '{again[0]}' wrong")
            draft = replace(draft, template=plain_note(subject.sheet), status="fallback", problems=problems)
        heeding.append(draft)
    return heeding


def _save(
    store: Store,
    ids: Sequence[int],
    subjects: Sequence[_Subject],
    drafts: Sequence[NoteDraft],
    generator: TextGenerator,
) -> None:
    pairs = list(zip(subjects, drafts, strict=True))
    again = {subject.track_id for subject, draft in pairs if not is_final(draft.status, draft.problems)}
    store.notes.save(
        [
            described("song", subject.track_id, subject.facts_hash, draft, generator)
            for subject, draft in pairs
            if not (subject.track_id in again and subject.has_true_note)
        ],
        job_versions=dict.fromkeys(
            (track_id for track_id in ids if track_id not in again), writer_version(generator)
        ),
    )


def _unheard(store: Store) -> list[_Recording]:
    """The recordings never heard, then those that failed for reasons that may have passed."""
    fresh = store.jobs.pending("audio", ANALYSER_VERSION)
    pending = dict.fromkeys([*fresh, *store.jobs.pending("audio", ANALYSER_VERSION, retry=True)])
    tracks = store.catalogue.tracks(pending)
    return [
        _Recording(track_id=track_id, path=path)
        for track_id in pending
        if (path := tracks[track_id].audio_path) is not None
    ]


def _is_there(recording: _Recording) -> bool:
    return os.path.isfile(fs_path(recording.path))  # noqa: PTH113 - a folder that is closed to us is no error


def _analyse(recording: _Recording, *, taggers: TaggerPaths) -> AudioFeatures | _Undecodable:
    try:
        return analyse_file(fs_path(recording.path), tagger_paths=taggers)
    except UndecodableError as err:
        return _Undecodable(reason=str(err))


def _note_failure(store: Store, outcome: Outcome[_Recording, AudioFeatures | _Undecodable]) -> None:
    """Keeps the reason; a recording without sound in it leaves all answers."""
    track_id, value = outcome.item.track_id, outcome.value
    if isinstance(value, _Undecodable):
        store.jobs.fail(track_id, "audio", ANALYSER_VERSION, value.reason)
        store.catalogue.set_unplayable(track_id)
    else:
        store.jobs.fail(track_id, "audio", ANALYSER_VERSION, outcome.error or "unknown")


def _result(track_id: int, features: AudioFeatures) -> AudioResult:
    return AudioResult(
        track_id=track_id,
        version=ANALYSER_VERSION,
        facts=facts_from_audio(features),
        embedding=features.embedding,
        model="musicnn",
    )


def _unwritten(store: Store, ids: Sequence[int], version: str) -> list[_Subject]:
    """Those of the tracks whose note is missing, or was made from other facts or by another writer."""
    facts, tracks = store.catalogue.facts(ids), store.catalogue.tracks(ids)
    notes = store.notes.current("song", ids)
    subjects = []
    for track_id in ids:
        claims = facts.get(track_id, ())
        sheet = sheet_of(claims)
        facts_hash, note = sheet_hash(sheet), notes.get(track_id)
        if not is_current(note, facts_hash, version) and not is_listeners(note, sheet):
            subjects.append(
                _Subject(
                    track_id=track_id,
                    names=names_of(tracks[track_id]),
                    sheet=sheet,
                    facts_hash=facts_hash,
                    has_true_note=is_true(note, facts_hash),
                )
            )
    return subjects
