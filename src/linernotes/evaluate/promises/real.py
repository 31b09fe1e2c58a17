"""Requests of people that exclude or limit: marked ones of two corpora, and turns of conversations."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

from linernotes.errors import InputError
from linernotes.evaluate.data import data_file
from linernotes.evaluate.descriptors import read_parsed
from linernotes.evaluate.promises.gold import asked, is_limited, is_unwanted
from linernotes.evaluate.promises.values import Asked, Group
from linernotes.evaluate.requests import INTENT, PARSED
from linernotes.evaluate.search.cpcd import DIALOGUES
from linernotes.learn.corpora.rows import read_rows, text_in

_NEEDED: Final = f"{INTENT} (MusicRecoIntent, Deezer Research, 2026) and {DIALOGUES} (CPCD, CC BY 4.0)"
_NEGATION: Final = re.compile(
    r"\b(?:no|not|nor|none|never|nothing|nobody|without|except|exclud(?:e|es|ed|ing)|avoid|skip|less|fewer"
    r"|minus|but not|anything but|other than|instead of|rather than|besides|apart from|remove|hate|dislike"
    r"|(?:tired|sick) of"
    r"|(?:do|does|did|is|are|was|were|ca|wo|would|should|could|have|has)n['’]?t)\b",
    re.IGNORECASE,
)


def read_real(data_dir: Path, corpus_dir: Path, artists: Collection[str]) -> list[Group]:
    """The requests of MusicRecoIntent with an exclusion, our own with one or a limit, negated turns of CPCD.

    ``artists`` are the folded names of a library. Raises InputError if the data is not there, with where it
    comes from.
    """
    intent = read_parsed(data_file(data_dir / INTENT, _NEEDED))
    own = [request for name in PARSED for request in read_parsed(corpus_dir / name)]
    dialogues = data_file(data_dir / DIALOGUES, _NEEDED)
    return [
        Group(
            name="real: MusicRecoIntent",
            requests=tuple(asked(one, artists, limited=False) for one in intent if is_unwanted(one)),
        ),
        Group(
            name="real: own",
            requests=tuple(asked(one, artists) for one in own if is_unwanted(one) or is_limited(one)),
        ),
        Group(name="real: conversations", requests=tuple(_negated(dialogues))),
    ]


def has_negation(text: str) -> bool:
    """Whether a word of negation stands in it; it need not exclude anything ("I don't know")."""
    return _NEGATION.search(text) is not None


def _negated(path: Path) -> Iterator[Asked]:
    for place, row in read_rows(path):
        turns = row.get("turns")
        if not isinstance(turns, list):
            raise InputError(f"{place}: 'turns' is {turns!r}, expected a list")
        texts = [text_in(turn, "user_query", place) for turn in turns]
        yield from (Asked(text=text, promises=None) for text in texts if has_negation(text))
