"""The same note about other values: what the sheet says must be copied, not guessed from what goes along.

A writer taught that fados come with a Portuguese guitar writes one where there is none. So a text's genres,
instruments, moods, counts, ranges and keys are at times others, in text and sheet alike.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from linernotes.describe.wording import clock, spelled
from linernotes.learn.corpora.lesson import Lesson
from linernotes.learn.corpora.notations import with_article
from linernotes.types import CollectionSheet, FactSheet, Sheet
from linernotes.words import band_of, lexicon

_SHARE = 0.3
"""How often each value is swapped where it can be."""
_LISTS = {"genres": "genre", "instruments": "instrument", "moods": "mood"}
"""The fields whose values are swapped, and what the lexicon calls such values. Only what it knows is swapped:
among what people note of clips ("muffled", "a higher pitch") are many that make no sense in another's place.
"""
_VOICE = re.compile(
    r"\b(?:voices?|vocals?|vocalists?|sing(?:s|ers?|ing)?(?! bowl)|rap(?:s|pers?|ping)?|chant(?:s|ing)?"
    r"|choirs?|humming)\b",
    re.IGNORECASE,
)
_SENTENCE_START = re.compile(r"(?:^|[.!?…:][\"'”’)\]]*\s+)$")
_LENGTHS = range(40, 900)
_LAST_YEAR = 2025
_ARTICLE_BEFORE = re.compile(r"\b(?P<article>an?) $", re.IGNORECASE)
_NOTES = ("A", "B", "C", "D", "E", "F", "G", "B-flat", "E-flat", "A-flat", "C-sharp", "F-sharp")
_KEY = re.compile(r"\b[A-G](?:#|b|♯|♭|[ -](?:sharp|flat))? (?=(?:major|minor)\b)")
_PLAYED_WITH = re.compile(
    r"\b(?:nearly|almost|just|barely|exactly|half|halves|twice|double|once|dozen|pair|couple|short of|shy of"
    r"|under|over|above|below|seconds|hundred|same|less|more|apart|between them|plus|minus|odd|even|round"
    r"|century|decade|years|year after|one by one|apiece|each)\b",
    re.IGNORECASE,
)
"""What makes something of a number, so that it cannot be another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """Where a value can stand: in texts of one source, as one of a field, in one form.

    The form is how a text says the value: in the plural, after "a", bare; a voice, in several words. Values
    of another source make no sense: a song's note has no use for the "medium tempo" of a clip.
    """

    source: str
    field: str
    form: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The values that sheets hold, as often as they do."""

    values: Mapping[Slot, Sequence[str]]

    def others(self, slot: Slot, value: str) -> list[str]:
        """What can stand in the value's place."""
        return [one for one in self.values.get(slot, ()) if one != value]


def pool_of(lessons: Iterable[Lesson]) -> Pool:
    """What the lessons' sheets hold, each value with the forms in which the lessons' texts say it."""
    found: dict[Slot, list[str]] = defaultdict(list)
    for lesson in lessons:
        for field in _LISTS:
            for value in getattr(lesson.sheet, field):
                if _is_known(field, value) and (place := _place(value, lesson.text)):
                    found[_slot(lesson, field, value, place)].append(value)
    return Pool(values={key: tuple(values) for key, values in found.items()})


def with_other_values(lesson: Lesson, pool: Pool, rng: Random) -> Lesson:
    """The lesson about other genres, instruments and moods, and with other numbers and another key.

    Whether the check has something against it is for the caller to see.
    """
    for field in _LISTS:
        for value in getattr(lesson.sheet, field):
            if rng.random() < _SHARE:
                lesson = _with_other_value(lesson, field, value, pool, rng)
    sheet = lesson.sheet
    if isinstance(sheet, CollectionSheet):
        changes = (_with_other_count, _with_other_years, _with_other_tempos)
        for change in changes:
            if rng.random() < _SHARE:
                lesson = change(lesson, sheet, rng)
                assert isinstance(lesson.sheet, CollectionSheet)
                sheet = lesson.sheet
    elif isinstance(sheet, FactSheet):
        for change_song in (_with_other_key, _with_other_length):
            if rng.random() < _SHARE:
                lesson = change_song(lesson, sheet, rng)
                assert isinstance(lesson.sheet, FactSheet)
                sheet = lesson.sheet
    return lesson


def _with_other_value(lesson: Lesson, field: str, value: str, pool: Pool, rng: Random) -> Lesson:
    sheet, place = lesson.sheet, _place(value, lesson.text)
    if place is None or not _is_known(field, value) or _is_part_of_another(value, sheet):
        return lesson
    others = pool.others(_slot(lesson, field, value, place), value)
    if not others:
        return lesson
    new = rng.choice(others)
    if _places(new, lesson.text) or new in getattr(sheet, field):
        return lesson
    values = tuple(new if one == value else one for one in getattr(sheet, field))
    changed: dict[str, Any] = {field: values}
    return replace(lesson, text=_put(lesson.text, place, new), sheet=replace(sheet, **changed))


def _is_known(field: str, value: str) -> bool:
    return any(family == _LISTS[field] for family, _ in lexicon().meanings(value))


def _place(value: str, text: str) -> re.Match[str] | None:
    """Where the text says the value, word for word, if it does so once."""
    places = _places(value, text)
    return places[0] if len(places) == 1 else None


def _places(value: str, text: str) -> list[re.Match[str]]:
    return list(re.finditer(rf"(?<![\w-]){re.escape(value)}(?![\w-])", text, re.IGNORECASE))


