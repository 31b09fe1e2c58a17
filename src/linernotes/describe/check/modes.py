"""Reads the keys of an artist or a genre: "mostly in minor", "all major", "evenly split"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linernotes.describe.check.contexts import is_denied
from linernotes.describe.check.patterns import any_of
from linernotes.describe.check.reading import Reading

_MODE = re.compile(
    r"\b(?P<mode>major|minor)\b(?! (?:artist|figure|force|hit|label|matter|part|point|role|star)s?\b)"
)
_KEY = re.compile(r"(?<![\w'’])[A-G](?:#|♯|b|♭|[\s-](?:sharp|flat))?[\s-](?:major|minor)\b")
_HEDGE = any_of(
    r"seldom|rarely|hardly|barely|sometimes|at times|now and then|occasional(?:ly)?|few|fewer|little|some"
    r"|rare|less|than|only a|the rest|(?<!without )exceptions?|a touch of"
)
_ALL = any_of(r"all|every|entirely|only|nothing but|always|without exception|exclusively")
_MOST = any_of(r"mostly|mainly|largely|usually|often|chiefly|most|tends?|as a rule|leans?|prefers?")


def mode_problems(reading: Reading) -> Iterator[str]:
    """Modes other than the sheet's; single keys, which no artist's and no genre's sheet holds."""
    sheet = reading.collection
    if sheet is None:
        return
    for key in _KEY.finditer(reading.text):
        yield f"says '{key.group()}', no fact does"
    for match in _MODE.finditer(reading.masked):
        if not _is_borne_out(match, reading, sheet.mode or ""):
            yield f"says '{match.group()}', the mode is {sheet.mode or 'unknown'}"
            return


def _is_borne_out(match: re.Match[str], reading: Reading, mode: str) -> bool:
    """Whether the mode is the sheet's: "all minor" needs all of them, "mostly" more than half."""
    clause = _clause_around(match, reading.masked)
    is_split = "split" in mode or "even" in mode
    if is_denied(reading.masked, match.start()) or _HEDGE.search(clause):
        return bool(mode) and (is_split or not mode.startswith("all") or match["mode"] not in mode)
    if match["mode"] not in mode:
        return False
    is_most, is_all = bool(_MOST.search(clause)), bool(_ALL.search(clause))
    if is_split:
        return not (is_most or is_all)
    return mode.startswith("all") or is_most or not is_all


def _clause_around(match: re.Match[str], prose: str) -> str:
    start = max(prose.rfind(stop, 0, match.start()) for stop in ",;.:") + 1
    end = min((at for stop in ",;.:" if (at := prose.find(stop, match.end())) >= 0), default=len(prose))
    return prose[start:end]
