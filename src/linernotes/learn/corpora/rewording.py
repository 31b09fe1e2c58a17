"""Puts sentences of captions in order: cuts talk off their ends, makes phrases plain, mends marks."""

from __future__ import annotations

import re

from linernotes.describe.wording import a, genre
from linernotes.learn.corpora.aspects import named_in

VERB = re.compile(
    r"\b(?:is|are|was|has|have|plays?|playing|sings?|singing|features?|contains?|consists?|accompan\w+|supported"
    r"|backed|provid\w+|while|which|that|where|who|with|over|by|in|on|as|to|from)\b"
)
"""What things in a list do not have in them."""

A_SONG = (
    r"an? (?:(?!playing|singing|being|of|with)\S+ ){0,4}?"
    r"(?:song|piece|track|tune|ballad|composition|performance)\b"
)
"""What a song is, rather than what it has."""

_SILENCE = re.compile(
    r"\b(?:there (?:is|are) )?no (?:voices?|vocals?|singers?|singing)\b(?! \w*(?:melod|harmon))",
    re.IGNORECASE,
)
_CLAUSES = re.compile(
    r",? (?:while|whereas|and then|and there (?=is|are)|and (?=an? [\w ]+ (?:is|plays|can)\b)) ?"
)
_MUSIC = r"(?:The|This) (?:song|music|piece)"
_A_SLOW_TEMPO = r"(?:in |of )?(?:a )?(?:very )?(?:slow|medium|fast|moderate|mid|high)[ -]?(?:tempo|paced)?"
_THE_CLIP = r"(?:recording|audio|clip|snippet|excerpt|sample|file)(?: clip| track| file| recording)?"
_OPENINGS = (
    (
        rf"^(?:The|This|A|An) (?:\w+ ){{0,2}}?{_THE_CLIP} "
        r"(?:features|contains|consists of|has|includes|presents|is of|showcases) (?:the )?",
        "{title} features ",
    ),
    (rf"^\{{title\}} features (?={A_SONG})", "{title} is "),
    (r"^This is a recording of ", "This is "),
    (r"^(?:(?:We|You|We can|You can|One can|Here we) hear|Here we have|We have here) ", "Here is "),
    (r"^The (?:tempo|rhythm|beat) is [\w-]+(?:[ -]\w+)? (?:tempo )?with ", "The song has "),
    (rf"^{_MUSIC} is {_A_SLOW_TEMPO} with ", "The song has "),
    (r"^(?:In|On) (?:this|the) (?:song|piece|recording|track|clip|audio),? (?=\w)", ""),
    (r"^(?:Initially|Firstly|First|Meanwhile|Overall|Additionally|Then|Later|Finally|Lastly),? ", ""),
    (r"^Male (?=(?:vocalist|singer|voice)\b)", "A male "),
    (r"^Female (?=(?:vocalist|singer|voice)\b)", "A female "),
    (r"^Recording\b", "The recording"),
)
_HOW = (
    "melodically|passionately|loudly|softly|energetically|enthusiastically|emotionally|aggressively|slowly|rapidly"
    "|rhythmically|gently|repetitively|heavily|harmoniously|vigorously|spiritedly|mainly|mostly|simply|also|just"
    "|then|even|later|repeatedly|constantly|continuously"
)
_HOW_MANY = (
    "various|several|some|multiple|a lot of|lots of|a number of|a variety of|a series of|a bit of|layers of"
    "|the sounds? of|sounds? of|elements of|two|three|four|different"
)
_INSIDE = (
    (r",? alongside (?:[\w-]+ ){0,4}?vocals?,? (?=singing)", " "),
    (r"\bin the (?:\w+ )?(?:background|foreground|lead|mix)\b,?\s*", ""),
    (r"\b(?:as )?the (?:main|lead) (?=melody|tune|theme)", "the "),
    (r"\bas (?:the|a) (?:main|lead) instruments?\b", ""),
    (r"\bat (?:a|an) (?:\w+ )?(?:tempo|pace|volume)\b", ""),
    (rf"\b(?:{_HOW})\b", ""),
    (rf"\b(?:{_HOW_MANY}) (?=\w)", ""),
    (r"\b(plays|playing) (?:\w+ ){0,3}?(?:chords|riffs?|solos?|arpeggios?|licks?|fills|motifs?)\b", r"\1"),
    (r"\b(?:drumming|drums?) rhythm\b", "drum beat"),
    (r"\bdrumming\b", "drums"),
    (r"\bbass-?line(s?)\b", r"bass line\1"),
    (r"\bdistorted (?=(?:electric )?guitar|bass)", ""),
    (r"\be-guitars?\b", "electric guitar"),
    (r"\be-bass\b", "bass guitar"),
    (r"\be-piano\b", "electric piano"),
    (r"\bukelele\b", "ukulele"),
    (r"\bsynthesiser\b", "synthesizer"),
    (r"\bmelancholic\b", "melancholy"),
    (r"\btheres\b", "there is"),
    (r"\bharmonizing (?=(?:\w+ )?(?:vocals?|voices?|singers?)\b)", ""),
    (r"\bsinging singing\b", "singing"),
    (r"\ba (?=(?:[\w-]+ ){0,2}(?:vocals|voices)\b)", ""),
    (r"\b(?:rhythmic|melodic) background\b", "accompaniment"),
    (r"\b(is|are) (?:being )?provided by\b", r"\1 played by"),
    (r",? (?:that|which) (?:consists? of|contains|features) ", " with "),
    (r" and it (?:consists of|contains|features) ", ", with "),
    (r"\b(song|piece|music) (?:recording|instrumental)\b", r"\1"),
    (r",(?=\w)", ", "),
)
_TAIL_OPENS = (
    "like|as if|as though|reminiscent|suitable|perfect|ideal|similar to|resembling|giving|creating|making"
    "|adding|which (?:gives|makes|creates|adds)|to create|to give|could|would|may|might|can(?! be heard)"
    "|followed by|after which|throughout|on top|on playback|panned|along to|in unison|in nature|using"
    "|for (?:a|the|some)"
    "|during|before|after|until|when|where there|as (?:the|a) (?:main|lead|backing)|in vocal harmony"
    "|with (?:\\w+ )?(?:backup|backing|background)"
    "|in the (?:\\w+ )?(?:background|foreground|lead|end|beginning|intro|middle|mix|manner|register|range"
    "|style of|form of)"
    "|at (?:a|the) (?:\\w+ )?(?:tempo|end|beginning|start|pitch|pace|volume)"
    "|with (?:a|the) (?:melody|beat|rhythm|sound|feel)(?=\\.)"
    "|with (?:a|an) (?:\\w+ )?(?:tempo|tone|feel|reverb|delay|effect|accent|character|pitch|bpm)"
    "|in a (?:\\w+ )?(?:way|manner|key|style)"
)
_TAIL = re.compile(
    r"(?:\s*,)?\s+(?:(?:which|that|and|while|but)\s+)?(?:it\s+|is\s+)?(?:sounds?\s+|feels?\s+)?(?:something\s+)?"
    rf"(?:{_TAIL_OPENS})\b[^.]*"
)
"""What stands behind the music: uses, likenesses, places in the clip, ways of recording."""


