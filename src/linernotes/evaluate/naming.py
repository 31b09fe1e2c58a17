"""Notes with "this song" where the placeholders stand, as texts on music without a name are read."""

from __future__ import annotations

import re

_BY = re.compile(r"\{title\} by \{artist\}")
_PLACEHOLDER = re.compile(r"(^|[.!?]\s+)?\{(title|artist|album|genre)\}")
_WORDS = {"title": "this song", "artist": "the artist", "album": "the album", "genre": "this genre"}


def without_names(template: str) -> str:
    """The note with "this song", "the artist" and the like; "{title} by {artist}" is one "this song"."""

    def named(match: re.Match[str]) -> str:
        before, words = match.group(1), _WORDS[match.group(2)]
        return words if before is None else before + words[0].upper() + words[1:]

    return _PLACEHOLDER.sub(named, _BY.sub("{title}", template))
