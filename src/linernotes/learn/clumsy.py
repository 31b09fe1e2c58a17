"""What makes a true text clumsy: the same words or the same fact twice, scraps of sentences, false grammar.

The check asks whether a text is true; of two true ones the writer is to prefer the one that reads well.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from linernotes.describe.check import sentences_of
from linernotes.describe.check.coverage import facts_told
from linernotes.describe.check.reading import Reading
from linernotes.learn.order import LISTS
from linernotes.types import Sheet

_LITTLE = r"(?:of|is|are|and|in|for|with|on|as|to|from|by|a|an|the|its|their|one|only|very)"
_ECHO = re.compile(rf"\b(?P<word>\w{{4,}})\b(?:,? {_LITTLE}){{1,4}} (?P=word)\b", re.IGNORECASE)
"""The names of the names, dreamy and dreamy."""
_IDIOMS = frozenset({"through", "round", "side", "hand", "shoulder", "wall", "country"})
_WORDS = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_LONG = 4
_OFTEN = 3
_STOCK = re.compile(r" than most of(?: the library)?")
"""What stands out may stand out twice."""
_SHORTEST_SENTENCE = 4
_TOLD_ONCE = ("the country", "the year", "the language")
_WHO = re.compile(r"\b(?:fe)?male (?:vocals?|voices?|singers?|vocalists?)\b", re.IGNORECASE)
_NO_VOICE = re.compile(
    r"\binstrumental|\bno(?:body| one) sings|\bno (?:vocals|singer|words)\b|\bwordless", re.IGNORECASE
)
_AS_ADJECTIVE = re.compile(
    r"(?<!\ba )(?<!\bthe )\bparty(?=[.,;]| (?:and|but|yet|with|in|at|as)\b)", re.IGNORECASE
)
"""A noun that a list of moods makes an adjective: "energetic and party"."""
_PLURAL = (
    r"(?:drums|cymbals|hats|percussions|shakers|strings|bells|claps|hits|chords|keys|toms|vocals|keyboards)"
)
_ONE = r"\ban? (?:(?!(?:pair|set|few|lot|row|with|of|and|in|to|by|from|over|meets?)\b)[\w-]+ ){0,2}"
_GRAMMAR = re.compile(
    rf"{_ONE}{_PLURAL}(?=[.,;]| (?:and|are|is|with|over|that|can)\b)"
    r"|(?<![\w-])(?:1|one) (?:tracks|artists)\b|\benergetic (?:in )?energy\b",
    re.IGNORECASE,
)
"""An article before a plural, a plural of one, and a fact that is told by its own name."""
_MOOD_IS = re.compile(
    r"\b(?:moods?|tempo|pace)\b(?: of [^.,;]*?)? (?:is|are) "
    r"(?P<what>(?:(?! and (?:the|a|an|it|its)\b| with\b| over\b| in\b)[^.;:])*)",
    re.IGNORECASE,
)
_VERB = re.compile(r"\b(?:is|are|was|were|has|have|sings?|plays?)\b")


def is_clumsy(text: str, sheet: Sheet) -> bool:
    """Whether the text repeats itself.

    A value of the sheet is named twice, a word echoes, a long one comes three times, or a row of three twice.
    """
    text = _STOCK.sub("", text)
    if any(match["word"].lower() not in _IDIOMS for match in _ECHO.finditer(text)):
        return True
    values = {value.lower() for name in LISTS for value in getattr(sheet, name, ()) if value}
    words = [word.lower() for word in _WORDS.findall(text)]
    rows = Counter(zip(words, words[1:], words[2:], strict=False))
    return (
        max(rows.values(), default=0) > 1 or _wears_out(words, values) or _names_twice(text.lower(), values)
    )


def is_awkward(text: str, sheet: Sheet) -> bool:
    """Whether the text has what people do with intent, and a small model for want of better.

    A sentence of fewer than four words, a fact told in two sentences, somebody who "is Canada", a mood that
    is "party" or an instrument, "a drums".
    """
    sentences = sentences_of(text, sheet)
    if any(len(sentence.split()) < _SHORTEST_SENTENCE for sentence in sentences):
        return True
    return bool(
        _tells_again(sentences, sheet)
        or _is_a_country(text, sheet)
        or _AS_ADJECTIVE.search(text)
        or _GRAMMAR.search(text)
        or _mixes_kinds(text, sheet)
    )


def _mixes_kinds(text: str, sheet: Sheet) -> bool:
    """Whether a mood or a tempo is said to be an instrument or a genre: "the tempo is triangle"."""
    others = {value.lower() for value in (*sheet.genres, *sheet.instruments)} - {*sheet.moods}
    said = [match["what"].lower() for match in _MOOD_IS.finditer(text) if not _VERB.search(match["what"])]
    return any(
        re.search(rf"(?<![\w-]){re.escape(value)}(?![\w-])", what) for what in said for value in others
    )


def _tells_again(sentences: Sequence[str], sheet: Sheet) -> bool:
    """Whether two sentences tell the same fact of one value or that nobody sings, or who sings is told twice.

    A "Portuguese guitar" tells no country, and "instrumental hip hop" nothing of voices.
    """
    text, heard = " ".join(sentences), sheet.instruments
    masked = [Reading(sentence, sheet).masked for sentence in sentences]
    told = Counter(
        name
        for sentence in masked
        for name, is_told in facts_told(Reading(sentence, sheet)).items()
        if is_told and name in _TOLD_ONCE
    )
    told["no voice"] = sum(bool(_NO_VOICE.search(sentence)) for sentence in masked)
    told["who sings"] = len(_WHO.findall(text)) - max(0, sum(bool(_WHO.search(one)) for one in heard) - 1)
    return max(told.values(), default=0) > 1


def _is_a_country(text: str, sheet: Sheet) -> bool:
    """Whether somebody or something is said to be the country itself, "the artist is Canada"."""
    if not sheet.country:
        return False
    names = rf"(?<!country )\b(?:is|are|was|were) (?:the )?{re.escape(sheet.country)}\b(?!['’])"
    return re.search(names, text) is not None


def _wears_out(words: Sequence[str], values: Collection[str]) -> bool:
    """Whether a long word comes three times, and more often than the sheet has values that hold it."""
    held = Counter(word for value in values for word in set(_WORDS.findall(value)))
    counts = Counter(word for word in words if len(word) >= _LONG)
    return any(count >= max(_OFTEN, held[word] + 1) for word, count in counts.items())


def _names_twice(text: str, values: Collection[str]) -> bool:
    """Whether a value comes back where no longer one holds it: "R&B, contemporary R&B, pop and R&B"."""
    if not values:
        return False
    longest_first = "|".join(re.escape(value) for value in sorted(values, key=lambda one: (-len(one), one)))
    named = Counter(re.findall(rf"(?<![\w-])(?:{longest_first})(?![\w-])", text))
    return max(named.values(), default=0) > 1
