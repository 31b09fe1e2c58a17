"""In which order and sentences a text tells its facts: a writer is taught to walk down the lines."""

from __future__ import annotations

import random
import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import replace

from linernotes.describe import Plan, ToldFact, told_facts
from linernotes.describe.check.coverage import facts_told
from linernotes.describe.check.reading import Reading
from linernotes.describe.plan import remarkable
from linernotes.learn.corpora import Lesson

_NAMES = {
    "vocals": "the voice",
    "no vocals": "the voice",
    "key": "the key",
    "year": "the year",
    "years": "the years",
    "country": "the country",
    "language": "the language",
    "origin": "the origin",
    "live": "that it is live",
    "tracks": "the tracks",
    "artists": "the artists",
    "middle tempo": "the tempo",
    "tempos": "the tempo",
    "keys": "the mode",
    "energy": "the energy",
    "acousticness": "the acousticness",
    "the artist's decades": "the decades",
}
"""What the check calls a fact, where it does not call it by its label or by its values."""
LISTS = ("genres", "instruments", "moods", "parents", "relatives")
"""Facts of several values, which a text may tell in any order."""
_WORD_END = re.compile(r"(?<=\w)(?!\w)")
_PLACEHOLDER = re.compile(r"\{\w+\}")
_DECADE = re.compile(r"\b(?:\d\d)?\d0s\b")


def plan_of(lesson: Lesson) -> Plan:
    """The plan that the lesson's text follows: its placeholders and its facts, as they come."""
    names = tuple(dict.fromkeys(_PLACEHOLDER.findall(lesson.text)))
    return Plan(names=names, sentences=in_order_told(lesson))


def in_order_told(lesson: Lesson) -> tuple[tuple[ToldFact, ...], ...]:
    """The facts of the lesson's sheet, and the values of each, in the order in which its text tells them.

    They are grouped by the sentences in which they begin to be told. Where a fact is told cannot always be
    found; such a one gets a drawn place, the same in every run. A number that nobody would remark on is left
    out where the text does not tell it.
    """
    firsts = _firsts(lesson)
    rng = random.Random(lesson.id)
    placed: list[tuple[float, ToldFact]] = []
    told = told_facts(lesson.sheet)
    asked = remarkable(told)
    for fact in told:
        if forms := _forms_in(lesson.text, fact):
            placed.append((min(forms), replace(fact, values=tuple(forms[place] for place in sorted(forms)))))
            continue
        if fact not in asked:
            continue
        places = [_place(fact.label, value, firsts, lesson.text) for value in fact.values]
        known = [place for place in places if place is not None]
        first = min(known) if known else rng.random() * len(lesson.text.rstrip())
        if len(known) == len(fact.values) and fact.label in LISTS:
            values = tuple(value for _, value in sorted(zip(known, fact.values, strict=True)))
            fact = replace(fact, values=values)
        placed.append((first, fact))
    ends = [span.end for span in Reading(lesson.text, lesson.sheet).sentences]
    sentences: list[list[ToldFact]] = [[] for _ in [*ends, None]]
    for place, fact in sorted(placed, key=lambda pair: pair[0]):
        sentences[bisect_left(ends, place)].append(fact)
    return tuple(tuple(facts) for facts in sentences if facts)


def _forms_in(text: str, fact: ToldFact) -> dict[int, str]:
    """The forms in which the text says the fact, by where they stand."""
    found: dict[int, str] = {}
    for form in sorted(fact.forms, key=len, reverse=True):
        match = re.search(_pattern(form), text, re.IGNORECASE)
        if match and not any(start <= match.start() < start + len(other) for start, other in found.items()):
            found[match.start()] = form
    return found


def _pattern(form: str) -> str:
    """What shows a form in a text: its number, or the word with any ending."""
    if number := re.search(r"\d+(?:[.:]\d+)?", form):
        digits = re.escape(number.group())
        bare = f"0?{digits[1:]}" if digits.startswith("0") and len(digits) > 1 else digits
        return rf"(?<![\d.:]){bare}(?![\d:])"
    if in_words := re.match(r"(?P<count>.+?)(?: beats a minute$| minutes?\b)", form):
        after = r"\b" if form.endswith(" beats a minute") else " minute"
        return rf"\b{re.escape(in_words['count'])}{after}"
    stem = form[:-1] if len(form) > 4 and form[-1] in "ey" and " " not in form else form
    return rf"\b{re.escape(stem)}"


def _place(label: str, value: str, firsts: Mapping[str, int], text: str) -> int | None:
    for name in (_NAMES.get(label, label), label, value):
        if name in firsts:
            return firsts[name]
    found = text.casefold().find(value.casefold())
    if found < 0 and label == "the artist's decades" and (match := _DECADE.search(text)):
        found = match.start()
    return found if found >= 0 else None


def _firsts(lesson: Lesson) -> dict[str, int]:
    """Where the text has first told each fact, by the check's names for them."""
    firsts: dict[str, int] = {}
    ends = [match.start() for match in _WORD_END.finditer(lesson.text)]
    everything = {name for name, told in facts_told(Reading(lesson.text, lesson.sheet)).items() if told}
    for end in ends:
        if len(firsts) == len(everything):
            break
        told = facts_told(Reading(lesson.text[:end], lesson.sheet))
        for name in everything - firsts.keys():
            if told.get(name):
                firsts[name] = end
    return firsts
