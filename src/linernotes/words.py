"""The one table that turns numbers into words, and the lexicon of what people call things.

Both sides use it: the writer says "fast" from the tempo at which a request for something fast is met.
"""

from __future__ import annotations

import math
import re
import tomllib
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Final, get_args

from linernotes.types import Band, Family, Mention, Target, Term

# Origin of the thresholds: the number-to-words table of the project's own corpus of hand-written notes
# (liner_notes, CC BY 4.0), so that the notes the writer learned from and the numbers here agree.
# Ranges without a word (danceability .35 to .65, say) are those that nobody would remark on.
_ABOVE_POINT_9 = math.nextafter(0.9, 1.0)
BANDS: Mapping[str, tuple[Band, ...]] = MappingProxyType(
    {
        "tempo_bpm": (
            Band(low=0.0, high=60.0, words=("very slow",)),
            Band(low=60.0, high=80.0, words=("slow",)),
            Band(low=80.0, high=100.0, words=("unhurried", "relaxed pace")),
            Band(low=100.0, high=120.0, words=("mid-tempo", "walking pace")),
            Band(low=120.0, high=140.0, words=("fast", "brisk", "up-tempo")),
            Band(low=140.0, high=170.0, words=("very fast", "driving")),
            Band(low=170.0, high=math.inf, words=("breakneck", "racing")),
        ),
        "energy": (
            Band(low=0.0, high=0.2, words=("very calm", "still")),
            Band(low=0.2, high=0.4, words=("gentle", "soft")),
            Band(low=0.4, high=0.6, words=("moderate", "steady")),
            Band(low=0.6, high=0.8, words=("energetic", "lively")),
            Band(low=0.8, high=math.inf, words=("intense", "high-energy")),
        ),
        "valence": (
            Band(low=0.0, high=0.25, words=("sad", "dark", "bleak")),
            Band(low=0.25, high=0.45, words=("melancholy", "wistful")),
            Band(low=0.45, high=0.6, words=("balanced", "even", "neither sad nor glad")),
            Band(low=0.6, high=0.8, words=("happy", "warm", "bright")),
            Band(low=0.8, high=math.inf, words=("joyful", "exuberant")),
        ),
        "danceability": (
            Band(low=0.0, high=0.35, words=("hard to dance to", "not for dancing")),
            Band(low=0.65, high=0.8, words=("danceable",)),
            Band(low=0.8, high=math.inf, words=("made for dancing",)),
        ),
        "acousticness": (
            Band(low=0.0, high=0.1, words=("electric or electronic through and through",)),
            Band(low=0.7, high=_ABOVE_POINT_9, words=("mostly acoustic",)),
            Band(low=_ABOVE_POINT_9, high=math.inf, words=("entirely acoustic",)),
        ),
        "loudness_lufs": (
            Band(low=-math.inf, high=-20.0, words=("very quiet", "hushed")),
            Band(low=-20.0, high=-14.0, words=("quiet", "with room to breathe")),
            Band(low=-14.0, high=-8.0, words=("ordinary", "full")),
            Band(low=-8.0, high=math.inf, words=("loud", "dense")),
        ),
        "duration_s": (
            Band(low=0.0, high=120.0, words=("short",)),
            Band(low=300.0, high=480.0, words=("long",)),
            Band(low=480.0, high=math.inf, words=("very long",)),
        ),
    }
)


def band_of(name: str, value: float) -> Band | None:
    """The band of the fact ``name`` that holds ``value``; None where the table has no word for it."""
    return next((band for band in BANDS.get(name, ()) if band.low <= value < band.high), None)


def word_for(name: str, value: float) -> str | None:
    """The plainest word for a number ("fast" for 128 bpm); None where the table has none."""
    band = band_of(name, value)
    return band.words[0] if band else None


FIELD_BY_FAMILY: Mapping[Family, str] = MappingProxyType(
    {
        "genre": "genres",
        "mood": "moods",
        "instrument": "instruments",
        "vocals": "vocals",
        "country": "country",
        "language": "language",
        "style": "styles",
    }
)
"""Where a sheet keeps what a family of the lexicon names; the families are also the names of the facts."""


# --- folding ---------------------------------------------------------------------------------------

# Letters that Unicode does not decompose, as people type them on another keyboard.
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_MARKS = re.compile("[\u0300-\u036f]+")
_APOSTROPHES = "'’‘ʼ`´"
_NO_APOSTROPHES = str.maketrans(dict.fromkeys(_APOSTROPHES))
_CHUNK = re.compile(r"&|[^\s&]+")


class _Separators(dict[int, int]):
    """Maps punctuation, symbols, blanks and control characters to a blank, one character for one."""

    def __missing__(self, code: int) -> int:
        char = chr(code)
        separates = unicodedata.category(char)[0] in "PSZC" and char not in _APOSTROPHES + "&"
        self[code] = 0x20 if separates else code
        return self[code]


