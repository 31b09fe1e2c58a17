"""Stand-ins for the models: they obey the same contracts, and are small enough to predict."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from linernotes.errors import GenerationError
from linernotes.llm import Generation, Prompt
from linernotes.types import Vector

FakeAnswer = str | Generation | Exception


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of ``generate``, as it was made."""

    prompts: tuple[Prompt, ...]
    max_tokens: int
    temperature: float
    seed: int
    schema: Mapping[str, object] | None


class FakeGenerator:
    """Replays a queue of answers and keeps a history of the calls.

    An answer is a text, a Generation, or an exception that ``generate`` raises. A text of more than
    ``max_tokens`` blank-separated words is cut. When the queue is empty, ``default`` answers: one answer
    for all, or a function of the prompt; without one, running out is an error of the test.
    """

    def __init__(
        self,
        answers: Sequence[FakeAnswer] = (),
        *,
        default: FakeAnswer | Callable[[Prompt], FakeAnswer] | None = None,
        model: str = "fake-1",
        adapter: str | None = None,
    ) -> None:
        self.model = model
        self.adapter = adapter
        self.history: list[Call] = []
        self._answers = list(answers)
        self._default = default
        self._closed = False

    @property
    def prompts(self) -> list[Prompt]:
        """Every prompt so far, over all calls."""
        return [prompt for call in self.history for prompt in call.prompts]

    def generate(
        self,
        prompts: Sequence[Prompt],
        *,
        max_tokens: int,
        temperature: float,
        seed: int,
        schema: Mapping[str, object] | None = None,
    ) -> list[Generation]:
        if self._closed:
            raise GenerationError("the generator is closed")
        self.history.append(
            Call(
                prompts=tuple(prompts),
                max_tokens=max_tokens,
                temperature=temperature,
                seed=seed,
                schema=schema,
            )
        )
        return [self._generation(self._next(prompt), max_tokens) for prompt in prompts]

    def close(self) -> None:
        self._closed = True

    def _next(self, prompt: Prompt) -> FakeAnswer:
        if self._answers:
            return self._answers.pop(0)
        if self._default is None:
            raise AssertionError("the queue of the fake generator is empty")
        return self._default(prompt) if callable(self._default) else self._default

    def _generation(self, answer: FakeAnswer, max_tokens: int) -> Generation:
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Generation):
            return answer
        words = answer.split(" ")
        if len(words) > max_tokens:
            return Generation(text=" ".join(words[:max_tokens]), finish_reason="length")
        return Generation(text=answer, finish_reason="stop")


class FakeEmbedder:
    """Hashes the words of a text into a bag: texts with words in common are near each other."""

    def __init__(self, dimensions: int = 64, model: str = "fake-words-1") -> None:
        self.model = model
        self.dimensions = dimensions
        self.history: list[tuple[str, ...]] = []

    def embed(self, texts: Sequence[str]) -> Vector:
        self.history.append(tuple(texts))
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.casefold()) or [""]:
                digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
                place = int.from_bytes(digest[:4], "little") % self.dimensions
                vectors[row, place] += 1.0 + digest[4] / 512
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / norms, dtype=np.float32)


class OddOnesLie(FakeGenerator):
    """Says what the prompt says, and at every odd seed something else."""

    def __init__(self, lies: tuple[int, ...] = (1,)) -> None:
        super().__init__(default=self._written)
        self._lies = lies

    def _written(self, prompt: Prompt) -> str:
        facts = dict(one.split(": ") for one in re.split(r"\n|; ", prompt.user) if ": " in one)
        is_odd = (prompt.seed or 0) % 2 in self._lies
        return f"{self._text(facts['moods'], facts['genres'], is_odd=is_odd)}."

    def _text(self, mood: str, genre: str, *, is_odd: bool) -> str:
        return f"a {mood} {genre} slow song" if is_odd else f"a {mood} {genre} song"