def reworded(sentence: str) -> str:
    """The sentence in plainer words and without talk at its end; there may be nothing left of it."""
    text = _SILENCE.sub("there is no singing", sentence)
    for pattern, instead in (*_OPENINGS, *_INSIDE):
        text = re.sub(pattern, instead, text)
    return tidy(_TAIL.sub("", text))


def clauses_of(text: str) -> list[str]:
    """The parts of a sentence that could stand alone: those around "while" and "and then"."""
    return [tidy(part) for part in _CLAUSES.split(text)]


def well_put(text: str) -> str:
    """The sentence with its genres as English has them: "it is techno", "this pop song", "a Latin beat"."""
    return tidy(_as_a_song(_without_article(_in_plain_case(text))))


def _in_plain_case(text: str) -> str:
    """With "a disco song" for "a Disco song", and "a Latin melody" for "a latin melody"."""
    for named in named_in(text):
        said = text[named.start : named.end]
        if named.start and named.family in ("genre", "mood", "instrument"):
            is_own = said.lower().startswith(named.words.lower())
            plain = f"{named.words}{said[len(named.words) :].lower()}" if is_own else said.lower()
            text = f"{text[: named.start]}{plain}{text[named.end :]}"
    return text


def _without_article(text: str) -> str:
    """With "it is alternative rock" for "it is an alternative rock"; but "it is a ballad" stays."""
    for named in named_in(text):
        before = re.search(r"\b(?:is|are) (an? )$", text[: named.start])
        is_last = text[named.end :] == "." and named.family == "genre"
        if before and is_last and not genre(named.words).startswith(("a ", "an ")):
            text = f"{text[: before.start(1)]}{text[named.start :]}"
    return text


def _as_a_song(text: str) -> str:
    """With "sings this pop song" for "sings this pop"."""
    named = next((one for one in named_in(text) if text[one.end :] == "."), None)
    is_bare = (
        named and named.family == "genre" and re.search(r"\bsings? th(?:is|e) [^,]*$", text[: named.start])
    )
    return f"{text[:-1]} song." if is_bare else text


def as_sentence(text: str) -> str:
    """The text with a capital in front and a full stop behind."""
    text = text.strip().strip("\"'").strip()
    text = text if not text or text[-1] in ".!?" else f"{text}."
    return text[:1].upper() + text[1:]


def tidy(text: str) -> str:
    """Blanks, commas, articles and the capital put right after something was taken out."""
    text = re.sub(r"\s+([,.;:!?])", r"\1", " ".join(text.split()))
    text = re.sub(r"(?:\s*[,–-]+\s*)+([,.])", r"\1", text)
    text = re.sub(r"\b[Aa] percussion\b(?! instrument)", "percussion", text)
    text = re.sub(r"(?:\s+(?:and|with|while|,|as|of|a|an|the))+\.$", ".", text)
    text = re.sub(r"\b([Aa])n? ([A-Za-z][\w&-]*)", _article, text)
    text = re.sub(r"\b(melod(?:y|ies)) (?:being )?play(?:ed|ing)\.$", r"\1.", text)
    text = re.sub(r"\b[Aa]n? (?=(?:[\w&-]+ ){0,3}?music\b(?! (?:piece|song|track|video|style)))", "", text)
    text = re.sub(r"^(The [\w -]+ and the [\w -]+) is playing\b", r"\1 are playing", text)
    text = re.sub(r"\b(is) (\w+ atmosphere)\b", r"\1 a \2", text)
    text = re.sub(r", ([^,]+) and ([^,]+) and ([\w -]+)\.$", _with_one_and, text)
    return as_sentence(text.lstrip(",; "))


def _with_one_and(match: re.Match[str]) -> str:
    first, second, third = match.groups()
    if any(VERB.search(part) for part in match.groups()):
        return match.group()
    return f", {first}, {second} and {third}."


def _article(match: re.Match[str]) -> str:
    spoken = a(match.group(2))
    return spoken[:1].upper() + spoken[1:] if match.group(1) == "A" else spoken
