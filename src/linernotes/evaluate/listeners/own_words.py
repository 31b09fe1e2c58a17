"""A planted shift of a word: whether what a listener means by it is learned from their reactions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from linernotes.evaluate.bars import median_bar, ratio_bar, share_bar
from linernotes.evaluate.listeners.asking import OwnWord
from linernotes.evaluate.listeners.world import DEEP, Person, World, ndcg, reached_at
from linernotes.evaluate.simulated.meanings import Meaning, draw_meaning, fit
from linernotes.evaluate.simulated.reactions import react
from linernotes.evaluate.simulated.songs import Numbers
from linernotes.evaluate.values import Bar

REQUESTS: Final = ("{} songs", "some {} music", "{} music please")
HEARD: Final = 5
"""Songs of each answer that are reacted to."""
REACTIONS: Final = HEARD * len(REQUESTS)
AFTERWARDS: Final = "{} tracks"
RECOVERED: Final = 0.9
BETTER: Final = 1.15


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """After how many reactions the sign was found, whether it is the greatest shift told, and nDCG@10."""

    found_at: float
    is_greatest: bool
    ours: float
    unknown: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Course:
    """The songs that were heard, and what was told of the word after each answer's reactions."""

    heard: tuple[int, ...]
    told: tuple[Sequence[OwnWord], ...]


def measure_own_words(world: World) -> list[Bar]:
    """How often the sign of the shift is found, after how many reactions, and what it does to answers."""
    outcomes = [_outcome(world, person) for person in world.everyone("own words")]
    return [
        share_bar(
            f"own words: sign of the shift found after {REACTIONS} reactions",
            [one.found_at <= REACTIONS for one in outcomes],
            least=RECOVERED,
        ),
        share_bar(
            "own words: the planted shift is the greatest told of the word",
            [one.is_greatest for one in outcomes],
        ),
        median_bar(
            "own words: reactions until it is found, median",
            [one.found_at for one in outcomes],
            most=REACTIONS,
        ),
        ratio_bar(
            "own words: nDCG@10 of requests with the word",
            [one.ours for one in outcomes],
            [one.unknown for one in outcomes],
            rival="unknown listener",
            least=BETTER,
        ),
    ]


def _outcome(world: World, person: Person) -> _Outcome:
    meaning = draw_meaning(person.rng)
    pleasures = fit(meaning.middle, world.songs)
    course = _course(world, person, meaning, pleasures)
    ours, unknown = (
        ndcg(world.asking.ask(name, AFTERWARDS.format(meaning.word), DEEP).rows, pleasures, 10, course.heard)
        for name in (person.name, f"{person.name}, unknown")
    )
    counts = [HEARD * (at + 1) for at in range(len(REQUESTS))]
    return _Outcome(
        found_at=reached_at([_is_found(told, meaning) for told in course.told], counts),
        is_greatest=_is_found(sorted(course.told[-1], key=lambda one: -abs(one.shift))[:1], meaning),
        ours=ours,
        unknown=unknown,
    )


def _course(world: World, person: Person, meaning: Meaning, pleasures: Numbers) -> _Course:
    """Requests with the word, and reactions to what came by the listener's own meaning."""
    heard: list[int] = []
    told: list[Sequence[OwnWord]] = []
    for request in REQUESTS:
        reply = world.asking.ask(person.name, request.format(meaning.word), HEARD, without=heard)
        world.asking.react(person.name, react(reply.rows, pleasures, person.rng), reply)
        heard += reply.rows
        told.append([one for one in world.asking.own_words(person.name) if one.word == meaning.word])
    return _Course(heard=tuple(heard), told=tuple(told))


def _is_found(told: Sequence[OwnWord], meaning: Meaning) -> bool:
    """Whether the word is said to be shifted in the planted column and direction."""
    return any(one.column == meaning.column and one.shift * meaning.shift > 0 for one in told)
