"""Requests made up with promises whose meaning is known: what must not be there, and what must be kept.

Each promise is worded in several ways that people use; our parse of the request is not consulted.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from linernotes.evaluate.promises.rules import (
    minutes_at_most,
    number_within,
    songs_at_most,
    songs_of_an_artist_at_most,
    without_artist,
    without_value,
    without_version,
    without_voice,
    years_within,
)
from linernotes.evaluate.promises.values import Asked, Promise

Values = Mapping[str, Sequence[str]]
"""What a library holds of genres, instruments, moods, artists and countries: what may be excluded there."""
Maker = Callable[[random.Random, Values], Promise]

_WISHES: Final = (
    "happy", "calm", "energetic", "melancholy", "rock", "pop", "jazz", "electronic", "romantic", "soul"
)  # fmt: skip
_KIN: Final[Mapping[str, tuple[str, ...]]] = {
    "happy": ("joyful",), "calm": ("mellow", "peaceful", "chill"), "melancholy": ("sad",), "soul": ("r&b",),
    "energetic": ("upbeat",), "romantic": ("sensual", "passionate"),
}  # fmt: skip
_OPENINGS: Final = (
    "{} songs", "some {} music", "something {} for tonight", "play me {} tracks", "i'd like to hear {} music",
    "give me a {} playlist", "looking for {} stuff", "can you find me {} songs", "{} tunes",
)  # fmt: skip
_TOGETHER: Final = ("{wish}, {rest}",) * 4 + ("{wish} {rest}", "{wish}. {rest}", "{wish} - {rest}")
_BEFORE: Final = "{rest}, {wish}"
_DENYING: Final = ("no ", "nothing ", "without ")
"""How a wording begins that may stand first, or behind "and"."""
_EXCEPTING: Final = ("except ", "anything but ", "anyone but ", "other than ", "but not ")

_WITHOUT: Final = (
    "no {}", "without {}", "but no {}", "anything but {}", "without any {}", "no {} please", "leave out {}",
    "minus the {}", "skip the {}",
)  # fmt: skip
_NOT_GENRE: Final = (*_WITHOUT, "not {}", "nothing {}", "i can't stand {}", "i hate {}", "other than {}")
_NOT_MOOD: Final = (
    "nothing {}", "not {}", "not too {}", "nothing too {}", "but not {}", "that isn't {}",
    "that aren't too {}",
)  # fmt: skip
_NOT_ARTIST: Final = (
    "no {}", "nothing by {}", "but not {}", "except {}", "anyone but {}", "no songs by {}", "without {}",
    "leave out {}", "skip {}",
)  # fmt: skip
_NOT_ARTISTS: Final = (
    "no {} or {}", "nothing by {} or {}", "except {} and {}", "no {}, no {}", "no songs by {} or {}",
    "but not {} or {}", "without {} and {}",
)  # fmt: skip
_NOT_COUNTRY: Final = ("nothing from {}", "no artists from {}", "no music from {}", "not from {}")
_NOT_PEOPLE: Final = ("no {} music", "nothing {}", "no {} artists", "not {}")
_PEOPLE: Final = {
    "United States": "american", "United Kingdom": "british", "Canada": "canadian", "Australia": "australian",
    "Nigeria": "nigerian", "Jamaica": "jamaican", "Sweden": "swedish", "Norway": "norwegian",
    "Ireland": "irish",
}  # fmt: skip
_NO_VOICE: Final = (
    "no vocals", "without vocals", "no singing", "instrumental only", "only instrumentals", "no lyrics",
    "without lyrics", "no voices", "purely instrumental", "no one singing",
)  # fmt: skip
_DECADE: Final = ("from the {}", "only from the {}", "just {} music", "strictly {}", "{} only")
_NOT_DECADE: Final = ("nothing from the {}", "not from the {}", "no {} music", "but not from the {}")
_BETWEEN_YEARS: Final = ("between {} and {}", "from {} to {}", "{}-{}", "released between {} and {}")
_UP_TO_YEAR: Final[Mapping[str, int]] = {
    "nothing newer than {}": 0, "from {} or earlier": 0, "nothing after {}": 0, "before {}": -1,
    "only music from before {}": -1,
}  # fmt: skip
"""And by how much the last year differs from the one that is said."""
_FROM_YEAR: Final[Mapping[str, int]] = {
    "since {}": 0, "nothing older than {}": 0, "from {} onwards": 0, "no songs from before {}": 0,
    "after {}": 1,
}  # fmt: skip
_BETWEEN_BPM: Final = ("between {} and {} bpm", "from {} to {} bpm", "{}-{} bpm")
_UP_TO_BPM: Final = ("under {} bpm", "at most {} bpm", "nothing over {} bpm")
_UP_TO_MINUTES: Final = (
    "each under {} minutes", "songs shorter than {} minutes", "no song over {} minutes",
    "nothing longer than {} minutes",
)  # fmt: skip
_FROM_MINUTES: Final = (
    "songs longer than {} minutes",
    "each at least {} minutes",
    "no song under {} minutes",
)
_VERSIONS: Final[Mapping[str, Sequence[str]]] = {
    "live": ("no live versions", "no live recordings", "nothing live", "without live tracks"),
    "remix": ("no remixes", "without remixes", "originals, no remixes", "not the remixes"),
    "cover": ("no covers", "no cover versions", "without covers"),
    "karaoke": ("no karaoke versions", "no karaoke", "without karaoke"),
    "acoustic": ("no acoustic versions", "without acoustic versions"),
    "christmas": ("no christmas songs", "no christmas music", "nothing for christmas"),
}
_SONGS: Final = (
    "{} songs",
    "just {} songs",
    "exactly {} tracks",
    "at most {} songs",
    "no more than {} songs",
)
_OF_AN_ARTIST: Final[Mapping[int, Sequence[str]]] = {
    1: (
        "one song per artist", "only one track per artist", "no artist twice", "max one song per artist",
        "every song by a different artist",
    ),
    2: (
        "max 2 per artist", "no more than two songs per artist", "at most 2 songs by the same artist",
        "at most two tracks per artist",
    ),
}  # fmt: skip
_MINUTES: Final = (
    "about {} minutes in total",
    "{} minutes of music",
    "{} minutes long",
    "a {} minute playlist",
)
_MINUTES_AT_MOST: Final = ("no more than {} minutes in total", "at most {} minutes altogether")


def plant_requests(values: Values, count: int, *, seed: int, whole: bool = True) -> tuple[Asked, ...]:
    """So many requests with one promise or two; the same for the same values and seed.

    Without ``whole`` none is about the answer as a whole, its length or how often an artist comes.
    """
    rng = random.Random(seed)
    makers = _makers(values, whole=whole)
    return tuple(_request(rng, makers, values) for _ in range(count))


def _makers(values: Values, *, whole: bool) -> tuple[Maker, ...]:
    """How promises are made; none that excludes what no library track has."""
    named = tuple(
        maker
        for fact, of_fact in (
            ("genre", (_no_genre,)),
            ("instrument", (_no_instrument,)),
            ("mood", (_no_mood,)),
            ("artist", (_no_artist, _no_artists)),
            ("country", (_no_country,)),
        )
        for maker in of_fact
        if len(values.get(fact, ())) > 1
    )
    return (*named, *_EACH_PICK, *(_WHOLE_ANSWER if whole else ()))


def _request(rng: random.Random, makers: Sequence[Maker], values: Values) -> Asked:
    promises = _compatible([rng.choice(makers)(rng, values) for _ in range(rng.choice((1, 1, 2)))])
    return Asked(text=_worded(rng, promises), promises=promises)


def _compatible(promises: Sequence[Promise]) -> tuple[Promise, ...]:
    """One of each kind, for two may contradict each other; one exception at most, and that first."""
    by_kind = {one.kind: one for one in promises}.values()
    exceptions = [one for one in by_kind if _excepts(one)]
    return (*exceptions[:1], *(one for one in by_kind if not _excepts(one)))


def _excepts(promise: Promise) -> bool:
    """Whether it would turn round an exclusion before it ("no rap, except Drake")."""
    return promise.words.startswith(_EXCEPTING)


def _worded(rng: random.Random, promises: Sequence[Promise]) -> str:
    wishes = [wish for wish in _WISHES if all(_agrees(wish, one) for one in promises)]
    opening = rng.choice(_OPENINGS).format(rng.choice(wishes))
    denying = [one.words.startswith(_DENYING) for one in promises]
    joint = rng.choice((", ", " and ")) if all(denying) else ", "
    rest = joint.join(one.words for one in promises)
    together = rng.choice((*_TOGETHER, _BEFORE) if all(denying) else _TOGETHER)
    return together.format(wish=opening, rest=rest)


def _agrees(wish: str, promise: Promise) -> bool:
    """Whether a wish may stand beside a promise: who asks for rock without rock asks for nothing."""
    return not any(word in promise.words.casefold() for word in (wish, *_KIN.get(wish, ())))


# --- what must not be there


def _no_value(rng: random.Random, fact: str, values: Values, wordings: Sequence[str]) -> Promise:
    value = rng.choice(values[fact])
    return without_value([fact], [value], rng.choice(wordings).format(value))


def _no_genre(rng: random.Random, values: Values) -> Promise:
    return _no_value(rng, "genre", values, _NOT_GENRE)


def _no_instrument(rng: random.Random, values: Values) -> Promise:
    return _no_value(rng, "instrument", values, _WITHOUT)


def _no_mood(rng: random.Random, values: Values) -> Promise:
    return _no_value(rng, "mood", values, _NOT_MOOD)


def _no_artist(rng: random.Random, values: Values) -> Promise:
    name = rng.choice(values["artist"])
    return without_artist([name], rng.choice(_NOT_ARTIST).format(name))


def _no_artists(rng: random.Random, values: Values) -> Promise:
    names = rng.sample(values["artist"], 2)
    return without_artist(names, rng.choice(_NOT_ARTISTS).format(*names))


def _no_country(rng: random.Random, values: Values) -> Promise:
    country = rng.choice(values["country"])
    wordings = [wording.format(country) for wording in _NOT_COUNTRY]
    if people := _PEOPLE.get(country):
        wordings += [wording.format(people) for wording in _NOT_PEOPLE]
    return without_value(["country"], [country], rng.choice(wordings))


def _no_voice(rng: random.Random, _: Values) -> Promise:
    return without_voice(rng.choice(_NO_VOICE))


def _no_version(rng: random.Random, _: Values) -> Promise:
    version = rng.choice(tuple(_VERSIONS))
    return without_version(version, rng.choice(_VERSIONS[version]))


# --- what must be kept


def _decade(rng: random.Random, _: Values) -> Promise:
    first = rng.choice((1960, 1970, 1980, 1990, 2000, 2010))
    short = f"{first % 100}s" if first < 2000 else f"{first}s"
    if rng.random() < 0.3:
        words = rng.choice(_NOT_DECADE).format(short)
        return years_within(words, low=first, high=first + 9, outside=True)
    return years_within(rng.choice(_DECADE).format(short), low=first, high=first + 9)


def _years(rng: random.Random, _: Values) -> Promise:
    year, kind = rng.randrange(1960, 2016), rng.choice(("between", "up to", "from"))
    if kind == "between":
        later = year + rng.choice((3, 5, 10))
        return years_within(rng.choice(_BETWEEN_YEARS).format(year, later), low=year, high=later)
    if kind == "up to":
        wording, more = rng.choice(tuple(_UP_TO_YEAR.items()))
        return years_within(wording.format(year), high=year + more)
    wording, more = rng.choice(tuple(_FROM_YEAR.items()))
    return years_within(wording.format(year), low=year + more)


def _tempo(rng: random.Random, _: Values) -> Promise:
    low = rng.choice((60, 80, 100, 120, 140))
    if rng.random() < 0.3:
        return number_within("tempo_bpm", rng.choice(_UP_TO_BPM).format(low + 30), high=low + 30)
    words = rng.choice(_BETWEEN_BPM).format(low, low + 30)
    return number_within("tempo_bpm", words, low=low, high=low + 30)


def _length(rng: random.Random, _: Values) -> Promise:
    minutes = rng.choice((2, 3, 4, 5))
    if rng.random() < 0.3:
        return number_within("duration_s", rng.choice(_FROM_MINUTES).format(minutes), low=minutes * 60)
    return number_within("duration_s", rng.choice(_UP_TO_MINUTES).format(minutes), high=minutes * 60)


def _songs(rng: random.Random, _: Values) -> Promise:
    number = rng.randrange(3, 16)
    return songs_at_most(number, rng.choice(_SONGS).format(number))


def _songs_of_an_artist(rng: random.Random, _: Values) -> Promise:
    number = rng.choice((1, 2))
    return songs_of_an_artist_at_most(number, rng.choice(_OF_AN_ARTIST[number]))


def _minutes(rng: random.Random, _: Values) -> Promise:
    minutes = rng.choice((20, 30, 45, 60, 90))
    if rng.random() < 0.3:
        return minutes_at_most(minutes, rng.choice(_MINUTES_AT_MOST).format(minutes), strictly=True)
    return minutes_at_most(minutes, rng.choice(_MINUTES).format(minutes))


_EACH_PICK: Final[tuple[Maker, ...]] = (_no_voice, _decade, _years, _tempo, _length, _no_version)
_WHOLE_ANSWER: Final[tuple[Maker, ...]] = (_songs, _songs_of_an_artist, _minutes)
