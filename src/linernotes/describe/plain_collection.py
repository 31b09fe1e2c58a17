"""Notes on artists and genres without a model, from what their tracks have in common."""

from __future__ import annotations

import hashlib
import random

from linernotes.describe import wording
from linernotes.describe.names import listed
from linernotes.types import CollectionSheet
from linernotes.words import word_for

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def plain_collection_note(sheet: CollectionSheet) -> str:
    """A note that tells every fact of an artist or a genre, with ``{artist}`` or ``{genre}`` for the name.

    It speaks of the library's tracks, not of the artist's life: what else there is it does not know.
    """
    draw = random.Random(hashlib.blake2b(repr(sheet).encode(), digest_size=8).digest())
    if not sheet.tracks:
        return f"The library has no track of {_name(sheet)} yet."
    parts = [_opening(sheet, draw), _sound(sheet), _character(sheet)]
    return " ".join(wording.sentence(part) for part in parts if part)


def _name(sheet: CollectionSheet) -> str:
    return "{artist}" if sheet.kind == "artist" else "{genre}"


def _opening(sheet: CollectionSheet, draw: random.Random) -> str:
    name, count = _name(sheet), _count(sheet.tracks)
    tracks = f"{count} {'track' if sheet.tracks == 1 else 'tracks'}"
    preposition = "by" if sheet.kind == "artist" else "of"
    country = f" from {wording.country(sheet.country)}" if sheet.country else ""
    whose = f"{tracks} {preposition} {name}{country}"
    is_one = sheet.tracks == 1
    opening = draw.choice(
        (
            f"the library holds {whose}",
            f"{whose} {'stands' if is_one else 'stand'} in this library",
            f"here {'is' if is_one else 'are'} {whose}",
        )
    )
    genres = f": {listed(sheet.genres)}" if sheet.genres and sheet.kind == "artist" else ""
    return f"{opening}{_when(sheet)}{genres}"


def _count(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else f"{number:,}"


def _when(sheet: CollectionSheet) -> str:
    if sheet.first_year is None or sheet.last_year is None:
        return f", from the {listed([f'{decade}s' for decade in sheet.decades])}" if sheet.decades else ""
    if sheet.first_year == sheet.last_year:
        return f", dated {sheet.first_year}"
    return f", dated from {sheet.first_year} to {sheet.last_year}"


def _sound(sheet: CollectionSheet) -> str:
    instruments = listed(sheet.instruments)
    voice = sheet.vocals or ""
    if not instruments:
        return f"the music is {voice}" if "instrumental" in voice else voice and f"the voices are {voice}"
    if not voice:
        return f"most often heard: {instruments}"
    if "instrumental" in voice:
        return f"the music is {voice}, played most often on {instruments}"
    return f"{instruments} {'are' if len(sheet.instruments) > 1 else 'is'} heard most often, with {voice}"


def _character(sheet: CollectionSheet) -> str:
    clauses = []
    if sheet.moods:
        clauses.append(f"the moods are {listed(sheet.moods)}")
    if sheet.tempo_low_bpm is not None and sheet.tempo_high_bpm is not None:
        clauses.append(_tempo(sheet.tempo_low_bpm, sheet.tempo_high_bpm))
    if sheet.mode:
        clauses.append(f"the keys are {sheet.mode}")
    if sheet.energy_median is not None:
        word = word_for("energy", sheet.energy_median)
        clauses.append(f"the typical track is {'moderate in energy' if word == 'moderate' else word}")
    return "; ".join(clauses)


def _tempo(low: float, high: float) -> str:
    if round(low) == round(high):
        return f"the tempo is around {low:.0f} bpm"
    return f"most tempos lie between {low:.0f} and {high:.0f} bpm"
