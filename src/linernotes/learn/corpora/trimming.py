"""Takes out of a sentence what nothing bears out, where the sentence can do without it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from linernotes.learn.corpora.aspects import Aspects, Named, named_in
from linernotes.learn.corpora.plain_words import MODIFIERS, NOUNS, PLAIN
from linernotes.learn.corpora.rewording import VERB, tidy

_MOST_WORDS_OF_A_MEMBER = 5
_TOKEN = re.compile(r"\{title\}|[A-Za-zÀ-ž&][\w'’&/-]*|\d[\w:.]*|[^\w\s]")
_JOINT = re.compile(r"(\s*,\s+and\s+|\s*,\s+|\s+and\s+)")
_MOODS_LISTED = re.compile(
    r"(?P<head>.*\b(?:is|are|sounds|feels|being)\s+)(?P<list>[\w' -]+(?:(?:,\s*|,?\s+and\s+)[\w' -]+)*)\.$"
)


def trimmed(text: str, aspects: Aspects) -> str:
    """The sentence without the qualities, and the moods and things in lists, that nothing bears out."""
    for trim in (_without_modifiers, _with_fewer_moods, _with_fewer_members, _without_modifiers):
        text = tidy(trim(text, aspects))
    return text


def is_plain(text: str, aspects: Aspects) -> bool:
    """Whether all words claim nothing, but for those that name something."""
    return all(_is_known(word, aspects) for word in _words_beside(text))


def _words_beside(text: str) -> Iterator[str]:
    """The words of a text apart from what they name."""
    chars = list(text)
    for named in named_in(text):
        chars[named.start : named.end] = " " * (named.end - named.start)
    for token in _TOKEN.finditer("".join(chars)):
        if token.group()[0].isalnum():
            yield token.group().lower()


def _is_known(word: str, aspects: Aspects) -> bool:
    return word in PLAIN or (word == "live" and aspects.is_live)


def _without_modifiers(text: str, aspects: Aspects) -> str:
    """Without qualities that nothing bears out, where a noun stands right behind them."""
    named = named_in(text)
    tokens = list(_TOKEN.finditer(text))
    dropped: list[re.Match[str]] = []
    follows_noun = False
    for place in range(len(tokens) - 1, -1, -1):
        token, kind = tokens[place], _kind(tokens[place], named, aspects)
        is_joint = token.group() in (",", "and") and place and dropped and dropped[-1] is tokens[place + 1]
        joins = is_joint and _kind(tokens[place - 1], named, aspects) == "modifier"
        if follows_noun and (kind == "modifier" or joins):
            dropped.append(token)
        else:
            follows_noun = kind == "noun"
    for token in dropped:
        text = f"{text[: token.start()]}{' ' * len(token.group())}{text[token.end() :]}"
    return text


def _kind(token: re.Match[str], named: Sequence[Named], aspects: Aspects) -> str:
    inside = next((one for one in named if one.start <= token.start() < one.end), None)
    word = token.group().lower()
    if word == "live" and aspects.is_live:
        return "noun"
    if inside is not None and aspects.bear_out(inside) and inside.family not in ("tempo", "energy"):
        return "noun"
    if word in MODIFIERS or (inside is not None and inside.family in ("mood", "tempo", "energy")):
        return "modifier"
    return "noun" if word in NOUNS or inside is not None else "other"


def _with_fewer_moods(text: str, aspects: Aspects) -> str:
    """A list of moods behind "is" or "sounds", cut down to those that are borne out."""
    match = _MOODS_LISTED.fullmatch(text)
    if match is None:
        return text
    items = [item for item in re.split(r",\s*and\s+|,\s*|\s+and\s+", match["list"]) if item.strip()]
    kept = [item.strip() for item in items if _is_mood(item, aspects)]
    if not kept or len(kept) == len(items):
        return text
    listed = kept[0] if len(kept) == 1 else f"{', '.join(kept[:-1])} and {kept[-1]}"
    return f"{match['head']}{listed}."


def _is_mood(item: str, aspects: Aspects) -> bool:
    named = named_in(item)
    is_all = bool(named) and not any(word not in PLAIN for word in _words_beside(item))
    return is_all and all(one.family == "mood" and aspects.bear_out(one) for one in named)


def _with_fewer_members(text: str, aspects: Aspects) -> str:
    """A list of things without those that are not borne out, if it opens with one that is."""
    parts = _JOINT.split(text.removesuffix("."))
    members, joints = parts[::2], parts[1::2]
    good = [_is_borne_out(member, aspects) for member in members]
    if all(good) or not good[0]:
        return text
    kept_text = members[0]
    for joint, member, is_good in zip(joints, members[1:], good[1:], strict=True):
        if is_good:
            kept_text += joint + member
        elif VERB.search(member) or len(member.split()) > _MOST_WORDS_OF_A_MEMBER:
            return text
    return f"{kept_text if good[-1] else _with_a_last_and(kept_text)}."


def _with_a_last_and(text: str) -> str:
    """The text with "and" in place of its last comma, if a list that lost its end stands there."""
    before, comma, last = text.rpartition(", ")
    is_list = comma and " and " not in last and not VERB.search(last)
    return f"{before} and {last}" if is_list else text


def _is_borne_out(part: str, aspects: Aspects) -> bool:
    if not all(aspects.bear_out(one) and one.family not in ("tempo", "energy") for one in named_in(part)):
        return False
    return is_plain(part, aspects)
