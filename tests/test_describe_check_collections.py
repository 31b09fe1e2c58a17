from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest

from linernotes.describe import check_note, plain_collection_note
from linernotes.describe.check.coverage import facts_told
from linernotes.describe.check.reading import Reading
from linernotes.learn.corpora import read_notes
from linernotes.types import CollectionSheet
from linernotes.words import BANDS, band_of, lexicon
from test_describe_check_corpus import CORPUS, plant_named, swapped

ARTIST = CollectionSheet(
    kind="artist",
    tracks=24,
    genres=("fado",),
    instruments=("Portuguese guitar", "classical guitar"),
    vocals="female vocals",
    moods=("longing",),
    first_year=1955,
    last_year=1983,
    tempo_low_bpm=60,
    tempo_high_bpm=96,
    mode="mostly minor",
    energy_median=0.24,
    country="Portugal",
    stands_out=("slower than most of the library",),
)
GENRE = CollectionSheet(
    kind="genre",
    tracks=58,
    artists=13,
    instruments=("organ", "bass", "drums"),
    vocals="mostly instrumental",
    moods=("smoky",),
    tempo_median_bpm=77,
    acousticness_median=0.31,
    parents=("ska",),
    relatives=("dub",),
    origin="Jamaica, late 1960s",
)
OF_ARTIST = (
    "{artist} has twenty-four tracks of fado from Portugal, 1955 to 1983, longing, slower than most of the "
    "library and mostly minor. A woman sings to Portuguese guitar and classical guitar, softly, at 60 to 96 "
    "bpm."
)
OF_GENRE = (
    "{genre} came from Jamaica in the late 1960s, out of ska; dub is its relative. The 58 tracks by 13 "
    "artists are smoky and mostly instrumental, with organ, bass and drums, at a slow median of 77 bpm."
)


def test_notes_that_keep_to_their_sheets_have_no_problem() -> None:
    assert check_note(OF_ARTIST, ARTIST) == ()
    assert check_note(OF_GENRE, GENRE) == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "Two dozen tracks, then.",
        "They date from the fifties to the early eighties.",
        "Twenty-eight years lie between the first and the last.",
        "None of them is in a hurry, whether at 60 or at 96.",
        "Major keys are rare.",
        "The pace goes from a slow 60 to an unhurried 96 bpm.",
        "The artist is Portuguese.",
        "There are no drums, and nobody raps.",
    ],
)
def test_the_same_in_other_words_is_borne_out(sentence: str) -> None:
    assert check_note(f"{OF_ARTIST} {sentence}", ARTIST) == ()


@pytest.mark.parametrize(
    ("sentence", "problem"),
    [
        ("There are thirty tracks.", "says thirty tracks, the sheet holds 24"),
        ("Three artists share them.", "says three artists, the artists are 1"),
        ("The last is from 1991.", "says 1991, the years are 1955 to 1983"),
        ("They end in the late eighties.", "says 'late eighties', the years are 1955 to 1983"),
        ("They go up to 120 bpm.", "says 120 beats a minute, the tempos are 60, 96"),
        ("It is a brisk affair.", "says 'brisk', tempo is 78 bpm (slow)"),
        ("The keys are mostly major.", "says 'major', the mode is mostly minor"),
        ("All of them are in minor.", "says 'minor', the mode is mostly minor"),
        ("Most are in A minor.", "says 'A minor', no fact does"),
        ("The energy is intense.", "says 'intense', energy is 0.24 (gentle)"),
        ("Nobody sings.", "says 'nobody sings', the voice is female vocals"),
        ("His voice is deep.", "says 'his', the voice is female vocals"),
        ("An accordion joins in.", "names the instrument 'accordion', which is in no fact"),
        ("Some of it is jazz.", "names the genre 'jazz', which is in no fact"),
        ("The mood is joyful.", "says 'joyful', no fact does"),
        ("It is louder than most of the library.", "compares ('louder than'), no fact does"),
        ("It has the longest tracks in the library.", "compares ('the longest tracks in the library')"),
        ("The artist is Brazilian.", "says 'Brazilian', the country is Portugal"),
        ("The concerts were in Lisbon.", "says 'Lisbon', the country is Portugal"),
        ("Tracks last five minutes.", "says five minutes, no fact does"),
        ("{title} is one of them.", "has the brace '{title}', which is no placeholder"),
        ("It is all on {album}.", "has the brace '{album}', which is no placeholder"),
        ("The debut sold well.", "tells what no fact holds ('debut')"),
    ],
)
def test_what_the_artists_sheet_does_not_hold_is_a_problem(sentence: str, problem: str) -> None:
    found = check_note(f"{OF_ARTIST} {sentence}", ARTIST)
    assert any(problem in line for line in found), found