def _slot(lesson: Lesson, field: str, value: str, place: re.Match[str]) -> Slot:
    return Slot(source=lesson.source, field=field, form=_form(value, lesson.text, place))


def _form(value: str, text: str, place: re.Match[str]) -> str:
    parts = ["plural" if value.endswith("s") else "bare"]
    if _ARTICLE_BEFORE.search(text[: place.start()]):
        parts = ["after an article"]
    if _VOICE.search(value):
        parts.append("voice")
    if " " in value:
        parts.append("several words")
    return ", ".join(parts)


def _is_part_of_another(value: str, sheet: Sheet) -> bool:
    values = [one for field in _LISTS for one in getattr(sheet, field)]
    values += (
        getattr(sheet, "parents", ()) + getattr(sheet, "relatives", ()) + getattr(sheet, "stands_out", ())
    )
    return sum(value in one for one in values) != 1


def _put(text: str, place: re.Match[str], new: str) -> str:
    """The text with ``new`` in that place, with a capital at a sentence's start, and the article it takes."""
    if _SENTENCE_START.search(text[: place.start()]) and place.group()[:1].isupper():
        new = new[:1].upper() + new[1:]
    return with_article(f"{text[: place.start()]}{new}{text[place.end() :]}", place.start())


# --- numbers ---------------------------------------------------------------------------------------


def _with_other_count(lesson: Lesson, sheet: CollectionSheet, rng: Random) -> Lesson:
    """Another number of tracks, above the number of artists."""
    if sheet.tracks < 3 or _PLAYED_WITH.search(lesson.text):
        return lesson
    fewest = max(3, (sheet.artists or 1) + 1)
    drawn = rng.randrange(fewest, fewest + 60)
    text = _with_number(lesson.text, sheet.tracks, drawn)
    return lesson if text is None else replace(lesson, text=text, sheet=replace(sheet, tracks=drawn))


def _with_other_years(lesson: Lesson, sheet: CollectionSheet, rng: Random) -> Lesson:
    if sheet.first_year is None or sheet.last_year is None or sheet.decades:
        return lesson
    if _PLAYED_WITH.search(lesson.text) or sheet.first_year == sheet.last_year:
        return lesson
    low = min(_LAST_YEAR - 1, sheet.first_year + rng.randrange(-6, 4))
    high = min(_LAST_YEAR, low + rng.randrange(1, 30))
    text = _with_range(lesson.text, (sheet.first_year, sheet.last_year), (low, high))
    changed = replace(sheet, first_year=low, last_year=high)
    return lesson if text is None else replace(lesson, text=text, sheet=changed)


def _with_other_tempos(lesson: Lesson, sheet: CollectionSheet, rng: Random) -> Lesson:
    low, high = sheet.tempo_low_bpm, sheet.tempo_high_bpm
    if low is None or high is None or sheet.tempo_median_bpm is not None or _PLAYED_WITH.search(lesson.text):
        return lesson
    new = (round(low) + rng.randrange(-9, 10), round(high) + rng.randrange(-9, 10))
    if new[0] >= new[1] or new[0] < 40:
        return lesson
    text = _with_range(lesson.text, (round(low), round(high)), new)
    changed = replace(sheet, tempo_low_bpm=float(new[0]), tempo_high_bpm=float(new[1]))
    return lesson if text is None else replace(lesson, text=text, sheet=changed)


def _with_range(text: str, old: tuple[int, int], new: tuple[int, int]) -> str | None:
    """The text with both ends changed, where each stands in it once, as a number."""
    ends = [list(re.finditer(rf"(?<![\d.:]){end}(?![\d:])", text)) for end in old]
    if any(len(places) != 1 for places in ends) or any(str(end) in text for end in new):
        return None
    for (place,), end in sorted(zip(ends, new, strict=True), key=lambda pair: -pair[0][0].start()):
        text = f"{text[: place.start()]}{end}{text[place.end() :]}"
    return text


def _with_number(text: str, old: int, new: int) -> str | None:
    """The text with another count, in words where it was in words, where it stands in it once."""
    for said, instead in ((spelled(old), spelled(new)), (str(old), str(new))):
        places = list(re.finditer(rf"(?<![\w.:-]){said}(?![\w:-])", text, re.IGNORECASE))
        if len(places) == 1:
            return _put(text, places[0], instead)
    return None


def _with_other_key(lesson: Lesson, sheet: FactSheet, rng: Random) -> Lesson:
    """Another note of the same mode."""
    places = list(_KEY.finditer(lesson.text))
    if sheet.key is None or len(places) != 1 or len(sheet.key.split()) != 2:
        return lesson
    drawn = f"{rng.choice(_NOTES)} {sheet.key.split()[1]}"
    text = f"{lesson.text[: places[0].start()]}{drawn.split()[0]} {lesson.text[places[0].end() :]}"
    return replace(lesson, text=text, sheet=replace(sheet, key=drawn))


def _with_other_length(lesson: Lesson, sheet: FactSheet, rng: Random) -> Lesson:
    """Another length of the same band, or between bands as it is, where the text gives it as a clock does."""
    if sheet.duration_s is None:
        return lesson
    places = list(re.finditer(rf"(?<![\d:]){clock(round(sheet.duration_s))}(?![\d:])", lesson.text))
    if len(places) != 1:
        return lesson
    band = band_of("duration_s", sheet.duration_s)
    drawn = rng.choice([seconds for seconds in _LENGTHS if band_of("duration_s", float(seconds)) == band])
    text = _put(lesson.text, places[0], clock(drawn))
    return replace(lesson, text=text, sheet=replace(sheet, duration_s=float(drawn)))
