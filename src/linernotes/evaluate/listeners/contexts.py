"""A planted taste of one situation: whether it is learned there, and leaves other situations alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from linernotes.evaluate.bars import ratio_bar
from linernotes.evaluate.listeners.asking import FOR_ME, Reply
from linernotes.evaluate.listeners.world import DEEP, Person, World, ndcg
from linernotes.evaluate.simulated.reactions import favourites, react
from linernotes.evaluate.simulated.songs import Numbers
from linernotes.evaluate.simulated.tastes import draw_pair, pleasure
from linernotes.evaluate.values import Bar

HERE: Final = "running"
ELSEWHERE: Final = "studying"
USUAL: Final = ("energetic", "happy")
"""Sounds of the general taste; in the situation it is the opposite, which few want there."""
LIKES: Final = 6
"""Songs of the general taste that are liked before."""
ROUNDS: Final = 3
HEARD: Final = 5
"""Answers in the situation, and songs of each, that are reacted to."""
NOT_FALLING: Final = 0.97


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answers:
    """What was answered for the situation and for the other one."""

    here: Reply
    elsewhere: Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scores:
    """nDCG@10 in the situation by its own taste, and in the other one by the general taste."""

    here: float
    elsewhere: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    before: _Scores
    after: _Scores


def measure_contexts(world: World) -> list[Bar]:
    """What reactions in a situation do to answers there, and to those in another one."""
    outcomes = [
        _outcome(world, person, is_said=number % 2 == 0)
        for number, person in enumerate(world.everyone("contexts"))
    ]
    return [
        ratio_bar(
            f"contexts: nDCG@10 for {HERE} after {ROUNDS * HEARD} reactions there",
            [one.after.here for one in outcomes],
            [one.before.here for one in outcomes],
            rival="before them",
            rises=True,
        ),
        ratio_bar(
            f"contexts: nDCG@10 for {ELSEWHERE} after the same",
            [one.after.elsewhere for one in outcomes],
            [one.before.elsewhere for one in outcomes],
            rival="before them",
            least=NOT_FALLING,
        ),
    ]


def _outcome(world: World, person: Person, *, is_said: bool) -> _Outcome:
    """The situation is said in words, or known beside them. Songs known in the end are left out of both."""
    pair = draw_pair(person.rng, USUAL)
    general, special = pleasure(pair.one, world.songs), pleasure(pair.other, world.songs)
    known = favourites(general, LIKES, person.rng)
    for row in known:
        world.asking.tell(person.name, row, "like")
    before = _answers(world, person, is_said=is_said)
    for _ in range(ROUNDS):
        reply = _ask(world, person, HERE, HEARD, is_said=is_said, without=known)
        world.asking.react(person.name, react(reply.rows, special, person.rng), reply)
        known += reply.rows
    after = _answers(world, person, is_said=is_said)
    return _Outcome(
        before=_scores(before, special, general, known), after=_scores(after, special, general, known)
    )


def _answers(world: World, person: Person, *, is_said: bool) -> _Answers:
    return _Answers(
        here=_ask(world, person, HERE, DEEP, is_said=is_said),
        elsewhere=_ask(world, person, ELSEWHERE, DEEP, is_said=is_said),
    )


def _scores(answers: _Answers, special: Numbers, general: Numbers, known: Sequence[int]) -> _Scores:
    return _Scores(
        here=ndcg(answers.here.rows, special, 10, known),
        elsewhere=ndcg(answers.elsewhere.rows, general, 10, known),
    )


def _ask(
    world: World, person: Person, activity: str, n: int, *, is_said: bool, without: Sequence[int] = ()
) -> Reply:
    if is_said:
        return world.asking.ask(person.name, f"songs for {activity}", n, without=without)
    return world.asking.ask(person.name, FOR_ME, n, activity=activity, without=without)
