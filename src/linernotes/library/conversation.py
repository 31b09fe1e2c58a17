"""What went before an answer: the requests that led to it, what was shown, liked and disliked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from linernotes.store import Store
from linernotes.types import Conversation, Request

MOST_ANSWERS = 20
"""Answers that are looked back on; nobody has a longer conversation in mind."""
_LIKING = frozenset({"like", "save"})


def conversation_until(answer_id: int, store: Store) -> Conversation:
    """The conversation up to and with this answer. Raises InputError when there is no such answer.

    Of what somebody said of a track the latest counts.
    """
    answers = [store.answers.load(answer_id)]
    while answers[0].parent_id is not None and len(answers) < MOST_ANSWERS:
        answers.insert(0, store.answers.load(answers[0].parent_id))
    opinion = {
        event.track_id: event.kind
        for event in store.listeners.reactions([answer.id for answer in answers])
        if event.kind in _LIKING or event.kind == "dislike"
    }
    return Conversation(
        requests=tuple(str(answer.request["text"]) for answer in answers),
        shown=tuple(dict.fromkeys(pick.track_id for answer in answers for pick in answer.picks)),
        last=tuple(pick.track_id for pick in answers[-1].picks),
        liked=tuple(track_id for track_id, kind in opinion.items() if kind in _LIKING),
        disliked=tuple(track_id for track_id, kind in opinion.items() if kind == "dislike"),
    )


def with_promises(request: Request, earlier: Sequence[Request]) -> Request:
    """The request with what earlier ones excluded, and with the names in them as more to be resembled.

    What is asked for later may be found again, whatever was excluded before. Who was asked for by name
    before is welcome, and no longer all that is wanted.
    """
    wanted = {(want.family, want.name) for want in request.wants}
    asked_for = {seed.name for seed in request.seeds if seed.relation == "by"}
    avoids = dict.fromkeys(
        avoid
        for one in (*earlier, request)
        for avoid in one.avoids
        if one is request or ((avoid.family, avoid.name) not in wanted and avoid.name not in asked_for)
    )
    seeds = [
        seed if seed.relation == "like" and not seed.welcome else replace(seed, relation="like", welcome=True)
        for one in earlier
        for seed in one.seeds
        if seed.name not in asked_for
    ]
    return replace(request, avoids=tuple(avoids), seeds=(*request.seeds, *seeds))
