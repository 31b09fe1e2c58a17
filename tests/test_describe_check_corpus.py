from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest

from conftest import REPOSITORY
from linernotes.describe import check_note
from linernotes.describe.check.coverage import facts_told
from linernotes.describe.check.reading import Reading
from linernotes.learn.corpora import read_notes
from linernotes.types import FactSheet, Family, Sheet
from linernotes.words import BANDS, band_of, fold, lexicon

Note = tuple[str, FactSheet]
Plant = Callable[[str, FactSheet, random.Random], str | None]
CORPUS = REPOSITORY / "corpora" / "liner_notes"


FAMILIES = ("concert", "electronic", "folk", "pop", "rhythm", "rock")


@pytest.fixture(scope="module")
def notes() -> list[Note]:
    lessons = read_notes(CORPUS, source="our own corpus", licence="CC BY 4.0")
    return [(lesson.text, lesson.sheet) for lesson in lessons if isinstance(lesson.sheet, FactSheet)]


@pytest.fixture(scope="module")
def good_notes(notes: list[Note]) -> list[Note]:
    return [(text, sheet) for text, sheet in notes if not check_note(text, sheet)]


@pytest.fixture(scope="module")
def first_notes(good_notes: list[Note]) -> list[Note]:
    """Those of the families of music, on which the floors below were set."""
    files = [CORPUS / "free" / f"songs_{family}.jsonl" for family in FAMILIES]
    lessons = [one for path in files for one in read_notes(path, source="ours", licence="CC BY 4.0")]
    texts = {lesson.text for lesson in lessons}
    return [(text, sheet) for text, sheet in good_notes if text in texts]


def test_hand_written_notes_pass(notes: list[Note], good_notes: list[Note]) -> None:
    assert len(notes) >= 900
    assert len(good_notes) / len(notes) >= 0.98


def test_hand_written_notes_tell_nearly_every_fact(notes: list[Note]) -> None:
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
    text: str, sheet: Sheet, rng: random.Random, family: Family, own: tuple[str, ...]
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


@pytest.mark.parametrize(
    ("plant", "floor"),
    [
        (plant_tempo_number, 0.99),
        (plant_tempo_word, 0.95),
        (plant_key, 0.99),
        (plant_voice, 0.99),
        (plant_instrument, 0.97),
        (plant_genre, 0.97),
        (plant_year, 0.99),
    ],
)
def test_a_planted_wrong_fact_is_caught(first_notes: list[Note], plant: Plant, floor: float) -> None:
    rng = random.Random(7)
    planted = [(plant(text, sheet, rng), text, sheet) for text, sheet in first_notes]
    wrong = [(note, sheet) for note, text, sheet in planted if note is not None and note != text]
    assert len(wrong) > 100
    share = sum(bool(check_note(note, sheet)) for note, sheet in wrong) / len(wrong)
    assert share >= floor
