"""Holds a model of llama.cpp to the bounds of a prompt while it writes, by its vocabulary and a grammar."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from string import ascii_lowercase

from linernotes.errors import ModelError
from linernotes.llm.protocol import Bounds

_BLANKS = ("Ġ", "▁")
"""How vocabularies write the blank before a word: byte pairs as in GPT-2, and SentencePiece."""
_BEGINS_NOTHING = re.compile(r"[a-z]+(?:ty|teen)|eleven|twelve|hundred|thousand", re.IGNORECASE)
"""Numbers with which no other word begins: a model that is stopped behind one makes up "eightyeighty"."""
_AND_ALL_BEHIND = "*"


def bounded(bounds: Bounds, gguf_path: Path) -> dict[str, object]:
    """What these bounds add to the body of a request to the model in this file.

    Words that are no single token of the model stay possible: their first part may begin another word, and
    a model that is stopped after it makes up a word. So do those with which a needed word begins ("fun" in
    "funk") if that is no single token.
    """
    tokens = _vocabulary(gguf_path)
    forms = {form for word in bounds.barred for form in _forms(word)}
    pieced = {form for word in bounds.needed for form in _forms(word) if form not in tokens}
    begun = {form[:end] for form in pieced for end in range(1, len(form))}
    barred = sorted(tokens[form] for form in forms - begun if form in tokens)
    return {"logit_bias": [[token, False] for token in barred], "grammar": grammar_of(bounds)}


def _forms(word: str) -> Iterator[str]:
    """How a vocabulary may spell the word: behind a blank, and at the beginning of a text."""
    for form in (word, word.capitalize()):
        yield from (blank + form for blank in _BLANKS)
    yield word.capitalize()


def _vocabulary(gguf_path: Path) -> Mapping[str, int]:
    """The vocabulary of a model, as its file spells it. Raises ModelError for a file that is no GGUF."""
    try:
        found = gguf_path.stat()
        return _tokens(gguf_path, found.st_size, found.st_mtime_ns)
    except (OSError, ValueError, KeyError, IndexError) as err:
        raise ModelError(f"the language model cannot be loaded: {gguf_path.name}: {err!r}") from err


@lru_cache(maxsize=4)
def _tokens(gguf_path: Path, size_bytes: int, modified_ns: int) -> Mapping[str, int]:  # noqa: ARG001 - keys
    from gguf import GGUFReader

    field = GGUFReader(gguf_path).get_field("tokenizer.ggml.tokens")
    if field is None:
        return {}
    spelled = (bytes(field.parts[at]).decode("utf-8", "replace") for at in field.data)
    return {token: place for place, token in enumerate(spelled)}


# --- the grammar of numbers ------------------------------------------------------------------------


def grammar_of(bounds: Bounds) -> str:
    """All texts without barred number words, in which each number is one of those given, as GBNF.

    A word is a run of the letters a to z, in either case; a number is a run of digits with the letters that
    follow it. "1990's" is no way to write "1990s".
    """
    numbers = sorted(number for number in bounds.numbers if number.isascii() and number.isalnum())
    lines = ["gap ::= [^a-zA-Z0-9]*", "apart ::= [^a-zA-Z0-9] gap", "letters ::= [a-zA-Z]*"]
    if numbers:
        lines += [
            "root ::= gap (word apart | number behind)* (word | number)?",
            "number ::= " + " | ".join(f'"{number}"' for number in numbers),
            "behind ::= [^a-zA-Z0-9'’] gap",
        ]
    else:
        lines.append("root ::= gap (word apart)* word?")
    words = {word for word in bounds.barred_numbers if word.isascii() and word.isalpha()}
    alone = {word for word in words if _BEGINS_NOTHING.fullmatch(word)}
    alone -= {word for word in alone for needed in bounds.needed if needed.startswith(word)}
    barred = {f"{word}{_AND_ALL_BEHIND}" if word in alone else word for word in words}
    return "\n".join([*lines, *_rules_without("word", barred)])


def _rules_without(name: str, barred: Collection[str]) -> Iterator[str]:
    """The rules for what may follow the beginning of a word so that none of these endings does."""
    by_letter: dict[str, set[str]] = {}
    for ending in barred:
        if ending:
            by_letter.setdefault(ending[0].lower(), set()).add(ending[1:])
    open_letters = [letter for letter in sorted(by_letter) if _AND_ALL_BEHIND not in by_letter[letter]]
    ways = [f"[{letter}{letter.upper()}] {name}-{letter}" for letter in open_letters]
    others = "".join(letter for letter in ascii_lowercase if letter not in by_letter)
    if others:
        ways.append(f"[{others}{others.upper()}] letters")
    is_begun, is_barred = name != "word", "" in barred
    yield f"{name} ::= ({' | '.join(ways)}){'?' if is_begun and not is_barred else ''}"
    for letter in open_letters:
        yield from _rules_without(f"{name}-{letter}", by_letter[letter])
