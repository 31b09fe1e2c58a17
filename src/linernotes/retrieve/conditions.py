"""The promises of a request, as conditions that the index and the last guard of the ranking hold."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final, get_args

import numpy as np

from linernotes.retrieve.field import TAGGED
from linernotes.types import Avoid, Condition, Family, Limit, Request, Seed, Target, Want
from linernotes.words import FIELD_BY_FAMILY, fold, lexicon

KnownValues = Callable[[str], Iterable[str | int]]
"""The words that an index holds in a field."""

_FAMILIES: Final[tuple[Family, ...]] = get_args(Family)
_FIELD_BY_ENTITY: Final[dict[str, str]] = {"artist": "artist_ids", "track": "track_id", "album": "track_id"}
_NUMBERS: Final = ("tempo_bpm", "year", "duration_s")
_LONGEST_OWN: Final = 6
"""Words of an exclusion that is looked for among a library's tags."""

# Voices of which a sheet names one: "male vocals" says that it is no choir, but not whether he screams.
_VOICES: Final = frozenset(
    {
        "vocals",
        "male vocals",
        "female vocals",
        "male and female vocals",
        "duet",
        "choir",
        "rap vocals",
        "spoken word",
    }
)
_OTHER_GENDER: Final = {"male vocals": "female vocals", "female vocals": "male vocals"}


def conditions_of(request: Request, *, known_values: KnownValues | None = None) -> tuple[Condition, ...]:
    """What every pick must fulfil: exclusions with all they comprise, limits, and "like X" without X itself.

    Who says that they love X may hear X. Numbers that a word means ("aggressive": energy from 0.8) exclude
    a track only where they are known. ``known_values`` gives the words an index holds of a field; with it,
    names that the lexicon does not know are excluded by the names within them ("symphonic black metal" is
    metal).
    """
    found = [
        *(condition for avoid in request.avoids for condition in _held(avoid, request, known_values)),
        *(one for text in _in_own_words(request) for one in own_exclusions(text, known_values)),
        *_voiceless(request.wants),
        *_limited(request.limits),
        *(_not_itself(seed) for seed in request.seeds if seed.relation == "like" and not seed.welcome),
    ]
    return tuple(dict.fromkeys(condition for condition in found if _says_something(condition)))


def unkept(request: Request) -> tuple[str, ...]:
    """The exclusions, in the request's words, of which no fact tells for sure ("no party music")."""
    return tuple(
        avoid.text
        for avoid in request.avoids
        if not avoid.standing and all(condition.if_known for condition in _avoided(avoid, request, None))
    )


def required_artists(request: Request) -> tuple[int, ...]:
    """The artists whose own tracks are asked for ("by X")."""
    seeds = (seed for seed in request.seeds if seed.relation == "by" and not seed.track_ids)
    return tuple(dict.fromkeys(artist for seed in seeds for artist in seed.artist_ids))


def required_tracks(request: Request) -> tuple[int, ...]:
    """The tracks that are asked for themselves, by their title or their album's."""
    seeds = (seed for seed in request.seeds if seed.relation == "by")
    return tuple(dict.fromkeys(track for seed in seeds for track in seed.track_ids))


def _says_something(condition: Condition) -> bool:
    return bool(condition.excluded) or condition.low is not None or condition.high is not None


def _voiceless(wants: Collection[Want]) -> Iterator[Condition]:
    """Who asks for instrumental music wants to hear nobody sing: a wish that is a promise.

    Not so beside a voice that is wanted: "a woman sings over a dark instrumental".
    """
    if any(want.family == "vocals" and want.name != "instrumental" for want in wants):
        return
    for want in wants:
        if (want.family, want.name) == ("vocals", "instrumental") and want.weight >= 1:
            yield Condition(field="vocals", promise=want.text, excluded=("vocals",))


# --- exclusions ------------------------------------------------------------------------------------


def _held(avoid: Avoid, request: Request, known_values: KnownValues | None) -> Iterator[Condition]:
    for condition in _avoided(avoid, request, known_values):
        yield replace(condition, if_known=True) if avoid.standing else condition


def _avoided(avoid: Avoid, request: Request, known_values: KnownValues | None) -> Iterator[Condition]:
    if avoid.family in _FIELD_BY_ENTITY:
        if avoid.ids:
            yield Condition(field=_FIELD_BY_ENTITY[avoid.family], promise=avoid.text, excluded=avoid.ids)
        return
    family = _lexicon_family(avoid.family)
    if family == "style" and avoid.name == "live":
        yield Condition(field="live", promise=avoid.text, excluded=(True,))
    elif family in FIELD_BY_FAMILY:
        yield _without_words(avoid, family, _exceptions(avoid, family, request), known_values)
    else:
        yield from _same_word_as_mood(avoid, known_values)
    yield from _same_word_as_tag(avoid, FIELD_BY_FAMILY.get(family), known_values)
    words_too = family in FIELD_BY_FAMILY
    for target in _meaning(family, avoid.name):
        yield _outside(target, avoid.text, if_known=words_too)


@lru_cache(maxsize=65_536)
def _folded(value: str) -> str:
    """Folded once: a library has thousands of values, and each exclusion is held against all."""
    return fold(value)


def _same_word_as_tag(
    avoid: Avoid, field: str | None, known_values: KnownValues | None
) -> Iterator[Condition]:
    """What the lexicon calls a mood ("tropical") may be a genre among the library's tags."""
    for one in own_exclusions(avoid.text, known_values):
        found = tuple(value for value in one.excluded if _folded(str(value)) == _folded(avoid.text))
        if one.field != field and found:
            yield replace(one, excluded=found, if_known=True)


