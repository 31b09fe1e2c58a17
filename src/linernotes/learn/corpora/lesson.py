"""One lesson for the writer: a sheet of facts, and the text that a good writer makes of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from linernotes.types import Sheet

HELD_OUT = 10
"""Every tenth lesson is held out, by a hash of its group or id, so that the same ones are in every run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """``text`` tells the facts of ``sheet``, with ``{title}``, ``{artist}`` and ``{genre}`` for names.

    ``source`` and ``licence`` say where it comes from and what may be done with what learns from it. Lessons
    on the same recording share its ``group``, so that they are held out together. ``rejected`` is the text
    that somebody corrected: the writer is to prefer ``text`` to it.
    """

    id: str
    sheet: Sheet
    text: str
    source: str
    licence: str
    group: str = ""
    rejected: str | None = None

    @property
    def is_held_out(self) -> bool:
        """Whether the writer is measured on it, and so must never be taught it."""
        return int.from_bytes(hashlib.sha256((self.group or self.id).encode()).digest()[:8]) % HELD_OUT == 0
