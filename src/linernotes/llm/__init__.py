"""Language models behind one protocol: in processes of our own, or on an OpenAI-compatible server."""

from linernotes.llm.http import HttpGenerator
from linernotes.llm.kept import KeptGenerator
from linernotes.llm.local import LocalGenerator
from linernotes.llm.protocol import Bounds, FinishReason, Generation, Prompt, TextGenerator

__all__ = [
    "Bounds",
    "FinishReason",
    "Generation",
    "HttpGenerator",
    "KeptGenerator",
    "LocalGenerator",
    "Prompt",
    "TextGenerator",
]
