"""What a request does not want: where a negation starts, how far it reaches, and where it only seems one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from linernotes.request.cues import MUSIC_NOUNS, NAME_ENDS, is_small, phrase_list, phrases, words
from linernotes.request.groups import HOW, group, is_alike, is_guessed, is_number, makes_one, may_list
from linernotes.request.guesses import is_strange
from linernotes.request.preferring import find_less_preferred
from linernotes.request.text import LimitSpan, NameSpan, Phrases, QualitySpan, RequestText, Span
from linernotes.request.trailing import read_trailing

_IDIOMS = phrases("negation", "idioms")
_QUESTIONS = words("negation", "questions")
_NEAR_CUES = phrase_list("negation", "near_cues")
_FAR_CUES = phrase_list("negation", "far_cues")
_CUES = Phrases([*_NEAR_CUES, *_FAR_CUES])
_INDIFFERENT = phrases("negation", "indifferent")
_NEEDLESS = words("negation", "needless")
_VAGUE_CUES = phrases("negation", "vague_cues")
_NEEDS_AWAY = phrases("negation", "needs_away")
_AWAY = phrases("negation", "away")
_ADJACENT = words("negation", "adjacent") | {"no one"}
_NUMBERS = frozenset({"0", "zero"})
_TURNS_BACK = words("negation", "turns_back")
_ENDS = words("negation", "ends")
_SKIPPED = words("negation", "skipped")
_GLUE = words("negation", "glue")
_PRONOUNS = words("negation", "pronouns")
_BEFORE_PRONOUN = words("negation", "before_pronoun")
_AND_OTHERS = frozenset({"and other", "and others", "and similar"})
"""Before these stands an example of what is wanted: "no scrubs and other 90s songs"."""
_MOST_UNREAD = 4
_BEFORE_LISTED = frozenset({"the", "any", "a", "too", "even", "by", "from"})
_OF_VOICES = frozenset({"in", "by", "from"})
_VOICES_OF = frozenset({"language", "vocals", "country"})
_LISTING_CUES = frozenset(
    {"exclude", "excluding", "avoid", "skip", "leave out", "ban", "omit", "remove", "drop the"}
)
_PLEAS = frozenset({"please", "pls", "plz"})
_JOINS = frozenset({"or", "nor", "and"})
# How many words that are none of the above may stand between a cue and the thing it excludes.
_REACH = {**dict.fromkeys(_NEAR_CUES, 1), **dict.fromkeys(_FAR_CUES, 2)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusions:
    """The spans that are not wanted, the words that say so, and what was excluded but not understood.

    ``indifferent`` are neither wanted nor excluded ("it doesn't have to be happy").

    ``also`` are names wanted as an example and excluded by a pronoun ("like Bon Iver, just not him").
    """

    spans: frozenset[Span]
    also: frozenset[Span]
    indifferent: frozenset[Span]
    words: frozenset[int]
    unread: tuple[tuple[int, int], ...]


def find_exclusions(text: RequestText, spans: Sequence[Span]) -> Exclusions:
    """Which of the spans (in order of the text) are excluded."""
    return _Reader(text, spans).read()


class _Reader:
    """One walk over a request from left to right; holds what it has found so far."""

    def __init__(self, text: RequestText, spans: Sequence[Span]) -> None:
        self.text = text
        self.spans = spans
        self.span_at = {at: span for span in spans for at in range(span.first, span.end)}
        trailing = read_trailing(text, spans)
        self.excluded: set[Span] = set(trailing.excluded)
        self.also: set[Span] = set()
        self.indifferent: set[Span] = set(trailing.indifferent)
        self.words_after = trailing.words
        self.words: set[int] = set(trailing.words)
        self.unread: list[tuple[int, int]] = []
        for span, said in find_less_preferred(text, spans):
            self.excluded.add(span)
            self.words.update(said)

    def read(self) -> Exclusions:
        at = 0
        while at < len(self.text):
            at = self._step(at)
        self._read_pronouns()
        return Exclusions(
            spans=frozenset(self.excluded),
            also=frozenset(self.also),
            indifferent=frozenset(self.indifferent),
            words=frozenset(self.words),
            unread=tuple(self.unread),
        )

    # --- walking

    def _step(self, at: int) -> int:
        """Reads at one word; returns where to go on."""
        if at in self.span_at:
            return self.span_at[at].end
        if at in self.words_after:
            return at + 1
        needless = _INDIFFERENT.longest_at(self.text.words, at)
        if needless and self._is_clear(at, needless[0]):
            return self._read_indifference(at, needless[0])
        idiom = _IDIOMS.longest_at(self.text.words, at)
        cue = self._longest_clear_cue(at)
        if idiom and (not cue or idiom[0] >= cue[0]) and self._is_clear(at, idiom[0]):
            self.words.update(range(at, at + idiom[0]))
            return self._after_idiom(at, at + idiom[0])
        if cue and not self._is_question(at) and not self._idiom_inside(at, cue[0]):
            return self._read_cue(at, cue[0], cue[1])
        return self._read_too(at)

    def _read_indifference(self, at: int, length: int) -> int:
        self.words.update(range(at, at + length))
        span = self.span_at.get(self._reach_of(at + length, 1))
        if span is None or isinstance(span, NameSpan):
            return at + length
        self.indifferent.add(span)
        return span.end

    def _longest_clear_cue(self, at: int) -> tuple[int, str] | None:
        cue = _CUES.longest_at(self.text.words, at)
        while cue and not self._is_clear(at, cue[0]):
            cue = _CUES.longest_at(self.text.words[: at + cue[0] - 1], at)
        return cue

    def _is_clear(self, at: int, length: int) -> bool:
        """Whether no break and no span stands inside the words of a cue."""
        inside = range(at + 1, at + length)
        return not any(self.text.clause_end(place) or place in self.span_at for place in inside)

    def _idiom_inside(self, at: int, length: int) -> bool:
        """Whether an idiom starts within a cue and reaches beyond it ("but not necessarily")."""
        return any(
            found and place + found[0] > at + length
            for place in range(at + 1, at + length)
            for found in (
                _IDIOMS.longest_at(self.text.words, place),
                _INDIFFERENT.longest_at(self.text.words, place),
            )
        )

    def _is_question(self, at: int) -> bool:
        return (
            self.text.words[at] in _QUESTIONS and self.text.starts_sentence(at) and (at + 1) in self.span_at
        )

    def _after_idiom(self, first: int, at: int) -> int:
        """After "not without" and "no need to skip": what follows is wanted, so go on behind the cue."""
        if self.text.words[at - 1] in {"to", "without"}:
            cue = _CUES.longest_at(self.text.words, at)
            at += cue[0] if cue else 0
        return max(at, first + 1)

    def _read_too(self, at: int) -> int:
        """Reads a complaint: "too slow" by itself."""
        span = self.span_at.get(at + 1)
        says_how = isinstance(span, QualitySpan) and span.family in HOW
        if span and says_how and self.text.words[at] == "too" and not self.text.clause_end(at + 1):
            self.excluded.add(span)
            self.words.add(at)
            return span.end
        return at + 1

    # --- one exclusion

    def _read_cue(self, at: int, length: int, cue: str) -> int:
        start = at + length
        if cue in _NEEDS_AWAY and not self._away_follows(start):
            return at + 1
        if self._is_prefix(at, start) and start not in self.span_at:
            return start
        if self._opens_list(start):
            self.words.update(range(at, start))
            return self._exclude_list(self.span_at[start], listed=True)
        end = self._reach_of(start, _REACH[cue])
        turned = self._turning_word(start, end)
        if turned is not None:
            self.words.update((*range(at, start), turned))
            return self._skip_to_span(turned + 1)
        found = self.span_at.get(end)
        if cue in _ADJACENT and (found is None or end > start):
            return start
        if found or cue not in _NUMBERS:
            self.words.update(range(at, start))
        if (
            found is None
            or (self.text.clause_end(end) and end > start)
            or (end == start and self._breaks(start))
        ):
            unread = self._note_unread(cue, start, end)
            return self._read_on(unread) or max(end, start)
        if self._begins_unread(found):
            self.indifferent.add(found)
            self._note_unread(cue, found.first, found.end)
            return found.end
        listed = cue in _LISTING_CUES and self._is_row_of_names(found)
        return self._exclude_list(found, listed=listed, prefixed=self._is_prefix(at, start))

    def _is_row_of_names(self, span: Span) -> bool:
        """Whether names with commas between them are all of a sentence: "exclude X, Y"."""
        behind = self.span_at.get(span.end)
        while isinstance(behind, NameSpan) and self.text.soft_break(span.end):
            span, behind = behind, self.span_at.get(behind.end)
        end = span.end + (self.text.phrase(span.end, span.end + 1) in _PLEAS)
        ends = self.text.hard_break(end) or isinstance(self.span_at.get(end), LimitSpan)
        return isinstance(span, NameSpan) and (ends or self._longest_clear_cue(end) is not None)

    def _begins_unread(self, span: Span) -> bool:
        """Whether what seemed a misspelt word begins an unknown thing ("urban contemporary" is no urbano)."""
        at = span.end
        if not is_guessed(span) or at >= len(self.text) or self._stops(at) or at in self.span_at:
            return False
        word = self.text.words[at]
        return word not in _GLUE and word not in _SKIPPED and not is_small(word)

    def _opens_list(self, at: int) -> bool:
        """Whether a colon and a thing follow a cue: "avoid: metal, rap"."""
        return at in self.span_at and not self.text.hard_break(at) and ":" in self.text.gap(at)

    def _is_prefix(self, at: int, start: int) -> bool:
        """Whether a cue is a part of the word that follows ("non-electronic"), and reaches no further."""
        return start == at + 1 and (self.text.words[at] == "non" or self.text.hyphen(start))

    def _breaks(self, at: int) -> bool:
        return self.text.hard_break(at) or self.text.soft_break(at)

    def _away_follows(self, at: int) -> bool:
        for place in range(at, min(at + 6, len(self.text))):
            if place > at and self._breaks(place):
                return False
            if place not in self.span_at and _AWAY.longest_at(self.text.words, place):
                return True
        return False

    def _reach_of(self, at: int, reach: int) -> int:
        """The place of the first span that the exclusion reaches, or where it ends without one."""
        others = 0
        while at < len(self.text) and at not in self.span_at and not self._breaks(at):
            word = self.text.words[at]
            if word in _TURNS_BACK or self.text.phrase(at, at + 2) in _AND_OTHERS:
                return at
            if word not in _SKIPPED:
                if word in _ENDS:
                    return at
                others += 1
                if others > reach:
                    return at
            at += 1
        return at

    def _turning_word(self, start: int, end: int) -> int | None:
        """The second negation, if one turns the first back."""
        at = end
        if at < len(self.text) and at not in self.span_at and not self._breaks(at):
            word = self.text.words[at]
            if word in _TURNS_BACK and not (at == start and self.text.words[start - 1] == "no"):
                return at
        del start
        return None

    def _skip_to_span(self, at: int) -> int:
        while at < len(self.text) and at not in self.span_at and not self._breaks(at):
            at += 1
        return self.span_at[at].end if at in self.span_at else at

    def _note_unread(self, cue: str, start: int, end: int) -> Span | None:
        """Remembers, and returns, excluded words that mean nothing to the lexicon or the catalogue."""
        opens = self._opens_exclusion(cue, start - 1)
        while start < end and self.text.words[start] in _SKIPPED:
            start += 1
        while start < end < min(start + _MOST_UNREAD, len(self.text)) and not self._stops(end):
            if end in self.span_at:
                self.indifferent.add(self.span_at[end])
            end += 1
        content = any(not is_small(word) for word in self.text.words[start:end])
        plain = cue not in _VAGUE_CUES or (opens and self.text.clause_end(end))
        if not content or not plain:
            return None
        self.unread.append((start, end))
        return Span(first=start, end=end, text=self.text.piece(start, end))

    def _opens_exclusion(self, cue: str, at: int) -> bool:
        """Whether "not" opens a clause or stands behind music, or "isn't" behind "that" it is."""
        if cue not in {"not", "never"}:
            return cue in {"isnt", "arent"} and at > 0 and self.text.words[at - 1] in {"that", "which"}
        return self.text.clause_end(at) or at - 1 in self.span_at or self.text.words[at - 1] in MUSIC_NOUNS

    def _read_on(self, unread: Span | None) -> int | None:
        """Where a list ends that starts with what is unknown ("no Zorblax, Muse or Queen"), if one does."""
        following = self._joined(unread, listed=False) if unread else None
        if unread is None or following is None:
            return None
        if self.text.soft_break(unread.end) and not any(map(is_strange, unread.text.casefold().split())):
            return None
        return self._exclude_list(following)

    def _stops(self, at: int) -> bool:
        word = self.text.words[at]
        if at in self.span_at and not is_guessed(self.span_at[at]):
            return True
        return self._breaks(at) or word in _ENDS or word in _JOINS or word in NAME_ENDS

    # --- lists

    def _exclude_list(self, span: Span, *, listed: bool = False, prefixed: bool = False) -> int:
        """Excludes a span and those that are joined to it; returns where the list ends.

        ``listed`` says that commas alone join, ``prefixed`` that a neighbour is not joined.
        """
        while True:
            next_word = "" if self._breaks(span.end) else self.text.phrase(span.end, span.end + 1)
            if next_word == "without":
                return self._skip_to_span(span.end + 1)
            if next_word == "enough":
                return span.end + 1
            self._spare_neighbour(span, next_word)
            span = self._how_sung(span, next_word) or span
            if next_word in _NEEDLESS:
                self.indifferent.add(span)
                return span.end + 1
            self.excluded.add(span)
            following = self._joined(span, listed=listed)
            if following is None or (prefixed and following.first == span.end):
                return span.end
            span = following

    def _spare_neighbour(self, span: Span, next_word: str) -> None:
        """Wants nothing of what only tells of an excluded thing: "no covers of X", "no Swedish lyrics"."""
        owner = self.span_at.get(span.end + 1)
        if next_word in {"of", "by"} and isinstance(owner, NameSpan):
            self.indifferent.add(owner)
        voice = None if self._breaks(span.end) else self.span_at.get(span.end)
        if isinstance(voice, QualitySpan) and voice.family == "vocals" and group(span) == "language":
            self.indifferent.add(voice)

    def _how_sung(self, span: Span, next_word: str) -> Span | None:
        """What alone is excluded by "not sung in English", "not sung by men" and "no singers from Sweden"."""
        following = self.span_at.get(span.end + 1)
        if not isinstance(span, QualitySpan) or span.name != "vocals" or next_word not in _OF_VOICES:
            return None
        if not isinstance(following, QualitySpan) or following.family not in _VOICES_OF:
            return None
        self.words.update(range(span.first, following.first))
        self.indifferent.add(span)
        return following

    def _joined(self, span: Span, *, listed: bool) -> Span | None:
        at = span.end
        while at < len(self.text) and not self._breaks(at) and self.text.words[at] in _GLUE - {"or"}:
            if at in self.span_at:
                break
            at += 1
        if at >= len(self.text) or self.text.hard_break(at):
            return None
        if self.text.soft_break(at):
            return self._joined_in_list(span, at) if listed else self._joined_by_comma(span, at)
        if at in self.span_at:
            return self.span_at[at] if makes_one(span, self.span_at[at]) else None
        return self._joined_by_word(span, at)

    def _joined_by_word(self, span: Span, at: int) -> Span | None:
        join = self.text.words[at]
        if join not in _JOINS:
            return None
        following = self._span_behind(at + 1)
        if following is None and join != "and" and at + 1 < len(self.text) and not self._stops(at + 1):
            self._note_unread("no", at + 1, at + 2)
        return following if following and is_alike(span, following, join) else None

    def _joined_in_list(self, span: Span, at: int) -> Span | None:
        following = self._span_behind(at + (self.text.words[at] in _JOINS))
        return (
            following
            if following and (is_alike(span, following, "and") or not is_number(following))
            else None
        )

    def _joined_by_comma(self, span: Span, at: int) -> Span | None:
        """A comma goes on only in a list that ends in "or", or in "and" between names or genres."""
        if self.text.words[at] in _JOINS:
            return self._closing(span, at)
        following = self._span_behind(at)
        last, place = following, following.end if following else 0
        while last is not None:
            if place >= len(self.text) or self.text.hard_break(place):
                return None
            word = self.text.words[place]
            if word in _JOINS and not self.text.hard_break(place):
                closing = self._span_behind(place + 1)
                alike = closing is not None and is_alike(span, closing, word) and is_alike(span, last, word)
                return following if alike and (word != "and" or may_list(span)) else None
            if not self.text.soft_break(place):
                return None
            last = self._span_behind(place)
            place = last.end if last else 0
        return None

    def _closing(self, span: Span, at: int) -> Span | None:
        """The last of a list that ends in ", or" or, between names or genres after a comma, ", and"."""
        join = self.text.words[at]
        closing = self._span_behind(at + 1)
        if closing is None or not is_alike(span, closing, join):
            return None
        after_comma = self.text.soft_break(span.first) and span.first > 0
        return closing if join != "and" or (may_list(span) and after_comma) else None

    def _span_behind(self, at: int) -> Span | None:
        """The span at a place, articles, "by" and "any" skipped."""
        while at < len(self.text) and at not in self.span_at and self.text.words[at] in _BEFORE_LISTED:
            at += 1
        return self.span_at.get(at)

    # --- names that a pronoun excludes

    def _read_pronouns(self) -> None:
        """In "like Bon Iver, just not him" the name before is an example, and excluded itself."""
        for at in range(1, len(self.text)):
            if self.text.words[at] in _PRONOUNS and self.text.words[at - 1] in _BEFORE_PRONOUN:
                named = [span for span in self.spans if isinstance(span, NameSpan) and span.end < at]
                if named and self.text.words[at - 1] != "without" and at - named[-1].end < 8:
                    self.also.add(named[-1])
