"""What went before an answer: the requests that led to it, and what was liked and disliked of their picks."""

from __future__ import annotations

from linernotes.store import Store
from linernotes.types import Conversation

MOST_ANSWERS = 20
"""Answers that are looked back on; nobody has a longer conversation in mind."""
_LIKING = frozenset({"like", "save"})


def conversation_until(answer_id: int, store: Store) -> Conversation:
    """The conversation up to and with this answer. Raises InputError when there is no such answer."""
    answers = [store.answers.load(answer_id)]
    while answers[0].parent_id is not None and len(answers) < MOST_ANSWERS:
        answers.insert(0, store.answers.load(answers[0].parent_id))
    events = store.listeners.reactions([answer.id for answer in answers])
    return Conversation(
        requests=tuple(str(answer.request["text"]) for answer in answers),
        liked=tuple(dict.fromkeys(event.track_id for event in events if event.kind in _LIKING)),
        disliked=tuple(dict.fromkeys(event.track_id for event in events if event.kind == "dislike")),
    )
