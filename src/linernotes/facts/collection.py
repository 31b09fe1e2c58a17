"""Many songs as one sheet: what can be told of an artist or a genre."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

from linernotes.types import CollectionSheet, FactSheet

# A fact is told of the whole when it is known of enough tracks and enough of those agree.
_KNOWN_SHARE = 0.3
_ALL = 0.9
_MOSTLY = 0.6
_SHARE_PER_NAME = {"genres": 0.1, "instruments": 0.2, "moods": 0.15, "decades": 0.1}
_MOST_PER_NAME = {"genres": 3, "instruments": 5, "moods": 3, "decades": 8}


def summarise(sheets: Sequence[FactSheet], *, kind: Literal["artist", "genre"] = "artist") -> CollectionSheet:
    """What the sheets of an artist's or a genre's tracks have in common; most frequent values first.

    ``vocals`` is a voice when nine of ten known tracks have it, "mostly ..." when six have. The tempo range
    leaves out the slowest and the fastest tenth, where a tempo is most often misread by half or double.
    """
    tempos = _known(sheet.tempo_bpm for sheet in sheets)
    years = [sheet.year for sheet in sheets if sheet.year is not None]
    energies = _known(sheet.energy for sheet in sheets)
    return CollectionSheet(
        kind=kind,
        tracks=len(sheets),
        genres=_frequent("genres", [sheet.genres for sheet in sheets]),
        instruments=_frequent("instruments", [sheet.instruments for sheet in sheets]),
        vocals=_common([sheet.vocals for sheet in sheets], len(sheets)),
        moods=_frequent("moods", [sheet.moods for sheet in sheets]),
        first_year=min(years, default=None),
        last_year=max(years, default=None),
        tempo_low_bpm=_quantile(tempos, 0.1) if _is_enough(tempos, sheets) else None,
        tempo_high_bpm=_quantile(tempos, 0.9) if _is_enough(tempos, sheets) else None,
        mode=_mode(sheets),
        energy_median=statistics.median(energies) if _is_enough(energies, sheets) else None,
        decades=() if years else tuple(sorted({decade for sheet in sheets for decade in sheet.decades})),
        country=_agreed([sheet.country for sheet in sheets], len(sheets)),
    )


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _is_enough(known: Sequence[object], sheets: Sequence[FactSheet]) -> bool:
    return bool(known) and len(known) >= _KNOWN_SHARE * len(sheets)


def _frequent(name: str, values_by_sheet: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    counts = Counter(value for values in values_by_sheet for value in values)
    least = _SHARE_PER_NAME[name] * len(values_by_sheet)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(value for value, count in ranked if count >= least)[: _MOST_PER_NAME[name]]


def _leading(values: Sequence[str | None], total: int) -> tuple[str | None, float]:
    """The most frequent known value and its share of the known ones; None where too few are known."""
    counts = Counter(value for value in values if value is not None)
    known = counts.total()
    if not known or known < _KNOWN_SHARE * total:
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
