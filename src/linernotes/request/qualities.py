"""The words of the lexicon in a request: genres, moods, instruments, situations and the rest."""

from __future__ import annotations

from collections.abc import Iterator

from linernotes.request.cues import NEGATIVE_BEFORE, phrase_list, tabled, words
from linernotes.request.spelling import nearest_word
from linernotes.request.text import QualitySpan, RequestText, is_free
from linernotes.types import Family
from linernotes.words import Meaning, lexicon

_SITUATIONS = frozenset({"activity", "company", "time"})
DEGREES = {
    word: float(weight) for weight, said in tabled("qualities", "degrees").items() for word in said.split()
}
"""How much is wanted of what follows such a word: below 1 after "a bit", above it after "especially"."""
DEGREE_FILLERS = words("qualities", "degree_fillers")
"""Words that may stand between a degree and what it is of: "a bit of piano"."""
_MUSIC = words("qualities", "music")
_BEFORE_SITUATION = words("qualities", "before_situation")
_BEFORE_OCCASION = frozenset({"for", "during", "after", "before", "through"})
_DETERMINERS = frozenset({"a", "an", "the", "my", "our"})
_LANGUAGE_BEFORE = words("qualities", "language_before")
_LANGUAGE_AFTER = words("qualities", "language_after")
_SINGS = frozenset({"sing", "sings", "singing"})
_SINGERS = frozenset({"anyone", "anybody", "one", "nobody", "noone", "should"})
_OF_PEOPLE = " music"
_WORDS_SUNG = words("qualities", "words_sung")
_SPOKEN_EVERYWHERE = words("qualities", "spoken_everywhere")
_GUARDS: dict[str, dict[str, str]] = tabled("qualities", "guards")
_NEGATIONS = frozenset({"no", "without", "not"})
# Words that say "without" are no misspelt words of the lexicon ("forgo" is not forró).
_CUE_WORDS = frozenset(
    word
    for table in ("near_cues", "far_cues", "cues_after", "idioms")
    for phrase in phrase_list("negation", table)
    for word in phrase.split()
)
_PREFIXES = frozenset({"no", "non", "anti"})
_SOUND = frozenset({"instrument", "vocals"})
_LISTING = frozenset({"and", "or", "nor"})
_LESS = "less"


def find_qualities(text: RequestText, taken: frozenset[int]) -> tuple[QualitySpan, ...]:
    """The lexicon's words that no earlier rule has taken, the longest phrase first, in order of the text."""
    spans: list[QualitySpan] = []
    at = 0
    while at < len(text):
        span = None if at in taken else _longest_at(text, at, taken)
        if span:
            spans.append(span)
        at = span.end if span else at + 1
    return tuple(spans)


def find_misspelt_qualities(text: RequestText, taken: frozenset[int]) -> tuple[QualitySpan, ...]:
    """What is left that looks like a misspelt word of the lexicon; capital letters speak for a name."""
    found = (
        _misspelt_at(text, at)
        for at in range(len(text))
        if at not in taken
        and text.words[at] not in _CUE_WORDS
        and (text.starts_sentence(at) or not text.is_capital(at))
    )
    return tuple(span for span in found if span)


def _longest_at(text: RequestText, at: int, taken: frozenset[int]) -> QualitySpan | None:
    if text.words[at] in _NEGATIONS:
        return _negative_genre_at(text, at, taken)
    if _says_without(text, at):
        return None
    shared = _sharing_at(text, at, taken) or _lacking_at(text, at)
    if shared:
        return shared
    alone = _prefixed_at(text, at, taken)
    if alone:
        return alone
    for length in range(min(lexicon().longest_from(text.words[at]), len(text) - at), 0, -1):
        end = at + length
        if not is_free(taken, at, end) or any(text.clause_end(place) for place in range(at + 1, end)):
            continue
        phrase = text.phrase(at, end)
        if _is_two(text, at, end) or _hides_longer(text, at, end):
            continue
        meaning = next(iter(_meanings(text, at, end, phrase)), None)
        if meaning and _is_meant(text, at, end, phrase):
            return _span(text, at, end, meaning)
    return None


def _span(
    text: RequestText, first: int, end: int, meaning: Meaning, *, guessed: bool = False, lacking: bool = False
) -> QualitySpan:
    family, name = meaning
    return QualitySpan(
        first=first,
        end=end,
        text=text.piece(first, end),
        family=family,
        name=name,
        weight=_degree(text, first),
        guessed=guessed,
        lacking=lacking,
        others=_others(text, first, end, family),
    )


