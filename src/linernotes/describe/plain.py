"""Notes without a model: every fact of a sheet in a few plain sentences, and nothing else.

The shape is drawn by a hash of the sheet, so that a library of such notes does not read as one form
letter, and the same sheet always gives the same note. Artists stand behind "by" or before a past tense,
which suits one name as well as three.
"""

from __future__ import annotations

import hashlib
import random

from linernotes.describe import wording
from linernotes.describe.names import listed
from linernotes.describe.plain_collection import plain_collection_note
from linernotes.describe.told import sheet_as_data
from linernotes.types import CollectionSheet, FactSheet, Sheet
from linernotes.words import band_of, word_for

__all__ = ["plain_collection_note", "plain_note", "plain_text"]


def plain_text(sheet: Sheet) -> str:
    """The note without a model, of a song, an artist or a genre."""
    return plain_collection_note(sheet) if isinstance(sheet, CollectionSheet) else plain_note(sheet)


_VOICES = {
    "vocals": ("a voice", "a voice sings"),
    "male vocals": ("a man's voice", "a man sings"),
    "female vocals": ("a woman's voice", "a woman sings"),
    "male and female vocals": ("male and female voices", "a man and a woman sing"),
    "duet": ("a duet of voices", "two voices sing a duet"),
    "choir": ("a choir", "a choir sings"),
    "rap vocals": ("rap vocals", "the vocals are rapped"),
    "spoken word": ("spoken word", "the words are spoken"),
}
_VERSIONS = {
    "christmas": "for Christmas",
    "remix": "in a remix",
    "cover": "in a cover version",
    "karaoke": "in a karaoke version",
    "acoustic": "in an acoustic version",
    "demo": "as a demo",
}

_SHARE_OF_SOUND_FIRST = 0.35


def plain_note(sheet: FactSheet) -> str:
    """A note that tells every fact of the sheet, as a template with ``{title}`` and ``{artist}``.

    Not told: ``live`` where it is False (that nothing says "live" is no news), and the middle of
    danceability and acousticness, for which the table of words has none. A sheet without facts gives a
    sentence that says so.
    """
    sheet = sheet_as_data(sheet)
    draw = random.Random(hashlib.blake2b(repr(sheet).encode(), digest_size=8).digest())
    sound, measures = _sound(sheet, draw), _measures(sheet, draw)
    is_sound_first = bool(sound) and draw.random() < _SHARE_OF_SOUND_FIRST
    identity = _identity(sheet, draw, is_second=is_sound_first)
    parts = (sound, identity, measures) if is_sound_first else (identity, sound, measures)
    sentences = [part for part in parts if part]
    if sheet.decades and not sheet.year:
        verb = draw.choice(("worked", "played", "recorded"))
        sentences.append(f"{{artist}} {verb} {wording.in_decades(sheet.decades)}")
    if not sentences:
        return "Nothing but its name is known of {title} by {artist} so far."
    told = [_with_subject(sentences[0]), *sentences[1:]]
    return " ".join(wording.sentence(part) for part in told)


def _with_subject(first: str) -> str:
    """The opening, with the song's name in it."""
    if "{title}" in first or first.startswith("{artist}"):
        return first
    if first.startswith("it "):
        return f"{{title}} {first[3:]}"
    if " it " in first:
        return first.replace(" it ", " {title} ", 1)
    return f"in {{title}}, {first}"


# --- what it is ------------------------------------------------------------------------------------


def _identity(sheet: FactSheet, draw: random.Random, *, is_second: bool) -> str:
    """Genre, origin, version and moods. As the second sentence it calls the song "it"."""
    moods = _moods(sheet, draw)
    what = ", ".join(part for part in (_kind(sheet, draw, is_second=is_second), _version(sheet)) if part)
    if not what:
        return f"it is {listed(moods)}" if moods else ""
    if not moods:
        return what
    if all(" " not in mood for mood in moods) and draw.random() < 0.4:
        return f"{what}; the mood is {listed(moods)}"
    return f"{what}, {listed(moods)}"


