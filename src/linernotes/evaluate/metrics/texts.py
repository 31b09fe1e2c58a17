"""What can be said of texts without knowing what they speak of: variety, repetition, and whether they end."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence

LOOP_WORDS = 6
"""A phrase of so many words that comes back in a short text is no accident."""
OPENING_WORDS = 3
DISTINCT_WORDS = 4000
"""About a hundred notes."""

_WORD = re.compile(r"[\w'’{}]+")
_SENTENCE_BREAK = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+")
_END = re.compile(r"[.!?…][\"'”’)\]]*$")
_NAME = re.compile(r"\{\w+\}")
_NUMBER = re.compile(r"[-−+]?\d(?:[\d.,:]*\d)?(?:s\b)?")


def words_of(text: str) -> list[str]:
    """The words in lower case; a placeholder ("{title}") is one word."""
    return _WORD.findall(text.lower())


def distinct_n(texts: Iterable[str], n: int = 2) -> float:
    """Different n-grams over all n-grams of all texts, 0 to 1; 0 where there are none (Li et al. 2016)."""
    grams = [gram for text in texts for gram in _grams(words_of(text), n)]
    return len(set(grams)) / len(grams) if grams else 0.0


def distinct_in_words(
    texts: Sequence[str], n: int = 2, *, words: int = DISTINCT_WORDS, seed: int = 0
) -> float | None:
    """``distinct_n`` of so many texts, in a drawn order, as have that many words; None where all have fewer.

    The more words, the fewer are new: only equal amounts compare.
    """
    order = list(texts)
    random.Random(seed).shuffle(order)
    drawn: list[str] = []
    count = 0
    for text in order:
        if count >= words:
            break
        drawn.append(text)
        count += len(words_of(text))
    return distinct_n(drawn, n) if count >= words else None


def top_opening(texts: Sequence[str], words: int = OPENING_WORDS) -> float:
    """The largest share of texts with the same first words; 0 for no texts."""
    return _largest_share([{" ".join(words_of(text)[:words])} for text in texts])


def top_repeated_sentence(texts: Sequence[str]) -> float:
    """The largest share of texts that hold the same sentence, names and numbers masked; 0 for no texts.

    A sentence that one text alone holds has the share 1/n.
    """
    return _largest_share([set(masked_sentences(text)) for text in texts])


def masked_sentences(text: str) -> list[str]:
    """The sentences in lower case, with "_" for placeholders and "#" for numbers in digits."""
    masked = _NUMBER.sub("#", _NAME.sub("_", text.strip().lower()))
    return [part.strip() for part in _SENTENCE_BREAK.split(masked) if part.strip()]


def is_loop(text: str) -> bool:
    """Whether a sentence, or a phrase of six words, comes back inside the text."""
    sentences = masked_sentences(text)
    grams = _grams(words_of(text), LOOP_WORDS)
    return len(set(sentences)) < len(sentences) or len(set(grams)) < len(grams)


def is_cut_off(text: str) -> bool:
    """Whether the text stops before the end of a sentence; so does an empty one."""
    return not _END.search(text.strip())


def _grams(words: Sequence[str], n: int) -> list[tuple[str, ...]]:
    return [tuple(words[at : at + n]) for at in range(len(words) - n + 1)]


def _largest_share(parts_by_text: Sequence[set[str]]) -> float:
    counts = Counter(part for parts in parts_by_text for part in parts)
    return max(counts.values(), default=0) / len(parts_by_text) if parts_by_text else 0.0
