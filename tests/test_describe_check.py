from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from linernotes.describe import check_note
from linernotes.describe.check.coverage import facts_told
from linernotes.describe.check.numerals import numerals
from linernotes.describe.check.reading import Reading
from linernotes.types import FactSheet, Family
from linernotes.words import BANDS, band_of, fold, lexicon

SHEET = FactSheet(
    genres=("alternative rock",),
    instruments=("electric guitar", "synthesizer"),
    vocals="male vocals",
    moods=("yearning",),
    tempo_bpm=128.4,
    key="A minor",
    energy=0.7,
    valence=0.3,
    loudness_lufs=-9.0,
    duration_s=245,
    year=1997,
    country="United Kingdom",
    language="English",
)
GOOD = (
    "{title} is alternative rock from the United Kingdom, 1997, yearning and wistful. A man sings in English "
    "over electric guitar and synthesizer. It moves at a brisk 128 bpm in A minor, lively and full, and "
    "lasts 4:05."
)


def problems(sentence: str, sheet: FactSheet = SHEET) -> tuple[str, ...]:
    """The problems of a good note with one more sentence."""
    return check_note(f"{GOOD} {sentence}" if sheet is SHEET else sentence, sheet)


def test_a_note_that_keeps_to_its_sheet_has_no_problem() -> None:
    assert check_note(GOOD, SHEET) == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "It runs at a hundred and twenty-eight beats a minute.",
        "The guitar leads.",
        "It is fast, and it is melancholy.",
        "It is rock, and it is British.",
        "Four minutes go by, or 245 seconds.",
        "It dates from the nineties.",
        "It is not sad, and there is no choir.",
        "It rolls on like a slow train with a banjo on its roof, or so one may feel.",
    ],
)
def test_the_same_in_other_words_is_borne_out(sentence: str) -> None:
    assert [problem for problem in problems(sentence) if "banjo" not in problem] == []


@pytest.mark.parametrize(
    ("sentence", "problem"),
    [
        ("It is slow.", "says 'slow', tempo is 128 bpm (fast)"),
        ("It keeps to 92 beats a minute.", "says 92 beats a minute, the tempo is 128 bpm"),
        ("Ninety-two beats a minute, then.", "says ninety-two beats a minute, the tempo is 128 bpm"),
        ("It is in F minor.", "says 'F minor', the key is A minor"),
        ("It has a major key.", "says 'major', the key is A minor"),
        ("It is calm.", "says 'calm', energy is 0.70 (energetic)"),
        ("It is a joyful song.", "says 'joyful', valence is 0.30 (melancholy)"),
        ("It is loud.", "says 'loud', loudness is -9.0 LUFS (ordinary)"),
        ("It is made for dancing.", "says 'made for dancing', no fact does"),
        ("A banjo joins in.", "names the instrument 'banjo', which is in no fact"),
        ("An acoustic guitar joins in.", "names the instrument 'acoustic guitar', which is in no fact"),
        ("It is techno.", "names the genre 'techno', which is in no fact"),
        ("It is instrumental.", "says 'instrumental', the voice is male vocals"),
        ("She sings it.", "says 'she', the voice is male vocals"),
        ("It came out in 1989.", "says 1989, the year is 1997"),
        ("It is of the 1980s.", "says '1980s', the year is 1997"),
        ("It lasts 5:30.", "says '5:30', the length is 245 seconds"),
        ("It lasts six minutes.", "says 'six minutes', the length is 245 seconds"),
        ("It scores 17 of 20.", "says 17, which is in no fact"),
        ("It is Brazilian.", "says 'Brazilian', the country is United Kingdom and the language is English"),
        ("It is in French.", "says 'French', the country is United Kingdom and the language is English"),
        ("It was recorded live.", "says 'live', nothing is known of it"),
        ("It is a remix.", "says 'remix', no fact does"),
        ("It recalls Radiohead.", "names Radiohead, which is in no fact"),
        ("It is reminiscent of the masters.", "compares ('reminiscent of')"),
        ("It is a masterpiece.", "praises ('masterpiece')"),
        ("The recording is of poor quality.", "speaks of the recording's quality ('poor quality')"),
        ("It won awards.", "tells what no fact holds ('awards')"),
        ("The band plays on.", "tells what no fact holds ('the band')"),
        ("I hope so.", "speaks of its task ('i')"),
        ("These facts are all.", "speaks of its task ('these facts')"),
        ("- It goes.", "is not plain prose"),
        ("{name} made it.", "has the brace '{name}', which is no placeholder"),
        ("It ends in the", "breaks off ('4:05. It ends in the')"),
        ("It moves. It moves.", "repeats a sentence"),
        ("It is very fast, and very fast.", "repeats itself ('very fast, and very fast')"),
    ],
)
def test_what_the_sheet_does_not_hold_is_a_problem(sentence: str, problem: str) -> None:
    if sentence.startswith("- "):
        sentence = f"\n{sentence}"
    assert any(problem in found for found in problems(sentence)), problems(sentence)


