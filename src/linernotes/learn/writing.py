"""The writer learns: from corrections, from which notes helped, and from what the check says of its texts.

It goes on from the writer in use; where that one had seen a listener who was forgotten since, from the
package's. Corrections are taught again each time, the newest first as far as there is time, with lessons that
the package's writer was taught, so that neither is forgotten.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final

from linernotes import models
from linernotes.config import Settings
from linernotes.describe import PROMPT_VERSION
from linernotes.errors import InputError
from linernotes.learn import replay
from linernotes.learn.corpora import Lesson
from linernotes.learn.experience import Experience
from linernotes.learn.gate import Figures
from linernotes.learn.known_notes import KnownNotes
from linernotes.learn.learner import Candidate, News
from linernotes.learn.preference import Drawn, Pair, corrected_pair, draw
from linernotes.learn.proof import Proof, Written, figures_of, write_proof
from linernotes.learn.recipe import Preference
from linernotes.llm import LocalGenerator, TextGenerator
from linernotes.models import WRITER
from linernotes.models.merge import merge
from linernotes.models.seen import LISTENERS

FEWEST_LESSONS: Final = 5
"""Corrections that are taught, at least."""
MOST_HELD: Final = 40
"""Sheets on which the corrected mistakes are looked for."""
OLD_PAIRS: Final = 20
"""Pairs that the package's writer learned from, taught again."""
SETTINGS: Final = Preference(rounds=1, sheets=30, tries=3, temperature=0.8, beta=0.1, learning_rate=5e-4)
LICENCE: Final = "CC-BY-SA-4.0"
"""That of the package's writer, from which it starts: it learned from captions under it."""
_TOLD: Final = 10
"""So many steps are told of at once."""
_NAME: Final = "smollm2-135m-instruct"
_FILE: Final = "linernotes-writer.gguf"
_BY_TURNS: Final = (2, 1, 1)
"""Corrected, drawn and old pairs, as they follow on each other."""
_TRAINING: Final = 0.65
"""Share of the budget after which it is measured."""

WriterOf = Callable[[Path, Path | None], TextGenerator]
"""Gives a generator that writes with the adapter in this file, and with both in one where that is made."""


