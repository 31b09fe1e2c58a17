"""A planted taste of one situation: whether it is learned there, and leaves other situations alone."""

from __future__ import annotations

from typing import Final

from linernotes.evaluate.bars import ratio_bar
from linernotes.evaluate.listeners.asking import FOR_ME, Reply
from linernotes.evaluate.listeners.world import DEEP, Person, World, ndcg
from linernotes.evaluate.simulated.reactions import favourites, react
from linernotes.evaluate.simulated.tastes import draw_pair, pleasure
from linernotes.evaluate.values import Bar

ACTIVITY: Final = "running"
ELSEWHERE: Final = "studying"
USUAL: Final = ("energetic", "happy")
"""Sounds of the general taste; in the situation it is the opposite, which few want there."""
LIKES: Final = 6
ROUNDS: Final = 3
HEARD: Final = 5
"""Answers, and songs of each, that are reacted to in the situation."""
NOT_FALLING: Final = 0.97


def measure_contexts(world: World) -> list[Bar]:
    """What reactions in a situation do to answers there, and to those in another one."""
    inside: dict[str, list[float]] = {"before": [], "after": []}
    outside: dict[str, list[float]] = {"before": [], "after": []}
    for number, person in enumerate(world.everyone("contexts")):
        pair = draw_pair(person.rng, USUAL)
        general, special = pleasure(pair.one, world.songs), pleasure(pair.other, world.songs)
        known = favourites(general, LIKES, person.rng)
        for row in known:
            world.asking.tell(person.name, row, "like")
        is_said = number % 2 == 0
        replies = {
            "before": [_ask(world, person, activity, said=is_said) for activity in (ACTIVITY, ELSEWHERE)]
        }
        for _ in range(ROUNDS):
            reply = _ask(world, person, ACTIVITY, said=is_said, n=HEARD, without=known)
            world.asking.react(person.name, react(reply.rows, special, person.rng), reply)
            known += reply.rows
        replies["after"] = [_ask(world, person, activity, said=is_said) for activity in (ACTIVITY, ELSEWHERE)]
        for moment, (here, there) in replies.items():
            inside[moment].append(ndcg(here.rows, special, 10, known))
            outside[moment].append(ndcg(there.rows, general, 10, known))
    return [
        ratio_bar(
            f"contexts: nDCG@10 for {ACTIVITY} after {ROUNDS * HEARD} reactions there",
            inside["after"],
            inside["before"],
            rival="before them",
            rises=True,
        ),
        ratio_bar(
            f"contexts: nDCG@10 for {ELSEWHERE} after the same",
            outside["after"],
            outside["before"],
            rival="before them",
            least=NOT_FALLING,
        ),
    ]


def _ask(
    world: World,
    person: Person,
    activity: str,
    *,
    said: bool,
    n: int = DEEP,
    without: list[int] | None = None,
) -> Reply:
    """An answer for a situation that is said in words, or known beside them."""
    if said:
        return world.asking.ask(person.name, f"songs for {activity}", n, without=without or ())
    return world.asking.ask(person.name, FOR_ME, n, activity=activity, without=without or ())
