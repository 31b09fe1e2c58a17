"""Texts that a model wrote once need not be written again: a generator that remembers, on disk."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from linernotes.errors import GenerationError, InputError
from linernotes.llm import Generation, Prompt, TextGenerator
from linernotes.llm.kept import Asking, digest

log = logging.getLogger(__name__)

_BATCH = 32
"""Prompts asked of the model before their texts are safe: little is lost in a kill."""


class CachedGenerator:
    """A TextGenerator that keeps what ``inner`` wrote in a file of its model and adapter below ``folder``.

    Equal prompt, seed, temperature, length and schema give the kept text; what failed is not kept. Lines that
    cannot be read (a run was killed while it wrote) are passed over, and their texts written again.
    """

    def __init__(self, inner: TextGenerator, folder: Path) -> None:
        """Raises InputError if the folder cannot be made."""
        self.model = inner.model
        self.adapter = inner.adapter
        self._inner = inner
        self._path = folder / f"{digest([inner.model, inner.adapter])}.jsonl"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as err:
            raise InputError(f"{folder} cannot keep texts ({err.strerror}): name another --cache") from err
        self._kept = _read(self._path)
        self._closed = False
        self._asked: dict[str, str] = {}

    def generate(
        self,
        prompts: Sequence[Prompt],
        *,
        max_tokens: int,
        temperature: float,
        seed: int,
        schema: Mapping[str, object] | None = None,
    ) -> list[Generation]:
        """See TextGenerator; what is new is written in batches and kept after each."""
        if self._closed:
            raise GenerationError("the language model is closed")
        asking = Asking(max_tokens=max_tokens, temperature=temperature, seed=seed, schema=schema)
        placed = asking.seeded(prompts)
        keys = [asking.key_of(prompt) for prompt in placed]
        self._asked |= {asking.kept_key_of(one): key for one, key in zip(placed, keys, strict=True)}
        new = {key: prompt for key, prompt in zip(keys, placed, strict=True) if key not in self._kept}
        failed: dict[str, Generation] = {}
        for start in range(0, len(new), _BATCH):
            batch = dict(list(new.items())[start : start + _BATCH])
            written = self._inner.generate(
                list(batch.values()), max_tokens=max_tokens, temperature=temperature, seed=0, schema=schema
            )
            fresh = dict(zip(batch, written, strict=True))
            failed |= {key: text for key, text in fresh.items() if text.finish_reason == "error"}
            self._keep({key: text for key, text in fresh.items() if key not in failed})
        return [failed[key] if key in failed else self._kept[key] for key in keys]

    def asked(self) -> dict[str, Generation]:
        """The kept texts that were asked for since this was made, by the keys of a ``KeptGenerator``."""
        return {name: self._kept[key] for name, key in self._asked.items() if key in self._kept}

    def close(self) -> None:
        """Closes the model."""
        self._closed = True
        self._inner.close()

    def _keep(self, texts: Mapping[str, Generation]) -> None:
        lines = [
            json.dumps({"key": key, "text": text.text, "finish_reason": text.finish_reason}) + "\n"
            for key, text in texts.items()
        ]
        with self._path.open("a", encoding="utf-8") as file:
            file.write("".join(["\n", *lines]))  # a torn line before it must not take the next one with it
            file.flush()
            os.fsync(file.fileno())
        self._kept.update(texts)


def _read(path: Path) -> dict[str, Generation]:
    kept: dict[str, Generation] = {}
    if not path.is_file():
        return kept
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            kept[row["key"]] = Generation(text=row["text"], finish_reason=row["finish_reason"])
        except (ValueError, KeyError, TypeError):
            log.warning("%s, line %d cannot be read; its text is written again", path, number)
    return kept
