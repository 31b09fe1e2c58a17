"""Texts that a model wrote once and that were kept: the same prompt gets the same text, without the model."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from linernotes.errors import ModelError
from linernotes.llm.protocol import Generation, Prompt, failed, seed_of


def digest(value: object) -> str:
    """A short name for a plain value."""
    plain = json.dumps(value, sort_keys=True, ensure_ascii=True)
    return hashlib.blake2b(plain.encode(), digest_size=16).hexdigest()


def seeded(prompts: Sequence[Prompt], seed: int) -> list[Prompt]:
    """The prompts with the seeds that they have in this call, for the same texts in any other."""
    return [replace(prompt, seed=seed_of(prompt, seed, place)) for place, prompt in enumerate(prompts)]


def key_of(
    prompt: Prompt, *, max_tokens: int, temperature: float, schema: Mapping[str, object] | None
) -> str:
    """What a text depends on beside its model: a prompt that has its seed, and how it is asked."""
    asked = {"max_tokens": max_tokens, "temperature": temperature, "schema": schema}
    return digest({**asdict(prompt), **asked})


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
            self._texts = {row["key"]: row["text"] for row in rows}
        except (OSError, EOFError, ValueError, KeyError, TypeError) as err:
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
        keys = [
            key_of(prompt, max_tokens=max_tokens, temperature=temperature, schema=schema)
            for prompt in seeded(prompts, seed)
        ]
        return [
            Generation(text=self._texts[key], finish_reason="stop")
            if key in self._texts
            else failed("no text is kept for it")
            for key in keys
        ]

    def close(self) -> None:
        """Nothing is open."""


def write_kept(path: Path, texts: Iterable[tuple[str, str]], *, model: str, adapter: str | None) -> None:
    """Writes texts with their keys as JSON lines, compressed, the same bytes for the same texts."""
    head = {"model": model, "adapter": adapter}
    rows = [{"key": key, "text": text} for key, text in sorted(texts)]
    plain = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in [head, *rows])
    path.write_bytes(gzip.compress(plain.encode(), mtime=0))
