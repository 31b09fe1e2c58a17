"""Reasons from what is known of the listener: each ranking step that turned to them leaves its word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from linernotes.explain.evidence import Evidence, Personal, Told
from linernotes.types import FactValue, Reason

TASTE, WORDS, OTHERS, FAME, EXPLORED = 0.45, 0.5, 0.42, 0.4, 0.9
LEAST: Final = 0.03
"""What a step must have added before it is a reason."""

_MORE_OR_LESS: Final = {
    "tempo_bpm": ("faster", "slower"),
    "energy": ("more energetic", "calmer"),
    "valence": ("happier", "sadder"),
    "danceability": ("more danceable", "less danceable"),
    "acousticness": ("more acoustic", "less acoustic"),
    "loudness_lufs": ("louder", "quieter"),
    "year": ("newer", "older"),
    "popularity": ("better known", "less known"),
}


def personal(evidence: Evidence) -> Iterator[Told]:
    """What turned the ranking to the listener, where it lifted this pick."""
    known = evidence.personal or Personal()
    if "explored" in evidence.traces and evidence.traces["explored"] > 0:
        reason = Reason(text="something new, to find out whether you like it", evidence={"explored": True})
        yield Told(strength=EXPLORED, reason=reason)
    lift = evidence.traces.get("taste", LEAST if known.who and known.closest else 0.0)
    if lift >= LEAST:
        facts: dict[str, FactValue | None] = {"taste": round(lift, 3), "track_id": known.closest_id}
        likes = f"{known.who} likes" if known.who else "you like"
        text = f"close to “{known.closest}”, which {likes}" if known.closest else "close to what you liked"
        yield Told(strength=TASTE, reason=Reason(text=text, evidence=facts))
    if evidence.traces.get("others", 0.0) >= LEAST:
        added = round(evidence.traces["others"], 3)
        text = "others who like what you like, like it"
        yield Told(strength=OTHERS, reason=Reason(text=text, evidence={"others": added}))
    if evidence.traces.get("calibration", 0.0) > 0:
        reason = Reason(text="as well or as little known as what you like", evidence={"calibration": True})
        yield Told(strength=FAME, reason=reason)
    meant = evidence.traces.get("own_words", 0.0)
    if meant >= LEAST and known.words:
        word, field, shift = known.words[0]
        text = f"for you, “{word}” is {in_comparison(field, shift)} than for most"
        yield Told(
            strength=WORDS, reason=Reason(text=text, evidence={"word": word, "field": field, "shift": shift})
        )


def in_comparison(field: str, shift: float) -> str:
    """A number's shift as people say it: "slower"."""
    more, less = _MORE_OR_LESS.get(field, (f"higher in {field}", f"lower in {field}"))
    return more if shift > 0 else less