def _others(text: RequestText, first: int, end: int, family: Family) -> tuple[Meaning, ...]:
    """What the name of a people means beside their language, or beside a genre: "Swedish", "Irish music".

    None where only words are spoken of; nor does English mean a country: who wants no English songs may hear
    British ones.
    """
    people = text.phrase(first, end)
    if family == "genre" and people.endswith(_OF_PEOPLE):
        people = people.removesuffix(_OF_PEOPLE)
    elif family != "language" or people in _SPOKEN_EVERYWHERE or _is_spoken(text, first, end):
        return ()
    return tuple(meant for meant in lexicon().phrases.get(people, ()) if meant[0] == "country")


def _is_spoken(text: RequestText, first: int, end: int) -> bool:
    """Whether a language is meant and no people: "in Swedish", "Swedish lyrics"."""
    after = text.words[end] if not text.clause_end(end) else ""
    before = text.words[first - 1] if first and not text.clause_end(first) else ""
    return before in _LANGUAGE_BEFORE or after in _WORDS_SUNG


def _negative_genre_at(text: RequestText, at: int, taken: frozenset[int]) -> QualitySpan | None:
    """A genre that starts with a negation ("no wave")."""
    end = at + 2
    if end > len(text) or text.clause_end(at + 1) or not is_free(taken, at, end):
        return None
    meant = lexicon().phrases.get(text.phrase(at, end), ())
    return next((_span(text, at, end, meaning) for meaning in meant if meaning[0] == "genre"), None)


def _says_without(text: RequestText, at: int) -> bool:
    """Whether "free" belongs to the word before it ("vocal-free jazz"), not to the next ("free jazz")."""
    if text.words[at] != "free" or at == 0 or text.clause_end(at):
        return False
    spoken = lexicon().phrases.get(text.words[at - 1], ())
    return text.hyphen(at) or ("vocals", "vocals") in spoken


def _sharing_at(text: RequestText, at: int, taken: frozenset[int]) -> QualitySpan | None:
    """A word that shares its noun with the next in a list: "female" in "female or male vocals"."""
    spoken = lexicon().phrases
    after = at + 2
    if after >= len(text) or text.words[at + 1] not in _LISTING or not is_free(taken, at, after):
        return None
    if any(text.clause_end(place) for place in (at + 1, after)):
        return None
    for length in range(min(lexicon().longest_from(text.words[after]), len(text) - after), 1, -1):
        end = after + length
        broken = any(text.clause_end(place) for place in range(after + 1, end))
        if broken or not is_free(taken, after, end) or text.phrase(after, end) not in spoken:
            continue
        if text.phrase(at, end) in spoken:
            return None
        family = spoken[text.phrase(after, end)][0][0]
        whole = spoken.get(f"{text.words[at]} {text.words[end - 1]}", ())
        alone = [meant for meant, _ in spoken.get(text.words[at], ())]
        meaning = next((meaning for meaning in whole if meaning[0] == family), None)
        if meaning and (family not in alone if family in _SOUND else not alone):
            return _span(text, at, at + 1, meaning)
    return None


def _hides_longer(text: RequestText, first: int, end: int) -> bool:
    """Whether a longer phrase begins behind an article: "the blues rock" is no blues."""
    start = first + 1
    if text.words[first] != "the" or start >= len(text):
        return False
    most = min(start + lexicon().longest_from(text.words[start]), len(text))
    return any(
        text.phrase(start, longer) in lexicon().phrases
        and not any(map(text.clause_end, range(start, longer)))
        for longer in range(end + 1, most + 1)
    )


def _is_two(text: RequestText, first: int, end: int) -> bool:
    """Whether a stroke parts two things that would be one side by side: "no rap/metal" is not rap metal."""
    before = first - (first > 0 and text.words[first - 1] in {"any", "the", "all"})
    return bool(NEGATIVE_BEFORE.ending_at(text.words, before)) and any(
        ("/" in text.gap(at) or "+" in text.gap(at))
        and text.phrase(first, at) in lexicon().phrases
        and text.phrase(at, end) in lexicon().phrases
        for at in range(first + 1, end)
    )