def _in_own_words(request: Request) -> Iterator[str]:
    yield from request.unread_avoids
    yield from request.unknown_avoids


def own_exclusions(text: str, known_values: KnownValues | None) -> Iterator[Condition]:
    """What is excluded in words that only the library's own tags know ("no afropop")."""
    if known_values is None:
        return
    words = fold(text).split()
    said = {
        " ".join(words[first:end]) for first in range(len(words)) for end in range(first + 1, len(words) + 1)
    }
    for field in TAGGED if len(words) <= _LONGEST_OWN else ():
        found = tuple(
            value for value in known_values(field) if isinstance(value, str) and _folded(value) in said
        )
        if found:
            yield Condition(field=field, promise=text, excluded=found)


def _same_word_as_mood(avoid: Avoid, known_values: KnownValues | None) -> Iterator[Condition]:
    """What is no mood in a sentence ("nothing upbeat", "no party music") may be one on a tag."""
    mood = lexicon().canonical("mood", avoid.name) or lexicon().canonical("mood", avoid.text)
    if mood is not None:
        same = replace(avoid, family="mood", name=mood)
        yield replace(_without_words(same, "mood", frozenset(), known_values), if_known=True)


def _lexicon_family(family: str) -> Family:
    return next(known for known in _FAMILIES if known == family)


def _meaning(family: Family, name: str) -> Iterator[Target]:
    """What a word means for numbers, without its leanings."""
    term = lexicon().term(family, name)
    for target in term.targets if term else ():
        if target.weight >= 1 and target.value is None:
            yield target


def _outside(target: Target, promise: str, *, if_known: bool) -> Condition:
    return Condition(
        field=target.name,
        promise=promise,
        low=target.low,
        high=None if target.high is None else just_below(target.high),
        outside=True,
        if_known=if_known,
    )


def just_below(number: float) -> float:
    """The last number before: a target ends before its ``high``, the range of a condition includes it.

    In float32, in which an index holds its columns.
    """
    return float(np.nextafter(np.float32(number), np.float32(-np.inf)))


def _without_words(
    avoid: Avoid, family: Family, exceptions: frozenset[str], known_values: KnownValues | None
) -> Condition:
    field = FIELD_BY_FAMILY[family]
    excluded = _excluded(family, avoid.name) - exceptions
    uncertain = _uncertain(family, avoid.name)
    if exceptions:
        excluded.discard(avoid.name)
        uncertain.add(avoid.name)
    for value in known_values(field) if known_values else ():
        named = _names_within(family, value) if isinstance(value, str) else None
        if not isinstance(value, str) or named is None or named & exceptions:
            continue
        if named & excluded or (_is_any_voice(avoid) and "instrumental" not in named):
            excluded.add(value)
        elif family == "vocals" and "instrumental" not in named:
            uncertain.add(value)
    return Condition(
        field=field,
        promise=avoid.text,
        excluded=tuple(sorted(excluded)),
        uncertain=tuple(sorted(uncertain - excluded)),
    )


def _exceptions(avoid: Avoid, family: Family, request: Request) -> frozenset[str]:
    """What is wanted of what is excluded: the talking in "someone talking instead of singing"."""
    kinds = _excluded(family, avoid.name) - {avoid.name}
    wanted = (want.name for want in request.wants if want.family == family and want.name in kinds)
    return frozenset(name for want in wanted for name in lexicon().descendants(family, want))


def _is_any_voice(avoid: Avoid) -> bool:
    return avoid.family == "vocals" and avoid.name == "vocals"


def _excluded(family: Family, name: str) -> set[str]:
    if family == "vocals" and name == "vocals":
        return _family_names(family) - {"instrumental", "whistling"}
    return set(lexicon().descendants(family, name))


def _family_names(family: Family) -> set[str]:
    return {term.name for term in lexicon().terms if term.family == family}


@lru_cache(maxsize=10_000)
def _names_within(family: Family, value: str) -> frozenset[str] | None:
    """The lexicon's names in a value that it does not know as a whole; None for one that it knows."""
    if lexicon().canonical(family, value) is not None:
        return None
    return frozenset(mention.name for mention in lexicon().mentions(value, [family]))


def _uncertain(family: Family, name: str) -> set[str]:
    """Values that leave it open whether the track has what is excluded: "guitar" for electric guitar."""
    if family == "instrument":
        return set(lexicon().ancestors(family, name)) - {name}
    if family != "vocals" or name in ("vocals", "instrumental"):
        return set()
    if name in _VOICES and name not in _OTHER_GENDER:
        return {"vocals"}
    return _family_names(family) - {"instrumental", "clean", _OTHER_GENDER.get(name, "")}


# --- limits and names ------------------------------------------------------------------------------


def _limited(limits: Sequence[Limit]) -> Iterator[Condition]:
    for limit in limits:
        if limit.name in _NUMBERS:
            yield Condition(
                field=limit.name, promise=limit.text, low=limit.low, high=limit.high, outside=limit.excluded
            )


def _not_itself(seed: Seed) -> Condition:
    field, ids = ("track_id", seed.track_ids) if seed.track_ids else ("artist_ids", seed.artist_ids)
    return Condition(field=field, promise=f"like {seed.name}, not {seed.name} itself", excluded=ids)