def _kind(sheet: FactSheet, draw: random.Random, *, is_second: bool) -> str:
    if not sheet.genres:
        return _origin_part(sheet, draw, is_second=is_second)
    if not is_second:
        return _genre_part(sheet, draw)
    origin = _origin(sheet, draw)
    if len(sheet.genres) == 1:
        return f"it is {wording.genre(sheet.genres[0])}{origin}"
    return f"it {draw.choice(('joins', 'moves between', 'brings together'))} {listed(sheet.genres)}{origin}"


def _genre_part(sheet: FactSheet, draw: random.Random) -> str:
    origin = _origin(sheet, draw)
    if len(sheet.genres) == 1:
        what = wording.genre(sheet.genres[0])
        return draw.choice(
            (
                f"{{title}} is {what}{origin}",
                f"{{title}} by {{artist}} is {what}{origin}",
                f"in {{title}}, {{artist}} offered {what}{origin}",
                f"{{artist}} gave {{title}} the shape of {what}{origin}",
                f"what {{artist}} played in {{title}} is {what}{origin}",
                f"with {{title}} comes {what}{origin}",
            )
        )
    several, first, rest = listed(sheet.genres), sheet.genres[0], listed(sheet.genres[1:])
    return draw.choice(
        (
            f"{{title}} joins {several}{origin}",
            f"{{title}} moves between {several}{origin}",
            f"{{artist}} brought {several} together in {{title}}{origin}",
            f"{{title}} by {{artist}} crosses {first} with {rest}{origin}",
            f"{first} meets {rest} in {{title}}{origin}",
        )
    )


def _origin(sheet: FactSheet, draw: random.Random) -> str:
    place = f" from {wording.country(sheet.country)}" if sheet.country else ""
    if not sheet.year:
        return place
    if not place:
        return draw.choice((f" from {sheet.year}", f", {sheet.year}", f", dated {sheet.year}"))
    return draw.choice((f"{place}, {sheet.year}", f"{place}, dated {sheet.year}", f", {sheet.year},{place}"))


def _origin_part(sheet: FactSheet, draw: random.Random, *, is_second: bool) -> str:
    """Where and when, for a song of no known genre; that it is live, for one of no known origin."""
    subject = "it" if is_second else draw.choice(("{title}", "{title} by {artist}"))
    if sheet.country:
        return f"{subject} comes from {wording.country(sheet.country)}" + (
            f", {sheet.year}" if sheet.year else ""
        )
    if sheet.year:
        return f"{subject} dates from {sheet.year}"
    return f"{subject} comes to us" if sheet.live or sheet.styles else ""


def _version(sheet: FactSheet) -> str:
    versions = [_VERSIONS.get(style, f"in the version {style}") for style in sheet.styles]
    parts = ["recorded live" if sheet.live else "", listed(versions)]
    return ", ".join(part for part in parts if part)


def _moods(sheet: FactSheet, draw: random.Random) -> list[str]:
    """Moods and the feeling in one list; a mood may tell the feeling as well ("wistful")."""
    moods = list(sheet.moods)
    if sheet.valence is None:
        return moods
    band = band_of("valence", sheet.valence)
    is_told = band is not None and any(word in moods for word in band.words)
    return moods if is_told else [*moods, wording.valence(sheet.valence, choice=draw.randrange(3))]


# --- what is heard ---------------------------------------------------------------------------------


def _sound(sheet: FactSheet, draw: random.Random) -> str:
    instruments = listed(sheet.instruments)
    if sheet.vocals == "instrumental":
        return _without_voice(sheet, instruments, draw)
    if not sheet.vocals:
        return _without_known_voice(sheet, instruments, draw)
    language = f" in {sheet.language}" if sheet.language else ""
    noun, clause = _VOICES.get(sheet.vocals, (sheet.vocals, f"it has {sheet.vocals}"))
    noun, clause = f"{noun}{language}", f"{clause}{language}"
    if not instruments:
        return draw.choice((clause, f"it has {noun}"))
    return draw.choice(
        (
            f"{clause} over {instruments}",
            f"{clause}, with {instruments} around",
            f"{instruments} {_agree(sheet, 'go', 'goes')} with {noun}",
            f"{instruments} {_agree(sheet, 'accompany', 'accompanies')} {noun}",
            f"{instruments} {_agree(sheet, 'surround', 'surrounds')} {noun}",
            f"{instruments} {_agree(sheet, 'stand', 'stands')} behind {noun}",
        )
    )