def _lacking_at(text: RequestText, at: int) -> QualitySpan | None:
    """A word such as "drumless", which names what is not wanted."""
    word = text.words[at].removesuffix(_LESS)
    if word == text.words[at] or text.words[at] in lexicon().phrases:
        return None
    for family, name in lexicon().phrases.get(word, ()):
        if family in _SOUND:
            return _span(text, at, at + 1, (family, name), lacking=True)
    return None


def _prefixed_at(text: RequestText, at: int, taken: frozenset[int]) -> QualitySpan | None:
    """The one word that "non" negates: "vocal" alone in "non-vocal jazz"."""
    before = text.words[at - 1] if at and not text.clause_end(at) else ""
    if before != "non" and not (before in _PREFIXES and text.hyphen(at)):
        return None
    if text.hyphen(at + 1) or at in taken:
        return None
    for meaning in _meanings(text, at, at + 1, text.words[at]):
        return _span(text, at, at + 1, meaning)
    return None


def _misspelt_at(text: RequestText, at: int) -> QualitySpan | None:
    word = nearest_word(text.words[at])
    if word is None:
        return None
    return _span(text, at, at + 1, lexicon().phrases[word][0], guessed=True)


def _meanings(text: RequestText, first: int, end: int, phrase: str) -> Iterator[Meaning]:
    """What a phrase may mean here, the likeliest first."""
    spoken = lexicon().phrases.get(phrase, ())
    if any(family == "language" for family, _ in spoken) and _is_language(text, first, end):
        spoken = tuple(sorted(spoken, key=lambda meaning: meaning[0] != "language"))
    if any(family in _SITUATIONS for family, _ in spoken) and _is_situation(text, first, end):
        spoken = tuple(sorted(spoken, key=lambda meaning: meaning[0] not in _SITUATIONS))
    yield from spoken
    situation = _is_situation(text, first, end)
    if phrase in _SINGS and first > 0 and text.words[first - 1] in _SINGERS:
        yield "vocals", "vocals"
    sung = first > 1 and text.phrase(first - 2, first) in {"sung by", "singing by", "vocals by"}
    silenced = first > 0 and _is_silence(text.words[first - 1], phrase)
    for family, name in lexicon().meanings(phrase):
        if (family in _SITUATIONS and situation) or (family == "vocals" and (silenced or sung)):
            yield family, name


def _is_silence(before: str, phrase: str) -> bool:
    """Whether "no" and a word that is mostly no music ("words") together ask for instrumental music."""
    return before in _NEGATIONS and lexicon().canonical("vocals", f"{before} {phrase}") == "instrumental"


def _is_language(text: RequestText, first: int, end: int) -> bool:
    after = text.words[end] if not text.clause_end(end) else ""
    before = text.words[first - 1] if first else ""
    return (
        before in _LANGUAGE_BEFORE
        or after in _LANGUAGE_AFTER
        or (before in {"or", "and"} and first > 2 and (text.words[first - 3] in _LANGUAGE_BEFORE))
    )


def _is_situation(text: RequestText, first: int, end: int) -> bool:
    before = text.words[first - 1] if first and not text.hard_break(first) else ""
    if before in _DETERMINERS and first > 1 and not text.clause_end(first - 1):
        before = text.words[first - 2] if text.words[first - 2] in _BEFORE_OCCASION else before
    after = text.words[end] if not text.clause_end(end) else ""
    if after == "to" or before == "to":
        return True
    return before in _BEFORE_SITUATION | _BEFORE_OCCASION or after in {"playlist", "mix", "session"}


def _is_meant(text: RequestText, first: int, end: int, phrase: str) -> bool:
    """Whether a word with several meanings is about music here ("house", but not "clean the house")."""
    guard = _GUARDS.get(phrase)
    if guard is None:
        return True
    before = text.words[first - 1] if first and not text.clause_end(first) else ""
    after = text.words[end] if not text.clause_end(end) else ""
    if after in guard["not_before"].split():
        return False
    return after in _MUSIC or before not in guard["not_after"].split()


def _degree(text: RequestText, first: int) -> float:
    at = first - 1
    while at >= 0 and first - at <= 3 and not text.clause_end(at + 1):
        if text.words[at] in DEGREES:
            return DEGREES[text.words[at]]
        if text.words[at] not in DEGREE_FILLERS:
            return 1.0
        at -= 1
    return 1.0