@pytest.mark.parametrize(
    ("sentence", "problem"),
    [
        ("Thirteen tracks are here.", "says thirteen tracks, the sheet holds 58"),
        ("It is the work of 58 artists.", "says 58 artists, the artists are 13"),
        ("The middle tempo is 97 bpm.", "says 97 beats a minute, the tempos are 77"),
        ("It goes at a brisk 77 bpm.", "says 'brisk', tempo is 77 bpm (slow)"),
        ("It began in the early 1960s.", "says 'early 1960s', the year is unknown"),
        ("It is a thing of the 19th century.", "says '19th century', no fact tells that century"),
        ("It came from Trinidad.", "says 'Trinidad', the country is Jamaica"),
        ("It is a child of jazz.", "names the genre 'jazz', which is in no fact"),
        ("It is mostly sung.", "says 'sung', the voice is mostly instrumental"),
        ("No voice is ever heard.", "says 'no voice', the voice is mostly instrumental"),
        ("It is entirely acoustic.", "says 'entirely acoustic', acousticness is 0.31"),
        ("It is mostly in minor.", "says 'minor', the mode is unknown"),
        ("{artist} plays it.", "has the brace '{artist}', which is no placeholder"),
    ],
)
def test_what_the_genres_sheet_does_not_hold_is_a_problem(sentence: str, problem: str) -> None:
    found = check_note(f"{OF_GENRE} {sentence}", GENRE)
    assert any(problem in line for line in found), found


def test_a_middle_tempo_is_not_one_of_the_ends() -> None:
    sheet = CollectionSheet(kind="genre", tracks=5, tempo_low_bpm=60, tempo_median_bpm=98, tempo_high_bpm=140)
    assert check_note("Five {genre} tracks go from 60 to 140 bpm with a median of 98.", sheet) == ()
    assert check_note("Five {genre} tracks go from 60 to 98 bpm with a median of 140.", sheet) == (
        "says 140 beats a minute, the tempos are 98",
    )


def test_a_tempo_word_goes_with_the_number_beside_it() -> None:
    sheet = CollectionSheet(kind="artist", tracks=9, tempo_low_bpm=60, tempo_high_bpm=176)
    assert check_note("Nine tracks by {artist} go from a slow 60 to a racing 176 bpm.", sheet) == ()
    assert check_note("Nine tracks by {artist} go from a racing 60 to a slow 176 bpm.", sheet) == (
        "says 'racing', tempo is 118 bpm (mid-tempo)",
        "says 'slow', tempo is 118 bpm (mid-tempo)",
    )


def test_a_note_on_an_artist_that_leaves_out_most_facts_is_a_problem() -> None:
    assert check_note("{artist} plays fado.", ARTIST) == (
        "tells 1 of 12 facts; left out: Portuguese guitar, classical guitar, longing, the tracks, the years, "
        "the tempo, energy, the voice, the mode, the country, slower than most of the library",
    )


def test_every_fact_of_a_collection_is_told_in_a_note_that_tells_all() -> None:
    assert all(facts_told(Reading(OF_ARTIST, ARTIST)).values())
    told = facts_told(Reading(OF_GENRE, GENRE))
    assert all(told.values())
    assert {"ska", "dub", "the tracks", "the artists", "the tempo", "the voice", "the origin"} <= set(told)


def test_plain_notes_pass() -> None:
    assert check_note(plain_collection_note(ARTIST), ARTIST) == ()
    assert check_note(plain_collection_note(GENRE), GENRE) == ()


# --- measured on the hand-written notes ------------------------------------------------------------

Note = tuple[str, CollectionSheet]
Plant = Callable[[str, CollectionSheet, random.Random], str | None]
COUNTED = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
TENS = {20: "twenty", 30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 70: "seventy", 80: "eighty"}
COMPARISONS = (
    "slower than most of the library",
    "faster than most of the library",
    "louder than most of the library",
    "quieter than most of the library",
    "darker than most of the library",
    "more acoustic than most of the library",
    "the oldest recordings in the library",
    "the loudest shelf here",
)


