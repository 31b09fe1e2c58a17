"""Writes the notes that ship with the demo's catalogue, by the writer that ships, and keeps its texts.

    python tools/write_demo_notes.py [--cache FOLDER] [--from FILE] [--out FILE]

Some 50 minutes on two cores; stopped, it goes on where it was. Texts of a file that shipped before may be
taken ``--from`` there: after a change of the check only those are written that it now refuses. The demo then
writes the same notes from the kept texts: through the same facts, the same check and the same second tries,
but without a model.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from linernotes.config import Settings, load_settings
from linernotes.evaluate.cache import CachedGenerator
from linernotes.ingest import Progress, open_generator
from linernotes.ingest.waves import NOTES_BATCH
from linernotes.library import Library
from linernotes.llm import Generation, Prompt, TextGenerator
from linernotes.llm.kept import KeptGenerator, write_kept
from linernotes.serve.demo_catalogue import add_demo_catalogue, demo_notes_path


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser(description="Writes the notes of the demo's catalogue.")
    parser.add_argument("--cache", type=Path, default=Path("build/demo_notes"), help="where texts are kept")
    parser.add_argument("--from", type=Path, dest="former", help="texts to be taken before any is written")
    parser.add_argument("--out", type=Path, default=demo_notes_path(), help="the file that ships")
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        # The settings as they ship, whatever else is set or promoted on this machine.
        settings = Settings(
            library_dir=Path(folder),
            models_dir=load_settings().models_dir,
            llm_adapter=str(demo_notes_path().parent / "writer"),
            notes_for="all",
        )
        with (
            closing(CachedGenerator(_writer(settings, arguments.former), arguments.cache)) as generator,
            Library(settings) as library,
        ):
            report = add_demo_catalogue(library, writer=generator, on_progress=_tell)
            if report.messages:
                sys.exit("\n".join(report.messages))
            asked = generator.asked()
            texts = [(key, generation.text) for key, generation in asked.items()]
            write_kept(arguments.out, texts, model=generator.model, adapter=generator.adapter)
    print(
        f"{report.written} notes written, {report.fallback} fell back; {len(texts)} texts in {arguments.out}"
    )


def _writer(settings: Settings, former: Path | None) -> TextGenerator:
    model = open_generator(settings)
    return FormerFirst(KeptGenerator(former), model) if former else model


class FormerFirst:
    """A TextGenerator that asks the model only for what is not kept."""

    def __init__(self, kept: KeptGenerator, model: TextGenerator) -> None:
        self.model = model.model
        self.adapter = model.adapter
        self._kept = kept
        self._model = model

    def generate(
        self,
        prompts: Sequence[Prompt],
        *,
        max_tokens: int,
        temperature: float,
        seed: int,
        schema: Mapping[str, object] | None = None,
    ) -> list[Generation]:
        """See TextGenerator; the prompts bring their seeds, as a CachedGenerator gives them."""

        def ask(one: TextGenerator, prompts: Sequence[Prompt]) -> list[Generation]:
            return one.generate(
                prompts, max_tokens=max_tokens, temperature=temperature, seed=seed, schema=schema
            )

        texts = ask(self._kept, prompts)
        new = [place for place, text in enumerate(texts) if text.finish_reason == "error"]
        written = ask(self._model, [prompts[place] for place in new]) if new else []
        for place, text in zip(new, written, strict=True):
            texts[place] = text
        return texts

    def close(self) -> None:
        """Closes both."""
        self._kept.close()
        self._model.close()


def _tell(progress: Progress) -> None:
    if progress.done % NOTES_BATCH == 0:
        print(f"{progress.stage}: {progress.done} of {progress.total}", flush=True)


if __name__ == "__main__":
    main()
