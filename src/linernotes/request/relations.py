"""What is wanted of a name: music like it, or its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from linernotes.request import cues
from linernotes.request.support import continues_list
from linernotes.request.text import NameSpan, RequestText

Relation = Literal["like", "loved", "by"]
"""Who is "loved" ("I love X", "artists such as X") is resembled, too, and welcome in the answer."""
_MOST_WORDS_OF_OWNER = 3
_LONGEST_TITLE = 12
"""Words that may stand between "like" and the "by" of a title, "the guitar at the end of" among them."""


def with_relations(
    text: RequestText, spans: Sequence[NameSpan], described: int | None
) -> tuple[NameSpan, ...]:
    """The names with what is wanted of each; ``described`` is the place of the first wanted quality.

    A bare name asks for itself; one that follows a description or a name to be resembled, or is told of
    before "anything similar", is an example. Who made or sang what is to be resembled is so, too.
    """
    relations: list[Relation | None] = [_told_relation(text, span) for span in spans]
    for at in range(len(spans) - 2, -1, -1):
        if relations[at] is None and _is_list(text, spans[at].end, spans[at + 1].first):
            relations[at] = relations[at + 1]
    for at, span in enumerate(spans):
        if at and relations[at - 1] != "by" and _belongs_to(text, spans[at - 1], span):
            relations[at] = relations[at - 1]
        if relations[at] is None and at and _is_list(text, spans[at - 1].end, span.first):
            relations[at] = relations[at - 1]
        if relations[at] is None:
            relations[at] = _bare_relation(text, span, relations[:at], described)
    return tuple(
        replace(span, relation="by" if relation == "by" else "like", welcome=relation != "like")
        for span, relation in zip(spans, relations, strict=True)
    )


def _bare_relation(
    text: RequestText, span: NameSpan, before: Sequence[Relation | None], described: int | None
) -> Relation:
    """What is wanted of a name without a cue, after the relations of the names before it."""
    resembled: Relation = "like" if "like" in before else "loved"
    follows = described is not None and described < span.first
    liked = any(cues.LIKE_THAT.longest_at(text.words, at) for at in range(span.end, len(text)))
    return resembled if follows or liked or resembled in before else "by"


def _belongs_to(text: RequestText, before: NameSpan, span: NameSpan) -> bool:
    """Whether a name says whose the one before it is, or where it is from: "TITLE by ARTIST"."""
    between = text.words[before.end : span.first]
    if text.hard_break(span.first) or len(between) > _MOST_WORDS_OF_OWNER:
        return False
    return span.first == before.end or all(word in cues.OWNING for word in between)


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
    like = cues.like_before(text, end)
    by = cues.BY_BEFORE.ending_at(words, end)
    if like and not is_a_wish(words, end) and (not by or like[0] >= by[0]):
        example = words[end - 1] == "like" and (text.soft_break(end - 1) or text.hard_break(end - 1))
        return "loved" if example or cues.LOVED_BEFORE.ending_at(words, end) else "like"
    if by and words[end - 1] in {"by", "song", "track"} and _like_before_title(text, end):
        return "like"
    return "by" if by else None


def _relation_of_verb(text: RequestText, end: int) -> Literal["by"] | None:
    weak = cues.WEAK_BEFORE.ending_at(text.words, end)
    return "by" if weak and text.words[end - 1] not in cues.NO_VERBS else None


def is_a_wish(words: Sequence[str], end: int) -> bool:
    """Whether "like" is that of "I would like"."""
    return words[end - 1] == "like" and end > 1 and words[end - 2] in {"would", "id", "youd", "ud", "wed"}


def _like_before_title(text: RequestText, end: int) -> bool:
    """Whether "like TITLE by" or "like the song" comes before."""
    return any(
        cues.like_before(text, at) and not is_a_wish(text.words, at)
        for at in range(end - 1, max(end - _LONGEST_TITLE, 0), -1)
    )
