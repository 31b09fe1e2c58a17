"""A planted shift of a word: whether what a listener means by it is learned from their reactions."""

from __future__ import annotations

from typing import Final

from linernotes.evaluate.bars import median_bar, ratio_bar, share_bar
from linernotes.evaluate.listeners.world import DEEP, Person, World, ndcg, reached_at
from linernotes.evaluate.simulated.meanings import Meaning, draw_meaning, fit
from linernotes.evaluate.simulated.reactions import react
from linernotes.evaluate.values import Bar

REQUESTS: Final = ("{} songs", "some {} music", "{} music please")
HEARD: Final = 5
"""Songs of each answer that are reacted to."""
AFTERWARDS: Final = "{} tracks"
RECOVERED: Final = 0.9
BETTER: Final = 1.15


def measure_own_words(world: World) -> list[Bar]:
    """How often the sign of the shift is found, after how many reactions, and what it does to answers."""
    found: list[float] = []
    values: list[float] = []
    unknown: list[float] = []
    for person in world.everyone("own words"):
        meaning = draw_meaning(person.rng)
        pleasures = fit(meaning.middle, world.songs)
        heard: list[int] = []
        course: list[bool] = []
        for request in REQUESTS:
            reply = world.asking.ask(person.name, request.format(meaning.word), HEARD, without=heard)
            world.asking.react(person.name, react(reply.rows, pleasures, person.rng), reply)
            heard += reply.rows
            course.append(_recovered(world, person, meaning))
        found.append(reached_at(course, [HEARD * (at + 1) for at in range(len(REQUESTS))]))
        for name, scores in ((person.name, values), (f"{person.name}, unknown", unknown)):
            reply = world.asking.ask(name, AFTERWARDS.format(meaning.word), DEEP)
            scores.append(ndcg(reply.rows, pleasures, 10, heard))
    reactions = HEARD * len(REQUESTS)
    return [
        share_bar(
            f"own words: sign of the shift found after {reactions} reactions",
            [count <= reactions for count in found],
            least=RECOVERED,
        ),
        median_bar("own words: reactions until it is found, median", found, most=reactions),
        ratio_bar(
            "own words: nDCG@10 of requests with the word",
            values,
            unknown,
            rival="unknown listener",
            least=BETTER,
        ),
    ]


def _recovered(world: World, person: Person, meaning: Meaning) -> bool:
    """Whether the library says of the planted word that it is shifted in the planted direction."""
    return any(
        one.word == meaning.word and one.column == meaning.column and one.shift * meaning.shift > 0
        for one in world.asking.own_words(person.name)
    )
