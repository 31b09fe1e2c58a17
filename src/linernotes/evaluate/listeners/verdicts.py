"""Likes, skips and dislikes: whether the next answer is better, and nothing disliked comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from linernotes.evaluate.bars import count_bar, ratio_bar
from linernotes.evaluate.listeners.asking import FOR_ME, Reply
from linernotes.evaluate.listeners.world import DEEP, PICKS, Person, World, ndcg
from linernotes.evaluate.simulated.reactions import NOISE
from linernotes.evaluate.simulated.songs import Numbers, Songs
from linernotes.evaluate.simulated.tastes import SIDES, Taste, draw_pair, pleasure
from linernotes.evaluate.values import Bar

LIKES: Final = 5
SKIPS: Final = 2
DISLIKES: Final = 3
"""Of the songs that please least; one of the disliked ones because of its artist."""
BETTER: Final = 1.1
NOT_THIS_ARTIST: Final = "not-this-artist"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """What is liked, skipped and disliked of an answer, and the disliked song whose artist is sent away."""

    liked: tuple[int, ...]
    skipped: tuple[int, ...]
    disliked: tuple[int, ...]
    sent_away: int | None

    @property
    def known(self) -> tuple[int, ...]:
        """All songs that something was said of."""
        return (*self.liked, *self.skipped, *self.disliked)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """nDCG@10 before and after, and the unwanted ones among the picks of the answers after."""

    before: float
    after: float
    picks: int
    unwanted: int


def measure_verdicts(world: World) -> list[Bar]:
    """What likes and skips do to the next answer, and how often what was disliked comes back."""
    outcomes = [_outcome(world, person) for person in world.everyone("verdicts")]
    return [
        ratio_bar(
            f"verdicts: nDCG@10 of the next answer after {LIKES} likes and {SKIPS + DISLIKES} skips",
            [one.after for one in outcomes],
            [one.before for one in outcomes],
            rival="before them",
            least=BETTER,
        ),
        count_bar(
            "verdicts: picks that were disliked, or whose artist was",
            sum(one.unwanted for one in outcomes),
            n=sum(one.picks for one in outcomes),
        ),
    ]


def judge(rows: Sequence[int], pleasures: Numbers, songs: Songs, rng: np.random.Generator) -> Verdicts:
    """The songs that please most and least, as they are felt; no artist of a liked song is sent away."""
    felt = pleasures[list(rows)] + rng.normal(0.0, NOISE, size=len(rows))
    order = [rows[at] for at in np.argsort(-felt, kind="stable").tolist()]
    liked, others = order[:LIKES], order[LIKES:]
    worst = others[-SKIPS - DISLIKES :]
    friends = {songs.artist(row) for row in liked}
    strangers = [row for row in worst[-DISLIKES:] if songs.artist(row) not in friends]
    return Verdicts(
        liked=tuple(liked),
        skipped=tuple(worst[:-DISLIKES]),
        disliked=tuple(worst[-DISLIKES:]),
        sent_away=strangers[-1] if strangers else None,
    )


def unwanted(verdicts: Verdicts, songs: Songs) -> frozenset[int]:
    """The songs that must not come back."""
    if verdicts.sent_away is None:
        return frozenset(verdicts.disliked)
    artist = songs.artist(verdicts.sent_away)
    of_artist = (row for row in range(len(songs)) if songs.artist(row) == artist)
    return frozenset((*verdicts.disliked, *of_artist))


def _outcome(world: World, person: Person) -> _Outcome:
    taste = draw_pair(person.rng).one
    pleasures = pleasure(taste, world.songs)
    request = f"{taste.genre} music"
    first = world.asking.ask(person.name, request, DEEP)
    verdicts = judge(first.rows[:PICKS], pleasures, world.songs, person.rng)
    _tell(world, person, verdicts, first)
    second = world.asking.ask(person.name, request, DEEP)
    further = [world.asking.ask(person.name, text, DEEP) for text in _further_requests(taste)]
    picks = [row for reply in (second, *further) for row in reply.rows]
    gone = unwanted(verdicts, world.songs)
    return _Outcome(
        before=ndcg(first.rows, pleasures, 10, verdicts.known),
        after=ndcg(second.rows, pleasures, 10, verdicts.known),
        picks=len(picks),
        unwanted=sum(row in gone for row in picks),
    )


def _tell(world: World, person: Person, verdicts: Verdicts, reply: Reply) -> None:
    for row in verdicts.liked:
        world.asking.tell(person.name, row, "like", reply=reply)
    for row in verdicts.skipped:
        world.asking.tell(person.name, row, "skip", reply=reply)
    for row in verdicts.disliked:
        reason = NOT_THIS_ARTIST if row == verdicts.sent_away else None
        world.asking.tell(person.name, row, "dislike", reason=reason, reply=reply)


def _further_requests(taste: Taste) -> tuple[str, ...]:
    """Other requests for which the same songs might come."""
    return (FOR_ME, f"{SIDES[taste.side].words[0]} {taste.genre} songs")
