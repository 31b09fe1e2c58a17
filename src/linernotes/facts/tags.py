"""What the two taggers hear, as facts: their own tags in, the lexicon's names out.

The taggers' numbers are not probabilities, and differ between the models; what they are good at differs too.
On 20 real recordings the first one (MTT) named the instruments of 16, while the second (MSD) gave genre and
mood words that were weaker. So a tag counts by its rank among the 50 of its model, and a fact's confidence is

    trust(model, fact) * (1 - (rank - 1) / 10) * (0.5 + 0.5 * min(1, score / 0.3))

with no fact below rank 10. A tag that leads with a clear score gets the whole trust, one that leads a flat
field half of it. Voices are told from opposite tags instead ("vocals" against "no vocals").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from linernotes.types import Fact, Family, TagScore
from linernotes.words import lexicon

SOURCE = "audio:musicnn"
MOST_PER_NAME = {"genre": 3, "instrument": 4, "mood": 3}
_SECOND_GENRE_SHARE = 0.8
"""A further genre must be heard nearly as clearly as the first: on 15 real pieces what came below was noise
("indie rock" behind "classical")."""
_LAST_RANK = 10
_CLEAR_SCORE = 0.3

# Tags without an entry ("weird", "classic", "80s", "catchy", "solo") say nothing that a note should repeat.
_TAGS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "mtt": {
        "guitar": ("instrument", "guitar"),
        "strings": ("instrument", "strings"),
        "drums": ("instrument", "drums"),
        "piano": ("instrument", "piano"),
        "violin": ("instrument", "violin"),
        "synth": ("instrument", "synthesizer"),
        "harpsichord": ("instrument", "harpsichord"),
        "flute": ("instrument", "flute"),
        "sitar": ("instrument", "sitar"),
        "harp": ("instrument", "harp"),
        "cello": ("instrument", "cello"),
        "classical": ("genre", "classical"),
        "techno": ("genre", "techno"),
        "electronic": ("genre", "electronic"),
        "rock": ("genre", "rock"),
        "ambient": ("genre", "ambient"),
        "opera": ("genre", "opera"),
        "pop": ("genre", "pop"),
        "new age": ("genre", "new age"),
        "country": ("genre", "country"),
        "metal": ("genre", "metal"),
        "choral": ("genre", "choral"),
    },
    "msd": {
        "rock": ("genre", "rock"),
        "pop": ("genre", "pop"),
        "alternative": ("genre", "alternative rock"),
        "indie": ("genre", "indie rock"),
        "electronic": ("genre", "electronic"),
        "dance": ("genre", "dance"),
        "alternative rock": ("genre", "alternative rock"),
        "jazz": ("genre", "jazz"),
        "metal": ("genre", "metal"),
        "chillout": ("genre", "chillout"),
        "classic rock": ("genre", "classic rock"),
        "soul": ("genre", "soul"),
        "indie rock": ("genre", "indie rock"),
        "electronica": ("genre", "electronica"),
        "folk": ("genre", "folk"),
        "punk": ("genre", "punk"),
        "blues": ("genre", "blues"),
        "hard rock": ("genre", "hard rock"),
        "ambient": ("genre", "ambient"),
        "experimental": ("genre", "experimental"),
        "hip-hop": ("genre", "hip hop"),
        "country": ("genre", "country"),
        "easy listening": ("genre", "easy listening"),
        "funk": ("genre", "funk"),
        "electro": ("genre", "electro"),
        "heavy metal": ("genre", "heavy metal"),
        "progressive rock": ("genre", "progressive rock"),
        "rnb": ("genre", "r&b"),
        "indie pop": ("genre", "indie pop"),
        "house": ("genre", "house"),
        "mellow": ("mood", "mellow"),
        "chill": ("mood", "relaxed"),
        "sexy": ("mood", "sensual"),
        "sad": ("mood", "sad"),
        "happy": ("mood", "happy"),
        "beautiful": ("mood", "beautiful"),
        "guitar": ("instrument", "guitar"),
    },
}
_TRUST = {
    ("mtt", "instrument"): 0.7,
    ("msd", "instrument"): 0.4,
    ("mtt", "genre"): 0.45,
    ("msd", "genre"): 0.5,
    ("msd", "mood"): 0.45,
}

_VOICE = ("vocal", "vocals", "singing", "voice")
_FEMALE = ("female", "woman", "female vocal", "female voice", "female vocalists", "female vocalist")
_MALE = ("male", "man", "male vocal", "male voice", "male vocalists")
_CHOIR = ("choir", "choral")
_NO_VOICE = ("no vocals", "no vocal", "no voice", "instrumental")
_MARGIN = 2.0
"""One side of a question about the voice must score this many times the other; in between it is unknown."""
_AUDIBLE = 0.1
"""And this much at least: in a flat field nothing is heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """A tag as a fact, before the best of several are taken."""

    name: str
    value: str
    confidence: float


