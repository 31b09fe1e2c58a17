"""What the names of a track and its album say about the recording: live, a remix, a cover, for Christmas."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from linernotes.types import Fact

SAID = 0.8
"""Confidence in what a title says of its version in brackets or after a dash."""
IMPLIED = 0.7
"""Confidence in what the running words of a title, or the album's name, let one expect."""
SILENT = 0.5
"""Confidence that a recording is not live when nothing says so."""

_BRACKETED = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
_DASH = re.compile(r"\s[-–—~]+\s")
_SEPARATORS = re.compile(r"[\s/,;:!.]+")

# "Live" is a verb in too many titles: it counts alone or at the end of a version's name, and before what a
# concert or a version has.
_LIVE_ALONE = re.compile(
    r"(?:^|\b(?:version|recorded|performed|acoustic|unplugged|mix|remix|remaster|remastered|edit|demo|session"
    r"|track|\d{4}) )live(?: \W?\d{2,4})?$|\b(?:en|ao|dal) vivo\b|\ben (?:directo|public)\b"
)
_LIVE_SOMEWHERE = re.compile(
    r"\blive (?:at|from|@|version|session|sessions|recording|performance|take|acoustic|concert|edit|mix"
    r"|medley|bonus|radio|tv|album|on (?:tour|air|stage|broadcast)|\W?\d{1,4}\b|(?:\w+ ){1,3}sessions?\b)"
)
_LIVE_IN = re.compile(
    r"\blive in (?!me\b|you\b|my\b|your\b|love\b|fear\b|peace\b|hope\b|harmony\b|sin\b|this\b|that\b|us\b"
    r"|them\b|it\b|an? \w|the (?:moment|past|present|now|future|light|dark|shadows?|sun|city|world|sky)\b)"
)
_LIVE_AT = re.compile(r"\blive (?:at|from) \w")
_CONCERT = re.compile(r"\bin concert\b|\bunplugged\b|\bconcert version\b")
_STUDIO = re.compile(r"\bstudio (?:version|recording|take|session|outtake)\b")

_STYLES_IN_QUALIFIERS = {
    "remix": re.compile(r"\b(?:remix(?:ed)?|rmx|re-?mix|(?:club|dub|dance|house|vip) mix)\b"),
    "karaoke": re.compile(
        r"\bkaraoke\b|\boriginally performed\b|\bin the style of\b|\bmade famous\b|\bbacking track\b"
    ),
    "cover": re.compile(r"\bcover(?: version)?$|^cover (?:of|version)\b|\btribute to\b"),
    "demo": re.compile(r"\bdemos?\b"),
    "acoustic": re.compile(r"\bacoustic\b|\bunplugged\b"),
}
_STYLES_ANYWHERE = {
    "christmas": re.compile(
        r"\b(?:christmas\w*|x-?mas|yuletide|weihnacht\w*|navidad|noel|santa claus|jingle bells?|silent night"
        r"|holy night|sleigh ride|winter wonderland|mistletoe|little drummer boy|deck the halls?|rudolph the"
        r"|frosty the snowman|wonderful time of the year|herald angels|faithful christmas)\b"
    ),
    "karaoke": re.compile(r"\bkaraoke\b|\boriginally performed\b|\bmade famous by\b"),
    "remix": re.compile(r"\bremix(?:es)?$|^remix\b"),
    "cover": re.compile(r"\ba tribute to\b"),
    "acoustic": re.compile(r"\bunplugged\b"),
}
_INSTRUMENTAL = re.compile(r"^(?:the )?instrumental(?: version| mix| edit| remix)?$")


def facts_from_names(title: str, album: str | None) -> tuple[Fact, ...]:
    """What the title and the album's name say: ``live``, ``style`` and, for "(Instrumental)", ``vocals``.

    Only brackets, a part after a dash, and "Live at/from/in" count as a word about the recording: "Live
    and Let Die" is a name. Where nothing says live, live is False with confidence .5; a track without a
    title has no facts.
    """
    if not title.strip():
        return ()
    facts = [_live(title, album or ""), *_styles(title, album or "")]
    if any(_INSTRUMENTAL.search(part) for part in _qualifiers(title)):
        facts.append(_said("vocals", "instrumental", SAID))
    return tuple(facts)


def _live(title: str, album: str) -> Fact:
    qualifiers = tuple(_qualifiers(title))
    if any(_STUDIO.search(part) for part in qualifiers):
        return _said("live", False, SAID)
    if any(_says_live(part) for part in qualifiers):
        return _said("live", True, SAID)
    album_parts = (_plain(album), *_qualifiers(album))
    if _LIVE_AT.search(_plain(title)) or any(_says_live(part) for part in album_parts):
        return _said("live", True, IMPLIED)
    return _said("live", False, SILENT)


def _says_live(part: str) -> bool:
    return bool(
        _LIVE_ALONE.search(part)
        or _LIVE_SOMEWHERE.search(part)
        or _LIVE_IN.search(part)
        or _CONCERT.search(part)
    )


def _styles(title: str, album: str) -> Iterator[Fact]:
    confidences: dict[str, float] = {}
    for name, confidence in ((title, SAID), (album, IMPLIED)):
        found = [style for part in _qualifiers(name) for style in _matching(_STYLES_IN_QUALIFIERS, part)]
        found += _matching(_STYLES_ANYWHERE, _plain(name))
        for style in found:
            confidences.setdefault(style, confidence)
    for style, confidence in confidences.items():
        yield _said("style", style, confidence)


def _matching(patterns: dict[str, re.Pattern[str]], text: str) -> list[str]:
    return [style for style, pattern in patterns.items() if pattern.search(text)]


def _qualifiers(name: str) -> Iterator[str]:
    """What stands in brackets or after a dash, in lower case, without punctuation."""
    bare = _BRACKETED.sub(" ", name)
    parts = (*_BRACKETED.findall(name), *_DASH.split(bare)[1:])
    return (plain for part in parts if (plain := _plain(part)))


def _plain(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _SEPARATORS.sub(" ", bare).strip()


def _said(name: str, value: str | bool, confidence: float) -> Fact:
    return Fact(name=name, value=value, source="title", confidence=confidence)
