"""Reads names: capitalised words that neither the sheet nor the language explains."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linernotes.describe.check.patterns import any_of, words_of
from linernotes.describe.check.reading import Reading, mentions, singular, words_in
from linernotes.words import fold

_WORD = re.compile(r"\{\w+\}|[^\W\d_](?:[\w'’.&+-]*[\w])?")
_OPENS = re.compile(r"(?:^|[.!?…:]|[.!?…:][\"'”’)\]]+|^[\"'“‘(]+|[.!?:]\s+[\"'“‘(]+)\s*$")
_KEY_AFTER = re.compile(r"^(?:#|♯|♭|b)?[\s-]*(?:sharp|flat)?[\s-]*(?:major|minor)\b")
_ALWAYS = words_of("i ive im ill bpm lufs db rap mc dj tv")
# Names that a sentence may open with, where a capital says nothing, and that models like to drop.
_FAMOUS = words_of(
    "bach mozart beethoven chopin schubert brahms debussy vivaldi mahler stravinsky morricone coltrane"
    " ellington armstrong sinatra elvis presley dylan hendrix bowie marley madonna metallica radiohead"
    " beatles abba kraftwerk bjork beyonce eminem tupac coldplay"
)
_ABBREVIATED = {"US": "United States"}
"""Countries' names that in lower case are other words."""
_DAYS_AND_MONTHS = words_of(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july"
    " august september october november december"
)
_COMPARISON = any_of(
    r"reminiscent of|reminds? (?:us|me|one|you) of|in the (?:vein|style|manner|tradition|spirit) of",
    r"inspired by|influenced by|à la|a la|echo(?:es|ing) of|comparable to|similar to",
    r"recalls? the (?:sound|work|music)|evok(?:es|ing) the (?:sound|style|music|era)",
)


def name_problems(reading: Reading) -> Iterator[str]:
    """Names of people, places and works that no fact holds, and likenesses to others."""
    known = _known_words(reading)
    read = tuple(mentions(reading.prose, ("genre", "instrument", "country", "language")))
    named: list[str] = []
    for match in _WORD.finditer(reading.text):
        if not match.group()[0].isupper() or _is_explained(match, reading, known):
            continue
        if any(mention.start < match.end() and match.start() < mention.end for mention in read):
            continue
        named.append(match.group())
    if named:
        yield f"names {' '.join(dict.fromkeys(named[:4]))}, which is in no fact"
    if likeness := _COMPARISON.search(reading.prose):
        yield f"compares ('{likeness.group()}')"


def _is_explained(match: re.Match[str], reading: Reading, known: frozenset[str]) -> bool:
    word, before, after = match.group(), reading.text[: match.start()], reading.text[match.end() :]
    folded = fold(re.sub(r"['’]s$", "", word))
    if folded in _FAMOUS:
        return folded in known
    if _ABBREVIATED.get(word) in reading.countries:
        return True
    if _OPENS.search(before) or folded in _ALWAYS or folded in _DAYS_AND_MONTHS:
        return True
    if {singular(part) for part in folded.split()} <= known:
        return True
    if len(word) <= 2 and word[0] in "ABCDEFG" and _KEY_AFTER.match(after):
        return True
    return bool(re.fullmatch(r"[A-G](?:-(?:sharp|flat))?", word))


def _known_words(reading: Reading) -> frozenset[str]:
    facts = reading.facts
    told = (facts.country, facts.language, facts.vocals, *reading.countries)
    words = {word for value in told if value for word in words_in(value)}
    return frozenset(words.union(*reading.sheet_words))
