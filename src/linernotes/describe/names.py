"""Names and notes: a model writes placeholders, and code puts the names in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from linernotes.types import Track

PLACEHOLDERS = ("title", "artist", "album", "genre")

_TELLING = 4
"""Characters from which on a name is taken for itself wherever it stands."""
_PLACEHOLDER = re.compile(r"\{(title|artist|album|genre)\}")
_SENTENCE_END = re.compile(r"[.!?][\"'”’)]*\s+$")
_UNKNOWN = {
    "title": "an untitled song",
    "artist": "an unknown artist",
    "album": "an unknown album",
    "genre": "a nameless genre",
}


def fill(
    template: str,
    *,
    title: str | None = None,
    artists: Sequence[str] = (),
    album: str | None = None,
    genre: str | None = None,
) -> str:
    """The note with its names: "A, B and C" for several artists, "an unknown artist" for none.

    A name goes in as it is, whatever braces it holds, and is not read for placeholders again. The text is
    not escaped for HTML: that is for whoever puts it on a page.
    """
    names = {
        "title": (title or "").strip(),
        "artist": _artists(artists),
        "album": (album or "").strip(),
        "genre": (genre or "").strip(),
    }

    def named(match: re.Match[str]) -> str:
        which = match.group(1)
        if names[which]:
            return names[which]
        unknown = _UNKNOWN[which]
        return unknown.capitalize() if _opens_sentence(template[: match.start()]) else unknown

    return _PLACEHOLDER.sub(named, template)


def unfill(text: str, track: Track) -> str:
    """The text with placeholders where it names the song, its artists or its album; the opposite of ``fill``.

    Names of less than four characters stay: they are words as well.
    """
    named = {**names_of(track), "album": track.album or ""}
    found = {
        name: f"{{{placeholder}}}" for placeholder, name in reversed(named.items()) if len(name) >= _TELLING
    }
    if not found:
        return text
    longest_first = sorted(found, key=len, reverse=True)
    pattern = rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)"
    return re.sub(pattern, lambda match: found[match.group()], text)


def names_of(track: Track) -> dict[str, str]:
    """The names of a song's placeholders, as far as they are known."""
    names = {"title": track.title, "artist": _artists(track.artists)}
    return {placeholder: name for placeholder, name in names.items() if name.strip()}


def _artists(names: Sequence[str]) -> str:
    return listed([name.strip() for name in names if name.strip()])


def listed(names: Sequence[str]) -> str:
    """The names as a list in a sentence: "A", "A and B", "A, B and C"; "" for none."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def _opens_sentence(before: str) -> bool:
    return not before.strip() or bool(_SENTENCE_END.search(before))
