"""What an ingest works with: settings, the open store and index, and the models, loaded when first needed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from linernotes import models
from linernotes.audio import TaggerPaths
from linernotes.compute import cpu_count
from linernotes.config import Settings
from linernotes.embed import Embedder, MiniLmEmbedder
from linernotes.errors import ModelError
from linernotes.index import Index
from linernotes.llm import HttpGenerator, LocalGenerator, TextGenerator
from linernotes.store import Store

NO_ADAPTER = "none"
"""What the setting ``llm_adapter`` calls the base as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """The open store and index of one library, and its settings.

    ``writer`` writes in place of the model that the settings name; whoever gave it closes it.
    """

    settings: Settings
    store: Store
    index: Index
    writer: TextGenerator | None = None

    def jobs(self, asked: int = 0) -> int:
        """How many processes or threads may be busy: as asked, as set, or one for each core."""
        return asked or self.settings.jobs or cpu_count()


def open_generator(settings: Settings) -> TextGenerator:
    """The language model that the settings name: a server, or the local one in a process of its own.

    Raises ModelError when the local weights have not been fetched, or adapter and base do not fit.
    """
    if settings.llm_url:
        return HttpGenerator(settings.llm_url, settings.llm_model, api_key=settings.llm_api_key or None)
    if settings.llm_base:
        base = Path(settings.llm_base).expanduser()
        if not base.is_file():
            raise ModelError(f"llm_base names {base}, which is no file")
    else:
        base = models.smollm2_gguf(settings.models_dir)
    adapter = _adapter(settings, base)
    merged = adapter and models.merged(settings.models_dir, base, adapter)
    return LocalGenerator(base, adapter_path=adapter, merged_path=merged)


def _adapter(settings: Settings, base: Path) -> Path | None:
    """The adapter that the settings name for this base; of another base than ours only one that is named."""
    if settings.llm_adapter == NO_ADAPTER or (settings.llm_base and not settings.llm_adapter):
        return None
    if settings.llm_adapter:
        return models.adapter_in(Path(settings.llm_adapter).expanduser(), base)
    return models.writer_adapter(settings.models_dir, base)


def open_embedder(*, threads: int = 1) -> Embedder:
    """The text embedder. Raises ModelError when it is not there."""
    return MiniLmEmbedder(*models.embedder_files(), threads=threads)


def open_stock_embedder(settings: Settings, *, threads: int = 1) -> Embedder:
    """The model that ours was taught from. Raises ModelError when its weights have not been fetched."""
    folder = settings.models_dir
    return MiniLmEmbedder(models.minilm_onnx(folder), models.minilm_tokenizer(folder), threads=threads)


def tagger_paths(settings: Settings) -> TaggerPaths:
    """Where the two audio taggers are. Raises ModelError when they have not been fetched."""
    folder = settings.models_dir
    return TaggerPaths(msd=models.musicnn_onnx(folder, "MSD"), mtt=models.musicnn_onnx(folder, "MTT"))
