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
SKIPS: Final = 5
DISLIKES: Final = 3
"""How many of the skipped songs are disliked; the last of them because of its artist."""
BETTER: Final = 1.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """What is liked, skipped and disliked of an answer, and whose artist is not wanted again."""

    liked: tuple[int, ...]
    skipped: tuple[int, ...]
    disliked: tuple[int, ...]
    not_this_artist: int | None


def measure_verdicts(world: World) -> list[Bar]:
    """What likes and skips do to the next answer, and how often what was disliked comes back."""
    before: list[float] = []
    after: list[float] = []
    returned = 0
    looked_at = 0
    for person in world.everyone("verdicts"):
        taste = draw_pair(person.rng).one
        pleasures = pleasure(taste, world.songs)
        request = f"{taste.genre} music"
        first = world.asking.ask(person.name, request, DEEP)
        verdicts = judge(first.rows[:PICKS], pleasures, world.songs, person.rng)
        known = _tell(world, person, verdicts, first)
        second = world.asking.ask(person.name, request, DEEP)
        before.append(ndcg(first.rows, pleasures, 10, known))
        after.append(ndcg(second.rows, pleasures, 10, known))
        replies = [second, *(world.asking.ask(person.name, text, DEEP) for text in _further(taste))]
        picks = [row for reply in replies for row in reply.rows]
        looked_at += len(picks)
        returned += sum(row in _unwanted(verdicts, world.songs) for row in picks)
    return [
        ratio_bar(
            f"verdicts: nDCG@10 of the next answer after {LIKES} likes and {SKIPS} skips",
            after,
            before,
            rival="before them",
            least=BETTER,
        ),
        count_bar("verdicts: disliked songs and artists that come back", returned, n=looked_at),
    ]


def judge(rows: Sequence[int], pleasures: Numbers, songs: Songs, rng: np.random.Generator) -> Verdicts:
    """The songs that please most and least, as they are felt; no artist of a liked song is sent away."""
    felt = pleasures[list(rows)] + rng.normal(0.0, NOISE, size=len(rows))
    order = [rows[at] for at in np.argsort(-felt, kind="stable").tolist()]
    liked, worst = order[:LIKES], order[LIKES:][-SKIPS:]
    disliked = worst[-DISLIKES:]
    friends = {songs.artist(row) for row in liked}
    strangers = [row for row in disliked if songs.artist(row) not in friends]
    return Verdicts(
        liked=tuple(liked),
        skipped=tuple(row for row in worst if row not in disliked),
        disliked=tuple(disliked),
        not_this_artist=strangers[-1] if strangers else None,
    )


def _tell(world: World, person: Person, verdicts: Verdicts, reply: Reply) -> list[int]:
    """Tells them, and gives all songs that are known from then on."""
    for row in verdicts.liked:
        world.asking.tell(person.name, row, "like", reply=reply)
    for row in verdicts.skipped:
        world.asking.tell(person.name, row, "skip", reply=reply)
    for row in verdicts.disliked:
        reason = "not-this-artist" if row == verdicts.not_this_artist else None
        world.asking.tell(person.name, row, "dislike", reason=reason, reply=reply)
    return [*verdicts.liked, *verdicts.skipped, *verdicts.disliked]


def _further(taste: Taste) -> tuple[str, ...]:
    """Other requests for which the same songs might come."""
    return (FOR_ME, f"{SIDES[taste.side].words[0]} {taste.genre} songs")


def _unwanted(verdicts: Verdicts, songs: Songs) -> set[int]:
    gone = set(verdicts.disliked)
    if verdicts.not_this_artist is not None:
        artist = songs.artist(verdicts.not_this_artist)
        gone |= {row for row in range(len(songs)) if songs.artist(row) == artist}
    return gone
