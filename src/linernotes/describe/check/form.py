"""Reads the form of a note: length and end, repetition, placeholders, talk that is not about the music."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from linernotes.describe.check.patterns import any_of, words_of
from linernotes.describe.check.reading import Reading
from linernotes.types import Kind
from linernotes.words import fold

MOST_SENTENCES = 6
MOST_WORDS = 120

PLACEHOLDERS_OF: Mapping[Kind, tuple[str, ...]] = {
    "song": ("title", "artist", "album"),
    "artist": ("artist",),
    "genre": ("genre",),
}
"""What a note may leave for names."""
_END = re.compile(r"[.!?…][\"'”’)]*$")
_STUTTER = re.compile(r"\b(very \w+),? (?:and )?\1\b")
_TWICE = re.compile(
    r"(?:^|[,.;:] |\b(?:and|are|in|is|meets?|of|over|to|with) )([\w-]+(?: [\w-]+)?)"
    r"(?:, (?:and )?| and )\1(?! and roll)(?=[,.;:!?]| and\b|$)"
)
"""A thing that is listed twice in a row; "punk" behind "pop punk" is another thing."""
_BRACES = re.compile(r"\{([^{}]*)\}|[{}]")
_LIST = re.compile(
    r"(?m)^\s*(?:[-*•–]\s|\d+[.)]\s|#{1,6}\s)|\*\*|\n\s*\n|https?://|<[a-z/!]|\[[^\]]*\]|###|<\||[\"“”]"
)
_FIELDS = (
    "title|artist|album|genres?|instruments?|moods?|vocals?|tempo|key|energy|year|country|language|note|song"
)
_LABEL = re.compile(
    rf"(?im)\b(?:tempo[ _]bpm|loudness[ _]lufs|duration[ _]s)\b|^(?:{_FIELDS})\s*:|[,;] (?:{_FIELDS}):"
)
_TASK = any_of(
    r"here(?:'s| is) (?:a|the|your|my) (?:\w+ )?(?:notes?|description|text|sentences?|response|answer)",
    r"(?:sure|certainly|of course|absolutely)(?=[,!])",
    r"as an ai|language model|hope this helps|let me know|you asked|these facts|fact sheet|facts of the song",
    r"i|i'm|i've|i'll|my|mine|me|song's (?:title|name|genre|mood|vocals|tempo|key)",
    r"the (?:given |provided )?(?:facts|sheet|data|information|prompt|user)",
    r"provided|placeholders?|liner notes?|instructions?|no other (?:names|numbers)|in quotes",
)
_PRAISE = any_of(
    r"masterpieces?|must[- ](?:listen|hear|have)|iconic|legendary|timeless|unforgettable|breathtaking",
    r"stunning|groundbreaking|genre-defining|award-winning|(?:critically )?acclaimed|chart-topping",
    r"best-?selling|best of (?:all|the|its|their)|the (?:best|greatest)|perfect(?:ly)? for|don't miss",
    r"one of the (?:best|greatest|most)|sure to|guaranteed to|will (?:leave|take|make|keep) you",
    r"testament to|tour de force|essential listening|mesmeri[sz]ing|captivating|sonic journey",
    r"showcas(?:es|ing)|world-class|smash hit|instant classic|amazing|awesome|incredible|brilliant",
    r"fantastic|wonderful|excellent|superb",
)
_QUALITY = any_of(
    r"(?:poor|low|bad|high|good|excellent|amateur|professional|inferior|mediocre)[- ]"
    r"(?:audio |sound |recording )?quality",
    r"low[- ]fidelity|poorly recorded|well[- ](?:produced|recorded|mixed)|(?:amateur|home) recording",
    r"in mono|background noise|(?:muffled|crackly) (?:sound|recording)",
)
_HISTORY = any_of(
    r"debut|chart(?:s|ed|ing)?|grammys?|awards?|platinum|number one|record label|title track|lead single",
    r"hit single|released (?:on|by|as)|written by|composed by|produced by|members|founded",
    r"sold (?:out|well|millions?|copies|over|more|\d)|millions? of|fans|critics|signed to|on tour|toured",
    r"formed in|born in|hails? from|albums?(?! {7})",
    r"(?:the|a|this|an? \w+|whose|their) (?:band|group|duo|trio|ensemble|supergroup)(?:'s)?",
    r"(?:sings?|sang|singing|sung|raps?|rapping|rapped|words|lyrics|verses|songs?)(?: \w+){0,3}? about",
    r"lyrics (?:tell|speak|deal|explore)|tells? the story of|story of (?:a|an|the)|song about",
    r"about (?:love|loss|heartbreak|life|friendship|growing up)",
)
BARE_TALK = words_of(
    "masterpiece masterpieces iconic legendary timeless unforgettable breathtaking stunning groundbreaking"
    " amazing awesome incredible brilliant fantastic wonderful excellent superb mesmerizing captivating"
    " showcasing showcases debut charts charted charting platinum award awards members founded fans critics"
    " toured album albums provided i my"
)
"""Single words of the patterns above: refused wherever they stand, but for values of the sheet."""
_BEGINNINGS = ("born in", "hails from", "hail from")
_TALK = (
    (_TASK, "speaks of its task"),
    (_PRAISE, "praises"),
    (_QUALITY, "speaks of the recording's quality"),
    (_HISTORY, "tells what no fact holds"),
)


def form_problems(reading: Reading) -> Iterator[str]:
    """What is wrong with the note as a text, whatever the facts are."""
    yield from _length(reading)
    yield from _marks(reading.text, PLACEHOLDERS_OF[reading.sheet.kind])
    yield from _repetition(reading)
    for pattern, problem in _TALK:
        if (match := pattern.search(reading.masked)) and not _is_of_genre(match, reading):
            yield f"{problem} ('{match.group().strip()}')"


def _is_of_genre(match: re.Match[str], reading: Reading) -> bool:
    """Whether it is said of a genre that it was born, and the sheet says where."""
    genre = reading.collection
    return bool(genre and genre.origin) and match.group() in _BEGINNINGS


def _length(reading: Reading) -> Iterator[str]:
    text = reading.text.strip()
    if not text:
        yield "is empty"
        return
    if (sentences := len(reading.sentences)) > MOST_SENTENCES:
        yield f"has {sentences} sentences, {MOST_SENTENCES} are the most"
    if (words := len(text.split())) > MOST_WORDS:
        yield f"has {words} words, {MOST_WORDS} are the most"
    if not _END.search(text):
        yield f"breaks off ('{text[-20:]}')"


def _marks(text: str, placeholders: Collection[str]) -> Iterator[str]:
    wrong = [brace.group() for brace in _BRACES.finditer(text) if brace.group(1) not in placeholders]
    if wrong:
        yield f"has the brace '{wrong[0][:20]}', which is no placeholder"
    if listed := _LIST.search(text):
        yield f"is not plain prose ('{listed.group().strip()[:20]}')"
    if label := _LABEL.search(text):
        yield f"copies the sheet ('{label.group()}')"


def _repetition(reading: Reading) -> Iterator[str]:
    sentences = Counter(fold(reading.text[span.start : span.end]) for span in reading.sentences)
    if any(count > 1 for count in sentences.values()):
        yield "repeats a sentence"
        return
    for pattern in (_STUTTER, _TWICE):
        if stutter := pattern.search(reading.prose):
            yield f"repeats itself ('{stutter.group().strip(' ,.;:')}')"
            return
    words = fold(reading.text).split()
    phrases = Counter(" ".join(words[at : at + 4]) for at in range(len(words) - 3))
    for phrase, count in phrases.most_common(1):
        if count > 2:
            yield f"repeats itself ('{phrase}')"
