"""Why a track was picked, in words a person can read, each resting on evidence that is handed along.

Every sentence is held against the sheet before it is said: a quality that was asked for and is not among
the track's facts is never claimed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from linernotes.explain.asked import names, qualities, situation
from linernotes.explain.company import company
from linernotes.explain.evidence import Evidence, Personal, Told
from linernotes.explain.personal import in_comparison, personal
from linernotes.explain.promised import doubts, kept
from linernotes.types import Candidates, Reason, Request, Track
from linernotes.words import fold

__all__ = ["MOST", "Evidence", "Personal", "channel_scores", "in_comparison", "reasons_for"]

MOST: Final = 4
"""Reasons a pick: more are not read."""

# How much a reason says, beside what asked.py and promised.py give theirs.
_FAME, _NOTE, _DENSE = 0.6, 0.5, 0.2

_CLOSE = 0.3
"""Likeness of request and note: most of what is found by meaning alone is at half of it."""
_LITTLE_KNOWN, _WELL_KNOWN = 0.4, 0.6
_LONGEST_PHRASE = 3
_STOP_WORDS = frozenset(
    [
        *("about", "also", "from", "give", "good", "great", "have", "just", "kind", "like", "lots", "make"),
        *("maybe", "more", "most", "music", "need", "play", "please", "really", "some", "something", "song"),
        *("songs", "sort", "stuff", "that", "them", "then", "there", "thing", "things", "this", "track"),
        *("tracks", "very", "want", "what", "when", "which", "will", "with", "would", "your"),
    ]
)


def reasons_for(
    request: Request, track: Track, evidence: Evidence, *, most: int = MOST
) -> tuple[Reason, ...]:
    """At most ``most`` reasons, strongest first; what is not known of a promise always stands last.

    () where nothing can be said truly.
    """
    told = [
        *qualities(request, evidence),
        *names(request, track, evidence),
        *kept(request, evidence),
        *company(evidence),
        *_fame(request, track),
        *personal(evidence),
        *_likeness(evidence),
    ]
    told += situation(request, evidence, told)
    told += _note(request, evidence.note, told)
    unknown = tuple(doubts(request, evidence.unverified))
    return (*_each_once(told)[: max(most - len(unknown), 0)], *unknown)


def _each_once(told: Sequence[Told]) -> list[Reason]:
    """The reasons, strongest first; of those that rest on the same fact only the strongest."""
    reasons: dict[object, Reason] = {}
    for item in sorted(told, key=lambda item: -item.strength):
        evidence = item.reason.evidence
        rests_on = (evidence["fact"], evidence["value"]) if "fact" in evidence else item.reason.text
        reasons.setdefault(rests_on, item.reason)
    return list(reasons.values())


def channel_scores(candidates: Candidates, track_id: int) -> dict[str, float]:
    """The score of each channel that found the track; {} for one that is not among the candidates."""
    row = int(candidates.ids.searchsorted(track_id))
    if row == len(candidates.ids) or candidates.ids[row] != track_id:
        return {}
    pairs = zip(candidates.channels, candidates.scores[row].tolist(), strict=True)
    return {channel: score for channel, score in pairs if score == score}  # NaN: the channel did not find it


def _fame(request: Request, track: Track) -> Iterator[Told]:
    dial, known = request.popularity or 0.0, track.popularity
    if known is None:
        return
    if dial < 0 and known <= _LITTLE_KNOWN:
        word = "little known"
    elif dial > 0 and known >= _WELL_KNOWN:
        word = "well known"
    else:
        return
    text = f"{word} (popularity {known:.2f})"
    yield Told(strength=_FAME, reason=Reason(text=text, evidence={"fact": "popularity", "value": known}))


def _likeness(evidence: Evidence) -> Iterator[Told]:
    likeness = evidence.scores.get("dense", 0.0)
    if likeness > 0:
        how = "close to" if likeness >= _CLOSE else "somewhat like"
        text = f"{how} your words (likeness {likeness:.2f})"
        yield Told(strength=_DENSE, reason=Reason(text=text, evidence={"text_likeness": round(likeness, 3)}))


def _note(request: Request, note: str, told: Sequence[Told]) -> list[Told]:
    """The longest run of the request's words that the note has too and no other reason tells already."""
    avoided = {avoid.text for avoid in request.avoids}
    asked = (request.rest, *(want.text for want in request.wants if want.text not in avoided))
    said = " ".join(item.reason.text for item in told).casefold()
    roughly = note.casefold()
    phrases = [one for one in _asked_phrases(asked) if one not in said and one.split()[0] in roughly]
    if not phrases:  # most notes: folding them would be the costliest part of an answer
        return []
    spoken = f" {fold(note)} "
    found = [phrase for phrase in phrases if f" {phrase} " in spoken]
    if not found:
        return []
    phrase = max(found, key=lambda phrase: (phrase.count(" "), len(phrase)))
    reason = Reason(text=f"its note speaks of “{phrase}”", evidence={"note": phrase})
    return [Told(strength=_NOTE, reason=reason)]


@lru_cache(maxsize=64)
def _asked_phrases(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(phrase for text in texts for phrase in _phrases(fold(text)))


def _phrases(text: str) -> Iterator[str]:
    words = text.split()
    for length in range(_LONGEST_PHRASE, 0, -1):
        for start in range(len(words) - length + 1):
            run = words[start : start + length]
            if all(len(word) > 3 and word not in _STOP_WORDS for word in (run[0], run[-1])):
                yield " ".join(run)
