"""A second look at written notes, by rules of its own: it uses neither ``describe.check`` nor the lexicon.

    python -m benchmarks.second_look [--library DIR] [--count 2000] [--list FILE] [--json FILE]

Reads the notes that a model wrote on the songs, artists and genres of a library and holds each against its
sheet. What can be claimed is taken from the library itself: every genre, instrument, mood and country that
any of its sheets holds is a word that a note may only use if one value of its own sheet holds it, too (but
for four everyday words). Numbers, keys, voices, nations and the words of the table are read by patterns
written down here. Other words for the same, and what is said of the right thing in the wrong place, it does
not see: ``--list`` writes 100 notes with their sheets, for reading one by one.
"""

from __future__ import annotations

import argparse
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, fields
from pathlib import Path

from benchmarks.report import Row, finish
from linernotes.config import load_settings
from linernotes.facts import sheet_of
from linernotes.ingest.shelves import noted
from linernotes.store import Store
from linernotes.store.collections import CollectionKind
from linernotes.types import FactSheet, Sheet

BAR = 0.01
BANDS: Mapping[str, Sequence[tuple[float, float, str]]] = {
    "tempo_bpm": (
        (0, 60, "very slow"),
        (120, 140, "brisk|up-tempo"),
        (140, 170, "driving"),
        (170, 999, "breakneck|racing"),
        (80, 100, "unhurried"),
        (100, 120, "mid-tempo|walking pace"),
        (0, 80, "slow|slowly"),
        (120, 999, "fast"),
    ),
    "energy": (
        (0, 0.2, "very calm"),
        (0.2, 0.4, "gentle|gently"),
        (0.6, 0.8, "energetic|lively"),
        (0.8, 1.01, "intense|high-energy"),
    ),
    "valence": ((0, 0.25, "bleak"), (0.25, 0.45, "wistful"), (0.8, 1.01, "joyful|exuberant")),
    "loudness_lufs": ((-99, -20, "hushed"), (-99, -14, "quiet|quietly"), (-8, 9, "loud|loudly")),
    "duration_s": ((0, 120, "short"), (300, 99999, "long")),
    "acousticness": ((0.7, 1.01, "acoustic"),),
}
VOICES = {
    "male": r"\bm[ae]n\b|\bmale\b|\bhis\b|\bhe\b",
    "female": r"\bwom[ae]n\b|\bfemale\b|\bher\b|\bshe\b",
    "choir": r"\bchoirs?\b",
    "rap": r"\brapp?(?:s|ed|ing|ers?)?\b",
    "duet": r"\bduets?\b",
}
SILENCE = r"\binstrumentals?\b|\bno (?:voices?|vocals?|singers?|one sings)\b|\bnobody sings\b|\bwordless"
NEVER = (
    r"\b(?:album|debut|single|hit|chart|award|grammy|band|duo|trio|quartet|label|producer|recorded in"
    r"|released|cover version|soundtrack to|tour|concert hall|masterpiece|legendary|iconic|best-known"
    r"|famous)\b"
)
KEY = re.compile(r"\b([A-G])(?:[- ]?(sharp|flat)|(#|♯)|(b|♭))?[ -](major|minor)\b")
COMMON = frozenset(["country", "dance", "vocal", "standards"])
"""Names that are everyday words, too: "the country is", "easy to dance to"."""
NATIONS: Mapping[str, str] = {
    "american": "united states",
    "australian": "australia",
    "austrian": "austria",
    "belgian": "belgium",
    "brazilian": "brazil",
    "british": "united kingdom",
    "canadian": "canada",
    "chinese": "china",
    "colombian": "colombia",
    "cuban": "cuba",
    "danish": "denmark",
    "dutch": "netherlands",
    "finnish": "finland",
    "french": "france",
    "german": "germany",
    "greek": "greece",
    "icelandic": "iceland",
    "indian": "india",
    "irish": "ireland",
    "israeli": "israel",
    "italian": "italy",
    "jamaican": "jamaica",
    "japanese": "japan",
    "korean": "south korea",
    "mexican": "mexico",
    "nigerian": "nigeria",
    "norwegian": "norway",
    "polish": "poland",
    "portuguese": "portugal",
    "russian": "russia",
    "scottish": "scotland",
    "spanish": "spain",
    "swedish": "sweden",
    "turkish": "turkey",
    "welsh": "wales",
}
ONES = [
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
COUNTED = re.compile(
    rf"\b((?:{'|'.join([*ONES, *TENS])}|hundred)[ -](?:(?:{'|'.join([*ONES, *TENS])}|hundred|and)[ -])*)"
    r"(?:\w+ )?(?:tracks?|songs|artists?|beats|minutes?|seconds|years|decades)\b"
)


@dataclass(frozen=True, slots=True)
class Told:
    """A note and the sheet that it was written from."""

    name: str
    text: str
    sheet: Sheet


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--library", type=Path)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--list", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with closing(Store.open(load_settings(library_dir=options.library).library_dir / "library.db")) as store:
        every = [*songs(store), *collections(store)]
    words = vocabulary(every)
    notes = random.Random(0).sample(every, min(options.count, len(every)))
    found = {note.name: list(dict.fromkeys(remarks(note, words))) for note in notes}
    wrong = [note for note in notes if found[note.name]]
    for note in wrong[:40]:
        print(f"{note.name}: {'; '.join(found[note.name])}\n    {note.text}")
    print(Counter(remark.partition(":")[0] for remarks_ in found.values() for remark in remarks_))
    if options.list:
        shown = random.Random(1).sample(notes, min(100, len(notes)))
        options.list.write_text("\n\n".join(as_text(note) for note in shown) + "\n", encoding="utf-8")
    share = len(wrong) / max(len(notes), 1)
    rows = [
        Row(
            name="notes looked at",
            value=len(notes),
            unit="notes",
            bar=options.count,
            holds=len(notes) >= options.count,
        ),
        Row(name="with a claim in doubt", value=100 * share, unit="%", bar=100 * BAR, holds=share <= BAR),
    ]
    return finish("second_look", rows, options.json)


def songs(store: Store) -> list[Told]:
    """The notes on songs that a model wrote, with the sheets of their facts as they are now."""
    ids = store.catalogue.revisions().ids.tolist()
    notes = store.notes.current("song", ids)
    chosen = [one for one in ids if one in notes and notes[one].status == "written"]
    facts = store.catalogue.facts(chosen)
    return [Told(f"song {one}", notes[one].template, sheet_of(facts[one])) for one in chosen]


def collections(store: Store) -> Iterator[Told]:
    """The same for artists and genres."""
    kinds: tuple[CollectionKind, ...] = ("artist", "genre")
    for kind in kinds:
        for one in noted(store, kind):
            if one.note.status == "written":
                yield Told(f"{kind} {one.subject.name}", one.note.template, one.sheet)


def vocabulary(notes: Sequence[Told]) -> dict[str, frozenset[str]]:
    """All that any sheet names, by kind of fact."""
    named: dict[str, set[str]] = {"genres": set(), "instruments": set(), "moods": set(), "country": set()}
    for note in notes:
        for name, values in named.items():
            value = getattr(note.sheet, name)
            values.update([value] if isinstance(value, str) else value or ())
    return {name: frozenset(value.lower() for value in values) for name, values in named.items()}


def remarks(note: Told, words: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """What stands in the note and not in the sheet, as far as these rules can see."""
    text = re.sub(r"\{\w+\}", " ", note.text).replace("’", "'")
    lower = text.lower()
    own = own_words(note.sheet)
    yield from wrong_names(lower, own, words)
    yield from wrong_numbers(lower, note.sheet)
    yield from wrong_keys(text, note.sheet)
    yield from wrong_voices(lower, note.sheet, own)
    yield from wrong_bands(lower, note.sheet, own)
    for match in re.finditer(NEVER, lower):
        if match.group() not in own:
            yield f"never: {match.group()}"
    if getattr(note.sheet, "live", None) is not True and re.search(
        r"\blive (?:recording|on|in|at)\b|\brecorded live\b", lower
    ):
        yield "live: not live"


def own_words(sheet: Sheet) -> str:
    """All texts of the sheet."""
    return " | ".join(values_in_words(sheet))


def values_in_words(sheet: Sheet) -> list[str]:
    several = [getattr(sheet, field.name) for field in fields(sheet)]
    flat = [one for value in several for one in (value if isinstance(value, tuple) else (value,))]
    return [one.lower() for one in flat if isinstance(one, str)]


def stem(word: str) -> str:
    return re.sub(r"(?:ically|ing|ness|ful|ies|ic|al|ly|ed|es|s|y|e)$", "", word)


def wrong_names(lower: str, own: str, words: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """Names that stand beside those of the sheet, all of whose parts no one value of it holds."""
    values_of_sheet = [value for value in own.split(" | ") if value]
    for value in sorted(values_of_sheet, key=len, reverse=True):
        lower = re.sub(rf"(?<!\w){re.escape(value)}s?(?!\w)", " , ", lower)
    held = [{stem(part) for part in re.findall(r"[\w'&-]+", value)} for value in values_of_sheet]
    for kind, values in words.items():
        for value in values:
            parts = {stem(part) for part in re.findall(r"[\w'&-]+", value)}
            if value in COMMON or any(parts <= one for one in held):
                continue
            if re.search(rf"\b{re.escape(value)}s?\b", lower):
                yield f"{kind}: {value}"
    for adjective, nation in NATIONS.items():
        is_own = nation in values_of_sheet or adjective in own
        if not is_own and re.search(rf"\b{adjective}\b", lower):
            yield f"country: {adjective}"


def in_figures(words: str) -> int:
    """The number that is written in words: "one hundred and twenty-three"."""
    total = 0
    for word in re.findall(r"[a-z]+", words):
        if word == "hundred":
            total = max(total, 1) * 100
        elif word in TENS:
            total += 20 + 10 * TENS.index(word)
        elif word in ONES:
            total += 1 + ONES.index(word)
    return total


def wrong_numbers(lower: str, sheet: Sheet) -> Iterator[str]:
    allowed: set[str] = set()
    for field in fields(sheet):
        value = getattr(sheet, field.name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, int | float) and not isinstance(one, bool):
                short = f"{abs(one):.2f}"
                allowed |= {f"{abs(one):.0f}", f"{abs(one):.1f}", short, short.lstrip("0")}
    for length in values_of(sheet, "duration_s"):
        seconds = round(length)
        allowed |= {f"{seconds // 60}:{seconds % 60:02d}", str(seconds // 60), str(seconds % 60)}
    allowed |= {str(decade % 100) for decade in sheet.decades}
    own = set(re.findall(r"\d+", own_words(sheet)))
    allowed |= {str(len(sheet.decades))}
    for match in COUNTED.finditer(lower):
        if str(in_figures(match[1])) not in allowed | own | {"1"}:
            yield f"number: {match.group()}"
    for match in re.finditer(r"(?<![\w.#])\d*[:.]?\d+(?!\w*bit)", lower):
        if match.group() not in allowed | own:
            yield f"number: {match.group()}"


def wrong_keys(text: str, sheet: Sheet) -> Iterator[str]:
    for letter, word, sharp, flat, mode in KEY.findall(text):
        sign = {"sharp": "#", "flat": "b"}.get(word, "#" if sharp else "b" if flat else "")
        if f"{letter}{sign} {mode}" != (getattr(sheet, "key", None) or "").replace("-flat", "b").replace(
            "-sharp", "#"
        ):
            yield f"key: {letter}{sign} {mode}"


def wrong_voices(lower: str, sheet: Sheet, own: str) -> Iterator[str]:
    vocals = sheet.vocals or ""
    for voice, pattern in VOICES.items():
        is_own = voice in vocals.split() or voice in own.split()
        if voice == "male" and "male" in re.split(r"\W+", vocals):
            is_own = True
        if not is_own and re.search(pattern, lower):
            yield f"voice: {voice}"
    if vocals != "instrumental" and "instrumental" not in own and re.search(SILENCE, lower):
        yield "voice: instrumental"


def wrong_bands(lower: str, sheet: Sheet, own: str) -> Iterator[str]:
    for name, bands in BANDS.items():
        values = values_of(sheet, name)
        for low, high, pattern in bands:
            for match in re.finditer(rf"\b(?:{pattern})\b", lower):
                if stem(match.group()) in {stem(word) for word in own.split()}:
                    continue
                if not any(low - 1e-9 <= value < high + 1e-9 for value in values):
                    yield f"band: {match.group()} ({name} {values})"


def values_of(sheet: Sheet, name: str) -> tuple[float, ...]:
    """The values of a number; an artist or a genre has three tempos and the middle of some others."""
    fields_of_collection = {
        "tempo_bpm": ("tempo_low_bpm", "tempo_median_bpm", "tempo_high_bpm"),
        "energy": ("energy_median",),
        "acousticness": ("acousticness_median",),
    }
    names = (name,) if isinstance(sheet, FactSheet) else fields_of_collection.get(name, ())
    return tuple(value for one in names if (value := getattr(sheet, one)) is not None)


def as_text(note: Told) -> str:
    facts = {field.name: getattr(note.sheet, field.name) for field in fields(note.sheet)}
    told = ", ".join(f"{name} {value}" for name, value in facts.items() if value not in (None, (), False))
    return f"{note.name}  {told}\n    {note.text}"


if __name__ == "__main__":
    raise SystemExit(main())
