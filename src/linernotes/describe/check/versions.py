"""Reads what recording it is: live or from a studio, a remix, a cover, a demo, for Christmas."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linernotes.describe.check.contexts import is_denied, is_plainly_denied
from linernotes.describe.check.patterns import any_of, words_of
from linernotes.describe.check.reading import Reading

_LIVE = re.compile(
    r"(?<!\bto )(?<!\bwe )(?<!\byou )(?<!\bthey )\blive\b"
    r"(?! (?:up|with|through|together|forever|wire|for|by|electronics|in(?! concert| front| \d))\b)"
    r"|\b(?:in concert|on stage|applause|concert hall|concert recording|cheering)\b"
    r"|\b(?:before|in front of) an? (?:\w+ )?(?:audience|crowd)\b"
    r"|(?:(?<=recorded )|(?<=performed )|(?<=played )|(?<=caught )|(?<=captured )|(?<=taped ))live\b"
)
_STUDIO = any_of("studio")
_VERSIONS = {
    "christmas": any_of("christmas|xmas|yuletide"),
    "remix": any_of("remix(?:ed|es)?"),
    "cover": any_of("cover version|a cover of|covered by|covers? of"),
    "karaoke": any_of("karaoke"),
    "demo": any_of("demo(?: version| recording| tape)?"),
    "acoustic": any_of("acoustic (?:version|take|rendition)"),
}
_SINGLE_WORDS = {
    "christmas": "christmas xmas yuletide",
    "remix": "remix remixed remixes",
    "karaoke": "karaoke",
    "demo": "demo",
}
_KNOWN_LIVE = {None: "nothing is known of it", True: "it is live", False: "it is not live"}


def version_problems(reading: Reading) -> Iterator[str]:
    """Live or studio against the sheet, and versions that the sheet does not hold."""
    sheet, prose = reading.facts, reading.masked
    for pattern, is_live in ((_LIVE, True), (_STUDIO, False)):
        if match := pattern.search(prose):
            claimed = is_live != is_denied(prose, match.start())
            if sheet.live is not claimed:
                yield f"says '{match.group()}', {_KNOWN_LIVE[sheet.live]}"
    for style, pattern in _VERSIONS.items():
        if style in sheet.styles:
            continue
        if (said := pattern.search(prose)) and not is_plainly_denied(prose, said.start()):
            yield f"says '{said.group()}', no fact does"


def refused_version_words(reading: Reading) -> frozenset[str]:
    """The single words that claim a recording to be what the sheet does not hold."""
    versions = {style: words for style, words in _SINGLE_WORDS.items() if style not in reading.facts.styles}
    refused = words_of(" ".join(("live", *versions.values())))
    return refused if reading.facts.live is False else refused | {"studio"}
