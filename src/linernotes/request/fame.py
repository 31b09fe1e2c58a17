"""How well known the music should be, and in what order it should come."""

from __future__ import annotations

import re
from collections.abc import Sequence

from linernotes.request.cues import fame
from linernotes.request.text import OrderSpan, Phrases, PopularitySpan, RequestText, is_free

_POPULARITY = fame()
_PHRASES = Phrases(_POPULARITY)
_RADIO = re.compile(r"\b(?:same )?(?:\d+ )?songs (?:that )?the radio (?:always )?plays\b", re.IGNORECASE)

_END = r"[^.!?;|\n]{0,80}?"
_STOP = r"(?=\s*(?:,|\.|!|\?|;|\||$))"
_ORDERS = re.compile(
    rf"\b(?:warm up (?:easy|slow|slowly),{_END}at the end\b"
    rf"|(?:start|begin)(?:s|ing)?\s+(?:with|off|out|slow|slowly|calm|calmly|quiet|quietly|soft|softly|loud|fast|easy|low|mellow|chill)\b{_END}{_STOP}"
    rf"|(?:ends?|ending) (?:really |very |with |on )?(?:quiet|loud|calm|slow|fast|soft|high|something)\w*\b"
    r"|(?:get|gets|getting) "
    r"(?:people dancing|faster|slower|louder|quieter|livelier|calmer|heavier|more \w+)\b"
    rf"(?: and \w+er\b| as it goes| by the end| toward[s]? the end| over time| at the end)*"
    r"|(?:builds?|building) up(?: slowly| gradually| in the middle| to (?:a|the) \w+)?"
    r"|slow(?:s|ing)? down (?:for|at|toward[s]?|by) the (?:last [\w ]{1,12}?|end)\b"
    rf"|first half\b{_END}second half \w+"
    r"|(?:in )?(?:reverse )?chronological(?:ly)?(?: order)?|(?:in order of|by) release(?: date)?"
    r"|by (?:year|date)|oldest (?:to newest|first)|newest (?:to oldest|first)"
    r"|(?:sort|sorted|order|ordered) (?:from|by) [\w ]{1,30}?"
    r"(?: to \w+)\b|(?:slow to fast|fast to slow|calm to loud|loud to calm|quiet to loud)"
    r"|alternat(?:e|es|ing) between [\w ]{1,30}|shuffled?(?: it| them)?|in (?:random|any) order"
    r"|wind(?:s|ing)? down (?:at|toward[s]?|by) the end|cool down at the end|peak in the middle"
    r"|\w+est (?:one|song|track)s? (?:last|first))",
    re.IGNORECASE,
)


def is_about_fame(phrase: str) -> bool:
    """Whether a folded phrase says how well known something is."""
    return phrase in _POPULARITY


def says_fame(words: Sequence[str]) -> bool:
    """Whether some of the words say how well known something is."""
    return any(_PHRASES.longest_at(words, at) for at in range(len(words)))


def find_popularity(text: RequestText, taken: frozenset[int]) -> tuple[PopularitySpan, ...]:
    """The words about fame that no earlier rule has taken, in order of the text."""
    spans = [
        PopularitySpan(first=first, end=end, text=text.piece(first, end), value=0.9)
        for match in _RADIO.finditer(text.text)
        for first, end in [text.words_in(match.start(), match.end())]
    ]
    at = 0
    blocked = taken | {place for span in spans for place in range(span.first, span.end)}
    while at < len(text):
        found = _PHRASES.longest_at(text.words, at)
        if found and is_free(blocked, at, at + found[0]):
            end = at + found[0]
            spans.append(
                PopularitySpan(first=at, end=end, text=text.piece(at, end), value=_POPULARITY[found[1]])
            )
        at += found[0] if found else 1
    return tuple(sorted(spans, key=lambda span: span.first))


def find_orders(text: RequestText, taken: frozenset[int]) -> tuple[OrderSpan, ...]:
    """What is said about the order of the picks, in order of the text."""
    spans: list[OrderSpan] = []
    for match in _ORDERS.finditer(text.text):
        piece = match.group().strip()
        first, end = text.words_in(match.start(), match.start() + len(piece))
        if is_free(taken, first, end):
            said = text.between(match.start(), match.start() + len(piece))
            spans.append(OrderSpan(first=first, end=end, text=said))
    return tuple(spans)
