"""What breaks a promise: rules of the suite's own, apart from those by which picks are chosen.

Facts that contradict each other are not known: of numbers and voices, all values must break a promise.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

from linernotes.evaluate.promises.values import Known, Promise
from linernotes.words import fold, word_for

Value = TypeVar("Value")

_ROUNDING: Final = 0.5
"""A bpm or a second that rounds to the bound keeps it."""
_YEARS_OF_A_DECADE: Final = 10
_NO_KIND: Final = frozenset({"bass guitar", "mouth organ"})
"""What is called after another thing, of which it is no kind."""
_QUALIFIER: Final = r"(?:[(\[][^)\]]*|\s-\s.*)"
_VERSIONS: Final = {
    "live": re.compile(r"(?:[(\[]|\s-\s)\s*live\b", re.IGNORECASE),
    "remix": re.compile(rf"{_QUALIFIER}\b(?:re-?mix(?:ed)?|rmx)\b", re.IGNORECASE),
    "cover": re.compile(rf"{_QUALIFIER}\bcover(?: version)?\s*(?:[)\]]|$)", re.IGNORECASE),
    "karaoke": re.compile(r"\bkaraoke\b", re.IGNORECASE),
    "acoustic": re.compile(rf"{_QUALIFIER}\bacoustic\b", re.IGNORECASE),
    "demo": re.compile(rf"{_QUALIFIER}\bdemo\b", re.IGNORECASE),
    "christmas": re.compile(r"\bchristmas\b", re.IGNORECASE),
}
"""How a title tells a version."""
VERSIONS: Final = tuple(_VERSIONS)


def says(values: Iterable[str], word: str) -> bool:
    """Whether one of the values is the word or a kind of it ("death metal" is metal)."""
    kind = f" {word.casefold()}"
    return any(
        fold(value) == fold(word) or (value.casefold().endswith(kind) and value.casefold() not in _NO_KIND)
        for value in values
    )


def without_value(facts: Sequence[str], values: Sequence[str], words: str) -> Promise:
    """No pick holds one of the values in one of these facts, after the first of which the kind is named."""

    def breaks(one: Known) -> bool:
        held = [word for fact in facts for word in one.words(fact)]
        return any(says(held, value) for value in values)

    return _of_each(facts[0], words, breaks)


def without_voice(words: str, *, singing: bool = False) -> Promise:
    """No pick has a voice; with ``singing``, somebody may speak."""
    allowed = {"instrumental", "spoken word"} if singing else {"instrumental"}

    def breaks(one: Known) -> bool:
        voices = one.words("vocals")
        return bool(voices) and not allowed & set(voices)

    return _of_each("vocals", words, breaks)


def without_artist(names: Sequence[str], words: str) -> Promise:
    """No pick is by one of these artists."""
    folded = {fold(name) for name in names}
    return _of_each("artist", words, lambda one: bool(folded & {fold(name) for name in one.track.artists}))


def without_title(name: str, words: str) -> Promise:
    """No pick has this title, or is from an album of this name."""
    folded = fold(name)
    return _of_each(
        "title", words, lambda one: folded in (fold(one.track.title), fold(one.track.album or ""))
    )


def without_version(version: str, words: str) -> Promise:
    """No pick calls itself such a version in its title."""
    said = _VERSIONS[version]
    return _of_each(version, words, lambda one: bool(said.search(one.track.title)))


def without_tempo(word: str, words: str) -> Promise:
    """No pick is as fast as the word says ("slow"), by the table of words for numbers."""
    return _of_each(
        "tempo",
        words,
        lambda one: _all(
            one.numbers("tempo_bpm"), lambda bpm: says([word_for("tempo_bpm", bpm) or ""], word)
        ),
    )


def number_within(
    fact: str, words: str, *, low: float = -math.inf, high: float = math.inf, outside: bool = False
) -> Promise:
    """A number of each pick, ``tempo_bpm`` or ``duration_s``, lies in the range, or ``outside`` of it."""

    def breaks(number: float) -> bool:
        if outside:
            return low + _ROUNDING < number < high - _ROUNDING
        return not low - _ROUNDING <= number <= high + _ROUNDING

    return _of_each(fact, words, lambda one: _all(one.numbers(fact), breaks))


def years_within(
    words: str, *, low: float = -math.inf, high: float = math.inf, outside: bool = False
) -> Promise:
    """Each pick is from these years, or ``outside`` from others.

    Where a song's own year is not known, it is from one of the decades of its artist.
    """

    def breaks(years: range) -> bool:
        if outside:
            return low <= years[0] and years[-1] <= high
        return years[-1] < low or years[0] > high

    return _of_each("year", words, lambda one: _all(_years(one), breaks))


def songs_at_most(number: int, words: str) -> Promise:
    """There are no more picks than so many."""
    return Promise(kind="tracks", words=words, broken_by=lambda picks: list(picks[number:]))


def songs_of_an_artist_at_most(number: int, words: str) -> Promise:
    """No artist has more picks than so many."""

    def broken(picks: Sequence[Known]) -> list[Known]:
        counts: Counter[str] = Counter()
        too_many: list[Known] = []
        for one in picks:
            counts.update(one.track.artists)
            if any(counts[artist] > number for artist in one.track.artists):
                too_many.append(one)
        return too_many

    return Promise(kind="tracks_per_artist", words=words, broken_by=broken)


def minutes_at_most(minutes: float, words: str, *, strictly: bool = False) -> Promise:
    """No pick begins when so many minutes are over; ``strictly``, none ends later."""

    def broken(picks: Sequence[Known]) -> list[Known]:
        begins, late = 0.0, []
        for one in picks:
            ends = begins + (one.track.duration_s or 0.0)
            if (ends if strictly else begins) > minutes * 60 + _ROUNDING:
                late.append(one)
            begins = ends
        return late

    return Promise(kind="total_minutes", words=words, broken_by=broken)


def _of_each(kind: str, words: str, breaks: Callable[[Known], bool]) -> Promise:
    return Promise(kind=kind, words=words, broken_by=lambda picks: [one for one in picks if breaks(one)])


def _all(values: Sequence[Value], breaks: Callable[[Value], bool]) -> bool:
    return bool(values) and all(map(breaks, values))


def _years(one: Known) -> list[range]:
    years = [range(int(year), int(year) + 1) for year in one.numbers("year")]
    decades = [range(int(first), int(first) + _YEARS_OF_A_DECADE) for first in one.numbers("decade")]
    return years or decades
