"""A profile read back to its listener: what they seem to like, in words that the writer finds for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from linernotes.describe import write_notes
from linernotes.describe.names import listed
from linernotes.errors import GenerationError, ModelError
from linernotes.explain import in_comparison
from linernotes.facts import summarise
from linernotes.index import Index
from linernotes.library.listening import Listening
from linernotes.listener import Profile, Shift, Taste
from linernotes.llm import TextGenerator
from linernotes.store import Store
from linernotes.types import CollectionSheet, FactSheet, Track
from linernotes.words import word_for

SHOWN: Final = 3
"""Liked tracks that a taste is shown with."""
_LITTLE, _WELL = 0.4, 0.6
_MOST = {"genres": 2, "instruments": 3, "moods": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class TastePage:
    """One taste: its share of the liking, a text on it, and the liked tracks that tell most of it."""

    share: float
    text: str
    tracks: tuple[Track, ...]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfilePage:
    """What is known of a listener, as it is read back to them.

    ``words`` are those that mean something else to them; ``mainstreamness`` is from 0, the least known of
    the library, to 1; ``sayings`` are their own words, ``avoids`` what they never want. ``remarks`` are the
    sentences of the text that tell of no taste.
    """

    listener: str
    text: str
    events: int
    tastes: tuple[TastePage, ...]
    words: tuple[Shift, ...]
    mainstreamness: float | None
    sayings: tuple[str, ...]
    avoids: tuple[str, ...]
    remarks: tuple[str, ...] = ()


def read_profile(
    name: str, listening: Listening, store: Store, index: Index, writer: TextGenerator | None, *, seed: int
) -> ProfilePage:
    """The page of a listener. Without a writer, or where its text does not hold, the facts stand plain."""
    profile = listening.profile(name)
    found = listening.tastes(profile)
    sheets = [taste_sheet(taste, index) for taste in found]
    texts = _written(sheets, writer, seed)
    pages = tuple(
        TastePage(
            share=taste.share,
            text=text,
            tracks=_shown(taste, store),
            count=len(taste.track_ids),
        )
        for taste, text in zip(found, texts, strict=True)
    )
    words = tuple(shift for meaning in profile.words.values() for shift in meaning.shifts)
    remarks = tuple(_remarks(profile, words))
    return ProfilePage(
        listener=name,
        text=" ".join([*_on_tastes(pages), *remarks]),
        events=profile.events,
        tastes=pages,
        words=words,
        mainstreamness=profile.mainstreamness,
        sayings=store.listeners.sayings(name),
        avoids=_unwanted(profile),
        remarks=remarks,
    )


def taste_sheet(taste: Taste, index: Index) -> FactSheet:
    """What the tracks of a taste have in common, as the sheet of one song that would be typical of it."""
    sheets = [track.sheet for track in index.tracks(taste.track_ids).values()]
    common: CollectionSheet = summarise(sheets, kind="artist")
    voice = common.vocals.removeprefix("mostly ") if common.vocals else None
    return FactSheet(
        genres=common.genres[: _MOST["genres"]],
        instruments=common.instruments[: _MOST["instruments"]],
        vocals=voice,
        moods=common.moods[: _MOST["moods"]],
        tempo_bpm=common.tempo_median_bpm,
        energy=common.energy_median,
        acousticness=common.acousticness_median,
    )


def _shown(taste: Taste, store: Store) -> tuple[Track, ...]:
    wanted = taste.track_ids[:SHOWN]
    tracks = store.catalogue.tracks(wanted)
    return tuple(tracks[one] for one in wanted if one in tracks)


def _written(sheets: Sequence[FactSheet], writer: TextGenerator | None, seed: int) -> list[str]:
    plain = [_plainly(sheet) for sheet in sheets]
    if writer is None or not sheets:
        return plain
    try:
        drafts = write_notes(
            sheets, writer, seed=seed, tuned=writer.adapter is not None, names=[{} for _ in sheets]
        )
    except (GenerationError, ModelError):
        return plain
    return [
        draft.template if draft.status == "written" and "{" not in draft.template else simple
        for draft, simple in zip(drafts, plain, strict=True)
    ]


def _plainly(sheet: FactSheet) -> str:
    """The facts of a taste in one sentence."""
    energy = word_for("energy", sheet.energy) if sheet.energy is not None else None
    tempo = word_for("tempo_bpm", sheet.tempo_bpm) if sheet.tempo_bpm is not None else None
    adjectives = [word for word in (*sheet.moods, tempo, energy) if word]
    parts = [listed(adjectives), listed(sheet.genres) or "music"]
    text = " ".join(part for part in parts if part)
    if sheet.instruments:
        text += f" with {listed(sheet.instruments)}"
    if sheet.vocals:
        text += f", {sheet.vocals}"
    return f"{text[:1].upper()}{text[1:]}."


def _on_tastes(pages: Sequence[TastePage]) -> Iterator[str]:
    for page in pages:
        songs = listed([f"“{track.title}”" for track in page.tracks])
        whole = len(pages) == 1
        share = "What you like:" if whole else f"{page.share:.0%} of what you like, as {songs}:"
        yield f"{share} {page.text}"


def _remarks(profile: Profile, words: Sequence[Shift]) -> Iterator[str]:
    if not profile.events and not profile.said.likes and not _unwanted(profile):
        yield "Nothing is known of you yet: like a song, or say what you like."
        return
    if profile.said.likes:
        said = ", ".join(f"“{request.text.rstrip('.')}”" for request in profile.said.likes)
        yield f"You said: {said}."
    if unwanted := _unwanted(profile):
        yield f"You want no {', '.join(unwanted)}."
    if profile.mainstreamness is not None:
        yield _fame(profile.mainstreamness)
    for shift in (one for one in words if one.sure):
        comparison = in_comparison(shift.field, shift.shift)
        yield f"For you, “{shift.word}” is {comparison} than for most ({shift.events} reactions)."


def _unwanted(profile: Profile) -> tuple[str, ...]:
    said = profile.said
    return (*(avoid.name for avoid in said.avoids), *said.own_avoids)


def _fame(place: float) -> str:
    if place < _LITTLE:
        return "You like the little known of this library more than its hits."
    if place > _WELL:
        return "You like the well known of this library."
    return "You like well known and little known songs alike."
