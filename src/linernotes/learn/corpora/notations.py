"""The same facts in other words: numbers, keys and lengths as they can be written, words of one band.

Words for numbers come from the one table (``words.BANDS``), so that both forms mean the same.
"""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

from linernotes.describe.wording import a, clock
from linernotes.learn.corpora.agreement import SheetFact, is_told
from linernotes.learn.corpora.lesson import Lesson
from linernotes.types import Band, FactSheet
from linernotes.words import BANDS, band_of

_SHARE = 0.5
"""How often each change is made where it can be made."""

_BPM = re.compile(r"\b(?P<number>\d{2,3}) (?:bpm|BPM|beats (?:a|per|to the) minute)\b")
_BPM_FORMS = ("bpm", "BPM", "beats a minute", "beats per minute")
_KEY = re.compile(r"\b(?P<note>[A-G])(?:[ -](?P<word>sharp|flat)|(?P<sign>[#b♯♭]))(?= (?:major|minor)\b)")
_KEY_FORMS = {"sharp": ("-sharp", "#", " sharp"), "flat": ("-flat", "b", " flat")}
_LENGTH_BEFORE = r"\b(?:is|at|for|of|in|after|lasts|runs|takes|ends|stops|very|long|short)[,:]? "
_LENGTH_AFTER = r"(?=[.,;:]| (?:and|with|in|of it|long)\b)"
_CLOCK = re.compile(rf"(?P<before>{_LENGTH_BEFORE})(?P<minutes>\d{{1,2}}):(?P<seconds>\d\d){_LENGTH_AFTER}")
_SECONDS = re.compile(rf"(?P<before>{_LENGTH_BEFORE})(?P<seconds>[1-9]\d{{1,2}}) seconds{_LENGTH_AFTER}")
_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")

# A number that the text plays with cannot be another one.
_BPM_IS_PLAYED_WITH = re.compile(
    r"\b(?:nearly|almost|just|barely|exactly|round|half|twice|double|short of|shy of|under|over|above|below"
    r"|about|around|close|near|seconds?|heart\w*|pulse|hundred|merely|only|same|less|more|edge|top|end)\b",
    re.IGNORECASE,
)
_YEAR_IS_PLAYED_WITH = re.compile(
    r"\b(?:new|last|first|turn|end|close|dawn|before|after|later|earlier|ago|leap|early|late|mid|middle"
    r"|beginning|opening|closing|century|decade|years|millennium|eve)\b",
    re.IGNORECASE,
)
_SLOWEST_BPM, _FASTEST_BPM = 40, 200
"""Ends of the open bands, for the tempos that are drawn."""

_NOT_SWAPPED = frozenset(
    {"still", "even", "full", "ordinary", "neither sad nor glad", "with room to breathe", "short", "long"}
)
"""Words that mean other things as well, or stand elsewhere in a sentence than the others of their band."""
_ONLY_BEFORE_A_NOUN = frozenset({"driving", "racing", "breakneck"})
_ADJECTIVE_BEFORE = r"(?P<before>(?:\b(?:an?|is|are|stays|feels|and|but)|,) )"
_ADJECTIVE_AFTER = (
    r"(?P<after>[.,;:]| \d| (?:and|but|in|at|energy|mood|tempo|pace|music|song|track|piece|valence|feeling"
    r"|sound)\b)"
)
_ARTICLE = re.compile(r"\b(?P<article>[Aa]n?) (?P<word>[\w#-]+)")


def otherwise_said(lesson: Lesson, rng: Random) -> Lesson:
    """The note with some of its numbers and words said in another way; the sheet follows the text.

    Of artists and genres only the notation changes: their numbers hang together.
    """
    if isinstance(lesson.sheet, FactSheet):
        lesson = _with_other_words(lesson, lesson.sheet, rng)
    text = lesson.text
    for rewrite in (_other_unit, _other_key_form, _other_length_form):
        text = rewrite(text, rng) if rng.random() < _SHARE else text
    return replace(lesson, text=text)


def _with_other_words(lesson: Lesson, sheet: FactSheet, rng: Random) -> Lesson:
    for change in (_other_tempo, _other_year):
        if rng.random() < _SHARE:
            lesson = change(lesson, sheet, rng)
            assert isinstance(lesson.sheet, FactSheet)
            sheet = lesson.sheet
    text = lesson.text
    for reword in (_other_band_words, _with_tempo_word):
        text = reword(text, sheet, rng) if rng.random() < _SHARE else text
    return replace(lesson, text=text)


# --- other values ----------------------------------------------------------------------------------


def _other_tempo(lesson: Lesson, sheet: FactSheet, rng: Random) -> Lesson:
    """Another number of the same band, where the text tells the number once and makes nothing of it."""
    told = f"{sheet.tempo_bpm or 0:.0f}"
    places = list(re.finditer(rf"(?<![\d.:,-]){told}(?![\d:,]\d|\d)", lesson.text))
    if sheet.tempo_bpm is None or len(places) != 1 or _BPM_IS_PLAYED_WITH.search(lesson.text):
        return lesson
    band = band_of("tempo_bpm", sheet.tempo_bpm)
    if band is None:
        return lesson
    low, high = max(int(band.low), _SLOWEST_BPM), int(min(band.high, _FASTEST_BPM))
    drawn = rng.randrange(low, high)
    text = f"{lesson.text[: places[0].start()]}{drawn}{lesson.text[places[0].end() :]}"
    text = with_article(text, places[0].start())
    return replace(lesson, text=text, sheet=replace(sheet, tempo_bpm=float(drawn)))


