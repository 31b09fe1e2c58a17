"""What people noted of a clip ("punchy snare", "sad", "male voice singing"), as a sheet of facts.

The sheet keeps their own words, so that a note made from it can be found again by what another person says
of the clip. What is heard and is no instrument ("fruity male vocal", "crowd cheering", "groovy rhythm")
stands among the instruments; a tempo in words ("slow tempo") among the moods, for the sheet's own tempo is a
number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from linernotes.describe.told import as_data
from linernotes.types import FactSheet, Family
from linernotes.words import fold, lexicon

_NEGATED = re.compile(r"^(?:no|not|without)\b")
_NO_VOICE = re.compile(r"^(?:no|without) (?:\w+ )?(?:vocals?|voices?|singers?|singing|words|lyrics)\b")
_INSTRUMENTAL = re.compile(r"^(?:an )?instrumental(?: (?:music|song|piece|track))?$")
_MALE = re.compile(r"\b(?:male|man|men|boys?|baritone|tenor)\b")
_FEMALE = re.compile(r"\b(?:female|woman|women|girls?|soprano|alto)\b")
_VOICE = re.compile(
    r"\b(?:vocals?|voices?|vocali[sz]ations?|vocalists?|sing|singers?|singing|rap|raps|rappers?|rapping"
    r"|choirs?|choral|chants?|chanting|speech|speaking|talking|narrat\w+|spoken|a ?cap+el+a|falsetto)\b"
    r"(?! (?:beat|song|music))"
)
_BARE_VOICES = ("male", "female", "baritone", "tenor", "soprano", "alto")
_KIND = re.compile(r"\b(?:music|songs?|themes?|soundtrack|jingle|anthem|ballad|carols?|jam|show|movie|game)$")
_HEARD = re.compile(
    r"\b(?:melod(?:y|ies)|chords?|(?:bass ?)?lines?|beats?|drum(?:s|ming)?|hits?|hats?|kicks?|snares?"
    r"|cymbals?|crashes|rimshots?|claps?|sounds?|effects?|noises?|tones?|solos?|riffs?|licks?|samples?|arpeggios?"
    r"|patterns?|harmon(?:y|ies)|rhythms?|grooves?|percussions?|strings?|keys|pads?|leads?|stabs?|notes?|swells?"
    r"|rolls?|bells?|blocks?|accompaniment|glissandos?|laugh(?:s|ter)?|motifs?|playing|strumming|plucking"
    r"|coughing|clapping)$"
)
"""What is heard, whatever it is like: "mellow kick hits"."""
_FEELING = re.compile(
    r"\b(?:feel(?:ing)?|vibes?|moods?|atmosphere|ambien[ct]e|spirit|emotions?|\w*tempo|paced?)$"
)
_QUALITY = re.compile(
    r"(?:ed|ful|ic|ing|ive|y|ous|ant|ent|al|ish|able|ible|less|ern|i[ac]an|sh|deep|hip|sharp|simple|subtle"
    r"|quiet|sweet)$"
)
_FIELDS: Mapping[Family, str] = {
    "instrument": "instruments",
    "genre": "genres",
    "mood": "moods",
    "tempo": "moods",
    "energy": "moods",
    "style": "styles",
}
"""Where phrases go by what they name; of a phrase that names several things, the first one here decides."""


def sheet_from_aspects(aspects: Iterable[str]) -> FactSheet:
    """The sheet that holds the aspects, each once, in their order, but for those that deny something."""
    phrases = [clean for aspect in aspects if (clean := as_data(aspect.replace("’", "'")).lower())]
    values: dict[str, dict[str, None]] = {field: {} for field in _FIELDS.values()}
    for phrase in phrases:
        if field := _field(phrase):
            values[field][phrase] = None
    return FactSheet(
        genres=tuple(values["genres"]),
        instruments=tuple(values["instruments"]),
        moods=tuple(values["moods"]),
        styles=tuple(values["styles"]),
        vocals=_voice(phrases),
        live=True if any(_is_live(phrase) for phrase in phrases) else None,
    )


def _field(phrase: str) -> str | None:
    """The list of the sheet in which the phrase belongs; None where another field tells it, or none."""
    if _NEGATED.match(phrase) or _INSTRUMENTAL.match(phrase) or _is_live(phrase) or _is_plain_voice(phrase):
        return None
    if _VOICE.search(phrase):
        return "instruments"
    whole = [family for family, _ in lexicon().meanings(phrase) if family in _FIELDS]
    if not whole and _HEARD.search(phrase):
        return "instruments"
    if not whole and _FEELING.search(phrase):
        return "moods"
    named = {mention.family for mention in lexicon().mentions(phrase, list(_FIELDS))} - {"style"}
    if whole == ["style"] and _KIND.search(phrase):
        return "genres"
    if family := next((family for family in (*whole, *_FIELDS) if family in {*whole, *named}), None):
        return _FIELDS[family]
    if _KIND.search(phrase):
        return "genres"
    return "moods" if " " not in phrase and _QUALITY.search(phrase) else "instruments"


def _is_live(phrase: str) -> bool:
    return ("style", "live") in lexicon().meanings(phrase)


def _is_plain_voice(phrase: str) -> bool:
    """Whether the field ``vocals`` says all that the phrase does ("male singer")."""
    return phrase in _BARE_VOICES or any(family == "vocals" for family, _ in lexicon().meanings(phrase))


def _voice(phrases: Sequence[str]) -> str | None:
    """Who is heard, by the names that sheets have for it; None where nothing is said of it."""
    voiced = [
        fold(phrase)
        for phrase in phrases
        if (_VOICE.search(phrase) or _is_plain_voice(phrase))
        and not (_NEGATED.match(phrase) or _INSTRUMENTAL.match(phrase))
    ]
    names = {mention.name for phrase in voiced for mention in lexicon().mentions(phrase, ["vocals"])}
    for name in ("rap vocals", "choir", "spoken word", "duet"):
        if name in names:
            return name
    sexes = [sex for sex, words in (("male", _MALE), ("female", _FEMALE)) if any(map(words.search, voiced))]
    if voiced:
        return " and ".join(sexes) + " vocals" if sexes else "vocals"
    is_silent = any(_NO_VOICE.match(phrase) or _INSTRUMENTAL.match(phrase) for phrase in phrases)
    return "instrumental" if is_silent else None
