"""Exclusions that follow the thing they exclude, or are a part of it: "drums not wanted", "vocal-free"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from linernotes.request.cues import phrase_list, phrases, words
from linernotes.request.groups import group
from linernotes.request.text import NameSpan, Phrases, QualitySpan, RequestText, Span

_DRIVING_AWAY = frozenset(
    f"{drives} {driven} {to}"
    for drives in words("negation", "drives")
    for driven in phrase_list("negation", "driven")
    for to in phrase_list("negation", "driven_to")
)
_CUES_AFTER = Phrases([*phrase_list("negation", "cues_after"), *_DRIVING_AWAY])
_INDIFFERENT_AFTER = phrases("negation", "indifferent_after")
_BETWEEN = words("negation", "between")
_CLOSING = words("negation", "closing")
_AFTER_FREE = words("negation", "after_free")
_AFTER_NEVER = frozenset({"and", "but", "please", "again"})
_MOST_BETWEEN = 4
# "Rap and metal are banned", "rap and metal not wanted": said of all that is listed.
_PLURAL = frozenset({"are", "arent"})
_OF_MANY = frozenset({"not", "unwanted", "excluded", "banned", "removed", "omitted", "forbidden", "left"})
_REFUSALS = phrases("negation", "refusals")
# The minus of search boxes ("jazz -drums"); at the start of a line it is a bullet.
_STRUCK = re.compile(r",? +-")
_ENDS = words("negation", "ends")


def read_trailing(text: RequestText, spans: Sequence[Span]) -> TrailingReader:
    """The spans (in order of the text) that the words behind them exclude, or call needless."""
    reader = TrailingReader(text, spans)
    for span in spans:
        reader.read(span)
    return reader


class TrailingReader:
    """Reads what follows each thing; holds what it has found so far."""

    def __init__(self, text: RequestText, spans: Sequence[Span]) -> None:
        self.text = text
        self.span_at = {at: span for span in spans for at in range(span.first, span.end)}
        self.excluded: set[Span] = set()
        self.indifferent: set[Span] = set()
        self.words: set[int] = set()

    def read(self, span: Span) -> None:
        """Reads behind one thing."""
        if self._is_struck(span):
            self.excluded.add(span)
            return
        if self._is_refused(span.end):
            self._exclude_by(span, span.end, 1)
            return
        for at in range(span.end, span.end + _MOST_BETWEEN):
            if self._read_at(span, at):
                return

    def _read_at(self, span: Span, at: int) -> bool:
        """Reads one word behind a thing; returns whether what is said of it ends there."""
        if self.text.hard_break(at) or at in self.span_at:
            return True
        if self._is_plain_no(at):
            self._exclude_by(span, at, 1)
            return True
        if self.text.soft_break(at):
            return True
        cue = _CUES_AFTER.longest_at(self.text.words, at)
        needless = _INDIFFERENT_AFTER.longest_at(self.text.words, at)
        if cue and self._is_clear(at, cue[0]):
            if self._is_said_of(span, at, cue):
                self._exclude_by(span, at, cue[0])
        elif needless and self._is_clear(at, needless[0]):
            self.indifferent.add(span)
            self._take(at, needless[0])
        else:
            return self.text.words[at] not in _BETWEEN
        return True

    def _is_plain_no(self, at: int) -> bool:
        """Whether a clause ends in "no" ("prog metal no", "drums: none") or "less" is a part of the word."""
        if self.text.words[at] in {"no", "none"} and self.text.clause_end(at + 1):
            return not self.text.soft_break(at) or ":" in self.text.gap(at)
        return self.text.hyphen(at) and self.text.words[at] == "less"

    def _is_struck(self, span: Span) -> bool:
        """Whether a thing is negated by its own spelling: "drumless", "jazz -drums"."""
        if isinstance(span, QualitySpan) and span.lacking:
            return True
        gap = self.text.gap(span.first) if span.first else ""
        return (
            isinstance(span, (QualitySpan, NameSpan)) and gap.isascii() and _STRUCK.fullmatch(gap) is not None
        )

    def _is_refused(self, at: int) -> bool:
        """Whether a question is answered with "no": "saxophone? No thanks"."""
        if at >= len(self.text) or self.text.gap(at).strip() not in {"?", "??"}:
            return False
        cue = _REFUSALS.longest_at(self.text.words, at)
        return cue is not None and self.text.clause_end(at + cue[0])

    def _exclude_by(self, span: Span, at: int, length: int) -> None:
        self.excluded.add(span)
        self._take(at, length)
        said = self.text.words[span.end : at + length]
        if not _PLURAL.isdisjoint(said) or said[0] in _OF_MANY:
            self._exclude_before(span, commas=not _PLURAL.isdisjoint(said))

    def _exclude_before(self, span: Span, *, commas: bool) -> None:
        """Excludes what is listed before a thing: "rap and metal are banned"."""
        joined = span.first > 1 and self.text.words[span.first - 1] in {"and", "or", "nor"}
        behind = span.first - 1 if joined else span.first
        while joined or (commas and self.text.soft_break(behind)):
            before = self.span_at.get(behind - 1)
            if before is None or self.text.hard_break(behind) or group(before) != group(span):
                return
            self.excluded.add(before)
            joined, behind = False, before.first
            commas = commas and behind >= 0

    def _take(self, at: int, length: int) -> None:
        self.indifferent.update(
            self.span_at[place] for place in range(at, at + length) if place in self.span_at
        )
        self.words.update(range(at, at + length))

    def _is_said_of(self, span: Span, at: int, cue: tuple[int, str]) -> bool:
        """Whether a cue that follows a thing is about it: "guitar-free", but not "rock free of guitars"."""
        if cue[1] == "free":
            if self.text.hyphen(at):
                return True
            after = "" if self.text.clause_end(at + 1) else self.text.words[at + 1]
            return after not in _AFTER_FREE and group(span) != "how"
        if cue[1] == "missing" and at > span.end:
            return False
        if cue[1] == "aside" and self.text.phrase(at, at + 2) == "aside from":
            return False
        if cue[1] == "never" and not self.text.clause_end(at + 1):
            return self.text.words[at + 1] in _AFTER_NEVER
        if cue[1] in _CLOSING:
            return self.text.clause_end(at + cue[0]) or self.text.words[at + cue[0]] in _ENDS | {"and"}
        return True

    def _is_clear(self, at: int, length: int) -> bool:
        """Whether no break and no span stands inside the words of a cue."""
        inside = range(at + 1, at + length)
        if self.text.phrase(at, at + length) in _DRIVING_AWAY:
            return not any(map(self.text.clause_end, inside))
        return not any(self.text.clause_end(place) or place in self.span_at for place in inside)
