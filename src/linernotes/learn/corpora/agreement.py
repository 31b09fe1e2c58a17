"""Which facts of a sheet a text tells, and whether it tells anything else: what keeps lessons honest."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from linernotes.describe import check_note, wording
from linernotes.describe.check.coverage import facts_told
from linernotes.describe.check.decades import named_decades
from linernotes.describe.check.reading import Reading, singular
from linernotes.describe.check.voices import is_voice_told, voice_problems
from linernotes.learn.corpora.lesson import Lesson
from linernotes.types import CollectionSheet, FactSheet, Sheet
from linernotes.words import fold, tokenise

_LISTS = ("genres", "instruments", "moods", "styles", "parents", "relatives")
_TOGETHER = (("tempo_low_bpm", "tempo_high_bpm", "tempo_median_bpm"), ("first_year", "last_year"))
"""Fields that are one fact in a text: "between 70 and 90 BPM"."""
_BEATS = re.compile(r"\b(?:a|per|to the) minute\b")
_KEY = re.compile(r"\b[A-G](?:#|b|♯|♭|[ -](?:sharp|flat))? (?:major|minor)\b")
_YEAR = re.compile(r"\d{4}")
_PLACES = ("country", "language")
_OF_TWO = ("male and female vocals", "duet")


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFact:
    """One fact of a sheet: a field and its value, or one of its values where it holds several.

    ``fields`` and ``values`` are as long as each other: more than one for the ends of a range.
    """

    fields: tuple[str, ...]
    values: tuple[Any, ...]
    of_song: bool = True

    @property
    def field(self) -> str:
        """The field, or the first of those that make the fact."""
        return self.fields[0]

    @property
    def is_whole(self) -> bool:
        """Whether it takes all that is said of it to tell it.

        Of two voices one is half the truth; what is counted over many tracks is told in free words.
        """
        is_free = not self.of_song and self.field not in _LISTS
        return is_free or self.field == "decades" or self.values[0] in _OF_TWO


def facts_of(sheet: Sheet) -> tuple[SheetFact, ...]:
    """All facts of the sheet that are to be told, in the order of its fields.

    That a recording is not live needs no telling.
    """
    of_song = isinstance(sheet, FactSheet)
    facts: list[SheetFact] = []
    for names in _fields_of(sheet):
        values = tuple(getattr(sheet, name) for name in names)
        if names[0] in _LISTS or names[0] == "stands_out":
            facts += [SheetFact(fields=names, values=(one,), of_song=of_song) for one in values[0]]
        elif names != ("kind",) and any(_is_known(value, names[0]) for value in values):
            facts.append(SheetFact(fields=names, values=values, of_song=of_song))
    return tuple(facts)


def _fields_of(sheet: Sheet) -> list[tuple[str, ...]]:
    grouped = {name: group for group in _TOGETHER for name in group}
    return list(dict.fromkeys(grouped.get(field.name, (field.name,)) for field in fields(sheet)))


def _is_known(value: object, name: str) -> bool:
    return not (value is None or value is False or value == () or (name == "tracks" and not value))


def is_told(fact: SheetFact, text: str, sheet: Sheet) -> bool:
    """Whether the text tells the fact in full: of "electric guitar", "guitar" alone is not enough.

    A country or a language is not told by the name of one of the sheet's genres ("Arabic pop").
    """
    value: Any = fact.values[0]
    if fact.field in _LISTS:
        return _has_words(value, text)
    if fact.field == "vocals":
        return _has_words(value, text) or _is_voice_told(value, text)
    if fact.field == "key":
        return bool(_KEY.search(text))
    if fact.field == "decades":
        said = {int(year) for span in wording.decades(value) for year in _YEAR.findall(span)}
        return said <= named_decades(text.lower())
    if fact.field in _PLACES:
        text = Reading(text, sheet).masked
    text = _BEATS.sub("", text) if fact.field == "duration_s" else text
    return any(facts_told(Reading(text, _alone(fact, sheet))).values())


def texts_of(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Every text that the sheet holds, behind the name of its field."""
    for field in fields(sheet):
        value = getattr(sheet, field.name)
        several: Iterable[object] = value if isinstance(value, tuple) else (value,)
        if field.name != "kind":
            yield from ((field.name, one) for one in several if isinstance(one, str))


def _alone(fact: SheetFact, sheet: Sheet) -> Sheet:
    """A sheet of nothing but the fact."""
    value: Any = fact.values[0]
    values: dict[str, Any] = dict(zip(fact.fields, fact.values, strict=True))
    if fact.field == "stands_out":
        values = {"stands_out": (value,)}
    return FactSheet(**values) if isinstance(sheet, FactSheet) else CollectionSheet(kind=sheet.kind, **values)


def _has_words(value: str, text: str) -> bool:
    words = {singular(token.word) for token in tokenise(text)}
    return {singular(word) for word in fold(value).split()} <= words


def _is_voice_told(vocals: str, text: str) -> bool:
    """Whether the voice is told with all that is known of it, not only that there is one."""
    if not is_voice_told(Reading(text, FactSheet(vocals=vocals))):
        return False
    return vocals == "vocals" or any(voice_problems(Reading(text, FactSheet(vocals="vocals"))))


def sheet_with(sheet: Sheet, facts: Collection[SheetFact]) -> Sheet:
    """The sheet with none but these of its facts; that a song is not live stays known."""
    kept: dict[str, Any] = {}
    for fact in facts_of(sheet):
        for name, value in zip(fact.fields, fact.values, strict=True):
            if name in _LISTS or name == "stands_out":
                kept[name] = (*kept.get(name, ()), *((value,) if fact in facts else ()))
            elif fact not in facts:
                kept[name] = next(field.default for field in fields(sheet) if field.name == name)
    return replace(sheet, **kept)


def passes(lesson: Lesson) -> bool:
    """Whether the check has nothing against the lesson."""
    return not check_note(lesson.text, lesson.sheet)
