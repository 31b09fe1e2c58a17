"""What is wanted of a name: music like it, or its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from linernotes.request import cues
from linernotes.request.support import continues_list
from linernotes.request.text import NameSpan, RequestText

Relation = Literal["like", "by"]
_LONGEST_TITLE = 12
"""Words that may stand between "like" and the "by" of a title, "the guitar at the end of" among them."""


def with_relations(
    text: RequestText, spans: Sequence[NameSpan], described: int | None
) -> tuple[NameSpan, ...]:
    """The names with what is wanted of each; ``described`` is the place of the first wanted quality.

    A bare name asks for itself; one that follows a description, or a name to be resembled, is an example.
    """
    relations: list[Relation | None] = [_told_relation(text, span) for span in spans]
    for at in range(len(spans) - 2, -1, -1):
        if relations[at] is None and _is_list(text, spans[at].end, spans[at + 1].first):
            relations[at] = relations[at + 1]
    for at, span in enumerate(spans):
        if relations[at] is None and at and _is_list(text, spans[at - 1].end, span.first):
            relations[at] = relations[at - 1]
        if relations[at] is None:
            follows = described is not None and described < span.first
            relations[at] = "like" if follows or "like" in relations[:at] else "by"
    return tuple(
        replace(span, relation=relation or "by") for span, relation in zip(spans, relations, strict=True)
    )


def _is_list(text: RequestText, end: int, first: int) -> bool:
    return first == end or continues_list(text, end, first)


def _told_relation(text: RequestText, span: NameSpan) -> Relation | None:
    weak: Relation | None = None
    for at in range(span.first, max(span.first - 4, -1), -1):
        if at < span.first and text.words[at] not in cues.FILLERS:
            break
        told = _relation_of_cue(text, at)
        if told:
            return told
        weak = weak or _relation_of_verb(text, at)
    if text.is_possessive(span.end - 1):
        return "by"
    return _relation_after(text, span) or weak


def _relation_after(text: RequestText, span: NameSpan) -> Relation | None:
    if text.hard_break(span.end) or text.soft_break(span.end):
        return None
    like = cues.LIKE_AFTER.longest_at(text.words, span.end)
    by = cues.BY_AFTER.longest_at(text.words, span.end)
    if like and (not by or like[0] >= by[0]):
        return "like"
    return "by" if by else None


def _relation_of_cue(text: RequestText, end: int) -> Relation | None:
    words = text.words
    like = cues.LIKE_BEFORE.ending_at(words, end)
    by = cues.BY_BEFORE.ending_at(words, end)
    if like and not is_a_wish(words, end) and (not by or like[0] >= by[0]):
        return "like"
    if by and words[end - 1] in {"by", "song", "track"} and _like_before_title(words, end):
        return "like"
    return "by" if by else None


def _relation_of_verb(text: RequestText, end: int) -> Literal["by"] | None:
    weak = cues.WEAK_BEFORE.ending_at(text.words, end)
    return "by" if weak and text.words[end - 1] not in cues.NO_VERBS else None


def is_a_wish(words: Sequence[str], end: int) -> bool:
    """Whether "like" is that of "I would like"."""
    return words[end - 1] == "like" and end > 1 and words[end - 2] in {"would", "id", "youd", "ud", "wed"}


def _like_before_title(words: Sequence[str], end: int) -> bool:
    """Whether "like TITLE by" or "like the song" comes before."""
    return any(
        cues.LIKE_BEFORE.ending_at(words, at) and not is_a_wish(words, at)
        for at in range(end - 1, max(end - _LONGEST_TITLE, 0), -1)
    )
