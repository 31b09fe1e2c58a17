"""Notes on artists and genres without a model, from what their tracks have in common."""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from typing import Any

from linernotes.describe import wording
from linernotes.describe.names import listed
from linernotes.describe.told import as_data
from linernotes.types import CollectionSheet
from linernotes.words import word_for

_THAN_MOST = " than most of the library"
_TEXTS = ("vocals", "mode", "country", "origin")
_LISTS = ("genres", "instruments", "moods", "parents", "relatives")

_IN_WORDS_TO = 10


def plain_collection_note(sheet: CollectionSheet) -> str:
    """A note that tells every fact of an artist or a genre, with ``{artist}`` or ``{genre}`` for the name.

    It speaks of the library's tracks, not of the artist's life: what else there is it does not know.
    """
    sheet = _as_data(sheet)
    draw = random.Random(hashlib.blake2b(repr(sheet).encode(), digest_size=8).digest())
    if not sheet.tracks:
        return f"The library has no track of {_name(sheet)} yet."
    parts = [_opening(sheet, draw), _kin(sheet), _sound(sheet), _character(sheet), _contrast(sheet)]
    return " ".join(wording.sentence(part) for part in parts if part)


def _as_data(sheet: CollectionSheet) -> CollectionSheet:
    """The sheet with its texts made safe; what is nothing but unsafe is left out."""
    clean: dict[str, Any] = {name: as_data(getattr(sheet, name) or "") or None for name in _TEXTS}
    for name in _LISTS:
        clean[name] = tuple(text for value in getattr(sheet, name) if (text := as_data(value)))
    return replace(sheet, stands_out=tuple(map(_phrase_as_data, sheet.stands_out)), **clean)


def _phrase_as_data(phrase: str) -> str:
    """What stands out, made safe; its end, which is always the same, is not what it may be too long by."""
    what = phrase.removesuffix(_THAN_MOST)
    return f"{as_data(what)}{_THAN_MOST if what != phrase else ''}"


def _name(sheet: CollectionSheet) -> str:
    return "{artist}" if sheet.kind == "artist" else "{genre}"


def _opening(sheet: CollectionSheet, draw: random.Random) -> str:
    name, count = _name(sheet), _count(sheet.tracks)
    tracks = f"{count} {_plural('track', sheet.tracks)}"
    preposition = "by" if sheet.kind == "artist" else "of"
    country = f" from {wording.country(sheet.country)}" if sheet.country else ""
    makers = f" by {_count(sheet.artists)} {_plural('artist', sheet.artists)}" if sheet.artists else ""
    whose = f"{tracks} {preposition} {name}{makers}{country}"
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
    return wording.spelled(number) if number <= _IN_WORDS_TO else f"{number:,}"


def _plural(noun: str, number: int) -> str:
    return noun if number == 1 else f"{noun}s"


def _when(sheet: CollectionSheet) -> str:
    if sheet.first_year is None or sheet.last_year is None:
        return f", from the {listed(wording.decades(sheet.decades))}" if sheet.decades else ""
    if sheet.first_year == sheet.last_year:
        return f", dated {sheet.first_year}"
    return f", dated from {sheet.first_year} to {sheet.last_year}"


def _kin(sheet: CollectionSheet) -> str:
    """Where a genre comes from, and what it belongs to."""
    clauses = []
    if sheet.origin:
        clauses.append(f"its origin is {sheet.origin}")
    if sheet.parents:
        clauses.append(f"it is a branch of {listed(sheet.parents)}")
    if sheet.relatives:
        clauses.append(
            f"its relatives are {listed(sheet.relatives)}"
            if len(sheet.relatives) > 1
            else f"its relative is {sheet.relatives[0]}"
        )
    return "; ".join(clauses)


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
        clauses.append(f"the {'moods are' if len(sheet.moods) > 1 else 'mood is'} {listed(sheet.moods)}")
    if tempo := _tempo(sheet):
        clauses.append(tempo)
    if sheet.mode:
        clauses.append(f"the keys are {sheet.mode}")
    if sheet.energy_median is not None:
        word = word_for("energy", sheet.energy_median)
        clauses.append(f"the typical track is {'moderate in energy' if word == 'moderate' else word}")
    if sheet.acousticness_median is not None:
        clauses.append(_acousticness(sheet.acousticness_median))
    return "; ".join(clauses)


def _tempo(sheet: CollectionSheet) -> str:
    low, middle, high = sheet.tempo_low_bpm, sheet.tempo_median_bpm, sheet.tempo_high_bpm
    typical = "" if middle is None else f"the middle tempo is {wording.tempo(middle, choice=0)}"
    if low is None or high is None:
        return typical
    if round(low) == round(high):
        return typical or f"the tempo is around {low:.0f} bpm"
    span = f"most tempos lie between {low:.0f} and {high:.0f} bpm"
    return f"{span}, and {typical}" if typical else span


def _acousticness(value: float) -> str:
    word = word_for("acousticness", value)
    return f"the sound is {word}" if word else f"the acousticness is {value:.2f}"


def _contrast(sheet: CollectionSheet) -> str:
    """What stands out, in the words of the sheet: they are what the note is held against."""
    if not sheet.stands_out:
        return ""
    if all(phrase.endswith(_THAN_MOST) for phrase in sheet.stands_out):
        return f"the music {listed([_predicate(phrase) for phrase in sheet.stands_out])}"
    return f"what stands out: {listed(sheet.stands_out)}"


def _predicate(phrase: str) -> str:
    return f"{'has' if phrase.endswith(f' tracks{_THAN_MOST}') else 'is'} {phrase}"