@dataclass(slots=True)
class WriterLearner:
    """Learns an adapter for the base of the writer; see ``Learner``."""

    experience: Experience
    on_step: Callable[[str], None]
    kind: str = WRITER
    _known: KnownNotes = field(init=False)

    def __post_init__(self) -> None:
        self._known = KnownNotes(self.experience.library)

    def gather(self, mark: str | None) -> News | None:
        """New corrections and verdicts; one that was taken back counts as such, too."""
        rows = self.experience.library.store.corrections.all()
        last = max((row.id for row in rows), default=0)
        now = f"{last}:{len(rows)}"
        if not rows or now == mark:
            return None
        before = int(mark.partition(":")[0]) if mark else 0
        return News(count=sum(row.id > before for row in rows), what="corrections", mark=now)

    def train(self, budget_s: float) -> Candidate | None:
        """An adapter that prefers corrected notes, and those of its own texts in which nothing is wrong.

        Raises InputError without the extra ``train``, with another writer in the settings, and where the
        time is too short.
        """
        from linernotes.learn.base import load_base

        until = time.monotonic() + _TRAINING * budget_s
        taught = self._known.taught
        if len(taught) < FEWEST_LESSONS:
            return None
        base_path = _base_path(self._settings)
        base = load_base(_NAME, self._settings.models_dir)
        return self._trained(base, base_path, taught, until)

    def _trained(self, base: Any, base_path: Path, taught: Sequence[Lesson], until: float) -> Candidate:
        from linernotes.learn.refining import exported, refine, student_of

        start = self._start(base_path)
        rng = Random(0)
        drawn = self._drawn(base_path, start, rng)
        mistakes = self._known.mistakes
        old = [one for one in replay.shipped_lessons() if not mistakes.are_in(one.text, one.sheet)]
        again = [corrected_pair(one) for one in old if one.rejected]
        newest = taught[::-1]
        pairs = in_shares(
            [corrected_pair(one) for one in newest if one.rejected],
            drawn.pairs,
            rng.sample(again, min(len(again), OLD_PAIRS)),
        )
        student = student_of(base, start, seed=0)
        refined = refine(
            student,
            pairs,
            [one for one in newest if not one.rejected],
            old,
            SETTINGS,
            watched=replay.watched_lessons(),
            until=until,
            seed=0,
            on_step=self._tell_step,
        )
        with TemporaryDirectory() as folder:
            data = exported(student, Path(folder), _FILE).read_bytes()
        details = {
            "base": _NAME,
            "base_sha256": base.sha256,
            "started_from": models.sha256_of(start),
            "prompt_version": PROMPT_VERSION,
            LISTENERS: self._seen(start),
            "data": _counts(taught, drawn, old),
            "mistakes": list(mistakes.shortest),
            "settings": asdict(SETTINGS),
            **asdict(refined),
        }
        return Candidate(file=_FILE, data=data, details=details, licence=LICENCE)

    def measure(self, candidate: Candidate) -> Figures:
        """Whether the corrected mistakes go on songs that were not taught, and what must not fall."""
        base = _base_path(self._settings)
        current, shipped = models.writer_adapter(self._settings.models_dir, base), models.shipped_writer(base)
        assert current is not None
        assert shipped is not None
        proof = Proof(
            held_back=tuple(self._known.held_back(MOST_HELD)),
            fixed=replay.shipped_sheets(),
            mistakes=self._known.mistakes,
        )
        with TemporaryDirectory() as folder:
            path = Path(folder) / _FILE
            path.write_bytes(candidate.data)
            in_one = Path(folder) / "merged.gguf"
            merge(base, path, in_one)
            new = self._proven(proof, base, path, in_one)
        used = self._proven(proof, base, current)
        is_shipped = models.sha256_of(current) == models.sha256_of(shipped)
        first = used if is_shipped else self._proven(proof, base, shipped)
        return figures_of(proof, candidate=new, current=used, shipped=first)

    def _tell_step(self, step: int, steps: int) -> None:
        if step % _TOLD == 0:
            self.on_step(f"{self.kind}: step {step} of {steps}")

    @property
    def _settings(self) -> Settings:
        return self.experience.library.settings

    def _start(self, base: Path) -> Path:
        """The writer in use, or the package's where that one had seen somebody who was forgotten."""
        used = models.current(self._settings.models_dir, WRITER).card
        forgotten = self.experience.library.forgotten_models()
        if used is not None and used.sha256 in forgotten:
            start = models.shipped_writer(base)
        else:
            start = models.writer_adapter(self._settings.models_dir, base)
        if start is None:
            raise InputError("there is no writer to go on from")
        return start

    def _seen(self, start: Path) -> list[str]:
        """The marks of all whose corrections the candidate has seen, those before this turn included."""
        used = models.current(self._settings.models_dir, WRITER)
        before = used.card.details.get(LISTENERS, ()) if used.card and used.path == start else ()
        own = (models.listener_mark(name) for name in self._known.listeners)
        return sorted({*map(str, before), *own})

    def _drawn(self, base: Path, start: Path, rng: Random) -> Drawn:
        asked = self._known.to_draw_on(SETTINGS.sheets, rng)
        if not asked:
            return Drawn(pairs=(), passed=0.0)
        lessons = replay.shipped_lessons()
        with closing(self._writer(base, start)) as generator:
            return draw(
                generator,
                asked,
                lessons,
                SETTINGS,
                1,
                rng,
                is_bad=self._known.mistakes.are_in,
                on_step=lambda doing, step, steps, _: self.on_step(
                    f"{self.kind}: {doing}, {step} of {steps}"
                ),
            )

    def _proven(self, proof: Proof, base: Path, adapter: Path, in_one: Path | None = None) -> Written:
        with closing(self._writer(base, adapter, in_one)) as generator:
            return write_proof(proof, generator)

    def _writer(self, base: Path, adapter: Path, in_one: Path | None = None) -> TextGenerator:
        in_one = in_one or models.merged(self._settings.models_dir, base, adapter)
        return LocalGenerator(base, adapter_path=adapter, merged_path=in_one)


def _base_path(settings: Settings) -> Path:
    """The base of our own writer. Raises InputError where the settings name another one."""
    if settings.llm_url or settings.llm_base or settings.llm_adapter:
        raise InputError(
            "the settings name another writer (llm_url, llm_base or llm_adapter): only ours is taught here"
        )
    return models.smollm2_gguf(settings.models_dir)


def in_shares(corrected: Sequence[Pair], drawn: Sequence[Pair], old: Sequence[Pair]) -> list[Pair]:
    """All pairs, by turns two corrected, a drawn and an old one as long as there are any.

    Those at the end may not come up: of each kind the first ones do, however many there are of another.
    """
    sources = [iter(one) for one in (corrected, drawn, old)]
    found: list[Pair] = []
    while len(found) < len(corrected) + len(drawn) + len(old):
        for source, count in zip(sources, _BY_TURNS, strict=True):
            found += islice(source, count)
    return found


def _counts(taught: Sequence[Lesson], drawn: Drawn, old: Sequence[Lesson]) -> dict[str, object]:
    return {
        "corrections": len({one.id for one in taught}),
        "own_pairs": len(drawn.pairs),
        "own_texts_without_fault": round(drawn.passed, 3),
        "lessons_taught_again": len(old),
        "source_of_lessons": f"{replay.SOURCE} ({replay.LICENCE})",
    }
