"""What of a request is searched for as text, and which words are added to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from linernotes.types import Request, Want
from linernotes.words import BANDS, fold, lexicon, tokenise

SYNONYMS: Final = 1
"""Other ways of saying a want that are searched for too. More drown the request's own words: on our 730
requests for notes, 0, 1, 3 and 5 gave an MRR by words alone of .941, .936, .922 and .915."""

_EMPTY = frozenset(
    [
        *("a", "about", "all", "an", "and", "any", "anything", "are", "as", "at", "be", "but", "by", "can"),
        *("could", "do", "except", "find", "for", "from", "get", "give", "has", "have", "hear", "i", "id"),
        *(
            "if",
            "im",
            "in",
            "is",
            "it",
            "its",
            "just",
            "kind",
            "like",
            "listen",
            "make",
            "me",
            "more",
            "most",
        ),
        *("music", "my", "need", "no", "nor", "not", "nothing", "of", "on", "or", "other", "play", "please"),
        *("similar", "so", "some", "something", "song", "songs", "sort", "sound", "sounds", "stuff", "than"),
        *("that", "the", "them", "these", "thing", "things", "this", "to", "track", "tracks", "tunes", "up"),
        *(
            "want",
            "what",
            "which",
            "with",
            "without",
            "would",
            "you",
            "your",
            "minus",
            "never",
            "none",
            "only",
        ),
    ]
)


_FOR_ME = frozenset(
    [
        *("recommend", "recommendation", "recommendations", "suggest", "surprise", "us", "mine", "hear"),
        *("new", "good", "great", "nice", "today", "now", "tonight", "mix", "playlist", "taste", "profile"),
        *("would", "should", "could", "can", "next", "else", "anything", "whatever", "based"),
        *("musik", "fur", "mich", "uns", "lieder", "etwas", "musique", "pour", "moi", "chansons"),
        *("musica", "per", "noi", "para", "mi", "mim", "canciones", "canzoni"),
    ]
)
"""Words of requests that leave it to whoever answers, beside those that say nothing at all."""


def leaves_it_open(request: Request) -> bool:
    """Whether nothing is asked for ("songs for me"), whatever is excluded or limited ("… without vocals")."""
    asked = request.seeds or request.wants or request.unknown_names or request.comparisons or request.pointers
    dated = any(limit.name in {"year", "tempo_bpm"} for limit in request.limits)
    if asked or dated or _situation(request):
        return False
    words = [token.word for token in tokenise(request.text)]
    for phrase in _left_out(request):
        words = _without(words, fold(phrase).split())
    return _EMPTY.union(_FOR_ME).issuperset(words)


def is_understood(request: Request) -> bool:
    """Whether the rules made anything of the request."""
    return bool(
        request.seeds
        or request.wants
        or request.avoids
        or request.limits
        or request.popularity is not None
        or request.unknown_names
        or _situation(request)
    )


def _situation(request: Request) -> bool:
    return any(_situations(request))


def _situations(request: Request) -> tuple[str | None, ...]:
    context = request.context
    return context.mood, context.activity, context.company, context.time


def searched_text(request: Request) -> str:
    """The request folded, without what is not to be found by its words; "" where nothing is left.

    Names that are only to be resembled would find themselves, and what is excluded would be found. Tempos,
    lengths and counts are held as conditions. Of a request that was not understood, the whole text stays.
    """
    words = [token.word for token in tokenise(request.text)]
    if not is_understood(request):
        return " ".join(words)
    if request.language != "en":
        return " ".join((*_in_english(request), *_unsaid(request)))
    if not (request.rest or request.wants or request.seeds or request.limits or _situation(request)):
        return ""
    for phrase in _left_out(request):
        words = _without(words, fold(phrase).split())
    words += _unsaid(request)
    return " ".join(words) if any(word not in _EMPTY for word in words) else ""


def _unsaid(request: Request) -> Iterator[str]:
    """The words of a situation that was told beside the request."""
    said = {want.name for want in request.wants}
    for name in _situations(request):
        if name and name not in said:
            yield from fold(name).split()


def _in_english(request: Request) -> Iterator[str]:
    """What a request in another language asks for, and what is left of it."""
    yield from (fold(want.name) for want in request.wants)
    yield from (fold(seed.name) for seed in request.seeds if seed.relation == "by")
    yield from fold(request.rest).split()


def _left_out(request: Request) -> Iterator[str]:
    for seed in request.seeds:
        if seed.relation == "like":
            yield seed.text
    yield from (avoid.text for avoid in request.avoids)
    yield from (limit.text for limit in request.limits if limit.name != "year" or limit.excluded)


def _without(words: Sequence[str], phrase: Sequence[str]) -> list[str]:
    """The words without any run of them that equals the phrase."""
    left: list[str] = []
    at = 0
    while at < len(words):
        if phrase and list(words[at : at + len(phrase)]) == list(phrase):
            at += len(phrase)
        else:
            left.append(words[at])
            at += 1
    return left


def says_something(text: str) -> bool:
    """Whether there is a word in it to search for: not so in "more of that"."""
    return any(token.word not in _EMPTY for token in tokenise(text))


def is_keywords(text: str) -> bool:
    """Whether it is a list of tags ("love classical piano") and no sentence: no word only joins others."""
    words = [token.word for token in tokenise(text)]
    return bool(words) and _EMPTY.isdisjoint(words)


def lexical_query(request: Request) -> str:
    """The words for BM25: the searched text, then what the wants are called by others."""
    words = [word for word in searched_text(request).split() if word not in _EMPTY]
    if not is_understood(request):
        words = searched_text(request).split()
    words += [word for want in request.wants for name in _names_of(want) for word in fold(name).split()]
    return " ".join(dict.fromkeys(words))


def _names_of(want: Want) -> Iterable[str]:
    """The want's own name, some synonyms, and the words for the numbers that it means."""
    yield want.name
    yield from lexicon().synonyms(want.family, want.name)[:SYNONYMS]
    term = lexicon().term(want.family, want.name)
    for target in term.targets if term else ():
        if target.weight >= 1 and target.value is None:
            low = float("-inf") if target.low is None else target.low
            high = float("inf") if target.high is None else target.high
            yield from (
                band.words[0] for band in BANDS.get(target.name, ()) if low <= band.low and band.high <= high
            )