def facts_from_tags(tags: Iterable[TagScore]) -> tuple[Fact, ...]:
    """Genres (3 at most), instruments (4), moods (3) and the voice, by the taggers' ranks, best first.

    A genre is left out where a narrower one of its kind was heard. Models and tags that are not known
    are passed over.
    """
    by_model: dict[str, list[TagScore]] = {}
    for tag in tags:
        by_model.setdefault(_model_of(tag.model), []).append(tag)
    heard = [item for model, scored in by_model.items() for item in _heard(model, scored)]
    facts = [_fact(item.name, item.value, item.confidence) for item in _best(heard)]
    voice = _voice([tag for model in by_model if model in _TAGS for tag in by_model[model]])
    return (*facts, voice) if voice else tuple(facts)


def _model_of(name: str) -> str:
    """``mtt`` or ``msd``, however the tagger names its model ("MTT_musicnn")."""
    lowered = name.lower()
    return next((model for model in _TAGS if model in lowered), lowered)


def _heard(model: str, scored: Sequence[TagScore]) -> list[_Heard]:
    known = _TAGS.get(model, {})
    ranked = sorted(scored, key=lambda tag: (-tag.score, tag.tag))[:_LAST_RANK]
    heard: list[_Heard] = []
    for place, tag in enumerate(ranked):
        if meaning := known.get(tag.tag.lower()):
            name, value = meaning
            clear = 0.5 + 0.5 * min(1.0, max(tag.score, 0.0) / _CLEAR_SCORE)
            confidence = _TRUST[model, name] * (1 - place / _LAST_RANK) * clear
            heard.append(_Heard(name=name, value=_canonical(name, value), confidence=confidence))
    return heard


def _canonical(name: str, value: str) -> str:
    families: Mapping[str, Family] = {"genre": "genre", "instrument": "instrument", "mood": "mood"}
    return lexicon().canonical(families[name], value) or value


def _best(heard: Sequence[_Heard]) -> list[_Heard]:
    chosen: list[_Heard] = []
    for item in sorted(heard, key=lambda item: -item.confidence):
        of_name = [other for other in chosen if other.name == item.name]
        if len(of_name) < MOST_PER_NAME[item.name] and all(other.value != item.value for other in of_name):
            chosen.append(item)
    genres = [item for item in chosen if item.name == "genre"]
    broad = {wide for item in genres for wide in lexicon().ancestors("genre", item.value) - {item.value}}
    narrow = [item for item in genres if item.value not in broad]
    clear = [item for item in narrow if item.confidence >= _SECOND_GENRE_SHARE * narrow[0].confidence]
    return [item for item in chosen if item.name != "genre" or item in clear]


def _voice(tags: Sequence[TagScore]) -> Fact | None:
    scores: dict[str, float] = {}
    for tag in tags:
        scores[tag.tag.lower()] = max(tag.score, scores.get(tag.tag.lower(), 0.0))

    def strongest(names: tuple[str, ...]) -> float:
        return max((scores.get(name, 0.0) for name in names), default=0.0)

    female, male, choir = strongest(_FEMALE), strongest(_MALE), strongest(_CHOIR)
    silence, voice = strongest(_NO_VOICE), max(strongest(_VOICE), female, male, choir)
    if _clearly(silence, voice):
        return _fact("vocals", "instrumental", _confidence(silence, voice))
    if not _clearly(voice, silence):
        return None
    if _clearly(choir, max(female, male)):
        return _fact("vocals", "choir", _confidence(choir, max(female, male, silence)))
    if _clearly(female, male):
        return _fact("vocals", "female vocals", _confidence(female, max(male, silence)))
    if _clearly(male, female):
        return _fact("vocals", "male vocals", _confidence(male, max(female, silence)))
    return _fact("vocals", "vocals", _confidence(voice, silence))


def _clearly(score: float, other: float) -> bool:
    return score >= _AUDIBLE and score >= _MARGIN * other


def _confidence(score: float, other: float) -> float:
    """0.35 where the winner is just twice the loser, up to 0.7 where the loser is not heard at all."""
    return 0.7 * (1.0 - other / score) if score > other else 0.35


def _fact(name: str, value: str, confidence: float) -> Fact:
    return Fact(name=name, value=value, source=SOURCE, confidence=round(confidence, 3))