_SEPARATORS = _Separators()


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A folded word and where it stands in the text it was read from: ``text[start:end]``."""

    word: str
    start: int
    end: int


@lru_cache(maxsize=2**14)
def fold(text: str) -> str:
    """The text as it is compared: lower case, no accents, no punctuation, "&" as "and", single blanks.

    Apostrophes vanish ("Don't" and "dont" are equal), other punctuation becomes a blank. A text of
    nothing but punctuation (the band "!!!") stays as it is, so that it keeps an identity.
    """
    words = _folded_words(text.translate(_SEPARATORS).replace("&", " and "))
    return " ".join(words or text.casefold().split())


def tokenise(text: str) -> tuple[Token, ...]:
    """The words of ``fold(text)``, each with its place in ``text``; none for a text of punctuation."""
    tokens: list[Token] = []
    for chunk in _CHUNK.finditer(text.translate(_SEPARATORS)):
        words = ["and"] if chunk.group() == "&" else _folded_words(chunk.group())
        tokens += [Token(word=word, start=chunk.start(), end=chunk.end()) for word in words]
    return tuple(tokens)


def _folded_words(text: str) -> list[str]:
    """The words of a text without separators other than blanks."""
    text = text.translate(_NO_APOSTROPHES).casefold()
    if not text.isascii():
        bare = _MARKS.sub("", unicodedata.normalize("NFKD", text)).translate(_LETTERS)
        text = unicodedata.normalize("NFC", bare).casefold().translate(_SEPARATORS)
    return text.split()


# --- the lexicon -----------------------------------------------------------------------------------

_FAMILIES: tuple[Family, ...] = get_args(Family)
_TARGET = re.compile(
    r"(?P<name>\w+) (?:= (?P<value>[^*]+?)|< (?P<high>[-\d.]+)|> (?P<low>[-\d.]+)"
    r"|(?P<from>[-\d.]+)\.\.(?P<to>[-\d.]+))(?: \* (?P<weight>[\d.]+))?"
)
Meaning = tuple[Family, str]
_JOINED_FAMILIES: Final = frozenset({"genre", "mood", "instrument"})
_SHORTEST_JOINED: Final = 7
"""Letters of words that may be written as one; shorter ones are other words."""


class Lexicon:
    """The words people use for music, each with its canonical name, synonyms, parents and targets.

    A phrase may belong to several families ("latin" is a genre and a language); where one must be chosen,
    the family whose terms come first wins. ``quiet`` phrases are known as whole tags, not inside sentences.
    """

    def __init__(self, terms: Iterable[Term], quiet: Collection[tuple[Family, str]] = ()) -> None:
        self._terms: dict[Meaning, Term] = {(term.family, term.name): term for term in terms}
        self._meanings: dict[str, tuple[Meaning, ...]] = {}
        self._children: dict[Meaning, list[str]] = {}
        self._descendants: dict[Meaning, frozenset[str]] = {}
        for term in self._terms.values():
            self._enter(term)
        self._enter_joined()
        self._spoken = self._without({(family, fold(phrase)) for family, phrase in quiet})
        self._longest_from: dict[str, int] = {}
        for phrase in self._meanings:
            first, words = phrase.partition(" ")[0], phrase.count(" ") + 1
            self._longest_from[first] = max(words, self._longest_from.get(first, 0))

    def _enter(self, term: Term) -> None:
        meaning = (term.family, term.name)
        for phrase in (term.name, *term.synonyms):
            self._add_phrase(fold(phrase), meaning)
            if term.family == "instrument":
                self._add_phrase(fold(phrase) + "s", meaning)
        for parent in term.parents:
            self._children.setdefault((term.family, parent), []).append(term.name)

    def _enter_joined(self) -> None:
        """Tags often leave the blanks out: "electricguitar", "singersongwriter"."""
        for phrase, meanings in list(self._meanings.items()):
            joined = phrase.replace(" ", "")
            if joined != phrase and len(joined) >= _SHORTEST_JOINED:
                for meaning in meanings:
                    if meaning[0] in _JOINED_FAMILIES:
                        self._add_phrase(joined, meaning)

    def _add_phrase(self, phrase: str, meaning: Meaning) -> None:
        known = self._meanings.get(phrase, ())
        if all(family != meaning[0] for family, _ in known):
            self._meanings[phrase] = (*known, meaning)

    def _without(self, quiet: Collection[tuple[Family, str]]) -> dict[str, tuple[Meaning, ...]]:
        spoken = dict(self._meanings)
        for family, phrase in quiet:
            kept = tuple(meaning for meaning in spoken.pop(phrase, ()) if meaning[0] != family)
            if kept:
                spoken[phrase] = kept
        return spoken

    @property
    def terms(self) -> tuple[Term, ...]:
        """All entries, in the order of the file."""
        return tuple(self._terms.values())

    @property
    def phrases(self) -> Mapping[str, tuple[Meaning, ...]]:
        """The folded phrases that sentences are searched for, with their (family, name) meanings."""
        return MappingProxyType(self._spoken)

    def longest_from(self, word: str) -> int:
        """The number of words of the longest phrase that starts with this folded word; 0 without one."""
        return self._longest_from.get(word, 0)

    def term(self, family: Family, name: str) -> Term | None:
        """The entry with this canonical name."""
        return self._terms.get((family, name))

    def meanings(self, text: str) -> tuple[Meaning, ...]:
        """All (family, name) that a whole phrase may mean, the likeliest first; () if unknown."""
        return self._meanings.get(fold(text), ())

    def canonical(self, family: Family, text: str) -> str | None:
        """The canonical name of a word or synonym within a family; None if the family does not know it."""
        return next((name for known, name in self.meanings(text) if known == family), None)

    def synonyms(self, family: Family, name: str) -> tuple[str, ...]:
        """Other ways of saying it, without the name itself; () if unknown."""
        term = self.term(family, name)
        return term.synonyms if term else ()

    def mentions(self, text: str, families: Collection[Family] | None = None) -> tuple[Mention, ...]:
        """Where the text names things of the lexicon: whole words, the longest phrase first, in order.

        Mentions do not overlap. With ``families``, other meanings are as if they were not known.
        """
        tokens = tokenise(text)
        found: list[Mention] = []
        at = 0
        while at < len(tokens):
            length, meaning = self._longest_at(tokens, at, families)
            if meaning:
                family, name = meaning
                end = tokens[at + length - 1].end
                found.append(Mention(family=family, name=name, start=tokens[at].start, end=end))
            at += max(length, 1)
        return tuple(found)

    def _longest_at(
        self, tokens: tuple[Token, ...], at: int, families: Collection[Family] | None
    ) -> tuple[int, Meaning | None]:
        words = [token.word for token in tokens[at : at + self.longest_from(tokens[at].word)]]
        for length in range(len(words), 0, -1):
            for meaning in self._spoken.get(" ".join(words[:length]), ()):
                if families is None or meaning[0] in families:
                    return length, meaning
        return 0, None

    def descendants(self, family: Family, name: str) -> frozenset[str]:
        """The name itself and everything that is a kind of it ("metal": death metal, doom metal, …)."""
        known = self._descendants.get((family, name))
        if known is None:
            known = _reached(name, lambda at: self._children.get((family, at), ()))
            self._descendants[family, name] = known
        return known

    def ancestors(self, family: Family, name: str) -> frozenset[str]:
        """The name itself and everything it is a kind of ("death metal": metal, rock)."""
        return _reached(name, lambda at: self._parents(family, at))

    def _parents(self, family: Family, name: str) -> tuple[str, ...]:
        term = self.term(family, name)
        return term.parents if term else ()


def _reached(start: str, step: Callable[[str], Iterable[str]]) -> frozenset[str]:
    reached: set[str] = set()
    open_names = [start]
    while open_names:
        name = open_names.pop()
        if name not in reached:
            reached.add(name)
            open_names.extend(step(name))
    return frozenset(reached)


@cache
def lexicon() -> Lexicon:
    """The lexicon that comes with the package, read once."""
    text = resources.files("linernotes").joinpath("data/lexicon.toml").read_text(encoding="utf-8")
    return read_lexicon(text)


def read_lexicon(text: str) -> Lexicon:
    """The lexicon in a file's text (its form is told at the top of ``data/lexicon.toml``).

    Raises ValueError for an unknown family or a target that cannot be read.
    """
    tables = tomllib.loads(text)
    quiet = tables.pop("quiet", {})
    unknown = sorted((set(tables) | set(quiet)) - set(_FAMILIES))
    if unknown:
        raise ValueError(f"lexicon: unknown family {unknown[0]!r}; known are {', '.join(_FAMILIES)}")
    present = [family for family in tables if family in _FAMILIES]
    terms = [_term(family, name, entry) for family in present for name, entry in tables[family].items()]
    return Lexicon(
        terms, [(family, phrase) for family in _FAMILIES for phrase in _listed(quiet.get(family, ""))]
    )


def _term(family: Family, name: str, entry: Mapping[str, str]) -> Term:
    return Term(
        family=family,
        name=name,
        synonyms=_listed(entry.get("also", "")),
        parents=_listed(entry.get("is", "")),
        targets=tuple(_target(target) for target in _listed(entry.get("asks", ""))),
    )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _target(text: str) -> Target:
    match = _TARGET.fullmatch(text)
    if match is None:
        raise ValueError(f"lexicon: target {text!r} is not like 'energy < 0.4 * 0.5' or 'mood = calm'")
    part = match.groupdict()
    low, high = part["low"] or part["from"], part["high"] or part["to"]
    return Target(
        name=part["name"],
        value=part["value"],
        low=float(low) if low else None,
        high=float(high) if high else None,
        weight=float(part["weight"] or 1.0),
    )
