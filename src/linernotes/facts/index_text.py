"""A sheet as the words by which people search: tags, with every number in the words of its band."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from linernotes.types import FactSheet, Family
from linernotes.words import band_of, lexicon

_VOICES: Final = {
    "instrumental": "instrumental no vocals without vocals",
    "vocals": "vocals singing",
    "male vocals": "male vocals man singing",
    "female vocals": "female vocals woman singing",
    "male and female vocals": "male vocals female vocals man and woman singing",
    "duet": "duet two voices singing",
    "choir": "choir choral vocals",
    "rap vocals": "rap vocals rapping",
    "spoken word": "spoken word speech",
}
_STYLES: Final = {
    "christmas": "christmas xmas holiday",
    "remix": "remix",
    "cover": "cover version",
    "karaoke": "karaoke version",
    "acoustic": "acoustic version unplugged",
    "demo": "demo recording",
}
_DECADES: Final = {
    1920: "twenties",
    1930: "thirties",
    1940: "forties",
    1950: "fifties",
    1960: "sixties",
    1970: "seventies",
    1980: "eighties",
    1990: "nineties",
    2000: "noughties",
    2010: "tens",
    2020: "twenties",
}
_NUMBERS: Final = (
    "tempo_bpm",
    "energy",
    "valence",
    "danceability",
    "acousticness",
    "loudness_lufs",
    "duration_s",
)


def tag_words(sheet: FactSheet) -> str:
    """The sheet as text for the lexical index; "" for a sheet without facts.

    Genres and instruments come with what they are a kind of ("death metal metal rock"), numbers as all the
    words of their band ("fast brisk up-tempo"), the year also as its decade ("1994 1990s 90s nineties").
    """
    parts = [
        *_with_kinds("genre", sheet.genres),
        *sheet.moods,
        *_with_kinds("instrument", sheet.instruments),
        _VOICES.get(sheet.vocals, sheet.vocals) if sheet.vocals else "",
        *_place_words(sheet),
        *_year_words(sheet),
        *_number_words(sheet),
        "live concert recording" if sheet.live else "",
        *(_STYLES.get(style, style) for style in sheet.styles),
    ]
    return " ".join(part for part in parts if part)


def meaning_of(tags: Iterable[str], note: str) -> str:
    """What of a track is embedded: its tags before its note, which tells them in more words."""
    return ". ".join(part for part in (" ".join(tags), note) if part)


def _with_kinds(family: Family, names: tuple[str, ...]) -> Iterator[str]:
    """Each name once, the sheet's own first, then what they are kinds of."""
    kinds = {kind: None for name in names for kind in sorted(lexicon().ancestors(family, name))}
    yield from names
    yield from (kind for kind in kinds if kind not in names)


def _place_words(sheet: FactSheet) -> Iterator[str]:
    """The country with its adjective, which stands first among its synonyms, and the language."""
    if sheet.country:
        yield sheet.country
        yield from lexicon().synonyms("country", sheet.country)[:1]
    if sheet.language:
        yield f"in {sheet.language}"


def _year_words(sheet: FactSheet) -> Iterator[str]:
    if sheet.year:
        yield str(sheet.year)
    for decade in (sheet.year // 10 * 10,) if sheet.year else sheet.decades:
        yield f"{decade}s"
        if decade in _DECADES:
            yield f"{decade % 100:02d}s {_DECADES[decade]}"


def _number_words(sheet: FactSheet) -> Iterator[str]:
    for name in _NUMBERS:
        value: float | None = getattr(sheet, name)
        if value is not None and (band := band_of(name, value)):
            yield from band.words
