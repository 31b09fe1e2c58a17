"""Many songs as one sheet: what can be told of an artist or a genre."""

from __future__ import annotations

import hashlib
import json
import math
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import Literal

from linernotes.facts.contrast import KNOWN_SHARE, LibrarySummary, is_enough, stands_out
from linernotes.types import CollectionSheet, FactSheet
from linernotes.words import lexicon

# A fact is told of the whole when it is known of enough tracks and enough of those agree.
_ALL = 0.9
_MOSTLY = 0.6
_SHARE_PER_NAME = {"genres": 0.1, "instruments": 0.2, "moods": 0.15, "decades": 0.1}
_MOST_PER_NAME = {"genres": 3, "instruments": 5, "moods": 3, "decades": 8}
_MOST_RELATIVES = 3
_COUNTS = ("tracks", "artists")
_COUNT_STEP = 1.1
"""A library grows all the time: a count that changed by less than a tenth is no reason for a new note."""


def summarise(
    sheets: Sequence[FactSheet],
    *,
    kind: Literal["artist", "genre"] = "artist",
    artists: int | None = None,
    genre: str | None = None,
    neighbours: Sequence[str] = (),
    library: LibrarySummary | None = None,
) -> CollectionSheet:
    """What the sheets of an artist's or a genre's tracks have in common; most frequent values first.

    ``vocals`` is a voice when nine of ten known tracks have it, "mostly ..." when six have. The tempo range
    leaves out the slowest and the fastest tenth, where a tempo is most often misread by half or double.
    Of a genre, ``genre`` is its name as sheets tell it, ``artists`` how many made its tracks, and
    ``neighbours`` are the library's genres, the commonest first. ``library`` is what is held against.
    """
    tempos = _known(sheet.tempo_bpm for sheet in sheets)
    years = [sheet.year for sheet in sheets if sheet.year is not None]
    is_genre = kind == "genre"
    return CollectionSheet(
        kind=kind,
        tracks=len(sheets),
        artists=artists if is_genre else None,
        genres=() if is_genre else _frequent("genres", [sheet.genres for sheet in sheets]),
        instruments=_frequent("instruments", [sheet.instruments for sheet in sheets]),
        vocals=_common([sheet.vocals for sheet in sheets], len(sheets)),
        moods=_frequent("moods", [sheet.moods for sheet in sheets]),
        first_year=min(years, default=None),
        last_year=max(years, default=None),
        tempo_low_bpm=_quantile(tempos, 0.1) if is_enough(tempos, len(sheets)) else None,
        tempo_high_bpm=_quantile(tempos, 0.9) if is_enough(tempos, len(sheets)) else None,
        tempo_median_bpm=_median(tempos, len(sheets)),
        mode=_mode(sheets),
        energy_median=_median(_known(sheet.energy for sheet in sheets), len(sheets)),
        acousticness_median=_median(_known(sheet.acousticness for sheet in sheets), len(sheets)),
        decades=() if years else tuple(sorted({decade for sheet in sheets for decade in sheet.decades})),
        country=_agreed([sheet.country for sheet in sheets], len(sheets)),
        parents=_parents(genre),
        relatives=relatives(genre, neighbours),
        stands_out=stands_out(sheets, library) if library else (),
    )


def relatives(genre: str | None, neighbours: Iterable[str]) -> tuple[str, ...]:
    """Those of the neighbours that share a parent with the genre, three at most.

    Who shares more parents comes first, then the earlier neighbour.
    """
    parents = set(_parents(genre))
    if not parents:
        return ()
    shared = {other: len(parents & set(_parents(other))) for other in neighbours if other != genre}
    siblings = sorted((other for other in shared if shared[other]), key=lambda other: -shared[other])
    return tuple(siblings[:_MOST_RELATIVES])


def collection_hash(sheet: CollectionSheet) -> str:
    """A hash of all that the sheet tells, with numbers as precise as they are told (32 hex digits).

    It changes when a note made from the sheet would have to be made again. Of the counts of tracks and
    artists it holds the size in steps of a tenth, so that one album more does not rewrite a large shelf.
    """
    told = {field.name: _as_told(field.name, getattr(sheet, field.name)) for field in fields(sheet)}
    known = {name: value for name, value in told.items() if value not in (None, [])}
    canonical = json.dumps(known, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.blake2b(canonical.encode(), digest_size=16).hexdigest()


def _as_told(name: str, value: object) -> object:
    if name in _COUNTS and isinstance(value, int):
        return math.floor(math.log(value, _COUNT_STEP)) if value else -1
    if isinstance(value, float):
        return round(value) if name.endswith("_bpm") else round(value, 2)
    return list(value) if isinstance(value, tuple) else value


def _parents(genre: str | None) -> tuple[str, ...]:
    term = lexicon().term("genre", genre) if genre else None
    return term.parents if term else ()


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _median(known: Sequence[float], total: int) -> float | None:
    return statistics.median(known) if is_enough(known, total) else None


def _frequent(name: str, values_by_sheet: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    counts = Counter(value for values in values_by_sheet for value in values)
    least = _SHARE_PER_NAME[name] * len(values_by_sheet)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(value for value, count in ranked if count >= least)[: _MOST_PER_NAME[name]]


def _leading(values: Sequence[str | None], total: int) -> tuple[str | None, float]:
    """The most frequent known value and its share of the known ones; None where too few are known."""
    counts = Counter(value for value in values if value is not None)
    known = counts.total()
    if not known or known < KNOWN_SHARE * total:
        return None, 0.0
    value, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
    return value, count / known


def _common(values: Sequence[str | None], total: int) -> str | None:
    value, share = _leading(values, total)
    if value is None or share < _MOSTLY:
        return None
    return value if share >= _ALL else f"mostly {value}"


def _agreed(values: Sequence[str | None], total: int) -> str | None:
    value, share = _leading(values, total)
    return value if share >= _ALL else None


def _mode(sheets: Sequence[FactSheet]) -> str | None:
    modes = [sheet.key.rpartition(" ")[2] if sheet.key else None for sheet in sheets]
    value, share = _leading(modes, len(sheets))
    return f"mostly {value}" if value and share >= _MOSTLY else None


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[round(share * (len(ordered) - 1))]
