"""The words of the lexicon in a request: genres, moods, instruments, situations and the rest."""

from __future__ import annotations

from collections.abc import Iterator

from linernotes.request.cues import tabled, words
from linernotes.request.spelling import nearest_word
from linernotes.request.text import QualitySpan, RequestText, is_free
from linernotes.words import Meaning, lexicon

_SITUATIONS = frozenset({"activity", "company", "time"})
_DEGREES = {
    word: float(weight) for weight, said in tabled("qualities", "degrees").items() for word in said.split()
}
_DEGREE_FILLERS = words("qualities", "degree_fillers")
_MUSIC = words("qualities", "music")
_BEFORE_SITUATION = words("qualities", "before_situation")
_LANGUAGE_BEFORE = words("qualities", "language_before")
_LANGUAGE_AFTER = words("qualities", "language_after")
_GUARDS: dict[str, dict[str, str]] = tabled("qualities", "guards")
_NEGATIONS = frozenset({"no", "without", "not"})


def find_qualities(text: RequestText, taken: frozenset[int]) -> tuple[QualitySpan, ...]:
    """The lexicon's words that no earlier rule has taken, the longest phrase first, in order of the text."""
    spans: list[QualitySpan] = []
    at = 0
    while at < len(text):
        span = None if at in taken else _longest_at(text, at, taken)
        if span:
            spans.append(span)
        at = span.end if span else at + 1
    return tuple(spans)


def find_misspelt_qualities(text: RequestText, taken: frozenset[int]) -> tuple[QualitySpan, ...]:
    """What is left that looks like a misspelt word of the lexicon; capital letters speak for a name."""
    found = (
        _misspelt_at(text, at)
        for at in range(len(text))
        if at not in taken and (text.starts_sentence(at) or not text.is_capital(at))
    )
    return tuple(span for span in found if span)


def _longest_at(text: RequestText, at: int, taken: frozenset[int]) -> QualitySpan | None:
    if text.words[at] in _NEGATIONS:
        return None
    for length in range(min(lexicon().longest_from(text.words[at]), len(text) - at), 0, -1):
        end = at + length
        if not is_free(taken, at, end) or any(text.clause_end(place) for place in range(at + 1, end)):
            continue
        phrase = text.phrase(at, end)
        meaning = next(iter(_meanings(text, at, end, phrase)), None)
        if meaning and _is_meant(text, at, end, phrase):
            return _span(text, at, end, meaning)
    return None


def _span(text: RequestText, first: int, end: int, meaning: Meaning) -> QualitySpan:
    family, name = meaning
    weight = _degree(text, first)
    return QualitySpan(
        first=first, end=end, text=text.piece(first, end), family=family, name=name, weight=weight
    )


def _misspelt_at(text: RequestText, at: int) -> QualitySpan | None:
    word = nearest_word(text.words[at])
    if word is None:
        return None
    return _span(text, at, at + 1, lexicon().phrases[word][0])


def _meanings(text: RequestText, first: int, end: int, phrase: str) -> Iterator[Meaning]:
    """What a phrase may mean here, the likeliest first."""
    spoken = lexicon().phrases.get(phrase, ())
    if any(family == "language" for family, _ in spoken) and _is_language(text, first, end):
        spoken = tuple(sorted(spoken, key=lambda meaning: meaning[0] != "language"))
    if any(family in _SITUATIONS for family, _ in spoken) and _is_situation(text, first, end):
        spoken = tuple(sorted(spoken, key=lambda meaning: meaning[0] not in _SITUATIONS))
    yield from spoken
    situation = _is_situation(text, first, end)
    silenced = first > 0 and _is_silence(text.words[first - 1], phrase)
    for family, name in lexicon().meanings(phrase):
        if (family in _SITUATIONS and situation) or (family == "vocals" and silenced):
            yield family, name


def _is_silence(before: str, phrase: str) -> bool:
    """Whether "no" and a word that is mostly no music ("words") together ask for instrumental music."""
    return before in _NEGATIONS and lexicon().canonical("vocals", f"{before} {phrase}") == "instrumental"


def _is_language(text: RequestText, first: int, end: int) -> bool:
    after = text.words[end] if not text.clause_end(end) else ""
    before = text.words[first - 1] if first else ""
    return (
        before in _LANGUAGE_BEFORE
        or after in _LANGUAGE_AFTER
        or (before in {"or", "and"} and first > 2 and (text.words[first - 3] in _LANGUAGE_BEFORE))
    )


def _is_situation(text: RequestText, first: int, end: int) -> bool:
    before = text.words[first - 1] if first and not text.hard_break(first) else ""
    after = text.words[end] if not text.clause_end(end) else ""
    if after == "to" or before == "to":
        return True
    return before in _BEFORE_SITUATION or after in {"playlist", "mix", "session"}


def _is_meant(text: RequestText, first: int, end: int, phrase: str) -> bool:
    """Whether a word with several meanings is about music here ("house", but not "clean the house")."""
    guard = _GUARDS.get(phrase)
    if guard is None:
        return True
    before = text.words[first - 1] if first and not text.clause_end(first) else ""
    after = text.words[end] if not text.clause_end(end) else ""
    if after in guard["not_before"].split():
        return False
    return after in _MUSIC or before not in guard["not_after"].split()


def _degree(text: RequestText, first: int) -> float:
    at = first - 1
    while at >= 0 and first - at <= 3 and not text.clause_end(at + 1):
        if text.words[at] in _DEGREES:
            return _DEGREES[text.words[at]]
        if text.words[at] not in _DEGREE_FILLERS:
            return 1.0
        at -= 1
    return 1.0
