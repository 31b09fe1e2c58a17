"""A writer's texts on many subjects: what the model itself wrote first, and what is kept after the check."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from linernotes.describe import NoteDraft, clean_text, write_notes
from linernotes.evaluate.values import Subject, Text
from linernotes.llm import Generation, Prompt, TextGenerator
from linernotes.llm.protocol import failed

BATCH = 32
"""Notes asked for at once, as an ingest does."""

OnDone = Callable[[int], None]
"""Is told how many subjects are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """``first`` are the model's own texts, before check and fallback; None where it has none."""

    first: list[Text | None]
    stored: list[Text | None]


def write(
    subjects: Sequence[Subject], generator: TextGenerator, *, seed: int, tuned: bool, on_done: OnDone
) -> Written:
    """Notes as an ingest would keep them, beside the first texts of which they came."""
    first: list[Text | None] = []
    stored: list[Text | None] = []
    for start in range(0, len(subjects), BATCH):
        some = subjects[start : start + BATCH]
        recorder = _Recorder(generator)
        drafts = _notes(some, recorder, seed=seed, tuned=tuned)
        first += _first_texts(drafts, recorder)
        stored += [_stored(draft) for draft in drafts]
        on_done(len(stored))
    return Written(first=first, stored=stored)


def write_first(
    subjects: Sequence[Subject], generator: TextGenerator, *, seed: int, tuned: bool, on_done: OnDone
) -> list[Text | None]:
    """The first texts alone; no second try costs time."""
    first: list[Text | None] = []
    for start in range(0, len(subjects), BATCH):
        some = subjects[start : start + BATCH]
        recorder = _Recorder(generator, most_calls=1)
        drafts = _notes(some, recorder, seed=seed, tuned=tuned)
        first += _first_texts(drafts, recorder)
        on_done(len(first))
    return first


def _notes(
    subjects: Sequence[Subject], generator: TextGenerator, *, seed: int, tuned: bool
) -> list[NoteDraft]:
    sheets, names = [one.sheet for one in subjects], [one.names for one in subjects]
    return write_notes(sheets, generator, seed=seed, tuned=tuned, names=names)


def _first_texts(drafts: Sequence[NoteDraft], recorder: _Recorder) -> list[Text | None]:
    """The first call asked for all that were tried, in their order."""
    first = iter(recorder.first)
    return [_own_text(next(first)) if draft.tries else None for draft in drafts]


def _own_text(generation: Generation) -> Text | None:
    if generation.finish_reason == "error":
        return None
    return Text(text=clean_text(generation.text), is_cut_off=generation.finish_reason == "length")


def _stored(draft: NoteDraft) -> Text:
    is_written = draft.status == "written"
    if not draft.tries:
        return Text(text=draft.template)
    return Text(text=draft.template, passed_first=is_written and draft.tries == 1, is_fallback=not is_written)


class _Recorder:
    """A TextGenerator that keeps the texts of its first call; beyond ``most_calls`` it refuses."""

    def __init__(self, inner: TextGenerator, most_calls: int | None = None) -> None:
        self.model = inner.model
        self.adapter = inner.adapter
        self.first: list[Generation] = []
        self._inner = inner
        self._calls_left = most_calls

    def generate(
        self,
        prompts: Sequence[Prompt],
        *,
        max_tokens: int,
        temperature: float,
        seed: int,
        schema: Mapping[str, object] | None = None,
    ) -> list[Generation]:
        """See TextGenerator."""
        if self._calls_left == 0:
            return [failed("not asked again") for _ in prompts]
        if self._calls_left is not None:
            self._calls_left -= 1
        texts = self._inner.generate(
            prompts, max_tokens=max_tokens, temperature=temperature, seed=seed, schema=schema
        )
        self.first = self.first or texts
        return texts

    def close(self) -> None:
        """Leaves the model open: it is not ours."""