def _other_year(lesson: Lesson, sheet: FactSheet, rng: Random) -> Lesson:
    """Another year of the same decade, where the text tells the year once and makes nothing of it."""
    years = list(_YEAR.finditer(lesson.text))
    if sheet.year is None or [year.group() for year in years] != [str(sheet.year)]:
        return lesson
    if _YEAR_IS_PLAYED_WITH.search(lesson.text):
        return lesson
    drawn = sheet.year // 10 * 10 + rng.randrange(10)
    text = f"{lesson.text[: years[0].start()]}{drawn}{lesson.text[years[0].end() :]}"
    return replace(lesson, text=text, sheet=replace(sheet, year=drawn))


# --- other words -----------------------------------------------------------------------------------


def _other_band_words(text: str, sheet: FactSheet, rng: Random) -> str:
    for name in BANDS:
        value: float | None = getattr(sheet, name)
        band = None if value is None else band_of(name, value)
        if band is not None and rng.random() < _SHARE:
            text = _swapped(text, band, sheet, rng)
    return text


def _swapped(text: str, band: Band, sheet: FactSheet, rng: Random) -> str:
    """The text with the band's word replaced by another of the band, where only one stands, once."""
    words = [word for word in band.words if word not in _NOT_SWAPPED and " pace" not in word]
    others = " ".join((*sheet.moods, *sheet.genres, *sheet.instruments))
    used = [word for word in words if re.search(rf"(?<![\w-]){word}(?![\w-])", text, re.IGNORECASE)]
    if len(words) < 2 or len(used) != 1 or any(word in others for word in words):
        return text
    pattern = rf"{_ADJECTIVE_BEFORE}(?P<word>{used[0]}){_ADJECTIVE_AFTER}"
    places = list(re.finditer(pattern, text))
    if len(places) != 1:
        return text
    place = places[0]
    choices = [word for word in words if word != used[0] and _fits(word, place)]
    if not choices:
        return text
    new = f"{text[: place.start('word')]}{rng.choice(choices)}{text[place.end('word') :]}"
    return with_article(new, place.start("word"))


def _fits(word: str, place: re.Match[str]) -> bool:
    before, after = place["before"].strip(), place["after"].strip()
    if word in _ONLY_BEFORE_A_NOUN:
        return before in ("a", "an") and (after.isdigit() or after in ("tempo", "pace"))
    if word.startswith(("energ", "high-energ")):
        return "energy" not in place.string
    return not (word.endswith("-tempo") and after in ("tempo", "pace"))


def _with_tempo_word(text: str, sheet: FactSheet, rng: Random) -> str:
    """With the word in front of the number, "at a brisk 124 bpm", or without it."""
    if sheet.tempo_bpm is None or (band := band_of("tempo_bpm", sheet.tempo_bpm)) is None:
        return text
    words = [word for word in band.words if " pace" not in word]
    said = rf"\b(?P<at>[Aa]t) an? (?:{'|'.join(words)}) (?={_BPM.pattern})"
    if len(re.findall(said, text)) == 1:
        return re.sub(said, r"\g<at> ", text)
    bare = list(re.finditer(rf"\b[Aa]t (?={_BPM.pattern})", text))
    if len(bare) == 1 and not _is_said_in_words(text, sheet):
        return f"{text[: bare[0].end()]}{a(rng.choice(words))} {text[bare[0].end() :]}"
    return text


def _is_said_in_words(text: str, sheet: FactSheet) -> bool:
    tempo = SheetFact(fields=("tempo_bpm",), values=(sheet.tempo_bpm,))
    return is_told(tempo, re.sub(r"\d", "", text), sheet)


# --- other notations -------------------------------------------------------------------------------


def _other_unit(text: str, rng: Random) -> str:
    return _BPM.sub(rf"\g<number> {rng.choice(_BPM_FORMS)}", text)


def _other_key_form(text: str, rng: Random) -> str:
    def spelt(match: re.Match[str]) -> str:
        word = match["word"] or ("sharp" if match["sign"] in "#♯" else "flat")
        return f"{match['note']}{rng.choice(_KEY_FORMS[word])}"

    return _KEY.sub(spelt, text)


def _other_length_form(text: str, rng: Random) -> str:
    """3:12 as 192 seconds, or back, whichever of the two is there."""
    if rng.random() < _SHARE:
        return _SECONDS.sub(_as_clock, text)
    return _CLOCK.sub(_in_seconds, text)


def _in_seconds(match: re.Match[str]) -> str:
    return f"{match['before']}{60 * int(match['minutes']) + int(match['seconds'])} seconds"


def _as_clock(match: re.Match[str]) -> str:
    return f"{match['before']}{clock(int(match['seconds']))}"


def with_article(text: str, start: int) -> str:
    """The text with "a" or "an" in front of the word at ``start``, as it is spoken."""
    match = next((one for one in _ARTICLE.finditer(text) if one.start("word") == start), None)
    if match is None:
        return text
    spoken = a(match["word"])
    article = spoken.split()[0]
    article = article.capitalize() if match["article"][0].isupper() else article
    return f"{text[: match.start()]}{article} {text[match.end('article') + 1 :]}"
