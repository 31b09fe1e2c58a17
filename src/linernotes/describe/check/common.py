"""What the tracks of an artist or a genre have in common, seen as the sheet of one song."""

from __future__ import annotations

from linernotes.types import CollectionSheet, FactSheet


def as_song(sheet: CollectionSheet) -> FactSheet:
    """The facts that the readers of songs can hold a collection's note against.

    Parents and relatives count as genres. The tempo is the middle one, or the middle of the range.
    """
    return FactSheet(
        kind=sheet.kind,
        genres=(*sheet.genres, *sheet.parents, *sheet.relatives),
        instruments=sheet.instruments,
        vocals=sheet.vocals,
        moods=sheet.moods,
        tempo_bpm=_middle_tempo(sheet),
        energy=sheet.energy_median,
        acousticness=sheet.acousticness_median,
        decades=sheet.decades,
        country=sheet.country,
    )


def tempos(sheet: CollectionSheet) -> tuple[float, ...]:
    """The tempos that the sheet tells: lowest, middle, highest, as far as they are known."""
    told = (sheet.tempo_low_bpm, sheet.tempo_median_bpm, sheet.tempo_high_bpm)
    return tuple(bpm for bpm in told if bpm is not None)


def _middle_tempo(sheet: CollectionSheet) -> float | None:
    known = tempos(sheet)
    if sheet.tempo_median_bpm is not None or not known:
        return sheet.tempo_median_bpm
    return sum(known) / len(known)
