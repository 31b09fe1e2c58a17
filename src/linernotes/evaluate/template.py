"""Writers without a model, to be measured against: every fact of a sheet in a few frames, drawn by its hash.

Two styles, as two crowds write: captions of clips as in MusicCaps, of which BLEU and ROUGE know, and liner
notes with placeholders for the names.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterable

from linernotes.describe import wording
from linernotes.describe.names import listed
from linernotes.describe.told import sheet_as_data
from linernotes.types import CollectionSheet, FactSheet, Sheet
from linernotes.words import word_for

_SINGERS = {
    "vocals": "a vocalist singing",
    "male vocals": "a male vocalist singing",
    "female vocals": "a female vocalist singing",
    "male and female vocals": "male and female vocalists singing",
    "rap vocals": "a vocalist rapping",
    "choir": "a choir singing",
    "spoken word": "a voice speaking",
    "duet": "a duet singing",
}
_HEARD = ("listen for {}", "most is made of {}", "it is built on {}", "one hears {}")
_IS_PIECE = re.compile(r"(?:music|songs?|piece|theme|soundtrack|track|jingle)$")


# --- captions --------------------------------------------------------------------------------------


def caption(sheet: FactSheet) -> str:
    """The facts as the caption of a clip, in one of three shapes. "slow tempo" among the moods is a tempo."""
    sheet = sheet_as_data(sheet)
    singer, heard = _SINGERS.get(sheet.vocals or "", ""), list(sheet.instruments)
    kind = sheet.genres[0] if sheet.genres else "song"
    piece = kind if _IS_PIECE.search(kind) else f"{kind} song"
    common = [
        ("it is also {}", listed(sheet.genres[1:])),
        ("this song is {}", "instrumental" if sheet.vocals == "instrumental" else ""),
        ("the tempo is {}", listed([mood.removesuffix(" tempo") for mood in sheet.moods if _is_tempo(mood)])),
        ("this is {}", "a live performance" if sheet.live else ""),
    ]
    moods = listed([mood for mood in sheet.moods if not _is_tempo(mood)])
    with_singer = listed([singer, *heard] if singer else heard) or "one part"
    shapes: tuple[list[tuple[str, str]], ...] = (
        [
            (f"the recording features {wording.a(piece)} that consists of {{}}", with_singer),
            *common,
            ("it sounds {}", moods),
        ],
        [
            ("this is {}", wording.a(piece)),
            (f"there {'are' if ' and ' in singer else 'is'} {{}} in the lead", singer),
            ("{} can be heard", listed(heard)),
            *common,
            ("the atmosphere is {}", moods),
        ],
        [(f"this {piece} features {{}}", with_singer), *common, ("the mood of this song is {}", moods)],
    )
    return _sentences(frame.format(words) for frame, words in _draw(sheet).choice(shapes) if words)


def _is_tempo(mood: str) -> bool:
    return mood.endswith(" tempo")


# --- notes -----------------------------------------------------------------------------------------


def note(sheet: Sheet) -> str:
    """The facts as a note with placeholders; sentences and their order differ from sheet to sheet."""
    draw = _draw(sheet)
    if isinstance(sheet, CollectionSheet):
        first, others = _of_collection(sheet, draw), [_heard_in(sheet, draw), *_figures(sheet, draw)]
    else:
        sheet = sheet_as_data(sheet)
        first, others = _of_song(sheet, draw), [_sound(sheet, draw), _feel(sheet, draw), _motion(sheet, draw)]
    draw.shuffle(others)
    return _sentences(part for part in (first, *others) if part)


def _of_song(sheet: FactSheet, draw: random.Random) -> str:
    name = draw.choice(("{title} by {artist}", "{title}", "{artist}'s {title}"))
    only = wording.genre(sheet.genres[0]) if len(sheet.genres) == 1 else "a song"
    kind = listed(sheet.genres) if len(sheet.genres) > 1 else only
    opening = draw.choice(
        (
            f"{name} is {kind}",
            f"{name} brings {kind}",
            f"with {name} comes {kind}",
            f"in {{title}}, {{artist}} offers {kind}",
            f"{kind} is what {name} offers",
            f"call {name} {kind}",
            f"{{artist}} gives {{title}} the sound of {kind}",
        )
    )
    origin = [
        *([f"from {wording.country(sheet.country)}"] if sheet.country else []),
        *([f"{'' if sheet.country else 'from '}{sheet.year}"] if sheet.year else []),
        *([f"by an artist of the {listed(wording.decades(sheet.decades))}"] if sheet.decades else []),
        *(["recorded live"] if sheet.live else []),
        *(f"in the version {style}" for style in sheet.styles),
    ]
    return ", ".join([opening, *origin])


def _sound(sheet: FactSheet, draw: random.Random) -> str:
    singer = {"choir": "a choir", "duet": "a duet"}.get(sheet.vocals or "", sheet.vocals or "words")
    voice = "no singer at all" if sheet.vocals == "instrumental" else singer
    if not (sheet.vocals or sheet.language):
        return draw.choice(_HEARD).format(listed(sheet.instruments)) if sheet.instruments else ""
    voice += f" in {sheet.language}" if sheet.language else ""
    if sheet.instruments and draw.random() < 0.5:
        return draw.choice(("hear {} beside {}", "take {}, and with it {}")).format(
            listed(sheet.instruments), voice
        )
    return draw.choice(_HEARD).format(listed([*sheet.instruments, voice]))


def _feel(sheet: FactSheet, draw: random.Random) -> str:
    words = (
        None if sheet.valence is None else wording.valence(sheet.valence, choice=draw.randrange(3)),
        None if sheet.energy is None else wording.energy(sheet.energy),
        None if sheet.loudness_lufs is None else wording.loudness(sheet.loudness_lufs),
        wording.acousticness(sheet),
        None if sheet.danceability is None else word_for("danceability", sheet.danceability),
    )
    feel = listed(list(dict.fromkeys([*sheet.moods, *(word for word in words if word)])))
    frames = ("it is {}", "the feel is {}", "expect something {}", "all of it is {}", "the result is {}")
    return draw.choice(frames).format(feel) if feel else ""


def _motion(sheet: FactSheet, draw: random.Random) -> str:
    choice = draw.randrange(3)
    parts = [
        *([] if sheet.tempo_bpm is None else [f"at {wording.tempo(sheet.tempo_bpm, choice=choice)}"]),
        *([f"in {wording.key(sheet.key)}"] if sheet.key else []),
    ]
    motion = " ".join(parts)
    length = "" if sheet.duration_s is None else wording.length(sheet.duration_s, choice=choice)
    if not motion:
        return f"it {length}" if length else ""
    moves = draw.choice(("it moves {}", "the music goes {}", "things go {}", "it runs {}")).format(motion)
    return f"{moves}, and it {length}" if length else moves


def _of_collection(sheet: CollectionSheet, draw: random.Random) -> str:
    name, of = ("{artist}", "by") if sheet.kind == "artist" else ("{genre}", "of")
    tracks = f"{sheet.tracks} {'track' if sheet.tracks == 1 else 'tracks'}"
    place = f" from {wording.country(sheet.country)}" if sheet.country else ""
    makers = f" by {sheet.artists} {'artist' if sheet.artists == 1 else 'artists'}" if sheet.artists else ""
    opening = draw.choice(
        (
            f"the library has {tracks} {of} {name}{makers}{place}",
            f"{name}{place}: {tracks}{makers}",
            f"here are {tracks} {of} {name}{makers}{place}",
            f"{tracks} {of} {name}{makers}{place} stand in the library",
        )
    )
    years = sorted({year for year in (sheet.first_year, sheet.last_year) if year})
    parts = (
        f"dated {' to '.join(map(str, years))}" if years else "",
        f"from the {listed(wording.decades(sheet.decades))}" if sheet.decades else "",
        listed(sheet.genres),
    )
    return ", ".join([opening, *(part for part in parts if part)])


def _heard_in(sheet: CollectionSheet, draw: random.Random) -> str:
    voice = sheet.vocals or ""
    if "instrumental" in voice:
        return f"the music is {voice}" + (f", with {listed(sheet.instruments)}" if sheet.instruments else "")
    heard = listed([*sheet.instruments, *([voice] if voice else [])])
    return draw.choice(_HEARD).format(heard) if heard else ""


def _figures(sheet: CollectionSheet, draw: random.Random) -> list[str]:
    """Character, tempo and kin, a sentence each."""
    energy, acoustic = sheet.energy_median, sheet.acousticness_median
    words = (
        None if energy is None else wording.energy(energy),
        None if acoustic is None else word_for("acousticness", acoustic),
    )
    character = listed([*sheet.moods, *(word for word in words if word)])
    low, middle, high = sheet.tempo_low_bpm, sheet.tempo_median_bpm, sheet.tempo_high_bpm
    motion = [
        *([] if middle is None else [f"the middle tempo is {middle:.0f} bpm"]),
        *([] if low is None or high is None else [f"most tempos run from {low:.0f} to {high:.0f} bpm"]),
        *([f"the keys are {sheet.mode}"] if sheet.mode else []),
    ]
    kin = [
        *([f"it comes from {sheet.origin}"] if sheet.origin else []),
        *([f"its parents are {listed(sheet.parents)}"] if sheet.parents else []),
        *([f"its relatives are {listed(sheet.relatives)}"] if sheet.relatives else []),
    ]
    unusual = listed(sheet.stands_out)
    return [
        draw.choice(("the music is {}", "the character is {}")).format(character) if character else "",
        listed(motion),
        listed(kin),
        draw.choice(("what stands out: {}", "it is {}")).format(unusual) if unusual else "",
    ]


def _draw(sheet: Sheet) -> random.Random:
    return random.Random(hashlib.blake2b(repr(sheet).encode(), digest_size=8).digest())


def _sentences(parts: Iterable[str]) -> str:
    return " ".join(wording.sentence(part) for part in parts)
