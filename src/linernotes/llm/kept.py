"""Texts that a model wrote once and that were kept: the same prompt gets the same text, without the model."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from linernotes.errors import GenerationError, ModelError
from linernotes.llm.protocol import Generation, Prompt, failed, seed_of


def digest(value: object) -> str:
    """A short name for a plain value."""
    plain = json.dumps(value, sort_keys=True, ensure_ascii=True)
    return hashlib.blake2b(plain.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How a call asks, apart from its prompts."""

    max_tokens: int
    temperature: float
    seed: int
    schema: Mapping[str, object] | None = None

    def seeded(self, prompts: Sequence[Prompt]) -> list[Prompt]:
        """The prompts with the seeds that they have in this call, for the same texts in any other."""
        return [
            replace(prompt, seed=seed_of(prompt, self.seed, place)) for place, prompt in enumerate(prompts)
        ]

    def key_of(self, prompt: Prompt) -> str:
        """What a text depends on beside its model: a prompt that has its seed, and how it is asked."""
        asked = {"max_tokens": self.max_tokens, "temperature": self.temperature, "schema": self.schema}
        bounds = asdict(prompt.bounds()) if prompt.bounds else None
        return digest({**asdict(replace(prompt, bounds=None)), **asked, "bounds": bounds})

    def kept_key_of(self, prompt: Prompt) -> str:
        """The same without the bounds: a kept text is read by the check, whatever it was held to."""
        return self.key_of(replace(prompt, bounds=None))


class KeptGenerator:
    """A TextGenerator without a model: it knows the texts of one file (see ``write_kept``), and no others.

    A prompt whose text is not there fails, as one fails that a model cannot answer.
    """

    def __init__(self, path: Path) -> None:
        """Raises ModelError for a file that cannot be read."""
        try:
            with gzip.open(path, "rt", encoding="utf-8") as file:
                head, *rows = map(json.loads, file)
            self.model: str = head["model"]
            self.adapter: str | None = head["adapter"]
            self._closed = False
            self._texts = {row["key"]: row["text"] for row in rows}
        except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as err:
            raise ModelError(f"{path} holds no kept texts: {err}") from err

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
        if self._closed:
            raise GenerationError("the kept texts are closed")
        asking = Asking(max_tokens=max_tokens, temperature=temperature, seed=seed, schema=schema)
        keys = map(asking.kept_key_of, asking.seeded(prompts))
        return [
            Generation(text=self._texts[key], finish_reason="stop")
            if key in self._texts
            else failed("no text is kept for it")
            for key in keys
        ]

    def close(self) -> None:
        """See TextGenerator."""
        self._closed = True


def write_kept(path: Path, texts: Iterable[tuple[str, str]], *, model: str, adapter: str | None) -> None:
    """Writes texts with their keys as JSON lines, compressed, the same bytes for the same texts."""
    head = {"model": model, "adapter": adapter}
    rows = [{"key": key, "text": text} for key, text in sorted(texts)]
    plain = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in [head, *rows])
    path.write_bytes(gzip.compress(plain.encode(), mtime=0))
