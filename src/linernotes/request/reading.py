"""A request in words, understood: the parts found by the other modules, put together."""

from __future__ import annotations

import logging
import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from linernotes.errors import InputError
from linernotes.request import cues
from linernotes.request.comparing import find_comparisons, find_pointers
from linernotes.request.echoes import find_echoes
from linernotes.request.eras import find_eras
from linernotes.request.fame import find_orders, find_popularity
from linernotes.request.gazetteer import Gazetteer
from linernotes.request.languages import in_english
from linernotes.request.limits import find_limits, find_sure_limits, is_nonsense
from linernotes.request.names import find_known_names, with_whole_names
from linernotes.request.negation import Exclusions, find_exclusions
from linernotes.request.qualities import find_misspelt_qualities, find_qualities
from linernotes.request.relations import with_relations
from linernotes.request.strangers import find_misspelt
from linernotes.request.text import (
    LimitSpan,
    NameSpan,
    OrderSpan,
    PopularitySpan,
    QualitySpan,
    RequestText,
    Span,
    covered,
)
from linernotes.types import Avoid, Context, Family, Limit, Request, Seed, Want

MAX_REQUEST_CHARS = 2000
# What "not too mainstream" and "nothing obscure" ask for, on the scale from -1 (deep cuts) to 1 (hits).
_AGAINST_FAME = -0.6
_AGAINST_OBSCURITY = 0.4
_VOICES = frozenset({"male vocals", "female vocals"})
_MIXED = "male and female vocals"
_SOUNDING = frozenset({"genre", "instrument", "vocals", "style", "country", "language"})

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Everything found in a request, with its place: ``spans`` in order, and which of them are not wanted.

    ``nonsense`` are limits that no music can keep, such as "-5 minutes".
    """

    text: RequestText
    spans: tuple[Span, ...]
    exclusions: Exclusions
    nonsense: tuple[Span, ...] = ()


def parse(text: str, gazetteer: Gazetteer, *, this_year: int | None = None) -> Request:
    """The request in ``text``, its names linked to the catalogue by rules alone.

    ``this_year`` is what "the last five years" counts from; None means the year of today. Only the first
    ``MAX_REQUEST_CHARS`` characters are read. Raises InputError for an empty text.
    """
    reading = read(text, gazetteer, this_year=this_year)
    excluded = reading.exclusions
    avoided = [span for span in reading.spans if span in excluded.spans | excluded.also]
    refused = _refused_later(reading.text, reading.spans, avoided)
    gone = excluded.spans | excluded.indifferent | refused
    wanted = [span for span in reading.spans if span not in gone]
    avoids = _all_avoids(avoided)
    wants = tuple(_moderated(want, avoids) for want in _wants(wanted, avoids))
    return Request(
        text=reading.text.original,
        language=reading.text.language,
        seeds=tuple(_seed(span) for span in wanted if isinstance(span, NameSpan) and span.entries),
        wants=wants,
        avoids=tuple(avoid for avoid in avoids if not _is_wanted(avoid, wants)),
        limits=_limits(wanted, avoided),
        context=_context(wants),
        popularity=_popularity(wanted, avoided),
        rest=_rest(reading),
        unknown_names=tuple(dict.fromkeys(span.text for span in _told_unknown(reading.spans))),
        suggestions=tuple(
            dict.fromkeys(name for span in _told_unknown(reading.spans) for name in span.suggestions)
        ),
        order="; ".join(span.text for span in wanted if isinstance(span, OrderSpan)) or None,
        unknown_avoids=tuple(dict.fromkeys(span.text for span in _unknown(avoided))),
        comparisons=find_comparisons(
            reading.text, covered(span for span in reading.spans if isinstance(span, OrderSpan))
        ),
        pointers=find_pointers(reading.text),
        echoes=find_echoes(reading.text, gazetteer, covered([*excluded.spans, *excluded.also])),
        unread_avoids=tuple(reading.text.piece(first, end) for first, end in reading.exclusions.unread),
    )


def read(text: str, gazetteer: Gazetteer, *, this_year: int | None = None) -> Reading:
    """The spans of a request before they are put together; raises InputError for an empty text."""
    request = with_whole_names(in_english(_cleaned(text), gazetteer), gazetteer)
    year = date.today().year if this_year is None else this_year
    names = _names(request, gazetteer, year)
    spans: list[Span] = [*find_orders(request, covered(names))]
    spans += find_eras(request, covered([*names, *spans]), year)
    spans += find_limits(request, covered([*names, *spans]))
    nonsense = tuple(
        span for span in spans if isinstance(span, LimitSpan) and is_nonsense(request, span, year)
    )
    spans += find_qualities(request, covered([*names, *spans]))
    spans += find_popularity(request, covered([*names, *spans]))
    spans += find_misspelt_qualities(request, covered([*names, *spans]))
    described = min((span.first for span in spans if isinstance(span, QualitySpan)), default=None)
    kept = [span for span in spans if span not in nonsense]
    ordered = tuple(sorted([*kept, *with_relations(request, names, described)], key=lambda span: span.first))
    exclusions = find_exclusions(request, ordered)
    return Reading(text=request, spans=ordered, exclusions=exclusions, nonsense=nonsense)


def _names(request: RequestText, gazetteer: Gazetteer, this_year: int) -> tuple[NameSpan, ...]:
    """The names, in order: what is plainly a number of songs or minutes is none, however a name is spelt."""
    known = find_known_names(request, gazetteer, covered(find_sure_limits(request)))
    numbers: list[LimitSpan] = [*find_eras(request, covered(known), this_year)]
    numbers += find_limits(request, covered([*known, *numbers]))
    misspelt = find_misspelt(request, gazetteer, known, numbers)
    return tuple(sorted([*known, *misspelt], key=lambda span: span.first))


def _cleaned(text: str) -> str:
    cleaned = "".join(char if unicodedata.category(char) != "Cc" else " " for char in text).strip()
    if not cleaned:
        raise InputError(
            'the request is empty: say what you would like to hear, such as "calm piano for reading"'
        )
    if len(cleaned) > MAX_REQUEST_CHARS:
        _logger.info("request of %d characters: only the first %d are read", len(cleaned), MAX_REQUEST_CHARS)
    return cleaned[:MAX_REQUEST_CHARS]


# --- seeds, wants and avoids -----------------------------------------------------------------------


def _seed(span: NameSpan) -> Seed:
    kind = span.entries[0].kind
    ids = tuple(dict.fromkeys(id_ for entry in span.entries for id_ in entry.ids))
    return Seed(
        kind=kind,
        relation=span.relation,
        welcome=span.welcome,
        name=span.entries[0].name,
        text=span.text,
        artist_ids=ids if kind == "artist" else (),
        track_ids=ids if kind != "artist" else (),
        similarity=span.similarity,
    )


def _unknown(spans: Iterable[Span]) -> list[NameSpan]:
    return [span for span in spans if isinstance(span, NameSpan) and not span.entries]


def _told_unknown(spans: Sequence[Span]) -> list[NameSpan]:
    """The names that the catalogue does not know; none where they are all that is said, unannounced."""
    alone = all(isinstance(span, NameSpan) and not span.announced for span in spans)
    return [] if alone else _unknown(spans)


def _wants(wanted: Sequence[Span], avoids: Sequence[Avoid]) -> list[Want]:
    wants = [
        Want(family=span.family, name=span.name, text=span.text, weight=span.weight)
        for span in wanted
        if isinstance(span, QualitySpan)
    ]
    silent = [avoid for avoid in avoids if _is_all_singing(avoid)]
    if silent and not any(want.family == "vocals" for want in wants):
        wants.append(Want(family="vocals", name="instrumental", text=silent[0].text))
    return wants


def _refused_later(text: RequestText, spans: Sequence[Span], avoided: Sequence[Span]) -> frozenset[Span]:
    """The things that are told of first and refused in the end: "you gave me piano, so no piano"."""
    refusals = [span for span in avoided if isinstance(span, QualitySpan) and _is_plain_refusal(text, span)]
    return frozenset(
        span
        for span in spans
        if isinstance(span, QualitySpan)
        and any(
            (span.family, span.name) == (refusal.family, refusal.name) and span.end < refusal.first
            for refusal in refusals
        )
    )


def _is_plain_refusal(text: RequestText, span: QualitySpan) -> bool:
    """Whether "no" and the thing are all of a clause; moods are refused by degrees ("not too sad")."""
    at = span.first - 1
    while at > 0 and text.words[at] in cues.BEFORE_REFUSED and not text.clause_end(at):
        at -= 1
    behind = span.end + (span.end < len(text) and text.words[span.end] in cues.AFTER_REFUSED)
    refused = at >= 0 and text.words[at] in cues.REFUSING and not text.clause_end(span.first)
    return refused and span.family in _SOUNDING and (text.clause_end(behind) or text.words[behind] == "and")


def _is_wanted(avoid: Avoid, wants: Sequence[Want]) -> bool:
    return any((want.family, want.name) == (avoid.family, avoid.name) for want in wants)


def _moderated(want: Want, avoids: Sequence[Avoid]) -> Want:
    """Halves what is wanted and not wanted too: "heavy, but not too heavy"."""
    doubted = any((want.family, want.name) == (avoid.family, avoid.name) for avoid in avoids)
    return replace(want, weight=want.weight / 2) if doubted else want


def _is_all_singing(avoid: Avoid) -> bool:
    return avoid.family == "vocals" and avoid.name == "vocals"


def _all_avoids(avoided: Sequence[Span]) -> list[Avoid]:
    """What is not wanted; who wants no male and no female vocals wants none."""
    avoids = [avoid for span in avoided for avoid in _avoids(span)]
    sung = [avoid for avoid in avoids if avoid.family == "vocals"]
    everyone = {avoid.name for avoid in sung} >= _VOICES or any(avoid.name == _MIXED for avoid in sung)
    if everyone and not any(map(_is_all_singing, sung)):
        avoids.append(Avoid(family="vocals", name="vocals", text=sung[0].text))
    return avoids


def _avoids(span: Span) -> list[Avoid]:
    if isinstance(span, QualitySpan):
        meant = ((span.family, span.name), *span.others)
        return [Avoid(family=family, name=name, text=span.text) for family, name in meant]
    if isinstance(span, NameSpan) and span.entries:
        ids = tuple(dict.fromkeys(id_ for entry in span.entries for id_ in entry.ids))
        return [Avoid(family=span.entries[0].kind, name=span.entries[0].name, text=span.text, ids=ids)]
    return []


def _context(wants: Sequence[Want]) -> Context:
    first: dict[Family, str] = {}
    for want in wants:
        first.setdefault(want.family, want.name)
    return Context(
        mood=first.get("mood"),
        activity=first.get("activity"),
        company=first.get("company"),
        time=first.get("time"),
    )


# --- limits and popularity -------------------------------------------------------------------------


def _limits(wanted: Sequence[Span], avoided: Sequence[Span]) -> tuple[Limit, ...]:
    plain = [replace(span.limit, text=span.text) for span in wanted if isinstance(span, LimitSpan)]
    years = [limit for limit in plain if limit.name == "year"]
    others = [limit for limit in plain if limit.name != "year"]
    turned = [_turned(span) for span in avoided if isinstance(span, LimitSpan)]
    return (*others, *_joined_years(years), *turned)


def _turned(span: LimitSpan) -> Limit:
    """What "nothing over 5 minutes" and "no 80s" leave: the other side, or all but the range."""
    limit = replace(span.limit, text=span.text)
    if limit.low is None and limit.high is not None:
        return replace(limit, low=limit.high + 1 if limit.name == "year" else limit.high, high=None)
    if limit.high is None and limit.low is not None:
        return replace(limit, high=limit.low - 1 if limit.name == "year" else limit.low, low=None)
    return replace(limit, excluded=True)


def _joined_years(limits: Sequence[Limit]) -> tuple[Limit, ...]:
    """One range for "70s and 80s"; for "60s and 90s" the whole range, and the years between excluded."""
    if len(limits) < 2:
        return tuple(limits)
    text = ", ".join(dict.fromkeys(limit.text for limit in limits))
    ranges = _met([_ends(limit) for limit in limits])
    whole = Limit(
        name="year", text=text, low=_finite(ranges[0].low), high=_finite(max(r.high for r in ranges))
    )
    gaps: list[Limit] = []
    reached = ranges[0].high
    for later in ranges[1:]:
        if later.low > reached + 1:
            gaps.append(Limit(name="year", text=text, low=reached + 1, high=later.low - 1, excluded=True))
        reached = max(reached, later.high)
    return (whole, *gaps)


@dataclass(frozen=True, slots=True, order=True)
class _Years:
    low: float
    high: float


def _ends(limit: Limit) -> _Years:
    return _Years(
        -math.inf if limit.low is None else limit.low, math.inf if limit.high is None else limit.high
    )


def _met(ranges: Sequence[_Years]) -> list[_Years]:
    """The ranges in order; "after 1990" and "before 2000" together are one range."""
    after = [years for years in ranges if years.high == math.inf]
    before = [years for years in ranges if years.low == -math.inf]
    if len(after) == len(before) == 1 and after[0].low <= before[0].high:
        others = [years for years in ranges if years not in (after[0], before[0])]
        return sorted([*others, _Years(after[0].low, before[0].high)])
    return sorted(ranges)


def _finite(end: float) -> float | None:
    return None if math.isinf(end) else end


def _popularity(wanted: Sequence[Span], avoided: Sequence[Span]) -> float | None:
    values = [span.value for span in wanted if isinstance(span, PopularitySpan)]
    values += [
        _AGAINST_FAME if span.value > 0 else _AGAINST_OBSCURITY
        for span in avoided
        if isinstance(span, PopularitySpan)
    ]
    return round(sum(values) / len(values), 3) if values else None


# --- what is left ----------------------------------------------------------------------------------


def _rest(reading: Reading) -> str:
    """The words that no rule explained, as they stand, without words that say nothing by themselves."""
    text = reading.text
    told = [span for span in reading.spans if not isinstance(span, NameSpan) or span.announced]
    known = covered(told) | reading.exclusions.words
    known |= {at for first, end in reading.exclusions.unread for at in range(first, end)}
    nonsense = covered(reading.nonsense)
    known -= nonsense
    pieces: list[str] = []
    start: int | None = None
    for at in range(len(text) + 1):
        left = at < len(text) and at not in known
        if start is not None and (not left or text.hard_break(at)):
            pieces.append(_trimmed(text, start, at, nonsense))
            start = None
        if left and start is None:
            start = at
    return " ".join(piece for piece in pieces if piece)


def _trimmed(text: RequestText, first: int, end: int, kept: frozenset[int]) -> str:
    while first < end and first not in kept and cues.is_small(text.words[first]):
        first += 1
    while first < end and end - 1 not in kept and cues.is_small(text.words[end - 1]):
        end -= 1
    return text.piece(first, end) if first < end else ""
