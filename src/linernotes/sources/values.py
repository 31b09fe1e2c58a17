"""Values as sources write them, made clean: texts, lists, years, identifiers. None where there is nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime

MAX_TEXT_CHARS = 500
MAX_VALUES = 20
FIRST_YEAR = 1860  # the oldest recording that can be played (the phonautograph's "Au clair de la lune")

# Marks that turn the direction of the text around them, and marks without any width.
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u061c\u202a-\u202e\u2066-\u2069]")
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_COMPACT_DATE = re.compile(r"(\d{4})\d{4}")  # 19970521
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ISRC = re.compile(r"[A-Z]{2}[A-Z0-9]{3}[0-9]{7}")

# "/" divides artists only between blanks, for the sake of AC/DC; "," and "&" never do ("Earth, Wind & Fire").
# The ";" of "&amp;" belongs to the name.
_BETWEEN_ARTISTS = re.compile(
    r" ?(?<!&amp)(?<!&#39)(?<!&quot); ?| / |(?:,? | ?[(\[])(?:feat\.?|ft\.?|featuring) ", re.IGNORECASE
)
_BETWEEN_ITEMS = re.compile(r"[;\x00,/|]")
_ITEM_EDGES = " \t&\"'"


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in text.split(","))


_NOTHING = _words("unknown, n a, na, null, nan, undefined")
_NOBODY = _NOTHING | _words(
    "unknown artist, unknown artists, various, various artists, various artist, va, v a, no artist, artist,"
    "none, artiste inconnu, unbekannter interpret, unbekannt"
)
_NO_ITEM = _NOTHING | _words("unknown genre, other, genre, none, no genre, misc, default, undetermined")
_PLACEHOLDERS = {
    "artist": _NOBODY,
    "album_artist": _NOBODY,
    "album": _NOTHING | _words("unknown album, no album, none, unbekanntes album, album inconnu"),
    "title": _NOTHING | _words("unknown title, no title"),
}
_NUMBERED_TRACK = re.compile(r"(?:audio ?)?(?:track|titel|piste|pista|traccia|spur) ?\d+", re.IGNORECASE)


def clean_text(text: str) -> str | None:
    """``text`` in one line of at most 500 characters, without control and direction marks; None if empty.

    Markup is left as it is: it is data, and escaping is the page's job.
    """
    visible = _INVISIBLE.sub("", _NOT_TEXT.sub("", text.replace("\x00", " ")))
    line = " ".join(visible.split())[:MAX_TEXT_CHARS]
    composed = unicodedata.normalize("NFC", line)[:MAX_TEXT_CHARS].strip()
    return composed if composed.strip("\ufffd ") else None


def mended(text: str) -> str:
    """``text``, or what it says if its UTF-8 was taken for Latin-1 ("CafÃ©"), as in many an ID3 tag."""
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def unique_texts(texts: Iterable[str]) -> tuple[str, ...]:
    """The cleaned texts in order, each once whatever its case, at most 20."""
    by_folded: dict[str, str] = {}
    for text in texts:
        cleaned = clean_text(text)
        if cleaned is not None:
            by_folded.setdefault(cleaned.casefold(), cleaned)
        if len(by_folded) == MAX_VALUES:
            break
    return tuple(by_folded.values())


def is_placeholder(name: str, text: str) -> bool:
    """Whether ``text`` stands for "no value" of the fact ``name``: "Unknown Artist", "Track 01", "Other"."""
    plain = " ".join(re.sub(r"[\W_]+", " ", text).split()).casefold()
    if name == "title" and _NUMBERED_TRACK.fullmatch(plain):
        return True
    if not plain:
        return text.strip("-_.?<>[]()/ ") == "" and name != "title"
    return plain in _PLACEHOLDERS.get(name, _NO_ITEM)


def split_artists(text: str) -> list[str]:
    """The artists named in one text: "A; B", "A / B", "A feat. B" (with or without brackets)."""
    line = " ".join(text[: 10 * MAX_TEXT_CHARS].replace("\x00", ";").split())
    names = (part.strip() for part in _BETWEEN_ARTISTS.split(line))
    return [_without_loose_bracket(name) for name in names if name]


def _without_loose_bracket(name: str) -> str:
    """The artist B of "A (feat. B)", which the split leaves as "B)"."""
    is_loose = (name.endswith(")") and "(" not in name) or (name.endswith("]") and "[" not in name)
    return name[:-1].rstrip() if is_loose else name


def split_items(text: str) -> list[str]:
    """The genres, moods or instruments named in one text, divided by any of ``; , / |`` or a zero byte."""
    items = (item.strip(_ITEM_EDGES) for item in _BETWEEN_ITEMS.split(text[: 10 * MAX_TEXT_CHARS]))
    return [item for item in items if item and not item.strip("()").isdecimal()]


def latest_year() -> int:
    """The last year that a recording may carry: next year, for what is announced."""
    return datetime.now(UTC).year + 1


def year_in(text: str) -> int | None:
    """The year in a date of any form ("1997-05-21", "21.05.1997", "19970521"), if a recording can have it."""
    text = text[:MAX_TEXT_CHARS]
    compact = _COMPACT_DATE.fullmatch(text.strip())
    years = [int(compact[1])] if compact else [int(found) for found in _YEAR.findall(text)]
    return next((year for year in years if FIRST_YEAR <= year <= latest_year()), None)


def uuids_in(text: str) -> list[str]:
    """The MusicBrainz identifiers in a text, in lower case."""
    return [found.lower() for found in _UUID.findall(text[: 10 * MAX_TEXT_CHARS])]


def isrc_in(text: str) -> str | None:
    """An International Standard Recording Code (ISO 3901) without its hyphens, or None if it is none."""
    code = re.sub(r"[\s-]", "", text[:MAX_TEXT_CHARS]).upper()
    return code if _ISRC.fullmatch(code) else None
