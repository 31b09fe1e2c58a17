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
"""Bars what begins with a word as well: a model that is stopped behind "minutes" makes up "minutesuit"."""


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


# --- the grammar of numbers and names ---------------------------------------------------------------


def grammar_of(bounds: Bounds) -> str:
    """All texts without barred number words, in which each number and placeholder is one given, as GBNF.

    A word is a run of the letters a to z, in either case; a number is a run of digits with the letters that
    follow it. "1990's" is no way to write "1990s". What stands right behind a number in digits is held to its
    units alone.
    """
    names = sorted(f"{{{name}}}" for name in bounds.placeholders if name.isascii() and name.isalpha())
    barred = _barred_numbers(bounds)
    lines = ["gap ::= [^a-zA-Z0-9{}]*", "apart ::= [^a-zA-Z0-9{}] gap", "letters ::= [a-zA-Z]*"]
    ways = {"word": "apart"}
    if names:
        lines.append("name ::= " + " | ".join(f'"{name}"' for name in names))
        ways["name"] = "apart"
    for place, (units, numbers) in enumerate(_by_units(bounds)):
        number, behind = f"number{place}", f"behind{place}"
        ways[number] = behind
        lines.append(f"{number} ::= " + " | ".join(f'"{one}"' for one in numbers))
        if units:
            lines.append(f"{behind} ::= [^a-zA-Z0-9{{}}'’ -] gap | [ -] (unit{place} apart | apart)")
            lines += _rules_without(f"unit{place}", {f"{unit}{_AND_ALL_BEHIND}" for unit in units})
        else:
            lines.append(f"{behind} ::= [^a-zA-Z0-9{{}}'’] gap")
    followed = " | ".join(f"{way} {gap}" for way, gap in ways.items())
    lines.append(f"root ::= gap ({followed})* ({' | '.join(ways)})?")
    return "\n".join([*lines, *_rules_without("word", barred)])


def _by_units(bounds: Bounds) -> Iterator[tuple[frozenset[str], list[str]]]:
    """The numbers behind which the same units may not stand."""
    barred = dict(bounds.barred_units)
    groups: dict[frozenset[str], list[str]] = {}
    for number in sorted(number for number in bounds.numbers if number.isascii() and number.isalnum()):
        groups.setdefault(frozenset(barred.get(number, ())), []).append(number)
    yield from groups.items()


def _barred_numbers(bounds: Bounds) -> frozenset[str]:
    words = {word for word in bounds.barred_numbers if word.isascii() and word.isalpha()}
    alone = {word for word in words if _BEGINS_NOTHING.fullmatch(word)}
    alone -= {word for word in alone for needed in bounds.needed if needed.startswith(word)}
    return frozenset(f"{word}{_AND_ALL_BEHIND}" if word in alone else word for word in words)


def _rules_without(name: str, barred: Collection[str], *, is_begun: bool = False) -> Iterator[str]:
    """The rules for a word that is none of these, or for what may follow its beginning."""
    by_letter: dict[str, set[str]] = {}
    for ending in barred:
        if ending:
            by_letter.setdefault(ending[0].lower(), set()).add(ending[1:])
    open_letters = [letter for letter in sorted(by_letter) if _AND_ALL_BEHIND not in by_letter[letter]]
    ways = [f"[{letter}{letter.upper()}] {name}-{letter}" for letter in open_letters]
    others = "".join(letter for letter in ascii_lowercase if letter not in by_letter)
    if others:
        ways.append(f"[{others}{others.upper()}] letters")
    yield f"{name} ::= ({' | '.join(ways)}){'?' if is_begun and '' not in barred else ''}"
    for letter in open_letters:
        yield from _rules_without(f"{name}-{letter}", by_letter[letter], is_begun=True)