def test_a_claim_on_an_unknown_fact_is_a_problem() -> None:
    sheet = FactSheet(genres=("rock",))
    assert check_note("{title} is fast rock.", sheet) == ("says 'fast', no fact does",)
    assert check_note("{title} is rock from 1990.", sheet) == ("says 1990, the year is unknown",)
    assert check_note("{title} is rock with a woman singing.", sheet) == (
        "says 'singing', the voice is unknown",
        "says 'woman', the voice is unknown",
    )


def test_the_sheets_own_words_claim_nothing_else() -> None:
    sheet = FactSheet(
        genres=("dark ambient", "instrumental hip hop"), instruments=("808 bass",), moods=("driving",)
    )
    assert (
        check_note("{title} joins dark ambient and instrumental hip hop, driving, on 808 bass.", sheet) == ()
    )


def test_a_kind_of_the_genre_may_stand_for_it_but_not_a_narrower_one() -> None:
    sheet = FactSheet(genres=("deep house",), vocals="choir")
    assert check_note("{title} is house music with a choir.", sheet) == ()
    assert check_note("{title} is Chicago house with a choir.", sheet) == (
        "names the genre 'Chicago house', which is in no fact",
    )


def test_the_artists_decades_are_not_the_songs() -> None:
    sheet = FactSheet(genres=("rock",), decades=(1990,))
    assert check_note("{title} is rock. {artist} worked in the 1990s.", sheet) == ()
    assert check_note("{title} is rock from the 1990s.", sheet) == (
        "says '1990s' of the song, the decades are the artist's",
    )


def test_enharmonic_keys_are_the_same() -> None:
    assert check_note("{title} is in C-sharp minor.", FactSheet(key="Db minor")) == ()


def test_studio_is_borne_out_only_by_a_known_studio() -> None:
    text = "{title} is rock from a studio, not live."
    assert check_note(text, FactSheet(genres=("rock",), live=False)) == ()
    assert len(check_note(text, FactSheet(genres=("rock",), live=True))) == 2


def test_a_note_that_leaves_out_most_facts_is_a_problem() -> None:
    assert check_note("{title} is alternative rock.", SHEET) == (
        "tells 1 of 13 facts; left out: electric guitar, synthesizer, yearning, tempo, energy, valence, "
        "loudness, the voice, the key, the year, the country, the language",
    )


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_note_is_a_problem(text: str) -> None:
    assert "is empty" in check_note(text, SHEET)


def test_texts_of_every_kind_are_read_without_error() -> None:
    wild = random.Random(11)
    signs = "aA1 .,:;{}#-–'\"“9\n\tİßﬁ♯ in F# minor 3:99 99:99:99 nineteen"
    for _ in range(300):
        check_note("".join(wild.choice(signs) for _ in range(wild.randrange(200))), SHEET)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1,214 seconds and -20.8 lufs", [1214.0, -20.8]),
        ("one hundred and twelve", [112.0]),
        ("nineteen seventy-four", [1974.0]),
        ("at 3:24 and f#3", []),
        (".65 of 1", [0.65, 1.0]),
    ],
)
def test_numbers_are_read_in_digits_and_in_words(text: str, values: list[float]) -> None:
    assert [numeral.value for numeral in numerals(text)] == values


# --- measured on the hand-written notes ------------------------------------------------------------

Plant = Callable[[str, FactSheet, random.Random], str | None]


