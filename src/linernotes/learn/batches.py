"""Lessons as tokens, and the order in which they are taught."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from linernotes.describe import bare_prompt
from linernotes.learn.corpora import Lesson
from linernotes.learn.order import plan_of

_CHUNK = 20
"""So many batches are sorted by length together, so that little is padded and little is in order."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """One lesson: the tokens of its facts and of its text, of which only the text is learned."""

    prompt: tuple[int, ...]
    text: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.prompt) + len(self.text)


def encode(lesson: Lesson, tokenizer: Any, end_id: int) -> Tokens:
    """The lesson as the writer will meet it: bare facts, then the text and its end."""
    return tokens_of(bare_prompt(lesson.sheet, plan_of(lesson)).user, lesson.text, tokenizer, end_id)


def tokens_of(prompt: str, text: str, tokenizer: Any, end_id: int) -> Tokens:
    """A prompt, a text that answers it, and its end."""
    ids = [tokenizer(one, add_special_tokens=False)["input_ids"] for one in (prompt, text)]
    return Tokens(tuple(ids[0]), (*ids[1], end_id))


def batches(lessons: Sequence[Tokens], size: int, rng: random.Random) -> Iterator[list[Tokens]]:
    """All lessons once, in batches of like lengths, in a drawn order."""
    order = list(lessons)
    rng.shuffle(order)
    found: list[list[Tokens]] = []
    for start in range(0, len(order), _CHUNK * size):
        chunk = sorted(order[start : start + _CHUNK * size], key=len)
        found += [chunk[at : at + size] for at in range(0, len(chunk), size)]
    rng.shuffle(found)
    yield from found


def share(lessons: Sequence[Lesson], repeats: float, rng: random.Random) -> list[Lesson]:
    """The lessons ``repeats`` times; of a fraction a drawn share."""
    whole = int(repeats)
    rest = round((repeats - whole) * len(lessons))
    return [*(list(lessons) * whole), *rng.sample(list(lessons), rest)]
