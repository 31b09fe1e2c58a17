"""Reasons from what was asked for: qualities, names, the situation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from linernotes.explain.evidence import (
    Evidence,
    Told,
    listed,
    meaning,
    met,
    on_fact,
    targets_of,
    values_among,
)
from linernotes.types import FactSheet, FactValue, Family, Reason, Request, Seed, Track
from linernotes.words import lexicon

ASKED: Final = 1.0
BY: Final = 0.95
MEASURED: Final = 0.9
SHARED: Final = 0.85
AUDIO: Final = 0.8
SITUATION: Final = 0.65

SEED_SHARE: Final = 0.2
"""A quality is an artist's when a fifth of the artist's tracks have it."""
_MOST_SHARED = {"genres": 2, "moods": 1, "instruments": 1}
_SITUATIONS: tuple[Family, ...] = ("activity", "company", "time")


def qualities(request: Request, evidence: Evidence) -> Iterator[Told]:
    """The wants that the sheet is known to meet: by name, by a kind of it, or by what the word means."""
    for want in request.wants:
        if want.family in _SITUATIONS:
            continue
        named = _named(want.family, want.name, evidence)
        if named is not None:
            yield Told(strength=ASKED * want.weight, reason=named)
            continue
        for reason in met(meaning(want.family, want.name), evidence):
            yield Told(strength=MEASURED * want.weight, reason=reason)


def _named(family: Family, name: str, evidence: Evidence) -> Reason | None:
    if family == "style" and name == "live":
        live = evidence.sheet.live
        return on_fact("a live recording, as you asked", "live", True, evidence) if live else None
    found = values_among(family, lexicon().descendants(family, name), evidence.sheet)
    if not found:
        return None
    value = name if name in found else found[0]
    link = "as you asked" if value == name or family == "vocals" else f"a kind of {name}"
    if value != name and family == "country":
        link = f"which is part of the {name}" if name.startswith("United") else f"which is part of {name}"
    return on_fact(f"{family}: {value}, {link}", family, value, evidence)


def names(request: Request, track: Track, evidence: Evidence) -> Iterator[Told]:
    """What the pick has to do with the artists, songs and albums in the request."""
    for seed in request.seeds:
        if seed.relation == "by":
            yield from _by(seed, track)
        elif shared := _shared(evidence.sheet, evidence.seeds.get(seed.name, ())):
            text = f"shares {listed(shared)} with {seed.name}"
            facts: dict[str, FactValue | None] = {"seed": seed.name, "shared": ", ".join(shared)}
            yield Told(strength=SHARED, reason=Reason(text=text, evidence=facts))
    likes = [seed.name for seed in request.seeds if seed.relation == "like"]
    likeness = evidence.scores.get("audio", 0.0)
    if likes and likeness > 0:
        text = f"sounds like recordings of {listed(likes, 'or')} (audio likeness {likeness:.2f})"
        yield Told(strength=AUDIO, reason=Reason(text=text, evidence={"audio_likeness": round(likeness, 3)}))


def _by(seed: Seed, track: Track) -> Iterator[Told]:
    if track.id not in seed.track_ids and not set(track.artist_ids) & set(seed.artist_ids):
        return
    text = {
        "artist": f"by {seed.name}, as you asked",
        "album": f"from {seed.name}, as you asked",
        "track": "the song you named",
    }[seed.kind]
    yield Told(strength=BY, reason=Reason(text=text, evidence={seed.kind: seed.name}))


def _shared(sheet: FactSheet, seeds: Sequence[FactSheet]) -> tuple[str, ...]:
    """What the track has in common with enough of the seed's tracks, at most four values."""
    shared: list[str] = []
    for name, most in _MOST_SHARED.items():
        counts = Counter(value for seed in seeds for value in getattr(seed, name))
        least = max(1.0, SEED_SHARE * len(seeds))
        shared += [value for value in getattr(sheet, name) if counts[value] >= least][:most]
    return tuple(shared)


def situation(request: Request, evidence: Evidence, told: Sequence[Told]) -> Iterator[Told]:
    """What makes the pick fit the situation, beside what is told already: two facts at most for each part."""
    known = {_rests_on(item.reason) for item in told}
    for family in _SITUATIONS:
        name: str | None = getattr(request.context, family)
        if name is None:
            continue
        fits = met(targets_of(family, name), evidence)
        fitting = list(
            {_rests_on(reason): reason for reason in fits if _rests_on(reason) not in known}.values()
        )
        if fitting:
            yield _fits(fitting[:2], _said(request, family, name))


def _rests_on(reason: Reason) -> tuple[object, object]:
    return reason.evidence.get("fact"), reason.evidence.get("value")


def _fits(reasons: Sequence[Reason], situation: str) -> Told:
    facts: dict[str, FactValue | None] = {"context": situation}
    for reason in reasons:
        facts[str(reason.evidence["fact"])] = reason.evidence["value"]
    text = f"{listed([reason.text for reason in reasons])}, for {situation}"
    return Told(strength=SITUATION, reason=Reason(text=text, evidence=facts))


def _said(request: Request, family: Family, name: str) -> str:
    """What the request calls the situation, or what we call it."""
    wants = (want for want in request.wants if want.family == family and want.name == name)
    return next((want.text for want in wants if want.text), name)
