"""Minutes, numbers of songs and beats per minute in a request."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linernotes.request.text import LimitSpan, RequestText, covered, is_free
from linernotes.types import Limit
from linernotes.words import BANDS

# How far "120 bpm" and "around 120 bpm" may be missed: measured tempos are off by about 2 %.
_EXACT_BPM = 3.0
_AROUND_BPM = 5.0
# Bounds of up to this many minutes are about each song, longer ones about the whole playlist, unless said.
_LONGEST_SONG_MINUTES = 20.0
# "Five-minute songs" are between four and six minutes long.
_SONG_LENGTH_SLACK = 0.2
_MOST_TRACKS = 500

_NUMBERS = {
    "a couple of": 2, "a couple": 2, "half a dozen": 6, "a dozen": 12, "dozen": 12, "one": 1, "two": 2,
    "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "eighteen": 18,
    "twenty five": 25, "twenty-five": 25, "twenty": 20, "thirty": 30, "forty five": 45, "forty-five": 45,
    "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90, "a hundred": 100, "hundred": 100,
}  # fmt: skip
_THOUSANDS = re.compile(r",(?=\d{3}(?!\d))")
_WORD_NUMBER = "|".join(sorted(map(re.escape, _NUMBERS), key=len, reverse=True))
_NUMBER = rf"(?:\d{{1,3}}(?:[.,]\d{{1,2}})?(?!\d)|(?:{_WORD_NUMBER})\b)"
# Numbers of songs may have more digits, but those that are years are none.
_MANY = r"(?!(?:19|20)\d\d(?!\d))(?:\d{1,3}(?:,\d{3})+|\d{4,7})(?!\d)"
_UPPER = (
    r"(?:no|not) (?:more|longer|greater|bigger) than|less than|fewer than|shorter than|under|below|at most"
    r"|max(?:imum)?(?: of)?|up to|within|slower than|(?:doesn'?t|not) exceed(?:ing)?|<=?"
)
_LOWER = (
    r"(?:no|not) (?:less|fewer|shorter|slower) than|more than|longer than|over|above|at least"
    r"|min(?:imum)?(?: of)?|faster than|>=?"
)
_AROUND = r"about|around|roughly|approximately|approx\.?|circa|exactly|~"
_BOUND = (
    rf"(?:(?:(?P<upper>{_UPPER})|(?P<lower>{_LOWER})|(?P<around>{_AROUND})|(?P<between>between|from))\s*)?"
)
_BOUND_BEFORE = re.compile(rf"(?:{_UPPER}|{_LOWER})\s", re.IGNORECASE)
_WORDS_OF_SURE = 3
_AFTER = (
    r"(?P<upper_after>\s*(?:(?:or (?:less|under|slower|shorter|fewer)|and (?:under|below))(?! than| \d)"
    r"|max\b|tops\b|at most))?"
    r"(?P<lower_after>\s*(?:(?:or (?:more|longer|faster|above)|and (?:up|above|over|faster|more))"
    r"(?! than| \d)|\+|plus\b))?"
)
_FLAGS = re.IGNORECASE

_TO = r"\s*(?:-|–|to|and)\s*"
_DURATION = re.compile(
    rf"(?<![\w:.]){_BOUND}(?:(?P<from>{_NUMBER}){_TO})?"
    rf"(?:(?P<clock>\d{{1,2}}:\d\d)(?!\d)"
    rf"|(?P<half>half an hour|half hour)\b"
    rf"|(?P<hours>{_NUMBER}|an?\b)(?P<hours_half> and a half)?[\s-]*(?:(?:hours?|hrs?|hr|h)\b|h(?=\d))"
    rf"(?:(?P<and_half> and a half)|(?: and)?\s*(?P<extra>\d{{1,2}})\s*(?:minutes?|mins?|m)\b"
    r"|(?<=h)(?P<tail>\d\d)\b)?"
    rf"|(?P<minutes>{_NUMBER})[\s-]*(?:minutes?|mins?)\b"
    rf"|(?P<seconds>{_NUMBER})[\s-]*(?:seconds?|secs?)\b){_AFTER}"
    r"(?P<each>\s*(?:(?<=minute)(?:\s+[\w-]+){0,2}?\s+(?:songs|tracks|pieces|tunes)\b"
    r"|each\b|per (?:song|track)|a (?:song|track|piece)\b|apiece|(?:long )?(?:songs|tracks|pieces)\b))?",
    _FLAGS,
)
_NOT_A_LENGTH = re.compile(r"(?:last|first|final|in|next|every|past|after|at|since|for the)\s*$", _FLAGS)
_ABOUT_SONGS = re.compile(
    r"\b(?:songs?|tracks?|pieces?|nothing|epics?|jams?|tunes?|anything|versions?)\s*$", _FLAGS
)
# "In total" around a number of minutes: they are those of the whole playlist.
_WHOLE = r"total|overall|altogether|all together|in all|all in all|in sum|combined|all told|as a whole"
_WHOLE_BEFORE = re.compile(
    rf"\b(?:{_WHOLE})(?: (?:length|time|duration|runtime|playtime))?(?: of| is)?,?\s*$", _FLAGS
)
_WHOLE_AFTER = re.compile(rf"\s*(?:(?:long|of music|in|for the) )?(?:{_WHOLE})\b", _FLAGS)
# What is said of a list may be meant of its songs where it is only a few minutes.
_ABOUT_LIST = re.compile(
    r"\b(?:play ?list|mix ?tape|mix|set|list|whole thing|all of it|everything)"
    r"(?: (?:that(?:['’]?s| is)|is|of|lasting|should be))?\s*$",
    _FLAGS,
)
_SHORTEST_LIST_MINUTES = 10
_LONG_SONG = re.compile(
    r"\b(?P<word>short|long)(?:er)?(?=\s+(?:songs|tracks|pieces|tunes)\b)"
    r"|(?<=, )(?P<bare>short|long)(?=\s*(?:,|$))",
    _FLAGS,
)
_DURATION_OF_SONGS = re.compile(r"\d\s*(?:minutes?|mins?)\b", _FLAGS)

_BPM = re.compile(
    rf"(?<![\w.]){_BOUND}(?P<low>\d{{2,3}})(?!\d)(?:{_TO}(?P<high>\d{{2,3}})(?!\d))?"
    r"[\s-]*(?:bpm|beats per minute)\b"
    rf"(?P<ish>\s*(?:-?ish|or so|give or take)\b)?{_AFTER}"
    r"|\b(?:bpm|tempo)(?:\s+(?:of|is|at|:))*\s+(?P<late_around>around|about|between)?\s*"
    r"(?P<late>\d{2,3})(?!\d)"
    rf"(?:{_TO}(?P<late_high>\d{{2,3}})(?!\d))?",
    _FLAGS,
)

_SONG = (
    r"songs?|tracks?|tunes?|bangers?|numbers|titles|recommendations|recs|suggestions|picks|cuts|jams|bops"
    r"|anthems|pieces|ballads|songz"
)
_NOT_AN_ADJECTIVE = (
    r"minutes?|mins?|min|hours?|hrs?|bpm|years?|days?|weeks?|months?|people|albums?|of|for|and|or|with|in|the|my"
    r"|year|songs?|per|from|like|but|that|to|more|beats|bars|seconds?|s|th"
)
_COUNT = re.compile(
    rf"(?<![\w.:]){_BOUND}(?P<only>(?:just|only) )?(?P<n>{_MANY}|{_NUMBER})(?:"
    rf"\s*(?P<adjectives>(?:\s(?!(?:{_NOT_AN_ADJECTIVE})\b)[^\W\d][\w'’&-]{{1,20}}){{0,3}}?)\s(?P<noun>{_SONG})\b"
    r"(?P<per> (?:per|for each|from each|by each|by the same|from the same|by any|from any|by one) "
    r"(?:artist|band|singer|act|group)s?)?"
    r"|(?P<per_only> per (?:artist|band|singer|act|group))"
    rf"| (?P<of_them>of (?:them|those|these)\b)|(?P<or_so> or so)(?! \w+ long)){_AFTER}",
    _FLAGS,
)
_TOP = re.compile(r"\b(?:top|best|first) (?P<n>\d{1,2}|ten|five|three|twenty)(?![\w:])", _FLAGS)
_AT_LEAST = re.compile(rf"\b(?P<bound>at least|at most|max) (?P<n>{_NUMBER})(?=\s*(?:$|[,.;!?]))", _FLAGS)
_BARE_COUNT = re.compile(
    rf"\b(?:(?:give|play|send|find|get) me|just|only|list|pick|limit (?:it )?to) (?P<n>{_NUMBER})"
    rf"(?=\s*(?:$|[.,;!?]))|(?<![\w.:])(?P<total>{_NUMBER}) (?:in )?(?:{_WHOLE})\b",
    _FLAGS,
)
_SAME_SONGS = re.compile(r"\b(?:the|these|those|same)\s*$", _FLAGS)
_CHART_SIZE = 30
# "No artist twice", "every song by a different artist": one song of each.
_MAKER = r"(?:artist|band|singer|act|group|musician|performer|rapper)"
_ONE_EACH = re.compile(
    rf"\b(?:(?:no|not|never) (?:the )?(?:single |same )?{_MAKER}s? (?:(?:appears?|comes?|shows? up|played) )?"
    r"(?:twice|(?P<two>more than (?:twice|(?:two|2) times))|more than (?:once|one time)|again"
    r"|repeated|repeats|repeating)\b"
    r"|(?:no|without|avoid|don['’]?t|do not|never) (?:any )?"
    rf"(?:repeat|repeated|repeating|duplicate|double|the same)(?: any| the same)? {_MAKER}s?"
    r"(?: twice| more than once| again)?\b(?! but\b)"
    rf"|no (?:two|2) (?:\w+ )?(?:{_SONG}) (?:by|from|of) (?:the same|any|one) {_MAKER}\b"
    rf"|(?:every|each|all)(?: of the)?(?: \w+)? (?:{_SONG}) (?:is |are |should be )?(?:by|from|of) (?:an? )?"
    rf"(?:different|separate|distinct|new|another) {_MAKER}s?\b"
    rf"|(?:a )?different {_MAKER} (?:for |on |in |with )?(?:each|every)(?: (?:{_SONG}|time))?\b"
    rf"|(?:all|only) (?:by |from )?different {_MAKER}s\b|different {_MAKER}s (?:only|each time|every time)\b"
    rf"|(?:a |1 |one )(?:single )?(?:{_SONG}) each (?:per|(?:from|by|for) (?:each|every)) {_MAKER}\b"
    rf"|{_MAKER}s? only (?:appear|come|show up)s? once\b"
    rf"|(?:every|each) {_MAKER} (?:only |just |at most )?once\b"
    rf"|(?:only|just|at most|no more than|max) once per {_MAKER}\b)",
    _FLAGS,
)
# A sign before a number; after a digit or a word it is a hyphen.
_MINUS = re.compile(r"(?:^|[^\w.])[-−]$")


def find_limits(text: RequestText, taken: frozenset[int]) -> tuple[LimitSpan, ...]:
    """The durations, tempos and numbers of songs that no earlier rule has taken, in order of the text."""
    spans: list[LimitSpan] = []
    for reader in (_one_each, _tempos, _durations, _counts):
        for span in reader(text):
            if is_free(taken | covered(spans), span.first, span.end):
                spans.append(span)
    return tuple(sorted(spans, key=lambda span: span.first))


def find_sure_limits(text: RequestText) -> tuple[LimitSpan, ...]:
    """Those of the limits whose words are no name even where the catalogue has one: "no artist twice"."""
    return tuple(span for span in find_limits(text, frozenset()) if _is_sure(span))


def _is_sure(span: LimitSpan) -> bool:
    limit = span.limit
    if limit.name in ("tracks_per_artist", "tempo_bpm"):
        return True
    bounded = limit.low is None or limit.high is None
    return bounded and span.end - span.first >= _WORDS_OF_SURE and _BOUND_BEFORE.match(span.text) is not None


def is_nonsense(text: RequestText, span: LimitSpan, this_year: int) -> bool:
    """Whether a limit cannot be kept by any music: less than nothing, or a year to come."""
    start = text.tokens[span.first].start
    if _MINUS.search(text.text[max(start - 2, 0) : start]):
        return True
    ends = [end for end in (span.limit.low, span.limit.high) if end is not None]
    if span.limit.name == "year":
        return min(ends) > this_year + 1
    return max(ends) <= 0


def span_of(text: RequestText, start: int, stop: int, limit: Limit, *, era: bool = False) -> LimitSpan:
    """A span for the characters ``start`` to ``stop``, blanks trimmed."""
    piece = text.text[start:stop]
    start += len(piece) - len(piece.lstrip())
    piece = piece.strip()
    first, end = text.words_in(start, start + len(piece))
    said = text.between(start, start + len(piece))
    return LimitSpan(first=first, end=end, text=said, limit=limit, era=era)


def _number(text: str) -> float:
    word = text.casefold().strip()
    if word in {"a", "an"}:
        return 1.0
    known = _NUMBERS.get(word)
    if known is not None:
        return float(known)
    return float(_THOUSANDS.sub("", word).replace(",", "."))


# --- minutes ---------------------------------------------------------------------------------------


def _durations(text: RequestText) -> Iterator[LimitSpan]:
    for match in _DURATION.finditer(text.text):
        before = text.text[: match.start()]
        bounded = match["upper"] or match["lower"] or match["between"] or match["around"]
        if not bounded and (_NOT_A_LENGTH.search(before[-12:]) or _is_moment(match)):
            continue
        whole = _WHOLE_BEFORE.search(before[-40:]) or _WHOLE_AFTER.match(text.text, match.end())
        of_list = _minutes(match) >= _SHORTEST_LIST_MINUTES and _ABOUT_LIST.search(before[-40:])
        limit = _duration_limit(match, before[-40:], whole=bool(whole or of_list))
        yield span_of(text, match.start(), _stop_of_duration(match), limit)
    if _DURATION_OF_SONGS.search(text.text):
        return
    for match in _LONG_SONG.finditer(text.text):
        yield span_of(text, match.start(), match.end(), _word_limit((match["word"] or match["bare"]).lower()))


def _is_moment(match: re.Match[str]) -> bool:
    """Whether a few seconds are told of, or named, rather than asked for: "30 Seconds to Mars"."""
    return bool(match["seconds"]) and not (match["each"] or match["upper_after"] or match["lower_after"])


def _word_limit(word: str) -> Limit:
    bands = [band for band in BANDS["duration_s"] if any(word in said for said in band.words)]
    if word == "short":
        return Limit(name="duration_s", text=word, high=bands[0].high)
    return Limit(name="duration_s", text=word, low=bands[0].low)


def _stop_of_duration(match: re.Match[str]) -> int:
    each = match["each"]
    return match.start("each") if each and not re.search("each|per|apiece", each) else match.end()


def _minutes(match: re.Match[str]) -> float:
    if match["clock"]:
        minutes, seconds = match["clock"].split(":")
        return int(minutes) + int(seconds) / 60
    if match["half"]:
        return 30.0
    if match["hours"]:
        half = 0.5 if match["hours_half"] or match["and_half"] else 0.0
        return (_number(match["hours"]) + half) * 60 + float(match["extra"] or match["tail"] or 0)
    return _number(match["minutes"]) if match["minutes"] else _number(match["seconds"]) / 60


def _duration_limit(match: re.Match[str], before: str, *, whole: bool) -> Limit:
    minutes = _minutes(match)
    start = _number(match["from"]) * (60 if match["hours"] else 1) if match["from"] else None
    low, high = _range(match, start, minutes)
    bounded = low != high
    each = bool(match["each"]) or (
        bounded
        and not whole
        and (minutes <= _LONGEST_SONG_MINUTES or bool(_ABOUT_SONGS.search(before)))
        and not match["around"]
    )
    if not each:
        return Limit(name="total_minutes", text=match.group(), low=low, high=high)
    if low is not None and low == high:
        low, high = low * (1 - _SONG_LENGTH_SLACK), low * (1 + _SONG_LENGTH_SLACK)
    return Limit(
        name="duration_s",
        text=match.group(),
        low=low and round(low * 60, 3),
        high=high and round(high * 60, 3),
    )


def _range(match: re.Match[str], start: float | None, value: float) -> tuple[float | None, float | None]:
    """The (low, high) that a number means with the words around it; equal for a plain number."""
    if start is not None and start < value:
        return start, value
    if match["upper"] or match["upper_after"]:
        return None, value
    if match["lower"] or match["lower_after"]:
        return value, None
    return value, value


# --- tempo -----------------------------------------------------------------------------------------


def _tempos(text: RequestText) -> Iterator[LimitSpan]:
    for match in _BPM.finditer(text.text):
        if match["late"]:
            ends = (match["late"], match["late_high"])
            slack = _AROUND_BPM if match["late_around"] else _EXACT_BPM
        else:
            ends = (match["low"], match["high"])
            slack = _AROUND_BPM if match["around"] or match["ish"] else _EXACT_BPM
        low, high = _range(match, float(ends[0]) if ends[1] else None, float(ends[1] or ends[0]))
        if low is not None and low == high:
            low, high = low - slack, low + slack
        limit = Limit(name="tempo_bpm", text=match.group(), low=low, high=high)
        stop = match.start("ish") if match["ish"] else match.end()
        yield span_of(text, match.start(), stop, limit)


# --- numbers of songs ------------------------------------------------------------------------------


def _counts(text: RequestText) -> Iterator[LimitSpan]:
    for match in _COUNT.finditer(text.text):
        limit = _count_limit(match, text.text[: match.start()][-10:])
        if limit is not None:
            stop = match.end("n") if (match["adjectives"] or "").strip() or match["or_so"] else match.end()
            stop = match.end() if match["upper"] or match["per"] or match["or_so"] else stop
            yield span_of(text, match.start(), stop, limit)
    for match in _TOP.finditer(text.text):
        n = _number(match["n"])
        if n <= _CHART_SIZE:
            yield span_of(text, match.start(), match.end(), _tracks(match.group(), n, n))
    for match in _BARE_COUNT.finditer(text.text):
        n = _number(match["n"] or match["total"])
        if n > 1 and n == int(n):
            yield span_of(text, match.start(), match.end(), _tracks(match.group(), n, n))
    for match in _AT_LEAST.finditer(text.text):
        n = _number(match["n"])
        ends = (n, None) if match["bound"].lower() == "at least" else (None, n)
        yield span_of(text, match.start(), match.end(), _tracks(match.group(), *ends))


def _one_each(text: RequestText) -> Iterator[LimitSpan]:
    for match in _ONE_EACH.finditer(text.text):
        limit = Limit(name="tracks_per_artist", text=match.group(), high=2 if match["two"] else 1)
        yield span_of(text, match.start(), match.end(), limit)


def _count_limit(match: re.Match[str], before: str) -> Limit | None:
    n = _number(match["n"])
    if n != int(n) or _SAME_SONGS.search(before):
        return None
    n = min(n, _MOST_TRACKS)
    adjectives = (match["adjectives"] or "").strip()
    if match["per"] or match["per_only"] or (match["upper"] and adjectives):
        return Limit(name="tracks_per_artist", text=match.group(), high=n)
    if n == 1 and not (match["only"] or match["around"]):
        return None
    return _tracks(match.group(), *_range(match, None, n))


def _tracks(text: str, low: float | None, high: float | None) -> Limit:
    return Limit(name="tracks", text=text, low=low, high=high)
