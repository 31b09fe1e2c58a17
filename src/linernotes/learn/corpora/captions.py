"""Captions of recordings, as crowds write them, made into lessons: only what aspects bear out is left."""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from linernotes.describe.wording import a
from linernotes.describe.writer import FEWEST_FACTS
from linernotes.learn.corpora.agreement import facts_of, passes
from linernotes.learn.corpora.aspects import Aspects, aspects_of, sheet_told
from linernotes.learn.corpora.augment import leans_back
from linernotes.learn.corpora.lesson import Lesson
from linernotes.learn.corpora.sentences import mended, sentences_in
from linernotes.types import FactSheet

MOST_SENTENCES = 4
FEWEST_WORDS = 8
OPENING_WORDS = 3
MOST_ALIKE = 0.01
"""Share of a set whose texts may open with the same three words, or hold the same sentence.

Without a bound a third of the crowd's texts would begin alike.
"""
_ALWAYS_ALLOWED = 3
"""So many openings alike are allowed in sets too small for a share."""

_OF_THE_MUSIC = (
    r"(?:It|(?:The|This) (?:song|piece|music|track|recording|tune|atmosphere|mood)(?: of (?:this|the) \w+)?)"
)
_MOODS = re.compile(rf"{_OF_THE_MUSIC} (?:is|sounds|feels) (?P<moods>[\w-]+(?:(?:, | and |, and )[\w-]+)*)\.")
_ACCOMPANIED = re.compile(r"(?:This|It|The song|The music) is (?P<how>accompanied by .+)\.")
_SILENCE = re.compile(
    r"^There is no singing(?: in (?:this|the) \w+)?\.$|^(?:The|This) song is an instrumental\.$"
)
_SILENCES = (
    "Nobody sings.",
    "No voice is heard.",
    "There are no vocals.",
    "It is instrumental.",
    "The song is an instrumental.",
    "There is no singing in this song.",
    "No one sings here.",
    "It goes without words.",
)
_SAYS_MORE = re.compile(r"\b(?:singing|sings|playing|played|over|with|that|by|which|featuring)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What somebody wrote of a recording, and the phrases that bear it out.

    Without ``aspects`` the text has to be believed: then its own words are the facts. ``group`` names the
    recording, where several texts may be on one.
    """

    id: str
    text: str
    aspects: tuple[str, ...] = ()
    group: str = ""


def lessons_of(captions: Iterable[Caption], *, source: str, licence: str) -> list[Lesson]:
    """The captions' lessons, in their order; what tells fewer than two kinds of facts is left out.

    Text and sheet agree: each fact of the sheet is told, and all that is told is on the sheet. No three words
    open more than one in a hundred texts; where a text has several ways to open, the rarest is taken.
    """
    drafts: list[_Draft] = []
    for caption in captions:
        draft = _draft(caption)
        if draft is not None:
            drafts.append(draft)
    return [
        Lesson(id=draft.id, sheet=draft.sheet, text=text, source=source, licence=licence, group=draft.group)
        for draft, text in _spread(drafts)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Draft:
    """A lesson that may still open in several ways."""

    id: str
    group: str
    sheet: FactSheet
    aspects: Aspects
    texts: tuple[str, ...]

    def is_whole(self, text: str) -> bool:
        """Whether text and sheet agree exactly, and the check has nothing to say."""
        told = sheet_told(text, self.aspects)
        lesson = Lesson(id=self.id, sheet=self.sheet, text=text, source="", licence="")
        return told is not None and set(facts_of(told)) == set(facts_of(self.sheet)) and passes(lesson)


def _draft(caption: Caption) -> _Draft | None:
    sentences = sentences_in(caption.text)
    aspects = aspects_of(caption.aspects or sentences, are_prose=not caption.aspects)
    kept = [_SILENCE.sub(_silence(caption.id), one) for one in _telling(sentences, aspects)]
    sheet = sheet_told(" ".join(kept), aspects)
    if sheet is None or not _tells_enough(" ".join(kept), sheet):
        return None
    texts = tuple(_ways_to_tell(kept))
    return _Draft(id=caption.id, group=caption.group, sheet=sheet, aspects=aspects, texts=texts)


def _tells_enough(text: str, sheet: FactSheet) -> bool:
    """Whether it tells two kinds of facts: moods alone make no note."""
    kinds = {fact.field for fact in facts_of(sheet)}
    return len(text.split()) >= FEWEST_WORDS and len(kinds) >= FEWEST_FACTS


def _silence(id: str) -> str:
    """One of the ways to say that nobody sings: the crowd has a single one."""
    return _SILENCES[_drawn(id)[0] % len(_SILENCES)]


def _telling(sentences: Sequence[str], aspects: Aspects) -> list[str]:
    """The sentences that can be kept, each with a fact that was not told before it."""
    kept: list[str] = []
    facts = 0
    for sentence in sentences:
        text = mended(sentence, aspects)
        if text is None or len(kept) == MOST_SENTENCES or (not kept and leans_back(text)):
            continue
        sheet = sheet_told(" ".join([*kept, text]), aspects)
        if sheet is not None and len(facts_of(sheet)) > facts:
            kept.append(text)
            facts = len(facts_of(sheet))
    return kept


# --- ways to tell the same -------------------------------------------------------------------------


def _ways_to_tell(sentences: Sequence[str]) -> list[str]:
    """The text, and others that say the same in another order or open otherwise."""
    first, *rest = sentences
    if rest and (match := _ACCOMPANIED.fullmatch(rest[0])) and " accompanied " not in first:
        first, rest = f"{first.removesuffix('.')}, {match['how']}.", rest[1:]
    orders = [[first, *rest]]
    orders += [
        [one, first, *rest[:place], *rest[place + 1 :]]
        for place, one in enumerate(rest)
        if not leans_back(one) and not leans_back(first)
    ]
    texts: list[str] = []
    for start, *others in orders:
        for opening in _openings(start):
            texts += [" ".join([opening, *others]), *_with_moods_in_front(opening, others)]
    return list(dict.fromkeys(texts))


def _with_moods_in_front(opening: str, others: Sequence[str]) -> list[str]:
    """The text with its moods in front, "Sad and soft, {title} ..."; none where no sentence is of moods."""
    for place, sentence in enumerate(others):
        match = _MOODS.fullmatch(sentence)
        if match and opening.startswith(("{title} ", "A ", "An ", "The ")):
            moods, is_named = match["moods"], opening.startswith("{title} ")
            opening = f", {opening}" if is_named else f": {opening[:1].lower()}{opening[1:]}"
            fronted = f"{moods[:1].upper()}{moods[1:]}{opening}"
            return [" ".join([fronted, *others[:place], *others[place + 1 :]])]
    return []


def _openings(sentence: str) -> list[str]:
    """Ways to open with the sentence: of this song, of {title}, or with the thing itself."""
    for pattern, ways in _WAYS:
        match = re.fullmatch(pattern, sentence)
        if match:
            parts = {name: value or "" for name, value in match.groupdict().items()}
            return [sentence, *(_filled(way, parts) for way in ways if _stands(way, parts))]
    return [sentence]


_WAYS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"\{title\} features (?P<thing>.+)\.", ("{title} has {thing}.", "{Thing}.", "Here is {thing}.")),
    (r"\{title\} is (?P<thing>an? .+)\.", ("{Thing}.", "Here is {thing}.")),
    (r"(?:This|It) is (?P<thing>an? .+)\.", ("{title} is {thing}.", "{Thing}.", "Here is {thing}.")),
    (
        r"Th(?:is|e) (?P<kind>(?!song|piece|track|music)[\w&' -]+? (?:song|piece|track|tune)) "
        r"(?:features|has|contains|consists of) (?P<thing>.+)\.",
        ("{A_kind} with {thing}.", "{title} is {a_kind} with {thing}."),
    ),
    (
        r"Th(?:is|e) (?:song|piece|track|music|recording|composition) "
        r"(?P<does>(?:is(?! being| played| sung| performed)|has|features|contains|consists|sounds|includes)"
        r" .+)\.",
        ("{title} {does}.",),
    ),
    (r"There (?:is|are) (?P<thing>(?!no\b).+)\.", ("{title} has {thing}.",)),
)


def _stands(way: str, parts: dict[str, str]) -> bool:
    """Whether the words stand by themselves: "A male voice." is too little for a sentence."""
    if way.startswith("Here is"):
        return parts["thing"].startswith(("a ", "an "))
    return way != "{Thing}." or bool(_SAYS_MORE.search(parts["thing"]))


def _filled(way: str, parts: dict[str, str]) -> str:
    thing, kind = parts.get("thing", ""), parts.get("kind", "")
    values = {"thing": thing, "Thing": f"{thing[:1].upper()}{thing[1:]}", "does": parts.get("does", "")}
    if kind:
        values |= {"a_kind": a(kind), "A_kind": f"{a(kind)[:1].upper()}{a(kind)[1:]}"}
    return re.sub(r"\{(\w+)\}", lambda match: values.get(match.group(1), match.group()), way)


# --- no opening too often --------------------------------------------------------------------------


_SENTENCE_END = re.compile(r"(?<=\.) ")


def opening_of(text: str) -> str:
    """The first three words of a text, in lower case and without marks."""
    return " ".join(re.sub(r"[^\w\s{}'-]", "", text).lower().split()[:OPENING_WORDS])


def _spread(drafts: Sequence[_Draft]) -> list[tuple[_Draft, str]]:
    """The drafts, each with the rarest of its openings; those beyond the share are left out."""
    verdicts: dict[tuple[str, str], bool] = {}
    kept = _chosen(drafts, len(drafts), verdicts)
    while True:
        fewer = _chosen([draft for draft, _ in kept], len(kept), verdicts)
        if len(fewer) == len(kept):
            return fewer
        kept = fewer


def _chosen(
    drafts: Sequence[_Draft], size: int, verdicts: dict[tuple[str, str], bool]
) -> list[tuple[_Draft, str]]:
    """A text for each draft whose opening and sentences may come once more among ``size`` texts."""
    most = max(_ALWAYS_ALLOWED, math.ceil(MOST_ALIKE * size))
    used: Counter[str] = Counter()
    chosen: list[tuple[_Draft, str]] = []
    for draft in drafts:
        rarest_first = sorted(draft.texts, key=lambda text: (used[opening_of(text)], _drawn(text)))
        allowed = (text for text in rarest_first if all(used[part] < most for part in _counted(text)))
        text = next((text for text in allowed if _verdict(draft, text, verdicts)), None)
        if text is not None:
            used.update(_counted(text))
            chosen.append((draft, text))
    return chosen


def _counted(text: str) -> list[str]:
    """What may not come too often: the opening, and each sentence."""
    return [opening_of(text), *_SENTENCE_END.split(text)]


def _verdict(draft: _Draft, text: str, verdicts: dict[tuple[str, str], bool]) -> bool:
    key = (draft.id, text)
    if key not in verdicts:
        verdicts[key] = draft.is_whole(text)
    return verdicts[key]


def _drawn(text: str) -> bytes:
    """A fixed draw, the same in every run."""
    return hashlib.blake2b(text.encode(), digest_size=8).digest()
