"""What makes a true text clumsy: a word that comes back for no reason, the same words twice.

The check asks whether a text is true; of two true ones the writer is to prefer the one that reads well.
"""

from __future__ import annotations

import re
from collections import Counter

_LITTLE = r"(?:of|is|are|and|in|for|with|on|as|to|from|by|a|an|the|its|their|one|only|very)"
_ECHO = re.compile(rf"\b(?P<word>\w{{4,}})\b(?:,? {_LITTLE}){{1,4}} (?P=word)\b", re.IGNORECASE)
"""The names of the names, dreamy and dreamy."""
_IDIOMS = frozenset({"through", "round", "side", "hand", "shoulder", "wall", "country"})
_WORDS = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_LONG = 4
_OFTEN = 3
_STOCK = re.compile(r" than most of(?: the library)?")
"""What stands out may stand out twice."""


def is_clumsy(text: str) -> bool:
    """Whether a word echoes, a long word comes three times, or three words in a row come twice."""
    text = _STOCK.sub("", text)
    if any(match["word"].lower() not in _IDIOMS for match in _ECHO.finditer(text)):
        return True
    words = [word.lower() for word in _WORDS.findall(text)]
    counts = Counter(word for word in words if len(word) >= _LONG)
    rows = Counter(zip(words, words[1:], words[2:], strict=False))
    return max(counts.values(), default=0) >= _OFTEN or max(rows.values(), default=0) > 1