@pytest.fixture(scope="module")
def notes(shared_dir: Path) -> list[tuple[str, FactSheet]]:
    lines = [
        line
        for path in sorted((shared_dir / "liner_notes").glob("songs_*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return [(row["text"], sheet_from(row["facts"])) for row in map(json.loads, lines)]


@pytest.fixture(scope="module")
def good_notes(notes: list[tuple[str, FactSheet]]) -> list[tuple[str, FactSheet]]:
    return [(text, sheet) for text, sheet in notes if not check_note(text, sheet)]


def sheet_from(facts: dict[str, object]) -> FactSheet:
    return FactSheet(**{name: tuple(v) if isinstance(v, list) else v for name, v in facts.items()})  # type: ignore[arg-type]


@pytest.mark.shared
def test_hand_written_notes_pass(
    notes: list[tuple[str, FactSheet]], good_notes: list[tuple[str, FactSheet]]
) -> None:
    assert len(notes) == 730
    assert len(good_notes) / len(notes) >= 0.97


@pytest.mark.shared
def test_hand_written_notes_tell_nearly_every_fact(notes: list[tuple[str, FactSheet]]) -> None:
    told = [is_told for text, sheet in notes for is_told in facts_told(Reading(text, sheet)).values()]
    assert sum(told) / len(told) >= 0.99


def swapped(text: str, pattern: str, new: str | Callable[[re.Match[str]], str]) -> str | None:
    match = re.search(pattern, text, re.IGNORECASE)
    if match is None:
        return None
    word = new if isinstance(new, str) else new(match)
    word = word[0].upper() + word[1:] if match.group()[0].isupper() else word
    return text[: match.start()] + word + text[match.end() :]


def plant_tempo_number(text: str, sheet: FactSheet, rng: random.Random) -> str | None:
    if sheet.tempo_bpm is None:
        return None
    wrong = max(30, round(sheet.tempo_bpm) + rng.choice((-60, -40, -25, -12, 12, 25, 40, 60)))
    return swapped(text, rf"(?<![\d:.,]){round(sheet.tempo_bpm)}(?![\d:.,]\d)", str(wrong))


def plant_tempo_word(text: str, sheet: FactSheet, rng: random.Random) -> str | None:
    band = band_of("tempo_bpm", sheet.tempo_bpm) if sheet.tempo_bpm else None
    if band is None:
        return None
    right = next(
        (w for w in sorted(band.words, key=len)[::-1] if re.search(rf"(?<!very )\b{w}\b", text, re.I)), None
    )
    if right is None:
        return None
    fast = (
        {"fast", "driving", "very fast"}
        if band.low >= 140
        else {"fast", "driving"}
        if band.low >= 120
        else set()
    )
    true_too = {*band.words, *fast, *(("slow",) if band.high <= 80 else ())}
    words = [word for other in BANDS["tempo_bpm"] for word in other.words if word not in true_too]
    return swapped(text, rf"(?<!very )\b{right}\b", rng.choice([w for w in words if w[-4:] != "pace"]))


def plant_key(text: str, sheet: FactSheet, rng: random.Random) -> str | None:
    def wrong(match: re.Match[str]) -> str:
        if rng.random() < 0.5:
            return match[1] + ("minor" if match[2] == "major" else "major")
        return rng.choice([note for note in "ABCDEFG" if note != match[1][0]]) + match[1][1:] + match[2]

    if sheet.key is None:
        return None
    found = re.search(r"\b([A-G](?:#|b|-sharp|-flat)? )(major|minor)", text)
    return text[: found.start()] + wrong(found) + text[found.end() :] if found else None


def plant_voice(text: str, sheet: FactSheet, rng: random.Random) -> str | None:
    if sheet.vocals == "instrumental":
        silence = r"\b(instrumental|nobody sings|no one sings|no voice|no singer|wordless|without a singer)\b"
        return swapped(text, silence, "with a woman singing")
    swaps = {"man": "woman", "men": "women", "male": "female", "he": "she", "his": "her"}
    if sheet.vocals and sheet.vocals.startswith("female"):
        swaps = {new: old for old, new in swaps.items()}
    elif not (sheet.vocals and sheet.vocals.startswith("male")):
        return None
    return re.sub(rf"\b({'|'.join(swaps)})\b", lambda match: swaps[match.group().lower()], text, flags=re.I)


def plant_named(
    text: str, sheet: FactSheet, rng: random.Random, family: Family, own: tuple[str, ...]
) -> str | None:
    told = [value for value in own if re.search(rf"\b{re.escape(value)}s?\b", text, re.I)]
    if not told:
        return None
    names = [lexicon().canonical(family, value) or value for value in own]
    kin = {
        kin
        for name in names
        for kin in lexicon().ancestors(family, name) | lexicon().descendants(family, name)
    }
    words = {
        word for value in (*sheet.genres, *sheet.instruments, *sheet.moods) for word in fold(value).split()
    }
    others = [t.name for t in lexicon().terms if t.family == family and t.name not in kin]
    wrong = [name for name in others if not words & set(fold(name).split())]
    return swapped(text, rf"\b{re.escape(rng.choice(told))}s?\b", rng.choice(wrong))


def plant_instrument(text: str, sheet: FactSheet, rng: random.Random) -> str | None:
    return plant_named(text, sheet, rng, "instrument", sheet.instruments)


def plant_genre(text: str, sheet: FactSheet, rng: random.Random) -> str | None:
    return plant_named(text, sheet, rng, "genre", sheet.genres)


def plant_year(text: str, sheet: FactSheet, rng: random.Random) -> str | None:
    if sheet.year is None:
        return None
    return swapped(text, rf"\b{sheet.year}\b", str(sheet.year + rng.choice((-20, -7, -1, 1, 5, 15))))


@pytest.mark.shared
@pytest.mark.parametrize(
    ("plant", "floor"),
    [
        (plant_tempo_number, 0.99),
        (plant_tempo_word, 0.95),
        (plant_key, 0.99),
        (plant_voice, 0.98),
        (plant_instrument, 0.96),
        (plant_genre, 0.97),
        (plant_year, 0.99),
    ],
)
def test_a_planted_wrong_fact_is_caught(
    good_notes: list[tuple[str, FactSheet]], plant: Plant, floor: float
) -> None:
    rng = random.Random(7)
    planted = [(plant(text, sheet, rng), text, sheet) for text, sheet in good_notes]
    wrong = [(note, sheet) for note, text, sheet in planted if note is not None and note != text]
    assert len(wrong) > 100
    share = sum(bool(check_note(note, sheet)) for note, sheet in wrong) / len(wrong)
    assert share >= floor
