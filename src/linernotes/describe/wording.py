"""How single facts are put: articles, lists, keys, times, and the words of a number's band."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from linernotes.describe.names import listed
from linernotes.types import FactSheet
from linernotes.words import band_of, word_for

_COUNTRIES_WITH_THE: Final = frozenset(
    {
        "United States",
        "United Kingdom",
        "Netherlands",
        "Philippines",
        "Dominican Republic",
        "Democratic Republic of the Congo",
        "Czech Republic",
        "Soviet Union",
        "Bahamas",
        "Gambia",
        "United Arab Emirates",
        "Faroe Islands",
    }
)
_COUNTED_GENRES: Final = frozenset(
    {
        "ballad",
        "power ballad",
        "lullaby",
        "sea shanty",
        "waltz",
        "march",
        "protest song",
        "lied",
        "hymn",
        "soundtrack",
        "film score",
        "field recording",
        "requiem",
        "sonata",
        "concerto",
        "string quartet",
    }
)
_ADJECTIVE_GENRES: Final = frozenset(
    {
        "African",
        "Balearic",
        "Cape Verdean",
        "Celtic",
        "Christian",
        "Hawaiian",
        "Latin",
        "adult contemporary",
        "baroque",
        "choral",
        "classical",
        "contemporary classical",
        "dance",
        "electroacoustic",
        "electronic",
        "experimental",
        "indie",
        "indie electronic",
        "industrial",
        "light classical",
        "lo-fi",
        "medieval",
        "new age",
        "orchestral",
        "regional Mexican",
        "renaissance",
        "romantic",
        "sacred",
        "singer-songwriter",
        "traditional",
        "western",
        "Christmas",
        "neoclassical",
    }
)
_SPOKEN_VOWEL: Final = re.compile(
    r"[aeio]|u(?!k|ni|s[ei]|ti)|8|11\b|18\b|(?:MPB|R&B|IDM|EDM|MC)\b|hour|honest", re.IGNORECASE
)
_NO_VOWEL: Final = re.compile(r"eu|one\b|once\b", re.IGNORECASE)
_SMALL: Final = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS: Final = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_KEY: Final = re.compile(r"([A-G])\s*(#|b|♯|♭)?\s*(major|minor)")


def a(words: str) -> str:
    """The words with "a" or "an" in front, as they are spoken: "an unhurried", "a ukulele", "an R&B"."""
    is_vowel = bool(_SPOKEN_VOWEL.match(words)) and not _NO_VOWEL.match(words)
    return f"{'an' if is_vowel else 'a'} {words}"


def sentence(words: str) -> str:
    """The words as a sentence: a capital in front (unless a placeholder stands there), a full stop behind."""
    return f"{words[:1].upper()}{words[1:]}."


def country(name: str) -> str:
    """The country as it stands in a sentence: "the United States"."""
    return f"the {name}" if name in _COUNTRIES_WITH_THE else name


def genre(name: str) -> str:
    """One genre as what a song is: "a waltz", "choral music", "shoegaze"."""
    if name in _COUNTED_GENRES:
        return a(name)
    return f"{name} music" if name in _ADJECTIVE_GENRES else name


def key(name: str) -> str:
    """The key in words: "F-sharp minor", "B-flat major"."""
    match = _KEY.fullmatch(name)
    if match is None:
        return name
    note, sign, mode = match.groups()
    spoken = {"#": "-sharp", "♯": "-sharp", "b": "-flat", "♭": "-flat"}.get(sign or "", "")
    return f"{note}{spoken} {mode}"


def clock(seconds: float) -> str:
    """A length as minutes and seconds, "3:05"; hours in front where there are any."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes = f"{rest // 60:02d}" if hours else str(rest // 60)
    return f"{f'{hours}:' if hours else ''}{minutes}:{rest % 60:02d}"


def spelled(number: int) -> str:
    """A whole number from 0 to 999 in words ("twenty-three"); a larger one in digits."""
    if number > 999 or number < 0:
        return str(number)
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    below = _SMALL[rest] if rest < 20 else _TENS[tens] + (f"-{_SMALL[ones]}" if ones else "")
    if not hundreds:
        return below
    return f"{_SMALL[hundreds]} hundred" + (f" and {below}" if rest else "")


def minutes(seconds: int) -> str:
    """A length in words: "three minutes five", "one minute"."""
    whole, rest = divmod(seconds, 60)
    return f"{spelled(whole)} minute{'' if whole == 1 else 's'}{f' {spelled(rest)}' if rest else ''}"


def decades(years: Sequence[int]) -> tuple[str, ...]:
    """The decades as they are said: "1990s", and from three in a row on "1960s to 1990s"."""
    return tuple(
        name
        for first, last in _spans(years)
        for name in ([f"{first}s to {last}s"] if last - first > 10 else _singly(first, last))
    )


def in_decades(years: Sequence[int]) -> str:
    """When somebody was at work: "from the 1960s to the 1990s and in the 2010s"."""
    spans = _spans(years)
    long = [f"from the {first}s to the {last}s" for first, last in spans if last - first > 10]
    short = [name for first, last in spans if last - first <= 10 for name in _singly(first, last)]
    return listed([*long, *([f"in the {listed(short)}"] if short else [])])


def _spans(years: Sequence[int]) -> list[tuple[int, int]]:
    """The first and the last of the decades that follow one upon the other."""
    spans: list[tuple[int, int]] = []
    for year in sorted(years):
        if spans and year - spans[-1][1] == 10:
            spans[-1] = (spans[-1][0], year)
        else:
            spans.append((year, year))
    return spans


def _singly(first: int, last: int) -> list[str]:
    return [f"{year}s" for year in range(first, last + 1, 10)]


def tempo(bpm: float, *, choice: int) -> str:
    """A tempo behind "at", in a word and a number: "a brisk 124 bpm", "a walking pace of 110 bpm"."""
    band = band_of("tempo_bpm", bpm)
    word = band.words[choice % len(band.words)] if band else "measured"
    return f"{a(word)} of {bpm:.0f} bpm" if word.endswith("pace") else f"{a(word)} {bpm:.0f} bpm"


def length(seconds: float, *, choice: int) -> str:
    """What a song does with its time: "lasts 3:24", "runs a long 5:45"."""
    word, time = word_for("duration_s", seconds), clock(seconds)
    if word is None:
        return (f"lasts {time}", f"runs for {time}", f"takes {time}")[choice % 3]
    return (f"is {word} at {time}", f"runs {a(word)} {time}", f"lasts {time}, which is {word}")[choice % 3]


def energy(value: float) -> str:
    """The energy as what a song is: "gentle", "moderate in energy"."""
    word = word_for("energy", value) or "moderate"
    return "moderate in energy" if word == "moderate" else word


def valence(value: float, *, choice: int) -> str:
    """The feeling as what a song is: "wistful", "neither sad nor glad"."""
    band = band_of("valence", value)
    words = [word for word in band.words if word != "even"] if band else ["balanced"]
    word = words[choice % len(words)]
    return "balanced in feeling" if word == "balanced" else word


def loudness(lufs: float) -> str:
    """The loudness as what a song is: "quiet", "ordinary in loudness"."""
    word = word_for("loudness_lufs", lufs) or "ordinary"
    return "ordinary in loudness" if word == "ordinary" else word


def acousticness(sheet: FactSheet) -> str | None:
    """How acoustic a song is, where the table has a word for it."""
    word = None if sheet.acousticness is None else word_for("acousticness", sheet.acousticness)
    if word is None or "acoustic" in word:
        return word
    sounds = " ".join((*sheet.genres, *sheet.instruments))
    is_synthetic = re.search(r"electro|synth|house|techno|trance|drum machine|sampler", sounds)
    return f"{'electronic' if is_synthetic else 'electric'} through and through"
