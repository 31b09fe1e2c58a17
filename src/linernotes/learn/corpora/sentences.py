"""Sentences of captions, made fit to learn from: without talk, without words that no sheet can bear out.

A crowd of listeners tells more than a sheet holds: how the recording sounds, where the music might be played,
which way a cymbal shimmers. What can be taken out of a sentence is taken out; what is left is kept only if
all its words are either borne out by the aspects or plain words about music.
"""

from __future__ import annotations

import re

from linernotes.describe.check import claims_too_much
from linernotes.describe.check.patterns import any_of
from linernotes.learn.corpora.aspects import Aspects, named_in, sheet_told
from linernotes.learn.corpora.rewording import as_sentence, clauses_of, reworded, well_put
from linernotes.learn.corpora.trimming import is_plain, trimmed

FEWEST_WORDS = 5
MOST_WORDS = 36

_BREAK = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(]?[A-Za-z])")
_TALK = any_of(
    r"quality|noisy|noise|mono|stereo|amateur|recorded|studio|audience|crowd|vinyl|microphone",
    r"video|movie|film|footage|clip|youtube|tutorial|lesson|advert\w*|commercial|soundtrack|game|scenes?",
    r"used|suitable|perfect|perfectly|ideal|cover|karaoke|backing track|demo|remix",
    r"probably|perhaps|maybe|possibly|seems?|might|may|could|would|should|can(?! be heard)|almost|quite|bit",
    r"you|your|we|our|i|resembl\w+|similar|reminiscent|reminds?|like|unlike|as if|as though|something",
    r"some kind|sort of|type of|other|another|only|except",
    r"no(?! singing)|not|none|never|without(?! (?:words|singing))|isn't|doesn't|don't|there's",
)
"""Talk of the recording, of what the music is for, guesses, likenesses, and denials but of a voice."""
_BROKEN = re.compile(
    r"[;()/\"]|\b(?:is|are|sounds|feels|a|an|the|of|this|with|by|over) "
    r"(?:and|or|but|has|have|is|are|with|plays?|sings?|over)\b"
    r"|\b(?:playing|plays) of\b|\bhas a sound\b|\bthe parts\b|\bis of\b|\bsong track\b"
    r"|\bplays? play|\bplaying (?:and|or)\b|\b(?:sings?|plays?) this\."
    r"|\bthis (?:\w+ )?(?:vocals|voices|singing|instruments)\b|\b(\w+),? (?:and )?\1\b"
)
_BEFORE_A_NOUN = re.compile(r"\b(?:an?|the|of)(?: \w+)? $")
_NO_NOUN = re.compile(r"[,.]|,? (?:and|with|on|playing)\b(?! \w+(?:,| \w+))")


def sentences_in(caption: str) -> tuple[str, ...]:
    """The sentences of a caption, each with a capital in front and a full stop behind."""
    plain = " ".join(caption.replace("“", '"').replace("”", '"').split())
    return tuple(as_sentence(part) for part in _BREAK.split(plain) if part.strip())


def mended(sentence: str, aspects: Aspects) -> str | None:
    """The sentence without what the aspects do not bear out; None if it cannot be told without.

    What comes back has five to 36 words, is borne out in full, and passes the check on its own sheet.
    """
    text = reworded(sentence)
    for part in (text, *clauses_of(text)):
        whole = well_put(trimmed(part, aspects))
        if _is_good(whole, aspects):
            return whole
    return None


def _is_good(text: str, aspects: Aspects) -> bool:
    if not FEWEST_WORDS <= len(text.split()) <= MOST_WORDS or _TALK.search(text.lower()):
        return False
    if _BROKEN.search(text) or _dangles(text) or _names_twice(text) or not is_plain(text, aspects):
        return False
    sheet = sheet_told(text, aspects)
    return sheet is not None and not claims_too_much(text, sheet)


def _dangles(text: str) -> bool:
    """Whether a quality has lost its noun: "a lively and drums"."""
    return any(
        named.family == "mood"
        and _BEFORE_A_NOUN.search(text[: named.start])
        and _NO_NOUN.match(text, named.end)
        for named in named_in(text)
    )


def _names_twice(text: str) -> bool:
    things = [one.words for one in named_in(text) if one.family in ("instrument", "genre", "mood")]
    return len(set(things)) < len(things)