@pytest.fixture(scope="module")
def notes() -> list[Note]:
    lessons = read_notes(CORPUS, source="our own corpus", licence="CC BY 4.0")
    return [(lesson.text, lesson.sheet) for lesson in lessons if isinstance(lesson.sheet, CollectionSheet)]


@pytest.fixture(scope="module")
def good_notes(notes: list[Note]) -> list[Note]:
    return [(text, sheet) for text, sheet in notes if not check_note(text, sheet)]


def test_hand_written_notes_pass(notes: list[Note], good_notes: list[Note]) -> None:
    assert len(notes) >= 450
    assert len(good_notes) / len(notes) >= 0.95


def test_hand_written_notes_tell_nearly_every_fact(notes: list[Note]) -> None:
    told = [is_told for text, sheet in notes for is_told in facts_told(Reading(text, sheet)).values()]
    assert sum(told) / len(told) >= 0.98


def in_words(number: int) -> str:
    if number < len(COUNTED):
        return COUNTED[number]
    tens = TENS.get(number // 10 * 10)
    return str(number) if tens is None else tens + (f"-{COUNTED[number % 10]}" if number % 10 else "")


def swap_number(text: str, number: int, wrong: int) -> str | None:
    """The text with another number, in digits or in words, as it stands there."""
    found = swapped(text, rf"(?<![\d:.,]){number}(?![\d:.,]\d)", str(wrong))
    return found or swapped(text, rf"(?<!-)\b{in_words(number)}\b(?!-)", in_words(wrong))


def plant_tracks(text: str, sheet: CollectionSheet, rng: random.Random) -> str | None:
    behind = re.search(
        rf"\b(?:{sheet.tracks}|{in_words(sheet.tracks)})\b(?: [\w-]+){{0,3}} tracks", text, re.I
    )
    if behind is None:
        return None
    wrong = swap_number(behind.group(), sheet.tracks, sheet.tracks + rng.choice((1, 2, 5, 20)))
    return text[: behind.start()] + wrong + text[behind.end() :] if wrong else None


def plant_artists(text: str, sheet: CollectionSheet, rng: random.Random) -> str | None:
    behind = re.search(rf"\b(?:{sheet.artists}|{in_words(sheet.artists or 0)}) artists?", text, re.I)
    if sheet.artists is None or behind is None:
        return None
    wrong = swap_number(behind.group(), sheet.artists, sheet.artists + rng.choice((1, 2, 4, 9)))
    return text[: behind.start()] + wrong + text[behind.end() :] if wrong else None


def plant_year(text: str, sheet: CollectionSheet, rng: random.Random) -> str | None:
    if sheet.last_year is None:
        return None
    return swapped(text, rf"\b{sheet.last_year}\b", str(sheet.last_year + rng.choice((-19, 1, 3, 11))))


def plant_tempo(text: str, sheet: CollectionSheet, rng: random.Random) -> str | None:
    known = [bpm for bpm in (sheet.tempo_low_bpm, sheet.tempo_median_bpm, sheet.tempo_high_bpm) if bpm]
    if not known:
        return None
    bpm = round(rng.choice(known))
    wrong = bpm + rng.choice((-23, -9, 7, 13, 31))
    is_near = any(abs(wrong - other) < 2 for other in known)
    return None if is_near else swapped(text, rf"(?<![\d:.,]){bpm}(?![\d:.,]\d)", str(wrong))


def plant_tempo_word(text: str, sheet: CollectionSheet, rng: random.Random) -> str | None:
    """Another band's word for the median; the table's plain words may be true of a wider range."""
    if sheet.tempo_median_bpm is None:
        return None
    own = band_of("tempo_bpm", sheet.tempo_median_bpm)
    told = next((w for w in (own.words if own else ()) if re.search(rf"(?<!very )\b{w}\b", text, re.I)), None)
    others = [band for band in BANDS["tempo_bpm"] if own is None or abs(band.low - own.low) > 20]
    words = [band.words[-1] for band in others if band.words[-1][-4:] != "pace"]
    words = [word for word in words if not (own and own.low >= 120 and word in ("driving", "up-tempo"))]
    return swapped(text, rf"(?<!very )\b{told}\b", rng.choice(words)) if told and words else None


def plant_energy_word(text: str, sheet: CollectionSheet, rng: random.Random) -> str | None:
    own = band_of("energy", sheet.energy_median) if sheet.energy_median is not None else None
    if own is None or sheet.energy_median is None:
        return None
    told = next((word for word in own.words if re.search(rf"\b{word}\b", text, re.I)), None)
    wrong = ("intense", "lively") if sheet.energy_median < 0.5 else ("gentle", "very calm")
    return swapped(text, rf"\b{told}\b", rng.choice(wrong)) if told else None


def plant_mode(text: str, sheet: CollectionSheet, rng: random.Random) -> str | None:
    if sheet.mode is None or "split" in sheet.mode:
        return None
    own = "minor" if "minor" in sheet.mode else "major"
    return swapped(text, rf"\b{own}\b", "major" if own == "minor" else "minor")


def plant_voice(text: str, sheet: CollectionSheet, rng: random.Random) -> str | None:
    vocals = sheet.vocals or ""
    if vocals == "instrumental":
        silence = r"\b(instrumental|nobody sings|no one sings|no voice|no singer|wordless|without a voice)\b"
        return swapped(text, silence, "sung by a woman")
    swaps = {"man": "woman", "men": "women", "male": "female", "he": "she", "his": "her", "man's": "woman's"}
    if "female" in vocals and "male and female" not in vocals:
        swaps = {new: old for old, new in swaps.items()}
    elif "male" not in vocals or "and" in vocals:
        return None
    return re.sub(rf"\b({'|'.join(swaps)})\b", lambda match: swaps[match.group().lower()], text, flags=re.I)


def plant_instrument(text: str, sheet: CollectionSheet, rng: random.Random) -> str | None:
    return plant_named(text, sheet, rng, "instrument", sheet.instruments)


def plant_mood(text: str, sheet: CollectionSheet, rng: random.Random) -> str | None:
    told = [mood for mood in sheet.moods if re.search(rf"\b{re.escape(mood)}\b", text, re.I)]
    families = {lexicon().canonical("mood", mood) for mood in sheet.moods}
    wrong = [
        mood for mood in ("joyful", "furious", "mournful", "sleepy", "menacing") if mood not in sheet.moods
    ]
    wrong = [mood for mood in wrong if lexicon().canonical("mood", mood) not in families]
    return swapped(text, rf"\b{re.escape(rng.choice(told))}\b", rng.choice(wrong)) if told and wrong else None


def plant_comparison(text: str, sheet: CollectionSheet, rng: random.Random) -> str | None:
    words = {word for phrase in sheet.stands_out for word in phrase.split()}
    wrong = [
        phrase for phrase in COMPARISONS if not words & set(phrase.split()[:3]) - {"the", "than", "more"}
    ]
    return f"{text} It is {rng.choice(wrong)}." if wrong else None


def plant_country(text: str, sheet: CollectionSheet, rng: random.Random) -> str | None:
    if sheet.country is None:
        return None
    adjective = (*lexicon().synonyms("country", sheet.country)[:1], sheet.country)
    wrong = rng.choice(("Iceland", "Peru", "Vietnam", "Tanzania"))
    return swapped(text, rf"\b(?:{'|'.join(map(re.escape, adjective))})\b", wrong)


@pytest.mark.parametrize(
    "plant",
    [
        plant_tracks,
        plant_artists,
        plant_year,
        plant_tempo,
        plant_tempo_word,
        plant_energy_word,
        plant_mode,
        plant_voice,
        plant_instrument,
        plant_mood,
        plant_comparison,
        plant_country,
    ],
)
def test_a_planted_wrong_fact_is_caught(good_notes: list[Note], plant: Plant) -> None:
    rng = random.Random(7)
    planted = [(plant(text, sheet, rng), text, sheet) for text, sheet in good_notes]
    wrong = [(note, sheet) for note, text, sheet in planted if note is not None and note != text]
    assert len(wrong) > 40
    missed = [note for note, sheet in wrong if not check_note(note, sheet)]
    assert len(missed) <= 0.05 * len(wrong), missed[:5]
