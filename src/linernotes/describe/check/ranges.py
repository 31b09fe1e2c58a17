"""What words claim of the numbers of a sheet: "brisk" a tempo of 120 to 140, "hushed" a loudness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from linernotes.describe.check.common import tempos
from linernotes.describe.check.patterns import words_of
from linernotes.describe.check.reading import Reading
from linernotes.types import Family, Target
from linernotes.words import BANDS, fold, lexicon

FAMILIES: tuple[Family, ...] = ("mood", "tempo", "energy")
"""The families of the lexicon whose words may claim a number."""
# Moods that lean on a number, but say more than it can: a low valence alone is not menacing.
_MORE_THAN_A_NUMBER = words_of(
    "angry aggressive menacing haunting lonely heartbroken moody meditative sleepy rowdy festive spiritual"
)
_SLACK = {"tempo_bpm": 1.0, "loudness_lufs": 0.5, "duration_s": 1.0}
_SHARE_SLACK = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A claim on a number of the sheet: ``low <= value < high``."""

    name: str
    low: float
    high: float


_INFINITE = float("inf")
_LIVELY_FOR_DANCING = Range(name="danceability", low=0.65, high=_INFINITE)
_HARD_TO_DANCE_TO = Range(name="danceability", low=0.0, high=0.35)
_ELECTRIC = Range(name="acousticness", low=0.0, high=0.1)
_ACOUSTIC = Range(name="acousticness", low=0.7, high=_INFINITE)
_EVEN = Range(name="valence", low=0.45, high=0.6)

# Other ways in which notes say what the table of bands says.
PHRASES: Mapping[str, Range] = {
    "undanceable": _HARD_TO_DANCE_TO,
    "not danceable": _HARD_TO_DANCE_TO,
    "not made for dancing": _HARD_TO_DANCE_TO,
    "no dance": _HARD_TO_DANCE_TO,
    "easy to dance to": _LIVELY_FOR_DANCING,
    "built for dancing": _LIVELY_FOR_DANCING,
    "electronic through and through": _ELECTRIC,
    "electric through and through": _ELECTRIC,
    "electronic throughout": _ELECTRIC,
    "electronic to the bone": _ELECTRIC,
    "electric to the bone": _ELECTRIC,
    "fully acoustic": _ACOUSTIC,
    "purely acoustic": _ACOUSTIC,
    "all acoustic": _ACOUSTIC,
    "unplugged": _ACOUSTIC,
    "neither glad nor sad": _EVEN,
    "neither happy nor sad": _EVEN,
    "neither sad nor happy": _EVEN,
    "between sad and glad": _EVEN,
    "between sadness and gladness": _EVEN,
    "between sorrow and gladness": _EVEN,
    "relaxed": Range(name="tempo_bpm", low=80.0, high=100.0),
}
ADVERBS = {
    "slowly": "slow",
    "very slowly": "very slow",
    "quickly": "fast",
    "swiftly": "fast",
    "briskly": "brisk",
    "gently": "gentle",
    "softly": "soft",
    "quietly": "quiet",
    "very quietly": "very quiet",
    "loudly": "loud",
    "energetically": "energetic",
    "intensely": "intense",
    "darkly": "dark",
    "brightly": "bright",
    "warmly": "warm",
    "happily": "happy",
    "joyfully": "joyful",
    "joyous": "joyful",
    "calmly": "gentle",
}


@cache
def ranges_of(phrase: str) -> tuple[Range, ...]:
    """What the phrase may claim of a number; one that holds is enough.

    The lexicon's wider meaning counts for a word of the table only where it is the plain one: 150 bpm is
    "fast" as well as "very fast", but not "brisk".
    """
    ranges = [PHRASES[phrase]] if phrase in PHRASES else []
    for name, bands in BANDS.items():
        for band in bands:
            if phrase in map(fold, band.words):
                ranges.append(Range(name=name, low=band.low, high=band.high))
    is_in_table = bool(ranges)
    for family in FAMILIES:
        canonical = lexicon().canonical(family, phrase)
        if family == "mood" and canonical in _MORE_THAN_A_NUMBER:
            continue
        if canonical and (not is_in_table or phrase == canonical):
            term = lexicon().term(family, canonical)
            ranges += [_range_of(target) for target in term.targets if _is_meaning(target)] if term else []
    return tuple(ranges)


def _is_meaning(target: Target) -> bool:
    """Whether the target is what the word means, not a leaning, and speaks of a number."""
    return target.weight == 1.0 and target.name in BANDS and target.value is None


def _range_of(target: Target) -> Range:
    low = -_INFINITE if target.low is None else target.low
    high = _INFINITE if target.high is None else target.high
    return Range(name=target.name, low=low, high=high)


def holds(claim: Range, reading: Reading) -> bool:
    """Whether the sheet bears the claim out; of a range of tempos, either end or the middle may do it."""
    slack = _SLACK.get(claim.name, _SHARE_SLACK)
    return any(claim.low - slack <= value < claim.high + slack for value in values_of(claim.name, reading))


def values_of(name: str, reading: Reading) -> tuple[float, ...]:
    """The values of a number of the sheet; a collection has up to three tempos and their middle."""
    value: float | None = getattr(reading.facts, name)
    if value is None:
        return ()
    ends = tempos(reading.collection) if reading.collection and name == "tempo_bpm" else ()
    return tuple(dict.fromkeys((value, *ends)))