def _without_voice(sheet: FactSheet, instruments: str, draw: random.Random) -> str:
    language = f", and {sheet.language} is given as its language" if sheet.language else ""
    if not instruments:
        return draw.choice((f"it is instrumental{language}", f"nobody sings in it{language}"))
    return draw.choice(
        (
            f"it is instrumental, played on {instruments}{language}",
            f"{instruments} {_agree(sheet, 'play', 'plays')} without a singer{language}",
            f"it leaves everything to {instruments} and has no singer{language}",
            f"it is an instrumental for {instruments}{language}",
        )
    )


def _without_known_voice(sheet: FactSheet, instruments: str, draw: random.Random) -> str:
    if not instruments:
        return f"the language is {sheet.language}" if sheet.language else ""
    language = f", and the language is {sheet.language}" if sheet.language else ""
    return draw.choice(
        (
            f"it is played on {instruments}{language}",
            f"{instruments} {_agree(sheet, 'make', 'makes')} the sound{language}",
            f"it draws on {instruments}{language}",
            f"{_agree(sheet, 'the instruments are', 'the instrument is')} {instruments}{language}",
        )
    )


def _agree(sheet: FactSheet, plural: str, singular: str) -> str:
    one = sheet.instruments[0]
    is_plural = one.endswith("s") and not one.endswith(("bass", "brass"))
    return plural if is_plural or len(sheet.instruments) > 1 else singular


# --- what was measured -----------------------------------------------------------------------------


def _measures(sheet: FactSheet, draw: random.Random) -> str:
    """Tempo and key, energy and loudness, dancing and length, in one of three shapes."""
    qualities = listed(_qualities(sheet, draw))
    length = "" if sheet.duration_s is None else wording.length(sheet.duration_s, choice=draw.randrange(3))
    shape = draw.randrange(3)
    motion = _motion(sheet, shape, draw)
    if not motion:
        return f"it {_predicate(qualities, length)}" if qualities or length else ""
    if shape == 0 or not (qualities or length):
        told = f"{_motion(sheet, 0, draw)}{f', {qualities}' if qualities else ''}"
        return f"{told}, and {length}" if length else told
    return f"{motion}{';' if shape == 1 else ','} it {_predicate(qualities, length)}"


def _predicate(qualities: str, length: str) -> str:
    if not qualities or not length:
        return f"is {qualities}" if qualities else length
    return f"is {qualities}{', and' if ' and ' in qualities else ' and'} {length}"


def _motion(sheet: FactSheet, shape: int, draw: random.Random) -> str:
    """Tempo and key as a clause (shapes 0 and 1) or as an adverb to open with (shape 2)."""
    key = wording.key(sheet.key) if sheet.key else ""
    if sheet.tempo_bpm is None:
        return (f"it is in {key}", f"the key is {key}", f"in {key}")[shape] if key else ""
    tempo = wording.tempo(sheet.tempo_bpm, choice=draw.randrange(3))
    if shape == 1:
        return f"the tempo is {tempo}" + (f" and the key {key}" if key else "")
    verb = draw.choice(("it moves at", "it goes at", "it keeps to")) if shape == 0 else "at"
    return f"{verb} {tempo}" + (f" in {key}" if key else "")


def _qualities(sheet: FactSheet, draw: random.Random) -> list[str]:
    words = [
        None if sheet.energy is None else wording.energy(sheet.energy),
        None if sheet.danceability is None else word_for("danceability", sheet.danceability),
        wording.acousticness(sheet),
        None if sheet.loudness_lufs is None else wording.loudness(sheet.loudness_lufs),
    ]
    told = [word for word in dict.fromkeys(words) if word and word not in sheet.moods]
    draw.shuffle(told)
    return told
