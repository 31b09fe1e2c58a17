"""What a note is going to say, sentence by sentence: decided here, so that a small model need only say it.

A model that is taught with the facts in the order in which its text tells them, those of a sentence in a
line, learns to walk down the lines: it leaves out far less, joins what belongs together, and the drawn plan
makes the notes differ.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from linernotes.describe.check.form import MOST_SENTENCES
from linernotes.describe.told import ToldFact, told_facts
from linernotes.types import Kind, Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """``names`` are the placeholders that the note uses, ``sentences`` what each of them tells, in order."""

    names: tuple[str, ...]
    sentences: tuple[tuple[ToldFact, ...], ...]

    @property
    def facts(self) -> tuple[ToldFact, ...]:
        """All facts, in order."""
        return tuple(fact for facts in self.sentences for fact in facts)


_THE_ARTISTS = "the artist's decades"
"""A song's note that tells it names song or artist, if it can: with neither, decades were said of the song
four times as often (14 % to 4 % of 324 texts)."""
# Where the hand-written notes of our corpus tell each fact, from 0, first, to 1, last: the mean over the
# notes; the spread was .3 for nearly all (`learn.order` finds the places).
_PLACES: Mapping[Kind, Mapping[str, float]] = {
    "song": {
        "version": 0.23,
        "instruments": 0.3,
        "genres": 0.33,
        "live": 0.44,
        "vocals": 0.45,
        "country": 0.46,
        "moods": 0.46,
        "language": 0.49,
        "tempo": 0.51,
        "pace": 0.51,
        "key": 0.51,
        "valence": 0.59,
        "year": 0.59,
        "energy": 0.62,
        "duration": 0.66,
        "loudness": 0.74,
        "acousticness": 0.78,
        "danceability": 0.84,
        _THE_ARTISTS: 0.93,
    },
    "artist": {
        "tracks": 0.27,
        "genres": 0.33,
        "stands out": 0.33,
        "country": 0.38,
        "instruments": 0.42,
        _THE_ARTISTS: 0.47,
        "vocals": 0.52,
        "years": 0.57,
        "moods": 0.6,
        "keys": 0.66,
        "tempos": 0.81,
        "energy": 0.86,
    },
    "genre": {
        "origin": 0.23,
        "tracks": 0.35,
        "instruments": 0.4,
        "parents": 0.42,
        "artists": 0.42,
        "years": 0.49,
        "vocals": 0.56,
        "stands out": 0.56,
        "tempos": 0.56,
        "middle tempo": 0.61,
        "energy": 0.67,
        "moods": 0.71,
        "relatives": 0.75,
        "acousticness": 0.78,
    },
}
_SPREAD = 0.3
_MOST_FACTS = (3, 3, 4)
_MOST_VALUES = (5, 6, 7)
"""What a sentence is filled up to, drawn for each. People tell two facts or three and four values or five
(the middle of 8,300 sentences), seldom more; in longer ones a small model slips."""
# What people tell in one sentence: pairs of one topic stand together in 40 to 90 of 100 notes that tell both
# and have three sentences or more, others in 5 to 30.
_TOPICS: Mapping[Kind, tuple[tuple[str, ...], ...]] = {
    "song": (
        ("country", _THE_ARTISTS),
        ("country", "year", "live", "genres"),
        ("vocals", "instruments", "language", "version", "genres"),
        ("moods", "vocals", "genres"),
        ("tempo", "pace", "key", "energy"),
        ("pace", "moods"),
        ("energy", "valence", "danceability", "loudness", "acousticness", "duration", "moods"),
    ),
    "artist": (
        ("country", _THE_ARTISTS),
        ("tracks", "years", "genres", "country"),
        ("instruments", "vocals", "genres"),
        ("energy", "moods", "acousticness", "keys", "tempos", "middle tempo"),
        ("stands out", "tracks", "keys"),
    ),
    "genre": (
        ("tracks", "artists", "years", _THE_ARTISTS),
        ("origin", "parents", "relatives", "country"),
        ("instruments", "vocals", "moods"),
        ("energy", "moods", "acousticness", "keys", "tempos", "middle tempo"),
        ("stands out", "tracks", "keys"),
    ),
}
_COUPLES = (
    {"country", _THE_ARTISTS},
    {"vocals", "language"},
    {"live", "year"},
    {"tempos", "middle tempo"},
    {"tracks", "artists"},
    {"origin", "parents"},
)
"""Together in 70 to 90 of 100 such notes."""
_PLAIN_SHARE = 0.3
_PLAIN_WORDS = 2
_FEWEST = 2
_SCALES = ("energy", "valence", "danceability", "acousticness", "loudness")
_NAMES: Mapping[Kind, tuple[tuple[tuple[str, ...], float], ...]] = {
    "song": ((("{title}",), 0.55), (("{artist}",), 0.2), ((), 0.25)),
    "artist": ((("{artist}",), 1.0),),
    "genre": ((("{genre}",), 1.0),),
}
"""Which placeholders a note uses, and how often."""


def draw_plan(sheet: Sheet, seed: int, placeholders: Collection[str] | None = None) -> Plan:
    """A plan such as people follow; the same for the same sheet and seed.

    It uses none but these ``placeholders`` ("title"): those for which there is a name. None allows all.
    """
    rng = random.Random(seed)
    told = remarkable(told_facts(sheet))
    is_named = any(fact.label == _THE_ARTISTS for fact in told)
    known = [
        (names, share)
        for names, share in _NAMES[sheet.kind]
        if placeholders is None or {name.strip("{}") for name in names} <= {*placeholders}
    ]
    choices = [(names, share) for names, share in known if names or not is_named] or [((), 1.0)]
    names = rng.choices([names for names, _ in choices], [share for _, share in choices])[0]
    places = _PLACES[sheet.kind]
    drawn = [(rng.gauss(places.get(_label(fact), 0.5), _SPREAD), fact) for fact in told]
    facts = [_worded(fact, rng) for _, fact in sorted(drawn, key=lambda pair: pair[0])]
    return Plan(names=names, sentences=tuple(_sentences(facts, sheet.kind, rng)))


def remarkable(told: Sequence[ToldFact]) -> Sequence[ToldFact]:
    """Without the numbers that have no word, as nobody would remark on them: "an acousticness of 0.36".

    All of them where fewer than two others are left.
    """
    found = [fact for fact in told if fact.label not in _SCALES or len(fact.forms) > 1]
    return found if len(found) >= _FEWEST else told


def _sentences(facts: list[ToldFact], kind: Kind, rng: random.Random) -> list[tuple[ToldFact, ...]]:
    """The facts by sentences, each on one topic."""
    sentences: list[tuple[ToldFact, ...]] = []
    left = list(facts)
    while left:
        most, room = rng.choice(_MOST_FACTS), rng.choice(_MOST_VALUES)
        topic = rng.choice([topic for topic in _TOPICS[kind] if _label(left[0]) in topic] or [()])
        sentence = [left[0]]
        coupled = [fact for fact in left[1:] if {_label(left[0]), _label(fact)} in _COUPLES]
        for fact in [*coupled, *(fact for fact in left[1:] if _label(fact) in topic and fact not in coupled)]:
            if len(sentence) < most and _values([*sentence, fact]) <= room:
                sentence.append(fact)
        left = [fact for fact in left if fact not in sentence]
        sentences.append(tuple(sentence))
    return _joined(sentences, kind)


def _joined(sentences: Sequence[tuple[ToldFact, ...]], kind: Kind) -> list[tuple[ToldFact, ...]]:
    """No sentence of one small fact alone, and no more of them than a note may have."""
    left = list(sentences)
    while len(left) > 1:
        least = min(left, key=_values)
        if _values(least) > 1 and len(left) <= MOST_SENTENCES:
            break
        left.remove(least)
        home = min(left, key=lambda facts: _strangeness(least, facts, kind))
        left[left.index(home)] += least
    return left


def _label(fact: ToldFact) -> str:
    return fact.label.removeprefix("no ")


def _values(facts: Sequence[ToldFact]) -> int:
    return sum(len(fact.values) for fact in facts)


def _strangeness(facts: Sequence[ToldFact], sentence: Sequence[ToldFact], kind: Kind) -> tuple[bool, int]:
    """Less where the sentence has a fact of the same topic, then where it has fewer values."""
    own, others = {_label(fact) for fact in facts}, {_label(fact) for fact in sentence}
    is_near = any(own & {*topic} and others & {*topic} for topic in _TOPICS[kind])
    return not is_near, _values(sentence)


def _worded(fact: ToldFact, rng: random.Random) -> ToldFact:
    """The fact in one or two of its forms: a tempo mostly with its number, other numbers mostly in words."""
    if len(fact.forms) < 2:
        return fact
    values: tuple[str, ...]
    if fact.label in ("tempo", "middle tempo"):
        words, number = fact.forms[:-2], fact.forms[-2]
        values = rng.choice(((number,), (rng.choice(words), number), (number,)))
    elif fact.label == "duration" or fact.label in _SCALES:
        in_words = fact.forms[:-1]
        values = (rng.choice([form for form in in_words if _is_plain(form)] or in_words),)
    else:
        values = fact.forms[:1] if rng.random() < _PLAIN_SHARE else (rng.choice(fact.forms),)
    return replace(fact, values=values)


def _is_plain(form: str) -> bool:
    """Whether a small model tells it safely; of "with room to breathe" it leaves out half."""
    return len(form.split()) <= _PLAIN_WORDS
