"""Likeness to the artists, songs and albums that a request names."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from linernotes.retrieve.field import Field
from linernotes.types import FactSheet, Hits, Ids, Request, Vector
from linernotes.words import lexicon

if TYPE_CHECKING:
    from linernotes.index import Index, Space

MOST_TRACKS: Final = 50
"""Tracks of a seed that are looked at, spread over all it has."""

SEARCHES: Final = 4
"""Searches by sound: around the centre of each seed, and around single tracks as far as they go."""

MOST_TRAITS: Final = 24
"""Values of the facts by which a seed is told from others."""

_TRAIT_WEIGHTS: Final[Mapping[str, float]] = {
    "genres": 1.0,
    "moods": 0.7,
    "instruments": 0.5,
    "decades": 0.4,
    "country": 0.3,
    "vocals": 0.3,
}
"""How much a shared value says, beside its rarity: genre before mood before instrument, by judgement."""
_WIDER_GENRE = 0.5

Trait = tuple[str, str | int]


def likeness_groups(
    request: Request, seed_tracks: Mapping[int, Ids], liked: Sequence[int] = ()
) -> tuple[Ids, ...]:
    """The tracks of each seed that is to be resembled, at most 50 each; seeds without tracks are left out.

    What was ``liked`` in the conversation is one seed more.
    """
    groups: list[Ids] = []
    for seed in request.seeds:
        if seed.relation == "like":
            parts = [np.asarray(seed_tracks.get(artist, ()), dtype=np.int64) for artist in seed.artist_ids]
            own = np.array(seed.track_ids, dtype=np.int64)
            ids = np.unique(np.concatenate([own, *parts]))
            if len(ids):
                groups.append(_spread(ids, MOST_TRACKS))
    if liked:
        groups.append(np.unique(np.array(liked, dtype=np.int64)))
    return tuple(groups)


def _spread(ids: Ids, most: int) -> Ids:
    if len(ids) <= most:
        return ids
    return ids[np.linspace(0, len(ids) - 1, most).astype(np.int64)]


# --- vectors ---------------------------------------------------------------------------------------


def near_sound(index: Index, groups: Sequence[Ids], k: int, allowed: Ids | None) -> Hits:
    """The tracks that sound most like the seeds, by the average over the seeds.

    Likeness to a seed is the middle of the mean and the largest cosine to its tracks. What is compared is
    found by searches around each seed's centre and some of its tracks.
    """
    families = [rows for rows in (_vectors(index, "audio", ids) for ids in groups) if len(rows)]
    if not families:
        return _nothing()
    singles = max(SEARCHES // len(families) - 1, 0)
    probes = [probe for rows in families for probe in (_centre(rows), *_some(rows, singles))]
    found = [index.search_vector("audio", probe, k, allowed).ids for probe in probes]
    near = index.vectors("audio", np.unique(np.concatenate(found)))
    if not len(near.ids):
        return _nothing()
    scores = np.zeros(len(near.ids), dtype=np.float32)
    for rows in families:
        cosines = near.vectors @ rows.T
        scores += (cosines.mean(axis=1) + cosines.max(axis=1)) / (2 * len(families))
    return _largest(near.ids, scores, k)


def near_text(index: Index, groups: Sequence[Ids], k: int, allowed: Ids | None) -> Hits:
    """The tracks whose notes and tags mean most nearly what those of the seeds mean, by cosine."""
    centres = [_centre(rows) for rows in (_vectors(index, "text", ids) for ids in groups) if len(rows)]
    if not centres:
        return _nothing()
    return index.search_vector("text", _centre(np.stack(centres)), k, allowed)


def _vectors(index: Index, space: Space, ids: Ids) -> Vector:
    return index.vectors(space, ids).vectors


def _centre(rows: Vector) -> Vector:
    centre = rows.mean(axis=0)
    return np.asarray(centre / max(float(np.linalg.norm(centre)), 1e-9), dtype=np.float32)


def _some(rows: Vector, most: int) -> Vector:
    if len(rows) < 2:
        return rows[:0]
    return rows[np.linspace(0, len(rows) - 1, min(most, len(rows))).astype(np.int64)]


def _largest(ids: Ids, scores: Vector, k: int) -> Hits:
    """The k best, best first, equal ones by id."""
    order = np.lexsort((ids, -scores))[:k]
    return Hits(ids=ids[order], scores=scores[order])


def _nothing() -> Hits:
    return Hits(ids=np.zeros(0, dtype=np.int64), scores=np.zeros(0, dtype=np.float32))


# --- facts -----------------------------------------------------------------------------------------


def shared_traits(index: Index, groups: Sequence[Ids], field: Field) -> Vector:
    """How much of what marks the seeds each track of the field has: ``(n,) float32``, 0 to 1.

    A trait weighs the share of the seed's tracks that have it times its rarity, log(1 + N / n).
    """
    total = field.zeros()
    for ids in groups:
        traits = _traits([track.sheet for track in index.tracks(ids).values()])
        weighed = _weighed(traits, index)
        whole = sum(trait.weight for trait in weighed) * len(groups)
        for trait in weighed:
            total[field.rows(trait.ids)] += np.float32(trait.weight / whole)
    return total


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weighed:
    """A trait's weight, rarity included, and all who have it."""

    weight: float
    ids: Ids


def _traits(sheets: Sequence[FactSheet]) -> dict[Trait, float]:
    """The seed's values with their share among its tracks, times what their kind says."""
    totals: defaultdict[Trait, float] = defaultdict(float)
    for sheet in sheets:
        for trait, grade in _traits_of(sheet).items():
            totals[trait] += grade
    return {trait: _TRAIT_WEIGHTS[trait[0]] * total / len(sheets) for trait, total in totals.items()}


def _traits_of(sheet: FactSheet) -> dict[Trait, float]:
    traits: dict[Trait, float] = {}
    for genre in sheet.genres:
        for wider in lexicon().ancestors("genre", genre):
            traits[("genres", wider)] = _WIDER_GENRE
    traits.update({("genres", genre): 1.0 for genre in sheet.genres})
    traits.update({("moods", mood): 1.0 for mood in sheet.moods})
    traits.update({("instruments", instrument): 1.0 for instrument in sheet.instruments})
    decades = (sheet.year // 10 * 10,) if sheet.year else sheet.decades
    traits.update({("decades", decade): 1.0 for decade in decades})
    if sheet.country:
        traits[("country", sheet.country)] = 1.0
    if sheet.vocals:
        traits[("vocals", sheet.vocals)] = 1.0
    return traits


def _weighed(traits: Mapping[Trait, float], index: Index) -> list[_Weighed]:
    """The heaviest traits, heaviest first."""
    tracks = len(index.ids())
    weighed: list[_Weighed] = []
    for field in _TRAIT_WEIGHTS:
        values = [value for own, value in traits if own == field]
        for value, ids in index.find(field, values).items() if values else ():
            if field == "decades":
                dated = index.number_between("year", int(value), int(value) + 9)
                ids = np.concatenate([ids, dated])
            if len(ids):
                rarity = math.log1p(tracks / len(ids))
                weighed.append(_Weighed(weight=traits[(field, value)] * rarity, ids=ids))
    weighed.sort(key=lambda trait: -trait.weight)
    return weighed[:MOST_TRAITS]
