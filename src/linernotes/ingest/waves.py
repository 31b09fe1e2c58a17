"""The second and the third wave: listening to recordings, and writing their notes."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from linernotes.audio import ANALYSER_VERSION, TaggerPaths, analyse_file
from linernotes.compute import Limits, run_isolated
from linernotes.describe import PROMPT_VERSION, NoteDraft, write_notes
from linernotes.facts import facts_from_audio, sheet_hash, sheet_of
from linernotes.ingest.progress import OnProgress, Progress
from linernotes.llm import TextGenerator
from linernotes.sources import fs_path
from linernotes.store import AudioResult, Store
from linernotes.types import AudioFeatures, Description, FactSheet

log = logging.getLogger(__name__)

AUDIO_LIMITS = Limits(memory_bytes=6 << 30, cpu_s=120.0, wall_s=240.0)
"""For one recording: a three-minute track takes about 4 CPU-seconds, the longest that is read about 20."""

COMMIT_S = 3.0
"""Measured recordings wait no longer than this to be safe from a kill."""

NOTES_BATCH = 32
"""Notes asked of the model at once: enough to fill its slots, few enough to lose little in a kill."""

AfterBatch = Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveReport:
    """How many items a wave finished and how many it could not (or, for notes, fell back on)."""

    done: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Recording:
    track_id: int
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    track_id: int
    sheet: FactSheet
    facts_hash: str


def listen(
    store: Store, taggers: TaggerPaths, *, jobs: int, on_progress: OnProgress, after_batch: AfterBatch
) -> WaveReport:
    """Measures every recording that this analyser has not heard, the most asked for first."""
    recordings = _unheard(store)
    results: list[AudioResult] = []
    heard = failed = 0
    committed_at = time.monotonic()
    work = partial(_analyse, taggers=taggers)
    for outcome in run_isolated(work, recordings, jobs=jobs, limits=AUDIO_LIMITS) if recordings else ():
        if outcome.value is None:
            failed += 1
            store.jobs.fail(outcome.item.track_id, "audio", ANALYSER_VERSION, outcome.error or "unknown")
        else:
            heard += 1
            results.append(_result(outcome.item.track_id, outcome.value))
        on_progress(Progress(stage="audio", done=heard + failed, total=len(recordings), failed=failed))
        if time.monotonic() - committed_at > COMMIT_S:
            store.catalogue.record_audio(results)
            results = []
            after_batch()
            committed_at = time.monotonic()
    store.catalogue.record_audio(results)
    after_batch()
    return WaveReport(done=heard, failed=failed)


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

    ``failed`` counts those that fell back to plain sentences.
    """
    version = writer_version(generator)
    pending = store.jobs.pending("describe", version, with_audio=audio_only)
    done = fallback = 0
    for start in range(0, len(pending), NOTES_BATCH):
        ids = pending[start : start + NOTES_BATCH]
        subjects = _unwritten(store, ids, version)
        drafts = write_notes([subject.sheet for subject in subjects], generator, seed=seed)
        notes = [_description(*pair, generator) for pair in zip(subjects, drafts, strict=True)]
        store.notes.save(notes, job_versions=dict.fromkeys(ids, version))
        fallback += sum(draft.status == "fallback" for draft in drafts)
        done += len(drafts)
        on_progress(Progress(stage="notes", done=start + len(ids), total=len(pending)))
        after_batch()
    return WaveReport(done=done - fallback, failed=fallback)


def writer_version(generator: TextGenerator) -> str:
    """What a note depends on beside its facts: model, adapter and prompt."""
    return "/".join([generator.model, generator.adapter or "no adapter", PROMPT_VERSION])


def _unheard(store: Store) -> list[_Recording]:
    pending = store.jobs.pending("audio", ANALYSER_VERSION)
    tracks = store.catalogue.tracks(pending)
    return [
        _Recording(track_id=track_id, path=path)
        for track_id in pending
        if (path := tracks[track_id].audio_path) is not None
    ]


def _analyse(recording: _Recording, *, taggers: TaggerPaths) -> AudioFeatures:
    return analyse_file(fs_path(recording.path), tagger_paths=taggers)


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
    facts = store.catalogue.facts(ids)
    notes = store.notes.current("song", ids)
    subjects = []
    for track_id in ids:
        sheet = sheet_of(facts.get(track_id, ()))
        subject = _Subject(track_id=track_id, sheet=sheet, facts_hash=sheet_hash(sheet))
        if not _is_current(notes.get(track_id), subject, version):
            subjects.append(subject)
    return subjects


def _is_current(note: Description | None, subject: _Subject, version: str) -> bool:
    if note is None or note.facts_hash != subject.facts_hash:
        return False
    return "/".join([note.model, note.adapter or "no adapter", note.prompt_version]) == version


def _description(subject: _Subject, draft: NoteDraft, generator: TextGenerator) -> Description:
    return Description(
        kind="song",
        subject_id=subject.track_id,
        template=draft.template,
        status=draft.status,
        model=generator.model,
        adapter=generator.adapter,
        prompt_version=PROMPT_VERSION,
        facts_hash=subject.facts_hash,
        problems=draft.problems,
    )
