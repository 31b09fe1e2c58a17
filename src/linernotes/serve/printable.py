"""Text from tags, files and requests, made safe to show: it may look odd, but it commands nothing."""

from __future__ import annotations

import re

_BLANKS = re.compile(r"[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
_COMMANDS = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, marks that turn the direction of writing, and lone surrogates."""


def printable(text: str) -> str:
    """The text on one line, without characters that command a terminal or turn the direction of writing."""
    return _COMMANDS.sub("", _BLANKS.sub(" ", text))


def escaped(json_text: str) -> str:
    """JSON whose strings hold no such characters raw: each stands escaped."""
    return _COMMANDS.sub(lambda match: f"\\u{ord(match[0]):04x}", json_text)
